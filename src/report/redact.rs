//! What is hidden of a trace, and by that in every output: what its bytes came from is a credential, or a key was derived.
//!
//! Reports, screens, JSON, saved files and messages ask here, and say nothing of their own.

use std::cell::OnceCell;
use std::ops::Range;

use crate::analysis::Analysis;
use crate::redact::{hidden, merged, replaced};
use crate::request::{Part, Request, Span};
use crate::scheme::v2;
use crate::trace::{Origin, Piece, Rule, Stage, StageKind};

pub use crate::redact::{
    Reveal, Shows, claimed, copy, cut, holds_placeholder, in_header, is_secret, is_token, placeholder,
    scheme, sentence, without,
};
pub(crate) use crate::request::redact::{Veil, line_under, lines_under};
pub use crate::request::redact::{
    body, head, in_body, in_body_part, in_line, in_target, line, lines, named, saved_body, target,
    target_in_head, value,
};

/// The bytes of a stage that are hidden, in order.
pub fn hidden_ranges(
    stage: &Stage,
    request: &Request,
    analysis: &Analysis,
    reveal: Reveal,
) -> Vec<Range<usize>> {
    hidden_within(stage, &(0..stage.text.bytes().len()), (request, analysis), reveal)
}

/// Those that touch `within`: of a long body only what is shown is looked at.
pub fn hidden_within(
    stage: &Stage,
    within: &Range<usize>,
    (request, analysis): (&Request, &Analysis),
    reveal: Reveal,
) -> Vec<Range<usize>> {
    if stage.kind == StageKind::Policy {
        // The token in its text is a piece of its own; what else a condition or a field holds, its name says.
        let is_token = |piece: &Piece| matches!(piece.origin, Origin::Given(given) if given.is_hidden());
        return match reveal {
            Reveal::Nothing => merged([ranges(stage, is_token), hidden(stage.text.bytes())].concat()),
            Reveal::Tokens | Reveal::Secrets => Vec::new(),
        };
    }
    if stage.kind == StageKind::KeyChain {
        let shown = reveal == Reveal::Secrets || analysis.keys_are_public();
        return if shown { Vec::new() } else { ranges(stage, |piece| piece.rules.has(Rule::Keyed)) };
    }
    if reveal != Reveal::Nothing {
        return Vec::new();
    }
    let places = Places::of(request);
    let mut out = Vec::new();
    for (range, piece) in stage.text.pieces_in(within.clone()).filter(|(range, _)| !range.is_empty()) {
        out.extend(places.of_piece(&range, piece, within));
    }
    merged(out)
}

fn ranges(stage: &Stage, hides: impl Fn(&Piece) -> bool) -> Vec<Range<usize>> {
    let pieces = stage.text.ranges().filter(|(range, piece)| !range.is_empty() && hides(piece));
    pieces.map(|(range, _)| range).collect()
}

/// What of a request is hidden, found once for all pieces of a stage.
struct Places<'a> {
    request: &'a Request,
    target: Vec<Range<usize>>,
    headers: Vec<OnceCell<Vec<Range<usize>>>>,
    body: OnceCell<Vec<Range<usize>>>,
}

impl<'a> Places<'a> {
    fn of(request: &'a Request) -> Self {
        let headers = request.headers.iter().map(|_| OnceCell::new()).collect();
        Self { request, target: in_target(request), headers, body: OnceCell::new() }
    }

    /// The parts of a piece that are hidden, by where they stand in the stage.
    fn of_piece(&self, range: &Range<usize>, piece: &Piece, within: &Range<usize>) -> Vec<Range<usize>> {
        match piece.origin {
            Origin::Given(given) if given.is_hidden() => vec![range.clone()],
            Origin::Request(span) => match span.part {
                Part::Target => touched(&self.target, range, span),
                Part::HeaderValue(index) => touched(self.header(index as usize), range, span),
                // A hash of the body shows nothing of it.
                Part::Body if piece.rules.has(Rule::Hashed) => Vec::new(),
                // What a file held is in no report.
                Part::Body if !self.request.body.files().is_empty() => vec![range.clone()],
                Part::Body if v2::form::is_token(self.request, span) => vec![range.clone()],
                Part::Body if self.request.body.len() <= SHORT_BODY => touched(self.body(), range, span),
                Part::Body => {
                    let (range, span) = narrowed(range, span, within);
                    touched(&in_body_part(self.request, span.range()), &range, span)
                }
                Part::Method | Part::HeaderName(_) => Vec::new(),
            },
            Origin::Given(_) | Origin::Stage(_) | Origin::Scheme => Vec::new(),
        }
    }

    fn body(&self) -> &[Range<usize>] {
        self.body.get_or_init(|| in_body(self.request))
    }

    fn header(&self, index: usize) -> &[Range<usize>] {
        let (Some(header), Some(places)) = (self.request.headers.get(index), self.headers.get(index)) else {
            return &[];
        };
        places.get_or_init(|| in_header(&header.name, &header.value))
    }
}

/// The part of a piece that lies in `within`, where the piece kept the length of its source.
fn narrowed(range: &Range<usize>, span: Span, within: &Range<usize>) -> (Range<usize>, Span) {
    if span.range().len() != range.len() {
        return (range.clone(), span);
    }
    let part = range.start.max(within.start)..range.end.min(within.end);
    let start = span.start as usize + part.start - range.start;
    (part.clone(), Span::new(span.part, start..start + part.len()))
}

/// A body of this length is looked at as a whole, once for all pieces of a stage that come from it.
const SHORT_BODY: u64 = 4 << 20;

/// The parts of the piece at `range` that come from hidden bytes; all of it, where it has another length than its source.
fn touched(hidden: &[Range<usize>], range: &Range<usize>, span: Span) -> Vec<Range<usize>> {
    let source = span.range();
    let first = hidden.partition_point(|place| place.end <= source.start);
    let touching = hidden[first..].iter().take_while(|place| place.start < source.end);
    let is_exact = source.len() == range.len();
    let within = |place: &Range<usize>| match is_exact {
        true => {
            let start = place.start.max(source.start) - source.start;
            range.start + start..range.start + place.end.min(source.end) - source.start
        }
        false => range.clone(),
    };
    touching.map(within).collect()
}

/// Whether the piece shows a credential, or a part of one; `in_target` are the places of the target that hold one.
pub fn is_hidden(piece: &Piece, request: &Request, in_target: &[Range<usize>]) -> bool {
    let touches = |hidden: &[Range<usize>], span: Span| !touched(hidden, &span.range(), span).is_empty();
    match piece.origin {
        Origin::Given(given) if given.is_hidden() => true,
        Origin::Request(span) => match span.part {
            Part::HeaderValue(index) => request
                .headers
                .get(index as usize)
                .is_some_and(|header| touches(&in_header(&header.name, &header.value), span)),
            Part::Target => touches(in_target, span),
            // A hash of the body shows nothing of it.
            Part::Body if piece.rules.has(Rule::Hashed) => false,
            Part::Body => {
                v2::form::is_token(request, span) || touches(&in_body_part(request, span.range()), span)
            }
            Part::Method | Part::HeaderName(_) => false,
        },
        Origin::Given(_) | Origin::Stage(_) | Origin::Scheme => false,
    }
}

/// The text of a stage with hidden values replaced.
pub fn text(stage: &Stage, request: &Request, analysis: &Analysis, reveal: Reveal) -> Vec<u8> {
    replaced(stage.text.bytes(), &hidden_ranges(stage, request, analysis, reveal))
}
