//! An HMAC under the secret itself, as schemes without a derived key have it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

/// The hash within an HMAC.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hash {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl Hash {
    /// Its HMAC.
    pub fn sign(self, key: &[u8], text: &[u8]) -> Vec<u8> {
        self.function()(key, text)
    }

    /// The same as a function.
    pub(crate) fn function(self) -> fn(&[u8], &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => mac::<Hmac<Sha1>>,
            Self::Sha256 => mac::<Hmac<Sha256>>,
        }
    }

    /// The length of a signature in bytes.
    pub fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// The name of its HMAC.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "HMAC-SHA1",
            Self::Sha256 => "HMAC-SHA256",
        }
    }
}

/// How a signature is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Encoding {
    /// In hex digits, in lower case.
    Hex,
    /// In base64, with its padding.
    Base64,
}

impl Encoding {
    /// A signature written so.
    pub fn write(self, signature: &[u8]) -> String {
        match self {
            Self::Hex => hex::encode(signature),
            Self::Base64 => STANDARD.encode(signature),
        }
    }

    /// How it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hex => "lower-case hex",
            Self::Base64 => "base64",
        }
    }

    /// How many characters so many bytes take.
    pub fn length(self, bytes: usize) -> usize {
        match self {
            Self::Hex => 2 * bytes,
            Self::Base64 => bytes.div_ceil(3) * 4,
        }
    }
}

/// How a text is signed under the secret itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Signing {
    /// The hash within the HMAC.
    pub hash: Hash,
    /// How the signature is written.
    pub encoding: Encoding,
}

impl Signing {
    /// The signature of a text.
    pub fn sign(self, key: &[u8], text: &[u8]) -> String {
        self.encoding.write(&self.hash.sign(key, text))
    }
}

/// The HMAC of a text.
pub(crate) fn mac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}
