//! The body of a raw request or a `.http` file: where it ends, and what is no part of it.

use std::ops::Range;

use crate::case::{BodyPiece, Case, Format, dress};
use crate::frames::pass::Pass;
use crate::request::{Body, Notice, Request};
use crate::scheme;
use crate::settings::BodyForm;

/// Reads what follows the head.
pub(super) fn read(rest: &[u8], case: &mut Case) {
    let is_verbatim = case.settings.body == Some(BodyForm::Verbatim);
    let stated = case.request.content_length().and_then(|len| usize::try_from(len).ok());
    let is_measured = is_verbatim || case.request.value(b"content-length").is_some();
    let end = if is_measured { None } else { end(rest, case.format) };
    let body = end.as_ref().map_or(rest, |end| &rest[..end.at]);
    case.notices.extend(end.map(|end| Notice(end.words.into())));
    if let Some(path) = body.strip_prefix(b"< ").filter(|_| !is_verbatim) {
        if case.format == Format::DotHttp {
            let path = String::from_utf8_lossy(path.trim_ascii()).into_owned();
            return case.body_pieces.push(BodyPiece::File(path.into()));
        }
        let words = "The body begins with `< `: to read it from a file, begin the input with a `#` line.";
        case.notices.push(Notice(words.into()));
    }
    let sent = if is_verbatim { 0..body.len() } else { sent(body, stated) };
    if sent.len() < body.len() {
        case.notices.push(Notice("The server's answer was left out of the body.".into()));
        case.evidence = dress::beside(&String::from_utf8_lossy(&body[sent.end..]));
    }
    let (body, notice) = measured(&body[sent], stated, &case.request);
    case.notices.extend(notice.map(Notice));
    // A signed request that was printed without its body: nobody sends a length and nothing.
    let is_missing = body.is_empty() && scheme::claim(&case.request).is_some();
    case.request.body = match stated.filter(|len| *len > 0 && is_missing) {
        Some(len) => {
            case.notices.push(Notice("The body is not shown.".into()));
            Body::pipe(len as u64)
        }
        None => Body::from(body.to_vec()),
    };
}

/// Where a body ends before the end of the text, and what is said of that.
struct End {
    at: usize,
    words: &'static str,
}

/// The end of a body before a line of the editor's own.
fn end(rest: &[u8], format: Format) -> Option<End> {
    let separator = separator(rest, format).map(|at| End {
        at: without_break(&rest[..at]).len(),
        words: "Only the first request was read; what follows ### was left out.",
    });
    let handler = handler(rest, format).map(|at| End {
        at: rest[..at].trim_ascii_end().len(),
        words: "What the editor does with the answer was left out of the body.",
    });
    separator.into_iter().chain(handler).min_by_key(|end| end.at)
}

/// Whether a `.http` file would take a part of this body for something else.
pub(super) fn is_misread(body: &[u8]) -> bool {
    body.starts_with(b"< ") || end(body, Format::DotHttp).is_some() || sent(body, None).len() < body.len()
}

/// Where a line stands that begins another request. In a raw request, only a line of nothing else at the end is one: a text with
/// headings has such lines as well.
fn separator(rest: &[u8], format: Format) -> Option<usize> {
    const MARK: &[u8] = b"###";
    let ends_all = |at: &usize| rest[at + MARK.len()..].trim_ascii().is_empty();
    lines_with(rest, MARK).find(|at| format == Format::DotHttp || ends_all(at))
}

/// Where a line stands that says what JetBrains' client does with the answer: a script, or the file of an earlier one.
fn handler(rest: &[u8], format: Format) -> Option<usize> {
    const MARKS: [&[u8]; 2] = [b"> {%", b"<> "];
    let found = MARKS.iter().filter_map(|mark| lines_with(rest, mark).next()).min();
    found.filter(|_| format == Format::DotHttp)
}

/// Where the lines stand that begin with a mark.
fn lines_with(text: &[u8], mark: &'static [u8]) -> impl Iterator<Item = usize> {
    let first = text.starts_with(mark).then_some(0);
    let places = memchr::memmem::find_iter(text, mark).filter(|at| *at > 0 && text[at - 1] == b'\n');
    first.into_iter().chain(places)
}

/// A text without one line break at its end.
fn without_break(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// What was sent of a text behind a head: not `100 Continue` before it, and not the answer behind it.
fn sent(text: &[u8], stated: Option<usize>) -> Range<usize> {
    let whole = 0..text.len();
    // What is as long as it should be is a body.
    if stated == Some(text.len()) {
        return whole;
    }
    let mut start = 0;
    while let Some(status) = status(&text[start..]) {
        if status != b'1' {
            return start..start;
        }
        start += end_of_head(&text[start..]);
    }
    let end = stated.and_then(|len| start.checked_add(len)).filter(|end| *end <= text.len());
    match end {
        Some(end) if status(&text[end..]).is_some() => start..end,
        Some(_) | None => start..text.len(),
    }
}

/// The first digit of the status of an answer that a text begins with.
fn status(text: &[u8]) -> Option<u8> {
    let (_, rest) = text.trim_ascii_start().strip_prefix(b"HTTP/")?.split_at_checked(1)?;
    let rest = rest.strip_prefix(b".0").or_else(|| rest.strip_prefix(b".1")).unwrap_or(rest);
    let digits = rest.strip_prefix(b" ")?.get(..3)?;
    digits.iter().all(u8::is_ascii_digit).then(|| digits[0])
}

/// Where the head of an answer ends, with its blank line.
fn end_of_head(text: &[u8]) -> usize {
    let start = text.len() - text.trim_ascii_start().len();
    let end = |mark: &[u8]| memchr::memmem::find(&text[start..], mark).map(|at| start + at + mark.len());
    end(b"\n\r\n").into_iter().chain(end(b"\n\n")).min().unwrap_or(text.len())
}

/// A body as long as it is said to be, and what is said where it is not.
fn measured<'a>(body: &'a [u8], stated: Option<usize>, head: &Request) -> (&'a [u8], Option<String>) {
    match stated {
        Some(len) if len < body.len() && body[len..].iter().all(|byte| matches!(byte, b'\r' | b'\n')) => {
            let more = body.len() - len;
            let words =
                format!("Content-Length is {len}: {more} bytes of line breaks after it were left out.");
            (&body[..len], Some(words))
        }
        Some(len) if len != body.len() => {
            (body, Some(format!("Content-Length is {len}, but the body has {} bytes.", body.len())))
        }
        // Forms and chunks end so.
        None if body.ends_with(b"\n") && !has_frames(head) => {
            (body, Some("The body ends in a line break, which is part of it.".into()))
        }
        Some(_) | None => (body, None),
    }
}

/// Whether the body has a form of its own, in which line breaks belong to its frames.
fn has_frames(request: &Request) -> bool {
    let is_form = request.value(b"content-type").is_some_and(|value| value.starts_with(b"multipart/"));
    is_form || !Pass::of(request).is_plain()
}
