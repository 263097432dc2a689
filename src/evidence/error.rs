//! Errors of servers: XML of S3, Google, Azure and the Query protocol; JSON of everything else.

use std::ops::Range;

use super::scan::{self, folded_string, unfolded_request};
use super::text::{unescaped_entities, unescaped_slashes};
use super::{Piece, Side, gate};
use crate::redact::Reveal;
use crate::request::redact;

/// Fields of an error that say more than its message.
const FIELDS: [&str; 22] = [
    "Region",
    "HeadersNotSigned",
    "RequestTime",
    "ServerTime",
    "MaxAllowedSkewMilliseconds",
    "X-Amz-Expires",
    "Expires",
    "ClientComputedContentSHA256",
    "S3ComputedContentSHA256",
    "CalculatedDigest",
    "ExpectedDigest",
    "Resource",
    "BucketName",
    "Key",
    "Endpoint",
    "Bucket",
    "Method",
    "ArgumentName",
    "ArgumentValue",
    "Chunk",
    "BadChunkSize",
    "Details",
];

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
        && let Some((gate, sentence)) = gate::find(&left)
    {
        let mut piece = Piece::new(Side::Server, "an error message");
        (piece.gate, piece.message) = (Some(gate), Some(sentence));
        pieces.push(piece);
    }
    (pieces, left)
}

/// Whole logs may hold many errors: those beyond are left, but for the ones that quote strings.
const MOST: usize = 100;

/// How far an error reaches before its code, and an object of JSON around its message.
const AROUND: usize = 8192;

/// The stretches of text that are an error in XML: around each `<Code>`.
fn markup_regions(text: &str) -> Vec<Range<usize>> {
    let (bytes, mut regions) = (text.as_bytes(), Vec::<Range<usize>>::new());
    // Every error has a code of a few letters; anything else that looks so is something else.
    let is_code =
        |at: &usize| memchr::memmem::find(&bytes[*at..bytes.len().min(at + 256)], b"</Code>").is_some();
    let codes: Vec<usize> = memchr::memmem::find_iter(bytes, b"<Code>").filter(is_code).collect();
    if codes.is_empty() {
        return without_code(text);
    }
    let mut told = 0;
    for (index, code) in codes.iter().enumerate() {
        let before = regions.last().map_or(0, |region| region.end).max(code.saturating_sub(AROUND));
        let start = memchr::memmem::rfind(&bytes[before.min(*code)..*code], b"<Error")
            .map_or(*code, |at| before + at);
        let next = codes.get(index + 1).copied().unwrap_or(bytes.len());
        let end = memchr::memmem::find(&bytes[*code..next], b"</Error>")
            .map_or(next, |at| code + at + "</Error>".len());
        let quotes = memchr::memmem::find(&bytes[*code..end], b"StringToSign").is_some();
        told += usize::from(!quotes);
        if quotes || told <= MOST {
            regions.push(start..end);
        }
    }
    regions
}

/// An error whose begin was lost: the bytes of its texts, which stand at its end, tell the whole of them.
fn without_code(text: &str) -> Vec<Range<usize>> {
    const BYTES: [&str; 2] = ["</CanonicalRequestBytes>", "</StringToSignBytes>"];
    if BYTES.iter().any(|end| text.contains(end)) { vec![0..text.len()] } else { Vec::new() }
}

/// The text of the first element of this name, and whether it has its end; one that was cut off ends with the text.
fn element<'a>(text: &'a str, name: &str) -> Option<(&'a str, bool)> {
    let open = format!("<{name}>");
    let start = text.find(&open)? + open.len();
    let end = text[start..].find(&format!("</{name}>")).map(|at| start + at);
    Some((&text[start..end.unwrap_or(text.len())], end.is_some()))
}

fn of_markup(text: &str) -> Piece {
    let value = |name: &str| element(text, name).map(|(text, _)| unescaped_entities(text));
    let is_cut = |name: &str| element(text, name).is_some_and(|(_, is_whole)| !is_whole);
    let mut piece = Piece::new(Side::Server, "an error in XML");
    piece.code = value("Code").map(|code| code.trim().to_owned());
    piece.access_key_id = value("AWSAccessKeyId");
    piece.signature = value("SignatureProvided").map(|text| text.trim().to_owned());
    let whole = |name: &str| value(name).filter(|_| !is_cut(name));
    let string = whole("StringToSign").map(|text| restored(text, folded_string).0);
    piece.string_to_sign = bytes(text, "StringToSignBytes").or(string.map(String::into_bytes));
    let request = value("CanonicalRequest").map(|text| match is_cut("CanonicalRequest") {
        // What follows a text that has no end is chatter.
        true => (ended(&text).unwrap_or(text), None),
        false => restored(text, unfolded_request),
    });
    piece.canonical_request = bytes(text, "CanonicalRequestBytes").or_else(|| {
        let (request, was) = request?;
        piece.damage.extend(was.map(str::to_owned));
        Some(request.into_bytes())
    });
    if let Some(name) = ["StringToSign", "CanonicalRequest"].into_iter().find(|name| is_cut(name)) {
        piece
            .damage
            .push(format!("The error ends within its {name}: the rest was cut off when it was copied."));
    }
    let message = value("Message").unwrap_or_default();
    take_message(&mut piece, &message);
    let azure = value("AuthenticationErrorDetail");
    if let Some(detail) = azure {
        piece.format = "an error of Azure Storage";
        piece.string_to_sign = azure_string(&detail).map(String::into_bytes);
    }
    if piece.string_to_sign.as_deref().is_some_and(|text| text.starts_with(b"GOOG4")) {
        piece.format = "an error of Google Cloud Storage";
    }
    for name in FIELDS {
        if let Some(text) = value(name).filter(|text| !text.trim().is_empty()) {
            piece.fields.push((name.to_owned(), text.trim().to_owned()));
        }
    }
    hide_argument(&mut piece.fields);
    if piece.gate.is_none() {
        piece.gate =
            gate::find(&[message, value("Details").unwrap_or_default()].concat()).map(|(gate, _)| gate);
    }
    if piece.gate.is_none() {
        piece.gate = piece.code.as_deref().and_then(gate::of_code);
    }
    piece
}

/// The canonical request that a text begins with, by its form.
fn ended(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let found = scan::all(&lines).into_iter().find(|found| found.kind == scan::Kind::Request)?;
    Some(lines[found.start..found.end].join("\n"))
}

/// S3 repeats the value that it refuses, be it a credential.
fn hide_argument(fields: &mut [(String, String)]) {
    let find = |fields: &[(String, String)], wanted: &str| fields.iter().position(|(name, _)| name == wanted);
    let (Some(name), Some(value)) = (find(fields, "ArgumentName"), find(fields, "ArgumentValue")) else {
        return;
    };
    let shown = redact::named(fields[name].1.as_bytes(), fields[value].1.as_bytes(), Reveal::Nothing);
    fields[value].1 = String::from_utf8_lossy(&shown).into_owned();
}

/// A quoted text with the line breaks that it had: escaped by a program that printed it, or folded to spaces by a browser.
fn restored(text: String, unfold: fn(&str) -> Option<String>) -> (String, Option<&'static str>) {
    let text = text.trim_matches('\n');
    if text.contains('\n') {
        return (text.to_owned(), None);
    }
    if text.contains("\\n") {
        return (unescaped_slashes(text), None);
    }
    match unfold(text) {
        Some(unfolded) => (unfolded, Some("Its line breaks had become spaces; they were put back.")),
        None => (text.to_owned(), None),
    }
}

/// Hex digits of bytes, separated in any way.
fn bytes(text: &str, name: &str) -> Option<Vec<u8>> {
    let (text, _) = element(text, name).filter(|(_, is_whole)| *is_whole)?;
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    hex::decode(digits).ok().filter(|bytes| !bytes.is_empty())
}

/// What Azure says that it signed.
fn azure_string(detail: &str) -> Option<String> {
    let start = detail.find("following string to sign")?;
    let quoted = &detail[start..];
    let open = quoted.find('\'')? + 1;
    let end = quoted.rfind('\'').filter(|end| *end > open)?;
    Some(quoted[open..end].to_owned())
}

/// Splits a message into its sentence and the strings that it quotes.
fn take_message(piece: &mut Piece, message: &str) {
    let (sentence, request, string) = quoted(message);
    piece.canonical_request = piece.canonical_request.take().or(request.map(String::into_bytes));
    piece.string_to_sign = piece.string_to_sign.take().or(string.map(String::into_bytes));
    if piece.string_to_sign.is_none() {
        piece.string_to_sign = azure_string(message).map(|text| unescaped_slashes(&text).into_bytes());
    }
    piece.gate = piece.gate.or_else(|| gate::find(&sentence).map(|(gate, _)| gate));
    piece.message = Some(sentence).filter(|sentence| !sentence.is_empty());
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

/// Errors in JSON: each text that stands behind `message`, and the text without them.
fn of_json(text: &str) -> (Vec<Piece>, String) {
    let (mut pieces, mut rest, mut at) = (Vec::new(), String::with_capacity(text.len()), 0);
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
        let told = told && (pieces.len() < MOST || piece.canonical_request.is_some());
        match told {
            true => {
                rest.push_str(&text[at..around]);
                rest.push('\n');
                pieces.push(piece);
            }
            false => rest.push_str(&text[at..after]),
        }
        at = after;
    }
    rest.push_str(&text[at..]);
    (pieces, rest)
}

/// The fields in which errors in JSON have their sentence: `reason` is that of OpenSearch.
const SENTENCES: [&str; 5] = ["message", "Message", "errorMessage", "reason", "error_description"];

/// The fields that have the code of an error, by the field of its sentence. Beside a `reason` stands a `type`, a name that says nothing
/// elsewhere.
fn codes(sentence: &str) -> impl Iterator<Item = &'static str> {
    let of_reason = sentence.starts_with("\"reason\"").then_some("\"type\"");
    ["\"__type\"", "\"code\"", "\"Code\"", "\"error\""].into_iter().chain(of_reason)
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

/// The sentences that quote a canonical request, outside of any error body: in an exception, or in a code block.
fn quoted_in(text: &str) -> (Vec<Piece>, String) {
    /// No canonical request has more headers.
    const LINES: usize = 1000;
    let (mut pieces, mut rest, mut from) = (Vec::new(), String::with_capacity(text.len()), 0);
    while let Some(at) = text[from..].find(REQUEST).map(|at| from + at).filter(|_| pieces.len() < MOST) {
        let begin = text[from..at].rfind("The request signature").map_or(at, |begin| from + begin);
        let lines: Vec<&str> = text[at..].lines().take(LINES).collect();
        let found = scan::all(&lines);
        let count = found.iter().take(2).map(|found| found.end).max().unwrap_or(1).min(lines.len());
        let end = at + lines[..count].iter().map(|line| line.len() + 1).sum::<usize>();
        rest.push_str(&text[from..begin]);
        rest.push('\n');
        pieces.push(of_sentence(text[begin..at].trim(), &found));
        from = end.min(text.len());
    }
    rest.push_str(&text[from..]);
    (pieces, rest)
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
