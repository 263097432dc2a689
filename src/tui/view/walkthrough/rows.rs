//! Rows of a step: prose broken between words, values broken anywhere, each with where it begins.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthChar;

use crate::tui::view::paint;

/// One row: where it begins, and its parts.
#[derive(Clone, Default)]
pub(super) struct Row {
    indent: u16,
    parts: Vec<(Style, String)>,
}

/// Prose between words.
pub(super) fn prose(text: &str, style: Style, indent: u16, width: u16) -> Vec<Row> {
    let room = usize::from(width.saturating_sub(indent)).max(8);
    let row = |text| Row { indent, parts: vec![(style, text)] };
    paint::words(text, room).into_iter().map(row).collect()
}

/// A name, and prose that goes on below itself.
pub(super) fn named(name: (&str, Style), text: &str, style: Style, indent: u16, width: u16) -> Vec<Row> {
    behind(name, prose(text, style, indent, width))
}

/// Rows with a name before the first.
pub(super) fn behind(name: (&str, Style), mut rows: Vec<Row>) -> Vec<Row> {
    if let Some(first) = rows.first_mut() {
        let gap = usize::from(std::mem::take(&mut first.indent));
        first.parts.insert(0, (name.1, format!("{:<gap$}", name.0)));
    }
    rows
}

/// A value of several parts, cut where the row ends.
pub(super) fn value(parts: &[(Style, String)], indent: u16, width: u16) -> Vec<Row> {
    let room = usize::from(width.saturating_sub(indent)).max(8);
    let mut rows = vec![Row { indent, parts: Vec::new() }];
    let mut used = 0;
    for (style, text) in parts {
        let mut run = String::new();
        for character in text.chars() {
            let wide = character.width().unwrap_or(0);
            if used + wide > room {
                push(&mut rows, *style, std::mem::take(&mut run));
                rows.push(Row { indent, parts: Vec::new() });
                used = 0;
            }
            used += wide;
            run.push(character);
        }
        push(&mut rows, *style, run);
    }
    rows
}

fn push(rows: &mut [Row], style: Style, text: String) {
    if let Some(row) = rows.last_mut().filter(|_| !text.is_empty()) {
        row.parts.push((style, text));
    }
}

/// The first rows, and how many more there are.
pub(super) fn folded(mut rows: Vec<Row>, most: usize, key: &str, style: Style) -> Vec<Row> {
    let more = rows.len().saturating_sub(most);
    // One row more takes no more room than saying so.
    if more > 1 {
        let indent = rows[0].indent;
        rows.truncate(most);
        rows.push(Row { indent, parts: vec![(style, format!("… {more} more rows: {key} unfolds"))] });
    }
    rows
}

/// Draws rows from `top` on; what stands below is hinted at.
pub(super) fn draw(rows: &[Row], top: usize, more: Style, area: Rect, buffer: &mut Buffer) {
    let height = usize::from(area.height);
    let top = top.min(rows.len().saturating_sub(height));
    for (y, row) in rows[top..].iter().take(height).enumerate() {
        let mut x = row.indent;
        for (style, text) in &row.parts {
            x = paint::text(buffer, area, x, y as u16, text, *style);
        }
    }
    if top + height < rows.len() && area.height > 0 {
        paint::text(buffer, area, area.width.saturating_sub(1), area.height - 1, "↓", more);
    }
}
