//! The ways in which signers put the texts of a signature together: the right one, and those that were met.
//!
//! A slot of a draft holds the number of a form: its place in `ALL`.

mod key;

use crate::scheme::layout::Line;

pub(super) use key::{Hash, Joined, KEY_FORMS, KeyForm, LAST_STEP, NOT_INCREMENTED, Turn};

/// Declares forms: an enum whose first value is the right one.
macro_rules! forms {
    ($(#[$doc:meta])* $form:ident { $($(#[$value_doc:meta])* $value:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum $form { $($(#[$value_doc])* $value),+ }

        impl $form {
            /// Every form, the right one first.
            pub(super) const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The form of this number.
            pub(super) fn numbered(number: usize) -> Self {
                Self::ALL[number]
            }
        }
    };
}

forms! {
    /// How a header line is written.
    HeaderForm {
        /// `name:value`
        Standard,
        /// The name as it was sent.
        NamesAsSent,
        /// `name: value`
        ColonSpace,
        /// `name : value`, as some print headers.
        SpaceColonSpace,
        /// `name=value`
        Equals,
        /// `name value`
        NoColon,
    }
}

forms! {
    /// How the canonical request is put together.
    RequestForm {
        /// Six parts, a line feed between each two.
        Standard,
        /// A line feed more at the end.
        TrailingNewline,
        /// A line feed more in front.
        LeadingNewline,
        /// CR LF between the lines.
        Crlf,
        /// CR between the lines.
        CarriageReturn,
        /// CR LF at the end.
        TrailingCrlf,
        /// No blank line between the headers and the list of their names.
        NoBlankLine,
        /// One blank line too many between the headers and the list of their names.
        TwoBlankLines,
        /// Without the list of signed headers.
        NoSignedHeaders,
        /// Without the payload line.
        NoPayload,
        /// Without the headers.
        NoHeaders,
        /// Without the line of the query, where that is empty.
        NoEmptyQuery,
        /// Without any line break.
        NoBreaks,
        /// Spaces in place of line feeds.
        Spaces,
        /// `\n` as two characters.
        EscapedNewlines,
        /// A space before each line break.
        TrailingSpaces,
        /// In UTF-16, the low byte first.
        Utf16Le,
        /// In UTF-16, the high byte first.
        Utf16Be,
        /// With a byte order mark in front.
        ByteOrderMark,
        /// With a zero byte at the end.
        NulTerminated,
        /// All in lower case.
        LowerCased,
    }
}

forms! {
    /// How the string to sign is put together.
    StringForm {
        /// Four lines, the last the hash of the canonical request in lower-case hex.
        Standard,
        /// A line feed more at the end.
        TrailingNewline,
        /// A line feed more in front.
        LeadingNewline,
        /// CR LF between the lines.
        Crlf,
        /// CR LF at the end.
        TrailingCrlf,
        /// The hash in upper case.
        HashUpper,
        /// The hash in base64.
        HashBase64,
        /// The hash in upper case, a dash between each two bytes.
        HashDashes,
        /// The same in lower case.
        HashDashesLower,
        /// The bytes of the hash.
        HashRaw,
        /// The canonical request itself.
        NotHashed,
        /// The canonical request itself, and no line before it.
        RequestAlone,
        /// The hash of the hash's hex text.
        HashedTwice,
        /// The hash of the hash's bytes.
        BytesHashedTwice,
        /// The SHA-1 of the canonical request.
        Sha1,
        /// Without the algorithm.
        NoAlgorithm,
        /// Without the date.
        NoTimestamp,
        /// Without the scope.
        NoScope,
        /// The scope before the date.
        ScopeFirst,
        /// The hash alone.
        HashAlone,
        /// Without any line break.
        NoBreaks,
        /// Spaces in place of line feeds.
        Spaces,
        /// `\n` as two characters.
        EscapedNewlines,
        /// In UTF-16, the low byte first.
        Utf16Le,
        /// In UTF-16, the high byte first.
        Utf16Be,
        /// With a byte order mark in front.
        ByteOrderMark,
        /// With a zero byte at the end.
        NulTerminated,
    }
}

impl StringForm {
    /// Whether a line of the scheme's is not written.
    pub(super) fn leaves_out(self, line: Line) -> bool {
        match self {
            Self::NoAlgorithm => line == Line::Algorithm,
            Self::NoTimestamp => line == Line::Timestamp,
            Self::NoScope => line == Line::Scope,
            Self::HashAlone | Self::RequestAlone => line != Line::RequestHash,
            Self::Standard
            | Self::TrailingNewline
            | Self::LeadingNewline
            | Self::Crlf
            | Self::TrailingCrlf
            | Self::HashUpper
            | Self::HashBase64
            | Self::HashDashes
            | Self::HashDashesLower
            | Self::HashRaw
            | Self::NotHashed
            | Self::HashedTwice
            | Self::BytesHashedTwice
            | Self::Sha1
            | Self::ScopeFirst
            | Self::NoBreaks
            | Self::Spaces
            | Self::EscapedNewlines
            | Self::Utf16Le
            | Self::Utf16Be
            | Self::ByteOrderMark
            | Self::NulTerminated => false,
        }
    }

    /// The line that is written where the scheme has this one.
    pub(super) fn in_place_of(self, line: Line) -> Line {
        match (self == Self::ScopeFirst, line) {
            (true, Line::Timestamp) => Line::Scope,
            (true, Line::Scope) => Line::Timestamp,
            (_, line) => line,
        }
    }
}

forms! {
    /// How the string to sign is signed.
    SigningForm {
        /// HMAC-SHA256 under the signing key.
        Hmac,
        /// HMAC-SHA256 of the string's SHA-256.
        HmacOfHash,
        /// HMAC-SHA256 of the string's SHA-256 in hex.
        HmacOfHexHash,
        /// HMAC-SHA1 under the signing key.
        HmacSha1,
        /// Key and string changed places.
        Swapped,
        /// The HMAC's HMAC.
        Twice,
        /// SHA-256 of the key and the string behind it.
        HashOfKeyAndString,
    }
}
