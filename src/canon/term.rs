//! Short texts with their origins, and what of them a signer adds to a request.

use smallvec::SmallVec;

use crate::trace::{Origin, Rules, Traced};

/// A header that the signer adds. One of them may hold the session token, so there is no `Debug`.
#[derive(Clone, Eq, PartialEq)]
pub struct Added {
    /// Its name, as it is sent.
    pub name: &'static str,
    /// Its value.
    pub value: SmallVec<[u8; 24]>,
    /// Where the value came from.
    pub origin: Origin,
}

/// A query parameter that the signer adds. One of them may hold the session token, so there is no `Debug`.
#[derive(Clone, Eq, PartialEq)]
pub struct AddedPair {
    /// Its name.
    pub name: String,
    /// Its value, not yet encoded: texts that follow each other.
    pub value: Vec<Term>,
}

/// A short text and where it came from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Term {
    /// The text.
    pub text: SmallVec<[u8; 24]>,
    /// Its origin.
    pub origin: Origin,
    /// What was done to it.
    pub rules: Rules,
}

impl Term {
    /// A text as it came.
    pub fn new(text: &[u8], origin: Origin) -> Self {
        Self { text: SmallVec::from_slice(text), origin, rules: Rules::NONE }
    }

    /// The same with rules.
    #[must_use]
    pub fn by(self, rules: impl Into<Rules>) -> Self {
        Self { rules: rules.into(), ..self }
    }

    pub(crate) fn write(&self, out: &mut Traced) {
        out.put(self.origin, self.rules, &self.text);
    }

    /// The text for messages.
    pub fn string(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}
