//! Headers that describe the body: its type, its length, its hash.

use super::line::{put_sent, put_values};
use crate::diagnose::causes::body::{hex_hash, uncompressed};
use crate::diagnose::causes::text::replaced;
use crate::diagnose::causes::{Gen, usual};
use crate::diagnose::draft::Slot;
use crate::frames::pass::{End, Pass};

pub(super) fn content_type_empty(g: &mut Gen<'_, '_>) {
    put_values(g, "content-type", &["", "null", "undefined"]);
}

pub(super) fn charset_added(g: &mut Gen<'_, '_>) {
    let Some(line) = g.draft.named("content-type") else { return };
    let value = g.draft.line(line).to_vec();
    if let Some(at) = memchr::memchr(b';', &value) {
        let bare = value[..at].trim_ascii_end().to_vec();
        let words = format!("signed as {}", String::from_utf8_lossy(&bare));
        put_sent(g, line, &bare, words);
        // Only the charset, where there are other parameters.
        let kept: Vec<&[u8]> = value
            .split(|byte| *byte == b';')
            .filter(|part| !part.trim_ascii().to_ascii_lowercase().starts_with(b"charset"))
            .collect();
        let kept = kept.join(&b';');
        let words = format!("signed as {}", String::from_utf8_lossy(&kept));
        put_sent(g, line, &kept, words);
    }
}

const CHARSETS: [&str; 8] = [
    "; charset=utf-8",
    "; charset=UTF-8",
    ";charset=utf-8",
    ";charset=UTF-8",
    "; charset=ISO-8859-1",
    "; charset=iso-8859-1",
    "; charset=\"utf-8\"",
    ";",
];

pub(super) fn charset_changed(g: &mut Gen<'_, '_>) {
    let Some(line) = g.draft.named("content-type") else { return };
    let value = g.draft.line(line).to_vec();
    let end = memchr::memchr(b';', &value).unwrap_or(value.len());
    let bare = String::from_utf8_lossy(&value[..end]).trim_end().to_owned();
    for charset in CHARSETS {
        let other = format!("{bare}{charset}");
        put_sent(g, line, other.as_bytes(), format!("signed as {other}"));
    }
    let tight = replaced(&value, b"; ", b";");
    let wide = replaced(&tight, b";", b"; ");
    let others = [value.to_ascii_lowercase(), tight, wide];
    for other in others {
        let words = format!("signed as {}", String::from_utf8_lossy(&other));
        put_sent(g, line, &other, words);
    }
}

pub(super) fn content_type_changed(g: &mut Gen<'_, '_>) {
    put_values(g, "content-type", usual::of("content-type"));
}

pub(super) fn boundary(g: &mut Gen<'_, '_>) {
    let Some(line) = g.draft.named("content-type") else { return };
    let value = String::from_utf8_lossy(g.draft.line(line)).into_owned();
    if !value.to_ascii_lowercase().starts_with("multipart/") {
        return;
    }
    let kind = value.split(';').next().unwrap_or_default().trim_end().to_owned();
    put_sent(g, line, kind.as_bytes(), format!("signed as {kind}"));
    let first = g.facts.body.as_deref().and_then(|body| body.strip_prefix(b"--")).map(<[u8]>::to_vec);
    if let Some(first) = first {
        let end = first.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(first.len());
        let boundary = String::from_utf8_lossy(&first[..end]).trim_end().to_owned();
        for other in [
            format!("{kind}; boundary={boundary}"),
            format!("{kind};boundary={boundary}"),
            format!("{kind}; boundary=\"{boundary}\""),
        ] {
            put_sent(g, line, other.as_bytes(), format!("signed as {other}"));
        }
    }
}

pub(super) fn content_length(g: &mut Gen<'_, '_>) {
    let mut lengths = vec![g.facts.request.body.len(), 0];
    if let Some(body) = g.facts.body.as_deref() {
        let text = String::from_utf8_lossy(body);
        lengths.extend([text.chars().count() as u64, text.encode_utf16().count() as u64]);
        lengths.extend([
            body.len() as u64 + 1,
            (body.len() as u64).saturating_sub(1),
            body.trim_ascii().len() as u64,
        ]);
        lengths.extend([body.len() as u64 + 2, u64::from(u32::MAX)]);
        length_before_compression(g, body);
    }
    let request = g.facts.request;
    if let Some(End::Chunks(summary)) = request.body.find(Pass::of(request)).map(|found| found.end.clone()) {
        lengths.extend([summary.decoded, summary.length]);
    }
    lengths.extend(g.facts.header("x-amz-decoded-content-length").and_then(|text| text.parse::<u64>().ok()));
    let texts: Vec<String> = lengths.iter().map(u64::to_string).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).chain(["", "-1"]).collect();
    put_values(g, "content-length", &texts);
    put_values(g, "x-amz-decoded-content-length", &texts);
}

/// The length that a compressed body had when the request was signed.
fn length_before_compression(g: &mut Gen<'_, '_>, body: &[u8]) {
    let Some((plain, how)) = uncompressed(body) else { return };
    let length = plain.len().to_string();
    for name in ["content-length", "x-amz-decoded-content-length"] {
        let sent = g.draft.named(name).filter(|line| !g.draft.lines[*line].headers.is_empty());
        let words =
            format!("{name}: signed as {length}, the length of the body before it was compressed {how}");
        if let Some(line) = sent {
            put_sent(g, line, length.as_bytes(), words);
        }
    }
}

pub(super) fn content_sha256(g: &mut Gen<'_, '_>) {
    let name = g.draft.family.content_header.to_ascii_lowercase();
    let Some(line) = g.draft.named(&name) else { return };
    let payload = g.draft.of_base(Slot::PAYLOAD).to_vec();
    let hash = g.facts.body.as_ref().map(|body| hex::encode(body.hash_with(b""))).unwrap_or_default();
    let empty = hex_hash(b"");
    for (value, words) in [
        (payload, "as the last line says"),
        (b"UNSIGNED-PAYLOAD".to_vec(), "UNSIGNED-PAYLOAD"),
        (hash.into_bytes(), "the hash of the body"),
        (empty.into_bytes(), "the hash of nothing"),
    ] {
        if value.is_empty() {
            continue;
        }
        // The last line follows the header: no edit changes one without the other.
        g.line(line, &value, format!("the header alone: {words}"));
        g.puts(
            &[(Slot::line(line), &value), (Slot::PAYLOAD, &value)],
            format!("header and last line: {words}"),
        );
    }
}
