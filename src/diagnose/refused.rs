//! What a server refuses although the signature is right: the checks of the verdict that failed, in words.
//!
//! A diagnosis never says that all is well where [`verify`](crate::verify) says otherwise. Scope, clock, policy and body have causes
//! of their own; what is left is told here by its check.

use std::borrow::Cow;

use super::causes;
use super::finding::{Certainty, Finding, Named};
use crate::analysis::Analysis;
use crate::request::Request;
use crate::signature::Claim;
use crate::signature::check::Headline;
use crate::verify::{Check, CheckId, Outcome};

/// The failed checks that no other part of a diagnosis tells, in the order of the verdict.
pub(super) fn refused(analysis: &Analysis) -> Vec<Finding> {
    let failed = analysis.verdict.checks.iter().filter(|check| check.outcome == Outcome::Failed);
    failed.filter_map(of_check).collect()
}

fn of_check(check: &Check) -> Option<Finding> {
    let words = words(check.id)?;
    Some(refusal(remark(check, words, "A server refuses such a request whatever its signature.")))
}

/// A check that failed as a remark of this id, title and fix; `why` where it is not known what a server answers.
fn remark(check: &Check, (id, title, fix): Words, why: &'static str) -> Named {
    let answers = |aws: &Cow<str>| format!("The server answers: {aws}");
    let mut named = Named::remark(id, title, check.aws.as_ref().map_or_else(|| why.into(), answers), fix);
    named.detail = check.detail.clone().into_owned();
    named
}

fn refusal(named: Named) -> Finding {
    Finding::of(Certainty::Contradicted, vec![Named { rank: 0, ..named }])
}

/// A request that authenticates in two ways: nothing is searched, for whatever is signed a server refuses it.
pub(super) fn two_ways(analysis: &Analysis) -> Option<Finding> {
    let check = analysis.verdict.checks.iter().find(|check| check.id == CheckId::Claim)?;
    let is_refused = check.outcome == Outcome::Failed && check.headline == Some(Headline::TwoWays);
    is_refused.then(|| of_check(check)).flatten()
}

/// The check that decides, where nothing else has told it: a date that is missing or cannot be read, and whatever else fails.
pub(super) fn untold(request: &Request, analysis: &Analysis) -> Vec<Finding> {
    let Some(check) = analysis.verdict.failed() else { return Vec::new() };
    let absent = check.id == CheckId::Date && signs_a_date_that_is_not_sent(request, analysis);
    let cause = absent.then(|| causes::named("signed-header-not-sent")).flatten();
    let words = if check.id == CheckId::Date { DATE_REFUSED } else { REFUSED };
    vec![refusal(match cause {
        Some(cause) => Named::new(Some(cause), "x-amz-date".to_owned()),
        None => remark(check, words, "A server refuses such a request."),
    })]
}

/// Id, title and fix of a remark.
type Words = (&'static str, &'static str, &'static str);

const DATE_REFUSED: Words = (
    "date-refused",
    "The server can't read the date of this request.",
    "Send the instant of signing in the form that the scheme wants, and sign it.",
);

const REFUSED: Words = (
    "request-refused",
    "The server refuses this request although its signature is right.",
    "Mend what the check names, then sign again.",
);

/// Whether the date is among the signed headers and not among those that were sent: then the clock here stands in for it.
fn signs_a_date_that_is_not_sent(request: &Request, analysis: &Analysis) -> bool {
    const DATE: &[u8] = b"x-amz-date";
    let signs = |claim: &Claim| {
        claim.signed_headers.iter().any(|span| claim.text(request, *span).eq_ignore_ascii_case(DATE))
    };
    request.header(DATE).is_none() && analysis.claim().is_some_and(signs)
}

/// Name, title and fix of a check that failed; `None` where causes tell it, or where nothing was signed rightly then.
fn words(id: CheckId) -> Option<Words> {
    match id {
        CheckId::Claim => Some((
            "claim-refused",
            "The server refuses the way this request authenticates.",
            "Send exactly one signature, in the header or in the query, and nothing else in its place.",
        )),
        CheckId::Algorithm => Some((
            "algorithm-refused",
            "The server does not accept this algorithm.",
            "Sign with AWS4-HMAC-SHA256.",
        )),
        CheckId::SignedHeaders => Some((
            "signed-headers-refused",
            "The server refuses this list of signed headers.",
            "Sign the headers that the service requires, and leave out the ones that it refuses.",
        )),
        CheckId::Payload => Some((
            "payload-refused",
            "The server refuses what the request says about its body.",
            "Send X-Amz-Content-Sha256 with the hash of the body, or a keyword that the service accepts, and sign it.",
        )),
        CheckId::Date
        | CheckId::Scope
        | CheckId::Key
        | CheckId::Policy
        | CheckId::Signature
        | CheckId::Framing
        | CheckId::Chunks
        | CheckId::Checksum => None,
    }
}
