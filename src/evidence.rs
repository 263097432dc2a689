//! What a user can paste: error bodies of servers and debug logs of signers, and the strings that they hold.
//!
//! Text is recognised by its content, in any order and number; what is no evidence is passed over, so a whole issue thread can be
//! pasted. Each [`Piece`] says whose side it shows: an error body shows what the *server* computed, a log what the *signer*
//! did. Entities are never expanded beyond the five of XML and numbers, so no text can grow.
//!
//! Sources: the error bodies and logs in the threads that each reader names.

mod error;
mod fragment;
mod gate;
mod log;
mod part;
mod repair;
mod scan;
mod text;
mod tool;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::trace::StageKind;

pub use fragment::Fragment;
pub use gate::{GATES, Gate, Rung};
pub use part::{Part, is_string_to_sign};
#[cfg(feature = "gateway")]
pub(crate) use text::unescaped_entities;
pub(crate) use tool::tool_of;
pub use tool::{TOOLS, Tool};

/// Longer texts are cut: no error and no log that matters is this long.
pub(crate) const LIMIT: usize = 64 << 20;

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

    /// The text of a stage that it quotes.
    pub fn stage(&self, kind: StageKind) -> Option<&[u8]> {
        match kind {
            StageKind::CanonicalRequest => self.canonical_request.as_deref(),
            StageKind::StringToSign => self.string_to_sign.as_deref(),
            StageKind::Policy | StageKind::KeyChain | StageKind::Signature | StageKind::LinkToSign => None,
        }
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

    fn of_fragment(fragment: Fragment) -> Self {
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
    fn is_empty(&self) -> bool {
        let strings = [&self.canonical_request, &self.string_to_sign];
        let nothing = strings.iter().all(|text| text.is_none());
        nothing
            && self.code.is_none()
            && self.gate.is_none()
            && self.canonical_hash.is_none()
            && self.fragment.is_none()
    }

    /// What the strings show, or why they cannot be relied on.
    fn check(&mut self) {
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

/// Whether a hash was typed: few different bytes, or bytes that count up.
fn is_placeholder(hash: &[u8; 32]) -> bool {
    let mut bytes = hash.to_vec();
    bytes.sort_unstable();
    bytes.dedup();
    let digits = hex::encode(hash);
    bytes.len() <= 18 || digits.contains("0123456789abcdef")
}

/// Why a text holds no evidence.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a server's error, a debug log, or a canonical request, but found {found}")]
pub struct EvidenceError {
    /// What was found.
    pub found: String,
}

/// Finds every piece of evidence in a text, in the order in which they stand.
///
/// # Errors
///
/// When there is none.
pub fn read(text: &[u8]) -> Result<Vec<Piece>, EvidenceError> {
    let nothing = |found: &str| EvidenceError { found: found.to_owned() };
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(nothing("an empty text"));
    }
    let text = &text[..text.len().min(LIMIT)];
    let text = String::from_utf8_lossy(text);
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut view, mut layers) = (text::plain(&text), text::layers(&text));
    loop {
        let (errors, rest) = error::read(&view);
        pieces.extend(errors);
        pieces.extend(log::read(&rest));
        let tells =
            pieces.iter().any(|piece| piece.canonical_request.is_some() || piece.string_to_sign.is_some());
        match layers.next().filter(|_| !tells) {
            Some(without) => view = without(&view),
            None => break,
        }
    }
    let quotes_a_text = |piece: &Piece| piece.canonical_request.is_some() || piece.string_to_sign.is_some();
    if !pieces.iter().any(quotes_a_text) {
        pieces.extend(fragment::read(&view).into_iter().map(Piece::of_fragment));
    }
    pieces.retain(|piece| !piece.is_empty());
    put_header_hash(&mut pieces, &text);
    let (id, tool) = (access_key_id(&text), tool::tool_of(&text));
    pieces.iter_mut().for_each(|piece| piece.tool = tool);
    pieces.iter_mut().for_each(|piece| piece.access_key_id = piece.access_key_id.take().or(id.clone()));
    let mut kept: Vec<Piece> = Vec::new();
    for mut piece in pieces {
        if !kept.iter().any(|other| says_no_more(&piece, other)) {
            kept.retain(|other| !says_no_more(other, &piece));
            piece.check();
            kept.push(piece);
        }
    }
    match kept.is_empty() {
        true => Err(nothing("nothing of the kind")),
        false => Ok(kept),
    }
}

/// Puts the hash of the `Authorization` header that arrived with the errors that tell it, else in a piece of its own.
fn put_header_hash(pieces: &mut Vec<Piece>, text: &str) {
    let Some(hash) = authorization_hash(text) else { return };
    let tells = |piece: &Piece| piece.gate.is_some_and(|gate| gate.rung.is_of_reading());
    if !pieces.iter().any(tells) {
        pieces.push(Piece { authorization_hash: Some(hash), ..Piece::new(Side::Server, "an error message") });
    }
    pieces.iter_mut().filter(|piece| tells(piece)).for_each(|piece| piece.authorization_hash = Some(hash));
}

/// What AWS tells of an `Authorization` header that it cannot read: `(Hashed with SHA-256 and encoded with Base64) Authorization=`
/// and the hash, in newer words `header (hashed with SHA-256 and encoded with Base64): '…'`. Whatever wrote the error down may have
/// escaped it.
fn authorization_hash(text: &str) -> Option<[u8; 32]> {
    const BEFORE: &str = "ashed with SHA-256 and encoded with Base64)";
    /// Characters between the two, and those of the hash, each of them escaped.
    const WITHIN: usize = 300;
    let window: String = text[text.find(BEFORE)? + BEFORE.len()..].chars().take(WITHIN).collect();
    let window = text::unescaped_slashes(&text::unescaped_entities(&window));
    let is_of_base64 = |c: char| c.is_ascii_alphanumeric() || "+/".contains(c);
    // 32 bytes are 43 characters and a filler.
    let hash = window.split(|c| !is_of_base64(c)).find(|word| word.len() == 43)?;
    STANDARD_NO_PAD.decode(hash).ok()?.try_into().ok()
}

/// The key id of the first credential in a text, wherever it stands.
fn access_key_id(text: &str) -> Option<String> {
    let after = &text[text.find("Credential=")? + "Credential=".len()..];
    let end = after.find(['/', '%']).filter(|end| (1..=128).contains(end))?;
    let is_id = after[..end].bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_id.then(|| after[..end].to_owned())
}

/// Whether another piece says everything that this one does.
fn says_no_more(piece: &Piece, other: &Piece) -> bool {
    if piece.fragment.is_some() && piece.fragment != other.fragment {
        return false;
    }
    let within = |own: &Option<Vec<u8>>, others: &Option<Vec<u8>>| own.is_none() || own == others;
    let hash = piece.authorization_hash.is_none() || piece.authorization_hash == other.authorization_hash;
    let strings = hash
        && within(&piece.canonical_request, &other.canonical_request)
        && within(&piece.string_to_sign, &other.string_to_sign);
    let has_strings = piece.canonical_request.is_some() || piece.string_to_sign.is_some();
    let same_words = piece.code == other.code && piece.message == other.message;
    let quiet = piece.code.is_none() && piece.message.is_none();
    // A sentence that stands in an error as well.
    let gate = |piece: &Piece| piece.gate.map(|gate| gate.id);
    let only_gate = !has_strings && piece.code.is_none() && gate(piece) == gate(other);
    // That signer and server have the same string is worth more than either of them.
    let same_side = piece.side == other.side || piece.side == Side::Unknown;
    strings
        && same_side
        && (only_gate || has_strings && quiet || same_words && piece.signature == other.signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_nothing_is_said() {
        for (text, found) in
            [("", "an empty text"), (" \n", "an empty text"), ("hello world", "nothing of the kind")]
        {
            let error = read(text.as_bytes()).unwrap_err();
            assert_eq!(error.found, found, "{text:?}");
        }
    }

    #[test]
    fn the_hash_of_the_header_that_arrived_is_read_in_every_wording() {
        let hash: [u8; 32] = Sha256::digest("Bearer").into();
        for text in [
            "(Hashed with SHA-256 and encoded with Base64) Authorization=cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg=",
            r#"{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg='."}"#,
            r#"{"message":"X (hashed with SHA-256 and encoded with Base64): \u0027cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg\u003d\u0027."}"#,
            "x (hashed with SHA-256 and encoded with Base64): &#39;cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg&#x3D;&#39;.",
        ] {
            let pieces = read(text.as_bytes()).unwrap();
            assert_eq!((pieces.len(), pieces[0].authorization_hash), (1, Some(hash)), "{text}");
        }
        assert_eq!(
            authorization_hash("(Hashed with SHA-256 and encoded with Base64) Authorization=7wGM"),
            None
        );
    }

    #[test]
    fn errors_of_opensearch_are_read_with_their_type() {
        let text = r#"{"status":403,"request-id":"x","error":{"reason":"403 Forbidden","type":"Forbidden"}}"#;
        assert_eq!(read(text.as_bytes()).unwrap()[0].code.as_deref(), Some("Forbidden"));
        assert!(read(br#"{"type":"log","message":"all is well"}"#).is_err());
    }

    #[test]
    fn a_bomb_of_entities_stays_what_it_is() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"AAAAAAAAAA\"><!ENTITY b \"&a;&a;&a;&a;\">]><Error><Code>&b;&b;</Code>\
                    <Message>&b;</Message></Error>";
        let pieces = read(bomb.as_bytes()).unwrap();
        assert_eq!(pieces[0].code.as_deref(), Some("&b;&b;"));
    }

    #[test]
    fn of_a_day_of_requests_the_last_ones_are_read() {
        let one = |at: usize| {
            format!(
                "StringToSign:\nAWS4-HMAC-SHA256\n20260115T093000Z\n20260115/us-east-1/s3/aws4_request\n{at:064x}\n"
            )
        };
        let log: String = (0..5000).map(one).collect();
        let pieces = read(log.as_bytes()).unwrap();
        assert!(pieces.len() < 1000);
        let last = pieces.last().and_then(Piece::hash).unwrap();
        assert_eq!(hex::encode(last), format!("{:064x}", 4999));
    }

    #[test]
    fn a_long_log_is_read_in_one_go() {
        let mut log = "2026-01-15 09:30:00,000 urllib3 [DEBUG] nothing to see here GET\n".repeat(200_000);
        log.push_str(
            "StringToSign:\nAWS4-HMAC-SHA256\n20260115T093000Z\n20260115/us-east-1/s3/aws4_request\n",
        );
        log.push_str(&"0".repeat(64));
        let pieces = read(log.as_bytes()).unwrap();
        assert_eq!(pieces.len(), 1);
        assert_eq!(pieces[0].side, Side::Signer);
    }
}
