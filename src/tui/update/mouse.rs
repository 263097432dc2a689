//! The mouse: a click goes to what is under it, the wheel moves there.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::super::action::Motion;
use super::super::effect::{Effect, Mouse};
use super::super::layout::Layout;
use super::super::model::{Mode, Model, Pane};
use super::super::text::{byte_at_column, rows};
use super::super::view;
use super::{browse, cursor};

pub(super) fn click(model: &mut Model, mouse: MouseEvent) -> Vec<Effect> {
    if model.mouse == Mouse::Off || !matches!(model.mode, Mode::Browse) {
        return Vec::new();
    }
    match mouse.kind {
        MouseEventKind::ScrollDown => scroll(model, mouse, Motion::Down),
        MouseEventKind::ScrollUp => scroll(model, mouse, Motion::Up),
        MouseEventKind::Down(MouseButton::Left) => focus_at(model, mouse.column, mouse.row),
        _ => {}
    }
    Vec::new()
}

/// A click focuses what is there and moves its cursor; a click on a tab shows the view.
fn focus_at(model: &mut Model, column: u16, row: u16) {
    let Some(layout) = Layout::of(model) else { return };
    if row == layout.tabs.y {
        view::tab_at(column).into_iter().for_each(|view| browse::show(model, view));
        return;
    }
    (model.view.row().click)(model, &layout, (column, row));
}

/// A click on a pane focuses it and moves its cursor.
pub(in crate::tui) fn focus_pane(model: &mut Model, layout: &Layout, (column, row): (u16, u16)) {
    let Some(placed) = layout.pane_at(column, row) else { return };
    model.focus = placed.pane;
    let Some(offset) = row.checked_sub(placed.content.y) else { return };
    let (offset, column) = (usize::from(offset), usize::from(column.saturating_sub(placed.content.x)));
    match view::text_of(model, placed.pane) {
        Some(text) => {
            let cursor = model.cursors.text(placed.pane);
            let shown = rows(text, cursor.top, placed.content.width, placed.content.height);
            if let Some(row) = shown.get(offset) {
                let at = byte_at_column(text, row, column);
                model.cursors.text_mut(placed.pane).at = at;
            }
        }
        None => {
            let row = view::row_at(model, placed, offset);
            model.cursors.set_row(placed.pane, row);
            cursor::open_link(model);
        }
    }
}

/// The wheel moves the cursor of the pane under the mouse.
fn scroll(model: &mut Model, mouse: MouseEvent, motion: Motion) {
    let Some(layout) = Layout::of(model) else { return };
    if let Some(placed) = layout.pane_at(mouse.column, mouse.row) {
        model.focus = placed.pane;
    } else {
        leave_paste(model);
    }
    for _ in 0..3 {
        (model.view.row().go)(model, motion);
    }
}

/// What is beside the paste belongs to the findings.
pub(in crate::tui) fn leave_paste(model: &mut Model) {
    if model.focus == Pane::Evidence {
        model.focus = Pane::Headers;
    }
}
