//! The checks themselves, one function each, in the order of [`CheckId`].

use super::{Agreement, Check, CheckId, Outcome, Verdict, message};
use crate::canon::payload;
use crate::request::Request;
use crate::scheme::claim::ClaimErrorKind;
use crate::scheme::v4::authorization::date_of;
use crate::scheme::{Claim, ClaimError, SessionToken, Terms};
use crate::service;
use crate::sign::Situation;
use crate::time::{self, Timestamp};

/// How far a date may be off, unless a setting says otherwise: S3, STS and most others; some services allow 5.
pub const TOLERANCE_MINUTES: u32 = 15;

/// What is to be verified.
pub struct Presented<'a> {
    /// The request.
    pub request: &'a Request,
    /// Its claim, or why it cannot be read; `None` when it carries none.
    pub claim: Option<&'a Result<Claim, ClaimError>>,
    /// The terms of the claim.
    pub terms: &'a Terms<'a>,
    /// The verifier's settings and clock.
    pub situation: &'a Situation,
    /// Whether the key store knows the access key id.
    pub key: KeyKnown,
    /// The signature computed.
    pub computed: Option<&'a [u8]>,
    /// The signature received.
    pub received: Option<&'a [u8]>,
}

/// Whether the key store knows an access key id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyKnown {
    /// It holds the secret.
    Yes,
    /// It does not.
    No,
}

/// A check's outcome before it has its place on the ladder.
struct Found {
    outcome: Outcome,
    detail: String,
    aws: Option<String>,
}

/// Makes every check until one fails.
pub fn verify(presented: &Presented<'_>) -> Verdict {
    let mut checks: Vec<Check> = Vec::with_capacity(CheckId::ALL.len());
    let mut stopped = false;
    for id in CheckId::ALL {
        let found = if stopped { not_reached("an earlier check failed") } else { check(id, presented) };
        stopped |= found.outcome != Outcome::Passed;
        checks.push(Check { id, outcome: found.outcome, detail: found.detail, aws: found.aws });
    }
    Verdict { checks, agreement: Agreement::of(presented.computed, presented.received) }
}

fn check(id: CheckId, presented: &Presented<'_>) -> Found {
    let claim = match presented.claim {
        None => {
            return failed(
                "expected an Authorization header that is understood, but found none",
                message::NO_CLAIM,
            );
        }
        Some(Err(error)) if fails_at(error) == id => {
            return failed(error.to_string(), error.aws.clone().unwrap_or_default());
        }
        Some(Err(_)) if id == CheckId::Date => return date(presented, None),
        Some(Err(_)) => return passed("as expected"),
        Some(Ok(claim)) => claim,
    };
    match id {
        CheckId::Claim => passed("Credential, SignedHeaders and Signature are there"),
        CheckId::Algorithm => passed(claim.string(presented.request, claim.algorithm)),
        CheckId::Date => date(presented, Some(claim)),
        CheckId::Scope => scope(presented, claim),
        CheckId::SignedHeaders => signed_headers(presented, claim),
        CheckId::Key => key(presented, claim),
        CheckId::Payload => payload_hash(presented),
        CheckId::Signature => signature(presented),
    }
}

fn fails_at(error: &ClaimError) -> CheckId {
    match error.kind {
        ClaimErrorKind::Malformed => CheckId::Claim,
        ClaimErrorKind::Algorithm => CheckId::Algorithm,
        ClaimErrorKind::Scope => CheckId::Scope,
    }
}

fn service_of<'a>(presented: &'a Presented<'_>) -> &'a [u8] {
    &presented.terms.scope.service.text
}

fn date(presented: &Presented<'_>, claim: Option<&Claim>) -> Found {
    let own = || date_of(presented.request, presented.terms.family);
    let Some(date) = claim.map_or_else(own, |claim| claim.date) else {
        return failed("expected an X-Amz-Date or Date header, but found none", message::NO_DATE);
    };
    let text = String::from_utf8_lossy(presented.request.at(date.span));
    let Some((signed, _)) = date.instant else {
        let detail = format!("expected a date such as 20150830T123600Z, but found `{text}`");
        return failed(detail, message::bad_date(&text));
    };
    let minutes = presented.situation.settings.tolerance.unwrap_or(TOLERANCE_MINUTES);
    let now = presented.situation.now;
    let off = signed.unix().abs_diff(now.unix());
    let words = distance(signed, now);
    if off <= u64::from(minutes) * 60 {
        return passed(format!("{signed} is {words}; {minutes} min are allowed"));
    }
    let detail = format!("expected a date within {minutes} min of the clock, but {signed} is {words}");
    failed(detail, message::skewed(service_of(presented), signed, now, minutes))
}

/// `3 min before the clock's 20150830T123600Z`.
fn distance(signed: Timestamp, now: Timestamp) -> String {
    let words = time::in_words(signed.unix().abs_diff(now.unix()));
    match signed.cmp(&now) {
        std::cmp::Ordering::Less => format!("{words} before the clock's {now}"),
        std::cmp::Ordering::Equal => format!("exactly the clock's {now}"),
        std::cmp::Ordering::Greater => format!("{words} after the clock's {now}"),
    }
}

fn scope(presented: &Presented<'_>, claim: &Claim) -> Found {
    let text = |span| claim.string(presented.request, span);
    let settings = &presented.situation.settings;
    let (mut wrong, mut aws) = (Vec::new(), String::new());
    let expected = settings.region.clone().or_else(|| region_of_host(presented));
    if let (Some(span), Some(expected)) = (claim.region, expected)
        && text(span) != expected
    {
        wrong.push(format!("region `{expected}`, but found `{}`", text(span)));
        aws.push_str(&message::scope_region(service_of(presented), &text(span), &expected));
    }
    if let Some(expected) = settings.service.as_ref().filter(|expected| text(claim.service) != **expected) {
        wrong.push(format!("service `{expected}`, but found `{}`", text(claim.service)));
        aws.push_str(&message::scope_service(expected));
    }
    let terminator = presented.terms.family.terminator;
    if text(claim.terminator) != terminator {
        wrong.push(format!("terminator `{terminator}`, but found `{}`", text(claim.terminator)));
        aws.push_str(&message::scope_terminator(terminator, &text(claim.terminator)));
    }
    let date = claim.date.and_then(|date| Some((date, date.instant?.0)));
    if let Some((date, instant)) = date {
        let day = String::from_utf8_lossy(&instant.basic()[..8]).into_owned();
        if text(claim.scope_date) != day {
            wrong.push(format!("the day `{day}` of the date, but found `{}`", text(claim.scope_date)));
            aws.push_str(&message::scope_date(&text(claim.scope_date), &day, &text(date.span)));
        }
    }
    match wrong.is_empty() {
        true => passed(text(claim.scope())),
        false => failed(format!("expected {}", wrong.join("; ")), aws),
    }
}

/// The region that the host of an AWS endpoint names: a gateway there knows no other.
fn region_of_host(presented: &Presented<'_>) -> Option<String> {
    service::of_host(presented.request.host()?).region
}

fn signed_headers(presented: &Presented<'_>, claim: &Claim) -> Found {
    let request = presented.request;
    let listed =
        |name: &[u8]| claim.signed_headers.iter().any(|span| request.at(*span).eq_ignore_ascii_case(name));
    if !listed(b"host") && !listed(b":authority") {
        return failed("expected `host` in SignedHeaders, but it is not there", message::HOST_UNSIGNED);
    }
    let prefix = presented.terms.family.header_prefix.as_bytes();
    let token = presented.terms.family.token_header.as_bytes();
    let token_may_stay = presented.terms.dialect.session_token == SessionToken::Unsigned;
    let must = |name: &[u8]| {
        let is_family = name.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
        is_family && !(token_may_stay && name.eq_ignore_ascii_case(token))
    };
    let mut unsigned: Vec<String> = Vec::new();
    for (_, header) in request.sent().filter(|(_, header)| must(&header.name) && !listed(&header.name)) {
        unsigned.push(String::from_utf8_lossy(&header.name).to_ascii_lowercase());
    }
    unsigned.dedup();
    if !unsigned.is_empty() {
        let names = unsigned.join(", ");
        let detail = format!("expected every x-amz-* header to be signed, but found unsigned: {names}");
        return failed(detail, message::unsigned(service_of(presented), &names));
    }
    let absent =
        claim.signed_headers.iter().map(|span| request.at(*span)).find(|name| request.header(name).is_none());
    match absent.filter(|name| !name.eq_ignore_ascii_case(b"host") && !name.is_empty()) {
        Some(name) => {
            passed(format!("`{}` is named but not sent: it counts as empty", String::from_utf8_lossy(name)))
        }
        None => passed("host and every x-amz-* header are signed"),
    }
}

fn key(presented: &Presented<'_>, claim: &Claim) -> Found {
    let id = claim.string(presented.request, claim.access_key_id);
    match presented.key {
        KeyKnown::Yes => {
            let source =
                presented.situation.credentials.as_ref().map(|c| c.source.as_str()).unwrap_or_default();
            passed(format!("{id}, secret from {source}"))
        }
        KeyKnown::No => {
            let detail = format!("expected an access key id whose secret is at hand, but found `{id}`");
            failed(detail, message::unknown_key(service_of(presented)))
        }
    }
}

fn payload_hash(presented: &Presented<'_>) -> Found {
    if presented.terms.is_pending() {
        return not_reached("the body is still being hashed");
    }
    let request = presented.request;
    let Some(sent) = request.value(presented.terms.family.content_header.as_bytes()) else {
        return passed("the body's own hash is signed");
    };
    let text = String::from_utf8_lossy(sent);
    if !payload::is_hex_digest(sent) {
        let known = sent == payload::UNSIGNED || sent.starts_with(b"STREAMING-");
        return match known || !message::is_s3(service_of(presented)) {
            true if sent.starts_with(b"STREAMING-") => passed(format!("{text}: the chunks are not checked")),
            true => passed(format!("{text}: the body is not hashed as a whole")),
            false => {
                let detail = format!(
                    "expected a SHA-256 in hex or a keyword such as UNSIGNED-PAYLOAD, but found `{text}`"
                );
                failed(detail, message::PAYLOAD_INVALID)
            }
        };
    }
    let Some(computed) = payload::hash(request, presented.situation.hashing) else {
        return not_reached("the body is still being hashed");
    };
    let computed = hex::encode(computed);
    match computed.as_bytes() == sent {
        true => passed("x-amz-content-sha256 is the SHA-256 of the body"),
        false => failed(
            format!("expected {computed}, the SHA-256 of the body, but found {text}"),
            message::PAYLOAD,
        ),
    }
}

fn signature(presented: &Presented<'_>) -> Found {
    match Agreement::of(presented.computed, presented.received) {
        Agreement::Equal => passed("computed and received signature are equal"),
        Agreement::DifferAt(at) => {
            let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
            let (computed, received) = (text(presented.computed), text(presented.received));
            let place = at + 1;
            let detail = format!(
                "expected {computed}, but found {received}: character {place} is the first to differ"
            );
            failed(detail, message::mismatch(service_of(presented)))
        }
        Agreement::Unknown if presented.terms.is_pending() => not_reached("the body is still being hashed"),
        Agreement::Unknown => not_reached("there is no signature to compare"),
    }
}

fn passed(detail: impl Into<String>) -> Found {
    Found { outcome: Outcome::Passed, detail: detail.into(), aws: None }
}

fn failed(detail: impl Into<String>, aws: impl Into<String>) -> Found {
    Found {
        outcome: Outcome::Failed,
        detail: detail.into(),
        aws: Some(aws.into()).filter(|aws| !aws.is_empty()),
    }
}

fn not_reached(why: &str) -> Found {
    Found { outcome: Outcome::NotReached, detail: why.into(), aws: None }
}
