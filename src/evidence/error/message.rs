//! The message of an error: its sentence, and the strings that it quotes.

use super::{Found, MOST};
use crate::evidence::scan::{self, folded_string, unfolded_request};
use crate::evidence::text::unescaped_slashes;
use crate::evidence::{Piece, Side, gate, source};

/// Splits a message into its sentence and the strings that it quotes.
pub(super) fn take_message(piece: &mut Piece, message: &str) {
    let (sentence, request, string) = quoted(message);
    piece.canonical_request = piece.canonical_request.take().or(request.map(String::into_bytes));
    piece.string_to_sign = piece.string_to_sign.take().or(string.map(String::into_bytes));
    piece.string_to_sign = piece.string_to_sign.take().or_else(|| in_brackets(message, "StringToSign is ["));
    let quoted = || in_brackets(message, "CanonicalRequest is [").or_else(|| between_bars(message));
    piece.canonical_request = piece.canonical_request.take().or_else(quoted);
    if piece.string_to_sign.is_none() {
        piece.string_to_sign = azure_string(message).map(|text| unescaped_slashes(&text).into_bytes());
    }
    piece.gate = piece.gate.or_else(|| gate::find(&sentence).map(|(gate, _)| gate));
    piece.message = Some(sentence).filter(|sentence| !sentence.is_empty());
}

/// What Alibaba Cloud quotes: `server StringToSign is [ACS3-HMAC-SHA256 …]`. A text that was copied may have a space for its line break.
fn in_brackets(message: &str, before: &str) -> Option<Vec<u8>> {
    let start = message.find(before)? + before.len();
    let text = message[start..].split(']').next()?.trim();
    let text = match text.contains('\n') {
        true => text.to_owned(),
        false => unfolded_request(text).unwrap_or_else(|| text.replace(' ', "\n")),
    };
    Some(text.into_bytes())
}

/// What Huawei Cloud quotes: a canonical request with bars for its line breaks.
fn between_bars(message: &str) -> Option<Vec<u8>> {
    const BEFORE: &str = "canonicalRequest:";
    let start = message.find(BEFORE)? + BEFORE.len();
    let text = message[start..].lines().next()?.trim();
    (text.matches('|').count() >= 5).then(|| text.replace('|', "\n").into_bytes())
}

/// The sentences that quote a canonical request, outside of any error body: in an exception, or in a code block.
pub(super) fn quoted_in(text: &str) -> Vec<Found> {
    /// No canonical request has more headers.
    const LINES: usize = 1000;
    let (mut pieces, mut from) = (Vec::new(), 0);
    while let Some(at) = text[from..].find(REQUEST).map(|at| from + at).filter(|_| pieces.len() < MOST) {
        let begin = text[from..at].rfind("The request signature").map_or(at, |begin| from + begin);
        if source::is_advice(&text[..begin]) {
            from = at + REQUEST.len();
            continue;
        }
        let lines: Vec<&str> = text[at..].lines().take(LINES).collect();
        let found = scan::all(&lines);
        let count = found.iter().take(2).map(|found| found.end).max().unwrap_or(1).min(lines.len());
        let end = at + lines[..count].iter().map(|line| line.len() + 1).sum::<usize>();
        from = end.min(text.len());
        pieces.push((begin..from, of_sentence(text[begin..at].trim(), &found)));
    }
    pieces
}

fn of_sentence(sentence: &str, found: &[scan::Found]) -> Piece {
    let mut piece = Piece::new(Side::Server, "an error message");
    for one in found.iter().take(2) {
        match one.kind {
            scan::Kind::Request => piece.canonical_request = Some(one.text.clone().into_bytes()),
            scan::Kind::String => piece.string_to_sign = Some(one.text.clone().into_bytes()),
        }
    }
    piece.gate = gate::of_code("SignatureDoesNotMatch");
    piece.message = Some(sentence.to_owned()).filter(|text| !text.is_empty());
    piece
}

/// What Azure says that it signed.
pub(super) fn azure_string(detail: &str) -> Option<String> {
    let start = detail.find("following string to sign")?;
    let quoted = &detail[start..];
    let open = quoted.find('\'')? + 1;
    let end = quoted.rfind('\'').filter(|end| *end > open)?;
    Some(quoted[open..end].to_owned())
}

const REQUEST: &str = "The Canonical String for this request should have been";
const STRING: &str = "The String-to-Sign should have been";

/// The sentence of a message, and the canonical request and string to sign that it quotes.
fn quoted(message: &str) -> (String, Option<String>, Option<String>) {
    let Some(at) = message.find(REQUEST) else { return (message.trim().to_owned(), None, None) };
    let after = &message[at + REQUEST.len()..];
    let string_at = after.find(STRING);
    let request = in_quotes(&after[..string_at.unwrap_or(after.len())]);
    let string = string_at.and_then(|at| in_quotes(&after[at + STRING.len()..]));
    let string = string.map(|text| folded_string(&text).unwrap_or(text));
    let request =
        request.map(|text| if text.contains('\n') { text } else { unfolded_request(&text).unwrap_or(text) });
    (message[..at].trim().to_owned(), request, string)
}

/// What stands between the first apostrophe and the last one.
fn in_quotes(text: &str) -> Option<String> {
    let open = text.find('\'')? + 1;
    let close = text[open..].rfind('\'').map_or(text.len(), |at| open + at);
    Some(text[open..close].trim_end_matches('\n').to_owned())
}
