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
    let lines = terms.family.layout.string;
    for (place, line) in lines.iter().enumerate() {
        match line {
            Line::Algorithm => out.fixed(terms.family.algorithm.as_bytes()),
            Line::Timestamp => terms.timestamp.write(out),
            Line::Scope => terms.scope.write(out),
            Line::RequestHash => {
                out.put_hex(Origin::Stage(StageKind::CanonicalRequest), Rule::Hashed.into(), digest);
            }
        }
        if place + 1 < lines.len() {
            out.fixed(b"\n");
        }
        out.ends(line.section());
    }
}
