//! What is done to a value on its way into a text: `{body|sha256|hex}`, `{pairs:query|sort|join(=,&)}`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::json;
use super::template::{TemplateError, split_outside};
use super::text::{self, Pair, Text, Value, Written};
use crate::signature::mac::{Encoding, Hash, any_base64};
use crate::trace::{Rule, Rules};

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub enum Pipe {
    /// What changes bytes one after the other.
    Each(Each),
    /// What makes one value of the whole.
    Whole(Whole),
    /// What is done to pairs alone.
    Pairs(OfPairs),
    /// The names of pairs.
    Names(Box<Pipe>),
    /// The values of pairs.
    Values(Box<Pipe>),
}

/// What changes bytes one after the other: each keeps its origin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Each {
    /// ASCII letters in lower case.
    Lower,
    /// ASCII letters in upper case.
    Upper,
    /// Without white space at both ends.
    Trim,
    /// Runs of blanks become one.
    Collapse,
    /// Percent escapes taken off.
    Decode,
    /// The same, and a plus sign is a blank.
    DecodeForm,
    /// All but the unreserved characters of RFC 3986 percent-encoded.
    Encode,
    /// The same, but for slashes.
    EncodePath,
    /// As JavaScript's `encodeURI`.
    EncodeUri,
    /// These characters and the percent sign percent-encoded.
    Escape(&'static str),
    /// `&` and `=` become `_`.
    Underscore,
    /// Of each UTF-16 unit the low byte.
    LowBytes,
    /// Without slashes at both ends.
    TrimSlashes,
    /// Line breaks as CR LF.
    CrLf,
    /// The escapes of blanks taken off.
    Blanks,
}

/// What makes one value of the whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Whole {
    /// Its digest, as bytes.
    Digest(Hash),
    /// Its CRC-32, in decimal digits.
    Crc32,
    /// How many bytes it has.
    Length,
    /// In hex digits.
    Hex,
    /// In upper-case hex digits.
    HexUpper,
    /// In base64.
    Base64,
    /// In base64 of URLs, without padding.
    Base64Url,
    /// Hex taken off.
    Unhex,
    /// Base64 of either alphabet taken off.
    Unbase64,
    /// CloudFront's base64 taken off.
    UnCloudFront,
    /// The value at this path of the JSON that it is.
    JsonField(Vec<String>),
    /// Backslashes and colons with a backslash before them.
    Escaped,
    /// As a JSON string, with its quotation marks.
    JsonString,
    /// This where it is absent or empty.
    Or(String),
    /// Empty where it is this.
    Unless(String),
    /// A part of it.
    Cut(Cut),
    /// The words between this mark, sorted, with the same between them.
    SortParts(String),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Cut {
    /// What stands before this.
    Before(String),
    /// What stands behind this.
    After(String),
    /// Without this at its beginning.
    StripPrefix(String),
    /// Without this at its end.
    StripSuffix(String),
    /// The first bytes of it.
    First(usize),
    /// The part with this number between this mark: from zero, or from the end below zero.
    Part(String, isize),
    /// Without its last part between this mark.
    WithoutLast(String),
    /// What stands before the pair of this name, and the `&` before that.
    BeforePair(String),
}

/// What is done to pairs.
#[derive(Clone, Debug, PartialEq)]
pub enum OfPairs {
    /// Those of these names left out.
    Without(Vec<String>),
    /// Those of these names alone; one with a star behind it is how names begin.
    Only(Vec<String>),
    /// Those without a value, or with an empty one, left out.
    DropEmpty,
    /// Those without an equals sign left out.
    DropBare,
    /// By name, then by value.
    Sort,
    /// By the text that they make.
    SortWhole,
    /// Values of one name joined by this.
    Merge(String),
    /// `x[]=a&x[]=b` as `x=["a", "b"]`.
    Lists,
    /// One text: this between name and value, this between pairs.
    Join(String, String),
    /// The same, but a pair whose value is empty is its name alone.
    JoinBare(String, String),
    /// One text: this between name and value, this behind each pair.
    Lines(String, String),
    /// One text: this before each pair, this between name and value.
    LinesBefore(String, String),
    /// The values alone, this between them.
    JoinValues(String),
}

const EACH: [(&str, Each); 16] = [
    ("lower", Each::Lower),
    ("upper", Each::Upper),
    ("trim", Each::Trim),
    ("collapse", Each::Collapse),
    ("decode", Each::Decode),
    ("decode-form", Each::DecodeForm),
    ("encode", Each::Encode),
    ("encode-path", Each::EncodePath),
    ("encode-uri", Each::EncodeUri),
    ("escape-name", Each::Escape("=&")),
    ("escape-value", Each::Escape("&")),
    ("underscore", Each::Underscore),
    ("low-bytes", Each::LowBytes),
    ("trim-slashes", Each::TrimSlashes),
    ("crlf", Each::CrLf),
    ("blanks", Each::Blanks),
];

impl Pipe {
    /// Reads a step: `sort`, `join(=,&)`.
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let (name, arguments) = match text.split_once('(') {
            Some((name, rest)) => {
                let inner = rest
                    .strip_suffix(')')
                    .ok_or_else(|| TemplateError::new("`)` at the end of a step", text))?;
                (name, split_outside(inner, ',').into_iter().map(argument).collect())
            }
            None => (text, Vec::new()),
        };
        if let ("names" | "values", [inner]) = (name, &arguments[..]) {
            let inner = Box::new(Self::parse(inner)?);
            return Ok(if name == "names" { Self::Names(inner) } else { Self::Values(inner) });
        }
        let each = EACH.iter().find(|(known, _)| *known == name).filter(|_| arguments.is_empty());
        let found = each.map(|(_, each)| Self::Each(*each));
        let found = found.or_else(|| Whole::named(name, &arguments).map(Self::Whole));
        let found = found.or_else(|| OfPairs::named(name, &arguments).map(Self::Pairs));
        found.ok_or_else(|| {
            TemplateError::new("a step such as lower, sha256, base64, sort or join(=,&)", text)
        })
    }

    /// Does it.
    pub(super) fn apply(&self, value: Value) -> Value {
        match (self, value) {
            (Self::Each(each), Value::Text(text)) => Value::Text(each.apply(&text)),
            (Self::Each(each), Value::Pairs(pairs)) => {
                Value::Pairs(pairs.into_iter().map(|pair| each.on_pair(pair)).collect())
            }
            (Self::Whole(whole), value) => whole.apply(value),
            (Self::Pairs(of), Value::Pairs(pairs)) => of.apply(pairs),
            (Self::Names(inner), Value::Pairs(pairs)) => Value::Pairs(
                pairs.into_iter().map(|pair| Pair { name: inner.on_text(pair.name), ..pair }).collect(),
            ),
            (Self::Values(inner), Value::Pairs(pairs)) => Value::Pairs(
                pairs.into_iter().map(|pair| Pair { value: inner.on_text(pair.value), ..pair }).collect(),
            ),
            (Self::Pairs(_) | Self::Names(_) | Self::Values(_), value @ Value::Text(_)) => value,
            (_, Value::Absent) => Value::Absent,
        }
    }

    fn on_text(&self, text: Text) -> Text {
        self.apply(Value::Text(text)).into_text()
    }
}

impl Each {
    /// Changes name and value; escapes are taken off once, where there are any.
    fn on_pair(self, pair: Pair) -> Pair {
        let step = match (self, pair.written) {
            (Self::Decode | Self::DecodeForm, Written::Plain) => return pair,
            (Self::DecodeForm, Written::Percent) => Self::Decode,
            (other, _) => other,
        };
        let written =
            if matches!(step, Self::Decode | Self::DecodeForm) { Written::Plain } else { pair.written };
        Pair { name: step.apply(&pair.name), value: step.apply(&pair.value), written, ..pair }
    }
}

/// A comma and nothing at all cannot be written as they are.
fn argument(text: &str) -> String {
    match text {
        "comma" => ",".into(),
        "none" => String::new(),
        "close" => ")".into(),
        other => other.into(),
    }
}

impl Whole {
    fn named(name: &str, arguments: &[String]) -> Option<Self> {
        Some(match (name, arguments) {
            ("crc32", []) => Self::Crc32,
            ("length", []) => Self::Length,
            ("hex", []) => Self::Hex,
            ("hex-upper", []) => Self::HexUpper,
            ("base64", []) => Self::Base64,
            ("base64url", []) => Self::Base64Url,
            ("unhex", []) => Self::Unhex,
            ("unbase64", []) => Self::Unbase64,
            ("json", [path]) => Self::JsonField(path.split('.').map(str::to_owned).collect()),
            ("unbase64-cloudfront", []) => Self::UnCloudFront,
            ("escaped", []) => Self::Escaped,
            ("json-string", []) => Self::JsonString,
            ("or", [text]) => Self::Or(text.clone()),
            ("unless", [text]) => Self::Unless(text.clone()),
            ("sort-parts", [mark]) => Self::SortParts(mark.clone()),
            (name, []) if Hash::named(name).is_some() => Self::Digest(Hash::named(name)?),
            (name, arguments) => Self::Cut(Cut::named(name, arguments)?),
        })
    }

    fn apply(&self, value: Value) -> Value {
        let text = match (self, value) {
            (Self::Or(other), Value::Absent) => return Value::Text(text::fixed(other)),
            (_, Value::Absent) => return Value::Absent,
            (_, Value::Pairs(pairs)) => text::join(&pairs, "=", "&", text::Empty::Kept),
            (_, Value::Text(text)) => text,
        };
        let bytes = text.bytes();
        Value::Text(match self {
            Self::Digest(digest) => text::whole(&text, &digest.of(bytes), Rule::Digested),
            Self::Crc32 => text::whole(&text, crc32(bytes).to_string().as_bytes(), Rule::Digested),
            Self::Length => text::whole(&text, bytes.len().to_string().as_bytes(), Rule::Recoded),
            Self::Hex => text::whole(&text, hex::encode(bytes).as_bytes(), Rule::Recoded),
            Self::HexUpper => text::whole(&text, hex::encode_upper(bytes).as_bytes(), Rule::Recoded),
            Self::Base64 => text::whole(&text, STANDARD.encode(bytes).as_bytes(), Rule::Recoded),
            Self::Base64Url => text::whole(&text, URL_SAFE_NO_PAD.encode(bytes).as_bytes(), Rule::Recoded),
            Self::Unhex => return decoded(&text, hex::decode(bytes.trim_ascii()).ok()),
            Self::Unbase64 => return decoded(&text, any_base64(bytes)),
            Self::JsonField(path) => match json::find(bytes, path) {
                Some(range) => text::whole(&text, &json::unescaped(&bytes[range]), Rule::Recoded),
                None => return Value::Absent,
            },
            Self::UnCloudFront => return decoded(&text, Encoding::Base64CloudFront.read(bytes)),
            Self::Escaped => {
                let escape =
                    |byte: &u8| if matches!(byte, b'\\' | b':') { vec![b'\\', *byte] } else { vec![*byte] };
                text::whole(&text, &bytes.iter().flat_map(escape).collect::<Vec<u8>>(), Rule::Recoded)
            }
            Self::JsonString => {
                let string = serde_json::to_string(&String::from_utf8_lossy(bytes)).unwrap_or_default();
                text::whole(&text, string.as_bytes(), Rule::Recoded)
            }
            Self::Or(other) if bytes.is_empty() => text::fixed(other),
            Self::Or(_) => text,
            Self::Unless(other) if bytes == other.as_bytes() => Text::default(),
            Self::Unless(_) => text,
            Self::Cut(cut) => return cut.apply(text),
            Self::SortParts(mark) => sorted_parts(&text, mark),
        })
    }
}

impl Cut {
    fn named(name: &str, arguments: &[String]) -> Option<Self> {
        Some(match (name, arguments) {
            ("before", [text]) => Self::Before(text.clone()),
            ("after", [text]) => Self::After(text.clone()),
            ("strip-prefix", [text]) => Self::StripPrefix(text.clone()),
            ("strip-suffix", [text]) => Self::StripSuffix(text.clone()),
            ("first", [count]) => Self::First(count.parse().ok()?),
            ("part", [mark, count]) => Self::Part(mark.clone(), count.parse().ok()?),
            ("without-last", [mark]) => Self::WithoutLast(mark.clone()),
            ("before-pair", [name]) => Self::BeforePair(name.clone()),
            _ => return None,
        })
    }

    fn apply(&self, text: Text) -> Value {
        let bytes = text.bytes();
        let find = |mark: &str| memchr::memmem::find(bytes, mark.as_bytes());
        Value::Text(match self {
            Self::Before(mark) => find(mark).map_or_else(|| text.clone(), |at| text::slice(&text, 0..at)),
            Self::After(mark) => {
                find(mark).map_or_else(Text::default, |at| text::slice(&text, at + mark.len()..bytes.len()))
            }
            Self::StripPrefix(prefix) if bytes.starts_with(prefix.as_bytes()) => {
                text::slice(&text, prefix.len()..bytes.len())
            }
            Self::StripSuffix(suffix) if bytes.ends_with(suffix.as_bytes()) => {
                text::slice(&text, 0..bytes.len() - suffix.len())
            }
            Self::StripPrefix(_) | Self::StripSuffix(_) => text,
            Self::First(count) => text::slice(&text, 0..bytes.len().min(*count)),
            Self::Part(mark, count) => match part(bytes, mark, *count) {
                Some(range) => text::slice(&text, range),
                None => return Value::Absent,
            },
            Self::WithoutLast(mark) => {
                let end = memchr::memmem::rfind(bytes, mark.as_bytes()).unwrap_or_default();
                text::slice(&text, 0..end)
            }
            Self::BeforePair(name) => {
                let pairs = text::parts(bytes, "&").find(|range| {
                    bytes[range.clone()]
                        .strip_prefix(name.as_bytes())
                        .is_some_and(|rest| rest.starts_with(b"="))
                });
                pairs.map_or_else(
                    || text.clone(),
                    |range| text::slice(&text, 0..range.start.saturating_sub(1)),
                )
            }
        })
    }
}

fn part(bytes: &[u8], mark: &str, count: isize) -> Option<std::ops::Range<usize>> {
    let parts: Vec<_> = text::parts(bytes, mark).collect();
    let at = if count < 0 { parts.len().checked_add_signed(count)? } else { count.cast_unsigned() };
    parts.get(at).cloned()
}

fn sorted_parts(text: &Text, mark: &str) -> Text {
    let mut parts: Vec<Text> =
        text::parts(text.bytes(), mark).map(|range| text::slice(text, range)).collect();
    parts.sort_by(|a, b| a.bytes().cmp(b.bytes()));
    let mut out = Text::default();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.fixed(mark.as_bytes());
        }
        text::append(&mut out, part, Rule::Sorted.into());
    }
    out
}

fn decoded(text: &Text, bytes: Option<Vec<u8>>) -> Value {
    bytes.map_or(Value::Absent, |bytes| Value::Text(text::whole(text, &bytes, Rule::Base64Decoded)))
}

/// CRC-32 as zip and PayPal have it.
fn crc32(bytes: &[u8]) -> u32 {
    crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, bytes) as u32
}

impl OfPairs {
    fn named(name: &str, arguments: &[String]) -> Option<Self> {
        Some(match (name, arguments) {
            ("without", names) if !names.is_empty() => Self::Without(names.to_vec()),
            ("only", names) if !names.is_empty() => Self::Only(names.to_vec()),
            ("drop-empty", []) => Self::DropEmpty,
            ("drop-bare", []) => Self::DropBare,
            ("sort", []) => Self::Sort,
            ("sort-whole", []) => Self::SortWhole,
            ("lists", []) => Self::Lists,
            ("merge", [mark]) => Self::Merge(mark.clone()),
            ("join", [between, after]) => Self::Join(between.clone(), after.clone()),
            ("join-bare", [between, after]) => Self::JoinBare(between.clone(), after.clone()),
            ("lines", [between, after]) => Self::Lines(between.clone(), after.clone()),
            ("lines-before", [before, between]) => Self::LinesBefore(before.clone(), between.clone()),
            ("join-values", [after]) => Self::JoinValues(after.clone()),
            _ => return None,
        })
    }

    fn apply(&self, mut pairs: Vec<Pair>) -> Value {
        let is = |pair: &Pair, names: &[String]| names.iter().any(|name| is_named(pair, name));
        match self {
            Self::Without(names) => pairs.retain(|pair| !is(pair, names)),
            Self::Only(names) => pairs.retain(|pair| is(pair, names)),
            Self::DropEmpty => pairs.retain(|pair| !pair.value.bytes().is_empty()),
            Self::DropBare => pairs.retain(|pair| pair.has_value),
            Self::Sort => pairs.sort_by(|a, b| key(a).cmp(&key(b))),
            Self::SortWhole => {
                pairs.sort_by_key(|pair| [pair.name.bytes(), b"=", pair.value.bytes()].concat())
            }
            Self::Merge(mark) => pairs = text::merged(pairs, mark),
            Self::Lists => pairs = lists(pairs),
            Self::Join(between, after) => {
                return Value::Text(text::join(&pairs, between, after, text::Empty::Kept));
            }
            Self::JoinBare(between, after) => {
                return Value::Text(text::join(&pairs, between, after, text::Empty::NameAlone));
            }
            Self::Lines(between, after) => {
                let mut out = text::join(&pairs, between, after, text::Empty::Kept);
                if !pairs.is_empty() {
                    out.fixed(after.as_bytes());
                }
                return Value::Text(out);
            }
            Self::LinesBefore(before, between) => {
                let mut out = if pairs.is_empty() { Text::default() } else { text::fixed(before) };
                text::append(&mut out, &text::join(&pairs, between, before, text::Empty::Kept), Rules::NONE);
                return Value::Text(out);
            }
            Self::JoinValues(after) => {
                let values = pairs.iter().map(|pair| &pair.value);
                return Value::Text(text::listed(values, after));
            }
        }
        Value::Pairs(pairs)
    }
}

/// Shopify's form of repeated names.
fn lists(pairs: Vec<Pair>) -> Vec<Pair> {
    let is_list = |pair: &Pair| pair.name.bytes().ends_with(b"[]");
    let (lists, mut others): (Vec<Pair>, Vec<Pair>) = pairs.into_iter().partition(is_list);
    let quoted = lists.into_iter().map(|pair| {
        let mut value = text::fixed("\"");
        text::append(&mut value, &pair.value, Rules::NONE);
        value.fixed(b"\"");
        let name = text::slice(&pair.name, 0..pair.name.bytes().len() - 2);
        Pair { name, value, ..pair }
    });
    others.extend(text::merged(quoted.collect(), ", ").into_iter().map(|pair| {
        let mut value = text::fixed("[");
        text::append(&mut value, &pair.value, Rules::NONE);
        value.fixed(b"]");
        Pair { value, ..pair }
    }));
    others
}

fn is_named(pair: &Pair, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(begin) => pair.name.bytes().starts_with(begin.as_bytes()),
        None => pair.name.bytes() == name.as_bytes(),
    }
}

fn key(pair: &Pair) -> (&[u8], &[u8]) {
    (pair.name.bytes(), pair.value.bytes())
}
