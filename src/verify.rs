//! Verification as a gateway does it: checks in order, each passed, failed or not reached.
//!
//! The order and the messages are those that AWS was observed to give: the first check that fails decides what it answers. The
//! checks behind it are made all the same, so that everything that is wrong can be mended at once; only who asks for
//! [`Words::OfFailures`] is spared them. Whether the *signatures* agree is told apart from the verdict
//! ([`Verdict::agreement`]): an expired request may still carry a right signature.

mod ladder;
pub mod message;

use std::borrow::Cow;

pub use crate::signature::{Agreement, Words};

#[cfg(feature = "cli")]
pub(crate) use ladder::in_place_of_claim;
pub(crate) use ladder::second_way;
pub use ladder::{KeyKnown, Presented, verify};

/// The outcome of a verification.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The checks in order.
    pub checks: Vec<Check>,
    /// Whether the two signatures agree, whatever the checks say.
    pub agreement: Agreement,
}

/// One check.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// Which one.
    pub id: CheckId,
    /// How it went.
    pub outcome: Outcome,
    /// What was expected and found, in a sentence; of a check that passed only where that is wanted.
    pub detail: Cow<'static, str>,
    /// What AWS answers when it fails.
    pub aws: Option<Cow<'static, str>>,
    /// What failed in a few words, where it is not what a failure of this check usually is.
    pub headline: Option<&'static str>,
}

/// The checks, in the order in which a gateway makes them.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum CheckId {
    /// The claim can be read.
    Claim,
    /// The algorithm is known.
    Algorithm,
    /// The date lies within the window.
    Date,
    /// The credential scope has its parts, and they agree with date, region and service.
    Scope,
    /// `host` and every header of the scheme is signed.
    SignedHeaders,
    /// The key store knows the access key id.
    Key,
    /// The payload hash that is sent agrees with the body.
    Payload,
    /// The form meets its policy.
    Policy,
    /// The signatures are equal.
    Signature,
    /// The frames of a chunked body, or of an event stream, are whole.
    Framing,
    /// Every signature in the body is right.
    Chunks,
    /// The checksum in the trailer is that of the data.
    Checksum,
}

/// How a check went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// As it should.
    Passed,
    /// Not as it should: the first that failed is what a gateway answers.
    Failed,
    /// It could not be made: what it needs is not there, or not known yet.
    NotReached,
}

/// A verification in one word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Conclusion {
    /// Every check passed.
    Match,
    /// The signature is the first that is not as it should be.
    Mismatch,
    /// A gateway would refuse the request before it compares signatures.
    Rejected,
}

impl CheckId {
    /// All checks in order.
    pub const ALL: [Self; 12] = [
        Self::Claim,
        Self::Algorithm,
        Self::Date,
        Self::Scope,
        Self::SignedHeaders,
        Self::Key,
        Self::Payload,
        Self::Policy,
        Self::Signature,
        Self::Framing,
        Self::Chunks,
        Self::Checksum,
    ];

    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Algorithm => "algorithm",
            Self::Date => "date",
            Self::Scope => "scope",
            Self::SignedHeaders => "signed_headers",
            Self::Key => "key",
            Self::Payload => "payload",
            Self::Signature => "signature",
            Self::Policy => "policy",
            Self::Framing => "framing",
            Self::Chunks => "chunks",
            Self::Checksum => "checksum",
        }
    }

    /// What it asks, as a title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Claim => "the claim can be read",
            Self::Algorithm => "the algorithm is known",
            Self::Date => "the date is within the window",
            Self::Scope => "the scope agrees",
            Self::SignedHeaders => "what must be signed is signed",
            Self::Key => "the key id is known",
            Self::Payload => "the payload hash agrees with the body",
            Self::Signature => "the signature is right",
            Self::Policy => "the form meets its policy",
            Self::Framing => "the frames of the body are whole",
            Self::Chunks => "the signatures in the body are right",
            Self::Checksum => "the checksum is that of the data",
        }
    }
}

impl Outcome {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotReached => "not_reached",
        }
    }
}

impl Conclusion {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Mismatch => "mismatch",
            Self::Rejected => "rejected",
        }
    }
}

impl Verdict {
    /// The check that decides: the first that failed, unless one before it could not be made yet.
    pub fn failed(&self) -> Option<&Check> {
        let first = self.checks.iter().find(|check| check.outcome != Outcome::Passed)?;
        (first.outcome == Outcome::Failed).then_some(first)
    }

    /// The verdict in one word; `None` while something that it needs is not known.
    pub fn conclusion(&self) -> Option<Conclusion> {
        match self.failed() {
            Some(check) if matches!(check.id, CheckId::Signature | CheckId::Chunks) => {
                Some(Conclusion::Mismatch)
            }
            Some(_) => Some(Conclusion::Rejected),
            None => {
                self.checks.iter().all(|check| check.outcome == Outcome::Passed).then_some(Conclusion::Match)
            }
        }
    }
}
