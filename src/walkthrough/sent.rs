//! The signature put into the request, and the request as it is sent.

use super::shown::{plain, runs};
use super::{Lifeline, Run, Step, StepKind, Tint, signing};
use crate::analysis::Analysis;
use crate::redact;
use crate::report::redact::{Reveal, value};
use crate::request::{Header, Part, Request, Span};
use crate::scheme::Placement;
use crate::trace::Origin;
use crate::visible;

/// The signature put together, and the request sent.
pub(super) fn steps(request: &Request, analysis: &Analysis) -> [Step; 2] {
    [put_together(request, analysis), sent(request, analysis)]
}

fn put_together(request: &Request, analysis: &Analysis) -> Step {
    let (title, sentence) = match analysis.basis.placement {
        Placement::Header => (
            "Put the signature into a header",
            "The header names what the server needs to compute the same signature. The secret is not in it.",
        ),
        Placement::Query => (
            "Put the signature into the URL",
            "Whoever has the URL can use it until it expires, without a key.",
        ),
        Placement::Form => (
            "Put the signature into the form",
            "A browser can send the form without a key. The policy limits what it may send.",
        ),
        Placement::Body => (
            "Put the signature into the body",
            "It stands in a field of the body, which the signature itself leaves out.",
        ),
    };
    let mut step = Step::new(StepKind::PutTogether, Lifeline::Client, Lifeline::Client, title, sentence);
    step.lines = match analysis.claim() {
        Some(claim) => vec![runs(request, place_of(claim.signature, request), &[])],
        None => added(request, analysis),
    };
    step.link = signing::of_scheme(analysis);
    step.causes = &["signature-truncated", "signature-extra-text"];
    step
}

/// The header that holds the signature, else the signature alone.
fn place_of(signature: Span, request: &Request) -> Span {
    match signature.part {
        Part::HeaderValue(_) => Span::new(signature.part, 0..request.part(signature.part).len()),
        Part::Method | Part::Target | Part::HeaderName(_) | Part::Body => signature,
    }
}

/// What is to be added to a request that is not signed yet.
fn added(request: &Request, analysis: &Analysis) -> Vec<Vec<Run>> {
    let Some(instructions) = analysis.instructions(request) else { return Vec::new() };
    let line = |name: &[u8], value: Vec<u8>| {
        let text = format!("{}: {}", visible::one_line(name), visible::one_line(&value));
        vec![plain(Tint::Derived, text)]
    };
    let headers =
        instructions.headers.iter().map(|header| line(&header.name, value(header, Reveal::Nothing)));
    let pairs = instructions.pairs.iter().chain(&instructions.fields);
    let pairs = pairs.map(|(name, text)| {
        line(name.as_bytes(), value(&Header::new(name.as_str(), text.as_slice()), Reveal::Nothing))
    });
    headers.chain(pairs).collect()
}

fn sent(request: &Request, analysis: &Analysis) -> Step {
    let title = format!("Send {}", visible::one_line(&redact_method(&request.method)));
    let sentence = "Everything but the secret goes over the wire. Whoever listens can read it, but cannot sign anything else.";
    let mut step = Step::new(StepKind::Sent, Lifeline::Client, Lifeline::Server, title, sentence);
    step.lines = super::sent::request(request, analysis);
    step.link = signing::of_scheme(analysis);
    step.causes = &["host-changed", "forwarded-changed"];
    step
}

/// A method that looks like a credential is none.
fn redact_method(method: &[u8]) -> Vec<u8> {
    redact::sentence(&String::from_utf8_lossy(method)).into_owned().into_bytes()
}

/// The request line, the headers and the body, cut where something of it reached the trace.
pub(super) fn request(request: &Request, analysis: &Analysis) -> Vec<Vec<Run>> {
    let of = |part: Part, len: usize| runs(request, Span::new(part, 0..len), &cuts(part, analysis));
    let mut first = of(Part::Method, request.method.len());
    first.push(plain(Tint::Fixed, " "));
    first.extend(of(Part::Target, request.target.len()));
    let mut out = vec![first];
    for (index, header) in request.sent() {
        let mut line = of(Part::HeaderName(index as u32), header.name.len());
        line.push(plain(Tint::Fixed, format!(":{}", visible::fragment(&header.gap, visible::End::Open))));
        line.extend(of(Part::HeaderValue(index as u32), header.value.len()));
        out.push(line);
    }
    if !request.body.is_empty() {
        out.push(Vec::new());
        out.push(body(request));
    }
    out
}

/// The ends of the body.
fn body(request: &Request) -> Vec<Run> {
    match (request.body.rope(), request.body.files().is_empty()) {
        (Some(rope), true) => runs(request, Span::new(Part::Body, 0..rope.len()), &[]),
        (Some(_), false) | (None, _) => {
            vec![plain(Tint::Hidden, format!("{} bytes that are not shown", request.body.len()))]
        }
    }
}

/// Where pieces of the trace begin and end in a part, in order.
fn cuts(part: Part, analysis: &Analysis) -> Vec<u32> {
    /// More would be too many to point at.
    const MOST: usize = 1000;
    let pieces = analysis.trace.stages.iter().flat_map(|stage| stage.text.pieces());
    let spans = pieces.filter_map(|piece| match piece.origin {
        Origin::Request(span) if span.part == part => Some(span),
        Origin::Request(_) | Origin::Given(_) | Origin::Stage(_) | Origin::Scheme => None,
    });
    let mut cuts: Vec<u32> = spans.take(MOST).flat_map(|span| [span.start, span.end]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
