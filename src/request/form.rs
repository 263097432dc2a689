//! A `multipart/form-data` body taken apart as it was sent, as ranges: what a browser posts to S3.
//!
//! The grammar is that of RFC 7578 and RFC 2046, 5.1. Nothing is repaired: names keep their escapes, values every
//! byte, and lines may end with LF alone. What reads a form decides what a field means.

mod header;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem::Finder;

use super::{Part, Request, Span};
use crate::visible;
use header::{parameter, unescape};

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

/// A body and what stands before each of its parts.
struct Reader<'a> {
    body: &'a [u8],
    delimiter: &'a [u8],
}

/// A boundary with its line end.
struct BoundaryLine {
    range: Range<usize>,
    kind: Kind,
}

#[derive(Eq, PartialEq)]
enum Kind {
    /// A part follows.
    Between,
    /// Nothing follows that matters.
    Closing,
}

impl Reader<'_> {
    /// The next boundary at or after `from`, which begins a line.
    fn boundary_line(&self, finder: &Finder<'_>, from: usize) -> Option<BoundaryLine> {
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
    fn head(&self, start: usize) -> Result<Field, FormError> {
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
    fn open(&self, last: &Field) -> Result<(), FormError> {
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
fn before_line_end(body: &[u8], range: Range<usize>) -> usize {
    let text = &body[range.clone()];
    let text = text.strip_suffix(b"\n").map_or(text, |line| line.strip_suffix(b"\r").unwrap_or(line));
    range.start + text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: &str = "Content-Disposition: form-data; name=\"acl\"\r\n\r\n";

    fn form(body: &str) -> Result<Form, FormError> {
        read(b"----cap9876", body.as_bytes())
    }

    fn error(body: &str) -> (usize, String) {
        let error = form(body).unwrap_err();
        (error.at(), error.to_string())
    }

    fn values<'a>(form: &Form, body: &'a str) -> Vec<(&'a str, &'a str)> {
        form.fields.iter().map(|field| (&body[field.name.clone()], &body[field.value.clone()])).collect()
    }

    #[test]
    fn finds_the_boundary() {
        let found =
            |text: &str| boundary(text.as_bytes()).map(|found| found.map(|b| String::from_utf8(b).unwrap()));
        assert_eq!(
            found("multipart/form-data; boundary=9431149156168"),
            Some(Ok("9431149156168".to_owned()))
        );
        assert_eq!(
            found("Multipart/Form-Data;charset=utf-8;BOUNDARY=\"a;b\\\"\" ; x=y"),
            Some(Ok("a;b\"".to_owned()))
        );
        assert_eq!(found("application/x-www-form-urlencoded; boundary=x"), None);
        assert_eq!(found("multipart/mixed; boundary=x"), None);
        for text in
            ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; x=\"boundary=y\""]
        {
            assert_eq!(found(text), Some(Err(FormError::NoBoundary { at: 19 })), "{text}");
        }
        assert_eq!(
            FormError::NoBoundary { at: 19 }.to_string(),
            "expected `boundary=` with a value, but found none in the Content-Type"
        );
    }

    #[test]
    fn reads_what_boto3_posts() {
        let body = "------cap9876\r\nContent-Disposition: form-data; name=\"acl\"\r\n\r\nprivate\r\n\
                    ------cap9876\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nuploads/${filename}\r\n\
                    ------cap9876\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
                    Content-Type: text/plain\r\n\r\nhello\r\n------cap9876--\r\n";
        let form = form(body).unwrap();
        assert_eq!(
            values(&form, body),
            [("acl", "private"), ("key", "uploads/${filename}"), ("file", "hello")]
        );
        assert_eq!(form.end, End::Closed);
        assert_eq!(form.before_file(body.as_bytes()).len(), 2);
        let file = form.field(body.as_bytes(), b"File").unwrap();
        assert_eq!(&body[file.filename.clone().unwrap()], "a.txt");
        assert_eq!(&body[file.content_type.clone().unwrap()], "text/plain");
        assert!(body[file.header.clone()].ends_with("\r\nContent-Type: text/plain\r\n"));
    }

    #[test]
    fn lines_may_end_with_lf_alone() {
        let body = "------cap9876\ncontent-disposition: form-data; name=acl\n\nprivate\r\n\n------cap9876--";
        assert_eq!(values(&form(body).unwrap(), body), [("acl", "private\r\n")]);
    }

    #[test]
    fn keeps_every_byte_of_a_value() {
        for value in ["", "\r\n", "\r", " a \n", "------cap98765", "x------cap9876\r\n", "------cap9876--x"] {
            let body = format!("------cap9876\r\n{FIELD}{value}\r\n------cap9876--\r\n");
            assert_eq!(values(&form(&body).unwrap(), &body), [("acl", value)]);
        }
    }

    #[test]
    fn passes_over_preamble_padding_and_epilogue() {
        let body =
            format!("hello\r\n------cap9876 \t\r\n{FIELD}private\r\n------cap9876-- \r\n------cap9876\r\n");
        assert_eq!(values(&form(&body).unwrap(), &body), [("acl", "private")]);
        assert_eq!(form("------cap9876--").unwrap(), Form { fields: vec![], end: End::Closed });
    }

    #[test]
    fn a_value_may_be_missing_with_its_line_end() {
        let body = format!("------cap9876\r\n{FIELD}------cap9876--");
        assert_eq!(values(&form(&body).unwrap(), &body), [("acl", "")]);
    }

    #[test]
    fn names_keep_their_escapes() {
        let header =
            "CONTENT-DISPOSITION: form-data;\r\n filename=\"a\\\"; name=b%22.txt\" ; NAME = \"file\"";
        let body = format!("------cap9876\r\n{header}\r\n\r\n\r\n------cap9876--");
        let form = form(&body).unwrap();
        assert_eq!(&body[form.fields[0].name.clone()], "file");
        assert_eq!(&body[form.fields[0].filename.clone().unwrap()], "a\\\"; name=b%22.txt");
    }

    #[test]
    fn only_the_file_may_be_open() {
        let body = "------cap9876\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhel\r\n------cap98";
        let form = form(body).unwrap();
        assert_eq!((form.end, values(&form, body)), (End::Open, vec![("file", "hel\r\n------cap98")]));
        let body = format!("------cap9876\r\n{FIELD}private\r\n");
        let message = "expected a boundary after the field `acl`, but found the end of the body at byte 71";
        assert_eq!(error(&body), (70, message.to_owned()));
    }

    #[test]
    fn says_what_is_no_form() {
        let message = "expected the boundary line `------cap9876`, but found none in the body";
        for body in ["", "x------cap9876\r\n", "------cap9876"] {
            assert_eq!(error(body), (0, message.to_owned()));
        }
        let message =
            "expected `Content-Disposition: form-data` with a name, but found none in the part at byte 16";
        for header in
            ["", "Content-Type: text/plain\r\n", "Content-Disposition: form-data; filename=\"a\"\r\n"]
        {
            let body = format!("------cap9876\r\n{header}\r\nx\r\n------cap9876--");
            assert_eq!(error(&body), (15, message.to_owned()));
        }
    }

    #[test]
    fn a_header_must_end() {
        let message =
            "expected a blank line after 16 KiB of headers at most, but found none in the part at byte 16";
        let long = format!("X: {}\r\n", "x".repeat(HEADER_LIMIT));
        for header in [&long, "", &FIELD[..FIELD.len() - 2], &"X:\r\n".repeat(5000)] {
            let body = format!("------cap9876\r\n{header}------cap9876--\r\n\r\n");
            assert_eq!(error(&body), (15, message.to_owned()));
        }
    }

    #[test]
    fn a_multipart_in_a_part_is_refused() {
        let body = "------cap9876\r\nContent-Disposition: form-data; name=\"file\"\r\n\
                    Content-Type: Multipart/mixed; boundary=x\r\n\r\n--x--\r\n------cap9876--";
        let (at, message) = error(body);
        assert_eq!(&body[at..at + 15], "Multipart/mixed");
        assert_eq!(
            message,
            "expected a part that holds one value, but found `Multipart/mixed; boundary=x` at byte 75"
        );
    }

    #[test]
    fn takes_a_thousand_parts() {
        let part = format!("------cap9876\r\n{FIELD}\r\n");
        let body = format!("{}------cap9876--", part.repeat(PART_LIMIT));
        assert_eq!(form(&body).unwrap().fields.len(), 1000);
        let (at, message) = error(&format!("{part}{body}"));
        assert_eq!(message, format!("expected at most 1000 parts, but found one more at byte {}", at + 1));
    }
}
