//! What the gateway answers, as the service would: so that SDKs show their users what AWS would make them show.

mod form;
mod refusal;
mod success;

use std::borrow::Cow;

use bytes::Bytes;
use http_body_util::Full;
use hyper::StatusCode;
use hyper::header::HeaderValue;

pub(super) use form::Protocol;
pub(super) use refusal::{Refused, refuse};
pub(super) use success::succeed;

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, Cow<'static, str>)>,
    pub(super) body: Cow<'static, [u8]>,
}

impl Answer {
    fn new(status: u16, content_type: impl Into<Cow<'static, str>>, body: impl IntoBody) -> Self {
        let mut headers = Vec::with_capacity(4);
        headers.push(("content-type", content_type.into()));
        Self { status, headers, body: body.into_body() }
    }

    /// No more than a status.
    fn empty(status: u16) -> Self {
        Self { status, headers: Vec::with_capacity(4), body: Cow::Borrowed(&[]) }
    }

    fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A line of text for what is no matter of a service: a limit, or a fault of the transport.
    pub(super) fn line(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{text}\n"))
    }

    /// The same, after which the connection ends.
    pub(super) fn last(status: u16, text: &str) -> Self {
        Self::line(status, text).with("connection", "close")
    }

    /// As hyper wants it.
    pub(super) fn into_http(self) -> hyper::Response<Full<Bytes>> {
        let body = match self.body {
            Cow::Borrowed(body) => Bytes::from_static(body),
            Cow::Owned(body) => Bytes::from(body),
        };
        let mut response = hyper::Response::new(Full::new(body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        let headers = response.headers_mut();
        headers.insert("server", HeaderValue::from_static("countersign"));
        for (name, value) in self.headers {
            let value = match value {
                Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
                Cow::Owned(value) => HeaderValue::try_from(value),
            };
            // What comes from outside, such as a target, may hold bytes that no header takes.
            if let Ok(value) = value {
                headers.insert(name, value);
            }
        }
        response
    }

    /// As it stands on the wire, for a connection that hyper has given up.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let reason = StatusCode::from_u16(self.status).ok().and_then(|code| code.canonical_reason());
        let mut out = format!("HTTP/1.1 {} {}\r\n", self.status, reason.unwrap_or_default()).into_bytes();
        for (name, value) in &self.headers {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        out.extend_from_slice(format!("content-length: {}\r\n\r\n", self.body.len()).as_bytes());
        out.extend_from_slice(&self.body);
        out
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
        assert!(text.starts_with("HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain"), "{text}");
        assert!(text.ends_with("connection: close\r\ncontent-length: 9\r\n\r\ntoo slow\n"), "{text}");
    }
}
