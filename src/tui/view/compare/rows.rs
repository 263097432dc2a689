//! The rows of the comparison: how high each is, and its cells with what changed in them.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Columns, Form, letter};
use crate::comparison::{Cell, Comparison, Row};
use crate::report::{Reveal, redact};
use crate::tui::model::Model;
use crate::tui::text::{Row as TextRow, Text, rows};
use crate::tui::view::Scene;
use crate::tui::view::paint::{self, Breaks, Look};
use crate::visible::End;

/// How many lines a long line may take.
const LONGEST: u16 = 200;

/// The cells of a row with the texts that they stand in, ours first.
fn cells<'a>(
    comparison: &'a Comparison<'_>,
    row: &'a Row,
) -> impl Iterator<Item = (&'a [u8], Option<&'a Cell>)> {
    let ours = (comparison.ours(row.stage), row.ours.as_ref());
    let theirs =
        (0..comparison.others.len()).map(|at| (comparison.theirs(at, row.stage), row.theirs[at].as_ref()));
    [ours].into_iter().chain(theirs)
}

/// The text column: behind the marker.
fn text_width(column: Rect) -> u16 {
    column.width.saturating_sub(4).max(1)
}

/// Whether the name of the stage stands above this row.
fn begins_stage(comparison: &Comparison<'_>, index: usize) -> bool {
    index == 0 || comparison.rows[index - 1].stage != comparison.rows[index].stage
}

pub(super) fn height(comparison: &Comparison<'_>, index: usize, columns: &Columns) -> u16 {
    let row = &comparison.rows[index];
    let lines = cells(comparison, row).zip(&columns.areas).map(|((text, cell), area)| match cell {
        Some(cell) => rows(Text::Bytes(&text[cell.line.clone()]), 0, text_width(*area), LONGEST).len() as u16,
        None => 0,
    });
    let used = match (columns.form, row.differs) {
        (Form::Beside, _) => lines.max().unwrap_or_default(),
        (Form::Stacked, true) => lines.sum(),
        (Form::Stacked, false) => lines.take(1).sum(),
    };
    used.max(1) + u16::from(begins_stage(comparison, index))
}

/// Draws a row; returns how many lines it took.
pub(super) fn draw_row(
    scene: &Scene<'_>,
    comparison: &Comparison<'_>,
    index: usize,
    columns: &Columns,
    mut area: Rect,
    buffer: &mut Buffer,
) -> u16 {
    let (model, theme) = (scene.model, &scene.model.theme);
    let row = &comparison.rows[index];
    let total = height(comparison, index, columns).min(area.height);
    if begins_stage(comparison, index) {
        paint::short(buffer, area, 1, 0, row.stage.name(), theme.quiet);
        area = Rect { y: area.y + 1, height: area.height - 1, ..area };
    }
    if index == model.difference && !area.is_empty() {
        let height = total - u16::from(begins_stage(comparison, index));
        paint::fill(buffer, area, 0, height, theme.selected);
        paint::text(buffer, area, 0, 0, "▌", theme.focus);
    }
    let own = row.ours.as_ref().map(|cell| &comparison.ours(row.stage)[cell.line.clone()]);
    let mut below = 0;
    for (at, ((text, cell), column)) in cells(comparison, row).zip(&columns.areas).enumerate() {
        let y = if columns.form == Form::Stacked { area.y + below } else { area.y };
        let place = Rect { y, height: area.bottom().saturating_sub(y), ..*column };
        let Some(cell) = cell.filter(|_| !place.is_empty()) else { continue };
        let marker = match columns.form {
            Form::Stacked if row.differs => letter(comparison, at),
            Form::Beside
                if row.differs && own.is_none_or(|own| own != &text[cell.line.clone()]) && at > 0 =>
            {
                '≠'
            }
            Form::Stacked | Form::Beside => ' ',
        };
        let side = Cells { text, cell, is_own: at == 0, row, marker };
        below += draw_cell(scene, &side, place, buffer);
        if columns.form == Form::Stacked && !row.differs {
            break;
        }
    }
    total
}

/// A cell, and what is known of its row.
struct Cells<'a> {
    text: &'a [u8],
    cell: &'a Cell,
    is_own: bool,
    row: &'a Row,
    marker: char,
}

/// Draws a cell; returns how many lines it took.
fn draw_cell(scene: &Scene<'_>, side: &Cells<'_>, area: Rect, buffer: &mut Buffer) -> u16 {
    let theme = &scene.model.theme;
    let line = &side.text[side.cell.line.clone()];
    let nobody_else = side.is_own && side.row.theirs.iter().all(Option::is_none);
    let whole = side.row.differs && (side.row.ours.is_none() || nobody_else);
    let changed = |at: usize| whole || side.cell.changed.iter().any(|range| range.contains(&at));
    let style = |at: usize| -> Style { if changed(at) { theme.changed } else { theme.text } };
    paint::text(buffer, area, 1, 0, &side.marker.to_string(), theme.bad);
    let hidden = hidden(scene.model, line);
    let look = Look { style: &style, mark: theme.mark, hidden: &hidden, breaks: Breaks::Plain };
    let text_area = Rect { x: area.x + 3, width: text_width(area), ..area };
    let shown = rows(Text::Bytes(line), 0, text_area.width, text_area.height);
    for (y, row) in shown.iter().enumerate() {
        paint::row(buffer, text_area, y as u16, Text::Bytes(line), row, &look);
    }
    if side.row.differs && line.is_empty() {
        let empty = TextRow { range: 0..0, end: End::OfLine };
        paint::row(buffer, text_area, 0, Text::Bytes(b""), &empty, &look);
        paint::text(buffer, text_area, 0, 0, "(empty line)", theme.quiet);
    }
    shown.len() as u16
}

/// Tokens are credentials on every side.
fn hidden(model: &Model, line: &[u8]) -> Vec<Range<usize>> {
    match model.reveal() {
        Reveal::Nothing => redact::in_line(line),
        Reveal::Tokens | Reveal::Secrets => Vec::new(),
    }
}
