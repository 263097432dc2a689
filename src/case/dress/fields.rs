//! Requests as the fields of an object: Node and axios, Python, .NET, Rust, Elixir, `fetch` and PowerShell commands, one entry of a HAR,
//! events of Lambda, attributes of a trace.
//!
//! A request is a group with headers, beside or around which method and URL stand by the names that libraries give them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::literal::{self, Group, Member, Node};
use super::paper::{Paper, is_method};
use super::{Found, MOST, Shown};
use crate::request::http::is_token_byte;
use crate::request::{Header, Notice, Request};
use crate::settings::Settings;

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

/// What is not signed as it is: letters, digits and these stay in a query that is put together.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

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
        if at < done || windows.len() == PLACES {
            continue;
        }
        let start = text.floor_char_boundary(at.saturating_sub(AROUND).max(done));
        done = text.ceil_char_boundary((at + AROUND).min(text.len()));
        windows.push((start, &text[start..done]));
    }
    windows
}

/// What is known of a request so far, from the groups around.
#[derive(Clone, Default)]
struct Parts<'a> {
    method: Option<&'a str>,
    url: Option<&'a str>,
    host: Option<&'a str>,
    path: Option<&'a str>,
    query: Option<&'a Node>,
    content_type: Option<&'a str>,
    body: Option<&'a Node>,
    is_base64: bool,
}

/// A word that Ruby and Elixir write as `:post`.
fn symbol(text: &str) -> &str {
    text.strip_prefix(':').unwrap_or(text)
}

/// What a key stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Role {
    Method,
    Url,
    Host,
    Path,
    Query,
    Headers,
    /// A type that is said beside the headers.
    ContentType,
    Body,
    IsBase64,
    /// The answer: nothing in it belongs to the request.
    Answer,
}

/// The names that libraries give the parts of a request, without case and signs.
const NAMES: [(Role, &[&str]); 10] = [
    (Role::Method, &["method", "httpmethod", "verb", "requestmethod", "httprequestmethod"]),
    (
        Role::Url,
        &["url", "uri", "requesturi", "requesturl", "httpurl", "href", "urlfull", "fullurl", "rawurl"],
    ),
    (Role::Host, &["host", "hostname", "authority", "domainname", "serveraddress", "nethostname"]),
    (Role::Path, &["path", "encodedpath", "pathname", "rawpath", "urlpath", "requestpath", "httptarget"]),
    (
        Role::Query,
        &[
            "query",
            "rawquerystring",
            "querystring",
            "querystringparameters",
            "queryparameters",
            "querystrings",
            "params",
            "search",
        ],
    ),
    (
        Role::Headers,
        &["headers", "header", "httpheaders", "requestheaders", "multivalueheaders", "rawheaders"],
    ),
    (
        Role::Body,
        &[
            "body",
            "data",
            "content",
            "payload",
            "rawbody",
            "requestbody",
            "httprequestbody",
            "postdata",
            "text",
        ],
    ),
    (Role::ContentType, &["contenttype"]),
    (Role::IsBase64, &["isbase64encoded"]),
    (Role::Answer, &["response", "res", "reply", "httpresponse", "answer"]),
];

fn role(key: &str) -> Option<Role> {
    let plain: String = key.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    NAMES.iter().find(|(_, names)| names.contains(&&*plain)).map(|(role, _)| *role)
}

impl<'a> Parts<'a> {
    /// Takes what the members of a group say. What is said already by a nearer one stays.
    fn take(&mut self, group: &'a Group, depth: usize) {
        for member in &group.members {
            let text = member.value.text().map(|(text, _)| text).filter(|text| !text.is_empty());
            match (member.key.as_deref().and_then(role), text) {
                (Some(Role::Method), Some(text)) if is_method(&symbol(text).to_ascii_uppercase()) => {
                    self.method.get_or_insert(symbol(text));
                }
                (Some(Role::Url), Some(text)) if text.contains("://") => _ = self.url.get_or_insert(text),
                (Some(Role::Url | Role::Path), Some(text)) if text.starts_with('/') => {
                    self.path.get_or_insert(text);
                }
                (Some(Role::Host), Some(text)) => _ = self.host.get_or_insert(text),
                (Some(Role::Query), _) => _ = self.query.get_or_insert(&member.value),
                (Some(Role::Body), Some(_)) => _ = self.body.get_or_insert(&member.value),
                (Some(Role::ContentType), Some(text)) => _ = self.content_type.get_or_insert(text),
                (Some(Role::IsBase64), Some("true")) => self.is_base64 = true,
                (None, Some(text))
                    if member.key.is_none() && text.starts_with("http://")
                        || member.key.is_none() && text.starts_with("https://") =>
                {
                    self.url.get_or_insert(text);
                }
                _ => {}
            }
        }
        // `url: { host, path }`, `requestContext: { http: { method } }`, `postData: { text }`
        for member in group.members.iter().filter(|_| depth < 2) {
            let is_of_request = match member.key.as_deref().and_then(role) {
                Some(Role::Headers | Role::Answer | Role::Query) => false,
                // An object that is going to be written as JSON has names of its own.
                Some(Role::Body) => member.key.as_deref() == Some("postData"),
                Some(
                    Role::Method | Role::Url | Role::Host | Role::Path | Role::ContentType | Role::IsBase64,
                )
                | None => true,
            };
            if let (Node::Group(group), true) = (&member.value, is_of_request) {
                self.take(group, depth + 1);
            }
        }
    }

    /// What of these parts is not known yet is taken from those around.
    fn within(self, around: &Self) -> Self {
        Self {
            method: self.method.or(around.method),
            url: self.url.or(around.url),
            host: self.host.or(around.host),
            path: self.path.or(around.path),
            query: self.query.or(around.query),
            content_type: self.content_type.or(around.content_type),
            body: self.body.or(around.body),
            is_base64: self.is_base64 || around.is_base64,
        }
    }
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
        let headers = headers_of(group);
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
                self.group(inner, &parts, depth + 1);
            }
        }
    }
}

/// The headers that stand in a group: in a member of that name, or as attributes `http.request.header.x`.
fn headers_of(group: &Group) -> Vec<Header> {
    let is_headers = |member: &&Member| member.key.as_deref().and_then(role) == Some(Role::Headers);
    for member in group.members.iter().filter(is_headers) {
        if let Node::Group(list) = &member.value {
            let headers = list_of_headers(list);
            if !headers.is_empty() {
                return headers;
            }
        }
    }
    const ATTRIBUTE: &str = "http.request.header.";
    let listed = headers_below(group);
    if !listed.is_empty() {
        return listed;
    }
    let attribute = |member: &Member| {
        let name = member.key.as_deref()?.strip_prefix(ATTRIBUTE)?.replace('_', "-");
        Some(Header::new(name, member.value.text()?.0))
    };
    group.members.iter().filter_map(attribute).collect()
}

/// Headers in lines below the word, as logs without brackets list them.
fn headers_below(group: &Group) -> Vec<Header> {
    let is_word = |member: &Member| {
        let is_empty = member.value.text().is_some_and(|(text, _)| text.is_empty());
        is_empty && member.key.as_deref().and_then(role) == Some(Role::Headers)
    };
    let below = group.members.iter().skip_while(|member| !is_word(member)).skip(1);
    let header = |member: &Member| {
        let name = member.key.as_deref().filter(|name| role(name) != Some(Role::Body))?;
        Some(Header::new(name, member.value.text()?.0))
    };
    below.map_while(header).collect()
}

/// Headers as a list, in whatever way it pairs names and values.
fn list_of_headers(list: &Group) -> Vec<Header> {
    let mut headers = Vec::new();
    let mut loose: Vec<&str> = Vec::new();
    for member in &list.members {
        match (&member.key, &member.value) {
            (Some(name), value) => headers.extend(named(name, value)),
            (None, Node::Group(pair)) => headers.extend(pair_of(pair)),
            (None, Node::Text { text, .. }) => loose.push(text),
        }
    }
    let lines = loose.iter().filter_map(|line| super::paper::header(line));
    let lines: Vec<Header> = lines.map(|(name, value)| Header::new(name, value)).collect();
    if !loose.is_empty() && lines.len() == loose.len() {
        headers.extend(lines);
    } else {
        headers.extend(loose.chunks_exact(2).map(|pair| Header::new(pair[0], pair[1])));
    }
    headers.retain(|header| {
        !header.name.is_empty() && header.name.iter().copied().all(|byte| is_token_byte(byte) || byte == b':')
    });
    headers
}

/// A header of this name; one for each of several values.
fn named(name: &str, value: &Node) -> Vec<Header> {
    match (value.text(), value) {
        (Some((text, _)), _) => vec![Header::new(name, text)],
        (None, Node::Group(values)) => {
            let texts = values.members.iter().filter_map(|member| member.value.text());
            texts.map(|(text, _)| Header::new(name, text)).collect()
        }
        (None, Node::Text { .. }) => Vec::new(),
    }
}

/// A header as a pair: `{name: …, value: …}`, `["name", "value"]`.
fn pair_of(pair: &Group) -> Option<Header> {
    let member = |names: [&str; 2]| {
        let is_it = |member: &&Member| {
            member.key.as_deref().is_some_and(|key| names.iter().any(|name| key.eq_ignore_ascii_case(name)))
        };
        pair.members.iter().find(is_it)?.value.text()
    };
    if let (Some((name, _)), Some((value, _))) = (member(["name", "key"]), member(["value", "val"])) {
        return Some(Header::new(name, value));
    }
    match &pair.members[..] {
        [name, value] => Some(Header::new(name.value.text()?.0, value.value.text()?.0)),
        _ => None,
    }
}

impl Parts<'_> {
    fn request(&self, mut headers: Vec<Header>) -> Option<(Request, Shown, Vec<Notice>)> {
        let mut notices = Vec::new();
        let pseudo = take_pseudo(&mut headers);
        let pseudo = |name: &str| pseudo.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        let (host, target) = match self.url.and_then(split) {
            Some((host, target)) => (Some(host), target),
            None => (None, self.path.map(str::to_owned).or_else(|| pseudo("path"))?),
        };
        let host = pseudo("authority").or(host).or_else(|| self.host.map(str::to_owned));
        let method =
            self.method.map(str::to_ascii_uppercase).or_else(|| pseudo("method")).unwrap_or_else(|| {
                notices.push(Notice("There is no method: GET is taken.".into()));
                "GET".to_owned()
            });
        let target = match self.query.filter(|_| !target.contains('?')).and_then(query) {
            Some(query) => format!("{target}?{query}"),
            None => target,
        };
        let is_host = |header: &Header| header.is(b"host");
        if let (Some(host), false) = (host, headers.iter().any(is_host)) {
            headers.insert(0, Header::new("Host", host));
        }
        if let (Some(value), false) =
            (self.content_type, headers.iter().any(|header| header.is(b"content-type")))
        {
            headers.push(Header::new("Content-Type", value));
        }
        let request = Request {
            method: method.into_bytes(),
            target: target.into_bytes(),
            version: b"HTTP/1.1".to_vec(),
            headers,
            ..Request::default()
        };
        Some((request, self.shown(), notices))
    }

    /// What is shown of the body: only a text in quotes is one for certain.
    fn shown(&self) -> Shown {
        match self.body.and_then(Node::text) {
            Some((text, true)) if self.is_base64 => {
                STANDARD.decode(text).map_or(Shown::Missing, Shown::Whole)
            }
            Some((text, true)) => Shown::Whole(text.into()),
            Some((_, false)) | None => Shown::Missing,
        }
    }
}

/// Takes what is no header out of a list: the names of HTTP/2 that begin with a colon, which PowerShell's writers drop.
fn take_pseudo(headers: &mut Vec<Header>) -> Vec<(String, String)> {
    const PSEUDO: [&str; 4] = ["authority", "method", "path", "scheme"];
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (pseudo, own): (Vec<Header>, Vec<Header>) = headers.drain(..).partition(|header| {
        let name = header.name.strip_prefix(b":").unwrap_or(&header.name);
        PSEUDO.iter().any(|pseudo| pseudo.as_bytes() == name)
    });
    *headers = own;
    pseudo
        .iter()
        .map(|header| (text(&header.name).trim_start_matches(':').to_owned(), text(&header.value)))
        .collect()
}

/// Host and target of an absolute URL.
fn split(url: &str) -> Option<(String, String)> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split('#').next()?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    let host = authority.rsplit('@').next()?;
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    (!host.is_empty()).then(|| (host.to_owned(), target))
}

/// A query: a text, or pairs that are still to be encoded.
fn query(node: &Node) -> Option<String> {
    let encode = |text: &str| utf8_percent_encode(text, IN_QUERY).to_string();
    let as_text = node.text().filter(|(text, _)| text.contains('='));
    if let (Some((text, _)), true) = (
        as_text,
        matches!(node, Node::Group(group) if group.members.iter().all(|member| member.key.is_none())),
    ) {
        return Some(text.to_owned());
    }
    match node {
        Node::Text { text, .. } => {
            Some(text.trim_start_matches('?').to_owned()).filter(|text| text.contains('='))
        }
        Node::Group(group) => {
            let pairs = group.members.iter().flat_map(|member| {
                let name = member.key.as_deref().map(encode);
                let values = named("v", &member.value);
                values.into_iter().filter_map(move |value| {
                    let value = encode(&String::from_utf8_lossy(&value.value));
                    Some(format!("{}={value}", name.as_ref()?))
                })
            });
            let pairs: Vec<String> = pairs.collect();
            (!pairs.is_empty()).then(|| pairs.join("&"))
        }
    }
}
