//! Presigned URLs: the claim stands in the query, as `X-Amz-Algorithm`, `X-Amz-Credential`, `X-Amz-Date`, `X-Amz-Expires`,
//! `X-Amz-SignedHeaders` and `X-Amz-Signature`.
//!
//! Names are known whatever their case; of a parameter given twice the first one counts, as at AWS.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use super::authorization::lossy;
use super::{credential, unknown_algorithm};
use crate::request::{Request, Span};
use crate::scheme::claim::{ClaimDate, ClaimErrorKind};
use crate::scheme::names::{self, List};
use crate::scheme::{AWS4, Claim, ClaimError, Family, Placement};
use crate::time::{DateForm, Timestamp};

/// The longest that a presigned URL may be good for: seven days, in seconds.
pub const LONGEST: u64 = 604_800;

/// Which parameter of a presigned URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Parameter {
    /// The algorithm.
    Algorithm,
    /// Key id and scope.
    Credential,
    /// The date of signing.
    Date,
    /// For how many seconds it is good.
    Expires,
    /// The regions it is good for.
    RegionSet,
    /// The names of the signed headers.
    SignedHeaders,
    /// The signature, which is not signed itself.
    Signature,
    /// The session token.
    SecurityToken,
    /// The payload hash or keyword.
    ContentSha256,
}

impl Parameter {
    /// Every parameter.
    pub const ALL: [Self; 9] = [
        Self::Algorithm,
        Self::Credential,
        Self::Date,
        Self::Expires,
        Self::RegionSet,
        Self::SignedHeaders,
        Self::Signature,
        Self::SecurityToken,
        Self::ContentSha256,
    ];

    /// Its name, with the prefix of the family.
    pub fn name(self, family: &Family) -> String {
        let names = family.parameters.unwrap_or(&names::PARAMETERS);
        format!("{}{}", family.query_prefix, names[self as usize])
    }

    /// The name of the form field that carries the same.
    pub(crate) fn field(self, family: &Family) -> String {
        self.name(family).to_ascii_lowercase()
    }

    /// Its value in a request, if it is there.
    pub fn find(self, request: &Request, family: &Family) -> Option<Span> {
        family.parameters?;
        request.target.contains(&b'?').then(|| request.pair_value(self.name(family).as_bytes()))?
    }
}

/// Reads the claim in the query; `None` when there is none or it names another scheme.
pub(super) fn read(request: &Request, family: &Family) -> Option<Result<Claim, ClaimError>> {
    let algorithm = Parameter::Algorithm.find(request, family)?;
    if Placement::Query.text(request, algorithm) != family.algorithm.as_bytes() {
        return None;
    }
    Some(claim(request, family, algorithm))
}

/// Why no scheme reads the query, though it has parameters of a presigned URL.
pub(super) fn unread(request: &Request) -> Option<ClaimError> {
    let family = AWS4.0;
    let Some(span) = Parameter::Algorithm.find(request, family) else {
        return Parameter::Signature
            .find(request, family)
            .map(|_| missing(&Parameter::Algorithm.name(family)));
    };
    let aws = "AuthorizationQueryParametersError: X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and \
               AWS4-ECDSA-P256-SHA256\"";
    let found = Placement::Query.text(request, span);
    Some(unknown_algorithm(&found, place(Parameter::Algorithm, family), span, Some(aws.into())))
}

fn claim(request: &Request, family: &Family, algorithm: Span) -> Result<Claim, ClaimError> {
    let find = |parameter: Parameter| {
        parameter.find(request, family).ok_or_else(|| missing(&parameter.name(family)))
    };
    let whole = find(Parameter::Credential)?;
    let (access_key_id, scope) =
        credential::read(request, family, Placement::Query, whole, |_| place(Parameter::Credential, family))?;
    let signed = match (Parameter::SignedHeaders.find(request, family), family.syntax.listing) {
        (Some(signed), _) => credential::split(request, Placement::Query, signed, b';').into_vec(),
        (None, List::OfMore) => Vec::new(),
        (None, List::Required) => return Err(missing(&Parameter::SignedHeaders.name(family))),
    };
    let signature = find(Parameter::Signature)?;
    let date = find(Parameter::Date)?;
    let expires = Parameter::Expires.find(request, family);
    Ok(Claim {
        placement: Placement::Query,
        algorithm,
        access_key_id: Some(access_key_id),
        scope,
        signed_headers: signed,
        signature,
        date: Some(read_date(request, date)),
        expires,
        region_set: Parameter::RegionSet.find(request, family),
        policy: None,
    })
}

fn read_date(request: &Request, span: Span) -> ClaimDate {
    let text = Placement::Query.text(request, span);
    let instant = Timestamp::parse(&text).ok().filter(|(_, form)| *form == DateForm::Basic);
    ClaimDate { span, instant }
}

/// For how many seconds a presigned URL is good.
///
/// # Errors
///
/// What was expected and found, and what AWS answers.
pub fn seconds(text: &[u8], family: &Family) -> Result<u64, (String, &'static str)> {
    within(text).map_err(|aws| {
        let (text, name) = (lossy(text), Parameter::Expires.name(family));
        (format!("expected 1 to {LONGEST} seconds (seven days) in {name}, but found `{text}`"), aws)
    })
}

/// The same; where it is none, what AWS answers.
fn within(text: &[u8]) -> Result<u64, &'static str> {
    Err(match lossy(text).parse::<i64>() {
        Ok(seconds @ 1..) if seconds.unsigned_abs() <= LONGEST => return Ok(seconds.unsigned_abs()),
        Ok(1..) => {
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less \
             than 604800 seconds"
        }
        Ok(0) => "X-Amz-Expires must be greater than 0",
        Ok(_) => "X-Amz-Expires must be non-negative",
        Err(_) => "X-Amz-Expires should be a number",
    })
}

/// The instant at which a presigned URL ends.
pub fn ends_at(request: &Request, claim: &Claim) -> Option<Timestamp> {
    let seconds = within(&claim.text(request, claim.expires?)).ok()?;
    Some(claim.date?.instant?.0.plus(seconds.cast_signed()))
}

fn place(parameter: Parameter, family: &Family) -> String {
    format!("the query parameter {}", parameter.name(family))
}

fn missing(name: &str) -> ClaimError {
    ClaimError {
        kind: ClaimErrorKind::Malformed,
        expected: format!("the parameter `{name}`"),
        found: "none".into(),
        place: "the query of a presigned URL".into(),
        span: None,
        aws: Some(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
             X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
                .into(),
        ),
    }
}
