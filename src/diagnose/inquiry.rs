//! One diagnosis under way: what is to be reproduced, which changes do, and what the evidence adds.

use std::cell::OnceCell;
use std::collections::HashSet;

use sha2::{Digest as _, Sha256};

use super::causes::Hypothesis;
use super::change::Change;
use super::compare::Explained;
use super::draft::{self, Draft, Slot};
use super::engine::Engine;
use super::facts::Facts;
use super::finding::{Certainty, Finding, Named, Quoted};
use super::search::{self, Effort, Exhausted, Progress};
use super::target::{Received, Target};
use super::{Answer, Diagnosis, causes, compare, fragments, rules, shared, stream};
use crate::analysis::Analysis;
use crate::case::{self, Format};
use crate::evidence::{Piece, Side};
use crate::redact;
use crate::request::body::Digest;
use crate::request::{Request, editor};
use crate::scheme::chunks::stream::Signed;
use crate::scheme::{Memo, v4};
use crate::trace::Traced;
use crate::visible;

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

    /// Holds the evidence against what is computed here: where it differs, and which change of the request explains that.
    pub(super) fn compare(&self, diagnosis: &mut Diagnosis) {
        let ours: [u8; 32] = Sha256::digest(self.claimed.trace.canonical_request()).into();
        let explained = diagnosis.findings.iter().filter_map(|finding| finding.signed.as_ref());
        let mut known: Vec<[u8; 32]> = explained.map(|(request, _)| Sha256::digest(request).into()).collect();
        known.push(ours);
        let mut found = Vec::new();
        found.extend(self.evidence.iter().find_map(|piece| self.signed_text(piece)));
        let key_is_right = !found.is_empty();
        // A request that was rebuilt from a server's text says nothing of this text, nor does one that was planned by rules of ours.
        let own = case::source(self.evidence).filter(|place| {
            let is_of_server = self.evidence[*place].side == Side::Server;
            self.format == Format::Evidence && (is_of_server || self.claimed.claim.is_none())
        });
        for (place, piece) in self.evidence.iter().enumerate() {
            found.extend(compare::of_server(self.request, piece));
            if own == Some(place) {
                found.extend(compare::damage(piece));
                continue;
            }
            found.extend(compare::contradictions(self.claimed, piece));
            if let Some(part) = &piece.fragment {
                found.extend(fragments::against(part, self.claimed.trace.canonical_request()));
            }
            if self.format != Format::Evidence {
                found.extend(compare::key_id(self.claimed, &self.access_key_id(), piece));
            }
            let is_whole =
                piece.consistent() != Some(false) && !compare::is_of_another_request(self.claimed, piece);
            let hash = piece.hash().filter(|hash| !known.contains(hash) && is_whole);
            if let Some(hash) = hash {
                known.push(hash);
                found.extend(match self.claimed.agreement().holds() {
                    Some(true) => self.seen_by_server(hash, piece, diagnosis),
                    Some(false) | None => self.explain_hash(hash, piece, diagnosis),
                });
            }
        }
        if !key_is_right {
            let is_proven = diagnosis.findings.iter().any(|finding| finding.certainty == Certainty::Proven);
            let explained = if is_proven { Explained::Yes } else { Explained::No };
            found.extend(compare::conclusion(self.claimed, self.evidence, self.format, explained));
            if !is_proven {
                found.extend(compare::refused_though_right(self.claimed, self.evidence, self.format));
            }
        }
        diagnosis.answer = told(diagnosis.answer, &found);
        found.sort_by_key(|finding| (finding.certainty, !finding.is_of_server(), finding.rank()));
        diagnosis.findings.extend(found);
    }

    /// Whether the signature is right for the text that a piece quotes: then that is what was signed, and the key is right.
    fn signed_text(&self, piece: &Piece) -> Option<Finding> {
        let string = piece
            .string_to_sign
            .as_deref()
            .filter(|string| *string != self.claimed.trace.string_to_sign())?;
        let mut memo = Memo::default();
        let signer = v4::signer::Signer::of(self.facts?.terms, &self.claimed.situation, &mut memo)?;
        let holds = signer.agreement(string, self.claimed.received.as_deref()?).holds() == Some(true);
        let request = piece.canonical_request.clone().unwrap_or_default();
        holds.then(|| Finding {
            signed: Some((request, string.to_vec())),
            ..Finding::of(Certainty::Proven, vec![compare::known_text(self.claimed, piece)])
        })
    }

    /// Which changes of the request give a canonical request of this hash: no secret is needed for that.
    fn explain_hash(&self, hash: [u8; 32], piece: &Piece, diagnosis: &mut Diagnosis) -> Vec<Finding> {
        let received = Received { target: Target::Digest(hash), form: None };
        let Some(facts) = self.facts else { return Vec::new() };
        let (draft, changes) = self.known(facts);
        let changes: Vec<&Change> =
            changes.iter().filter(|change| change.mask & draft::OF_REQUEST != 0).collect();
        let engine = Engine::new(draft, &received.target, None, b"");
        let outcome = search::search(&engine, &changes, self.effort, self.progress);
        diagnosis.changes = diagnosis.changes.max(changes.len());
        if outcome.exhausted == Exhausted::No {
            diagnosis.exhausted = Exhausted::No;
        }
        let mut proven = proofs(&engine, &changes, &outcome, &received, &[]);
        for finding in &mut proven {
            finding.of = Some(Quoted { whose: compare::whose(piece), side: piece.side });
            // What a server read says nothing of what was signed.
            if finding.is_of_server() {
                finding.certainty = Certainty::Contradicted;
            }
        }
        proven
    }

    /// What a server saw in place of a request whose signature is right, known by its hash alone: no change of the signer's explains it, so
    /// no cause is named.
    fn seen_by_server(&self, hash: [u8; 32], piece: &Piece, diagnosis: &mut Diagnosis) -> Vec<Finding> {
        if piece.canonical_request.is_some() {
            return Vec::new();
        }
        let proven = self.explain_hash(hash, piece, diagnosis);
        let text = proven.into_iter().find_map(|finding| finding.signed).map(|(request, _)| request);
        text.map_or(Vec::new(), |text| compare::parts(self.claimed, piece, &text))
    }

    fn access_key_id(&self) -> Vec<u8> {
        let claim = self.claimed.claim();
        claim.map_or(Vec::new(), |claim| claim.key_id(self.request).into_owned())
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

/// The answer after the evidence was heard: what it proves or contradicts stands above what is merely not known.
fn told(before: Answer, found: &[Finding]) -> Answer {
    let has = |certainty| found.iter().any(|finding| finding.certainty == certainty);
    match before {
        Answer::Open | Answer::NoSecret | Answer::NoSignature | Answer::Match if has(Certainty::Proven) => {
            Answer::Proven
        }
        Answer::NoSecret | Answer::NoSignature | Answer::Match if has(Certainty::Contradicted) => {
            Answer::Contradicted
        }
        Answer::Open
        | Answer::NoSecret
        | Answer::NoSignature
        | Answer::Match
        | Answer::Proven
        | Answer::Rejected
        | Answer::Contradicted
        | Answer::Incomplete
        | Answer::Pending => before,
    }
}

/// The changes in the order in which they are tried: where each try is slow, the likely ones come first.
fn in_order<'c>(draft: &Draft, changes: &'c [Change], received: &Received) -> Vec<&'c Change> {
    let mut changes: Vec<&Change> = changes.iter().collect();
    if let Target::Asymmetric(_) = received.target {
        // Its key is derived for no day, no region and no service.
        changes.retain(|change| change.mask & draft::OF_LINKS == 0);
        let set = draft.family.region_set_header.and_then(|name| draft.named(&name.to_ascii_lowercase()));
        let set = set.map_or(0, |line| Slot::line(line).bit());
        let own = Slot::PREFIX.bit() | Slot::KEY_FORM.bit() | set;
        let touches = |change: &Change, slots: u128| change.mask & slots != 0;
        changes.sort_by_key(|change| {
            let rank = change.cause.rank + change.strange;
            (!touches(change, own), rank, !touches(change, Slot::SECRET.bit()))
        });
    }
    changes
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
    changes: &[&Change],
    outcome: &search::Outcome,
    received: &Received,
    broken: &[Named],
) -> Vec<Finding> {
    let of = |found: &Vec<usize>| found.iter().map(|index| changes[*index]).collect::<Vec<_>>();
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
    let mut causes: Vec<Named> = Vec::new();
    for change in changes {
        causes.push(of_change(change));
        causes.extend(change.also.map(|(cause, detail)| Named::new(Some(cause), detail)));
    }
    if let Some((form, detail)) = &received.form {
        causes.push(Named::new(causes::named(form), detail.clone()));
    }
    let is_new = |named: &&Named| causes.iter().all(|cause| cause.id != named.id);
    let more: Vec<Named> = broken.iter().filter(is_new).cloned().collect();
    causes.extend(more);
    let mut finding = Finding::of(Certainty::Proven, causes);
    finding.signed = Some(engine.texts(changes));
    let edits = changes.iter().map(|change| &change.edits);
    if edits.clone().all(|edits| !edits.is_empty()) {
        finding.edits = edits.flatten().cloned().collect();
    }
    finding
}
