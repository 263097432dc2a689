//! Where a request carries the values of a scheme, and how they are written there: `t={t},v1={signature}`.
//!
//! A pattern is characters and names in braces, one behind the other. One of two and more `name={value}` behind a word or none is a
//! list: its items stand in any order, and others may stand between them.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::template::TemplateError;
use super::text::parts;
use crate::canon::encode::RESERVED;
use crate::redact::trimmed;
use crate::signature::mac::any_base64;

/// Where a pattern stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// The value of this header.
    Header(String),
    /// The value of this query parameter.
    Query(String),
    /// The value of this field of the form.
    Form(String),
    /// The value at this path in the JSON of the body.
    Json(Vec<String>),
}

impl Place {
    /// In words: `the header X-Signature`.
    pub fn words(&self) -> String {
        match self {
            Self::Header(name) => format!("the header {name}"),
            Self::Query(name) => format!("the query parameter {name}"),
            Self::Form(name) => format!("the form field {name}"),
            Self::Json(path) => format!("the JSON field {}", path.join(".")),
        }
    }
}

/// How values stand at a place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    /// Where.
    pub place: Place,
    /// How.
    pub shape: Shape,
    /// The pattern as the row has it.
    pub text: String,
    /// Whether a signed request may go without it.
    pub need: Need,
}

/// Whether a place must be filled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Need {
    /// It must.
    Required,
    /// It may be empty: its name has a question mark behind it.
    Optional,
}

/// How values stand in a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Shape {
    /// One behind the other.
    Sequence(Vec<Bit>),
    /// As items of a list, in any order.
    Items(Items),
    /// Behind these characters, in base64.
    Base64(String, Vec<Bit>),
}

/// A part of a sequence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Bit {
    /// These characters.
    Literal(String),
    /// A value, by its place among the names, and how it is written there.
    Value(usize, Escapes),
}

/// How a value is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Escapes {
    /// As its place writes values.
    None,
    /// Percent-encoded besides: `{name%}`.
    Percent,
}

/// A list of `name=value`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Items {
    /// The word before the list, without the blank behind it; empty where there is none.
    pub word: String,
    /// What stands between items.
    pub mark: char,
    /// Name and value of each.
    pub items: Vec<(String, Vec<Bit>)>,
}

/// A value that a pattern found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Its place among the names.
    pub value: usize,
    /// Where it stands in the text.
    pub range: Range<usize>,
    /// How it is written there.
    pub escapes: Escapes,
    /// What it is, where that does not stand there as it is.
    pub bytes: Option<Vec<u8>>,
}

const MARKS: [char; 3] = [',', ';', '&'];

impl Pattern {
    /// Reads a pattern; names that are new are added to `names`.
    pub(super) fn parse(
        place: Place,
        need: Need,
        text: &str,
        names: &mut Vec<String>,
    ) -> Result<Self, TemplateError> {
        let encoded =
            text.split_once("base64(").and_then(|(head, rest)| Some((head, rest.strip_suffix(')')?)));
        let shape = match encoded {
            Some((head, inner)) => Shape::Base64(head.to_owned(), bits(inner, names)?),
            None => match items(text, names)? {
                Some(items) => Shape::Items(items),
                None => Shape::Sequence(bits(text, names)?),
            },
        };
        Ok(Self { place, shape, text: text.to_owned(), need })
    }

    /// The places of the values in `text`, by their places among the names; `None` where the text is another.
    pub fn read(&self, text: &[u8]) -> Option<Vec<Found>> {
        match &self.shape {
            Shape::Sequence(bits) => sequence(bits, text),
            Shape::Items(items) => items.read(text),
            Shape::Base64(head, bits) => {
                let start = head.len();
                let is_headed = text.get(..start)?.eq_ignore_ascii_case(head.as_bytes());
                let plain = any_base64(&text[start..]).filter(|_| is_headed)?;
                let found = sequence(bits, &plain)?.into_iter();
                // What stands in base64 has no place of its own.
                let whole = |one: Found| Found {
                    bytes: Some(plain[one.range.clone()].to_vec()),
                    range: start..text.len(),
                    ..one
                };
                Some(found.map(whole).collect())
            }
        }
    }

    /// The values that it holds, by their places among the names.
    pub fn values(&self) -> Vec<usize> {
        let bits: Vec<&Bit> = match &self.shape {
            Shape::Sequence(bits) | Shape::Base64(_, bits) => bits.iter().collect(),
            Shape::Items(items) => items.items.iter().flat_map(|(_, bits)| bits).collect(),
        };
        let value = |bit: &Bit| match bit {
            Bit::Value(at, _) => Some(*at),
            Bit::Literal(_) => None,
        };
        bits.into_iter().filter_map(value).collect()
    }

    /// The text with these values.
    pub fn write(&self, value: &dyn Fn(usize) -> Vec<u8>) -> Vec<u8> {
        if let Shape::Base64(head, bits) = &self.shape {
            let plain: Vec<u8> = bits
                .iter()
                .flat_map(|bit| match bit {
                    Bit::Literal(literal) => literal.as_bytes().to_vec(),
                    Bit::Value(at, _) => value(*at),
                })
                .collect();
            return [head.as_bytes(), STANDARD.encode(plain).as_bytes()].concat();
        }
        let mut out = Vec::new();
        let mut rest = self.text.as_str();
        for at in self.values() {
            let (open, close) = (rest.find('{').unwrap_or(rest.len()), rest.find('}').unwrap_or(rest.len()));
            out.extend_from_slice(&rest.as_bytes()[..open]);
            let is_escaped = rest[..close].ends_with('%');
            match is_escaped {
                true => out
                    .extend(percent_encoding::percent_encode(&value(at), &RESERVED).to_string().into_bytes()),
                false => out.extend(value(at)),
            }
            rest = rest.get(close + 1..).unwrap_or_default();
        }
        out.extend_from_slice(rest.as_bytes());
        out
    }
}

/// The list that `text` is; `None` where it is none.
fn items(text: &str, names: &mut Vec<String>) -> Result<Option<Items>, TemplateError> {
    let (word, list) = match text.split_once(' ') {
        Some((word, list)) if !word.contains(['{', '=', ',']) => (word, list),
        _ => ("", text),
    };
    let Some(mark) = MARKS.into_iter().find(|mark| list.contains(*mark)) else { return Ok(None) };
    let pieces: Vec<&str> = list.split(mark).map(str::trim).collect();
    let pairs: Option<Vec<(&str, &str)>> = pieces.iter().map(|piece| piece.split_once('=')).collect();
    let Some(pairs) = pairs.filter(|pairs| pairs.iter().all(|(name, _)| !name.contains('{'))) else {
        return Ok(None);
    };
    let mut items = Vec::new();
    for (name, value) in pairs {
        items.push((name.to_owned(), bits(value.trim_matches('"'), names)?));
    }
    Ok(Some(Items { word: word.to_owned(), mark, items }))
}

fn bits(text: &str, names: &mut Vec<String>) -> Result<Vec<Bit>, TemplateError> {
    let (mut bits, mut rest) = (Vec::new(), text);
    while let Some(open) = rest.find('{') {
        if open > 0 {
            bits.push(Bit::Literal(rest[..open].to_owned()));
        } else if matches!(bits.last(), Some(Bit::Value(..))) {
            return Err(TemplateError::new("characters between two values", rest));
        }
        let close = rest.find('}').filter(|close| *close > open);
        let close = close.ok_or_else(|| TemplateError::new("`}` behind a name", rest))?;
        let name = &rest[open + 1..close];
        bits.push(match name.strip_suffix('%') {
            Some(name) => Bit::Value(place_of(name, names)?, Escapes::Percent),
            None => Bit::Value(place_of(name, names)?, Escapes::None),
        });
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() {
        bits.push(Bit::Literal(rest.to_owned()));
    }
    Ok(bits)
}

fn place_of(name: &str, names: &mut Vec<String>) -> Result<usize, TemplateError> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if name.is_empty() || !name.bytes().all(is_name) {
        return Err(TemplateError::new("a name of letters, digits, `_` and `-` in braces", name));
    }
    if let Some(at) = names.iter().position(|known| known == name) {
        return Ok(at);
    }
    names.push(name.to_owned());
    Ok(names.len() - 1)
}

fn sequence(bits: &[Bit], text: &[u8]) -> Option<Vec<Found>> {
    let (mut at, mut found) = (0, Vec::new());
    for (index, bit) in bits.iter().enumerate() {
        match bit {
            Bit::Literal(literal) => {
                let here = text.get(at..at + literal.len())?;
                // Words of an Authorization header are written in either case.
                if !here.eq_ignore_ascii_case(literal.as_bytes()) {
                    return None;
                }
                at += literal.len();
            }
            Bit::Value(value, escapes) => {
                let end = match bits.get(index + 1) {
                    Some(Bit::Literal(next)) => at + find_end(&text[at..], next, index + 2 == bits.len())?,
                    Some(Bit::Value(..)) | None => text.len(),
                };
                found.push(Found { value: *value, range: at..end, escapes: *escapes, bytes: None });
                at = end;
            }
        }
    }
    (at == text.len()).then_some(found)
}

/// Where a value ends that `mark` stands behind: at its last place where nothing else follows.
fn find_end(text: &[u8], mark: &str, is_last: bool) -> Option<usize> {
    match is_last {
        true => memchr::memmem::rfind(text, mark.as_bytes()),
        false => memchr::memmem::find(text, mark.as_bytes()),
    }
}

impl Items {
    fn read(&self, text: &[u8]) -> Option<Vec<Found>> {
        let start = self.word.len();
        let word = text.get(..start)?;
        if !word.eq_ignore_ascii_case(self.word.as_bytes()) || start > 0 && !text[start..].starts_with(b" ") {
            return None;
        }
        let mut found = Vec::new();
        for range in parts(&text[start..], self.mark.encode_utf8(&mut [0; 4])) {
            let piece = trimmed(text, start + range.start..start + range.end);
            let Some(equals) = memchr::memchr(b'=', &text[piece.clone()]) else { continue };
            let (name, value) = (piece.start..piece.start + equals, piece.start + equals + 1..piece.end);
            let name = &text[trimmed(text, name)];
            let known = self.items.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
            let Some((_, bits)) = known else { continue };
            let value = unquoted(text, trimmed(text, value));
            let inner = sequence(bits, &text[value.clone()]).unwrap_or_default().into_iter();
            found.extend(inner.map(|one| Found {
                range: value.start + one.range.start..value.start + one.range.end,
                ..one
            }));
        }
        (!found.is_empty()).then_some(found)
    }
}

fn unquoted(text: &[u8], range: Range<usize>) -> Range<usize> {
    match &text[range.clone()] {
        [b'"', .., b'"'] => range.start + 1..range.end - 1,
        _ => range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(pattern: &str, text: &'a str) -> Option<Vec<(String, &'a str)>> {
        let mut names = Vec::new();
        let pattern = Pattern::parse(Place::Header("X".into()), Need::Required, pattern, &mut names).unwrap();
        let found = pattern.read(text.as_bytes())?;
        Some(found.into_iter().map(|one| (names[one.value].clone(), &text[one.range])).collect())
    }

    #[test]
    fn items_stand_in_any_order_and_more_than_once() {
        let found = read("t={t},v1={signature}", "v1=ab, t=12,v0=cd,v1=ef").unwrap();
        let expected = [("signature", "ab"), ("t", "12"), ("signature", "ef")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn a_word_stands_before_a_list_and_values_may_be_quoted() {
        let pattern = r#"Signature keyId="{id}",algorithm="hmac",signature="{signature}""#;
        let found = read(pattern, r#"signature keyId="a b", signature="x=="  "#).unwrap();
        assert_eq!(found, [("id".to_owned(), "a b"), ("signature".to_owned(), "x==")]);
        assert!(read(pattern, r#"Other keyId="a",signature="x""#).is_none());
    }

    #[test]
    fn a_sequence_is_read_from_one_mark_to_the_next() {
        let found = read("SharedKey {account}:{signature}", "SharedKey acc:a:b==").unwrap();
        assert_eq!(found, [("account".to_owned(), "acc"), ("signature".to_owned(), "a:b==")]);
        assert!(read("sha256={signature}", "sha1=00").is_none());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut names = Vec::new();
        let place = Place::Header("X".into());
        let pattern = Pattern::parse(place, Need::Required, "t={t},v1={signature}", &mut names).unwrap();
        let text = pattern.write(&|at| names[at].as_bytes().to_vec());
        assert_eq!(String::from_utf8_lossy(&text), "t=t,v1=signature");
        assert_eq!(pattern.read(&text).unwrap().len(), 2);
    }
}
