//! The payload hash: the last line of a canonical request.
//!
//! A server hashes the content of the message, so a body sent with `Transfer-Encoding: chunked` is taken out of its frames
//! first ([`Pass`]).

use std::borrow::Cow;

use crate::frames::pass::{Content, End, Pass, Transfer};
use crate::request::body::Digest;
use crate::request::{Body, Part, Request, Span};
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

impl Hashing {
    /// Whether this body may be read now.
    pub fn allows(self, body: &Body) -> bool {
        match self {
            Self::Now => true,
            Self::UpTo(most) => body.len() <= most,
        }
    }
}

/// The SHA-256 of the request's content, if it is known or may be computed.
pub fn hash(request: &Request, hashing: Hashing) -> Option<Digest> {
    let pass = Pass::of(request);
    let body = &request.body;
    let at_once = hashing.allows(body);
    // Chunks and messages have signatures of their own: who wants one hash of them wants that of the bytes.
    if pass.transfer == Transfer::Plain || pass.content != Content::Whole {
        return if at_once { body.hash() } else { body.digest() };
    }
    let found = if at_once { body.find(pass) } else { body.found(pass) };
    match found?.end {
        End::Whole(digest) => Some(digest),
        End::Chunks(_) | End::Events(_) => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_waits_for_its_digest() {
        let request = Request { body: vec![b'a'; 100].into(), ..Request::default() };
        assert_eq!(hash(&request, Hashing::UpTo(99)), None);
        assert!(hash(&request, Hashing::UpTo(100)).is_some());
    }
}
