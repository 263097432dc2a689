//! Step 2: the string to sign.

use sha2::{Digest as _, Sha256};

use crate::request::body::Digest;
use crate::scheme::Terms;
use crate::scheme::layout::Line;
use crate::trace::{Origin, Rule, StageKind, Traced};

/// The SHA-256 of the canonical request.
pub(crate) fn digest(canonical_request: &[u8]) -> Digest {
    Sha256::digest(canonical_request).into()
}

pub(crate) fn write(out: &mut Traced, terms: &Terms<'_>, digest: &Digest) {
    for (place, line) in terms.family.layout.string.iter().enumerate() {
        if place > 0 {
            out.fixed(b"\n");
        }
        match line {
            Line::Algorithm => out.fixed(terms.family.algorithm.as_bytes()),
            Line::Timestamp => terms.timestamp.write(out),
            Line::Scope => terms.scope.write(out),
            Line::RequestHash => {
                out.put_hex(Origin::Stage(StageKind::CanonicalRequest), Rule::Hashed.into(), digest);
            }
        }
    }
}
