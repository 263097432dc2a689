//! URLs that were damaged on their way here.

use super::{Notice, Request};

/// What happened to a URL on its way here: it is said and not mended, for it may be what was sent.
pub(crate) fn damage(request: &Request) -> Option<Notice> {
    let target = &request.target;
    let has = |text: &[u8]| memchr::memmem::find(target, text).is_some();
    let credential = request.pair_value(b"x-amz-credential").map(|span| request.at(span));
    let twice = credential.is_some_and(|text| memchr::memmem::find(text, b"%252F").is_some());
    let ends_early = request.pair(b"x-amz-algorithm").is_some() && request.pair(b"x-amz-signature").is_none();
    let words = match () {
        () if has(b"&amp;") => {
            "The URL holds `&amp;`: it was copied out of HTML or XML. What is sent has `&` there."
        }
        () if has(b"&#38;") || has(b"&#x26;") => {
            "The URL holds `&` as an entity: it was copied out of HTML or XML. What is sent has `&` there."
        }
        () if has(b"=3D") && has(b"X-Amz-Signature=3D") => {
            "The URL holds `=3D`: it was copied out of the source of a mail. What is sent has `=` there."
        }
        () if has(b"\\u0026") => {
            "The URL holds `\\u0026`: it was copied out of JSON. What is sent has `&` there."
        }
        () if has(b"\\&") || has(b"\\?") || has(b"\\=") => {
            "The URL holds backslashes before `&`, `?` or `=`: a shell's escapes, which are no part of it."
        }
        () if twice => {
            "X-Amz-Credential holds `%252F`: the URL was percent-encoded once more. A signer writes `%2F` there."
        }
        () if ends_early => {
            "The URL names an algorithm but holds no signature: it ends early, as when a shell splits it at `&`."
        }
        () => return None,
    };
    Some(Notice(words.into()))
}
