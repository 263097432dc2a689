//! What a diagnosis tells of requests as people reported them: the story that leads to a match, and none that points backwards.
//!
//! The signatures were made by a signer of its own that makes the report's mistake; each report is named where its request stands.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{analyse, own_clock, text};
use countersign::analysis::Session;
use countersign::case::read;
use countersign::diagnose::{Answer, Certainty, Diagnosis, Effort, Progress, diagnose};
use countersign::evidence;
use countersign::report::diagnosis::diagnosis as told;
use countersign::report::{Reveal, plain};

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
    let huawei = "GET / HTTP/1.1\nHost: example.com\nAuthorization: V11-HMAC-SHA256 Access=a\n\n";
    let said = report(&session(huawei));
    assert!(said.contains("scheme-not-supported") && said.contains("Huawei"), "{said}");
    let session = session(huawei);
    assert_eq!(found(&session).answer, Answer::NoSignature);
    assert!(analyse(&session, own_clock(&session)).trace.canonical_request().is_empty());
}

/// An access point of several regions, signed with SigV4A: for this region set, with this signature.
fn spanning(set: &str, signature: &str) -> String {
    format!(
        "# @now 20260115T093000Z\nGET / HTTP/1.1\nhost: mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com\n\
         x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nx-amz-date: 20260115T093000Z\n\
         x-amz-region-set: {set}\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20260115/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-region-set, Signature={signature}\n\n"
    )
}

/// The signatures were made by Python's cryptography package with a key that was derived otherwise, or for another region set.
#[rustfmt::skip]
const SPANNING: [(&str, &str, &str); 4] = [
    ("*", "304502207e0db8500c116a5670ad0dc7e314a8d4964acc608d3bd16582f330b26567c7cb022100879d1cfb2b520d35033e294ed2f43988a20485f56c534cd3197eb8c8c9098a67", "key-prefix-missing"),
    ("*", "3044022076d37954dcd8338c0ff4654ebae5325021ca599298d909da495a1f0e80de007702201c8d7bcc7f394444e0e770e099188e75cbad373b1a762885fa317613dc95b8d9", "key-not-incremented"),
    ("*", "3043022055242042ef8a384962effcbe3a118c24f947a712dc6855dc2661152a16bd121d021f36d305264b2593e3f50055c464fcf54fb3c7995dbb256d8e82a8b3c13bc04d", "key-prefix-wrong"),
    ("us-east-1", "304402206f3629c89bbaaf9d8728b8301891a4d93d7d00339d2251e6d641c34d63afc22002201c58c9403f2aeef86dbd240b1a8c26c8341693a039e7e3199f51b271d661ed70", "wrong-region"),
];

#[test]
fn what_sigv4a_has_of_its_own_is_tried_before_the_time_is_over() {
    for (set, signature, cause) in SPANNING {
        let session = session(&spanning(set, signature));
        let clock = session.settings.now.unwrap();
        let found = diagnose(&session, clock, Effort::SINGLES, &Progress::within(Duration::from_secs(2)));
        let first = &found.findings[0];
        assert_eq!((first.certainty, first.causes[0].id), (Certainty::Proven, cause), "{:?}", ids(&found));
    }
}

/// A request of an API whose names are in lower case on the wire, signed with other names in the canonical text.
fn lower(signature: &str) -> String {
    format!(
        "# @now 20260115T093000Z\nGET /p HTTP/1.1\nhost: abc.execute-api.eu-west-1.amazonaws.com\ncontent-type: text/plain\n\
         x-amz-date: 20260115T093000Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/execute-api/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, Signature={signature}\n\n"
    )
}

#[test]
fn names_with_capitals_are_found_though_they_are_sent_in_lower_case() {
    // Content-Type in its line; in line and list; X-Amz-Date in both; in its line; every name in the lines.
    for signature in [
        "1e44f0a3c62a4642bd3b5b039f015060fc7e992f335fd46fb8db5f2174ca394b",
        "b9a32f8bf446b7c3b3a7fecd7a9131f118b2a2fec212b79aa455a5a23279c5b1",
        "ca5ef3bba79df1e1b9f82528afef75b3be93c9532642e3a23e0299d2c3ffc96e",
        "bcce211c7425822d2557e629210ef7fb5fad1ebeeb2c983ea0ebd038b358465d",
        "4412b7bef529a8752364cfa11167bf8e9996608325482eac8d9964fb03f953f7",
    ] {
        first_is(&lower(signature), &["header-name-case"]);
    }
}

/// A request to a region of Europe, with these target, host and further headers, for this service; the names that are signed are given.
fn european(
    target: &str,
    host: &str,
    more: &str,
    (service, signed): (&str, &str),
    signature: &str,
) -> String {
    format!(
        "# @now 20260115T093000Z\nGET {target} HTTP/1.1\nhost: {host}\nx-amz-date: 20260115T093000Z\n{more}Authorization: \
         AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-west-1/{service}/aws4_request, SignedHeaders={signed}, \
         Signature={signature}\n\n"
    )
}

const OF_STORE: (&str, &str) = ("s3", "host;x-amz-content-sha256;x-amz-date");
const OF_API: (&str, &str) = ("execute-api", "host;x-amz-date");
const NO_BODY: &str =
    "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n";
const BUCKET: &str = "buck.s3.eu-west-1.amazonaws.com";
const GATEWAY: &str = "abc.execute-api.eu-west-1.amazonaws.com";

/// Target, host, signature, cause. The signatures are those of a signer of Python's that makes the mistake.
#[rustfmt::skip]
const OF_STORES: [(&str, &str, &str, &str); 4] = [
    ("/dir/key.txt", BUCKET, "896d1a8c5e53ebdef2b05b772424b66a93e11da01927331cdd25f862063e29be", "path-bucket-in-host"),
    ("/buck/k", BUCKET, "8a852b57c293e80a7968a2d32749cf725200887f651947fee1f1c28646fe68c3", "path-bucket-twice"),
    ("/a/b/c", BUCKET, "22ea8ac53f798c2083de833e0e0351bcb8b8702acd8669758a854752001cbfef", "path-resolved-in-transit"),
    ("/k", "my-bucket.s3.eu-west-1.amazonaws.com", "6c26afb674fd1e2e244c4c351833d24b7574de32c014e8b891de5960c25597d3", "host-case"),
];

#[rustfmt::skip]
const OF_APIS: [(&str, &str, &str, &str); 5] = [
    ("/k", "api.mycompany.com", "ec0ae4e05861d5bf9dba3863bfd642ae4a19f23752a68d53aa08570af2b623dd", "host-case"),
    ("/p?id=1&id=2", GATEWAY, "f767a40dec01fa30b7be02522a9c22ce802a88944d7f33a14ed073277711ab2f", "query-repeated-dropped"),
    ("/p?id=1&id=2&z=3", GATEWAY, "0bb2c053ea9cc9cb4eae09b50c8c06d19076d034f325fd346899c84d632fbe2b", "query-values-as-lists"),
    ("/p?id=1&z=3", GATEWAY, "f2ae811208833d050552c26223b7e08ebb6db46c5005a21022c9c0d850b662fe", "query-values-as-lists"),
    ("/p?a=1", GATEWAY, "db3711c3ab5c4eb4e49474780b86c6797302f54c99463065b39ad0f0d436a5ea", "query-values-as-lists"),
];

#[test]
fn the_likelier_of_two_stories_with_the_same_bytes_comes_first() {
    for (target, host, signature, cause) in OF_STORES {
        first_is(&european(target, host, NO_BODY, OF_STORE, signature), &[cause]);
    }
    for (target, host, signature, cause) in OF_APIS {
        first_is(&european(target, host, "", OF_API, signature), &[cause]);
    }
    let local = object("/b/k", "7ea52d399f999f1bb2eabd088932b704db21dfddcc1294eaded331fe4948d08a")
        .replace("s3.us-east-1.amazonaws.com", "MinIO.Local:9000");
    first_is(&local, &["host-without-port", "host-case"]);
}

#[test]
fn a_name_that_is_listed_twice_is_said_to_be_and_was_sent() {
    let gateway = "abc.execute-api.us-east-1.amazonaws.com";
    let twice = |signature| api("/p", gateway, "", "host;host;x-amz-date", signature);
    let in_list = twice("d80302d183b6fc8e0e251e280ff730c9ef4421aa8419366e1cd93364a9b538c1");
    let in_lines = twice("212f00704fb04438a7e2261fa4962884376d00564d8383bbb82d6920c1072556");
    for request in [&in_list, &in_lines] {
        first_is(request, &["signed-headers-twice"]);
        let said = report(&session(request));
        assert!(!said.contains("not lower-cased") && !said.contains("(not sent)"), "{said}");
    }
    let unsorted = api(
        "/p",
        gateway,
        "",
        "x-amz-date;host",
        "5bf72dac3157c933fd0295c42b3fbf2f8ad624f2dfd3f33d568cac8b399e1986",
    );
    first_is(&unsorted, &["signed-headers-unsorted"]);
    assert!(!report(&session(&unsorted)).contains("lower-cased"));
}

#[test]
fn a_region_in_a_scope_of_sigv4a_is_named() {
    let scoped = spanning("*", "00").replace("20260115/s3", "20260115/us-east-1/s3");
    let session = session(&scoped);
    assert_eq!(found(&session).findings[0].causes[0].id, "scope-region-in-sigv4a");
    let error = analyse(&session, own_clock(&session)).claim.unwrap().unwrap_err().to_string();
    assert!(
        error.contains("the scope of SigV4A has no region, but found 5, the region `us-east-1`"),
        "{error}"
    );
}

/// A presigned URL whose escaped slashes something ate: what is left of each, and what ate them.
#[test]
fn slashes_of_a_credential_are_put_back() {
    for (left, cause) in
        [("F", "url-in-batch-file"), ("2F", "url-percent-signs-lost"), ("", "url-as-format-string")]
    {
        let credential = ["AKIDEXAMPLE", "20260115", "eu-west-1", "s3", "aws4_request"].join(left);
        let request = format!(
            "# @now 20260115T093000Z\nGET /k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date=20260115T093000Z\
             &X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature=4a7548e6e6fa7eaddf72d8dad697aa8890aed8b7e32e5846e27615e8b5257df4 \
             HTTP/1.1\nhost: {BUCKET}\n\n"
        );
        first_is(&request, &[cause]);
    }
}

#[test]
fn the_length_of_a_body_before_it_was_compressed_is_called_so() {
    let body = hex::decode(
        "1f8b0800000000000203ab562a4a4dce2f4a2956b28a36d431d2318ed519a507075d0b00878127769c010000",
    )
    .unwrap();
    let head = european(
        "/p",
        GATEWAY,
        "content-encoding: gzip\ncontent-length: 44\n",
        ("execute-api", "content-length;host;x-amz-date"),
        "b105ce40ad5673a85de6abb6880b093df06d064cc83b71f216103a0240a62879",
    );
    let case = read(&[head.replace("GET", "POST").as_bytes(), &body].concat()).unwrap();
    let session = Session { settings: case.settings, ..Session::new(case.request) };
    let first = &found(&session).findings[0];
    assert_eq!((first.certainty, first.causes[0].id), (Certainty::Proven, "content-length-changed"));
    assert!(first.title().contains("before it was compressed with gzip"), "{}", first.title());
}

#[test]
fn a_text_of_the_server_alone_says_what_it_read_and_not_what_was_signed() {
    // The server saw the host without its port; nobody knows the secret, nor what was signed.
    let request =
        LIST.replace("AKIDEXAMPLE", "AKIXEXAMPLE").replace("AKIAIOSFODNN7EXAMPLE", "AKIXIOSFODNN7EXAMPLE");
    let host =
        request.lines().find_map(|line| line.strip_prefix("Host: ").or(line.strip_prefix("host: "))).unwrap();
    let here = request.replace(&format!("ost: {host}"), &format!("ost: {host}:9200"));
    let session = with(&here, &error_of(&request));
    let found = found(&session);
    assert_eq!(found.answer, Answer::Contradicted, "{:?}", ids(&found));
    assert!(found.findings.iter().all(|finding| finding.certainty != Certainty::Proven));
    let first = &found.findings[0];
    assert!(first.title().contains("is not of the request here"), "{}", first.title());
    let report = report(&session);
    let line =
        |name: &str| report.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default();
    assert!(line("server ").ends_with(host) && line("here ").ends_with(&format!("{host}:9200")), "{report}");
    assert!(!report.contains("\n  signed "), "{report}");
}

/// A request with a date of its own to a host of AWS: request line, host and further headers, scope, names that are signed, signature, body.
fn at(line: &str, host: &str, scope: &str, signed: &str, signature: &str, body: &str) -> String {
    format!(
        "# @now 20260115T093001Z\n{line} HTTP/1.1\nHost: {host}\nX-Amz-Date: 20260115T093000Z\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20260115/{scope}/aws4_request, SignedHeaders={signed}, Signature={signature}\n\n{body}"
    )
}

const REGIONAL: &str = "abc.execute-api.eu-west-1.amazonaws.com";
const SCOPE: &str = "eu-west-1/execute-api";

#[test]
fn a_hash_with_dashes_between_its_bytes_is_called_so() {
    // .NET's BitConverter.ToString of the payload's hash; of that of the canonical request.
    for (signature, cause) in [
        ("ea25e19aea53ecdc58d5d4594099be655b089e4a10b71fc8c8552a193ed2e72d", "payload-hash-dashes"),
        ("406751f100c3cd3785925118748db6d7d13c81f93e0d683760af34fbf86c76b9", "creq-hash-dashes"),
    ] {
        first_is(&at("POST /v1/items", REGIONAL, SCOPE, DATED, signature, "{\"id\":1}"), &[cause]);
    }
}

#[test]
fn an_escape_in_lower_case_among_others_is_found() {
    // `a=x%2fy&b=p%2Fq` was signed.
    let signature = "c40617c175cf71f1bec28c7fb63c9e6561c7aead7a11fa3241c449c13e99b584";
    first_is(
        &at("GET /v1/items?a=x%2Fy&b=p%2Fq", REGIONAL, SCOPE, DATED, signature, ""),
        &["query-hex-lowercase"],
    );
}

#[test]
fn region_and_service_in_each_others_place_are_one_mistake() {
    let signature = "78bd69b7c26abf9974aa2f34f6ceb40235b64db0a8e613395501327eb1ffc139";
    first_is(
        &at("GET /v1/items", REGIONAL, "execute-api/eu-west-1", DATED, signature, ""),
        &["scope-swapped"],
    );
}

/// The header has the hash in upper case, the last line of the canonical request in lower case.
#[test]
fn a_hash_in_another_case_is_not_that_of_another_body() {
    let hash = "2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824";
    let request = at(
        "PUT /k",
        "b.s3.eu-west-1.amazonaws.com",
        "eu-west-1/s3",
        "host;x-amz-content-sha256;x-amz-date",
        "d12680576d53d47fbc784793b1f1715a72a403f19d01cf4e5e03cf2f4459dcaf",
        "hello",
    )
    .replace("X-Amz-Date", &format!("X-Amz-Content-Sha256: {hash}\nX-Amz-Date"));
    first_is(&request, &["payload-hashed"]);
}
