//! The brushes: text, and bytes made visible.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use crate::tui::text::{Row, Text, width};
use crate::visible::{self, End, Shown};

/// Writes text that is safe to show, cut at the right edge of `area`; returns the column after it.
pub(super) fn text(buffer: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
    let area = area.intersection(buffer.area);
    if x >= area.width || y >= area.height {
        return x;
    }
    let room = usize::from(area.width - x);
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        // A cell for each character: nothing has to be cut into what belongs together, which takes most of the time of a frame.
        let from = buffer.index_of(area.x + x, area.y + y);
        let cells = &mut buffer.content[from..][..room.min(text.len())];
        let wide = cells.len() as u16;
        for (cell, byte) in cells.iter_mut().zip(text.bytes()) {
            cell.set_char(char::from(byte)).set_style(style);
        }
        return x + wide;
    }
    let (end, _) = buffer.set_stringn(area.x + x, area.y + y, text, room, style);
    end - area.x
}

/// Breaks prose between words; a word that is too long is cut.
pub(super) fn words(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word = word;
        loop {
            let line = lines.last_mut().expect("there is always a line");
            let gap = usize::from(!line.is_empty());
            if line.width() + gap + word.width() <= width {
                line.extend([&" "[..gap], word]);
                break;
            }
            if word.width() <= width {
                lines.push(word.to_owned());
                break;
            }
            let room = width.saturating_sub(line.width() + gap).max(1);
            let cut = word.char_indices().map(|(at, _)| at).nth(room).unwrap_or(word.len());
            line.extend([&" "[..gap], &word[..cut]]);
            word = &word[cut..];
            lines.push(String::new());
        }
    }
    lines
}

/// Writes text; what is too long ends in an ellipsis.
pub(super) fn short(buffer: &mut Buffer, area: Rect, x: u16, y: u16, long: &str, style: Style) -> u16 {
    let room = usize::from(area.width.saturating_sub(x));
    if long.width() <= room {
        return text(buffer, area, x, y, long, style);
    }
    let mut used = 0;
    let cut: String = long
        .chars()
        .take_while(|c| {
            used += c.to_string().width();
            used < room
        })
        .collect();
    text(buffer, area, x, y, &format!("{cut}…"), style)
}

/// How bytes look.
pub(super) struct Look<'a> {
    /// The style of the byte at this place.
    pub(super) style: &'a dyn Fn(usize) -> Style,
    /// What marks look like.
    pub(super) mark: Style,
    /// Ranges whose characters are hidden.
    pub(super) hidden: &'a [Range<usize>],
    /// Whether line breaks are shown.
    pub(super) breaks: Breaks,
}

/// Whether line breaks are shown: in data they count, in a canonical form they are its lines.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Breaks {
    Plain,
    Marked,
}

/// Writes one row of a text, everything made visible.
pub(super) fn row(buffer: &mut Buffer, area: Rect, y: u16, source: Text<'_>, row: &Row, look: &Look<'_>) {
    let bytes = source.slice(row.range.clone());
    let mut x = 0;
    for glyph in visible::glyphs(&bytes, row.end) {
        let at = row.range.start + glyph.range.start;
        let style = (look.style)(at);
        let wide = width(&glyph) as u16;
        if look.hidden.iter().any(|range| range.contains(&at)) {
            x = text(buffer, area, x, y, &"•".repeat(wide.into()), style);
            continue;
        }
        match &glyph.text {
            Shown::Plain(shown) if wide == 0 => combine(buffer, area, x, y, shown),
            Shown::Plain(shown) => x = text(buffer, area, x, y, shown, style),
            Shown::Mark(mark) => x = text(buffer, area, x, y, &mark.to_string(), style.patch(look.mark)),
        }
    }
    let broken = row.end == End::OfLine && row.range.end < source.len();
    if broken && look.breaks == Breaks::Marked {
        text(buffer, area, x, y, "␊", look.mark);
    }
}

/// A combining character joins the cell before it.
fn combine(buffer: &mut Buffer, area: Rect, x: u16, y: u16, mark: &str) {
    let Some(x) = x.checked_sub(1) else { return };
    if let Some(cell) = buffer.cell_mut((area.x + x, area.y + y)) {
        let joined = format!("{}{mark}", cell.symbol());
        cell.set_symbol(&joined);
    }
}

/// Fills a row with a style.
pub(super) fn fill(buffer: &mut Buffer, area: Rect, y: u16, height: u16, style: Style) {
    let area = Rect { y: area.y + y, height, ..area }.intersection(buffer.area);
    buffer.set_style(area, style);
}
