//! Whether the date of signing lies within the window, and a presigned URL has not expired.

use crate::scheme::checks::{Found, Presented, failed, message, passed, tolerance, until, window};
use crate::scheme::v4::authorization::date_of;
use crate::scheme::v4::presigned;
use crate::scheme::{Claim, Family, Placement};
use crate::signature::check::Headline;
use crate::time::{DateForm, Timestamp};

/// `20150830T123600Z`
const SOME_DATE: Timestamp = Timestamp::SOME;

/// Whether a text is a number of milliseconds of these years.
fn is_in_milliseconds(text: &str) -> bool {
    text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(in crate::scheme::v4) fn check(
    presented: &Presented<'_>,
    family: &Family,
    claim: Option<&Claim>,
) -> Found {
    let own = || date_of(presented.request, family);
    let Some(date) = claim.map_or_else(own, |claim| claim.date) else {
        let name = family.date_header;
        let other = if family.dates.form == DateForm::Basic { " or Date" } else { "" };
        return failed(format!("expected an {name}{other} header, but found none"), message::NO_DATE)
            .headed(Headline::DateMissing);
    };
    let placement = presented.worked.placement();
    let Some((signed, _)) = date.instant else {
        let text = String::from_utf8_lossy(&placement.text(presented.request, date.span)).into_owned();
        let example = SOME_DATE.written(family.dates.form);
        let mut detail = format!("expected a date such as {example}, but found `{text}`");
        if family.dates.form == DateForm::Unix && is_in_milliseconds(&text) {
            detail.push_str(", which counts milliseconds where seconds are counted");
        }
        return failed(detail, message::bad_date(&text)).headed(Headline::DateUnreadable);
    };
    if placement == Placement::Form {
        return passed(format!("{signed}; the policy says how long the form is good"));
    }
    let now = presented.situation.now;
    if let Some(span) = claim.and_then(|claim| claim.expires)
        && let Err((words, aws)) = presigned::seconds(&placement.text(presented.request, span), family)
    {
        return failed(words, format!("AuthorizationQueryParametersError: {aws}"))
            .headed(Headline::LifetimeNotAllowed);
    }
    let ends = claim.and_then(|claim| presigned::ends_at(presented.request, claim));
    let minutes = i64::from(tolerance(presented));
    match ends.filter(|_| signed.unix() <= now.unix() + minutes * 60) {
        Some(ends) => until(presented, ends, now),
        None => window(presented, signed),
    }
}
