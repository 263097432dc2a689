//! Digests, HMACs under the secret itself, and how what they yield is written.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A hash function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hash {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// All of them, the likely first.
    pub const ALL: [Self; 5] = [Self::Sha256, Self::Sha1, Self::Sha512, Self::Sha384, Self::Md5];

    /// The HMAC of `text`.
    pub fn sign(self, key: &[u8], text: &[u8]) -> Vec<u8> {
        self.function()(key, text)
    }

    /// The same as a function.
    pub(crate) fn function(self) -> fn(&[u8], &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => mac::<Hmac<Md5>>,
            Self::Sha1 => mac::<Hmac<Sha1>>,
            Self::Sha256 => mac::<Hmac<Sha256>>,
            Self::Sha384 => mac::<Hmac<Sha384>>,
            Self::Sha512 => mac::<Hmac<Sha512>>,
        }
    }

    /// The hash of `text` alone.
    pub fn of(self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(text).to_vec(),
            Self::Sha1 => Sha1::digest(text).to_vec(),
            Self::Sha256 => Sha256::digest(text).to_vec(),
            Self::Sha384 => Sha384::digest(text).to_vec(),
            Self::Sha512 => Sha512::digest(text).to_vec(),
        }
    }

    /// Its length in bytes.
    pub fn size(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The name of its HMAC.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "HMAC-MD5",
            Self::Sha1 => "HMAC-SHA1",
            Self::Sha256 => "HMAC-SHA256",
            Self::Sha384 => "HMAC-SHA384",
            Self::Sha512 => "HMAC-SHA512",
        }
    }

    /// Its name as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Its name in rows: `sha256`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The one of this name in rows.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hash| hash.id() == id)
    }
}

/// How a signature is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Encoding {
    /// In hex digits, in lower case.
    Hex,
    /// In hex digits, in upper case.
    HexUpper,
    /// In base64, with its padding.
    Base64,
    /// In the base64 of URLs, with its padding.
    Base64Url,
    /// In the base64 of URLs, without padding.
    Base64UrlUnpadded,
    /// In base64 with `-`, `_` and `~` for `+`, `=` and `/`, as CloudFront has it.
    Base64CloudFront,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Hex,
        Self::HexUpper,
        Self::Base64,
        Self::Base64Url,
        Self::Base64UrlUnpadded,
        Self::Base64CloudFront,
    ];

    /// What may stand for one in rows.
    pub const EXPECTED: &str = "hex, hex-upper, base64, base64url, base64url-unpadded or base64-cloudfront";

    /// Its name in rows.
    pub fn id(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::HexUpper => "hex-upper",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
            Self::Base64UrlUnpadded => "base64url-unpadded",
            Self::Base64CloudFront => "base64-cloudfront",
        }
    }

    /// The one of this name in rows.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.id() == id)
    }

    /// A signature written so.
    pub fn write(self, signature: &[u8]) -> String {
        match self {
            Self::Hex => hex::encode(signature),
            Self::HexUpper => hex::encode_upper(signature),
            Self::Base64 => STANDARD.encode(signature),
            Self::Base64Url => URL_SAFE.encode(signature),
            Self::Base64UrlUnpadded => URL_SAFE_NO_PAD.encode(signature),
            Self::Base64CloudFront => {
                STANDARD.encode(signature).replace('+', "-").replace('=', "_").replace('/', "~")
            }
        }
    }

    /// The bytes that are written so; nothing where they are not.
    pub fn read(self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Hex | Self::HexUpper => hex::decode(text).ok(),
            Self::Base64 => STANDARD.decode(text).ok(),
            Self::Base64Url | Self::Base64UrlUnpadded => any_base64(text),
            Self::Base64CloudFront => {
                let plain = |byte: &u8| match byte {
                    b'-' => b'+',
                    b'_' => b'=',
                    b'~' => b'/',
                    other => *other,
                };
                STANDARD.decode(text.iter().map(plain).collect::<Vec<u8>>()).ok()
            }
        }
    }

    /// How it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hex => "lower-case hex",
            Self::HexUpper => "upper-case hex",
            Self::Base64 => "base64",
            Self::Base64Url => "the base64 of URLs",
            Self::Base64UrlUnpadded => "the base64 of URLs, without padding",
            Self::Base64CloudFront => "base64 with -, _ and ~ in place of +, = and /",
        }
    }

    /// How many characters so many bytes take.
    pub fn length(self, bytes: usize) -> usize {
        match self {
            Self::Hex | Self::HexUpper => 2 * bytes,
            Self::Base64 | Self::Base64Url | Self::Base64CloudFront => bytes.div_ceil(3) * 4,
            Self::Base64UrlUnpadded => (bytes * 4).div_ceil(3),
        }
    }
}

/// What base64 of either alphabet, padded or not, stands for.
pub(crate) fn any_base64(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii();
    let engines = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD];
    engines.into_iter().find_map(|engine| engine.decode(text).ok())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let signature = Hash::Sha1.of(b"?>~");
        for encoding in Encoding::ALL {
            let text = encoding.write(&signature);
            assert_eq!(text.len(), encoding.length(signature.len()), "{text}");
            assert_eq!(encoding.read(text.as_bytes()).as_deref(), Some(&signature[..]), "{text}");
            assert_eq!(Encoding::named(encoding.id()), Some(encoding));
        }
    }
}
