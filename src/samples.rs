//! Requests to look at: the worked examples of AWS's documentation, requests in the form of its guides, and broken ones.
//!
//! Each is a `.http` file in `samples/`, built into the program, and a test.

use crate::verify::Conclusion;

/// A sample.
pub struct Sample {
    /// Its name on the command line: the file's name without `.http`.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// The file.
    pub text: &'static [u8],
    /// What verifying it comes to.
    pub verdict: Conclusion,
}

macro_rules! sample {
    ($name:literal, $verdict:ident, $about:literal) => {
        Sample {
            name: $name,
            about: $about,
            text: include_bytes!(concat!("../samples/", $name, ".http")),
            verdict: Conclusion::$verdict,
        }
    };
}

/// Every sample; the first one opens when nothing else is named.
pub const SAMPLES: &[Sample] = &[
    sample!("iam-list-users", Match, "IAM ListUsers, the worked example of the AWS General Reference"),
    sample!("s3-get-object", Match, "S3 GET object with a range, from the S3 API Reference"),
    sample!("s3-put-object", Match, "S3 PUT object with a dollar sign in its key, from the S3 API Reference"),
    sample!(
        "s3-get-lifecycle",
        Match,
        "S3 GET bucket lifecycle: a query name without a value, from the S3 API Reference"
    ),
    sample!("s3-list-objects", Match, "S3 list objects, from the S3 API Reference"),
    sample!("apigateway-get", Match, "API Gateway GET: host and x-amz-date are signed, as its guide asks"),
    sample!("apigateway-post", Match, "API Gateway POST: content-type is signed too, as its guide asks"),
    sample!("dynamodb-list-tables", Match, "DynamoDB ListTables: the operation stands in a header"),
    sample!(
        "sts-session-token",
        Match,
        "STS GetCallerIdentity with the session token of temporary credentials"
    ),
    sample!("s3-presigned-get", Match, "S3 presigned GET, good for a day, from the S3 API Reference"),
    sample!("s3-chunked-upload", Match, "S3 PUT in signed chunks, from the S3 API Reference"),
    sample!(
        "s3-chunked-trailer",
        Match,
        "S3 PUT in signed chunks with a signed checksum behind them, from the S3 API Reference"
    ),
    sample!(
        "s3-unsigned-trailer",
        Match,
        "S3 PUT in plain chunks with a checksum behind them, as newer SDKs send it over https"
    ),
    sample!("s3-post-policy", Match, "S3 browser upload: a form and its policy, from the S3 API Reference"),
    sample!("s3-express-get", Match, "S3 Express One Zone: the session token has a header of its own"),
    sample!("event-stream", Match, "An event stream: each message signs the one before it"),
    sample!("iot-websocket", Match, "AWS IoT over WebSocket: the session token stands behind the signature"),
    sample!("sigv4a-get", Match, "SigV4A: asymmetric, no region in the scope, from AWS's signing test suite"),
    sample!("sigv4a-presigned", Match, "SigV4A: a presigned URL of a multi-region access point"),
    sample!("sigv2-get", Match, "Signature Version 2, from the S3 Developer Guide"),
    sample!(
        "tencent-describe-instances",
        Match,
        "Tencent Cloud TC3-HMAC-SHA256, the worked example of its documentation"
    ),
    sample!(
        "alibaba-run-instances",
        Match,
        "Alibaba Cloud ACS3-HMAC-SHA256, the worked example of its documentation"
    ),
    sample!(
        "oss-put-object",
        Match,
        "Alibaba Cloud OSS PUT object: the bucket of the host stands in the signed path"
    ),
    sample!("oss-presigned-get", Match, "Alibaba Cloud OSS: a signed URL, good for a day"),
    sample!(
        "huawei-list-vpcs",
        Match,
        "Huawei Cloud SDK-HMAC-SHA256, the worked example of its documentation"
    ),
    sample!("tos-presigned-get", Match, "Volcengine TOS: a signed URL, good for an hour"),
    sample!("volcengine-list-users", Match, "Volcengine HMAC-SHA256: a call of one of its services"),
    sample!("jd-cloud-instances", Match, "JD Cloud JDCLOUD3-HMAC-SHA256: a call of its API"),
    sample!("escher-get", Match, "Escher, as Emarsys has it: the signature stands in a header of its own"),
    sample!("broken-chunk", Mismatch, "Broken: two bytes of the second chunk were changed on the way"),
    sample!("broken-region", Rejected, "Broken: signed for us-east-1, sent to a bucket in eu-central-1"),
    sample!(
        "broken-path-encoded-twice",
        Mismatch,
        "Broken: the signer encoded the path twice, S3 encodes it once"
    ),
    sample!(
        "broken-trailing-newline",
        Mismatch,
        "Broken: the signer hashed the body with a line break at its end"
    ),
    sample!("broken-clock", Rejected, "Broken: the clock of the signer is an hour slow"),
];

/// The sample of this name, with or without `.http`.
pub fn named(name: &str) -> Option<&'static Sample> {
    let name = name.strip_suffix(".http").unwrap_or(name);
    SAMPLES.iter().find(|sample| sample.name == name)
}
