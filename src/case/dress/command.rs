//! Commands of the shell within a text: curl behind a prompt or in a fence, for `cmd.exe` with its carets; HTTPie and wget.
//!
//! Sources: `Copy as cURL (cmd)` of Chromium's DevTools; HTTPie's documentation of request items; wget's manual.

use super::paper::Paper;
use super::{Found, MOST, put_host};
use crate::case::{curl, shell, url};
use crate::request::{Body, Header, Request};
use crate::settings::Settings;

/// A command has no more lines than this.
const LONGEST: usize = 2000;

type Reader = fn(&str) -> Option<(Request, Settings)>;

const COMMANDS: [(&str, &str, Reader); 6] = [
    ("curl", "a curl command", by_curl),
    ("curl.exe", "a curl command", by_curl),
    ("http", "a command of HTTPie", by_httpie),
    ("https", "a command of HTTPie", by_httpie),
    ("xh", "a command of xh", by_httpie),
    ("wget", "a command of wget", by_wget),
];

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for place in paper.lines_with(&["curl ", "curl.exe ", "http ", "https ", "xh ", "wget "]) {
        if found.len() == MOST || found.last().is_some_and(|last| last.lines.contains(&(place + 1))) {
            continue;
        }
        found.extend(one(paper, place));
    }
    found
}

fn one(paper: &Paper<'_>, place: usize) -> Option<Found> {
    // A prompt ends in one of these; what stands in a sentence is no command.
    const PROMPTS: &str = "$%>#`";
    let line = paper.line(place)?;
    let begins = |word: &str| {
        let at = line.find(&format!("{word} "))?;
        let before = line[..at].trim_end();
        (before.is_empty() || before.ends_with(|c| PROMPTS.contains(c))).then_some(at)
    };
    let (at, dress, reader) =
        COMMANDS.iter().find_map(|(word, dress, reader)| Some((begins(word)?, dress, reader)))?;
    let (text, lines) = whole(paper, place, at);
    let (request, settings) = reader(&text)?;
    Some(Found { request, settings, dress, lines: place + 1..=place + lines, notices: Vec::new() })
}

/// A command up to its end, and how many lines it has: a line goes on behind a sign for it, or while a quote is open.
fn whole(paper: &Paper<'_>, place: usize, at: usize) -> (String, usize) {
    let (mut text, mut quote, mut lines) = (String::new(), None, 0);
    for line in (place..place + LONGEST).map_while(|place| paper.line(place)) {
        let line = if lines == 0 { &line[at..] } else { line };
        lines += 1;
        let is_caret = line.trim_end().ends_with('^');
        quote = open_quote(line, quote);
        text.push_str(line);
        let goes_on = quote.is_some() || is_caret || line.trim_end().ends_with(['\\', '`']);
        if !goes_on {
            break;
        }
        text.push('\n');
    }
    (text, lines)
}

/// The quote that is open at the end of a line.
fn open_quote(line: &str, mut quote: Option<char>) -> Option<char> {
    let mut is_escaped = false;
    for c in line.chars() {
        match (c, quote) {
            _ if is_escaped => is_escaped = false,
            ('\\', Some('"') | None) | ('^', None) => is_escaped = true,
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(own)) if c == own => quote = None,
            _ => {}
        }
    }
    quote
}

fn by_curl(text: &str) -> Option<(Request, Settings)> {
    let case = curl::read(text.as_bytes()).ok()?;
    // Files are read only where the whole input is a command.
    case.body_pieces.is_empty().then_some((case.request, case.settings))
}

fn words(text: &str) -> Option<Vec<String>> {
    let split = shell::split(text.as_bytes()).ok()?;
    Some(split.words.into_iter().skip(1).map(|word| String::from_utf8_lossy(&word).into_owned()).collect())
}

/// `http [METHOD] URL [ITEM…]`: `Name:value` is a header, `name==value` a pair of the query, `name=value` and `name:=json` members of
/// a JSON body.
fn by_httpie(text: &str) -> Option<(Request, Settings)> {
    let words = words(text)?;
    let (mut items, mut raw) = (Vec::new(), None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix("--raw") {
            Some("") => raw = words.next().cloned(),
            Some(value) => raw = value.strip_prefix('=').map(str::to_owned),
            None if word.starts_with('-') => {}
            None => items.push(word),
        }
    }
    let mut items = items.into_iter().peekable();
    let method = items.next_if(|word| super::paper::is_method(word)).cloned();
    let url = items.next()?;
    let mut parts = Parts { url: url.clone(), ..Parts::default() };
    for item in items {
        parts.item(item);
    }
    let body = raw.or_else(|| parts.json());
    if body.is_some() && !parts.headers.iter().any(|header| header.is(b"content-type")) {
        parts.headers.push(Header::new("Content-Type", "application/json"));
    }
    Some((parts.request(method, body)?, Settings::default()))
}

/// What the items of a command said so far.
#[derive(Default)]
struct Parts {
    url: String,
    headers: Vec<Header>,
    members: Vec<(String, serde_json::Value)>,
}

impl Parts {
    fn item(&mut self, item: &str) {
        let at = item.find([':', '=', '@']).unwrap_or(item.len());
        let (name, rest) = item.split_at(at);
        if let Some(value) = rest.strip_prefix(":=") {
            if let Ok(value) = serde_json::from_str(value) {
                self.members.push((name.to_owned(), value));
            }
        } else if let Some(value) = rest.strip_prefix("==") {
            let between = if self.url.contains('?') { '&' } else { '?' };
            self.url.push_str(&format!("{between}{name}={value}"));
        } else if let Some(value) = rest.strip_prefix(':') {
            self.headers.push(Header::new(name, value.trim()));
        } else if let Some(value) = rest.strip_prefix('=') {
            self.members.push((name.to_owned(), value.into()));
        }
    }

    /// The body as Python's `json.dumps` writes it.
    fn json(&self) -> Option<String> {
        let member = |(name, value): &(String, serde_json::Value)| {
            format!("{}: {value}", serde_json::Value::from(name.as_str()))
        };
        let members: Vec<String> = self.members.iter().map(member).collect();
        (!members.is_empty()).then(|| format!("{{{}}}", members.join(", ")))
    }

    /// The request that is sent: without a method, POST where there is a body.
    fn request(self, method: Option<String>, body: Option<String>) -> Option<Request> {
        let url = if self.url.contains("://") { self.url } else { format!("https://{}", self.url) };
        let (host, target) = url::split(&url)?;
        let mut headers = self.headers;
        put_host(&mut headers, host);
        let method = method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
        Some(Request {
            method: method.into_bytes(),
            target: target.into_bytes(),
            version: b"HTTP/1.1".to_vec(),
            headers,
            body: body.map_or_else(Body::default, |body| body.into_bytes().into()),
        })
    }
}

fn by_wget(text: &str) -> Option<(Request, Settings)> {
    let (mut parts, mut method, mut body) = (Parts::default(), None, None);
    let words = words(text)?;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=').filter(|_| word.starts_with("--")) {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let mut value = || value.clone().or_else(|| words.next().cloned());
        match name {
            "--header" => {
                let line = value()?;
                let (name, value) = line.split_once(':')?;
                parts.headers.push(Header::new(name, value.trim()));
            }
            "--method" => method = value(),
            "--post-data" | "--body-data" => body = value(),
            _ if !word.starts_with('-') && word.contains("://") => parts.url.clone_from(word),
            _ => {}
        }
    }
    (!parts.url.is_empty()).then_some(())?;
    Some((parts.request(method, body)?, Settings::default()))
}
