//! The policy of an S3 form upload: what its signature covers, and which conditions the form must meet.
//!
//! The signature is over the base64 text as it was sent, so nothing here writes a policy; it is read to say why S3
//! would answer "Invalid according to Policy". [`Policy::check`] (`check`) holds a form against it.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

mod check;
mod reader;

use std::fmt;

use serde_json::Value;

use crate::time::Timestamp;
use crate::{redact, visible};
use reader::{conditions, decode, expiration, not_json, shape};

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

#[cfg(test)]
mod tests;
