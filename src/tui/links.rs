//! What belongs to what: from the cursor to everything that is lit, and to the sentences that say why.

use std::ops::Range;

use super::field::Field;
use super::model::{Column, Model, Pane, PaneKind};
use super::signing::{self, Ground};
use crate::analysis::Stream;
use crate::canon::payload::{self, Payload, is_hex_digest};
use crate::report::{redact, source};
use crate::request::{Part, Span};
use crate::scheme::Placement;
use crate::scheme::chunks::chain::Link;
use crate::trace::lookup::Place;
use crate::trace::{Origin, Piece, Rule, StageKind, Traced};
use crate::visible;

/// Everything that is linked with the cursor.
#[derive(Default)]
pub struct Links {
    /// Places of the request.
    pub request: Vec<Span>,
    /// Places of the stages.
    pub places: Vec<Place>,
    /// What the cursor is on and where it went or came from.
    pub about: String,
    /// The rules between the two, a sentence each.
    pub rules: Vec<&'static str>,
}

impl Links {
    /// What the cursor of `model` is linked with.
    pub fn of(model: &Model) -> Self {
        (model.view.row().links)(model)
    }

    /// The lit ranges of a stage.
    pub fn in_stage(&self, kind: StageKind) -> impl Iterator<Item = &Range<usize>> {
        self.places.iter().filter(move |place| place.stage == kind).map(|place| &place.range)
    }

    /// The lit ranges of a part of the request.
    pub fn in_part(&self, part: Part) -> impl Iterator<Item = Range<usize>> {
        self.request.iter().filter(move |span| span.part == part).map(|span| span.range())
    }
}

/// The field under the cursor of a table.
pub fn field_at(model: &Model, pane: Pane) -> Option<Field> {
    let row = model.cursors.row(pane);
    let name = model.cursors.column == Column::Name;
    let request = &model.session.request;
    match pane.kind() {
        PaneKind::Request => Some(if name { Field::Method } else { Field::Target }),
        PaneKind::Query => {
            let exists = row < request.target().pairs(&request.target).count();
            exists.then_some(if name { Field::QueryName(row) } else { Field::QueryValue(row) })
        }
        PaneKind::Headers => {
            let exists = row < request.headers.len();
            exists.then_some(if name { Field::HeaderName(row) } else { Field::HeaderValue(row) })
        }
        PaneKind::Signing => Some(signing::row_at(&model.analysis, row).field()),
        PaneKind::Body | PaneKind::Chain | PaneKind::Evidence | PaneKind::Stage(_) => None,
    }
}

/// From the request to the stages.
fn of_request(model: &Model) -> Links {
    if model.focus == Pane::Chain {
        return of_link(model);
    }
    let (origin, what) = of_row(model);
    let Some(origin) = origin else { return Links { about: what, ..Links::default() } };
    let mut links = Links::default();
    let mut rules = crate::trace::Rules::NONE;
    // A header is lit whole: its name on both lists, and its value.
    for origin in [Some(origin), name_origin(model)].into_iter().flatten() {
        for stage in &model.analysis.trace.stages {
            for (range, piece) in stage.text.ranges().filter(|(_, piece)| belongs(piece, origin)) {
                rules = rules.union(piece.rules);
                links.places.push(Place { stage: stage.kind, range });
            }
        }
    }
    if model.focus == Pane::Body && links.places.is_empty() {
        let (place, words) = instead_of_body(model);
        links.places.extend(place);
        links.about = format!("{what} {words}");
        return links;
    }
    links.places.sort_by_key(|place| (place.stage, place.range.start));
    links.about = format!("{what} {}", reached(&links.places, model));
    links.rules = rules.iter().map(|rule| rule.said().sentence).collect();
    links
}

/// What the cursor is on outside the stages: where texts come from that are made of it, and what it is called.
fn of_row(model: &Model) -> (Option<Origin>, String) {
    let request = &model.session.request;
    match model.focus.kind() {
        PaneKind::Body => {
            let len = usize::try_from(request.body.len()).unwrap_or(usize::MAX);
            (Some(Origin::Request(Span::new(Part::Body, 0..len))), "The body".to_owned())
        }
        PaneKind::Signing => of_setting(model),
        PaneKind::Request
        | PaneKind::Query
        | PaneKind::Headers
        | PaneKind::Chain
        | PaneKind::Evidence
        | PaneKind::Stage(_) => {
            let span = row_span(model, model.focus);
            let field = field_at(model, model.focus).and_then(|field| field.span(request));
            let what = field.map(|span| capital(&source::describe_span(span, request))).unwrap_or_default();
            (span.map(Origin::Request), what)
        }
    }
}

/// What is signed in the place of a body that no stage is made of, and where that stands.
fn instead_of_body(model: &Model) -> (Option<Place>, String) {
    if model.waits_for_body() {
        return (None, "→ waits for its hash".into());
    }
    let (request, analysis) = (&model.session.request, &model.analysis);
    if analysis.basis.placement == Placement::Form {
        return (None, "→ its policy is signed, its other fields are checked against that".into());
    }
    let terms = analysis.terms(request);
    let Some(Payload::Text(text, origin)) = terms.as_ref().map(|terms| &terms.payload) else {
        return (None, "→ not signed".into());
    };
    let shown = visible::one_line(text);
    let what = match origin {
        Origin::Request(_) => "x-amz-content-sha256",
        Origin::Given(_) => "the payload setting",
        Origin::Stage(_) | Origin::Scheme => "this service",
    };
    if !is_hex_digest(text) {
        return match text.starts_with(b"STREAMING-") && !matches!(analysis.stream, Stream::None) {
            true => (None, format!("→ signed piece by piece: {shown}")),
            false => (None, format!("→ not signed: {what} says {shown}")),
        };
    }
    let own = payload::hash(request, analysis.situation.hashing).map(hex::encode);
    match own.is_some_and(|own| own.as_bytes() != &text[..]) {
        true => (None, format!("→ not signed: {what} signs the hash of another body")),
        false => {
            let canonical = analysis.stage(StageKind::CanonicalRequest);
            let start = memchr::memrchr(b'\n', canonical).map_or(0, |at| at + 1);
            let place = Place { stage: StageKind::CanonicalRequest, range: start..canonical.len() };
            let words = format!("{}, by its hash in {what}", reached(std::slice::from_ref(&place), model));
            (Some(place), words)
        }
    }
}

/// A link of the chain: its string to sign, and what became of its signature.
fn of_link(model: &Model) -> Links {
    let mut links = Links::default();
    let Some(link) = model.analysis.stream.link() else { return links };
    let len = model.analysis.stage(StageKind::LinkToSign).len();
    links.places.push(Place { stage: StageKind::LinkToSign, range: 0..len });
    let what = capital(&link.name());
    links.about =
        format!("{what}, {} bytes at byte {} of the body: {}", link.size, link.offset, verdict_of(link));
    links.rules = vec!["Each signature is made over the one before it; the request's own is the first."];
    links
}

/// A link's verdict in words.
fn verdict_of(link: &Link) -> &'static str {
    match (link.agreement.holds(), &link.given) {
        (Some(true), _) => "its signature is right",
        (Some(false), None) => "it has no signature",
        (Some(false), Some(_)) => "its signature is not right",
        (None, None) => "it is not signed",
        (None, Some(_)) => "there is no key to check it with",
    }
}

/// The bytes of the row under the cursor: a whole query pair, the value of a header, method or target.
fn row_span(model: &Model, pane: Pane) -> Option<Span> {
    let request = &model.session.request;
    let row = model.cursors.row(pane);
    match pane.kind() {
        PaneKind::Query => {
            let pair = request.target().pairs(&request.target).nth(row)?;
            Some(Span::new(Part::Target, pair.range()))
        }
        PaneKind::Headers => Field::HeaderValue(row).span(request),
        PaneKind::Request
        | PaneKind::Body
        | PaneKind::Signing
        | PaneKind::Chain
        | PaneKind::Evidence
        | PaneKind::Stage(_) => field_at(model, pane)?.span(request),
    }
}

/// The name of the header under the cursor.
fn name_origin(model: &Model) -> Option<Origin> {
    let is_header = model.focus == Pane::Headers;
    let span = is_header
        .then(|| Field::HeaderName(model.cursors.row(Pane::Headers)).span(&model.session.request))?;
    span.map(Origin::Request)
}

/// Whether a piece came from there: of the request, where the two touch.
fn belongs(piece: &Piece, origin: Origin) -> bool {
    if let (Origin::Request(piece), Origin::Request(span)) = (piece.origin, origin) {
        return piece.touches(span);
    }
    piece.origin == origin
}

fn of_setting(model: &Model) -> (Option<Origin>, String) {
    let row = signing::row_at(&model.analysis, model.cursors.row(Pane::Signing));
    let ground = Ground::of(&model.analysis, &model.session.request, model.reveal());
    (row.shown(&ground).origin, capital(row.title))
}

/// `→ canonical request lines 5 and 8, string to sign line 2`.
fn reached(places: &[Place], model: &Model) -> String {
    let mut stages: Vec<(StageKind, Vec<usize>)> = Vec::new();
    for place in places {
        let text = model.analysis.stage(place.stage);
        let line = memchr::memchr_iter(b'\n', &text[..place.range.start.min(text.len())]).count() + 1;
        match stages.iter_mut().find(|(stage, _)| *stage == place.stage) {
            Some((_, lines)) if lines.contains(&line) => {}
            Some((_, lines)) => lines.push(line),
            None => stages.push((place.stage, vec![line])),
        }
    }
    let words: Vec<_> =
        stages.iter().map(|(stage, lines)| format!("{} {}", stage.name(), numbered(lines))).collect();
    if words.is_empty() { "→ not signed".into() } else { format!("→ {}", words.join(", ")) }
}

/// `line 5`, `lines 5 and 8`, `lines 5, 8 and 9`.
fn numbered(lines: &[usize]) -> String {
    let words: Vec<_> = lines.iter().map(ToString::to_string).collect();
    match words.as_slice() {
        [one] => format!("line {one}"),
        [first @ .., last] => format!("lines {} and {last}", first.join(", ")),
        [] => String::new(),
    }
}

/// What the cursor of the inspector is linked with.
pub(super) fn of_inspector(model: &Model) -> Links {
    match model.focus.stage() {
        Some(kind) => of_stage(model, kind),
        None => of_request(model),
    }
}

/// From a stage to the request and the other stages.
fn of_stage(model: &Model, kind: StageKind) -> Links {
    let mut links = Links::default();
    let Some(text) = model.analysis.trace.stage(kind) else { return links };
    let at = model.cursors.text(model.focus).at.min(text.bytes().len().saturating_sub(1));
    let Some((range, piece)) = text.piece_at(at) else { return links };
    links.places.push(Place { stage: kind, range: range.clone() });
    match piece.origin {
        Origin::Request(span) => {
            links.request.push(text.source_of(at).unwrap_or(span));
            links.places.extend(
                model.analysis.trace.reached_by(span).into_iter().filter(|place| place.stage != kind),
            );
        }
        Origin::Stage(stage) => {
            let len = model.analysis.stage(stage).len();
            links.places.push(Place { stage, range: 0..len });
        }
        Origin::Given(_) | Origin::Scheme => {}
    }
    links.about = about_piece(text, range, piece, model);
    links.rules = piece.rules.iter().map(|rule| rule.said().sentence).collect();
    links
}

fn about_piece(text: &Traced, range: Range<usize>, piece: &Piece, model: &Model) -> String {
    let request = &model.session.request;
    let from = source::describe(&piece.origin, request);
    let hidden =
        redact::is_hidden(piece, request, &redact::in_target(request)) || piece.rules.has(Rule::Keyed);
    match &text.bytes()[range] {
        b"\n" => format!("A line break ← {from}"),
        bytes if hidden || bytes.len() > 40 => format!("{} bytes ← {from}", bytes.len()),
        bytes => format!("`{}` ← {from}", visible::one_line(bytes)),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
