//! The rows of the copy menu.

use crate::report::diagnosis::Omit;

/// What can be copied.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Copyable {
    /// The value of the Authorization header.
    Authorization,
    /// Every header to add.
    Headers,
    /// The presigned URL.
    Url,
    /// A curl command.
    Curl,
    /// The raw request.
    Raw,
    /// The canonical request.
    CanonicalRequest,
    /// The string to sign.
    StringToSign,
    /// The signature.
    Signature,
    /// Everything as JSON.
    Json,
    /// The diagnosis as Markdown.
    Report,
    /// The same, for those who keep signatures to themselves.
    ReportWithoutSignatures,
}

/// The rows of the copy menu.
pub const COPIES: [Copyable; 11] = [
    Copyable::Authorization,
    Copyable::Headers,
    Copyable::Url,
    Copyable::Curl,
    Copyable::Raw,
    Copyable::CanonicalRequest,
    Copyable::StringToSign,
    Copyable::Signature,
    Copyable::Json,
    Copyable::Report,
    Copyable::ReportWithoutSignatures,
];

impl Copyable {
    /// Its name in the menu and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authorization => "Authorization header",
            Self::Headers => "all headers to add",
            Self::Url => "presigned URL",
            Self::Curl => "curl command",
            Self::Raw => "raw signed request",
            Self::CanonicalRequest => "canonical request",
            Self::StringToSign => "string to sign",
            Self::Signature => "signature",
            Self::Json => "JSON",
            Self::Report => "report of the diagnosis",
            Self::ReportWithoutSignatures => "report without signatures and body",
        }
    }

    /// Whether it carries a signature to a server, which refuses an old one.
    pub(super) fn goes_out(self) -> bool {
        match self {
            Self::Authorization | Self::Headers | Self::Url | Self::Curl | Self::Raw => true,
            Self::CanonicalRequest
            | Self::StringToSign
            | Self::Signature
            | Self::Json
            | Self::Report
            | Self::ReportWithoutSignatures => false,
        }
    }

    /// What a report leaves out; `None` for what is no report.
    pub(super) fn omit(self) -> Option<Vec<Omit>> {
        match self {
            Self::Report => Some(Vec::new()),
            Self::ReportWithoutSignatures => Some(Omit::ALL.map(|(omit, _)| omit).into()),
            Self::Authorization
            | Self::Headers
            | Self::Url
            | Self::Curl
            | Self::Raw
            | Self::CanonicalRequest
            | Self::StringToSign
            | Self::Signature
            | Self::Json => None,
        }
    }
}
