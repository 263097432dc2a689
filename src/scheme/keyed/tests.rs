//! The published example of a webhook, and signatures that are wrong.

use super::*;
use crate::analysis::{Analysis, Session};
use crate::canon::payload::Hashing;
use crate::case::read;
use crate::secret::Secret;
use crate::signature::{Credentials, name};
use crate::time::Timestamp;
use crate::verify::Conclusion;

/// GitHub's own numbers: <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>.
const SECRET: &str = "It's a Secret to Everybody";
const RIGHT: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

fn analysed(value: &str, body: &str, secret: Option<&str>) -> Analysis {
    let text = format!(
        "POST /hook HTTP/1.1\nHost: h.example.com\nX-GitHub-Event: push\nX-Hub-Signature-256: {value}\n\n{body}"
    );
    let mut session = Session::new(read(text.as_bytes()).unwrap().request);
    session.keys.extend(secret.map(|secret| Credentials {
        access_key_id: String::new(),
        secret: Secret::new(secret),
        session_token: None,
        source: "the test".into(),
    }));
    let clock = Timestamp::from_unix(0).unwrap();
    Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default())
}

#[test]
fn the_example_of_the_documentation_verifies() {
    let analysis = analysed(RIGHT, "Hello, World!", Some(SECRET));
    assert_eq!(analysis.scheme.name(), name::HUB);
    assert_eq!(analysis.trace.string_to_sign(), b"Hello, World!");
    assert_eq!(analysis.computed().unwrap(), &RIGHT.as_bytes()[7..]);
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match));
}

#[test]
fn any_other_byte_is_a_mismatch_and_without_the_secret_nothing_is_compared() {
    for (value, body, secret) in [
        (RIGHT, "Hello, World", SECRET),
        (RIGHT, "Hello, World!\n", SECRET),
        (RIGHT, "Hello, World!", "It's a Secret to everybody"),
        ("sha256=", "Hello, World!", SECRET),
        (&RIGHT.to_uppercase().replace("SHA256", "sha256"), "Hello, World!", SECRET),
    ] {
        let analysis = analysed(value, body, Some(secret));
        assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Mismatch), "{value} {body:?}");
        // What AWS would answer is nobody's business here.
        assert!(analysis.verdict.checks.iter().all(|check| check.aws.is_none()));
    }
    let unknown = analysed(RIGHT, "Hello, World!", None);
    assert_eq!(unknown.verdict.conclusion(), Some(Conclusion::Rejected));
    let bare = analysed(&RIGHT[7..], "Hello, World!", Some(SECRET));
    assert_eq!(bare.verdict.conclusion(), Some(Conclusion::Rejected));
}

#[test]
fn the_older_header_holds_an_hmac_sha1() {
    let text = "POST / HTTP/1.1\nHost: h\nX-Hub-Signature: sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59\n\nHello, World!";
    let mut session = Session::new(read(text.as_bytes()).unwrap().request);
    session.settings.secret_access_key = Some(Secret::new(SECRET));
    let clock = Timestamp::from_unix(0).unwrap();
    let analysis = Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
    assert_eq!(analysis.scheme.name(), name::HUB_SHA1);
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match));
    let bitbucket = read(b"POST / HTTP/1.1\nHost: h\nX-Hub-Signature: sha256=00\n\n").unwrap();
    assert!(crate::scheme::claim(&bitbucket.request).is_none());
}

#[test]
fn a_key_of_aws_is_no_secret_of_a_webhook() {
    let text = format!("POST / HTTP/1.1\nHost: h\nX-Hub-Signature-256: {RIGHT}\n\nHello, World!");
    let mut session = Session::new(read(text.as_bytes()).unwrap().request);
    session.keys.push(Credentials {
        access_key_id: "AKIDEXAMPLE".into(),
        secret: Secret::new(SECRET),
        session_token: None,
        source: "the environment".into(),
    });
    let clock = Timestamp::from_unix(0).unwrap();
    let analysis = Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
    assert_eq!(analysis.computed(), None);
}

#[test]
fn what_is_signed_anew_verifies() {
    let analysis = analysed("sha256=00", "Hello, World!", Some(SECRET));
    let request = read(b"POST / HTTP/1.1\nHost: h\nX-Hub-Signature-256: sha256=00\n\nHello, World!").unwrap();
    let signed = analysis.instructions(&request.request).unwrap().apply(&request.request);
    assert_eq!(signed.value(b"x-hub-signature-256"), Some(RIGHT.as_bytes()));
}
