//! When a row, or one of its choices, holds: `header:X-Id`, `no body`, `{sv} >= 2020-12-06`.

use super::evaluate::Scene;
use super::source::Source;
use super::template::{Names, Template, TemplateError};
use super::text::Value;

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// It is there.
    Present(Source),
    /// It is not there, or empty.
    Absent(Source),
    /// A text compares so with another.
    Compare(Template, Comparison, String),
}

/// How two texts compare.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparison {
    /// They are equal.
    Equal,
    /// They differ.
    Different,
    /// It stands behind the other in the order of bytes, or is equal.
    AtLeast,
    /// It stands before the other.
    Below,
    /// It begins with the other.
    Begins,
    /// It ends with the other.
    Ends,
    /// It holds the other.
    Contains,
}

const COMPARISONS: [(&str, Comparison); 7] = [
    (" = ", Comparison::Equal),
    (" != ", Comparison::Different),
    (" >= ", Comparison::AtLeast),
    (" < ", Comparison::Below),
    (" begins ", Comparison::Begins),
    (" ends ", Comparison::Ends),
    (" contains ", Comparison::Contains),
];

impl Condition {
    pub(super) fn parse(text: &str, names: &Names<'_>) -> Result<Self, TemplateError> {
        for (mark, comparison) in COMPARISONS {
            if let Some((left, right)) = text.split_once(mark) {
                return Ok(Self::Compare(Template::parse(left, names)?, comparison, right.to_owned()));
            }
        }
        match text.strip_prefix("no ") {
            Some(rest) => Ok(Self::Absent(Source::parse(rest, names)?)),
            None => Ok(Self::Present(Source::parse(text, names)?)),
        }
    }

    /// Whether it holds of this request.
    pub(super) fn holds(&self, scene: &Scene<'_>) -> bool {
        match self {
            Self::Present(source) => is_there(scene, source),
            Self::Absent(source) => !is_there(scene, source),
            Self::Compare(template, comparison, other) => {
                let text = scene.text(template).unwrap_or_default();
                comparison.holds(text.bytes(), other.as_bytes())
            }
        }
    }
}

fn is_there(scene: &Scene<'_>, source: &Source) -> bool {
    match scene.value(source) {
        Value::Text(text) => {
            !text.bytes().is_empty() || matches!(source, Source::Header(_) | Source::Parameter(_))
        }
        Value::Pairs(pairs) => !pairs.is_empty(),
        Value::Absent => false,
    }
}

impl Comparison {
    fn holds(self, text: &[u8], other: &[u8]) -> bool {
        match self {
            Self::Equal => text == other,
            Self::Different => text != other,
            Self::AtLeast => text >= other,
            Self::Below => text < other,
            Self::Begins => text.starts_with(other),
            Self::Ends => text.ends_with(other),
            Self::Contains => memchr::memmem::find(text, other).is_some(),
        }
    }
}
