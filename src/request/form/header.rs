//! The header of a part: its lines, and the parameters of their values, as ranges.

use std::ops::Range;

/// The value of the first header of this name, folded lines included, without white space at its ends.
pub(super) fn value(body: &[u8], header: Range<usize>, name: &[u8]) -> Option<Range<usize>> {
    let mut at = header.start;
    while at < header.end {
        let start = at;
        // A line that begins with white space continues the one before it.
        loop {
            at = memchr::memchr(b'\n', &body[at..header.end]).map_or(header.end, |len| at + len + 1);
            if at == header.end || !matches!(body[at], b' ' | b'\t') {
                break;
            }
        }
        let colon = memchr::memchr(b':', &body[start..at]).map_or(at, |len| start + len);
        if colon < at && body[start..colon].trim_ascii().eq_ignore_ascii_case(name) {
            return Some(trim(body, colon + 1..at));
        }
    }
    None
}

/// The first parameter of this name in a header value, after its first `;`; quoted or bare.
pub(super) fn parameter(text: &[u8], range: Range<usize>, name: &[u8]) -> Option<Range<usize>> {
    let find = |byte, at: usize| memchr::memchr(byte, &text[at..range.end]).map(|len| at + len);
    let mut at = find(b';', range.start)?;
    while at < range.end {
        let end = find(b';', at + 1).unwrap_or(range.end);
        let Some(equals) = memchr::memchr(b'=', &text[at + 1..end]).map(|len| at + 1 + len) else {
            at = end;
            continue;
        };
        let start = trim(text, equals + 1..range.end).start;
        let (value, next) = if text[start..range.end].first() == Some(&b'"') {
            let close = closing_quote(text, start + 1..range.end);
            (start + 1..close, find(b';', close).unwrap_or(range.end))
        } else {
            (trim(text, equals + 1..end), end)
        };
        if text[at + 1..equals].trim_ascii().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        at = next;
    }
    None
}

/// Where the quote is that ends a quoted string; its end when there is none.
fn closing_quote(text: &[u8], range: Range<usize>) -> usize {
    let mut at = range.start;
    while at < range.end && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at.min(range.end)
}

/// A quoted string with its escapes resolved.
pub(super) fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = text.iter();
    std::iter::from_fn(|| match bytes.next()? {
        b'\\' => bytes.next().copied(),
        &byte => Some(byte),
    })
    .collect()
}

/// The range without white space at its ends.
fn trim(text: &[u8], range: Range<usize>) -> Range<usize> {
    let start = range.end - text[range.clone()].trim_ascii_start().len();
    start..start + text[start..range.end].trim_ascii().len()
}
