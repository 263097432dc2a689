//! What is said of a signature: the claim that a request presents, the key behind it, whether two signatures agree. Words without rules:
//! the schemes fill them in.

pub mod algorithm;
pub mod check;
pub mod claim;
pub mod ecdsa;
pub mod fields;
pub mod mac;
pub mod public;

use crate::secret::{self, Secret};

pub use fields::Fields;

pub use claim::{Claim, ClaimError, ClaimScope, Placement};

/// The names of schemes, as requests and settings have them; where an algorithm is named, it is the name.
pub mod name {
    /// AWS Signature Version 4.
    pub const AWS4: &str = "AWS4-HMAC-SHA256";
    /// AWS Signature Version 4A.
    pub const AWS4A: &str = "AWS4-ECDSA-P256-SHA256";
    /// Google Cloud Storage's Signature Version 4 with an HMAC key.
    pub const GOOG4: &str = "GOOG4-HMAC-SHA256";
    /// The same with the key pair of a service account.
    pub const GOOG4_RSA: &str = "GOOG4-RSA-SHA256";
    /// Volcengine's object storage.
    pub const TOS4: &str = "TOS4-HMAC-SHA256";
    /// Volcengine's other services.
    pub const VOLCENGINE: &str = "HMAC-SHA256";
    /// Tencent Cloud's API, version 3.
    pub const TC3: &str = "TC3-HMAC-SHA256";
    /// Alibaba Cloud's API, version 3.
    pub const ACS3: &str = "ACS3-HMAC-SHA256";
    /// Alibaba Cloud's object storage, version 4.
    pub const OSS4: &str = "OSS4-HMAC-SHA256";
    /// Huawei Cloud's API gateway.
    pub const HUAWEI: &str = "SDK-HMAC-SHA256";
    /// JD Cloud.
    pub const JDCLOUD3: &str = "JDCLOUD3-HMAC-SHA256";
    /// JD Cloud's older signature.
    pub const JDCLOUD2: &str = "JDCLOUD2-HMAC-SHA256";
    /// Escher, as Emarsys has it.
    pub const EMS: &str = "EMS-HMAC-SHA256";
    /// AWS Signature Version 2.
    pub const AWS2: &str = "AWS Signature Version 2";

    /// Those that a request can be signed with.
    pub const PLANNED: [&str; 13] =
        [AWS4, AWS4A, GOOG4, GOOG4_RSA, TOS4, VOLCENGINE, TC3, ACS3, OSS4, HUAWEI, JDCLOUD3, JDCLOUD2, EMS];
    /// Those that are only checked.
    pub const CHECKED: [&str; 1] = [AWS2];

    /// A name that lives as long as the program: rows are few, and read once.
    pub fn kept(name: &str) -> &'static str {
        use std::collections::HashSet;
        use std::sync::{LazyLock, Mutex, PoisonError};
        static KEPT: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
        let mut names = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name) {
            return known;
        }
        let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
        names.insert(name);
        name
    }
}

/// An access key.
#[derive(Clone)]
pub struct Credentials {
    /// The access key id, which is no secret.
    pub access_key_id: String,
    /// The secret access key.
    pub secret: Secret,
    /// The session token of temporary credentials.
    pub session_token: Option<Secret>,
    /// What a scheme signs with beside them, by name.
    pub fields: Fields,
    /// Where they came from, in words: `the environment`, `profile dev in ~/.aws/credentials`.
    pub source: String,
}

/// How much is told. A server that answers many requests needs the first failure, and no check behind it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Words {
    /// Every check is made, and its detail put in words.
    #[default]
    OfAll,
    /// The checks end with the first that fails; it alone is put in words.
    OfFailures,
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
