//! Requests recorded from real clients, and the worked examples of AWS's documentation: each gets the expected verdict.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::path::Path;

use common::{analyse, credentials, files, json, own_clock, session, shared, text};
use countersign::analysis::Analysis;
use countersign::verify::Conclusion;

/// The analysis of a recorded request under the clock of its own date.
fn analysis(path: &Path) -> Analysis {
    let sidecar = json(&path.with_extension("json"));
    let mut session = session(&std::fs::read(path).unwrap());
    session.keys.push(credentials(&sidecar["credentials"]));
    analyse(&session, own_clock(&session))
}

#[test]
fn recorded_requests_get_the_expected_verdict() {
    let Some(folder) = shared("captures") else { return };
    let mut checked = 0;
    for path in files(&folder, "http") {
        let analysis = analysis(&path);
        let sidecar = json(&path.with_extension("json"));
        let expected = match sidecar["expected"].as_str().unwrap() {
            "match" => Conclusion::Match,
            _ => Conclusion::Mismatch,
        };
        let name = path.display();
        if let (Conclusion::Match, Some(recorded)) = (expected, sidecar["client_canonical_request"].as_str())
        {
            assert_eq!(text(analysis.trace.canonical_request()), recorded, "{name}");
            assert_eq!(text(analysis.trace.string_to_sign()), sidecar["client_string_to_sign"], "{name}");
        }
        assert_eq!(analysis.verdict.conclusion(), Some(expected), "{name}: {:?}", analysis.verdict.failed());
        checked += 1;
    }
    assert!(checked >= 110, "only {checked} were there");
}

#[test]
fn the_examples_of_the_documentation_verify() {
    let Some(folder) = shared("aws-docs") else { return };
    let mut checked = 0;
    for path in files(&folder, "http") {
        let analysis = analysis(&path);
        assert_eq!(
            analysis.verdict.conclusion(),
            Some(Conclusion::Match),
            "{}: {:?}",
            path.display(),
            analysis.verdict.failed()
        );
        checked += 1;
    }
    assert!(checked >= 10, "only {checked} were there");
}
