//! One exchange: what arrived whole is judged, recorded and answered, or goes on upstream; what did not is recorded with its reason.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinError;

use super::Hub;
use super::answer::Answer;
use super::capture::{Answered, By, Capture, Outcome, Wire};
use super::intake::Taken;
use super::judge::{Judge, Judged};
use super::record::{Arrival, Shared};
use super::relay::{self, Reply, at_hand};
use crate::request::{Body, Request};

/// What the requests of a connection share.
pub(super) struct Link {
    pub(super) hub: Arc<Hub>,
    pub(super) log: Shared,
    ends: Ends,
    wire: Wire,
    judge: Arc<Mutex<Judge>>,
}

/// The two addresses of a connection.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    pub(super) client: SocketAddr,
    /// That of the gateway, where the system tells it.
    pub(super) server: Option<SocketAddr>,
}

/// So many chunks or messages are judged in a few milliseconds.
const MANY: usize = 1024;

/// How the bytes of a body ended.
pub(super) enum End {
    Whole,
    CutOff(String),
    TooSlow,
}

/// What the gateway itself answered.
pub(super) fn answered(status: Option<u16>) -> Option<Answered> {
    status.map(|status| Answered { status, by: By::Gateway, body: Vec::new() })
}

impl Link {
    pub(super) fn new(hub: Arc<Hub>, judge: Arc<Mutex<Judge>>, ends: Ends, wire: Wire) -> Arc<Self> {
        let log = Shared::new(hub.options.limits, Arc::clone(&hub.spool));
        Arc::new(Self { hub, ends, wire, log, judge })
    }

    /// A capture of what was refused before it was judged.
    pub(super) fn refused(&self, head: Vec<u8>, body: Body, why: String) -> Capture {
        Capture {
            number: self.hub.next_number(),
            at: chrono::Utc::now(),
            took: Duration::ZERO,
            client: Some(self.ends.client),
            server: self.ends.server,
            wire: self.wire,
            head,
            body,
            outcome: Outcome::Unreadable(why),
            replay_of: None,
            answer: None,
            lost: None,
        }
    }

    /// Records a request that was never judged.
    pub(super) fn record_refused(&self, arrival: Arrival, why: String, status: Option<u16>) {
        let Taken { body, lost, .. } = arrival.intake.finish();
        let capture = self.refused(arrival.head, body, why);
        let took = arrival.began.elapsed();
        self.record(Capture { at: arrival.at, took, answer: answered(status), lost, ..capture });
    }

    pub(super) fn record(&self, capture: Capture) {
        self.hub.record(capture);
    }

    /// Judges what arrived, records and answers it.
    pub(super) async fn settle(self: &Arc<Self>, arrival: Arrival, end: End) -> hyper::Response<Reply> {
        if let Some((status, why)) = self.fault(&arrival, end) {
            let reply = Answer::last(status, &why);
            let reply = match &arrival.request {
                Ok(request) => self.hub.options.open(reply, request),
                Err(_) => reply,
            };
            self.record_refused(arrival, why, Some(status));
            return at_hand(reply);
        }
        let began = arrival.began;
        let is_long = arrival.intake.has_more_items_than(MANY) || arrival.intake.is_in_a_file();
        let (capture, answer) = match is_long {
            false => self.judge(arrival, &self.judge),
            true => Box::pin(self.judge_apart(arrival)).await,
        };
        match answer {
            Some(answer) => {
                self.record(capture);
                at_hand(answer)
            }
            // Boxed, as hyper moves the futures of all requests, and most are not forwarded.
            None => Box::pin(relay::forward(&self.hub, capture, began)).await,
        }
    }

    /// Judges a request with many signatures in its body, or a file to be put away, in a thread of its own: the clients of this one need not wait. One whose
    /// client goes away meanwhile is recorded all the same.
    async fn judge_apart(self: &Arc<Self>, arrival: Arrival) -> (Capture, Option<Answer>) {
        let (hand_over, judged) = oneshot::channel();
        let own = Arc::clone(self);
        let judging = tokio::task::spawn_blocking(move || {
            let _turn = own.hub.apart.lock().unwrap_or_else(PoisonError::into_inner);
            let judged = own.judge(arrival, &Mutex::new(Judge::new(&own.hub.options, &own.hub.keys)));
            if let Err((capture, _)) = hand_over.send(judged) {
                own.record(Capture { answer: None, ..capture });
            }
        });
        match judged.await {
            Ok(judged) => judged,
            Err(_) => match judging.await.map_err(JoinError::try_into_panic) {
                // As it would have done here.
                Err(Ok(panic)) => std::panic::resume_unwind(panic),
                // It was cancelled with all others: this is never asked again.
                Ok(()) | Err(Err(_)) => std::future::pending().await,
            },
        }
    }

    /// Judges a request that is whole: what is kept of it, and the answer, unless the request goes on upstream.
    fn judge(&self, arrival: Arrival, judge: &Mutex<Judge>) -> (Capture, Option<Answer>) {
        let Arrival { at, began, head, request, intake, .. } = arrival;
        let is_long = intake.has_more_items_than(MANY);
        let Taken { mut body, lost, share: _share } = intake.finish();
        let mut request = Request { body: body.clone(), ..request.unwrap_or_default() };
        let number = self.hub.next_number();
        let mut judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
        let Judged { outcome, replay_of, answer } = judge.judge(&mut request, number, &self.hub.bench(at));
        drop(judge);
        if is_long && !body.is_pipe() {
            // Whoever looks at the capture finds its chunks again: what is kept of them takes more than the body.
            body = body.without_findings();
        }
        self.log.lock().take_back(request);
        let capture = Capture {
            number,
            at,
            took: began.elapsed(),
            client: Some(self.ends.client),
            server: self.ends.server,
            wire: self.wire,
            head,
            body,
            outcome,
            replay_of,
            answer: answered(answer.as_ref().map(|answer| answer.status)),
            lost,
        };
        (capture, answer)
    }

    /// Records what arrived and was not answered, as the client had gone: what is whole is judged all the same.
    pub(super) fn record_left(&self) {
        while let Some(arrival) = self.log.next() {
            match arrival.is_whole && arrival.request.is_ok() {
                true => self.record(Capture { answer: None, ..self.judge(arrival, &self.judge).0 }),
                false => {
                    let why = "expected the rest of the body, but found the end of the connection".to_owned();
                    self.record_refused(arrival, why, None);
                }
            }
        }
    }

    /// What is wrong with what arrived, where it cannot be judged: the status of the answer, and why.
    fn fault(&self, arrival: &Arrival, end: End) -> Option<(u16, String)> {
        let len = arrival.intake.len();
        match (&arrival.request, end) {
            (_, End::TooSlow) => {
                let seconds = self.hub.options.limits.patience.as_secs();
                let what = format!("silence for {seconds} s after {len} bytes");
                Some((408, format!("expected the rest of the body, but found {what}")))
            }
            (_, End::CutOff(error)) => {
                Some((400, format!("expected the rest of the body after {len} bytes, but found {error}")))
            }
            (Err(error), End::Whole) => Some((400, error.to_string())),
            (Ok(_), End::Whole) if !arrival.is_whole => {
                Some((400, "expected a body whose end its headers tell, but found another".to_owned()))
            }
            (Ok(_), End::Whole) => None,
        }
    }
}
