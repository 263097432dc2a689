//! Errors of servers: XML of S3, Google, Azure and the Query protocol; JSON of everything else.

mod json;
mod markup;
mod message;

use super::{Piece, Side, gate};
use json::of_json;
use markup::{markup_regions, of_markup};
use message::quoted_in;

/// Every error in a text, and the text without them.
pub(super) fn read(text: &str) -> (Vec<Piece>, String) {
    let mut pieces = Vec::new();
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    for range in markup_regions(text) {
        rest.push_str(&text[at..range.start]);
        rest.push('\n');
        pieces.push(of_markup(&text[range.clone()]));
        at = range.end;
    }
    rest.push_str(&text[at..]);
    let (more, left) = of_json(&rest);
    pieces.extend(more);
    let (more, left) = quoted_in(&left);
    pieces.extend(more);
    // A gate's message that stands in no error body: in the words of an exception.
    if pieces.is_empty()
        && let Some((gate, sentence)) = gate::told(end_of(&left))
    {
        let mut piece = Piece::new(Side::Server, "an error message");
        (piece.gate, piece.message) = (Some(gate), Some(sentence));
        pieces.push(piece);
    }
    (pieces, left)
}

/// The end of a long text: of a log of a whole day, what it says last is what somebody asks about.
fn end_of(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(LAST))..]
}

/// So many bytes of a log are searched for the words of gates.
const LAST: usize = 8 << 20;

/// Whole logs may hold many errors: those beyond are left, but for the ones that quote strings.
const MOST: usize = 100;

/// How far an error reaches before its code, and an object of JSON around its message.
const AROUND: usize = 8192;
