//! Texts of a trace and of a request as they may be shown: credentials hidden, bytes made visible, long ones by their ends.

use std::ops::Range;

use super::{Run, Tint};
use crate::analysis::Analysis;
use crate::redact::{Shows, cut, merged, placeholder};
use crate::report::redact::{self, Reveal};
use crate::request::{Part, Request, Span};
use crate::trace::{Origin, Stage};
use crate::visible::{self, End};

/// A text up to this length is shown whole.
const WHOLE: usize = 4096;
/// Of a longer one these bytes are shown at its start …
const HEAD: usize = 1024;
/// … and these at its end.
const TAIL: usize = 256;

/// The ranges of `range` that are shown.
pub(super) fn ends(range: &Range<usize>) -> [Range<usize>; 2] {
    match range.len() {
        ..=WHOLE => [range.clone(), range.end..range.end],
        _ => [range.start..range.start + HEAD, range.end - TAIL..range.end],
    }
}

/// What stands between the two ends.
pub(super) fn gap(range: &Range<usize>) -> Option<Run> {
    let [head, tail] = ends(range);
    let left_out = tail.start - head.end;
    (left_out > 0).then(|| plain(Tint::Hidden, format!("… {left_out} more bytes …")))
}

pub(super) fn plain(tint: Tint, text: impl Into<String>) -> Run {
    Run { text: text.into(), span: None, tint }
}

/// Some bytes of a stage, line by line.
pub(super) fn lines(
    stage: &Stage,
    range: Range<usize>,
    request: &Request,
    analysis: &Analysis,
) -> Vec<Vec<Run>> {
    let cut = |end: Range<usize>| {
        let hidden = redact::hidden_within(stage, &end, (request, analysis), Reveal::Nothing);
        cut_lines(stage, end, &hidden)
    };
    let [head, tail] = ends(&range);
    let mut out = cut(head);
    out.extend(gap(&range).map(|run| vec![run]));
    if !tail.is_empty() {
        out.extend(cut(tail));
    }
    out
}

fn cut_lines(stage: &Stage, range: Range<usize>, hidden: &[Range<usize>]) -> Vec<Vec<Run>> {
    let bytes = stage.text.bytes();
    let (mut out, mut line) = (Vec::new(), Vec::new());
    for (place, piece) in stage.text.pieces_in(range.clone()).filter(|(place, _)| !place.is_empty()) {
        let inner = place.start.max(range.start)..place.end.min(range.end);
        for (part, shows) in cut(inner, hidden) {
            let span = source(&piece.origin, &place, &part);
            if shows == Shows::Nothing {
                line.push(Run { text: placeholder(part.len()), span, tint: Tint::Hidden });
                continue;
            }
            for text in bytes[part].split_inclusive(|byte| *byte == b'\n') {
                let shown = text.strip_suffix(b"\n").unwrap_or(text);
                line.push(Run { text: visible::fragment(shown, End::Open), span, tint: tint(&piece.origin) });
                if shown.len() < text.len() {
                    out.push(std::mem::take(&mut line));
                }
            }
        }
    }
    if !line.is_empty() {
        out.push(line);
    }
    out.iter_mut().for_each(|line| line.retain(|run| !run.text.is_empty()));
    out
}

/// Where a part of a piece came from, narrowed where the piece kept its length.
fn source(origin: &Origin, piece: &Range<usize>, part: &Range<usize>) -> Option<Span> {
    let Origin::Request(span) = origin else { return None };
    if span.range().len() != piece.len() {
        return Some(*span);
    }
    let start = span.start as usize + part.start - piece.start;
    Some(Span::new(span.part, start..start + part.len()))
}

fn tint(origin: &Origin) -> Tint {
    match origin {
        Origin::Request(_) => Tint::Request,
        Origin::Given(_) => Tint::Given,
        Origin::Stage(_) => Tint::Derived,
        Origin::Scheme => Tint::Fixed,
    }
}

/// The bytes at `span` of a request in one line.
pub(super) fn of_request(request: &Request, span: Span) -> String {
    runs(request, span, &[]).into_iter().map(|run| run.text).collect()
}

/// The bytes at `span` of a request, cut at these places of its part.
pub(super) fn runs(request: &Request, span: Span, cuts: &[u32]) -> Vec<Run> {
    let bytes = request.slice(span);
    let start = span.start as usize;
    let bytes = &bytes[..];
    let whole = start..start + bytes.len();
    let [head, tail] = ends(&whole);
    // Of a long body only what stands near the ends is looked at.
    let near = |range: &Range<usize>| hidden(request, Span::new(span.part, range.clone()));
    let hidden = merged([near(&head), near(&tail)].concat());
    let of = |range: Range<usize>| {
        let mut out = Vec::new();
        for (part, shows) in cut(range, &hidden) {
            out.extend(pieces(part, cuts).map(|part| {
                let span = Some(Span::new(span.part, part.clone()));
                match shows {
                    Shows::Nothing => Run { text: placeholder(part.len()), span, tint: Tint::Hidden },
                    Shows::Text => {
                        let text = visible::fragment(&bytes[part.start - start..part.end - start], End::Open);
                        Run { text, span, tint: Tint::Request }
                    }
                }
            }));
        }
        out
    };
    let mut out = of(head);
    out.extend(gap(&whole));
    out.extend(of(tail));
    out
}

/// `range` cut at `cuts`, which are in order.
fn pieces(range: Range<usize>, cuts: &[u32]) -> impl Iterator<Item = Range<usize>> {
    let inner = cuts.iter().map(|at| *at as usize).filter(move |at| range.start < *at && *at < range.end);
    let (start, end) = (range.start, range.end);
    let mut at = start;
    inner.chain([end]).map(move |next| {
        let piece = at..next;
        at = next;
        piece
    })
}

/// What is hidden of a part of a request.
fn hidden(request: &Request, span: Span) -> Vec<Range<usize>> {
    match span.part {
        Part::Method | Part::HeaderName(_) => Vec::new(),
        Part::Target => redact::in_target(request),
        Part::HeaderValue(index) => request
            .headers
            .get(index as usize)
            .map_or_else(Vec::new, |header| redact::in_header(&header.name, &header.value)),
        Part::Body if !request.body.files().is_empty() => vec![span.range()],
        Part::Body => redact::in_body_part(request, span.range()),
    }
}
