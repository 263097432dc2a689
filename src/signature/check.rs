//! The checks of a signature: their names, and how one went.

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
