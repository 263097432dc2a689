//! One entry of an archive, read from its JSON.
//!
//! Browsers write headers of HTTP/2 with a colon before their names; those are no headers and say only the host.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Entry;
use crate::case::Format;
use crate::case::url::split;
use crate::request::http::is_token_byte;
use crate::request::{Header, Notice, ReadError, Request};
use crate::time::Timestamp;

/// Reads an entry; `number`, counted from one, is for what is said of it.
pub(super) fn one(entry: &Value, number: usize) -> Result<Entry, ReadError> {
    let string = |path: &str| entry.pointer(path).and_then(Value::as_str);
    let missing = |name: &str| ReadError::new(format!("{name} in entry {number} of the HAR file"), "none");
    let method = string("/request/method").ok_or_else(|| missing("request.method"))?;
    let url = string("/request/url").ok_or_else(|| missing("request.url"))?;
    let mut notices = Vec::new();
    let mut headers = headers(entry.pointer("/request/headers"), &mut notices);
    let (host, target) = split(url).ok_or_else(|| missing("an absolute request.url"))?;
    let broken = |what: &str| {
        ReadError::new(
            format!("{what} without white space and control characters"),
            format!("some in entry {number} of the HAR file"),
        )
    };
    if !method.bytes().all(is_token_byte) || method.is_empty() {
        return Err(broken("a request.method"));
    }
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(broken("a request.url"));
    }
    if headers.iter().any(|header| {
        !header.name.iter().copied().all(is_token_byte)
            || header.value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t')
    }) {
        return Err(broken("headers"));
    }
    if !headers.iter().any(|header| header.is(b"host")) {
        headers.insert(0, Header::new("Host", host));
        notices.push(Notice("There is no Host header: it was taken from :authority or the URL.".into()));
    }
    let version = string("/request/httpVersion").unwrap_or_default();
    let version = if version.starts_with("HTTP/1") { version } else { "HTTP/1.1" };
    let body = body(entry.pointer("/request/postData"), &mut notices);
    let clock = date(entry.pointer("/response/headers")).or_else(|| {
        let started = string("/startedDateTime")?;
        Timestamp::from_unix(chrono::DateTime::parse_from_rfc3339(started).ok()?.timestamp())
    });
    Ok(Entry {
        request: Request {
            method: method.into(),
            target: target.into(),
            version: version.into(),
            headers,
            body: body.into(),
        },
        format: Format::Har,
        status: entry.pointer("/response/status").and_then(Value::as_u64).filter(|status| *status > 0),
        answer: content(entry.pointer("/response/content")),
        clock,
        notices,
    })
}

fn headers(list: Option<&Value>, notices: &mut Vec<Notice>) -> Vec<Header> {
    let mut headers = Vec::new();
    for header in list.and_then(Value::as_array).into_iter().flatten() {
        let string = |name: &str| header.get(name).and_then(Value::as_str).unwrap_or_default();
        match (string("name"), string("value")) {
            (":authority", value) => headers.insert(0, Header::new("Host", value.trim_start())),
            (name, _) if name.starts_with(':') || name.is_empty() => {}
            (name, value) => headers.push(Header::new(name, value.trim_start())),
        }
    }
    if headers.is_empty() {
        notices.push(Notice(
            "The HAR file holds no headers: some browsers leave them out when they export.".into(),
        ));
    }
    headers
}

/// The body as it was sent; some tools write its parameters only.
fn body(data: Option<&Value>, notices: &mut Vec<Notice>) -> Vec<u8> {
    let Some(data) = data else { return Vec::new() };
    let text = content(Some(data));
    let params = data.get("params").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if !text.is_empty() || params.is_empty() {
        return text;
    }
    notices.push(Notice(
        "The body was put together from parameters, as the HAR file holds no text: its bytes may differ."
            .into(),
    ));
    let encode = |value: Option<&Value>| {
        let bytes = value.and_then(Value::as_str).unwrap_or_default();
        percent_encoding::utf8_percent_encode(bytes, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pairs: Vec<String> = params
        .iter()
        .map(|param| format!("{}={}", encode(param.get("name")), encode(param.get("value"))))
        .collect();
    pairs.join("&").into_bytes()
}

/// A text of the archive, which may be in base64.
fn content(content: Option<&Value>) -> Vec<u8> {
    let Some(text) = content.and_then(|content| content.get("text")).and_then(Value::as_str) else {
        return Vec::new();
    };
    let encoding = content.and_then(|content| content.get("encoding")).and_then(Value::as_str);
    match encoding {
        Some("base64") => STANDARD.decode(text).unwrap_or_else(|_| text.into()),
        Some(_) | None => text.into(),
    }
}

/// The Date header of an answer.
fn date(headers: Option<&Value>) -> Option<Timestamp> {
    let headers = headers?.as_array()?.iter();
    let named = |header: &&Value| {
        header.get("name").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case("date"))
    };
    let value = headers.into_iter().find(named)?.get("value")?.as_str()?;
    Timestamp::parse(value.as_bytes()).ok().map(|(instant, _)| instant)
}
