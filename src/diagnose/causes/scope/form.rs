//! The scope and the name of the algorithm written in another form.

use super::key::{key_alone, key_stays};
use crate::diagnose::causes::Gen;
use crate::diagnose::draft::Slot;

/// Words that were met in place of the right one, each of which is right somewhere else or nearly so.
const TERMINATORS: [&str; 20] = [
    "aws4_request",
    "aws4",
    "AWS4",
    "AWS4_REQUEST",
    "aws4-request",
    "request",
    "aws_request",
    "aws4request",
    "goog4_request",
    "tc3_request",
    "aliyun_v4_request",
    "jdcloud3_request",
    "jdcloud2_request",
    "ems_request",
    "aws4_request\n",
    "aws4_request ",
    "AWS4-HMAC-SHA256",
    "aws4a_request",
    "",
    "aws5_request",
];

pub(super) fn key_terminator(g: &mut Gen<'_, '_>) {
    for other in TERMINATORS {
        let words = format!("derived with `{}`", other.escape_debug());
        key_alone(g, (Slot::SCOPE_TERMINATOR, Slot::KEY_TERMINATOR), other.as_bytes(), words);
    }
}

pub(super) fn scope_terminator(g: &mut Gen<'_, '_>) {
    for other in TERMINATORS {
        let own = g.draft.of_base(Slot::SCOPE_TERMINATOR).to_vec();
        let words = format!("`{}`", other.escape_debug());
        g.put(Slot::SCOPE_TERMINATOR, other.as_bytes(), words.clone());
        key_stays(g, Slot::SCOPE_TERMINATOR, other.as_bytes(), (Slot::KEY_TERMINATOR, &own), words);
    }
}

pub(super) fn region_spelling(g: &mut Gen<'_, '_>) {
    if g.facts.terms.scope.region.is_none() {
        return;
    }
    let own = String::from_utf8_lossy(g.draft.of_base(Slot::SCOPE_REGION)).into_owned();
    let mut others = vec![
        own.to_uppercase(),
        own.to_lowercase(),
        own.replace('-', "_"),
        own.replace('-', ""),
        format!(" {own}"),
        format!("{own} "),
        format!("{own}\n"),
        format!("\"{own}\""),
        String::new(),
        "null".into(),
        "undefined".into(),
        "None".into(),
    ];
    others.extend(["a", "b", "c"].iter().map(|zone| format!("{own}{zone}")));
    others.extend(own.strip_suffix(['a', 'b', 'c']).map(str::to_owned));
    spellings(g, others, (Slot::SCOPE_REGION, Slot::KEY_REGION));
}

pub(super) fn service_spelling(g: &mut Gen<'_, '_>) {
    let own = String::from_utf8_lossy(g.draft.of_base(Slot::SCOPE_SERVICE)).into_owned();
    let mut title = own.clone();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let others = vec![
        own.to_uppercase(),
        own.to_lowercase(),
        title,
        own.replace('-', "_"),
        own.replace('-', ""),
        format!(" {own}"),
        format!("{own} "),
        format!("{own}\n"),
        String::new(),
        "null".into(),
        "undefined".into(),
        "None".into(),
    ];
    spellings(g, others, (Slot::SCOPE_SERVICE, Slot::KEY_SERVICE));
}

fn spellings(g: &mut Gen<'_, '_>, others: Vec<String>, (scope, key): (Slot, Slot)) {
    let own = g.draft.of_base(scope).to_vec();
    for other in others.into_iter().filter(|other| other.as_bytes() != own) {
        let words = format!("`{}`", other.escape_debug());
        g.put(scope, other.as_bytes(), words.clone());
        g.put(key, other.as_bytes(), format!("{words}, in the key alone"));
        key_stays(g, scope, other.as_bytes(), (key, &own), words);
    }
}

pub(super) fn scope_form(g: &mut Gen<'_, '_>) {
    if !g.is_request() {
        return;
    }
    let text = |slot: Slot| String::from_utf8_lossy(g.draft.of_base(slot)).into_owned();
    let (day, region) = (text(Slot::SCOPE_DATE), text(Slot::SCOPE_REGION));
    let (service, end) = (text(Slot::SCOPE_SERVICE), text(Slot::SCOPE_TERMINATOR));
    let scope = String::from_utf8_lossy(&g.facts.terms.scope.joined()).into_owned();
    let id = g
        .facts
        .claim
        .map(|claim| String::from_utf8_lossy(&claim.key_id(g.facts.request)).into_owned())
        .unwrap_or_default();
    let basic = text(Slot::TIMESTAMP);
    for (other, words) in [
        (format!("{id}/{scope}"), "with the access key id in front"),
        (format!("{day}/{region}/{service}"), "without its last part"),
        (format!("{day}/{service}/{region}/{end}"), "service and region changed places"),
        (format!("{region}/{day}/{service}/{end}"), "region and day changed places"),
        (format!("{day}/{region}/{end}"), "without the service"),
        (format!("{day}/{service}/{end}"), "without the region"),
        (format!("{region}/{service}/{end}"), "without the day"),
        (format!("{basic}/{region}/{service}/{end}"), "with the whole date"),
        (format!("{scope}/"), "with a slash at the end"),
        (format!("/{scope}"), "with a slash in front"),
        (scope.replace('/', "%2F"), "with %2F for slashes"),
        (scope.replace('/', "\n"), "a line each"),
        (scope.to_uppercase(), "in upper case"),
        (scope.to_lowercase(), "in lower case"),
        (format!("Credential={id}/{scope}"), "as it stands in the header"),
        (String::new(), "left empty"),
    ] {
        // The slot for the whole of it is empty: what equals the parts is no change.
        if other != scope {
            g.put(Slot::SCOPE, other.as_bytes(), words);
        }
    }
}

pub(super) fn algorithm(g: &mut Gen<'_, '_>) {
    if !g.is_request() {
        return;
    }
    for other in [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA1",
        "AWS4-HMAC-SHA512",
        "aws4-hmac-sha256",
        "AWS4-HMAC-SHA-256",
        "AWS4_HMAC_SHA256",
        "HMAC-SHA256",
        "AWS4",
        "AWS4-SHA256",
        "HmacSHA256",
        "GOOG4-HMAC-SHA256",
        "TC3-HMAC-SHA256",
        "AWS4-ECDSA-P256-SHA256",
        "AWS4-HMAC-SHA256-PAYLOAD",
        "SHA256",
        "AWS4-HMAC-SHA256 ",
        "",
    ] {
        g.put(Slot::ALGORITHM, other.as_bytes(), format!("`{other}`"));
    }
}
