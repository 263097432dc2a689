//! Why doesn't this signature match? The change that reproduces what was received, by its name.
//!
//! ```text
//! session ─▶ facts ─▶ draft ─┬─▶ causes: every known mistake as changes of the draft
//!                            └─▶ search: which change, or which few together, come to the received signature?
//! ```
//!
//! A [`Finding`] is *proven* when a named change yields exactly the signature (or, without a secret, the hash of a canonical
//! request) that was received; *contradicted* when something that is known differs at a known place; *noticed* when a
//! rule is broken that may have nothing to do with it. Nothing is ever guessed: where no change reproduces the signature, the
//! answer says what was tried and what is left.

mod alone;
mod apply;
mod between;
pub mod causes;
mod change;
mod clock;
mod compare;
mod damage;
mod draft;
mod engine;
mod facts;
mod finding;
mod form;
mod fragments;
mod inquiry;
mod json;
mod kept;
mod refused;
#[cfg(test)]
mod round_trip;
mod rules;
mod search;
mod shared;
mod stream;
mod target;
mod write;

use std::cell::OnceCell;
use std::sync::atomic::Ordering;

use crate::analysis::{Analysis, Pending, Session};
use crate::canon::payload::Hashing;
use crate::evidence::{Piece, Rung};
use crate::request::redact::Veil;
use crate::scheme::claim::ClaimErrorKind;
use crate::scheme::{Memo, Signing};
use crate::service;
use crate::time::Timestamp;
use crate::trace::Trace;
use crate::verify::Agreement;
use facts::Facts;
use inquiry::Inquiry;

pub use apply::{Applied, CannotApply, apply, in_words};
pub use change::Edit;
pub use compare::is_of_another_request;
pub use damage::claimed_key_id;
pub use finding::{Certainty, Finding, Named, Quoted};
pub use search::{Effort, Exhausted, Progress};

/// What a diagnosis came to.
pub struct Diagnosis {
    /// What was found, the surest first.
    pub findings: Vec<Finding>,
    /// The answer in short.
    pub answer: Answer,
    /// How many combinations of changes were tried.
    pub tried: u64,
    /// How many changes were known.
    pub changes: usize,
    /// Whether everything was tried that the effort allowed.
    pub exhausted: Exhausted,
}

/// The answer of a diagnosis.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The signatures match, and nothing else is wrong.
    Match,
    /// The mistake is known.
    Proven,
    /// The signature is right for what the request claims, but the claim, the body or the clock is not.
    Rejected,
    /// The evidence, or the signature itself, differs from what is computed here, at known places.
    Contradicted,
    /// No known mistake, alone or with others, reproduces the signature.
    Open,
    /// What was signed is not all at hand: a signed header is missing, and no usual value of it reproduces the signature.
    Incomplete,
    /// Without a secret nothing can be tried: only remarks.
    NoSecret,
    /// There is nothing to reproduce.
    NoSignature,
    /// The body is still being read.
    Pending,
}

impl Answer {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Proven => "proven",
            Self::Rejected => "rejected",
            Self::Contradicted => "contradicted",
            Self::Open => "open",
            Self::Incomplete => "incomplete",
            Self::NoSecret => "no_secret",
            Self::NoSignature => "no_signature",
            Self::Pending => "pending",
        }
    }

    /// In a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Match => "The signature matches, and every other check passes.",
            Self::Proven => "The mistake is found: it reproduces what was received, byte for byte.",
            Self::Rejected => {
                "The signature is right for what the request claims, but a server refuses the request all the same."
            }
            Self::Contradicted => "What is known differs from what is computed here, at a known place.",
            Self::Open => {
                "No known mistake reproduces this signature: either what was signed can't be guessed, or another secret key was used."
            }
            Self::Incomplete => {
                "Something that was signed is missing here. Without it the signature can't be reproduced, so no other mistake is needed to explain the mismatch."
            }
            Self::NoSecret => {
                "To search for the mistake, Countersign needs the secret key, or the signer's canonical-request hash."
            }
            Self::NoSignature => "The request carries no signature that can be reproduced.",
            Self::Pending => "The body is still being read.",
        }
    }
}

/// The remark that is left when nothing explains a signature: while more is tried, it is not known yet.
pub const ANOTHER_SECRET: &str = "another-secret";

/// Diagnoses `session` at the instant `clock`.
pub fn diagnose(session: &Session, clock: Timestamp, effort: Effort, progress: &Progress) -> Diagnosis {
    let mut diagnosis = match session.request.is_absent() && !session.evidence.is_empty() {
        true => without_a_request(session),
        false => find(session, clock, effort, progress),
    };
    diagnosis.findings.extend(alone::next_step(session, &diagnosis));
    let veil = Veil::of(&session.request);
    for finding in &mut diagnosis.findings {
        apply::forget_what_is_in_vain(finding, session, clock);
        finding.hide(&veil);
    }
    diagnosis
}

fn without_a_request(session: &Session) -> Diagnosis {
    let (answer, findings) = alone::said(session);
    Diagnosis { findings, answer, tried: 0, changes: 0, exhausted: Exhausted::Yes }
}

fn find(session: &Session, clock: Timestamp, effort: Effort, progress: &Progress) -> Diagnosis {
    let analysis = analysis(session, clock);
    let claimed_session = as_claimed(session, &analysis);
    let claimed = self::analysis(&claimed_session, clock);
    let mut diagnosis = Diagnosis {
        findings: rules::noticed(session, &analysis),
        answer: Answer::NoSignature,
        tried: 0,
        changes: 0,
        exhausted: Exhausted::Yes,
    };
    if claimed.pending != Pending::No {
        diagnosis.answer = Answer::Pending;
        return diagnosis;
    }
    if diagnosis.is_told_without_a_search(session, (&analysis, &claimed), clock) {
        return diagnosis;
    }
    let direct = claimed.scheme.direct(&claimed_session.request);
    if let Some(signing) = direct.filter(|_| claimed.scheme.keyed().is_some()) {
        diagnosis.take(shared::search(signing, &claimed_session.request, &claimed, progress));
        return diagnosis;
    }
    let terms = claimed.terms(&claimed_session.request);
    let hosts = hosts(session);
    let facts = terms.as_ref().map(|terms| Facts::of(&claimed_session, &claimed, terms, &hosts));
    let mut broken = rules::broken(session, &analysis, &claimed);
    let inquiry = Inquiry {
        request: &claimed_session.request,
        facts: facts.as_ref(),
        claimed: &claimed,
        evidence: &session.evidence,
        format: session.format,
        effort,
        progress,
        known: OnceCell::new(),
    };
    let stale = facts.as_ref().and_then(|facts| rules::stale_payload(facts, &claimed));
    inquiry.run(&mut diagnosis, &mut broken, stale);
    inquiry.compare(&mut diagnosis);
    diagnosis.judge(session, &analysis, &claimed);
    if let Some(family) = claimed.scheme.family().filter(|family| family.service.is_some()) {
        diagnosis.findings.iter_mut().for_each(|finding| finding.speak_of(family));
    }
    diagnosis.tried = progress.tried.load(Ordering::Relaxed);
    diagnosis
}

/// Hosts that something else than the request names: the evidence, and the address at which it arrived.
fn hosts(session: &Session) -> Vec<String> {
    let texts = session.evidence.iter().filter_map(|piece| piece.canonical_request.as_deref());
    let lines = texts.flat_map(|text| text.split(|byte| *byte == b'\n'));
    let hosts = lines.filter_map(|line| line.strip_prefix(b"host:"));
    let named = hosts.map(|host| String::from_utf8_lossy(host).into_owned());
    // An address of this machine has a name as well.
    let port = session.arrived_at.as_ref().and_then(|at| at.rsplit_once(':')).map(|(_, port)| port);
    let local = port.map(|port| format!("localhost:{port}"));
    named.chain(session.arrived_at.clone()).chain(local).collect()
}

fn analysis(session: &Session, clock: Timestamp) -> Analysis {
    // A body that lies in a file is read elsewhere.
    let hashing = if session.request.body.path().is_some() { Hashing::UpTo(0) } else { Hashing::Now };
    Analysis::of(session, clock, hashing, &mut Memo::default(), Trace::default())
}

/// The session with what the request claims, not what the server expects: that is what the signer meant to sign.
fn as_claimed(session: &Session, analysis: &Analysis) -> Session {
    let mut claimed = session.clone();
    if analysis.claim().is_none() {
        return claimed;
    }
    // How the path is read follows from the service that the request is sent to.
    if let Some(service) = &session.settings.service {
        let dialect = service::of_name(service.as_bytes()).dialect();
        let settings = &mut claimed.settings;
        settings.encode_path = settings.encode_path.or(Some(dialect.encode_path));
        settings.normalize_path = settings.normalize_path.or(Some(dialect.normalize_path));
        settings.sign_token = settings.sign_token.or(Some(dialect.session_token));
    }
    let settings = &mut claimed.settings;
    (settings.region, settings.service, settings.time, settings.payload) = (None, None, None, None);
    settings.region_set = None;
    claimed
}

impl Diagnosis {
    /// Puts what a search found before all else.
    fn take(&mut self, told: shared::Told) {
        let shared::Told { answer, findings, tried, changes, exhausted } = told;
        (self.answer, self.tried, self.changes, self.exhausted) = (answer, tried, changes, exhausted);
        self.findings.splice(..0, findings);
    }

    /// What needs no search: two ways to authenticate, a scheme of another maker, a claim that cannot be read.
    fn is_told_without_a_search(
        &mut self,
        session: &Session,
        (analysis, claimed): (&Analysis, &Analysis),
        clock: Timestamp,
    ) -> bool {
        let said = session.evidence.iter().flat_map(|piece| compare::of_server(&session.request, piece));
        if let Some(finding) = refused::two_ways(analysis) {
            let is_right = analysis.agreement().holds() == Some(true);
            self.answer = if is_right { Answer::Rejected } else { Answer::Contradicted };
            self.findings.insert(0, finding);
            self.findings.extend(said);
        } else if let Some(foreign) = analysis.foreign {
            self.findings.insert(0, rules::of_another_scheme(foreign, &session.request));
            self.findings.extend(said);
            self.conclude(claimed);
        } else if matches!(analysis.claim, Some(Err(_))) {
            self.answer = Answer::Contradicted;
            match damage::repaired(session, &|session| self::analysis(session, clock)) {
                Some(finding) => {
                    self.answer = Answer::Proven;
                    self.findings.insert(0, finding);
                }
                None => self.unreadable(analysis),
            }
            self.findings.extend(said);
        } else {
            return false;
        }
        true
    }

    /// What the clock, the checks and the evidence add to what was found.
    fn judge(&mut self, session: &Session, analysis: &Analysis, claimed: &Analysis) {
        // Where an error names the server's clock, that one counts, and it is told.
        let names_its_clock = session.evidence.iter().any(|piece| clock::told(piece).is_some());
        if let Some(clock) = rules::clock(session, analysis).filter(|_| !names_its_clock) {
            self.add_clock(clock, claimed, session);
        }
        self.tell_that_nothing_is_signed(session);
        if self.answer == Answer::Match {
            self.refuse(refused::refused(analysis));
        }
        // What no part of a diagnosis has told: all is well only where every check says so.
        if self.answer == Answer::Match {
            self.refuse(refused::untold(&session.request, analysis));
        }
        self.conclude(claimed);
    }

    fn unreadable(&mut self, analysis: &Analysis) {
        if let Some(Err(error)) = &analysis.claim {
            let why = error.aws.as_ref().map_or(String::new(), |aws| format!("AWS answers: {aws}"));
            let remark = match error.kind {
                ClaimErrorKind::RegionInScope => {
                    let cause = Named::new(causes::named("scope-region-in-sigv4a"), error.to_string());
                    Named { why: format!("{} {why}", cause.why).trim_end().into(), ..cause }
                }
                ClaimErrorKind::Malformed | ClaimErrorKind::Algorithm | ClaimErrorKind::Scope => {
                    Named::remark(
                        "claim-unreadable",
                        format!("{error}."),
                        why,
                        "Write the signature in the form that the scheme has.",
                    )
                }
            };
            self.findings.insert(0, Finding::of(Certainty::Contradicted, vec![remark]));
        }
    }

    /// What contradicts the request although the signature itself is not explained.
    fn contradicted(&mut self, broken: &[Named]) {
        let found = broken.iter().map(|named| Finding::of(Certainty::Contradicted, vec![named.clone()]));
        self.findings.splice(..0, found);
    }

    /// The clock is proven to be the cause only where it is that of the server; this machine's says what would happen now.
    fn add_clock(&mut self, clock: Named, claimed: &Analysis, session: &Session) {
        let right = claimed.agreement().holds() == Some(true);
        let says_otherwise = |piece: &Piece| piece.gate.is_some_and(|gate| gate.rung != Rung::Date);
        let certainty = match (right, session.settings.now) {
            (false, _) => Certainty::Noticed,
            (true, _) if session.evidence.iter().any(says_otherwise) => Certainty::Noticed,
            (true, Some(_)) => Certainty::Proven,
            (true, None) => Certainty::Contradicted,
        };
        let place = self.findings.iter().take_while(|finding| finding.certainty <= certainty).count();
        if certainty != Certainty::Noticed && self.answer == Answer::Match {
            self.answer = Answer::Rejected;
        }
        self.findings.insert(place, Finding::of(certainty, vec![clock]));
    }

    /// A header of another kind explains an error that asks for the parts of a signature, and the error says nothing more.
    fn tell_that_nothing_is_signed(&mut self, session: &Session) {
        let asks = |piece: &Piece| piece.gate.filter(|gate| gate.rung.is_of_reading()).map(|gate| gate.id);
        let asked: Vec<&str> = session.evidence.iter().filter_map(asks).collect();
        let is_not_signed = |finding: &Finding| finding.causes[0].id == rules::NOT_SIGNED;
        if asked.is_empty() || !self.findings.iter().any(is_not_signed) {
            return;
        }
        for finding in &mut self.findings {
            let id = finding.causes[0].id;
            match () {
                () if id == rules::NOT_SIGNED => {
                    finding.certainty = Certainty::Contradicted;
                    finding.causes[0].rank = 0;
                }
                () if asked.contains(&id) => finding.certainty = Certainty::Noticed,
                () => {}
            }
        }
        if matches!(self.answer, Answer::NoSignature | Answer::NoSecret) {
            self.answer = Answer::Contradicted;
        }
    }

    /// What a server refuses although the signature is right.
    fn refuse(&mut self, refused: Vec<Finding>) {
        if !refused.is_empty() {
            self.answer = Answer::Rejected;
            self.findings.splice(..0, refused);
        }
    }

    fn conclude(&mut self, claimed: &Analysis) {
        // Proofs stand in the order of the search; of remarks the likelier come first.
        let rank = |finding: &Finding| match finding.certainty {
            Certainty::Proven | Certainty::Contradicted => 0,
            Certainty::Noticed => finding.rank(),
        };
        self.findings.sort_by_key(|finding| (finding.certainty, rank(finding)));
        if self.answer == Answer::Open && self.findings.iter().any(Finding::explains_the_mismatch) {
            self.answer = Answer::Incomplete;
            self.findings.sort_by_key(|finding| (finding.certainty, !finding.explains_the_mismatch()));
        }
        // What is known to differ says more than that nothing reproduces the signature.
        if self.answer == Answer::Open
            && self.findings.iter().any(|finding| finding.certainty == Certainty::Contradicted)
        {
            self.answer = Answer::Contradicted;
        }
        // That the server reads the request as it is here says more, and leaves open which of the two it is.
        let is_told = |id: &str| self.findings.iter().any(|finding| finding.causes[0].id == id);
        if self.answer == Answer::Open && !is_told(compare::READ_AS_SENT.id) && !is_told(ANOTHER_SECRET) {
            let remark = match the_key_is_right(claimed) {
                true => Named::remark(
                    "signed-part-changed",
                    "Something that is signed was changed to a value that cannot be known: the key is right, as the signatures in the body show.",
                    "The chunks of the body are signed with the same key, and they are right.",
                    "Compare what the client signed with what arrived: its debug log shows its canonical request.",
                ),
                false => Named::another_secret(
                    "Either something signed has a value that nobody can guess, or another secret was used.",
                    "Check that key ID and secret belong together. Then add the signer's debug log: its canonical request shows what was signed.",
                ),
            };
            let place =
                self.findings.iter().take_while(|finding| finding.certainty < Certainty::Noticed).count();
            self.findings.insert(place, Finding::of(Certainty::Noticed, vec![remark]));
        }
    }
}

/// Whether the signatures in the body show that the key is right although the request's own signature is not.
fn the_key_is_right(claimed: &Analysis) -> bool {
    let walked = claimed.stream.walked();
    walked.is_some_and(|walked| walked.links.iter().any(|link| link.agreement == Agreement::Equal))
        && claimed.scheme.family().is_some_and(|family| family.signing == Signing::Hmac)
}
