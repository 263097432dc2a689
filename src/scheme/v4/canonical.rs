//! Step 1: the canonical request.

use smallvec::SmallVec;

use super::presigned::Parameter;
use crate::canon::query::QueryChange;
use crate::canon::{headers, path, payload, query};
use crate::request::{Part, Request, Span};
use crate::scheme::{AddedPair, Dialect, Placement, SessionToken, Term, Terms};
use crate::trace::{Origin, Rules, Section, Traced};

/// The lines that a request target makes, kept while it is not touched: a keystroke in a header leaves them alone.
#[derive(Default)]
pub(crate) struct CanonicalTarget {
    target: Vec<u8>,
    dialect: Dialect,
    placement: Placement,
    pairs: Vec<AddedPair>,
    bucket: Option<Term>,
    text: Traced,
}

pub(crate) fn write(out: &mut Traced, request: &Request, terms: &Terms<'_>, kept: &mut CanonicalTarget) {
    // <HTTPMethod>
    let method = Origin::Request(Span::new(Part::Method, 0..request.method.len()));
    out.put(method, Rules::NONE, &request.method);
    out.fixed(b"\n");
    out.ends(Section::Method);
    // <CanonicalURI> and <CanonicalQueryString>
    kept.update(request, terms);
    out.extend(&kept.text);
    // <CanonicalHeaders>
    headers::write_headers(out, request, &terms.signed, &terms.added, &terms.dialect);
    out.fixed(b"\n");
    out.ends(Section::Headers);
    // <SignedHeaders>
    headers::write_signed_headers(out, &terms.signed);
    out.fixed(b"\n");
    out.ends(Section::SignedHeaders);
    // <HashedPayload>
    payload::write_payload(out, request, &terms.payload);
    out.ends(Section::Payload);
}

impl CanonicalTarget {
    pub(crate) fn forget(&mut self) {
        self.text.clear();
    }

    fn is_of(&self, request: &Request, terms: &Terms<'_>) -> bool {
        let same = self.target == request.target && self.dialect == terms.dialect;
        !self.text.bytes().is_empty()
            && same
            && self.placement == terms.placement
            && self.pairs == terms.pairs
            && self.bucket == terms.bucket
    }

    fn update(&mut self, request: &Request, terms: &Terms<'_>) {
        if self.is_of(request, terms) {
            return;
        }
        self.target.clone_from(&request.target);
        (self.dialect, self.placement) = (terms.dialect, terms.placement);
        self.pairs.clone_from(&terms.pairs);
        self.bucket.clone_from(&terms.bucket);
        self.text.clear();
        // <CanonicalURI>
        write_path(&mut self.text, request, terms);
        self.text.fixed(b"\n");
        self.text.ends(Section::Path);
        // <CanonicalQueryString>
        write_query(&mut self.text, request, terms);
        self.text.fixed(b"\n");
        self.text.ends(Section::Query);
    }
}

/// The path, with the bucket that only the host names before it.
pub(crate) fn write_path(out: &mut Traced, request: &Request, terms: &Terms<'_>) {
    if let Some(bucket) = &terms.bucket {
        out.put(bucket.origin, bucket.rules, b"/");
        bucket.write(out);
    }
    path::write_path(out, &request.target, request.target().path, &terms.dialect);
}

/// The query, as far as it takes part in the signature.
pub(crate) fn write_query(out: &mut Traced, request: &Request, terms: &Terms<'_>) {
    let names = left_out(terms);
    let names: SmallVec<[&str; 3]> = names.iter().map(String::as_str).collect();
    let change = QueryChange { left_out: &names, added: &terms.pairs };
    query::write_query(out, (Part::Target, &request.target), &request.target(), &terms.dialect, change);
}

/// The parameters of a presigned URL that take no part in its signature.
pub(crate) fn left_out(terms: &Terms<'_>) -> SmallVec<[String; 3]> {
    let mut names = SmallVec::new();
    if terms.placement == Placement::Query {
        names.push(Parameter::Signature.name(terms.family));
        if terms.dialect.session_token == SessionToken::Unsigned {
            names.push(Parameter::SecurityToken.name(terms.family));
        }
    }
    names
}
