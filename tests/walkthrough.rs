//! The walkthrough of every scheme and every sample: no byte without a step, and the last step's answer is the verdict.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use common::{analyse, own_clock, session};
use countersign::analysis::{Analysis, Session};
use countersign::case::read;
use countersign::samples::SAMPLES;
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::trace::{Section, StageKind};
use countersign::verify::Conclusion;
use countersign::walkthrough::{Lifeline, StepKind, Walkthrough, steps};

fn keyed(text: &str, (id, secret): (&str, &str)) -> Session {
    let mut session = session(text.as_bytes());
    let source = "the test".into();
    session.keys.push(Credentials {
        access_key_id: id.into(),
        secret: Secret::new(secret),
        session_token: None,
        source,
    });
    session
}

/// A request that curl 7.88.1 signed with --aws-sigv4 goog:goog:us-east-1:storage.
const GOOGLE: &str = "GET /bucket/k HTTP/1.1\r\nHost: 127.0.0.1:35755\r\n\
    Authorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/storage/goog4_request, \
    SignedHeaders=host;x-goog-date, Signature=20f5cd3cd8337ad2c743cfeed9286dc7505dc51b02f327f082c1446b0cc0a61a\r\n\
    X-Goog-Date: 20261122T113048Z\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";

/// The example of GitHub's documentation.
const HUB: &str = "POST /hook HTTP/1.1\r\nHost: example.com\r\nContent-Length: 13\r\n\
    X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\r\n\r\nHello, World!";
const HUB_SECRET: &str = "It's a Secret to Everybody";

/// Every sample, and the schemes that have none, each with the verdict that it must come to.
fn all() -> Vec<(String, Session, Conclusion)> {
    let samples = SAMPLES.iter().map(|sample| {
        let case = read(sample.text).unwrap();
        let mut session = Session::new(case.request);
        (session.settings, session.name) = (case.settings, sample.name.to_owned());
        (sample.name.to_owned(), session, sample.verdict)
    });
    let pair = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let others = [("google", GOOGLE, pair), ("webhook", HUB, ("", HUB_SECRET))];
    let others = others.map(|(name, text, key)| (name.to_owned(), keyed(text, key), Conclusion::Match));
    samples.chain(others).collect()
}

fn walked(session: &Session) -> (Analysis, Walkthrough) {
    let analysis = analyse(session, own_clock(session));
    let walkthrough = steps(session, &analysis);
    (analysis, walkthrough)
}

#[test]
fn each_byte_that_is_signed_is_made_by_exactly_one_step() {
    for (name, session, _) in all() {
        let (analysis, walkthrough) = walked(&session);
        assert!(!analysis.trace.stages.is_empty(), "{name}");
        for (place, stage) in analysis.trace.stages.iter().enumerate() {
            let mut makers = vec![0; stage.text.bytes().len()];
            for made in walkthrough.steps.iter().filter_map(|step| step.makes.as_ref()) {
                if made.stage == place {
                    makers[made.range.clone()].iter_mut().for_each(|count| *count += 1);
                }
            }
            assert!(makers.iter().all(|count| *count == 1), "{name}: {}", stage.name);
        }
    }
}

#[test]
fn a_stage_of_many_parts_is_many_steps() {
    let sections = |session: &Session, kind: StageKind| -> Vec<Section> {
        let steps = walked(session).1.steps;
        let of_stage = |step: &StepKind| match step {
            StepKind::Makes(stage, section) if *stage == kind => Some(*section),
            _ => None,
        };
        steps.iter().filter_map(|step| of_stage(&step.kind)).collect()
    };
    for (name, session, _) in all() {
        if analyse(&session, own_clock(&session)).scheme.family().is_none() || name == "s3-post-policy" {
            continue;
        }
        use Section::{
            Algorithm, Date, Headers, Method, Path, Payload, Query, RequestHash, Scope, SignedHeaders,
        };
        let canonical = [Method, Path, Query, Headers, SignedHeaders, Payload];
        assert_eq!(sections(&session, StageKind::CanonicalRequest), canonical, "{name}");
        assert_eq!(
            sections(&session, StageKind::StringToSign),
            [Algorithm, Date, Scope, RequestHash],
            "{name}"
        );
    }
    let version_2 = all().into_iter().find(|(name, ..)| name == "sigv2-get").unwrap().1;
    use Section::{ContentMd5, ContentType, Date, Headers, Method, Resource};
    let parts = [Method, ContentMd5, ContentType, Date, Headers, Resource];
    assert_eq!(sections(&version_2, StageKind::StringToSign), parts);
}

#[test]
fn the_answer_of_the_last_step_is_the_verdict() {
    for (name, session, verdict) in all() {
        let (analysis, walkthrough) = walked(&session);
        assert_eq!(walkthrough.verdict(), Some(verdict), "{name}");
        let last = walkthrough.steps.last().unwrap();
        assert_eq!((last.kind, last.from, last.to), (StepKind::Answers, Lifeline::Server, Lifeline::Client));
        let failed = analysis.verdict.failed();
        assert_eq!(walkthrough.reply.failed, failed.map(|check| check.id), "{name}");
        match verdict {
            Conclusion::Match => assert_eq!(walkthrough.reply.status, Some(200), "{name}"),
            Conclusion::Mismatch | Conclusion::Rejected => {
                assert!(matches!(walkthrough.reply.status, Some(400..=403)), "{name}");
                assert!(!walkthrough.reply.body.is_empty(), "{name}");
            }
        }
        for step in &walkthrough.steps[..walkthrough.steps.len() - 1] {
            assert!(
                step.link.starts_with("https://") && step.sentence.ends_with('.'),
                "{name}: {}",
                step.title
            );
        }
    }
}

#[test]
fn a_key_is_derived_with_the_values_at_hand() {
    let (_, session, _) = all().into_iter().find(|(name, ..)| name == "iam-list-users").unwrap();
    let formulas: Vec<String> =
        walked(&session).1.steps.into_iter().filter_map(|step| step.formula).collect();
    let first = r#"kDate = HMAC-SHA256("AWS4" + "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830")"#;
    assert!(formulas.iter().any(|formula| formula == first), "{formulas:?}");
    assert!(formulas.iter().any(|formula| formula == r#"kRegion = HMAC-SHA256(kDate, "us-east-1")"#));
}

#[test]
fn a_webhook_has_no_key_store() {
    let walkthrough = walked(&keyed(HUB, ("", HUB_SECRET))).1;
    assert!(walkthrough.steps.iter().all(|step| step.to != Lifeline::KeyStore));
    assert_eq!(
        walkthrough.lifelines().map(|line| walkthrough.party(line)).collect::<Vec<_>>(),
        ["Provider", "Receiver"]
    );
}

#[test]
fn headers_and_query_are_shown_before_and_after() {
    let (_, session, _) = all().into_iter().find(|(name, ..)| name == "iam-list-users").unwrap();
    let steps = walked(&session).1.steps;
    let of = |section| {
        steps.iter().find(|step| step.kind == StepKind::Makes(StageKind::CanonicalRequest, section)).unwrap()
    };
    let hosts = of(Section::Headers).changes.iter().find(|change| change.after.starts_with("host:")).unwrap();
    assert_eq!((&*hosts.before, &*hosts.after), ("Host: iam.amazonaws.com", "host:iam.amazonaws.com"));
    let pairs = session_of("GET /?b=2&a=%7e%20x HTTP/1.1\r\nHost: h\r\n\r\n");
    let steps = walked(&pairs).1.steps;
    let query = steps
        .iter()
        .find(|step| step.kind == StepKind::Makes(StageKind::CanonicalRequest, Section::Query))
        .unwrap();
    let rows: Vec<_> = query
        .changes
        .iter()
        .map(|row| (&*row.before, row.between.as_deref().unwrap(), &*row.after))
        .collect();
    assert_eq!(rows, [("b=2", "b=2", "a=~%20x"), ("a=%7e%20x", "a=~%20x", "b=2")]);
}

fn session_of(text: &str) -> Session {
    keyed(text, ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
}
