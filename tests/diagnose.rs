//! The diagnosis names the mistake: of requests that were broken on purpose, and of recorded ones that do not match.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]
#![allow(clippy::print_stdout, reason = "a list of what failed is worth more than the first of it")]

mod common;

use std::path::Path;

use common::{credentials, files, json, own_clock, session, shared};
use countersign::analysis::Session;
use countersign::diagnose::{Answer, Certainty, Diagnosis, Effort, Progress, diagnose};

fn diagnosis(session: &Session) -> Diagnosis {
    diagnose(session, own_clock(session), Effort::DEEP, &Progress::default())
}

fn broken(path: &Path) -> Session {
    let sidecar = json(&path.with_extension("json"));
    let mut session = session(&std::fs::read(path).unwrap());
    session.keys.push(credentials(&sidecar["credentials"]));
    let expected = |name: &str| sidecar["server_expects"][name].as_str().map(str::to_owned);
    (session.settings.region, session.settings.service) = (expected("region"), expected("service"));
    session
}

/// Our name of a cause, where the vectors have another.
fn own(id: &str) -> String {
    let same = [("presign-host-changed", "path-bucket-in-host")];
    same.iter().find(|(theirs, _)| *theirs == id).map_or(id, |(_, ours)| ours).to_owned()
}

/// The causes of a finding, sorted.
fn ids(diagnosis: &Diagnosis, finding: usize) -> Vec<&'static str> {
    let mut ids: Vec<_> = diagnosis.findings[finding].causes.iter().map(|cause| cause.id).collect();
    ids.sort_unstable();
    ids
}

fn strings(value: &serde_json::Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|id| id.as_str().unwrap().to_owned()).collect()
}

#[test]
fn requests_broken_on_purpose_are_explained() {
    let Some(folder) = shared("broken") else { return };
    let mut wrong = Vec::new();
    let paths = files(&folder, "http");
    for path in &paths {
        let sidecar = json(&path.with_extension("json"));
        let diagnosis = diagnosis(&broken(path));
        let mut expected = strings(&sidecar["causes"]);
        expected.iter_mut().for_each(|id| *id = own(id));
        expected.sort_unstable();
        let proven = diagnosis.findings.first().filter(|finding| finding.certainty == Certainty::Proven);
        let found = proven.map(|_| ids(&diagnosis, 0)).unwrap_or_default();
        let signed = proven.and_then(|finding| finding.signed.clone());
        let recorded = sidecar["signed_string_to_sign"].as_str();
        let same_text =
            signed.is_some_and(|(_, string)| Some(&*String::from_utf8_lossy(&string)) == recorded);
        // Of two mistakes, one may have changed nothing: then fewer explain every byte.
        let fewer =
            same_text && !found.is_empty() && found.iter().all(|id| expected.iter().any(|other| other == id));
        if found != expected && !fewer {
            let all: Vec<_> = diagnosis
                .findings
                .iter()
                .map(|finding| (finding.certainty.name(), finding.title()))
                .collect();
            wrong.push(format!(
                "{}: expected {expected:?}, found {found:?} ({} tried)\n{all:#?}",
                path.display(),
                diagnosis.tried
            ));
            continue;
        }
        if !same_text && !expected.iter().any(|id| id == "chunk-corrupted") {
            wrong.push(format!("{}: another text was signed", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), paths.len(), wrong.join("\n"));
    assert!(paths.len() >= 33);
}

#[test]
fn recorded_requests_that_do_not_match_are_explained() {
    let Some(folder) = shared("captures") else { return };
    let mut checked = 0;
    for path in files(&folder, "http") {
        let sidecar = json(&path.with_extension("json"));
        let mut session = session(&std::fs::read(&path).unwrap());
        session.keys.push(credentials(&sidecar["credentials"]));
        let diagnosis = diagnosis(&session);
        if sidecar["expected"] == "match" {
            let titles: Vec<_> =
                diagnosis.findings.iter().map(countersign::diagnose::Finding::title).collect();
            // A right signature may stand in a request that S3 refuses, as curl 7.88 makes them.
            let verdict = common::analyse(&session, own_clock(&session)).verdict.conclusion();
            let is_refused = verdict == Some(countersign::verify::Conclusion::Rejected);
            let expected = if is_refused { Answer::Rejected } else { Answer::Match };
            assert_eq!(diagnosis.answer, expected, "{}: {titles:#?}", path.display());
            continue;
        }
        checked += 1;
        let titles: Vec<_> = diagnosis.findings.iter().map(|f| (f.certainty.name(), f.title())).collect();
        println!("{}: {titles:#?}", path.display());
        assert_eq!(diagnosis.answer, Answer::Proven, "{}: {titles:#?}", path.display());
    }
    assert!(checked > 0);
}

#[test]
fn a_signature_that_was_mistyped_is_told_from_a_wrong_one() {
    let sample =
        String::from_utf8(countersign::samples::named("iam-list-users").unwrap().text.to_vec()).unwrap();
    for (signature, answer) in [
        ("Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d8", Answer::Contradicted),
        ("Signature=6e783e80d26c24273e0380c1966e0cb7890b9fec5d93d511f17c6035b7a3c6e8", Answer::Open),
    ] {
        let at = sample.find("Signature=").unwrap();
        let text = [&sample[..at], signature, &sample[at + signature.len()..]].concat();
        let found = diagnose(
            &session(text.as_bytes()),
            own_clock(&session(text.as_bytes())),
            Effort::SINGLES,
            &Progress::default(),
        );
        assert_eq!(found.answer, answer, "{signature}");
        let told = found.findings[0].causes[0].id == "signature-mistyped";
        assert_eq!(told, answer == Answer::Contradicted, "{signature}");
    }
}

#[test]
fn the_readme_counts_the_causes() {
    let words = format!("It knows {} causes", countersign::diagnose::causes::causes().count());
    assert!(include_str!("../README.md").contains(&words), "{words}");
}

/// A sample with a part of it changed, diagnosed by single changes.
fn changed(sample: &str, from: &str, to: &str) -> (Session, Diagnosis) {
    let text = String::from_utf8(countersign::samples::named(sample).unwrap().text.to_vec()).unwrap();
    assert!(text.contains(from), "{from}");
    let case = countersign::case::read(text.replacen(from, to, 1).as_bytes()).unwrap();
    let session = Session { settings: case.settings, ..Session::new(case.request) };
    let found = diagnose(&session, own_clock(&session), Effort::SINGLES, &Progress::default());
    (session, found)
}

#[test]
fn what_a_server_refuses_beside_the_signature_is_told() {
    for (sample, from, to, id, answer) in [
        ("s3-post-policy", "public-read", "private", "policy-not-met", Answer::Rejected),
        (
            "s3-chunked-upload",
            "Decoded-Content-Length: 66560",
            "Decoded-Content-Length: 66561",
            "content-length-changed",
            Answer::Proven,
        ),
        ("sigv4a-get", "Region-Set: us-east-1", "Region-Set: us-west-2", "wrong-region", Answer::Proven),
        ("sigv2-get", "GET ", "HEAD ", "v2-method", Answer::Proven),
    ] {
        let (_, found) = changed(sample, from, to);
        let ids: Vec<&str> = found.findings.iter().map(|finding| finding.causes[0].id).collect();
        assert_eq!((ids[0], found.answer), (id, answer), "{sample}: {ids:?}");
    }
}

/// The signatures are those of S3's documentation, `RESTAuthentication`; what is sent is not quite what was signed there.
#[test]
fn mistakes_with_version_2_are_found_behind_published_signatures() {
    const GET: &str = "bWq2s1WEIj+Ydj0vQ697zp+IXMU=";
    const PUT: &str = "MyyxeRY7whkBe+bq8fHCL/2kKUg=";
    let host = "Host: johnsmith.s3.amazonaws.com\nDate: Tue, 27 Mar 2007";
    for (signature, request, id) in [
        (GET, format!("GET /photos/puppy.jpg HTTP/1.1\n{host} 19:36:44 +0000"), "v2-date-second"),
        (GET, format!("HEAD /photos/puppy.jpg HTTP/1.1\n{host} 19:36:42 +0000"), "v2-method"),
        (GET, format!("GET /johnsmith/photos/puppy.jpg HTTP/1.1\n{host} 19:36:42 +0000"), "v2-resource"),
        (
            GET,
            format!(
                "GET /photos/puppy.jpg HTTP/1.1\n{host} 19:36:42 +0000\nContent-MD5: 4gJE4saaMU4BqNR0kLY+lw=="
            ),
            "v2-content-md5",
        ),
        (
            GET,
            format!("GET /photos/puppy.jpg HTTP/1.1\n{host} 19:36:42 +0000\nx-amz-acl: private"),
            "v2-amz-headers",
        ),
        (PUT, format!("PUT /photos/puppy.jpg HTTP/1.1\n{host} 21:15:45 +0000"), "v2-content-type"),
        (
            PUT,
            format!(
                "PUT /photos/puppy.jpg HTTP/1.1\nContent-Type: image/jpeg; charset=utf-8\n{host} 21:15:45 +0000"
            ),
            "v2-content-type",
        ),
    ] {
        let text = format!("{request}\nAuthorization: AWS AKIAIOSFODNN7EXAMPLE:{signature}\n\n");
        let session = Session::new(countersign::case::read(text.as_bytes()).unwrap().request);
        let clock = own_clock(&session);
        let found = diagnose(&session, clock, Effort::DEEP, &Progress::default());
        assert_eq!((found.answer, found.findings[0].causes[0].id), (Answer::Proven, id), "{request}");
        // Signed anew, or as it was signed: either way it matches.
        let (mended, _) = countersign::diagnose::apply(&found.findings[0], &session, clock).unwrap();
        assert_eq!(common::analyse(&mended, clock).agreement().holds(), Some(true), "{request}");
    }
}

#[test]
fn a_url_that_was_damaged_on_its_way_is_mended() {
    for (from, to, id) in [
        ("&X-Amz-Date", "&amp;X-Amz-Date", "url-html-escaped"),
        ("%2F20130524", "%252F20130524", "url-encoded-twice"),
    ] {
        let (session, found) = changed("s3-presigned-get", from, to);
        assert_eq!((found.findings[0].causes[0].id, found.answer), (id, Answer::Proven), "{to}");
        let clock = own_clock(&session);
        let (mended, _) = countersign::diagnose::apply(&found.findings[0], &session, clock).unwrap();
        assert_eq!(common::analyse(&mended, clock).agreement().holds(), Some(true));
    }
}

#[test]
fn the_clock_of_this_machine_proves_nothing() {
    let (session, _) = changed("s3-get-object", "# @now 20130524T000000Z\n", "");
    let late = countersign::time::Timestamp::parse(b"20260115T093000Z").unwrap().0;
    let found = diagnose(&session, late, Effort::SINGLES, &Progress::default());
    let clock = found.findings.iter().find(|finding| finding.causes[0].id == "clock-skew").unwrap();
    assert_eq!((clock.certainty, found.answer), (Certainty::Contradicted, Answer::Rejected));
    assert!(clock.causes[0].detail.contains("this machine's clock"), "{}", clock.causes[0].detail);
}

/// S3's documentation signed it in 2007: that is old, but no clock that was never set.
#[test]
fn an_old_request_is_not_called_the_work_of_a_clock_that_was_never_set() {
    let text = "PUT /photos/puppy.jpg HTTP/1.1\nContent-Type: image/jpeg\nHost: johnsmith.s3.amazonaws.com\n\
                Date: Tue, 27 Mar 2007 21:15:45 +0000\n\
                Authorization: AWS AKIAIOSFODNN7EXAMPLE:MyyxeRY7whkBe+bq8fHCL/2kKUg=\n\n";
    let session = session(text.as_bytes());
    let today = countersign::time::Timestamp::parse(b"20260115T093000Z").unwrap().0;
    let found = diagnose(&session, today, Effort::SINGLES, &Progress::default());
    assert_eq!((found.answer, found.findings[0].causes[0].id), (Answer::Rejected, "clock-skew"));
}

#[test]
fn a_signature_that_is_right_for_the_text_of_the_evidence_clears_the_key() {
    let (mut session, _) = changed("s3-get-object", "bytes=0-9", "bytes=0-19");
    let (right, _) = changed("s3-get-object", "bytes=0-9", "bytes=0-9");
    let signed = common::analyse(&right, own_clock(&right));
    let log = format!(
        "botocore.auth [DEBUG] CanonicalRequest:\n{}\nbotocore.auth [DEBUG] StringToSign:\n{}\n",
        common::text(signed.trace.canonical_request()),
        common::text(signed.trace.string_to_sign())
    );
    session.evidence = countersign::evidence::read(log.as_bytes()).unwrap().into();
    let found = diagnose(&session, own_clock(&session), Effort::SINGLES, &Progress::default());
    assert_eq!((found.findings[0].causes[0].id, found.answer), ("signed-text-known", Answer::Proven));
    assert!(found.findings[0].title().contains("`bytes=0-9`"), "{}", found.findings[0].title());
    assert!(found.findings.iter().all(|finding| finding.causes[0].id != "another-secret"));
}

#[test]
fn a_diagnosis_says_that_all_is_well_exactly_where_the_verdict_does() {
    for sample in countersign::samples::SAMPLES {
        let case = countersign::case::read(sample.text).unwrap();
        let session = Session { settings: case.settings, ..Session::new(case.request) };
        let clock = session.settings.now.unwrap_or_else(|| own_clock(&session));
        let verdict = common::analyse(&session, clock).verdict.conclusion();
        let found = diagnose(&session, clock, Effort::SINGLES, &Progress::default());
        let is_well = verdict == Some(countersign::verify::Conclusion::Match);
        assert_eq!(found.answer == Answer::Match, is_well, "{}: {:?}", sample.name, found.answer);
    }
}
