//! What a request presents: algorithm, credential, scope, signed headers, date, signature, and where each stood.

use std::borrow::Cow;

use crate::request::{Request, Span};
use crate::time::{DateForm, Timestamp};

/// A claim, as places in the request. The texts stay in the request; [`Claim::text`] reads them.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Where the claim stands.
    pub placement: Placement,
    /// The algorithm.
    pub algorithm: Span,
    /// The whole credential, `AKID/20150830/us-east-1/iam/aws4_request`.
    pub credential: Span,
    /// The access key id.
    pub access_key_id: Span,
    /// The day in the scope.
    pub scope_date: Span,
    /// The region in the scope, for schemes that name one.
    pub region: Option<Span>,
    /// The service in the scope.
    pub service: Span,
    /// The last part of the scope.
    pub terminator: Span,
    /// The names that are signed, in the order listed.
    pub signed_headers: Vec<Span>,
    /// The signature.
    pub signature: Span,
    /// The date that is signed.
    pub date: Option<ClaimDate>,
}

/// The date of a claim.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ClaimDate {
    /// Where it stands.
    pub span: Span,
    /// What it means; `None` when it cannot be read.
    pub instant: Option<(Timestamp, DateForm)>,
}

/// Where a signature stands in a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Placement {
    /// In the `Authorization` header, which has this index.
    Header(usize),
    /// In the query: a presigned URL.
    Query,
}

/// Why a claim cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}, but found {found} in {place}")]
pub struct ClaimError {
    /// Which check of a verifier it fails.
    pub kind: ClaimErrorKind,
    /// What was expected.
    pub expected: String,
    /// What was found, user text in backquotes.
    pub found: String,
    /// In words, where.
    pub place: String,
    /// The bytes at fault.
    pub span: Option<Span>,
    /// What AWS would answer.
    pub aws: Option<String>,
}

/// The checks that reading a claim takes part in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClaimErrorKind {
    /// A component is missing or malformed.
    Malformed,
    /// The algorithm is none that is known.
    Algorithm,
    /// The credential has too few or too many parts.
    Scope,
}

impl Claim {
    /// The text at a place of the claim, escapes decoded where the claim stands in the query.
    pub fn text<'a>(&self, request: &'a Request, span: Span) -> Cow<'a, [u8]> {
        let bytes = request.at(span);
        match self.placement {
            Placement::Header(_) => Cow::Borrowed(bytes),
            Placement::Query => percent_encoding::percent_decode(bytes).into(),
        }
    }

    /// The same as a string, for messages.
    pub fn string(&self, request: &Request, span: Span) -> String {
        String::from_utf8_lossy(&self.text(request, span)).into_owned()
    }

    /// The credential scope: the credential without its access key id.
    pub fn scope(&self) -> Span {
        Span { start: self.scope_date.start, ..self.credential }
    }
}
