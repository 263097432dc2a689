//! The cursor of a pane: by rows in tables, by characters in texts; what it stands on is opened.

use ratatui::layout::Rect;

use super::super::action::Motion;
use super::super::layout::Layout;
use super::super::model::{Column, Model, Pane, TextCursor};
use super::super::text::{
    Text, byte_at_column, column_of, next_char, previous_char, row_after, row_before, row_start, rows,
};

/// Moves the cursor of the focused pane.
pub(in crate::tui) fn go(model: &mut Model, motion: Motion) {
    match text_and_cursor(model) {
        Some((text, cursor, area)) => {
            let at = move_in_text(text, cursor.at, area.width, area.height, motion);
            model.cursors.text_mut(model.focus).at = at;
        }
        None => {
            model.cursors.column = column(model.cursors.column, motion);
            let row = moved(model.cursors.row(model.focus), usize::MAX - 1, 8, motion);
            model.cursors.set_row(model.focus, row);
            open_link(model);
        }
    }
}

/// Where a motion takes the cursor between the columns of a table.
fn column(own: Column, motion: Motion) -> Column {
    match motion {
        Motion::Left => Column::Name,
        Motion::Right => Column::Value,
        Motion::Up | Motion::Down | Motion::PageUp | Motion::PageDown | Motion::First | Motion::Last => own,
    }
}

/// Where a motion takes the cursor of a list.
pub(in crate::tui) fn moved(row: usize, last: usize, page: usize, motion: Motion) -> usize {
    let row = match motion {
        Motion::Up => row.saturating_sub(1),
        Motion::Down => row.saturating_add(1),
        Motion::PageUp => row.saturating_sub(page),
        Motion::PageDown => row.saturating_add(page),
        Motion::First => 0,
        Motion::Last => last,
        Motion::Left | Motion::Right => row,
    };
    row.min(last)
}

/// Where a motion takes the cursor of a text.
pub(super) fn move_in_text(text: Text<'_>, at: usize, width: u16, height: u16, motion: Motion) -> usize {
    let start = row_start(text, at, width);
    let column = rows(text, start, width, 1).first().map_or(0, |row| column_of(text, row, at));
    let to_row = |start: usize| {
        rows(text, start, width, 1).first().map_or(start, |row| byte_at_column(text, row, column))
    };
    let up = |count: u16| (0..count).try_fold(start, |at, _| row_before(text, at, width)).unwrap_or(0);
    match motion {
        Motion::Left => previous_char(text, at),
        Motion::Right => next_char(text, at),
        Motion::Up => row_before(text, start, width).map_or(at, to_row),
        Motion::Down => match row_after(text, start, width, 1) {
            below if below == start => at,
            below => to_row(below),
        },
        Motion::PageUp => to_row(up(height)),
        Motion::PageDown => to_row(row_after(text, start, width, height.into())),
        Motion::First => 0,
        Motion::Last => text.len(),
    }
}

/// Opens the link of the chain that is chosen: its string to sign is shown.
pub(super) fn open_link(model: &mut Model) {
    let count = model.analysis.stream.walked().map_or(0, |walked| walked.links.len());
    if model.focus != Pane::Chain || count == 0 {
        return;
    }
    let row = model.cursors.row(Pane::Chain).min(count - 1);
    model.cursors.set_row(Pane::Chain, row);
    if model.session.opened != Some(row) {
        model.session.opened = Some(row);
        model.analyse();
    }
}

/// The text of a pane and its cursor, for movements.
pub(super) fn text_and_cursor(model: &Model) -> Option<(Text<'_>, TextCursor, Rect)> {
    let text = super::super::view::text_of(model, model.focus)?;
    let area = Layout::of(model)?.content(model.focus);
    Some((text, model.cursors.text(model.focus), area))
}
