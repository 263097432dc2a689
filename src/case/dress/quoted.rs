//! Messages in one string literal, their line breaks escaped: Python's `http.client`, Ruby's `Net::HTTP`, Go's `%q`.
//!
//! Sources: `http.client`'s `set_debuglevel`, `Net::HTTP#set_debug_output`, `httputil.DumpRequestOut`.

use super::literal;
use super::paper::{Paper, is_method};
use super::{Found, MOST, Shown};
use crate::request::http::read_wire_head;
use crate::settings::Settings;

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for version in ["HTTP/1.1\\r\\n", "HTTP/1.0\\r\\n", "HTTP/1.1\\n", "HTTP/2\\r\\n"] {
        for at in memchr::memmem::find_iter(paper.text.as_bytes(), version.as_bytes()).take(MOST) {
            found.extend(one(paper, at));
        }
    }
    found
}

/// The message whose version stands at this byte.
fn one(paper: &Paper<'_>, version: usize) -> Option<Found> {
    let place = paper.place(version);
    let start = paper.start(place);
    let before = paper.text[start..version].trim_end();
    let (before, _) = before.rsplit_once(' ')?;
    let at = before.rfind(|c: char| !c.is_ascii_uppercase())?;
    let quote = before[at..].chars().next().filter(|c| is_method(&before[at + c.len_utf8()..]))?;
    let (lead, open) = (&before[..at], start + at);
    if !"'\"`".contains(quote) {
        return None;
    }
    let (message, mut end) = literal::string(paper.text, open)?;
    let (head, body) =
        message.split_once("\r\n\r\n").or_else(|| message.split_once("\n\n")).unwrap_or((&message, ""));
    let mut request = read_wire_head(head.as_bytes()).ok()?;
    let mut shown = if body.is_empty() { Shown::Missing } else { Shown::Whole(body.into()) };
    // The body is written by itself, behind the same words.
    let behind = paper.place(end) + 1;
    let next = paper.line(behind).and_then(|line| line.strip_prefix(lead));
    if let (Shown::Missing, Some(rest)) = (&shown, next.filter(|rest| rest.starts_with(quote))) {
        let from = paper.start(behind) + lead.len();
        if let Some((text, last)) = literal::string(paper.text, from).filter(|_| !rest.contains(" HTTP/")) {
            (shown, end) = (Shown::Whole(text.into()), last);
        }
    }
    request.body = shown.body(&request);
    Some(Found {
        request,
        settings: Settings::default(),
        dress: "a request in a string with escapes, as debug output of Python, Ruby and Go has it",
        lines: place + 1..=paper.place(end.saturating_sub(1)) + 1,
        notices: Vec::new(),
    })
}
