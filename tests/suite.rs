//! The signing test suite of AWS's own C library, header form, stage by stage, every case of the folder.
//!
//! The suite is read from the package of the `aws-sigv4` crate, which carries it.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{analyse, credentials, json, session, text};
use countersign::analysis::Session;
use countersign::scheme::{EncodePath, NormalizePath, SessionToken};
use countersign::settings::{PayloadSetting, Time};
use countersign::time::Timestamp;
use countersign::verify::Agreement;

/// Where the suite lies: in the package of the crate, and beside the repository where that is at hand.
fn suites() -> Vec<PathBuf> {
    std::iter::once(suite()).chain(common::shared("aws-c-auth")).collect()
}

/// The folder of the suite inside the source of the `aws-sigv4` crate.
fn suite() -> PathBuf {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let metadata = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "aws-sigv4").unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("aws-signing-test-suite")
}

fn case(folder: &Path) -> (Session, Timestamp) {
    let context = json(&folder.join("context.json"));
    let mut session = session(&std::fs::read(folder.join("request.txt")).unwrap());
    let time = Timestamp::parse(context["timestamp"].as_str().unwrap().as_bytes()).unwrap().0;
    let settings = &mut session.settings;
    settings.region = context["region"].as_str().map(str::to_owned);
    settings.service = context["service"].as_str().map(str::to_owned);
    settings.time = Some(Time::At(time));
    // The crate's copy of this one case has its space encoded already; all other paths are given decoded.
    let encoded = text(&session.request.target).contains("example%20space");
    settings.encode_path = Some(if encoded { EncodePath::Once } else { EncodePath::Twice });
    let normalize = context["normalize"].as_bool().unwrap();
    settings.normalize_path = Some(if normalize { NormalizePath::On } else { NormalizePath::Off });
    if context["sign_body"].as_bool().unwrap() {
        settings.payload = Some(PayloadSetting::BodyInHeader);
    }
    if context["omit_session_token"].as_bool() == Some(true) {
        settings.sign_token = Some(SessionToken::Unsigned);
    }
    session.keys.push(credentials(&context["credentials"]));
    (session, time)
}

#[test]
fn every_case_agrees_stage_by_stage() {
    let (suites, mut cases) = (suites(), 0);
    for entry in suites.iter().flat_map(|suite| std::fs::read_dir(suite.join("v4")).unwrap()) {
        let folder = entry.unwrap().path();
        let expected = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap().replace("\r\n", "\n");
        if !folder.join("context.json").exists() {
            continue;
        }
        let (session, time) = case(&folder);
        let analysis = analyse(&session, time);
        let name = folder.display();
        assert_eq!(
            text(analysis.trace.canonical_request()),
            expected("header-canonical-request.txt"),
            "{name}"
        );
        assert_eq!(text(analysis.trace.string_to_sign()), expected("header-string-to-sign.txt"), "{name}");
        assert_eq!(text(analysis.computed().unwrap()), expected("header-signature.txt"), "{name}");
        signed_request_verifies(&session, &analysis, time);
        cases += 1;
    }
    assert_eq!(cases, 38 * suites.len(), "the suite has 38 cases with a context");
}

/// What the instructions make of the request carries a signature that verifies, and so does tampering not.
fn signed_request_verifies(session: &Session, analysis: &countersign::analysis::Analysis, time: Timestamp) {
    let request = analysis.instructions(&session.request).unwrap().apply(&session.request);
    let mut signed = session.clone();
    signed.request = request;
    signed.settings.time = None;
    signed.settings.payload = None;
    assert_eq!(*analyse(&signed, time).agreement(), Agreement::Equal);
    signed.request.method.push(b'X');
    assert_ne!(*analyse(&signed, time).agreement(), Agreement::Equal);
}

#[test]
fn the_signed_requests_of_the_suite_verify() {
    let (suites, mut cases) = (suites(), 0);
    for entry in suites.iter().flat_map(|suite| std::fs::read_dir(suite.join("v4")).unwrap()) {
        let folder = entry.unwrap().path();
        let (Ok(signed), true) =
            (std::fs::read(folder.join("header-signed-request.txt")), folder.join("context.json").exists())
        else {
            continue;
        };
        let (planned, time) = case(&folder);
        let mut session = session(&signed);
        session.keys = planned.keys;
        session.settings.encode_path = planned.settings.encode_path;
        session.settings.normalize_path = planned.settings.normalize_path;
        let analysis = analyse(&session, time);
        assert_eq!(*analysis.agreement(), Agreement::Equal, "{}", folder.display());
        cases += 1;
    }
    assert_eq!(cases, 38 * suites.len());
}

/// The two cases in the older form that smithy-rs added; one has no usable signature, only a path.
#[test]
fn paths_are_encoded_twice() {
    let folder = suite().join("v4/double-url-encode");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let mut session = session(&read("header-signed-request.txt"));
    session.keys.push(credentials(&serde_json::json!({
        "access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    })));
    let analysis = analyse(&session, common::own_clock(&session));
    assert_eq!(text(analysis.trace.canonical_request()), text(&read("header-canonical-request.txt")));
    assert_eq!(
        text(analysis.trace.string_to_sign()).trim_end(),
        text(&read("header-string-to-sign.txt")).trim_end()
    );
    let folder = suite().join("v4/double-encode-path");
    let session = common::session(&std::fs::read(folder.join("request.txt")).unwrap());
    let analysis = analyse(&session, common::own_clock(&session));
    assert!(
        text(analysis.trace.canonical_request()).contains("\n/test/%40connections/JBDvjfGEIAMCERw%253D\n")
    );
}
