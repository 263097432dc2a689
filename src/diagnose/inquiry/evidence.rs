//! What the evidence adds: texts held against ours, and a hash that a server saw.

use sha2::{Digest as _, Sha256};

use super::Inquiry;
use super::proof::proofs;
use crate::case::{self, Format};
use crate::diagnose::change::Change;
use crate::diagnose::compare::{self, Attempts, Explained};
use crate::diagnose::engine::Engine;
use crate::diagnose::finding::{Certainty, Finding, Quoted};
use crate::diagnose::search::{self, Exhausted};
use crate::diagnose::target::{Received, Target};
use crate::diagnose::{Answer, Diagnosis, draft, fragments};
use crate::evidence::{Piece, Side};
use crate::scheme::{Memo, v4};

impl Inquiry<'_> {
    /// Holds the evidence against what is computed here: where it differs, and which change of the request explains that.
    pub(in crate::diagnose) fn compare(&self, searched: Diagnosis) -> Diagnosis {
        let ours: [u8; 32] = Sha256::digest(self.claimed.trace.canonical_request()).into();
        let explained = searched.findings.iter().filter_map(|finding| finding.signed.as_ref());
        let mut known: Vec<[u8; 32]> = explained.map(|(request, _)| Sha256::digest(request).into()).collect();
        known.push(ours);
        let (mut found, mut tried) = (Vec::new(), Tried::default());
        found.extend(self.evidence.iter().find_map(|piece| self.signed_text(piece)));
        let key_is_right = !found.is_empty();
        let is_right = self.claimed.agreement().holds() == Some(true);
        let own = self.source();
        let (evidence, attempts, remarks) = self.of_one_attempt(own);
        found.extend(remarks);
        for (place, piece) in evidence.iter().enumerate() {
            found.extend(compare::of_server(self.request, piece));
            if own == Some(place) {
                found.extend(compare::damage(piece));
                continue;
            }
            found.extend(self.differences(piece));
            let is_whole =
                piece.consistent() != Some(false) && !compare::is_of_another_request(self.claimed, piece);
            let hash = piece.hash().filter(|hash| !known.contains(hash) && is_whole);
            if let Some(hash) = hash {
                known.push(hash);
                // Where the server's text is quoted, it is compared part by part.
                if is_right && piece.canonical_request.is_some() {
                    continue;
                }
                let (proven, own) = self.explain_hash(hash, piece);
                tried = tried.and(own);
                found.extend(if is_right { self.seen_by_server(proven, piece) } else { proven });
            }
        }
        if !key_is_right {
            let is_proven = searched.findings.iter().any(|finding| finding.certainty == Certainty::Proven);
            let explained = if is_proven { Explained::Yes } else { Explained::No };
            found.extend(compare::conclusion(self.claimed, &evidence, self.format, (explained, attempts)));
            if !is_proven {
                found.extend(compare::refused_though_right(self.claimed, self.evidence, self.format));
            }
        }
        let answer = told(searched.answer, &found);
        found.sort_by_key(|finding| (finding.certainty, !finding.is_of_server(), finding.rank()));
        let Tried { changes, exhausted } =
            tried.and(Tried { changes: searched.changes, exhausted: searched.exhausted });
        Diagnosis { answer, changes, exhausted, ..searched }.with(found)
    }

    /// Where a piece says something else than what is computed here.
    fn differences(&self, piece: &Piece) -> Vec<Finding> {
        let mut found = compare::contradictions(self.claimed, piece);
        if let Some(part) = &piece.fragment {
            found.extend(fragments::against(part, self.claimed.trace.canonical_request()));
        }
        if self.format != Format::Evidence {
            found.extend(compare::key_id(self.claimed, &self.access_key_id(), piece));
        }
        found
    }

    /// The piece that the request was rebuilt from, where the request says nothing of its text: a server's, or one that was planned by
    /// rules of ours.
    fn source(&self) -> Option<usize> {
        case::source(self.evidence).filter(|place| {
            let is_of_server = self.evidence[*place].side == Side::Server;
            self.format == Format::Evidence && (is_of_server || self.claimed.claim.is_none())
        })
    }

    /// The evidence as if all of it were of the attempt here, but for the piece that the request was rebuilt from; and what is of another.
    fn of_one_attempt(&self, own: Option<usize>) -> (Vec<Piece>, Attempts, Vec<Finding>) {
        let mut evidence = self.evidence.to_vec();
        let mut remarks = Vec::new();
        for (_, piece) in evidence.iter_mut().enumerate().filter(|(place, _)| own != Some(*place)) {
            if let Some((aligned, remark)) = self.of_another_attempt(piece) {
                *piece = aligned;
                remarks.push(remark);
            }
        }
        let attempts = if remarks.is_empty() { Attempts::One } else { Attempts::Several };
        (evidence, attempts, remarks)
    }

    /// A piece of another attempt than the one here, as if it were of this one.
    fn of_another_attempt(&self, piece: &Piece) -> Option<(Piece, Finding)> {
        // A signature that a rebuilt request carries may be that of any piece.
        let is_rebuilt = self.format == Format::Evidence;
        let of_source = || case::source(self.evidence).and_then(|at| self.evidence[at].signature.clone());
        let received =
            || self.claimed.received.as_deref().map(|text| String::from_utf8_lossy(text).into_owned());
        let own = if is_rebuilt { of_source() } else { received() };
        let is_another =
            compare::is_of_another_request(self.claimed, piece) || self.signed_text(piece).is_some();
        (!is_another).then(|| compare::of_another_attempt(self.claimed, own.as_deref(), piece)).flatten()
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
    fn explain_hash(&self, hash: [u8; 32], piece: &Piece) -> (Vec<Finding>, Tried) {
        // Of two texts whose sides nobody tells, neither is what was sent.
        let is_of_nobody = piece.side == Side::Unknown && self.format == Format::Evidence;
        let received = Received { target: Target::Digest(hash), form: None };
        let Some(facts) = self.facts.filter(|_| !is_of_nobody) else { return Default::default() };
        let (draft, changes) = self.known(facts);
        let changes: Vec<&Change> =
            changes.iter().filter(|change| change.mask & draft::OF_REQUEST != 0).collect();
        let engine = Engine::new(draft, &received.target, None, b"");
        let outcome = search::search(&engine, &changes, self.effort, self.progress);
        let mut proven = proofs(&engine, &changes, &outcome, &received, &[]);
        for finding in &mut proven {
            finding.of = Some(Quoted { whose: compare::whose(piece), side: piece.side });
            // What a server read says nothing of what was signed.
            if finding.is_of_server() {
                finding.certainty = Certainty::Contradicted;
            }
        }
        (proven, Tried { changes: changes.len(), exhausted: outcome.exhausted })
    }

    /// What a server saw in place of a request whose signature is right, known by its hash alone: no change of the signer's explains it, so
    /// no cause is named.
    fn seen_by_server(&self, proven: Vec<Finding>, piece: &Piece) -> Vec<Finding> {
        let text = proven.into_iter().find_map(|finding| finding.signed).map(|(request, _)| request);
        text.map_or(Vec::new(), |text| compare::parts(self.claimed, piece, &text))
    }

    pub(super) fn access_key_id(&self) -> Vec<u8> {
        let claim = self.claimed.claim();
        claim.map_or(Vec::new(), |claim| claim.key_id(self.request).into_owned())
    }
}

/// How much was tried to explain hashes.
#[derive(Default)]
struct Tried {
    changes: usize,
    exhausted: Exhausted,
}

impl Tried {
    fn and(self, other: Self) -> Self {
        let exhausted = match (self.exhausted, other.exhausted) {
            (Exhausted::Yes, Exhausted::Yes) => Exhausted::Yes,
            (Exhausted::No, _) | (_, Exhausted::No) => Exhausted::No,
        };
        Self { changes: self.changes.max(other.changes), exhausted }
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
