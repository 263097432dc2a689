//! The body taken apart from line to line: boundaries, headers of a part, its value.

use std::ops::Range;

use memchr::memmem::Finder;

use super::header::{self, parameter};
use super::{Field, FormError, HEADER_LIMIT};
use crate::visible;

/// A body and what stands before each of its parts.
pub(super) struct Reader<'a> {
    pub(super) body: &'a [u8],
    pub(super) delimiter: &'a [u8],
}

/// A boundary with its line end.
pub(super) struct BoundaryLine {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Eq, PartialEq)]
pub(super) enum Kind {
    /// A part follows.
    Between,
    /// Nothing follows that matters.
    Closing,
}

impl Reader<'_> {
    /// The next boundary at or after `from`, which begins a line.
    pub(super) fn boundary_line(&self, finder: &Finder<'_>, from: usize) -> Option<BoundaryLine> {
        let found = finder.find_iter(&self.body[from..]).map(|at| from + at);
        found.filter(|&at| at == from || self.body[at - 1] == b'\n').find_map(|at| self.line_at(at))
    }

    /// The boundary line at `at`; `None` when the line goes on: the boundary is the beginning of some other text.
    fn line_at(&self, at: usize) -> Option<BoundaryLine> {
        let rest = &self.body[at + self.delimiter.len()..];
        let (rest, kind) = match rest.strip_prefix(b"--") {
            Some(rest) => (rest, Kind::Closing),
            None => (rest, Kind::Between),
        };
        // RFC 2046 lets a transport pad the line.
        let padding = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let end = match &rest[padding..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            [] if kind == Kind::Closing => 0,
            _ => return None,
        };
        Some(BoundaryLine { range: at..self.body.len() - rest.len() + padding + end, kind })
    }

    /// Reads the header of the part at `start`; its value reaches to the end of the body as yet.
    pub(super) fn head(&self, start: usize) -> Result<Field, FormError> {
        let header = self.header(start)?;
        let value = |name| header::value(self.body, header.range.clone(), name);
        let content_type = value(b"content-type".as_slice());
        if let Some(range) = &content_type
            && self.body[range.clone()].to_ascii_lowercase().starts_with(b"multipart/")
        {
            let found = visible::one_line(&self.body[range.clone()]);
            return Err(FormError::Nested { found, at: range.start });
        }
        let disposition = value(b"content-disposition").ok_or(FormError::NoName { at: start })?;
        let found = |name| parameter(self.body, disposition.clone(), name);
        Ok(Field {
            name: found(b"name".as_slice()).ok_or(FormError::NoName { at: start })?,
            filename: found(b"filename"),
            content_type,
            value: header.value..self.body.len(),
            header: header.range,
        })
    }

    /// Finds the blank line that ends the header at `start`.
    fn header(&self, start: usize) -> Result<Header, FormError> {
        let error = FormError::NoHeaderEnd { at: start };
        let mut at = start;
        while let Some(len) = memchr::memchr(b'\n', &self.body[at..]) {
            let line = &self.body[at..at + len];
            if matches!(line, [] | [b'\r']) {
                return Ok(Header { range: start..at, value: at + len + 1 });
            }
            at += len + 1;
            if at - start > HEADER_LIMIT || line.starts_with(self.delimiter) {
                break;
            }
        }
        Err(error)
    }

    /// Lets the file be the last thing in the bytes given, and nothing else.
    pub(super) fn open(&self, last: &Field) -> Result<(), FormError> {
        if last.is(self.body, b"file") {
            return Ok(());
        }
        let field = visible::one_line(&self.body[last.name.clone()]);
        Err(FormError::Truncated { field, at: self.body.len() })
    }
}

/// The header of a part.
struct Header {
    range: Range<usize>,
    /// Where the value begins.
    value: usize,
}

/// Where the text ends that the line end in front of a boundary follows.
pub(super) fn before_line_end(body: &[u8], range: Range<usize>) -> usize {
    let text = &body[range.clone()];
    let text = text.strip_suffix(b"\n").map_or(text, |line| line.strip_suffix(b"\r").unwrap_or(line));
    range.start + text.len()
}
