//! Frames of bodies that are signed piece by piece: chunks with their trailer, and the messages of an event stream.
//!
//! Every reader here is fed slices of any size, as a file or a socket gives them, and tells what it read as soon as
//! it is complete. It holds a line, a trailer or a message, never the body, so ten gigabytes cost no more memory
//! than ten bytes. None checks a signature: they say what was sent, with a digest and the place in the body.

pub mod checksum;
pub mod chunked;
pub mod events;
mod line;
pub mod pass;
pub mod transfer;

use line::{Line, Taken};

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// Something in a body that is not as its format wants it; displayed as one sentence.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Fault<Kind> {
    /// What is wrong.
    pub kind: Kind,
    /// The byte of the body that it begins at.
    pub offset: u64,
    /// What was expected and what was found.
    pub message: String,
}

/// Which layer of a body a fault is of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Layer {
    /// The frames of `Transfer-Encoding: chunked`.
    Transfer,
    /// The frames of chunks or messages.
    Content,
    /// Nothing that makes the body unreadable, but S3 refuses it.
    Advice,
    /// Not as the documentation has it, and taken all the same.
    Remark,
}

impl<Kind> Fault<Kind> {
    fn new(kind: Kind, offset: u64, expected: &str, found: &str) -> Self {
        Self { kind, offset, message: format!("expected {expected}, but found {found}") }
    }
}

/// Takes bytes of the line of a size that begins at `start`: how many end it, or `None` where all belong to it and it goes on.
fn size_line<K>(line: &mut Line, bytes: &[u8], start: u64, too_long: K) -> Result<Option<usize>, Fault<K>> {
    /// It may have this many bytes; extensions are of no use to anybody, so even this is generous.
    const MOST: usize = 4096;
    match line.take(bytes, MOST) {
        Taken::Whole(used) => Ok(Some(used)),
        Taken::All => Ok(None),
        Taken::TooLong => {
            Err(Fault::new(too_long, start, &format!("a size line of at most {MOST} bytes"), "a longer one"))
        }
    }
}

/// Where the body ends, as faults call it.
const END: &str = "the end of the body";

/// Bytes of the body for a fault: in backquotes, visible, and cut where they are long.
fn quote(bytes: &[u8]) -> String {
    const MOST: usize = 40;
    match bytes {
        [] => "nothing".to_owned(),
        all if all.len() <= MOST => format!("`{}`", crate::visible::one_line(all)),
        all => format!("`{}…`", crate::visible::one_line(&all[..MOST])),
    }
}

/// A size in hex digits alone, as both kinds of chunks have it.
///
/// # Errors
///
/// What was expected and what was found, where it is none or where no offset could be computed from it.
fn size(text: &[u8]) -> Result<u64, (&'static str, String)> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_hexdigit) {
        return Err(("a chunk size in hex", quote(text)));
    }
    let size = std::str::from_utf8(text).ok().and_then(|text| i64::from_str_radix(text, 16).ok());
    size.map(i64::unsigned_abs).ok_or_else(|| ("a chunk size below 2^63", quote(text)))
}
