//! Requests signed in their `Authorization` header.

use countersign::request::{Part, Request, Span};
use countersign::verify::CheckId::{
    Algorithm, Claim, Date, Key, Payload as Hash, Scope, Signature, SignedHeaders,
};
use countersign::verify::Conclusion;
use proptest::prelude::*;

use crate::common::analyse;
use crate::request::{Generated, LATER, Payload, generated, v4, v4a};
use crate::tampering::{Kind, Pick, clock, find, matches, pick, visible};

const SPEAKS: &str = "in the Authorization header";
/// The same of a presigned URL, which signs headers as well.
const IN_QUERY: &str = "in the query parameter X-Amz-Signature";

/// The kinds of places that every request signed in its header has, whatever its body.
pub(crate) fn kinds(request: &Request) -> Vec<Kind> {
    let mut kinds = target(request);
    kinds.push(Kind::new("method", vec![Span::new(Part::Method, 0..request.method.len())], &[Signature]));
    kinds.extend(headers(request));
    kinds.extend(authorization(request));
    kinds
}

/// The path and the query, `/`, `?`, `&`, `=` and `%` included.
fn target(request: &Request) -> Vec<Kind> {
    let place = Span::new(Part::Target, 0..request.target.len());
    vec![Kind::new("target", vec![place], &[Signature]).says(&[SPEAKS])]
}

/// What each signed header may be refused for, and the values of those that are not signed.
pub(crate) fn headers(request: &Request) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (index, header) in request.headers.iter().enumerate() {
        let name = String::from_utf8_lossy(&header.name).into_owned();
        let part = Part::HeaderValue(index as u32);
        let whole = vec![Span::new(part, 0..header.value.len())];
        let bytes = visible(part, &header.value, 0..header.value.len());
        let value = match name.to_ascii_lowercase().as_str() {
            "authorization" => continue,
            "user-agent" => Kind::free(name, bytes),
            _ if name == LATER => Kind::free(name, bytes),
            "x-amz-date" => Kind::new(&name, whole, &[Date, Signature]).says(&[SPEAKS]).or_quotes(),
            "x-amz-content-sha256" => Kind::new(&name, whole, &[Hash, Signature]).says(&[SPEAKS]).or_quotes(),
            _ => Kind::new(&name, bytes, &[Signature]).says(&[SPEAKS, IN_QUERY]),
        };
        if value.is_signed() {
            kinds.push(signed_name(&header.name, index));
        }
        kinds.push(value);
    }
    kinds
}

/// A header of another name is a signed one that is missing, and may be one that must be signed.
fn signed_name(name: &[u8], index: usize) -> Kind {
    let place = Span::new(Part::HeaderName(index as u32), 0..name.len());
    let checks: &[_] = match name.to_ascii_lowercase().as_slice() {
        b"x-amz-date" => &[Date, SignedHeaders],
        b"x-amz-content-sha256" => &[Hash, SignedHeaders, Signature],
        name if name.starts_with(b"x-amz-") => &[SignedHeaders, Signature],
        _ => &[Signature],
    };
    let name = String::from_utf8_lossy(name);
    Kind::new(format!("name {name}"), vec![place], checks).says(&[
        SPEAKS,
        IN_QUERY,
        "found unsigned: ",
        "an X-Amz-Date or Date header",
        "the header x-amz-content-sha256",
    ])
}

/// The parts of the header that carries the signature.
fn authorization(request: &Request) -> Vec<Kind> {
    let (index, header) = request.header(b"authorization").unwrap();
    let part = Part::HeaderValue(index as u32);
    let text = &header.value;
    let value = |name: &str, end: &str| {
        let start = find(text, name, 0).end;
        start..if end.is_empty() { text.len() } else { find(text, end, start).start }
    };
    let credential = value("Credential=", ",");
    let (signed, signature) = (value("SignedHeaders=", ","), value("Signature=", ""));
    let span = |range| Span::new(part, range);
    let rest = [0..credential.start, credential.end..signed.start, signed.end..signature.start];
    let mut kinds = scope(&text[credential.clone()], |range| {
        span(credential.start + range.start..credential.start + range.end)
    });
    kinds.extend([
        Kind::new("SignedHeaders", vec![span(signed)], &[SignedHeaders, Signature]).says(&[
            SPEAKS,
            "in SignedHeaders",
            "found unsigned: ",
        ]),
        Kind::new("Signature", vec![span(signature)], &[Signature]).says(&[SPEAKS]),
        Kind::new("words of the header", rest.map(span).to_vec(), &[Claim, Algorithm])
            .says(&["Authorization header"]),
    ]);
    kinds
}

/// The parts of `AKID/date/region/service/aws4_request`: each is called by what it is.
fn scope(credential: &[u8], span: impl Fn(std::ops::Range<usize>) -> Span) -> Vec<Kind> {
    let slashes: Vec<_> = (0..credential.len()).filter(|at| credential[*at] == b'/').collect();
    let starts = std::iter::once(0).chain(slashes.iter().map(|at| at + 1));
    let ends = slashes.iter().copied().chain([credential.len()]);
    let parts: Vec<_> = starts.zip(ends).map(|(start, end)| span(start..end)).collect();
    // A public key has no id that is signed; the secret of SigV4A would be derived with it.
    let key_id = match parts.len() {
        4 => Kind::free("key id", vec![parts[0]]),
        _ => Kind::new("key id", vec![parts[0]], &[Key]).or_quotes(),
    };
    let (last, inner) = (parts.len() - 1, &parts[2..parts.len() - 1]);
    vec![
        key_id,
        Kind::new("day", vec![parts[1]], &[Scope]).or_quotes(),
        Kind::new("region and service", inner.to_vec(), &[Signature]).says(&[SPEAKS]),
        Kind::new("terminator", vec![parts[last]], &[Scope]).or_quotes(),
        Kind::new("slashes", slashes.iter().map(|at| span(*at..at + 1)).collect(), &[Scope])
            .says(&["Authorization header"]),
    ]
}

fn of_generated(generated: &Generated, request: &Request) -> Vec<Kind> {
    let mut kinds = kinds(request);
    let body = vec![Span::new(Part::Body, 0..generated.body.len())];
    kinds.push(match generated.payload {
        Payload::Hash => Kind::new("body", body, &[Signature]).says(&[SPEAKS]),
        Payload::InHeader => Kind::new("body", body, &[Hash]).says(&["the SHA-256 of the body"]),
        Payload::Unsigned => Kind::free("body", body),
    });
    kinds
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_of_a_header_signed_request_is_named(
        generated in generated(v4()),
        picks in proptest::collection::vec(pick(), 3),
    ) {
        let session = generated.in_header();
        matches(&session)?;
        for kind in of_generated(&generated, &session.request) {
            picks.iter().try_for_each(|pick: &Pick| kind.holds(&session, *pick))?;
        }
    }
}

/// The text of an HMAC is compared; that of an ECDSA signature is read, and hex may be read in either case.
#[test]
fn the_case_of_a_signature_counts_for_hmac_alone() {
    for (scheme, expected) in [(v4(), Conclusion::Mismatch), (v4a(), Conclusion::Match)] {
        let mut session = Generated { scheme, ..Generated::default() }.in_header();
        let (index, header) = session.request.header(b"authorization").unwrap();
        let signature = find(&header.value, "Signature=", 0).end..;
        session.request.headers[index].value[signature].make_ascii_uppercase();
        assert_eq!(analyse(&session, clock()).verdict.conclusion(), Some(expected), "{scheme}");
    }
}

proptest! {
    // A verification of ECDSA takes milliseconds in a build for tests.
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_of_a_sigv4a_request_is_named(generated in generated(v4a()), pick in pick()) {
        let session = generated.in_header();
        matches(&session)?;
        for kind in of_generated(&generated, &session.request) {
            kind.holds(&session, pick)?;
        }
    }
}
