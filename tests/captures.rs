//! Requests recorded from real clients, and the worked examples of AWS's documentation: each gets the expected verdict.
#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::path::Path;

use common::{analyse, credentials, files, json, own_clock, session, shared, text};
use countersign::analysis::Analysis;
use countersign::verify::Conclusion;

/// The analysis of a recorded request under the clock of its own date; `None` for other forms than the header's.
fn analysis(path: &Path) -> Option<Analysis> {
    let sidecar = json(&path.with_extension("json"));
    let mut session = session(&std::fs::read(path).unwrap());
    session.keys.push(credentials(&sidecar["credentials"]));
    let analysis = analyse(&session, own_clock(&session));
    if analysis.claim.is_none() {
        println!("skipped, not signed with a scheme that is known: {}", path.display());
        return None;
    }
    Some(analysis)
}

#[test]
fn recorded_requests_get_the_expected_verdict() {
    let Some(folder) = shared("captures") else { return };
    let mut checked = 0;
    for path in files(&folder, "http") {
        let Some(analysis) = analysis(&path) else { continue };
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
    assert!(checked >= 80, "only {checked} were header-signed");
}

#[test]
fn the_examples_of_the_documentation_verify() {
    let Some(folder) = shared("aws-docs") else { return };
    let mut checked = 0;
    for path in files(&folder, "http") {
        let Some(analysis) = analysis(&path) else { continue };
        assert_eq!(
            analysis.verdict.conclusion(),
            Some(Conclusion::Match),
            "{}: {:?}",
            path.display(),
            analysis.verdict.failed()
        );
        checked += 1;
    }
    assert!(checked >= 8, "only {checked} were header-signed");
}

/// Broken on purpose: none of them may be taken for right.
#[test]
fn broken_requests_never_match() {
    let Some(folder) = shared("broken") else { return };
    for path in files(&folder, "http") {
        let Some(analysis) = analysis(&path) else { continue };
        let sidecar = json(&path.with_extension("json"));
        let expects = &sidecar["server_expects"];
        if expects.is_object() {
            // What is wrong with these is outside the request: the server expects another region or service.
            continue;
        }
        assert_ne!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{}", path.display());
    }
}
