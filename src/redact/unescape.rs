//! One way of writing taken off a text, each byte of the result with the bytes that it comes from: a name that is percent-encoded,
//! escaped for HTML or for JSON is the same name.

use std::ops::Range;

/// A text with one layer of escapes taken off.
pub(crate) struct Unescaped {
    /// The text.
    pub(crate) text: Vec<u8>,
    /// Where in the original each byte begins, and where the last one ends.
    starts: Vec<u32>,
}

/// Escapes that are words.
const WORDS: [(&[u8], u8); 5] =
    [(b"&amp;", b'&'), (b"&quot;", b'"'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"\\/", b'/')];

impl Unescaped {
    /// The text with every escape taken off once; `None` where it holds none.
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        let mut out = Self { text: Vec::new(), starts: Vec::new() };
        let mut at = 0;
        for found in memchr::memchr3_iter(b'%', b'&', b'\\', text) {
            if found < at {
                continue;
            }
            if let Some((byte, len)) = escape(&text[found..]) {
                out.keep(text, at..found);
                out.push(byte, found);
                at = found + len;
            }
        }
        if out.text.is_empty() {
            return None;
        }
        out.keep(text, at..text.len());
        out.starts.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        Some(out)
    }

    /// The layer below this one, its bytes by those of the original.
    pub(crate) fn again(&self) -> Option<Self> {
        let mut below = Self::of(&self.text)?;
        for start in &mut below.starts {
            *start = self.starts[*start as usize];
        }
        Some(below)
    }

    /// The bytes of the original behind a range of the text.
    pub(crate) fn original(&self, range: &Range<usize>) -> Range<usize> {
        self.starts[range.start] as usize..self.starts[range.end] as usize
    }

    fn keep(&mut self, text: &[u8], range: Range<usize>) {
        self.text.extend_from_slice(&text[range.clone()]);
        self.starts.extend(range.map(|at| u32::try_from(at).unwrap_or(u32::MAX)));
    }

    fn push(&mut self, byte: u8, at: usize) {
        self.text.push(byte);
        self.starts.push(u32::try_from(at).unwrap_or(u32::MAX));
    }
}

/// The byte that an escape at the begin of `rest` stands for, and how long the escape is.
fn escape(rest: &[u8]) -> Option<(u8, usize)> {
    if let [b'%', high, low, ..] = rest {
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        return Some(((digit(high)? * 16 + digit(low)?) as u8, 3));
    }
    if let Some(found) = numbered(rest) {
        return Some(found);
    }
    let (word, byte) = WORDS.iter().find(|(word, _)| rest.starts_with(word))?;
    Some((*byte, word.len()))
}

/// A character by its number, as HTML (`&#61;`, `&#x3d;`) and JSON (`\u003d`) have it, and how long that is; those of ASCII alone.
fn numbered(rest: &[u8]) -> Option<(u8, usize)> {
    let (digits, radix, before, after) = match rest {
        [b'\\', b'u', digits @ ..] => (digits.get(..4)?, 16, 2, 0),
        [b'&', b'#', b'x' | b'X', digits @ ..] => {
            (&digits[..digits.iter().take(6).position(|byte| *byte == b';')?], 16, 3, 1)
        }
        [b'&', b'#', digits @ ..] => {
            (&digits[..digits.iter().take(6).position(|byte| *byte == b';')?], 10, 2, 1)
        }
        _ => return None,
    };
    let number = u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?;
    let is_plain = number < 0x80 && !digits.starts_with(b"+");
    is_plain.then(|| (number as u8, before + digits.len() + after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_knows_where_it_came_from_through_two_layers() {
        let text = b"a%2526b&amp;c";
        let one = Unescaped::of(text).unwrap();
        assert_eq!(one.text, b"a%26b&c");
        let two = one.again().unwrap();
        assert_eq!(two.text, b"a&b&c");
        assert_eq!(two.original(&(1..2)), 1..6);
        assert_eq!(two.original(&(2..5)), 6..13);
        assert!(Unescaped::of(b"100% & \\n").is_none() && two.again().is_none());
    }
}
