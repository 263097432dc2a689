//! Whether the credential scope has its parts, and they agree with date, region and service.

use crate::scheme::checks::{Found, Presented, failed, message, passed, passed_with, service_of};
use crate::scheme::{Claim, ScopeEnd, Terms};
use crate::service::Endpoint;

pub(super) fn check(presented: &Presented<'_>, terms: &Terms<'_>, claim: &Claim) -> Found {
    let text = |span| claim.text(presented.request, span);
    let string = |span| claim.string(presented.request, span);
    let Some(scope) = claim.scope else { return passed("this scheme has no scope") };
    let settings = &presented.situation.settings;
    let (mut wrong, mut aws) = (Vec::new(), String::new());
    let endpoint = terms.endpoint(presented.request);
    let other_service = other_service(presented, (terms.family.service, endpoint), &text(scope.service));
    let expected = settings.region.clone().or(endpoint.required_region());
    if let (Some(span), Some(expected)) = (scope.region, expected)
        && *text(span) != *expected.as_bytes()
    {
        let found = string(span);
        wrong.push(format!("region `{expected}`, but found `{found}`"));
        aws.push_str(&message::scope_region(service_of(presented), claim.placement, &found, &expected));
    }
    if let Some(expected) = other_service {
        let found = string(scope.service);
        wrong.push(format!("service `{expected}`, but found `{found}`"));
        aws.push_str(&message::scope_service(claim.placement, &found, &expected));
    }
    let terminator = terms.family.terminator;
    if terms.family.scope_end == ScopeEnd::Fixed && *text(scope.terminator) != *terminator.as_bytes() {
        let found = string(scope.terminator);
        wrong.push(format!("terminator `{terminator}`, but found `{found}`"));
        aws.push_str(&message::scope_terminator(terminator, &found));
    }
    let date = claim.date.and_then(|date| Some((date, date.instant?.0)));
    let day = |instant| terms.family.dates.day.write(instant);
    if let Some((date, instant)) = date
        && *text(scope.date) != *day(instant)
    {
        let (found, day) = (string(scope.date), String::from_utf8_lossy(&day(instant)).into_owned());
        wrong.push(format!("the day `{day}` of the date, but found `{found}`"));
        aws.push_str(&message::scope_date(&found, &day, &string(date.span)));
    }
    match wrong.is_empty() {
        true => passed_with(presented, || string(scope.whole)),
        false => failed(format!("expected {}", wrong.join("; ")), aws),
    }
}

/// The service that the scope had to name and does not: the one that was set, else the only one of the scheme, else the one whose host it is.
fn other_service(
    presented: &Presented<'_>,
    (only, endpoint): (Option<&str>, &Endpoint),
    found: &[u8],
) -> Option<String> {
    match (&presented.situation.settings.service, only) {
        (Some(set), _) => Some(set.clone()).filter(|set| set.as_bytes() != found),
        (None, Some(only)) => Some(only.to_owned()).filter(|only| only.as_bytes() != found),
        (None, None) if endpoint.may_take(found) => None,
        (None, None) => endpoint.required_service().map(str::to_owned),
    }
}
