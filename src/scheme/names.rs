//! How a member of Version 4's family calls and writes things: what stands in its header, its query, its date, and which headers it signs.

use smallvec::SmallVec;

use crate::time::{DateForm, Timestamp};

/// How a claim stands in a header.
#[derive(Debug)]
pub struct HeaderSyntax {
    /// The name of the header, as it is sent.
    pub header: &'static str,
    /// The name of the component with key id and scope.
    pub credential: &'static str,
    /// The name of the component with the list of headers.
    pub list: &'static str,
    /// Whether that list must be there.
    pub listing: List,
    /// What stands between two components.
    pub separator: &'static str,
    /// A header that stands beside it where makers share the name of the algorithm.
    pub beside: Option<&'static str>,
}

/// Whether a claim must list the headers that it signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum List {
    /// It must.
    Required,
    /// It lists only those that are signed beside the scheme's own, and may list none.
    OfMore,
}

/// `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`
pub static AUTHORIZATION: HeaderSyntax = HeaderSyntax {
    header: "Authorization",
    credential: "Credential",
    list: "SignedHeaders",
    listing: List::Required,
    separator: ", ",
    beside: None,
};

/// The names of the parameters of a presigned URL, without the prefix of the family, in the order of
/// [`Parameter::ALL`](super::v4::presigned::Parameter::ALL).
pub type Parameters = [&'static str; 9];

/// Those of AWS.
pub static PARAMETERS: Parameters = [
    "Algorithm",
    "Credential",
    "Date",
    "Expires",
    "Region-Set",
    "SignedHeaders",
    "Signature",
    "Security-Token",
    "Content-Sha256",
];

/// Those of Escher.
pub static ESCHER: Parameters = [
    "Algorithm",
    "Credentials",
    "Date",
    "Expires",
    "Region-Set",
    "SignedHeaders",
    "Signature",
    "Security-Token",
    "Content-Sha256",
];

/// Which headers are signed. Names are in lower case; one that ends in `*` stands for all that begin so.
#[derive(Clone, Copy, Debug)]
pub enum Signs {
    /// Those that a claim lists; a plan takes every one that may be signed.
    Listed,
    /// Those that a claim lists; a plan takes these.
    Planned(&'static [&'static str]),
    /// These, whether they are listed or not, and those that a claim lists.
    Implied(&'static [&'static str]),
}

impl Signs {
    /// Whether a header is signed whether it is listed or not.
    pub(crate) fn implies(self, name: &[u8]) -> bool {
        match self {
            Self::Listed | Self::Planned(_) => false,
            Self::Implied(names) => is_among(names, name),
        }
    }

    /// Whether a plan signs a header that may be signed.
    pub(crate) fn plans(self, name: &[u8]) -> bool {
        match self {
            Self::Listed => true,
            Self::Planned(names) | Self::Implied(names) => is_among(names, name),
        }
    }
}

fn is_among(names: &[&str], name: &[u8]) -> bool {
    let is = |own: &&str| match own.strip_suffix('*') {
        Some(begin) => {
            name.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin.as_bytes()))
        }
        None => name.eq_ignore_ascii_case(own.as_bytes()),
    };
    names.iter().any(is)
}

/// What the last line of a canonical request is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Payloads {
    /// What the header of the payload hash says, else the hash of the body.
    AsStated,
    /// The hash of the body; of the word `UNSIGNED-PAYLOAD` where the header has that.
    Hashed,
    /// What the header says, but of an empty body its hash.
    HashedWhenEmpty,
    /// What the header says, else `UNSIGNED-PAYLOAD`.
    Unsigned,
}

/// How a date is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DateNames {
    /// The date of the request.
    pub form: DateForm,
    /// The day of the scope.
    pub day: DayForm,
}

/// `20150830T123600Z`, and `20150830`.
pub static BASIC: DateNames = DateNames { form: DateForm::Basic, day: DayForm::Basic };

/// How a day is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DayForm {
    /// `20150830`
    Basic,
    /// `2015-08-30`
    Dashed,
}

impl DayForm {
    /// The day of an instant.
    pub fn write(self, instant: Timestamp) -> SmallVec<[u8; 24]> {
        let basic = instant.basic();
        match self {
            Self::Basic => SmallVec::from_slice(&basic[..8]),
            Self::Dashed => {
                let [year, month, day] = [&basic[..4], &basic[4..6], &basic[6..8]];
                [year, b"-", month, b"-", day].concat().into()
            }
        }
    }
}
