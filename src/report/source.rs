//! Where bytes came from, in words.

use std::ops::Range;

use crate::request::{Pair, Part, Request, Span};
use crate::scheme::v4;
use crate::stream::pass::{Item, Pass};
use crate::trace::{Origin, Rules, Traced};
use crate::visible;

/// One source of a piece of text and the rules between the two.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    /// In words, where.
    pub from: String,
    /// What was done.
    pub rules: Rules,
}

/// An origin in words.
pub fn describe(origin: &Origin, request: &Request) -> String {
    match origin {
        Origin::Request(span) => describe_span(*span, request),
        Origin::Given(given) => format!("the {}", given.name()),
        Origin::Stage(kind) => format!("the {}", kind.name()),
        Origin::Scheme => "fixed by the scheme".into(),
    }
}

/// A place in the request in words.
pub fn describe_span(span: Span, request: &Request) -> String {
    let header = |index: u32| match request.headers.get(index as usize) {
        Some(header) => visible::one_line(&header.name),
        None => format!("header {}", index + 1),
    };
    match span.part {
        Part::Method => "the method".into(),
        Part::Target if parameter(span, request).is_some() => {
            let name = parameter(span, request).unwrap_or_default();
            format!("the query parameter {name}")
        }
        Part::Target => {
            let target = request.target();
            let what = match () {
                () if target.authority.as_ref().is_some_and(|host| host.contains(&(span.start as usize))) => {
                    "host"
                }
                () if span.start as usize >= target.path.end => "query",
                () => "path",
            };
            format!("the {what} in the request line")
        }
        Part::HeaderName(index) => format!("the name of header {}", header(index)),
        Part::HeaderValue(index) => match component(span, request) {
            Some(component) => format!("{component} in header {}", header(index)),
            None => format!("the value of header {}", header(index)),
        },
        Part::Body => match form_field(span, request) {
            Some(name) => format!("the form field {name}"),
            None => in_chunk(span, request).unwrap_or_else(|| "the body".into()),
        },
    }
}

/// The name of the one query pair that a span lies in.
fn parameter(span: Span, request: &Request) -> Option<String> {
    let range = span.range();
    let holds = |pair: &Pair| pair.range().start <= range.start && range.end <= pair.range().end;
    let pair = request.target().pairs(&request.target).find(holds)?;
    Some(visible::one_line(&request.target[pair.name])).filter(|name| !name.is_empty())
}

/// The field of a form that a span lies in.
fn form_field(span: Span, request: &Request) -> Option<String> {
    let sent = v4::form::sent(request)?.ok()?;
    let range = span.range();
    let holds = |value: &Range<usize>| value.start <= range.start && range.end <= value.end;
    let field = sent.form.fields.iter().find(|field| holds(&field.value))?;
    Some(visible::one_line(&sent.body[field.name.clone()]))
}

/// What of a signed piece of the body a span is.
fn in_chunk(span: Span, request: &Request) -> Option<String> {
    let found = request.body.found(Pass::of(request))?;
    let start = u64::from(span.start);
    found.items.iter().find_map(|item| match item {
        Item::Chunk(chunk) if chunk.signature.as_ref().is_some_and(|signature| signature.offset == start) => {
            Some(format!("the signature of chunk {}", chunk.index + 1))
        }
        Item::Chunk(chunk) if chunk.data_offset == start && chunk.size == span.range().len() as u64 => {
            Some(format!("the {} bytes of chunk {}", chunk.size, chunk.index + 1))
        }
        Item::Trailer(trailer) if trailer.offset == start => Some("the trailer".into()),
        Item::Message(message) if message.offset == start => Some(format!("message {}", message.index + 1)),
        Item::Chunk(_) | Item::Trailer(_) | Item::Message(_) | Item::Fault(_) => None,
    })
}

/// The component of an Authorization header that a span lies in.
fn component(span: Span, request: &Request) -> Option<&'static str> {
    let before = request.part(span.part).get(..span.start as usize)?;
    let equals = memchr::memrchr(b'=', before)?;
    let name = ["Credential", "SignedHeaders", "Signature"];
    name.into_iter().find(|name| before[..equals].ends_with(name.as_bytes()))
}

/// The sources of `range`, without what the scheme fixes and without repetition.
pub fn sources(text: &Traced, range: Range<usize>, request: &Request) -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    for (_, piece) in text.pieces_in(range) {
        if piece.origin == Origin::Scheme && piece.rules.is_empty() {
            continue;
        }
        let from = describe(&piece.origin, request);
        match found.iter_mut().find(|source| source.from == from) {
            Some(known) => known.rules = known.rules.union(piece.rules),
            None => found.push(Source { from, rules: piece.rules }),
        }
    }
    found
}
