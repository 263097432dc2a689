//! What the cells of a table hold: bytes, the field that they edit, what is lit and what is hidden of them.

use std::ops::Range;

use crate::report::{Reveal, redact};
use crate::request::{Part, Request, Span, Switch};
use crate::trace::{Origin, Piece};
use crate::tui::field::Field;
use crate::tui::model::{Pane, PaneKind};
use crate::tui::signing::{self, Ground};
use crate::tui::view::Scene;

/// One row of a table.
pub(super) struct Cells {
    pub(super) name: Cell,
    pub(super) value: Cell,
    pub(super) note: String,
    pub(super) switch: Switch,
}

/// One cell: its bytes, and the field that it edits.
pub(super) struct Cell {
    pub(super) bytes: Vec<u8>,
    pub(super) field: Field,
    pub(super) lit: Vec<Range<usize>>,
    pub(super) hidden: Vec<Range<usize>>,
}

/// The rows of a pane.
pub(super) fn table(scene: &Scene<'_>, pane: Pane) -> Vec<Cells> {
    let model = scene.model;
    let request = &model.session.request;
    let in_target = match (pane, model.reveal()) {
        (Pane::Request | Pane::Query, Reveal::Nothing) => redact::in_target(request),
        (_, Reveal::Nothing | Reveal::Tokens | Reveal::Secrets) => Vec::new(),
    };
    let cells = |name, value, switch| cells(scene, name, value, switch, &in_target);
    match pane.kind() {
        PaneKind::Request => vec![cells(Field::Method, Field::Target, Switch::On)],
        PaneKind::Query => {
            let count = request.target().pairs(&request.target).count();
            (0..count).map(|at| cells(Field::QueryName(at), Field::QueryValue(at), Switch::On)).collect()
        }
        PaneKind::Headers => {
            let headers = request.headers.iter().enumerate();
            headers.map(|(at, h)| cells(Field::HeaderName(at), Field::HeaderValue(at), h.switch)).collect()
        }
        PaneKind::Signing => signing_rows(scene),
        PaneKind::Body | PaneKind::Chain | PaneKind::Evidence | PaneKind::Stage(_) => Vec::new(),
    }
}

fn cells(scene: &Scene<'_>, name: Field, value: Field, switch: Switch, in_target: &[Range<usize>]) -> Cells {
    let request = &scene.model.session.request;
    let cell = |field: Field| {
        let Some(span) = field.span(request) else {
            return Cell { bytes: Vec::new(), field, lit: Vec::new(), hidden: Vec::new() };
        };
        let lit = scene.links.in_part(span.part).map(|range| within(range, span)).collect();
        let touches = |range: &Range<usize>| range.start < span.range().end && span.range().start < range.end;
        let hidden = hidden(scene, span, in_target).into_iter().filter(touches);
        let hidden = hidden.map(|range| within(range, span)).collect();
        Cell { bytes: request.at(span).to_vec(), field, lit, hidden }
    };
    Cells { name: cell(name), value: cell(value), note: String::new(), switch }
}

/// A range of a part, relative to a span of it.
fn within(range: Range<usize>, span: Span) -> Range<usize> {
    let base = span.start as usize;
    range.start.saturating_sub(base)..range.end.saturating_sub(base)
}

/// The ranges of a part of the request that are hidden; `in_target` are those of the target.
fn hidden(scene: &Scene<'_>, span: Span, in_target: &[Range<usize>]) -> Vec<Range<usize>> {
    let request = &scene.model.session.request;
    match span.part {
        _ if scene.model.reveal() != Reveal::Nothing => Vec::new(),
        Part::HeaderValue(index) => {
            let header = request.headers.get(index as usize);
            header.map_or(Vec::new(), |header| redact::in_header(&header.name, &header.value))
        }
        Part::Target => in_target.to_vec(),
        Part::Method | Part::HeaderName(_) | Part::Body => Vec::new(),
    }
}

/// What is hidden of a text that is being typed.
pub(super) fn typed_hidden(scene: &Scene<'_>, field: Field, typed: &[u8]) -> Vec<Range<usize>> {
    let request = &scene.model.session.request;
    let named = |name: Field| {
        let name = name.span(request).map_or(&[][..], |span| request.at(span));
        redact::in_header(name, typed)
    };
    match field {
        _ if field.is_secret() => vec![0..typed.len()],
        _ if scene.model.reveal() != Reveal::Nothing => Vec::new(),
        Field::Target => redact::in_target(&Request { target: typed.to_vec(), ..Request::default() }),
        Field::HeaderValue(index) => named(Field::HeaderName(index)),
        Field::QueryValue(index) => named(Field::QueryName(index)),
        Field::Method | Field::QueryName(_) | Field::HeaderName(_) | Field::Setting(_) | Field::Received => {
            Vec::new()
        }
    }
}

fn signing_rows(scene: &Scene<'_>) -> Vec<Cells> {
    let model = scene.model;
    let ground = Ground::of(&model.analysis, &model.session.request, model.reveal());
    let lit = lit_origins(scene);
    let row = |row: &&signing::Row| {
        let shown = row.shown(&ground);
        let is_lit = shown.origin.is_some_and(|origin| lit.contains(&origin));
        let words = shown.words().as_bytes().to_vec();
        let range = if is_lit { vec![0..words.len()] } else { Vec::new() };
        let field = row.field();
        // Names of settings are fixed: editing goes to the value, whichever column is chosen.
        let name =
            Cell { bytes: row.title.into(), field: Field::Method, lit: Vec::new(), hidden: Vec::new() };
        let value = Cell { bytes: words, field, lit: range, hidden: Vec::new() };
        Cells { name, value, note: shown.note, switch: Switch::On }
    };
    signing::rows(&model.analysis).iter().map(row).collect()
}

/// The origins of what is lit in the stages, for the settings that are one of them.
fn lit_origins(scene: &Scene<'_>) -> Vec<Origin> {
    let model = scene.model;
    let Some(kind) = model.focus.stage() else { return Vec::new() };
    let Some(text) = model.analysis.trace.stage(kind) else { return Vec::new() };
    let piece = text.piece_at(model.cursors.text(model.focus).at);
    let own = |piece: &Piece| match piece.origin {
        Origin::Given(_) | Origin::Request(_) => Some(piece.origin),
        Origin::Stage(_) | Origin::Scheme => None,
    };
    piece.and_then(|(_, piece)| own(piece)).into_iter().collect()
}
