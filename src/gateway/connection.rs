//! One connection: hyper speaks the protocol, each request is judged and answered, and whatever came is recorded.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::Hub;
use super::answer::{Answer, write_fields};
use super::capture::{Answered, By, Capture, Outcome, Wire};
use super::forward::Upstream;
use super::intake::Taken;
use super::judge::{Judge, Judged};
use super::options::Limits;
use super::record::{Arrival, Pace, Recorder, Shared};
use crate::request::{Body, Request};

/// The answer as hyper sends it: at hand, or coming from upstream. hyper moves it about, so what is large is boxed.
type Reply = Either<Full<Bytes>, Box<Tee>>;

/// What the requests of a connection share.
struct Link {
    hub: Arc<Hub>,
    client: SocketAddr,
    wire: Wire,
    log: Shared,
    judge: Arc<Mutex<Judge>>,
}

/// Serves a connection to its end.
pub(super) async fn serve(
    stream: TcpStream,
    client: SocketAddr,
    hub: Arc<Hub>,
    judge: Arc<Mutex<Judge>>,
    stop: watch::Receiver<()>,
) {
    // Answers are small: they must not wait for each other.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &hub.options.tls else {
        return serve_http1(stream, Link::new(hub, judge, client, Wire::Plain), stop).await;
    };
    let handshake = TlsAcceptor::from(Arc::clone(&tls.config)).accept(stream);
    let why = match tokio::time::timeout(hub.options.limits.patience, handshake).await {
        Ok(Ok(stream)) => {
            return match stream.get_ref().1.alpn_protocol() {
                Some(b"h2") => serve_http2(stream, Link::new(hub, judge, client, Wire::Http2), stop).await,
                Some(_) | None => serve_http1(stream, Link::new(hub, judge, client, Wire::Tls), stop).await,
            };
        }
        // A client that only looks whether somebody listens sends nothing.
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => return,
        Ok(Err(error)) => format!("expected a TLS handshake, but found {error}"),
        Err(_) => "expected a TLS handshake, but found silence".to_owned(),
    };
    let link = Link::new(hub, judge, client, Wire::Tls);
    link.record(link.refused(Vec::new(), Body::default(), why));
}

async fn serve_http1<T>(stream: T, link: Arc<Link>, mut stop: watch::Receiver<()>)
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let io = TokioIo::new(Recorder::new(stream, link.log.clone()));
    let own = Arc::clone(&link);
    let service = service_fn(move |request| exchange_http1(Arc::clone(&own), request));
    let mut connection =
        http1::Builder::new().max_header_size(link.hub.options.limits.head).serve_connection(io, service);
    let ended = loop {
        tokio::select! {
            ended = &mut connection => break ended,
            Ok(()) = stop.changed() => Pin::new(&mut connection).graceful_shutdown(),
        }
    };
    let refusal = match ended {
        Err(error) => unanswered(&link, &error),
        Ok(()) => {
            link.record_left();
            None
        }
    };
    if let Some(answer) = refusal {
        let mut stream = connection.into_parts().io.into_inner().into_inner();
        // The client may have gone as well.
        let _ = stream.write_all(&answer.into_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

/// Records what hyper refused or never got whole; the answer, where hyper gave none.
fn unanswered(link: &Link, error: &hyper::Error) -> Option<Answer> {
    let limits = &link.hub.options.limits;
    let status = match () {
        () if error.is_parse_too_large() => Some(431),
        () if error.is_parse() => Some(400),
        () => None,
    };
    if status.is_some()
        && let Some(arrival) = link.log.next()
    {
        // What follows a head that hyper refused is no request of its own.
        let why = http_fault(error, &arrival.head, limits);
        // To the preface of HTTP/2 hyper says nothing.
        let answer = is_http2(&arrival.head).then(|| Answer::last(505, &why));
        let status = answer.as_ref().map(|answer| answer.status).or(status);
        link.record_refused(arrival, why, status);
        return answer;
    }
    link.record_left();
    let (begun, pace) = {
        let log = link.log.lock();
        (log.begun().to_vec(), log.pace)
    };
    if begun.is_empty() {
        return None;
    }
    let (why, answer) = match (pace, status) {
        (Pace::TooSlow, _) => {
            let (seconds, len) = (limits.patience.as_secs(), begun.len());
            let why = format!("expected the whole head within {seconds} s, but found {len} bytes of one");
            (why.clone(), Some(Answer::last(408, &why)))
        }
        (Pace::Steady, Some(_)) => (http_fault(error, &begun, limits), None),
        (Pace::Steady, None) => {
            ("expected the rest of the head, but found the end of the connection".to_owned(), None)
        }
    };
    let status = answer.as_ref().map(|answer| answer.status).or(status);
    let capture = link.refused(begun, Body::default(), why);
    link.record(Capture { answer: answered(status), ..capture });
    answer
}

/// What the gateway itself answered.
fn answered(status: Option<u16>) -> Option<Answered> {
    status.map(|status| Answered { status, by: By::Gateway, body: Vec::new() })
}

/// Whether it begins as HTTP/2 does where it was agreed upon before.
fn is_http2(head: &[u8]) -> bool {
    head.starts_with(b"PRI * HTTP/2")
}

/// What HTTP found wrong with a head, in words.
fn http_fault(error: &hyper::Error, head: &[u8], limits: &Limits) -> String {
    match () {
        () if head.starts_with(b"\x16\x03") => {
            "expected HTTP, but found a TLS handshake: --tls speaks it".to_owned()
        }
        () if is_http2(head) => {
            "expected HTTP/1.1, but found HTTP/2: it is spoken over TLS (--tls)".to_owned()
        }
        () if error.is_parse_too_large() => {
            format!("expected a head of at most {} bytes and 100 headers, but found more", limits.head)
        }
        () => format!("expected an HTTP/1.1 request, but found one that HTTP refuses: {error}"),
    }
}

async fn serve_http2<T>(stream: T, link: Arc<Link>, mut stop: watch::Receiver<()>)
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let own = Arc::clone(&link);
    let service = service_fn(move |request| exchange_http2(Arc::clone(&own), request));
    let mut connection = http2::Builder::new(TokioExecutor::new())
        .max_header_list_size(u32::try_from(link.hub.options.limits.head).unwrap_or(u32::MAX))
        .max_concurrent_streams(100)
        .timer(hyper_util::rt::TokioTimer::new())
        .keep_alive_interval(link.hub.options.limits.idle)
        .serve_connection(TokioIo::new(stream), service);
    loop {
        tokio::select! {
            // How it ended has no request to be told of.
            _ = &mut connection => return,
            Ok(()) = stop.changed() => Pin::new(&mut connection).graceful_shutdown(),
        }
    }
}

/// How the bytes of a body ended.
enum End {
    Whole,
    CutOff(String),
    TooSlow,
}

async fn exchange_http1(
    link: Arc<Link>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Reply>, Infallible> {
    link.log.lock().begin();
    // The recorder has the bytes already: hyper is only asked to read on.
    let end = drain(request.into_body(), link.hub.options.limits.patience, &mut |_| ()).await;
    let arrival = link.log.next();
    let reply = match arrival {
        Some(arrival) => link.settle(arrival, end).await,
        None => at_hand(Answer::last(400, "expected a request that can be told apart from the next one")),
    };
    link.log.lock().end();
    Ok(reply)
}

async fn exchange_http2(
    link: Arc<Link>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Reply>, Infallible> {
    let (parts, body) = request.into_parts();
    let mut arrival = Arrival::new(http2_head(&parts), Instant::now(), Request::default(), &link.hub.options.limits);
    let mut take = |bytes: &[u8]| arrival.intake.take(bytes, &link.hub.spool);
    let end = drain(body, link.hub.options.limits.patience, &mut take).await;
    arrival.is_whole = matches!(end, End::Whole);
    Ok(link.settle(arrival, end).await)
}

/// A head of HTTP/2 as it would stand in HTTP/1.1, but for the authority, which keeps its own name.
fn http2_head(parts: &hyper::http::request::Parts) -> Vec<u8> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut head = format!("{} {path} HTTP/2\r\n", parts.method).into_bytes();
    if let Some(authority) = parts.uri.authority() {
        head.extend_from_slice(format!(":authority: {authority}\r\n").as_bytes());
    }
    write_fields(&parts.headers, &mut head);
    head.extend_from_slice(b"\r\n");
    head
}

/// Reads a body to its end.
async fn drain(mut body: Incoming, patience: Duration, each: &mut (dyn FnMut(&[u8]) + Send)) -> End {
    while !body.is_end_stream() {
        match tokio::time::timeout(patience, body.frame()).await {
            Err(_) => return End::TooSlow,
            Ok(None) => break,
            Ok(Some(Err(error))) => return End::CutOff(error.to_string()),
            Ok(Some(Ok(frame))) => frame.data_ref().into_iter().for_each(|bytes| each(bytes)),
        }
    }
    End::Whole
}

fn at_hand(answer: Answer) -> hyper::Response<Reply> {
    answer.into_http().map(Either::Left)
}

impl Link {
    fn new(hub: Arc<Hub>, judge: Arc<Mutex<Judge>>, client: SocketAddr, wire: Wire) -> Arc<Self> {
        let log = Shared::new(hub.options.limits, Arc::clone(&hub.spool));
        Arc::new(Self { hub, client, wire, log, judge })
    }

    /// A capture of what was refused before it was judged.
    fn refused(&self, head: Vec<u8>, body: Body, why: String) -> Capture {
        Capture {
            number: self.hub.next_number(),
            at: chrono::Utc::now(),
            took: Duration::ZERO,
            client: Some(self.client),
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
    fn record_refused(&self, arrival: Arrival, why: String, status: Option<u16>) {
        let Taken { body, lost } = arrival.intake.finish();
        let capture = self.refused(arrival.head, body, why);
        let took = arrival.began.elapsed();
        self.record(Capture { at: arrival.at, took, answer: answered(status), lost, ..capture });
    }

    fn record(&self, capture: Capture) {
        self.hub.record(capture);
    }

    /// Judges what arrived, records and answers it.
    async fn settle(&self, arrival: Arrival, end: End) -> hyper::Response<Reply> {
        if let Some((status, why)) = self.fault(&arrival, end) {
            let reply = Answer::last(status, &why);
            self.record_refused(arrival, why, Some(status));
            return at_hand(reply);
        }
        let began = arrival.began;
        let (capture, answer) = self.judge(arrival);
        match &self.hub.options.upstream {
            Some(upstream) if !upstream.signs() || capture.outcome == Outcome::Match => {
                // Boxed, as hyper moves the futures of all requests, and most are not forwarded.
                Box::pin(self.forward(upstream, capture, began)).await
            }
            Some(_) | None => {
                self.record(capture);
                at_hand(answer)
            }
        }
    }

    /// Judges a request that is whole: what is kept of it, and the answer.
    fn judge(&self, arrival: Arrival) -> (Capture, Answer) {
        let Arrival { at, began, head, request, intake, .. } = arrival;
        let Taken { body, lost } = intake.finish();
        let mut request = Request { body: body.clone(), ..request.unwrap_or_default() };
        let number = self.hub.next_number();
        let mut judge = self.judge.lock().unwrap_or_else(PoisonError::into_inner);
        let Judged { outcome, replay_of, answer } = judge.judge(&mut request, number, &self.hub.bench(at));
        drop(judge);
        self.log.lock().take_back(request);
        let capture = Capture {
            number,
            at,
            took: began.elapsed(),
            client: Some(self.client),
            wire: self.wire,
            head,
            body,
            outcome,
            replay_of,
            answer: answered(Some(answer.status)),
            lost,
        };
        (capture, answer)
    }

    /// Records what arrived and was not answered, as the client had gone: what is whole is judged all the same.
    fn record_left(&self) {
        while let Some(arrival) = self.log.next() {
            match arrival.is_whole && arrival.request.is_ok() {
                true => self.record(Capture { answer: None, ..self.judge(arrival).0 }),
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

    /// Sends a request on; it is recorded once the answer is through, or the client has gone.
    async fn forward(
        &self,
        upstream: &Upstream,
        capture: Capture,
        began: Instant,
    ) -> hyper::Response<Reply> {
        let (head, request) = (capture.head.clone(), capture.request().unwrap_or_default());
        let mut draft = Draft {
            hub: Arc::clone(&self.hub),
            capture: Some(Capture { answer: None, ..capture }),
            began,
            kept: Vec::new(),
        };
        let (settings, limits) = (&self.hub.options.settings, &self.hub.options.limits);
        let clock = crate::cli::input::clock();
        let sent = upstream.send(&head, &request, settings, clock, limits.patience * 3).await;
        match sent {
            Err(error) => {
                let why = error.to_string();
                draft.note(502, By::Gateway);
                draft.lost(&why);
                at_hand(Answer::line(502, &why))
            }
            Ok(response) => {
                draft.note(response.status().as_u16(), By::Upstream);
                let (mut parts, body) = response.into_parts();
                // They are of that connection, not of this one (RFC 9110, 7.6.1).
                for name in ["connection", "keep-alive", "transfer-encoding", "proxy-connection", "upgrade"] {
                    parts.headers.remove(name);
                }
                parts.version = hyper::Version::default();
                let tee = Tee { body, draft, most: limits.body };
                hyper::Response::from_parts(parts, Either::Right(Box::new(tee)))
            }
        }
    }
}

/// A capture whose answer is still coming: it is recorded when it is let go, whatever happened.
struct Draft {
    hub: Arc<Hub>,
    capture: Option<Capture>,
    began: Instant,
    /// What of the answer was kept.
    kept: Vec<u8>,
}

impl Draft {
    fn note(&mut self, status: u16, by: By) {
        if let Some(capture) = &mut self.capture {
            capture.answer = Some(Answered { status, by, body: Vec::new() });
        }
    }

    fn lost(&mut self, why: &str) {
        if let Some(capture) = &mut self.capture {
            capture.lost = Some(why.to_owned());
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let Some(mut capture) = self.capture.take() else { return };
        capture.took = self.began.elapsed();
        if let Some(answer) = &mut capture.answer {
            answer.body = std::mem::take(&mut self.kept);
        }
        self.hub.record(capture);
    }
}

/// The body of an answer from upstream, whose first bytes are kept as it goes by.
pub(super) struct Tee {
    body: Incoming,
    draft: Draft,
    most: usize,
}

impl hyper::body::Body for Tee {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            let room = self.most.saturating_sub(self.draft.kept.len()).min(data.len());
            self.draft.kept.extend_from_slice(&data[..room]);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
