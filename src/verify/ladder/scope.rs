//! Whether the credential scope has its parts, and they agree with date, region and service.

use super::{Found, Presented, failed, message, passed, service_of};
use crate::scheme::Claim;
use crate::service;

pub(super) fn check(presented: &Presented<'_>, claim: &Claim) -> Found {
    let text = |span| claim.string(presented.request, span);
    let Some(scope) = claim.scope else { return passed("this scheme has no scope") };
    let settings = &presented.situation.settings;
    let (mut wrong, mut aws) = (Vec::new(), String::new());
    let expected = settings.region.clone().or_else(|| region_of_host(presented));
    if let (Some(span), Some(expected)) = (scope.region, expected)
        && text(span) != expected
    {
        wrong.push(format!("region `{expected}`, but found `{}`", text(span)));
        aws.push_str(&message::scope_region(service_of(presented), claim.placement, &text(span), &expected));
    }
    if let Some(expected) = settings.service.as_ref().filter(|expected| text(scope.service) != **expected) {
        wrong.push(format!("service `{expected}`, but found `{}`", text(scope.service)));
        aws.push_str(&message::scope_service(expected));
    }
    let terminator = presented.terms.family.terminator;
    if text(scope.terminator) != terminator {
        wrong.push(format!("terminator `{terminator}`, but found `{}`", text(scope.terminator)));
        aws.push_str(&message::scope_terminator(terminator, &text(scope.terminator)));
    }
    let date = claim.date.and_then(|date| Some((date, date.instant?.0)));
    if let Some((date, instant)) = date {
        let day = String::from_utf8_lossy(&instant.basic()[..8]).into_owned();
        if text(scope.date) != day {
            wrong.push(format!("the day `{day}` of the date, but found `{}`", text(scope.date)));
            aws.push_str(&message::scope_date(&text(scope.date), &day, &text(date.span)));
        }
    }
    match wrong.is_empty() {
        true => passed(text(scope.whole)),
        false => failed(format!("expected {}", wrong.join("; ")), aws),
    }
}

/// The region that the host of an AWS endpoint names: a gateway there knows no other.
fn region_of_host(presented: &Presented<'_>) -> Option<String> {
    service::of_host(presented.request.host()?).required_region()
}
