//! What is to be reproduced: a received signature, or the hash of a canonical request that somebody quoted.
//!
//! A signature may have been written in another form than it should: in base64, in upper case, cut short. That is told from its text
//! alone, and whatever made the bytes is sought behind it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use crate::request::body::Digest;
use crate::scheme::Signing;

/// What a search tries to reproduce.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Target {
    /// The first bytes of an HMAC.
    Mac(Vec<u8>),
    /// A signature that is checked with a public key, as text.
    Asymmetric(Vec<u8>),
    /// The SHA-256 of a canonical request: no key is needed.
    Digest(Digest),
}

/// A target, and what its text says of the way it was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Received {
    /// What to reproduce.
    pub target: Target,
    /// The hypothesis that its form belongs to, where it is not the right one, and what was found.
    pub form: Option<(&'static str, String)>,
}

/// Fewer bytes of a signature that was cut short would let chance agree.
const SHORTEST: usize = 8;

impl Received {
    /// Reads a signature as it was received; `None` where no way of writing one gives this text.
    pub(super) fn of(text: &[u8], signing: Signing) -> Option<Self> {
        let text = text.trim_ascii();
        match signing {
            Signing::Ecdsa | Signing::Rsa => {
                Some(Self { target: Target::Asymmetric(text.to_vec()), form: None })
            }
            Signing::Hmac => of_hex(text).or_else(|| of_base64(text)),
        }
    }

    /// Whether the bytes are those of an HMAC-SHA1.
    pub(super) fn is_sha1(&self) -> bool {
        self.form.as_ref().is_some_and(|(cause, _)| *cause == "signature-sha1")
    }
}

fn mac(bytes: Vec<u8>, form: Option<(&'static str, String)>) -> Option<Received> {
    Some(Received { target: Target::Mac(bytes), form })
}

fn of_hex(text: &[u8]) -> Option<Received> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let upper = text[..digits].iter().any(u8::is_ascii_uppercase);
    let bytes = |len: usize| hex::decode(&text[..len]).ok();
    match (digits, text.len() - digits) {
        (64, 0) if upper => mac(bytes(64)?, Some(("signature-uppercase", "64 digits in upper case".into()))),
        (64, 0) => mac(bytes(64)?, None),
        (64, more) => {
            mac(bytes(64)?, Some(("signature-extra-text", format!("{more} characters follow the 64 digits"))))
        }
        (40, 0) => mac(bytes(40)?, Some(("signature-sha1", "40 digits".into()))),
        (128, 0) => {
            let inner = bytes(128)?;
            let raw = hex::decode(&inner).ok();
            mac(raw?, Some(("signature-hex-twice", "128 digits".into())))
        }
        (65.., 0) => {
            mac(bytes(64)?, Some(("signature-extra-text", format!("{} digits in place of 64", digits))))
        }
        (len, 0) if len / 2 >= SHORTEST => {
            let words = format!("{len} digits in place of 64");
            mac(bytes(len / 2 * 2)?, Some(("signature-truncated", words)))
        }
        _ => None,
    }
}

fn of_base64(text: &[u8]) -> Option<Received> {
    let decoded: Vec<u8> = percent_encoding::percent_decode(text).collect();
    let escaped = if decoded.len() == text.len() { "" } else { ", percent-encoded" };
    let engines = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD];
    let bytes = engines.into_iter().find_map(|engine| engine.decode(&decoded).ok())?;
    let words = |what: &str| format!("{} characters of base64{escaped}{what}", decoded.len());
    match bytes.len() {
        32 => mac(bytes, Some(("signature-base64", words("")))),
        20 => mac(bytes, Some(("signature-sha1", words(", of 20 bytes")))),
        64 => mac(hex::decode(&bytes).ok()?, Some(("signature-base64", words(" of the hex text")))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Option<&'static str> {
        let received = Received::of(text.as_bytes(), Signing::Hmac).expect("it can be read");
        received.form.map(|(cause, _)| cause)
    }

    #[test]
    fn tells_how_a_signature_was_written() {
        let hex = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
        assert_eq!(form(hex), None);
        assert_eq!(form(&hex.to_uppercase()), Some("signature-uppercase"));
        assert_eq!(form(&hex[..40]), Some("signature-sha1"));
        assert_eq!(form(&hex[..63]), Some("signature-truncated"));
        assert_eq!(form(&format!("{hex}%")), Some("signature-extra-text"));
        assert_eq!(form(&hex::encode(hex)), Some("signature-hex-twice"));
        let base64 = STANDARD.encode(hex::decode(hex).unwrap());
        assert_eq!(form(&base64), Some("signature-base64"));
        assert_eq!(form(&base64.replace('+', "%2B").replace('=', "%3D")), Some("signature-base64"));
        assert_eq!(form(&STANDARD.encode(hex)), Some("signature-base64"));
        assert_eq!(Received::of(b"5d672d79", Signing::Hmac), None);
        assert_eq!(Received::of(b"not a signature", Signing::Hmac), None);
    }
}
