//! Presigned URLs: what the payload line says, and the parameters that make a URL presigned.

use super::body::hex_hash;
use super::text::Escapes;
use super::{Gen, Hypothesis, cause};
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::{Sent, decoded};
use crate::scheme::v4::presigned::Parameter;
use crate::service::PresignedPayload;

const PRESIGNED: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html";

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "presign-payload-empty-hash",
        0,
        "The presigned S3 URL was signed with the hash of an empty body instead of UNSIGNED-PAYLOAD.",
        "Nobody knows the body when an S3 URL is presigned, so the last line says UNSIGNED-PAYLOAD.",
        "Write UNSIGNED-PAYLOAD in the last line of the canonical request for S3.",
        "https://github.com/iksteen/aws-request-signer/issues/13",
        empty_hash,
    ),
    cause(
        "presign-for-no-body",
        0,
        "The URL was presigned with the hash of an empty body, but it is used with a body.",
        "Only S3 and its relatives leave the body out of a presigned URL. For other services the URL is good for one exact body.",
        "Presign the URL with the hash of the body that will be sent, or use it without a body. A URL for a body that isn't known yet can't be presigned for this service.",
        "https://repost.aws/questions/QUPuq7VvHJRwWxVA3XJIgNKQ/post-request-to-presigned-aws-lambda-function-url-with-unsigned-payload",
        for_no_body,
    ),
    cause(
        "presign-payload-unsigned",
        0,
        "The URL was presigned with UNSIGNED-PAYLOAD, but this service wants the hash of the body.",
        "Only S3 and its relatives leave the body out of a presigned URL. For other services the URL is good for one exact body.",
        "Presign the URL with the hash of the body that will be sent: of nothing for a GET. A URL for a body that isn't known yet can't be presigned for this service.",
        "https://repost.aws/questions/QUPuq7VvHJRwWxVA3XJIgNKQ/post-request-to-presigned-aws-lambda-function-url-with-unsigned-payload",
        unsigned,
    ),
    cause(
        "presign-payload-hash",
        1,
        "The URL was presigned with the hash of the body, which this service does not look at.",
        "Nobody knows the body when an S3 URL is presigned, so the last line says UNSIGNED-PAYLOAD.",
        "Write UNSIGNED-PAYLOAD in the last line, or send X-Amz-Content-Sha256 as a signed parameter.",
        PRESIGNED,
        body_hash,
    ),
    cause(
        "presign-expires-changed",
        0,
        "X-Amz-Expires was changed in the URL after it was signed.",
        "The time that a URL is good for is signed: nobody may make it longer.",
        "Presign a URL for the time that is wanted.",
        PRESIGNED,
        expires,
    )
    .transit("Leave the URL as it came."),
    cause(
        "presign-date-changed",
        1,
        "X-Amz-Date was changed in the URL after it was signed.",
        "The date of signing is signed.",
        "Presign the URL anew.",
        PRESIGNED,
        date,
    )
    .transit("Leave the URL as it came."),
    cause(
        "presign-signature-included",
        1,
        "X-Amz-Signature, left from another URL or empty, was signed as a query parameter.",
        "The signature itself is the one parameter that is not signed.",
        "Leave X-Amz-Signature out of the canonical query.",
        PRESIGNED,
        signature_included,
    ),
    cause(
        "presign-parameters-unsigned",
        0,
        "The parameters of the signature were left out of the canonical query of the presigned URL.",
        "Every parameter is signed but X-Amz-Signature: X-Amz-Algorithm, -Credential, -Date, -Expires and -SignedHeaders too.",
        "Add the X-Amz parameters before the canonical query is written.",
        PRESIGNED,
        parameters_unsigned,
    ),
    cause(
        "presign-credential-slashes",
        0,
        "The slashes of X-Amz-Credential were not escaped in the canonical query, or were escaped twice.",
        "In the query a slash is written %2F, and only once.",
        "Encode the value of X-Amz-Credential once.",
        "https://github.com/aws/aws-sdk-java/issues/1680",
        credential_slashes,
    ),
    cause(
        "presign-signed-headers-changed",
        1,
        "X-Amz-SignedHeaders was changed in the URL after it was signed, or signed in another form.",
        "The list of signed headers is itself a signed parameter.",
        "Leave X-Amz-SignedHeaders as it was signed, with its semicolons as %3B.",
        "https://github.com/aws/aws-sdk-java/issues/1680",
        signed_headers,
    )
    .transit("Leave the URL as it came."),
    cause(
        "presign-credential-changed",
        2,
        "X-Amz-Credential was changed in the URL after it was signed.",
        "The credential is itself a signed parameter.",
        "Presign the URL anew with the other key.",
        PRESIGNED,
        credential,
    ),
];

/// Each pair of the query, with the value of one of them replaced.
fn with_value<'g>(
    g: &'g mut Gen<'_, '_>,
    parameter: Parameter,
    value: &[u8],
    more: &[(Slot, &[u8])],
    detail: String,
) -> Option<&'g mut Change> {
    let name = parameter.name(g.draft.family);
    let pairs = g.facts.pairs();
    let at = pairs.iter().position(|pair| pair.name.eq_ignore_ascii_case(name.as_bytes()))?;
    let old = canonical(&pairs[at]);
    let new = [&*Escapes::RIGHT.text(&decoded(pairs[at].name)), b"=", &*Escapes::RIGHT.text(value)].concat();
    let query = with_pair(g.draft.of_base(Slot::QUERY), &old, &new);
    let edit = Edit::Target(super::path::replaced(&g.facts.request.target, &pairs[at].text(), &new));
    let mut texts: Vec<(Slot, &[u8])> = vec![(Slot::QUERY, &query)];
    texts.extend_from_slice(more);
    Some(g.puts(&texts, detail)?.edit(edit))
}

fn canonical(pair: &Sent<'_>) -> Vec<u8> {
    let text = |text: &[u8]| Escapes::RIGHT.text(&decoded(text));
    [&*text(pair.name), b"=", &*text(pair.value.unwrap_or_default())].concat()
}

/// The canonical query with one pair replaced: the name stays, so the order does.
fn with_pair(query: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    query
        .split(|byte| *byte == b'&')
        .map(|pair| if pair == old { new } else { pair })
        .collect::<Vec<_>>()
        .join(&b'&')
}

/// Whether the URL is presigned, for a service that reads the last line so.
fn reads(g: &Gen<'_, '_>, payload: PresignedPayload) -> bool {
    g.facts.is_presigned() && g.facts.terms.rules.presigned_payload == payload
}

fn empty_hash(g: &mut Gen<'_, '_>) {
    if reads(g, PresignedPayload::Unsigned) {
        g.put(Slot::PAYLOAD, hex_hash(b"").as_bytes(), "");
    }
}

fn for_no_body(g: &mut Gen<'_, '_>) {
    if reads(g, PresignedPayload::Body) {
        g.put(Slot::PAYLOAD, hex_hash(b"").as_bytes(), "");
    }
}

fn unsigned(g: &mut Gen<'_, '_>) {
    if reads(g, PresignedPayload::Body) {
        g.put(Slot::PAYLOAD, b"UNSIGNED-PAYLOAD", "");
    }
}

fn body_hash(g: &mut Gen<'_, '_>) {
    let Some(body) = g.facts.body.as_deref().filter(|body| !body.is_empty()).map(hex_hash) else { return };
    if reads(g, PresignedPayload::Unsigned) {
        g.put(Slot::PAYLOAD, body.as_bytes(), "");
    }
}

/// The times that URLs are mostly good for, in seconds.
const SECONDS: [u32; 46] = [
    1, 5, 10, 15, 20, 30, 45, 60, 90, 100, 120, 150, 180, 200, 240, 300, 360, 400, 500, 600, 720, 800, 900,
    1000, 1200, 1500, 1800, 2000, 2400, 2700, 3000, 3600, 5400, 7200, 9000, 10_800, 14_400, 18_000, 21_600,
    28_800, 36_000, 43_200, 86_400, 172_800, 259_200, 604_800,
];

fn expires(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let days =
        (4..=6).map(|day| day * 86_400).chain([345_600, 432_000, 518_400, 604_799, 2_592_000, 31_536_000]);
    let seconds: Vec<u32> = SECONDS.into_iter().chain(days).collect();
    for seconds in &seconds {
        let text = seconds.to_string();
        with_value(g, Parameter::Expires, text.as_bytes(), &[], format!("signed as {text}"));
    }
    for seconds in (1..=7200).filter(|second| !seconds.contains(second)) {
        let text = seconds.to_string();
        let change = with_value(g, Parameter::Expires, text.as_bytes(), &[], format!("signed as {text}"));
        if let Some(change) = change {
            change.alone();
        }
    }
    // The parameter's own digits, one changed, one added, one lost.
    let own = Parameter::Expires
        .find(g.facts.request, g.draft.family)
        .map(|span| g.facts.request.at(span).to_vec());
    for other in
        own.iter().flat_map(|own| [[&**own, b"0"].concat(), own[..own.len().saturating_sub(1)].to_vec()])
    {
        let words = format!("signed as {}", String::from_utf8_lossy(&other));
        with_value(g, Parameter::Expires, &other, &[], words);
    }
}

fn date(g: &mut Gen<'_, '_>) {
    let (true, Some(instant)) = (g.facts.is_presigned(), g.facts.instant()) else { return };
    let minutes = (1..=120).map(|minute| minute * 60);
    let hours = (1..=48).map(|hour| hour * 3600);
    let days = (1..=7).map(|day| day * 86_400);
    for seconds in (1..=120).chain(minutes).chain(hours).chain(days).flat_map(|n: i64| [-n, n]) {
        let other = instant.plus(seconds).basic();
        let words = format!("signed as {}", String::from_utf8_lossy(&other));
        let day = other[..8].to_vec();
        let stamp: [(Slot, &[u8]); 1] = [(Slot::TIMESTAMP, &other)];
        if let Some(change) = with_value(g, Parameter::Date, &other, &stamp, words.clone()) {
            change.alone();
        }
        if let Some(change) =
            with_value(g, Parameter::Date, &other, &[], format!("{words} in the query alone"))
        {
            change.alone();
        }
        // A key is good for a day.
        let whole: [(Slot, &[u8]); 2] = [(Slot::TIMESTAMP, &other), (Slot::SCOPE_DATE, &day)];
        if day != g.draft.of_base(Slot::SCOPE_DATE)
            && let Some(change) = with_value(g, Parameter::Date, &other, &whole, words)
        {
            change.alone();
        }
    }
}

fn signature_included(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let name = Parameter::Signature.name(g.draft.family);
    let own = Parameter::Signature
        .find(g.facts.request, g.draft.family)
        .map(|span| g.facts.request.at(span).to_vec());
    for value in [own.unwrap_or_default(), Vec::new()] {
        let new = [name.as_bytes(), b"=", &*value].concat();
        let mut pairs: Vec<Vec<u8>> =
            g.draft.of_base(Slot::QUERY).split(|byte| *byte == b'&').map(<[u8]>::to_vec).collect();
        pairs.push(new);
        pairs.sort();
        let words = if value.is_empty() { "empty" } else { "with its value" };
        g.put(Slot::QUERY, &pairs.join(&b'&'), words);
    }
}

fn parameters_unsigned(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let begin = g.draft.family.query_prefix.as_bytes().to_vec();
    let pairs: Vec<Vec<u8>> =
        g.draft.of_base(Slot::QUERY).split(|byte| *byte == b'&').map(<[u8]>::to_vec).collect();
    let own: Vec<Vec<u8>> = pairs.iter().filter(|pair| !pair.starts_with(&begin)).cloned().collect();
    g.put(Slot::QUERY, &own.join(&b'&'), "all of them");
    let family = g.draft.family;
    for parameter in [
        Parameter::Algorithm,
        Parameter::Credential,
        Parameter::Date,
        Parameter::Expires,
        Parameter::SignedHeaders,
    ] {
        let name = [parameter.name(family).as_bytes(), b"="].concat();
        let left: Vec<Vec<u8>> = pairs.iter().filter(|pair| !pair.starts_with(&name)).cloned().collect();
        g.put(Slot::QUERY, &left.join(&b'&'), parameter.name(family));
    }
}

fn credential_slashes(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let name = Parameter::Credential.name(g.draft.family).into_bytes();
    for (to, words) in [(&b"/"[..], "not escaped"), (b"%252F", "escaped twice"), (b"%2f", "in lower case")] {
        let pairs = g.draft.of_base(Slot::QUERY).split(|byte| *byte == b'&');
        let query: Vec<Vec<u8>> = pairs
            .map(|pair| {
                if pair.starts_with(&name) { super::path::replaced(pair, b"%2F", to) } else { pair.to_vec() }
            })
            .collect();
        g.put(Slot::QUERY, &query.join(&b'&'), words);
    }
}

fn signed_headers(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let list = g.draft.of_base(Slot::SIGNED).to_vec();
    let query = g.draft.of_base(Slot::QUERY).to_vec();
    let encoded = Escapes::RIGHT.text(&list);
    for (to, words) in [
        (super::path::replaced(&encoded, b"%3B", b";"), "its semicolons not escaped"),
        (super::path::replaced(&encoded, b"%3B", b"%253B"), "its semicolons escaped twice"),
        (super::path::replaced(&encoded, b"%3B", b"%3b"), "its semicolons in lower case"),
    ] {
        let changed = super::path::replaced(&query, &encoded, &to);
        g.put(Slot::QUERY, &changed, words);
    }
    // Signed for the host alone, then more was named.
    let Some(host) = g.draft.named("host") else { return };
    if list != b"host" {
        let order = g.order(&[host]);
        let lines = (Slot::LINES, order);
        if let Some(change) = with_value(
            g,
            Parameter::SignedHeaders,
            b"host",
            &[(Slot::SIGNED, b"host")],
            "signed as host".into(),
        ) {
            change.patch.push(lines);
            change.mask |= Slot::LINES.bit();
        }
    }
    with_value(g, Parameter::SignedHeaders, b"Host", &[], "signed as Host".into());
    with_value(
        g,
        Parameter::SignedHeaders,
        b"Host",
        &[(Slot::SIGNED, b"Host")],
        "signed as Host, in the list too".into(),
    );
    with_value(g, Parameter::SignedHeaders, b"", &[], "signed empty".into());
}

fn credential(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let scope: Vec<u8> = g.facts.terms.scope.joined().to_vec();
    for key in g.facts.keys {
        let other = [key.access_key_id.as_bytes(), b"/", &scope].concat();
        with_value(g, Parameter::Credential, &other, &[], format!("signed for {}", key.access_key_id));
    }
}
