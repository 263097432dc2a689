//! Rules of services and of servers that decide a verdict beside the signature: requests of real clients, and what is answered to them.
//!
//! The signatures are those of the clients named, or of an independent program; what a server says to each stands beside it.

mod common;

use common::{analyse, credentials, session};
use countersign::analysis::Analysis;
use countersign::time::Timestamp;
use countersign::verify::{Agreement, Check, CheckId, Conclusion, Outcome};
use serde_json::json;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The analysis at this time of a request that is signed by AKIDEXAMPLE.
fn analysed(request: &str, clock: &str) -> Analysis {
    let mut session = session(request.as_bytes());
    session.keys.push(credentials(&json!({ "access_key_id": "AKIDEXAMPLE", "secret_access_key": SECRET })));
    analyse(&session, Timestamp::parse(clock.as_bytes()).expect("a date").0)
}

fn check(analysis: &Analysis, id: CheckId) -> &Check {
    analysis.verdict.checks.iter().find(|check| check.id == id).expect("a check")
}

/// That the signature is right, and the request refused all the same: by this check, in these words, with this answer.
#[track_caller]
fn refused(analysis: &Analysis, id: CheckId, detail: &str, aws: &str) {
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Rejected));
    assert_eq!(analysis.agreement(), &Agreement::Equal);
    let failed = analysis.verdict.failed().expect("a check that failed");
    assert_eq!((failed.id, failed.detail.as_ref(), failed.aws.as_deref()), (id, detail, Some(aws)));
}

/// As aioaws 0.15.1 signs; real S3, radosgw 16.2.15 and s3s-fs 0.14.1 take it.
#[test]
fn an_unsigned_payload_hash_is_taken() {
    let request = format!(
        "GET /?list-type=2&prefix=ab%2F HTTP/1.1\nhost: 127.0.0.1\ncontent-md5: 1B2M2Y8AsgTpgAmY7PhCfg==\n\
         content-type: application/x-www-form-urlencoded\nx-amz-date: 20261130T003059Z\n\
         authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/s3/aws4_request,\
         SignedHeaders=content-md5;content-type;host;x-amz-date,\
         Signature=0698e49ca8381decda19b81000a3463e7ccd5e3c14f9b4bf5c077e3b6380382f\n\
         x-amz-content-sha256: {EMPTY}\n\n"
    );
    let analysis = analysed(&request, "20261130T003059Z");
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{:?}", analysis.verdict.failed());
}

/// curl 7.88.1 with --aws-sigv4; S3 answers 400, radosgw 403, s3s-fs 400.
const WITHOUT_CONTENT_HEADER: &str = "GET /examplebucket/k HTTP/1.1\nHost: 127.0.0.1:56625\n\
    Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/s3/aws4_request, \
    SignedHeaders=host;x-amz-date, Signature=2413a7050110a6b66f40d3b0c70c90297aa4fd2150ec49bec65623c75d5da32b\n\
    X-Amz-Date: 20261130T003103Z\n\n";

#[test]
fn s3_wants_the_payload_hash_in_a_header() {
    refused(
        &analysed(WITHOUT_CONTENT_HEADER, "20261130T003103Z"),
        CheckId::Payload,
        "expected the header x-amz-content-sha256, which Amazon S3 does not do without, but found none",
        "InvalidRequest: Missing required header for this request: x-amz-content-sha256",
    );
}

/// What S3 answers to a URL that does not say how long it is good; radosgw answers 403, s3s-fs 400.
#[test]
fn s3_wants_to_know_how_long_a_url_is_good() {
    let url = "GET /examplebucket/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261130%2Fus-east-1\
               %2Fs3%2Faws4_request&X-Amz-Date=20261130T003127Z&X-Amz-SignedHeaders=host&X-Amz-Signature=\
               d11c8600070795486fb91853c2bc4ced384133c440193c8b78cc25167b54b8ca HTTP/1.1\nHost: 127.0.0.1:35587\n\n";
    refused(
        &analysed(url, "20261130T003127Z"),
        CheckId::Claim,
        "expected the parameter X-Amz-Expires, but found none in the query of a presigned URL",
        "AuthorizationQueryParametersError: Query-string authentication version 4 requires the X-Amz-Algorithm, \
         X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters",
    );
}

/// aws4 1.13.2; radosgw and s3s-fs take it, and refuse a signature over `%2F`.
#[test]
fn an_escaped_slash_of_s3_is_signed_as_a_slash() {
    let request = format!(
        "GET /examplebucket/a%2Fb HTTP/1.1\nHost: 127.0.0.1:56625\nX-Amz-Content-Sha256: {EMPTY}\n\
         X-Amz-Date: 20261130T003105Z\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
         Signature=4a9cd37ff1eade794ba037ec2a004ea139df6419f2a7646ed80961dab7cbfa7c\n\n"
    );
    let analysis = analysed(&request, "20261130T003105Z");
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{:?}", analysis.verdict.failed());
    let text = String::from_utf8_lossy(analysis.trace.canonical_request()).into_owned();
    assert!(text.starts_with("GET\n/examplebucket/a/b\n\n"), "{text}");
}

/// rclone 1.60.1 with Signature Version 2: Go writes UTC for GMT. radosgw and s3s-fs take it.
#[test]
fn a_date_of_version_2_may_end_in_utc() {
    let request = "HEAD /examplebucket/a%20b HTTP/1.1\nHost: 127.0.0.1:35587\n\
                   Authorization: AWS AKIDEXAMPLE:o4sStJaE/V1+ORNOejm2GKrC2/A=\nDate: Mon, 30 Nov 2026 00:31:24 UTC\n\n";
    let analysis = analysed(request, "20261130T003127Z");
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{:?}", analysis.verdict.failed());
}

/// opensearch-project/opensearch-cli#72: every request with a body is refused.
#[test]
fn opensearch_serverless_takes_no_signed_content_length() {
    let request = "POST /my-index/_search HTTP/1.1\nHost: abcdefghij0123456789.eu-west-1.aoss.amazonaws.com\n\
                   Content-Type: application/json\nContent-Length: 26\nX-Amz-Date: 20240110T130919Z\n\
                   X-Amz-Content-Sha256: baa6846b65b050d71831bb2e4cd6e6f1593902f6d82b16a6c1f9979d14cfcd12\n\
                   Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240110/eu-west-1/aoss/aws4_request, \
                   SignedHeaders=content-length;content-type;host;x-amz-content-sha256;x-amz-date, \
                   Signature=c6c5f6fa397887a865c3ebe58841174feac3696fdd804fe5c5d884191faf8b9c\n\n\
                   {\"query\":{\"match_all\":{}}}";
    let analysis = analysed(request, "20240110T130920Z");
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Rejected));
    assert_eq!(analysis.agreement(), &Agreement::Equal);
    let failed = analysis.verdict.failed().expect("a check that failed");
    assert_eq!(failed.id, CheckId::SignedHeaders);
    assert!(failed.detail.contains("`content-length`"), "{}", failed.detail);
}

/// A request whose `x-amz-meta-a` is sent and not signed.
fn unsigned_header(service: &str, signature: &str) -> Analysis {
    let request = format!(
        "GET / HTTP/1.1\nHost: h.example.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Meta-A: b\n\
         X-Amz-Content-Sha256: {EMPTY}\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, SignedHeaders=host;x-amz-date, \
         Signature={signature}\n\n"
    );
    analysed(&request, "20150830T123600Z")
}

#[test]
fn s3_alone_refuses_headers_of_the_scheme_that_are_not_signed() {
    refused(
        &unsigned_header("s3", "5c1d9c70afb556598b7abcd285ad1afab1d9806a5ca22859a0839b456afa5b27"),
        CheckId::SignedHeaders,
        "expected every x-amz-* header to be signed, but found unsigned: x-amz-meta-a",
        "AccessDenied: There were headers present in the request which were not signed (HeadersNotSigned: x-amz-meta-a)",
    );
    let other = unsigned_header("demo", "fe0920447fa710e8d9bd3ab5ac01b0a35a3a723c3f28545b3eda3b3032e571e4");
    assert_eq!(other.verdict.conclusion(), Some(Conclusion::Match), "{:?}", other.verdict.failed());
    assert_eq!(
        check(&other, CheckId::SignedHeaders).detail,
        "sent but not signed, which is taken here: x-amz-meta-a"
    );
}

/// A request that lists `host` twice, with a signature over its line once or twice.
fn listed_twice(signature: &str) -> Analysis {
    let request = format!(
        "GET / HTTP/1.1\nHost: h.example.com\nX-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20150830/us-east-1/demo/aws4_request, SignedHeaders=host;host;x-amz-date, \
         Signature={signature}\n\n"
    );
    analysed(&request, "20150830T123600Z")
}

#[test]
fn a_name_that_is_listed_twice_is_written_once() {
    let twice = listed_twice("665fbff7ba59fca70c0db87d0d3b0cdb9a481dc00dc8a2fa8cecaedf9d38945e");
    assert_eq!(twice.verdict.conclusion(), Some(Conclusion::Mismatch));
    let once = listed_twice("fe0920447fa710e8d9bd3ab5ac01b0a35a3a723c3f28545b3eda3b3032e571e4");
    assert_eq!(once.verdict.conclusion(), Some(Conclusion::Match), "{:?}", once.verdict.failed());
}

/// A URL that is right by itself (supabase/supabase#48880), and what is sent with it.
fn presigned(service_host: &str, headers: &str) -> Analysis {
    let request = format!(
        "GET /storage/v1/s3/docs/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE\
         %2F20260809%2Flocal%2Fs3%2Faws4_request&X-Amz-Date=20260809T101010Z&X-Amz-Expires=900\
         &X-Amz-SignedHeaders=host&X-Amz-Signature=\
         ae86599c376685eaffe65ed42ca1f812b7ea1fa3141a0314f6a11e5415145e76 HTTP/1.1\nHost: {service_host}\n{headers}\n"
    );
    analysed(&request, "20260809T101110Z")
}

#[test]
fn s3_takes_one_way_to_authenticate() {
    let alone = presigned("supabase.example.com", "");
    assert_eq!(alone.verdict.conclusion(), Some(Conclusion::Match), "{:?}", alone.verdict.failed());
    for word in ["Bearer", "Basic", "Token"] {
        refused(
            &presigned("supabase.example.com", &format!("Authorization: {word} eyJhbGciOiJIUzI1NiJ9\n")),
            CheckId::Claim,
            &format!(
                "expected one way to authenticate, but found an Authorization header (`{word}`) beside the signature in \
                 the query"
            ),
            "InvalidArgument: Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query \
             string parameter or the Authorization header should be specified",
        );
    }
}

/// boto3 1.43.11 with `signature_version='s3'`; its date lies at the end of 2026.
fn upload(fields: &str) -> String {
    let field = |(name, value): (&str, &str)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let fields: String = fields.lines().filter_map(|line| line.split_once('=')).map(field).collect();
    format!(
        "POST / HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n\
         {fields}--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nbytes\r\n--x--\r\n"
    )
}

const VERSION_2_POLICY: &str = "acl=private\nkey=a/${filename}\nAWSAccessKeyId=AKIDEXAMPLE\n\
    policy=eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMzBUMDQ6MDA6MTRaIiwgImNvbmRpdGlvbnMiOiBbeyJhY2wiOiAicHJpdmF0ZSJ9LCB7ImJ1Y2\
tldCI6ICJleGFtcGxlYnVja2V0In0sIFsic3RhcnRzLXdpdGgiLCAiJGtleSIsICJhLyJdXX0=\n\
    signature=9VcbHtt4IdRon+KsgSs9JqEQpcc=";

#[test]
fn a_policy_of_version_2_is_a_claim_and_its_conditions_are_judged() {
    let analysis = analysed(&upload(VERSION_2_POLICY), "20261130T030014Z");
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{:?}", analysis.verdict.failed());
    assert_eq!(analysis.computed(), Some(&b"9VcbHtt4IdRon+KsgSs9JqEQpcc="[..]));
    assert!(check(&analysis, CheckId::Policy).detail.starts_with("all 3 conditions hold"));
    let other_acl = upload(&VERSION_2_POLICY.replace("acl=private", "acl=public-read"));
    refused(
        &analysed(&other_acl, "20261130T030014Z"),
        CheckId::Policy,
        "expected $acl is private, but found `public-read`",
        "AccessDenied: Invalid according to Policy: Policy Condition failed",
    );
    let late = analysed(&upload(VERSION_2_POLICY), "20261130T040015Z");
    assert_eq!(late.verdict.failed().map(|check| check.id), Some(CheckId::Policy));
    let tampered = analysed(&upload(&VERSION_2_POLICY.replace("9Vcb", "9Vcc")), "20261130T030014Z");
    assert_eq!(tampered.verdict.conclusion(), Some(Conclusion::Mismatch));
}

/// The worked example of the S3 API Reference; radosgw and s3s-fs take it without its last CRLF.
#[test]
fn a_body_of_chunks_may_lack_its_last_crlf() {
    let whole = include_str!("../samples/s3-chunked-trailer.http");
    let cut = whole.replace("Content-Length: 66946\r\n", "");
    let cut = cut.strip_suffix("\r\n").expect("a last CRLF");
    let session = session(cut.as_bytes());
    let analysis = analyse(&session, Timestamp::parse(b"20130524T000000Z").expect("a date").0);
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{:?}", analysis.verdict.failed());
    let framing = &check(&analysis, CheckId::Framing).detail;
    assert!(framing.contains("servers take it") && framing.contains("the end of the body"), "{framing}");
}

/// The signature is compared although the date is long past: both are told, and the date decides.
#[test]
fn every_check_is_made_behind_the_first_that_failed() {
    let analysis = analysed(WITHOUT_CONTENT_HEADER, "20270101T000000Z");
    assert_eq!(analysis.verdict.failed().map(|check| check.id), Some(CheckId::Date));
    let outcomes: Vec<_> = analysis.verdict.checks.iter().map(|check| (check.id, check.outcome)).collect();
    assert!(outcomes.contains(&(CheckId::Payload, Outcome::Failed)), "{outcomes:?}");
    assert!(outcomes.contains(&(CheckId::Signature, Outcome::Passed)), "{outcomes:?}");
    assert!(outcomes.iter().all(|(_, outcome)| *outcome != Outcome::NotReached), "{outcomes:?}");
}

#[test]
fn what_cannot_be_made_is_told_as_not_reached() {
    let unknown = WITHOUT_CONTENT_HEADER.replace("AKIDEXAMPLE", "AKIDUNKNOWN");
    let analysis = analysed(&unknown, "20261130T003103Z");
    assert_eq!(check(&analysis, CheckId::Signature).outcome, Outcome::NotReached);
    assert_eq!(check(&analysis, CheckId::Payload).outcome, Outcome::Failed);
    let broken = WITHOUT_CONTENT_HEADER.replace("/aws4_request", "");
    let analysis = analysed(&broken, "20261130T003103Z");
    let outcome = |id| check(&analysis, id).outcome;
    assert_eq!(outcome(CheckId::Claim), Outcome::Passed);
    assert_eq!(outcome(CheckId::Date), Outcome::Passed);
    assert_eq!(outcome(CheckId::Scope), Outcome::Failed);
    assert_eq!(outcome(CheckId::Signature), Outcome::NotReached);
}

/// Signatures of two that are only named: what AWS's rules would make of the requests is not computed.
#[test]
fn nothing_is_computed_for_a_scheme_of_another_maker() {
    let sns = "POST /hook HTTP/1.1\nHost: h\nx-amz-sns-message-type: Notification\n\n{}";
    let gitlab = "POST /hook HTTP/1.1\nHost: h\nX-Gitlab-Token: a\n\n{}";
    for (request, name) in [(sns, "SNS message signature"), (gitlab, "GitLab webhook token")] {
        let analysis = analysed(request, "20261130T003103Z");
        assert_eq!(analysis.foreign.map(|foreign| foreign.name), Some(name));
        assert!(analysis.trace.stages.is_empty(), "{name}");
        let failed = analysis.verdict.failed().expect("a check that failed");
        assert!(
            failed.detail.contains(name) && failed.detail.contains("not supported yet"),
            "{}",
            failed.detail
        );
    }
}

/// A request to S3 whose header signature is right, with these lines besides.
fn object(more: &str) -> Analysis {
    let request = format!(
        "GET /k HTTP/1.1\nhost: b.s3.us-east-1.amazonaws.com\nx-amz-date: 20260115T093000Z\n\
         x-amz-content-sha256: {EMPTY}\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
         Signature=0462dc46c894938fe9b87299194fc0389c21aabfa9050513180756a8c8e96e33\n{more}\n"
    );
    analysed(&request, "20260115T093000Z")
}

/// The query of a presigned URL for `/k` in a bucket `b`.
const PRESIGNED: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256\
    &X-Amz-Credential=AKIDEXAMPLE%2F20260115%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260115T093000Z\
    &X-Amz-Expires=300&X-Amz-SignedHeaders=host\
    &X-Amz-Signature=04fe89bc16e31a10492410dd478b4d74c8f958931ee97b69d05d5ea706ad31fc";

#[test]
fn a_second_way_to_authenticate_is_refused_however_it_is_written() {
    assert_eq!(object("").verdict.conclusion(), Some(Conclusion::Match));
    let host = "b.s3.us-east-1.amazonaws.com/k";
    let of_curl = |text: String| analysed(&text, "20260115T093000Z");
    let both = "AWSAccessKeyId=AKIDEXAMPLE&Signature=abc%3D&Expires=1800000000";
    let version_2 = PRESIGNED.replace(
        "04fe89bc16e31a10492410dd478b4d74c8f958931ee97b69d05d5ea706ad31fc",
        "8459e47a2132ea338ba164f8ae3ed63cd4060c61195c1271d34bb1cba5414e06",
    );
    for analysis in [
        object("Authorization: Bearer x\n"),
        of_curl(format!("curl --oauth2-bearer t 'https://{host}?{PRESIGNED}'")),
        of_curl(format!("curl -u user:pass 'https://{host}?{PRESIGNED}'")),
        of_curl(format!("curl 'https://user:pass@{host}?{PRESIGNED}'")),
        of_curl(format!("https://user:pass@{host}?{PRESIGNED}")),
        of_curl(format!("https://{host}?{both}&{version_2}")),
    ] {
        let failed = analysis.verdict.failed().expect("a check that failed");
        assert_eq!(
            (failed.id, analysis.agreement()),
            (CheckId::Claim, &Agreement::Equal),
            "{}",
            failed.detail
        );
        assert!(failed.aws.as_deref().is_some_and(|aws| aws.contains("Only one auth mechanism allowed")));
    }
}

/// "The x-amz-content-sha256 header is required for all AWS Signature Version 4 requests" (developer guide, Serverless).
#[test]
fn opensearch_serverless_wants_the_payload_hash_in_a_header() {
    let request = "POST /i/_search HTTP/1.1\nhost: abcdefghij0123456789.us-east-1.aoss.amazonaws.com\n\
        x-amz-date: 20260115T093000Z\n\
        Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/aoss/aws4_request, \
        SignedHeaders=host;x-amz-date, Signature=e0008bc8c9554b2e7a154736a8c588ebf3da4c0c6be82ec6e50842e89c13dd67\n\
        Content-Length: 7\n\n{\"q\":1}";
    refused(
        &analysed(request, "20260115T093000Z"),
        CheckId::Payload,
        "expected the header x-amz-content-sha256, which Amazon OpenSearch Serverless does not do without, but found none",
        "403 Forbidden",
    );
}

/// Who verifies is the host: a path is encoded once at S3 and twice elsewhere, whatever the scope names.
#[test]
fn the_rules_are_those_of_the_host() {
    for (host, path, service, signature, expected) in [
        (
            "buck.s3.eu-west-1.amazonaws.com",
            "/a%20b",
            "execute-api",
            "8495df7955ba52c55a524d2ac4ae3266c111a2df8a501b40142818310cb3229a",
            "s3",
        ),
        (
            "abc.execute-api.eu-west-1.amazonaws.com",
            "/p/a%20b",
            "s3",
            "e266118c6cea3bb1a93d67868a35b754f6d320ea0186e909773c492539722286",
            "execute-api",
        ),
    ] {
        let (line, name) = match expected {
            "s3" => (format!("x-amz-content-sha256: {EMPTY}\n"), "host;x-amz-content-sha256;x-amz-date"),
            _ => (String::new(), "host;x-amz-date"),
        };
        let request = format!(
            "GET {path} HTTP/1.1\nhost: {host}\nx-amz-date: 20260115T093000Z\n{line}\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/{service}/aws4_request, \
             SignedHeaders={name}, Signature={signature}\n\n"
        );
        let analysis = analysed(&request, "20260115T093000Z");
        let failed: Vec<_> =
            analysis.verdict.checks.iter().filter(|check| check.outcome != Outcome::Passed).collect();
        assert_eq!(analysis.agreement(), &Agreement::Equal);
        assert_eq!(failed.iter().map(|check| check.id).collect::<Vec<_>>(), [CheckId::Scope]);
        assert_eq!(failed[0].detail, format!("expected service `{expected}`, but found `{service}`"));
    }
}

#[test]
fn a_function_url_takes_no_unsigned_payload() {
    // Signed by Python's hmac and hashlib.
    let analysis = analysed(
        "POST / HTTP/1.1\r\nHost: abcd.lambda-url.us-east-1.on.aws\r\nX-Amz-Date: 20260115T093000Z\r\n\
         X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/lambda/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
         Signature=7144c1aedda8dd1ca2a43c8951916242ccb0a8c0432f56f6afc3d4a5746bc27c\r\nContent-Length: 1\r\n\r\nx",
        "20260115T093000Z",
    );
    assert_eq!(analysis.agreement(), &Agreement::Equal);
    let detail = "expected the SHA-256 of the body, as AWS Lambda takes no unsigned payload, but found UNSIGNED-PAYLOAD";
    assert_eq!(check(&analysis, CheckId::Payload).detail, detail);
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Rejected));
}

#[test]
fn a_host_that_spans_regions_takes_no_signature_that_names_one() {
    // Signed by Python's hmac and hashlib.
    let analysis = analysed(
        "GET /k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260115%2Fus-east-1%2Fs3%2Faws4_request\
         &X-Amz-Date=20260115T093000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host\
         &X-Amz-Signature=b642b82122b0757b8394de5664528af6202556be873d7a73916d67baa191893a HTTP/1.1\r\n\
         Host: m.mrap.accesspoint.s3-global.amazonaws.com\r\n\r\n",
        "20260115T093000Z",
    );
    assert_eq!(analysis.agreement(), &Agreement::Equal);
    let detail = "expected AWS4-ECDSA-P256-SHA256, which this host wants, but found AWS4-HMAC-SHA256";
    assert_eq!(check(&analysis, CheckId::Algorithm).detail, detail);
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Rejected));
}

#[test]
fn a_region_that_came_later_takes_no_signature_of_version_2() {
    // Signed by Python's hmac and hashlib.
    let request = "GET /k HTTP/1.1\r\nHost: bkt.s3.eu-central-1.amazonaws.com\r\nDate: Thu, 15 Jan 2026 09:30:00 GMT\r\n\
                   Authorization: AWS AKIDEXAMPLE:LLdyKGuLLa0fAtsmRsoPqfIa4Is=\r\n\r\n";
    let analysis = analysed(request, "20260115T093000Z");
    assert_eq!(analysis.agreement(), &Agreement::Equal);
    let detail = "expected AWS4-HMAC-SHA256, which eu-central-1 wants, but found AWS Signature Version 2";
    assert_eq!(check(&analysis, CheckId::Algorithm).detail, detail);
    assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Rejected));
    let older = analysed(&request.replace("eu-central-1", "eu-west-1"), "20260115T093000Z");
    assert_eq!(older.verdict.conclusion(), Some(Conclusion::Match));
}
