//! Errors of servers: XML of S3, Google, Azure and the Query protocol; JSON of everything else.

mod json;
mod markup;
mod message;

use std::borrow::Cow;
use std::ops::Range;

use super::{Piece, Side, gate};
use json::of_json;
use markup::{markup_regions, of_markup};
use message::quoted_in;

/// Every error in a text, and the text without them.
pub(super) fn read(text: &str) -> (Vec<Piece>, Cow<'_, str>) {
    let mut pieces = Vec::new();
    let mut left = Cow::Borrowed(text);
    for find in [in_markup, of_json, quoted_in] {
        let found = find(&left);
        if found.is_empty() {
            continue;
        }
        let (places, more): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        left = without(&left, &places).into();
        pieces.extend(more);
    }
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

/// An error, and where it stands.
type Found = (Range<usize>, Piece);

/// Errors in XML.
fn in_markup(text: &str) -> Vec<Found> {
    markup_regions(text).into_iter().map(|range| (range.clone(), of_markup(&text[range]))).collect()
}

/// A text without what stands at these places.
fn without(text: &str, places: &[Range<usize>]) -> String {
    let (mut rest, mut at) = (String::with_capacity(text.len()), 0);
    for place in places {
        rest.push_str(&text[at..place.start]);
        rest.push('\n');
        at = place.end;
    }
    rest + &text[at..]
}

/// The end of a long text: of a log of a whole day, what it says last is what somebody asks about.
fn end_of(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(LAST))..]
}

/// So many bytes of a log are searched for the words of gates.
const LAST: usize = 4 << 20;

/// Whole logs may hold many errors: those beyond are left, but for the ones that quote strings.
const MOST: usize = 100;

/// How far an error reaches before its code, and an object of JSON around its message.
const AROUND: usize = 8192;
