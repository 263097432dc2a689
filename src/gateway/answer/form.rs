//! In which protocol an answer is written, and the parameters of the one that has its operation in a form.

use crate::gateway::options::Refusals;
use crate::request::Request;
use crate::service::protocol::form_body;

pub(in crate::gateway) use crate::service::protocol::Protocol;

impl Protocol {
    /// The protocol in which a refusal is told.
    pub(in crate::gateway) fn of_refusal(self, refusals: Refusals) -> Self {
        match refusals {
            Refusals::Service => self,
            Refusals::S3 => Self::S3,
            Refusals::Json => match self {
                Self::Json(_) => self,
                Self::S3
                | Self::RestJson
                | Self::Query(_)
                | Self::Ec2(_)
                | Self::Cbor
                | Self::Of(_)
                | Self::Plain => Self::RestJson,
            },
            Refusals::Query => Self::Query(String::new()),
            Refusals::Ec2 => Self::Ec2(String::new()),
            Refusals::Plain => Self::Plain,
        }
    }
}

/// The parameters of a request of the Query protocol, decoded.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The first of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Those of the body and those of the query.
pub(super) fn parameters(request: &Request) -> Parameters {
    let body = form_body(request);
    let query = request.target().query.map(|query| &request.target[query]).unwrap_or_default();
    let text = |bytes: &[u8]| {
        let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_encoding::percent_decode(&spaced).decode_utf8_lossy().into_owned()
    };
    let pairs = body.split(|byte| *byte == b'&').chain(query.split(|byte| *byte == b'&'));
    let pairs = pairs.filter(|pair| !pair.is_empty()).map(|pair| {
        let equals = memchr::memchr(b'=', pair).unwrap_or(pair.len());
        (text(&pair[..equals]), text(pair.get(equals + 1..).unwrap_or_default()))
    });
    Parameters(pairs.collect())
}

/// Whether a request of the Query protocol asks for JSON: by a parameter, or as HTTP has it.
pub(super) fn wants_json(request: &Request, parameters: &Parameters) -> bool {
    let accepts = |value: &[u8]| value.to_ascii_lowercase().starts_with(b"application/json");
    let asked = parameters.get("ContentType").is_some_and(|kind| kind.eq_ignore_ascii_case("json"));
    asked || request.value(b"accept").is_some_and(accepts)
}
