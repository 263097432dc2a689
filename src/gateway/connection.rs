//! One connection: hyper speaks the protocol, each request becomes an exchange, and what is left at the end is recorded.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::answer::Answer;
use super::capture::{Capture, Wire};
use super::exchange::{End, Ends, Link, answered};
use super::judge::Judge;
use super::options::Limits;
use super::record::{Pace, Recorder};
use super::relay::{self, Reply, at_hand};
use super::{Hub, http2};
use crate::request::Body;

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
    let ends = Ends { client, server: stream.local_addr().ok() };
    let Some(tls) = &hub.options.tls else {
        return serve_http1(stream, Link::new(hub, judge, ends, Wire::Plain), stop).await;
    };
    let handshake = TlsAcceptor::from(Arc::clone(&tls.config)).accept(stream);
    let why = match tokio::time::timeout(hub.options.limits.patience, handshake).await {
        Ok(Ok(stream)) => {
            return match stream.get_ref().1.alpn_protocol() {
                Some(b"h2") => http2::serve(stream, Link::new(hub, judge, ends, Wire::Http2), stop).await,
                Some(_) | None => serve_http1(stream, Link::new(hub, judge, ends, Wire::Tls), stop).await,
            };
        }
        // A client that only looks whether somebody listens sends nothing.
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => return,
        Ok(Err(error)) => format!("expected a TLS handshake, but found {error}"),
        Err(_) => "expected a TLS handshake, but found silence".to_owned(),
    };
    let link = Link::new(hub, judge, ends, Wire::Tls);
    link.record(link.refused(Vec::new(), Body::default(), why));
}

async fn serve_http1<T>(stream: T, link: Arc<Link>, mut stop: watch::Receiver<()>)
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    // However it ends, be it that this task is cut off: what arrived is recorded.
    let _left = Left(Arc::clone(&link));
    let io = TokioIo::new(Recorder::new(stream, link.log.clone()));
    let own = Arc::clone(&link);
    let service = service_fn(move |request| exchange_http1(Arc::clone(&own), request));
    let mut connection = http1::Builder::new()
        .max_header_size(link.hub.options.limits.head)
        // A small answer goes out sooner in one piece of memory; of a long one that would be a copy, which hyper keeps.
        .writev(link.hub.options.answer.is_some() || link.hub.options.upstream.is_some())
        .serve_connection(io, service);
    let ended = loop {
        tokio::select! {
            ended = &mut connection => break ended,
            Ok(()) = stop.changed() => Pin::new(&mut connection).graceful_shutdown(),
        }
    };
    if let Err(error) = ended
        && let Some(answer) = unanswered(&link, &error)
    {
        let mut stream = connection.into_parts().io.into_inner().into_inner();
        // The client may have gone as well.
        let _ = stream.write_all(&answer.into_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

/// A connection: what it leaves unanswered is recorded when this is dropped.
struct Left(Arc<Link>);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.record_left();
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
        link.log.lock().forget();
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

async fn exchange_http1(
    link: Arc<Link>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Reply>, Infallible> {
    let busy = link.log.begin();
    // The recorder has the bytes already: hyper is only asked to read on.
    let end = drain(request.into_body(), link.hub.options.limits.patience, &mut |_| ()).await;
    let arrival = link.log.next();
    let reply = match arrival {
        Some(arrival) => link.settle(arrival, end).await,
        None => at_hand(Answer::last(400, "expected a request that can be told apart from the next one")),
    };
    Ok(relay::until_out(reply, busy))
}

/// Reads a body to its end.
pub(super) async fn drain(
    mut body: Incoming,
    patience: Duration,
    each: &mut (dyn FnMut(&[u8]) + Send),
) -> End {
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
