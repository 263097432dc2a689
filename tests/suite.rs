//! The signing test suite of AWS's own C library, header and query form, stage by stage, every case of the folder.
//!
//! The suite is read from the package of the `aws-sigv4` crate, which carries it.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{analyse, credentials, json, session, text};
use countersign::analysis::Session;
use countersign::scheme::{EncodePath, NormalizePath, Placement, SessionToken};
use countersign::settings::{PayloadSetting, Time};
use countersign::signature::ecdsa::{PublicKey, Validity};
use countersign::time::Timestamp;
use countersign::verify::Agreement;

/// Where the suite lies: in the package of the crate, and beside the repository where that is at hand.
fn suites() -> Vec<PathBuf> {
    std::iter::once(suite()).chain(common::shared("aws-c-auth")).collect()
}

/// The folder of the suite inside the source of the `aws-sigv4` crate.
fn suite() -> PathBuf {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    // Packages of other platforms were never fetched.
    let metadata = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--offline",
            "--filter-platform",
            &host(),
            "--manifest-path",
        ])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "aws-sigv4").unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("aws-signing-test-suite")
}

/// The platform of this machine, as cargo calls it.
fn host() -> String {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = Command::new(rustc).arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

/// A form of the suite: what its files begin with, and where the signature stands.
const FORMS: [(&str, Placement); 2] = [("header", Placement::Header), ("query", Placement::Query)];

/// The folders of all cases, with a form each.
fn cases(suites: &[PathBuf], version: &str) -> Vec<(PathBuf, &'static str, Placement)> {
    let folders = suites.iter().flat_map(|suite| std::fs::read_dir(suite.join(version)).unwrap());
    let folders = folders.map(|entry| entry.unwrap().path()).filter(|folder| {
        folder.join("context.json").exists() && folder.join("header-canonical-request.txt").exists()
    });
    folders.flat_map(|folder| FORMS.map(|(form, placement)| (folder.clone(), form, placement))).collect()
}

fn case(folder: &Path, placement: Placement) -> (Session, Timestamp) {
    let context = json(&folder.join("context.json"));
    let mut session = session(&std::fs::read(folder.join("request.txt")).unwrap());
    let time = Timestamp::parse(context["timestamp"].as_str().unwrap().as_bytes()).unwrap().0;
    let settings = &mut session.settings;
    settings.region = context["region"].as_str().map(str::to_owned);
    settings.service = context["service"].as_str().map(str::to_owned);
    settings.time = Some(Time::At(time));
    settings.placement = Some(placement);
    settings.expires = context["expiration_in_seconds"].as_u64().map(|seconds| seconds as u32);
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
    let suites = suites();
    let cases = cases(&suites, "v4");
    assert_eq!(cases.len(), 2 * 38 * suites.len(), "the suite has 38 cases with a context");
    for (folder, form, placement) in cases {
        let name = folder.display();
        let expected = |stage: &str| {
            let path = folder.join(format!("{form}-{stage}.txt"));
            std::fs::read_to_string(path).unwrap().replace("\r\n", "\n")
        };
        let (session, time) = case(&folder, placement);
        let analysis = analyse(&session, time);
        assert_eq!(text(analysis.trace.canonical_request()), expected("canonical-request"), "{name} {form}");
        assert_eq!(text(analysis.trace.string_to_sign()), expected("string-to-sign"), "{name} {form}");
        assert_eq!(text(analysis.computed().unwrap()), expected("signature"), "{name} {form}");
        signed_request_verifies(&session, &analysis, time);
    }
}

/// What the instructions make of the request carries a signature that verifies, and so does tampering not.
fn signed_request_verifies(session: &Session, analysis: &countersign::analysis::Analysis, time: Timestamp) {
    let request = analysis.instructions(&session.request).unwrap().apply(&session.request);
    let mut signed = session.clone();
    signed.request = request;
    signed.settings.time = None;
    signed.settings.payload = None;
    signed.settings.expires = None;
    assert_eq!(*analyse(&signed, time).agreement(), Agreement::Equal);
    signed.request.method.push(b'X');
    assert_ne!(*analyse(&signed, time).agreement(), Agreement::Equal);
}

#[test]
fn the_signed_requests_of_the_suite_verify() {
    let suites = suites();
    for (folder, form, placement) in cases(&suites, "v4") {
        let signed = std::fs::read(folder.join(format!("{form}-signed-request.txt"))).unwrap();
        let (planned, time) = case(&folder, placement);
        let mut session = session(&signed);
        session.keys = planned.keys;
        session.settings.encode_path = planned.settings.encode_path;
        session.settings.normalize_path = planned.settings.normalize_path;
        session.settings.sign_token = planned.settings.sign_token;
        let analysis = analyse(&session, time);
        assert_eq!(*analysis.agreement(), Agreement::Equal, "{} {form}", folder.display());
    }
}

/// SigV4A has many right signatures for one text: the given one verifies with the given public key, and so does ours.
#[test]
fn every_case_of_v4a_agrees_and_verifies_both_ways() {
    let suites = suites();
    let mut checked = 0;
    for (folder, form, placement) in cases(&suites, "v4a") {
        let name = format!("{} {form}", folder.display());
        let read = |file: String| std::fs::read_to_string(folder.join(file)).unwrap().replace("\r\n", "\n");
        let (mut session, time) = case(&folder, placement);
        session.settings.scheme = Some("AWS4-ECDSA-P256-SHA256");
        session.settings.region_set = session.settings.region.take();
        let analysis = analyse(&session, time);
        let canonical = read(format!("{form}-canonical-request.txt"));
        assert_eq!(text(analysis.trace.canonical_request()), canonical, "{name}");
        let string = read(format!("{form}-string-to-sign.txt"));
        assert_eq!(text(analysis.trace.string_to_sign()), string, "{name}");
        let key = json(&folder.join("public-key.json"));
        let key = PublicKey::parse(&format!("{} {}", key["X"].as_str().unwrap(), key["Y"].as_str().unwrap()));
        let valid = |signature: &[u8]| key.as_ref().unwrap().verify(string.as_bytes(), signature).unwrap();
        assert_eq!(valid(read(format!("{form}-signature.txt")).trim().as_bytes()), Validity::Valid, "{name}");
        assert_eq!(valid(analysis.computed().unwrap()), Validity::Valid, "{name}");
        signed_by_the_suite_verifies(&folder, form, &session, time, key.unwrap());
        checked += 1;
    }
    assert_eq!(checked, 2 * 38 * suites.len(), "the suite has 38 whole cases");
}

/// The signed request of the suite verifies with the secret, and with the public key alone.
fn signed_by_the_suite_verifies(
    folder: &Path,
    form: &str,
    planned: &Session,
    time: Timestamp,
    key: PublicKey,
) {
    let signed = std::fs::read(folder.join(format!("{form}-signed-request.txt"))).unwrap();
    let mut session = session(&signed);
    session.settings.encode_path = planned.settings.encode_path;
    session.settings.normalize_path = planned.settings.normalize_path;
    session.settings.sign_token = planned.settings.sign_token;
    session.keys = planned.keys.clone();
    assert_eq!(*analyse(&session, time).agreement(), Agreement::Valid, "{}", folder.display());
    (session.keys, session.settings.public_key) = (Vec::new(), Some(key));
    assert_eq!(*analyse(&session, time).agreement(), Agreement::Valid, "{}", folder.display());
    session.request.method.push(b'X');
    assert_eq!(analyse(&session, time).agreement().holds(), Some(false), "{}", folder.display());
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
