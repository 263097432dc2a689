//! A capture as one line of JSON: what `--headless` prints, and what a folder's index holds.

use chrono::SecondsFormat;
use serde_json::{Map, Value};

use super::capture::{By, Capture, Presented};
use crate::report::{Reveal, redact};

/// What the search for the mistake of a mismatch came to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Searched {
    /// The IDs of the causes that reproduce the signature.
    pub cause: Option<String>,
    /// How far it went.
    pub search: Search,
}

/// How far a search went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Search {
    /// A cause was found, or every single change was tried.
    Whole,
    /// Its time was up before.
    Cut,
}

impl Search {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Cut => "cut",
        }
    }
}

/// The fields in their order, with what each says: the help is written from here.
pub const FIELDS: &[(&str, &str)] = &[
    ("number", "counted from one"),
    ("time", "when the head was whole, UTC"),
    ("client", "address and port, or null"),
    ("wire", "http, https or h2"),
    ("method", "as it came"),
    ("target", "as it came, session tokens hidden"),
    ("host", "Host or :authority, or null"),
    ("bytes", "of the body, with its frames"),
    ("scheme", "the algorithm, or null where no signature can be read"),
    ("access_key_id", "or null"),
    ("scope", "the credential scope, or null"),
    ("verdict", "match, mismatch, rejected, unreadable, or preflight: a browser asks what it may send"),
    ("check", "the check that failed, token, replay, host, resign, or null"),
    ("detail", "what was expected and found, or null"),
    (
        "cause",
        "with --headless, of a mismatch: the ids of the mistake that reproduces the signature, or null",
    ),
    ("search", "whole, or cut: the time for it was up before a cause was found; null where none was made"),
    ("replay_of", "number of the request that first signed the same, or null"),
    ("status", "of the answer, or null"),
    ("answered_by", "gateway or upstream, or null"),
    ("took_ms", "from the head to the answer"),
    ("lost", "what of it was not kept, and why, or null"),
];

/// A capture as a JSON object, and what the search for its mistake came to, where there was one.
pub fn json(capture: &Capture, searched: Option<&Searched>) -> Value {
    let request = capture.request();
    let text = |bytes: &[u8]| Value::from(String::from_utf8_lossy(bytes).into_owned());
    let target = request.as_ref().map(|own| redact::target(own, Reveal::Nothing)).unwrap_or_default();
    let presented = request.as_ref().and_then(Presented::of);
    let presented = presented.as_ref();
    let answer = capture.answer.as_ref();
    let value = |name: &str| match name {
        "number" => capture.number.into(),
        "time" => capture.at.to_rfc3339_opts(SecondsFormat::Millis, true).into(),
        "client" => capture.client.map(|client| client.to_string()).into(),
        "wire" => capture.wire.name().into(),
        // Of what is no request, nothing is known to be one.
        "method" => request.as_ref().map_or(Value::Null, |own| text(&own.method)),
        "target" => request.as_ref().map_or(Value::Null, |_| text(&target)),
        "host" => request
            .as_ref()
            .and_then(|request| request.host())
            .map_or(Value::Null, |host| text(&redact::named(b"host", host, Reveal::Nothing))),
        "bytes" => capture.body.len().into(),
        "scheme" => presented.map(|own| own.scheme).into(),
        "access_key_id" => presented.map(|own| own.access_key_id.as_str()).into(),
        "scope" => presented.map(|own| own.scope.as_str()).filter(|scope| !scope.is_empty()).into(),
        "verdict" => capture.outcome.name().into(),
        "check" => capture.outcome.check().map(|stop| stop.name()).into(),
        "detail" => capture.outcome.detail().into(),
        "cause" => searched.and_then(|searched| searched.cause.as_deref()).into(),
        "search" => searched.map(|searched| searched.search.name()).into(),
        "replay_of" => capture.replay_of.into(),
        "status" => answer.map(|answer| answer.status).into(),
        "answered_by" => answer.map(|answer| answer.by.name()).into(),
        "took_ms" => (capture.took.as_micros() as f64 / 1000.0).into(),
        "lost" => capture.lost.as_deref().into(),
        _ => Value::Null,
    };
    let fields = FIELDS.iter().map(|(name, _)| ((*name).to_owned(), value(name)));
    Value::Object(fields.collect::<Map<_, _>>())
}

impl By {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Upstream => "upstream",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::capture::tests::capture;
    use super::super::capture::{Outcome, Refusal, Stop};
    use super::*;
    use crate::verify::CheckId;

    #[test]
    fn a_line_has_every_field_and_no_token() {
        let head = "GET /k?X-Amz-Security-Token=hunter2&a=b HTTP/1.1\r\nHost: h\r\n\r\n";
        let detail = "expected a, but found b".to_owned();
        let outcome = Outcome::Mismatch(Refusal { check: Stop::Check(CheckId::Signature), detail });
        let searched = Searched { cause: Some("secret-space".into()), search: Search::Whole };
        let value = json(&capture(7, head, b"abc", outcome), Some(&searched));
        assert_eq!(
            value.to_string(),
            "{\"number\":7,\"time\":\"1970-01-01T00:00:00.000Z\",\"client\":\"127.0.0.1:4242\",\"wire\":\"http\",\
             \"method\":\"GET\",\"target\":\"/k?X-Amz-Security-Token=[hidden, 7 bytes]&a=b\",\"host\":\"h\",\"bytes\":3,\
             \"scheme\":null,\"access_key_id\":null,\"scope\":null,\"verdict\":\"mismatch\",\"check\":\"signature\",\
             \"detail\":\"expected a, but found b\",\"cause\":\"secret-space\",\"search\":\"whole\",\"replay_of\":null,\"status\":200,\"answered_by\":\"gateway\",\
             \"took_ms\":1.5,\"lost\":null}"
        );
    }

    #[test]
    fn what_never_became_a_request_has_no_method() {
        let value = json(&capture(1, "hello world\r\n", b"", Outcome::Unreadable("why".into())), None);
        assert_eq!((&value["method"], &value["verdict"]), (&Value::Null, &"unreadable".into()));
        assert_eq!((&value["host"], &value["check"]), (&Value::Null, &Value::Null));
    }
}
