//! The request exactly as it was written: order, case, duplicates, spaces, odd escapes and invalid UTF-8 survive.
//!
//! General HTTP types repair what they read (`//a/../b` becomes `/b`, `X-AMZ-Date` becomes lower case), and what
//! they repair is usually the culprit. So a [`Request`] holds bytes, the readers ([`http`] here, `case` above) report and never
//! mend, and every canonical form is a read-only view. A [`Span`] names a place in a request; the trace, the
//! claim and the screen all speak of places in this way.

pub mod body;
pub(crate) mod damage;
pub mod editor;
pub mod error;
pub mod form;
mod framing;
pub mod http;
pub mod redact;
pub mod target;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::redact::Reveal;
use crate::visible;

pub use body::Body;
pub use error::{Notice, ReadError};
pub use target::{Pair, Target};

/// An HTTP request, byte for byte.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Request {
    /// The method as written, `GET`.
    pub method: Vec<u8>,
    /// The request target as written: `/path?query`, or an absolute URI.
    pub target: Vec<u8>,
    /// The version as written, `HTTP/1.1`; empty where the request line had none.
    pub version: Vec<u8>,
    /// The header fields in the order they were written.
    pub headers: Vec<Header>,
    /// What follows the blank line.
    pub body: Body,
}

/// One header field, as written.
#[derive(Clone, Eq, PartialEq)]
pub struct Header {
    /// The name before the colon.
    pub name: Vec<u8>,
    /// White space between the colon and the value.
    pub gap: Vec<u8>,
    /// The value up to the line's end; inner and trailing white space and folded lines included.
    pub value: Vec<u8>,
    /// Whether it is sent.
    pub switch: Switch,
}

/// Whether a header is part of the request, or kept aside by the user.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Switch {
    /// Sent, and signed where the rules say so.
    #[default]
    On,
    /// Kept in the case, not part of the request.
    Off,
}

/// A part of a request.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Part {
    /// The method.
    Method,
    /// The request target, path and query together.
    Target,
    /// The name of the header with this index in [`Request::headers`].
    HeaderName(u32),
    /// The value of the header with this index in [`Request::headers`].
    HeaderValue(u32),
    /// The body.
    Body,
}

/// A range of bytes in a part of the request.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// Which part.
    pub part: Part,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Whether a host, with a port or without, is this machine: what speaks there seldom speaks TLS.
pub(crate) fn is_loopback(host: &[u8]) -> bool {
    [&b"localhost"[..], b"127.", b"[::1]"].iter().any(|name| host.starts_with(name))
}

impl Header {
    /// A header as most programs write it: `name: value`.
    pub fn new(name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), gap: b" ".to_vec(), value: value.into(), switch: Switch::On }
    }

    /// Whether it is sent and has this name, whatever the case.
    pub fn is(&self, name: &[u8]) -> bool {
        self.switch == Switch::On && self.name.eq_ignore_ascii_case(name)
    }
}

impl Request {
    /// Whether there is no request at all, as beside evidence that stands alone.
    pub fn is_absent(&self) -> bool {
        self.method.is_empty() && self.target.is_empty() && self.headers.is_empty()
    }

    /// What `Content-Length` says, where it is a number.
    pub(crate) fn content_length(&self) -> Option<u64> {
        std::str::from_utf8(self.value(b"content-length")?).ok()?.parse().ok()
    }

    /// The headers that are sent, with their indices.
    pub fn sent(&self) -> impl Iterator<Item = (usize, &Header)> {
        self.headers.iter().enumerate().filter(|(_, header)| header.switch == Switch::On)
    }

    /// The first sent header of this name, whatever its case, and its index.
    pub fn header(&self, name: &[u8]) -> Option<(usize, &Header)> {
        self.headers.iter().enumerate().find(|(_, header)| header.is(name))
    }

    /// The value of the first sent header of this name, without white space at its ends.
    pub fn value(&self, name: &[u8]) -> Option<&[u8]> {
        self.header(name).map(|(_, header)| header.value.trim_ascii())
    }

    /// The target taken apart.
    pub fn target(&self) -> Target {
        Target::of(&self.target)
    }

    /// The host that the request names: its `Host` header, else what stands for it.
    pub fn host(&self) -> Option<&[u8]> {
        self.value(b"host").or_else(|| self.authority().map(|span| self.at(span)))
    }

    /// What stands for a `Host` header: the `:authority` of HTTP/2, else the authority of an absolute target.
    pub fn authority(&self) -> Option<Span> {
        if let Some((index, header)) = self.header(b":authority") {
            return Some(Span::new(Part::HeaderValue(index as u32), 0..header.value.len()));
        }
        self.target().authority.map(|range| Span::new(Part::Target, range))
    }

    /// The first query pair of this name, whatever its case.
    pub fn pair(&self, name: &[u8]) -> Option<Pair> {
        let named = |pair: &Pair| self.target[pair.name.clone()].eq_ignore_ascii_case(name);
        self.target().pairs(&self.target).find(named)
    }

    /// The place of the value of the first query pair of this name; of the name's end where it has no value.
    pub fn pair_value(&self, name: &[u8]) -> Option<Span> {
        let pair = self.pair(name)?;
        let end = pair.name.end;
        Some(Span::new(Part::Target, pair.value.unwrap_or(end..end)))
    }

    /// The bytes at `span`, those of the body included; nothing where the span points outside.
    pub fn slice(&self, span: Span) -> Cow<'_, [u8]> {
        match span.part {
            Part::Body => self.body.slice(span.range()),
            Part::Method | Part::Target | Part::HeaderName(_) | Part::HeaderValue(_) => self.at(span).into(),
        }
    }

    /// The bytes at `span`; nothing where the span points outside (a body is not text, and yields nothing).
    pub fn at(&self, span: Span) -> &[u8] {
        self.part(span.part).get(span.range()).unwrap_or_default()
    }

    /// The bytes of a part; for the body use [`Request::body`].
    pub fn part(&self, part: Part) -> &[u8] {
        let header = |index: u32| self.headers.get(index as usize);
        match part {
            Part::Method => &self.method,
            Part::Target => &self.target,
            Part::HeaderName(index) => header(index).map_or(&[], |h| &h.name),
            Part::HeaderValue(index) => header(index).map_or(&[], |h| &h.value),
            Part::Body => &[],
        }
    }
}

impl Span {
    /// The bytes `range` of `part`. Ranges beyond 4 GiB are cut; no reader lets one through.
    pub fn new(part: Part, range: Range<usize>) -> Self {
        let cut = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { part, start: cut(range.start), end: cut(range.end) }
    }

    /// The range in the part.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the two share a byte, or one is an empty place within the other.
    pub fn touches(self, other: Self) -> bool {
        let overlap = self.start < other.end && other.start < self.end;
        let inside = |a: Self, b: Self| a.start == a.end && b.start <= a.start && a.start <= b.end;
        self.part == other.part && (overlap || inside(self, other) || inside(other, self))
    }
}

impl fmt::Debug for Request {
    /// For failed assertions: session tokens are hidden, and the body is its length.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &visible::one_line(&self.method))
            .field("target", &visible::one_line(&redact::target(self, Reveal::Nothing)))
            .field("version", &visible::one_line(&self.version))
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish()
    }
}

impl fmt::Debug for Header {
    /// For failed assertions: session tokens are hidden.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, value) = (visible::one_line(&self.name), redact::value(self, Reveal::Nothing));
        write!(f, "{:?} {name}:{}{}", self.switch, visible::one_line(&self.gap), visible::one_line(&value))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Method => f.write_str("method"),
            Part::Target => f.write_str("target"),
            Part::HeaderName(index) => write!(f, "name of header {}", index + 1),
            Part::HeaderValue(index) => write!(f, "value of header {}", index + 1),
            Part::Body => f.write_str("body"),
        }
    }
}
