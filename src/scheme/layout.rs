//! How a scheme of Version 4's family puts scope, string to sign and key together.
//!
//! ```text
//! scope           date/region/service/aws4_request
//! string to sign  algorithm ⏎ timestamp ⏎ scope ⏎ hash of the canonical request
//! key             kDate ─▶ kRegion ─▶ kService ─▶ kSigning
//! ```
//!
//! The trace writes what stands here, and the diagnosis varies it: there is no second place that knows the order.

use crate::trace::Section;

/// A part of a credential scope.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ScopePart {
    /// The day.
    Date,
    /// The region.
    Region,
    /// The service.
    Service,
    /// `aws4_request`.
    Terminator,
}

impl ScopePart {
    /// Every part, in the order in which all schemes write them.
    pub const ALL: [Self; 4] = [Self::Date, Self::Region, Self::Service, Self::Terminator];
}

/// A line of a string to sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Line {
    /// The name of the algorithm.
    Algorithm,
    /// The date and time of the request.
    Timestamp,
    /// The credential scope.
    Scope,
    /// The hash of the canonical request, in lower-case hex.
    RequestHash,
}

impl Line {
    /// Which part of the text it is.
    pub fn section(self) -> Section {
        match self {
            Self::Algorithm => Section::Algorithm,
            Self::Timestamp => Section::Date,
            Self::Scope => Section::Scope,
            Self::RequestHash => Section::RequestHash,
        }
    }
}

/// One HMAC of a key chain: the name of the key that it makes, and the part of the scope that it is taken of. The first is keyed with
/// the secret behind its prefix, each other with the key before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Link {
    /// `kDate`
    pub name: &'static str,
    /// What the HMAC is taken of.
    pub of: ScopePart,
}

/// What stands where in a scheme.
#[derive(Debug)]
pub struct Layout {
    /// The parts of the scope, in the order of [`ScopePart::ALL`]; none where nothing is signed for a scope.
    pub scope: &'static [ScopePart],
    /// The lines of the string to sign, in order.
    pub string: &'static [Line],
    /// The links of the key chain, in order; none where the key is not derived for a scope.
    pub key: &'static [Link],
}

impl Layout {
    /// Whether there is a scope.
    pub fn has_scope(&self) -> bool {
        !self.scope.is_empty()
    }

    /// Whether the scope names a region.
    pub fn names_region(&self) -> bool {
        self.scope.contains(&ScopePart::Region)
    }
}

/// AWS Signature Version 4, as its reference has it:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
pub static CHAINED: Layout = Layout {
    scope: &[ScopePart::Date, ScopePart::Region, ScopePart::Service, ScopePart::Terminator],
    string: &[Line::Algorithm, Line::Timestamp, Line::Scope, Line::RequestHash],
    key: &[
        Link { name: "kDate", of: ScopePart::Date },
        Link { name: "kRegion", of: ScopePart::Region },
        Link { name: "kService", of: ScopePart::Service },
        Link { name: "kSigning", of: ScopePart::Terminator },
    ],
};

/// The same with a key that is good in every region, and so with a scope that names none.
pub static WITHOUT_REGION: Layout = Layout {
    scope: &[ScopePart::Date, ScopePart::Service, ScopePart::Terminator],
    string: CHAINED.string,
    key: &[],
};

/// Google Cloud Storage with the key pair of a service account, which is derived for nothing.
pub static SCOPED: Layout = Layout { scope: CHAINED.scope, string: CHAINED.string, key: &[] };

/// Tencent Cloud: no region, and so a chain of three links. <https://www.tencentcloud.com/document/api/213/33224>
pub static CHAINED_WITHOUT_REGION: Layout = Layout {
    scope: WITHOUT_REGION.scope,
    string: CHAINED.string,
    key: &[
        Link { name: "SecretDate", of: ScopePart::Date },
        Link { name: "SecretService", of: ScopePart::Service },
        Link { name: "SecretSigning", of: ScopePart::Terminator },
    ],
};

/// Alibaba Cloud: the secret itself signs, and the date stands among the headers alone.
/// <https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature>
pub static UNDATED: Layout = Layout { scope: &[], string: &[Line::Algorithm, Line::RequestHash], key: &[] };

/// Huawei Cloud: the secret itself signs, and no scope is named.
/// <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html>
pub static UNSCOPED: Layout =
    Layout { scope: &[], string: &[Line::Algorithm, Line::Timestamp, Line::RequestHash], key: &[] };
