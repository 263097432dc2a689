//! What an `Authorization` header says that stands alone: what it claims, and which rules it breaks.

use super::causes;
use super::finding::{Certainty, Finding, Named};
use super::rules;
use crate::evidence::ClaimAlone;
use crate::redact::is_token;
use crate::service::{self, ContentHeader};

/// Every finding from a claim; all of its words are letters, digits and dashes.
pub(super) fn said(claim: &ClaimAlone) -> Vec<Finding> {
    let mut found: Vec<Finding> = names(&claim.signed);
    found.extend(terminator(claim));
    found.extend(missing(claim));
    found.extend(read(claim));
    found
}

/// What the header tells, so that one need not pick it apart.
fn read(claim: &ClaimAlone) -> Option<Finding> {
    const NAMES: [&str; 3] = ["day", "region", "service"];
    let id = claim.key_id.iter().map(|id| format!("key ID {id}"));
    let parts = NAMES.iter().zip(&claim.scope).map(|(name, word)| format!("{name} {word}"));
    let words: Vec<String> = id.chain(parts).collect();
    let signed = match (claim.signed.is_empty(), claim.is_whole) {
        (true, _) => "the header is cut off before the names of the signed headers".to_owned(),
        (false, true) => format!("signed headers: {}", claim.signed.join(", ")),
        (false, false) => format!("signed headers, as far as they were quoted: {}", claim.signed.join(", ")),
    };
    let mut named = Named::remark(
        "claim-alone",
        format!("The header claims {}.", words.join(", ")),
        "What was signed is not in it: the signature can only be checked with the request.",
        "Check that the server receives the signed headers unchanged.",
    )
    .with(signed);
    named.rank = 0;
    (!words.is_empty()).then(|| Finding::of(Certainty::Noticed, vec![named]))
}

fn terminator(claim: &ClaimAlone) -> Option<Finding> {
    const TERMINATORS: [&str; 2] = ["aws4_request", "goog4_request"];
    let found = claim.scope.get(3).filter(|word| claim.is_whole && !TERMINATORS.contains(&word.as_str()))?;
    let named = Named::new(causes::named("scope-terminator-wrong"), format!("`{found}`"));
    Some(Finding::of(Certainty::Contradicted, vec![named]))
}

/// Headers that are not in the list though they are wanted there. Whether they are sent, nobody knows.
fn missing(claim: &ClaimAlone) -> Vec<Finding> {
    let has = |name: &str| claim.signed.iter().any(|own| own.eq_ignore_ascii_case(name));
    let has_token = claim.signed.iter().any(|name| is_token(name.as_bytes()));
    let service = claim.scope.get(2).map(|name| service::of_name(name.as_bytes()));
    let is_temporary = claim.key_id.as_deref().is_some_and(|id| id.starts_with("ASIA"));
    let wants_hash = service.is_some_and(|service| service.content_header == ContentHeader::Required);
    let told = [
        (
            !has("host") && !has(":authority"),
            "host-unsigned",
            Certainty::Contradicted,
            "The host is not signed.",
        ),
        (
            is_temporary && !has_token,
            "token-missing",
            Certainty::Noticed,
            "The key is a temporary one, but no session token is signed.",
        ),
        (
            wants_hash && !has("x-amz-content-sha256"),
            "content-sha256-missing",
            Certainty::Noticed,
            "This service wants x-amz-content-sha256, which is not signed.",
        ),
    ];
    let is_known = claim.is_whole && !claim.signed.is_empty();
    let told = told.into_iter().filter(|(is_missing, ..)| *is_missing && is_known);
    told.filter_map(|(_, id, certainty, title)| {
        let named = rules::named(id)?.with(format!("SignedHeaders={}", claim.signed.join(";")));
        Some(Finding::of(certainty, vec![Named { title: title.into(), ..named }]))
    })
    .collect()
}

/// What a list of signed headers shows by itself.
fn names(signed: &[String]) -> Vec<Finding> {
    if signed.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let lower: Vec<String> = signed.iter().map(|name| name.to_ascii_lowercase()).collect();
    let mut certain = |id: &str| {
        let detail = format!("SignedHeaders={}", signed.join(";"));
        found.push(Finding::of(Certainty::Contradicted, vec![Named::new(causes::named(id), detail)]));
    };
    if (1..lower.len()).any(|place| lower[..place].contains(&lower[place])) {
        certain("signed-headers-twice");
    } else if !lower.is_sorted() {
        certain("signed-headers-unsorted");
    }
    if lower != *signed {
        certain("signed-headers-case");
    }
    let fragile: Vec<&str> = lower.iter().map(String::as_str).filter(|name| FRAGILE.contains(name)).collect();
    if !fragile.is_empty() {
        let named = Named::remark(
            "proxy-header-signed",
            "Headers are signed that HTTP libraries and proxies set, drop or rewrite.",
            "What one of them changes on the way breaks the signature. A proxy drops Content-Length: 0 of a GET, for one.",
            "Leave them unsigned, or look at what arrives behind the proxy.",
        )
        .with(fragile.join(", "));
        found.push(Finding::of(Certainty::Noticed, vec![named]));
    }
    found
}

/// Headers that are seldom the same at both ends.
const FRAGILE: [&str; 14] = [
    "accept",
    "accept-encoding",
    "cache-control",
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "pragma",
    "te",
    "transfer-encoding",
    "user-agent",
    "via",
    "x-amzn-trace-id",
    "x-forwarded-for",
];

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20260115/us-east-1/s3/aws4_request, SignedHeaders=";

    fn ids(text: &str) -> Vec<(Certainty, &'static str)> {
        let claim =
            crate::evidence::read(text.as_bytes()).unwrap()[0].fragment.clone().unwrap().claim.unwrap();
        said(&claim).iter().map(|finding| (finding.certainty, finding.causes[0].id)).collect()
    }

    #[test]
    fn a_list_shows_what_is_missing_in_it_only_where_it_is_whole() {
        let of = |names: &str, end: &str| ids(&format!("{WHOLE}{names}{end}"));
        let told = of("x-amz-date", ", Signature=5d");
        assert_eq!(
            told,
            [
                (Certainty::Contradicted, "host-unsigned"),
                (Certainty::Noticed, "token-missing"),
                (Certainty::Noticed, "content-sha256-missing"),
                (Certainty::Noticed, "claim-alone")
            ]
        );
        assert_eq!(of("x-amz-date", "..."), [(Certainty::Noticed, "claim-alone")]);
        let names = "host;x-amz-content-sha256;x-amz-date;x-amz-security-token";
        assert_eq!(of(names, ", Signature=5d"), [(Certainty::Noticed, "claim-alone")]);
    }
}
