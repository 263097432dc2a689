//! The trailer of an `aws-chunked` body: header lines behind the final chunk, with a signature of their own.

use super::{Fault, FaultKind, Signature};
use crate::frames::quote;

/// The line that signs the others.
const SIGNATURE: &[u8] = b"x-amz-trailer-signature";

/// What stands between the final chunk and the end.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Trailer {
    /// The byte of the body that it begins at.
    pub offset: u64,
    /// Its lines in the order they were sent, `x-amz-trailer-signature` with them.
    pub lines: Vec<TrailerLine>,
    /// What `x-amz-trailer-signature` says, if there is one.
    pub signature: Option<Signature>,
}

/// A line of the trailer, as it was sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrailerLine {
    /// What stands before the colon.
    pub name: Vec<u8>,
    /// What stands behind it, white space and all.
    pub value: Vec<u8>,
    /// The byte of the body that the line begins at.
    pub offset: u64,
}

impl Trailer {
    /// The bytes whose SHA-256 ends the trailer's string to sign: every line but the signature's as `name:value` and
    /// LF, names in lower case and values trimmed ([Amazon S3]).
    ///
    /// [Amazon S3]: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for line in self.lines.iter().filter(|line| !line.is_signature()) {
            out.extend(line.name.iter().map(u8::to_ascii_lowercase));
            out.push(b':');
            out.extend_from_slice(line.value.trim_ascii());
            out.push(b'\n');
        }
        out
    }

    /// Adds a line that begins at `offset`.
    pub(super) fn push(&mut self, text: &[u8], offset: u64) -> Result<(), Fault> {
        let malformed =
            || Fault::new(FaultKind::Trailer, offset, "a trailer such as `name:value`", &quote(text));
        let colon = memchr::memchr(b':', text).ok_or_else(malformed)?;
        let (name, value) = (&text[..colon], &text[colon + 1..]);
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return Err(malformed());
        }
        let line = TrailerLine { name: name.to_vec(), value: value.to_vec(), offset };
        let trimmed = value.trim_ascii();
        if line.is_signature() && !trimmed.is_empty() {
            let before = value.len() - value.trim_ascii_start().len();
            self.signature = Some(Signature::new(trimmed, offset + (colon + 1 + before) as u64));
        }
        self.lines.push(line);
        Ok(())
    }
}

impl TrailerLine {
    /// Whether this is the line that signs the others.
    pub fn is_signature(&self) -> bool {
        self.name.eq_ignore_ascii_case(SIGNATURE)
    }
}
