//! Step 2: the string to sign.

use sha2::{Digest as _, Sha256};

use crate::request::body::Digest;
use crate::scheme::Terms;
use crate::trace::{Origin, Rule, StageKind, Traced};

/// The SHA-256 of the canonical request.
pub(crate) fn digest(canonical_request: &[u8]) -> Digest {
    Sha256::digest(canonical_request).into()
}

pub(crate) fn write(out: &mut Traced, terms: &Terms<'_>, digest: &Digest) {
    // <Algorithm>
    out.fixed(terms.family.algorithm.as_bytes());
    out.fixed(b"\n");
    // <RequestDateTime>
    terms.timestamp.write(out);
    out.fixed(b"\n");
    // <CredentialScope>
    terms.scope.write(out);
    out.fixed(b"\n");
    // <HashedCanonicalRequest>
    out.put_hex(Origin::Stage(StageKind::CanonicalRequest), Rule::Hashed.into(), digest);
}
