//! Which protocol a request speaks: it says how a service words its answer.

use std::borrow::Cow;

use super::wording::Wording;
use super::{Errors, Service};
use crate::request::Request;

/// The protocols of AWS's services.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Protocol {
    /// S3's REST in XML.
    S3,
    /// JSON with the operation in `X-Amz-Target`; the media type as it was sent.
    Json(String),
    /// JSON with the operation in method and path.
    RestJson,
    /// A form with the operation in `Action`, answered in XML.
    Query(String),
    /// The same as EC2 has it.
    Ec2(String),
    /// CBOR with the operation in the path.
    Cbor,
    /// That of another maker.
    Of(&'static Wording),
    /// None that is known.
    Plain,
}

impl Protocol {
    /// The protocol of a request that is signed for `service`, where it says so, by the rules of its maker.
    pub fn of_rules(request: &Request, service: Option<&[u8]>, rules: &Service) -> Self {
        match rules.errors {
            Errors::Of(words) => Self::Of(words),
            Errors::S3 | Errors::Json | Errors::Query | Errors::Ec2 => Self::of(request, service),
        }
    }

    /// The protocol of a request that is signed for `service` of AWS, where it says so.
    pub fn of(request: &Request, service: Option<&[u8]>) -> Self {
        let is_cbor = request.value(b"smithy-protocol") == Some(b"rpc-v2-cbor");
        let target = request.header(b"x-amz-target").is_some();
        let errors = service.map(|service| super::of_name(service).errors);
        match (is_cbor, target, action(request), errors) {
            (true, ..) => Self::Cbor,
            (_, true, ..) => {
                let sent = request.value(b"content-type").unwrap_or(b"application/x-amz-json-1.0");
                Self::Json(String::from_utf8_lossy(sent).into_owned())
            }
            (_, _, Some(action), Some(Errors::Ec2)) => Self::Ec2(action),
            (_, _, Some(action), _) => Self::Query(action),
            (_, _, None, Some(Errors::S3)) => Self::S3,
            (_, _, None, Some(Errors::Json)) => Self::RestJson,
            // The REST services in XML write their errors as the Query protocol does.
            (_, _, None, Some(Errors::Query | Errors::Ec2)) => Self::Query(String::new()),
            (_, _, None, Some(Errors::Of(words))) => Self::Of(words),
            (_, _, None, None) if request.header(b"x-amz-content-sha256").is_some() => Self::S3,
            (_, _, None, None) => Self::Plain,
        }
    }
}

/// The operation of the Query protocol: in the form that is the body, or in the query.
fn action(request: &Request) -> Option<String> {
    let body = form_body(request);
    let in_body = body.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(b"Action="));
    let named = |pair: &crate::request::Pair| &request.target[pair.name.clone()] == b"Action";
    let in_query = request.target().pairs(&request.target).find(named);
    let in_query = in_query.and_then(|pair| Some(&request.target[pair.value?]));
    let name = in_body.or(in_query)?;
    // It becomes the name of an element.
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_alphanumeric);
    is_name.then(|| String::from_utf8_lossy(name).into_owned())
}

/// The body, where it is a form.
pub(crate) fn form_body(request: &Request) -> Cow<'_, [u8]> {
    let is_form = request
        .value(b"content-type")
        .is_some_and(|value| value.starts_with(b"application/x-www-form-urlencoded"));
    if is_form { request.body.bytes() } else { Cow::Borrowed(&b""[..]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;

    fn of(head: &str, body: &str, service: Option<&str>) -> Protocol {
        let request = read(format!("{head}\r\nHost: h\r\n\r\n{body}").as_bytes()).unwrap().request;
        Protocol::of(&request, service.map(str::as_bytes))
    }

    #[test]
    fn the_request_says_it_before_the_service() {
        let form = "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8";
        let json = "POST / HTTP/1.1\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: A.B";
        let query = |action: &str| Protocol::Query(action.into());
        for (head, body, service, expected) in [
            ("GET /b/k HTTP/1.1", "", Some("s3"), Protocol::S3),
            ("GET / HTTP/1.1\r\nX-Amz-Content-Sha256: x", "", None, Protocol::S3),
            (json, "{}", Some("logs"), Protocol::Json("application/x-amz-json-1.1".into())),
            (json, "{}", None, Protocol::Json("application/x-amz-json-1.1".into())),
            ("GET /2015-03-31/functions HTTP/1.1", "", Some("lambda"), Protocol::RestJson),
            (form, "Action=GetCallerIdentity&Version=1", Some("sts"), query("GetCallerIdentity")),
            (form, "Action=DescribeRegions", Some("ec2"), Protocol::Ec2("DescribeRegions".into())),
            ("GET /?Version=1&Action=ListUsers HTTP/1.1", "", Some("iam"), query("ListUsers")),
            ("GET /?Action=<x> HTTP/1.1", "", Some("iam"), query("")),
            ("POST /x HTTP/1.1\r\nSmithy-Protocol: rpc-v2-cbor", "", Some("monitoring"), Protocol::Cbor),
            ("GET / HTTP/1.1", "", None, Protocol::Plain),
        ] {
            assert_eq!(of(head, body, service), expected, "{head}");
        }
    }
}
