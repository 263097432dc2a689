//! The published policy, and texts that are none.

use base64::Engine as _;

use super::reader::BASE64;
use super::*;
use crate::scheme::v4::key::KeyChain;
use crate::scheme::{AWS4, Scope, Term};
use crate::secret::Secret;
use crate::trace::Origin;

/// The published example: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>
pub(super) const PUBLISHED: &str = "\
    eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1\
    Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8i\
    XSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDov\
    L3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0\
    YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUx\
    MjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFy\
    dHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZP\
    RE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGht\
    IjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9\
";

/// A policy of these conditions.
pub(super) fn policy(conditions: &str) -> Result<Policy, PolicyError> {
    of(&format!(r#"{{"expiration": "2015-12-30T12:00:00.000Z", "conditions": {conditions}}}"#))
}

fn of(json: &str) -> Result<Policy, PolicyError> {
    Policy::read(BASE64.encode(json).as_bytes())
}

fn error(result: Result<Policy, PolicyError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn reads_the_published_policy() {
    assert_eq!(PUBLISHED.len(), 864);
    let policy = Policy::read(PUBLISHED.as_bytes()).unwrap();
    assert!(policy.json.starts_with("{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n  \"cond"));
    assert_eq!(policy.expiration.to_string(), "20151230T120000Z");
    let conditions: Vec<_> = policy.conditions.iter().map(ToString::to_string).collect();
    assert_eq!(
        conditions,
        [
            "$bucket is sigv4examplebucket",
            "$key starts with user/user1/",
            "$acl is public-read",
            "$success_action_redirect is \
             http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html",
            "$Content-Type starts with image/",
            "$x-amz-meta-uuid is 14365123651274",
            "$x-amz-server-side-encryption is AES256",
            "$x-amz-meta-tag with any value",
            "$x-amz-credential is AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
            "$x-amz-algorithm is AWS4-HMAC-SHA256",
            "$x-amz-date is 20151229T000000Z",
        ]
    );
}

#[test]
fn the_published_signature_is_over_the_base64_text() {
    let term = |text: &str| Term::new(text.as_bytes(), Origin::Scheme);
    let scope = Scope {
        date: term("20151229"),
        region: Some(term("us-east-1")),
        service: term("s3"),
        terminator: term("aws4_request"),
        written: crate::scheme::layout::CHAINED.scope,
    };
    let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let signature = KeyChain::derive(AWS4.0, &secret, &scope).sign(PUBLISHED.as_bytes());
    assert_eq!(hex::encode(signature), "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
}

#[test]
fn line_breaks_and_missing_padding_are_no_fault() {
    let lines: Vec<_> = PUBLISHED.as_bytes().chunks(76).collect();
    assert_eq!(Policy::read(&lines.join(b"\r\n".as_slice())), Policy::read(PUBLISHED.as_bytes()));
    let json = r#"{"expiration": "2015-12-30T12:00:00Z", "conditions": [ ]}"#;
    for spaces in 0..3 {
        let padded = BASE64.encode(format!("{json}{}", " ".repeat(spaces)));
        assert_eq!(Policy::read(padded.trim_end_matches('=').as_bytes()).unwrap().conditions, []);
        assert!(Policy::read(padded.as_bytes()).is_ok());
    }
}

#[test]
fn an_object_of_two_members_is_two_conditions_and_numbers_may_be_text() {
    let text = r#"[{"acl": "private", "bucket": "b"}, ["eq", "$key", ""], ["content-length-range", "1", 9]]"#;
    let conditions = policy(text).unwrap().conditions;
    let words: Vec<_> = conditions.iter().map(ToString::to_string).collect();
    assert_eq!(words, ["$acl is private", "$bucket is b", "$key is empty", "a file of 1 to 9 bytes"]);
    assert_eq!(conditions[3], Condition::LengthRange { min: 1, max: 9 });
}

#[test]
fn session_tokens_are_hidden() {
    let policy = policy(r#"[{"X-Amz-Security-Token": "AQoDYXdzEPT"}]"#).unwrap();
    assert_eq!(policy.conditions[0].to_string(), "$X-Amz-Security-Token is [hidden, 11 bytes]");
    assert!(!format!("{policy:?}").contains("AQoD"));
}

#[test]
fn says_where_base64_ends() {
    for (text, expected) in [
        ("eyJ9\r\ne*J9", "`*` at byte 8"),
        ("eyJé", "`é` at byte 4"),
        ("eyJ9e", "one character too few at byte 6"),
        ("ey==eyJ9", "`=` at byte 3"),
    ] {
        let error = error(Policy::read(text.as_bytes()));
        assert_eq!(error, format!("expected base64, but found {expected} of the policy field"));
    }
}

#[test]
fn says_what_is_no_policy() {
    let long = Policy::read(&vec![b'e'; SIZE_LIMIT + 1]);
    assert_eq!(error(long), "expected a policy of at most 20 KiB, but found 20481 bytes in the policy field");
    assert_eq!(
        error(Policy::read(BASE64.encode(b"{\"\xff\"").as_bytes())),
        "expected UTF-8, but found the byte FF at byte 3 of the decoded policy"
    );
    assert_eq!(
        error(of("{\"expiration\":\n 2015-12}")),
        "expected JSON, but found a fault at line 2, column 6 of the decoded policy: \
         expected `,` or `}`"
    );
    assert_eq!(error(of("[]")), "expected an object, but found an empty array in the policy");
    assert!(error(of(&"[".repeat(4000))).contains("recursion limit"));
}

#[test]
fn says_which_date_is_none() {
    for (expiration, found) in [
        ("", "none"),
        (r#""expiration": 7,"#, "`7`"),
        (r#""expiration": "2015-12-30","#, "`2015-12-30`"),
        (r#""expiration": "2015-12-30T12:00:00","#, "`2015-12-30T12:00:00`"),
    ] {
        let error = error(of(&format!(r#"{{{expiration} "conditions": []}}"#)));
        let expected = "expected a date such as 2015-12-30T12:00:00.000Z";
        assert_eq!(error, format!("{expected}, but found {found} in `expiration`"));
    }
}

#[test]
fn says_which_condition_is_none() {
    assert_eq!(error(policy(r#""a""#)), "expected an array, but found `a` in `conditions`");
    for (condition, expected) in [
        (
            "{}",
            "an object with a field, or an array with operator, field and value, but found an empty object",
        ),
        ("null", "an object with a field, or an array with operator, field and value, but found null"),
        (r#"{"status": 201}"#, "a string as value, but found `201`"),
        ("[]", "`eq`, `starts-with` or `content-length-range`, but found none"),
        (
            r#"["ends-with", "$key", "x"]"#,
            "`eq`, `starts-with` or `content-length-range`, but found `ends-with`",
        ),
        (r#"["eq", "$key"]"#, "three items, but found 2"),
        (r#"["eq", "key", "x"]"#, "a field name such as `$key`, but found `key`"),
        (r#"["eq", "$key", true]"#, "a string as value, but found `true`"),
        (r#"["content-length-range", 0, -1]"#, "a number of bytes, but found `-1`"),
    ] {
        let error = error(policy(&format!(r#"[{{"acl": "private"}}, {condition}]"#)));
        assert_eq!(error, format!("expected {expected} in condition 2"));
    }
}
