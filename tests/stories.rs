//! What a diagnosis tells of requests as people reported them: the story that leads to a match, and none that points backwards.
//!
//! The signatures were made by a signer of its own that makes the report's mistake; each report is named where its request stands.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::sync::Arc;

use common::{analyse, own_clock, text};
use countersign::analysis::Session;
use countersign::diagnose::{Answer, Certainty, Diagnosis, Effort, Progress, diagnose};
use countersign::evidence;
use countersign::report::diagnosis::diagnosis as told;
use countersign::report::{Reveal, plain};
use countersign::request::read;

/// The request with the settings of its comment lines.
fn session(request: &str) -> Session {
    let case = read(request.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    Session { settings: case.settings, ..Session::new(case.request) }
}

fn with(request: &str, error: &str) -> Session {
    Session { evidence: Arc::from(evidence::read(error.as_bytes()).unwrap()), ..session(request) }
}

fn found(session: &Session) -> Diagnosis {
    let clock = session.settings.now.unwrap_or_else(|| own_clock(session));
    diagnose(session, clock, Effort::SINGLES, &Progress::default())
}

/// The report, as it is printed.
fn report(session: &Session) -> String {
    let clock = session.settings.now.unwrap_or_else(|| own_clock(session));
    plain(&told(&found(session), &analyse(session, clock), session, Reveal::Nothing))
}

fn ids(found: &Diagnosis) -> Vec<&'static str> {
    found.findings.iter().flat_map(|finding| &finding.causes).map(|cause| cause.id).collect()
}

/// FantasticFiasco/aws-signature-version-4 and aws/aws-sdk-net#4493: one line on the wire, joined by a comma and a space.
const LIST: &str = "# @now 20260902T140001Z
GET /prod/items HTTP/1.1
Host: a1b2c3d4e5.execute-api.ca-central-1.amazonaws.com
foo: bar, baz
X-Amz-Date: 20260902T140000Z
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260902/ca-central-1/execute-api/aws4_request, SignedHeaders=foo;host;x-amz-content-sha256;x-amz-date, Signature=49c4d95e0d1d2fde75a17aeaf6c5fac055046159703546fac1e07d66eb0bc05d

";

/// aws-amplify/amplify-js#14001: /event/connect was signed.
const EVENT: &str = "# @now 20241111T173414Z
POST /event HTTP/1.1
accept: application/json, text/javascript
content-encoding: amz-1.0
content-type: application/json; charset=UTF-8
host: abcdefghijklmnopqrstuvwxyz.appsync-api.eu-west-1.amazonaws.com
x-amz-date: 20241111T173413Z
x-amz-security-token: IQoJb3JpZ2luX2VjEXAMPLETOKEN//////////wEaCXVzLXdlc3QtMg==
Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20241111/eu-west-1/appsync/aws4_request, SignedHeaders=accept;content-encoding;content-type;host;x-amz-date;x-amz-security-token, Signature=11e5b157d740cc0760346a65e3f8eb7f4f310e41fcc6851d87d243e04ba379cc

{}";

/// The same report the other way round: /graphql was signed.
const GRAPHQL: &str = "# @now 20241111T173414Z
POST /graphql/connect HTTP/1.1
Host: abcdefghijklmnopqrstuvwxyz.appsync-api.eu-west-1.amazonaws.com
content-type: application/json; charset=UTF-8
x-amz-date: 20241111T173413Z
Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20241111/eu-west-1/appsync/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=a41d91df41549fd2b0c26c3e16e5992c2b0d835d1cdb58854da30212e2317b36

{}";

/// duckdb/duckdb-aws#96: encoded once more on the wire.
const AGAIN: &str = "# @now 20250708T101113Z
GET /test%252B.parquet.zst HTTP/1.1
Host: bucket.s3.amazonaws.com
x-amz-date: 20250708T101112Z
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20250708/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=b7e8a87f068b46bdd1ae5cc2774a63e371a62340e29dbb7b98c9780814e92f94

";

/// AnWeber/httpyac#769: x-amz-date was signed, and sent by nobody.
const NO_DATE: &str = "# @now 20240815T142235Z
GET /prod/accounts HTTP/1.1
Host: a1b2c3d4e5.execute-api.us-west-2.amazonaws.com
accept: */*
caller-account-id: 111122223333
x-amz-security-token: IQoJb3JpZ2luX2VjEXAMPLETOKEN//////////wEaCXVzLXdlc3QtMg==
authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240815/us-west-2/execute-api/aws4_request, SignedHeaders=accept;caller-account-id;host;x-amz-date;x-amz-security-token, Signature=28fad61be974555e87a101ea728fb1d61367b917fdc570d32d5d8235f955e851

";

/// A URL of Lambda that was presigned with the hash of nothing, and used with a body.
const LAMBDA: &str = "# @now 20230601T120100Z
POST /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20230601%2Fus-east-1%2Flambda%2Faws4_request&X-Amz-Date=20230601T120000Z&X-Amz-Expires=300&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLETOKEN%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEaCXVzLXdlc3QtMg%3D%3D&X-Amz-SignedHeaders=host&X-Amz-Signature=a80de28b0075f84db6b5e4b484166925973c7ac80eb97f67608e0178883720a2 HTTP/1.1
Host: abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws
Content-Type: application/json
Content-Length: 15

{\"hello\":\"you\"}";

/// A presigned upload to R2 whose browser did not send the Cache-Control that the URL signs.
const CACHE_CONTROL: &str = "# @now 20260401T090010Z
PUT /chapters/01.webp?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260401%2Fauto%2Fs3%2Faws4_request&X-Amz-Date=20260401T090000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=cache-control%3Bhost&X-Amz-Signature=71a7189eec5be5d2ce5b2129a5a9651ef147f933c69f24eb06691e3a49c91263 HTTP/1.1
Host: 0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com
content-type: image/webp

x";

/// supabase/storage#572: right, and refused.
const BEHIND_A_PROXY: &str = "# @now 20241016T093013Z
GET /storage/v1/s3/ HTTP/1.1
Host: supabase.example.com
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-amz-date: 20241016T093012Z
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20241016/stub/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=334a4bc7457f15b01b6e026d32b58dc2eeebefa655e1b800b49b953d1e4bba0f

";

const MISMATCH: &str = "{\"code\":\"SignatureDoesNotMatch\",\"message\":\"The request signature we calculated does not match the signature you provided. Check your key and signing method.\"}";

#[test]
fn the_first_finding_is_the_story_that_leads_to_a_match() {
    for (request, cause, backwards) in [
        (LIST, "header-list-spacing", "Join the values with a comma alone"),
        (EVENT, "path-suffix-signed", "another-secret"),
        (GRAPHQL, "path-suffix-left-out", "another-secret"),
        (AGAIN, "path-encoded-after-signing", "taken for a space"),
        (NO_DATE, "signed-header-not-sent", "ntpdate"),
        (LAMBDA, "presign-for-no-body", "UNSIGNED-PAYLOAD in the last line"),
        (CACHE_CONTROL, "signed-header-not-sent", "another-secret"),
    ] {
        let session = session(request);
        let found = found(&session);
        let first = &found.findings[0];
        assert_eq!((first.certainty, first.causes[0].id), (Certainty::Proven, cause), "{:?}", ids(&found));
        assert!(!report(&session).contains(backwards), "{cause}: {}", report(&session));
    }
}

#[test]
fn what_was_never_sent_is_not_shown_as_sent() {
    let report = report(&session(NO_DATE));
    let line =
        |name: &str| report.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default();
    assert!(line("signed ").ends_with("x-amz-date:20240815T142233Z"), "{report}");
    assert!(line("sent ").ends_with("(not sent)"), "{report}");
}

/// What a right server answers: its texts are those of the request as it arrived.
fn error_of(request: &str) -> String {
    let session = session(request);
    let analysis = analyse(&session, session.settings.now.unwrap());
    let (canonical, string) =
        (text(analysis.trace.canonical_request()), text(analysis.trace.string_to_sign()));
    format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you \\
         provided.</Message><StringToSign>{string}</StringToSign><CanonicalRequest>{}</CanonicalRequest></Error>",
        canonical.replace('&', "&amp;")
    )
}

#[test]
fn a_server_that_reads_the_request_as_we_do_accuses_no_key() {
    for request in [LIST, EVENT, GRAPHQL, AGAIN, LAMBDA, CACHE_CONTROL] {
        let beside = with(request, &error_of(request));
        let ids_with = ids(&found(&beside));
        assert!(!ids_with.contains(&"key-is-wrong") && !ids_with.contains(&"another-secret"), "{ids_with:?}");
        // Without the secret nothing is proven, and nobody is accused.
        let unknown = request
            .replace("AKIDEXAMPLE", "AKIXEXAMPLE")
            .replace("AKIAIOSFODNN7EXAMPLE", "AKIXIOSFODNN7EXAMPLE");
        let found = found(&with(&unknown, &error_of(&unknown)));
        assert!(!ids(&found).contains(&"key-is-wrong"), "{:?}", ids(&found));
        assert!(ids(&found).contains(&"read-as-sent"), "{:?}", ids(&found));
        assert_eq!(found.answer, Answer::NoSecret);
    }
}

#[test]
fn the_key_is_contradicted_where_the_signers_own_string_is_the_servers() {
    let unknown = GRAPHQL.replace("AKIDEXAMPLE", "AKIXEXAMPLE");
    let session = self::session(&unknown);
    let string = text(analyse(&session, session.settings.now.unwrap()).trace.string_to_sign());
    let log = format!(
        "botocore.auth [DEBUG] StringToSign:\n{string}\nbotocore.auth [DEBUG] Signature:\n{}\n",
        "0".repeat(64)
    );
    let both = format!("{}\n\n{log}", error_of(&unknown));
    let found = found(&with(&unknown, &both));
    assert!(ids(&found).contains(&"key-is-wrong"), "{:?}", ids(&found));
}

#[test]
fn a_right_request_that_was_refused_is_concluded() {
    let found = found(&with(BEHIND_A_PROXY, MISMATCH));
    assert_eq!(found.answer, Answer::Contradicted);
    assert_eq!(found.findings[0].causes[0].id, "server-saw-another-request");
    assert_eq!(self::found(&session(BEHIND_A_PROXY)).answer, Answer::Match);
}

#[test]
fn a_missing_header_explains_the_mismatch_though_its_value_is_not_known() {
    let request = CACHE_CONTROL.replace("cache-control", "x-amz-meta-owner");
    let found = found(&session(&request));
    assert_eq!(found.answer, Answer::Incomplete);
    assert!(!ids(&found).contains(&"another-secret"), "{:?}", ids(&found));
}

#[test]
fn the_hash_of_the_header_that_arrived_is_compared() {
    let bearer = "POST /model/m/invoke HTTP/1.1\nHost: bedrock-runtime.us-west-2.amazonaws.com\nAuthorization: Bearer\n\n{}";
    let error = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
                 (Hashed with SHA-256 and encoded with Base64) Authorization=cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg=";
    let said = report(&with(bearer, error));
    assert!(said.contains("received `Authorization: Bearer` and nothing more"), "{said}");
    assert!(!said.contains("Write Credential"), "{said}");
    assert!(report(&session(bearer)).contains("not-signed"));
    // The error of another request: neither this header nor a beginning of it arrived.
    let said = report(&with(NO_DATE, error));
    assert!(said.contains("received `Authorization: Bearer`"), "{said}");
}

#[test]
fn a_date_that_did_not_arrive_is_no_malformed_header() {
    let error = "{\"message\":\"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
                 (Hashed with SHA-256 and encoded with Base64) Authorization=7wGMRvl/1V6QRhFHoo4pjVCe1jI/ZnYX6R6dmAb5ZKs=\"}";
    let said = report(&with(NO_DATE, error));
    assert!(said.contains("date-missing") && !said.contains("Write Credential"), "{said}");
}

/// The upload in chunks of AWS's documentation, whose second chunk begins the chain anew: it was signed over the signature of the
/// request, and the third over that.
#[test]
fn a_chain_of_chunks_that_begins_anew_is_no_corruption() {
    let sample =
        String::from_utf8(countersign::samples::named("s3-chunked-upload").unwrap().text.to_vec()).unwrap();
    let anew = sample
        .replace(
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "4f9f4e93a9785ad19aaa4c6713fc20b87c8ea6da0e1aa2948b81e23256328f8f",
        )
        .replace(
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
            "fef8b5eae763c71b7d7b89c986b2d2a886904486dce0f740f15df64408926c80",
        );
    assert_ne!(anew, sample);
    let found = found(&session(&anew));
    let first = &found.findings[0];
    assert_eq!(
        (first.certainty, first.causes[0].id),
        (Certainty::Proven, "chunk-chained-to-seed"),
        "{:?}",
        ids(&found)
    );
    let (_, signed) = first.signed.as_ref().unwrap();
    let (signed, expected) = (String::from_utf8_lossy(signed), first.expected.as_deref().unwrap());
    let expected = String::from_utf8_lossy(expected);
    let differ =
        signed.lines().zip(expected.lines()).enumerate().filter(|(_, (signed, expected))| signed != expected);
    assert_eq!(
        differ.map(|(line, _)| line).collect::<Vec<_>>(),
        [3],
        "only the signature before it is another"
    );
}

/// A request of an API of one's own, with these request line, host and further headers, signed with the suite's key.
fn api(target: &str, host: &str, more: &str, signed: &str, signature: &str) -> String {
    format!(
        "# @now 20260115T093001Z\nGET {target} HTTP/1.1\nHost: {host}\nX-Amz-Date: 20260115T093000Z\n{more}Authorization: \
         AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/execute-api/aws4_request, SignedHeaders={signed}, \
         Signature={signature}\n\n"
    )
}

/// A path-style request to S3.
fn object(target: &str, signature: &str) -> String {
    format!(
        "# @now 20260115T093001Z\nGET {target} HTTP/1.1\nHost: s3.us-east-1.amazonaws.com\nX-Amz-Date: 20260115T093000Z\n\
         X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20260115/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
         Signature={signature}\n\n"
    )
}

/// An API's request: target, host, further headers, the names that are signed, the signature, and the causes of the first finding.
type Api = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const HOST: &str = "api.example.com";
const DATED: &str = "host;x-amz-date";
const TRACE: &str =
    "X-Amzn-Trace-Id: Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678\n";
const JSON: &str = "Content-Type: Application/Vnd.Api+JSON; charset=UTF-8\n";

/// The signatures were made by Python's hmac module over the canonical request that the mistake leads to.
#[rustfmt::skip]
const APIS: [Api; 7] = [
    ("/v1/items", "API.Example.com:8443", "", DATED, "bf7b83b3524df5f3bf624e8e1942582480efb5126234afece6824b1d9838689b", &["host-without-port", "host-case"]),
    ("/v1/items", HOST, JSON, "content-type;host;x-amz-date", "d34a2d0e7b52baab8afbf0211a7c350920a9c4618a81c94bf06ba02993c7480b", &["header-value-lowercased", "content-type-charset-changed"]),
    ("/v1/items", HOST, "", DATED, "7ec41f5ecad7664dda79f8470c54fd3529b5d32a3cfe667c9517f5e8603ef851", &["host-case"]),
    ("/v1/items", HOST, "X-Custom: 1\n", "host;x-amz-date;x-custom", "d425bc3c3e094ba2b353fa87282afdfa093d0001134cc80a7515ec2937cdb11a", &["header-name-case"]),
    ("/v1/items", HOST, "X-Custom: 1\n", "host;x-amz-date;x-custom", "823973106bc50a78243aecc5deb52e3763e8e3b6cdff8e8ea9bc2f10b943e6f3", &["header-name-case"]),
    ("/v1/items", HOST, TRACE, "host;x-amz-date;x-amzn-trace-id", "e73c5eccb1073586ae707782c5af381ec61f3ccb7f06e4d3bceaea621ce1746d", &["forwarded-changed"]),
    ("/v1/items?a=1&a=2", HOST, "", DATED, "c902ec7986b338fd6eb908ed6f8c2ede6762307bad16e5945469d5526a7df1ec", &["query-repeated-as-list"]),
];

/// The same of path-style requests to S3: target, signature, cause.
#[rustfmt::skip]
const OBJECTS: [(&str, &str, &str); 3] = [
    ("/bucket/key", "d6bff6eadc736d245280d92ce89dfdfe2c6926a6c2f121bf388e0b721cfc651d", "path-bucket-left-out"),
    ("/bucket//key", "f2cc2a04ab7771659fe070ca2867980c644606a46a38e7e9ff785a309b68fdd5", "path-slash-joined"),
    ("/bucket/a/b", "86cf85576e00b78e6e4f0a3b8497fd19fec564b65eee391ba4acff8beca3bf7c", "path-resolved-in-transit"),
];

fn first_is(request: &str, causes: &[&str]) {
    let found = found(&session(request));
    let first = &found.findings[0];
    let ids: Vec<&str> = first.causes.iter().map(|cause| cause.id).collect();
    assert_eq!((first.certainty, &ids[..]), (Certainty::Proven, causes), "{:?}", self::ids(&found));
}

#[test]
fn mistakes_that_touch_one_part_in_two_ways_or_at_its_end_are_named() {
    for (target, host, more, signed, signature, causes) in APIS {
        first_is(&api(target, host, more, signed, signature), causes);
    }
    for (target, signature, cause) in OBJECTS {
        first_is(&object(target, signature), &[cause]);
    }
}

#[test]
fn the_address_at_which_a_request_arrived_may_be_the_host_that_was_signed() {
    let signature = "91e408e189eaeb91bd4220508afc2777f1c50ea2788c5c1759d8a9dc5de7f82c";
    let mut session = session(&api("/v1/items", "api.example.com", "", "host;x-amz-date", signature));
    assert_eq!(found(&session).answer, Answer::Open);
    session.arrived_at = Some("127.0.0.1:40823".into());
    let found = found(&session);
    assert_eq!(found.findings[0].causes[0].id, "host-changed", "{:?}", ids(&found));
    assert!(found.findings[0].title().contains("signed for 127.0.0.1:40823"));
}

#[test]
fn a_signature_of_another_maker_is_named_and_nothing_is_computed() {
    let webhook = "POST /hook HTTP/1.1\nHost: example.com\nX-Hub-Signature-256: sha256=00\n\n{}";
    let said = report(&session(webhook));
    assert!(said.contains("scheme-not-supported") && said.contains("GitHub"), "{said}");
    let google = "GET /b/k?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=a%2F20260115%2Fauto%2Fstorage%2Fgoog4_request\
                  &X-Goog-Date=20260115T093000Z&X-Goog-Expires=900&X-Goog-SignedHeaders=host&X-Goog-Signature=00 HTTP/1.1\n\
                  Host: storage.googleapis.com\n\n";
    let session = session(google);
    assert_eq!(found(&session).answer, Answer::NoSignature);
    assert!(analyse(&session, own_clock(&session)).trace.canonical_request().is_empty());
}
