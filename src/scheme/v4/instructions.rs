//! What makes a signature stand in the request: a header, the parameters of a URL, or the fields of a form; and what takes it off.

use super::canonical;
use super::plan::in_query_instead;
use super::presigned::Parameter;
use crate::request::{Header, Request};
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
        headers.push(Header::new("Authorization", authorization(terms, access_key_id, signature)));
    }
    let presigned = terms.placement == Placement::Query;
    let instead = |header: &&Header| presigned && in_query_instead(terms.family, &header.name);
    let removed = request.headers.iter().filter(instead).map(|header| header.name.clone()).collect();
    let fields = fields(terms, access_key_id, signature);
    Instructions { headers, pairs: pairs(terms, signature), fields, removed }
}

/// Takes everything off the query that makes it that of a presigned URL.
pub(super) fn strip(request: &mut Request, family: &Family) {
    let names = Parameter::ALL.map(|parameter| parameter.name(family));
    request.target = without_pairs(request, &names.each_ref().map(String::as_str));
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
    let mut text = Vec::with_capacity(256);
    for part in [
        terms.family.algorithm.as_bytes(),
        b" Credential=",
        access_key_id.as_bytes(),
        b"/",
        &terms.scope.joined(),
        b", SignedHeaders=",
        terms.signed_headers().as_bytes(),
        b", Signature=",
        signature,
    ] {
        text.extend_from_slice(part);
    }
    text
}
