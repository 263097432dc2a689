//! What a server or a signer computed, held against what is computed here: conclusions that need no secret.

mod arrival;
mod attempt;
mod conclusion;
mod texts;

use super::causes;
use super::clock::{self, Whose};
use super::finding::{Certainty, Finding, Named};
use crate::evidence::{Piece, Rung, Side};
use crate::request::Request;
use crate::visible;
use arrival::arrived;

pub(super) use attempt::of_another_attempt;
pub(super) use conclusion::{
    Attempts, Explained, KEY_IS_WRONG, MISMATCH, READ_AS_SENT, conclusion, refused_though_right,
};
pub use texts::is_of_another_request;
pub(super) use texts::{contradictions, damage, key_id, known_text, parts};

/// Whose text a finding speaks of, at the begin of a sentence.
pub(super) fn whose(piece: &Piece) -> String {
    match piece.side {
        Side::Server => "The server's canonical request".into(),
        Side::Signer => format!("The signer's canonical request ({})", piece.format),
        Side::Unknown => "The canonical request in the evidence".into(),
    }
}

fn who(piece: &Piece) -> &'static str {
    match piece.side {
        Side::Server => "the server",
        Side::Signer => "the signer",
        Side::Unknown => "the other side",
    }
}

/// What the server says of itself: the header that arrived, and the gate at which it stopped.
pub(super) fn of_server(request: &Request, piece: &Piece) -> Vec<Finding> {
    let arrived = arrived(request, piece);
    // A gate that asks for the parts of a signature says nothing more of a header that is none.
    let is_told = arrived.as_ref().is_some_and(|finding| finding.certainty == Certainty::Contradicted);
    let gate = gate(piece).filter(|_| !is_told);
    arrived.into_iter().chain(gate).collect()
}

fn is_hash_of_nothing(value: &str) -> bool {
    value.eq_ignore_ascii_case(&causes::hex_hash(b""))
}

/// What the gate says at which the server stopped.
fn gate(piece: &Piece) -> Option<Finding> {
    let gate = piece.gate?;
    let said = piece.message.as_deref().unwrap_or_default();
    let fields = piece
        .fields
        .iter()
        .filter(|(name, _)| !["Resource", "Key", "BucketName", "Details"].contains(&&**name));
    let told = |(name, value): &(String, String)| match is_hash_of_nothing(value) {
        true => format!("{name}: {value}, the hash of an empty body"),
        false => format!("{name}: {value}"),
    };
    let fields: Vec<String> = fields.map(told).collect();
    let mut named = Named::remark(gate.id, gate.means, piece.proves(gate), gate.fix);
    let detail = [&[visible::one_line(said.as_bytes())][..], &fields].concat();
    named.detail = detail.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
    named.rank = 3;
    // Both clocks are known: their distance says more than the message.
    if let Some((signed, now)) = clock::told(piece).filter(|_| gate.rung == Rung::Date) {
        let story = clock::story(signed, now, Whose::Server);
        return Some(Finding::of(Certainty::Contradicted, vec![Named { rank: 3, ..story }, named]));
    }
    // That signatures differ, or that something does, is no finding: it is the question.
    let is_the_question = gate.id == MISMATCH || gate.rung == Rung::Unsaid;
    let certainty = if is_the_question { Certainty::Noticed } else { Certainty::Contradicted };
    Some(Finding::of(certainty, vec![named]))
}
