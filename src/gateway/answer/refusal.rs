//! A refusal in the words and the form of the service.
//!
//! Fields are those that services were observed to answer; for S3 also as versitygw, which was checked against S3, has them. Codes
//! and statuses come from [`crate::verify::refusal`], the texts of the checks themselves from [`crate::verify::message`].

mod body;
mod code;
mod maker;

use hyper::header;

use super::{Answer, ERROR_TYPE, Protocol};
use crate::analysis::Analysis;
use crate::gateway::capture::Stop;
use crate::request::Request;
use crate::signature::name;
use body::{cbor, ec2, json_error, query, s3};
use code::error;

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
        Protocol::Of(words) => maker::answer(refused, words),
        // HTTP has no challenge for a header of one's own.
        Protocol::Plain if refused.analysis.scheme.recipe().is_some() => {
            Answer::line(error.status, &error.message)
        }
        Protocol::Plain => {
            let text = format!("{}: {}", error.code, error.message);
            let own = refused.analysis.scheme.family().map_or(name::AWS4, |family| family.algorithm);
            Answer::line(error.status, &text).with(header::WWW_AUTHENTICATE, own)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    use crate::analysis::Session;
    use crate::canon::payload::Hashing;
    use crate::case::read;
    use crate::evidence;
    use crate::scheme::Memo;
    use crate::time::Timestamp;
    use crate::trace::Trace;
    use crate::verify::CheckId;

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
