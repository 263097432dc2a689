//! Three requests, and how fast the `aws-sigv4` crate signs each: what every bench of signatures measures itself by.
#![allow(dead_code, reason = "each bench uses a part of it")]

use std::hint::black_box;
use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use countersign::analysis::Session;
use countersign::request::{Header, Request};
use countersign::secret::Secret;
use countersign::settings::{PayloadSetting, Time};
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use criterion::Criterion;

pub(crate) const ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(crate) const TIME: i64 = 1_440_938_160;

pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) service: &'static str,
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn workloads() -> [Workload; 3] {
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

pub(crate) fn session(workload: &Workload) -> Session {
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

pub(crate) fn credentials() -> Credentials {
    Credentials {
        fields: Default::default(),
        access_key_id: ID.into(),
        secret: Secret::new(SECRET),
        session_token: None,
        source: String::new(),
    }
}

pub(crate) fn bench_crate(criterion: &mut Criterion, workload: &Workload) {
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
