//! What the gateway answers, as the service would: so that SDKs show their users what AWS would make them show.

pub(super) mod cors;
mod form;
mod lists;
mod refusal;
mod s3;
mod sqs;
mod success;

use std::borrow::Cow;

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::StatusCode;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::relay::{self, Reply};
use super::store::{Content, Piece};

pub(super) use form::Protocol;
pub(super) use refusal::{Refused, refuse};
pub(super) use success::{Granted, succeed};

/// The id of an exchange, as S3 and all others name it.
const S3_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// The machine that answered.
const S3_HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) body: Cow<'static, [u8]>,
    /// What follows the body, of a content that does not lie in one piece of memory.
    pub(super) long: Vec<Piece>,
}

impl Answer {
    fn new(status: u16, content_type: impl Into<Cow<'static, str>>, body: impl IntoBody) -> Self {
        let answer = Self::empty(status).with(header::CONTENT_TYPE, content_type);
        Self { body: body.into_body(), ..answer }
    }

    /// No more than a status.
    fn empty(status: u16) -> Self {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::SERVER, HeaderValue::from_static("countersign"));
        Self { status, headers, body: Cow::Borrowed(&[]), long: Vec::new() }
    }

    /// The content of an object.
    fn of(status: u16, content_type: &'static str, content: Content) -> Self {
        match content.at_hand() {
            Some(bytes) => Self::new(status, content_type, bytes.to_vec()),
            None => Self { long: content.into_pieces(), ..Self::new(status, content_type, "") },
        }
    }

    /// A value from outside, such as a target, may hold bytes that no header takes: then there is no header.
    fn with(mut self, name: HeaderName, value: impl Into<Cow<'static, str>>) -> Self {
        let value = match value.into() {
            Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            Cow::Owned(value) => HeaderValue::try_from(value),
        };
        if let Ok(value) = value {
            self.headers.insert(name, value);
        }
        self
    }

    /// A line of text for what is no matter of a service: a limit, or a fault of the transport.
    pub(super) fn line(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{text}\n"))
    }

    /// The same, after which the connection ends.
    pub(super) fn last(status: u16, text: &str) -> Self {
        Self::line(status, text).with(header::CONNECTION, "close")
    }

    /// As hyper wants it.
    pub(super) fn into_http(self) -> hyper::Response<Reply> {
        let body = match self.body {
            Cow::Borrowed(body) => Bytes::from_static(body),
            Cow::Owned(body) => Bytes::from(body),
        };
        let mut response = hyper::Response::new(match self.long.is_empty() {
            true => Either::Left(Full::new(body)),
            false => relay::of_pieces(self.long),
        });
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        *response.headers_mut() = self.headers;
        response
    }

    /// As it stands on the wire, for a connection that hyper has given up.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let reason = StatusCode::from_u16(self.status).ok().and_then(|code| code.canonical_reason());
        let mut out = format!("HTTP/1.1 {} {}\r\n", self.status, reason.unwrap_or_default()).into_bytes();
        write_fields(&self.headers, &mut out);
        out.extend_from_slice(format!("content-length: {}\r\n\r\n", self.body.len()).as_bytes());
        out.extend_from_slice(&self.body);
        out
    }
}

/// Header fields as HTTP/1.1 has them.
pub(super) fn write_fields(headers: &HeaderMap, out: &mut Vec<u8>) {
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            out.extend_from_slice(part);
        }
    }
}

/// What can be a body.
trait IntoBody {
    fn into_body(self) -> Cow<'static, [u8]>;
}

impl IntoBody for &'static str {
    fn into_body(self) -> Cow<'static, [u8]> {
        Cow::Borrowed(self.as_bytes())
    }
}

impl IntoBody for String {
    fn into_body(self) -> Cow<'static, [u8]> {
        Cow::Owned(self.into_bytes())
    }
}

impl IntoBody for Vec<u8> {
    fn into_body(self) -> Cow<'static, [u8]> {
        Cow::Owned(self)
    }
}

/// Text in XML.
fn escaped(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// `<name>text</name>`.
fn element(name: &str, text: &[u8]) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

/// The number of an exchange as the id that an answer carries.
fn request_id(number: u64) -> String {
    format!("{number:016X}")
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_element() {
        assert_eq!(element("Key", b"a<b>&\"c\r\x1b\n"), "<Key>a&lt;b&gt;&amp;&quot;c&#13;&#27;\n</Key>");
    }

    #[test]
    fn an_answer_on_the_wire_has_its_length() {
        let bytes = Answer::last(408, "too slow").into_bytes();
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.starts_with(
                "HTTP/1.1 408 Request Timeout\r\nserver: countersign\r\ncontent-type: text/plain"
            ),
            "{text}"
        );
        assert!(text.ends_with("connection: close\r\ncontent-length: 9\r\n\r\ntoo slow\n"), "{text}");
    }
}
