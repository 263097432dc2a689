//! Whether the date of signing lies within the window, and a presigned URL has not expired.

use super::{Found, Presented, failed, message, passed, passed_with, service_of};
use crate::scheme::v4::authorization::date_of;
use crate::scheme::v4::presigned;
use crate::scheme::{Claim, Family, Placement};
use crate::time::{self, Timestamp};

pub(super) fn check(presented: &Presented<'_>, family: &Family, claim: Option<&Claim>) -> Found {
    let own = || date_of(presented.request, family);
    let Some(date) = claim.map_or_else(own, |claim| claim.date) else {
        let name = family.date_header;
        return failed(format!("expected an {name} or Date header, but found none"), message::NO_DATE);
    };
    let placement = presented.worked.basis.placement;
    let Some((signed, _)) = date.instant else {
        let text = String::from_utf8_lossy(&placement.text(presented.request, date.span)).into_owned();
        let detail = format!("expected a date such as 20150830T123600Z, but found `{text}`");
        return failed(detail, message::bad_date(&text));
    };
    if placement == Placement::Form {
        return passed(format!("{signed}; the policy says how long the form is good"));
    }
    let now = presented.situation.now;
    if let Some(span) = claim.and_then(|claim| claim.expires)
        && let Err((words, aws)) = presigned::seconds(&placement.text(presented.request, span), family)
    {
        return failed(words, format!("AuthorizationQueryParametersError: {aws}"));
    }
    let ends = claim.and_then(|claim| presigned::ends_at(presented.request, claim));
    let minutes = i64::from(tolerance(presented));
    match ends.filter(|_| signed.unix() <= now.unix() + minutes * 60) {
        Some(ends) => until(presented, ends, now),
        None => window(presented, signed),
    }
}

/// By how many minutes a date may differ from the clock.
fn tolerance(presented: &Presented<'_>) -> u32 {
    let of_service = presented.worked.basis.rules.tolerance_minutes;
    presented.situation.settings.tolerance.unwrap_or(of_service)
}

/// Whether a date of signing lies near enough to the clock.
pub(super) fn window(presented: &Presented<'_>, signed: Timestamp) -> Found {
    let (now, minutes) = (presented.situation.now, tolerance(presented));
    let off = signed.unix().abs_diff(now.unix());
    let words = || distance(signed, now);
    if off <= u64::from(minutes) * 60 {
        return passed_with(presented, || format!("{signed} is {}; {minutes} min are allowed", words()));
    }
    let words = words();
    let detail = format!("expected a date within {minutes} min of the clock, but {signed} is {words}");
    failed(detail, message::skewed(service_of(presented), signed, now, minutes))
}

/// `3 min before the clock's 20150830T123600Z`.
fn distance(signed: Timestamp, now: Timestamp) -> String {
    let words = time::exactly(signed.unix().abs_diff(now.unix()));
    match signed.cmp(&now) {
        std::cmp::Ordering::Less => format!("{words} before the clock's {now}"),
        std::cmp::Ordering::Equal => format!("exactly the clock's {now}"),
        std::cmp::Ordering::Greater => format!("{words} after the clock's {now}"),
    }
}

/// A presigned URL is good until the instant at which it ends.
pub(super) fn until(presented: &Presented<'_>, ends: Timestamp, now: Timestamp) -> Found {
    let words = time::exactly(ends.unix().abs_diff(now.unix()));
    match now <= ends {
        true => passed(format!("the URL is good until {ends}, {words} from the clock's {now}")),
        false => failed(
            format!(
                "expected a URL that is good at the clock's {now}, but this one expired at {ends}, {words} before"
            ),
            message::expired(service_of(presented), ends, now),
        ),
    }
}
