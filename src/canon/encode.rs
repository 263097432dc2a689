//! Percent-encoding as AWS asks for it: everything but `A-Z a-z 0-9 - . _ ~` becomes `%XX` with upper-case hex.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode_byte};

use std::borrow::Cow;

use super::reading::Plus;
use crate::trace::writer::Copier;
use crate::trace::{Rule, Rules};

/// Whether a byte stands for itself in a canonical form: RFC 3986, 2.3, unreserved.
pub const fn is_unreserved(byte: u8) -> bool {
    UNRESERVED[byte as usize]
}

const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    table
};

/// What is percent-encoded in a canonical form: all but the unreserved.
pub(crate) const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Whether a slash is a separator, as in a path, or data, as in a query.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Slash {
    Kept,
    Encoded,
}

/// Encodes every byte of `source[range]` as it stands; an escape is encoded once more.
pub(crate) fn encode(copier: &mut Copier<'_>, source: &[u8], range: std::ops::Range<usize>) {
    for at in range {
        let byte = source[at];
        if is_unreserved(byte) || byte == b'/' {
            continue;
        }
        let again = byte == b'%' && escape(&source[at..]).is_some();
        let rule = if again { Rule::EncodedAgain } else { Rule::Encoded };
        copier.turn(at, at + 1, percent_encode_byte(byte).as_bytes(), rule.into());
    }
}

/// Decodes `source[range]` and encodes it in the one canonical way.
///
/// What is canonical already is copied; a percent sign that begins no escape is data.
pub(crate) fn recode(
    copier: &mut Copier<'_>,
    source: &[u8],
    range: std::ops::Range<usize>,
    slash: Slash,
    plus: Plus,
) {
    let mut at = range.start;
    while let Some(run) = source[at..range.end].iter().position(|b| !is_unreserved(*b)) {
        at += run;
        at += match (source[at], escape(&source[at..range.end])) {
            (b'/', _) if slash == Slash::Kept => 1,
            (b'%', Some(b'/')) if slash == Slash::Kept => {
                copier.turn(at, at + 3, b"/", Rule::SlashDecoded.into());
                3
            }
            (b'%', Some(decoded)) => recode_escape(copier, source, at, decoded),
            (b'+', _) if plus == Plus::Space => {
                let rules = Rules::from(Rule::PlusReadAsSpace).and(Rule::Encoded);
                copier.turn(at, at + 1, b"%20", rules);
                1
            }
            (byte, _) => {
                copier.turn(at, at + 1, percent_encode_byte(byte).as_bytes(), Rule::Encoded.into());
                1
            }
        };
    }
}

/// The escape at `at` in its canonical form; returns its length.
fn recode_escape(copier: &mut Copier<'_>, source: &[u8], at: usize, decoded: u8) -> usize {
    let end = at + 3;
    if is_unreserved(decoded) {
        copier.turn(at, end, &[decoded], Rule::Decoded.into());
    } else if source[at + 1].is_ascii_lowercase() || source[at + 2].is_ascii_lowercase() {
        copier.turn(at, end, percent_encode_byte(decoded).as_bytes(), Rule::HexUpperCased.into());
    }
    3
}

/// The byte that the escape at the start of `text` stands for.
pub(crate) fn escape(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else { return None };
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        b'A'..=b'F' => Some(b - b'A' + 10),
        _ => None,
    };
    Some(digit(*high)? * 16 + digit(*low)?)
}

/// A percent-encoded text decoded; what is no escape stays.
pub(crate) fn decoded(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => percent_encoding::percent_decode(text).into(),
        Cow::Owned(text) => percent_encoding::percent_decode(&text).collect::<Vec<u8>>().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Part;
    use crate::trace::Traced;

    fn recoded(source: &str, slash: Slash, plus: Plus) -> String {
        let mut out = Traced::default();
        let mut copier = Copier::new(&mut out, Part::Target, source.as_bytes(), 0, Rules::NONE);
        recode(&mut copier, source.as_bytes(), 0..source.len(), slash, plus);
        copier.finish();
        String::from_utf8(out.bytes().to_vec()).unwrap()
    }

    #[test]
    fn writes_one_form_for_every_spelling() {
        for (source, expected) in [
            ("a b", "a%20b"),
            ("a%20b", "a%20b"),
            ("%7e%41%2f", "~A%2F"),
            ("100%", "100%25"),
            ("%zz%4", "%25zz%254"),
            ("a/b", "a%2Fb"),
            ("\u{fc}*'()", "%C3%BC%2A%27%28%29"),
        ] {
            assert_eq!(recoded(source, Slash::Encoded, Plus::Space), expected, "{source}");
        }
    }

    #[test]
    fn a_bare_plus_is_a_space_or_itself() {
        assert_eq!(recoded("a+b%2B", Slash::Encoded, Plus::Space), "a%20b%2B");
        assert_eq!(recoded("a+b%2B", Slash::Encoded, Plus::Literal), "a%2Bb%2B");
    }

    #[test]
    fn a_slash_of_a_path_stays_and_an_escaped_one_is_a_slash_too() {
        assert_eq!(recoded("/a/b", Slash::Kept, Plus::Literal), "/a/b");
        assert_eq!(recoded("/a%2Fb%2fc", Slash::Kept, Plus::Literal), "/a/b/c");
        assert_eq!(recoded("a%2fb", Slash::Encoded, Plus::Literal), "a%2Fb");
    }

    #[test]
    fn encodes_escapes_once_more() {
        let source = b"/a%2Fb c%";
        let mut out = Traced::default();
        let mut copier = Copier::new(&mut out, Part::Target, source, 0, Rules::NONE);
        encode(&mut copier, source, 0..source.len());
        copier.finish();
        assert_eq!(out.bytes(), b"/a%252Fb%20c%25");
        assert!(out.piece_at(2).unwrap().1.rules.has(Rule::EncodedAgain));
        assert!(out.piece_at(12).unwrap().1.rules.has(Rule::Encoded));
    }
}
