//! What tells one member of Signature Version 4's family from another: names, and points at which they differ.

use super::layout::Layout;
use super::names::{DateNames, HeaderSyntax, Parameters, Payloads, Signs};
use crate::service::Service;

/// The names that tell one member of Signature Version 4's family from another.
#[derive(Debug)]
pub struct Family {
    /// The algorithm, as the request names it.
    pub algorithm: &'static str,
    /// What stands before the secret in the first key.
    pub key_prefix: &'static str,
    /// The last part of the credential scope.
    pub terminator: &'static str,
    /// Whether that part is the same for all.
    pub scope_end: ScopeEnd,
    /// What stands where in scope, string to sign and key chain.
    pub layout: &'static Layout,
    /// How the string to sign is signed.
    pub signing: Signing,
    /// How the claim stands in a header.
    pub syntax: &'static HeaderSyntax,
    /// The names of the parameters of a presigned URL; `None` where the scheme has none.
    pub parameters: Option<&'static Parameters>,
    /// Which headers are signed.
    pub signs: Signs,
    /// Headers that a server wants signed.
    pub required: &'static [&'static str],
    /// What the last line of the canonical request is made of.
    pub payloads: Payloads,
    /// What stands before the path.
    pub path_begins: PathBegins,
    /// Name of the header with the date, as it is sent.
    pub date_header: &'static str,
    /// How the date and the day are written.
    pub dates: &'static DateNames,
    /// Name of the header with the session token, as it is sent.
    pub token_header: &'static str,
    /// Name of the header with the set of regions, as it is sent, for schemes whose scope names none.
    pub region_set_header: Option<&'static str>,
    /// Name of the header with the payload hash, as it is sent.
    pub content_header: &'static str,
    /// Headers that begin so must be signed.
    pub header_prefix: &'static str,
    /// What the names of presigned query parameters begin with.
    pub query_prefix: &'static str,
    /// The service that it signs for, where there is but one.
    pub service: Option<&'static str>,
    /// The rules of those who verify it, where they are the same for all services of its maker.
    pub rules: Option<&'static Service>,
}

impl Family {
    /// What the names of the family's algorithms begin with: `AWS4-`.
    pub fn mark(&self) -> &'static str {
        self.algorithm.split_inclusive('-').next().unwrap_or_default()
    }
}

/// Whether the last part of a scope is the same for all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ScopeEnd {
    /// The scheme fixes it.
    Fixed,
    /// Signer and server agree on it.
    Agreed,
}

/// What stands before the path in a canonical request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PathBegins {
    /// Nothing.
    AsSent,
    /// The bucket, also where only the host names it.
    WithBucket,
}

/// How a string to sign is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signing {
    /// HMAC-SHA256 under a key derived for the scope.
    Hmac,
    /// ECDSA on the curve P-256 under a key derived from secret and key id.
    Ecdsa,
    /// RSA with SHA-256 under a key pair that was given.
    Rsa,
}
