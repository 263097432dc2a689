//! The public key: reading the ways it is written in, and verifying with it.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::VerifyingKey;
use p256::ecdsa::signature::Verifier;

use super::signature::{self, SignatureError};

/// A public key: a point of P-256 other than infinity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PublicKey(VerifyingKey);

/// Whether a signature belongs to a string to sign and a public key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Validity {
    /// It does.
    Valid,
    /// It is well formed but made of another text, or with another key.
    Invalid,
}

/// Why a text is no public key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PublicKeyError {
    /// A character that is no hex digit, nor stands between them.
    #[error("expected hex digits, but found `{}` at byte {}", found.escape_debug(), at + 1)]
    NotHex {
        /// The character.
        found: char,
        /// Its byte, counted from zero.
        at: usize,
    },
    /// Hex digits that are too few or too many.
    #[error("expected 128, 130 or 66 hex digits, but found {0}")]
    Length(usize),
    /// The first byte does not fit the length (SEC 1, 2.3.3).
    #[error("expected a key of {digits} hex digits to begin with {expected}, but found {found:02x}")]
    Form {
        /// How many hex digits there are.
        digits: usize,
        /// What they begin with.
        expected: &'static str,
        /// What they began with.
        found: u8,
    },
    /// Numbers that are no point of the curve.
    #[error("expected a point on the curve P-256, but found one beside it")]
    NotOnCurve,
    /// The point at infinity, which no private key has.
    #[error("expected a point on the curve P-256, but found infinity")]
    Infinity,
    /// A PEM block that holds something else.
    #[error("expected `{BEGIN}`, but found `{}`", .0.escape_debug())]
    Label(String),
    /// A PEM block without an end.
    #[error("expected `{END}` after the key, but found none")]
    NoEnd,
    /// A character that is not of base64.
    #[error("expected base64, but found `{}` at byte {}", found.escape_debug(), at + 1)]
    NotBase64 {
        /// The character.
        found: char,
        /// Its byte, counted from zero.
        at: usize,
    },
    /// Base64 that does not end where bytes end.
    #[error("expected whole bytes in base64, but found {0} characters that are cut off or padded wrongly")]
    CutOff(usize),
    /// A key of another kind.
    #[error("expected the 91 bytes of a public key on P-256, but found {0} bytes of something else")]
    OtherKind(usize),
}

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// What stands before the point in a `SubjectPublicKeyInfo` of P-256 (RFC 5480, 2): the structure has no
/// choices.
const PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

impl PublicKey {
    /// Reads a key: in hex as X and Y, with or without a separator, or as SEC 1 writes it (`04…`, `02…`,
    /// `03…`); or a `SubjectPublicKeyInfo`, in PEM or its base64 alone.
    ///
    /// # Errors
    ///
    /// When the text has none of these forms, or the point is none of the curve.
    pub fn parse(text: &str) -> Result<Self, PublicKeyError> {
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len().max(start);
        // The bytes of the structure begin with 30, which base64 writes as an `M`; hex has none.
        match text.as_bytes().get(start) {
            Some(b'-') => Self::from_point(&point_of(text, pem_body(text, start..end)?)?),
            Some(b'M') => Self::from_point(&point_of(text, start..end)?),
            Some(_) | None => Self::from_hex(text),
        }
    }

    /// The number X.
    pub fn x(&self) -> [u8; 32] {
        *self.sec1()[1..].first_chunk().expect("X stands in bytes 1 to 32 of 65")
    }

    /// The number Y.
    pub fn y(&self) -> [u8; 32] {
        *self.sec1().last_chunk().expect("Y stands in the last 32 bytes of 65")
    }

    /// `04`, X and Y (SEC 1, 2.3.3).
    pub fn sec1(&self) -> [u8; 65] {
        let point = self.0.to_sec1_point(false);
        point.as_bytes().try_into().expect("an uncompressed point has 65 bytes")
    }

    /// Whether `signature` is one of `string_to_sign`: hex as it was sent, padded with `*` or not. Of the two
    /// values of s that fit, both are accepted, as AWS does.
    ///
    /// # Errors
    ///
    /// When the signature is malformed, so that it belongs to no text at all.
    pub fn verify(&self, string_to_sign: &[u8], signature: &[u8]) -> Result<Validity, SignatureError> {
        let signature = signature::read(signature)?;
        let verified = self.0.verify(string_to_sign, &signature);
        Ok(verified.map_or(Validity::Invalid, |()| Validity::Valid))
    }

    fn from_hex(text: &str) -> Result<Self, PublicKeyError> {
        let is_between = |c: char| c.is_whitespace() || matches!(c, ':' | ',');
        let other = |&(_, c): &(usize, char)| !c.is_ascii_hexdigit() && !is_between(c);
        if let Some((at, found)) = text.char_indices().find(other) {
            return Err(PublicKeyError::NotHex { found, at });
        }
        let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
        let length = PublicKeyError::Length(digits.len());
        let mut bytes = hex::decode(&digits).map_err(|_| length.clone())?;
        if !bytes.is_empty() && bytes.iter().all(|&byte| byte == 0) {
            return Err(PublicKeyError::Infinity);
        }
        let form = |expected| PublicKeyError::Form { digits: digits.len(), expected, found: bytes[0] };
        match digits.len() {
            128 => bytes.insert(0, 4),
            130 if bytes[0] != 4 => return Err(form("04")),
            66 if !matches!(bytes[0], 2 | 3) => return Err(form("02 or 03")),
            130 | 66 => {}
            _ => return Err(length),
        }
        Self::from_point(&bytes)
    }

    fn from_point(point: &[u8]) -> Result<Self, PublicKeyError> {
        VerifyingKey::from_sec1_bytes(point).map(Self).map_err(|_| PublicKeyError::NotOnCurve)
    }
}

impl From<VerifyingKey> for PublicKey {
    fn from(key: VerifyingKey) -> Self {
        Self(key)
    }
}

/// Where the base64 stands between the two lines of a PEM block (RFC 7468, 13).
fn pem_body(text: &str, range: Range<usize>) -> Result<Range<usize>, PublicKeyError> {
    let block = &text[range.clone()];
    let Some(body) = block.strip_prefix(BEGIN) else {
        // Only the label: a private key may follow, and that must not get into a message.
        let line = block.lines().next().unwrap_or_default();
        let label: String = line.split_inclusive("-----").take(2).collect();
        return Err(PublicKeyError::Label(label.chars().take(60).collect()));
    };
    let body = body.find(END).map(|end| &body[..end]).ok_or(PublicKeyError::NoEnd)?;
    let start = range.start + BEGIN.len();
    Ok(start..start + body.len())
}

/// The uncompressed point in a `SubjectPublicKeyInfo`, whose base64 stands at `range` of `text`.
fn point_of(text: &str, range: Range<usize>) -> Result<Vec<u8>, PublicKeyError> {
    let start = range.start;
    let symbols = &text[range];
    let is_symbol = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let other = |&(_, c): &(usize, char)| !is_symbol(c) && !c.is_whitespace();
    if let Some((at, found)) = symbols.char_indices().find(other) {
        return Err(PublicKeyError::NotBase64 { found, at: start + at });
    }
    let symbols: String = symbols.chars().filter(|&c| is_symbol(c)).collect();
    let bytes = STANDARD.decode(&symbols).map_err(|_| PublicKeyError::CutOff(symbols.len()))?;
    match bytes.strip_prefix(&PREFIX) {
        Some(point) if point.len() == 65 && point[0] == 4 => Ok(point.to_vec()),
        Some(_) | None => Err(PublicKeyError::OtherKind(bytes.len())),
    }
}

#[cfg(test)]
mod tests;
