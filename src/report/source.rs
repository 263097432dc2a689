//! Where bytes came from, in words.

use std::collections::HashMap;
use std::ops::Range;

use crate::frames::pass::{Item, Pass};
use crate::redact;
use crate::request::{Part, Request, Span, Target, form};
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

/// What says where the pieces of a trace came from: what every piece would have to search for is found once.
pub struct Sources<'a> {
    request: &'a Request,
    target: Target,
    /// Every `=` of an `Authorization` header: the header, the byte, and the component that it belongs to. In order.
    equals: Vec<(u32, usize, Option<&'static str>)>,
}

impl<'a> Sources<'a> {
    /// For the pieces that came from this request.
    pub fn new(request: &'a Request) -> Self {
        let mut equals = Vec::new();
        for (index, header) in request.sent().filter(|(_, header)| header.is(b"authorization")) {
            let component = |at: usize| {
                let names = ["Credential", "SignedHeaders", "Signature"];
                names.into_iter().find(|name| header.value[..at].ends_with(name.as_bytes()))
            };
            equals
                .extend(memchr::memchr_iter(b'=', &header.value).map(|at| (index as u32, at, component(at))));
        }
        Self { request, target: request.target(), equals }
    }

    /// The request.
    pub fn request(&self) -> &'a Request {
        self.request
    }

    /// The sources of `range`, without what the scheme fixes and without repetition.
    pub fn of(&self, text: &Traced, range: Range<usize>) -> Vec<Source> {
        let mut found: Vec<Source> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (_, piece) in text.pieces_in(range) {
            if piece.origin == Origin::Scheme && piece.rules.is_empty() {
                continue;
            }
            let from = self.describe(&piece.origin);
            match places.get(&from) {
                Some(known) => found[*known].rules = found[*known].rules.union(piece.rules),
                None => {
                    places.insert(from.clone(), found.len());
                    found.push(Source { from, rules: piece.rules });
                }
            }
        }
        found
    }

    fn describe(&self, origin: &Origin) -> String {
        match origin {
            Origin::Request(span) => self.place(*span),
            Origin::Given(given) => format!("the {}", given.name()),
            Origin::Stage(kind) => format!("the {}", kind.name()),
            Origin::Scheme => "fixed by the scheme".into(),
        }
    }

    /// A place in the request in words.
    fn place(&self, span: Span) -> String {
        let request = self.request;
        let header = |index: u32| match request.headers.get(index as usize) {
            Some(header) => visible::one_line(&header.name),
            None => format!("header {}", index + 1),
        };
        match span.part {
            Part::Method => "the method".into(),
            Part::Target => {
                if let Some(name) = self.parameter(span) {
                    return format!("the query parameter {name}");
                }
                let what = match () {
                    () if self
                        .target
                        .authority
                        .as_ref()
                        .is_some_and(|host| host.contains(&(span.start as usize))) =>
                    {
                        "host"
                    }
                    () if span.start as usize >= self.target.path.end => "query",
                    () => "path",
                };
                format!("the {what} in the request line")
            }
            Part::HeaderName(index) => format!("the name of header {}", header(index)),
            Part::HeaderValue(index) => match self.component(span) {
                Some(component) => format!("{component} in header {}", header(index)),
                None => format!("the value of header {}", header(index)),
            },
            Part::Body => match form_field(span, request) {
                Some(name) => format!("the form field {name}"),
                None => in_chunk(span, request).unwrap_or_else(|| "the body".into()),
            },
        }
    }

    /// The name of the one query pair that a span lies in. A query may have as many pairs as a text has pieces, so the pair is found from
    /// the span, and the others are passed over.
    fn parameter(&self, span: Span) -> Option<String> {
        let (range, target) = (span.range(), &self.request.target);
        let query = self.target.query.clone()?;
        let before = target.get(query.start..range.start.max(query.start))?;
        let start = query.start + memchr::memrchr(b'&', before).map_or(0, |at| at + 1);
        let end = start + memchr::memchr(b'&', &target[start..]).unwrap_or(target.len() - start);
        let name = start + memchr::memchr(b'=', &target[start..end]).unwrap_or(end - start);
        let holds = start <= range.start && range.end <= end;
        // What was escaped as a whole is one name, with all that it holds.
        let name = redact::sentence(&visible::one_line(&target[start..name])).into_owned();
        Some(name).filter(|name| holds && !name.is_empty())
    }

    /// The component of an Authorization header that a span lies in.
    fn component(&self, span: Span) -> Option<&'static str> {
        let Part::HeaderValue(index) = span.part else { return None };
        let place = (index, span.start as usize);
        let before = self.equals.partition_point(|(header, at, _)| (*header, *at) < place).checked_sub(1)?;
        let (header, _, component) = self.equals[before];
        component.filter(|_| header == index)
    }
}

/// An origin in words.
pub fn describe(origin: &Origin, request: &Request) -> String {
    Sources::new(request).describe(origin)
}

/// A place in the request in words.
pub fn describe_span(span: Span, request: &Request) -> String {
    Sources::new(request).place(span)
}

/// The field of a form that a span lies in.
fn form_field(span: Span, request: &Request) -> Option<String> {
    let sent = form::sent(request)?.ok()?;
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
