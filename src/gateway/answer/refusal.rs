//! A refusal in the words and the form of the service.
//!
//! Codes, statuses and fields are those that services were observed to answer; for S3 also as versitygw, which was checked
//! against S3, has them. The texts of the checks themselves come from [`crate::verify::message`].

use hyper::header;
use serde_json::{Map, Value, json};

use super::form;
use super::{
    Answer, ERROR_TYPE, Protocol, QUERY_ERROR, REQUEST_ID, S3_HOST_ID, S3_REQUEST_ID, SMITHY_PROTOCOL, XML,
    element, request_id,
};
use crate::analysis::Analysis;
use crate::gateway::capture::Stop;
use crate::request::Request;
use crate::scheme::{Claim, Placement};
use crate::signature::name;
use crate::trace::StageKind;
use crate::verify::{CheckId, message};

/// What is refused, and why.
pub(in crate::gateway) struct Refused<'a> {
    pub(in crate::gateway) request: &'a Request,
    pub(in crate::gateway) analysis: &'a Analysis,
    pub(in crate::gateway) stop: Stop,
    /// What AWS says of it.
    pub(in crate::gateway) aws: &'a str,
    /// The number of the exchange.
    pub(in crate::gateway) number: u64,
}

/// What was refused, as the protocol's error.
struct Error {
    code: &'static str,
    status: u16,
    message: String,
}

/// Writes a refusal.
pub(in crate::gateway) fn refuse(refused: &Refused<'_>, protocol: &Protocol) -> Answer {
    let error = error(refused, protocol);
    match protocol {
        Protocol::S3 => s3(refused, &error),
        Protocol::Json(media) => json_error(refused, &error, media).with(ERROR_TYPE, error.code),
        Protocol::RestJson => json_error(refused, &error, "application/json").with(ERROR_TYPE, error.code),
        Protocol::Query(_) => query(refused, &error),
        Protocol::Ec2(_) => ec2(refused, &error),
        Protocol::Cbor => cbor(refused, &error),
        // HTTP has no challenge for a header of one's own.
        Protocol::Plain if refused.analysis.scheme.keyed().is_some() => Answer::line(401, &error.message),
        Protocol::Plain => {
            let text = format!("{}: {}", error.code, error.message);
            let own = refused.analysis.scheme.family().map_or(name::AWS4, |family| family.algorithm);
            Answer::line(401, &text).with(header::WWW_AUTHENTICATE, own)
        }
    }
}

/// `Code: message`, where a text begins with a code.
fn split(aws: &str) -> (Option<&str>, &str) {
    match aws.split_once(": ") {
        Some((code, message)) if code.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            (Some(code), message)
        }
        Some(_) | None => (None, aws),
    }
}

fn error(refused: &Refused<'_>, protocol: &Protocol) -> Error {
    let (stated, sentence) = split(refused.aws);
    let (code, status) = match protocol {
        Protocol::S3 => s3_code(refused, stated),
        Protocol::Json(_) => (json_code(refused.stop), 400),
        Protocol::RestJson | Protocol::Cbor | Protocol::Plain => (json_code(refused.stop), 403),
        Protocol::Query(_) => (query_code(refused.stop), 403),
        Protocol::Ec2(_) => ec2_code(refused.stop),
    };
    let message = match (code, protocol) {
        ("AccessDenied", Protocol::S3) if refused.stop == Stop::Check(CheckId::Claim) => "Access Denied",
        ("MissingAuthenticationToken", _) => "Request is missing Authentication Token",
        ("AuthFailure", _) => split(message::unknown_key(b"ec2")).1,
        ("SignatureDoesNotMatch", Protocol::S3) => split(message::mismatch(b"s3")).1,
        (_, _) => sentence,
    };
    let mut message = message.to_owned();
    // The strings that were signed, as these services append them to the sentence.
    let quotes =
        matches!(protocol, Protocol::Json(_) | Protocol::RestJson | Protocol::Query(_) | Protocol::Cbor);
    if quotes && refused.stop == Stop::Check(CheckId::Signature) {
        let text = |kind| String::from_utf8_lossy(refused.analysis.stage(kind)).into_owned();
        let (request, to_sign) = (text(StageKind::CanonicalRequest), text(StageKind::StringToSign));
        message.push_str(&format!(
            "\n\nThe Canonical String for this request should have been\n'{request}'\n\nThe String-to-Sign should have been\n'{to_sign}'\n"
        ));
    }
    Error { code, status, message }
}

/// The code of S3, and its status.
fn s3_code(refused: &Refused<'_>, stated: Option<&str>) -> (&'static str, u16) {
    const STATED: [(&str, u16); 12] = [
        ("AccessDenied", 403),
        ("AuthorizationHeaderMalformed", 400),
        ("AuthorizationQueryParametersError", 400),
        ("BadDigest", 400),
        ("InvalidAccessKeyId", 403),
        ("InvalidArgument", 400),
        ("InvalidPolicyDocument", 400),
        ("InvalidRequest", 400),
        ("RequestTimeTooSkewed", 403),
        ("SignatureDoesNotMatch", 403),
        ("XAmzContentSHA256Mismatch", 400),
        ("MalformedTrailerError", 400),
    ];
    let known = STATED.into_iter().find(|(code, _)| Some(*code) == stated);
    let malformed = match refused.analysis.claim().map(|claim| claim.placement) {
        Some(Placement::Query) => "AuthorizationQueryParametersError",
        Some(Placement::Header | Placement::Form) | None => "AuthorizationHeaderMalformed",
    };
    known.unwrap_or(match refused.stop {
        Stop::Check(CheckId::Claim) if refused.analysis.claim.is_none() => ("AccessDenied", 403),
        Stop::Check(CheckId::Claim | CheckId::Scope | CheckId::Date) => (malformed, 400),
        Stop::Check(CheckId::Algorithm) => ("InvalidRequest", 400),
        Stop::Check(CheckId::Key) => ("InvalidAccessKeyId", 403),
        Stop::Check(CheckId::Payload) => ("XAmzContentSHA256Mismatch", 400),
        Stop::Check(CheckId::Signature | CheckId::Chunks) => ("SignatureDoesNotMatch", 403),
        Stop::Check(CheckId::Framing) => ("IncompleteBody", 400),
        Stop::Check(CheckId::Checksum) => ("BadDigest", 400),
        Stop::Check(CheckId::SignedHeaders | CheckId::Policy) | Stop::Replay | Stop::Host | Stop::Resign => {
            ("AccessDenied", 403)
        }
        Stop::Token => ("InvalidToken", 400),
    })
}

fn json_code(stop: Stop) -> &'static str {
    match stop {
        Stop::Check(CheckId::Claim) => "MissingAuthenticationTokenException",
        Stop::Check(CheckId::Algorithm) => "IncompleteSignatureException",
        Stop::Check(CheckId::Key) | Stop::Token => "UnrecognizedClientException",
        Stop::Check(_) | Stop::Replay | Stop::Host | Stop::Resign => "InvalidSignatureException",
    }
}

fn query_code(stop: Stop) -> &'static str {
    match stop {
        Stop::Check(CheckId::Claim) => "MissingAuthenticationToken",
        Stop::Check(CheckId::Algorithm) => "IncompleteSignature",
        Stop::Check(CheckId::Key) | Stop::Token => "InvalidClientTokenId",
        Stop::Check(_) | Stop::Replay | Stop::Host | Stop::Resign => "SignatureDoesNotMatch",
    }
}

fn ec2_code(stop: Stop) -> (&'static str, u16) {
    match stop {
        Stop::Check(CheckId::Claim) => ("MissingAuthenticationToken", 403),
        Stop::Check(CheckId::Date) => ("RequestExpired", 400),
        Stop::Check(_) | Stop::Token | Stop::Replay | Stop::Host | Stop::Resign => ("AuthFailure", 401),
    }
}

/// `61 62`, as S3 writes the bytes of its strings.
fn spaced_hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 3);
    for (index, byte) in bytes.iter().enumerate() {
        out.push_str(&format!("{}{byte:02x}", if index > 0 { " " } else { "" }));
    }
    out
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
fn s3(refused: &Refused<'_>, error: &Error) -> Answer {
    let mut body = format!("{XML}<Error>{}", element("Code", error.code.as_bytes()));
    body.push_str(&element("Message", error.message.as_bytes()));
    s3_fields(refused, error, &mut body);
    let id = request_id(refused.number);
    body.push_str(&format!(
        "{}{}</Error>",
        element("RequestId", id.as_bytes()),
        element("HostId", b"countersign")
    ));
    Answer::new(error.status, "application/xml", body).with(S3_REQUEST_ID, id).with(S3_HOST_ID, "countersign")
}

fn s3_fields(refused: &Refused<'_>, error: &Error, body: &mut String) {
    let (request, analysis) = (refused.request, refused.analysis);
    let claim = analysis.claim();
    let of_claim = |text: fn(&Claim, &Request) -> String| claim.map(|claim| text(claim, request));
    let id = of_claim(|claim, request| String::from_utf8_lossy(&claim.key_id(request)).into_owned());
    let now = analysis.situation.now;
    match error.code {
        "SignatureDoesNotMatch" => {
            let id = id.unwrap_or_default();
            body.push_str(&element("AWSAccessKeyId", id.as_bytes()));
            let (to_sign, canonical) =
                (analysis.stage(StageKind::StringToSign), analysis.stage(StageKind::CanonicalRequest));
            body.push_str(&element("StringToSign", to_sign));
            body.push_str(&element("SignatureProvided", analysis.received.as_deref().unwrap_or_default()));
            body.push_str(&element("StringToSignBytes", spaced_hex(to_sign).as_bytes()));
            // Version 2 has no canonical request.
            if !canonical.is_empty() {
                body.push_str(&element("CanonicalRequest", canonical));
                body.push_str(&element("CanonicalRequestBytes", spaced_hex(canonical).as_bytes()));
            }
        }
        "InvalidAccessKeyId" => body.push_str(&element("AWSAccessKeyId", id.unwrap_or_default().as_bytes())),
        "RequestTimeTooSkewed" => {
            let signed = of_claim(|claim, request| {
                claim.date.map(|date| claim.string(request, date.span)).unwrap_or_default()
            });
            let minutes = analysis.situation.settings.tolerance.unwrap_or_default();
            body.push_str(&element("RequestTime", signed.unwrap_or_default().as_bytes()));
            body.push_str(&element("ServerTime", now.to_string().as_bytes()));
            let window = (u64::from(minutes) * 60_000).to_string();
            body.push_str(&element("MaxAllowedSkewMilliseconds", window.as_bytes()));
        }
        "AuthorizationHeaderMalformed" | "AuthorizationQueryParametersError" => {
            if let Some(region) = &analysis.situation.settings.region {
                body.push_str(&element("Region", region.as_bytes()));
            }
        }
        _ => {}
    }
}

fn json_error(refused: &Refused<'_>, error: &Error, media: &str) -> Answer {
    let mut fields = Map::new();
    // Services with the operation in the path name the error in a header alone.
    if media.starts_with("application/x-amz-json") {
        fields.insert("__type".into(), error.code.into());
    }
    fields.insert("message".into(), error.message.clone().into());
    let body = Value::Object(fields).to_string();
    Answer::new(error.status, media.to_owned(), body).with(REQUEST_ID, request_id(refused.number))
}

fn query(refused: &Refused<'_>, error: &Error) -> Answer {
    let id = request_id(refused.number);
    if form::wants_json(refused.request, &form::parameters(refused.request)) {
        let told = json!({ "Type": "Sender", "Code": error.code, "Message": error.message });
        let body = json!({ "Error": told, "RequestId": id }).to_string();
        return Answer::new(error.status, "application/json", body).with(REQUEST_ID, id);
    }
    let body = format!(
        "{XML}<ErrorResponse><Error><Type>Sender</Type>{}{}</Error>{}</ErrorResponse>",
        element("Code", error.code.as_bytes()),
        element("Message", error.message.as_bytes()),
        element("RequestId", id.as_bytes())
    );
    Answer::new(error.status, "text/xml", body).with(REQUEST_ID, id)
}

fn ec2(refused: &Refused<'_>, error: &Error) -> Answer {
    let id = request_id(refused.number);
    let body = format!(
        "{XML}<Response><Errors><Error>{}{}</Error></Errors>{}</Response>",
        element("Code", error.code.as_bytes()),
        element("Message", error.message.as_bytes()),
        element("RequestID", id.as_bytes())
    );
    Answer::new(error.status, "text/xml", body).with(REQUEST_ID, id)
}

/// A map of two texts (RFC 8949, 3.1).
fn cbor(refused: &Refused<'_>, error: &Error) -> Answer {
    let mut body = vec![0xa2];
    for text in ["__type", error.code, "message", &error.message] {
        body.push(0x7a);
        body.extend_from_slice(&u32::try_from(text.len()).unwrap_or_default().to_be_bytes());
        body.extend_from_slice(text.as_bytes());
    }
    Answer::new(error.status, "application/cbor", body)
        .with(SMITHY_PROTOCOL, "rpc-v2-cbor")
        .with(REQUEST_ID, request_id(refused.number))
        .with(QUERY_ERROR, format!("{};Sender", error.code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Session;
    use crate::canon::payload::Hashing;
    use crate::case::read;
    use crate::evidence;
    use crate::scheme::Memo;
    use crate::time::Timestamp;
    use crate::trace::Trace;

    /// The documented IAM request, its signature changed, for this service.
    fn request(service: &str) -> Request {
        let text = format!(
            "GET /?a=1&b=%3C HTTP/1.1\r\nHost: example.amazonaws.com\r\nX-Amz-Date: 20150830T123600Z\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature={}\r\n\r\n",
            "0".repeat(64)
        );
        read(text.as_bytes()).unwrap().request
    }

    fn refused(service: &str, stop: CheckId, aws: &str, protocol: &Protocol) -> Answer {
        let session = Session::new(request(service));
        let clock = Timestamp::from_unix(1_440_938_160).unwrap();
        let analysis = Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
        let stop = Stop::Check(stop);
        refuse(&Refused { request: &session.request, analysis: &analysis, stop, aws, number: 7 }, protocol)
    }

    const MISMATCH: &str = "SignatureDoesNotMatch: The request signature we calculated does not match the signature you \
                            provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    #[test]
    fn a_mismatch_quotes_the_strings_so_that_they_read_back() {
        let protocols = [
            Protocol::S3,
            Protocol::Json("application/x-amz-json-1.0".into()),
            Protocol::RestJson,
            Protocol::Query("A".into()),
        ];
        for protocol in protocols {
            let service = if protocol == Protocol::S3 { "s3" } else { "iam" };
            let answer = refused(service, CheckId::Signature, MISMATCH, &protocol);
            let pieces = evidence::read(&answer.body).unwrap();
            let canonical = pieces[0].canonical_request.as_deref().unwrap();
            assert!(canonical.starts_with(b"GET\n/\na=1&b=%3C\n"), "{protocol:?}");
            assert_eq!(pieces[0].consistent(), Some(true), "{protocol:?}");
            assert_eq!(pieces[0].side, evidence::Side::Server);
        }
    }

    #[test]
    fn codes_and_statuses_are_the_services_own() {
        let json = Protocol::Json("application/x-amz-json-1.0".into());
        let rows = [
            (CheckId::Signature, MISMATCH, "SignatureDoesNotMatch 403", "InvalidSignatureException 400"),
            (
                CheckId::Key,
                "InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.",
                "InvalidAccessKeyId 403",
                "UnrecognizedClientException 400",
            ),
            (
                CheckId::Date,
                "RequestTimeTooSkewed: The difference between the request time and the server's time is too large.",
                "RequestTimeTooSkewed 403",
                "InvalidSignatureException 400",
            ),
            (
                CheckId::Scope,
                "AuthorizationHeaderMalformed: The authorization header is malformed; the region 'a' is wrong",
                "AuthorizationHeaderMalformed 400",
                "InvalidSignatureException 400",
            ),
            (
                CheckId::Payload,
                "XAmzContentSHA256Mismatch: no",
                "XAmzContentSHA256Mismatch 400",
                "InvalidSignatureException 400",
            ),
            (
                CheckId::Framing,
                "IncompleteBody, MalformedTrailerError: no",
                "IncompleteBody 400",
                "InvalidSignatureException 400",
            ),
        ];
        for (check, aws, s3, other) in rows {
            let told = |protocol: &Protocol, service: &str| {
                let answer = refused(service, check, aws, protocol);
                let body = String::from_utf8(answer.body.into_owned()).unwrap();
                let code = match body.split_once("<Code>") {
                    Some((_, rest)) => rest.split('<').next().unwrap_or_default().to_owned(),
                    None => {
                        serde_json::from_str::<Value>(&body).unwrap()["__type"].as_str().unwrap().to_owned()
                    }
                };
                format!("{code} {}", answer.status)
            };
            assert_eq!(told(&Protocol::S3, "s3"), s3);
            assert_eq!(told(&json, "dynamodb"), other);
        }
    }

    #[test]
    fn a_message_in_cbor_is_a_map_of_two_texts() {
        let answer = refused("monitoring", CheckId::Key, "InvalidClientTokenId: no", &Protocol::Cbor);
        let code = b"\x7a\0\0\0\x1bUnrecognizedClientException";
        let expected =
            [&b"\xa2\x7a\0\0\0\x06__type"[..], code, b"\x7a\0\0\0\x07message\x7a\0\0\0\x02no"].concat();
        assert_eq!(*answer.body, expected[..]);
    }
}
