//! The published signatures, and every way to write a key.

use proptest::prelude::*;

use super::super::{Nonce, pad};
use super::*;
use crate::scheme::v4::derive::Derivation;
use crate::secret::Secret;

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
