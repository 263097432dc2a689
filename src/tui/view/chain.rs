//! The signatures in the body: a row for each chunk, trailer or message, and whether its signature is right.
//!
//! Only the rows that are seen are made: a body of gigabytes has a hundred thousand.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Scene, paint, shown};
use crate::report::Role;
use crate::scheme::chunks::chain::{Link, LinkKind};
use crate::tui::model::{Model, Pane};
use crate::verify::Agreement;

/// Draws the rows; there is nothing to edit, so no cursor.
pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let model = scene.model;
    let Some(walked) = model.analysis.stream.walked() else {
        paint::short(buffer, area, 1, 0, "the body is being read", model.theme.quiet);
        return None;
    };
    if walked.links.is_empty() {
        paint::short(buffer, area, 1, 0, "nothing is signed in the body", model.theme.quiet);
        return None;
    }
    let (first, chosen) = window(model, walked.links.len(), area.height);
    for (y, (index, link)) in walked.links.iter().enumerate().skip(first).take(area.height.into()).enumerate()
    {
        let row = Rect { y: area.y + y as u16, height: 1, ..area };
        draw_link(model, link, index == chosen, row, buffer);
    }
    None
}

/// The row that is drawn `offset` lines below the top.
pub(super) fn row_at(model: &Model, height: u16, offset: usize) -> usize {
    let count = model.analysis.stream.walked().map_or(0, |walked| walked.links.len());
    (window(model, count, height).0 + offset).min(count.saturating_sub(1))
}

/// The first row that is seen, and the chosen one, which is in the middle where there is room.
fn window(model: &Model, count: usize, height: u16) -> (usize, usize) {
    let chosen = model.cursors.row(Pane::Chain).min(count.saturating_sub(1));
    let height = usize::from(height);
    (chosen.saturating_sub(height / 2).min(count.saturating_sub(height)), chosen)
}

fn draw_link(model: &Model, link: &Link, chosen: bool, row: Rect, buffer: &mut Buffer) {
    let theme = &model.theme;
    if chosen && model.focus == Pane::Chain {
        paint::fill(buffer, row, 0, 1, theme.selected);
        paint::text(buffer, row, 0, 0, "▌", theme.focus);
    }
    let (mark, style) = match link.agreement.holds() {
        Some(true) => ("✓", theme.role(Role::Good)),
        Some(false) => ("✗", theme.bad),
        None => ("·", theme.quiet),
    };
    let x = paint::text(buffer, row, 1, 0, &format!("{mark} "), style);
    paint::short(buffer, Rect { width: 14, ..row }, x, 0, &name(link), theme.text);
    let size = format!("{:>10}", link.size);
    let x = paint::text(buffer, row, 14, 0, &size, theme.text);
    let x = paint::text(buffer, row, x, 0, &format!(" at {:<9}", link.offset), theme.quiet);
    let none = if link.agreement.holds().is_some() { "no signature" } else { "not signed" };
    let given = link.given.as_deref().map_or(none.into(), shown);
    match (&link.agreement, &link.computed) {
        (Agreement::DifferAt(_), Some(computed)) => {
            let room = usize::from(row.width.saturating_sub(x + 4) / 2);
            let cut = |text: &str| text.chars().take(room.saturating_sub(1)).chain(['…']).collect::<String>();
            let x = paint::text(buffer, row, x + 1, 0, &cut(&given), theme.bad);
            paint::short(buffer, row, x, 0, &format!(" ≠ {}", cut(&shown(computed))), theme.text);
        }
        _ => drop(paint::short(buffer, row, x + 1, 0, &given, style)),
    }
}

fn name(link: &Link) -> String {
    match link.kind {
        LinkKind::Chunk => format!("chunk {}", link.number),
        LinkKind::FinalChunk => "final".into(),
        LinkKind::Trailer => "trailer".into(),
        LinkKind::Message => format!("message {}", link.number),
    }
}
