//! Threads without a request: what people call the two sides, two attempts, and what is asked for next.
//!
//! Hashes are those of `sha2`; the texts have the shape of posts in public threads.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use common::own_clock;
use countersign::analysis::Session;
use countersign::case;
use countersign::diagnose::{Diagnosis, Effort, Progress, diagnose};
use sha2::{Digest as _, Sha256};

const DATE: &str = "20260115T093000Z";

fn canonical(host: &str, date: &str) -> String {
    let body = hex::encode(Sha256::digest(b"{\"id\":1}"));
    format!(
        "POST\n/v1/items\n\ncontent-type:application/json\nhost:{host}\nx-amz-date:{date}\n\ncontent-type;host;x-amz-date\n{body}"
    )
}

fn string(request: &str, date: &str) -> String {
    let hash = hex::encode(Sha256::digest(request));
    format!("AWS4-HMAC-SHA256\n{date}\n{}/eu-west-1/execute-api/aws4_request\n{hash}", &date[..8])
}

fn error(request: &str, date: &str) -> String {
    let (request, string) = (request.replace('\n', "\\n"), string(request, date).replace('\n', "\\n"));
    format!(
        "{{\"message\":\"The request signature we calculated does not match the signature you provided.\\n\\nThe Canonical String for this \
         request should have been\\n'{request}'\\n\\nThe String-to-Sign should have been\\n'{string}'\\n\"}}"
    )
}

fn log(request: &str, date: &str, signature: &str) -> String {
    let line = "2026-01-15 09:30:00,001 - MainThread - botocore.auth - DEBUG -";
    format!(
        "{line} CanonicalRequest:\n{request}\n{line} StringToSign:\n{}\n{line} Signature:\n{signature}\n",
        string(request, date)
    )
}

fn told(text: &str) -> Diagnosis {
    let case = case::open_or_alone(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mut session = Session::new(case.request);
    (session.settings, session.format, session.evidence) = (case.settings, case.format, case.evidence.into());
    diagnose(&session, own_clock(&session), Effort::SINGLES, &Progress::default())
}

/// The ids of the findings, and the texts that each was signed and sent as.
fn ids(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.findings.iter().flat_map(|finding| &finding.causes).map(|cause| cause.id).collect()
}

fn next_step(diagnosis: &Diagnosis) -> String {
    let finding = diagnosis.findings.iter().find(|finding| finding.causes[0].id == "next-step");
    finding.map_or(String::new(), |finding| finding.causes[0].fix.clone())
}

#[test]
fn two_texts_are_told_apart_by_what_people_call_them() {
    let (mine, theirs) = (canonical("api.example.com", DATE), canonical("internal.example.com", DATE));
    for (one, other) in [
        ("Here is my canonical request:", "AWS expected:"),
        ("**Mine**", "**Theirs**"),
        ("We compute", "The server says"),
        ("Actual:", "Expected:"),
        ("generated locally", "from the error"),
        ("## Client\n\nCanonical request:", "## Server\n\nCanonical request:"),
    ] {
        for text in [
            format!("{one}\n\n```\n{mine}\n```\n\n{other}\n\n```\n{theirs}\n```\n"),
            format!("{other}\n\n```\n{theirs}\n```\n\n{one}\n\n```\n{mine}\n```\n"),
        ] {
            let found = told(&text);
            assert_eq!(ids(&found)[0], "host-changed", "{text}");
            assert!(found.findings[0].title().contains("signed for api.example.com"), "{text}");
        }
    }
}

#[test]
fn without_such_words_neither_text_is_the_servers() {
    let (one, other) = (canonical("api.example.com", DATE), canonical("internal.example.com", DATE));
    for [first, second] in [
        ["This", "versus"],
        ["This works (curl):", "This fails (node):"],
        ["From the docs:", "Also from the docs:"],
    ] {
        let found = told(&format!("{first}\n\n```\n{one}\n```\n\n{second}\n\n```\n{other}\n```\n"));
        assert_eq!(ids(&found), ["evidence-header", "next-step"], "{first}");
        let title = found.findings[0].title();
        assert!(!title.contains("server") && !title.contains("the signer"), "{title}");
        assert!(next_step(&found).contains("above each text"), "{}", next_step(&found));
    }
}

#[test]
fn two_attempts_are_not_one() {
    const LATER: &str = "20260115T093107Z";
    let (mine, theirs) = (canonical("api.example.com", LATER), canonical("api.example.com", DATE));
    let found = told(&(error(&theirs, DATE) + "\n\n" + &log(&mine, LATER, &"5d".repeat(32))));
    assert_eq!(
        ids(&found),
        ["same-but-for-the-date", "another-attempt", "signature-mismatch", "next-step"],
        "nothing is proven"
    );
    assert!(found.findings[1].title().contains("signed 1 min 7 s later"), "{}", found.findings[1].title());
    let elsewhere = canonical("internal.example.com", LATER);
    let found = told(&(error(&theirs, DATE) + "\n\n" + &log(&elsewhere, LATER, &"5d".repeat(32))));
    let known = ids(&found);
    assert_eq!(known[0], "host-changed", "the rest is compared");
    assert!(known.contains(&"another-attempt") && !known.contains(&"date-header-changed"), "{known:?}");
}

#[test]
fn the_next_step_is_not_among_what_was_pasted() {
    let (mine, theirs) = (canonical("api.example.com", DATE), canonical("internal.example.com", DATE));
    let log = log(&mine, DATE, &"5d".repeat(32));
    assert_eq!(next_step(&told(&(error(&theirs, DATE) + "\n\n" + &log))), "");
    let alone = next_step(&told(&error(&theirs, DATE)));
    assert!(alone.contains("debug log") && alone.contains("Authorization header"), "{alone}");
    let alone = next_step(&told(&log));
    assert!(!alone.contains("debug log") && alone.contains("the server's answer"), "{alone}");
}

#[test]
fn the_hash_of_an_empty_body_is_called_so() {
    let empty = hex::encode(Sha256::digest(b""));
    let error = format!(
        "<Error><Code>XAmzContentSHA256Mismatch</Code><Message>The provided 'x-amz-content-sha256' header does not match what was \
         computed.</Message><ClientComputedContentSHA256>{}</ClientComputedContentSHA256><S3ComputedContentSHA256>{empty}\
         </S3ComputedContentSHA256></Error>",
        hex::encode(Sha256::digest(b"hello"))
    );
    let found = told(&error);
    let detail = &found.findings[0].causes[0].detail;
    assert!(
        detail.ends_with(&format!("S3ComputedContentSHA256: {empty}, the hash of an empty body")),
        "{detail}"
    );
}
