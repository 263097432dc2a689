//! The checks themselves, one function each, in the order of [`CheckId`].

mod date;
mod headers;
mod payload;
mod policy;
mod scope;
mod stream;
mod v2;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::cmp::Ordering;

use super::{Agreement, Check, CheckId, Outcome, Verdict, Words, message};
use crate::redact;
use crate::request::redact::Veil;
use crate::request::{Part, Request, editor};
use crate::scheme::chunks::stream::Stream;
use crate::scheme::claim::{ClaimDate, ClaimErrorKind};
use crate::scheme::foreign::Foreign;
use crate::scheme::sign::Situation;
use crate::scheme::v2::date::of_headers;
use crate::scheme::v2::form::Form;
use crate::scheme::v4::authorization::date_of;
use crate::scheme::v4::presigned::{self, Parameter};
use crate::scheme::{Claim, ClaimError, Family, Placement, Signing, Terms, Worked};
use crate::service::{self, PresignedExpires};
use crate::signature::name;

/// What is to be verified.
pub struct Presented<'a> {
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
struct Found {
    outcome: Outcome,
    detail: Cow<'static, str>,
    aws: Option<Cow<'static, str>>,
    headline: Option<&'static str>,
}

impl Found {
    /// A failure with words of its own for the verdict.
    fn headed(self, headline: &'static str) -> Self {
        Self { headline: Some(headline), ..self }
    }
}

/// Makes every check; for who wants the first failure alone, until one fails.
pub fn verify(presented: &Presented<'_>) -> Verdict {
    let mut checks: Vec<Check> = Vec::with_capacity(CheckId::ALL.len());
    let mut stopped = false;
    for id in CheckId::ALL.into_iter().filter(|id| concerns(*id, presented)) {
        let found = if stopped { not_reached("an earlier check failed") } else { check(id, presented) };
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
        CheckId::Policy => presented.worked.basis.placement == Placement::Form,
        CheckId::Framing => is_framed(presented),
        CheckId::Chunks => is_framed(presented) && stream::is_signed(presented),
        CheckId::Checksum => is_framed(presented) && stream::has_checksum(presented),
    }
}

fn is_framed(presented: &Presented<'_>) -> bool {
    !matches!(presented.stream, Stream::None)
}

fn check(id: CheckId, presented: &Presented<'_>) -> Found {
    let found = looked_at(id, presented);
    let headline = match (id, found.outcome) {
        (CheckId::Date, Outcome::Failed) => found.headline.or_else(|| no_date(presented)),
        _ => found.headline,
    };
    Found { headline, ..found }
}

/// What is wrong with a date that cannot be held against the clock.
fn no_date(presented: &Presented<'_>) -> Option<&'static str> {
    let (date, expires) = match presented.claim? {
        Ok(claim) => (claim.date, claim.expires),
        Err(_) => (own_date(presented), None),
    };
    let placement = presented.worked.basis.placement;
    let is_allowed =
        |span, family| presigned::seconds(&placement.text(presented.request, span), family).is_ok();
    match date.map(|date| date.instant.is_some()) {
        None => Some("the date is missing"),
        Some(false) => Some("the date cannot be read"),
        Some(true) => {
            let family = presented.worked.terms.as_ref()?.family;
            let is_wrong = placement == Placement::Query && !is_allowed(expires?, family);
            is_wrong.then_some("the lifetime of the presigned URL is not allowed")
        }
    }
}

/// The date of a request whose claim cannot be read.
fn own_date(presented: &Presented<'_>) -> Option<ClaimDate> {
    match &presented.worked.terms {
        Some(terms) => date_of(presented.request, terms.family),
        None => of_headers(presented.request),
    }
}

fn looked_at(id: CheckId, presented: &Presented<'_>) -> Found {
    let claim = match presented.claim {
        None if id == CheckId::Claim => return failed(no_claim(presented), message::NO_CLAIM),
        None => return not_reached("the request carries no signature"),
        Some(Err(error)) => return unreadable(id, presented, error),
        Some(Ok(claim)) => claim,
    };
    let Some(terms) = &presented.worked.terms else {
        return v2::check(id, presented, claim);
    };
    match id {
        CheckId::Claim => readable(presented, terms, claim),
        CheckId::Algorithm => algorithm(presented, terms, claim),
        CheckId::Date => date::check(presented, terms.family, Some(claim)),
        CheckId::Scope => scope::check(presented, terms, claim),
        CheckId::SignedHeaders => headers::check(presented, terms, claim),
        CheckId::Key => key(presented, claim),
        CheckId::Payload => payload::check(presented, terms),
        CheckId::Signature => signature(presented, claim),
        CheckId::Policy => policy::check(presented, claim),
        CheckId::Framing => stream::framing(presented),
        CheckId::Chunks => stream::chunks(presented),
        CheckId::Checksum => stream::checksum(presented),
    }
}

/// Whether the endpoint takes signatures of this algorithm: one that spans regions wants a signature that names none in its scope, and
/// one of AWS none of another maker.
fn algorithm(presented: &Presented<'_>, terms: &Terms<'_>, claim: &Claim) -> Found {
    let family = terms.family;
    let endpoint = terms.endpoint(presented.request);
    let is_foreign = family.service.is_some_and(|only| !endpoint.may_take(only.as_bytes()));
    let expected = match family.signing {
        Signing::Hmac if is_foreign => Some(name::AWS4),
        Signing::Hmac if endpoint.region_set.is_some() => Some(name::AWS4A),
        Signing::Hmac | Signing::Ecdsa => None,
    };
    match expected {
        None => passed_with(presented, || claim.string(presented.request, claim.algorithm)),
        Some(expected) => {
            let found = claim.string(presented.request, claim.algorithm);
            let detail = format!("expected {expected}, which this host wants, but found {found}");
            failed(detail, message::mismatch(service_of(presented)))
                .headed("the algorithm is not that of the host")
        }
    }
}

/// A check of a claim that cannot be read: what stands before the fault is as expected, what stands behind it is not known.
fn unreadable(id: CheckId, presented: &Presented<'_>, error: &ClaimError) -> Found {
    match id.cmp(&fails_at(error)) {
        Ordering::Equal => failed(error.to_string(), error.aws.clone().unwrap_or_default()),
        _ if id == CheckId::Date && stands_in_header(error) => match &presented.worked.terms {
            Some(terms) => date::check(presented, terms.family, None),
            None => v2::dated(presented, own_date(presented), Form::Header),
        },
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

/// The word that names the scheme of an `Authorization` header. What follows it may be a credential, and so may a first word that is not
/// known.
fn authorization_word(value: &[u8]) -> Option<Cow<'_, str>> {
    redact::scheme(value).map(String::from_utf8_lossy)
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

const TWO_WAYS: &str = "the request authenticates in two ways";

/// The service that verifies: the one that the scope names, unless the host is another's.
fn service_of<'a>(presented: &'a Presented<'_>) -> &'a [u8] {
    let basis = &presented.worked.basis;
    let (named, rules) = (basis.service.as_ref().map_or(&b""[..], |named| &named.text), basis.rules);
    match std::ptr::eq(service::of_name(named), rules) {
        true => named,
        false => rules.name.as_bytes(),
    }
}

/// Whether the claim has its parts, and is the only one.
fn readable(presented: &Presented<'_>, terms: &Terms<'_>, claim: &Claim) -> Found {
    const PARTS: &str = "Credential, SignedHeaders and Signature are there";
    let (family, rules) = (terms.family, terms.rules);
    if is_signed_in_query_too(presented.request, claim, family) {
        return failed(
            "expected one signature, but found one in the Authorization header and one in the query",
            message::two_claims(service_of(presented)),
        )
        .headed(TWO_WAYS);
    }
    if let Some(found) = second_mechanism(presented, claim) {
        return found;
    }
    let lacks_expires = claim.placement == Placement::Query && claim.expires.is_none();
    match lacks_expires && rules.presigned_expires == PresignedExpires::Required {
        true => failed(
            format!(
                "expected the parameter {}, but found none in the query of a presigned URL",
                Parameter::Expires.name(family)
            ),
            message::NO_EXPIRES,
        )
        .headed("the presigned URL does not say how long it is good"),
        false => passed(PARTS),
    }
}

/// A signature that something else that authenticates comes with: S3 takes one way, whatever scheme the other names (request/request#860
/// has Basic, penpot/penpot#10777 Token); of other services it is not known.
fn second_mechanism(presented: &Presented<'_>, claim: &Claim) -> Option<Found> {
    let (found, place) = (beside(presented.request, claim)?, claim.placement.name());
    Some(match message::is_s3(service_of(presented)) {
        true => failed(
            format!(
                "expected one way to authenticate, but found {found} beside the signature in the {place}"
            ),
            message::two_claims(service_of(presented)),
        )
        .headed(TWO_WAYS),
        false => passed(format!(
            "there is {found} beside the signature in the {place}, which a server may read in its place"
        )),
    })
}

/// Whatever authenticates besides the claim: a second signature of the same scheme, or something else.
pub(crate) fn second_way(request: &Request, claim: &Claim, family: Option<&Family>) -> Option<String> {
    match family.is_some_and(|family| is_signed_in_query_too(request, claim, family)) {
        true => Some("a signature in the query".into()),
        false => beside(request, claim),
    }
}

/// Whether a signature stands in the query beside the one in the header.
fn is_signed_in_query_too(request: &Request, claim: &Claim, family: &Family) -> bool {
    claim.placement == Placement::Header && Parameter::Algorithm.find(request, family).is_some()
}

/// What authenticates besides a signature: another header, the user of a URL, or the parameters of Version 2.
fn beside(request: &Request, claim: &Claim) -> Option<String> {
    let placement = claim.placement;
    let mut others = request.sent().filter(|(_, header)| header.is(b"authorization"));
    let header = match placement {
        Placement::Header => others.nth(1).map(|(_, header)| ("another Authorization header", header)),
        Placement::Query => others.next().map(|(_, header)| ("an Authorization header", header)),
        Placement::Form => None,
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

fn key(presented: &Presented<'_>, claim: &Claim) -> Found {
    let id = || claim.string(presented.request, claim.access_key_id);
    let source = || presented.situation.credentials.as_ref().map(|key| key.source.as_str());
    match presented.key {
        KeyKnown::PublicOnly => passed_with(presented, || format!("{}, public key from the settings", id())),
        KeyKnown::Yes => {
            passed_with(presented, || format!("{}, secret from {}", id(), source().unwrap_or_default()))
        }
        KeyKnown::No => {
            let detail = format!("expected an access key id whose secret is at hand, but found `{}`", id());
            failed(detail, message::unknown_key(service_of(presented)))
        }
    }
}

fn signature(presented: &Presented<'_>, claim: &Claim) -> Found {
    match &presented.worked.agreement {
        Agreement::Equal => passed("computed and received signature are equal"),
        Agreement::Valid => passed("the received signature is right for this public key"),
        Agreement::Invalid(why) => {
            failed(format!("{why}{}", place(presented, claim)), message::mismatch(service_of(presented)))
        }
        Agreement::DifferAt(at) => {
            let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
            let (computed, received) = (text(presented.computed), text(presented.received));
            let (at, place) = (at + 1, place(presented, claim));
            let detail = format!(
                "expected {computed}, but found {received}{place} ({})",
                difference(&computed, &received, at)
            );
            failed(detail, message::mismatch(service_of(presented)))
        }
        Agreement::Unknown if presented.worked.basis.is_pending => {
            not_reached("the body is still being hashed")
        }
        Agreement::Unknown if presented.key == KeyKnown::No => {
            not_reached("without the secret there is no signature to compare with")
        }
        Agreement::Unknown => not_reached("there is no signature to compare"),
    }
}

/// What tells the two apart: one that was cut short is worth a word.
fn difference(computed: &str, received: &str, at: usize) -> String {
    match computed.starts_with(received) {
        true => format!("it was cut short after {} of {} characters", received.len(), computed.len()),
        false => format!("character {at} is the first to differ"),
    }
}

/// Where in the request the received signature stands, to follow what was found; nothing of one that was typed.
fn place(presented: &Presented<'_>, claim: &Claim) -> String {
    if presented.received != Some(&*claim.text(presented.request, claim.signature)) {
        return String::new();
    }
    let terms = presented.worked.terms.as_ref();
    let name = || terms.map_or("Signature".into(), |terms| Parameter::Signature.name(terms.family));
    match claim.placement {
        Placement::Header => " in the Authorization header".into(),
        Placement::Query if claim.signature.part == Part::Body => format!(" in the form field {}", name()),
        Placement::Query => format!(" in the query parameter {}", name()),
        Placement::Form => {
            format!(" in the form field {}, which signs the policy", name().to_ascii_lowercase())
        }
    }
}

fn passed(detail: impl Into<Cow<'static, str>>) -> Found {
    Found { outcome: Outcome::Passed, detail: detail.into(), aws: None, headline: None }
}

/// The same with a detail that costs something to put in words.
fn passed_with(presented: &Presented<'_>, detail: impl FnOnce() -> String) -> Found {
    match presented.words {
        Words::OfAll => passed(detail()),
        Words::OfFailures => passed(""),
    }
}

fn failed(detail: impl Into<Cow<'static, str>>, aws: impl Into<Cow<'static, str>>) -> Found {
    Found {
        outcome: Outcome::Failed,
        detail: detail.into(),
        aws: Some(aws.into()).filter(|aws| !aws.is_empty()),
        headline: None,
    }
}

fn not_reached(why: &'static str) -> Found {
    Found { outcome: Outcome::NotReached, detail: why.into(), aws: None, headline: None }
}
