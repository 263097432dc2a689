//! What a step of the canonical form changes: each header and each query pair before and after.

use std::ops::Range;

use super::Change;
use super::shown::of_request;
use crate::analysis::Analysis;
use crate::redact;
use crate::request::{Header, Part, Request, Span};
use crate::trace::{Origin, Section, Stage, Traced};
use crate::visible::{self, End};

/// A section of more lines than these tells the first of them.
const MOST: usize = 100;

/// The changes of a section; none where it holds what was sent.
pub(super) fn changes(
    stage: &Stage,
    section: Section,
    range: &Range<usize>,
    request: &Request,
) -> Vec<Change> {
    let text = &stage.text;
    match section {
        Section::Headers => headers(text, range, request),
        Section::Query => query(text, range, request),
        Section::Path | Section::Host | Section::Resource | Section::Date => rewritten(text, range, request),
        Section::Method
        | Section::SignedHeaders
        | Section::Payload
        | Section::ContentMd5
        | Section::ContentType
        | Section::Algorithm
        | Section::Scope
        | Section::RequestHash
        | Section::Body
        | Section::Key
        | Section::Whole => Vec::new(),
    }
}

/// The headers that are sent and of which nothing is signed: each is there as it was sent, and protected by nothing.
pub(super) fn unsigned(request: &Request, analysis: &Analysis) -> Vec<Change> {
    let reaches = |index: u32| {
        let origins =
            analysis.trace.stages.iter().flat_map(|stage| stage.text.pieces()).map(|piece| piece.origin);
        origins.into_iter().any(|origin| matches!(origin, Origin::Request(span) if is_value(span, index)))
    };
    let claimed = |index: u32| analysis.claim().is_some_and(|claim| is_value(claim.signature, index));
    let sent = request.sent().map(|(index, header)| (index as u32, header)).take(MOST);
    sent.filter(|(index, _)| !reaches(*index) && !claimed(*index))
        .map(|(index, header)| Change {
            before: as_sent(request, index, header),
            between: None,
            after: UNSIGNED.into(),
        })
        .collect()
}

/// What stands in place of a header that is not signed.
const UNSIGNED: &str = "(not signed: anybody may change it)";

fn is_value(span: Span, index: u32) -> bool {
    span.part == Part::HeaderValue(index)
}

/// A header as it was sent, in one line.
fn as_sent(request: &Request, index: u32, header: &Header) -> String {
    let whole = |part, len| of_request(request, Span::new(part, 0..len));
    let (name, value) = (Part::HeaderName(index), Part::HeaderValue(index));
    let gap = visible::fragment(&header.gap, End::Open);
    format!("{}:{gap}{}", whole(name, header.name.len()), whole(value, header.value.len()))
}

/// Each line of the canonical headers beside the header that it came from.
fn headers(text: &Traced, range: &Range<usize>, request: &Request) -> Vec<Change> {
    let lines = parts(text, range, b'\n');
    lines
        .into_iter()
        .take(MOST)
        .filter_map(|line| {
            let mut indices = spans(text, &line).filter_map(|span| match span.part {
                Part::HeaderName(index) | Part::HeaderValue(index) => Some(index),
                Part::Method | Part::Target | Part::Body => None,
            });
            let index = indices.next()?;
            let header = request.headers.get(index as usize)?;
            let before = as_sent(request, index, header);
            Some(Change { before, between: None, after: canonical(text, line, request) })
        })
        .collect()
}

/// Each pair of the canonical query beside the pair that it came from, and the pairs once encoded, in the order sent.
fn query(text: &Traced, range: &Range<usize>, request: &Request) -> Vec<Change> {
    let sorted: Vec<(Option<Span>, String)> = parts(text, range, b'&')
        .into_iter()
        .take(MOST)
        .map(|pair| (whole(spans(text, &pair)), canonical(text, pair, request)))
        .filter(|(_, pair)| !pair.is_empty())
        .collect();
    let mut sent = sorted.clone();
    sent.sort_by_key(|(span, _)| span.map_or(u32::MAX, |span| span.start));
    let rows = sent.into_iter().zip(sorted);
    rows.map(|((span, between), (_, after))| Change {
        before: span.map_or_else(String::new, |span| of_request(request, span)),
        between: Some(between),
        after,
    })
    .collect()
}

/// One text that is written otherwise than it was sent.
fn rewritten(text: &Traced, range: &Range<usize>, request: &Request) -> Vec<Change> {
    let before = whole(spans(text, range)).map(|span| of_request(request, span));
    let after = canonical(text, range.clone(), request);
    before
        .filter(|before| *before != after)
        .map(|before| Change { before, between: None, after })
        .into_iter()
        .collect()
}

/// The places in the request that `range` came from.
fn spans<'a>(text: &'a Traced, range: &Range<usize>) -> impl Iterator<Item = Span> + use<'a> {
    let inner = range.clone();
    text.pieces_in(range.clone())
        .filter(move |(place, _)| inner.start <= place.start && place.end <= inner.end)
        .filter_map(|(_, piece)| match piece.origin {
            Origin::Request(span) => Some(span),
            Origin::Given(_) | Origin::Stage(_) | Origin::Scheme => None,
        })
}

/// From the first to the last of these places, as far as they lie in one part.
fn whole(spans: impl Iterator<Item = Span>) -> Option<Span> {
    spans.reduce(|all, span| match all.part == span.part {
        true => Span { part: all.part, start: all.start.min(span.start), end: all.end.max(span.end) },
        false => all,
    })
}

/// The ranges between `separator`, without the line break at the end.
fn parts(text: &Traced, range: &Range<usize>, separator: u8) -> Vec<Range<usize>> {
    let bytes = &text.bytes()[range.clone()];
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut at = range.start;
    let ranges = bytes.split(|byte| *byte == separator).map(|part| {
        let place = at..at + part.len();
        at = place.end + 1;
        place
    });
    ranges.filter(|place| !place.is_empty()).collect()
}

/// Some bytes of a canonical text: what came from a hidden place of the request is shown as that place is.
fn canonical(text: &Traced, range: Range<usize>, request: &Request) -> String {
    let mut out = String::new();
    for (place, piece) in text.pieces_in(range.clone()).filter(|(place, _)| !place.is_empty()) {
        let inner = place.start.max(range.start)..place.end.min(range.end);
        let source = match piece.origin {
            Origin::Request(span) => of_request(request, span),
            Origin::Given(_) | Origin::Stage(_) | Origin::Scheme => String::new(),
        };
        let is_token = matches!(piece.origin, Origin::Given(given) if given.is_hidden());
        match (is_token, redact::holds_placeholder(source.as_bytes())) {
            (true, _) => out.push_str(&redact::placeholder(inner.len())),
            (false, true) => out.push_str(&source),
            (false, false) => {
                let bytes = &text.bytes()[inner];
                out.push_str(&visible::fragment(bytes.strip_suffix(b"\n").unwrap_or(bytes), End::Open));
            }
        }
    }
    out
}
