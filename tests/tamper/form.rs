//! Forms that a browser posts: what is signed is the policy, and the policy names the fields.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::analysis::Session;
use countersign::request::{Header, Part, Request, Span};
use countersign::verify::CheckId::{Algorithm, Claim, Date, Key, Policy, Scope, Signature};
use proptest::prelude::*;
use serde_json::json;

use crate::events::sign;
use crate::tampering::{DATE, ID, Kind, Pick, REGION, find, matches, pick, received};

const SPEAKS: &str = "in the form field x-amz-signature, which signs the policy";
const PREFIX: &str = "user/";

/// A form that is to be posted.
#[derive(Clone, Debug)]
struct Upload {
    /// What follows the beginning of the key that the policy demands.
    key: String,
    /// Fields of which the policy demands the value.
    fields: Vec<(String, String)>,
    file: String,
}

fn credential() -> String {
    format!("{ID}/{}/{REGION}/s3/aws4_request", &DATE[..8])
}

impl Upload {
    /// Signed by hand, as it was received.
    fn signed(&self) -> Session {
        let own = [
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential", credential()),
            ("x-amz-date", DATE.to_owned()),
        ];
        let demanded = self.fields.iter().map(|(name, value)| (name.as_str(), value.clone())).chain(own);
        let mut conditions: Vec<_> = demanded.clone().map(|(name, value)| json!({ name: value })).collect();
        conditions.push(json!({ "bucket": "examplebucket" }));
        conditions.push(json!(["starts-with", "$key", PREFIX]));
        conditions.push(json!(["content-length-range", 0, 1000]));
        let policy = json!({ "expiration": "2015-08-30T13:00:00.000Z", "conditions": conditions });
        let policy = STANDARD.encode(policy.to_string());
        let signature = hex::encode(sign(&DATE[..8], "s3", &policy));
        let mut fields = vec![("key", format!("{PREFIX}{}", self.key)), ("x-ignore-this", "anything".into())];
        fields.extend(demanded);
        fields.extend([("policy", policy), ("x-amz-signature", signature)]);
        let body = fields.into_iter().map(|(name, value)| field(name, "", &value)).collect::<String>();
        let body = body + &field("file", "; filename=\"a.txt\"", &self.file) + "--boundary--\r\n";
        received(Request {
            method: b"POST".to_vec(),
            target: b"/examplebucket".to_vec(),
            version: b"HTTP/1.1".to_vec(),
            headers: vec![
                Header::new("Host", "h.example"),
                Header::new("User-Agent", "test/1"),
                Header::new("Content-Type", "multipart/form-data; boundary=boundary"),
            ],
            body: body.into_bytes().into(),
        })
    }
}

fn field(name: &str, more: &str, value: &str) -> String {
    format!("--boundary\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
}

/// Where the name and the value of a field stand.
fn places(body: &[u8], name: &str) -> (Span, Range<usize>) {
    let at = find(body, &format!("name=\"{name}\""), 0);
    let start = find(body, "\r\n\r\n", at.end).end;
    let name = Span::new(Part::Body, at.start + "name=\"".len()..at.end - 1);
    (name, start..find(body, "\r\n--boundary", start).start)
}

fn body(range: Range<usize>) -> Span {
    Span::new(Part::Body, range)
}

fn kinds(upload: &Upload, request: &Request) -> Vec<Kind> {
    let bytes = request.body.bytes();
    let of = |name: &str| places(&bytes, name);
    let value = |name: &str| vec![body(of(name).1)];
    let key = of("key").1;
    let demanded = key.start..key.start + PREFIX.len();
    let bucket = Span::new(Part::Target, 0..request.target.len());
    let mut kinds = vec![
        // Most changes make it unreadable, or ask for what the form has not: that is told before the signatures are compared.
        Kind::new("policy", value("policy"), &[Policy, Signature]).says(&[SPEAKS, "policy", "expected "]),
        Kind::new("signature", value("x-amz-signature"), &[Signature]).says(&[SPEAKS]),
        Kind::new("algorithm", value("x-amz-algorithm"), &[Algorithm])
            .says(&["in the form field x-amz-algorithm"]),
        Kind::new("date", value("x-amz-date"), &[Date, Scope, Policy])
            .says(&["$x-amz-date", "the day `"])
            .or_quotes(),
        Kind::new("key", vec![body(demanded.clone())], &[Policy]).says(&["expected $key starts with"]),
        Kind::new("bucket", vec![bucket], &[Policy]).says(&["expected $bucket is"]),
        Kind::free("rest of the key", vec![body(demanded.end..key.end)]),
        Kind::free("ignored field", value("x-ignore-this")),
        Kind::free("file", value("file")),
        Kind::free("user agent", vec![Span::new(Part::HeaderValue(1), 0..6)]),
    ];
    kinds.extend(credential_kinds(of("x-amz-credential").1));
    for name in ["policy", "x-amz-signature", "x-amz-algorithm", "x-amz-date", "x-amz-credential"] {
        let missing = Kind::new(format!("name {name}"), vec![of(name).0], &[Claim]);
        kinds.push(missing.says(&[&format!("the field `{name}` before the file")]));
    }
    for (name, _) in &upload.fields {
        let (at, value) = of(name);
        let places = vec![at, body(value)];
        kinds.push(Kind::new(name, places, &[Policy]).says(&[&format!("expected ${name} is ")]));
    }
    kinds
}

/// The parts of the credential: what no check of the scope finds, the policy does.
fn credential_kinds(range: Range<usize>) -> Vec<Kind> {
    let text = credential();
    let part = |part: &str| {
        let found = find(text.as_bytes(), part, 0);
        vec![body(range.start + found.start..range.start + found.end)]
    };
    let slashes = text.match_indices('/').map(|(at, _)| body(range.start + at..range.start + at + 1));
    vec![
        Kind::new("key id", part(ID), &[Key]).or_quotes(),
        Kind::new("day", part(&DATE[..8]), &[Scope]).or_quotes(),
        Kind::new("region and service", part(&format!("{REGION}/s3")), &[Scope, Policy])
            .says(&["expected $x-amz-credential is ", "in the form field x-amz-credential"]),
        Kind::new("terminator", part("aws4_request"), &[Scope]).or_quotes(),
        Kind::new("slashes", slashes.collect(), &[Scope]).says(&["in the form field x-amz-credential"]),
    ]
}

fn upload() -> impl Strategy<Value = Upload> {
    let field = ("(acl|x-amz-meta-[a-z]{3,8}|success_action_redirect)", "[ -~]{1,20}");
    let fields = proptest::collection::vec(field, 0..4).prop_map(|mut fields: Vec<(String, String)>| {
        fields.sort();
        fields.dedup_by(|a, b| a.0 == b.0);
        fields
    });
    ("[a-z0-9]{0,10}", fields, "[ -~]{0,60}").prop_map(|(key, fields, file)| Upload { key, fields, file })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_of_a_form_is_named(
        upload in upload(),
        picks in proptest::collection::vec(pick(), 3),
    ) {
        let session = upload.signed();
        matches(&session)?;
        for kind in kinds(&upload, &session.request) {
            picks.iter().try_for_each(|pick: &Pick| kind.holds(&session, *pick))?;
        }
    }
}
