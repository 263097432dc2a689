//! The parameters that make a URL presigned.

use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{Escapes, replaced};
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::{Sent, decoded};
use crate::scheme::v4::presigned::Parameter;

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
    let edit = Edit::Target(replaced(&g.facts.request.target, &pairs[at].text(), &new));
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

/// The times that URLs are mostly good for, in seconds.
const SECONDS: [u32; 46] = [
    1, 5, 10, 15, 20, 30, 45, 60, 90, 100, 120, 150, 180, 200, 240, 300, 360, 400, 500, 600, 720, 800, 900,
    1000, 1200, 1500, 1800, 2000, 2400, 2700, 3000, 3600, 5400, 7200, 9000, 10_800, 14_400, 18_000, 21_600,
    28_800, 36_000, 43_200, 86_400, 172_800, 259_200, 604_800,
];

pub(super) fn expires(g: &mut Gen<'_, '_>) {
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

pub(super) fn date(g: &mut Gen<'_, '_>) {
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

pub(super) fn signature_included(g: &mut Gen<'_, '_>) {
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

pub(super) fn parameters_unsigned(g: &mut Gen<'_, '_>) {
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

pub(super) fn credential_slashes(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let name = Parameter::Credential.name(g.draft.family).into_bytes();
    for (to, words) in [(&b"/"[..], "not escaped"), (b"%252F", "escaped twice"), (b"%2f", "in lower case")] {
        let pairs = g.draft.of_base(Slot::QUERY).split(|byte| *byte == b'&');
        let query: Vec<Vec<u8>> = pairs
            .map(|pair| if pair.starts_with(&name) { replaced(pair, b"%2F", to) } else { pair.to_vec() })
            .collect();
        g.put(Slot::QUERY, &query.join(&b'&'), words);
    }
}

pub(super) fn signed_headers(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let list = g.draft.of_base(Slot::SIGNED).to_vec();
    let query = g.draft.of_base(Slot::QUERY).to_vec();
    let encoded = Escapes::RIGHT.text(&list);
    for (to, words) in [
        (replaced(&encoded, b"%3B", b";"), "its semicolons not escaped"),
        (replaced(&encoded, b"%3B", b"%253B"), "its semicolons escaped twice"),
        (replaced(&encoded, b"%3B", b"%3b"), "its semicolons in lower case"),
    ] {
        let changed = replaced(&query, &encoded, &to);
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

pub(super) fn credential(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let scope: Vec<u8> = g.facts.terms.scope.joined().to_vec();
    for key in g.facts.keys {
        let other = [key.access_key_id.as_bytes(), b"/", &scope].concat();
        with_value(g, Parameter::Credential, &other, &[], format!("signed for {}", key.access_key_id));
    }
}
