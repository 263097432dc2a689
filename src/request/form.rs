//! A `multipart/form-data` body taken apart as it was sent, as ranges: what a browser posts to S3.
//!
//! The grammar is that of RFC 7578 and RFC 2046, 5.1. Nothing is repaired: names keep their escapes, values every
//! byte, and lines may end with LF alone. What reads a form decides what a field means.

mod header;
mod reader;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem::Finder;

use super::{Part, Request, Span};
use crate::visible;
use header::{parameter, unescape};
use reader::{Kind, Reader, before_line_end};

/// A form, as places in the body that it was read from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Form {
    /// Its fields in the order they were sent.
    pub fields: Vec<Field>,
    /// Whether the closing boundary was there.
    pub end: End,
}

/// One part of a form, as ranges of the body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
    /// The name, without its quotes and with its escapes.
    pub name: Range<usize>,
    /// The file name, likewise.
    pub filename: Option<Range<usize>>,
    /// The value of the part's own `Content-Type`.
    pub content_type: Option<Range<usize>>,
    /// The value, without the line end that belongs to the boundary after it.
    pub value: Range<usize>,
    /// The lines of the part's header, without the blank line after them.
    pub header: Range<usize>,
}

/// How the bytes of a form end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// With the closing boundary.
    Closed,
    /// Within the file: these are the first bytes of a larger body.
    Open,
}

/// Why a body cannot be read as a form. Offsets count bytes from zero; messages count from one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FormError {
    /// The Content-Type names no boundary; the offset is one of its value.
    #[error("expected `boundary=` with a value, but found none in the Content-Type")]
    NoBoundary {
        /// Where it was looked for last.
        at: usize,
    },
    /// The body has no line that begins with the boundary.
    #[error("expected the boundary line `--{boundary}`, but found none in the body")]
    NoFirstBoundary {
        /// The boundary of the Content-Type.
        boundary: String,
    },
    /// The header of a part gives no name.
    #[error("expected `Content-Disposition: form-data` with a name, but found none in the part at byte {}", .at + 1)]
    NoName {
        /// Where the part begins.
        at: usize,
    },
    /// The header of a part does not end, or is longer than [`HEADER_LIMIT`].
    #[error("expected a blank line after 16 KiB of headers at most, but found none in the part at byte {}", .at + 1)]
    NoHeaderEnd {
        /// Where the part begins.
        at: usize,
    },
    /// More parts than [`PART_LIMIT`].
    #[error("expected at most {PART_LIMIT} parts, but found one more at byte {}", .at + 1)]
    TooManyParts {
        /// Where the first one too many begins.
        at: usize,
    },
    /// A part is a multipart of its own, which S3 refuses.
    #[error("expected a part that holds one value, but found `{found}` at byte {}", .at + 1)]
    Nested {
        /// The part's Content-Type.
        found: String,
        /// Where it stands.
        at: usize,
    },
    /// The bytes end within a part that is no file.
    #[error("expected a boundary after the field `{field}`, but found the end of the body at byte {}", .at + 1)]
    Truncated {
        /// The name of the field.
        field: String,
        /// The end of the body.
        at: usize,
    },
}

/// No part may have more bytes of headers.
pub const HEADER_LIMIT: usize = 16 << 10;

/// No form may have more parts.
pub const PART_LIMIT: usize = 1000;

/// The boundary in the value of a `Content-Type`; `None` when the type is not `multipart/form-data`.
///
/// # Errors
///
/// When the type is right and its `boundary` parameter is missing or empty.
pub fn boundary(content_type: &[u8]) -> Option<Result<Vec<u8>, FormError>> {
    let end = memchr::memchr(b';', content_type).unwrap_or(content_type.len());
    if !content_type[..end].trim_ascii().eq_ignore_ascii_case(b"multipart/form-data") {
        return None;
    }
    let found = parameter(content_type, 0..content_type.len(), b"boundary").filter(|range| !range.is_empty());
    Some(found.map(|range| unescape(&content_type[range])).ok_or(FormError::NoBoundary { at: end }))
}

/// What S3 reads of a form: the file behind the fields may be of any length.
pub(crate) const READ: usize = 1 << 20;

/// The form of a request that sends one.
pub(crate) struct Sent<'a> {
    /// The first bytes of the body.
    pub(crate) body: Cow<'a, [u8]>,
    /// Where the fields stand in them.
    pub(crate) form: Form,
}

/// Whether the type of a request is that of a form.
pub(crate) fn is_one(request: &Request) -> bool {
    request.value(b"content-type").and_then(boundary).is_some()
}

/// Whether the type of a request is that of parameters laid out as a query.
pub(crate) fn is_laid_out_as_query(request: &Request) -> bool {
    let kind = request.value(b"content-type").and_then(|kind| kind.split(|b| *b == b';').next());
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded"))
}

/// Reads the form of a request; `None` when its type is another.
pub(crate) fn sent(request: &Request) -> Option<Result<Sent<'_>, FormError>> {
    let boundary = boundary(request.value(b"content-type")?)?;
    let body = request.body.slice(0..READ);
    Some(boundary.and_then(|boundary| Ok(Sent { form: read(&boundary, &body)?, body })))
}

impl Sent<'_> {
    /// The place of the value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<Span> {
        let field = self.form.field(&self.body, name.as_bytes())?;
        Some(Span::new(Part::Body, field.value.clone()))
    }

    /// The bytes of a place in it.
    pub(crate) fn text(&self, span: Span) -> &[u8] {
        &self.body[span.range()]
    }
}

/// Reads a body whose parts stand between lines `--boundary`. What precedes the first and follows the last is passed over.
///
/// The closing boundary may be missing when the last field is `file`, so that the first bytes of a large body will do.
///
/// # Errors
///
/// When there is no part, or one that is not as [`FormError`] expects.
pub fn read(boundary: &[u8], body: &[u8]) -> Result<Form, FormError> {
    let reader = Reader { body, delimiter: &[b"--", boundary].concat() };
    let finder = Finder::new(reader.delimiter);
    let missing = || FormError::NoFirstBoundary { boundary: visible::one_line(boundary) };
    let mut line = reader.boundary_line(&finder, 0).ok_or_else(missing)?;
    let mut fields = Vec::new();
    while line.kind == Kind::Between {
        if fields.len() == PART_LIMIT {
            return Err(FormError::TooManyParts { at: line.range.end });
        }
        let mut field = reader.head(line.range.end)?;
        let Some(next) = reader.boundary_line(&finder, field.value.start) else {
            reader.open(&field)?;
            fields.push(field);
            return Ok(Form { fields, end: End::Open });
        };
        field.value.end = before_line_end(body, field.value.start..next.range.start);
        fields.push(field);
        line = next;
    }
    Ok(Form { fields, end: End::Closed })
}

impl Form {
    /// The first field of this name, whatever its case. `body` is what the form was read from.
    pub fn field(&self, body: &[u8], name: &[u8]) -> Option<&Field> {
        self.fields.iter().find(|field| field.is(body, name))
    }

    /// The fields before `file`: S3 ignores what comes after it.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
    pub fn before_file(&self, body: &[u8]) -> &[Field] {
        let file = self.fields.iter().position(|field| field.is(body, b"file"));
        &self.fields[..file.unwrap_or(self.fields.len())]
    }
}

impl Field {
    /// Whether it has this name, whatever the case.
    pub fn is(&self, body: &[u8], name: &[u8]) -> bool {
        body[self.name.clone()].eq_ignore_ascii_case(name)
    }
}

impl FormError {
    /// The byte at fault, counted from zero: of the Content-Type for a missing boundary parameter, of the body otherwise.
    pub fn at(&self) -> usize {
        match self {
            Self::NoFirstBoundary { .. } => 0,
            Self::NoBoundary { at }
            | Self::NoName { at }
            | Self::NoHeaderEnd { at }
            | Self::TooManyParts { at }
            | Self::Nested { at, .. }
            | Self::Truncated { at, .. } => *at,
        }
    }
}

#[cfg(test)]
mod tests;
