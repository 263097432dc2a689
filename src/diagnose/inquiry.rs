//! One diagnosis under way: what is to be reproduced, which changes do, and what the evidence adds.

mod evidence;
mod proof;

use std::cell::OnceCell;

use super::causes::{self, Hypothesis};
use super::change::Change;
use super::draft::{self, Draft};
use super::engine::Engine;
use super::facts::Facts;
use super::finding::{Certainty, Finding, Named};
use super::search::{self, Effort, Exhausted, Progress};
use super::target::{Received, Target};
use super::{Answer, Diagnosis, rules, shared, stream};
use crate::analysis::Analysis;
use crate::case::Format;
use crate::evidence::Piece;
use crate::request::body::Digest;
use crate::request::{Request, editor};
use crate::scheme::chunks::stream::Signed;
use crate::scheme::{Memo, v4};
use crate::trace::Traced;
use crate::{redact, visible};
use proof::{in_order, proofs};

/// A diagnosis under way, and what it looks at.
pub(super) struct Inquiry<'a> {
    pub(super) request: &'a Request,
    /// What hypotheses look at; `None` in a scheme of which no mistakes are known.
    pub(super) facts: Option<&'a Facts<'a>>,
    pub(super) claimed: &'a Analysis,
    pub(super) evidence: &'a [Piece],
    pub(super) format: Format,
    pub(super) effort: Effort,
    pub(super) progress: &'a Progress,
    /// The draft and its changes: signature and evidence are searched with the same ones.
    pub(super) known: OnceCell<(Draft, Vec<Change>)>,
}

impl Inquiry<'_> {
    pub(super) fn run(&self, diagnosis: &mut Diagnosis, broken: &mut Vec<Named>, stale: Option<Digest>) {
        broken.extend(stale.and_then(|stated| Some(self.stale(self.facts?, stated))));
        if self.claimed.agreement().holds() == Some(true) {
            diagnosis.answer = Answer::Match;
            return self.right(diagnosis, broken);
        }
        if let Some(named) = rules::nearly_right(self.claimed) {
            diagnosis.answer = Answer::Contradicted;
            diagnosis.findings.insert(0, Finding::of(Certainty::Contradicted, vec![named]));
            return diagnosis.contradicted(broken);
        }
        let (Some(facts), Some(received)) = (self.facts, self.received()) else {
            diagnosis.findings.extend(self.unknown_scheme(&diagnosis.findings));
            diagnosis.answer = match (&self.claimed.received, &self.claimed.situation.credentials) {
                (None, _) => Answer::NoSignature,
                (Some(_), None) => Answer::NoSecret,
                (Some(_), Some(_)) if self.format == Format::Evidence => Answer::NoSignature,
                (Some(_), Some(_)) => match self.claimed.scheme.direct(self.request) {
                    Some(signing) => {
                        diagnosis.take(shared::search(signing, self.request, self.claimed, self.progress));
                        diagnosis.answer
                    }
                    None => {
                        diagnosis.findings.insert(0, rules::not_searched(self.claimed));
                        Answer::Contradicted
                    }
                },
            };
            return diagnosis.contradicted(broken);
        };
        let (draft, changes) = self.known(facts);
        let changes = in_order(draft, changes, &received);
        diagnosis.changes = changes.len();
        let id = self.access_key_id();
        let public = self.claimed.situation.settings.public_key;
        let engine = Engine::new(draft, &received.target, public, &id);
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

    /// What stands in place of a signature: a header of a scheme that is not known here, where no rule has told it.
    fn unknown_scheme(&self, told: &[Finding]) -> Option<Finding> {
        let value = self.request.value(b"authorization").filter(|_| self.claimed.claim.is_none())?;
        let is_told =
            told.iter().any(|finding| finding.causes.iter().any(|cause| cause.id == rules::NOT_SIGNED));
        if is_told || editor::is_instruction(value) {
            return None;
        }
        if redact::is_taken_out(value) {
            return Some(Finding::of(Certainty::Noticed, vec![rules::taken_out()]));
        }
        let title = match value.is_empty() {
            true => "The request is not signed: its Authorization header is empty.",
            false => "The request is signed by a scheme that is not known here, or it is not signed.",
        };
        let mut named = Named::remark(
            rules::NOT_SIGNED,
            title,
            "AWS looks for AWS4-HMAC-SHA256 and its three parts. Other schemes follow rules of their own.",
            "If AWS is to take the request, sign it with AWS4-HMAC-SHA256. If not, check it by the rules of its own scheme.",
        );
        named.detail =
            redact::scheme(value).map_or(String::new(), |word| format!("`{}`", visible::one_line(word)));
        named.rank = 0;
        Some(Finding::of(Certainty::Noticed, vec![named]))
    }

    fn known(&self, facts: &Facts<'_>) -> &(Draft, Vec<Change>) {
        self.known.get_or_init(|| {
            let mut draft = Draft::of(facts);
            if self.received().is_some_and(|received| received.is_sha1()) {
                draft.sign_with_sha1();
            }
            let changes = causes::changes(facts, &mut draft, self.progress);
            (draft, changes)
        })
    }

    /// What to reproduce: the signature where there is a key, else the hash of a canonical request.
    fn received(&self) -> Option<Received> {
        let signing = self.claimed.scheme.family()?.signing;
        let key = self.claimed.situation.credentials.is_some()
            || self.claimed.situation.settings.public_key.is_some();
        // Zeros stand where the evidence quotes no signature.
        let is_known =
            |text: &&[u8]| self.format != Format::Evidence || text.iter().any(|byte| *byte != b'0');
        let text = self.claimed.received.as_deref().filter(|_| key).filter(is_known);
        text.and_then(|text| Received::of(text, signing))
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
        found.extend(rules::failed_policy(self.claimed));
        if !found.is_empty() {
            diagnosis.answer = Answer::Rejected;
        }
        diagnosis.findings.splice(..0, found);
    }

    fn broken_link(&self) -> Option<Finding> {
        let walked = self.claimed.stream.walked()?;
        let (terms, input) = (self.facts?.terms, self.claimed.input(self.request));
        let mut memo = Memo::default();
        let signer = v4::signer::Signer::of(terms, input.situation, &mut memo)?;
        let chain = Signed { input, terms }.chain(None, input.received.unwrap_or_default());
        let string = |index| {
            let mut text = Traced::default();
            chain.string_to_sign(&mut text, &walked.links, index);
            text.bytes().to_vec()
        };
        let texts: Vec<Vec<u8>> = (0..walked.links.len()).map(string).collect();
        let signs = |text: &[u8], given: &[u8]| signer.agreement(text, given).holds() == Some(true);
        stream::broken_link(self.request, self.claimed, &texts, &signs)
    }

    /// Why the payload hash that is stated is not that of the body: the change of the body that has this hash, if one is known.
    fn stale(&self, facts: &Facts<'_>, stated: Digest) -> Named {
        let stated = hex::encode(stated);
        let changed = |detail: String| Named::new(causes::named("content-sha256-stale"), detail);
        match self.of_body(facts, &stated) {
            Some((cause, detail)) if cause.after_hashing => {
                let title = cause.title.trim_end_matches('.').to_lowercase();
                changed(format!("{title} {detail}").trim_end().into())
            }
            Some((cause, detail)) => Named::new(Some(cause), detail),
            None => changed(format!("stated: {stated}")),
        }
    }

    /// The cause by which a body has the hash that is stated, and what it is here.
    fn of_body(&self, facts: &Facts<'_>, stated: &str) -> Option<(&'static Hypothesis, String)> {
        let mut draft = Draft::of(facts);
        draft.state_payload(causes::hex_hash(facts.body.as_deref()?).as_bytes());
        let changes = causes::changes_of_body(facts, &mut draft, self.progress);
        let found = changes.iter().find(|change| {
            let stands = matches!(change.patch[..], [(draft::Slot::PAYLOAD, value)] if draft.bytes(value) == stated.as_bytes());
            stands && change.cause.id != "payload-hashed"
        })?;
        Some((found.cause, found.detail.clone()))
    }
}
