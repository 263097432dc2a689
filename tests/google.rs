//! GOOG4-HMAC-SHA256, Google Cloud Storage's Signature Version 4 with an HMAC key: requests that other programs signed, and what is said
//! of wrong ones.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use common::{analyse, own_clock, session};
use countersign::analysis::{Analysis, Session};
use countersign::case::{self, read};
use countersign::diagnose::{Answer, Effort, Progress, diagnose};
use countersign::scheme::{GOOG4, Placement, Scheme as _};
use countersign::secret::Secret;
use countersign::settings::Time;
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::verify::Conclusion;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

/// The sample pair of Google's documentation of HMAC keys.
const ID: &str = "GOOGTS7C7FUP3AIRVJTE2BCD";
const SECRET: &str = "bGoa+V7g/yqDXvKRqq+JTFn4uQZbPiQJo4pf9RzJ";

/// The first of February 2019, nine o'clock: the date of Google's conformance tests.
const NOW: &str = "20190201T090000Z";

fn keyed(text: &str, (id, secret): (&str, &str)) -> Session {
    let mut session = session(text.as_bytes());
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: id.into(),
        secret: Secret::new(secret),
        session_token: None,
        source: "the test".into(),
    });
    session
}

fn conclusion(session: &Session) -> Option<Conclusion> {
    analyse(session, own_clock(session)).verdict.conclusion()
}

#[test]
fn a_request_that_curl_signed_matches() {
    // By curl 7.88.1 with --aws-sigv4 goog:goog:us-east-1:storage.
    let text = "GET /bucket/k HTTP/1.1\r\nHost: 127.0.0.1:35755\r\n\
                Authorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/storage/goog4_request, \
                SignedHeaders=host;x-goog-date, Signature=20f5cd3cd8337ad2c743cfeed9286dc7505dc51b02f327f082c1446b0cc0a61a\r\n\
                X-Goog-Date: 20261122T113048Z\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";
    let pair = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let session = keyed(text, pair);
    assert_eq!(conclusion(&session), Some(Conclusion::Match));
    let other = keyed(&text.replace("/k HTTP", "/j HTTP"), pair);
    assert_eq!(conclusion(&other), Some(Conclusion::Mismatch));
}

/// What is planned for the object of the conformance tests.
fn planned(placement: Placement) -> Analysis {
    let text = "GET /test-bucket/test-object HTTP/1.1\r\nHost: storage.googleapis.com\r\n\r\n";
    let mut session = keyed(text, (ID, SECRET));
    session.settings.access_key_id = Some(ID.into());
    session.settings.scheme = Some(GOOG4.name());
    session.settings.placement = Some(placement);
    session.settings.expires = Some(10);
    let now = Timestamp::parse(NOW.as_bytes()).unwrap().0;
    session.settings.time = Some(Time::At(now));
    analyse(&session, now)
}

#[test]
fn a_planned_signature_is_the_one_that_another_program_makes() {
    // Chain, canonical request and signature by Python's hmac and hashlib.
    for (placement, canonical_request, signature) in [
        (
            Placement::Header,
            "4574c1e4e1115a05b2754aae62c0266da975306cba3fd8b4b9b26e8da1707b45",
            "b70b8607d956afc88c81bcbd181cd469b9eb17814582b64403dc4a72e98110db",
        ),
        (
            Placement::Query,
            "ed323d499450ad5d2013b0aa698b5a3d124ced48e81828325fdcb1c382d895f7",
            "5803abb098fdff9ccb9ba6105c08ed546946014e9ab4bfbf5285e11a1ae24291",
        ),
    ] {
        let analysis = planned(placement);
        assert_eq!(hex::encode(Sha256::digest(analysis.trace.canonical_request())), canonical_request);
        assert_eq!(analysis.computed(), Some(signature.as_bytes()));
    }
}

/// A signature of the object made by hand.
fn by_hand(prefix: &str, scope: [&str; 4], canonical_request: &str) -> String {
    let mac = |key: &[u8], text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let key = scope.iter().fold(format!("{prefix}{SECRET}").into_bytes(), |key, part| mac(&key, part));
    let hash = hex::encode(Sha256::digest(canonical_request));
    let string = format!("GOOG4-HMAC-SHA256\n{NOW}\n{}\n{hash}", scope.join("/"));
    hex::encode(mac(&key, &string))
}

const SCOPE: [&str; 4] = ["20190201", "auto", "storage", "goog4_request"];
const CANONICAL_REQUEST: &str = "GET\n/test-bucket/test-object\n\nhost:storage.googleapis.com\nx-goog-date:20190201T090000Z\n\n\
                                 host;x-goog-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn claiming(signature: &str, scope: [&str; 4]) -> Session {
    let scope = scope.join("/");
    let text = format!(
        "GET /test-bucket/test-object HTTP/1.1\r\nHost: storage.googleapis.com\r\nX-Goog-Date: {NOW}\r\n\
         Authorization: GOOG4-HMAC-SHA256 Credential={ID}/{scope}, SignedHeaders=host;x-goog-date, Signature={signature}\r\n\r\n"
    );
    keyed(&text, (ID, SECRET))
}

#[test]
fn mistakes_are_named() {
    let regional = ["20190201", "us-east-1", "storage", "goog4_request"];
    for (signature, cause) in [
        (by_hand("AWS4", SCOPE, CANONICAL_REQUEST), "key-prefix-wrong"),
        (by_hand("GOOG4", regional, CANONICAL_REQUEST), "wrong-region"),
        (
            by_hand("GOOG4", SCOPE, &CANONICAL_REQUEST.replace("/test-object", "%2Ftest-object")),
            "path-slash-encoded",
        ),
    ] {
        let session = claiming(&signature, SCOPE);
        let found = diagnose(&session, own_clock(&session), Effort::SINGLES, &Progress::default());
        let causes: Vec<_> =
            found.findings.iter().flat_map(|one| &one.causes).map(|cause| cause.id).collect();
        assert_eq!(found.answer, Answer::Proven, "{cause}: {causes:?}");
        assert!(causes.contains(&cause), "{cause}: {causes:?}");
    }
}

#[test]
fn a_scope_for_another_service_is_refused() {
    let scope = ["20190201", "auto", "s3", "goog4_request"];
    let session = claiming(&by_hand("GOOG4", scope, CANONICAL_REQUEST), scope);
    let analysis = analyse(&session, own_clock(&session));
    let failed = analysis.verdict.failed().unwrap();
    assert_eq!(failed.detail, "expected service `storage`, but found `s3`");
}

#[test]
fn an_error_of_google_is_read_and_the_request_rebuilt_from_it() {
    let hash = hex::encode(Sha256::digest(CANONICAL_REQUEST));
    let error = format!(
        "<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code><Message>Access denied.</Message>\
         <Details>The request signature we calculated does not match the signature you provided.</Details>\
         <StringToSign>GOOG4-HMAC-SHA256\n{NOW}\n{}\n{hash}</StringToSign>\
         <CanonicalRequest>{CANONICAL_REQUEST}</CanonicalRequest></Error>",
        SCOPE.join("/")
    );
    let rebuilt = case::open(error.as_bytes()).unwrap();
    let mut session = Session::new(rebuilt.request);
    session.settings = rebuilt.settings;
    let analysis = analyse(&session, own_clock(&session));
    assert_eq!(analysis.scheme.name(), "GOOG4-HMAC-SHA256");
    assert_eq!(analysis.trace.canonical_request(), CANONICAL_REQUEST.as_bytes());
}

#[test]
fn curl_names_the_scheme_by_its_provider() {
    let line = "curl -u id:hush --aws-sigv4 goog:goog:auto:storage https://storage.googleapis.com/b/k";
    assert_eq!(read(line.as_bytes()).unwrap().settings.scheme, Some("GOOG4-HMAC-SHA256"));
    let line = "curl -u id:hush --aws-sigv4 aws:amz:eu-west-1:s3 https://s3.eu-west-1.amazonaws.com/b/k";
    assert_eq!(read(line.as_bytes()).unwrap().settings.scheme, None);
}

#[test]
fn what_google_refuses_gets_no_tick() {
    let signed = |head: &str, canonical: &str, names: &str| {
        let signature = by_hand("GOOG4", SCOPE, canonical);
        let scope = SCOPE.join("/");
        let text = format!(
            "GET /test-bucket/test-object HTTP/1.1\r\n{head}X-Goog-Date: {NOW}\r\n\
             Authorization: GOOG4-HMAC-SHA256 Credential={ID}/{scope}, SignedHeaders={names}, Signature={signature}\r\n\r\n"
        );
        let session = keyed(&text, (ID, SECRET));
        let verdict = analyse(&session, own_clock(&session)).verdict;
        (verdict.agreement.holds(), verdict.failed().map(|check| check.detail.to_string()))
    };
    let google = "Host: storage.googleapis.com\r\n";
    assert_eq!(signed(google, CANONICAL_REQUEST, "host;x-goog-date"), (Some(true), None));
    let unsigned = format!("{google}x-goog-acl: public-read\r\n");
    let (right, why) = signed(&unsigned, CANONICAL_REQUEST, "host;x-goog-date");
    assert_eq!(right, Some(true));
    assert_eq!(why.unwrap(), "expected every x-goog-* header to be signed, but found unsigned: x-goog-acl");
    let canonical = CANONICAL_REQUEST.replace("storage.googleapis.com", "bkt.s3.amazonaws.com");
    let (right, why) = signed("Host: bkt.s3.amazonaws.com\r\n", &canonical, "host;x-goog-date");
    assert_eq!(right, Some(true));
    assert_eq!(why.unwrap(), "expected AWS4-HMAC-SHA256, which this host wants, but found GOOG4-HMAC-SHA256");
}
