//! Bodies as text: line breaks, white space, character sets, characters that something replaced.

use super::put::{body, put, put_behind};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{other_character_sets, replaced};
use crate::diagnose::write::{BYTE_ORDER_MARK, utf16};

pub(super) fn newline_added(g: &mut Gen<'_, '_>) {
    let Some(body) = g.facts.body.as_deref().map(<[u8]>::to_vec) else { return };
    for (end, words) in [(&b"\n"[..], "LF"), (b"\r\n", "CR LF"), (b"\n\n", "two LF"), (b" ", "a space")] {
        put_behind(g, end, words);
    }
    put(g, &[b"\n", &*body].concat(), "LF in front");
    put_behind(g, b"\\n", "\\n as two characters");
}

pub(super) fn newline_lost(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    for end in [&b"\r\n"[..], b"\n", b"\n\n", b"\r"] {
        if let Some(rest) = body.strip_suffix(end) {
            put(g, rest, String::from_utf8_lossy(end).escape_debug().to_string());
        }
    }
}

pub(super) fn line_breaks(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    let unix = replaced(&body, b"\r\n", b"\n");
    put(g, &replaced(&unix, b"\n", b"\r\n"), "hashed with CR LF");
    put(g, &unix, "hashed with LF");
    put(g, &replaced(&unix, b"\n", b"\r"), "hashed with CR");
    put(g, &replaced(&unix, b"\n", b""), "hashed without line breaks, as curl --data reads a file");
    put(g, &replaced(&unix, b"\n", b" "), "hashed with spaces for line breaks");
    let windows = replaced(&unix, b"\n", b"\r\n");
    match windows == body {
        true => put_behind(g, b"\r\n", "hashed with CR LF, at the end too"),
        false => put(g, &[&*windows, b"\r\n"].concat(), "hashed with CR LF, at the end too"),
    }
}

pub(super) fn trimmed(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    put(g, body.trim_ascii(), "both ends");
    put(g, body.trim_ascii_end(), "at its end");
    put(g, body.trim_ascii_start(), "at its begin");
}

pub(super) fn byte_order_mark(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    match body.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => put(g, rest, "sent, not hashed"),
        None => put(g, &[BYTE_ORDER_MARK, &*body].concat(), "hashed, not sent"),
    }
}

pub(super) fn in_utf16(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    let (low, high) = (utf16(&body, u16::to_le_bytes), utf16(&body, u16::to_be_bytes));
    put(g, &low, "the low byte first");
    put(g, &high, "the high byte first");
    put(g, &[b"\xff\xfe", &*low].concat(), "with a byte order mark, the low byte first");
    put(g, &[b"\xfe\xff", &*high].concat(), "with a byte order mark, the high byte first");
}

pub(super) fn character_set(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    for (words, other) in other_character_sets(&body) {
        put(g, &other, words);
    }
}

pub(super) fn characters_replaced(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    for (from, to, words) in [
        (&b"\\"[..], &b""[..], "backslashes lost"),
        (b"\\", b"\\\\", "backslashes doubled"),
        (b"'", b"\"", "' for \""),
        (b"\"", b"'", "\" for '"),
        (b"\"", b"\\\"", "quotation marks escaped"),
        (b"\\\"", b"\"", "quotation marks unescaped"),
        (b"\"", b"", "quotation marks lost"),
        (b"'", b"", "' lost"),
        (b"\t", b" ", "tabs as spaces"),
        (b"\t", b"    ", "tabs as four spaces"),
        (b"&", b"&amp;", "& as &amp;"),
        (b"&amp;", b"&", "&amp; as &"),
        (b"&quot;", b"\"", "&quot; as \""),
        (b"\"", b"&quot;", "\" as &quot;"),
        (b"+", b" ", "+ as a space"),
        (b" ", b"+", "a space as +"),
        (b" ", b"", "spaces lost"),
        (b"\\n", b"\n", "\\n as a line feed"),
        (b"\n", b"\\n", "a line feed as \\n"),
        (b"\\/", b"/", "\\/ as /"),
        (b"/", b"\\/", "/ as \\/"),
    ] {
        if memchr::memmem::find(&body, from).is_some() {
            put(g, &replaced(&body, from, to), words);
        }
    }
    let html = replaced(&replaced(&replaced(&body, b"&", b"&amp;"), b"<", b"&lt;"), b">", b"&gt;");
    put(g, &html, "& < > as entities");
    let quoted = [b"\"", &*body, b"\""].concat();
    put(g, &quoted, "in quotation marks");
    put(g, &[b"'", &*body, b"'"].concat(), "in apostrophes");
    if let Some(inner) = body.strip_prefix(b"\"").and_then(|body| body.strip_suffix(b"\"")) {
        put(g, inner, "without its quotation marks");
    }
    put_behind(g, &body, "twice");
}

pub(super) fn case(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    put(g, &body.to_ascii_lowercase(), "lower");
    put(g, &body.to_ascii_uppercase(), "upper");
}
