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
mod claims;
mod clock;
mod compare;
mod damage;
mod described;
mod draft;
mod engine;
mod facts;
mod finding;
mod form;
mod fragments;
mod inquiry;
mod json;
mod judge;
mod kept;
mod next;
mod refused;
#[cfg(test)]
mod round_trip;
mod rules;
mod search;
mod shared;
mod stream;
mod strings;
mod target;
mod write;

use std::cell::OnceCell;
use std::sync::atomic::Ordering;

use crate::analysis::{Analysis, Pending, Session};
use crate::canon::payload::Hashing;
use crate::request::redact::Veil;
use crate::scheme::Memo;
use crate::service;
use crate::time::Timestamp;
use crate::trace::Trace;
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

impl Diagnosis {
    /// What needed no search.
    fn at_once(answer: Answer, findings: Vec<Finding>) -> Self {
        Self { findings, answer, tried: 0, changes: 0, exhausted: Exhausted::Yes }
    }

    /// The same with more findings behind its own.
    fn with(mut self, more: impl IntoIterator<Item = Finding>) -> Self {
        self.findings.extend(more);
        self
    }

    /// The same with these findings before its own.
    fn behind(mut self, first: impl IntoIterator<Item = Finding>) -> Self {
        self.findings.splice(..0, first);
        self
    }

    /// The same with another answer.
    fn answering(self, answer: Answer) -> Self {
        Self { answer, ..self }
    }
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
    let found = match session.request.is_absent() && !session.evidence.is_empty() {
        true => without_a_request(session),
        false => find(session, clock, effort, progress),
    };
    let next = next::step(session, &found);
    let mut diagnosis = found.with(next);
    let veil = Veil::of(&session.request);
    for finding in &mut diagnosis.findings {
        apply::forget_what_is_in_vain(finding, session, clock);
        finding.hide(&veil);
    }
    diagnosis
}

fn without_a_request(session: &Session) -> Diagnosis {
    let (answer, findings) = alone::said(session);
    Diagnosis::at_once(answer, findings)
}

fn find(session: &Session, clock: Timestamp, effort: Effort, progress: &Progress) -> Diagnosis {
    let analysis = analysis(session, clock);
    let claimed_session = as_claimed(session, &analysis);
    let claimed = self::analysis(&claimed_session, clock);
    let noticed = rules::noticed(session, &analysis);
    if claimed.pending != Pending::No {
        return Diagnosis::at_once(Answer::Pending, noticed);
    }
    if let Some(told) = judge::without_a_search(session, (&analysis, &claimed), &noticed, clock) {
        return told;
    }
    if let Some(row) = claimed.scheme.recipe() {
        return described::search(row, &claimed_session.request, &claimed, progress).with(noticed);
    }
    let terms = claimed.terms(&claimed_session.request);
    let hosts = hosts(session);
    let facts = terms.as_ref().map(|terms| Facts::of(&claimed_session, &claimed, terms, &hosts));
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
    let broken = rules::broken(session, &analysis, &claimed).into_iter().chain(inquiry.stale()).collect();
    let found = inquiry.compare(inquiry.run(noticed, broken));
    let mut diagnosis = found.judged(session, &analysis, &claimed);
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
