//! What is particular to a service: one table, [`SERVICES`], says how its paths, payloads and scopes are signed; [`host`] reads
//! service and region off an endpoint and writes them there; [`sdk`] lists what clients leave unsigned; [`protocol`] says in which form
//! a service answers.
//!
//! Sources: the service models and endpoint rules of botocore, and the endpoint lists of the AWS General Reference.

pub mod host;
pub mod protocol;
pub mod relatives;
mod same_name;
pub mod sdk;
mod table;
pub mod wording;

pub use host::{Endpoint, Reason, bucket_of_host, hosts_of, names_bucket, of_host, of_request};
pub use table::SERVICES;

use crate::canon::reading::{Dialect, EncodePath, NormalizePath, SessionToken};
use crate::request::Request;
use wording::Wording;

/// How far a date may be off, in minutes, unless the service's row says otherwise: S3, STS and most others.
pub const TOLERANCE_MINUTES: u32 = 15;

/// How the requests to one service are signed.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// The signing name, as it stands in the scope.
    pub name: &'static str,
    /// What people call it, such as Amazon S3; empty for a service that is not in the table.
    pub title: &'static str,
    /// The host labels that lead to it, the usual one first; none where the usual host is a resource's own.
    pub hosts: &'static [&'static str],
    /// Which region stands in the scope.
    pub region: RegionRule,
    /// The reading of its rules, where it is no service of AWS.
    pub reading: Option<Dialect>,
    /// How it reads the path.
    pub paths: Paths,
    /// Whether it wants the payload hash in a header.
    pub content_header: ContentHeader,
    /// What becomes of a header of the scheme that is sent and not signed.
    pub unsigned_headers: UnsignedHeaders,
    /// Headers that it does not take signed.
    pub never_signed: &'static [&'static str],
    /// Whether a presigned URL must say for how long it is good.
    pub presigned_expires: PresignedExpires,
    /// What a presigned URL says of the body.
    pub presigned_payload: PresignedPayload,
    /// Whether a header may say that the body is not hashed.
    pub unsigned_payload: UnsignedPayload,
    /// Where the session token of a presigned URL stands.
    pub token_in_presigned: TokenInPresigned,
    /// Headers that its guide wants signed besides `host` and `x-amz-*`, where there is a body.
    pub required: &'static [&'static str],
    /// How many minutes a date may be off its clock.
    pub tolerance_minutes: u32,
    /// How it words its errors.
    pub errors: Errors,
    /// What else changes a signature there, for the user to read.
    pub note: Option<&'static str>,
}

/// Which region stands in the scope.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RegionRule {
    /// The one that the host names.
    Regional,
    /// The one that the host names; a host that names none stands for this one: `sts.amazonaws.com`.
    RegionalOr(&'static str),
    /// This one, and the host names none: `iam.amazonaws.com`.
    Global(&'static str),
    /// This one, and the host names it: `ce.us-east-1.amazonaws.com`.
    Only(&'static str),
}

impl RegionRule {
    /// The region that stands in the scope where nothing names one.
    pub fn usual(self) -> Option<&'static str> {
        match self {
            Self::Regional => None,
            Self::RegionalOr(region) | Self::Global(region) | Self::Only(region) => Some(region),
        }
    }
}

/// How a service reads the path of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Paths {
    /// As it was sent, encoded once: keys may hold `//` and `..`.
    AsSent,
    /// Normalised, then encoded as it stands.
    Normalized,
}

/// Whether a service wants the payload hash in a header of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ContentHeader {
    /// A request that is signed in a header is refused without `x-amz-content-sha256`.
    Required,
    /// Its guide asks for `x-amz-content-sha256`.
    Wanted,
    /// Nobody asks for it.
    Optional,
}

/// What becomes of a header `x-amz-*` that is sent and not signed. The payload hash is taken by all: it is signed in the last line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnsignedHeaders {
    /// The request is refused.
    Refused,
    /// The request is taken.
    Taken,
}

/// Whether a presigned URL must say for how long it is good.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PresignedExpires {
    /// `X-Amz-Expires` must be there.
    Required,
    /// A URL without it is good as long as a signature in a header would be.
    Optional,
}

/// What stands in the payload line of a presigned URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PresignedPayload {
    /// `UNSIGNED-PAYLOAD`: nobody knows the body yet.
    Unsigned,
    /// The same, but what the header of the payload hash says where that is among the signed headers.
    UnsignedUnlessListed,
    /// The hash of the body.
    Body,
}

/// Whether a request that is signed in a header may leave its body out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnsignedPayload {
    /// `UNSIGNED-PAYLOAD` is taken, or nobody says that it is not.
    Taken,
    /// The hash of the body must be signed.
    Refused,
}

/// Where the session token of a presigned URL stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenInPresigned {
    /// It is signed as every parameter.
    Signed,
    /// It is appended to the URL once that is signed.
    Beside,
}

/// How a service words its errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Errors {
    /// XML with codes of its own: `InvalidAccessKeyId`, `RequestTimeTooSkewed`.
    S3,
    /// JSON: `UnrecognizedClientException`.
    Json,
    /// The XML of the Query protocol: `InvalidClientTokenId`.
    Query,
    /// The XML of EC2: `AuthFailure`.
    Ec2,
    /// As another maker words them.
    Of(&'static Wording),
}

/// The rules of the service with this signing name; for one that is not in the table, those that most follow.
pub fn of_name(name: &[u8]) -> &'static Service {
    let letter = name.first().map_or(0, |first| usize::from(*first));
    let rows = &SERVICES[usize::from(BEGINS[letter])..usize::from(BEGINS[letter + 1])];
    // On the path of every keystroke: of the few rows of a letter, the length tells nearly all apart.
    rows.iter().find(|row| row.name.as_bytes() == name).unwrap_or(&table::OTHER)
}

/// Whether a service of this signing name is known to exist.
fn is_known(name: &str) -> bool {
    !of_name(name.as_bytes()).name.is_empty() || same_name::SAME_NAME.binary_search(&name).is_ok()
}

/// Where the rows begin whose names begin with this byte: the table is sorted.
const BEGINS: [u8; 257] = {
    let (mut begins, mut byte, mut row) = ([0; 257], 0, 0);
    while byte <= 256 {
        while row < SERVICES.len() && (SERVICES[row].name.as_bytes()[0] as usize) < byte {
            row += 1;
        }
        begins[byte] = row as u8;
        byte += 1;
    }
    begins
};

/// The header, or query parameter, in which `service` wants the session token: the scheme's `usual` one, but for S3 Express.
///
/// S3 Express has sessions of its own, whose token has a name of its own; the request that opens one, and copies, are made
/// with the credentials of IAM. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html>
pub fn token_header(usual: &'static str, service: &Service, request: &Request) -> &'static str {
    let copies = || request.header(b"x-amz-copy-source").is_some();
    let by_iam = || copies() || request.pair(b"session").is_some();
    match service.name == "s3express" && !by_iam() {
        true => "X-Amz-S3session-Token",
        false => usual,
    }
}

impl Service {
    /// The reading of the rules that the service asks for.
    pub fn dialect(&self) -> Dialect {
        if let Some(reading) = self.reading {
            return reading;
        }
        let session_token = match self.token_in_presigned {
            TokenInPresigned::Signed => SessionToken::Signed,
            TokenInPresigned::Beside => SessionToken::Unsigned,
        };
        let (encode_path, normalize_path) = match self.paths {
            Paths::AsSent => (EncodePath::Once, NormalizePath::Off),
            Paths::Normalized => (EncodePath::Twice, NormalizePath::On),
        };
        Dialect { encode_path, normalize_path, session_token, ..Dialect::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_is_not_listed_follows_the_rule_of_most() {
        let row = of_name(b"brand-new");
        assert_eq!((row.paths, row.tolerance_minutes), (Paths::Normalized, TOLERANCE_MINUTES));
        assert_eq!(row.content_header, ContentHeader::Optional);
        assert_eq!((row.errors, row.region), (Errors::Json, RegionRule::Regional));
    }

    #[test]
    fn s3_and_its_relatives_take_the_path_as_sent() {
        for service in ["s3", "s3express", "s3-object-lambda", "s3-outposts"] {
            assert_eq!(of_name(service.as_bytes()).dialect().encode_path, EncodePath::Once, "{service}");
        }
        assert_eq!(of_name(b"execute-api").dialect(), Dialect::default());
    }

    #[test]
    fn a_service_is_found_by_its_signing_name() {
        assert_eq!(of_name(b"s3").title, "Amazon S3");
        assert_eq!(of_name(b"s3").presigned_payload, PresignedPayload::Unsigned);
        assert_eq!(of_name(b"lambda").tolerance_minutes, 5);
        assert_eq!(of_name(b"iotdevicegateway").token_in_presigned, TokenInPresigned::Beside);
        assert_eq!(of_name(b"s3-outposts").content_header, ContentHeader::Required);
        assert_eq!(of_name(b"vpc-lattice-svcs").content_header, ContentHeader::Wanted);
        assert_eq!(of_name(b"IoTSecuredTunneling").title, "AWS IoT Secure Tunneling");
        assert_eq!(of_name(b"execute-api").required, ["content-type"]);
    }
}
