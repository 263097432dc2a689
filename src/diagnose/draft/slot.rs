//! The slots of a draft, and what depends on which.

use crate::scheme::layout::ScopePart;

/// A place in a signature that a hypothesis may fill otherwise.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Slot(u16);

impl Slot {
    /// The method.
    pub const METHOD: Self = Self(0);
    /// The canonical URI.
    pub const PATH: Self = Self(1);
    /// The canonical query string.
    pub const QUERY: Self = Self(2);
    /// Which header lines there are, in which order.
    pub const LINES: Self = Self(3);
    /// The list of signed headers.
    pub const SIGNED: Self = Self(4);
    /// The payload line.
    pub const PAYLOAD: Self = Self(5);
    /// How a header line is written.
    pub const HEADER_FORM: Self = Self(6);
    /// How the canonical request is put together.
    pub const REQUEST_FORM: Self = Self(7);
    /// The first line of the string to sign.
    pub const ALGORITHM: Self = Self(8);
    /// Its second line.
    pub const TIMESTAMP: Self = Self(9);
    /// The day of the scope.
    pub const SCOPE_DATE: Self = Self(10);
    /// The region of the scope.
    pub const SCOPE_REGION: Self = Self(11);
    /// The service of the scope.
    pub const SCOPE_SERVICE: Self = Self(12);
    /// The last part of the scope.
    pub const SCOPE_TERMINATOR: Self = Self(13);
    /// The third line of the string to sign, where it is not the parts above.
    pub const SCOPE: Self = Self(14);
    /// How the string to sign is put together.
    pub const STRING_FORM: Self = Self(15);
    /// The string to sign of schemes that sign a text of the request as it stands.
    pub const TEXT: Self = Self(16);
    /// The secret access key: an index of [`Draft::secrets`](super::Draft::secrets).
    pub const SECRET: Self = Self(17);
    /// What stands before the secret in the first key.
    pub const PREFIX: Self = Self(18);
    /// The day that the key is derived for, where it is not the scope's.
    pub const KEY_DATE: Self = Self(19);
    /// The region that the key is derived for, where it is not the scope's.
    pub const KEY_REGION: Self = Self(20);
    /// The service that the key is derived for, where it is not the scope's.
    pub const KEY_SERVICE: Self = Self(21);
    /// The last text that the key is derived for, where it is not the scope's.
    pub const KEY_TERMINATOR: Self = Self(22);
    /// How the key is derived.
    pub const KEY_FORM: Self = Self(23);
    /// How the string to sign is signed.
    pub const SIGNING_FORM: Self = Self(24);

    pub(in crate::diagnose) const FIRST_LINE: u16 = 25;
    /// More headers than fit share the last bit: their changes then count as changes of one header.
    const LAST: u16 = 127;

    /// A part of the scope.
    pub fn in_scope(part: ScopePart) -> Self {
        match part {
            ScopePart::Date => Self::SCOPE_DATE,
            ScopePart::Region => Self::SCOPE_REGION,
            ScopePart::Service => Self::SCOPE_SERVICE,
            ScopePart::Terminator => Self::SCOPE_TERMINATOR,
        }
    }

    /// The same part where the key is derived for another than the scope names.
    pub fn in_key(part: ScopePart) -> Self {
        match part {
            ScopePart::Date => Self::KEY_DATE,
            ScopePart::Region => Self::KEY_REGION,
            ScopePart::Service => Self::KEY_SERVICE,
            ScopePart::Terminator => Self::KEY_TERMINATOR,
        }
    }

    /// The value of the header line with this index.
    pub fn line(index: usize) -> Self {
        Self(u16::try_from(index).unwrap_or(u16::MAX).saturating_add(Self::FIRST_LINE))
    }

    /// Whether it is the value of a header line.
    pub(in crate::diagnose) fn is_line(self) -> bool {
        self.0 >= Self::FIRST_LINE
    }

    pub(in crate::diagnose) fn index(self) -> usize {
        usize::from(self.0)
    }

    pub(in crate::diagnose) fn bit(self) -> u128 {
        1 << self.0.min(Self::LAST)
    }
}

/// The slots that the canonical request is written from.
pub(in crate::diagnose) const OF_REQUEST: u128 = 0xff | !0 << Slot::FIRST_LINE;

/// The slots of day, region, service and terminator, in the scope and in the key.
pub(in crate::diagnose) const OF_SCOPE_KEY: u128 = 0b1111 << 10 | 0b1111 << 19;

/// The slots that a key is derived from: those, the secret, its prefix and the form.
pub(in crate::diagnose) const OF_KEY: u128 = OF_SCOPE_KEY | 1 << 17 | 1 << 18 | 1 << 23;

/// The slots of the scope alone.
pub(in crate::diagnose) const OF_SCOPE: u128 = 0b11111 << 10;

/// The slots of day, region, service and terminator that only the chain of HMACs is derived from.
pub(in crate::diagnose) const OF_LINKS: u128 = 0b1111 << 19;
