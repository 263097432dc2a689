//! Errors in XML: those of S3, Google, Azure and the Query protocol.

use std::ops::Range;

use super::message::{azure_string, take_message};
use super::{AROUND, MOST};
use crate::evidence::scan::{self, folded_string, unfolded_request};
use crate::evidence::text::{unescaped_entities, unescaped_slashes};
use crate::evidence::{Piece, Side, gate};
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

/// The stretches of text that are an error in XML: around each `<Code>`.
pub(super) fn markup_regions(text: &str) -> Vec<Range<usize>> {
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

pub(super) fn of_markup(text: &str) -> Piece {
    let value = |name: &str| element(text, name).map(|(text, _)| unescaped_entities(text));
    let is_cut = |name: &str| element(text, name).is_some_and(|(_, is_whole)| !is_whole);
    let mut piece = Piece::new(Side::Server, "an error in XML");
    piece.code = value("Code").map(|code| code.trim().to_owned());
    piece.access_key_id = value("AWSAccessKeyId").or_else(|| value("OSSAccessKeyId"));
    piece.signature = value("SignatureProvided").map(|text| text.trim().to_owned());
    let whole = |name: &str| value(name).filter(|_| !is_cut(name)).map(|text| dedented(&text));
    let string = whole("StringToSign").map(|text| restored(text, folded_string).0);
    piece.string_to_sign = bytes(text, "StringToSignBytes").or(string.map(String::into_bytes));
    let request = value("CanonicalRequest").map(|text| match is_cut("CanonicalRequest") {
        // What follows a text that has no end is chatter.
        true => (ended(&text).unwrap_or(text), None),
        false => restored(dedented(&text), unfolded_request),
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
        // The detail says what the message only hints at.
        piece.gate = gate::find(&detail).map(|(gate, _)| gate).or(piece.gate);
    }
    if piece.string_to_sign.as_deref().is_some_and(|text| text.starts_with(b"GOOG4")) {
        piece.format = "an error of Google Cloud Storage";
    }
    if piece.string_to_sign.as_deref().is_some_and(|text| text.starts_with(b"OSS4")) {
        piece.format = "an error of Alibaba Cloud OSS";
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

/// The text without the indentation that all its lines but the first have: an error that was quoted is often indented.
fn dedented(text: &str) -> String {
    let width = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let others = || text.trim_matches('\n').lines().skip(1).filter(|line| !line.trim().is_empty());
    let common = others().map(width).min().unwrap_or_default();
    if common == 0 {
        return text.to_owned();
    }
    let strip = |line: &str| line.get(common.min(width(line))..).unwrap_or_default().to_owned();
    text.trim_matches('\n').lines().map(strip).collect::<Vec<_>>().join("\n")
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
