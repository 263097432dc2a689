//! Whether the payload hash that is sent agrees with the body.

use std::borrow::Cow;

use crate::canon::payload::{self, Payload};
use crate::request::Request;
use crate::scheme::checks::{
    Found, Presented, failed, message, not_hashed, not_reached, passed, passed_with, service_of,
};
use crate::scheme::v4::presigned::Parameter;
use crate::scheme::{Placement, Terms};
use crate::service::{ContentHeader, UnsignedPayload};
use crate::signature::check::Headline;
use crate::trace::Origin;

pub(super) fn check(presented: &Presented<'_>, terms: &Terms<'_>) -> Found {
    if terms.is_pending() {
        return not_reached(not_hashed(presented.request));
    }
    let request = presented.request;
    if terms.placement == Placement::Form {
        return passed("a form signs its policy, not its body");
    }
    let Some(sent) = sent(presented.request, terms) else {
        let rules = terms.rules;
        if terms.placement == Placement::Header && rules.content_header == ContentHeader::Required {
            let detail = format!(
                "expected the header {}, which {} does not do without, but found none",
                terms.family.content_header.to_ascii_lowercase(),
                rules.title
            );
            let is_s3 = message::is_s3(service_of(presented));
            return failed(detail, if is_s3 { message::CONTENT_HEADER } else { message::FORBIDDEN })
                .headed(Headline::ContentHashMissing);
        }
        return passed(match terms.payload {
            Payload::Text(_, Origin::Scheme) => "a presigned URL of this service leaves the body out",
            Payload::Text(..) | Payload::Body(_) | Payload::Pending => "the body's own hash is signed",
        });
    };
    let sent = sent.as_ref();
    let text = String::from_utf8_lossy(sent);
    if !payload::is_hex_digest(sent) {
        return keyword(presented, terms, sent);
    }
    let Some(computed) = payload::hash(request, presented.situation.hashing) else {
        return not_reached(not_hashed(request));
    };
    let computed = hex::encode(computed);
    match computed.as_bytes() == sent {
        true => passed_with(presented, || {
            format!("{} is the SHA-256 of the body", terms.family.content_header.to_ascii_lowercase())
        }),
        false => failed(
            format!("expected {computed}, the SHA-256 of the body, but found {text}"),
            message::PAYLOAD,
        ),
    }
}

/// What is sent in place of a hash.
fn keyword(presented: &Presented<'_>, terms: &Terms<'_>, sent: &[u8]) -> Found {
    let text = String::from_utf8_lossy(sent);
    let rules = terms.rules;
    let is_in_header = terms.placement == Placement::Header;
    if sent == payload::UNSIGNED && is_in_header && rules.unsigned_payload == UnsignedPayload::Refused {
        let detail = format!(
            "expected the SHA-256 of the body, as {} takes no unsigned payload, but found {text}",
            rules.title
        );
        return failed(detail, message::mismatch(service_of(presented))).headed(Headline::BodyNotHashed);
    }
    let known = sent == payload::UNSIGNED || sent.starts_with(b"STREAMING-");
    match known || !message::is_s3(service_of(presented)) {
        true if sent.starts_with(b"STREAMING-") => {
            passed(format!("{text}: the body is checked piece by piece"))
        }
        true => passed(format!("{text}: the body is not hashed as a whole")),
        false => {
            let detail = format!(
                "expected a SHA-256 in hex or a keyword such as UNSIGNED-PAYLOAD, but found `{text}`"
            );
            failed(detail, message::PAYLOAD_INVALID).headed(Headline::ContentHashUnreadable)
        }
    }
}

/// The payload hash or keyword that the request sends: a header, or a parameter of a presigned URL.
fn sent<'a>(request: &'a Request, terms: &Terms<'_>) -> Option<Cow<'a, [u8]>> {
    let parameter = Parameter::ContentSha256.find(request, terms.family);
    match (terms.placement, parameter) {
        (Placement::Query, Some(span)) => Some(Placement::Query.text(request, span)),
        (Placement::Query | Placement::Header | Placement::Form | Placement::Body, _) => {
            request.value(terms.family.content_header.as_bytes()).map(Cow::Borrowed)
        }
    }
}
