//! Step 1: the canonical request.

use crate::canon::{headers, path, payload, query};
use crate::request::{Part, Request, Span};
use crate::scheme::Terms;
use crate::trace::{Origin, Rules, Traced};

pub(crate) fn write(out: &mut Traced, request: &Request, terms: &Terms<'_>) {
    let target = request.target();
    // <HTTPMethod>
    let method = Origin::Request(Span::new(Part::Method, 0..request.method.len()));
    out.put(method, Rules::NONE, &request.method);
    out.fixed(b"\n");
    // <CanonicalURI>
    path::write_path(out, &request.target, target.path.clone(), &terms.dialect);
    out.fixed(b"\n");
    // <CanonicalQueryString>
    query::write_query(out, &request.target, &target, terms.dialect.plus);
    out.fixed(b"\n");
    // <CanonicalHeaders>
    let order = headers::sorted(&terms.signed);
    headers::write_headers(out, request, &terms.signed, &order, &terms.dialect);
    out.fixed(b"\n");
    // <SignedHeaders>
    headers::write_signed_headers(out, &terms.signed, &order);
    out.fixed(b"\n");
    // <HashedPayload>
    payload::write_payload(out, request, &terms.payload);
}
