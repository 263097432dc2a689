//! The parts of a request that stand around its headers, and the request that they make.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::headers::named;
use super::role::{Role, role};
use crate::case::dress::literal::{Group, Node};
use crate::case::dress::paper::is_method;
use crate::case::dress::{Shown, is_signed, put_host};
use crate::case::url;
use crate::request::{Header, Notice, Request};

/// What is not signed as it is: letters, digits and these stay in a query that is put together.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The attribute in which Terraform logs a body: `ReadTruncatedBody` of aws-sdk-go-base writes a line's end behind every line.
const LOGGED_BY_LINE: &str = "http.request.body";

/// What is known of a request so far, from the groups around.
#[derive(Clone, Default)]
pub(super) struct Parts<'a> {
    pub(super) method: Option<&'a str>,
    pub(super) url: Option<&'a str>,
    host: Option<&'a str>,
    pub(super) path: Option<&'a str>,
    query: Option<&'a Node>,
    content_type: Option<&'a str>,
    body: Option<&'a Node>,
    /// Whether the body was logged line by line, so that a line's end stands behind it.
    is_in_lines: bool,
    is_base64: bool,
}

impl<'a> Parts<'a> {
    /// Takes what the members of a group say. What is said already by a nearer one stays.
    pub(super) fn take(&mut self, group: &'a Group, depth: usize) {
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
                (Some(Role::Body), Some(_)) => {
                    self.body.get_or_insert(&member.value);
                    self.is_in_lines |= member.key.as_deref() == Some(LOGGED_BY_LINE);
                }
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
                if member.key.as_deref() == Some("requestContext") {
                    self.path = path_in(group).or(self.path);
                }
                self.take(group, depth + 1);
            }
        }
    }

    /// What of these parts is not known yet is taken from those around.
    pub(super) fn within(self, around: &Self) -> Self {
        Self {
            method: self.method.or(around.method),
            url: self.url.or(around.url),
            host: self.host.or(around.host),
            path: self.path.or(around.path),
            query: self.query.or(around.query),
            content_type: self.content_type.or(around.content_type),
            is_in_lines: self.is_in_lines || self.body.is_none() && around.is_in_lines,
            body: self.body.or(around.body),
            is_base64: self.is_base64 || around.is_base64,
        }
    }
}

/// The path that API Gateway received, with its stage, which the `path` beside the context of a Lambda event (version 1.0) leaves out.
fn path_in(context: &Group) -> Option<&str> {
    let path = context.members.iter().find(|member| member.key.as_deref() == Some("path"))?;
    path.value.text().map(|(text, _)| text).filter(|text| text.starts_with('/'))
}

/// A word that Ruby and Elixir write as `:post`.
fn symbol(text: &str) -> &str {
    text.strip_prefix(':').unwrap_or(text)
}

impl Parts<'_> {
    /// The request of these parts, with what is shown of its body.
    pub(super) fn request(&self, mut headers: Vec<Header>) -> Option<(Request, Shown, Vec<Notice>)> {
        let mut notices = Vec::new();
        let pseudo = take_pseudo(&mut headers);
        let pseudo = |name: &str| pseudo.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        let (host, target) = match self.url.and_then(url::split).filter(|(host, _)| !host.is_empty()) {
            Some((host, target)) => (Some(host), target),
            None => {
                let target = self.path.map(str::to_owned).or_else(|| pseudo("path"));
                let target = target.or_else(|| {
                    let words = "Method and path are not shown: POST / is taken, which webhooks do not sign.";
                    notices.push(Notice(words.into()));
                    is_of_webhook(&headers).then(|| "/".to_owned())
                })?;
                (None, target)
            }
        };
        let host = pseudo("authority").or(host).or_else(|| self.host.map(str::to_owned));
        let method =
            self.method.map(str::to_ascii_uppercase).or_else(|| pseudo("method")).unwrap_or_else(|| {
                if is_of_webhook(&headers) {
                    return "POST".to_owned();
                }
                let method = if matches!(self.shown(), Shown::Whole(_)) { "POST" } else { "GET" };
                notices.push(Notice(format!("There is no method: {method} is taken.")));
                method.to_owned()
            });
        let target = match self.query.filter(|_| !target.contains('?')).and_then(query) {
            Some(query) => format!("{target}?{query}"),
            None => target,
        };
        if let Some(host) = host {
            put_host(&mut headers, host);
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
            Some((text, true)) if self.is_in_lines => {
                Shown::Whole(text.strip_suffix('\n').unwrap_or(text).into())
            }
            Some((text, true)) => Shown::Whole(text.into()),
            Some((_, false)) | None => Shown::Missing,
        }
    }
}

/// Whether headers are those of a webhook that is known by them.
pub(super) fn is_of_webhook(headers: &[Header]) -> bool {
    let (method, target) = (b"POST".to_vec(), b"/".to_vec());
    let request = Request { method, target, headers: headers.to_vec(), ..Request::default() };
    headers.iter().all(|header| !header.is(b"authorization")) && is_signed(&request)
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

/// A query: a text, or pairs that are still to be encoded.
pub(in crate::case::dress) fn query(node: &Node) -> Option<String> {
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
