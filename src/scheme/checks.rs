//! What the checks of all schemes have in common: what they look at, what they say, and those that mean the same everywhere.

pub mod message;
pub(crate) mod policy;
pub(crate) mod stream;

use std::borrow::Cow;

use super::chunks::stream::Stream;
use super::foreign::Foreign;
use super::sign::Situation;
use super::{Claim, ClaimError, Placement, Scheme, Signing, Worked};
use crate::redact;
use crate::request::{Part, Request};
use crate::service::Service;
use crate::signature::check::{Headline, Outcome};
use crate::signature::{Agreement, Words};
use crate::time::{self, Timestamp};

/// What is to be verified.
pub struct Presented<'a> {
    /// The scheme.
    pub scheme: &'static dyn Scheme,
    /// The request.
    pub request: &'a Request,
    /// Its claim, or why it cannot be read; `None` when it carries none.
    pub claim: Option<&'a Result<Claim, ClaimError>>,
    /// The scheme of another maker that signed it, where there is no claim.
    pub foreign: Option<&'static Foreign>,
    /// What its scheme made of it.
    pub worked: &'a Worked<'a>,
    /// The verifier's settings and clock.
    pub situation: &'a Situation,
    /// Whether the key store knows the access key id.
    pub key: KeyKnown,
    /// The signature computed.
    pub computed: Option<&'a [u8]>,
    /// The signature received.
    pub received: Option<&'a [u8]>,
    /// The signatures in the body.
    pub stream: &'a Stream,
    /// Of which checks the details are wanted.
    pub words: Words,
}

/// Whether the key store knows an access key id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyKnown {
    /// It holds the secret.
    Yes,
    /// It holds the public key.
    PublicOnly,
    /// It does not.
    No,
}

/// A check's outcome before it has its place on the ladder.
pub struct Found {
    /// How it went.
    pub outcome: Outcome,
    /// What was expected and found.
    pub detail: Cow<'static, str>,
    /// What AWS answers when it fails.
    pub aws: Option<Cow<'static, str>>,
    /// What failed in a few words, where it is not what a failure of this check usually is.
    pub headline: Option<Headline>,
}

impl Found {
    /// A failure with words of its own for the verdict.
    pub(crate) fn headed(self, headline: Headline) -> Self {
        Self { headline: Some(headline), ..self }
    }
}

/// The rules of the service that verifies: the one that the scope names, unless the host is another's.
pub(crate) fn service_of(presented: &Presented<'_>) -> &'static Service {
    presented.worked.rules()
}

/// A signature that something else that authenticates comes with: S3 takes one way, whatever scheme the other names (request/request#860
/// has Basic, penpot/penpot#10777 Token); of other services it is not known.
pub(crate) fn second_mechanism(presented: &Presented<'_>, claim: &Claim) -> Option<Found> {
    let (found, place) = (beside(presented.request, claim)?, claim.placement.name());
    Some(match message::is_s3(service_of(presented)) {
        true => failed(
            format!(
                "expected one way to authenticate, but found {found} beside the signature in the {place}"
            ),
            message::two_claims(service_of(presented)),
        )
        .headed(Headline::TwoWays),
        false => passed(format!(
            "there is {found} beside the signature in the {place}, which a server may read in its place"
        )),
    })
}

/// What authenticates besides a signature: another header, the user of a URL, or the parameters of Version 2.
fn beside(request: &Request, claim: &Claim) -> Option<String> {
    let placement = claim.placement;
    let mut others = request.sent().filter(|(_, header)| header.is(b"authorization"));
    let header = match placement {
        Placement::Header => others.nth(1).map(|(_, header)| ("another Authorization header", header)),
        Placement::Query => others.next().map(|(_, header)| ("an Authorization header", header)),
        Placement::Form | Placement::Body => None,
    };
    if let Some((what, header)) = header {
        let word = authorization_word(&header.value).map_or(String::new(), |word| format!(" (`{word}`)"));
        return Some(format!("{what}{word}"));
    }
    if placement == Placement::Query && request.target().user.is_some() {
        return Some("a user in the URL, which clients send as Basic authentication,".into());
    }
    let version_2 =
        [&b"AWSAccessKeyId"[..], b"Signature"].iter().all(|name| request.pair_value(name).is_some());
    (version_2 && claim.scope.is_some() && placement != Placement::Form)
        .then(|| "a signature of Version 2 in the query".into())
}

/// By how many minutes a date may differ from the clock.
pub(crate) fn tolerance(presented: &Presented<'_>) -> u32 {
    let of_service = presented.worked.rules().tolerance_minutes;
    presented.situation.settings.tolerance.unwrap_or(of_service)
}

/// Whether a date of signing lies near enough to the clock.
pub(crate) fn window(presented: &Presented<'_>, signed: Timestamp) -> Found {
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
pub(crate) fn until(presented: &Presented<'_>, ends: Timestamp, now: Timestamp) -> Found {
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

/// Whether the secret of the access key id is at hand.
pub(crate) fn key(presented: &Presented<'_>, claim: &Claim) -> Found {
    let id = || String::from_utf8_lossy(&claim.key_id(presented.request)).into_owned();
    let source = || presented.situation.credentials.as_ref().map(|key| key.source.as_str());
    match presented.key {
        KeyKnown::PublicOnly => passed_with(presented, || format!("{}, public key from the settings", id())),
        KeyKnown::Yes => {
            let is_pair = presented.scheme.family().is_some_and(|family| family.signing == Signing::Rsa);
            let what = if is_pair { "key pair" } else { "secret" };
            passed_with(presented, || format!("{}, {what} from {}", id(), source().unwrap_or_default()))
        }
        KeyKnown::No => {
            let detail = format!("expected an access key id whose secret is at hand, but found `{}`", id());
            failed(detail, message::unknown_key(service_of(presented)))
        }
    }
}

/// Whether the signatures agree; `name` is the parameter or field that the scheme writes one in.
pub(crate) fn signature(presented: &Presented<'_>, claim: &Claim, name: impl Fn() -> String) -> Found {
    let found = compared(presented, claim, || place(claim, name));
    let is_wrong = found.outcome == Outcome::Failed;
    Found { aws: is_wrong.then(|| message::mismatch(service_of(presented)).into()), ..found }
}

/// The same without what AWS answers; `place` says where in the request the signature stands, to follow what was found.
pub(crate) fn compared(presented: &Presented<'_>, claim: &Claim, place: impl FnOnce() -> String) -> Found {
    // Nothing is said of one that was typed.
    let is_sent = || presented.received == Some(&*presented.scheme.received(presented.request, claim));
    let place = || if is_sent() { place() } else { String::new() };
    match &presented.worked.agreement {
        Agreement::Equal => passed("computed and received signature are equal"),
        Agreement::Valid => passed("the received signature is right for this public key"),
        Agreement::Invalid(why) => failed(format!("{why}{}", place()), ""),
        Agreement::DifferAt(at) => {
            let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
            let (computed, received) = (text(presented.computed), text(presented.received));
            let difference = difference(&computed, &received, at + 1);
            failed(format!("expected {computed}, but found {received}{} ({difference})", place()), "")
        }
        Agreement::Unknown if presented.worked.is_pending() => not_reached(not_hashed(presented.request)),
        Agreement::Unknown if presented.key == KeyKnown::No => {
            not_reached("without the secret there is no signature to compare with")
        }
        Agreement::Unknown => not_reached("there is no signature to compare"),
    }
}

/// Why the hash of a body is not known.
pub(crate) fn not_hashed(request: &Request) -> &'static str {
    match request.body.is_pipe() {
        true => "the body is not shown, and its hash is signed",
        false => "the body is still being hashed",
    }
}

/// What tells the two apart: one that was cut short is worth a word.
fn difference(computed: &str, received: &str, at: usize) -> String {
    match computed.starts_with(received) {
        true => format!("it was cut short after {} of {} characters", received.len(), computed.len()),
        false => format!("character {at} is the first to differ"),
    }
}

/// Where in the request a signature stands.
fn place(claim: &Claim, name: impl Fn() -> String) -> String {
    match claim.placement {
        Placement::Header => " in the Authorization header".into(),
        Placement::Query if claim.signature.part == Part::Body => format!(" in the form field {}", name()),
        Placement::Query => format!(" in the query parameter {}", name()),
        Placement::Form => {
            format!(" in the form field {}, which signs the policy", name().to_ascii_lowercase())
        }
        Placement::Body => format!(" in the field {} of the body", name()),
    }
}

pub(crate) fn passed(detail: impl Into<Cow<'static, str>>) -> Found {
    Found { outcome: Outcome::Passed, detail: detail.into(), aws: None, headline: None }
}

/// The same with a detail that costs something to put in words.
pub(crate) fn passed_with(presented: &Presented<'_>, detail: impl FnOnce() -> String) -> Found {
    match presented.words {
        Words::OfAll => passed(detail()),
        Words::OfFailures => passed(""),
    }
}

pub(crate) fn failed(detail: impl Into<Cow<'static, str>>, aws: impl Into<Cow<'static, str>>) -> Found {
    Found {
        outcome: Outcome::Failed,
        detail: detail.into(),
        aws: Some(aws.into()).filter(|aws| !aws.is_empty()),
        headline: None,
    }
}

pub(crate) fn not_reached(why: &'static str) -> Found {
    Found { outcome: Outcome::NotReached, detail: why.into(), aws: None, headline: None }
}

/// The word that names the scheme of an `Authorization` header. What follows it may be a credential, and so may a first word that is not
/// known.
pub(crate) fn authorization_word(value: &[u8]) -> Option<Cow<'_, str>> {
    redact::scheme(value).map(String::from_utf8_lossy)
}
