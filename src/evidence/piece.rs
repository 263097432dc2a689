//! One piece of evidence: whose it is, what it quotes, and whether that can be relied on.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::fragment::Fragment;
use super::gate::{Gate, Ladder};
use super::part::is_string_to_sign;
use super::repair;
use super::tool::Tool;
use crate::canon::payload::is_hex_digest;
use crate::trace::StageKind;

/// Whose computation a piece of evidence shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// What the client signed.
    Signer,
    /// What the server computed.
    Server,
    /// It does not say.
    Unknown,
}

impl Side {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signer => "signer",
            Self::Server => "server",
            Self::Unknown => "unknown",
        }
    }
}

/// One error body, or one signature in a log.
#[derive(Clone, Eq, PartialEq)]
pub struct Piece {
    /// Whose side it shows.
    pub side: Side,
    /// What it was recognised as.
    pub format: &'static str,
    /// The error code.
    pub code: Option<String>,
    /// The error message, without the strings that it quotes.
    pub message: Option<String>,
    /// The canonical request.
    pub canonical_request: Option<Vec<u8>>,
    /// The string to sign.
    pub string_to_sign: Option<Vec<u8>>,
    /// The signature: the one that was provided in an error, the one that was computed in a log.
    pub signature: Option<String>,
    /// The hash of the canonical request, where only that is told.
    pub canonical_hash: Option<String>,
    /// SHA-256 of the `Authorization` header that arrived, where an error tells it.
    pub authorization_hash: Option<[u8; 32]>,
    /// The access key id.
    pub access_key_id: Option<String>,
    /// Other fields of an error, such as `Region` or `HeadersNotSigned`.
    pub fields: Vec<(String, String)>,
    /// The gate at which the server stopped, which proves what was right before it.
    pub gate: Option<&'static Gate>,
    /// A part of what was signed, where the whole of it is not quoted.
    pub fragment: Option<Fragment>,
    /// What made the request, as far as the text tells.
    pub tool: Option<&'static Tool>,
    /// What was done to the text on its way, in sentences.
    pub damage: Vec<String>,
    /// Which damage was undone, as the hash proves.
    pub repaired: Option<&'static str>,
}

/// Its strings may hold a session token, and never reach a log.
impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Piece")
            .field("side", &self.side)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl Piece {
    /// A text that was given as the other side's canonical request or string to sign, whatever it looks like.
    pub fn plain(text: &[u8]) -> Self {
        let mut piece = Self::new(Side::Unknown, "a text");
        match is_string_to_sign(text) {
            true => piece.string_to_sign = Some(text.to_vec()),
            false => piece.canonical_request = Some(text.to_vec()),
        }
        piece
    }

    /// Whether it quotes a canonical request or a string to sign.
    pub(crate) fn quotes_a_text(&self) -> bool {
        self.canonical_request.is_some() || self.string_to_sign.is_some()
    }

    /// The text of a stage that it quotes.
    pub fn stage(&self, kind: StageKind) -> Option<&[u8]> {
        match kind {
            StageKind::CanonicalRequest => self.canonical_request.as_deref(),
            StageKind::StringToSign => self.string_to_sign.as_deref(),
            StageKind::Policy | StageKind::KeyChain | StageKind::Signature | StageKind::LinkToSign => None,
        }
    }

    /// The date of the string to sign that it quotes.
    pub fn date(&self) -> Option<&[u8]> {
        let text = self.string_to_sign.as_deref()?;
        text.split(|byte| *byte == b'\n').nth(1).filter(|line| !line.is_empty())
    }

    /// What it is, in a few words.
    pub fn words(&self) -> String {
        let texts = [
            self.canonical_request.as_ref().map(|_| "canonical request"),
            self.string_to_sign.as_ref().map(|_| "string to sign"),
            self.gate
                .map(|gate| gate.means.trim_end_matches('.'))
                .filter(|_| self.canonical_request.is_none()),
        ];
        let texts: Vec<&str> = texts.into_iter().flatten().collect();
        let code = self.code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
        match texts.is_empty() {
            true => format!("{}{code}", self.format),
            false => format!("{}{code}: {}", self.format, texts.join(" and ")),
        }
    }

    /// What is known of the request because the server stopped at this gate.
    pub fn proves(&self, gate: &Gate) -> &'static str {
        gate.rung.proves(self.ladder())
    }

    fn ladder(&self) -> Ladder {
        /// Words and a code that only AWS's own services are known to write, and those not of S3.
        const AWS: [&str; 3] = [
            "should be scoped",
            "Date in Credential scope does not match",
            "exactly 5 slash-delimited elements",
        ];
        let message = self.message.as_deref().unwrap_or_default();
        let string = self.string_to_sign.as_deref().unwrap_or_default();
        match () {
            () if AWS.iter().any(|words| message.contains(words)) => Ladder::Aws,
            () if self.code.as_deref() == Some("InvalidSignatureException") => Ladder::Aws,
            () if self.canonical_request.is_some() || is_string_to_sign(string) => Ladder::Version4,
            () => Ladder::Unknown,
        }
    }

    pub(super) fn of_fragment(fragment: Fragment) -> Self {
        Self { fragment: Some(fragment.clone()), ..Self::new(fragment.side, "a part of what was signed") }
    }

    pub(crate) fn new(side: Side, format: &'static str) -> Self {
        Self {
            side,
            format,
            code: None,
            message: None,
            canonical_request: None,
            string_to_sign: None,
            signature: None,
            canonical_hash: None,
            authorization_hash: None,
            access_key_id: None,
            fields: Vec::new(),
            gate: None,
            fragment: None,
            tool: None,
            damage: Vec::new(),
            repaired: None,
        }
    }

    /// The hash of the canonical request that was signed: the one that is stated, else that of the text.
    pub fn hash(&self) -> Option<[u8; 32]> {
        let own = || Some(Sha256::digest(self.canonical_request.as_deref()?).into());
        self.stated_hash().or_else(own)
    }

    /// The last line of the string to sign, or the hash that a log tells.
    fn stated_hash(&self) -> Option<[u8; 32]> {
        let of_string =
            self.string_to_sign.as_deref().and_then(|text| text.rsplit(|byte| *byte == b'\n').next());
        let text = of_string.or(self.canonical_hash.as_deref().map(str::as_bytes))?;
        hex::decode(text).ok()?.try_into().ok()
    }

    /// Whether the canonical request has the hash that the string to sign states; `None` where one of them is missing.
    pub fn consistent(&self) -> Option<bool> {
        let request = self.canonical_request.as_deref()?;
        Some(self.stated_hash()? == <[u8; 32]>::from(Sha256::digest(request)))
    }

    /// Whether there is anything in it.
    pub(super) fn is_empty(&self) -> bool {
        let strings = [&self.canonical_request, &self.string_to_sign];
        let nothing = strings.iter().all(|text| text.is_none());
        nothing
            && self.code.is_none()
            && self.gate.is_none()
            && self.canonical_hash.is_none()
            && self.fragment.is_none()
    }

    /// What the strings show, or why they cannot be relied on.
    pub(super) fn check(&mut self) {
        if self.canonical_request.as_deref().is_some_and(|text| !ends_in_a_payload(text)) {
            self.damage.push("The last line of the canonical request is neither a hash nor a keyword: it was replaced by hand.".into());
        }
        if self.consistent() == Some(false) {
            let text = self.canonical_request.as_deref().unwrap_or_default();
            let repaired = self.stated_hash().and_then(|hash| repair::repaired(text, hash));
            if let Some((text, words)) = repaired {
                self.canonical_request = Some(text);
                self.repaired = Some(words);
                return;
            }
            let is_placeholder = self.stated_hash().is_some_and(|hash| is_placeholder(&hash));
            self.damage.push(
                match is_placeholder {
                    true => "The hash in the string to sign is a placeholder that somebody typed: the canonical request cannot be checked by it.",
                    false => "The canonical request does not have the hash that the string to sign states: one of them was changed when it was copied.",
                }
                .into(),
            );
        }
    }
}

/// Whether a canonical request ends as one does.
fn ends_in_a_payload(text: &[u8]) -> bool {
    let last = text.rsplit(|byte| *byte == b'\n').find(|line| !line.is_empty()).unwrap_or_default();
    is_hex_digest(last)
        || last.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-')
}

/// Whether a hash was typed: few different bytes, or bytes that count up.
fn is_placeholder(hash: &[u8; 32]) -> bool {
    let mut bytes = hash.to_vec();
    bytes.sort_unstable();
    bytes.dedup();
    let digits = hex::encode(hash);
    bytes.len() <= 18 || digits.contains("0123456789abcdef")
}
