//! What is wrong with a signature, and at which byte.

use std::fmt;
use std::ops::Range;

use super::{byte, length};

/// One of the two numbers of a signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Component {
    /// From the point k·G.
    R,
    /// From the text, the private key and r.
    S,
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::R => "r",
            Self::S => "s",
        })
    }
}

/// What a value in DER is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tag {
    /// Of the two numbers.
    Sequence,
    /// One of them.
    Integer,
}

impl Tag {
    /// The byte that announces it.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Sequence => 0x30,
            Self::Integer => 0x02,
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Sequence => "a SEQUENCE",
            Self::Integer => "an INTEGER",
        };
        write!(f, "{name} ({:02x})", self.byte())
    }
}

/// Why a text is no signature. Messages count bytes of DER, two hex digits each, from one;
/// [`SignatureError::span`] says where that is in the text.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignatureError {
    /// A character that is no hex digit.
    #[error("expected hex digits, but found `{}` at byte {} of the text", found.escape_debug(), at + 1)]
    NotHex {
        /// The character.
        found: char,
        /// Its first byte in the text, counted from zero.
        at: usize,
        /// How many bytes it has there.
        length: usize,
    },
    /// Half a byte at the end.
    #[error("expected an even number of hex digits, but found {digits}")]
    OddDigits {
        /// How many there are.
        digits: usize,
    },
    /// Something else than a SEQUENCE, or than an INTEGER in it.
    #[error("expected {expected}, but found {} at byte {} of the DER", byte(*found), at + 1)]
    Tag {
        /// What belongs here.
        expected: Tag,
        /// The byte that is here, if any.
        found: Option<u8>,
        /// Which byte, counted from zero.
        at: usize,
    },
    /// A length that leads beyond the end, or is written in a way that no signature needs.
    #[error("expected a length of at most {left}, but found {} at byte {} of the DER", length(*found), at + 1)]
    Length {
        /// How many bytes may follow.
        left: usize,
        /// The length, if there is one.
        found: Option<u8>,
        /// Which byte, counted from zero.
        at: usize,
    },
    /// Bytes after the SEQUENCE.
    #[error("expected the signature to end after its SEQUENCE, but found {count} more from byte {} of the DER", at + 1)]
    Trailing {
        /// How many.
        count: usize,
        /// The first, counted from zero.
        at: usize,
    },
    /// Bytes after s within the SEQUENCE.
    #[error("expected the SEQUENCE to end after s, but found {count} more from byte {} of the DER", at + 1)]
    TrailingInSequence {
        /// How many.
        count: usize,
        /// The first, counted from zero.
        at: usize,
    },
    /// An INTEGER without a byte.
    #[error("expected at least one byte for {component}, but found a length of 0 at byte {} of the DER", at + 1)]
    Empty {
        /// Which number.
        component: Component,
        /// The byte of the length, counted from zero.
        at: usize,
    },
    /// An INTEGER whose highest bit is set.
    #[error("expected a positive {component}, but found {found:02x} without 00 before it at byte {} of the DER", at + 1)]
    Negative {
        /// Which number.
        component: Component,
        /// Its first byte.
        found: u8,
        /// Where that is, counted from zero.
        at: usize,
    },
    /// An INTEGER that begins with a zero that it could do without.
    #[error("expected {component} in as few bytes as possible, but found a needless 00 at byte {} of the DER", at + 1)]
    NotMinimal {
        /// Which number.
        component: Component,
        /// The needless byte, counted from zero.
        at: usize,
    },
    /// A number of nought.
    #[error("expected {component} to be from 1 to N-1, but found 0 at byte {} of the DER", at + 1)]
    Zero {
        /// Which number.
        component: Component,
        /// Its byte, counted from zero.
        at: usize,
    },
    /// A number of N or above.
    #[error("expected {component} to be from 1 to N-1, but found more from byte {} of the DER", bytes.start + 1)]
    TooLarge {
        /// Which number.
        component: Component,
        /// Its bytes, counted from zero.
        bytes: Range<usize>,
    },
}

impl SignatureError {
    /// The bytes of the hex text that are at fault; none at its end where something is missing.
    pub fn span(&self) -> Range<usize> {
        let digits = |bytes: Range<usize>| bytes.start * 2..bytes.end * 2;
        match self {
            Self::NotHex { at, length, .. } => *at..at + length,
            Self::OddDigits { digits } => digits - 1..*digits,
            Self::Tag { found, at, .. } | Self::Length { found, at, .. } => {
                digits(*at..at + usize::from(found.is_some()))
            }
            Self::Trailing { count, at } | Self::TrailingInSequence { count, at } => digits(*at..at + count),
            Self::Empty { at, .. }
            | Self::Negative { at, .. }
            | Self::NotMinimal { at, .. }
            | Self::Zero { at, .. } => digits(*at..at + 1),
            Self::TooLarge { bytes, .. } => digits(bytes.clone()),
        }
    }
}
