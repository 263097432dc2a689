//! Requests recorded from real clients, and the worked examples of AWS's documentation: each gets the expected verdict.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::path::Path;

use common::{analyse, credentials, files, json, own_clock, session, shared, text};
use countersign::analysis::Analysis;
use countersign::verify::{CheckId, Conclusion};

/// The analysis of a recorded request under the clock of its own date.
fn analysis(path: &Path) -> Analysis {
    let sidecar = json(&path.with_extension("json"));
    let mut session = session(&std::fs::read(path).unwrap());
    session.keys.push(credentials(&sidecar["credentials"]));
    analyse(&session, own_clock(&session))
}

/// Whether a request is signed for S3 in a header, and has no payload hash among its headers.
fn lacks_content_header(analysis: &Analysis) -> bool {
    let request = text(analysis.trace.canonical_request());
    let scope = text(analysis.trace.string_to_sign());
    scope.contains("/s3/aws4_request") && !request.contains("x-amz-content-sha256")
}

#[test]
fn recorded_requests_get_the_expected_verdict() {
    let Some(folder) = shared("captures") else { return };
    let mut checked = 0;
    for path in files(&folder, "http") {
        let analysis = analysis(&path);
        let sidecar = json(&path.with_extension("json"));
        let expected = sidecar["expected"] == "match";
        let name = path.display();
        if let (true, Some(recorded)) = (expected, sidecar["client_canonical_request"].as_str()) {
            assert_eq!(text(analysis.trace.canonical_request()), recorded, "{name}");
            assert_eq!(text(analysis.trace.string_to_sign()), sidecar["client_string_to_sign"], "{name}");
        }
        let failed = analysis.verdict.failed();
        assert_eq!(analysis.agreement().holds(), Some(expected), "{name}: {failed:?}");
        // curl 7.88 signs for S3 without the payload hash in a header, which S3 refuses whatever the signature.
        let conclusion = match (expected, failed) {
            (_, Some(check)) if lacks_content_header(&analysis) => {
                assert_eq!(check.id, CheckId::Payload, "{name}");
                Conclusion::Rejected
            }
            (true, _) => Conclusion::Match,
            (false, _) => Conclusion::Mismatch,
        };
        assert_eq!(analysis.verdict.conclusion(), Some(conclusion), "{name}: {failed:?}");
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
