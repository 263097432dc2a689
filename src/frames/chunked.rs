//! `aws-chunked`: a body in chunks that are signed one by one, with a trailer behind them or without.
//!
//! ```text
//! 10000;chunk-signature=b474d8862b1487a5…\r\n        size in hex, signature (none where the payload is unsigned)
//! aaaaaaaaaaaaaaaa…\r\n                              the data
//! 0;chunk-signature=2ca2aba2005185cf…\r\n            the final chunk has none
//! x-amz-checksum-crc32c:sOO8/Q==\r\n                 the trailer, if one was announced
//! x-amz-trailer-signature:d81f82fc3505edab…\r\n
//! \r\n
//! ```
//!
//! Source: [payload], [trailer].
//!
//! [payload]: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
//! [trailer]: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html

mod reader;
mod trailer;

use smallvec::SmallVec;

use super::checksum::Computed;
use crate::frames::Digest;

pub use reader::Reader;
pub use trailer::{Trailer, TrailerLine};

/// What the frames of a body carry; `x-amz-content-sha256` says which.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// `STREAMING-…-PAYLOAD`: signed chunks.
    Signed,
    /// `STREAMING-…-PAYLOAD-TRAILER`: signed chunks and a signed trailer.
    SignedTrailer,
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: plain chunks and a plain trailer.
    Unsigned,
}

/// What the reader tells.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    /// A chunk is complete.
    Chunk(Chunk),
    /// The trailer is complete. A body of signed chunks alone has none.
    Trailer(Trailer),
    /// Something is not as it should be.
    Fault(Fault),
}

/// A chunk of the body; the final one is empty.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Chunk {
    /// Its place among the chunks, from zero.
    pub index: u64,
    /// The byte of the body that its size line begins at.
    pub offset: u64,
    /// The byte of the body that its data begin at.
    pub data_offset: u64,
    /// How many bytes of data it has.
    pub size: u64,
    /// The signature it came with.
    pub signature: Option<Signature>,
    /// The SHA-256 of its data; none where nothing signs it.
    pub digest: Option<Digest>,
}

/// A signature as it was sent: 64 hex digits, or for SigV4A up to 144 with `*` as padding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signature {
    /// The text.
    pub text: SmallVec<[u8; 64]>,
    /// The byte of the body that it begins at.
    pub offset: u64,
}

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// A size that is not one. Nothing after it can be read.
    Size,
    /// No CRLF after a size line or after the data. With LF alone reading goes on; anything else ends it.
    MissingCrlf,
    /// A chunk or a trailer without the signature that the form asks for.
    MissingSignature,
    /// A signature in an unsigned body.
    UnexpectedSignature,
    /// A chunk below 8192 bytes with more data behind it.
    SmallChunk,
    /// The body ends inside a frame.
    Truncated,
    /// The body ends before its last CRLF. Servers read no further than the final chunk and its trailer: radosgw and s3s take it.
    LastCrlf,
    /// The body ends before the chunk of size 0.
    NoFinalChunk,
    /// A trailer that is malformed, too long, without end or not announced.
    Trailer,
    /// Bytes behind the end.
    AfterEnd,
    /// A size line without end. Nothing after it can be read.
    LineTooLong,
}

/// Something in a body that is not as `aws-chunked` wants it.
pub type Fault = super::Fault<FaultKind>;

/// What is known at the end of a body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Summary {
    /// How many chunks were complete, with the final one.
    pub chunks: u64,
    /// Bytes of data: what `x-amz-decoded-content-length` should say.
    pub decoded: u64,
    /// Bytes of the whole body, with what a fault left unread: what `content-length` should say.
    pub length: u64,
    /// The checksum of the data, if one was asked for.
    pub checksum: Option<Computed>,
}

impl Signature {
    fn new(text: &[u8], offset: u64) -> Self {
        Self { text: SmallVec::from_slice(text), offset }
    }
}
