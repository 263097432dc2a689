//! A policy read: from Base64 to JSON to conditions, with the first thing that is wrong.

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, Engine, alphabet};
use chrono::NaiveDateTime;
use serde_json::{Map, Value};

use super::{Condition, PolicyError};
use crate::time::Timestamp;
use crate::visible;

/// Standard base64 as S3 reads it: padding may be missing.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(super) fn decode(text: &[u8]) -> Result<Vec<u8>, PolicyError> {
    let is_symbol = |b: &u8| b.is_ascii_alphanumeric() || b"+/=".contains(b);
    // The decoder looks at the end first, and would not name the first byte at fault.
    if let Some(at) = text.iter().position(|b| !is_symbol(b) && !b.is_ascii_whitespace()) {
        return Err(PolicyError::Base64 { found: character(&text[at..]), at });
    }
    let (places, symbols): (Vec<usize>, Vec<u8>) =
        text.iter().enumerate().filter(|(_, b)| !b.is_ascii_whitespace()).unzip();
    BASE64.decode(&symbols).map_err(|error| {
        let (found, symbol) = match error {
            DecodeError::InvalidByte(at, byte)
            | DecodeError::InvalidLastSymbol { offset: at, symbol: byte, .. } => (character(&[byte]), at),
            DecodeError::InvalidLength(_) => ("one character too few".to_owned(), symbols.len()),
            DecodeError::InvalidPadding => ("padding of another length".to_owned(), symbols.len()),
        };
        PolicyError::Base64 { found, at: places.get(symbol).copied().unwrap_or(text.len()) }
    })
}

/// The first character of a text for a message, or its first byte when that is no UTF-8.
fn character(text: &[u8]) -> String {
    let valid = text.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let len = valid.chars().next().map_or(1, char::len_utf8);
    format!("`{}`", visible::one_line(&text[..len]))
}

pub(super) fn not_json(error: &serde_json::Error) -> PolicyError {
    let text = error.to_string();
    let fault = text.rsplit_once(" at line ").map_or(text.as_str(), |(fault, _)| fault).to_owned();
    PolicyError::Json { fault, line: error.line(), column: error.column() }
}

pub(super) fn expiration(root: &Map<String, Value>) -> Result<Timestamp, PolicyError> {
    const EXPECTED: &str = "a date such as 2015-12-30T12:00:00.000Z";
    let value = root.get("expiration");
    let text = value.and_then(Value::as_str);
    let date = text.and_then(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.fZ").ok());
    date.and_then(|date| Timestamp::from_unix(date.and_utc().timestamp()))
        .ok_or_else(|| shape(EXPECTED, value, "`expiration`"))
}

pub(super) fn conditions(root: &Map<String, Value>) -> Result<Vec<Condition>, PolicyError> {
    let value = root.get("conditions");
    let Some(Value::Array(list)) = value else {
        return Err(shape("an array", value, "`conditions`"));
    };
    let mut conditions = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let place = format!("condition {}", index + 1);
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (field, value) in members {
                    let value = string(Some(value), "a string as value", &place)?;
                    conditions.push(Condition::Equals { field: field.clone(), value });
                }
            }
            Value::Array(items) => conditions.push(listed(items, &place)?),
            other => {
                let expected = "an object with a field, or an array with operator, field and value";
                return Err(shape(expected, Some(other), &place));
            }
        }
    }
    Ok(conditions)
}

/// A condition written as an array.
fn listed(items: &[Value], place: &str) -> Result<Condition, PolicyError> {
    const OPERATORS: &str = "`eq`, `starts-with` or `content-length-range`";
    let operator = items.first();
    let matching = match operator.and_then(Value::as_str) {
        Some("content-length-range") => {
            count(items, place)?;
            let (min, max) = (bytes(&items[1], place)?, bytes(&items[2], place)?);
            return Ok(Condition::LengthRange { min, max });
        }
        Some("eq") => |field, value| Condition::Equals { field, value },
        Some("starts-with") => |field, value| Condition::StartsWith { field, value },
        Some(_) | None => return Err(shape(OPERATORS, operator, place)),
    };
    count(items, place)?;
    let field = string(items.get(1), "a field name such as `$key`", place)?;
    let Some(field) = field.strip_prefix('$') else {
        return Err(shape("a field name such as `$key`", items.get(1), place));
    };
    Ok(matching(field.to_owned(), string(items.get(2), "a string as value", place)?))
}

/// Makes sure that there are as many items as every operator takes.
fn count(items: &[Value], place: &str) -> Result<(), PolicyError> {
    if items.len() == 3 {
        return Ok(());
    }
    let found = items.len().to_string();
    Err(PolicyError::Shape { expected: "three items", found, place: place.to_owned() })
}

fn string(value: Option<&Value>, expected: &'static str, place: &str) -> Result<String, PolicyError> {
    value.and_then(Value::as_str).map(str::to_owned).ok_or_else(|| shape(expected, value, place))
}

/// A length; S3 takes the number in a string as well.
fn bytes(value: &Value, place: &str) -> Result<u64, PolicyError> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.ok_or_else(|| shape("a number of bytes", Some(value), place))
}

pub(super) fn shape(expected: &'static str, found: Option<&Value>, place: &str) -> PolicyError {
    let found = match found {
        None => "none".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Array(items)) if items.is_empty() => "an empty array".to_owned(),
        Some(Value::Array(_)) => "an array".to_owned(),
        Some(Value::Object(members)) if members.is_empty() => "an empty object".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(Value::String(text)) => format!("`{}`", visible::one_line(text.as_bytes())),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => format!("`{value}`"),
    };
    PolicyError::Shape { expected, found, place: place.to_owned() }
}
