//! The paste as it came: what was used of it stands out, with a mark beside it and what it was read as; the rest is dim.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::paint::{self, Breaks, Look};
use super::{Scene, text_of};
use crate::case::{PartOf, Pasted, Used};
use crate::evidence::Side;
use crate::report::Role;
use crate::tui::model::{Model, Pane};
use crate::tui::text::{Row, rows};
use crate::visible;

/// Between a line and what it was read as.
const GAP: usize = 2;

pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let model = scene.model;
    let (pasted, text) = (model.session.pasted.as_deref()?, text_of(model, Pane::Evidence)?);
    let cursor = model.cursors.text(Pane::Evidence);
    let style = |at: usize| {
        let own = look(model, pasted.part_at(at));
        let has_cursor = model.focus == Pane::Evidence && at == cursor.at;
        if has_cursor { own.patch(model.theme.cursor) } else { own }
    };
    let shown = rows(text, cursor.top, area.width, area.height);
    let look = Look { style: &style, mark: model.theme.mark, hidden: &[], breaks: Breaks::Plain };
    for (y, row) in shown.iter().enumerate() {
        paint::row(buffer, area, y as u16, text, row, &look);
        if let Some(part) = pasted.part_at(row.range.start) {
            beside(scene, part, (y as u16, row), area, buffer);
        }
    }
    None
}

/// The mark beside a line that was used, and behind the first of them what they were read as.
fn beside(scene: &Scene<'_>, part: &Used, (y, row): (u16, &Row), area: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let margin = Rect { x: area.x.saturating_sub(1), width: 1, ..area };
    let is_first = row.range.start <= part.range.start;
    let mark = if is_first { "┏" } else { "┃" };
    let mark = if row.range.end >= part.range.end && !is_first { "┗" } else { mark };
    let is_alone = is_first && row.range.end >= part.range.end;
    paint::text(buffer, margin, 0, y, if is_alone { "▌" } else { mark }, theme.role(role(part.of)));
    let label = format!("← {}", visible::one_line(part.what.as_bytes()));
    let used = row_width(buffer, area, y);
    if is_first && used + GAP + label.width() <= usize::from(area.width) {
        let x = usize::from(area.width) - label.width();
        paint::text(buffer, area, x as u16, y, &label, theme.role(role(part.of)));
    }
}

/// The columns of a row that hold something.
fn row_width(buffer: &Buffer, area: Rect, y: u16) -> usize {
    let is_filled = |x: &u16| buffer.cell((area.x + x, area.y + y)).is_some_and(|cell| cell.symbol() != " ");
    (0..area.width).rev().find(is_filled).map_or(0, |x| usize::from(x) + 1)
}

fn look(model: &Model, part: Option<&Used>) -> Style {
    part.map_or(model.theme.quiet, |part| model.theme.role(role(part.of)))
}

fn role(of: PartOf) -> Role {
    match of {
        PartOf::Request => Role::FromRequest,
        PartOf::Evidence(Side::Server) => Role::Derived,
        PartOf::Evidence(Side::Signer | Side::Unknown) => Role::Given,
    }
}

/// How much of the paste was used.
pub(super) fn note(model: &Model) -> String {
    match model.session.pasted.as_deref().map(Pasted::parts) {
        None => String::new(),
        Some([]) => "no line is marked".into(),
        Some([_]) => "1 part was used".into(),
        Some(parts) => format!("{} parts were used", parts.len()),
    }
}

/// What the line under the cursor was read as.
pub(super) fn about(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, theme) = (scene.model, &scene.model.theme);
    let Some(pasted) = model.session.pasted.as_deref() else { return };
    let at = model.cursors.text(Pane::Evidence).at;
    let here = pasted.part_at(at).map(Used::words);
    let words = here.unwrap_or_else(|| "nothing was read from this line".into());
    let x = paint::short(buffer, area, 1, 0, &visible::one_line(words.as_bytes()), theme.text);
    let others: Vec<String> = pasted.parts().iter().map(Used::words).collect();
    let others = visible::one_line(others.join(" · ").as_bytes());
    match area.height {
        1 => paint::short(buffer, area, x + 2, 0, &others, theme.quiet),
        _ => paint::short(buffer, area, 1, 1, &others, theme.quiet),
    };
}
