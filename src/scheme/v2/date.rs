//! The date of a claim: of a header in HTTP form, of a URL in Unix seconds, of the Query API in ISO 8601.

use chrono::DateTime;

use crate::request::{Request, Span};
use crate::scheme::Placement;
use crate::scheme::claim::ClaimDate;
use crate::scheme::v4::authorization::header_value;
use crate::time::{DateForm, Timestamp};

/// The date of a request that is signed in a header: `x-amz-date`, else `Date`.
pub(super) fn of_headers(request: &Request) -> Option<ClaimDate> {
    let span = header_value(request, "x-amz-date").or_else(|| header_value(request, "date"))?;
    let instant = Timestamp::parse(request.at(span)).ok().filter(|(_, form)| *form == DateForm::Http);
    Some(ClaimDate { span, instant })
}

/// The seconds of `Expires`.
pub(super) fn of_seconds(request: &Request, span: Span) -> ClaimDate {
    let text = Placement::Query.text(request, span);
    let digits = text.iter().all(u8::is_ascii_digit);
    let instant = Timestamp::parse(&text).ok().filter(|(_, form)| digits && *form == DateForm::Unix);
    ClaimDate { span, instant }
}

/// A date such as `2011-10-03T15:19:30Z`; AWS's own example leaves the `Z` out.
pub(super) fn of_field(request: &Request, span: Span) -> ClaimDate {
    let text = String::from_utf8_lossy(&Placement::Query.text(request, span)).into_owned();
    let read = |text: &str| {
        let instant = DateTime::parse_from_rfc3339(text).ok()?;
        Some((Timestamp::from_unix(instant.timestamp())?, DateForm::Extended))
    };
    ClaimDate { span, instant: read(&text).or_else(|| read(&format!("{text}Z"))) }
}
