//! Whether everything that must be signed is signed.

use super::{Found, Presented, failed, message, passed, service_of};
use crate::request::{Request, Span};
use crate::scheme::{Claim, Placement, SessionToken};

pub(super) fn check(presented: &Presented<'_>, claim: &Claim) -> Found {
    let request = presented.request;
    if claim.placement == Placement::Form {
        return passed("the policy is signed: a form signs no header");
    }
    let listed =
        |name: &[u8]| claim.signed_headers.iter().any(|span| request.at(*span).eq_ignore_ascii_case(name));
    if !listed(b"host") && !listed(b":authority") {
        return failed("expected `host` in SignedHeaders, but it is not there", message::HOST_UNSIGNED);
    }
    let prefix = presented.terms.family.header_prefix.as_bytes();
    let token = presented.terms.family.token_header.as_bytes();
    let token_may_stay = presented.terms.dialect.session_token == SessionToken::Unsigned;
    let must = |name: &[u8]| {
        let is_family = name.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
        is_family && !(token_may_stay && name.eq_ignore_ascii_case(token))
    };
    let mut unsigned: Vec<String> = Vec::new();
    for (_, header) in request.sent().filter(|(_, header)| must(&header.name) && !listed(&header.name)) {
        unsigned.push(String::from_utf8_lossy(&header.name).to_ascii_lowercase());
    }
    unsigned.dedup();
    if !unsigned.is_empty() {
        let names = unsigned.join(", ");
        let detail = format!("expected every x-amz-* header to be signed, but found unsigned: {names}");
        return failed(detail, message::unsigned(service_of(presented), &names));
    }
    let mut detail = all_signed(request, claim);
    let row = presented.terms.rules;
    let wanted = |name: &&&str| request.header(name.as_bytes()).is_some() && !listed(name.as_bytes());
    if let (Some(name), 1..) = (row.required.iter().find(wanted), request.body.len()) {
        detail.push_str(&format!("; the guide of {} wants `{name}` signed too, which is not", row.title));
    }
    passed(detail)
}

/// What is signed, where nothing is missing that must be.
fn all_signed(request: &Request, claim: &Claim) -> String {
    let absent =
        claim.signed_headers.iter().map(|span| request.at(*span)).find(|name| request.header(name).is_none());
    let absent = absent.filter(|name| !name.eq_ignore_ascii_case(b"host") && !name.is_empty());
    match (absent.map(String::from_utf8_lossy), claim.placement) {
        (Some(name), Placement::Query) => {
            format!("`{name}` is signed: whoever uses the URL must send it, and here it is not sent")
        }
        (Some(name), Placement::Header | Placement::Form) => {
            format!("`{name}` is named but not sent: it counts as empty")
        }
        (None, Placement::Query) => with_the_url(request, &claim.signed_headers),
        (None, Placement::Header | Placement::Form) => "host and every x-amz-* header are signed".into(),
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
