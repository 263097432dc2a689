//! Whether everything that must be signed is signed, and nothing that must not be.

use crate::canon::headers::Value;
use crate::request::{Request, Span};
use crate::scheme::checks::{Found, Presented, failed, message, passed};
use crate::scheme::{Claim, Placement, SessionToken, Terms};
use crate::service::UnsignedHeaders;
use crate::signature::check::Headline;

pub(super) fn check(presented: &Presented<'_>, terms: &Terms<'_>, claim: &Claim) -> Found {
    let (request, signed, row) = (presented.request, &terms.signed, terms.rules);
    if claim.placement == Placement::Form {
        return passed("the policy is signed: a form signs no header");
    }
    let is_host = |name: &str| name == "host" && signed.has(b":authority");
    let lacks = |name: &&&str| !signed.has(name.as_bytes()) && !is_host(name);
    if let Some(name) = terms.family.required.iter().find(lacks) {
        let list = terms.family.syntax.list;
        let detail = format!("expected `{name}` in {list}, but it is not there");
        return failed(detail, message::HOST_UNSIGNED);
    }
    let too_many = |name: &&&str| signed.has(name.as_bytes());
    if let Some(name) = row.never_signed.iter().find(too_many) {
        let detail = format!(
            "expected `{name}` not to be signed, which {} does not take, but found it in SignedHeaders",
            row.title
        );
        return failed(detail, message::NEVER_SIGNED).headed(Headline::NeverSigned);
    }
    let unsigned = unsigned(request, terms).join(", ");
    let mut detail = match (unsigned.is_empty(), row.unsigned_headers) {
        (false, UnsignedHeaders::Refused) => {
            let prefix = terms.family.header_prefix;
            let detail =
                format!("expected every {prefix}* header to be signed, but found unsigned: {unsigned}");
            return failed(detail, message::unsigned(&unsigned));
        }
        (false, UnsignedHeaders::Taken) => format!("sent but not signed, which is taken here: {unsigned}"),
        (true, _) => all_signed(request, terms, claim),
    };
    let wanted = |name: &&&str| request.header(name.as_bytes()).is_some() && !signed.has(name.as_bytes());
    if let (Some(name), 1..) = (row.required.iter().find(wanted), request.body.len()) {
        detail.push_str(&format!("; the guide of {} wants `{name}` signed too, which is not", row.title));
    }
    passed(detail)
}

/// The headers of the scheme that are sent and not signed, in lower case. The payload hash is signed in the last line whether it is
/// among the headers or not: S3, radosgw and s3s take a request that leaves it out there.
fn unsigned(request: &Request, terms: &Terms<'_>) -> Vec<String> {
    let prefix = terms.family.header_prefix.as_bytes();
    let (token, content) = (terms.family.token_header, terms.family.content_header);
    let token_may_stay = terms.dialect.session_token == SessionToken::Unsigned;
    let is = |name: &[u8], other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    let must = |name: &[u8]| {
        let is_family = name.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
        is_family && !is(name, content) && !(token_may_stay && is(name, token))
    };
    let unsigned = request.sent().filter(|(_, header)| must(&header.name) && !terms.signed.has(&header.name));
    let mut names: Vec<String> =
        unsigned.map(|(_, header)| String::from_utf8_lossy(&header.name).to_ascii_lowercase()).collect();
    names.dedup();
    names
}

/// What is signed, where nothing is missing that must be.
fn all_signed(request: &Request, terms: &Terms<'_>, claim: &Claim) -> String {
    let signed = terms.signed.entries.iter();
    let mut absent = signed.filter(|header| header.value == Value::Absent).map(|header| header.name);
    let absent = absent.find(|name| !name.eq_ignore_ascii_case(b"host"));
    match (absent.map(String::from_utf8_lossy), claim.placement) {
        (Some(name), Placement::Query) => {
            format!("`{name}` is signed: whoever uses the URL must send it, and here it is not sent")
        }
        (Some(name), Placement::Header | Placement::Form | Placement::Body) => {
            format!("`{name}` is named but not sent: it counts as empty")
        }
        (None, Placement::Query) => with_the_url(request, &claim.signed_headers),
        (None, Placement::Header | Placement::Form | Placement::Body) => in_the_header(request, terms),
    }
}

/// The payload hash may stay out of the headers: its value is signed all the same.
fn in_the_header(request: &Request, terms: &Terms<'_>) -> String {
    let (content, prefix) = (terms.family.content_header, terms.family.header_prefix);
    let sent = request.header(content.as_bytes()).is_some();
    match sent && !terms.signed.has(content.as_bytes()) {
        true => format!(
            "host and every other {prefix}* header are signed; {} is not, but its value ends the canonical request",
            content.to_ascii_lowercase()
        ),
        false => format!("host and every {prefix}* header are signed"),
    }
}

/// What whoever uses a presigned URL must send with it.
fn with_the_url(request: &Request, signed: &[Span]) -> String {
    let others = signed.iter().map(|span| String::from_utf8_lossy(request.at(*span)).to_ascii_lowercase());
    let others: Vec<String> = others.filter(|name| name != "host").collect();
    match others.is_empty() {
        true => "host is signed; no other header must be sent with the URL".into(),
        false => format!("host is signed; with the URL must be sent: {}", others.join(", ")),
    }
}
