//! Every intermediate of a signature, as text that knows where each byte came from.
//!
//! A [`Trace`] is a list of [`Stage`]s; each holds a [`Traced`] text made of [`Piece`]s that cover every byte in order.
//! A piece has one [`Origin`] and the [`Rules`] that made its bytes what they are. The same [`writer`] produces bytes and
//! origins, so what is explained cannot drift from what is computed. Pieces are cut where a rule begins or ends: within a piece
//! that no rule shortened or lengthened, byte *n* of the output is byte *n* of the origin. Pieces of length
//! zero stand where input bytes were left out. [`lookup`] goes from output to input and back.

pub mod lookup;
pub mod rule;
mod section;
mod texts;
pub mod writer;

use crate::request::Span;

pub use rule::{Rule, Rules};
pub use section::Section;
pub(crate) use texts::Texts;

/// The stages of one signature, in the order they are computed.
#[derive(Default)]
pub struct Trace {
    /// The stages that the scheme has and whose inputs are known.
    pub stages: Vec<Stage>,
}

/// One intermediate text.
pub struct Stage {
    /// What it is, in words common to all schemes.
    pub kind: StageKind,
    /// The scheme's own name for it.
    pub name: &'static str,
    /// The text.
    pub text: Traced,
}

/// What a stage is, whatever the scheme calls it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum StageKind {
    /// The request in the form that every party agrees on.
    CanonicalRequest,
    /// The policy of a form, decoded, and how the form meets it.
    Policy,
    /// What the key signs.
    StringToSign,
    /// The derived keys. Each is a credential: hidden unless asked for, wiped when dropped.
    KeyChain,
    /// The result.
    Signature,
    /// What the key signs for one chunk, trailer or message of the body.
    LinkToSign,
}

/// Bytes and their origins.
#[derive(Clone, Default)]
pub struct Traced {
    pub(crate) bytes: Vec<u8>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) sections: Vec<(u32, Section)>,
}

/// A run of bytes with one origin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Piece {
    /// One past its last byte in the text; the piece begins where the one before it ends.
    pub end: u32,
    /// Where it came from.
    pub origin: Origin,
    /// What was done to it on the way.
    pub rules: Rules,
}

/// Where a piece came from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// These bytes of the request as written.
    Request(Span),
    /// A value that was given beside the request.
    Given(Given),
    /// An earlier stage.
    Stage(StageKind),
    /// Fixed by the scheme.
    Scheme,
}

/// A value that stands in no part of the request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Given {
    /// The date and time of signing.
    Date,
    /// The region.
    Region,
    /// The signing name of the service.
    Service,
    /// The session token: never shown unasked.
    SessionToken,
    /// A payload hash or keyword given in place of the body's.
    Payload,
    /// The access key id.
    AccessKeyId,
    /// For how many seconds a presigned URL is good.
    Expires,
    /// The regions that a signature is good for.
    RegionSet,
    /// The public key that checks a signature.
    PublicKey,
    /// A field of the key that is no secret: the name of an account, an address.
    KeyField,
    /// A secret field of the key, where a scheme signs one: never shown unasked.
    KeySecret,
}

impl Trace {
    /// The stage of this kind, if it was computed.
    pub fn stage(&self, kind: StageKind) -> Option<&Traced> {
        self.stages.iter().find(|stage| stage.kind == kind).map(|stage| &stage.text)
    }

    /// The bytes of a stage, if it was computed.
    pub fn bytes(&self, kind: StageKind) -> Option<&[u8]> {
        self.stage(kind).map(Traced::bytes)
    }

    /// Forgets every stage.
    pub(crate) fn clear(&mut self) {
        self.stages.iter_mut().filter(|stage| stage.kind == StageKind::KeyChain).for_each(Stage::wipe);
        self.stages.clear();
    }

    /// The canonical request.
    pub fn canonical_request(&self) -> &[u8] {
        self.bytes(StageKind::CanonicalRequest).unwrap_or_default()
    }

    /// The string to sign; empty when a part of it is not known yet.
    pub fn string_to_sign(&self) -> &[u8] {
        self.bytes(StageKind::StringToSign).unwrap_or_default()
    }

    /// The signature, when there was a key to make it with.
    pub fn signature(&self) -> Option<&[u8]> {
        self.bytes(StageKind::Signature)
    }
}

impl Traced {
    /// The text itself.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The pieces in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The pieces with the range of bytes that each covers.
    pub fn ranges(&self) -> impl Iterator<Item = (std::ops::Range<usize>, &Piece)> {
        let mut start = 0;
        self.pieces.iter().map(move |piece| {
            let range = start..piece.end as usize;
            start = range.end;
            (range, piece)
        })
    }
}

impl StageKind {
    /// Its name in lower case, as sentences use it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CanonicalRequest => "canonical request",
            Self::Policy => "policy",
            Self::StringToSign => "string to sign",
            Self::KeyChain => "key chain",
            Self::Signature => "signature",
            Self::LinkToSign => "string to sign of the chunk",
        }
    }
}

impl Given {
    /// Whether it is a credential.
    pub fn is_hidden(self) -> bool {
        match self {
            Self::SessionToken | Self::KeySecret => true,
            Self::Date
            | Self::Region
            | Self::Service
            | Self::Payload
            | Self::AccessKeyId
            | Self::Expires
            | Self::RegionSet
            | Self::PublicKey
            | Self::KeyField => false,
        }
    }

    /// Its name in lower case, as sentences use it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "signing date",
            Self::Region => "region",
            Self::Service => "service",
            Self::SessionToken => "session token",
            Self::Payload => "payload setting",
            Self::AccessKeyId => "access key id",
            Self::Expires => "expiry setting",
            Self::RegionSet => "region set",
            Self::PublicKey => "public key setting",
            Self::KeyField => "field of the key",
            Self::KeySecret => "secret of the key",
        }
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Stage {
    fn wipe(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.text.bytes);
    }
}
