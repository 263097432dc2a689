//! The values of a row's templates, made from a request, what was captured in it, and the key.

use std::borrow::Cow;
use std::ops::Range;

use super::capture::{Captured, form_pairs};
use super::components;
use super::json;
use super::source::{PairsOf, SECRET, Source};
use super::template::{Node, Template};
use super::text::{self, Pair, Text, Value, Written};
use crate::frames::pass::{Pass, Transfer};
use crate::frames::transfer::Unframer;
use crate::redact::trimmed;
use crate::request::{Part, Request, Span, form};
use crate::scheme::sign::{Situation, uri_scheme};
use crate::signature::Credentials;
use crate::signature::fields::is_public;
use crate::trace::{Given, Origin, Rule, Rules, Section, StageKind};

/// Everything that a template may speak of.
pub struct Scene<'a> {
    /// The request.
    pub request: &'a Request,
    /// What the patterns found, or what a plan puts there.
    pub captured: &'a [Captured],
    /// Whether what was captured stands in the request, or is still to be put there.
    pub planned: Planned,
    /// The key.
    pub key: Option<&'a Credentials>,
    /// Keys, clock and settings.
    pub situation: &'a Situation,
    /// The texts made before.
    pub texts: Vec<Option<Vec<u8>>>,
    /// The body as it was sent; nothing where it is not at hand.
    pub body: Option<Cow<'a, [u8]>>,
    /// The URI scheme by which the sender knew the request.
    pub uri_scheme: String,
    /// The whole URL as the sender knew it, in place of what key and request say.
    pub url: Option<Vec<u8>>,
}

/// Where captured values come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Planned {
    /// The request.
    No,
    /// The signer, who adds them.
    Yes,
}

impl<'a> Scene<'a> {
    /// A scene without texts.
    pub fn of(
        request: &'a Request,
        captured: &'a [Captured],
        planned: Planned,
        situation: &'a Situation,
    ) -> Self {
        Self {
            request,
            captured,
            planned,
            key: situation.credentials.as_ref(),
            situation,
            texts: Vec::new(),
            body: request.body.rope().map(|rope| rope.to_cow()),
            uri_scheme: uri_scheme(request),
            url: None,
        }
    }

    /// The text of a template; `None` where something that it needs is not there.
    pub fn text(&self, template: &Template) -> Option<Text> {
        let mut out = Text::default();
        self.write(&mut out, template).then_some(out)
    }

    /// Writes the text of a template; whether everything that it needs was there.
    pub fn write(&self, out: &mut Text, template: &Template) -> bool {
        self.nodes(out, &template.nodes)
    }

    fn nodes(&self, out: &mut Text, nodes: &[Node]) -> bool {
        let mut is_whole = true;
        for node in nodes {
            match node {
                Node::Literal(literal) => out.fixed(literal.as_bytes()),
                Node::Hole(hole) if hole.source == Source::Body && hole.pipes.is_empty() => {
                    // The body is a part of its own; what stands before it is another.
                    if !out.bytes().is_empty() {
                        out.ends(Section::Whole);
                    }
                    is_whole &= self.write_body(out);
                    out.ends(Section::Body);
                }
                Node::Hole(hole) => {
                    match hole.pipes.iter().fold(self.value(&hole.source), |value, pipe| pipe.apply(value)) {
                        Value::Absent => is_whole &= hole.source.may_be_absent(),
                        value => text::append(out, &value.into_text(), Rules::NONE),
                    }
                }
                Node::Optional(inner) => {
                    let mut part = Text::default();
                    if self.has_all(inner) && self.nodes(&mut part, inner) {
                        text::append(out, &part, Rules::NONE);
                    }
                }
            }
        }
        is_whole
    }

    /// Whether every hole of an optional part holds something.
    fn has_all(&self, nodes: &[Node]) -> bool {
        nodes.iter().all(|node| match node {
            Node::Hole(hole) => {
                let value = hole.pipes.iter().fold(self.value(&hole.source), |value, pipe| pipe.apply(value));
                !value.into_text().bytes().is_empty()
            }
            Node::Literal(_) | Node::Optional(_) => true,
        })
    }

    /// The body without the frames of its transfer, which the next hop may take off or put on.
    fn write_body(&self, out: &mut Text) -> bool {
        let Some(body) = &self.body else { return false };
        let mut put = |range: Range<usize>| {
            let origin = Origin::Request(Span::new(Part::Body, range.clone()));
            out.put(origin, Rules::NONE, &body[range]);
        };
        if Pass::of(self.request).transfer == Transfer::Plain {
            put(0..body.len());
            return true;
        }
        // Each piece of content is a slice of the body.
        let mut place = |piece: &[u8]| {
            let start = piece.as_ptr() as usize - body.as_ptr() as usize;
            put(start..start + piece.len());
        };
        // What is no frame ends the content.
        let _ = Unframer::default().feed(body, &mut place);
        true
    }

    /// What a source holds.
    pub fn value(&self, source: &Source) -> Value {
        let target = self.request.target();
        let of_target = |range: Range<usize>| self.of_request(Part::Target, range);
        match source {
            Source::Captured(at) => self.captured(*at).map_or(Value::Absent, |one| self.of_captured(one)),
            Source::Text(at) => {
                self.texts.get(*at).and_then(Option::as_deref).map_or(Value::Absent, |text| {
                    Value::Text(text::of(Origin::Stage(StageKind::CanonicalRequest), Rules::NONE, text))
                })
            }
            Source::Field(name) => self.field(name),
            Source::Method => self.of_request(Part::Method, 0..self.request.method.len()),
            Source::Target => of_target(target.path.start..self.request.target.len()),
            Source::Path => match target.path.is_empty() {
                true => Value::Text(text::fixed("/")),
                false => of_target(target.path),
            },
            Source::Query => target.query.map_or_else(|| Value::Text(Text::default()), of_target),
            Source::Url => self.url(Query::Kept),
            Source::UrlBase => self.url(Query::LeftOut),
            Source::UriScheme => Value::Text(text::fixed(&self.uri_scheme)),
            Source::Host => self.host(),
            Source::HostName => Value::Text(cut_port(self.host().into_text())),
            Source::Port => Value::Text(self.port()),
            Source::Body => {
                let mut out = Text::default();
                if self.write_body(&mut out) { Value::Text(out) } else { Value::Absent }
            }
            Source::Header(name) => self.header(name.as_bytes()),
            Source::Parameter(name) => self.parameter(name),
            Source::FormField(name) => self.form_field(name),
            Source::Json(path) => self.json(path),
            Source::Pairs(of) => Value::Pairs(of.iter().flat_map(|of| self.pairs(*of)).collect()),
            Source::HeadersWith(prefix) => Value::Pairs(self.headers_with(prefix.as_bytes())),
            Source::SignatureBase(at) => self
                .captured(*at)
                .and_then(|label| components::base(self, &label.bytes))
                .map_or(Value::Absent, Value::Text),
            Source::HeadersNamed(at, mark) => Value::Pairs(self.headers_named(*at, mark)),
        }
    }

    /// The first captured value with this place among the names.
    pub fn captured(&self, at: usize) -> Option<&Captured> {
        self.captured.iter().find(|one| one.value == at)
    }

    fn of_captured(&self, one: &Captured) -> Value {
        let (origin, rules) = match self.planned {
            Planned::No => (Origin::Request(one.span), Rules::NONE),
            Planned::Yes => (Origin::Given(Given::Date), Rule::Added.into()),
        };
        Value::Text(text::of(origin, rules, &one.bytes))
    }

    fn of_request(&self, part: Part, range: Range<usize>) -> Value {
        let span = Span::new(part, range);
        Value::Text(text::of(Origin::Request(span), Rules::NONE, &self.request.slice(span)))
    }

    /// A field of the key: the secret itself, or one beside it.
    fn field(&self, name: &str) -> Value {
        let Some(key) = self.key else { return Value::Absent };
        let secret = match name {
            SECRET => Some(key.secret.expose()),
            _ => key.fields.get(name),
        };
        let given = if is_public(name) { Given::KeyField } else { Given::KeySecret };
        secret.map_or(Value::Absent, |bytes| Value::Text(text::of(Origin::Given(given), Rules::NONE, bytes)))
    }

    fn host(&self) -> Value {
        match (self.request.header(b"host"), self.request.authority()) {
            (Some(_), _) => self.header(b"host"),
            (None, Some(span)) => self.of_request(span.part, span.range()),
            (None, None) => Value::Absent,
        }
    }

    fn port(&self) -> Text {
        let host = self.host().into_text();
        match port_of(host.bytes()) {
            Some(at) => text::slice(&host, at + 1..host.bytes().len()),
            None => text::fixed(if self.uri_scheme == "http" { "80" } else { "443" }),
        }
    }

    /// The URL as the sender knew it, where the key says so.
    fn known_url(&self) -> Option<Text> {
        if let Some(url) = &self.url {
            return Some(text::of(Origin::Given(Given::KeyField), Rules::NONE, url));
        }
        ["url", "notification_url"].into_iter().find_map(|name| match self.field(name) {
            Value::Text(url) => Some(url),
            Value::Pairs(_) | Value::Absent => None,
        })
    }

    /// Whether the URI scheme is only the likelier one.
    pub(super) fn url_is_guessed(&self) -> bool {
        self.request.target().scheme.is_none() && self.known_url().is_none()
    }

    fn url(&self, query: Query) -> Value {
        if let Some(url) = self.known_url() {
            return Value::Text(query.of(url));
        }
        let target = self.request.target();
        if target.scheme.is_some() {
            return Value::Text(
                query.of(self.of_request(Part::Target, 0..self.request.target.len()).into_text()),
            );
        }
        let mut out = text::fixed(&format!("{}://", self.uri_scheme));
        text::append(&mut out, &self.host().into_text(), Rules::NONE);
        text::append(&mut out, &self.value(&Source::Target).into_text(), Rules::NONE);
        Value::Text(query.of(out))
    }

    fn header(&self, name: &[u8]) -> Value {
        let Some((index, header)) = self.request.header(name) else { return Value::Absent };
        let range = trimmed(&header.value, 0..header.value.len());
        self.of_request(Part::HeaderValue(index as u32), range)
    }

    fn parameter(&self, name: &str) -> Value {
        let pairs = self.query_pairs().into_iter();
        let found = pairs.map(decoded_pair).find(|pair| pair.name.bytes() == name.as_bytes());
        found.map_or(Value::Absent, |pair| Value::Text(pair.value))
    }

    fn form_field(&self, name: &str) -> Value {
        let found = self.form_pairs().into_iter().find(|pair| pair.name.bytes() == name.as_bytes());
        found.map_or(Value::Absent, |pair| Value::Text(pair.value))
    }

    fn json(&self, path: &[String]) -> Value {
        let Some(body) = &self.body else { return Value::Absent };
        json::find(body, path).map_or(Value::Absent, |range| Value::Text(unescaped(body, range)))
    }

    fn pairs(&self, of: PairsOf) -> Vec<Pair> {
        match of {
            PairsOf::Query => self.query_pairs(),
            PairsOf::Form => self.form_pairs(),
            PairsOf::Json => self.json_pairs(),
            PairsOf::Authorization => self.authorization_pairs(),
        }
    }

    /// The pairs of the query as they stand.
    fn query_pairs(&self) -> Vec<Pair> {
        let pairs = self.request.target().pairs(&self.request.target);
        let text = |range| self.of_request(Part::Target, range).into_text();
        pairs
            .map(|pair| Pair {
                name: text(pair.name),
                has_value: pair.value.is_some(),
                value: pair.value.map(text).unwrap_or_default(),
                written: Written::Query,
            })
            .collect()
    }

    /// The fields of the form, decoded.
    fn form_pairs(&self) -> Vec<Pair> {
        let Some(body) = &self.body else { return Vec::new() };
        let text = |range: Range<usize>| {
            let origin = Origin::Request(Span::new(Part::Body, range.clone()));
            text::of(origin, Rules::NONE, &body[range])
        };
        if let Some(Ok(sent)) = form::sent(self.request) {
            let fields = sent.form.fields.iter().filter(|field| field.filename.is_none());
            let pair = |field: &form::Field| Pair {
                name: text(field.name.clone()),
                value: text(field.value.clone()),
                has_value: true,
                written: Written::Plain,
            };
            return fields.map(pair).collect();
        }
        let pairs = form_pairs(self.request, body).into_iter();
        pairs
            .map(|(name, value)| Pair {
                name: super::pipe::Each::DecodeForm.apply(&text(name)),
                has_value: value.is_some(),
                value: super::pipe::Each::DecodeForm.apply(&value.map(text).unwrap_or_default()),
                written: Written::Plain,
            })
            .collect()
    }

    fn json_pairs(&self) -> Vec<Pair> {
        let Some(body) = &self.body else { return Vec::new() };
        let members = json::members(body).unwrap_or_default().into_iter();
        members
            .map(|(name, value)| Pair {
                name: unescaped(body, name),
                value: unescaped(body, value),
                has_value: true,
                written: Written::Plain,
            })
            .collect()
    }

    /// The `name="value"` of the Authorization header, behind its word.
    fn authorization_pairs(&self) -> Vec<Pair> {
        let Value::Text(header) = self.header(b"authorization") else { return Vec::new() };
        let bytes = header.bytes();
        let start = memchr::memchr(b' ', bytes).map_or(0, |at| at + 1);
        let is_query = bytes[start..].contains(&b'&') && !bytes[start..].contains(&b'"');
        let mark = if is_query { "&" } else { "," };
        let pieces = text::parts(&bytes[start..], mark).map(|range| start + range.start..start + range.end);
        pieces
            .filter_map(|range| {
                let piece = super::pipe::Each::Trim.apply(&text::slice(&header, range));
                let equals = memchr::memchr(b'=', piece.bytes())?;
                let value = text::slice(&piece, equals + 1..piece.bytes().len());
                let value = match value.bytes() {
                    [b'"', .., b'"'] => text::slice(&value, 1..value.bytes().len() - 1),
                    _ => value,
                };
                let name = text::slice(&piece, 0..equals);
                Some(Pair { name, value, has_value: true, written: Written::Percent })
            })
            .collect()
    }

    fn headers_with(&self, prefix: &[u8]) -> Vec<Pair> {
        let sent = self.request.sent().filter(|(_, header)| {
            header.name.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
        });
        sent.map(|(index, header)| self.header_pair(index as u32, header)).collect()
    }

    fn header_pair(&self, index: u32, header: &crate::request::Header) -> Pair {
        let range = trimmed(&header.value, 0..header.value.len());
        Pair {
            name: self.of_request(Part::HeaderName(index), 0..header.name.len()).into_text(),
            value: self.of_request(Part::HeaderValue(index), range).into_text(),
            has_value: true,
            written: Written::Plain,
        }
    }

    fn headers_named(&self, list: usize, mark: &str) -> Vec<Pair> {
        let Some(list) = self.captured(list) else { return Vec::new() };
        let names = text::parts(&list.bytes, mark).map(|range| list.bytes[range].trim_ascii());
        let pair = |name: &[u8]| {
            let named = text::of(Origin::Request(list.span), Rules::NONE, name);
            match self.derived(name) {
                Some(value) => Pair { name: named, value, has_value: true, written: Written::Plain },
                None => Pair {
                    name: named,
                    value: self.header_values(name),
                    has_value: true,
                    written: Written::Plain,
                },
            }
        };
        names.filter(|name| !name.is_empty()).map(pair).collect()
    }

    /// All values of the headers of this name, joined as RFC 9110, 5.3 has it.
    pub(super) fn header_values(&self, name: &[u8]) -> Text {
        let named = self.request.sent().filter(|(_, header)| header.name.eq_ignore_ascii_case(name));
        let values: Vec<Text> =
            named.map(|(index, header)| self.header_pair(index as u32, header).value).collect();
        text::listed(values.iter(), ", ")
    }

    /// The parts of a request that a list of headers may name besides: `(request-target)`, in CyberSource's lists without brackets.
    fn derived(&self, name: &[u8]) -> Option<Text> {
        let inner = name.strip_prefix(b"(").and_then(|name| name.strip_suffix(b")")).unwrap_or(name);
        if inner.len() == name.len() && self.request.header(name).is_some() {
            return None;
        }
        match inner {
            b"request-target" => {
                let mut out = super::pipe::Each::Lower.apply(&self.value(&Source::Method).into_text());
                out.fixed(b" ");
                text::append(&mut out, &self.value(&Source::Target).into_text(), Rules::NONE);
                Some(out)
            }
            b"created" | b"expires" if inner.len() != name.len() => {
                let pairs = self.authorization_pairs();
                pairs.into_iter().find(|pair| pair.name.bytes() == inner).map(|pair| pair.value)
            }
            _ => None,
        }
    }
}

/// Whether a URL keeps its query.
#[derive(Clone, Copy)]
enum Query {
    Kept,
    LeftOut,
}

impl Query {
    fn of(self, url: Text) -> Text {
        match (self, memchr::memchr(b'?', url.bytes())) {
            (Self::LeftOut, Some(at)) => text::slice(&url, 0..at),
            (Self::LeftOut | Self::Kept, _) => url,
        }
    }
}

fn unescaped(body: &[u8], range: Range<usize>) -> Text {
    let origin = Origin::Request(Span::new(Part::Body, range.clone()));
    let meaning = json::unescaped(&body[range.clone()]);
    let rules = if meaning == body[range] { Rules::NONE } else { Rule::Recoded.into() };
    text::of(origin, rules, &meaning)
}

fn decoded_pair(pair: Pair) -> Pair {
    let decode = |text: &Text| super::pipe::Each::Decode.apply(text);
    Pair { name: decode(&pair.name), value: decode(&pair.value), ..pair }
}

/// Where the colon before a port stands.
fn port_of(host: &[u8]) -> Option<usize> {
    let at = memchr::memrchr(b':', host)?;
    let is_port = !host[at + 1..].is_empty() && host[at + 1..].iter().all(u8::is_ascii_digit);
    is_port.then_some(at)
}

fn cut_port(host: Text) -> Text {
    match port_of(host.bytes()) {
        Some(at) => text::slice(&host, 0..at),
        None => host,
    }
}
