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
mod tests {
    use super::super::{Nonce, pad};
    use super::*;
    use crate::scheme::v4::derive::Derivation;
    use crate::secret::Secret;
    use proptest::prelude::*;

    const X: &str = "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1";
    const Y: &str = "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518";

    const TO_SIGN: &str = "AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n20150830/service/aws4_request\n\
        cf59db423e841c8b7e3444158185aa261b724a5c27cbe762676f3eed19f4dc02";
    /// Two signatures of the case get-vanilla of AWS's suite.
    const SIGNATURES: [&str; 2] = [
        "3045022018b4e277d0281864beb51d3600e23f88510ea5031d68ddfbb68614b82a5eb7d2\
         022100effb9c5f22ed9ef3ae0ab243d21f06bce82365bbb79529a07b6888c343ae5f8c",
        "3046022100fddaaf816a31e30d04973875b13bc27b98da10907a3a1872fd5819a221334abc\
         022100de2ee81d83b54f31efc82834de07e6cd4d5c6f25bfa08e0f29a15bb0977c343e",
    ];

    fn key() -> PublicKey {
        PublicKey::parse(&format!("{X}{Y}")).unwrap()
    }

    fn pem(bytes: &[u8]) -> String {
        let base64 = STANDARD.encode(bytes);
        let (line, rest) = base64.split_at(64);
        format!("{BEGIN}\n{line}\n{rest}\n{END}\n")
    }

    fn structure() -> Vec<u8> {
        [&PREFIX[..], &key().sec1()].concat()
    }

    fn says(text: &str, message: &str) {
        assert_eq!(PublicKey::parse(text).unwrap_err().to_string(), message);
    }

    #[test]
    fn verifies_the_published_signatures() {
        for signature in SIGNATURES {
            let verified = key().verify(TO_SIGN.as_bytes(), signature.as_bytes());
            assert_eq!(verified, Ok(Validity::Valid));
            let other = TO_SIGN.replace("123600", "123601");
            let verified = key().verify(other.as_bytes(), signature.as_bytes());
            assert_eq!(verified, Ok(Validity::Invalid));
        }
    }

    #[test]
    fn both_values_of_s_verify() {
        let high = SIGNATURES[0];
        // N less the s of that signature, calculated elsewhere.
        let low = format!("30440220{}0220{LOW_S}", &high[8..72]);
        assert_eq!(key().verify(TO_SIGN.as_bytes(), low.as_bytes()), Ok(Validity::Valid));
    }
    const LOW_S: &str = "1004639fdd12610d51f54dbc2de0f942d4c394f1ef8274e4785141ffb8b4c5c5";

    #[test]
    fn case_and_padding_do_not_matter() {
        let upper = SIGNATURES[0].to_uppercase();
        assert_eq!(key().verify(TO_SIGN.as_bytes(), upper.as_bytes()), Ok(Validity::Valid));
        let padded = pad(&hex::decode(SIGNATURES[0]).unwrap());
        assert_eq!(key().verify(TO_SIGN.as_bytes(), &padded), Ok(Validity::Valid));
    }

    #[test]
    fn reads_every_way_to_write_a_key() {
        let base64 = STANDARD.encode(structure());
        let colons: Vec<_> = key().sec1().iter().map(|byte| format!("{byte:02X}")).collect();
        let texts = [
            format!("{X}{Y}"),
            format!("{X}:{Y}"),
            format!("{X},{Y}"),
            format!(" {X}\n{Y}\n"),
            format!("04{X}{Y}").to_uppercase(),
            format!("02{X}"),
            colons.join(":"),
            format!(" {base64}\n"),
            pem(&structure()),
            pem(&structure()).replace('\n', "\r\n"),
        ];
        for text in texts {
            assert_eq!(PublicKey::parse(&text), Ok(key()), "{text}");
        }
        let other = PublicKey::parse(&format!("03{X}")).unwrap();
        assert_eq!(other.x(), key().x());
        assert_ne!(other.y(), key().y());
        assert_eq!(hex::encode(key().y()), Y);
    }

    #[test]
    fn reads_a_key_as_openssl_writes_it() {
        let pem = "-----BEGIN PUBLIC KEY-----\n\
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtmGPamV0CpnmULM7a0tb0NQ7F21y\n\
            Gj7f6n59LVbZNrGGXtIqfq3JxcudLLrKGzaZE5/txQQ9xmYYZCGDMMjlGA==\n\
            -----END PUBLIC KEY-----\n";
        assert_eq!(PublicKey::parse(pem), Ok(key()));
    }

    #[test]
    fn says_what_is_wrong_with_hex() {
        says("b6:g0", "expected hex digits, but found `g` at byte 4");
        says("é", "expected hex digits, but found `é` at byte 1");
        says("", "expected 128, 130 or 66 hex digits, but found 0");
        says(" \n", "expected 128, 130 or 66 hex digits, but found 0");
        says(X, "expected 128, 130 or 66 hex digits, but found 64");
        says(&X[1..], "expected 128, 130 or 66 hex digits, but found 63");
        says(&format!("05{X}{Y}"), "expected a key of 130 hex digits to begin with 04, but found 05");
        says(&format!("04{X}"), "expected a key of 66 hex digits to begin with 02 or 03, but found 04");
    }

    #[test]
    fn says_what_is_no_point() {
        says(&format!("{Y}{X}"), "expected a point on the curve P-256, but found one beside it");
        // X is no less than the prime of the field.
        says(&"f".repeat(128), "expected a point on the curve P-256, but found one beside it");
        says("00", "expected a point on the curve P-256, but found infinity");
        says(&"0".repeat(128), "expected a point on the curve P-256, but found infinity");
        let mut beside = structure();
        beside[90] ^= 1;
        says(&pem(&beside), "expected a point on the curve P-256, but found one beside it");
    }

    #[test]
    fn says_what_is_wrong_with_pem() {
        says(
            "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0",
            "expected `-----BEGIN PUBLIC KEY-----`, but found `-----BEGIN EC PRIVATE KEY-----`",
        );
        says(
            "-----BEGIN PRIVATE KEY-----c2VjcmV0",
            "expected `-----BEGIN PUBLIC KEY-----`, but found `-----BEGIN PRIVATE KEY-----`",
        );
        says(
            &pem(&structure()).replace(END, ""),
            "expected `-----END PUBLIC KEY-----` after the key, but found none",
        );
        let foreign = pem(&structure()).replacen('M', "!", 1);
        says(&foreign, "expected base64, but found `!` at byte 28");
        let cut = STANDARD.encode(structure());
        says(
            &cut[..121],
            "expected whole bytes in base64, but found 121 characters that are cut off or padded wrongly",
        );
    }

    #[test]
    fn says_that_a_key_is_of_another_kind() {
        let other = "expected the 91 bytes of a public key on P-256, but found";
        says(&pem(&structure()[..80]), &format!("{other} 80 bytes of something else"));
        let mut another_curve = structure();
        another_curve[22] = 6;
        says(&pem(&another_curve), &format!("{other} 91 bytes of something else"));
    }

    proptest! {
        #[test]
        fn one_changed_bit_does_not_verify(
            text in proptest::collection::vec(any::<u8>(), 1..100),
            at in any::<prop::sample::Index>(),
            bit in 0u8..8,
        ) {
            let secret = Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
            let pair = Derivation::of(&secret, b"AKIDEXAMPLE").unwrap().pair;
            let signature = pair.sign(&text, Nonce::Random);
            let sent = hex::encode(&signature);
            prop_assert_eq!(pair.public().verify(&text, sent.as_bytes()), Ok(Validity::Valid));

            let mut other = text.clone();
            other[at.index(text.len())] ^= 1u8 << bit;
            prop_assert_eq!(pair.public().verify(&other, sent.as_bytes()), Ok(Validity::Invalid));

            let mut other = signature.clone();
            other[at.index(signature.len())] ^= 1u8 << bit;
            let verified = pair.public().verify(&text, hex::encode(other).as_bytes());
            prop_assert!(verified != Ok(Validity::Valid), "{:?}", verified);
        }
    }
}
