//! Whether a form meets the policy that it carries, and the policy has not expired.

use super::{Found, Presented, failed, message, passed};
use crate::scheme::Claim;
use crate::scheme::v4::form::{self, Judged};
use crate::scheme::v4::policy::{Checked, Outcome};
use crate::signature::check::Headline;
use crate::time;

/// Each condition in order; the first that fails is told.
pub(crate) fn check(presented: &Presented<'_>, claim: &Claim) -> Found {
    let judged = match form::judge(presented.request, claim) {
        None => return failed("expected a form with a policy, but found none", message::POLICY),
        Some(Err(error)) => {
            return failed(error.to_string(), message::POLICY_MALFORMED).headed(Headline::PolicyUnreadable);
        }
        Some(Ok(judged)) => judged,
    };
    let (ends, now) = (judged.policy.expiration, presented.situation.now);
    if now > ends {
        let detail =
            format!("expected a policy that is good at the clock's {now}, but this one expired at {ends}");
        return failed(detail, message::POLICY_EXPIRED).headed(Headline::PolicyExpired);
    }
    match judged.checked.iter().find_map(Checked::message) {
        Some(wrong) => failed(wrong, message::POLICY),
        None => passed(summary(&judged, &time::left(ends, now))),
    }
}

fn summary(judged: &Judged, left: &str) -> String {
    let unknown =
        judged.checked.iter().filter(|checked| matches!(checked.outcome, Outcome::Unknown { .. })).count();
    let count = judged.checked.len();
    match unknown {
        0 => format!("all {count} conditions hold; the policy {left}"),
        unknown => format!(
            "{} of {count} conditions hold, {unknown} cannot be judged; the policy {left}",
            count - unknown
        ),
    }
}
