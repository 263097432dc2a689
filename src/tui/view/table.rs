//! Panes that are tables: method and target, query pairs, headers, signing settings.

mod cells;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::paint::{self, Breaks, Look};
use super::stage::wrapped;
use super::{Scene, shown};
use crate::request::Switch;
use crate::tui::layout::Placed;
use crate::tui::links::Links;
use crate::tui::model::{Column, FieldEdit, Mode, Model, Pane};
use crate::tui::text::{Text, column_of, keep_in_view, rows};
use cells::{Cell, Cells, table, typed_hidden};

/// Draws a table; returns where the terminal's cursor belongs when a field of it is edited.
pub(super) fn draw(scene: &Scene<'_>, placed: Placed, buffer: &mut Buffer) -> Option<Position> {
    let model = scene.model;
    let area = placed.content;
    let rows = table(scene, placed.pane);
    if rows.is_empty() {
        let words = if placed.pane == Pane::Query { "no query" } else { "no headers: a adds one" };
        paint::short(buffer, area, 1, 0, words, model.theme.quiet);
        return None;
    }
    let names = name_width(&rows, area.width);
    let mut cursor = None;
    let mut y = 0;
    for (index, height) in visible_rows(model, placed, &rows) {
        let row_area = Rect { y: area.y + y, height, ..area };
        let here = draw_row(scene, placed.pane, &rows[index], index, names, row_area, buffer);
        cursor = here.or(cursor);
        y += height;
    }
    cursor
}

/// The row of a table that is drawn `offset` lines below its top.
pub(super) fn row_at(model: &Model, placed: Placed, offset: usize) -> usize {
    let scene = Scene { model, links: Links::of(model) };
    let rows = table(&scene, placed.pane);
    let mut below = 0;
    let shown = visible_rows(model, placed, &rows);
    for (index, height) in &shown {
        below += usize::from(*height);
        if offset < below {
            return *index;
        }
    }
    shown.last().map_or(0, |(index, _)| *index)
}

/// The rows that fit, with their heights: the selected one is opened so that its whole value is seen.
fn visible_rows(model: &Model, placed: Placed, rows: &[Cells]) -> Vec<(usize, u16)> {
    let area = placed.content;
    let selected = anchor(model, placed.pane, rows);
    let names = name_width(rows, area.width);
    let Some(chosen) = rows.get(selected) else { return Vec::new() };
    let opened = open_height(model, placed.pane, chosen, names, area).clamp(1, area.height.max(1));
    let mut first = selected;
    let mut room = area.height.saturating_sub(opened);
    while first > 0 && room > 0 {
        first -= 1;
        room -= 1;
    }
    // Rows above fill the window from its top when everything fits.
    let mut shown = Vec::new();
    let mut left = area.height;
    for index in first..rows.len() {
        let height = if index == selected { opened } else { 1 };
        if left < height {
            break;
        }
        shown.push((index, height));
        left -= height;
    }
    shown
}

/// The row that must be seen: the chosen one, or where the cursor is elsewhere the one that it lit.
fn anchor(model: &Model, pane: Pane, rows: &[Cells]) -> usize {
    let lit = rows.iter().position(|row| !row.name.lit.is_empty() || !row.value.lit.is_empty());
    let row = lit.filter(|_| model.focus != pane).unwrap_or_else(|| model.cursors.row(pane));
    row.min(rows.len().saturating_sub(1))
}

/// How many rows the selected row takes, so that its whole value is seen.
fn open_height(model: &Model, pane: Pane, cells: &Cells, names: u16, area: Rect) -> u16 {
    if model.focus != pane && pane != Pane::Request {
        return 1;
    }
    let typed = model.mode.edit_of(cells.value.field).map(|edit| edit.line.text.as_slice());
    let text = Text::Bytes(typed.unwrap_or(&cells.value.bytes));
    let width = area.width.saturating_sub(names + 3).max(1);
    rows(text, 0, width, area.height.max(1)).len() as u16
}

/// The width of the names: the longest, but at most two fifths.
fn name_width(rows: &[Cells], width: u16) -> u16 {
    let longest = rows.iter().map(|row| shown(&row.name.bytes).width()).max().unwrap_or_default();
    (longest as u16).clamp(3, (width * 2 / 5).max(3))
}

fn draw_row(
    scene: &Scene<'_>,
    pane: Pane,
    cells: &Cells,
    index: usize,
    names: u16,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let model = scene.model;
    let theme = &model.theme;
    let selected = model.focus == pane && model.cursors.row(pane) == index;
    if selected {
        paint::fill(buffer, area, 0, area.height, theme.selected);
        paint::text(buffer, area, 0, 0, "▌", theme.focus);
    }
    let off = cells.switch == Switch::Off;
    let dim =
        |style: Style| if off { style.add_modifier(Modifier::DIM | Modifier::CROSSED_OUT) } else { style };
    let on_column = |column| selected && model.cursors.column == column && matches!(model.mode, Mode::Browse);
    let mark = |style: Style, on: bool| if on { style.add_modifier(Modifier::UNDERLINED) } else { style };
    let name_area = Rect { x: area.x + 1, width: names, ..area }.intersection(area);
    let name_style = dim(mark(theme.name_column, on_column(Column::Name) && pane != Pane::Signing));
    let height = if selected || pane == Pane::Request { Height::Opened } else { Height::OneLine };
    let mut cursor = draw_cell(scene, &cells.name, name_area, name_style, height, buffer);
    let x = area.x + names + 3;
    let value_area = Rect { x, width: area.right().saturating_sub(x), ..area }.intersection(area);
    let value_style = dim(theme.text);
    cursor = draw_cell(scene, &cells.value, value_area, value_style, height, buffer).or(cursor);
    if !cells.note.is_empty() && cursor.is_none() {
        let used = shown(&cells.value.bytes).width() as u16;
        paint::short(buffer, value_area, used + 2, 0, &cells.note, theme.quiet);
    }
    cursor
}

/// How much of a cell is seen.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Height {
    Opened,
    OneLine,
}

/// Draws a cell: opened when its row is selected, else on one line; with what is typed when it is edited.
fn draw_cell(
    scene: &Scene<'_>,
    cell: &Cell,
    area: Rect,
    style: Style,
    height: Height,
    buffer: &mut Buffer,
) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let model = scene.model;
    let edit = model.mode.edit_of(cell.field).filter(|_| height == Height::Opened);
    let typed = edit.map(|edit| edit.line.text.to_vec());
    let bytes = typed.as_deref().unwrap_or(&cell.bytes);
    let lit = |at: usize| edit.is_none() && cell.lit.iter().any(|range| range.contains(&at));
    let styled = |at: usize| if lit(at) { model.theme.lit } else { style };
    let hidden = match edit {
        Some(edit) => typed_hidden(scene, edit.field, bytes),
        None => cell.hidden.clone(),
    };
    let look = Look { style: &styled, mark: model.theme.mark, hidden: &hidden, breaks: Breaks::Marked };
    let text = Text::Bytes(bytes);
    let most = if height == Height::Opened { area.height } else { 1 };
    let top = edit.map_or(0, |edit| keep_in_view(text, 0, edit.line.cursor, area.width, most));
    if top == 0 {
        wrapped(buffer, area, 0, bytes, most, &look);
    } else {
        for (y, row) in rows(text, top, area.width, most).iter().enumerate() {
            paint::row(buffer, area, y as u16, text, row, &look);
        }
    }
    if height == Height::OneLine && rows(text, 0, area.width, 2).len() > 1 {
        paint::text(buffer, area, area.width - 1, 0, "…", model.theme.quiet);
    }
    cursor_of(edit?, text, top, Rect { height: most, ..area })
}

/// Where the terminal's cursor belongs in a cell that is edited.
fn cursor_of(edit: &FieldEdit, text: Text<'_>, top: usize, area: Rect) -> Option<Position> {
    let at = edit.line.cursor;
    let shown = rows(text, top, area.width, area.height);
    let (y, row) = shown.iter().enumerate().rfind(|(_, row)| row.range.start <= at && at <= row.range.end)?;
    let x = (column_of(text, row, at) as u16).min(area.width - 1);
    Some(Position::new(area.x + x, area.y + y as u16))
}
