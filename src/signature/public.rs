//! Signatures under a key pair: reading public keys in the ways in which vendors write them, and verifying with them.

use ed25519_dalek::VerifyingKey as Ed25519Key;
use ed25519_dalek::pkcs8::DecodePublicKey;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, PublicKey as RsaKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::algorithm::{Algorithm, Curve, Form};
use super::mac::{Hash, any_base64};

/// A public key.
#[derive(Clone, Debug)]
pub enum PublicKey {
    /// Of RSA.
    Rsa(RsaKey),
    /// Of ECDSA on P-256.
    P256(p256::ecdsa::VerifyingKey),
    /// Of ECDSA on P-384.
    P384(p384::ecdsa::VerifyingKey),
    /// Of ECDSA on P-521.
    P521(p521::ecdsa::VerifyingKey),
    /// Of Ed25519.
    Ed25519(Ed25519Key),
}

/// A key of more bits is not read: verifying would take seconds.
const MOST_BITS: u32 = 16_384;

impl PublicKey {
    /// Reads a key: PEM, base64 of its DER, hex or base64 of its 32 bytes.
    pub fn read(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        if let Ok(pem) = std::str::from_utf8(text)
            && pem.contains("-----BEGIN")
        {
            return Self::of_der(&pem_content(pem)?);
        }
        if text.len() == 64
            && let Ok(bytes) = hex::decode(text)
        {
            return Self::of_point(&bytes);
        }
        let bytes = any_base64(text)?;
        if bytes.len() == 32 { Self::of_point(&bytes) } else { Self::of_der(&bytes) }
    }

    /// A key of RSA from its numbers in hex and decimal.
    pub fn of_numbers(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let modulus = hex::decode(modulus.trim_ascii()).ok()?;
        let exponent: u64 = std::str::from_utf8(exponent).ok()?.trim().parse().ok()?;
        let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, bytes.len() as u32 * 8).ok();
        if modulus.len() as u32 * 8 > MOST_BITS {
            return None;
        }
        RsaKey::new(number(&modulus)?, number(&exponent.to_be_bytes())?).ok().map(Self::Rsa)
    }

    fn of_point(bytes: &[u8]) -> Option<Self> {
        Ed25519Key::from_bytes(bytes.try_into().ok()?).ok().map(Self::Ed25519)
    }

    fn of_der(der: &[u8]) -> Option<Self> {
        let rsa = || RsaKey::from_public_key_der(der).ok().or_else(|| RsaKey::from_pkcs1_der(der).ok());
        let rsa = || rsa().filter(|key| key.n().bit_width() <= MOST_BITS);
        let p256 = || p256::ecdsa::VerifyingKey::from_public_key_der(der).ok().map(Self::P256);
        let p384 = || p384::ecdsa::VerifyingKey::from_public_key_der(der).ok().map(Self::P384);
        let p521 = || p521::ecdsa::VerifyingKey::from_public_key_der(der).ok().map(Self::P521);
        let ed25519 = || Ed25519Key::from_public_key_der(der).ok().map(Self::Ed25519);
        rsa().map(Self::Rsa).or_else(p256).or_else(p384).or_else(p521).or_else(ed25519)
    }

    /// What it is, in words.
    pub fn name(&self) -> String {
        match self {
            Self::Rsa(key) => format!("an RSA key of {} bits", key.n().bit_width()),
            Self::P256(_) => "a key on P-256".into(),
            Self::P384(_) => "a key on P-384".into(),
            Self::P521(_) => "a key on P-521".into(),
            Self::Ed25519(_) => "an Ed25519 key".into(),
        }
    }
}

/// The bytes between the lines of a PEM block.
fn pem_content(pem: &str) -> Option<Vec<u8>> {
    let lines = pem.lines().map(str::trim).skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    let content: String = lines.take_while(|line| !line.starts_with("-----END")).collect();
    any_base64(content.as_bytes())
}

/// Whether `signature` is one of `message` under this key; why it cannot be said, where the key is of another kind.
///
/// # Errors
///
/// In words, when key and algorithm do not belong together.
pub fn verify(
    key: &PublicKey,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, String> {
    match (key, algorithm) {
        (PublicKey::Rsa(key), Algorithm::RsaPkcs1(hash)) => {
            Ok(key.verify(pkcs1(hash), &hash.of(message), signature).is_ok())
        }
        (PublicKey::Rsa(key), Algorithm::RsaPss(hash, salt)) => Ok(pss(key, hash, salt, message, signature)),
        (PublicKey::Ed25519(key), Algorithm::Ed25519) => Ok(ed25519(key, message, signature)),
        (PublicKey::P256(key), Algorithm::Ecdsa(Curve::P256, hash, form)) => {
            Ok(p256(key, &hash.of(message), signature, form))
        }
        (PublicKey::P384(key), Algorithm::Ecdsa(Curve::P384, hash, form)) => {
            Ok(p384(key, &hash.of(message), signature, form))
        }
        (PublicKey::P521(key), Algorithm::Ecdsa(Curve::P521, hash, form)) => {
            Ok(p521(key, &hash.of(message), signature, form))
        }
        (key, algorithm) => {
            Err(format!("expected a key for {}, but found {}", algorithm.title(), key.name()))
        }
    }
}

fn pkcs1(hash: Hash) -> Pkcs1v15Sign {
    match hash {
        Hash::Sha1 | Hash::Md5 => Pkcs1v15Sign::new::<Sha1>(),
        Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}

/// The padding masks with the hash that is signed.
fn pss(key: &RsaKey, hash: Hash, salt: usize, message: &[u8], signature: &[u8]) -> bool {
    let digest = hash.of(message);
    let verified = match hash {
        Hash::Sha1 | Hash::Md5 => key.verify(Pss::<Sha1>::new_with_salt(salt), &digest, signature),
        Hash::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(salt), &digest, signature),
        Hash::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(salt), &digest, signature),
        Hash::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(salt), &digest, signature),
    };
    verified.is_ok()
}

fn ed25519(key: &Ed25519Key, message: &[u8], signature: &[u8]) -> bool {
    let signature = ed25519_dalek::Signature::from_slice(signature);
    signature.is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
}

macro_rules! curve {
    ($name:ident, $module:ident) => {
        fn $name(key: &$module::ecdsa::VerifyingKey, digest: &[u8], signature: &[u8], form: Form) -> bool {
            use $module::ecdsa::signature::hazmat::PrehashVerifier;
            let signature = match form {
                Form::Der => $module::ecdsa::Signature::from_der(signature),
                Form::Raw => $module::ecdsa::Signature::from_slice(signature),
            };
            signature.is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok())
        }
    };
}

curve!(p256, p256);
curve!(p384, p384);
curve!(p521, p521);
