//! What a server saw of a request, held against what was sent.

use sha2::{Digest as _, Sha256};

use crate::diagnose::finding::{Certainty, Finding, Named};
use crate::evidence::Piece;
use crate::request::Request;

/// What an error says of the `Authorization` header that arrived, by its hash: a word that is no signature, the beginning of the header
/// here, this header, or another one.
pub(super) fn arrived(request: &Request, piece: &Piece) -> Option<Finding> {
    let hash = piece.authorization_hash?;
    let is_it = |text: &[u8]| <[u8; 32]>::from(Sha256::digest(text)) == hash;
    let own = request.value(b"authorization").unwrap_or_default();
    if let Some(word) = unsigned_header(&is_it) {
        let title = match word.is_empty() {
            true => {
                "The server received an empty Authorization header, so the request was not signed.".into()
            }
            false => format!(
                "The server received `Authorization: {word}` and nothing more: the request was not signed."
            ),
        };
        return Some(of_arrival(
            Certainty::Contradicted,
            title,
            "The hash in the error is that of these very bytes.",
            "Check which credentials the client uses: a token setting that is empty or wrong often makes it skip AWS signing.",
        ));
    }
    if own.is_empty() {
        return None;
    }
    if is_it(own) {
        return Some(of_arrival(
            Certainty::Noticed,
            "The Authorization header arrived exactly as it is here.".into(),
            "The hash in the error is that of this header.",
            "If something is wrong with it, mend it where it is written: nothing changed it on the way.",
        ));
    }
    // Headers are cut at a space, a comma or a length: every beginning is one hash.
    const LONGEST: usize = 4096;
    let cut = (1..own.len().min(LONGEST)).find(|end| is_it(&own[..*end]));
    Some(match cut {
        Some(end) => of_arrival(
            Certainty::Contradicted,
            format!(
                "The server received only the first {end} of the {} bytes of this Authorization header.",
                own.len()
            ),
            "The hash in the error is that of this beginning.",
            "Look for what cuts the header: a line break in it, a shell, a limit of a proxy.",
        ),
        None => of_arrival(
            Certainty::Contradicted,
            "The server received another Authorization header than the one here.".into(),
            "The hash in the error is not that of this header, nor of a beginning of it.",
            "Look for what rewrites the header on the way, or whether the error belongs to another request.",
        ),
    })
}

fn of_arrival(certainty: Certainty, title: String, why: &str, fix: &str) -> Finding {
    let mut named = Named::remark("authorization-arrived", title, why, fix);
    named.rank = 1;
    Finding::of(certainty, vec![named])
}

/// The header without a signature that has the hash, among those that clients are known to send.
fn unsigned_header(is_it: &dyn Fn(&[u8]) -> bool) -> Option<String> {
    const SCHEMES: [&str; 8] =
        ["", "Bearer", "Basic", "AWS4-HMAC-SHA256", "AWS", "AWS4-ECDSA-P256-SHA256", "Token", "AWS4"];
    const WORDS: [&str; 7] = ["", "undefined", "null", "None", "nil", "false", "[object Object]"];
    let texts = SCHEMES.iter().flat_map(|scheme| {
        WORDS.iter().flat_map(move |word| [format!("{scheme}{word}"), format!("{scheme} {word}")])
    });
    texts.into_iter().find(|text| is_it(text.as_bytes())).map(|text| text.trim().to_owned())
}
