//! The terms of one signature of Version 4's family: everything a trace needs beside the request, each with its origin.
//!
//! Signing and verifying share one engine; they differ in where the terms come from, a plan or a claim.

use std::sync::OnceLock;

use smallvec::SmallVec;

use super::layout::ScopePart;
use super::{Dialect, Family, Placement};
use crate::canon::headers::{self, SignedHeaders};
use crate::canon::payload::Payload;
use crate::canon::term::{Added, AddedPair, Term};
use crate::request::{Request, Span};
use crate::service::{self, Endpoint, Service};
use crate::trace::Traced;

/// What is signed, and under which reading of the rules.
#[derive(Clone)]
pub struct Terms<'a> {
    /// The scheme's names.
    pub family: &'static Family,
    /// The rules of the service.
    pub rules: &'static Service,
    /// Where the signature stands.
    pub placement: Placement,
    /// The reading of the rules.
    pub dialect: Dialect,
    /// The access key id, where it is signed or a key is derived from it.
    pub access_key_id: Option<Term>,
    /// The date and time in the string to sign.
    pub timestamp: Term,
    /// The credential scope.
    pub scope: Scope,
    /// The signed headers, sorted.
    pub signed: SignedHeaders<'a>,
    /// The last line of the canonical request.
    pub payload: Payload<'a>,
    /// Headers that signing adds to the request, or sets anew, without `Authorization`.
    pub added: SmallVec<[Added; 2]>,
    /// Query parameters that signing adds to a presigned URL, or sets anew, without the signature.
    pub pairs: Vec<AddedPair>,
    /// The bucket that only the host names, where the scheme signs it before the path.
    pub bucket: Option<Term>,
    /// The policy of a form, which is signed in place of a canonical request.
    pub policy: Option<Span>,
    /// What the host tells, once it is asked: rules, scope and checks all do.
    pub(crate) endpoint: OnceLock<Endpoint>,
}

/// The credential scope.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The day, `20150830`.
    pub date: Term,
    /// The region, for schemes that name it.
    pub region: Option<Term>,
    /// The service.
    pub service: Term,
    /// `aws4_request`.
    pub terminator: Term,
    /// Which of them the scheme writes, in order.
    pub written: &'static [ScopePart],
}

impl Scope {
    /// One of its parts; `None` for a region that is not named.
    pub(crate) fn part(&self, part: ScopePart) -> Option<&Term> {
        match part {
            ScopePart::Date => Some(&self.date),
            ScopePart::Region => self.region.as_ref(),
            ScopePart::Service => Some(&self.service),
            ScopePart::Terminator => Some(&self.terminator),
        }
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = &Term> {
        self.written.iter().filter_map(|part| self.part(*part))
    }

    pub(crate) fn write(&self, out: &mut Traced) {
        for (index, part) in self.parts().enumerate() {
            if index > 0 {
                out.fixed(b"/");
            }
            part.write(out);
        }
    }

    /// `20150830/us-east-1/iam/aws4_request`.
    pub fn joined(&self) -> SmallVec<[u8; 64]> {
        let mut text = SmallVec::new();
        for (index, part) in self.parts().enumerate() {
            if index > 0 {
                text.push(b'/');
            }
            text.extend_from_slice(&part.text);
        }
        text
    }

    /// Whether `joined` is this scope.
    pub(crate) fn is(&self, joined: &[u8]) -> bool {
        let mut rest = Some(joined);
        for (index, part) in self.parts().enumerate() {
            rest = rest.and_then(|rest| if index > 0 { rest.strip_prefix(b"/") } else { Some(rest) });
            rest = rest.and_then(|rest| rest.strip_prefix(part.text.as_slice()));
        }
        rest == Some(b"")
    }
}

impl Terms<'_> {
    /// What the host of the request tells.
    pub fn endpoint(&self, request: &Request) -> &Endpoint {
        self.endpoint.get_or_init(|| service::of_request(request))
    }

    /// Whether the payload hash is still being computed elsewhere.
    pub fn is_pending(&self) -> bool {
        self.payload == Payload::Pending
    }

    /// `host;x-amz-date`: the signed names, lower-cased and sorted.
    pub fn signed_headers(&self) -> String {
        let mut text = Traced::default();
        headers::write_signed_headers(&mut text, &self.signed);
        String::from_utf8_lossy(text.bytes()).into_owned()
    }
}
