//! What the table of services changes in a verdict: tolerance, required headers, wording, and regions that are only proposed.

mod common;

use common::{analyse, credentials, session};
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::verify::{Check, CheckId, Outcome};
use serde_json::json;

fn key() -> Credentials {
    credentials(&json!({ "access_key_id": "AKIDEXAMPLE", "secret_access_key": "secret" }))
}

/// A request to `host` that is scoped for `region/service`, at noon; only some of its headers are signed.
fn signed(host: &str, scope: &str) -> String {
    format!(
        "POST / HTTP/1.1\nHost: {host}\nContent-Type: application/json\nX-Amz-Date: 20150830T120000Z\n\
         X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\n\
         Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/{scope}/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={}\n\n{{}}",
        "0".repeat(64)
    )
}

/// One check of a request, at the clock, with the documented key at hand or none.
fn check(request: &str, clock: &str, keys: &[Credentials], id: CheckId) -> Option<Check> {
    let mut session = session(request.as_bytes());
    session.keys.extend_from_slice(keys);
    let clock = Timestamp::parse(clock.as_bytes()).ok()?.0;
    analyse(&session, clock).verdict.checks.into_iter().find(|check| check.id == id)
}

#[test]
fn a_date_may_be_off_by_as_much_as_the_service_allows() {
    for (service, outcome, minutes) in [
        ("s3", Outcome::Passed, 15),
        ("sts", Outcome::Passed, 15),
        ("lambda", Outcome::Failed, 5),
        ("ecs", Outcome::Failed, 5),
        ("dynamodb", Outcome::Failed, 5),
    ] {
        let host = format!("{service}.us-east-1.amazonaws.com");
        let request = signed(&host, &format!("us-east-1/{service}"));
        let found = check(&request, "20150830T120959Z", &[key()], CheckId::Date).expect("a check");
        assert_eq!(found.outcome, outcome, "{service}");
        assert!(found.detail.contains(&format!("{minutes} min")), "{service}: {}", found.detail);
    }
}

#[test]
fn a_setting_overrules_the_tolerance_of_the_service() {
    let request =
        format!("# @tolerance 15\n{}", signed("lambda.us-east-1.amazonaws.com", "us-east-1/lambda"));
    let case = countersign::case::read(request.as_bytes()).expect("a request");
    let mut session = countersign::analysis::Session::new(case.request);
    session.settings = case.settings;
    session.keys.push(key());
    let clock = Timestamp::parse(b"20150830T120959Z").expect("a date").0;
    let checks = analyse(&session, clock).verdict.checks;
    let found = checks.iter().find(|check| check.id == CheckId::Date).expect("a check");
    assert_eq!(found.outcome, Outcome::Passed);
}

#[test]
fn a_header_that_the_guide_wants_signed_is_told_and_passes() {
    for (service, wanted) in [("execute-api", true), ("s3", false), ("kms", false)] {
        let host = format!("x.{service}.us-east-1.amazonaws.com");
        let request = signed(&host, &format!("us-east-1/{service}"));
        let found = check(&request, "20150830T120000Z", &[key()], CheckId::SignedHeaders).expect("a check");
        assert_eq!(found.outcome, Outcome::Passed, "{service}");
        assert_eq!(found.detail.contains("`content-type`"), wanted, "{service}: {}", found.detail);
        let without_body = request.trim_end_matches("{}");
        let found = check(without_body, "20150830T120000Z", &[key()], CheckId::SignedHeaders);
        assert!(!found.expect("a check").detail.contains("content-type"), "{service}");
    }
}

#[test]
fn an_unknown_key_is_worded_as_the_service_does() {
    for (service, code) in [
        ("s3", "InvalidAccessKeyId: "),
        ("kms", "UnrecognizedClientException: "),
        ("sts", "InvalidClientTokenId: "),
        ("ec2", "AuthFailure: "),
    ] {
        let host = format!("{service}.us-east-1.amazonaws.com");
        let request = signed(&host, &format!("us-east-1/{service}")).replace("AKIDEXAMPLE", "AKIDOTHER");
        let found = check(&request, "20150830T120000Z", &[key()], CheckId::Key).expect("a check");
        let aws = found.aws.unwrap_or_default();
        assert!(aws.starts_with(code), "{service}: {aws}");
    }
}

#[test]
fn a_region_that_a_provider_only_asks_for_may_be_another() {
    for (host, scope, outcome) in [
        ("0123.r2.cloudflarestorage.com", "us-east-1/s3", Outcome::Passed),
        ("s3.eu-west-1.amazonaws.com", "us-east-1/s3", Outcome::Failed),
        ("my-app-1.s3-accelerate.amazonaws.com", "us-east-1/s3", Outcome::Passed),
        ("iam.amazonaws.com", "eu-west-1/iam", Outcome::Failed),
    ] {
        let found =
            check(&signed(host, scope), "20150830T120000Z", &[key()], CheckId::Scope).expect("a check");
        assert_eq!(found.outcome, outcome, "{host}: {}", found.detail);
    }
}

/// A host and the name that botocore 1.44.8 signs for there, from its service models and endpoint rules: `HOST NAME`.
const SIGNING_NAMES: &str = include_str!("data/signing-names.txt");

#[test]
fn every_host_of_botocore_takes_the_name_that_it_signs_for_and_no_other() {
    let mut wrong = Vec::new();
    for line in SIGNING_NAMES.lines().filter(|line| !line.starts_with('#')) {
        let (host, name) = line.split_once(' ').expect("a host and a name");
        let endpoint = countersign::service::of_host(host.as_bytes());
        if endpoint.required_service() != Some(name) || !endpoint.may_take(name.as_bytes()) {
            wrong.push(format!("{line}: {:?}", endpoint.required_service()));
        }
        if endpoint.may_take(b"brand-new") {
            wrong.push(format!("{host} takes any name"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(SIGNING_NAMES.lines().count() > 400);
}

#[test]
fn a_claim_for_another_service_than_the_host_names_is_refused_with_the_sentence_of_aws() {
    for (host, claimed, expected) in [
        ("a1b2c3.execute-api.us-east-1.amazonaws.com", "apigateway", "execute-api"),
        ("a1b2c3.execute-api.us-east-1.amazonaws.com", "lambda", "execute-api"),
        ("a1b2c3.execute-api.us-east-1.amazonaws.com", "s3", "execute-api"),
        ("email.us-east-1.amazonaws.com", "email", "ses"),
        ("search-d.us-east-1.es.amazonaws.com", "opensearch", "es"),
        ("x.us-east-1.aoss.amazonaws.com", "es", "aoss"),
        ("monitoring.us-east-1.amazonaws.com", "cloudwatch", "monitoring"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock-runtime", "bedrock"),
        ("x.lambda-url.us-east-1.on.aws", "lambda-url", "lambda"),
        ("data-ats.iot.us-east-1.amazonaws.com", "iot", "iotdata"),
        ("lightsail.us-east-1.amazonaws.com", "ec2", "lightsail"),
    ] {
        let request = signed(host, &format!("us-east-1/{claimed}"));
        let found = check(&request, "20150830T120000Z", &[key()], CheckId::Scope).expect("a check");
        assert_eq!(found.outcome, Outcome::Failed, "{host} {claimed}");
        assert_eq!(found.detail, format!("expected service `{expected}`, but found `{claimed}`"));
        let aws = found.aws.expect("an answer");
        assert_eq!(aws, format!("Credential should be scoped to correct service: '{expected}'. "));
    }
    let s3 = signed("b.s3.us-east-1.amazonaws.com", "us-east-1/execute-api");
    let found = check(&s3, "20150830T120000Z", &[key()], CheckId::Scope).expect("a check");
    assert!(found.aws.is_some_and(|aws| aws.ends_with("This endpoint belongs to \"s3\".")));
}

#[test]
fn a_host_that_names_no_service_or_several_takes_each_of_them() {
    for (host, claimed) in [
        ("api.example.com", "execute-api"),
        ("127.0.0.1:9000", "anything"),
        ("s3.us-east-1.localhost.localstack.cloud:4566", "sqs"),
        ("new-thing.us-east-1.amazonaws.com", "newthing"),
        ("my-lb-123.us-east-1.elb.amazonaws.com", "execute-api"),
        ("vpce-1a.vpce-svc-2b.us-east-1.vpce.amazonaws.com", "execute-api"),
        ("vpce-1a.execute-api.us-east-1.vpce.amazonaws.com", "execute-api"),
        ("a1-ats.iot.us-east-1.amazonaws.com", "iotdevicegateway"),
        ("a1-ats.iot.us-east-1.amazonaws.com", "iotdata"),
        ("maps.geo.us-east-1.amazonaws.com", "geo"),
        ("kafka.us-east-1.amazonaws.com", "kafka-cluster"),
        ("db.abc.us-east-1.rds.amazonaws.com", "rds-db"),
        ("s3.us-west-004.backblazeb2.com", "s3"),
    ] {
        let request = format!("# @region us-east-1\n{}", signed(host, &format!("us-east-1/{claimed}")));
        let found = check(&request, "20150830T120000Z", &[key()], CheckId::Scope).expect("a check");
        assert_eq!(found.outcome, Outcome::Passed, "{host} {claimed}: {}", found.detail);
    }
}

#[test]
fn a_service_that_was_set_overrules_that_of_the_host() {
    let request = format!("# @service other\n{}", signed("sqs.us-east-1.amazonaws.com", "us-east-1/other"));
    let case = countersign::case::read(request.as_bytes()).expect("a request");
    let mut session = countersign::analysis::Session::new(case.request);
    session.settings = case.settings;
    let clock = Timestamp::parse(b"20150830T120000Z").expect("a date").0;
    let checks = analyse(&session, clock).verdict.checks;
    let scope = checks.into_iter().find(|check| check.id == CheckId::Scope).expect("a check");
    assert_eq!(scope.outcome, Outcome::Passed, "{}", scope.detail);
}

#[test]
fn a_planned_scope_names_what_the_host_does() {
    for (host, region, service) in [
        ("awsexamplebucket1.s3.us-west-1.amazonaws.com", "us-west-1", "s3"),
        ("k3x9.execute-api.eu-west-1.amazonaws.com", "eu-west-1", "execute-api"),
        ("bucket.storage.googleapis.com", "auto", "s3"),
        ("localhost:9000", "us-east-1", "service"),
    ] {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let session = session(request.as_bytes());
        let analysis = analyse(&session, Timestamp::from_unix(0).expect("a date"));
        let scope =
            String::from_utf8_lossy(&analysis.terms(&session.request).unwrap().scope.joined()).into_owned();
        assert_eq!(scope, format!("19700101/{region}/{service}/aws4_request"), "{host}");
    }
}
