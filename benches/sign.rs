//! Signing side by side with the `aws-sigv4` crate, on three requests, in one run.
//!
//! `crate` is the crate's bare signing with the body hash given for the large body. `trace` is our full trace with origins, the
//! key derived; `keystroke` is the same after an edit in a header, key and body hash kept; `analysis` adds the checks. The goal
//! is a ratio within one run: `trace` at most 0.5 of `crate`, `keystroke` at most 0.25.
#![allow(missing_docs, reason = "criterion's macros write undocumented items")]

use std::hint::black_box;
use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use countersign::analysis::{Analysis, Session};
use countersign::canon::payload::Hashing;
use countersign::request::{Header, Request};
use countersign::scheme::{AWS4, Memo, Scheme};
use countersign::secret::Secret;
use countersign::settings::{PayloadSetting, Time};
use countersign::sign::{Credentials, Situation};
use countersign::time::Timestamp;
use countersign::trace::Trace;
use criterion::{Criterion, criterion_group, criterion_main};

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TIME: i64 = 1_440_938_160;

struct Workload {
    name: &'static str,
    service: &'static str,
    method: &'static str,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn workloads() -> [Workload; 3] {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let post = ["Content-Type", "X-Amz-Target", "Accept", "X-A", "X-B", "X-C"];
    let pairs: Vec<String> = (0..30).map(|n| format!("key-{:02}=value%20{n}", n * 7 % 30)).collect();
    let mut many = vec![header("Host", "examplebucket.s3.amazonaws.com")];
    many.extend(
        (0..18).map(|n| header(&format!("X-Amz-Meta-{:02}", n * 5 % 18), &format!("some value {n}"))),
    );
    [
        Workload {
            name: "small_get",
            service: "iam",
            method: "GET",
            target: "/".into(),
            headers: vec![header("Host", "iam.amazonaws.com")],
            body: Vec::new(),
        },
        Workload {
            name: "post_1k",
            service: "dynamodb",
            method: "POST",
            target: "/".into(),
            headers: std::iter::once(header("Host", "dynamodb.us-east-1.amazonaws.com"))
                .chain(post.iter().map(|name| header(name, "application/x-amz-json-1.0")))
                .collect(),
            body: vec![b'a'; 1024],
        },
        Workload {
            name: "put_64k",
            service: "s3",
            method: "PUT",
            target: format!("/a/b%20c/d.txt?{}", pairs.join("&")),
            headers: many,
            body: vec![b'a'; 65_536],
        },
    ]
}

fn session(workload: &Workload) -> Session {
    let headers = workload.headers.iter().map(|(n, v)| Header::new(n.as_str(), v.as_str())).collect();
    let mut session = Session::new(Request {
        method: workload.method.into(),
        target: workload.target.clone().into_bytes(),
        version: b"HTTP/1.1".to_vec(),
        headers,
        body: workload.body.clone().into(),
    });
    session.request.body.hash();
    session.settings.region = Some("us-east-1".into());
    session.settings.service = Some(workload.service.into());
    session.settings.time = Timestamp::from_unix(TIME).map(Time::At);
    session.settings.payload = Some(PayloadSetting::Body);
    session.keys.push(credentials());
    session
}

fn credentials() -> Credentials {
    Credentials {
        access_key_id: ID.into(),
        secret: Secret::new(SECRET),
        session_token: None,
        source: String::new(),
    }
}

fn bench_crate(criterion: &mut Criterion, workload: &Workload) {
    let identity = AwsCredentials::new(ID, SECRET, None, None, "bench").into();
    let mut settings = SigningSettings::default();
    if workload.service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let params = SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name(workload.service)
        .time(UNIX_EPOCH + Duration::from_secs(TIME as u64))
        .settings(settings)
        .build()
        .expect("all parameters are set")
        .into();
    let uri = format!("https://{}{}", workload.headers[0].1, workload.target);
    let digest = hex::encode(session(workload).request.body.hash().expect("the body is at hand"));
    criterion.bench_function(&format!("{}/crate", workload.name), |bench| {
        bench.iter(|| {
            let headers = workload.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let body = SignableBody::Precomputed(digest.clone());
            let request =
                SignableRequest::new(workload.method, uri.as_str(), headers, body).expect("signable");
            black_box(sign(request, &params).expect("signed").into_parts().1)
        });
    });
}

fn bench_ours(criterion: &mut Criterion, workload: &Workload) {
    let session = session(workload);
    let clock = Timestamp::from_unix(TIME).expect("a date");
    let situation = Situation {
        settings: session.settings.clone(),
        ambient: session.ambient.clone(),
        credentials: session.keys.first().cloned(),
        now: clock,
        hashing: Hashing::Now,
    };
    let mut trace = Trace::default();
    let mut run = |memo: &mut Memo| {
        let terms = AWS4.terms(&session.request, None, &situation);
        AWS4.trace(&session.request, &terms, &situation, memo, &mut trace);
        black_box(trace.signature().map(<[u8]>::len));
    };
    criterion.bench_function(&format!("{}/trace", workload.name), |bench| {
        let mut memo = Memo::default();
        bench.iter(|| {
            memo.forget();
            run(&mut memo);
        });
    });
    let mut memo = Memo::default();
    criterion.bench_function(&format!("{}/keystroke", workload.name), |bench| bench.iter(|| run(&mut memo)));
    let mut kept = Trace::default();
    criterion.bench_function(&format!("{}/analysis", workload.name), |bench| {
        bench.iter(|| {
            let trace = std::mem::take(&mut kept);
            kept = Analysis::of(black_box(&session), clock, Hashing::Now, &mut memo, trace).into_trace();
        });
    });
}

fn bench(criterion: &mut Criterion) {
    for workload in workloads() {
        bench_crate(criterion, &workload);
        bench_ours(criterion, &workload);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(60).warm_up_time(Duration::from_millis(400)).measurement_time(Duration::from_secs(2));
    targets = bench
}
criterion_main!(benches);
