//! The ways in which signers put the texts of a signature together: the right one, and those that were met.
//!
//! A slot of a draft holds the number of a form: its place in `ALL`.

use crate::scheme::layout::{Line, ScopePart};

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

/// One way to derive the signing key.
#[derive(Debug)]
pub(super) struct KeyForm {
    /// The hypothesis it belongs to.
    pub cause: &'static str,
    /// What is particular about it, in words.
    pub words: &'static str,
    /// What the steps are taken of, in order, where that is another than in the scheme's own chain.
    pub steps: Option<&'static [ScopePart]>,
    /// After which steps (one bit each) the key is turned into text; bit 7 is the secret itself.
    pub turned: u8,
    /// What it is turned into.
    pub turn: Turn,
    /// In which steps (one bit each) key and message changed places.
    pub swapped: u8,
    /// The hash of the steps.
    pub hash: Hash,
    /// Whether all messages are joined and taken in one step.
    pub joined: Joined,
}

/// What a derived key is turned into before the next step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Turn {
    /// Its bytes.
    Bytes,
    /// Lower-case hex.
    Hex,
    /// Base64.
    Base64,
    /// Upper-case hex.
    UpperHex,
    /// What is left when its bytes were read as UTF-8 and written again.
    LossyText,
    /// Each byte as a character of Latin-1, in UTF-8.
    Latin1Text,
}

/// The hash of a key chain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Hash {
    /// HMAC-SHA256.
    HmacSha256,
    /// HMAC-SHA1.
    HmacSha1,
    /// SHA-256 of key and message, one behind the other.
    PlainSha256,
}

/// Whether the steps of a chain are taken one by one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Joined {
    /// They are.
    No,
    /// All messages are one, with nothing between them.
    Yes,
    /// All messages are one, with slashes between them: the scope.
    Slashes,
}

impl KeyForm {
    const RIGHT: Self = Self {
        cause: "",
        words: "",
        steps: None,
        turned: 0,
        turn: Turn::Bytes,
        swapped: 0,
        hash: Hash::HmacSha256,
        joined: Joined::No,
    };

    const fn steps(cause: &'static str, words: &'static str, steps: &'static [ScopePart]) -> Self {
        Self { cause, words, steps: Some(steps), ..Self::RIGHT }
    }

    const fn turned(cause: &'static str, words: &'static str, turned: u8, turn: Turn) -> Self {
        Self { cause, words, turned, turn, ..Self::RIGHT }
    }

    const fn swapped(words: &'static str, swapped: u8) -> Self {
        Self { cause: "key-message-swapped", words, swapped, ..Self::RIGHT }
    }
}

/// The one other way to derive a pair of keys: the private key is not the candidate plus one, but the candidate.
pub(super) const NOT_INCREMENTED: usize = 1;

const DATE: ScopePart = ScopePart::Date;
const REGION: ScopePart = ScopePart::Region;
const SERVICE: ScopePart = ScopePart::Service;
const TERMINATOR: ScopePart = ScopePart::Terminator;

/// Every way to derive a key of HMACs, the right one first.
pub(super) static KEY_FORMS: &[KeyForm] = &[
    KeyForm::RIGHT,
    KeyForm::turned("key-hex-last", "kSigning", 0b1000, Turn::Hex),
    KeyForm::turned("key-hex", "every key", 0b1111, Turn::Hex),
    KeyForm::turned("key-hex", "kDate, kRegion and kService", 0b0111, Turn::Hex),
    KeyForm::turned("key-hex", "kDate", 0b0001, Turn::Hex),
    KeyForm::turned("key-hex", "kRegion", 0b0010, Turn::Hex),
    KeyForm::turned("key-hex", "kService", 0b0100, Turn::Hex),
    KeyForm::turned("key-hex", "every key, in upper case", 0b1111, Turn::UpperHex),
    KeyForm::turned("key-hex-last", "kSigning, in upper case", 0b1000, Turn::UpperHex),
    KeyForm::turned("key-base64", "every key", 0b1111, Turn::Base64),
    KeyForm::turned("key-base64", "kSigning", 0b1000, Turn::Base64),
    KeyForm::turned("key-base64", "kDate, kRegion and kService", 0b0111, Turn::Base64),
    KeyForm::turned("key-base64", "kDate", 0b0001, Turn::Base64),
    KeyForm::turned("key-as-text", "every key, as UTF-8", 0b1111, Turn::LossyText),
    KeyForm::turned("key-as-text", "kSigning, as UTF-8", 0b1000, Turn::LossyText),
    KeyForm::turned("key-as-text", "kDate, kRegion and kService, as UTF-8", 0b0111, Turn::LossyText),
    KeyForm::turned("key-as-text", "every key, as Latin-1", 0b1111, Turn::Latin1Text),
    KeyForm::turned("key-as-text", "kSigning, as Latin-1", 0b1000, Turn::Latin1Text),
    KeyForm::turned("key-as-text", "kDate, kRegion and kService, as Latin-1", 0b0111, Turn::Latin1Text),
    KeyForm::turned("key-secret-encoded", "hex of it", 1 << 7, Turn::Hex),
    KeyForm::turned("key-secret-encoded", "base64 of it", 1 << 7, Turn::Base64),
    KeyForm::steps("key-step-missing", "the terminator", &[DATE, REGION, SERVICE]),
    KeyForm::steps("key-step-missing", "the day", &[REGION, SERVICE, TERMINATOR]),
    KeyForm::steps("key-step-missing", "the region", &[DATE, SERVICE, TERMINATOR]),
    KeyForm::steps("key-step-missing", "the service", &[DATE, REGION, TERMINATOR]),
    KeyForm::steps("key-step-missing", "service and terminator", &[DATE, REGION]),
    KeyForm::steps("key-step-missing", "all but the day", &[DATE]),
    KeyForm::steps("key-steps-reordered", "region and service", &[DATE, SERVICE, REGION, TERMINATOR]),
    KeyForm::steps("key-steps-reordered", "day and region", &[REGION, DATE, SERVICE, TERMINATOR]),
    KeyForm::steps("key-steps-reordered", "service first", &[SERVICE, DATE, REGION, TERMINATOR]),
    KeyForm::steps("key-steps-reordered", "service and terminator", &[DATE, REGION, TERMINATOR, SERVICE]),
    KeyForm::steps("key-steps-reordered", "the last first", &[TERMINATOR, SERVICE, REGION, DATE]),
    KeyForm::steps("key-steps-reordered", "day and service", &[SERVICE, REGION, DATE, TERMINATOR]),
    KeyForm::steps("key-step-twice", "the terminator", &[DATE, REGION, SERVICE, TERMINATOR, TERMINATOR]),
    KeyForm::steps("key-step-twice", "the day", &[DATE, DATE, REGION, SERVICE, TERMINATOR]),
    KeyForm::steps("key-not-derived", "the secret with its prefix", &[]),
    KeyForm::swapped("in every step", 0b1111),
    KeyForm::swapped("in the first step", 0b0001),
    KeyForm::swapped("in the second step", 0b0010),
    KeyForm::swapped("in the third step", 0b0100),
    KeyForm::swapped("in the last step", 0b1000),
    KeyForm { cause: "key-sha1", words: "", hash: Hash::HmacSha1, ..KeyForm::RIGHT },
    KeyForm { cause: "key-without-hmac", words: "", hash: Hash::PlainSha256, ..KeyForm::RIGHT },
    KeyForm {
        cause: "key-in-one-step",
        words: "day, region, service and terminator",
        joined: Joined::Yes,
        ..KeyForm::RIGHT
    },
    KeyForm { cause: "key-in-one-step", words: "the scope", joined: Joined::Slashes, ..KeyForm::RIGHT },
];
