//! Whether the credential scope has its parts, and they agree with date, region and service.

use super::{Found, Presented, failed, message, passed, passed_with, service_of};
use crate::scheme::Claim;
use crate::service;

pub(super) fn check(presented: &Presented<'_>, claim: &Claim) -> Found {
    let text = |span| claim.text(presented.request, span);
    let string = |span| claim.string(presented.request, span);
    let Some(scope) = claim.scope else { return passed("this scheme has no scope") };
    let settings = &presented.situation.settings;
    let (mut wrong, mut aws) = (Vec::new(), String::new());
    let expected = settings.region.clone().or_else(|| region_of_host(presented));
    if let (Some(span), Some(expected)) = (scope.region, expected)
        && *text(span) != *expected.as_bytes()
    {
        let found = string(span);
        wrong.push(format!("region `{expected}`, but found `{found}`"));
        aws.push_str(&message::scope_region(service_of(presented), claim.placement, &found, &expected));
    }
    let is_other = |expected: &&String| *text(scope.service) != *expected.as_bytes();
    if let Some(expected) = settings.service.as_ref().filter(is_other) {
        wrong.push(format!("service `{expected}`, but found `{}`", string(scope.service)));
        aws.push_str(&message::scope_service(expected));
    }
    let terminator = presented.terms.family.terminator;
    if *text(scope.terminator) != *terminator.as_bytes() {
        let found = string(scope.terminator);
        wrong.push(format!("terminator `{terminator}`, but found `{found}`"));
        aws.push_str(&message::scope_terminator(terminator, &found));
    }
    let date = claim.date.and_then(|date| Some((date, date.instant?.0)));
    if let Some((date, instant)) = date
        && *text(scope.date) != instant.basic()[..8]
    {
        let (found, day) = (string(scope.date), String::from_utf8_lossy(&instant.basic()[..8]).into_owned());
        wrong.push(format!("the day `{day}` of the date, but found `{found}`"));
        aws.push_str(&message::scope_date(&found, &day, &string(date.span)));
    }
    match wrong.is_empty() {
        true => passed_with(presented, || string(scope.whole)),
        false => failed(format!("expected {}", wrong.join("; ")), aws),
    }
}

/// The region that the host of an AWS endpoint names: a gateway there knows no other.
fn region_of_host(presented: &Presented<'_>) -> Option<String> {
    service::of_host(presented.request.host()?).required_region()
}
