//! Heads of requests line by line, as logs and tools print them: each line behind the same prefix, or behind none.
//!
//! What is the same in all prefixes is found by comparing: numbers may differ from line to line, as those of times do.

mod prefix;

use super::paper::{Paper, header};
use super::{Found, MOST, Shown};
use crate::request::{Header, Request};
use crate::settings::Settings;
use prefix::{RequestLine, without_end};

pub(super) use prefix::Prefix;

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for place in paper.lines_with(&[" HTTP/", " http/", " http://", " https://"]) {
        // A line within the head of the request before is a header of it.
        if found.last().is_some_and(|last| last.lines.contains(&(place + 1))) {
            continue;
        }
        found.extend(paper.line(place).and_then(RequestLine::of).and_then(|line| one(paper, place, &line)));
        if found.len() == MOST {
            break;
        }
    }
    found
}

fn one(paper: &Paper<'_>, place: usize, line: &RequestLine<'_>) -> Option<Found> {
    let mut request = Request {
        method: line.method.into(),
        target: line.target.into(),
        version: line.version.into(),
        ..Request::default()
    };
    let mut reader = Reader { paper, prefix: Prefix(line.prefix), end: line.end, place: place + 1 };
    reader.head(&mut request);
    if request.headers.is_empty() && !super::is_signed(&request) {
        return None;
    }
    let shown = reader.body(&request);
    request.body = shown.body(&request);
    Some(Found {
        request,
        settings: Settings::default(),
        dress: Prefix(line.prefix).dress(),
        lines: place + 1..=reader.place.min(paper.len()),
        notices: Vec::new(),
    })
}

/// A place in a text, behind the lines that were read.
struct Reader<'a> {
    paper: &'a Paper<'a>,
    prefix: Prefix<'a>,
    end: &'static str,
    place: usize,
}

impl<'a> Reader<'a> {
    /// Reads headers up to the blank line, or to what is none.
    fn head(&mut self, request: &mut Request) {
        let mut passed_over = 0;
        while let Some(line) = self.paper.line(self.place) {
            let Some(rest) = self.stripped(line, request.headers.is_empty()) else { return };
            let (text, end) = without_end(rest);
            let is_annotation = !self.end.is_empty() && end.is_empty();
            if text.trim().is_empty() && !is_annotation {
                self.place += 1;
                return;
            }
            let is_more_of_target = request.headers.is_empty() && text.trim_start().starts_with(['?', '&']);
            match header(text.trim_start()) {
                Some((name, value)) if !is_annotation && !is_reply(text) => {
                    request.headers.push(Header::new(name, value));
                }
                _ if is_more_of_target => request.target.extend_from_slice(text.trim().as_bytes()),
                // A dump explains lines between them.
                _ if passed_over < 8 && (is_annotation || text.trim_start().starts_with(['*', '['])) => {
                    passed_over += 1;
                }
                _ => return,
            }
            self.place += 1;
        }
    }

    /// A line without its prefix. That of the request line may have more words than the others.
    fn stripped<'b>(&mut self, line: &'b str, is_first: bool) -> Option<&'b str> {
        if let Some(rest) = self.prefix.strip_line(line) {
            return Some(rest);
        }
        let own = self.prefix.0;
        let ends = own
            .match_indices(char::is_whitespace)
            .map(|(at, space)| at + space.len())
            .filter(|at| *at < own.len());
        let shorter = ends.chain([0]).filter(|_| is_first).map(|end| Prefix(&own[..end]));
        let fitting =
            shorter.filter(|prefix| prefix.strip(line).map(str::trim_start).and_then(header).is_some());
        // The longest of them.
        self.prefix = fitting.max_by_key(|prefix| prefix.0.len())?;
        self.prefix.strip(line)
    }

    /// What is shown of the body behind the head.
    fn body(&mut self, request: &Request) -> Shown {
        let mut stated = request.content_length().and_then(|len| usize::try_from(len).ok());
        let (mut text, start) = (String::new(), self.place);
        let most = stated.unwrap_or(usize::MAX);
        while let Some(line) = self.paper.line(self.place).filter(|_| text.len() <= most) {
            // `curl --trace-ascii` announces data; Insomnia writes it behind a bar, below a blank line.
            const BAR: &str = "| ";
            let is_barred = |line: &str| line.starts_with(BAR) && self.prefix.0.starts_with('>');
            let comes_next =
                || line.trim().is_empty() && self.paper.line(self.place + 1).is_some_and(is_barred);
            if text.is_empty() && (line.starts_with("=> Send data") || comes_next()) {
                self.place += 1;
                continue;
            }
            let behind_a_bar = line.strip_prefix(BAR).filter(|_| is_barred(line));
            let Some(rest) = behind_a_bar.or_else(|| self.prefix.strip_line(line)) else { break };
            if let Some(len) = end_of_okhttp(rest) {
                stated = stated.or(len);
                break;
            }
            if is_end(rest) || stated.is_none() && rest.trim().is_empty() && self.place > start {
                break;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(if self.end.is_empty() { rest } else { self.without_quote(without_end(rest).0) });
            self.place += 1;
        }
        let is_cut_at_a_line = |len: usize| text.len() == len || text.as_bytes().get(len) == Some(&b'\n');
        match stated {
            Some(len) if len > 0 && is_cut_at_a_line(len) && text.is_char_boundary(len) => {
                Shown::Whole(text[..len].into())
            }
            Some(_) => self.back_to(start),
            None if text.trim().is_empty() => self.back_to(start),
            None => unmeasured(request, text.trim_end()).unwrap_or_else(|| self.back_to(start)),
        }
    }

    /// A line of a body in a log that puts each line in quotes.
    fn without_quote<'b>(&self, line: &'b str) -> &'b str {
        let is_quoted = self.prefix.0.ends_with('"');
        line.strip_suffix('"').filter(|_| is_quoted).unwrap_or(line)
    }

    fn back_to(&mut self, place: usize) -> Shown {
        self.place = place;
        Shown::Missing
    }
}

/// A body whose length nobody tells: as much of the text as its type explains. Prose behind a head is no body.
pub(super) fn unmeasured(request: &Request, text: &str) -> Option<Shown> {
    let kind = String::from_utf8_lossy(request.value(b"content-type")?).to_ascii_lowercase();
    if kind.contains("json") {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
        values.next()?.ok()?;
        return Some(Shown::Whole(text[..values.byte_offset()].into()));
    }
    let is_form = kind.contains("form-urlencoded");
    let is_prose = is_form && text.contains(char::is_whitespace);
    (!is_prose).then(|| Shown::Whole(text.into()))
}

/// The length of a body in `--> END POST (8-byte body)`.
fn end_of_okhttp(line: &str) -> Option<Option<usize>> {
    let rest = line.strip_prefix("--> END")?;
    Some(
        rest.split_once('(')
            .and_then(|(_, rest)| rest.split_once("-byte"))
            .and_then(|(len, _)| len.parse().ok()),
    )
}

/// Whether a line begins the answer.
fn is_reply(line: &str) -> bool {
    line.starts_with("HTTP/") || line.starts_with("< ")
}

/// Whether a line ends a body: a fence, a rule, the answer, what a client does with it.
pub(super) fn is_end(line: &str) -> bool {
    const STARTS: [&str; 12] =
        ["```", "~~~", "-----", "---[", "<--", "< ", "> {%", "###", "* ", "<<", "HTTP/", "RESPONSE"];
    STARTS.iter().any(|start| line.starts_with(start))
}
