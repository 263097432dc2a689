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

/// What failed in a few words, where it is not what a failure of its check usually is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Headline {
    /// Something else authenticates beside the signature.
    TwoWays,
    /// There is no date.
    DateMissing,
    /// The date has another form.
    DateUnreadable,
    /// A scheme that names no key has no secret.
    SecretMissing,
    /// A presigned URL has no lifetime.
    LifetimeMissing,
    /// The host takes another algorithm.
    AlgorithmOfAnotherHost,
    /// The service refuses a signed header of this name.
    NeverSigned,
    /// S3 wants the header with the payload hash.
    ContentHashMissing,
    /// The service takes no keyword for the hash.
    BodyNotHashed,
    /// The payload hash is none.
    ContentHashUnreadable,
    /// The lifetime is too long, or no number.
    LifetimeNotAllowed,
    /// The trailer announces a checksum and has none.
    ChecksumMissing,
    /// The policy is not what a policy is.
    PolicyUnreadable,
    /// The policy has ended.
    PolicyExpired,
    /// The region refuses Version 2.
    RegionTakesVersion4,
    /// A + in a parameter is read as a space.
    PlusNotEncoded,
}

impl Headline {
    /// The words, to follow `but` in a verdict.
    pub fn words(self) -> &'static str {
        match self {
            Self::TwoWays => "the request authenticates in two ways",
            Self::DateMissing => "the date is missing",
            Self::DateUnreadable => "the date cannot be read",
            Self::SecretMissing => "the secret is not at hand",
            Self::LifetimeMissing => "the presigned URL does not say how long it is good",
            Self::AlgorithmOfAnotherHost => "the algorithm is not that of the host",
            Self::NeverSigned => "a header is signed that must not be",
            Self::ContentHashMissing => "the header x-amz-content-sha256 is missing",
            Self::BodyNotHashed => "the body must be hashed",
            Self::ContentHashUnreadable => "the payload hash that is sent is neither a hash nor a keyword",
            Self::LifetimeNotAllowed => "the lifetime of the presigned URL is not allowed",
            Self::ChecksumMissing => "the checksum in the trailer is missing",
            Self::PolicyUnreadable => "the policy of the form cannot be read",
            Self::PolicyExpired => "the policy of the form has expired",
            Self::RegionTakesVersion4 => "the region takes Signature Version 4 alone",
            Self::PlusNotEncoded => "a + in the signature is not encoded",
        }
    }
}
