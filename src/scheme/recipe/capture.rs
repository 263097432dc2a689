//! What the patterns of a row find in a request: values, and where each stands.

use std::borrow::Cow;
use std::ops::Range;

use super::Recipe;
use super::json;
use super::pattern::{Escapes, Found, Need, Pattern, Place};
use crate::canon::encode::{decoded, escape};
use crate::redact::trimmed;
use crate::request::{Part, Request, Span, form};

/// A value that a pattern found.
#[derive(Clone, Debug)]
pub struct Captured {
    /// Its place among the names of the row.
    pub value: usize,
    /// Where it stands.
    pub span: Span,
    /// What it says there, escapes taken off.
    pub bytes: Vec<u8>,
}

/// What is found at the places of a row.
pub enum Capture {
    /// The place of the signature is empty.
    Nothing,
    /// Something else stands at the place of the signature.
    Other(Span),
    /// Values, and the places that should hold one and do not.
    Found(Vec<Captured>, Vec<Place>),
}

/// How a place writes its values.
#[derive(Clone, Copy)]
enum Written {
    /// As they are.
    Plain,
    /// Percent-encoded.
    Query,
    /// Percent-encoded, a plus sign for a blank.
    Form,
    /// As a JSON string.
    Json,
}

/// A text at a place: where it stands, and what it says, escapes taken off.
struct Text<'a> {
    span: Span,
    bytes: Cow<'a, [u8]>,
    /// Where each byte of it begins in what is written, where escapes were taken off.
    offsets: Option<Vec<u32>>,
}

impl<'a> Text<'a> {
    fn of(part: Part, range: Range<usize>, written: Cow<'a, [u8]>, how: Written) -> Self {
        let span = Span::new(part, range);
        let bytes = how.meaning(&written);
        if bytes == *written {
            return Self { span, bytes: written, offsets: None };
        }
        let offsets = how.offsets(&written).filter(|offsets| offsets.len() == bytes.len() + 1);
        Self { span, bytes: bytes.into(), offsets }
    }

    /// The place of some of its bytes; the whole where that cannot be told.
    fn place(&self, range: Range<usize>) -> Span {
        let start = self.span.start as usize;
        match &self.offsets {
            Some(offsets) => {
                let (from, to) = (offsets[range.start] as usize, offsets[range.end] as usize);
                Span::new(self.span.part, start + from..start + to)
            }
            None if self.bytes.len() == self.span.range().len() => {
                Span::new(self.span.part, start + range.start..start + range.end)
            }
            None => self.span,
        }
    }
}

/// Looks for the values of `row`.
pub fn of(row: &Recipe, request: &Request) -> Capture {
    let mut found = Vec::new();
    let (mut other, mut empty) = (None, Vec::new());
    for pattern in &row.patterns {
        let holds_signature = pattern.values().contains(&row.signature());
        let (mut any, before) = (None, found.len());
        for text in texts(request, &pattern.place) {
            any = Some(text.span);
            values(row, pattern, &text, &mut found);
        }
        if found.len() == before && pattern.need == Need::Required {
            empty.push(pattern.place.clone());
        }
        match any {
            None if holds_signature => return Capture::Nothing,
            Some(span) if holds_signature && !found.iter().any(|one| one.value == row.signature()) => {
                other = Some(span);
            }
            Some(_) | None => {}
        }
    }
    match other {
        Some(span) if is_of_another(row, &request.slice(span)) => Capture::Nothing,
        Some(span) => Capture::Other(span),
        None => Capture::Found(found, empty),
    }
}

/// Whether `Authorization` names another scheme by its first word.
fn is_of_another(row: &Recipe, text: &[u8]) -> bool {
    let Some(pattern) = row.pattern_of(row.signature()) else { return true };
    let is_named = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
    let (is_authorization, is_signature) = match &pattern.place {
        Place::Header(name) => (is_named(name, "authorization"), is_named(name, "signature")),
        Place::Query(_) | Place::Form(_) | Place::Json(_) => (false, false),
    };
    let word = |text: &[u8]| {
        text.split(|byte| matches!(byte, b' ' | b'=' | b'/')).next().map(<[u8]>::to_ascii_lowercase)
    };
    // A header that is called Signature says nothing of a scheme by that alone.
    is_signature || is_authorization && word(text) != word(pattern.text.as_bytes())
}

/// Adds the values of one text: with `several`, of each of its parts.
fn values(row: &Recipe, pattern: &Pattern, text: &Text<'_>, found: &mut Vec<Captured>) {
    let whole = 0..text.bytes.len();
    let parts: Vec<Range<usize>> = match &row.several {
        Some(mark) if pattern.read(&text.bytes).is_none() || pattern.values() == [row.signature()] => {
            super::text::parts(&text.bytes, mark).collect()
        }
        Some(_) | None => vec![whole],
    };
    for part in parts {
        let part = trimmed(&text.bytes, part);
        let Some(values) = pattern.read(&text.bytes[part.clone()]) else { continue };
        for Found { value, range, escapes, bytes } in values {
            let range = part.start + range.start..part.start + range.end;
            let bytes = bytes.unwrap_or_else(|| text.bytes[range.clone()].to_vec());
            let bytes = match escapes {
                Escapes::None => bytes,
                Escapes::Percent => decoded(bytes.into()).into_owned(),
            };
            let span = text.place(range);
            found.push(Captured { value, span, bytes });
        }
    }
}

impl Written {
    fn meaning(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => bytes.to_vec(),
            Self::Query => decoded(bytes.into()).into_owned(),
            Self::Form => {
                let spaced: Vec<u8> =
                    bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
                decoded(spaced.into()).into_owned()
            }
            Self::Json => json::unescaped(bytes),
        }
    }

    /// Where each byte of the meaning begins, and where the last one ends; nothing for JSON, whose escapes have several lengths.
    fn offsets(self, bytes: &[u8]) -> Option<Vec<u32>> {
        match self {
            Self::Plain | Self::Json => None,
            Self::Query | Self::Form => {
                let (mut at, mut offsets) = (0, Vec::with_capacity(bytes.len() + 1));
                while at < bytes.len() {
                    offsets.push(at as u32);
                    at += if escape(&bytes[at..]).is_some() { 3 } else { 1 };
                }
                offsets.push(at as u32);
                Some(offsets)
            }
        }
    }
}

/// The texts that stand at a place: more than one where a header is sent again.
fn texts<'a>(request: &'a Request, place: &Place) -> Vec<Text<'a>> {
    match place {
        Place::Header(name) => headers(request, name.as_bytes()),
        Place::Query(name) => query(request, name.as_bytes()).into_iter().collect(),
        Place::Form(name) => field(request, name).into_iter().collect(),
        Place::Json(path) => {
            let body = request.body.bytes();
            let range = json::find(&body, path);
            range.map(|range| body_text(&body, range, Written::Json)).into_iter().collect()
        }
    }
}

fn body_text(body: &[u8], range: Range<usize>, written: Written) -> Text<'static> {
    Text::of(Part::Body, range.clone(), body[range].to_vec().into(), written)
}

fn headers<'a>(request: &'a Request, name: &[u8]) -> Vec<Text<'a>> {
    let named = request.sent().filter(|(_, header)| header.name.eq_ignore_ascii_case(name));
    named
        .map(|(index, header)| {
            let range = trimmed(&header.value, 0..header.value.len());
            let bytes = Cow::Borrowed(&header.value[range.clone()]);
            Text::of(Part::HeaderValue(index as u32), range, bytes, Written::Plain)
        })
        .collect()
}

fn query<'a>(request: &'a Request, name: &[u8]) -> Option<Text<'a>> {
    let target = request.target();
    // Names of parameters have a case, where those of headers have none.
    let pair = target.pairs(&request.target).find(|pair| &request.target[pair.name.clone()] == name)?;
    let range = pair.value?;
    Some(Text::of(Part::Target, range.clone(), Cow::Borrowed(&request.target[range]), Written::Query))
}

fn field(request: &Request, name: &str) -> Option<Text<'static>> {
    let body = request.body.bytes();
    if let Some(Ok(sent)) = form::sent(request) {
        let range = sent.field(name)?.range();
        return Some(body_text(&body, range, Written::Plain));
    }
    let pair = form_pairs(request, &body)
        .into_iter()
        .find(|(key, _)| Written::Form.meaning(&body[key.clone()]) == name.as_bytes())?;
    Some(body_text(&body, pair.1?, Written::Form))
}

/// The places of names and values of parameters that are laid out as a query in the body.
pub fn form_pairs(request: &Request, body: &[u8]) -> Vec<(Range<usize>, Option<Range<usize>>)> {
    if !form::is_laid_out_as_query(request) {
        return Vec::new();
    }
    let pieces = super::text::parts(body, "&").filter(|range| !range.is_empty());
    pieces
        .map(|range| match memchr::memchr(b'=', &body[range.clone()]) {
            Some(at) => (range.start..range.start + at, Some(range.start + at + 1..range.end)),
            None => (range, None),
        })
        .collect()
}
