//! The payload hash: the last line of a canonical request.
//!
//! A server hashes the content of the message, so a body sent with `Transfer-Encoding: chunked` (RFC 9112, 7.1) is
//! taken out of its frames first. Bytes that are no such frames are hashed as they stand.

use std::borrow::Cow;

use crate::request::body::Digest;
use crate::request::{Part, Request, Span};
use crate::trace::{Origin, Rule, Rules, Traced};

/// What stands in the last line of the canonical request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Payload<'a> {
    /// The SHA-256 of the body.
    Body(Digest),
    /// The SHA-256 of the body, which is still being computed elsewhere.
    Pending,
    /// This text: the request's own `x-amz-content-sha256`, or what the user set.
    Text(Cow<'a, [u8]>, Origin),
}

/// The keyword for a body that is left out of the signature.
pub const UNSIGNED: &[u8] = b"UNSIGNED-PAYLOAD";

/// Whether a body may be hashed at once, or only looked up because somebody waits for the screen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Hashing {
    /// Hash whatever it takes.
    #[default]
    Now,
    /// Hash bodies of up to this many bytes; longer ones are pending until their digest is set.
    UpTo(u64),
}

/// The SHA-256 of the request's content, if it is known or may be computed.
pub fn hash(request: &Request, hashing: Hashing) -> Option<Digest> {
    let body = &request.body;
    // Frames are read at once, whatever their length: the digest that others compute is that of the bytes.
    if is_chunked(request)
        && let Some(digest) = body.hash_unframed(|| unframe(&body.bytes()))
    {
        return Some(digest);
    }
    match hashing {
        Hashing::UpTo(most) if body.len() > most => body.digest(),
        Hashing::UpTo(_) | Hashing::Now => body.hash(),
    }
}

// <HashedPayload>
pub(crate) fn write_payload(out: &mut Traced, request: &Request, payload: &Payload<'_>) {
    match payload {
        Payload::Body(digest) => {
            let len = usize::try_from(request.body.len()).unwrap_or(usize::MAX);
            out.put_hex(Origin::Request(Span::new(Part::Body, 0..len)), Rule::Hashed.into(), digest);
        }
        Payload::Text(text, origin) => out.put(*origin, Rules::NONE, text),
        Payload::Pending => {}
    }
}

/// Whether a text has the form of a SHA-256, or of a signature made with it: 64 hex digits of either case.
pub(crate) fn is_hex_digest(text: &[u8]) -> bool {
    text.len() == 64 && text.iter().all(u8::is_ascii_hexdigit)
}

/// Whether the last transfer coding of the request is `chunked`.
fn is_chunked(request: &Request) -> bool {
    let last = request.value(b"transfer-encoding").and_then(|codings| codings.rsplit(|b| *b == b',').next());
    last.is_some_and(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"chunked"))
}

/// The content of a body in the frames of `Transfer-Encoding: chunked`; `None` when it is in none.
fn unframe(framed: &[u8]) -> Option<Vec<u8>> {
    let (mut rest, mut content) = (framed, Vec::with_capacity(framed.len()));
    loop {
        let line_end = memchr::memchr(b'\n', rest)?;
        let line = rest[..line_end].split(|b| *b == b';').next()?.trim_ascii();
        let size = usize::from_str_radix(std::str::from_utf8(line).ok()?, 16).ok()?;
        rest = &rest[line_end + 1..];
        if size == 0 {
            return Some(content);
        }
        content.extend_from_slice(rest.get(..size)?);
        rest = rest[size..].strip_prefix(b"\r\n").or_else(|| rest[size..].strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Header;
    use sha2::{Digest as _, Sha256};

    fn chunked(body: &str) -> Request {
        let headers = vec![Header::new("Transfer-Encoding", "gzip, Chunked")];
        Request { headers, body: body.as_bytes().to_vec().into(), ..Request::default() }
    }

    #[test]
    fn chunked_frames_are_no_content() {
        let request = chunked("5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n");
        assert_eq!(hash(&request, Hashing::Now), Some(Sha256::digest(b"hello!").into()));
    }

    #[test]
    fn broken_frames_are_hashed_as_they_stand() {
        for body in ["5\r\nhell", "hello", "5\r\nhelloX0\r\n\r\n", "ffffffffffffffff\r\n"] {
            let digest = Some(Sha256::digest(body).into());
            assert_eq!(hash(&chunked(body), Hashing::Now), digest, "{body}");
        }
    }

    #[test]
    fn a_long_body_waits_for_its_digest() {
        let request = Request { body: vec![b'a'; 100].into(), ..Request::default() };
        assert_eq!(hash(&request, Hashing::UpTo(99)), None);
        assert!(hash(&request, Hashing::UpTo(100)).is_some());
    }
}
