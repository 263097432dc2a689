//! Ways of writing texts that several groups share: percent-encoding as libraries do it, and other character sets.

use unicode_normalization::UnicodeNormalization as _;

use crate::canon::encode::{escape, is_unreserved};

/// One way to percent-encode.
#[derive(Clone, Copy)]
pub(in crate::diagnose) struct Escapes {
    /// Left as they are, though reserved.
    pub(in crate::diagnose) bare: &'static [u8],
    /// Encoded, though unreserved.
    pub(in crate::diagnose) also: &'static [u8],
    /// The digits in lower case.
    pub(in crate::diagnose) lower: bool,
    /// Bytes above 127 left as they are.
    pub(in crate::diagnose) high_bare: bool,
    /// What stands for a space.
    pub(in crate::diagnose) space: &'static [u8],
}

impl Escapes {
    /// The right way.
    pub(in crate::diagnose) const RIGHT: Self =
        Self { bare: b"", also: b"", lower: false, high_bare: false, space: b"%20" };

    /// Writes one byte.
    pub(super) fn push(&self, out: &mut Vec<u8>, byte: u8) {
        let stays = is_unreserved(byte) && !self.also.contains(&byte);
        if stays || self.bare.contains(&byte) || byte >= 0x80 && self.high_bare {
            return out.push(byte);
        }
        if byte == b' ' {
            return out.extend_from_slice(self.space);
        }
        let digits = if self.lower { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
        out.extend([b'%', digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
    }

    /// Writes a text.
    pub(in crate::diagnose) fn text(&self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() * 2);
        text.iter().for_each(|byte| self.push(&mut out, *byte));
        out
    }
}

/// `text` with every `from` replaced.
pub(in crate::diagnose) fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    for found in memchr::memmem::find_iter(text, from) {
        out.extend_from_slice(&text[at..found]);
        out.extend_from_slice(to);
        at = found + from.len();
    }
    out.extend_from_slice(&text[at..]);
    out
}

/// The text with its escapes in lower case.
pub(in crate::diagnose) fn lower_escapes(text: &[u8]) -> Vec<u8> {
    let mut out = text.to_vec();
    for at in 0..text.len() {
        if escape(&text[at..]).is_some() {
            out[at + 1..at + 3].make_ascii_lowercase();
        }
    }
    out
}

/// What encoders of libraries leave as it is, and what they encode too much.
pub(super) static ENCODERS: &[(&str, Escapes)] = &[
    ("! * ' ( ), as JavaScript's encodeURIComponent does", Escapes { bare: b"!*'()", ..Escapes::RIGHT }),
    ("all that encodeURI leaves alone", Escapes { bare: b"!*'();/?:@&=+$,#", ..Escapes::RIGHT }),
    ("what RFC 3986 allows in a path", Escapes { bare: b"!$&'()*+,;=:@", ..Escapes::RIGHT }),
    ("what RFC 3986 allows in a path but + and =", Escapes { bare: b"!$&'()*,;:@", ..Escapes::RIGHT }),
    ("what RFC 3986 allows in a query", Escapes { bare: b"!$'()*+,;:@/?", ..Escapes::RIGHT }),
    ("$ & + , : = @", Escapes { bare: b"$&+,:=@", ..Escapes::RIGHT }),
    ("! ' ( )", Escapes { bare: b"!'()", ..Escapes::RIGHT }),
    ("* ' ( )", Escapes { bare: b"*'()", ..Escapes::RIGHT }),
    (": and @", Escapes { bare: b":@", ..Escapes::RIGHT }),
    ("/ and :", Escapes { bare: b"/:", ..Escapes::RIGHT }),
    ("everything above ASCII", Escapes { high_bare: true, ..Escapes::RIGHT }),
];

/// Characters that are left as they are one at a time.
pub(super) static SINGLE: &[(&str, Escapes)] = &[
    ("!", Escapes { bare: b"!", ..Escapes::RIGHT }),
    ("*", Escapes { bare: b"*", ..Escapes::RIGHT }),
    ("'", Escapes { bare: b"'", ..Escapes::RIGHT }),
    ("( and )", Escapes { bare: b"()", ..Escapes::RIGHT }),
    ("@", Escapes { bare: b"@", ..Escapes::RIGHT }),
    (":", Escapes { bare: b":", ..Escapes::RIGHT }),
    ("=", Escapes { bare: b"=", ..Escapes::RIGHT }),
    ("$", Escapes { bare: b"$", ..Escapes::RIGHT }),
    ("&", Escapes { bare: b"&", ..Escapes::RIGHT }),
    (",", Escapes { bare: b",", ..Escapes::RIGHT }),
    (";", Escapes { bare: b";", ..Escapes::RIGHT }),
    ("/", Escapes { bare: b"/", ..Escapes::RIGHT }),
    ("?", Escapes { bare: b"?", ..Escapes::RIGHT }),
    ("#", Escapes { bare: b"#", ..Escapes::RIGHT }),
    ("[ and ]", Escapes { bare: b"[]", ..Escapes::RIGHT }),
    ("{ and }", Escapes { bare: b"{}", ..Escapes::RIGHT }),
    ("|", Escapes { bare: b"|", ..Escapes::RIGHT }),
    ("%", Escapes { bare: b"%", ..Escapes::RIGHT }),
    ("\"", Escapes { bare: b"\"", ..Escapes::RIGHT }),
    ("< and >", Escapes { bare: b"<>", ..Escapes::RIGHT }),
    ("\\", Escapes { bare: b"\\", ..Escapes::RIGHT }),
    ("^", Escapes { bare: b"^", ..Escapes::RIGHT }),
    ("`", Escapes { bare: b"`", ..Escapes::RIGHT }),
];

/// The other ways to write a text of characters beyond ASCII, with what they are.
pub(in crate::diagnose) fn other_character_sets(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let Ok(unicode) = std::str::from_utf8(text) else {
        // Bytes of Latin-1 that a program took for characters and wrote in UTF-8.
        let as_latin1: String = text.iter().map(|byte| char::from(*byte)).collect();
        let replaced = String::from_utf8_lossy(text).into_owned();
        return vec![
            ("UTF-8", as_latin1.into_bytes()),
            ("UTF-8 with replacement characters", replaced.into_bytes()),
        ];
    };
    if unicode.is_ascii() {
        return Vec::new();
    }
    let mut out = vec![
        ("composed (NFC)", unicode.nfc().collect::<String>().into_bytes()),
        ("decomposed (NFD)", unicode.nfd().collect::<String>().into_bytes()),
        ("UTF-8 encoded twice", text.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes()),
        ("question marks", unicode.chars().map(|c| if c.is_ascii() { c as u8 } else { b'?' }).collect()),
    ];
    if let Some(latin1) = unicode.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect() {
        out.push(("Latin-1", latin1));
    }
    if let Some(once) = unicode
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect::<Option<Vec<u8>>>()
        .filter(|bytes| std::str::from_utf8(bytes).is_ok())
    {
        out.push(("UTF-8 encoded once", once));
    }
    out.retain(|(_, other)| other != text);
    out
}
