//! A window onto a text of any size: soft-wrapped rows from one place on, however long text or line are.
//!
//! The place is a byte offset, so a window costs what it shows: a line of 10 MB is cut into rows from wherever the window
//! stands, and nothing before or after is looked at beyond a few kilobytes.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::Text;
use crate::visible::{self, End, Glyph, Shown};

/// One row on the screen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The bytes on it, without the LF.
    pub range: Range<usize>,
    /// Whether the line ends here.
    pub end: End,
}

impl Row {
    /// Where the next row begins.
    fn next(&self) -> usize {
        self.range.end + usize::from(self.end == End::OfLine)
    }
}

/// The columns that a glyph takes.
pub fn width(glyph: &Glyph<'_>) -> usize {
    match &glyph.text {
        // What takes one byte is ASCII.
        Shown::Plain(text) if text.len() == 1 => 1,
        Shown::Plain(text) => text.width(),
        Shown::Mark(visible::Mark::Code(_)) => 8,
        Shown::Mark(visible::Mark::Byte(_)) => 4,
        Shown::Mark(_) => 1,
    }
}

/// The row that begins at `start`; `None` beyond the end.
fn row_at(text: Text<'_>, start: usize, columns: usize) -> Option<Row> {
    if start > text.len() {
        return None;
    }
    // Four bytes a column suffice for any character; what has no width of its own is cut off a little early.
    let piece = text.slice(start..start + columns * 4 + 4);
    let line = memchr::memchr(b'\n', &piece);
    let visible_part = &piece[..line.unwrap_or(piece.len())];
    let (mut used, mut end) = (0, 0);
    for glyph in visible::glyphs(visible_part, End::Open) {
        let wide = width(&glyph);
        if used + wide > columns && end > 0 {
            return Some(Row { range: start..start + end, end: End::Open });
        }
        used += wide;
        end = glyph.range.end;
    }
    let whole = line.is_some() || start + piece.len() >= text.len();
    Some(Row { range: start..start + end, end: if whole { End::OfLine } else { End::Open } })
}

/// The rows of a window of this size whose first row begins at `top`.
pub fn rows(text: Text<'_>, top: usize, columns: u16, height: u16) -> Vec<Row> {
    let columns = usize::from(columns.max(1));
    let mut rows = Vec::with_capacity(height.into());
    let mut at = top;
    while rows.len() < usize::from(height) {
        let Some(row) = row_at(text, at, columns) else { break };
        at = row.next();
        rows.push(row);
    }
    rows
}

/// Where the row begins that holds the byte at `at`.
pub fn row_start(text: Text<'_>, at: usize, columns: u16) -> usize {
    let mut start = text.near_line_start(at);
    while let Some(row) = row_at(text, start, columns.max(1).into()) {
        if at < row.next() || row.next() > text.len() || row.range.is_empty() && row.end == End::Open {
            break;
        }
        start = row.next();
    }
    start
}

/// Where the row before the one that begins at `start` begins; `None` for the first row.
pub fn row_before(text: Text<'_>, start: usize, columns: u16) -> Option<usize> {
    let at = start.checked_sub(1)?;
    let near = text.near_line_start(at);
    let is_line_start = near == 0 || text.slice(near - 1..near).as_ref() == b"\n";
    // Within a very long line rows are cut from where the window stands, so that they end where it begins.
    let mut row =
        if is_line_start { near } else { start.saturating_sub(usize::from(columns.max(1)) * 4).max(near) };
    while let Some(next) = row_at(text, row, columns.max(1).into()).map(|row| row.next()) {
        if next >= start || next <= row {
            break;
        }
        row = next;
    }
    Some(row)
}

/// Where the row `count` rows after the one at `start` begins, at most the last.
pub fn row_after(text: Text<'_>, start: usize, columns: u16, count: usize) -> usize {
    let mut at = start;
    for _ in 0..count {
        match row_at(text, at, columns.max(1).into()) {
            Some(row) if row.next() <= text.len() && row.next() > at => at = row.next(),
            Some(_) | None => break,
        }
    }
    at
}

/// Moves `top` so that the row with `cursor` is within a window of `height` rows.
pub fn keep_in_view(text: Text<'_>, top: usize, cursor: usize, columns: u16, height: u16) -> usize {
    let shown = if top <= cursor { rows(text, top, columns, height) } else { Vec::new() };
    if shown.iter().any(|row| row.range.start <= cursor && cursor < row.next()) {
        return top;
    }
    let row = row_start(text, cursor, columns);
    if cursor < top || shown.is_empty() {
        return row;
    }
    // The cursor is below: its row becomes the last one.
    let mut first = row;
    for _ in 1..height {
        match row_before(text, first, columns) {
            Some(before) => first = before,
            None => break,
        }
    }
    first
}

/// The column of the byte at `at` within its row.
pub fn column_of(text: Text<'_>, row: &Row, at: usize) -> usize {
    let bytes = text.slice(row.range.clone());
    visible::glyphs(&bytes, row.end)
        .take_while(|glyph| row.range.start + glyph.range.start < at)
        .map(|g| width(&g))
        .sum()
}

/// The byte at `column` of a row; its end where the row is shorter.
pub fn byte_at_column(text: Text<'_>, row: &Row, column: usize) -> usize {
    let bytes = text.slice(row.range.clone());
    let mut used = 0;
    for glyph in visible::glyphs(&bytes, row.end) {
        used += width(&glyph);
        if used > column {
            return row.range.start + glyph.range.start;
        }
    }
    // A row that goes on has no place of its own behind its last character.
    row.range.end
}

#[cfg(test)]
mod tests {
    use super::super::next_char;
    use super::*;
    use proptest::prelude::*;

    fn texts(bytes: &[u8], columns: u16) -> Vec<String> {
        let rows = rows(Text::Bytes(bytes), 0, columns, 50);
        rows.iter().map(|row| String::from_utf8_lossy(&bytes[row.range.clone()]).into_owned()).collect()
    }

    #[test]
    fn wraps_at_the_width_of_characters() {
        assert_eq!(texts(b"abcdef\ngh", 4), ["abcd", "ef", "gh"]);
        assert_eq!(texts("日本語".as_bytes(), 5), ["日本", "語"]);
        assert_eq!(texts(b"a\xffb", 5), ["a\u{fffd}", "b"]);
        assert_eq!(texts(b"", 5), [""]);
        assert_eq!(texts(b"abcd\n", 4), ["abcd", ""]);
    }

    #[test]
    fn a_long_line_costs_what_is_shown() {
        let long = vec![b'x'; 10_000_000];
        let top = row_start(Text::Bytes(&long), 5_000_000, 100);
        assert!((4_999_900..=5_000_000).contains(&top));
        assert_eq!(rows(Text::Bytes(&long), top, 100, 3).len(), 3);
        assert_eq!(row_before(Text::Bytes(&long), top, 100), Some(top - 100));
    }

    proptest! {
        #[test]
        fn rows_follow_each_other_and_can_be_found_again(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'a')], 0..200),
            columns in 1u16..20,
        ) {
            let text = Text::Bytes(&bytes);
            let mut at = 0;
            for row in rows(text, 0, columns, 1000) {
                prop_assert_eq!(row.range.start, at);
                prop_assert_eq!(row_start(text, row.range.start, columns), row.range.start);
                at = row.next();
            }
            prop_assert_eq!(at, bytes.len() + 1);
            for at in 0..bytes.len() {
                let next = next_char(text, at);
                prop_assert!(next > at && next <= bytes.len());
            }
        }
    }
}
