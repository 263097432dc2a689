//! Claims among the parameters: the URLs of S3, and the Query API.

use crate::request::{Request, Span};
use crate::scheme::claim::{ClaimDate, ClaimErrorKind};
use crate::scheme::{Claim, ClaimError, Placement};

use super::form::{EXPIRES, Fields, KEY_ID, METHOD, Parameters, SIGNATURE, TIMESTAMP, VERSION};
use super::signer::hash_named;
use super::{claim_of, date};

/// `AWSAccessKeyId`, `Expires` and `Signature`.
pub(super) fn read_url(request: &Request) -> Result<Claim, ClaimError> {
    let reader = Reader { request, fields: Fields::Query };
    let claim = reader.claim(reader.find(KEY_ID)?, reader.find(KEY_ID)?)?;
    let date = date::of_seconds(request, reader.find(EXPIRES)?);
    if date.instant.is_none() {
        let text = reader.text(date.span);
        let error = reader.wrong("seconds since 1970 such as 1175139620", EXPIRES, date.span);
        let aws = Some(format!("AccessDenied: Invalid date (should be seconds since epoch): {text}"));
        return Err(ClaimError { aws, ..error });
    }
    Ok(Claim { date: Some(date), ..claim })
}

/// `AWSAccessKeyId`, `SignatureVersion`, `SignatureMethod`, `Timestamp` or `Expires`, and `Signature`.
pub(super) fn read_fields(request: &Request, fields: Fields) -> Result<Claim, ClaimError> {
    let reader = Reader { request, fields };
    let claim = reader.claim(reader.find(METHOD)?, reader.find(KEY_ID)?)?;
    if hash_named(&Placement::Query.text(request, claim.algorithm)).is_none() {
        let error = reader.wrong("HmacSHA256 or HmacSHA1", METHOD, claim.algorithm);
        return Err(ClaimError { kind: ClaimErrorKind::Algorithm, ..error });
    }
    let span = reader.find(TIMESTAMP).or_else(|_| reader.find(EXPIRES)).map_err(|error| ClaimError {
        expected: format!("the parameter `{TIMESTAMP}` or `{EXPIRES}`"),
        aws: None,
        ..error
    })?;
    let date: ClaimDate = date::of_field(request, span);
    Ok(Claim { date: Some(date), ..claim })
}

struct Reader<'a> {
    request: &'a Request,
    fields: Fields,
}

impl Reader<'_> {
    fn find(&self, name: &str) -> Result<Span, ClaimError> {
        let parameters = Parameters::of(self.request, self.fields);
        parameters.and_then(|parameters| parameters.find(name)).ok_or_else(|| self.missing(name))
    }

    fn claim(&self, algorithm: Span, access_key_id: Span) -> Result<Claim, ClaimError> {
        let signature = self.find(SIGNATURE)?;
        for (name, span) in [(KEY_ID, access_key_id), (SIGNATURE, signature)] {
            if span.start == span.end {
                return Err(self.missing(name));
            }
        }
        Ok(claim_of(Placement::Query, algorithm, access_key_id, signature))
    }

    fn text(&self, span: Span) -> String {
        String::from_utf8_lossy(&Placement::Query.text(self.request, span)).into_owned()
    }

    fn wrong(&self, expected: &str, name: &str, span: Span) -> ClaimError {
        ClaimError {
            kind: ClaimErrorKind::Malformed,
            expected: expected.into(),
            found: format!("`{}`", self.text(span)),
            place: format!("the {} {name}", self.fields.word()),
            span: Some(span),
            aws: None,
        }
    }

    fn missing(&self, name: &str) -> ClaimError {
        let version = Parameters::of(self.request, self.fields).and_then(|fields| fields.find(VERSION));
        let (place, aws) = match (version, self.fields) {
            (None, Fields::Query | Fields::Body) => (
                "the query of a presigned URL",
                "AccessDenied: Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
                    .into(),
            ),
            (Some(_), Fields::Query) => ("the query", parameter_missing(name)),
            (Some(_), Fields::Body) => ("the form", parameter_missing(name)),
        };
        ClaimError {
            kind: ClaimErrorKind::Malformed,
            expected: format!("the parameter `{name}` with a value"),
            found: "none".into(),
            place: place.into(),
            span: version,
            aws: Some(aws),
        }
    }
}

fn parameter_missing(name: &str) -> String {
    format!("MissingParameter: The request must contain the parameter {name}")
}
