//! Reading a signature, also one that was written in another form or damaged on its way.

use crate::diagnose::facts::decoded;
use crate::diagnose::finding::{Named, Weight};
use crate::signature::mac::{Encoding, any_base64};

/// A signature that was received.
pub(in crate::diagnose) struct Received {
    pub(in crate::diagnose) bytes: Vec<u8>,
    /// How it was written, where that is not as it should be.
    pub(in crate::diagnose) damage: Option<Named>,
}

/// Reads a signature, whatever it was written in.
pub(in crate::diagnose) fn read(received: &[u8], encoding: Encoding) -> Option<Received> {
    let is_whole = |bytes: &Vec<u8>| [16, 20, 32, 48, 64].contains(&bytes.len());
    let damage = |id, title: String| {
        let fix = format!("Write the signature in {}, and encode it for the URL once.", encoding.name());
        let mut named = Named::remark(id, title, "The signature is compared as text.", fix);
        (named.rank, named.weight) = (0, Weight::Sufficient);
        Some(named)
    };
    if let Some(bytes) = hex::decode(received).ok().filter(is_whole) {
        let is_upper = received.iter().any(u8::is_ascii_uppercase);
        let is_lower = received.iter().any(u8::is_ascii_lowercase);
        let damage = match encoding {
            Encoding::Hex if is_upper => {
                damage("signature-uppercase", "The signature was written in upper-case hex.".into())
            }
            Encoding::HexUpper if is_lower => {
                damage("signature-lowercase", "The signature was written in lower-case hex.".into())
            }
            Encoding::Hex | Encoding::HexUpper => None,
            Encoding::Base64
            | Encoding::Base64Url
            | Encoding::Base64UrlUnpadded
            | Encoding::Base64CloudFront => {
                damage("signature-hex", "The signature was written in hex instead of base64.".into())
            }
        };
        return Some(Received { bytes, damage });
    }
    let as_meant = encoding.read(received).filter(is_whole);
    if let Some(bytes) = as_meant.filter(|bytes| encoding.write(bytes).as_bytes() == received) {
        return Some(Received { bytes, damage: None });
    }
    let repaired = repaired(received);
    let plain = any_base64(&repaired)?;
    // Base64 of the hex digits is as common as that of the bytes.
    let bytes = hex::decode(&plain).unwrap_or(plain);
    let damage = match encoding {
        Encoding::Hex | Encoding::HexUpper => {
            damage("signature-base64", "The signature was written in base64 instead of hex.".into())
        }
        Encoding::Base64 | Encoding::Base64Url | Encoding::Base64UrlUnpadded | Encoding::Base64CloudFront => damage(
            "signature-damaged",
            "The base64 of the signature arrived changed: a plus turned into a space, escapes, a lost padding, or hex digits within it.".into(),
        ),
    };
    Some(Received { bytes, damage }).filter(|read| is_whole(&read.bytes))
}

/// Base64 that went through a URL without being encoded for it, or encoded once too often.
fn repaired(received: &[u8]) -> Vec<u8> {
    let decoded = decoded(received);
    decoded.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect()
}
