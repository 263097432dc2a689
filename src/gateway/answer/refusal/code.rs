//! The code and the status of a refusal, as each family of services has them.

use super::Refused;
use crate::gateway::answer::Protocol;
use crate::gateway::capture::Stop;
use crate::scheme::Placement;
use crate::service;
use crate::trace::StageKind;
use crate::verify::{CheckId, message};

/// What was refused, as the protocol's error.
pub(super) struct Error {
    pub(super) code: &'static str,
    pub(super) status: u16,
    pub(super) message: String,
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

pub(super) fn error(refused: &Refused<'_>, protocol: &Protocol) -> Error {
    let (stated, sentence) = split(refused.aws);
    let (code, status) = match protocol {
        Protocol::S3 => s3_code(refused, stated),
        Protocol::Json(_) => (json_code(refused.stop), 400),
        Protocol::RestJson | Protocol::Cbor | Protocol::Of(_) | Protocol::Plain => {
            (json_code(refused.stop), 403)
        }
        Protocol::Query(_) => (query_code(refused.stop), 403),
        Protocol::Ec2(_) => ec2_code(refused.stop),
    };
    let message = match (code, protocol) {
        ("AccessDenied", Protocol::S3) if refused.stop == Stop::Check(CheckId::Claim) => "Access Denied",
        ("MissingAuthenticationToken", _) => "Request is missing Authentication Token",
        ("AuthFailure", _) => split(message::unknown_key(service::of_name(b"ec2"))).1,
        ("SignatureDoesNotMatch", Protocol::S3) => split(message::mismatch(service::of_name(b"s3"))).1,
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
        Some(Placement::Header | Placement::Form | Placement::Body) | None => "AuthorizationHeaderMalformed",
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
