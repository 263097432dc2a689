//! The policy of an S3 form upload: what its signature covers, and which conditions the form must meet.
//!
//! The signature is over the base64 text as it was sent, so nothing here writes a policy; it is read to say why S3
//! would answer "Invalid according to Policy". [`Policy::check`] (`check`) holds a form against it.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

mod check;

use std::fmt;

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, Engine, alphabet};
use chrono::NaiveDateTime;
use serde_json::{Map, Value};

use crate::redact;
use crate::time::Timestamp;
use crate::visible;

pub use check::{Checked, Outcome, Posted};

/// A policy document.
#[derive(Clone, Eq, PartialEq)]
pub struct Policy {
    /// The decoded text as it is.
    pub json: String,
    /// From when on S3 refuses it; fractions of a second are cut.
    pub expiration: Timestamp,
    /// What the form must meet, in the order written.
    pub conditions: Vec<Condition>,
}

/// One condition of a policy. Fields are named without `$`, in the case written.
#[derive(Clone, Eq, PartialEq)]
pub enum Condition {
    /// `{"acl": "private"}` or `["eq", "$acl", "private"]`.
    Equals {
        /// The field.
        field: String,
        /// Its one value.
        value: String,
    },
    /// `["starts-with", "$key", "user/"]`.
    StartsWith {
        /// The field.
        field: String,
        /// How its value begins; empty for any value.
        value: String,
    },
    /// `["content-length-range", 1, 1048576]`: the length of the file in bytes.
    LengthRange {
        /// The least length.
        min: u64,
        /// The greatest length.
        max: u64,
    },
}

/// Why a policy cannot be read. Offsets count bytes from zero; messages count from one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// S3 takes no more than [`SIZE_LIMIT`] bytes of form before the file.
    #[error("expected a policy of at most 20 KiB, but found {found} bytes in the policy field")]
    TooLarge {
        /// The length of the base64 text.
        found: usize,
    },
    /// The field holds something that base64 has not, or too much or too little of it.
    #[error("expected base64, but found {found} at byte {} of the policy field", .at + 1)]
    Base64 {
        /// What, user text in backquotes.
        found: String,
        /// Where in the base64 text.
        at: usize,
    },
    /// The decoded text is no UTF-8.
    #[error("expected UTF-8, but found the byte {byte:02X} at byte {} of the decoded policy", .at + 1)]
    Utf8 {
        /// The byte.
        byte: u8,
        /// Where in the decoded text.
        at: usize,
    },
    /// The decoded text is no JSON.
    #[error(
        "expected JSON, but found a fault at line {line}, column {column} of the decoded policy: {fault}"
    )]
    Json {
        /// What the JSON reader says.
        fault: String,
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
    },
    /// The JSON has not the shape of a policy.
    #[error("expected {expected}, but found {found} in {place}")]
    Shape {
        /// What was expected.
        expected: &'static str,
        /// What was found, user text in backquotes.
        found: String,
        /// In words, where.
        place: String,
    },
}

/// The longest policy that is read, as base64 text: 20 KiB, what S3 takes of a whole form before its file.
pub const SIZE_LIMIT: usize = 20 << 10;

/// Standard base64 as S3 reads it: padding may be missing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Policy {
    /// Reads the value of a `policy` field. Line breaks and other white space in it are passed over, as S3 does.
    ///
    /// # Errors
    ///
    /// When it is not base64 of a JSON object with `expiration` and `conditions`, or too large.
    pub fn read(base64_text: &[u8]) -> Result<Self, PolicyError> {
        if base64_text.len() > SIZE_LIMIT {
            return Err(PolicyError::TooLarge { found: base64_text.len() });
        }
        let json = String::from_utf8(decode(base64_text)?).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            PolicyError::Utf8 { byte: error.as_bytes()[at], at }
        })?;
        let root: Value = serde_json::from_str(&json).map_err(|error| not_json(&error))?;
        let Value::Object(root) = &root else {
            return Err(shape("an object", Some(&root), "the policy"));
        };
        let (expiration, conditions) = (expiration(root)?, conditions(root)?);
        Ok(Self { json, expiration, conditions })
    }
}

impl Condition {
    /// The field that it speaks of; none for the length of the file.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Equals { field, .. } | Self::StartsWith { field, .. } => Some(field),
            Self::LengthRange { .. } => None,
        }
    }
}

impl fmt::Display for Condition {
    /// Writes it as a person would, on one line: `$key starts with user/user1/`. Session tokens are hidden.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |text: &str| visible::one_line(text.as_bytes());
        match self {
            Self::Equals { field, value } if value.is_empty() => write!(f, "${} is empty", line(field)),
            Self::Equals { field, value } => {
                write!(f, "${} is {}", line(field), shown(field, value.as_bytes()))
            }
            Self::StartsWith { field, value } if value.is_empty() => {
                write!(f, "${} with any value", line(field))
            }
            Self::StartsWith { field, value } => {
                write!(f, "${} starts with {}", line(field), shown(field, value.as_bytes()))
            }
            Self::LengthRange { min, max } => write!(f, "a file of {min} to {max} bytes"),
        }
    }
}

impl fmt::Debug for Condition {
    /// For failed assertions: session tokens are hidden.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl fmt::Debug for Policy {
    /// For failed assertions: session tokens are hidden, and the text is its length.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("json", &self.json.len())
            .field("expiration", &self.expiration)
            .field("conditions", &self.conditions)
            .finish()
    }
}

/// The value of a field on one line, hidden where it is a credential.
fn shown(field: &str, value: &[u8]) -> String {
    if redact::is_secret(field.as_bytes()) {
        redact::placeholder(value.len())
    } else {
        visible::one_line(value)
    }
}

fn decode(text: &[u8]) -> Result<Vec<u8>, PolicyError> {
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

fn not_json(error: &serde_json::Error) -> PolicyError {
    let text = error.to_string();
    let fault = text.rsplit_once(" at line ").map_or(text.as_str(), |(fault, _)| fault).to_owned();
    PolicyError::Json { fault, line: error.line(), column: error.column() }
}

fn expiration(root: &Map<String, Value>) -> Result<Timestamp, PolicyError> {
    const EXPECTED: &str = "a date such as 2015-12-30T12:00:00.000Z";
    let value = root.get("expiration");
    let text = value.and_then(Value::as_str);
    let date = text.and_then(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.fZ").ok());
    date.and_then(|date| Timestamp::from_unix(date.and_utc().timestamp()))
        .ok_or_else(|| shape(EXPECTED, value, "`expiration`"))
}

fn conditions(root: &Map<String, Value>) -> Result<Vec<Condition>, PolicyError> {
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

fn shape(expected: &'static str, found: Option<&Value>, place: &str) -> PolicyError {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme::v4::key::KeyChain;
    use crate::scheme::{AWS4, Scope, Term};
    use crate::secret::Secret;
    use crate::trace::Origin;

    /// The published example: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>
    pub(super) const PUBLISHED: &str = "\
        eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1\
        Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8i\
        XSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDov\
        L3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0\
        YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUx\
        MjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFy\
        dHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZP\
        RE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGht\
        IjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9\
    ";

    /// A policy of these conditions.
    pub(super) fn policy(conditions: &str) -> Result<Policy, PolicyError> {
        of(&format!(r#"{{"expiration": "2015-12-30T12:00:00.000Z", "conditions": {conditions}}}"#))
    }

    fn of(json: &str) -> Result<Policy, PolicyError> {
        Policy::read(BASE64.encode(json).as_bytes())
    }

    fn error(result: Result<Policy, PolicyError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn reads_the_published_policy() {
        assert_eq!(PUBLISHED.len(), 864);
        let policy = Policy::read(PUBLISHED.as_bytes()).unwrap();
        assert!(policy.json.starts_with("{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n  \"cond"));
        assert_eq!(policy.expiration.to_string(), "20151230T120000Z");
        let conditions: Vec<_> = policy.conditions.iter().map(ToString::to_string).collect();
        assert_eq!(
            conditions,
            [
                "$bucket is sigv4examplebucket",
                "$key starts with user/user1/",
                "$acl is public-read",
                "$success_action_redirect is \
                 http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html",
                "$Content-Type starts with image/",
                "$x-amz-meta-uuid is 14365123651274",
                "$x-amz-server-side-encryption is AES256",
                "$x-amz-meta-tag with any value",
                "$x-amz-credential is AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
                "$x-amz-algorithm is AWS4-HMAC-SHA256",
                "$x-amz-date is 20151229T000000Z",
            ]
        );
    }

    #[test]
    fn the_published_signature_is_over_the_base64_text() {
        let term = |text: &str| Term::new(text.as_bytes(), Origin::Scheme);
        let scope = Scope {
            date: term("20151229"),
            region: Some(term("us-east-1")),
            service: term("s3"),
            terminator: term("aws4_request"),
        };
        let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let signature = KeyChain::derive(AWS4.0, &secret, &scope).sign(PUBLISHED.as_bytes());
        assert_eq!(
            hex::encode(signature),
            "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"
        );
    }

    #[test]
    fn line_breaks_and_missing_padding_are_no_fault() {
        let lines: Vec<_> = PUBLISHED.as_bytes().chunks(76).collect();
        assert_eq!(Policy::read(&lines.join(b"\r\n".as_slice())), Policy::read(PUBLISHED.as_bytes()));
        let json = r#"{"expiration": "2015-12-30T12:00:00Z", "conditions": [ ]}"#;
        for spaces in 0..3 {
            let padded = BASE64.encode(format!("{json}{}", " ".repeat(spaces)));
            assert_eq!(Policy::read(padded.trim_end_matches('=').as_bytes()).unwrap().conditions, []);
            assert!(Policy::read(padded.as_bytes()).is_ok());
        }
    }

    #[test]
    fn an_object_of_two_members_is_two_conditions_and_numbers_may_be_text() {
        let text =
            r#"[{"acl": "private", "bucket": "b"}, ["eq", "$key", ""], ["content-length-range", "1", 9]]"#;
        let conditions = policy(text).unwrap().conditions;
        let words: Vec<_> = conditions.iter().map(ToString::to_string).collect();
        assert_eq!(words, ["$acl is private", "$bucket is b", "$key is empty", "a file of 1 to 9 bytes"]);
        assert_eq!(conditions[3], Condition::LengthRange { min: 1, max: 9 });
    }

    #[test]
    fn session_tokens_are_hidden() {
        let policy = policy(r#"[{"X-Amz-Security-Token": "AQoDYXdzEPT"}]"#).unwrap();
        assert_eq!(policy.conditions[0].to_string(), "$X-Amz-Security-Token is [hidden, 11 bytes]");
        assert!(!format!("{policy:?}").contains("AQoD"));
    }

    #[test]
    fn says_where_base64_ends() {
        for (text, expected) in [
            ("eyJ9\r\ne*J9", "`*` at byte 8"),
            ("eyJé", "`é` at byte 4"),
            ("eyJ9e", "one character too few at byte 6"),
            ("ey==eyJ9", "`=` at byte 3"),
        ] {
            let error = error(Policy::read(text.as_bytes()));
            assert_eq!(error, format!("expected base64, but found {expected} of the policy field"));
        }
    }

    #[test]
    fn says_what_is_no_policy() {
        let long = Policy::read(&vec![b'e'; SIZE_LIMIT + 1]);
        assert_eq!(
            error(long),
            "expected a policy of at most 20 KiB, but found 20481 bytes in the policy field"
        );
        assert_eq!(
            error(Policy::read(BASE64.encode(b"{\"\xff\"").as_bytes())),
            "expected UTF-8, but found the byte FF at byte 3 of the decoded policy"
        );
        assert_eq!(
            error(of("{\"expiration\":\n 2015-12}")),
            "expected JSON, but found a fault at line 2, column 6 of the decoded policy: \
             expected `,` or `}`"
        );
        assert_eq!(error(of("[]")), "expected an object, but found an empty array in the policy");
        assert!(error(of(&"[".repeat(4000))).contains("recursion limit"));
    }

    #[test]
    fn says_which_date_is_none() {
        for (expiration, found) in [
            ("", "none"),
            (r#""expiration": 7,"#, "`7`"),
            (r#""expiration": "2015-12-30","#, "`2015-12-30`"),
            (r#""expiration": "2015-12-30T12:00:00","#, "`2015-12-30T12:00:00`"),
        ] {
            let error = error(of(&format!(r#"{{{expiration} "conditions": []}}"#)));
            let expected = "expected a date such as 2015-12-30T12:00:00.000Z";
            assert_eq!(error, format!("{expected}, but found {found} in `expiration`"));
        }
    }

    #[test]
    fn says_which_condition_is_none() {
        assert_eq!(error(policy(r#""a""#)), "expected an array, but found `a` in `conditions`");
        for (condition, expected) in [
            (
                "{}",
                "an object with a field, or an array with operator, field and value, but found an empty object",
            ),
            ("null", "an object with a field, or an array with operator, field and value, but found null"),
            (r#"{"status": 201}"#, "a string as value, but found `201`"),
            ("[]", "`eq`, `starts-with` or `content-length-range`, but found none"),
            (
                r#"["ends-with", "$key", "x"]"#,
                "`eq`, `starts-with` or `content-length-range`, but found `ends-with`",
            ),
            (r#"["eq", "$key"]"#, "three items, but found 2"),
            (r#"["eq", "key", "x"]"#, "a field name such as `$key`, but found `key`"),
            (r#"["eq", "$key", true]"#, "a string as value, but found `true`"),
            (r#"["content-length-range", 0, -1]"#, "a number of bytes, but found `-1`"),
        ] {
            let error = error(policy(&format!(r#"[{{"acl": "private"}}, {condition}]"#)));
            assert_eq!(error, format!("expected {expected} in condition 2"));
        }
    }
}
