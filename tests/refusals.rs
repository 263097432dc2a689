//! Diagnoses of requests whose signature is right or of no account: what the server saw, what it refuses all the same, and what was
//! never signed. The signatures were made by an independent program.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::sync::Arc;

use common::own_clock;
use countersign::analysis::Session;
use countersign::case::read;
use countersign::diagnose::{Answer, Certainty, Diagnosis, Effort, Progress, diagnose};
use countersign::evidence;

/// The diagnosis of a request beside an error, if there is one.
fn found(request: &str, error: &str) -> Diagnosis {
    let case = read(request.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let mut session = Session { settings: case.settings, ..Session::new(case.request) };
    if !error.is_empty() {
        session.evidence = Arc::from(evidence::read(error.as_bytes()).unwrap());
    }
    let clock = session.settings.now.unwrap_or_else(|| own_clock(&session));
    diagnose(&session, clock, Effort::SINGLES, &Progress::default())
}

fn ids(found: &Diagnosis) -> Vec<&'static str> {
    found.findings.iter().flat_map(|finding| &finding.causes).map(|cause| cause.id).collect()
}

/// A request to API Gateway with these lines, signed by AKIDEXAMPLE.
fn api(line: &str, lines: &str, signed: &str, signature: &str) -> String {
    format!(
        "# @now 20260115T093000Z\n{line} HTTP/1.1\nhost: abc.execute-api.eu-west-1.amazonaws.com\n{lines}\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/execute-api/aws4_request, \
         SignedHeaders={signed}, Signature={signature}\n"
    )
}

/// A request whose signature is right.
fn right() -> String {
    api(
        "POST /p?a=1",
        "content-type: application/json\nx-amz-date: 20260115T093000Z\n",
        "content-type;host;x-amz-date",
        "031cf0c71a9a3592c4f6c728fe3f431c6d645fb38aa7e6f46bc29a51540ef8be",
    ) + "Content-Length: 2\n\n{}"
}

#[test]
fn a_date_that_was_signed_and_not_sent_is_no_match_by_the_clock_here() {
    let request = "# @now 20260115T093000Z\nGET /k HTTP/1.1\nhost: buck.s3.eu-west-1.amazonaws.com\n\
        x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
        Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/s3/aws4_request, \
        SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
        Signature=8a852b57c293e80a7968a2d32749cf725200887f651947fee1f1c28646fe68c3\n\n";
    let found = found(request, "");
    assert_eq!((found.answer, ids(&found)[0]), (Answer::Rejected, "signed-header-not-sent"));
}

#[test]
fn a_date_that_cannot_be_read_is_no_match() {
    let request = "# @now 20260115T093000Z\nGET /b/k HTTP/1.1\nHost: s3.amazonaws.com\n\
        Date: Thu, 15 Jan 2026 10:30:00 CET\nAuthorization: AWS AKIDEXAMPLE:Z99rGQIgAaUyIP8A959XWaKgtjQ=\n\n";
    let found = found(request, "");
    assert_eq!((found.answer, ids(&found)[0]), (Answer::Rejected, "date-refused"));
}

#[test]
fn two_ways_to_authenticate_are_told_and_nothing_is_searched() {
    let request = "# @now 20260115T093000Z\nGET /k?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AKIDEXAMPLE%2F20260115%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260115T093000Z\
        &X-Amz-Expires=300&X-Amz-SignedHeaders=host\
        &X-Amz-Signature=04fe89bc16e31a10492410dd478b4d74c8f958931ee97b69d05d5ea706ad31fc HTTP/1.1\n\
        host: b.s3.us-east-1.amazonaws.com\n\
        Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/s3/aws4_request, \
        SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
        Signature=0462dc46c894938fe9b87299194fc0389c21aabfa9050513180756a8c8e96e33\n\
        x-amz-date: 20260115T093000Z\n\
        x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\n";
    let found = found(request, "");
    assert_eq!((found.answer, ids(&found)[0], found.tried), (Answer::Contradicted, "claim-refused", 0));
}

/// A server that saw another method and another path than were signed.
#[test]
fn what_a_server_saw_of_a_right_request_is_no_mistake_of_the_signer() {
    let request = right();
    let error = "{\"message\": \"The request signature we calculated does not match the signature you provided. Check your AWS Secret \
        Access Key and signing method. Consult the service documentation for details.\\n\\nThe Canonical String for this request should \
        have been\\n'GET\\n/p\\na=1\\ncontent-type:application/json\\nhost:abc.execute-api.eu-west-1.amazonaws.com\\n\
        x-amz-date:20260115T093000Z\\n\\ncontent-type;host;x-amz-date\\n\
        44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'\\n\\nThe String-to-Sign should have been\\n\
        'AWS4-HMAC-SHA256\\n20260115T093000Z\\n20260115/eu-west-1/execute-api/aws4_request\\n\
        754b15b4121f0ec1b597fb47b8fae09ef56807190940a1fe6ca486298913f0ae'\\n\"}";
    let found = found(&request, error);
    assert_eq!(found.answer, Answer::Contradicted);
    assert_eq!(&ids(&found)[..2], ["changed-on-the-way", "evidence-method"]);
    assert!(!ids(&found).contains(&"method-changed"), "{:?}", ids(&found));
    assert!(found.findings[1].causes[0].fix.contains("the signer is right"));
}

#[test]
fn the_clock_that_an_error_names_counts_and_no_other() {
    let request = api(
        "GET /p",
        "x-amz-date: 20260115T123000Z\n",
        "host;x-amz-date",
        "c8593b70de9a30aef3319e6ae0440158be9fb50a57b07264af872ecfcb577a36",
    )
    .replace("@now 20260115T093000Z", "@now 20260130T093000Z")
        + "\n";
    let error = "{\"message\":\"Signature not yet current: 20260115T123000Z is still later than 20260115T094500Z (20260115T093000Z + 15 min.)\"}";
    let found = found(&request, error);
    let told = found.findings.iter().flat_map(|finding| &finding.causes).map(|cause| cause.detail.as_str());
    let told: Vec<&str> = told.collect();
    assert!(told[0].contains("is 3 h ahead of the server's clock, 20260115T093000Z"), "{told:?}");
    assert!(told.iter().all(|detail| !detail.contains("20260130")), "{told:?}");
}

#[test]
fn an_anonymous_user_sent_no_signature() {
    let request = "GET /p HTTP/1.1\nHost: search-x-abcdefghijklmnopqrstuvwxyz.eu-west-1.es.amazonaws.com\n\n";
    let error = "{\"Message\":\"User: anonymous is not authorized to perform: es:ESHttpGet\"}";
    let found = found(request, error);
    assert_eq!(ids(&found)[0], "anonymous");
    assert!(!ids(&found).contains(&"not-authorized"));
}

#[test]
fn an_error_that_asks_for_a_signature_says_nothing_more_of_a_bearer_token() {
    let request =
        "GET /p HTTP/1.1\nHost: abc.execute-api.eu-west-1.amazonaws.com\nAuthorization: Bearer abcdefgh\n\n";
    for error in [
        "{\"message\":\"'abcdefgh' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abcdefgh'.\"}",
        "{\"message\":\"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter.\"}",
    ] {
        let found = found(request, error);
        let first = &found.findings[0];
        assert_eq!((first.causes[0].id, first.certainty), ("not-signed", Certainty::Contradicted));
        let others = found.findings[1..].iter();
        assert!(others.clone().all(|finding| finding.certainty == Certainty::Noticed), "{:?}", ids(&found));
    }
}

/// The scope explains all: that the server holds another secret as well is not known.
#[test]
fn no_secret_is_contradicted_beside_a_cause_that_is_proven() {
    let request = format!(
        "# @now 20260115T093000Z\nPOST /prod/x%20y?b=2&a=1%2F3 HTTP/1.1\nhost: abc.execute-api.eu-west-1.amazonaws.com\n\
         content-type: application/json\nx-amz-target: T.Op\nx-amz-date: 20260115T093000Z\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/foo/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={}\nContent-Length: 8\n\n{{\"a\": 1}}",
        "3d82e336a583d55b83b1e9a2cbf6083c5556768102c500ad5f6e3e322e9ece2e"
    );
    let error = "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you \
        provided. Check your key and signing method.</Message></Error>";
    let found = found(&request, error);
    assert_eq!(ids(&found)[0], "wrong-service");
    for id in ["server-key-differs", "server-saw-another-request", "another-secret"] {
        assert!(!ids(&found).contains(&id), "{:?}", ids(&found));
    }
}

#[test]
fn an_error_that_names_another_key_id_says_so() {
    let request = right();
    let error = |id: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the \
        signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>{id}</AWSAccessKeyId></Error>"
        )
    };
    assert!(ids(&found(&request, &error("AKIAOTHER00000000000"))).contains(&"evidence-key-id"));
    assert!(!ids(&found(&request, &error("AKIDEXAMPLE"))).contains(&"evidence-key-id"));
}
