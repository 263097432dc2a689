//! Laws, over generated requests: agreement with the `aws-sigv4` crate, and pieces that change only with their origin.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::borrow::Cow;
use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use common::{analyse, text};
use countersign::analysis::Session;
use countersign::request::{Header, Part, Request, Span};
use countersign::scheme::HeaderSpace;
use countersign::scheme::v4::plan::NEVER_SIGNED;
use countersign::secret::Secret;
use countersign::settings::{PayloadSetting, Time};
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::trace::{Given, Origin, StageKind, Trace};
use countersign::verify::Conclusion;
use proptest::prelude::*;

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TIME: i64 = 1_440_938_160;

/// A request and the settings it is signed with, made at random.
#[derive(Clone, Debug)]
struct Generated {
    method: &'static str,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    service: &'static str,
    token: Option<String>,
    payload: Payload,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Payload {
    Hash,
    InHeader,
    Unsigned,
}

impl Generated {
    fn target(&self) -> String {
        self.query.as_ref().map_or(self.path.clone(), |query| format!("{}?{query}", self.path))
    }

    fn session(&self) -> Session {
        let mut headers = vec![Header::new("Host", "h.example")];
        headers.extend(self.headers.iter().map(|(name, value)| Header::new(name.as_str(), value.as_str())));
        let mut session = Session::new(Request {
            method: self.method.into(),
            target: self.target().into_bytes(),
            version: b"HTTP/1.1".to_vec(),
            headers,
            body: self.body.clone().into(),
        });
        session.settings.region = Some("eu-west-1".into());
        session.settings.service = Some(self.service.into());
        session.settings.time = Some(Time::At(Timestamp::from_unix(TIME).unwrap()));
        // The crate collapses spaces only; servers and most signers collapse any white space.
        session.settings.header_space = Some(HeaderSpace::SpacesOnly);
        session.settings.payload = Some(match self.payload {
            Payload::Hash => PayloadSetting::Body,
            Payload::InHeader => PayloadSetting::BodyInHeader,
            Payload::Unsigned => PayloadSetting::Text("UNSIGNED-PAYLOAD".into()),
        });
        session.keys.push(Credentials {
            fields: Default::default(),
            access_key_id: ID.into(),
            secret: Secret::new(SECRET),
            session_token: self.token.clone().map(Secret::new),
            source: "the test".into(),
        });
        session
    }

    /// The signature that the crate makes, or `None` where it refuses the request.
    fn sign_with_the_crate(&self) -> Option<String> {
        let mut settings = SigningSettings::default();
        settings.excluded_headers = Some(NEVER_SIGNED.iter().map(|name| Cow::Borrowed(*name)).collect());
        if self.service == "s3" {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        if self.payload != Payload::Hash {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let identity = AwsCredentials::new(ID, SECRET, self.token.clone(), None, "test").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region("eu-west-1")
            .name(self.service)
            .time(UNIX_EPOCH + Duration::from_secs(TIME as u64))
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let headers = std::iter::once(("Host", "h.example"))
            .chain(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let body = match self.payload {
            Payload::Unsigned => SignableBody::UnsignedPayload,
            Payload::Hash | Payload::InHeader => SignableBody::Bytes(&self.body),
        };
        let uri = format!("https://h.example{}", self.target());
        let request = SignableRequest::new(self.method, uri, headers, body).ok()?;
        Some(sign(request, &params).ok()?.into_parts().1)
    }
}

/// Paths in the one canonical encoding, as the crate asks for S3; dots and doubled slashes included. An escaped slash is left out:
/// the crate signs it as it stands, and S3 as a slash.
fn s3_path() -> impl Strategy<Value = String> {
    "(/([A-Za-z0-9._~-]|%20|%2B|%C3%BC|%25){0,6}){1,5}"
}

/// Paths of anything that a URI may hold.
fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        "(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}|\\.\\.?){0,6}){1,6}/?",
        "(/(\\.|\\.\\.|a|b|)){1,8}",
    ]
}

fn query() -> impl Strategy<Value = Option<String>> {
    let pair = "([A-Za-z0-9._~!$'()*+,;:@/?-]|%20|%2[Bb]|%C3%BC|%7[Ee]){0,5}(=([A-Za-z0-9._~+=/-]|%20|%2B|%26){0,5})?";
    proptest::option::of(proptest::collection::vec(pair, 0..8).prop_map(|pairs| pairs.join("&")))
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        "(X-|x-amz-|)[A-Za-z][A-Za-z0-9-]{0,20}[a-z]",
        Just("Content-Type".to_owned()),
        Just("X-Same".to_owned())
    ];
    let value = prop_oneof!["( {0,3}[!-~\u{e9}\u{20ac}]{1,5}){0,5} {0,3}", Just(String::new())];
    let reserved =
        ["host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "date", "transfer-encoding"];
    proptest::collection::vec((name, value), 0..8).prop_map(move |mut headers| {
        headers.retain(|(name, _)| !reserved.contains(&name.to_ascii_lowercase().as_str()));
        headers
    })
}

fn generated() -> impl Strategy<Value = Generated> {
    let service = prop_oneof![Just("s3"), Just("execute-api"), Just("dynamodb")];
    let payload = prop_oneof![Just(Payload::Hash), Just(Payload::InHeader), Just(Payload::Unsigned)];
    let method = prop_oneof![Just("GET"), Just("POST"), Just("PUT"), Just("DELETE")];
    let body = proptest::collection::vec(any::<u8>(), 0..200);
    let token = proptest::option::of("[A-Za-z0-9/+=]{10,40}");
    (method, service, s3_path(), path(), query(), headers(), body, token, payload).prop_map(
        |(method, service, s3_path, path, query, headers, body, token, payload)| {
            let path = if service == "s3" { s3_path } else { path };
            Generated { method, path, query, headers, body, service, token, payload }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_aws_sigv4_crate(generated in generated()) {
        let Some(theirs) = generated.sign_with_the_crate() else {
            return Err(TestCaseError::reject("the crate refuses the request"));
        };
        let session = generated.session();
        let analysis = analyse(&session, Timestamp::from_unix(TIME).unwrap());
        prop_assert_eq!(
            text(analysis.computed().unwrap()), theirs,
            "canonical request:\n{}", text(analysis.trace.canonical_request())
        );
    }

    #[test]
    fn what_is_signed_verifies_and_tampering_does_not(generated in generated()) {
        let clock = Timestamp::from_unix(TIME).unwrap();
        let session = generated.session();
        let signed = analyse(&session, clock).instructions(&session.request).unwrap().apply(&session.request);
        let mut received = Session::new(signed);
        received.settings.header_space = session.settings.header_space;
        received.keys = session.keys;
        let verdict = analyse(&received, clock).verdict;
        prop_assert_eq!(verdict.agreement.holds(), Some(true), "{:?}", verdict.failed());
        // S3 does not do without the hash in a header.
        let lacks = generated.service == "s3" && generated.payload == Payload::Hash;
        let expected = if lacks { Conclusion::Rejected } else { Conclusion::Match };
        prop_assert_eq!(verdict.conclusion(), Some(expected), "{:?}", verdict.failed());
        received.request.target.push(b'x');
        prop_assert_eq!(analyse(&received, clock).verdict.agreement.holds(), Some(false));
    }

    #[test]
    fn pieces_cover_every_byte_in_order(generated in generated()) {
        let analysis = analyse(&generated.session(), Timestamp::from_unix(TIME).unwrap());
        for stage in &analysis.trace.stages {
            let mut at = 0;
            for (range, _) in stage.text.ranges() {
                prop_assert_eq!(range.start, at);
                at = range.end;
            }
            prop_assert_eq!(at, stage.text.bytes().len());
        }
    }

    #[test]
    fn a_change_reaches_only_pieces_of_its_origin(generated in generated(), change in any::<Change>()) {
        let mut session = generated.session();
        let before = analyse(&session, Timestamp::from_unix(TIME).unwrap());
        let Some(origin) = change.apply(&mut session) else { return Ok(()) };
        let after = analyse(&session, Timestamp::from_unix(TIME).unwrap());
        let kept = |trace: &Trace| untouched(trace, &origin);
        prop_assert_eq!(kept(&before.trace), kept(&after.trace), "{:?}", change);
        prop_assert_ne!(before.computed(), after.computed(), "{:?} must reach the signature", change);
    }
}

/// One input that is changed.
#[derive(Clone, Copy, Debug)]
enum Change {
    Method,
    LastHeaderValue,
    Region,
    Service,
    LastPathByte,
    Body,
}

impl Arbitrary for Change {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![
            Just(Self::Method),
            Just(Self::LastHeaderValue),
            Just(Self::Region),
            Just(Self::Service),
            Just(Self::LastPathByte),
            Just(Self::Body),
        ]
        .boxed()
    }
}

impl Change {
    /// Changes the session; returns which origins may show it. `None` where there is nothing to change.
    fn apply(self, session: &mut Session) -> Option<fn(&Origin) -> bool> {
        let request = &mut session.request;
        match self {
            Self::Method => {
                request.method.push(b'X');
                Some(|origin| matches!(origin, Origin::Request(Span { part: Part::Method, .. })))
            }
            Self::LastHeaderValue => {
                let header = request.headers.last_mut()?;
                if header.is(b"host") || NEVER_SIGNED.iter().any(|name| header.is(name.as_bytes())) {
                    return None;
                }
                header.value.extend_from_slice(b" changed");
                Some(|origin| matches!(origin, Origin::Request(Span { part: Part::HeaderValue(_), .. })))
            }
            Self::Region => {
                session.settings.region = Some("ap-south-1".into());
                Some(|origin| *origin == Origin::Given(Given::Region))
            }
            Self::Service => {
                // Services of one path rule, so that the path stays.
                let other =
                    if session.settings.service.as_deref() == Some("s3") { "s3-outposts" } else { "kms" };
                session.settings.service = Some(other.into());
                Some(|origin| *origin == Origin::Given(Given::Service))
            }
            Self::LastPathByte => {
                let end = request.target().path.end;
                request.target.splice(end..end, *b"/changed");
                // Query pieces keep their bytes but move in the target, so their origins move too: compare bytes.
                Some(|origin| matches!(origin, Origin::Request(Span { part: Part::Target, .. })))
            }
            Self::Body => {
                if session.settings.payload == Some(PayloadSetting::Text("UNSIGNED-PAYLOAD".into())) {
                    return None;
                }
                request.body.edit(|rope| rope.insert(0, b"changed"));
                Some(|origin| matches!(origin, Origin::Request(Span { part: Part::Body, .. })))
            }
        }
    }
}

/// The bytes of every piece that neither has the changed origin nor was computed from the whole.
fn untouched(trace: &Trace, changed: &fn(&Origin) -> bool) -> Vec<(StageKind, Vec<u8>)> {
    let mut kept = Vec::new();
    for stage in trace.stages.iter().filter(|stage| stage.kind <= StageKind::StringToSign) {
        for (range, piece) in stage.text.ranges() {
            if !changed(&piece.origin) && !matches!(piece.origin, Origin::Stage(_)) {
                kept.push((stage.kind, stage.text.bytes()[range].to_vec()));
            }
        }
    }
    kept
}
