//! What AWS answers to a request that it refuses: texts as observed, one dialect for S3, one for most other services.

use crate::scheme::Placement;
use crate::service::wording::Wording;
use crate::service::{self, Errors, Service};
use crate::signature::check::CheckId;
use crate::time::Timestamp;

/// Whether a service speaks the S3 dialect of errors.
pub(crate) fn is_s3(service: &Service) -> bool {
    service.errors == Errors::S3
}

pub(crate) const NO_CLAIM: &str = "Missing Authentication Token";
pub(crate) const NO_DATE: &str =
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
pub(crate) const HOST_UNSIGNED: &str =
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
pub(crate) const PAYLOAD: &str =
    "XAmzContentSHA256Mismatch: The provided 'x-amz-content-sha256' header does not match what was computed.";
pub(crate) const POLICY: &str = "AccessDenied: Invalid according to Policy: Policy Condition failed";
pub(crate) const POLICY_EXPIRED: &str = "AccessDenied: Invalid according to Policy: Policy expired.";
pub(crate) const POLICY_MALFORMED: &str = "InvalidPolicyDocument: The content of the form does not meet the conditions specified in the policy document.";
pub(crate) const FRAMES: &str = "IncompleteBody, MalformedTrailerError or InvalidChunkSizeError: the request body does not have the form it announces.";
pub(crate) const CHECKSUM: &str =
    "BadDigest: The checksum you specified did not match the calculated checksum.";
pub(crate) const NEVER_SIGNED: &str =
    "Customer authentication failed: ResultDetail: { Code=InvalidSignature, Message=Invalid signature }";
pub(crate) const CONTENT_HEADER: &str =
    "InvalidRequest: Missing required header for this request: x-amz-content-sha256";
pub(crate) const VERSION_2: &str = "InvalidRequest: The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
/// OpenSearch Serverless says no more, whatever is wrong.
pub(crate) const FORBIDDEN: &str = "403 Forbidden";
pub(crate) const NO_EXPIRES: &str = "AuthorizationQueryParametersError: Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters";
pub(crate) const PAYLOAD_INVALID: &str =
    "InvalidRequest: The value of x-amz-content-sha256 header is invalid.";

pub(crate) fn bad_date(found: &str) -> String {
    format!(
        "Date must be in ISO-8601 'basic format'. Got '{found}'. See http://en.wikipedia.org/wiki/ISO_8601"
    )
}

pub(crate) fn two_claims(service: &Service) -> &'static str {
    match is_s3(service) {
        true => {
            "InvalidArgument: Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature \
                 query string parameter or the Authorization header should be specified"
        }
        false => mismatch(service),
    }
}

pub(crate) fn expired(service: &Service, ends: Timestamp, now: Timestamp) -> String {
    match is_s3(service) {
        true => format!("AccessDenied: Request has expired (Expires {ends}, ServerTime {now})"),
        false => format!("Signature expired: {ends} is now earlier than {now}"),
    }
}

pub(crate) fn skewed(service: &Service, date: Timestamp, now: Timestamp, minutes: u32) -> String {
    if is_s3(service) {
        return "RequestTimeTooSkewed: The difference between the request time and the server's time is too large."
            .into();
    }
    let seconds = i64::from(minutes) * 60;
    if date < now {
        let limit = now.plus(-seconds);
        format!("Signature expired: {date} is now earlier than {limit} ({now} - {minutes} min.)")
    } else {
        let limit = now.plus(seconds);
        format!("Signature not yet current: {date} is still later than {limit} ({now} + {minutes} min.)")
    }
}

pub(crate) fn scope_region(service: &Service, placement: Placement, found: &str, expected: &str) -> String {
    if is_s3(service) && placement == Placement::Query {
        format!(
            "AuthorizationQueryParametersError: Error parsing the X-Amz-Credential parameter; the region '{found}' is \
             wrong; expecting '{expected}'"
        )
    } else if is_s3(service) {
        format!(
            "AuthorizationHeaderMalformed: The authorization header is malformed; the region '{found}' is wrong; \
             expecting '{expected}'"
        )
    } else {
        format!("Credential should be scoped to a valid region, not '{found}'. ")
    }
}

/// The endpoint answers, so its dialect is that of the service that is expected there.
pub(crate) fn scope_service(placement: Placement, found: &str, expected: &str) -> String {
    match is_s3(service::of_name(expected.as_bytes())) {
        true if placement == Placement::Query => format!(
            "AuthorizationQueryParametersError: Error parsing the X-Amz-Credential parameter; incorrect service \"{found}\". \
             This endpoint belongs to \"{expected}\"."
        ),
        true => format!(
            "AuthorizationHeaderMalformed: The authorization header is malformed; incorrect service \"{found}\". This \
             endpoint belongs to \"{expected}\"."
        ),
        false => format!("Credential should be scoped to correct service: '{expected}'. "),
    }
}

pub(crate) fn scope_terminator(expected: &str, found: &str) -> String {
    format!("Credential should be scoped with a valid terminator: '{expected}', not '{found}'. ")
}

pub(crate) fn scope_date(found: &str, day: &str, date: &str) -> String {
    format!(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '{found}' != '{day}', from '{date}'."
    )
}

/// Of S3 and its relatives; other services take such a request.
pub(crate) fn unsigned(names: &str) -> String {
    format!(
        "AccessDenied: There were headers present in the request which were not signed (HeadersNotSigned: {names})"
    )
}

pub(crate) fn unknown_key(service: &Service) -> &'static str {
    match service.errors {
        Errors::Of(words) => words.unknown_key,
        Errors::S3 => "InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.",
        Errors::Json => "UnrecognizedClientException: The security token included in the request is invalid.",
        Errors::Query => "InvalidClientTokenId: The security token included in the request is invalid.",
        Errors::Ec2 => "AuthFailure: AWS was not able to validate the provided access credentials",
    }
}

pub(crate) fn mismatch(service: &Service) -> &'static str {
    if is_s3(service) {
        "SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. \
         Check your key and signing method."
    } else {
        "SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. \
         Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    }
}

/// What another maker answers where a check fails: its own words, where they are known, and nothing that AWS says.
pub(crate) fn of_maker(id: CheckId, words: &'static Wording) -> &'static str {
    match id {
        CheckId::Date => words.skewed,
        CheckId::Key => words.unknown_key,
        CheckId::Signature => words.mismatch,
        CheckId::Claim
        | CheckId::Algorithm
        | CheckId::Scope
        | CheckId::SignedHeaders
        | CheckId::Payload
        | CheckId::Policy
        | CheckId::Framing
        | CheckId::Chunks
        | CheckId::Checksum => "",
    }
}
