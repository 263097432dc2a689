//! Header lists of HTTP/2: DevTools, nghttp, `curl -v`, dumps of proxies.
//!
//! Names that begin with a colon (RFC 9113, 8.3) are method, path and authority; those without one follow them.

use super::paper::{Paper, header};
use super::{Found, MOST, Shown, put_host};
use crate::request::{Header, Request};
use crate::settings::Settings;

/// A header list has no more lines than this.
const LONGEST: usize = 400;

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut next = 0;
    for place in paper.lines_with(&[":method", ":path", ":authority"]) {
        if place >= next && found.len() < MOST {
            next = place + 1;
            found.extend(one(paper, place, &mut next));
        }
    }
    found
}

/// The list that begins in this line; `next` becomes the line behind it, whatever it is.
fn one(paper: &Paper<'_>, first: usize, next: &mut usize) -> Option<Found> {
    let line = paper.line(first)?;
    let at = [":method", ":path", ":authority"].iter().filter_map(|name| line.find(name)).min()?;
    let prefix = &line[..at];
    let mut list = List::default();
    let mut place = first;
    while let Some(line) = paper.line(place).filter(|_| place < first + LONGEST) {
        let Some(rest) = without(line, prefix) else { break };
        if rest.trim().is_empty() {
            break;
        }
        // DevTools writes name and value on lines of their own.
        let name = rest.strip_suffix(':').filter(|name| !name.trim_start_matches(':').contains([':', ' ']));
        let (text, lines) = match name {
            Some(_) => (format!("{rest} {}", paper.line(place + 1)?.trim()), 2),
            None => (rest.to_owned(), 1),
        };
        if !list.take(&text) {
            break;
        }
        place += lines;
    }
    *next = place.max(first + 1);
    let request = list.request()?;
    Some(Found {
        request,
        settings: Settings::default(),
        dress: "a header list of HTTP/2",
        lines: first + 1..=place,
        notices: Vec::new(),
    })
}

/// A line without what stands before the name, and without brackets around both.
fn without<'a>(line: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = match line.strip_prefix(prefix) {
        Some(rest) => rest,
        // Times and numbers of streams differ.
        None if prefix.trim().is_empty() => line.trim_start(),
        None => line.get(prefix.len()..).filter(|_| line.is_char_boundary(prefix.len()))?,
    };
    let is_in_brackets = prefix.ends_with('[');
    Some(if is_in_brackets { rest.trim_end().strip_suffix(']').unwrap_or(rest) } else { rest })
}

/// What the lines of a list said so far.
#[derive(Default)]
struct List {
    method: Option<String>,
    path: Option<String>,
    authority: Option<String>,
    headers: Vec<Header>,
}

impl List {
    /// Takes a line; whether it is one of a list.
    fn take(&mut self, line: &str) -> bool {
        if let Some((name, value)) = line.strip_prefix(':').and_then(header) {
            let slot = match name {
                "method" => &mut self.method,
                "path" => &mut self.path,
                "authority" => &mut self.authority,
                _ => return ["scheme", "protocol"].contains(&name),
            };
            *slot = Some(value.to_owned());
            return true;
        }
        match header(line) {
            Some((name, value)) => {
                self.headers.push(Header::new(name, value));
                true
            }
            None => false,
        }
    }

    fn request(self) -> Option<Request> {
        let mut headers = self.headers;
        if let Some(authority) = self.authority {
            put_host(&mut headers, authority);
        }
        let mut request = Request {
            method: self.method?.into_bytes(),
            target: self.path?.into_bytes(),
            version: b"HTTP/1.1".to_vec(),
            headers,
            ..Request::default()
        };
        request.body = Shown::Missing.body(&request);
        Some(request)
    }
}
