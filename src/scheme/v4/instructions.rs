//! What makes a signature stand in the request: a header, the parameters of a URL, or the fields of a form; and what takes it off.

use super::canonical;
use super::plan::in_query_instead;
use super::presigned::Parameter;
use crate::request::{Header, Request};
use crate::scheme::names::{self, List};
use crate::scheme::sign::{Instructions, without_pairs};
use crate::scheme::{AddedPair, Family, Placement, Terms};

/// What makes `terms` and their signature stand in the request.
pub(super) fn instructions(
    terms: &Terms<'_>,
    request: &Request,
    access_key_id: &str,
    signature: &[u8],
) -> Instructions {
    let mut headers: Vec<_> =
        terms.added.iter().map(|added| Header::new(added.name, added.value.to_vec())).collect();
    if terms.placement == Placement::Header {
        let value = authorization(terms, access_key_id, signature);
        headers.push(Header::new(terms.family.syntax.header, value));
    }
    let presigned = terms.placement == Placement::Query;
    let instead = |header: &&Header| presigned && in_query_instead(terms.family, &header.name);
    let removed = request.headers.iter().filter(instead).map(|header| header.name.clone()).collect();
    let fields = fields(terms, access_key_id, signature);
    Instructions { headers, pairs: pairs(terms, signature), fields, removed }
}

/// Takes everything off the query that makes it that of a presigned URL.
pub(super) fn strip(request: &mut Request, family: &Family) {
    let own = Parameter::ALL.map(|parameter| parameter.name(family));
    if family.parameters.is_some() {
        request.target = without_pairs(request, &own.each_ref().map(String::as_str));
    }
    if family.syntax.header != names::AUTHORIZATION.header {
        request.headers.retain(|header| !header.is(family.syntax.header.as_bytes()));
    }
}

/// The fields of a signed form.
fn fields(terms: &Terms<'_>, access_key_id: &str, signature: &[u8]) -> Vec<(String, Vec<u8>)> {
    if terms.placement != Placement::Form {
        return Vec::new();
    }
    let credential = [access_key_id.as_bytes(), b"/", &terms.scope.joined()].concat();
    let name = |parameter: Parameter| parameter.field(terms.family);
    let mut fields = vec![
        (name(Parameter::Algorithm), terms.family.algorithm.into()),
        (name(Parameter::Credential), credential),
        (name(Parameter::Date), terms.timestamp.text.to_vec()),
    ];
    fields.extend(terms.pairs.iter().map(|pair| (pair.name.clone(), text_of(pair))));
    fields.push((name(Parameter::Signature), signature.to_vec()));
    fields
}

/// The value of a pair, not yet encoded.
fn text_of(pair: &AddedPair) -> Vec<u8> {
    pair.value.iter().flat_map(|term| term.text.iter().copied()).collect()
}

/// The parameters of a presigned URL: what is signed, the signature, and what is sent beside it.
fn pairs(terms: &Terms<'_>, signature: &[u8]) -> Vec<(String, Vec<u8>)> {
    if terms.placement != Placement::Query {
        return Vec::new();
    }
    let name = Parameter::Signature.name(terms.family);
    let left_out = canonical::left_out(terms);
    let (beside, signed): (Vec<_>, Vec<_>) = terms
        .pairs
        .iter()
        .map(|pair| (pair.name.clone(), text_of(pair)))
        .partition(|(n, _)| left_out.contains(n));
    signed.into_iter().chain([(name, signature.to_vec())]).chain(beside).collect()
}

/// The value of the `Authorization` header.
fn authorization(terms: &Terms<'_>, access_key_id: &str, signature: &[u8]) -> Vec<u8> {
    let (syntax, scope, signed) = (terms.family.syntax, terms.scope.joined(), terms.signed_headers());
    let mut text = Vec::with_capacity(256);
    let mut put = |parts: &[&[u8]]| parts.iter().for_each(|part| text.extend_from_slice(part));
    put(&[terms.family.algorithm.as_bytes(), b" ", syntax.credential.as_bytes(), b"="]);
    put(&[access_key_id.as_bytes(), if scope.is_empty() { b"" } else { b"/" }, &scope]);
    if syntax.listing == List::Required || !signed.is_empty() {
        put(&[syntax.separator.as_bytes(), syntax.list.as_bytes(), b"=", signed.as_bytes()]);
    }
    put(&[syntax.separator.as_bytes(), b"Signature=", signature]);
    text
}
