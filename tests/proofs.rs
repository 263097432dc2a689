//! Requests of the project's own, signed by the `aws-sigv4` crate: right ones match, and of those that a client signed otherwise than it
//! sent them the mistake is found. They run on any machine, beside the recordings that only some have.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use common::{analyse, own_clock};
use countersign::analysis::Session;
use countersign::diagnose::{Certainty, Diagnosis, Effort, Progress, diagnose};
use countersign::request::{Header, Request};
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::verify::Conclusion;

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2015-08-30T12:36:00Z.
const TIME: u64 = 1_440_938_160;
const HOST: &str = "k3x9.execute-api.eu-west-1.amazonaws.com";
const JSON: &str = "{\"name\":\"caf\u{e9}\",\"n\":1}";

/// What a client signs, and what it sends. A right client's two are one.
#[derive(Clone, Copy)]
struct Message<'a> {
    method: &'a str,
    host: &'a str,
    target: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
}

impl<'a> Message<'a> {
    const GET: Message<'static> =
        Message { method: "GET", host: HOST, target: "/prod/items?b=2&a=1%20x", headers: &[], body: "" };
    const POST: Message<'static> = Message {
        method: "POST",
        host: HOST,
        target: "/prod/items",
        headers: &[("Content-Type", "application/json")],
        body: JSON,
    };
    const OBJECT: Message<'static> = Message {
        method: "PUT",
        host: "bucket.s3.eu-west-1.amazonaws.com",
        target: "/a%20folder/k%2Bey.txt?x-id=PutObject",
        headers: &[("Content-Type", "text/plain")],
        body: "hello",
    };

    fn target(self, target: &'a str) -> Self {
        Self { target, ..self }
    }

    fn headers(self, headers: &'a [(&'a str, &'a str)]) -> Self {
        Self { headers, ..self }
    }

    fn body(self, body: &'a str) -> Self {
        Self { body, ..self }
    }

    fn method(self, method: &'a str) -> Self {
        Self { method, ..self }
    }

    fn is_object(&self) -> bool {
        self.host.contains(".s3.")
    }
}

/// What a client signs with.
#[derive(Clone, Copy)]
struct With {
    secret: &'static str,
    region: &'static str,
    service: Option<&'static str>,
    encoding: Option<PercentEncodingMode>,
}

const RIGHT: With = With { secret: SECRET, region: "eu-west-1", service: None, encoding: None };

/// Signs `signed`, and puts the headers that follow into `sent`.
fn session(signed: Message<'_>, sent: Message<'_>, with: With) -> Session {
    let mut settings = SigningSettings::default();
    let is_object = sent.is_object();
    if is_object {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = aws_sigv4::http_request::PayloadChecksumKind::XAmzSha256;
    }
    if let Some(encoding) = with.encoding {
        settings.percent_encoding_mode = encoding;
    }
    let identity = AwsCredentials::new(ID, with.secret, None, None, "test").into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(with.region)
        .name(with.service.unwrap_or(if is_object { "s3" } else { "execute-api" }))
        .time(UNIX_EPOCH + Duration::from_secs(TIME))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let uri = format!("https://{}{}", signed.host, signed.target);
    let headers = std::iter::once(("Host", signed.host)).chain(signed.headers.iter().copied());
    let body = SignableBody::Bytes(signed.body.as_bytes());
    let request = SignableRequest::new(signed.method, uri, headers, body).unwrap();
    let (instructions, _) = sign(request, &params).unwrap().into_parts();
    let own = std::iter::once(("Host", sent.host)).chain(sent.headers.iter().copied());
    let added = instructions.headers();
    let headers = own.chain(added).map(|(name, value)| Header::new(name, value)).collect();
    let mut session = Session::new(Request {
        method: sent.method.into(),
        target: sent.target.into(),
        version: b"HTTP/1.1".to_vec(),
        headers,
        body: sent.body.as_bytes().to_vec().into(),
    });
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: ID.into(),
        secret: Secret::new(SECRET),
        session_token: None,
        source: "the test".into(),
    });
    session
}

#[test]
fn what_another_implementation_signed_matches() {
    for message in [
        Message::GET,
        Message::GET.target("/"),
        Message::GET.target("/prod//x/../items/%C3%BC?q=%E2%9C%93&q=a&empty="),
        Message::GET.headers(&[("X-Custom", "  two   words "), ("Accept", "*/*")]),
        Message::POST,
        Message::POST.method("DELETE").body(""),
        Message::OBJECT,
        Message::OBJECT.target("/a//b/../c%25?versionId=null"),
    ] {
        let session = session(message, message, RIGHT);
        let verdict = analyse(&session, own_clock(&session)).verdict;
        let told = format!("{} {}: {:?}", message.method, message.target, verdict.failed());
        assert_eq!(verdict.conclusion(), Some(Conclusion::Match), "{told}");
    }
}

/// What a client signed, what it sent, what it signed with, and the cause that says so.
type Mistake<'a> = (&'a str, Message<'a>, Message<'a>, With);

const GET: Message<'static> = Message::GET;
const POST: Message<'static> = Message::POST;
const OBJECT: Message<'static> = Message::OBJECT;

fn mistakes() -> Vec<Mistake<'static>> {
    vec![
        ("method-changed", GET.method("POST"), GET, RIGHT),
        ("query-omitted", GET.target("/prod/items"), GET, RIGHT),
        ("path-prefix-added", GET.target("/items?b=2&a=1%20x"), GET, RIGHT),
        ("path-trailing-slash", GET.target("/prod/items/?b=2&a=1%20x"), GET, RIGHT),
        (
            "content-type-charset-changed",
            POST.headers(&[("Content-Type", "application/json; charset=utf-8")]),
            POST,
            RIGHT,
        ),
        ("payload-empty-hash", POST.body(""), POST, RIGHT),
        ("payload-trailing-newline", POST.body("{\"name\":\"caf\u{e9}\",\"n\":1}\n"), POST, RIGHT),
        ("payload-json-spaced", POST.body("{\"name\": \"caf\u{e9}\", \"n\": 1}"), POST, RIGHT),
        (
            "path-encoded-once",
            GET.target("/prod/a%20b"),
            GET.target("/prod/a%20b"),
            With { encoding: Some(PercentEncodingMode::Single), ..RIGHT },
        ),
        ("path-encoded-twice", OBJECT, OBJECT, With { encoding: Some(PercentEncodingMode::Double), ..RIGHT }),
        (
            "secret-trailing-newline",
            GET,
            GET,
            With { secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n", ..RIGHT },
        ),
        ("secret-quoted", GET, GET, With { secret: "\"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\"", ..RIGHT }),
        (
            "secret-url-encoded",
            GET,
            GET,
            With { secret: "wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYEXAMPLEKEY", ..RIGHT },
        ),
        ("path-bucket-in-host", OBJECT.target("/bucket/a%20folder/k%2Bey.txt?x-id=PutObject"), OBJECT, RIGHT),
        ("query-omitted", OBJECT.target("/a%20folder/k%2Bey.txt"), OBJECT, RIGHT),
    ]
}

fn found(session: &Session) -> Diagnosis {
    diagnose(session, own_clock(session), Effort::SINGLES, &Progress::default())
}

#[test]
fn what_a_client_signed_otherwise_than_it_sent_is_named() {
    let mut wrong = Vec::new();
    for (cause, signed, sent, with) in mistakes() {
        let found = found(&session(signed, sent, with));
        let proven = found.findings.iter().filter(|finding| finding.certainty == Certainty::Proven);
        let causes: Vec<&str> = proven.flat_map(|finding| &finding.causes).map(|cause| cause.id).collect();
        if !causes.contains(&cause) {
            wrong.push(format!("{cause}: {causes:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
