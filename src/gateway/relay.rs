//! An answer from upstream on its way back to the client: it is recorded as it goes by.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body as _, Frame, Incoming, SizeHint};

use super::Hub;
use super::answer::Answer;
use super::capture::{Answered, By, Capture};
use super::options::Options;
use super::record::Busy;
use super::store::Piece;
use crate::machine;

/// The answer as hyper sends it: at hand, coming from upstream, or an object in pieces. hyper moves it about, so what is large is
/// boxed.
pub(super) type Reply = Either<Full<Bytes>, Either<Box<Tee>, Box<Pieces>>>;

/// An answer that is whole, as hyper sends it.
pub(super) fn at_hand(answer: Answer) -> hyper::Response<Reply> {
    answer.into_http()
}

/// Sends a request on; it is recorded once the answer is through, or the client has gone.
pub(super) async fn forward(hub: &Arc<Hub>, capture: Capture, began: Instant) -> hyper::Response<Reply> {
    let (head, request) = (capture.head.clone(), capture.request().unwrap_or_default());
    let mut draft = Draft { hub: Arc::clone(hub), capture: Some(capture), began, kept: Vec::new() };
    let Options { settings, limits, upstream: Some(upstream), .. } = &hub.options else {
        return at_hand(Answer::line(502, "expected a server upstream, but found none"));
    };
    let sent = upstream.send(&head, &request, settings, machine::clock(), limits.patience * 3).await;
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
            let tee =
                Tee { body, draft, most: limits.body, len: 0, progress: Progress::UnderWay, busy: None };
            hyper::Response::from_parts(parts, Either::Right(Either::Left(Box::new(tee))))
        }
    }
}

/// The request is being answered until what comes from upstream has gone through.
pub(super) fn until_out(reply: hyper::Response<Reply>, busy: Busy) -> hyper::Response<Reply> {
    reply.map(|mut body| {
        match &mut body {
            Either::Left(_) => {}
            Either::Right(Either::Left(tee)) => tee.busy = Some(busy),
            Either::Right(Either::Right(pieces)) => pieces.busy = Some(busy),
        }
        body
    })
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
    /// How many bytes went by.
    len: u64,
    progress: Progress,
    busy: Option<Busy>,
}

/// How far an answer from upstream has come.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Progress {
    UnderWay,
    Ended,
}

impl Drop for Tee {
    fn drop(&mut self) {
        // Where the length is stated nobody asks for what follows the last byte.
        if self.progress == Progress::UnderWay && !self.body.is_end_stream() {
            let len = self.len;
            self.draft.lost(&format!("expected the whole answer to go through, but {len} bytes of it did"));
        }
    }
}

impl hyper::body::Body for Tee {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(None) => self.progress = Progress::Ended,
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    let room = self.most.saturating_sub(self.draft.kept.len()).min(data.len());
                    self.draft.kept.extend_from_slice(&data[..room]);
                    self.len += data.len() as u64;
                }
            }
            Poll::Ready(Some(Err(error))) => {
                let (len, error) = (self.len, error.to_string());
                self.draft.lost(&format!("the answer broke off after {len} bytes: {error}"));
                self.progress = Progress::Ended;
            }
            Poll::Pending => {}
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

/// A content in pieces, read as it goes out.
pub(super) struct Pieces {
    left: VecDeque<Piece>,
    /// How many bytes are left.
    len: u64,
    busy: Option<Busy>,
}

/// The body of these pieces.
pub(super) fn of_pieces(pieces: Vec<Piece>) -> Reply {
    let len = pieces.iter().map(Piece::len).sum();
    Either::Right(Either::Right(Box::new(Pieces { left: pieces.into(), len, busy: None })))
}

/// So many bytes are read at a time.
const PIECE: usize = 256 << 10;

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        while let Some(piece) = self.left.front_mut() {
            match piece.take(PIECE) {
                Ok(bytes) if bytes.is_empty() => drop(self.left.pop_front()),
                Ok(bytes) => {
                    self.len -= bytes.len() as u64;
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.len == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.len)
    }
}
