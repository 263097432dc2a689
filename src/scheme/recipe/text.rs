//! Values on their way into a text: bytes that know where they came from, and pairs of such.

use std::ops::Range;

use percent_encoding::percent_encode_byte;

use super::pipe::Each;
use crate::canon::encode::{escape, is_unreserved};
use crate::request::Span;
use crate::trace::{Origin, Piece, Rule, Rules, Traced};

/// A value: bytes and their origins.
pub type Text = Traced;

/// What a hole holds.
#[derive(Clone)]
pub enum Value {
    /// One text.
    Text(Text),
    /// Names and values.
    Pairs(Vec<Pair>),
    /// Nothing: what it asks for is not there.
    Absent,
}

/// A name and its value.
#[derive(Clone)]
pub struct Pair {
    /// The name.
    pub name: Text,
    /// The value.
    pub value: Text,
    /// Whether an equals sign, or what does its work, was there.
    pub has_value: bool,
    /// How name and value are written.
    pub written: Written,
}

/// How pairs are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Written {
    /// As they are.
    Plain,
    /// Percent-encoded.
    Percent,
    /// Percent-encoded, and a plus sign may stand for a blank.
    Query,
}

/// Whether a pair with an empty value keeps what stands between name and value.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Empty {
    /// It does.
    Kept,
    /// It is its name alone.
    NameAlone,
}

impl Value {
    /// The one text that it is; empty where it is nothing.
    pub fn into_text(self) -> Text {
        match self {
            Self::Text(text) => text,
            Self::Pairs(pairs) => join(&pairs, "=", "&", Empty::Kept),
            Self::Absent => Text::default(),
        }
    }
}

/// Characters that the scheme fixes.
pub fn fixed(characters: &str) -> Text {
    let mut text = Text::default();
    text.fixed(characters.as_bytes());
    text
}

/// Bytes of one origin.
pub fn of(origin: Origin, rules: impl Into<Rules>, bytes: &[u8]) -> Text {
    let mut text = Text::default();
    text.put(origin, rules.into(), bytes);
    text
}

/// What is made of all of `text`: each byte comes from the whole.
pub fn whole(text: &Text, bytes: &[u8], rule: Rule) -> Text {
    of(origin_of_all(text), rule, bytes)
}

/// Where all of `text` came from: the stretch of the request that it covers where it lies in one part.
pub fn origin_of_all(text: &Text) -> Origin {
    let mut origins = text.pieces().iter().map(|piece| piece.origin);
    let Some(first) = origins.next() else { return Origin::Scheme };
    let covered = origins.try_fold(first, |all, next| match (all, next) {
        (all, next) if all == next => Some(all),
        (Origin::Request(a), Origin::Request(b)) if a.part == b.part => {
            Some(Origin::Request(Span { part: a.part, start: a.start.min(b.start), end: a.end.max(b.end) }))
        }
        _ => None,
    });
    covered.unwrap_or(Origin::Scheme)
}

/// The bytes `range` of `text`.
pub fn slice(text: &Text, range: Range<usize>) -> Text {
    let mut out = Text::default();
    copy(&mut out, text, range, Rules::NONE);
    out
}

/// Writes all of `text` behind `out`, with rules more.
pub fn append(out: &mut Text, text: &Text, rules: Rules) {
    copy(out, text, 0..text.bytes().len(), rules);
}

fn copy(out: &mut Text, text: &Text, range: Range<usize>, rules: Rules) {
    for (at, piece) in text.pieces_in(range.clone()) {
        let (start, end) = (at.start.max(range.start), at.end.min(range.end));
        if start < end {
            let origin = origin_within(&at, piece, start..end);
            out.put(origin, piece.rules.union(rules), &text.bytes()[start..end]);
        }
    }
}

/// Where bytes `range` of a piece came from: as exactly as its lengths allow.
fn origin_within(at: &Range<usize>, piece: &Piece, range: Range<usize>) -> Origin {
    match piece.origin {
        Origin::Request(span) if span.range().len() == at.len() => {
            let start = span.start + (range.start - at.start) as u32;
            Origin::Request(Span { part: span.part, start, end: start + range.len() as u32 })
        }
        other => other,
    }
}

/// The parts of `text` between this mark; one part, the whole, where it has none.
pub fn parts(text: &[u8], mark: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = Some(0);
    let mark = mark.as_bytes();
    std::iter::from_fn(move || {
        let from = start?;
        let found = (!mark.is_empty()).then(|| memchr::memmem::find(&text[from..], mark)).flatten();
        start = found.map(|at| from + at + mark.len());
        Some(from..found.map_or(text.len(), |at| from + at))
    })
}

/// One text of pairs.
pub fn join(pairs: &[Pair], between: &str, after: &str, empty: Empty) -> Text {
    let mut out = Text::default();
    for (index, pair) in pairs.iter().enumerate() {
        if index > 0 {
            out.fixed(after.as_bytes());
        }
        append(&mut out, &pair.name, Rules::NONE);
        if empty == Empty::Kept || !pair.value.bytes().is_empty() {
            out.fixed(between.as_bytes());
            append(&mut out, &pair.value, Rules::NONE);
        }
    }
    out
}

/// One text of values.
pub fn listed<'a>(values: impl Iterator<Item = &'a Text>, mark: &str) -> Text {
    let mut out = Text::default();
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.fixed(mark.as_bytes());
        }
        append(&mut out, value, Rules::NONE);
    }
    out
}

/// Values of one name joined, in the order in which they stand.
pub fn merged(pairs: Vec<Pair>, mark: &str) -> Vec<Pair> {
    let mut merged: Vec<Pair> = Vec::with_capacity(pairs.len());
    let mut places: std::collections::HashMap<Vec<u8>, usize> = std::collections::HashMap::new();
    for pair in pairs {
        match places.get(pair.name.bytes()) {
            Some(&at) => {
                merged[at].value.fixed(mark.as_bytes());
                append(&mut merged[at].value, &pair.value, Rule::Joined.into());
            }
            None => {
                places.insert(pair.name.bytes().to_vec(), merged.len());
                merged.push(pair);
            }
        }
    }
    merged
}

impl Each {
    /// Changes a text byte by byte.
    pub fn apply(self, text: &Text) -> Text {
        match self {
            Self::Trim => trimmed(text, |byte| byte.is_ascii_whitespace()),
            Self::TrimSlashes => trimmed(text, |byte| *byte == b'/'),
            Self::Lower => rewritten(text, Rule::LowerCased, |rest| {
                rest[0].is_ascii_uppercase().then(|| (1, vec![rest[0].to_ascii_lowercase()]))
            }),
            Self::Upper => rewritten(text, Rule::Recoded, |rest| {
                rest[0].is_ascii_lowercase().then(|| (1, vec![rest[0].to_ascii_uppercase()]))
            }),
            Self::Collapse => rewritten(text, Rule::SpacesCollapsed, blanks),
            Self::Decode => rewritten(text, Rule::PercentDecoded, |rest| Some((3, vec![escape(rest)?]))),
            Self::DecodeForm => rewritten(text, Rule::PercentDecoded, |rest| match rest[0] {
                b'+' => Some((1, vec![b' '])),
                _ => Some((3, vec![escape(rest)?])),
            }),
            Self::Encode => rewritten(text, Rule::Encoded, |rest| encoded(rest, is_unreserved)),
            Self::EncodePath => rewritten(text, Rule::Encoded, |rest| {
                encoded(rest, |byte| is_unreserved(byte) || byte == b'/')
            }),
            Self::EncodeUri => rewritten(text, Rule::Encoded, |rest| {
                encoded(rest, |byte| byte.is_ascii_alphanumeric() || b";,/?:@&=+$-_.!~*'()#".contains(&byte))
            }),
            Self::Escape(characters) => rewritten(text, Rule::Encoded, |rest| {
                encoded(rest, |byte| byte != b'%' && !characters.as_bytes().contains(&byte))
            }),
            Self::Underscore => {
                rewritten(text, Rule::Recoded, |rest| matches!(rest[0], b'&' | b'=').then(|| (1, vec![b'_'])))
            }
            Self::LowBytes => rewritten(text, Rule::Recoded, low_byte),
            Self::Blanks => rewritten(text, Rule::PercentDecoded, |rest| {
                rest.starts_with(b"%20").then(|| (3, vec![b' ']))
            }),
            Self::CrLf => rewritten(text, Rule::Recoded, |rest| match rest {
                [b'\r', b'\n', ..] => Some((2, b"\r\n".to_vec())),
                [b'\n', ..] => Some((1, b"\r\n".to_vec())),
                _ => None,
            }),
        }
    }
}

fn trimmed(text: &Text, goes: impl Fn(&u8) -> bool) -> Text {
    let bytes = text.bytes();
    let start = bytes.iter().position(|byte| !goes(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !goes(byte)).map_or(start, |last| last + 1);
    slice(text, start..end)
}

fn blanks(rest: &[u8]) -> Option<(usize, Vec<u8>)> {
    let run = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    (run > 1 || run == 1 && rest[0] != b' ').then(|| (run, vec![b' ']))
}

fn encoded(rest: &[u8], stays: impl Fn(u8) -> bool) -> Option<(usize, Vec<u8>)> {
    (!stays(rest[0])).then(|| (1, percent_encode_byte(rest[0]).as_bytes().to_vec()))
}

/// The low bytes of the UTF-16 units of the character that `rest` begins with.
fn low_byte(rest: &[u8]) -> Option<(usize, Vec<u8>)> {
    let length = match rest[0] {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => return None,
    };
    let character = std::str::from_utf8(rest.get(..length)?).ok()?.chars().next()?;
    let mut units = [0; 2];
    Some((length, character.encode_utf16(&mut units).iter().map(|unit| *unit as u8).collect()))
}

/// Walks over `text`: what `step` makes of the bytes it takes comes from them; what it passes over stays.
fn rewritten(text: &Text, rule: Rule, step: impl Fn(&[u8]) -> Option<(usize, Vec<u8>)>) -> Text {
    let bytes = text.bytes();
    let mut out = Text::default();
    let (mut at, mut pending) = (0, 0);
    while at < bytes.len() {
        let Some((taken, made)) = step(&bytes[at..]) else {
            at += 1;
            continue;
        };
        copy(&mut out, text, pending..at, Rules::NONE);
        let source = slice(text, at..at + taken);
        let rules = source.pieces().iter().fold(Rules::from(rule), |rules, piece| rules.union(piece.rules));
        out.put(origin_of_all(&source), rules, &made);
        at += taken;
        pending = at;
    }
    copy(&mut out, text, pending..bytes.len(), Rules::NONE);
    out
}
