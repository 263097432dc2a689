//! What can be said without trying anything: rules that the request breaks, and its surroundings.

mod table;

use super::causes;
use super::clock::{self, Whose};
use super::facts::Facts;
use super::finding::{Certainty, Finding, Named};
use crate::analysis::{Analysis, Session};
use crate::canon::payload::is_hex_digest;
use crate::request::Request;
use crate::scheme::ScopeEnd;
use crate::scheme::foreign::Foreign;
use crate::scheme::names::DayForm;
use crate::scheme::v4::presigned::Parameter;
use crate::scheme::{Placement, Signing};
use crate::service;
use crate::verify::{Check, CheckId, Outcome};
use table::{RULES, Rule};

pub(super) use table::NOT_SIGNED;

/// What contradicts the request for certain, whatever was signed: its scope and its body.
pub(super) fn broken(session: &Session, analysis: &Analysis, claimed: &Analysis) -> Vec<Named> {
    let mut out = Vec::new();
    out.extend(scope(session, analysis));
    // Where the signature is wrong as well, it comes first: frames and checksum are told once it is right.
    if claimed.agreement().holds() == Some(false) {
        return out;
    }
    if let Some(check) = failed(claimed, CheckId::Framing) {
        let mut named = Named::new(causes::named("chunks-unframed"), check.detail.clone());
        if claimed.stream.walked().is_some_and(|walked| !walked.links.is_empty()) {
            named.title = "The frames of the body are broken.".into();
        }
        out.push(named);
    }
    if let Some(check) = failed(claimed, CheckId::Checksum) {
        out.push(Named::new(causes::named("checksum-wrong"), check.detail.clone()));
    }
    out
}

/// The check of this name, where it failed.
fn failed(analysis: &Analysis, id: CheckId) -> Option<&Check> {
    analysis.verdict.checks.iter().find(|check| check.id == id && check.outcome == Outcome::Failed)
}

/// Where the scope of the claim is not the one that the server expects.
fn scope(session: &Session, analysis: &Analysis) -> Vec<Named> {
    let request = &session.request;
    let Some((claim, scope)) = analysis.claim().and_then(|claim| Some((claim, claim.scope?))) else {
        return Vec::new();
    };
    let text = |span| claim.string(request, span);
    let mut out = Vec::new();
    let differs = |found: &str, expected: &str| format!("`{found}` in place of `{expected}`");
    let host = service::of_request(request);
    let region = session.settings.region.clone().or(host.clone().required_region());
    let region = scope.region.map(text).zip(region).filter(|(found, expected)| found != expected);
    let found = text(scope.service);
    let of_host = host.required_service().filter(|_| !host.may_take(found.as_bytes())).map(str::to_owned);
    let service = session.settings.service.clone().or(of_host).filter(|expected| *expected != found);
    let service = service.map(|expected| (found, expected));
    match (region, service) {
        (Some((region, of_host)), Some((service, expected))) if region == expected && service == of_host => {
            out.push(Named::new(causes::named("scope-swapped"), format!("`{region}/{service}`")));
        }
        (region, service) => {
            let named = |id, (found, expected): (String, String)| {
                Named::new(causes::named(id), differs(&found, &expected))
            };
            out.extend(region.map(|pair| named("wrong-region", pair)));
            out.extend(service.map(|pair| named("wrong-service", pair)));
        }
    }
    let family = analysis.scheme.family();
    let fixed = family.filter(|family| family.scope_end == ScopeEnd::Fixed);
    let (found, expected) = (text(scope.terminator), fixed.map(|family| family.terminator));
    if let Some(expected) = expected.filter(|expected| found != *expected) {
        out.push(Named::new(causes::named("scope-terminator-wrong"), differs(&found, expected)));
    }
    let form = family.map_or(DayForm::Basic, |family| family.dates.day);
    let day = claim.date.and_then(|date| date.instant).map(|(instant, _)| form.write(instant));
    if let Some(day) = day.map(|day| String::from_utf8_lossy(&day).into_owned()) {
        let found = text(scope.date);
        if found != day {
            out.push(Named::new(causes::named("scope-date-local"), differs(&found, &day)));
        }
    }
    out
}

/// The payload hash that the request states, where it is one and not that of the body.
pub(super) fn stale_payload(facts: &Facts<'_>, claimed: &Analysis) -> Option<[u8; 32]> {
    let check = claimed.verdict.checks.iter().find(|check| check.id == CheckId::Payload)?;
    let stated = match facts.is_presigned() {
        true => {
            let span = Parameter::ContentSha256.find(facts.request, facts.terms.family)?;
            Placement::Query.text(facts.request, span).into_owned()
        }
        false => facts.request.value(facts.terms.family.content_header.as_bytes())?.to_vec(),
    };
    // Letters of another case are a mistake of their own.
    let differs = facts.body.as_deref().map_or(check.outcome == Outcome::Failed, |body| {
        !super::causes::hex_hash(body).as_bytes().eq_ignore_ascii_case(&stated)
    });
    let bytes: Option<[u8; 32]> = hex::decode(&stated).ok()?.try_into().ok();
    bytes.filter(|_| differs && is_hex_digest(&stated))
}

/// How a scheme of Version 4's family signs.
fn signing(claimed: &Analysis) -> Option<Signing> {
    claimed.scheme.family().map(|family| family.signing)
}

/// A signature that is the right one but for a few characters: no other signature comes so near.
pub(super) fn nearly_right(claimed: &Analysis) -> Option<Named> {
    const FEW: usize = 8;
    let (computed, received) = (claimed.computed()?, claimed.received.as_deref()?);
    let differ = computed.iter().zip(received).filter(|(own, other)| own != other).count();
    // Letters of another case are a mistake of their own.
    let is_case = computed.eq_ignore_ascii_case(received);
    if signing(claimed) != Some(Signing::Hmac)
        || computed.len() != received.len()
        || is_case
        || !(1..=FEW).contains(&differ)
    {
        return None;
    }
    let mut named = Named::remark(
        "signature-mistyped",
        format!(
            "The signature itself was changed: {differ} of its {} characters are not those of the right one.",
            computed.len()
        ),
        "Two signatures of different texts agree in one character of sixteen; so many equal ones are no chance.",
        "Copy the signature whole, and look what rewrites the header or the URL on its way.",
    );
    named.rank = 0;
    Some(named)
}

/// A form that does not meet its policy is refused although its signature is right.
pub(super) fn failed_policy(claimed: &Analysis) -> Option<Finding> {
    let check = failed(claimed, CheckId::Policy)?;
    let mut named = Named::remark(
        "policy-not-met",
        "The form does not meet its policy.",
        "The signature covers the policy, not the fields: each field must meet a condition of it.",
        "Send what the policy allows, or sign another policy.",
    );
    named.detail = check.detail.clone().into_owned();
    named.rank = 1;
    Some(Finding::of(Certainty::Proven, vec![named]))
}

/// A signature of another maker's scheme: nothing of it is computed by AWS's rules.
pub(super) fn of_another_scheme(foreign: &'static Foreign, request: &Request) -> Finding {
    let mut named = Named::remark(
        "scheme-not-supported",
        format!("The request carries {}.", foreign.sentence(request)),
        "It follows other rules than AWS's, so nothing is computed for it.",
        "Compare by hand, with the rules of the scheme.",
    );
    (named.rank, named.link) = (0, Some(foreign.link));
    Finding::of(Certainty::Noticed, vec![named])
}

/// A signature that cannot be searched for: it has not the form of one, or its scheme is verified, but no causes are known of it.
pub(super) fn not_searched(claimed: &Analysis) -> Finding {
    if let Some(signing) = signing(claimed) {
        return malformed(
            claimed,
            match signing {
                Signing::Hmac => "64 hex digits",
                Signing::Ecdsa => "DER in hex digits",
                Signing::Rsa => "hex digits",
            },
        );
    }
    let named = Named::remark(
        "scheme-not-searched",
        format!("The signature differs; causes are not searched for in {}.", claimed.scheme.name()),
        "Its signatures are verified only.",
        "Compare the string to sign of the inspector with that of the client; better, sign with Signature Version 4.",
    );
    Finding::of(Certainty::Contradicted, vec![named])
}

/// What is said of a text that no way of signing gives, where the scheme writes signatures in this form.
pub(super) fn malformed(claimed: &Analysis, form: &str) -> Finding {
    let named = Named::remark(
        "signature-malformed",
        "What was received has not the form of a signature.",
        format!("{} writes its signatures as {form}.", claimed.scheme.name()),
        "Look for what cuts the signature short or writes it in another encoding, and send it whole.",
    );
    let len = claimed.received.as_ref().map_or(0, Vec::len);
    let named = named.with(format!("expected {form}, but found {len} characters"));
    Finding::of(Certainty::Contradicted, vec![named])
}

/// What stands in the way of the date, where the clock is known and there is a date.
pub(super) fn clock(session: &Session, analysis: &Analysis) -> Option<Named> {
    let check = failed(analysis, CheckId::Date)?;
    let claim = analysis.claim()?;
    let whose = if session.settings.now.is_some() { Whose::Server } else { Whose::Machine };
    let known = whose == Whose::Server || analysis.agreement().holds() == Some(true);
    let (signed, _) = claim.date.filter(|_| known)?.instant?;
    let now = analysis.situation.now;
    let is_good_later = claim.expires.is_some() || claim.placement == Placement::Form;
    match is_good_later && signed <= now {
        true => Some(Named::new(causes::named("presign-expired"), check.detail.clone())),
        false => Some(clock::story(signed, now, whose)),
    }
}

/// The remark that somebody took the signature out before the request was pasted.
pub(super) fn taken_out() -> Named {
    let mut named = Named::remark(
        "signature-taken-out",
        "The Authorization header was taken out before this was pasted.",
        "Its list of signed headers, its scope and its signature say most of what can be said; none of them is a secret.",
        "Paste the header with its SignedHeaders and its Signature. The access key id may be replaced.",
    );
    named.rank = 0;
    named
}

/// The rule of this name, as a remark.
pub(super) fn named(id: &str) -> Option<Named> {
    RULES.iter().find(|rule| rule.id == id).map(remark)
}

fn remark(rule: &Rule) -> Named {
    let named = Named::remark(rule.id, rule.title, rule.why, rule.fix);
    Named { rank: rule.rank, side: rule.side, weight: rule.weight, ..named }
}

/// Remarks that need no signature.
pub(super) fn noticed(session: &Session, analysis: &Analysis) -> Vec<Finding> {
    let mut out: Vec<Named> = Vec::new();
    // They are AWS's, and those of its relatives.
    let rules = if analysis.scheme.recipe().is_some() { &[] } else { RULES };
    for rule in rules {
        out.extend((rule.looks)(session, analysis).map(|detail| remark(rule).with(detail)));
    }
    out.into_iter().map(|named| Finding::of(Certainty::Noticed, vec![named])).collect()
}
