//! What a user can paste: error bodies of servers and debug logs of signers, and the strings that they hold.
//!
//! Text is recognised by its content, in any order and number; what is no evidence is passed over, so a whole issue thread can be
//! pasted. Each [`Piece`] says whose side it shows: an error body shows what the *server* computed, a log what the *signer*
//! did. Entities are never expanded beyond the five of XML and numbers, so no text can grow.
//!
//! Sources: the error bodies and logs in the threads that each reader names.

mod about;
mod claim;
mod error;
mod fragment;
mod gate;
mod log;
mod part;
mod piece;
mod repair;
mod scan;
mod source;
mod text;
mod tool;
mod whose;

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

pub use about::Scope;
pub use claim::ClaimAlone;
pub use fragment::Fragment;
pub(crate) use gate::refuses;
pub use gate::{GATES, Gate, Rung};
pub use part::{Part, is_string_to_sign};
pub use piece::{Piece, Side};
pub(crate) use scan::is_method;
pub(crate) use text::layers;
#[cfg(feature = "gateway")]
pub(crate) use text::unescaped_entities;
pub use tool::Tool;
pub(crate) use tool::tool_of;

/// Longer texts are cut: no error and no log that matters is this long.
pub(crate) const LIMIT: usize = 64 << 20;

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
    let code = source::without_code(&text);
    let text = code.map_or(text, Cow::Owned);
    let (mut view, mut layers) = (text::plain(&text), text::layers(&text));
    loop {
        let (errors, rest) = error::read(&view);
        pieces.extend(errors);
        pieces.extend(log::read(&rest));
        let tells = pieces.iter().any(Piece::quotes_a_text);
        match layers.next().filter(|_| !tells) {
            Some(without) => view = without(&view).into(),
            None => break,
        }
    }
    let parts: Vec<Fragment> =
        fragment::read(&view).into_iter().filter(|part| says_more(part, &pieces)).collect();
    pieces.extend(parts.into_iter().map(Piece::of_fragment));
    pieces.retain(|piece| !piece.is_empty());
    put_header_hash(&mut pieces, &text);
    if pieces.is_empty() {
        return Err(nothing("nothing of the kind"));
    }
    let (id, tool) = (access_key_id(&text), tool::tool_of(&text));
    for piece in &mut pieces {
        piece.tool = tool;
        piece.access_key_id = piece.access_key_id.take().or(id.clone());
    }
    let mut kept: Vec<Piece> = Vec::new();
    for mut piece in pieces {
        if !kept.iter().any(|other| says_no_more(&piece, other)) {
            kept.retain(|other| !says_no_more(other, &piece));
            piece.check();
            kept.push(piece);
        }
    }
    Ok(kept)
}

/// Whether a part is none of a text that is quoted whole. Beside one, only what has a method and a path is a part of another.
fn says_more(part: &Fragment, pieces: &[Piece]) -> bool {
    let texts = || pieces.iter().filter_map(|piece| piece.canonical_request.as_deref());
    let Some((method, path)) = part.method.as_ref().zip(part.path.as_ref()) else {
        return !pieces.iter().any(Piece::quotes_a_text);
    };
    let head = format!("{method}\n{path}\n{}", part.query.as_deref().unwrap_or_default());
    !texts().any(|text| text.starts_with(head.as_bytes()))
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
    let has_strings = piece.quotes_a_text();
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
mod tests;
