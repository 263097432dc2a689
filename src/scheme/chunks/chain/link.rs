//! A link of the chain: what one chunk, trailer or message signs.

use crate::frames::Digest;
use crate::scheme::v4::signer::Signature;
use crate::signature::Agreement;
use crate::time::Timestamp;

/// One signature of the chain.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it signs.
    pub kind: LinkKind,
    /// Its place among those of its kind, from one.
    pub number: u64,
    /// The byte of the content that it begins at.
    pub offset: u64,
    /// How many bytes of data it signs.
    pub size: u64,
    /// The signature that was sent.
    pub given: Option<Signature>,
    /// The signature that is right, or one of those that are.
    pub computed: Option<Signature>,
    /// Whether the one sent is right.
    pub agreement: Agreement,
    /// What its string to sign is made from.
    pub(super) signed: Signed,
}

/// What a link signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LinkKind {
    /// A chunk with data.
    Chunk,
    /// The empty chunk at the end.
    FinalChunk,
    /// The trailer.
    Trailer,
    /// A message of an event stream.
    Message,
}

/// What a string to sign says, beside the signature before it.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    /// The SHA-256 of the encoded date header, and the date, of a message.
    pub(super) message: Option<(Option<Digest>, Option<Timestamp>)>,
    /// The SHA-256 of data, trailer or payload; none in an unsigned body.
    pub(super) digest: Option<Digest>,
    /// Where those bytes stand.
    pub(super) data: (u64, u64),
    /// Where the signature before it stands.
    pub(super) previous_at: Option<(u64, u64)>,
}

impl Link {
    /// What it is, in words: `chunk 2`, `the trailer`.
    pub fn name(&self) -> String {
        match self.kind {
            LinkKind::Chunk => format!("chunk {}", self.number),
            LinkKind::FinalChunk => format!("chunk {}, the final one", self.number),
            LinkKind::Trailer => "the trailer".into(),
            LinkKind::Message => format!("message {}", self.number),
        }
    }
}
