//! Presigned URLs: the claim stands in the query, and what is said of it speaks of the query.

use countersign::request::{Part, Request, Span};
use countersign::verify::CheckId::{Algorithm, Claim, Date, Key, Scope, Signature, SignedHeaders};
use proptest::prelude::*;

use crate::header::headers;
use crate::request::{Generated, generated, v4, v4a};
use crate::tampering::{Kind, Pick, find, matches, pick};

const SPEAKS: &str = "in the query parameter X-Amz-Signature";

fn span(range: std::ops::Range<usize>) -> Span {
    Span::new(Part::Target, range)
}

/// Where each pair stands: its name, and its value with the `=` before it.
fn pairs(target: &[u8]) -> Vec<(Span, Span)> {
    let mut start = find(target, "?", 0).end;
    let mut pairs = Vec::new();
    for pair in target[start..].split(|b| *b == b'&') {
        let name = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
        pairs.push((span(start..start + name), span(start + name..start + pair.len())));
        start += pair.len() + 1;
    }
    pairs
}

fn kinds(generated: &Generated, request: &Request) -> Vec<Kind> {
    let target = &request.target;
    let pairs = pairs(target);
    let question = find(target, "?", 0);
    let separators: Vec<_> = (question.end..target.len()).filter(|at| target[*at] == b'&').collect();
    let mut kinds = vec![
        Kind::new("method", vec![Span::new(Part::Method, 0..request.method.len())], &[Signature])
            .says(&[SPEAKS]),
        Kind::new("path", vec![span(0..question.start)], &[Signature]).says(&[SPEAKS]),
        // Without it there is no query, and nothing that could be named.
        Kind::new("question mark", vec![span(question)], &[Claim]),
        Kind::new(
            "ampersands",
            separators.into_iter().map(|at| span(at..at + 1)).collect(),
            &[Claim, Algorithm, Date, SignedHeaders, Signature],
        )
        .says(&["X-Amz-", "in SignedHeaders", "found unsigned: "]),
    ];
    kinds.extend(pairs.iter().flat_map(|(name, value)| pair(target, *name, *value)));
    kinds.extend(headers(request));
    let body = vec![Span::new(Part::Body, 0..generated.body.len())];
    // S3 leaves the body out of a presigned URL.
    kinds.push(match generated.service {
        "s3" => Kind::free("body", body),
        _ => Kind::new("body", body, &[Signature]).says(&[SPEAKS]),
    });
    kinds
}

/// A parameter: its name, its `=`, and its value.
fn pair(target: &[u8], name: Span, value: Span) -> Vec<Kind> {
    let text = String::from_utf8_lossy(&target[name.range()]).into_owned();
    let whole = span(value.range().start + 1..value.range().end.max(value.range().start + 1));
    let equals = span(value.range().start..whole.range().start.min(value.range().end));
    let named = |checks: &[_]| Kind::new(format!("name {text}"), vec![name, equals], checks);
    let called = |checks: &[_]| Kind::new(text.clone(), vec![whole], checks);
    match text.as_str() {
        "X-Amz-Algorithm" => vec![
            named(&[Claim]).says(&["`X-Amz-Algorithm`"]),
            called(&[Algorithm]).says(&["in the query parameter X-Amz-Algorithm"]),
        ],
        "X-Amz-Credential" => {
            let mut kinds = credential(target, whole);
            kinds.push(named(&[Claim]).says(&["`X-Amz-Credential`"]));
            kinds
        }
        // Another day may be one that the scope does not name, or one when the URL was good no more.
        "X-Amz-Date" => vec![
            named(&[Claim]).says(&["`X-Amz-Date`"]),
            called(&[Date, Scope, Signature]).says(&[SPEAKS, "a URL that is good", "the day `"]).or_quotes(),
        ],
        // Without it the URL is good as long as a header would be, but not to S3.
        "X-Amz-Expires" => vec![
            named(&[Claim, Signature]).says(&[SPEAKS, "the parameter X-Amz-Expires"]),
            called(&[Date, Signature]).says(&[SPEAKS, "in X-Amz-Expires", "a URL that is good"]),
        ],
        "X-Amz-SignedHeaders" => vec![
            named(&[Claim]).says(&["`X-Amz-SignedHeaders`"]),
            called(&[SignedHeaders, Signature]).says(&[SPEAKS, "in SignedHeaders", "found unsigned: "]),
        ],
        "X-Amz-Signature" => {
            vec![named(&[Claim]).says(&["`X-Amz-Signature`"]), called(&[Signature]).says(&[SPEAKS])]
        }
        _ => vec![named(&[Signature]).says(&[SPEAKS]), called(&[Signature]).says(&[SPEAKS])],
    }
}

/// The parts of `AKID%2Fdate%2F…`.
fn credential(target: &[u8], whole: Span) -> Vec<Kind> {
    let text = &target[whole.range()];
    let slashes: Vec<_> = (0..text.len()).filter(|at| text[*at..].starts_with(b"%2F")).collect();
    let from = whole.range().start;
    let starts = std::iter::once(0).chain(slashes.iter().map(|at| at + 3));
    let ends = slashes.iter().copied().chain([text.len()]);
    let parts: Vec<_> = starts.zip(ends).map(|(start, end)| span(from + start..from + end)).collect();
    let last = parts.len() - 1;
    vec![
        // A public key has no id of its own, but a query is signed with all that it says.
        Kind::new("key id", vec![parts[0]], &[Key, Signature]).says(&[SPEAKS]).or_quotes(),
        Kind::new("day", vec![parts[1]], &[Scope]).or_quotes(),
        Kind::new("region and service", parts[2..last].to_vec(), &[Signature]).says(&[SPEAKS]),
        Kind::new("terminator", vec![parts[last]], &[Scope]).or_quotes(),
        Kind::new("slashes", slashes.iter().map(|at| span(from + at..from + at + 3)).collect(), &[Scope])
            .says(&["in the query parameter X-Amz-Credential"]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_of_a_presigned_url_is_named(
        generated in generated(v4()),
        picks in proptest::collection::vec(pick(), 2),
    ) {
        let session = generated.presigned();
        matches(&session)?;
        for kind in kinds(&generated, &session.request) {
            picks.iter().try_for_each(|pick: &Pick| kind.holds(&session, *pick))?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_of_a_presigned_url_of_sigv4a_is_named(generated in generated(v4a()), pick in pick()) {
        let session = generated.presigned();
        matches(&session)?;
        for kind in kinds(&generated, &session.request) {
            kind.holds(&session, pick)?;
        }
    }
}
