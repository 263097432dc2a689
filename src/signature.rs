//! What is said of a signature: the claim that a request presents, the key behind it, whether two signatures agree. Words without rules:
//! the schemes fill them in.

pub mod claim;

use crate::secret::{self, Secret};

pub use claim::{Claim, ClaimError, ClaimScope, Placement};

/// An access key.
#[derive(Clone)]
pub struct Credentials {
    /// The access key id, which is no secret.
    pub access_key_id: String,
    /// The secret access key.
    pub secret: Secret,
    /// The session token of temporary credentials.
    pub session_token: Option<Secret>,
    /// Where they came from, in words: `the environment`, `profile dev in ~/.aws/credentials`.
    pub source: String,
}

/// Whether the computed and the received signature agree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Agreement {
    /// They are equal.
    Equal,
    /// The received one is right, though another one was computed: ECDSA has many for one text.
    Valid,
    /// The received one is none that this key makes: what was expected, and what was found.
    Invalid(String),
    /// They differ, first in the character with this index.
    DifferAt(usize),
    /// One of them is not there: no claim, no key, or the body is still being hashed.
    Unknown,
}

impl Agreement {
    /// What became of the comparison, as machine-readable output names it.
    pub fn name(&self) -> &'static str {
        match self.holds() {
            Some(true) => "equal",
            Some(false) => "different",
            None => "not_computed",
        }
    }

    /// Whether the received signature is right; `None` when that cannot be said.
    pub fn holds(&self) -> Option<bool> {
        match self {
            Self::Equal | Self::Valid => Some(true),
            Self::DifferAt(_) | Self::Invalid(_) => Some(false),
            Self::Unknown => None,
        }
    }

    /// Compares the two, in constant time; the place of a difference is sought only once they are known to differ.
    pub fn of(computed: Option<&[u8]>, received: Option<&[u8]>) -> Self {
        let (Some(computed), Some(received)) = (computed, received) else { return Self::Unknown };
        if secret::equal(computed, received) {
            return Self::Equal;
        }
        let same = computed.iter().zip(received).take_while(|(a, b)| a == b).count();
        Self::DifferAt(same)
    }
}
