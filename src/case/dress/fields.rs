//! Requests as the fields of an object: Node and axios, Python, .NET, Rust, Elixir, `fetch` and PowerShell commands, one entry of a HAR,
//! events of Lambda, attributes of a trace.
//!
//! A request is a group with headers, beside or around which method and URL stand by the names that libraries give them.

mod headers;
mod parts;
mod role;

use super::literal::{self, Group, Node};
use super::paper::Paper;
use super::{Found, MOST, Shown};
use crate::request::{Notice, Request};
use crate::settings::Settings;
use headers::{headers_of, list_of_headers};
use parts::{Parts, is_of_webhook};

pub(super) use parts::query;
use role::{Role, role};

/// Longer texts are read around what looks like a signature.
const WHOLE: usize = 1 << 20;

/// So many bytes before and behind it.
const AROUND: usize = 32 << 10;

/// Requests stand no deeper in an object.
const DEEPEST: usize = 40;

/// So many places of a long text are looked at.
const PLACES: usize = 16;

/// What signatures look like from afar.
const MARKS: [&str; 6] = ["AWS4-", "X-Amz-Signature", "uthorization", "ignature\"", "ignature'", "ignature:"];

/// What a text says of how the object was printed.
const DRESSES: [(&str, &str); 9] = [
    ("AxiosError", "a request in an error of axios"),
    ("fetch(", "a request as a fetch call"),
    ("Invoke-", "a request as a command of PowerShell"),
    ("RequestUri:", "a request as .NET's HttpRequestMessage prints it"),
    ("http.request.header.", "a request as the attributes of a log"),
    ("requestContext", "a request as an event of Lambda"),
    ("\"httpVersion\"", "an entry of a HAR file"),
    ("=>", "a request as an object of Ruby or PHP"),
    ("", "a request as the fields of an object"),
];

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (start, text) in windows(paper.text) {
        let bare = without_prefix(text);
        let text = bare.as_deref().unwrap_or(text);
        let dress = DRESSES.iter().find(|(mark, _)| text.contains(mark)).map_or("", |(_, dress)| dress);
        let mut visit = Visit { found: Vec::new() };
        visit.group(&literal::read(text), &Parts::default(), 0);
        for (request, shown, [first, last], notices) in visit.found {
            let place = |at: usize| paper.place(start + at) + 1;
            let body = shown.body(&request);
            found.push(Found {
                request: Request { body, ..request },
                settings: Settings::default(),
                dress,
                lines: place(first)..=place(last.saturating_sub(1)),
                notices,
            });
        }
    }
    found.truncate(MOST);
    found
}

/// The text with spaces in place of what all its lines begin with, as the name of a program in its log; `None` where that is nothing.
fn without_prefix(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?;
    let end = first.find(": ").map(|at| at + 2).filter(|end| *end < 60)?;
    let prefix = &first[..end];
    let is_of_all = first.len() > end
        && lines.clone().count() >= 3
        && lines.all(|line| line.starts_with(prefix.trim_end()));
    is_of_all.then(|| {
        let blank = " ".repeat(prefix.len());
        text.split_inclusive('\n')
            .map(|line| line.strip_prefix(prefix).map_or(line.to_owned(), |rest| blank.clone() + rest))
            .collect()
    })
}

/// The parts of a text to look at, and where they begin.
fn windows(text: &str) -> Vec<(usize, &str)> {
    if text.len() <= WHOLE {
        let has_mark = MARKS.iter().any(|mark| text.contains(mark));
        return if has_mark { vec![(0, text)] } else { Vec::new() };
    }
    let mut windows: Vec<(usize, &str)> = Vec::new();
    let mut done = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), MARKS[0]) {
        if windows.len() == PLACES {
            break;
        }
        if at < done {
            continue;
        }
        let start = text.floor_char_boundary(at.saturating_sub(AROUND).max(done));
        done = text.ceil_char_boundary((at + AROUND).min(text.len()));
        windows.push((start, &text[start..done]));
    }
    windows
}

/// The method that a call names: `requests.post(`, `axios.put(`, `post {`.
fn callee(key: &str) -> Option<&'static str> {
    const METHODS: [(&str, &str); 5] =
        [("post", "POST"), ("put", "PUT"), ("get", "GET"), ("delete", "DELETE"), ("patch", "PATCH")];
    let last = key.rsplit(['.', ':']).next()?.to_ascii_lowercase();
    METHODS.iter().find(|(name, _)| *name == last).map(|(_, method)| *method)
}

/// A request that was found, with what is shown of its body and the bytes that it was read from.
type Read = (Request, Shown, [usize; 2], Vec<Notice>);

struct Visit {
    found: Vec<Read>,
}

impl Visit {
    fn group(&mut self, group: &Group, around: &Parts<'_>, depth: usize) {
        let mut own = Parts::default();
        own.take(group, 0);
        let parts = own.within(around);
        let mut headers = headers_of(group);
        // The headers alone, as `console.log(req.headers)` prints them.
        let is_bare = headers.is_empty() && parts.url.is_none() && parts.path.is_none();
        if is_bare && is_of_webhook(&list_of_headers(group)) {
            headers = list_of_headers(group);
        }
        if !headers.is_empty()
            && let Some((request, shown, notices)) = parts.request(headers)
        {
            self.found.push((request, shown, [group.start, group.end], notices));
            return;
        }
        for member in &group.members {
            let is_answer = member.key.as_deref().and_then(role) == Some(Role::Answer);
            let goes_on = !is_answer && depth < DEEPEST && self.found.len() < MOST;
            if let (Node::Group(inner), true) = (&member.value, goes_on) {
                let of_call = member.key.as_deref().and_then(callee);
                let mut around = parts.clone();
                around.method = around.method.or(of_call);
                self.group(inner, &around, depth + 1);
            }
        }
    }
}
