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

mod apply;
pub mod causes;
mod change;
mod compare;
mod draft;
mod engine;
mod facts;
mod finding;
mod form;
mod json;
#[cfg(test)]
mod round_trip;
mod rules;
mod search;
mod stream;
mod target;
mod write;

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use crate::analysis::{Analysis, Pending, Session};
use crate::canon::payload::Hashing;
use sha2::{Digest as _, Sha256};

use crate::evidence::Piece;
use crate::request::Format;
use crate::request::body::Digest;
use crate::scheme::{Dialect, Memo, Signing, v4};
use crate::service;
use crate::time::Timestamp;
use crate::trace::{Trace, Traced};
use crate::verify::Agreement;
use change::Change;
use draft::Draft;
use engine::Engine;
use facts::Facts;
use target::{Received, Target};

pub use apply::{Applied, CannotApply, apply, in_words};
pub use change::Edit;
pub use finding::{Certainty, Finding, Named};
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
            Self::NoSecret => "no_secret",
            Self::NoSignature => "no_signature",
            Self::Pending => "pending",
        }
    }

    /// In a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Match => "The signature matches, and no rule is broken.",
            Self::Proven => "The mistake is found: it reproduces what was received, byte for byte.",
            Self::Rejected => {
                "The signature is right for what the request claims, but a server refuses the request all the same."
            }
            Self::Contradicted => "What is known differs from what is computed here, at a known place.",
            Self::Open => {
                "No known mistake reproduces the signature. Most often another secret was used; else something that is \
                 signed was changed on the way to a value that cannot be known."
            }
            Self::NoSecret => {
                "Without the secret, or the hash of the canonical request that was signed, nothing can be tried."
            }
            Self::NoSignature => "The request carries no signature that can be reproduced.",
            Self::Pending => "The body is still being read.",
        }
    }
}

/// Diagnoses `session` at the instant `clock`.
pub fn diagnose(session: &Session, clock: Timestamp, effort: Effort, progress: &Progress) -> Diagnosis {
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
    if matches!(analysis.claim, Some(Err(_))) {
        diagnosis.unreadable(&analysis);
        return diagnosis;
    }
    let terms = claimed.terms(&claimed_session.request);
    let credentials = claimed.situation.credentials.as_ref();
    let hosts = hosts(&session.evidence);
    let facts = Facts {
        request: &claimed_session.request,
        claim: claimed.claim(),
        terms: &terms,
        secret: credentials.map(|key| &key.secret),
        keys: &session.keys,
        token: credentials
            .and_then(|key| key.session_token.as_ref())
            .or(session.settings.session_token.as_ref()),
        hosts: &hosts,
        body: Facts::body_of(&claimed_session.request.body),
    };
    let mut broken = rules::broken(session, &analysis, &claimed);
    let search = Search {
        facts: &facts,
        claimed: &claimed,
        evidence: &session.evidence,
        format: session.format,
        effort,
        progress,
    };
    let stale = rules::stale_payload(&facts, &claimed);
    search.run(&mut diagnosis, &mut broken, stale);
    search.compare(&mut diagnosis);
    if let Some(clock) = rules::clock(session, &analysis) {
        diagnosis.add_clock(clock, &claimed);
    }
    diagnosis.conclude(&claimed);
    diagnosis.tried = progress.tried.load(Ordering::Relaxed);
    diagnosis
}

/// Hosts that the evidence names.
fn hosts(evidence: &[Piece]) -> Vec<String> {
    let texts = evidence.iter().filter_map(|piece| piece.canonical_request.as_deref());
    let lines = texts.flat_map(|text| text.split(|byte| *byte == b'\n'));
    let hosts = lines.filter_map(|line| line.strip_prefix(b"host:"));
    hosts.map(|host| String::from_utf8_lossy(host).into_owned()).collect()
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
        let dialect = Dialect::of(service::of_name(service.as_bytes()));
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

/// A search, and what it looks at.
struct Search<'a> {
    facts: &'a Facts<'a>,
    claimed: &'a Analysis,
    evidence: &'a [Piece],
    format: Format,
    effort: Effort,
    progress: &'a Progress,
}

impl Search<'_> {
    fn run(&self, diagnosis: &mut Diagnosis, broken: &mut Vec<Named>, stale: Option<Digest>) {
        broken.extend(stale.map(|stated| self.stale(stated)));
        if self.claimed.agreement().holds() == Some(true) {
            diagnosis.answer = Answer::Match;
            return self.right(diagnosis, broken);
        }
        if let Some(named) = rules::nearly_right(self.claimed) {
            diagnosis.answer = Answer::Contradicted;
            diagnosis.findings.insert(0, Finding::of(Certainty::Contradicted, vec![named]));
            return diagnosis.contradicted(broken);
        }
        let Some(received) = self.received() else {
            diagnosis.answer =
                if self.claimed.received.is_none() { Answer::NoSignature } else { Answer::NoSecret };
            return diagnosis.contradicted(broken);
        };
        let mut draft = Draft::of(self.facts);
        if received.is_sha1() {
            draft.sign_with_sha1();
        }
        let changes = causes::changes(self.facts, &mut draft);
        diagnosis.changes = changes.len();
        let id = self.access_key_id();
        let public = self.claimed.situation.settings.public_key;
        let engine = Engine::new(&draft, &received.target, public, &id);
        let outcome = match engine.holds(&mut engine.scratch()) {
            true => search::Outcome { found: vec![Vec::new()], exhausted: Exhausted::Yes },
            false => search::search(&engine, &changes, self.effort(&received), self.progress),
        };
        diagnosis.exhausted = outcome.exhausted;
        diagnosis.answer = if outcome.found.is_empty() { Answer::Open } else { Answer::Proven };
        let proven = proofs(&engine, &changes, &outcome, &received, broken);
        if proven.is_empty() {
            diagnosis.contradicted(broken);
            diagnosis.answer = if outcome.found.is_empty() { Answer::Open } else { Answer::Match };
        }
        diagnosis.findings.splice(..0, proven);
    }

    /// What to reproduce: the signature where there is a key, else the hash of a canonical request.
    fn received(&self) -> Option<Received> {
        let signing = self.claimed.scheme.family().signing;
        let key = self.facts.secret.is_some() || self.claimed.situation.settings.public_key.is_some();
        let text = self.claimed.received.as_deref().filter(|_| key);
        text.and_then(|text| Received::of(text, signing))
    }

    /// Holds the evidence against what is computed here: where it differs, and which change of the request explains that.
    fn compare(&self, diagnosis: &mut Diagnosis) {
        let ours: [u8; 32] = Sha256::digest(self.claimed.trace.canonical_request()).into();
        let explained = diagnosis.findings.iter().filter_map(|finding| finding.signed.as_ref());
        let mut known: Vec<[u8; 32]> = explained.map(|(request, _)| Sha256::digest(request).into()).collect();
        known.push(ours);
        let mut found = Vec::new();
        for piece in self.evidence {
            found.extend(compare::contradictions(self.claimed, piece));
            let hash = piece.hash().filter(|hash| !known.contains(hash) && piece.consistent() != Some(false));
            if let Some(hash) = hash {
                known.push(hash);
                found.extend(self.explain_hash(hash, &compare::whose(piece), diagnosis));
            }
        }
        found.extend(compare::conclusion(self.claimed, self.evidence, self.format));
        let has = |certainty| found.iter().any(|finding: &Finding| finding.certainty == certainty);
        diagnosis.answer = match diagnosis.answer {
            Answer::Open | Answer::NoSecret | Answer::NoSignature | Answer::Match
                if has(Certainty::Proven) =>
            {
                Answer::Proven
            }
            Answer::NoSecret | Answer::NoSignature | Answer::Match if has(Certainty::Contradicted) => {
                Answer::Contradicted
            }
            answer => answer,
        };
        found.sort_by_key(Finding::rank);
        diagnosis.findings.extend(found);
    }

    /// Which changes of the request give a canonical request of this hash: no secret is needed for that.
    fn explain_hash(&self, hash: [u8; 32], whose: &str, diagnosis: &mut Diagnosis) -> Vec<Finding> {
        let received = Received { target: Target::Digest(hash), form: None };
        let mut draft = Draft::of(self.facts);
        let mut changes = causes::changes(self.facts, &mut draft);
        changes.retain(|change| change.mask & draft::OF_REQUEST != 0);
        let engine = Engine::new(&draft, &received.target, None, b"");
        let outcome = search::search(&engine, &changes, self.effort, self.progress);
        diagnosis.changes = diagnosis.changes.max(changes.len());
        if outcome.exhausted == Exhausted::No {
            diagnosis.exhausted = Exhausted::No;
        }
        let mut proven = proofs(&engine, &changes, &outcome, &received, &[]);
        proven.iter_mut().for_each(|finding| finding.of = Some(whose.to_owned()));
        proven
    }

    fn access_key_id(&self) -> Vec<u8> {
        let claim = self.facts.claim;
        claim
            .map(|claim| claim.text(self.facts.request, claim.access_key_id).into_owned())
            .unwrap_or_default()
    }

    /// Checking a signature of ECDSA costs a thousand times what an HMAC does.
    fn effort(&self, received: &Received) -> Effort {
        match received.target {
            Target::Asymmetric(_) => {
                Effort { depth: self.effort.depth.min(2), most: self.effort.most.min(30_000), ..self.effort }
            }
            Target::Mac(_) | Target::Digest(_) => self.effort,
        }
    }

    /// The request's own signature is right: what is left are its body, its scope and its clock.
    fn right(&self, diagnosis: &mut Diagnosis, broken: &[Named]) {
        let mut found = Vec::new();
        if !broken.is_empty() {
            let mut finding = Finding::of(Certainty::Proven, broken.to_vec());
            let texts = self.claimed.trace.canonical_request().to_vec();
            finding.signed = Some((texts, self.claimed.trace.string_to_sign().to_vec()));
            found.push(finding);
        }
        found.extend(self.broken_link());
        if !found.is_empty() {
            diagnosis.answer = Answer::Rejected;
        }
        diagnosis.findings.splice(..0, found);
    }

    fn broken_link(&self) -> Option<Finding> {
        let walked = self.claimed.stream.walked()?;
        let situation = &self.claimed.situation;
        let mut memo = Memo::default();
        let signer = v4::signer::Signer::of(self.facts.terms, situation, &mut memo)?;
        let seed = self.claimed.received.as_deref().unwrap_or_default();
        let (request, claim) = (self.facts.request, self.facts.claim);
        let chain = crate::analysis::stream::chain(request, claim, self.facts.terms, situation, None, seed);
        let string = |index| {
            let mut text = Traced::default();
            chain.string_to_sign(&mut text, &walked.links, index);
            text.bytes().to_vec()
        };
        let texts: Vec<Vec<u8>> = (0..walked.links.len()).map(string).collect();
        let signs = |text: &[u8], given: &[u8]| signer.agreement(text, given).holds() == Some(true);
        stream::broken_link(request, self.claimed, &texts, &signs)
    }

    /// Why the payload hash that is stated is not that of the body: the change of the body that has this hash, if one is known.
    fn stale(&self, stated: Digest) -> Named {
        let stated = hex::encode(stated);
        let changed = |detail: String| Named::new(causes::named("content-sha256-stale"), detail);
        match self.of_body(&stated) {
            // These are nothing that a signer does: the body was changed later.
            Some(named) if causes::AFTERWARDS.contains(&named.id) => changed(
                format!("{} {}", named.title.trim_end_matches('.').to_lowercase(), named.detail)
                    .trim_end()
                    .into(),
            ),
            Some(named) => named,
            None => changed(format!("stated: {stated}")),
        }
    }

    /// The cause by which a body has the hash that is stated.
    fn of_body(&self, stated: &str) -> Option<Named> {
        let mut draft = Draft::of(self.facts);
        draft.state_payload(causes::hex_hash(self.facts.body.as_deref()?).as_bytes());
        let changes = causes::changes_of_body(self.facts, &mut draft);
        let found = changes.iter().find(|change| {
            let stands = matches!(change.patch[..], [(draft::Slot::PAYLOAD, value)] if draft.bytes(value) == stated.as_bytes());
            stands && change.cause.id != "payload-hashed"
        })?;
        Some(Named::new(Some(found.cause), found.detail.clone()))
    }
}

/// Of findings that have the same causes and sign the same bytes, keeps the first.
fn same_once(findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    findings.retain(|finding| {
        let ids: Vec<&str> = finding.causes.iter().map(|cause| cause.id).collect();
        seen.insert((ids, finding.signed.clone()))
    });
}

/// What the combinations that were found amount to, the likeliest first.
fn proofs(
    engine: &Engine<'_>,
    changes: &[Change],
    outcome: &search::Outcome,
    received: &Received,
    broken: &[Named],
) -> Vec<Finding> {
    let of = |found: &Vec<usize>| found.iter().map(|index| &changes[*index]).collect::<Vec<_>>();
    let proven = outcome.found.iter().map(|found| proof(engine, &of(found), received, broken));
    let mut proven: Vec<Finding> = proven.filter(|finding| !finding.causes.is_empty()).collect();
    proven.sort_by_key(Finding::rank);
    same_once(&mut proven);
    proven
}

/// A finding of changes that come to the target, with what contradicts the request besides.
fn proof(engine: &Engine<'_>, changes: &[&Change], received: &Received, broken: &[Named]) -> Finding {
    let of_change = |change: &&Change| {
        let named = Named::new(Some(change.cause), change.detail.clone());
        Named { rank: named.rank + change.strange, ..named }
    };
    let mut causes: Vec<Named> = changes.iter().map(of_change).collect();
    if let Some((form, detail)) = &received.form {
        causes.push(Named::new(causes::named(form), detail.clone()));
    }
    causes.extend(broken.iter().cloned());
    let mut finding = Finding::of(Certainty::Proven, causes);
    finding.signed = Some(engine.texts(changes));
    let edits = changes.iter().map(|change| &change.edits);
    if edits.clone().all(|edits| !edits.is_empty()) {
        finding.edits = edits.flatten().cloned().collect();
    }
    finding
}

impl Diagnosis {
    fn unreadable(&mut self, analysis: &Analysis) {
        if let Some(Err(error)) = &analysis.claim {
            let why = error.aws.as_ref().map_or(String::new(), |aws| format!("AWS answers: {aws}"));
            let remark = Named::remark(
                "claim-unreadable",
                format!("{error}."),
                why,
                "Write the signature in the form that the scheme has.",
            );
            self.findings.insert(0, Finding::of(Certainty::Contradicted, vec![remark]));
        }
    }

    /// What contradicts the request although the signature itself is not explained.
    fn contradicted(&mut self, broken: &[Named]) {
        let found = broken.iter().map(|named| Finding::of(Certainty::Contradicted, vec![named.clone()]));
        self.findings.splice(..0, found);
    }

    fn add_clock(&mut self, clock: Named, claimed: &Analysis) {
        let right = claimed.agreement().holds() == Some(true);
        let certainty = if right { Certainty::Proven } else { Certainty::Noticed };
        let place = self.findings.iter().take_while(|finding| finding.certainty <= certainty).count();
        if right && self.answer == Answer::Match {
            self.answer = Answer::Rejected;
        }
        self.findings.insert(place, Finding::of(certainty, vec![clock]));
    }

    fn conclude(&mut self, claimed: &Analysis) {
        self.findings.sort_by_key(|finding| finding.certainty);
        if self.answer == Answer::Open {
            let remark = match the_key_is_right(claimed) {
                true => Named::remark(
                    "signed-part-changed",
                    "Something that is signed was changed to a value that cannot be known: the key is right, as the signatures in the body show.",
                    "The chunks of the body are signed with the same key, and they are right.",
                    "Compare what the client signed with what arrived: its debug log shows its canonical request.",
                ),
                false => Named::remark(
                    "another-secret",
                    "Most likely another secret was used; else something that is signed was changed to a value that cannot be known.",
                    "No known mistake, alone or with others, reproduces the signature with this secret.",
                    "Check that key id and secret belong together; then compare with the client's own canonical request, which its debug log shows.",
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
        && claimed.scheme.family().signing == Signing::Hmac
}
