//! What a setting says of a text that is none of its values.

use std::fmt;

/// Why a value cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// What was expected.
    pub expected: String,
    /// What was found, in words, where the value itself would say less.
    pub found: Option<String>,
}

impl From<&'static str> for Refusal {
    fn from(expected: &'static str) -> Self {
        Self { expected: expected.into(), found: None }
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}, but found {found}")]
pub struct SettingError {
    /// What was expected.
    pub expected: String,
    /// What was found; hidden for secrets.
    pub found: Found,
}

/// What was found instead of a value that can be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Found {
    /// This value.
    Value(String),
    /// In words.
    Words(String),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(f, "`{value}`"),
            Self::Words(words) => f.write_str(words),
        }
    }
}
