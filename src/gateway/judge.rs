//! The verdict on a request, by the checks of the inspector, and what is answered to it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::answer::{self, Answer, Granted, Protocol, Refused, cors};
use super::capture::{Outcome, Refusal, Stop};
use super::keys::KeyStore;
use super::options::{Options, Replays};
use super::plain::{at_hand, each_piece};
use super::replay::{Seen, SignedText};
use super::spool::Spool;
use super::store::Store;
use super::{names, resign};
use crate::analysis::{self, Analysis, Session};
use crate::canon::payload::Hashing;
use crate::frames::pass::{Content, Pass, Reading};
use crate::request::{Body, Request};
use crate::scheme::chunks::stream::Signed;
use crate::scheme::chunks::walk::Walk;
use crate::scheme::v4::signer::Signer;
use crate::scheme::{self, Memo, Placement};
use crate::time::Timestamp;
use crate::trace::Trace;
use crate::verify::{Agreement, CheckId, Conclusion, Words};
use crate::visible;

/// What a judge knows beside the request.
pub(super) struct Bench<'a> {
    pub(super) options: &'a Options,
    pub(super) keys: &'a KeyStore,
    pub(super) seen: &'a Seen,
    pub(super) store: &'a Store,
    pub(super) spool: &'a Arc<Spool>,
    /// When the request arrived.
    pub(super) at: DateTime<Utc>,
    pub(super) clock: Timestamp,
}

/// A verdict, and the answer to it.
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    pub(super) replay_of: Option<u64>,
    /// None where the request goes on upstream, which will answer.
    pub(super) answer: Option<Answer>,
}

/// Judges the requests of one thread: what they have in common, such as derived keys, is kept from one to the next.
pub(super) struct Judge {
    session: Session,
    memo: Memo,
    trace: Trace,
    /// The version of the key store that the session holds.
    version: u64,
}

impl Judge {
    /// For these keys.
    pub(super) fn new(options: &Options, keys: &KeyStore) -> Self {
        let mut session = Session::new(Request::default());
        session.settings = options.settings.clone();
        let version = keys.version();
        session.keys = keys.known();
        session.words = Words::OfFailures;
        Self { session, memo: Memo::default(), trace: Trace::default(), version }
    }

    /// Judges the request of this number; it is the same afterwards.
    pub(super) fn judge(&mut self, request: &mut Request, number: u64, bench: &Bench<'_>) -> Judged {
        let options = bench.options;
        if options.passes_on()
            && let Some(host) = names::foreign(request, options)
        {
            return elsewhere(host);
        }
        // Pages may not ask for what would be signed again with a key of the user.
        if cors::is_preflight(request) && !options.signs_again() {
            let answer = options.answers(&Outcome::Preflight).then(|| cors::allow(request));
            return Judged { outcome: Outcome::Preflight, replay_of: None, answer };
        }
        if self.version != bench.keys.version() {
            self.version = bench.keys.version();
            self.session.keys = bench.keys.known();
            self.memo.forget();
        }
        std::mem::swap(&mut self.session.request, request);
        let spooled = self.bring_to_hand();
        let pass =
            if self.session.request.body.is_empty() { Pass::PLAIN } else { Pass::of(&self.session.request) };
        if pass.content != Content::Whole && self.session.request.body.found(pass).is_none() {
            self.walk(pass, bench);
        }
        let trace = std::mem::take(&mut self.trace);
        // What the intake found of a body is noted on it, so that nothing is read here.
        let mut analysis = Analysis::of(&self.session, bench.clock, Hashing::Now, &mut self.memo, trace);
        let judged = judge(&self.session.request, &analysis, number, bench);
        self.trace = std::mem::take(&mut analysis.trace);
        // A walk along a body holds the body's places.
        self.memo.forget_walk();
        if let Some(spooled) = spooled {
            self.session.request.body = spooled;
        }
        std::mem::swap(&mut self.session.request, request);
        judged
    }
}

impl Judge {
    /// Reads a spooled body that is itself signed; returns the one to put back.
    fn bring_to_hand(&mut self) -> Option<Body> {
        let request = &mut self.session.request;
        let is_spooled = request.body.rope().is_none() && request.body.len() <= SIGNED_BODY;
        if !is_spooled || scheme::of(request, &self.session.settings).recipe().is_none() {
            return None;
        }
        let bytes = at_hand(&request.body).ok()?;
        Some(std::mem::replace(&mut request.body, bytes.into()))
    }

    /// Walks along a body whose chunks were too many for memory: it is read again, and nothing of it is kept. A body that is not
    /// there any more stays as it is, unread.
    fn walk(&mut self, pass: Pass, bench: &Bench<'_>) {
        let (mut memo, request) = (Memo::default(), &self.session.request);
        let analysis =
            Analysis::of(&self.session, bench.clock, Hashing::UpTo(0), &mut memo, Trace::default());
        let Some(terms) = analysis.terms(request) else { return };
        let input = analysis.input(request);
        let signer = Signer::of(&terms, input.situation, &mut memo);
        let chain = Signed { input, terms: &terms }.chain(signer, input.received.unwrap_or_default());
        let (mut reading, mut walk) = (Reading::new(pass), Walk::along_a_pipe(chain));
        if each_piece(&request.body, &mut |bytes| reading.feed(bytes, &mut |item| walk.take(&item))).is_ok() {
            let end = reading.finish(&mut |item| walk.take(&item));
            request.body.set_walked(Arc::new(walk.finish(end)));
        }
    }
}

fn judge(request: &Request, analysis: &Analysis, number: u64, bench: &Bench<'_>) -> Judged {
    let options = bench.options;
    let claimed = analysis.claim().and(analysis.basis.service.as_ref());
    let service = claimed.map(|service| &*service.text);
    let protocol = Protocol::of_rules(request, service, analysis.basis.rules);
    let (outcome, replay_of) = outcome(request, analysis, number, bench);
    let answer = || match &outcome {
        Outcome::Mismatch(refusal) | Outcome::Rejected(refusal) => {
            let failed = analysis.verdict.failed();
            let own = failed.and_then(|check| check.aws.as_deref());
            // The signature that would be right is nobody's but the owner's: nothing in it ends its use.
            let hidden =
                analysis.scheme.recipe().filter(|_| refusal.check == Stop::Check(CheckId::Signature));
            let told = hidden.map_or(&*refusal.detail, |_| "the signature is not that of this body");
            let aws = own.unwrap_or(told);
            let protocol = protocol.of_refusal(options.refusals);
            answer::refuse(&Refused { request, analysis, stop: refusal.check, aws, number }, &protocol)
        }
        Outcome::Match | Outcome::Unreadable(_) | Outcome::Preflight => {
            let outsiders = (protocol == Protocol::S3 && !may_store(request, analysis, bench))
                .then(|| Store::new(OUTSIDE, Arc::clone(bench.spool)));
            let granted = Granted {
                request,
                service: service.unwrap_or_default(),
                fixed: options.answer.as_ref(),
                number,
                store: outsiders.as_ref().unwrap_or(bench.store),
                now: bench.at,
            };
            answer::succeed(&granted, &protocol)
        }
    };
    let answer = options.answers(&outcome).then(|| options.open(answer(), request));
    Judged { outcome, replay_of, answer }
}

/// Bodies that are signed as they stand are read up to this length: GitHub sends 25 MB at most.
const SIGNED_BODY: u64 = 64 << 20;

/// What a page of elsewhere puts is forgotten with its answer.
const OUTSIDE: usize = 1 << 10;

/// Whether a request reaches the store. A page in a browser can sign with an example pair, which everybody knows: one of
/// elsewhere must not read what was put here, be it by its origin or under a name of its own that leads here.
fn may_store(request: &Request, analysis: &Analysis, bench: &Bench<'_>) -> bool {
    let id = analysis.situation.credentials.as_ref().map(|own| own.access_key_id.as_str());
    id.is_some_and(|id| bench.keys.holds(id)) || !names::may_be_a_page(request, bench.options)
}

fn outcome(request: &Request, analysis: &Analysis, number: u64, bench: &Bench<'_>) -> (Outcome, Option<u64>) {
    let failed = || {
        let failed = analysis.verdict.failed();
        let open =
            || analysis.verdict.checks.iter().find(|check| check.outcome != crate::verify::Outcome::Passed);
        let check = failed.or_else(open);
        Refusal {
            check: Stop::Check(check.map_or(CheckId::Claim, |check| check.id)),
            detail: check.map(|check| check.detail.clone().into_owned()).unwrap_or_default(),
        }
    };
    match analysis.verdict.conclusion() {
        Some(Conclusion::Match) => {}
        Some(Conclusion::Mismatch) => return (Outcome::Mismatch(failed()), None),
        // What could not be read to its end is not let through.
        Some(Conclusion::Rejected) | None => return (Outcome::Rejected(failed()), None),
    }
    let rejected = |check, detail| Outcome::Rejected(Refusal { check, detail });
    let open = analysis.claim().filter(|_| bench.options.signs_again());
    if let Some(why) = open.and_then(|claim| resign::uncovered(request, claim)) {
        return (rejected(Stop::Resign, why.to_owned()), None);
    }
    let id = analysis.situation.credentials.as_ref().map(|own| own.access_key_id.as_str());
    if bench.options.signs_again() && !id.is_some_and(|id| bench.keys.holds(id)) {
        let detail = "expected a key that was given (--keys, --profile), as --resign signs with yours for it, but found an example that everybody knows";
        return (rejected(Stop::Check(CheckId::Key), detail.to_owned()), None);
    }
    if let Some(detail) = other_token(request, analysis) {
        return (rejected(Stop::Token, detail), None);
    }
    let signed = match (analysis.agreement(), analysis.computed()) {
        (Agreement::Equal, Some(computed)) => SignedText::Of(computed),
        (_, _) => SignedText::Text {
            access_key_id: id.unwrap_or_default().as_bytes(),
            string_to_sign: analysis.trace.string_to_sign(),
        },
    };
    let replay_of = bench.seen.note(signed, number, ends(request, analysis), analysis.situation.now);
    match (replay_of, bench.options.replays) {
        (Some(first), Replays::Refused) => {
            let detail = format!(
                "expected a request that was not signed before, but found what request {first} signed"
            );
            (rejected(Stop::Replay, detail), replay_of)
        }
        (_, Replays::Marked) | (None, Replays::Refused) => (Outcome::Match, replay_of),
    }
}

/// Refuses what may come from a page that has its own name lead here (RFC 9110, 15.5.20).
fn elsewhere(host: &[u8]) -> Judged {
    let name = visible::one_line(host);
    let detail = match host {
        [] => "the request names no host".to_owned(),
        _ => format!("the gateway does not forward what is sent to `{name}`; --allow-host names more hosts"),
    };
    let answer = Answer::line(421, &detail);
    let outcome = Outcome::Rejected(Refusal { check: Stop::Host, detail });
    Judged { outcome, replay_of: None, answer: Some(answer) }
}

/// What is wrong with the session token, where a key is good with one only: a signature says nothing of that.
fn other_token(request: &Request, analysis: &Analysis) -> Option<String> {
    let own = analysis.situation.credentials.as_ref()?.session_token.as_ref()?;
    match analysis::token(request, analysis.claim()?.placement) {
        None => Some("expected the session token of this key, but found none".to_owned()),
        Some(sent) if sent == *own => None,
        Some(sent) => {
            Some(format!("expected the session token of this key, but found another of {} bytes", sent.len()))
        }
    }
}

/// Until when the signature of a request could be good.
fn ends(request: &Request, analysis: &Analysis) -> Timestamp {
    let now = analysis.situation.now;
    let minutes = analysis.situation.settings.tolerance.unwrap_or_default();
    let signed = analysis.claim().and_then(|claim| Some((claim.placement, claim.date?.instant?.0)));
    match (analysis.ends(request), signed) {
        (Some(ends), _) => ends,
        (None, Some((Placement::Form, _)) | None) => now.plus(24 * 60 * 60),
        (None, Some((_, date))) => date.plus(i64::from(minutes) * 60),
    }
}
