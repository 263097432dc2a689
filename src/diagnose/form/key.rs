//! The ways in which signers derive the key: the right one, and those that were met.

use crate::scheme::layout::{Link, ScopePart};

/// One way to derive the signing key.
#[derive(Debug)]
pub(in crate::diagnose) struct KeyForm {
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
pub(in crate::diagnose) enum Turn {
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
pub(in crate::diagnose) enum Hash {
    /// HMAC-SHA256.
    HmacSha256,
    /// HMAC-SHA1.
    HmacSha1,
    /// SHA-256 of key and message, one behind the other.
    PlainSha256,
}

/// Whether the steps of a chain are taken one by one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::diagnose) enum Joined {
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

    /// Whether it makes another key than the chain of these steps: of a shorter one some steps are not there.
    pub(in crate::diagnose) fn differs_from(&self, own: &[Link]) -> bool {
        let own: Vec<ScopePart> = own.iter().map(|link| link.of).collect();
        // The secret itself, the last step, and as many steps before it as there are.
        let before = (1_u8 << own.len().saturating_sub(1).min(LAST_STEP)) - 1;
        let places = 1 << 7 | 1 << LAST_STEP | before;
        match self.steps {
            Some(steps) => steps != own,
            None if self.turned | self.swapped == 0 => true,
            None => (self.turned | self.swapped) & places != 0,
        }
    }

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

/// The place of the last of four steps.
pub(in crate::diagnose) const LAST_STEP: usize = 3;

/// The one other way to derive a pair of keys: the private key is not the candidate plus one, but the candidate.
pub(in crate::diagnose) const NOT_INCREMENTED: usize = 1;

const DATE: ScopePart = ScopePart::Date;
const REGION: ScopePart = ScopePart::Region;
const SERVICE: ScopePart = ScopePart::Service;
const TERMINATOR: ScopePart = ScopePart::Terminator;

/// Every way to derive a key of HMACs, the right one first.
pub(in crate::diagnose) static KEY_FORMS: &[KeyForm] = &[
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
