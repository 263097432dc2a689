//! Drawing: reads the model and never writes it. One file for each kind of pane.

pub(super) mod bars;
mod chain;
pub(super) mod compare;
pub(super) mod diagnose;
mod evidence;
mod frame;
pub(super) mod gateway;
mod overlay;
mod paint;
mod stage;
mod table;
pub(super) mod walkthrough;

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::layout::{self, Layout, Placed, SMALLEST};
use super::links::Links;
use super::model::{Mode, Model, Pane, PaneKind};
use super::text::Text;
use crate::visible;

pub use bars::tab_at;
pub use gateway::rows_of as tape_rows;

/// What drawing needs beside the model, derived once for each frame.
pub(crate) struct Scene<'a> {
    pub(crate) model: &'a Model,
    pub(crate) links: Links,
}

/// Draws the whole screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let cursor = render(model, area, frame.buffer_mut());
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
}

/// Draws into a buffer; returns where the terminal's cursor belongs.
pub fn render(model: &Model, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let Some(layout) =
        Layout::of(model).filter(|_| area.width >= model.size.0 && area.height >= model.size.1)
    else {
        too_small(model, area, buffer);
        return None;
    };
    let scene = Scene { model, links: Links::of(model) };
    let mut cursor = None;
    match (model.view.row().covers)(model) {
        Some(draw) => draw(&scene, area, buffer),
        None => view(&scene, &layout, buffer, &mut cursor),
    }
    match &model.mode {
        Mode::Menu(menu) => cursor = overlay::menu(&scene, menu, layout.main, buffer),
        Mode::Ask(question) => cursor = overlay::question(&scene, question, layout.footer, buffer),
        Mode::Confirm(confirm) => overlay::confirm(&scene, confirm, layout.main, buffer),
        Mode::Browse | Mode::Edit(_) | Mode::BodyText => {}
    }
    cursor
}

/// Draws the view and the lines around it.
fn view(scene: &Scene<'_>, layout: &Layout, buffer: &mut Buffer, cursor: &mut Option<Position>) {
    let own = scene.model.view.row();
    bars::bar(scene, layout.bar, buffer);
    bars::tabs(scene, layout.tabs, buffer);
    (own.draw)(scene, layout.main, buffer);
    for frame in &layout.frames {
        panes(scene, frame, buffer, cursor);
    }
    bars::about(scene, layout.about, buffer);
    (own.verdict)(scene, layout.verdict, buffer);
    bars::footer(scene, layout.footer, buffer);
}

fn too_small(model: &Model, area: Rect, buffer: &mut Buffer) {
    let (width, height) = (area.width, area.height);
    let lines = [
        format!("countersign needs {}×{}", SMALLEST.0, SMALLEST.1),
        format!("this terminal is {width}×{height}"),
        crate::report::verdict::in_words(&model.analysis).1,
    ];
    for (y, line) in lines.iter().enumerate().take(height.into()) {
        paint::text(buffer, area, 0, y as u16, line, model.theme.text);
    }
}

/// Draws a frame and the panes in it.
fn panes(scene: &Scene<'_>, frame: &layout::Frame, buffer: &mut Buffer, cursor: &mut Option<Position>) {
    frame::draw(scene, frame, buffer);
    for placed in &frame.panes {
        let area = placed.content.intersection(buffer.area);
        if area.is_empty() {
            continue;
        }
        let here = match placed.pane.kind() {
            PaneKind::Body | PaneKind::Stage(_) => stage::draw(scene, placed.pane, area, buffer),
            PaneKind::Evidence => evidence::draw(scene, area, buffer),
            PaneKind::Chain => chain::draw(scene, area, buffer),
            PaneKind::Request | PaneKind::Query | PaneKind::Headers | PaneKind::Signing => {
                table::draw(scene, Placed { content: area, ..*placed }, buffer)
            }
        };
        *cursor = here.or(*cursor);
    }
}

/// The row of a table that is drawn `offset` lines below its top.
pub fn row_at(model: &Model, placed: Placed, offset: usize) -> usize {
    if placed.pane == Pane::Chain {
        return chain::row_at(model, placed.content.height, offset);
    }
    table::row_at(model, placed, offset)
}

/// The text that a pane shows, for panes that show one.
pub fn text_of(model: &Model, pane: Pane) -> Option<Text<'_>> {
    match pane.kind() {
        PaneKind::Stage(kind) => Some(Text::Bytes(model.analysis.stage(kind))),
        PaneKind::Body => model.session.request.body.rope().map(Text::Rope),
        PaneKind::Evidence => model.session.pasted.as_ref().map(|pasted| Text::Bytes(pasted.text())),
        PaneKind::Request | PaneKind::Query | PaneKind::Headers | PaneKind::Signing | PaneKind::Chain => None,
    }
}

/// A text as it may be shown on one line.
fn shown(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.bytes().all(|b| (0x21..0x7f).contains(&b)) => Cow::Borrowed(text),
        _ => Cow::Owned(visible::one_line(bytes)),
    }
}
