//! Signing once more what was signed before: the same headers are signed again, so that no rule is broken that held before.

use super::model::{Desk, HASH_AT_ONCE};
use crate::analysis::{Analysis, Session};
use crate::canon::payload::Hashing;
use crate::request::{Body, Header, Request};
use crate::scheme::Memo;
use crate::settings::Time;
use crate::time::{self, Timestamp};
use crate::trace::Trace;
use crate::verify::{Check, CheckId, Outcome};

/// The session with its request signed anew by the key at hand; `None` where there is nothing to sign with.
///
/// What the request signed stays signed and nothing else joins it, unless a server refuses that: then whatever AWS wants signed is.
pub(crate) fn anew(session: &Session, clock: Timestamp) -> Option<Session> {
    let is_good = |signed: &Session| {
        // Judged at its own date: the clock is no matter of what is signed.
        let date = Desk::new(signed.clone(), clock).analysis.claim().and_then(|claim| claim.date?.instant);
        let mut own = signed.clone();
        own.settings.now = date.map(|(instant, _)| instant).or(own.settings.now);
        failed(&Desk::new(own, clock).analysis, |_| true).is_none()
    };
    as_claimed(session, clock).filter(is_good).or_else(|| as_planned(session, clock))
}

/// The session signed anew at the instant `clock`; `None` where a part that is signed too would keep the old date.
pub(crate) fn dated_now(session: &Session, clock: Timestamp) -> Option<Session> {
    let mut dated = session.clone();
    (dated.settings.now, dated.settings.time, dated.received) = (None, Some(Time::Now), None);
    let desk = Desk::new(dated, clock);
    let request = desk.analysis.instructions(&desk.session.request)?.apply(&desk.session.request);
    let sent = Desk::new(as_sent(&desk.session, request), clock);
    let broken =
        failed(&sent.analysis, |id| matches!(id, CheckId::Date | CheckId::Signature | CheckId::Chunks));
    let is_right = sent.analysis.agreement().holds() == Some(true) && broken.is_none();
    is_right.then_some(desk.session)
}

/// Why a server would refuse a signed request for its date at the instant `clock`, in words; `None` where it would not.
pub(crate) fn stale(session: &Session, signed: Request, clock: Timestamp) -> Option<String> {
    // The date is judged before the body: there is no need to hash it.
    let signed = Request { body: Body::default(), ..signed };
    let session = as_sent(session, signed);
    let analysis =
        Analysis::of(&session, clock, Hashing::UpTo(HASH_AT_ONCE), &mut Memo::default(), Trace::default());
    failed(&analysis, |id| id == CheckId::Date)?;
    let (date, _) = analysis.claim()?.date?.instant?;
    if let Some(ends) = analysis.ends(&session.request).filter(|ends| *ends < clock) {
        return Some(format!("The URL {}", time::left(ends, clock)));
    }
    let minutes = analysis.basis.rules.tolerance_minutes;
    let minutes = session.settings.tolerance.unwrap_or(minutes);
    let apart = time::in_words(date.unix().abs_diff(clock.unix()));
    let when = if date < clock { format!("{apart} ago") } else { format!("{apart} in the future") };
    Some(format!("Signed {when} (limit {minutes} min)"))
}

/// The session as a server has it that gets this request now.
fn as_sent(session: &Session, request: Request) -> Session {
    let mut sent = session.clone();
    sent.request = request;
    sent.received = None;
    (sent.settings.now, sent.settings.time) = (None, None);
    sent
}

/// The request with the signature that is right for what it claims.
fn as_claimed(session: &Session, clock: Timestamp) -> Option<Session> {
    let desk = Desk::new(Session { received: None, ..session.clone() }, clock);
    desk.analysis.claim()?;
    let request = desk.analysis.instructions(&desk.session.request)?.apply(&desk.session.request);
    Some(Session { request, ..desk.session })
}

/// The request planned anew. Of its headers only those are signed that were, and that AWS wants signed: others may be changed on
/// their way.
fn as_planned(session: &Session, clock: Timestamp) -> Option<Session> {
    let analysis = Desk::new(session.clone(), clock).analysis;
    let signed: Vec<Vec<u8>> = analysis
        .claim()
        .into_iter()
        .flat_map(|claim| &claim.signed_headers)
        .map(|span| session.request.at(*span).to_ascii_lowercase())
        .collect();
    let mut plan = Session { received: None, ..session.clone() };
    plan.unsign();
    let whole = plan.request.clone();
    plan.request.headers.retain(|header| must_be_signed(header) || signed.iter().any(|name| header.is(name)));
    let desk = Desk::new(plan, clock);
    let request = desk.analysis.instructions(&desk.session.request)?.apply(&whole);
    Some(Session { request, ..desk.session })
}

/// Whether AWS wants a header signed where it is sent.
fn must_be_signed(header: &Header) -> bool {
    let name = header.name.to_ascii_lowercase();
    [&b"host"[..], b":authority", b"content-type", b"content-md5"].contains(&&name[..])
        || name.starts_with(b"x-amz-")
}

/// The first failed check among those that are asked for.
fn failed(analysis: &Analysis, wanted: impl Fn(CheckId) -> bool) -> Option<&Check> {
    analysis.verdict.checks.iter().find(|check| check.outcome == Outcome::Failed && wanted(check.id))
}
