//! GOOG4-RSA-SHA256: what Google's conformance tests sign, URLs and forms, and what its library for Python does.

use std::path::Path;

use countersign::analysis::{Analysis, Session};
use countersign::diagnose::{Answer, Effort, Progress, diagnose};
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::signature::fields::Fields;
use countersign::time::Timestamp;
use countersign::verify::Conclusion;
use serde_json::Value;

use crate::common::{analyse, files, json, own_clock, session, shared, text};

/// A service account of which only the public half of its key is known.
fn account(email: &str, key: &Value) -> Credentials {
    let mut fields = Fields::default();
    fields.add("rsa_public_key.n", Secret::new(key["n"].as_str().unwrap()));
    fields.add("rsa_public_key.e", Secret::new(key["e"].to_string()));
    let (access_key_id, source) = (email.to_owned(), "the test".to_owned());
    Credentials { fields, access_key_id, secret: Secret::new(""), session_token: None, source }
}

fn verified(request: &str, key: &Credentials) -> (Session, Analysis) {
    let mut session = session(request.as_bytes());
    session.keys.push(key.clone());
    let analysis = analyse(&session, own_clock(&session));
    (session, analysis)
}

/// The published test key of Google's conformance tests, and its tests.
fn conformance() -> Option<(Credentials, Value)> {
    let root = shared("gcs-v4")?;
    let key = json(&root.join("public_key.json"));
    let email = key["client_email"].as_str().unwrap().to_owned();
    Some((account(&email, &key), json(&root.join("v4_signatures.json"))))
}

/// The request that uses a signed URL.
fn request(test: &Value) -> String {
    let url = test["expectedUrl"].as_str().unwrap().split_once("://").unwrap().1;
    let (host, rest) = url.split_at(url.find(['/', '?']).unwrap());
    // The library that made these leaves the port of an emulator out of the host that it signs.
    let host = host.split(':').next().unwrap();
    let path = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    let headers = test["headers"].as_object().into_iter().flatten();
    let headers: String =
        headers.map(|(name, value)| format!("{name}: {}\r\n", value.as_str().unwrap())).collect();
    format!("{} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n", test["method"].as_str().unwrap())
}

#[test]
fn signed_urls_of_the_conformance_tests_are_right() {
    let Some((key, tests)) = conformance() else { return };
    for test in tests["signingV4Tests"].as_array().unwrap() {
        let name = test["description"].as_str().unwrap();
        let (_, analysis) = verified(&request(test), &key);
        // The canonical request of one test is not the one that was signed: its own hash says so.
        if name != "Universe domain with virtual hosted style" {
            let expected = test["expectedCanonicalRequest"].as_str().unwrap();
            assert_eq!(text(analysis.trace.canonical_request()), expected, "{name}");
        }
        assert_eq!(
            text(analysis.trace.string_to_sign()),
            test["expectedStringToSign"].as_str().unwrap(),
            "{name}"
        );
        assert_eq!(analysis.agreement().holds(), Some(true), "{name}");
        // The hash of one payload lacks a digit, which a server may refuse; the signature is right all the same.
        if !name.starts_with("Signed Payload") {
            let failed = analysis.verdict.failed().map(|check| check.detail.to_string());
            assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{name}: {failed:?}");
        }
        let other = request(test).replacen(" /", " /x", 1);
        assert_ne!(verified(&other, &key).1.verdict.conclusion(), Some(Conclusion::Match), "{name}");
    }
}

#[test]
fn policies_of_the_conformance_tests_are_right() {
    let Some((key, tests)) = conformance() else { return };
    for test in tests["postPolicyV4Tests"].as_array().unwrap() {
        let (name, output) = (test["description"].as_str().unwrap(), &test["policyOutput"]);
        let url = output["url"].as_str().unwrap().split_once("://").unwrap().1;
        let (host, path) = url.split_once('/').unwrap();
        let fields = output["fields"].as_object().unwrap().iter().map(|(name, value)| {
            let value = value.as_str().unwrap();
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        });
        let body: String = fields.collect();
        let request = format!(
            "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n{body}--x--\r\n"
        );
        let (_, analysis) = verified(&request, &key);
        assert_eq!(analysis.agreement().holds(), Some(true), "{name}");
    }
}

fn recording(path: &Path) -> (String, Credentials, Timestamp) {
    let sidecar = json(&path.with_extension("json"));
    let key = &sidecar["credentials"];
    let account = account(key["client_email"].as_str().unwrap(), &key["rsa_public_key"]);
    let clock = Timestamp::parse(sidecar["received"].as_str().unwrap().as_bytes()).unwrap().0;
    (std::fs::read_to_string(path).unwrap(), account, clock)
}

#[test]
fn what_googles_library_signed_matches_and_a_change_is_named() {
    let Some(root) = shared("other-schemes/gcs") else { return };
    for path in files(&root, "http") {
        let (request, key, clock) = recording(&path);
        let mut session = session(request.as_bytes());
        session.keys.push(key);
        assert_eq!(analyse(&session, clock).verdict.conclusion(), Some(Conclusion::Match), "{path:?}");
        session.request.method = b"PUT".to_vec();
        assert_eq!(analyse(&session, clock).verdict.conclusion(), Some(Conclusion::Mismatch), "{path:?}");
        let found = diagnose(&session, clock, Effort::SINGLES, &Progress::default());
        assert_eq!(found.answer, Answer::Proven, "{path:?}");
        assert_eq!(found.findings[0].causes[0].id, "method-changed", "{path:?}");
    }
}
