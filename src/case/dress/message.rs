//! Requests as bytes: what a dump shows of a connection, in one piece or in several.

use std::ops::RangeInclusive;

use super::{Found, Shown};
use crate::frames::transfer::Unframer;
use crate::request::error::HEAD_LIMIT;
use crate::request::http::{METHODS, read_wire_head};
use crate::request::{Notice, Request};
use crate::settings::Settings;

/// Bytes that a dump shows together.
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    /// The lines that they were read from, the first being 1.
    pub(super) lines: RangeInclusive<usize>,
    pub(super) fidelity: Fidelity,
}

/// How surely the bytes of a dump are those that were sent.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Fidelity {
    Exact,
    /// A sign may stand for a byte that could not be printed.
    Doubtful,
}

/// The requests in these pieces, which belong to one connection and stand in order.
pub(super) fn read(pieces: &[Piece], dress: &'static str) -> Vec<Found> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(piece) = pieces.get(at) {
        at += 1;
        let Some(begin) = begin(&piece.bytes) else { continue };
        let mut message = Message::of(&piece.bytes[begin..], piece);
        while let Some(next) = pieces.get(at).filter(|next| message.takes(next)) {
            message.push(next);
            at += 1;
        }
        found.extend(message.request(dress));
    }
    found
}

/// Where the request line stands that a piece begins with: behind heads of a link that nobody knows, too.
fn begin(bytes: &[u8]) -> Option<usize> {
    const LONGEST: usize = 16 << 10;
    let near = &bytes[..bytes.len().min(LONGEST)];
    let version = memchr::memmem::find(near, b" HTTP/")?;
    let is_of_line = |byte: &u8| matches!(byte, b' '..=b'~');
    let start = near[..version].iter().rposition(|byte| !is_of_line(byte)).map_or(0, |at| at + 1);
    let line = std::str::from_utf8(&near[start..version]).ok()?;
    let (before, _) = line.split_once(" /").or_else(|| line.split_once(" http"))?;
    if start == 0 && before.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Some(0);
    }
    METHODS.iter().find(|method| before.ends_with(**method)).map(|method| start + before.len() - method.len())
}

/// A message that is being put together.
struct Message {
    bytes: Vec<u8>,
    lines: [usize; 2],
    /// Where its head ends, once that is known.
    head: Option<usize>,
    /// How long it is, once that is known.
    len: Option<usize>,
    fidelity: Fidelity,
}

impl Message {
    fn of(bytes: &[u8], piece: &Piece) -> Self {
        let lines = [*piece.lines.start(), *piece.lines.end()];
        let mut message =
            Self { bytes: bytes.to_vec(), lines, head: None, len: None, fidelity: Fidelity::Exact };
        message.measure(0);
        message
    }

    /// Whether a piece is more of this message.
    fn takes(&self, next: &Piece) -> bool {
        let is_whole = self.len.is_some_and(|len| self.bytes.len() >= len);
        let is_too_long = self.head.is_none() && self.bytes.len() > HEAD_LIMIT;
        let is_answer = next.bytes.starts_with(b"HTTP/");
        !is_whole && !is_too_long && !is_answer && begin(&next.bytes).is_none()
    }

    fn push(&mut self, next: &Piece) {
        // The end of the head may lie across two pieces.
        let from = self.bytes.len().saturating_sub(3);
        if self.head.is_some() && next.fidelity == Fidelity::Doubtful {
            self.fidelity = Fidelity::Doubtful;
        }
        self.bytes.extend_from_slice(&next.bytes);
        self.lines[1] = *next.lines.end();
        if self.head.is_none() {
            self.measure(from);
        }
    }

    /// Looks for the end of the head, and learns from it how long the message is.
    fn measure(&mut self, from: usize) {
        let end =
            |mark: &[u8]| memchr::memmem::find(&self.bytes[from..], mark).map(|at| from + at + mark.len());
        let Some(end) = end(b"\r\n\r\n").into_iter().chain(end(b"\n\n")).min() else { return };
        self.head = Some(end);
        let stated = read_wire_head(&self.bytes[..end]).ok().and_then(|head| head.content_length());
        self.len = stated.and_then(|len| usize::try_from(len).ok()).map(|len| end.saturating_add(len));
    }

    fn request(self, dress: &'static str) -> Option<Found> {
        let head = self.head.unwrap_or(self.bytes.len());
        let mut request = read_wire_head(&self.bytes[..head]).ok()?;
        let (body, mut notices) = (&self.bytes[head..], Vec::new());
        let shown = match (self.fidelity, own_length(&request, body)) {
            (Fidelity::Exact, Some(len)) => Shown::Whole(body[..len].to_vec()),
            (Fidelity::Doubtful, Some(_)) => {
                let words = "A dot in this output may stand for a byte that cannot be printed: the body was not taken. Use `--trace` instead of `--trace-ascii`.";
                notices.push(Notice(words.into()));
                Shown::Missing
            }
            (Fidelity::Exact | Fidelity::Doubtful, None) => Shown::Missing,
        };
        request.body = shown.body(&request);
        Some(Found {
            request,
            settings: Settings::default(),
            dress,
            lines: self.lines[0]..=self.lines[1],
            notices,
        })
    }
}

/// How many of these bytes are the body, where all of it is there.
fn own_length(head: &Request, body: &[u8]) -> Option<usize> {
    if let Some(len) = head.content_length() {
        return usize::try_from(len).ok().filter(|len| *len <= body.len());
    }
    head.header(b"transfer-encoding")?;
    let mut frames = Unframer::default();
    let len = frames.feed_message(body, &mut |_| {}).ok()?;
    frames.is_done().then_some(len)
}
