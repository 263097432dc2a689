//! Errors in JSON, found by the fields that have a sentence and a code.

use super::message::take_message;
use super::{AROUND, Found, MOST};
use crate::evidence::text::unescaped_slashes;
use crate::evidence::{Piece, Side, gate};

/// Errors in JSON: each text that stands behind `message`, with the object around it.
pub(super) fn of_json(text: &str) -> Vec<Found> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some((key, value, end)) = next_message(text, at) {
        let bytes = text.as_bytes();
        let first = at.max(key.saturating_sub(AROUND));
        let around = memchr::memrchr(b'{', &bytes[first..key]).map_or(key, |start| first + start);
        let last = bytes.len().min(end + AROUND);
        let after = memchr::memchr(b'}', &bytes[end..last]).map_or(end, |close| end + close + 1);
        let mut piece = Piece::new(Side::Server, "an error in JSON");
        take_message(&mut piece, &value);
        let object = &text[around..after];
        let code = codes(&text[key..]).find_map(|name| string_behind(object, name));
        piece.code = code.map(|code| code.rsplit('#').next().unwrap_or_default().to_owned());
        piece.gate = piece.gate.or_else(|| piece.code.as_deref().and_then(gate::of_code));
        let told = piece.canonical_request.is_some() || piece.gate.is_some() || piece.code.is_some();
        if told && (found.len() < MOST || piece.canonical_request.is_some()) {
            found.push((around..after, piece));
        }
        at = after;
    }
    found
}

/// The fields in which errors in JSON have their sentence: `reason` is that of OpenSearch.
const SENTENCES: [&str; 6] =
    ["message", "Message", "errorMessage", "reason", "error_description", "error_msg"];

/// The fields that have the code of an error, by the field of its sentence. Beside a `reason` stands a `type`, a name that says nothing
/// elsewhere.
fn codes(sentence: &str) -> impl Iterator<Item = &'static str> {
    let of_reason = sentence.starts_with("\"reason\"").then_some("\"type\"");
    ["\"__type\"", "\"code\"", "\"Code\"", "\"error\"", "\"error_code\""].into_iter().chain(of_reason)
}

/// The next text behind one of [`SENTENCES`]: where its key stands, the text, and where it ends.
fn next_message(text: &str, from: usize) -> Option<(usize, String, usize)> {
    for end in memchr::memchr_iter(b'"', &text.as_bytes()[from..]).map(|at| from + at) {
        let before = &text.as_bytes()[from..end];
        let is_key =
            |name: &&&str| before.strip_suffix(name.as_bytes()).is_some_and(|rest| rest.ends_with(b"\""));
        let Some(name) = SENTENCES.iter().find(is_key) else { continue };
        if let Some((value, len)) = json_string(&text[end + 1..]) {
            return Some((end - name.len() - 1, value, end + 1 + len));
        }
    }
    None
}

fn string_behind(text: &str, name: &str) -> Option<String> {
    let at = text.find(name)? + name.len();
    json_string(&text[at..]).map(|(value, _)| value)
}

/// A JSON string behind a colon, and how long both are.
fn json_string(text: &str) -> Option<(String, usize)> {
    let trimmed = text.trim_start().strip_prefix(':')?.trim_start();
    let before = text.len() - trimmed.len();
    // People paste JSON with real line breaks, which no parser takes.
    let mut escaped = false;
    let end = trimmed.strip_prefix('"')?.char_indices().find(|(_, c)| {
        let closes = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        closes
    })?;
    let raw = &trimmed[..end.0 + 2];
    let value = serde_json::from_str(raw).unwrap_or_else(|_| unescaped_slashes(&raw[1..raw.len() - 1]));
    Some((value, before + raw.len()))
}
