//! HTTP/2 on a connection: requests as hyper gives them, and those that it never gives.
//!
//! hyper answers a head that is too long, and resets what is no request, without a word to us. So the frames are counted as they
//! come: a stream that was opened and never became a request is recorded when the connection ends.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;

use super::answer::{Answer, write_fields};
use super::connection::drain;
use super::exchange::{End, Link};
use super::record::{Arrival, writes_through};
use super::relay::{self, Reply, at_hand};
use crate::request::{Body, Request};

/// A head may be so many times longer than the limit before hyper itself refuses it: what is refused here is recorded as it came.
const MARGIN: usize = 4;

/// Serves a connection to its end.
pub(super) async fn serve<T>(stream: T, link: Arc<Link>, mut stop: watch::Receiver<()>)
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let limits = link.hub.options.limits;
    let opened = Arc::new(AtomicU64::new(0));
    // However it ends, be it that this task is cut off.
    let count = Count { link: Arc::clone(&link), opened: Arc::clone(&opened), reached: AtomicU64::new(0) };
    let service = service_fn(|request| {
        count.reached.fetch_add(1, Ordering::Relaxed);
        exchange(Arc::clone(&link), request)
    });
    let stream = Counted { stream, frames: Frames::default(), opened };
    let mut connection = http2::Builder::new(TokioExecutor::new())
        .max_header_list_size(u32::try_from(limits.head.saturating_mul(MARGIN)).unwrap_or(u32::MAX))
        .max_concurrent_streams(100)
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.idle)
        .serve_connection(TokioIo::new(stream), service);
    let mut end: Option<Instant> = None;
    loop {
        let due = end.unwrap_or_else(|| link.log.idle_from(limits.idle));
        tokio::select! {
            // How it ended has no request to be told of.
            _ = poll_fn(|context| Pin::new(&mut connection).poll(context)) => return,
            Ok(()) = stop.changed() => Pin::new(&mut connection).graceful_shutdown(),
            () = tokio::time::sleep_until(due.into()) => match end {
                // It was told to go, and stays.
                Some(_) => return,
                // A client that only answers pings is idle.
                None if link.log.is_idle(limits.idle) => {
                    Pin::new(&mut connection).graceful_shutdown();
                    end = Some(Instant::now() + GOODBYE);
                }
                None => {}
            },
        }
    }
}

/// A client that is told to go has so long to do so.
const GOODBYE: Duration = Duration::from_secs(1);

/// How many streams were opened on a connection, and how many became requests.
struct Count {
    link: Arc<Link>,
    opened: Arc<AtomicU64>,
    reached: AtomicU64,
}

impl Drop for Count {
    fn drop(&mut self) {
        let lost = self.opened.load(Ordering::Relaxed).saturating_sub(self.reached.load(Ordering::Relaxed));
        for _ in 0..lost {
            let most = self.link.hub.options.limits.head;
            let why = format!(
                "HTTP/2 refused the request: its head is longer than {most} bytes, not well-formed, or not whole"
            );
            self.link.record(self.link.refused(Vec::new(), Body::default(), why));
        }
    }
}

async fn exchange(
    link: Arc<Link>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Reply>, Infallible> {
    let busy = link.log.begin();
    let limits = link.hub.options.limits;
    let (parts, body) = request.into_parts();
    let mut head = head(&parts);
    if head.len() > limits.head {
        let why = format!("expected a head of at most {} bytes, but found {}", limits.head, head.len());
        head.truncate(limits.head);
        let capture = link.refused(head, Body::default(), why.clone());
        link.record(super::Capture { answer: super::exchange::answered(Some(431)), ..capture });
        return Ok(at_hand(Answer::line(431, &why)));
    }
    let arrival = Arrival::new(head, Instant::now(), Request::default(), &limits);
    let mut held = Held { link: Arc::clone(&link), arrival: Some(arrival) };
    let mut take = |bytes: &[u8]| {
        if let Some(arrival) = &mut held.arrival {
            arrival.intake.take(bytes, &link.hub.spool);
        }
    };
    let end = drain(body, limits.patience, &mut take).await;
    let Some(mut arrival) = held.arrival.take() else {
        return Ok(at_hand(Answer::line(500, "the request is gone")));
    };
    if let End::CutOff(_) = end {
        held.arrival = Some(arrival);
        return Ok(at_hand(Answer::line(400, "the request was reset")));
    }
    arrival.is_whole = matches!(end, End::Whole);
    Ok(relay::until_out(link.settle(arrival, end).await, busy))
}

/// A request whose body is coming: hyper drops it where the client resets it.
struct Held {
    link: Arc<Link>,
    arrival: Option<Arrival>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(arrival) = self.arrival.take() {
            let len = arrival.intake.len();
            let why = format!("the client reset the request, or went away, after {len} bytes of its body");
            self.link.record_refused(arrival, why, None);
        }
    }
}

/// A head as it would stand in HTTP/1.1, but for the authority, which keeps its own name.
fn head(parts: &hyper::http::request::Parts) -> Vec<u8> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut head = format!("{} {path} HTTP/2\r\n", parts.method).into_bytes();
    if let Some(authority) = parts.uri.authority() {
        head.extend_from_slice(format!(":authority: {authority}\r\n").as_bytes());
    }
    write_fields(&parts.headers, &mut head);
    head.extend_from_slice(b"\r\n");
    head
}

/// Counts the streams that a client opens ([RFC 9113, 4.1 and 6.2]). Pure: bytes in, a number out.
///
/// [RFC 9113, 4.1 and 6.2]: https://www.rfc-editor.org/rfc/rfc9113#section-4.1
struct Frames {
    /// So many bytes are passed over: of the preface at first, then of a payload.
    skip: u64,
    /// The head of a frame that is not whole.
    head: Vec<u8>,
    /// The highest stream so far: a second block of headers on a stream is its trailer.
    last: u32,
}

impl Default for Frames {
    fn default() -> Self {
        Self { skip: PREFACE, head: Vec::with_capacity(HEAD), last: 0 }
    }
}

/// `PRI * HTTP/2.0`, two lines and `SM`.
const PREFACE: u64 = 24;
/// Length, type, flags and stream of a frame.
const HEAD: usize = 9;
/// The type of a frame that begins a block of headers.
const HEADERS: u8 = 1;

impl Frames {
    /// Reads the next bytes: how many streams they open.
    fn feed(&mut self, mut bytes: &[u8]) -> u64 {
        let mut opened = 0;
        while !bytes.is_empty() {
            if self.skip > 0 {
                let here = usize::try_from(self.skip).map_or(bytes.len(), |skip| skip.min(bytes.len()));
                self.skip -= here as u64;
                bytes = &bytes[here..];
                continue;
            }
            let here = (HEAD - self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..here]);
            bytes = &bytes[here..];
            if let [a, b, c, kind, _, stream @ ..] = &self.head[..]
                && let Ok(stream) = <[u8; 4]>::try_from(stream)
            {
                let stream = u32::from_be_bytes(stream) & (u32::MAX >> 1);
                self.skip = u64::from(u32::from_be_bytes([0, *a, *b, *c]));
                if *kind == HEADERS && stream > self.last {
                    self.last = stream;
                    opened += 1;
                }
                self.head.clear();
            }
        }
        opened
    }
}

/// A stream whose frames are counted as they are read.
struct Counted<T> {
    stream: T,
    frames: Frames,
    opened: Arc<AtomicU64>,
}

impl<T: AsyncRead + Unpin> AsyncRead for Counted<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let opened = self.frames.feed(&buffer.filled()[before..]);
        self.opened.fetch_add(opened, Ordering::Relaxed);
        polled
    }
}

writes_through!(Counted);

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let len = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&len[1..], &[kind, 4], &stream.to_be_bytes(), payload].concat()
    }

    #[test]
    fn each_stream_that_is_opened_counts_once_wherever_the_slices_end() {
        let bytes = [
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            frame(4, 0, &[0; 12]),
            frame(HEADERS, 1, &[1; 300]),
            frame(9, 1, &[1; 70_000]),
            frame(0, 1, b"body"),
            // The trailer of the first, and a second stream.
            frame(HEADERS, 1, b"x"),
            frame(HEADERS, 3, b""),
            frame(3, 3, &[0; 4]),
        ]
        .concat();
        for size in [1, 7, 9, 1000, bytes.len()] {
            let mut frames = Frames::default();
            assert_eq!(
                bytes.chunks(size).map(|slice| frames.feed(slice)).sum::<u64>(),
                2,
                "slices of {size}"
            );
        }
    }
}
