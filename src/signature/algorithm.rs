//! How a text is signed: HMACs, plain digests of a text that holds the secret, and signatures under a key pair.

use super::mac::Hash;

/// A way to sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// An HMAC under a shared secret.
    Hmac(Hash),
    /// A hash of the text, which holds the secret.
    Plain(Hash),
    /// RSA with PKCS #1 v1.5 padding.
    RsaPkcs1(Hash),
    /// RSA-PSS, and the length of its salt in bytes.
    RsaPss(Hash, usize),
    /// ECDSA, over a curve and a hash.
    Ecdsa(Curve, Hash, Form),
    /// Ed25519.
    Ed25519,
}

/// A curve of ECDSA.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
}

/// How the two numbers of an ECDSA signature are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// In DER.
    Der,
    /// One behind the other, each of the curve's length.
    Raw,
}

const NAMES: [(&str, Algorithm); 15] = [
    ("ed25519", Algorithm::Ed25519),
    ("rsa-sha1", Algorithm::RsaPkcs1(Hash::Sha1)),
    ("rsa-sha256", Algorithm::RsaPkcs1(Hash::Sha256)),
    ("rsa-sha384", Algorithm::RsaPkcs1(Hash::Sha384)),
    ("rsa-sha512", Algorithm::RsaPkcs1(Hash::Sha512)),
    ("rsa-pss-sha256", Algorithm::RsaPss(Hash::Sha256, 32)),
    ("rsa-pss-sha256-salt-20", Algorithm::RsaPss(Hash::Sha256, 20)),
    ("rsa-pss-sha512", Algorithm::RsaPss(Hash::Sha512, 64)),
    ("ecdsa-p256-sha256", Algorithm::Ecdsa(Curve::P256, Hash::Sha256, Form::Der)),
    ("ecdsa-p256-sha256-raw", Algorithm::Ecdsa(Curve::P256, Hash::Sha256, Form::Raw)),
    ("ecdsa-p384-sha384", Algorithm::Ecdsa(Curve::P384, Hash::Sha384, Form::Der)),
    ("ecdsa-p384-sha384-raw", Algorithm::Ecdsa(Curve::P384, Hash::Sha384, Form::Raw)),
    ("ecdsa-p521-sha512", Algorithm::Ecdsa(Curve::P521, Hash::Sha512, Form::Der)),
    ("ecdsa-p521-sha512-raw", Algorithm::Ecdsa(Curve::P521, Hash::Sha512, Form::Raw)),
    ("ecdsa-p256-sha512", Algorithm::Ecdsa(Curve::P256, Hash::Sha512, Form::Der)),
];

impl Algorithm {
    /// What may stand for one.
    pub const EXPECTED: &str = "hmac-HASH, plain-HASH, rsa-HASH, rsa-pss-HASH, ecdsa-p256-sha256 or ed25519, with md5, sha1, sha256, sha384 or sha512 as HASH";

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        if let Some(hash) = name.strip_prefix("hmac-") {
            return Hash::named(hash).map(Self::Hmac);
        }
        if let Some(hash) = name.strip_prefix("plain-") {
            return Hash::named(hash).map(Self::Plain);
        }
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    /// Its name in rows.
    pub fn name(self) -> String {
        match self {
            Self::Hmac(hash) => format!("hmac-{}", hash.id()),
            Self::Plain(hash) => format!("plain-{}", hash.id()),
            other => NAMES.iter().find(|(_, known)| *known == other).map_or("", |(name, _)| *name).to_owned(),
        }
    }

    /// Its name as people write it.
    pub fn title(self) -> String {
        let curve = |curve| match curve {
            Curve::P256 => "P-256",
            Curve::P384 => "P-384",
            Curve::P521 => "P-521",
        };
        match self {
            Self::Hmac(hash) => hash.name().to_owned(),
            Self::Plain(hash) => hash.title().to_owned(),
            Self::RsaPkcs1(hash) => format!("RSA (PKCS #1 v1.5) with {}", hash.title()),
            Self::RsaPss(hash, salt) => format!("RSA-PSS with {} and a salt of {salt} bytes", hash.title()),
            Self::Ecdsa(of, hash, _) => format!("ECDSA on {} with {}", curve(of), hash.title()),
            Self::Ed25519 => "Ed25519".into(),
        }
    }

    /// Whether one side holds a secret that the other has not.
    pub fn is_asymmetric(self) -> bool {
        match self {
            Self::Hmac(_) | Self::Plain(_) => false,
            Self::RsaPkcs1(_) | Self::RsaPss(_, _) | Self::Ecdsa(_, _, _) | Self::Ed25519 => true,
        }
    }

    /// The signature under a shared secret; `None` for a key pair.
    pub fn sign(self, key: &[u8], text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Hmac(hash) => Some(hash.sign(key, text)),
            Self::Plain(hash) => Some(hash.of(text)),
            Self::RsaPkcs1(_) | Self::RsaPss(_, _) | Self::Ecdsa(_, _, _) | Self::Ed25519 => None,
        }
    }

    /// The length of a signature under a shared secret, in bytes.
    pub fn size(self) -> Option<usize> {
        match self {
            Self::Hmac(hash) | Self::Plain(hash) => Some(hash.size()),
            Self::RsaPkcs1(_) | Self::RsaPss(_, _) | Self::Ecdsa(_, _, _) | Self::Ed25519 => None,
        }
    }
}
