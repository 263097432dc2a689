//! What was noted of a connection, and how long a client may be silent.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use smallvec::SmallVec;

use crate::gateway::intake::Intake;
use crate::gateway::options::Limits;
use crate::gateway::split::{Framing, Receiver, Splitter};
use crate::gateway::spool::Spool;
use crate::request::{Body, ReadError, Request, http};

/// A request that is arriving, or has arrived.
pub(in crate::gateway) struct Arrival {
    /// When its head was whole.
    pub(in crate::gateway) at: DateTime<Utc>,
    pub(in crate::gateway) began: Instant,
    /// Request line and headers as they came.
    pub(in crate::gateway) head: Vec<u8>,
    /// The same, read.
    pub(in crate::gateway) request: Result<Request, ReadError>,
    pub(in crate::gateway) intake: Intake,
    pub(in crate::gateway) is_whole: bool,
}

impl Arrival {
    /// A request whose head is whole at the instant `began`. The memory of `spare` serves it.
    pub(in crate::gateway) fn new(
        head: Vec<u8>,
        began: Instant,
        mut spare: Request,
        limits: &Limits,
    ) -> Self {
        let request = http::read_wire_head_into(&head, &mut spare).map(|()| spare);
        let intake = match &request {
            Ok(request) => Intake::new(request, limits.body),
            Err(_) => Intake::new(&Request::default(), limits.body),
        };
        Self { at: Utc::now(), began, head, request, intake, is_whole: false }
    }
}

/// What a connection has brought so far.
pub(in crate::gateway) struct Log {
    splitter: Splitter,
    inbox: Inbox,
    /// When the head began that is not whole.
    head_since: Option<Instant>,
    /// How many requests are being answered.
    busy: usize,
    /// Whether a head took too long.
    pub(in crate::gateway) pace: Pace,
}

/// Whether the client is fast enough.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::gateway) enum Pace {
    Steady,
    /// A head took too long.
    TooSlow,
}

/// The requests that nobody has taken yet.
struct Inbox {
    arrivals: VecDeque<Arrival>,
    /// One that was judged: its memory serves the next one.
    spare: Request,
    /// Where request lines stand in what was read last.
    lines: SmallVec<[Range<usize>; 1]>,
    /// When something last happened here.
    touched: Instant,
    limits: Limits,
    spool: Arc<Spool>,
}

/// A log that the reader writes and the service reads.
#[derive(Clone)]
pub(in crate::gateway) struct Shared(Arc<Mutex<Log>>);

impl Shared {
    /// Nothing was read.
    pub(in crate::gateway) fn new(limits: Limits, spool: Arc<Spool>) -> Self {
        Self(Arc::new(Mutex::new(Log {
            splitter: Splitter::new(limits.head),
            inbox: Inbox {
                arrivals: VecDeque::new(),
                spare: Request::default(),
                lines: SmallVec::new(),
                touched: Instant::now(),
                limits,
                spool,
            },
            head_since: None,
            busy: 0,
            pace: Pace::Steady,
        })))
    }

    /// The oldest request that nobody has taken.
    pub(in crate::gateway) fn next(&self) -> Option<Arrival> {
        self.lock().inbox.arrivals.pop_front()
    }

    /// A request is being answered from now on.
    pub(in crate::gateway) fn begin(&self) -> Busy {
        self.lock().busy += 1;
        Busy(self.clone())
    }

    /// When a connection may be idle for so long, at the earliest.
    pub(in crate::gateway) fn idle_from(&self, idle: Duration) -> Instant {
        let log = self.lock();
        if log.busy > 0 { Instant::now() + idle } else { log.inbox.touched + idle }
    }

    /// Whether nothing was answered, or under way, for so long.
    pub(in crate::gateway) fn is_idle(&self, idle: Duration) -> bool {
        let log = self.lock();
        log.busy == 0 && log.inbox.touched.elapsed() >= idle
    }

    pub(in crate::gateway) fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered: until the answer is out, its client may be silent.
pub(in crate::gateway) struct Busy(Shared);

impl Drop for Busy {
    fn drop(&mut self) {
        let mut log = self.0.lock();
        log.busy -= 1;
        log.inbox.touched = Instant::now();
    }
}

impl Log {
    /// Notes what came, and writes over what hyper would refuse to read.
    pub(super) fn take(&mut self, bytes: &mut [u8]) {
        self.inbox.touched = Instant::now();
        self.splitter.feed(bytes, &mut self.inbox);
        for line in self.inbox.lines.drain(..) {
            bytes[line].iter_mut().filter(|byte| is_odd(**byte)).for_each(|byte| *byte = b'-');
        }
        let begun = !self.splitter.begun().is_empty();
        self.head_since = begun.then(|| self.head_since.unwrap_or(self.inbox.touched));
    }

    /// Drops what nobody has taken.
    pub(in crate::gateway) fn forget(&mut self) {
        self.inbox.arrivals.clear();
    }

    /// Takes back a request that was judged.
    pub(in crate::gateway) fn take_back(&mut self, judged: Request) {
        self.inbox.spare = Request { body: Body::default(), ..judged };
    }

    /// What of a head was read that is not whole.
    pub(in crate::gateway) fn begun(&self) -> &[u8] {
        self.splitter.begun()
    }

    /// Until when the client may be silent, and what it is then.
    pub(super) fn due(&self) -> Option<(Instant, Silence)> {
        let limits = &self.inbox.limits;
        match (self.busy, self.head_since) {
            // The service watches over bodies.
            (1.., _) => None,
            (0, Some(since)) => Some((since + limits.patience, Silence::InHead)),
            (0, None) => Some((self.inbox.touched + limits.idle, Silence::Idle)),
        }
    }
}

/// Whether hyper refuses a byte in a target, though servers read it. The request is taken from the log, so hyper may see another
/// one in its place.
fn is_odd(byte: u8) -> bool {
    matches!(byte, b'"' | b'<' | b'>' | b'`' | 0x80..)
}

/// A silence that lasted too long.
#[derive(Clone, Copy)]
pub(super) enum Silence {
    InHead,
    Idle,
}

impl Receiver for Inbox {
    fn head(&mut self, head: Vec<u8>) -> Framing {
        let arrival = Arrival::new(head, self.touched, std::mem::take(&mut self.spare), &self.limits);
        let framing = arrival.request.as_ref().map_or(Framing::Unknown, Framing::of);
        self.arrivals.push_back(arrival);
        framing
    }

    fn body(&mut self, bytes: &[u8]) {
        if let Some(arrival) = self.arrivals.back_mut() {
            arrival.intake.take(bytes, &self.spool);
        }
    }

    fn end(&mut self) {
        if let Some(arrival) = self.arrivals.back_mut() {
            arrival.is_whole = true;
        }
    }

    fn line(&mut self, at: Range<usize>) {
        self.lines.push(at);
    }
}
