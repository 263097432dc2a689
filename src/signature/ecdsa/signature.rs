//! The signature as it is sent: hex of DER, a SEQUENCE of the two numbers r and s (RFC 3279, 2.2.3).
//!
//! Its length varies, from 8 bytes to 72, since DER writes no needless zeros. Where a length must be known
//! beforehand, in chunks, it is padded with `*`.

mod error;

use std::ops::Range;

use p256::ecdsa::Signature;

pub use error::{Component, SignatureError, Tag};

/// N, above all r and s.
const N: [u8; 32] = {
    let mut n = super::N_MINUS_2;
    n[31] += 2;
    n
};

const PADDING: u8 = b'*';

/// Two hex digits for each of at most 72 bytes.
const PADDED: usize = 144;

/// Longer values take more than one byte of length, and no signature on this curve is.
const LONGEST: usize = 127;

/// The hex of `der`, padded at its end as chunk signatures are: 144 bytes.
pub fn pad(der: &[u8]) -> Vec<u8> {
    let mut text = hex::encode(der).into_bytes();
    text.resize(PADDED.max(text.len()), PADDING);
    text
}

/// `signature` without the padding at its end: what the next chunk's string to sign goes on from.
pub fn unpadded(signature: &[u8]) -> &[u8] {
    let padding = signature.iter().rev().take_while(|&&byte| byte == PADDING).count();
    &signature[..signature.len() - padding]
}

/// Reads a signature as it was sent.
pub(super) fn read(text: &[u8]) -> Result<Signature, SignatureError> {
    let der = decode(unpadded(text))?;
    let mut reader = Reader { der: &der, at: 0 };
    let sequence = reader.value(Tag::Sequence)?;
    if sequence.end < der.len() {
        return Err(SignatureError::Trailing { count: der.len() - sequence.end, at: sequence.end });
    }
    reader.at = sequence.start;
    let r = reader.number(Component::R)?;
    let s = reader.number(Component::S)?;
    if reader.at < der.len() {
        return Err(SignatureError::TrailingInSequence { count: der.len() - reader.at, at: reader.at });
    }
    Ok(Signature::from_scalars(r, s).expect("both numbers are from 1 to N - 1"))
}

fn decode(text: &[u8]) -> Result<Vec<u8>, SignatureError> {
    if let Some(at) = text.iter().position(|byte| !byte.is_ascii_hexdigit()) {
        let chunk = text[at..].utf8_chunks().next().expect("there is a byte at least");
        let (found, length) = match chunk.valid().chars().next() {
            Some(found) => (found, found.len_utf8()),
            None => (char::REPLACEMENT_CHARACTER, 1),
        };
        return Err(SignatureError::NotHex { found, at, length });
    }
    hex::decode(text).map_err(|_| SignatureError::OddDigits { digits: text.len() })
}

/// A place in DER.
struct Reader<'a> {
    der: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// Where the bytes of the value stand that comes next; goes on to what follows it.
    fn value(&mut self, expected: Tag) -> Result<Range<usize>, SignatureError> {
        let at = self.at;
        let found = self.der.get(at).copied();
        if found != Some(expected.byte()) {
            return Err(SignatureError::Tag { expected, found, at });
        }
        let start = at + 2;
        let left = self.der.len().saturating_sub(start).min(LONGEST);
        let found = self.der.get(at + 1).copied();
        let length = found.map(usize::from).filter(|&length| length <= left);
        let length = length.ok_or(SignatureError::Length { left, found, at: at + 1 })?;
        self.at = start + length;
        Ok(start..self.at)
    }

    /// Reads a number from 1 to N − 1.
    fn number(&mut self, component: Component) -> Result<[u8; 32], SignatureError> {
        let bytes = self.value(Tag::Integer)?;
        let at = bytes.start;
        let digits = match self.der[bytes.clone()] {
            [] => return Err(SignatureError::Empty { component, at: at - 1 }),
            [0] => return Err(SignatureError::Zero { component, at }),
            [0, 0..=0x7f, ..] => return Err(SignatureError::NotMinimal { component, at }),
            [found @ 0x80..=0xff, ..] => return Err(SignatureError::Negative { component, found, at }),
            [0, ref digits @ ..] | ref digits => digits,
        };
        let mut number = [0; 32];
        if let Some(start) = number.len().checked_sub(digits.len()) {
            number[start..].copy_from_slice(digits);
            if number < N {
                return Ok(number);
            }
        }
        Err(SignatureError::TooLarge { component, bytes })
    }
}

fn byte(found: Option<u8>) -> String {
    found.map_or("the end".into(), |byte| format!("{byte:02x}"))
}

fn length(found: Option<u8>) -> String {
    found.map_or("the end".into(), |length| length.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A SEQUENCE of the two INTEGERs whose bytes these are, in hex.
    fn der(r: &str, s: &str) -> String {
        let integer = |digits: &str| format!("02{:02x}{digits}", digits.len() / 2);
        let both = integer(r) + &integer(s);
        format!("30{:02x}{both}", both.len() / 2)
    }

    fn error(text: impl AsRef<[u8]>) -> SignatureError {
        read(text.as_ref()).unwrap_err()
    }

    fn says(text: impl AsRef<[u8]>, message: &str, span: Range<usize>) {
        let error = error(text);
        assert_eq!((error.to_string().as_str(), error.span()), (message, span));
    }

    #[test]
    fn reads_numbers_from_1_to_n_minus_1() {
        let mut highest = N;
        highest[31] -= 1;
        let largest = format!("00{}", hex::encode(highest));
        for (r, s) in [("01", "01"), ("01", &largest), (&largest, "00ff"), ("7f", "0080")] {
            assert!(read(der(r, s).as_bytes()).is_ok(), "{r} {s}");
        }
        assert_eq!(der("01", "01").len(), 16);
        assert_eq!(der(&largest, &largest).len(), PADDED);
    }

    #[test]
    fn padding_is_taken_from_the_end_only() {
        let text = der("01", "02");
        let padded = pad(&hex::decode(&text).unwrap());
        assert_eq!(padded.len(), 144);
        assert_eq!(unpadded(&padded), text.as_bytes());
        assert!(read(&padded).is_ok());
        says(b"30**06*", "expected hex digits, but found `*` at byte 3 of the text", 2..3);
        says(b"****", "expected a SEQUENCE (30), but found the end at byte 1 of the DER", 0..0);
    }

    #[test]
    fn a_longest_signature_has_no_padding() {
        assert_eq!(pad(&[0xff; 72]), [b'f'; 144]);
    }

    #[test]
    fn says_what_is_no_hex() {
        says("30 6", "expected hex digits, but found ` ` at byte 3 of the text", 2..3);
        says("30é", "expected hex digits, but found `é` at byte 3 of the text", 2..4);
        says(b"3\xff", "expected hex digits, but found `\u{fffd}` at byte 2 of the text", 1..2);
        says("30060", "expected an even number of hex digits, but found 5", 4..5);
    }

    #[test]
    fn says_what_is_no_sequence_of_integers() {
        says("", "expected a SEQUENCE (30), but found the end at byte 1 of the DER", 0..0);
        says("3106", "expected a SEQUENCE (30), but found 31 at byte 1 of the DER", 0..2);
        says("3000", "expected an INTEGER (02), but found the end at byte 3 of the DER", 4..4);
        says("3003040101", "expected an INTEGER (02), but found 04 at byte 3 of the DER", 4..6);
        says("3003020101", "expected an INTEGER (02), but found the end at byte 6 of the DER", 10..10);
    }

    #[test]
    fn says_which_length_leads_too_far() {
        says("30", "expected a length of at most 0, but found the end at byte 2 of the DER", 2..2);
        says("3007020101", "expected a length of at most 3, but found 7 at byte 2 of the DER", 2..4);
        says("3003020201", "expected a length of at most 1, but found 2 at byte 4 of the DER", 6..8);
        says(
            "308106020101020101",
            "expected a length of at most 7, but found 129 at byte 2 of the DER",
            2..4,
        );
        let long = format!("3080{}", "00".repeat(200));
        says(long, "expected a length of at most 127, but found 128 at byte 2 of the DER", 2..4);
    }

    #[test]
    fn says_what_trails() {
        let message =
            "expected the signature to end after its SEQUENCE, but found 2 more from byte 9 of the DER";
        says(der("01", "01") + "0500", message, 16..20);
        let message = "expected the SEQUENCE to end after s, but found 1 more from byte 9 of the DER";
        says("300702010102010100", message, 16..18);
    }

    #[test]
    fn says_which_number_is_written_wrongly() {
        let message = "expected at least one byte for r, but found a length of 0 at byte 4 of the DER";
        says(der("", "01"), message, 6..8);
        let message = "expected a positive s, but found 80 without 00 before it at byte 8 of the DER";
        says(der("01", "80"), message, 14..16);
        let message = "expected r in as few bytes as possible, but found a needless 00 at byte 5 of the DER";
        says(der("0001", "01"), message, 8..10);
        says(der("0000", "01"), message, 8..10);
    }

    #[test]
    fn says_which_number_is_out_of_range() {
        says(der("00", "01"), "expected r to be from 1 to N-1, but found 0 at byte 5 of the DER", 8..10);
        says(der("01", "00"), "expected s to be from 1 to N-1, but found 0 at byte 8 of the DER", 14..16);
        let n = format!("00{}", hex::encode(N));
        says(der(&n, "01"), "expected r to be from 1 to N-1, but found more from byte 5 of the DER", 8..74);
        let long = "01".repeat(33);
        says(
            der("01", &long),
            "expected s to be from 1 to N-1, but found more from byte 8 of the DER",
            14..80,
        );
    }
}
