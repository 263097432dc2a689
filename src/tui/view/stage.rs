//! Panes that show a text: the stages, and the body.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::paint::{self, Breaks, Look};
use super::{Scene, text_of};
use crate::report::{Reveal, Role, redact};
use crate::request::Part;
use crate::trace::{Origin, Traced};
use crate::tui::model::{Mode, Model, Pane};
use crate::tui::text::{Text, column_of, keep_in_view, rows};

/// Draws a text; returns where the terminal's cursor belongs when it is edited.
pub(super) fn draw(scene: &Scene<'_>, pane: Pane, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let model = scene.model;
    let is_shown = |text: &Text<'_>| editing(model, pane) || !text.is_empty() && !is_unknown(model, pane);
    match text_of(model, pane).filter(is_shown) {
        Some(text) => draw_text(scene, pane, text, area, buffer),
        None => {
            instead(model, pane, area, buffer);
            None
        }
    }
}

fn is_unknown(model: &Model, pane: Pane) -> bool {
    pane == Pane::Body && model.lacks_body() && !editing(model, pane)
}

/// What stands in the place of a text that cannot be shown.
fn instead(model: &Model, pane: Pane, area: Rect, buffer: &mut Buffer) {
    let quiet = model.theme.quiet;
    if is_unknown(model, pane) {
        for (y, line) in unknown_body(model).iter().enumerate().take(area.height.into()) {
            paint::short(buffer, area, 0, y as u16, line, quiet);
        }
    } else if text_of(model, pane).is_none() {
        let path = model.session.request.body.path().map(|path| path.display().to_string());
        let words = format!("the file {}", super::shown(path.unwrap_or_default().as_bytes()));
        paint::short(buffer, area, 0, 0, &words, model.theme.text);
    } else if pane == Pane::Body {
        paint::short(buffer, area, 0, 0, "e edits it, f takes it from a file", quiet);
    } else {
        paint::short(buffer, area, 0, 0, why_empty(model, pane), quiet);
    }
}

fn draw_text(
    scene: &Scene<'_>,
    pane: Pane,
    text: Text<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let model = scene.model;
    let cursor = model.cursors.text(pane);
    let lit: Vec<Range<usize>> = match pane.stage() {
        Some(kind) => scene.links.in_stage(kind).cloned().collect(),
        None => scene.links.in_part(Part::Body).collect(),
    };
    let base = styles(model, pane);
    let focused = model.focus == pane;
    let has_cursor = focused && !editing(model, pane);
    let style = |at: usize| {
        let is_lit = lit.iter().any(|range| range.contains(&at));
        let style = if is_lit { model.theme.lit } else { base(at) };
        if has_cursor && at == cursor.at { style.patch(model.theme.cursor) } else { style }
    };
    let breaks = if pane == Pane::Body { Breaks::Marked } else { Breaks::Plain };
    // Where the cursor is elsewhere, the window follows what it lit here.
    let top = match lit.first() {
        Some(lit) if !focused => keep_in_view(text, cursor.top, lit.start, area.width, area.height),
        Some(_) | None => cursor.top,
    };
    let shown = rows(text, top, area.width, area.height);
    let seen = shown.first().map_or(0, |row| row.range.start)..shown.last().map_or(0, |row| row.range.end);
    let hidden = hidden(model, pane, seen);
    let look = Look { style: &style, mark: model.theme.mark, hidden: &hidden, breaks };
    for (y, row) in shown.iter().enumerate() {
        paint::row(buffer, area, y as u16, text, row, &look);
    }
    let on = |row: &&crate::tui::text::Row| row.range.start <= cursor.at && cursor.at <= row.range.end;
    // The end of a row that goes on is the begin of the next.
    let (y, row) = shown.iter().enumerate().rfind(|(_, row)| on(row))?;
    let x = (column_of(text, row, cursor.at) as u16).min(area.width.saturating_sub(1));
    editing(model, pane).then(|| Position::new(area.x + x, area.y + y as u16))
}

/// What is known of a body that nobody has.
fn unknown_body(model: &Model) -> Vec<String> {
    let known = match model.session.request.body.digest() {
        Some(digest) if model.session.request.body.is_pipe() => {
            format!("Only its hash is known: {}…", &hex::encode(digest)[..16])
        }
        Some(_) | None => "Its bytes are unknown.".to_owned(),
    };
    vec![known, "e types it, f takes it from a file".into()]
}

fn editing(model: &Model, pane: Pane) -> bool {
    pane == Pane::Body && matches!(model.mode, Mode::BodyText)
}

fn why_empty(model: &Model, pane: Pane) -> &'static str {
    if pane == Pane::LinkToSign {
        "the chunks of this form are not signed"
    } else if model.session.request.is_absent() {
        "there is no request"
    } else if model.lacks_body() {
        "the body, whose hash is signed, is unknown"
    } else if model.waits_for_body() {
        "waits for the hash of the body"
    } else {
        "no secret: type one under Signing"
    }
}

/// The style of each byte, by its origin.
fn styles<'a>(model: &'a Model, pane: Pane) -> Box<dyn Fn(usize) -> Style + 'a> {
    let theme = &model.theme;
    match pane.stage().and_then(|kind| model.analysis.trace.stage(kind)) {
        Some(text) => Box::new(move |at| theme.role(role(text, at))),
        None => Box::new(move |_| theme.text),
    }
}

fn role(text: &Traced, at: usize) -> Role {
    match text.piece_at(at).map(|(_, piece)| piece.origin) {
        Some(Origin::Request(_)) => Role::FromRequest,
        Some(Origin::Given(_)) => Role::Given,
        Some(Origin::Stage(_)) => Role::Derived,
        Some(Origin::Scheme) | None => Role::Fixed,
    }
}

/// What is hidden of a pane, of a body where it is `seen`.
fn hidden(model: &Model, pane: Pane, seen: Range<usize>) -> Vec<Range<usize>> {
    let kind = pane.stage();
    if pane == Pane::Body && model.reveal() == Reveal::Nothing {
        return redact::in_body_part(&model.session.request, seen);
    }
    let stage = model.analysis.trace.stages.iter().find(|stage| Some(stage.kind) == kind);
    stage.map_or(Vec::new(), |stage| {
        redact::hidden_ranges(stage, &model.session.request, &model.analysis, model.reveal())
    })
}

/// Writes a text that is one line in rows of its own; returns how many rows it took.
pub(super) fn wrapped(
    buffer: &mut Buffer,
    area: Rect,
    y: u16,
    bytes: &[u8],
    most: u16,
    look: &Look<'_>,
) -> u16 {
    let text = Text::Bytes(bytes);
    let shown = rows(text, 0, area.width, most);
    for (index, row) in shown.iter().enumerate() {
        paint::row(buffer, area, y + index as u16, text, row, look);
    }
    shown.len() as u16
}
