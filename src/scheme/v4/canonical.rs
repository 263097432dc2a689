//! Step 1: the canonical request.

use crate::canon::{headers, path, payload, query};
use crate::request::{Part, Request, Span};
use crate::scheme::{Dialect, Terms};
use crate::trace::{Origin, Rules, Traced};

/// The lines that a request target makes, kept while it is not touched: a keystroke in a header leaves them alone.
#[derive(Default)]
pub(crate) struct CanonicalTarget {
    target: Vec<u8>,
    dialect: Dialect,
    text: Traced,
}

pub(crate) fn write(out: &mut Traced, request: &Request, terms: &Terms<'_>, kept: &mut CanonicalTarget) {
    // <HTTPMethod>
    let method = Origin::Request(Span::new(Part::Method, 0..request.method.len()));
    out.put(method, Rules::NONE, &request.method);
    out.fixed(b"\n");
    // <CanonicalURI> and <CanonicalQueryString>
    kept.update(request, &terms.dialect);
    out.extend(&kept.text);
    // <CanonicalHeaders>
    headers::write_headers(out, request, &terms.signed, &terms.added, &terms.dialect);
    out.fixed(b"\n");
    // <SignedHeaders>
    headers::write_signed_headers(out, &terms.signed);
    out.fixed(b"\n");
    // <HashedPayload>
    payload::write_payload(out, request, &terms.payload);
}

impl CanonicalTarget {
    pub(crate) fn forget(&mut self) {
        self.text.clear();
    }

    fn update(&mut self, request: &Request, dialect: &Dialect) {
        if !self.text.bytes().is_empty() && self.target == request.target && self.dialect == *dialect {
            return;
        }
        self.target.clone_from(&request.target);
        self.dialect = *dialect;
        self.text.clear();
        let target = request.target();
        // <CanonicalURI>
        path::write_path(&mut self.text, &request.target, target.path.clone(), dialect);
        self.text.fixed(b"\n");
        // <CanonicalQueryString>
        query::write_query(&mut self.text, &request.target, &target, dialect.plus);
        self.text.fixed(b"\n");
    }
}
