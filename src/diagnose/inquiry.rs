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
use crate::request::{Request, editor};
use crate::scheme::chunks::stream::Signed;
use crate::scheme::v4::rsa::RsaKey;
use crate::scheme::{Memo, Signing, v4};
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
    /// What the signature shows, besides what was noticed and the rules that are broken.
    pub(super) fn run(&self, noticed: Vec<Finding>, broken: Vec<Named>) -> Diagnosis {
        if self.claimed.agreement().holds() == Some(true) {
            return self.right(noticed, broken);
        }
        if let Some(named) = rules::nearly_right(self.claimed) {
            let nearly = Finding::of(Certainty::Contradicted, vec![named]);
            let found = Diagnosis::at_once(Answer::Contradicted, vec![nearly]);
            return found.with(noticed).behind(contradictions(broken));
        }
        match (self.facts, self.received()) {
            (Some(facts), Some(received)) => self.searched(facts, &received, &broken).with(noticed),
            (Some(_) | None, _) => {
                let unknown = self.unknown_scheme(&noticed);
                self.without_a_draft().with(noticed).with(unknown).behind(contradictions(broken))
            }
        }
    }

    /// What there is to say where no draft can be searched.
    fn without_a_draft(&self) -> Diagnosis {
        let nothing = |answer| Diagnosis::at_once(answer, Vec::new());
        match (&self.claimed.received, &self.claimed.situation.credentials) {
            (None, _) => nothing(Answer::NoSignature),
            (Some(_), None) => nothing(Answer::NoSecret),
            (Some(_), Some(_)) if self.format == Format::Evidence => nothing(Answer::NoSignature),
            (Some(_), Some(_)) => match self.claimed.scheme.direct(self.request) {
                Some(signing) => shared::search(signing, self.request, self.claimed, self.progress),
                None => Diagnosis::at_once(Answer::Contradicted, vec![rules::not_searched(self.claimed)]),
            },
        }
    }

    /// Which changes of the draft reproduce what was received.
    fn searched(&self, facts: &Facts<'_>, received: &Received, broken: &[Named]) -> Diagnosis {
        let (draft, changes) = self.known(facts);
        let changes = in_order(draft, changes, received);
        let id = self.access_key_id();
        let public = self.claimed.situation.settings.public_key;
        let mut rsa = None;
        let credentials = self.claimed.situation.credentials.as_ref();
        let key = credentials
            .and_then(|key| RsaKey::kept(&mut rsa, key))
            .filter(|_| self.claimed.scheme.family().is_some_and(|family| family.signing == Signing::Rsa));
        let engine = Engine::new(draft, &received.target, public, &id).with_rsa(key);
        let outcome = match engine.holds(&mut engine.scratch()) {
            true => search::Outcome { found: vec![Vec::new()], exhausted: Exhausted::Yes },
            false => search::search(&engine, &changes, self.effort(received), self.progress),
        };
        let proven = proofs(&engine, &changes, &outcome, received, broken);
        let (answer, findings) = match (outcome.found.is_empty(), proven.is_empty()) {
            (true, _) => (Answer::Open, contradictions(broken.to_vec())),
            // The draft as it stands comes to the signature.
            (false, true) => (Answer::Match, contradictions(broken.to_vec())),
            (false, false) => (Answer::Proven, proven),
        };
        Diagnosis { findings, answer, tried: 0, changes: changes.len(), exhausted: outcome.exhausted }
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
    fn right(&self, noticed: Vec<Finding>, broken: Vec<Named>) -> Diagnosis {
        let mut found = Vec::new();
        if !broken.is_empty() {
            let mut finding = Finding::of(Certainty::Proven, broken);
            let texts = self.claimed.trace.canonical_request().to_vec();
            finding.signed = Some((texts, self.claimed.trace.string_to_sign().to_vec()));
            found.push(finding);
        }
        found.extend(self.broken_link());
        found.extend(rules::failed_policy(self.claimed));
        let answer = if found.is_empty() { Answer::Match } else { Answer::Rejected };
        Diagnosis::at_once(answer, found).with(noticed)
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
    pub(super) fn stale(&self) -> Option<Named> {
        let facts = self.facts?;
        let stated = hex::encode(rules::stale_payload(facts, self.claimed)?);
        let changed = |detail: String| Named::new(causes::named("content-sha256-stale"), detail);
        Some(match self.of_body(facts, &stated) {
            Some((cause, detail)) if cause.after_hashing => {
                let title = cause.title.trim_end_matches('.').to_lowercase();
                changed(format!("{title} {detail}").trim_end().into())
            }
            Some((cause, detail)) => Named::new(Some(cause), detail),
            None => changed(format!("stated: {stated}")),
        })
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

/// What contradicts the request although the signature itself is not explained.
fn contradictions(broken: Vec<Named>) -> Vec<Finding> {
    broken.into_iter().map(|named| Finding::of(Certainty::Contradicted, vec![named])).collect()
}
