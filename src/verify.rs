//! Verification as a gateway does it: checks in order, each passed, failed or not reached.
//!
//! The order and the messages are those that AWS was observed to give: the first check that fails decides what it answers. The
//! checks behind it are made all the same, so that everything that is wrong can be mended at once; only who asks for
//! [`Words::OfFailures`] is spared them. Whether the *signatures* agree is told apart from the verdict
//! ([`Verdict::agreement`]): an expired request may still carry a right signature.

pub mod refusal;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::cmp::Ordering;

use crate::request::redact::Veil;
use crate::request::{Part, Request, editor};
use crate::scheme::checks::{authorization_word, failed, not_reached, passed, stream};
use crate::scheme::chunks::stream::Stream;
use crate::scheme::claim::ClaimErrorKind;
use crate::scheme::foreign::Foreign;
use crate::scheme::{ClaimError, Placement};

pub use crate::scheme::checks::{Found, KeyKnown, Presented, message};
pub use crate::signature::check::{CheckId, Headline, Outcome};
pub use crate::signature::{Agreement, Words};

/// The outcome of a verification.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The checks in order.
    pub checks: Vec<Check>,
    /// Whether the two signatures agree, whatever the checks say.
    pub agreement: Agreement,
}

/// One check.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// Which one.
    pub id: CheckId,
    /// How it went.
    pub outcome: Outcome,
    /// What was expected and found, in a sentence; of a check that passed only where that is wanted.
    pub detail: Cow<'static, str>,
    /// What AWS answers when it fails.
    pub aws: Option<Cow<'static, str>>,
    /// What failed in a few words, where it is not what a failure of this check usually is.
    pub headline: Option<Headline>,
}

/// A verification in one word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Conclusion {
    /// Every check passed.
    Match,
    /// The signature is the first that is not as it should be.
    Mismatch,
    /// A gateway would refuse the request before it compares signatures.
    Rejected,
}

impl Conclusion {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Mismatch => "mismatch",
            Self::Rejected => "rejected",
        }
    }
}

impl Verdict {
    /// The check that decides: the first that failed, unless one before it could not be made yet.
    pub fn failed(&self) -> Option<&Check> {
        let first = self.checks.iter().find(|check| check.outcome != Outcome::Passed)?;
        (first.outcome == Outcome::Failed).then_some(first)
    }

    /// The verdict in one word; `None` while something that it needs is not known.
    pub fn conclusion(&self) -> Option<Conclusion> {
        match self.failed() {
            Some(check) if matches!(check.id, CheckId::Signature | CheckId::Chunks) => {
                Some(Conclusion::Mismatch)
            }
            Some(_) => Some(Conclusion::Rejected),
            None => {
                self.checks.iter().all(|check| check.outcome == Outcome::Passed).then_some(Conclusion::Match)
            }
        }
    }
}

/// Makes every check; for who wants the first failure alone, until one fails.
pub fn verify(presented: &Presented<'_>) -> Verdict {
    let mut checks: Vec<Check> = Vec::with_capacity(CheckId::ALL.len());
    let mut stopped = false;
    let are_made = |id: &CheckId| presented.scheme.makes(*id) && concerns(*id, presented);
    for id in CheckId::ALL.into_iter().filter(are_made) {
        let made = if stopped { Some(not_reached("an earlier check failed")) } else { check(id, presented) };
        let Some(found) = made else { continue };
        stopped |= presented.words == Words::OfFailures && found.outcome != Outcome::Passed;
        let Found { outcome, detail, aws, headline } = found;
        checks.push(Check { id, outcome, detail, aws, headline });
    }
    hide(&mut checks, presented);
    Verdict { checks, agreement: presented.worked.agreement.clone() }
}

/// Takes the credentials of the request out of what is said of it. A match without words says nothing.
fn hide(checks: &mut [Check], presented: &Presented<'_>) {
    let failed = checks.iter().any(|check| check.outcome == Outcome::Failed);
    if !failed && presented.words == Words::OfFailures {
        return;
    }
    let veil = LazyCell::new(|| Veil::of(presented.request));
    let over = |words: &mut Cow<'static, str>| {
        // A text that is not made here repeats nothing of the request.
        if let Cow::Owned(text) = words {
            *words = veil.over(text).into();
        }
    };
    for check in checks {
        over(&mut check.detail);
        check.aws.iter_mut().for_each(&over);
    }
}

/// Whether the request has what a check is about.
fn concerns(id: CheckId, presented: &Presented<'_>) -> bool {
    match id {
        CheckId::Claim
        | CheckId::Algorithm
        | CheckId::Date
        | CheckId::Scope
        | CheckId::SignedHeaders
        | CheckId::Key
        | CheckId::Payload
        | CheckId::Signature => true,
        CheckId::Policy => presented.worked.placement() == Placement::Form,
        CheckId::Framing => is_framed(presented),
        CheckId::Chunks => is_framed(presented) && stream::is_signed(presented),
        CheckId::Checksum => is_framed(presented) && stream::has_checksum(presented),
    }
}

fn is_framed(presented: &Presented<'_>) -> bool {
    !matches!(presented.stream, Stream::None)
}

/// One check; `None` where the scheme has nothing of the kind.
fn check(id: CheckId, presented: &Presented<'_>) -> Option<Found> {
    match presented.claim {
        None if id == CheckId::Claim => Some(match presented.scheme.recipe() {
            Some(row) => {
                let place = row.pattern_of(row.signature()).map(|pattern| pattern.place.words());
                failed(format!("expected a signature in {}, but found none", place.unwrap_or_default()), "")
            }
            None => failed(no_claim(presented), message::NO_CLAIM),
        }),
        None => Some(not_reached("the request carries no signature")),
        Some(Err(error)) => Some(unreadable(id, presented, error)),
        Some(Ok(claim)) => presented.scheme.check(id, presented, claim),
    }
}

/// A check of a claim that cannot be read: what stands before the fault is as expected, what stands behind it is not known.
fn unreadable(id: CheckId, presented: &Presented<'_>, error: &ClaimError) -> Found {
    match id.cmp(&fails_at(error)) {
        Ordering::Equal => failed(error.to_string(), error.aws.clone().unwrap_or_default()),
        _ if id == CheckId::Date && stands_in_header(error) => presented.scheme.check_date(presented),
        Ordering::Less => passed("as expected"),
        Ordering::Greater => not_reached("the claim cannot be read"),
    }
}

/// What a request without a signature of AWS has in its place: that of another maker's scheme, or the header of one, in words.
pub(crate) fn in_place_of_claim(request: &Request, foreign: Option<&'static Foreign>) -> Option<String> {
    if let Some(foreign) = foreign {
        return Some(foreign.sentence(request));
    }
    let value = request.value(b"authorization")?;
    if editor::is_instruction(value) {
        return Some(editor::FOUND.into());
    }
    Some(match authorization_word(value) {
        Some(word) if is_bearer(&word) => {
            format!("an Authorization header with `{word}`, which is no signature")
        }
        Some(word) => format!("an Authorization header of another scheme, `{word}`"),
        None => "an Authorization header of a scheme that is not known here".into(),
    })
}

/// Whether a scheme sends a credential as it is, in place of a signature.
fn is_bearer(word: &str) -> bool {
    ["Bearer", "Basic", "Token"].iter().any(|name| word.eq_ignore_ascii_case(name))
}

fn no_claim(presented: &Presented<'_>) -> Cow<'static, str> {
    match in_place_of_claim(presented.request, presented.foreign) {
        Some(other) => format!("expected a signature, but found {other}").into(),
        None => {
            "expected a signature in the Authorization header, the query or a form, but found none".into()
        }
    }
}

fn fails_at(error: &ClaimError) -> CheckId {
    match error.kind {
        ClaimErrorKind::Malformed => CheckId::Claim,
        ClaimErrorKind::Algorithm => CheckId::Algorithm,
        ClaimErrorKind::Scope | ClaimErrorKind::RegionInScope => CheckId::Scope,
    }
}

/// Whether a claim that cannot be read stands in a header: then the date does as well.
fn stands_in_header(error: &ClaimError) -> bool {
    error.span.is_none_or(|span| matches!(span.part, Part::HeaderName(_) | Part::HeaderValue(_)))
}
