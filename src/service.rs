//! What is particular to a service: the path rule, the payload header, and the region and name that its host tells.
//!
//! Sources: the service models of botocore and the endpoint lists of the AWS General Reference.

use crate::request::Request;
use crate::scheme::Family;

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
    /// `x-amz-content-sha256` must be sent.
    Required,
    /// Nobody asks for it.
    Optional,
}

/// What stands in the payload line of a presigned URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PresignedPayload {
    /// `UNSIGNED-PAYLOAD`: nobody knows the body yet.
    Unsigned,
    /// The hash of the body.
    Body,
}

/// Where the session token of a presigned URL stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenInPresigned {
    /// It is signed as every parameter.
    Signed,
    /// It is appended to the URL once that is signed.
    Beside,
}

/// Signing names of S3 and its relatives.
const S3_FAMILY: [&str; 4] = ["s3", "s3express", "s3-object-lambda", "s3-outposts"];

/// Further services that require `x-amz-content-sha256`.
const CONTENT_HEADER: [&str; 3] = ["aoss", "glacier", "vpc-lattice-svcs"];

/// Services whose scope names `us-east-1` whatever the endpoint.
const GLOBAL: [&str; 5] = ["cloudfront", "iam", "importexport", "route53", "sts"];

/// Host labels that differ from the signing name.
const SIGNING_NAMES: [(&str, &str); 14] = [
    ("s3-accesspoint", "s3"),
    ("s3-control", "s3"),
    ("email", "ses"),
    ("appsync-api", "appsync"),
    ("lambda-url", "lambda"),
    ("queue", "sqs"),
    ("runtime.sagemaker", "sagemaker"),
    ("cloudhsmv2", "cloudhsm"),
    ("personalize-runtime", "personalize"),
    ("runtime.lex", "lex"),
    ("bedrock-runtime", "bedrock"),
    ("s3-accelerate", "s3"),
    ("s3-fips", "s3"),
    ("api.ecr", "ecr"),
];

/// How `service`, a signing name, reads paths.
pub fn paths(service: &[u8]) -> Paths {
    if one_of(&S3_FAMILY, service) { Paths::AsSent } else { Paths::Normalized }
}

/// Whether `service`, a signing name, wants `x-amz-content-sha256`.
pub fn content_header(service: &[u8]) -> ContentHeader {
    let required = one_of(&S3_FAMILY, service) || one_of(&CONTENT_HEADER, service);
    if required { ContentHeader::Required } else { ContentHeader::Optional }
}

/// What a presigned URL of `service`, a signing name, says of the body.
pub fn presigned_payload(service: &[u8]) -> PresignedPayload {
    let unsigned = one_of(&S3_FAMILY, service) || service == b"vpc-lattice-svcs";
    if unsigned { PresignedPayload::Unsigned } else { PresignedPayload::Body }
}

/// Whether `service`, a signing name, wants the session token beside the signature: MQTT over WebSocket at AWS IoT does.
pub fn token_in_presigned(service: &[u8]) -> TokenInPresigned {
    if service == b"iotdevicegateway" { TokenInPresigned::Beside } else { TokenInPresigned::Signed }
}

/// The header, or query parameter, in which `service` wants the session token.
///
/// S3 Express has sessions of its own, whose token has a name of its own; the request that opens one, and copies, are made
/// with the credentials of IAM. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html>
pub fn token_header(family: &Family, service: &[u8], request: &Request) -> &'static str {
    let copies = request.header(b"x-amz-copy-source").is_some();
    let by_iam = copies || request.pair(b"session").is_some();
    match service == b"s3express" && !by_iam {
        true => "X-Amz-S3session-Token",
        false => family.token_header,
    }
}

fn one_of(names: &[&str], service: &[u8]) -> bool {
    names.iter().any(|name| name.as_bytes() == service)
}

/// What the name of an AWS endpoint tells.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Endpoint {
    /// The signing name.
    pub service: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The set of regions that its signatures are good for, where it spans them.
    pub region_set: Option<&'static str>,
}

/// Reads service and region off a host such as `bucket.s3.eu-west-1.amazonaws.com`; nothing for other hosts.
pub fn of_host(host: &[u8]) -> Endpoint {
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    let name = host.split(':').next().unwrap_or_default();
    let Some(name) =
        [".amazonaws.com", ".amazonaws.com.cn", ".on.aws"].iter().find_map(|end| name.strip_suffix(end))
    else {
        return Endpoint::default();
    };
    // A multi-region access point: `name.mrap.accesspoint.s3-global`.
    if name.ends_with(".accesspoint.s3-global") {
        return Endpoint { service: Some("s3".into()), region: None, region_set: Some("*") };
    }
    // A VPC endpoint is named as the public one, with two labels more.
    let labels: Vec<&str> =
        name.split('.').filter(|label| *label != "vpce" && !label.starts_with("vpce-")).collect();
    if let Some(region) =
        labels.last().and_then(|label| label.strip_prefix("s3-")).filter(|rest| is_region(rest))
    {
        return Endpoint { service: Some("s3".into()), region: Some(region.into()), region_set: None };
    }
    // A bucket may be called like a region: what stands before a plain `s3` tells nothing.
    let plain_s3 = labels.last() == Some(&"s3");
    let region = labels.iter().rposition(|label| is_region(label)).filter(|_| !plain_s3);
    let service = service_of(&labels, region);
    let global = service.as_deref().is_some_and(|service| GLOBAL.contains(&service));
    let region = match region {
        Some(at) => Some(labels[at].to_owned()),
        // A bucket's plain name may lie anywhere; a global service has one region.
        None => global.then(|| "us-east-1".to_owned()),
    };
    Endpoint { service, region, region_set: None }
}

fn service_of(labels: &[&str], region: Option<usize>) -> Option<String> {
    // `search-x.us-east-1.es` names the service after the region; most others before it.
    let after = region.and_then(|at| labels.get(at + 1)).filter(|label| **label != "dualstack");
    let end =
        region.map_or(labels.len(), |at| if labels[..at].last() == Some(&"dualstack") { at - 1 } else { at });
    let before = &labels[..end];
    let label = match (after, before) {
        (Some(label), _) => (*label).to_owned(),
        (None, [.., first, second])
            if SIGNING_NAMES.iter().any(|(host, _)| *host == format!("{first}.{second}")) =>
        {
            format!("{first}.{second}")
        }
        (None, [.., label]) => (*label).to_owned(),
        (None, []) => return None,
    };
    if label.starts_with("s3express-") {
        return Some("s3express".into());
    }
    let renamed = SIGNING_NAMES.iter().find(|(host, _)| *host == label).map(|(_, name)| *name);
    Some(renamed.unwrap_or(&label).to_owned())
}

/// Whether a label has the form of a region: `us-east-1`, `us-gov-west-1`.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    (3..5).contains(&parts.len())
        && parts[0].len() == 2
        && parts[..parts.len() - 1].iter().all(|part| part.bytes().all(|b| b.is_ascii_lowercase()))
        && parts[parts.len() - 1].bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_tell_service_and_region() {
        for (host, service, region) in [
            ("iam.amazonaws.com", "iam", "us-east-1"),
            ("examplebucket.s3.amazonaws.com", "s3", ""),
            ("examplebucket.s3.us-west-2.amazonaws.com:443", "s3", "us-west-2"),
            ("b.s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
            ("b.s3-accelerate.amazonaws.com", "s3", ""),
            ("b.s3-us-west-2.amazonaws.com", "s3", "us-west-2"),
            ("b.vpce-1a.s3.us-east-1.vpce.amazonaws.com", "s3", "us-east-1"),
            ("logs.eu-west-1.s3.amazonaws.com", "s3", ""),
            ("a-123.s3-accesspoint.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
            ("x.execute-api.eu-central-1.amazonaws.com", "execute-api", "eu-central-1"),
            ("search-d.us-east-1.es.amazonaws.com", "es", "us-east-1"),
            ("x.us-east-1.aoss.amazonaws.com", "aoss", "us-east-1"),
            ("x.lambda-url.us-east-1.on.aws", "lambda", "us-east-1"),
            ("runtime.sagemaker.us-east-1.amazonaws.com", "sagemaker", "us-east-1"),
            ("email.us-gov-west-1.amazonaws.com", "ses", "us-gov-west-1"),
            ("dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb", "cn-north-1"),
        ] {
            let region = Some(region.to_owned()).filter(|region| !region.is_empty());
            let expected = Endpoint { service: Some(service.into()), region, region_set: None };
            assert_eq!(of_host(host.as_bytes()), expected, "{host}");
        }
    }

    #[test]
    fn other_hosts_tell_nothing() {
        for host in ["127.0.0.1:9000", "api.example.com", "", "amazonaws.com"] {
            assert_eq!(of_host(host.as_bytes()), Endpoint::default(), "{host}");
        }
    }
}
