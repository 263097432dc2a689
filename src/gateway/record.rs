//! The reader under hyper: every byte that comes is noted before hyper sees it, and a client that keeps a head waiting is cut off.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use smallvec::SmallVec;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::intake::Intake;
use super::options::Limits;
use super::split::{Framing, Receiver, Splitter};
use super::spool::Spool;
use crate::request::{Body, ReadError, Request, http};

/// A request that is arriving, or has arrived.
pub(super) struct Arrival {
    /// When its head was whole.
    pub(super) at: DateTime<Utc>,
    pub(super) began: Instant,
    /// Request line and headers as they came.
    pub(super) head: Vec<u8>,
    /// The same, read.
    pub(super) request: Result<Request, ReadError>,
    pub(super) intake: Intake,
    pub(super) is_whole: bool,
}

impl Arrival {
    /// A request whose head is whole at the instant `began`. The memory of `spare` serves it.
    pub(super) fn new(head: Vec<u8>, began: Instant, mut spare: Request, limits: &Limits) -> Self {
        let request = http::read_wire_head_into(&head, &mut spare).map(|()| spare);
        let intake = match &request {
            Ok(request) => Intake::new(request, limits.body),
            Err(_) => Intake::new(&Request::default(), limits.body),
        };
        Self { at: Utc::now(), began, head, request, intake, is_whole: false }
    }
}

/// What a connection has brought so far.
pub(super) struct Log {
    splitter: Splitter,
    inbox: Inbox,
    /// When the head began that is not whole.
    head_since: Option<Instant>,
    /// How many requests are being answered.
    busy: usize,
    /// Whether a head took too long.
    pub(super) pace: Pace,
}

/// Whether the client is fast enough.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Pace {
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
pub(super) struct Shared(Arc<Mutex<Log>>);

impl Shared {
    /// Nothing was read.
    pub(super) fn new(limits: Limits, spool: Arc<Spool>) -> Self {
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
    pub(super) fn next(&self) -> Option<Arrival> {
        self.lock().inbox.arrivals.pop_front()
    }

    /// A request is being answered from now on.
    pub(super) fn begin(&self) -> Busy {
        self.lock().busy += 1;
        Busy(self.clone())
    }

    /// When a connection may be idle for so long, at the earliest.
    pub(super) fn idle_from(&self, idle: Duration) -> Instant {
        let log = self.lock();
        if log.busy > 0 { Instant::now() + idle } else { log.inbox.touched + idle }
    }

    /// Whether nothing was answered, or under way, for so long.
    pub(super) fn is_idle(&self, idle: Duration) -> bool {
        let log = self.lock();
        log.busy == 0 && log.inbox.touched.elapsed() >= idle
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered: until the answer is out, its client may be silent.
pub(super) struct Busy(Shared);

impl Drop for Busy {
    fn drop(&mut self) {
        let mut log = self.0.lock();
        log.busy -= 1;
        log.inbox.touched = Instant::now();
    }
}

impl Log {
    /// Notes what came, and writes over what hyper would refuse to read.
    fn take(&mut self, bytes: &mut [u8]) {
        self.inbox.touched = Instant::now();
        self.splitter.feed(bytes, &mut self.inbox);
        for line in self.inbox.lines.drain(..) {
            bytes[line].iter_mut().filter(|byte| is_odd(**byte)).for_each(|byte| *byte = b'-');
        }
        let begun = !self.splitter.begun().is_empty();
        self.head_since = begun.then(|| self.head_since.unwrap_or(self.inbox.touched));
    }

    /// Drops what nobody has taken.
    pub(super) fn forget(&mut self) {
        self.inbox.arrivals.clear();
    }

    /// Takes back a request that was judged.
    pub(super) fn take_back(&mut self, judged: Request) {
        self.inbox.spare = Request { body: Body::default(), ..judged };
    }

    /// What of a head was read that is not whole.
    pub(super) fn begun(&self) -> &[u8] {
        self.splitter.begun()
    }

    /// Until when the client may be silent, and what it is then.
    fn due(&self) -> Option<(Instant, Silence)> {
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
enum Silence {
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

/// A stream whose bytes are noted as they are read.
pub(super) struct Recorder<T> {
    stream: T,
    log: Shared,
    alarm: Pin<Box<Sleep>>,
}

impl<T> Recorder<T> {
    /// Notes what comes out of `stream`.
    pub(super) fn new(stream: T, log: Shared) -> Self {
        Self { stream, log, alarm: Box::pin(tokio::time::sleep(Duration::ZERO)) }
    }

    /// The stream itself, once hyper has given it up.
    pub(super) fn into_inner(self) -> T {
        self.stream
    }

    /// Whether the client was silent for too long; its task is woken when that may be.
    fn watch(&mut self, context: &mut Context<'_>) -> Poll<Silence> {
        loop {
            let Some((due, silence)) = self.log.lock().due() else { return Poll::Pending };
            let has_rung = self.alarm.is_elapsed();
            if has_rung && due <= Instant::now() {
                return Poll::Ready(silence);
            }
            let due = tokio::time::Instant::from_std(due);
            // An alarm that is set too early is cheaper than one that is set anew with every request.
            if has_rung || self.alarm.deadline() > due {
                self.alarm.as_mut().reset(due);
            }
            ready!(self.alarm.as_mut().poll(context));
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Recorder<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(result) => {
                if result.is_ok() {
                    self.log.lock().take(&mut buffer.filled_mut()[before..]);
                }
                Poll::Ready(result)
            }
            Poll::Pending => match ready!(self.watch(context)) {
                // As if the client had closed it.
                Silence::Idle => Poll::Ready(Ok(())),
                Silence::InHead => {
                    self.log.lock().pace = Pace::TooSlow;
                    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
                }
            },
        }
    }
}

/// Lets what is written to a reader around a `stream` go to that stream as it is.
macro_rules! writes_through {
    ($reader:ident) => {
        impl<T: AsyncWrite + Unpin> AsyncWrite for $reader<T> {
            fn poll_write(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.stream).poll_write(context, bytes)
            }

            fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.stream).poll_flush(context)
            }

            fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.stream).poll_shutdown(context)
            }

            fn poll_write_vectored(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
                slices: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.stream).poll_write_vectored(context, slices)
            }

            fn is_write_vectored(&self) -> bool {
                self.stream.is_write_vectored()
            }
        }
    };
}

pub(super) use writes_through;

writes_through!(Recorder);
