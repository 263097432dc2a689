//! Headers that are set anew, extended or removed behind the signer.

use super::line::{name_of, put_sent, put_usual, put_values};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::replaced;
use crate::diagnose::draft::Slot;

pub(super) fn accept_encoding(g: &mut Gen<'_, '_>) {
    put_usual(g, &["accept-encoding"]);
    let Some(line) = g.draft.named("accept-encoding") else { return };
    let value = String::from_utf8_lossy(g.draft.line(line)).into_owned();
    for tail in [",gzip(gfe)", ", gzip(gfe)", "gzip(gfe)"] {
        if let Some(rest) = value.strip_suffix(tail) {
            put_sent(g, line, rest.as_bytes(), format!("signed as {rest}"));
        }
        // In a server's own text the proxy's addition is what is left to explain.
        put_sent(g, line, format!("{value}{tail}").as_bytes(), format!("with {tail} at its end"));
    }
    shorter_lists(g, line, ",");
}

/// The value without its last elements, or without its first one: proxies add theirs at the end, load balancers a `Self=` in front.
fn shorter_lists(g: &mut Gen<'_, '_>, line: usize, between: &str) {
    let value = String::from_utf8_lossy(g.draft.line(line)).into_owned();
    let cuts: Vec<usize> = value.match_indices(between).map(|(at, _)| at).collect();
    if let Some(first) = cuts.first() {
        let other = value[first + between.len()..].trim_start().to_owned();
        let name = name_of(g, line);
        put_sent(g, line, other.as_bytes(), format!("{name}: signed as {other}"));
    }
    for at in cuts.into_iter().rev().take(6) {
        let other = value[..at].trim_end().to_owned();
        let name = name_of(g, line);
        put_sent(g, line, other.as_bytes(), format!("{name}: signed as {other}"));
    }
}

pub(super) fn user_agent(g: &mut Gen<'_, '_>) {
    for name in ["user-agent", "x-amz-user-agent"] {
        let Some(line) = g.draft.named(name) else { continue };
        shorter_lists(g, line, " ");
        shorter_lists(g, line, ",");
    }
    put_usual(g, &["user-agent"]);
}

pub(super) fn connection(g: &mut Gen<'_, '_>) {
    put_usual(
        g,
        &[
            "connection",
            "te",
            "expect",
            "transfer-encoding",
            "upgrade",
            "keep-alive",
            "trailer",
            "proxy-connection",
        ],
    );
}

pub(super) fn forwarded(g: &mut Gen<'_, '_>) {
    for name in [
        "x-forwarded-for",
        "via",
        "forwarded",
        "x-forwarded-host",
        "x-forwarded-server",
        "x-forwarded-port",
        "x-real-ip",
        "cdn-loop",
        "x-amzn-trace-id",
    ] {
        if let Some(line) = g.draft.named(name) {
            shorter_lists(g, line, ",");
            shorter_lists(g, line, ";");
        }
        put_values(g, name, &[""]);
    }
    put_usual(g, &["x-forwarded-proto", "x-forwarded-scheme", "x-forwarded-port", "cdn-loop"]);
}

pub(super) fn cache(g: &mut Gen<'_, '_>) {
    put_usual(g, &["cache-control", "pragma"]);
    for name in
        ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "range", "etag", "age"]
    {
        put_usual(g, &[name]);
        let Some(line) = g.draft.named(name) else { continue };
        let value = g.draft.line(line).to_vec();
        let weak = value.strip_prefix(b"W/").map(<[u8]>::to_vec);
        if let Some(strong) = weak {
            put_sent(g, line, &strong, format!("{name}: signed as a strong tag"));
        }
        let unquoted = replaced(&value, b"\"", b"");
        put_sent(g, line, &unquoted, format!("{name}: signed without quotation marks"));
        let quoted = [b"\"", &*unquoted, b"\""].concat();
        put_sent(g, line, &quoted, format!("{name}: signed in quotation marks"));
    }
}

pub(super) fn accept(g: &mut Gen<'_, '_>) {
    put_usual(g, &["accept", "accept-language", "accept-charset"]);
}

pub(super) fn amz_header(g: &mut Gen<'_, '_>) {
    if let Some(line) = g.draft.named("amz-sdk-request") {
        for attempt in 1..=4 {
            for max in [3, 1, 2, 4, 5, 10] {
                let value = format!("attempt={attempt}; max={max}");
                put_sent(g, line, value.as_bytes(), format!("amz-sdk-request: signed as {value}"));
            }
        }
    }
    put_usual(
        g,
        &[
            "x-amz-storage-class",
            "x-amz-acl",
            "x-amz-checksum-mode",
            "x-amz-server-side-encryption",
            "content-encoding",
            "content-md5",
            "origin",
        ],
    );
}

/// Seconds that the date in the header may be off, the likely ones first.
pub(super) fn date(g: &mut Gen<'_, '_>) {
    let Some(instant) = g.facts.instant() else { return };
    let name = g.draft.family.date_header.to_ascii_lowercase();
    let sent = g.draft.named(&name).filter(|line| !g.draft.lines[*line].headers.is_empty());
    let Some(line) = sent else { return };
    for seconds in (1..=900).flat_map(|n| [-n, n]) {
        let other = instant.plus(seconds).basic();
        let words = format!("signed as {}", String::from_utf8_lossy(&other));
        let both = g.puts(&[(Slot::line(line), &other), (Slot::TIMESTAMP, &other)], words.clone());
        if let Some(change) = both
            && seconds.abs() > 2
        {
            change.alone();
        }
        if let Some(change) = g.line(line, &other, words)
            && seconds.abs() > 2
        {
            change.alone();
        }
    }
    put_values(g, "date", &[""]);
}
