//! What a request presents: algorithm, credential, scope, signed headers, date, signature, and where each stood.

use std::borrow::Cow;

use crate::canon::encode::decoded;
use crate::request::{Request, Span};
use crate::time::{DateForm, Timestamp};

/// A claim, as places in the request. The texts stay in the request; [`Claim::text`] reads them.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Where the claim stands.
    pub placement: Placement,
    /// The algorithm.
    pub algorithm: Span,
    /// The access key id; `None` in schemes that name no key.
    pub access_key_id: Option<Span>,
    /// The credential scope, for schemes that have one.
    pub scope: Option<ClaimScope>,
    /// The names that are signed, in the order listed.
    pub signed_headers: Vec<Span>,
    /// The signature.
    pub signature: Span,
    /// The date that is signed.
    pub date: Option<ClaimDate>,
    /// For how many seconds a presigned URL is good.
    pub expires: Option<Span>,
    /// The regions that a signature without a region in its scope is good for.
    pub region_set: Option<Span>,
    /// The policy of a form, in base64.
    pub policy: Option<Span>,
}

/// The parts of a credential scope.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ClaimScope {
    /// All of it: the credential without its access key id.
    pub whole: Span,
    /// The day.
    pub date: Span,
    /// The region, for schemes that name one.
    pub region: Option<Span>,
    /// The service.
    pub service: Span,
    /// The last part.
    pub terminator: Span,
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
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Placement {
    /// In the `Authorization` header.
    #[default]
    Header,
    /// In the query: a presigned URL.
    Query,
    /// In the fields of a form that a browser sends: a POST policy.
    Form,
    /// In a field of the body: of parameters laid out as a query, of a form, of JSON.
    Body,
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
    /// The credential names a region, though its scheme has none in the scope.
    RegionInScope,
}

impl Claim {
    /// The text at a place of the claim, escapes decoded where the claim stands in the query.
    pub fn text<'a>(&self, request: &'a Request, span: Span) -> Cow<'a, [u8]> {
        self.placement.text(request, span)
    }

    /// The access key id as it stands; empty in schemes that name no key.
    pub fn key_id<'a>(&self, request: &'a Request) -> Cow<'a, [u8]> {
        self.access_key_id.map_or(Cow::Borrowed(&[]), |span| self.text(request, span))
    }

    /// The same as a string, for messages.
    pub fn string(&self, request: &Request, span: Span) -> String {
        String::from_utf8_lossy(&self.text(request, span)).into_owned()
    }
}

impl Placement {
    /// The text at a place of a claim that stands here: a query is percent-encoded, a header and a form are not.
    pub fn text(self, request: &Request, span: Span) -> Cow<'_, [u8]> {
        match self {
            Self::Header | Self::Form => request.slice(span),
            Self::Query | Self::Body => decoded(request.slice(span)),
        }
    }

    /// Its name in options, files and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::Form => "form",
            Self::Body => "body",
        }
    }

    /// The placement of this name, of those that a signature can be made for.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Header, Self::Query].into_iter().find(|placement| placement.name() == name)
    }
}
