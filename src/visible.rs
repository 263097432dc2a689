//! Bytes made visible: a tab, a carriage return, a no-break space or a stray byte is often the culprit, and a terminal
//! shows none of them. The same step is the guard that keeps outside text from driving the terminal.

use std::borrow::Cow;
use std::ops::Range;

/// One thing on the screen, and the bytes it stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Glyph<'a> {
    /// The bytes, as a range of the text.
    pub range: Range<usize>,
    /// What is shown.
    pub text: Shown<'a>,
}

/// What is shown for some bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Shown<'a> {
    /// The character itself.
    Plain(&'a str),
    /// A mark for something that cannot be seen.
    Mark(Mark),
}

/// A mark for bytes that cannot be seen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mark {
    /// A control character, as its picture: `␍`.
    Picture(char),
    /// A space at the end of a line.
    TrailingSpace,
    /// A no-break space.
    NoBreakSpace,
    /// Any other character without a shape of its own: `⟨U+200B⟩`.
    Code(char),
    /// A byte that is no UTF-8: `⟨FF⟩`.
    Byte(u8),
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Picture(c) => write!(f, "{c}"),
            Self::TrailingSpace => f.write_str("·"),
            Self::NoBreakSpace => f.write_str("⍽"),
            Self::Code(c) => write!(f, "⟨U+{:04X}⟩", u32::from(*c)),
            Self::Byte(byte) => write!(f, "⟨{byte:02X}⟩"),
        }
    }
}

/// Whether the text ends where a line ends, so that spaces there are trailing ones.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// Here the line ends.
    OfLine,
    /// The line goes on.
    Open,
}

/// The glyphs of one line, which holds no LF.
pub fn glyphs(line: &[u8], end: End) -> impl Iterator<Item = Glyph<'_>> {
    let trailing = match end {
        End::OfLine => line.iter().rposition(|b| *b != b' ').map_or(0, |last| last + 1),
        End::Open => line.len(),
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = line.get(at..).filter(|rest| !rest.is_empty())?;
        let (len, text) = first(rest);
        let text = if at >= trailing { Shown::Mark(Mark::TrailingSpace) } else { text };
        let range = at..at + len;
        at += len;
        Some(Glyph { range, text })
    })
}

/// ASCII from the space on: a slice of it needs no check of its encoding, and nearly every byte of every frame is one of these.
const PRINTABLE: &str =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// The first character of `rest`, and its length in bytes.
fn first(rest: &[u8]) -> (usize, Shown<'_>) {
    if let Some(printable) = rest[0].checked_sub(b' ').map(usize::from).and_then(|at| PRINTABLE.get(at..=at))
    {
        return (1, Shown::Plain(printable));
    }
    let head = &rest[..rest.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    match valid.chars().next() {
        None => (1, Shown::Mark(Mark::Byte(rest[0]))),
        Some(c) => {
            let len = c.len_utf8();
            (len, mark(c).map_or(Shown::Plain(&valid[..len]), Shown::Mark))
        }
    }
}

/// The mark for a character that has no shape, or that would drive the terminal.
fn mark(c: char) -> Option<Mark> {
    match c {
        '\t' => Some(Mark::Picture('→')),
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).map(Mark::Picture),
        '\x7f' => Some(Mark::Picture('␡')),
        '\u{a0}' | '\u{202f}' => Some(Mark::NoBreakSpace),
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{1680}'
        | '\u{180e}'
        | '\u{2000}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{205f}'..='\u{206f}'
        | '\u{3000}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{ffa0}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => Some(Mark::Code(c)),
        _ => None,
    }
}

/// A JSON text in which every character that has no shape, or would drive a terminal, is escaped: C1 controls, marks of direction, line
/// separators. Its strings say what they said; whoever prints one of them raw is another's care.
pub fn json(text: &str) -> Cow<'_, str> {
    let is_open = |c: char| matches!(c, '\n' | ' '..='~') || mark(c).is_none();
    if text.chars().all(is_open) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_open(c) {
            true => out.push(c),
            false => {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")))
            }
        }
    }
    Cow::Owned(out)
}

/// A whole text for a message or a plain terminal: everything made visible, line breaks kept.
pub fn text(bytes: &[u8]) -> String {
    lines(bytes, '\n', End::OfLine)
}

/// A part of a line, as it is shown there.
pub fn fragment(bytes: &[u8], end: End) -> String {
    let mut out = String::with_capacity(bytes.len());
    push_line(&mut out, bytes, end);
    out
}

/// A text on one line: line breaks become marks as well.
pub fn one_line(bytes: &[u8]) -> String {
    lines(bytes, '␊', End::Open)
}

fn lines(bytes: &[u8], separator: char, end: End) -> String {
    let mut out = String::with_capacity(bytes.len());
    for (index, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if index > 0 {
            out.push(separator);
        }
        push_line(&mut out, line, end);
    }
    out
}

fn push_line(out: &mut String, line: &[u8], end: End) {
    for glyph in glyphs(line, end) {
        match glyph.text {
            Shown::Plain(text) => out.push_str(text),
            Shown::Mark(mark) => out.push_str(&mark.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_stays_invisible() {
        assert_eq!(text(b"a\tb \r"), "a→b ␍");
        assert_eq!(text(b"a  \nb "), "a··\nb·");
        assert_eq!(text("x\u{a0}y\u{200b}z\u{feff}".as_bytes()), "x⍽y⟨U+200B⟩z⟨U+FEFF⟩");
        assert_eq!(text(b"\xff\x1b[31m\xe2\x82"), "⟨FF⟩␛[31m⟨E2⟩⟨82⟩");
        assert_eq!(text("日本 é \u{202e}".as_bytes()), "日本 é ⟨U+202E⟩");
        assert_eq!(one_line(b"a \nb"), "a ␊b");
    }

    #[test]
    fn printable_ascii_is_shown_as_itself() {
        for byte in b'!'..=b'~' {
            assert_eq!(text(&[byte]).as_bytes(), [byte]);
        }
        assert_eq!(first(b" ").1, Shown::Plain(" "));
    }

    #[test]
    fn json_holds_nothing_that_drives_a_terminal_and_says_the_same() {
        let text = "C1 \u{9b}2J DEL \u{7f} \u{202e}abc\u{2066} \u{200e}\u{200f}\u{61c} \u{2028}\u{2029} \u{1b}[31m é 日本 \u{e0041}\n";
        let value = serde_json::json!({ "a": text });
        let written = format!("{value:#}\n");
        let shown = json(&written);
        assert!(shown.chars().all(|c| c == '\n' || mark(c).is_none()), "{shown}");
        assert!(
            shown.contains("\\u009b2J DEL \\u007f \\u202eabc\\u2066")
                && shown.contains("é 日本 \\udb40\\udc41")
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        assert!(matches!(json("{\n  \"a\": \"é\"\n}"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn glyphs_cover_every_byte_and_hold_no_control(line in proptest::collection::vec(any::<u8>(), 0..50)) {
            let line: Vec<u8> = line.into_iter().filter(|b| *b != b'\n').collect();
            let mut at = 0;
            for glyph in glyphs(&line, End::OfLine) {
                prop_assert_eq!(glyph.range.start, at);
                at = glyph.range.end;
                if let Shown::Plain(text) = glyph.text {
                    prop_assert!(!text.chars().any(char::is_control));
                }
            }
            prop_assert_eq!(at, line.len());
        }
    }
}
