//! A text of any size to look at, be it a stage or a body: where its lines and characters begin, and the rows of a window onto it.

mod rows;

use std::borrow::Cow;
use std::ops::Range;

use crate::rope::Rope;
use crate::visible::{self, End};

pub use rows::{Row, byte_at_column, column_of, keep_in_view, row_after, row_before, row_start, rows, width};

/// How far back the begin of a line is sought; a longer line is cut into rows from where the window stands.
const LOOK_BACK: usize = 8192;

/// A text to look at.
#[derive(Clone, Copy)]
pub enum Text<'a> {
    /// A stage.
    Bytes(&'a [u8]),
    /// A body.
    Rope(&'a Rope),
}

impl<'a> Text<'a> {
    /// Number of bytes.
    pub fn len(self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Rope(rope) => rope.len(),
        }
    }

    /// Whether there are no bytes.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The bytes of `range`, cut to what is there.
    pub fn slice(self, range: Range<usize>) -> Cow<'a, [u8]> {
        match self {
            Self::Bytes(bytes) => {
                let end = range.end.min(bytes.len());
                Cow::Borrowed(&bytes[range.start.min(end)..end])
            }
            Self::Rope(rope) => rope.slice(range),
        }
    }

    /// Where the line that holds `at` begins, or a place not far before `at` when the line is very long.
    fn near_line_start(self, at: usize) -> usize {
        let low = at.saturating_sub(LOOK_BACK);
        memchr::memrchr(b'\n', &self.slice(low..at)).map_or(low, |found| low + found + 1)
    }

    /// Where the line that holds `at` ends: its LF, or the end of the text.
    pub fn line_end(self, at: usize) -> usize {
        let mut from = at;
        loop {
            let piece = self.slice(from..from + LOOK_BACK);
            match memchr::memchr(b'\n', &piece) {
                Some(found) => return from + found,
                None if piece.len() < LOOK_BACK => return self.len(),
                None => from += piece.len(),
            }
        }
    }

    /// Where the line that holds `at` begins.
    pub fn line_start(self, at: usize) -> usize {
        let mut from = at;
        loop {
            let start = self.near_line_start(from);
            if start == 0 || self.slice(start - 1..start).as_ref() == b"\n" {
                return start;
            }
            from = start;
        }
    }
}

/// The begin of the character after the one at `at`.
pub fn next_char(text: Text<'_>, at: usize) -> usize {
    let piece = text.slice(at..at + 8);
    match piece.first() {
        None => at,
        Some(b'\n') => at + 1,
        Some(_) => visible::glyphs(&piece, End::Open).next().map_or(at, |glyph| at + glyph.range.end),
    }
}

/// The begin of the character before `at`.
pub fn previous_char(text: Text<'_>, at: usize) -> usize {
    let low = at.saturating_sub(4);
    let piece = text.slice(low..at);
    for start in (0..piece.len()).rev() {
        let whole = std::str::from_utf8(&piece[start..]).is_ok_and(|text| text.chars().count() == 1);
        if whole {
            return low + start;
        }
    }
    at.saturating_sub(1)
}
