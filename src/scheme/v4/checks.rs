//! The checks of Version 4's family, in the order and with the answers that AWS was observed to give.

mod date;
mod headers;
mod payload;
mod scope;

use super::presigned::Parameter;
use crate::request::Request;
use crate::scheme::checks::{
    Found, Presented, failed, key, message, passed, passed_with, policy, second_mechanism, service_of,
    signature, stream,
};
use crate::scheme::names::{self, HeaderSyntax};
use crate::scheme::{Claim, Family, Placement, Signing, Terms};
use crate::service::PresignedExpires;
use crate::signature::check::{CheckId, Headline};
use crate::signature::name;

pub(super) use date::check as date;

/// One of the checks, by the terms of the claim.
pub(super) fn check(id: CheckId, presented: &Presented<'_>, terms: &Terms<'_>, claim: &Claim) -> Found {
    match id {
        CheckId::Claim => readable(presented, terms, claim),
        CheckId::Algorithm => algorithm(presented, terms, claim),
        CheckId::Date => date(presented, terms.family, Some(claim)),
        CheckId::Scope => scope::check(presented, terms, claim),
        CheckId::SignedHeaders => headers::check(presented, terms, claim),
        CheckId::Key => key(presented, claim),
        CheckId::Payload => payload::check(presented, terms),
        CheckId::Policy => policy::check(presented, claim),
        CheckId::Signature => signature(presented, claim, || Parameter::Signature.name(terms.family)),
        CheckId::Framing => stream::framing(presented),
        CheckId::Chunks => stream::chunks(presented),
        CheckId::Checksum => stream::checksum(presented),
    }
}

/// Whether the claim has its parts, and is the only one.
fn readable(presented: &Presented<'_>, terms: &Terms<'_>, claim: &Claim) -> Found {
    const PARTS: &str = "Credential, SignedHeaders and Signature are there";
    let (family, rules) = (terms.family, terms.rules);
    if is_signed_in_query_too(presented.request, claim, family) {
        return failed(
            "expected one signature, but found one in the Authorization header and one in the query",
            message::two_claims(service_of(presented)),
        )
        .headed(Headline::TwoWays);
    }
    if let Some(found) = second_mechanism(presented, claim) {
        return found;
    }
    let lacks_expires = claim.placement == Placement::Query && claim.expires.is_none();
    match lacks_expires && rules.presigned_expires == PresignedExpires::Required {
        true => failed(
            format!(
                "expected the parameter {}, but found none in the query of a presigned URL",
                Parameter::Expires.name(family)
            ),
            message::NO_EXPIRES,
        )
        .headed(Headline::LifetimeMissing),
        false => match terms.family.syntax {
            syntax if std::ptr::eq(syntax, &names::AUTHORIZATION) => passed(PARTS),
            syntax => passed_with(presented, || parts(syntax, claim)),
        },
    }
}

/// The parts that a claim of another syntax has, in words.
fn parts(syntax: &HeaderSyntax, claim: &Claim) -> String {
    let list = match claim.signed_headers.is_empty() {
        true => String::new(),
        false => format!(", {}", syntax.list),
    };
    format!("{}{list} and Signature are there", syntax.credential)
}

/// Whether a signature stands in the query beside the one in the header.
fn is_signed_in_query_too(request: &Request, claim: &Claim, family: &Family) -> bool {
    claim.placement == Placement::Header && Parameter::Algorithm.find(request, family).is_some()
}

/// Whether the endpoint takes signatures of this algorithm: one that spans regions wants a signature that names none in its scope, and
/// one of AWS none of another maker.
fn algorithm(presented: &Presented<'_>, terms: &Terms<'_>, claim: &Claim) -> Found {
    let family = terms.family;
    let endpoint = terms.endpoint(presented.request);
    let is_of_aws = || endpoint.scheme.is_none() && endpoint.required_service().is_some();
    let is_foreign = match (family.rules, family.service) {
        (Some(_), _) => is_of_aws(),
        (None, Some(only)) => !endpoint.may_take(only.as_bytes()),
        (None, None) => false,
    };
    let expected = match family.signing {
        Signing::Hmac | Signing::Rsa if is_foreign => Some(name::AWS4),
        Signing::Hmac if endpoint.region_set.is_some() => Some(name::AWS4A),
        Signing::Hmac | Signing::Ecdsa | Signing::Rsa => None,
    };
    match expected {
        None => passed_with(presented, || claim.string(presented.request, claim.algorithm)),
        Some(expected) => {
            let found = claim.string(presented.request, claim.algorithm);
            let detail = format!("expected {expected}, which this host wants, but found {found}");
            failed(detail, message::mismatch(service_of(presented))).headed(Headline::AlgorithmOfAnotherHost)
        }
    }
}
