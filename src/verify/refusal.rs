//! How a service refuses: status, code and message, as each family of services was observed to answer. The gateway answers by
//! this table, and the walkthrough tells by it.

use super::message;
use crate::scheme::Placement;
use crate::service::{self, protocol::Protocol};
use crate::signature::check::CheckId;

/// What a request is refused for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// It carries no signature.
    NoClaim,
    /// A check fails; of what is claimed, this is the place, where it can be read.
    Check(CheckId, Option<Placement>),
    /// Another session token belongs to the key.
    Token,
    /// Something beside the signature: a replay, another host, a header that is not covered.
    Guard,
}

/// A refusal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Refusal<'a> {
    /// The status of HTTP.
    pub status: u16,
    /// The code of the error.
    pub code: &'static str,
    /// What it says to people.
    pub message: &'a str,
}

/// How a service of `protocol` refuses, when a check has `aws` to say.
pub fn refusal<'a>(protocol: &Protocol, reason: Reason, aws: &'a str) -> Refusal<'a> {
    let (stated, sentence) = split(aws);
    let (code, status) = match protocol {
        Protocol::S3 => s3(reason, stated),
        Protocol::Json(_) => (json(reason), 400),
        Protocol::RestJson | Protocol::Cbor => (json(reason), 403),
        Protocol::Of(words) => (json(reason), words.status),
        // HTTP's own answer to whoever is not known.
        Protocol::Plain => (json(reason), 401),
        Protocol::Query(_) => (query(reason), 403),
        Protocol::Ec2(_) => ec2(reason),
    };
    let lacks_claim = matches!(reason, Reason::NoClaim | Reason::Check(CheckId::Claim, _));
    let message = match (code, protocol) {
        ("AccessDenied", Protocol::S3) if lacks_claim => "Access Denied",
        ("MissingAuthenticationToken", _) => "Request is missing Authentication Token",
        ("AuthFailure", _) => split(message::unknown_key(service::of_name(b"ec2"))).1,
        ("SignatureDoesNotMatch", Protocol::S3) => split(message::mismatch(service::of_name(b"s3"))).1,
        (_, _) => sentence,
    };
    Refusal { status, code, message }
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

/// The code of S3, and its status.
fn s3(reason: Reason, stated: Option<&str>) -> (&'static str, u16) {
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
    known.unwrap_or(match reason {
        Reason::NoClaim | Reason::Guard => ("AccessDenied", 403),
        Reason::Check(CheckId::Claim | CheckId::Scope | CheckId::Date, Some(Placement::Query)) => {
            ("AuthorizationQueryParametersError", 400)
        }
        Reason::Check(CheckId::Claim | CheckId::Scope | CheckId::Date, _) => {
            ("AuthorizationHeaderMalformed", 400)
        }
        Reason::Check(CheckId::Algorithm, _) => ("InvalidRequest", 400),
        Reason::Check(CheckId::Key, _) => ("InvalidAccessKeyId", 403),
        Reason::Check(CheckId::Payload, _) => ("XAmzContentSHA256Mismatch", 400),
        Reason::Check(CheckId::Signature | CheckId::Chunks, _) => ("SignatureDoesNotMatch", 403),
        Reason::Check(CheckId::Framing, _) => ("IncompleteBody", 400),
        Reason::Check(CheckId::Checksum, _) => ("BadDigest", 400),
        Reason::Check(CheckId::SignedHeaders | CheckId::Policy, _) => ("AccessDenied", 403),
        Reason::Token => ("InvalidToken", 400),
    })
}

fn json(reason: Reason) -> &'static str {
    match reason {
        Reason::NoClaim | Reason::Check(CheckId::Claim, _) => "MissingAuthenticationTokenException",
        Reason::Check(CheckId::Algorithm, _) => "IncompleteSignatureException",
        Reason::Check(CheckId::Key, _) | Reason::Token => "UnrecognizedClientException",
        Reason::Check(..) | Reason::Guard => "InvalidSignatureException",
    }
}

fn query(reason: Reason) -> &'static str {
    match reason {
        Reason::NoClaim | Reason::Check(CheckId::Claim, _) => "MissingAuthenticationToken",
        Reason::Check(CheckId::Algorithm, _) => "IncompleteSignature",
        Reason::Check(CheckId::Key, _) | Reason::Token => "InvalidClientTokenId",
        Reason::Check(..) | Reason::Guard => "SignatureDoesNotMatch",
    }
}

fn ec2(reason: Reason) -> (&'static str, u16) {
    match reason {
        Reason::NoClaim | Reason::Check(CheckId::Claim, _) => ("MissingAuthenticationToken", 403),
        Reason::Check(CheckId::Date, _) => ("RequestExpired", 400),
        Reason::Check(..) | Reason::Token | Reason::Guard => ("AuthFailure", 401),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(protocol: &Protocol, reason: Reason, aws: &str) -> (u16, &'static str) {
        let told = refusal(protocol, reason, aws);
        (told.status, told.code)
    }

    #[test]
    fn each_family_refuses_a_mismatch_and_an_old_request_in_its_own_way() {
        let at = |id| Reason::Check(id, Some(Placement::Header));
        let json = || Protocol::Json("application/x-amz-json-1.0".into());
        let query = || Protocol::Query("ListUsers".into());
        for (protocol, signature, date) in [
            (Protocol::S3, (403, "SignatureDoesNotMatch"), (403, "RequestTimeTooSkewed")),
            (json(), (400, "InvalidSignatureException"), (400, "InvalidSignatureException")),
            (Protocol::RestJson, (403, "InvalidSignatureException"), (403, "InvalidSignatureException")),
            (query(), (403, "SignatureDoesNotMatch"), (403, "SignatureDoesNotMatch")),
            (Protocol::Ec2("RunInstances".into()), (401, "AuthFailure"), (400, "RequestExpired")),
            (Protocol::Plain, (401, "InvalidSignatureException"), (401, "InvalidSignatureException")),
        ] {
            assert_eq!(
                told(&protocol, at(CheckId::Signature), message::mismatch(service::of_name(b"s3"))),
                signature
            );
            assert_eq!(told(&protocol, at(CheckId::Date), "RequestTimeTooSkewed: too old"), date);
        }
    }

    #[test]
    fn s3_names_the_place_of_a_claim_that_it_cannot_read() {
        let at = |placement| Reason::Check(CheckId::Scope, placement);
        assert_eq!(
            told(&Protocol::S3, at(Some(Placement::Query)), ""),
            (400, "AuthorizationQueryParametersError")
        );
        assert_eq!(
            told(&Protocol::S3, at(Some(Placement::Header)), ""),
            (400, "AuthorizationHeaderMalformed")
        );
        let denied = refusal(&Protocol::S3, Reason::NoClaim, message::NO_CLAIM);
        assert_eq!((denied.status, denied.code, denied.message), (403, "AccessDenied", "Access Denied"));
    }
}
