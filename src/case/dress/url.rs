//! Presigned URLs within a text: in a sentence, in a link, in code, in an access log.

use super::paper::Paper;
use super::{Found, MOST};
use crate::case::file;

/// What the query of a presigned URL holds, whoever made it.
const MARKS: [&str; 4] = ["X-Amz-Signature=", "X-Goog-Signature=", "AWSAccessKeyId=", "Signature="];

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for at in memchr::memmem::find_iter(paper.text.as_bytes(), "://") {
        if found.len() == MOST {
            break;
        }
        found.extend(one(paper, at));
    }
    found
}

fn one(paper: &Paper<'_>, at: usize) -> Option<Found> {
    /// What ends a URL in a text.
    const ENDS: &str = "\"'`<>()[]{}|\\^‹›«»";
    let start = ["https", "http"]
        .iter()
        .find_map(|scheme| paper.text[..at].ends_with(scheme).then(|| at - scheme.len()))?;
    let rest = &paper.text[start..];
    // JSON writes an ampersand as an escape.
    let end = rest.char_indices().find(|(at, c)| {
        let is_escape = rest[*at..].starts_with("\\u0026");
        c.is_whitespace() || ENDS.contains(*c) && !is_escape
    });
    let url = &rest[..end.map_or(rest.len(), |(at, _)| at)];
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?']).replace("\\u0026", "&");
    if !MARKS.iter().any(|mark| url.contains(mark)) {
        return None;
    }
    let case = file::read(url.as_bytes(), 0).ok()?;
    let line = paper.place(start) + 1;
    Some(Found {
        request: case.request,
        settings: case.settings,
        dress: "a presigned URL within a text",
        lines: line..=line,
        notices: case.notices,
    })
}
