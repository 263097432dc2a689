//! The last line of a canonical request: the hash of the body, or what a setting, a header or the scheme has in its place.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use super::Plan;
use super::headers::keyword;
use crate::canon::payload::{self, Payload, UNSIGNED};
use crate::request::Span;
use crate::scheme::Placement;
use crate::scheme::names::Payloads;
use crate::scheme::v4::authorization::header_value;
use crate::scheme::v4::presigned::Parameter;
use crate::service::{PresignedPayload, Service};
use crate::settings::PayloadSetting;
use crate::trace::writer::hex_digest;
use crate::trace::{Given, Origin};

impl<'a> Plan<'a, '_> {
    pub(super) fn payload(&self, rules: &Service) -> Payload<'a> {
        let body =
            || payload::hash(self.request, self.situation.hashing).map_or(Payload::Pending, Payload::Body);
        let given = Origin::Given(Given::Payload);
        if self.placement == Placement::Form {
            return Payload::Text(Cow::Borrowed(b""), Origin::Scheme);
        }
        match &self.settings().payload {
            Some(PayloadSetting::Body | PayloadSetting::BodyInHeader) => return body(),
            Some(PayloadSetting::Unsigned) => return Payload::Text(Cow::Borrowed(UNSIGNED), given),
            // Chunks are announced by headers that a presigned URL has not.
            Some(PayloadSetting::Chunks(_)) if self.placement == Placement::Query => {}
            Some(PayloadSetting::Chunks(form)) => {
                return Payload::Text(Cow::Owned(keyword(self.family, *form).into_bytes()), given);
            }
            Some(PayloadSetting::Text(text)) => return Payload::Text(Cow::Borrowed(text.as_bytes()), given),
            None => {}
        }
        if self.placement == Placement::Query {
            if let Some(span) = Parameter::ContentSha256.find(self.request, self.family) {
                let text = self.placement.text(self.request, span);
                return Payload::Text(text, Origin::Request(span));
            }
            let unsigned = Payload::Text(Cow::Borrowed(UNSIGNED), Origin::Scheme);
            match rules.presigned_payload {
                PresignedPayload::Unsigned => return unsigned,
                PresignedPayload::UnsignedUnlessListed if !self.lists_payload() => return unsigned,
                PresignedPayload::UnsignedUnlessListed | PresignedPayload::Body => {}
            }
        }
        let stated = header_value(self.request, self.family.content_header);
        self.stated_payload(stated).unwrap_or_else(body)
    }

    /// Whether the claim lists the header of the payload hash.
    fn lists_payload(&self) -> bool {
        let name = self.family.content_header.as_bytes();
        let mut listed = self.claim.into_iter().flat_map(|claim| &claim.signed_headers);
        listed.any(|span| self.request.at(*span).eq_ignore_ascii_case(name))
    }

    /// The last line as the header of the payload hash makes it; `None` where the body is hashed.
    fn stated_payload(&self, stated: Option<Span>) -> Option<Payload<'a>> {
        let text = |span: Span| Payload::Text(Cow::Borrowed(self.request.at(span)), Origin::Request(span));
        let is_unsigned = |span: &Span| self.request.at(*span) == UNSIGNED;
        match self.family.payloads {
            Payloads::AsStated => stated.map(text),
            Payloads::Hashed => stated.filter(is_unsigned).map(|span| {
                let hash = hex_digest(&Sha256::digest(UNSIGNED).into()).to_vec();
                Payload::Text(Cow::Owned(hash), Origin::Request(span))
            }),
            Payloads::HashedWhenEmpty => {
                let is_empty = self.request.body.is_empty();
                stated.filter(|span| !(is_empty && is_unsigned(span))).map(text)
            }
            Payloads::Unsigned => {
                Some(stated.map_or(Payload::Text(Cow::Borrowed(UNSIGNED), Origin::Scheme), text))
            }
        }
    }
}
