//! Bytes in hex: `xxd`, `hexdump -C`, Wireshark's and tcpdump's packets, the wiretap of Netty.
//!
//! The bytes are those of the hex column. Where a column of text stands beside it, it tells which of the words are hex.
//!
//! Sources: `xxd(1)`, `hexdump(1)`, `tcpdump(8)` (`-X`, `-XX`), Wireshark's `Copy → … as a Hex Dump`, Netty's
//! `ByteBufUtil.prettyHexDump`.

mod packet;

use super::Found;
use super::message::{self, Fidelity, Piece};
use super::paper::Paper;
use packet::connections;

/// Where the second line of a dump begins.
const SECOND: usize = 16;

/// A dump may leave out lines that repeat the one before: so many bytes at most are filled in.
const MOST_REPEATED: usize = 16 << 20;

/// So many lines at most stand between two pieces of one dump.
const BETWEEN: usize = 12;

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let (mut found, mut next) = (Vec::new(), 0);
    // Every dump of more than one line has a line with this offset.
    for place in paper.lines_with(&["0010"]) {
        if place <= next && next > 0 || place == 0 || !is_second(paper, place) {
            continue;
        }
        let mut pieces = Vec::new();
        let mut at = (place - 1).max(next);
        while let Some(first) = (at..at + BETWEEN).find(|at| offset_of(paper, *at) == Some(0)) {
            pieces.push(piece(paper, first, &mut at));
        }
        next = at;
        for pieces in connections(pieces) {
            found.extend(message::read(&pieces, "a request in a hex dump"));
        }
    }
    found
}

/// Whether a text holds a dump of more than one line. Every text is asked, so what is no offset is passed over at sight.
pub(super) fn is_in(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, "0010").any(|at| {
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |at| at + 1);
        if !text[start..at].iter().all(|byte| b" \t|x0".contains(byte)) {
            return false;
        }
        let end = text[..start].iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(0, |at| at + 1);
        let before = text[..end].rsplit(|byte| *byte == b'\n').next();
        let own = text[start..].split(|byte| *byte == b'\n').next();
        let offset = |text: &[u8]| line(&String::from_utf8_lossy(text)).map(|(offset, _)| offset);
        own.and_then(offset) == Some(SECOND) && before.and_then(offset) == Some(0)
    })
}

/// Whether the second line of a dump stands here.
fn is_second(paper: &Paper<'_>, place: usize) -> bool {
    offset_of(paper, place) == Some(SECOND) && offset_of(paper, place - 1) == Some(0)
}

fn offset_of(paper: &Paper<'_>, place: usize) -> Option<usize> {
    Some(line(paper.line(place)?)?.0)
}

/// The bytes of the dump that begins in this line; `next` becomes the line behind it.
fn piece(paper: &Paper<'_>, first: usize, next: &mut usize) -> Piece {
    let mut bytes: Vec<u8> = Vec::new();
    *next = first;
    while let Some(text) = paper.line(*next) {
        if text.trim() == "*" && bytes.len() >= SECOND {
            let after = offset_of(paper, *next + 1).filter(|after| *after <= bytes.len() + MOST_REPEATED);
            let Some(after) = after else { break };
            let last = bytes[bytes.len() - SECOND..].to_vec();
            bytes.extend(last.iter().cycle().take(after.saturating_sub(bytes.len())));
        } else {
            match line(text).filter(|(offset, _)| *offset == bytes.len()) {
                Some((_, more)) => bytes.extend(more),
                None => break,
            }
        }
        *next += 1;
    }
    *next = (*next).max(first + 1);
    Piece { bytes, lines: first + 1..=*next, fidelity: Fidelity::Exact }
}

/// Offset and bytes of a line of a dump.
fn line(text: &str) -> Option<(usize, Vec<u8>)> {
    let text = text.trim_start_matches([' ', '\t', '|']);
    let text = text.strip_prefix("0x").unwrap_or(text);
    let len = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    // `od` and `hexdump` set no sign behind longer offsets.
    let blank = if len >= 6 { " " } else { "  " };
    let (offset, rest) = text.split_at(len);
    let rest = rest.strip_prefix([':', '|']).or_else(|| rest.starts_with(blank).then_some(rest));
    let rest = if rest.is_none() && rest_is_empty(text, len) { Some("") } else { rest };
    let offset = (4..=8).contains(&len).then(|| usize::from_str_radix(offset, 16).ok())??;
    Some((offset, bytes(rest?)))
}

/// Whether nothing follows an offset, as in the last line of `hexdump`.
fn rest_is_empty(text: &str, len: usize) -> bool {
    text[len..].trim().is_empty()
}

/// The bytes in the hex column of a line: as many as the column of text beside it shows.
pub(super) fn bytes(rest: &str) -> Vec<u8> {
    /// No line of a dump has more bytes.
    const WIDEST: usize = 32;
    /// Between two bytes stand no more blanks than this.
    const GAP: usize = 3;
    let (mut bytes, mut ends, mut at) = (Vec::new(), Vec::new(), 0);
    while bytes.len() < WIDEST {
        let blank = rest[at..].bytes().take_while(|byte| *byte == b' ').count();
        let word = rest[at + blank..].bytes().take_while(u8::is_ascii_hexdigit).count();
        let behind = rest.as_bytes().get(at + blank + word);
        let is_apart = matches!(behind, None | Some(b' ' | b'|'));
        let is_first = bytes.is_empty();
        if word == 0 || word % 2 > 0 || word > 8 || !is_apart || !is_first && (blank == 0 || blank > GAP) {
            break;
        }
        let digits = &rest[at + blank..at + blank + word];
        let pairs = (0..word).step_by(2).filter_map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok());
        bytes.extend(pairs);
        at += blank + word;
        ends.push((bytes.len(), at));
    }
    let whole = ends.iter().rev().find(|(len, end)| is_text_of(&bytes[..*len], &rest[*end..]));
    let bare = || ends.last().filter(|(_, end)| rest[*end..].trim().is_empty());
    let len = whole.or_else(bare).map_or(0, |(len, _)| *len);
    bytes.truncate(len);
    bytes
}

/// Whether a column of text shows these bytes.
fn is_text_of(bytes: &[u8], column: &str) -> bool {
    let text = column.trim();
    let text = text.strip_prefix(['|', '>']).unwrap_or(text);
    let shown: Vec<char> = text.chars().collect();
    let is_graphic = |byte: &u8| matches!(byte, b'!'..=b'~');
    let is_shown = |(byte, c): (&u8, &char)| !is_graphic(byte) || char::from(*byte) == *c;
    // A column of dots says nothing by itself.
    if !bytes.iter().any(is_graphic) && !column.starts_with("  ") {
        return false;
    }
    // Blanks at both ends may be lost.
    let blanks = bytes.iter().take_while(|byte| **byte == b' ').count();
    [0, blanks].iter().any(|skip| {
        let own = &bytes[*skip..];
        let is_as_long = shown.len() >= own.len() || own[shown.len()..].iter().all(|byte| *byte == b' ');
        let rest = shown.get(own.len()..).unwrap_or_default();
        let is_closed = rest.iter().all(|c| " |<".contains(*c));
        !shown.is_empty() && is_as_long && is_closed && own.iter().zip(&shown).all(is_shown)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_of_text_tells_which_words_are_hex() {
        for (text, expected) in [
            ("00000010: 6465 6164 2062 6565 6620 6361 6665 2062  dead beef cafe b", &b"dead beef cafe b"[..]),
            (
                "00000010  64 65 61 64 20 62 65 65  66 20 63 61 66 65 20 62  |dead beef cafe b|",
                b"dead beef cafe b",
            ),
            ("0010   61 62 20 63 64                                    ab cd", b"ab cd"),
            // tcpdump shows a blank as a dot.
            ("\t0x0010:  6162 2063 64                             ab.cd", b"ab cd"),
            ("0010: 61 62                                          xy", b""),
            ("|00000010| 61 62 0d 0a                                     |ab..            |", b"ab\r\n"),
            ("0010: 7b 22 69 64 22 3a 31 7d                         {\"id\":1}", b"{\"id\":1}"),
            ("00000010  c3 a9 0a", b"\xc3\xa9\n"),
            ("00000010: 2061 62                                   ab", b" ab"),
        ] {
            let (offset, bytes) = line(text).unwrap();
            assert_eq!((offset, &bytes[..]), (SECOND, expected), "{text}");
        }
        for text in ["2026-01-15 09:30:00 ab cd", "0010 ab cd", "deadbeefdeadbeef: 00", "10  ab cd"] {
            assert!(line(text).is_none(), "{text}");
        }
    }

    #[test]
    fn lines_that_repeat_are_filled_in() {
        let text = "00000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|\n*\n00000030  62                                                |b|\n00000031\n";
        let mut next = 0;
        let piece = piece(&Paper::of(text), 0, &mut next);
        assert_eq!(piece.bytes, [&[b'a'; 48][..], b"b"].concat());
        assert_eq!((piece.lines, next), (1..=4, 4));
    }
}
