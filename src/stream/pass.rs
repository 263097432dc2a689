//! One pass over a body: what its headers say it holds, taken out of `Transfer-Encoding: chunked` where it lies in that.
//!
//! A [`Pass`] follows from the headers alone, so what a pass found is kept beside the body and looked up on the next
//! keystroke. The bytes are hashed once, whoever feeds them: a body at hand, a file, or a pipe.

use sha2::{Digest as _, Sha256};

use super::checksum::Algorithm;
use super::chunked::{self, Chunk, Form, Trailer};
use super::events::{self, Message};
use super::transfer::Unframer;
use super::{Fault, Layer};
use crate::request::Request;
use crate::request::body::Digest;

/// What is looked for in a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Pass {
    /// What the frames of the message are.
    pub transfer: Transfer,
    /// What its content holds.
    pub content: Content,
}

/// Whether the content lies in the frames of `Transfer-Encoding: chunked` (RFC 9112, 7.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Transfer {
    /// It is sent as it is.
    Plain,
    /// It says that it does. Recorders often take the frames off and keep the header, so the bytes decide.
    Chunked,
}

/// What the content of a message holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Content {
    /// Bytes that are signed as a whole, if at all.
    Whole,
    /// `aws-chunked` frames.
    Chunks(Form, Option<Algorithm>),
    /// Messages of an event stream.
    Events,
}

/// What a pass tells on its way.
#[derive(Clone, Debug)]
pub enum Item {
    /// A chunk is complete.
    Chunk(Chunk),
    /// The trailer is complete.
    Trailer(Trailer),
    /// A message is complete.
    Message(Message),
    /// Something is not as it should be.
    Fault(Fault<Layer>),
}

/// What is known at the end.
#[derive(Clone, Debug)]
pub enum End {
    /// The SHA-256 of the content.
    Whole(Digest),
    /// Counts and checksum of a chunked body.
    Chunks(chunked::Summary),
    /// Counts of an event stream.
    Events(events::Summary),
}

/// Everything that a pass found.
#[derive(Clone, Debug)]
pub struct Found {
    /// In the order of the body.
    pub items: Vec<Item>,
    /// At its end.
    pub end: End,
}

impl Pass {
    /// The pass that the headers of `request` ask for.
    pub fn of(request: &Request) -> Self {
        let chunked = last_coding(request).is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked"));
        let transfer = if chunked { Transfer::Chunked } else { Transfer::Plain };
        let keyword = request.value(b"x-amz-content-sha256").unwrap_or_default();
        Self { transfer, content: content(keyword, request) }
    }

    /// The hash of the bytes as they are.
    pub const PLAIN: Self = Self { transfer: Transfer::Plain, content: Content::Whole };

    /// Whether it is no more than the hash of the bytes.
    pub fn is_plain(&self) -> bool {
        *self == Self::PLAIN
    }
}

/// The last transfer coding: several header lines are one list, in their order ([RFC 9110, 5.3]).
///
/// [RFC 9110, 5.3]: https://www.rfc-editor.org/rfc/rfc9110#section-5.3
fn last_coding(request: &Request) -> Option<&[u8]> {
    let lines = request.headers.iter().rev().filter(|header| header.is(b"transfer-encoding"));
    let mut codings = lines.flat_map(|header| header.value.rsplit(|b| *b == b',').map(<[u8]>::trim_ascii));
    codings.find(|coding| !coding.is_empty())
}

/// What a payload keyword says of the content; anything else is hashed as a whole.
fn content(keyword: &[u8], request: &Request) -> Content {
    let Some(keyword) = keyword.strip_prefix(b"STREAMING-") else { return Content::Whole };
    let form = match () {
        () if keyword.ends_with(b"-EVENTS") => return Content::Events,
        () if keyword.starts_with(b"UNSIGNED-PAYLOAD") => Form::Unsigned,
        () if keyword.ends_with(b"-PAYLOAD-TRAILER") => Form::SignedTrailer,
        () if keyword.ends_with(b"-PAYLOAD") => Form::Signed,
        () => return Content::Whole,
    };
    let announced = request.sent().filter(|(_, header)| header.is(b"x-amz-trailer"));
    let mut names = announced.flat_map(|(_, header)| header.value.split(|b| *b == b','));
    Content::Chunks(form, names.find_map(|name| Algorithm::of_header(name.trim_ascii())))
}

/// A pass under way.
pub struct Reading {
    pass: Pass,
    /// The first bytes, until they tell whether there are transfer frames.
    first: Vec<u8>,
    frames: Frames,
    inner: Inner,
    /// All bytes, for a content that turns out to be in no frames.
    whole: Option<Sha256>,
}

enum Frames {
    Undecided,
    None,
    Open(Unframer),
    Broken,
}

enum Inner {
    Whole(Sha256),
    Chunks(Box<chunked::Reader>),
    Events(events::Reader),
}

/// The transfer frames show within so many bytes.
const SNIFF: usize = 4096;

impl Reading {
    /// Begins a pass.
    pub fn new(pass: Pass) -> Self {
        let inner = match pass.content {
            Content::Whole => Inner::Whole(Sha256::new()),
            Content::Chunks(form, checksum) => Inner::Chunks(chunked::Reader::new(form, checksum).into()),
            Content::Events => Inner::Events(events::Reader::new()),
        };
        let framed = pass.transfer == Transfer::Chunked;
        let whole = (framed && pass.content == Content::Whole).then(Sha256::new);
        let frames = if framed { Frames::Undecided } else { Frames::None };
        Self { pass, first: Vec::new(), frames, inner, whole }
    }

    /// Takes in the next bytes of the body.
    pub fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Item)) {
        if let Some(whole) = &mut self.whole {
            whole.update(bytes);
        }
        match &mut self.frames {
            Frames::None => self.inner.feed(bytes, sink),
            Frames::Broken => {}
            Frames::Open(unframer) => {
                let inner = &mut self.inner;
                if let Err(fault) = unframer.feed(bytes, &mut |content| inner.feed(content, sink)) {
                    self.frames = Frames::Broken;
                    self.tell(fault, sink);
                }
            }
            Frames::Undecided => {
                self.first.extend_from_slice(bytes);
                if self.first.len() >= SNIFF {
                    self.decide(sink);
                }
            }
        }
    }

    /// Ends the pass.
    pub fn finish(mut self, sink: &mut dyn FnMut(Item)) -> End {
        if matches!(self.frames, Frames::Undecided) {
            self.decide(sink);
        }
        let mut broken = matches!(self.frames, Frames::Broken);
        if let Frames::Open(unframer) = std::mem::replace(&mut self.frames, Frames::None)
            && let Err(fault) = unframer.finish()
        {
            broken = true;
            self.tell(fault, sink);
        }
        match (self.inner, self.whole) {
            // What turned out to be no frames is hashed as it stands.
            (Inner::Whole(_), Some(whole)) if broken => End::Whole(whole.finalize().into()),
            (Inner::Whole(content), _) => End::Whole(content.finalize().into()),
            (Inner::Chunks(reader), _) => End::Chunks(reader.finish(&mut |event| sink(event.into()))),
            (Inner::Events(reader), _) => End::Events(reader.finish(&mut |event| sink(event.into()))),
        }
    }

    fn decide(&mut self, sink: &mut dyn FnMut(Item)) {
        let first = std::mem::take(&mut self.first);
        self.frames = match is_framed(&first, self.pass.content) {
            true => Frames::Open(Unframer::default()),
            false => Frames::None,
        };
        let whole = self.whole.take();
        self.feed(&first, sink);
        self.whole = whole;
    }

    /// Frames of the transfer that are broken are a fault of what lies in them; a content that is hashed whole needs none.
    fn tell(&self, fault: super::transfer::Fault, sink: &mut dyn FnMut(Item)) {
        if self.pass.content != Content::Whole {
            sink(Item::Fault(Fault { kind: Layer::Transfer, offset: fault.offset, message: fault.message }));
        }
    }
}

/// Whether the first bytes are those of transfer frames: a size line, and in `aws-chunked` another one behind it. A chunk's
/// signature stands in no transfer frame, and data may look like a size.
fn is_framed(first: &[u8], content: Content) -> bool {
    let mut lines = first.splitn(3, |b| *b == b'\n');
    let size_line = lines.next().unwrap_or_default();
    if memchr::memmem::find(size_line, b"chunk-signature=").is_some() {
        return false;
    }
    let size = |line: &[u8]| {
        let text = line.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
        !text.is_empty() && text.len() <= 16 && text.iter().all(u8::is_ascii_hexdigit)
    };
    match content {
        Content::Whole | Content::Events => size(size_line),
        Content::Chunks(..) => size(size_line) && lines.next().is_some_and(size),
    }
}

impl Inner {
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Item)) {
        match self {
            Self::Whole(hasher) => hasher.update(bytes),
            Self::Chunks(reader) => reader.feed(bytes, &mut |event| sink(event.into())),
            Self::Events(reader) => reader.feed(bytes, &mut |event| sink(event.into())),
        }
    }
}

impl Found {
    /// Takes in a body that is at hand.
    pub fn of<'a>(pass: Pass, pieces: impl Iterator<Item = &'a [u8]>) -> Self {
        let (mut reading, mut items) = (Reading::new(pass), Vec::new());
        pieces.for_each(|piece| reading.feed(piece, &mut |item| items.push(item)));
        let end = reading.finish(&mut |item| items.push(item));
        Self { items, end }
    }
}

impl From<chunked::Event> for Item {
    fn from(event: chunked::Event) -> Self {
        match event {
            chunked::Event::Chunk(chunk) => Self::Chunk(chunk),
            chunked::Event::Trailer(trailer) => Self::Trailer(trailer),
            chunked::Event::Fault(fault) => {
                let kind = match fault.kind {
                    chunked::FaultKind::SmallChunk => Layer::Advice,
                    chunked::FaultKind::LastCrlf => Layer::Remark,
                    _ => Layer::Content,
                };
                Self::Fault(Fault { kind, offset: fault.offset, message: fault.message })
            }
        }
    }
}

impl From<events::Event> for Item {
    fn from(event: events::Event) -> Self {
        match event {
            events::Event::Message(message) => Self::Message(message),
            events::Event::Fault(fault) => {
                Self::Fault(Fault { kind: Layer::Content, offset: fault.offset, message: fault.message })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Header;

    fn request(headers: &[(&str, &str)]) -> Request {
        let headers = headers.iter().map(|(name, value)| Header::new(*name, *value)).collect();
        Request { headers, ..Request::default() }
    }

    fn digest(headers: &[(&str, &str)], body: &str) -> Digest {
        match Found::of(Pass::of(&request(headers)), body.as_bytes().chunks(3)).end {
            End::Whole(digest) => digest,
            End::Chunks(_) | End::Events(_) => panic!("the body is hashed as a whole"),
        }
    }

    const FRAMED: (&str, &str) = ("Transfer-Encoding", "gzip, Chunked");

    #[test]
    fn transfer_frames_are_no_content() {
        let expected: Digest = Sha256::digest(b"hello!").into();
        assert_eq!(digest(&[FRAMED], "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n"), expected);
    }

    #[test]
    fn broken_frames_are_hashed_as_they_stand() {
        for body in ["5\r\nhell", "hello", "5\r\nhelloX0\r\n\r\n", "ffffffffffffffff\r\n", ""] {
            let expected: Digest = Sha256::digest(body).into();
            assert_eq!(digest(&[FRAMED], body), expected, "{body}");
        }
    }

    #[test]
    fn chunks_are_found_inside_transfer_frames_and_without_them() {
        let inside = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
        let framed = format!("{:x}\r\n{inside}\r\n0\r\n\r\n", inside.len());
        let keyword = ("X-Amz-Content-SHA256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        let headers = [FRAMED, keyword, ("x-amz-trailer", "x-amz-checksum-crc32")];
        for body in [inside, &framed] {
            let found = Found::of(Pass::of(&request(&headers)), body.as_bytes().chunks(7));
            let End::Chunks(summary) = found.end else { panic!("the body is chunked") };
            assert_eq!((summary.chunks, summary.decoded), (2, 5));
            assert_eq!(summary.checksum.unwrap().value, "NhCmhg==");
            assert_eq!(found.items.len(), 3, "{:?}", found.items);
        }
    }

    #[test]
    fn data_that_look_like_a_size_are_no_transfer_frame() {
        let body = "5;chunk-signature=00\r\nabcde\r\n0;chunk-signature=00\r\n\r\n";
        let keyword = ("X-Amz-Content-SHA256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
        let found = Found::of(Pass::of(&request(&[FRAMED, keyword])), body.as_bytes().chunks(7));
        let End::Chunks(summary) = found.end else { panic!("the body is chunked") };
        assert_eq!((summary.chunks, summary.decoded), (2, 5));
    }

    #[test]
    fn every_keyword_has_its_form() {
        for (keyword, content) in [
            ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", Content::Chunks(Form::Signed, None)),
            ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", Content::Chunks(Form::Signed, None)),
            ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", Content::Chunks(Form::SignedTrailer, None)),
            ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER", Content::Chunks(Form::SignedTrailer, None)),
            ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", Content::Chunks(Form::Unsigned, None)),
            ("STREAMING-AWS4-HMAC-SHA256-EVENTS", Content::Events),
            ("UNSIGNED-PAYLOAD", Content::Whole),
            ("STREAMING-SOMETHING", Content::Whole),
        ] {
            assert_eq!(
                Pass::of(&request(&[("x-amz-content-sha256", keyword)])).content,
                content,
                "{keyword}"
            );
        }
    }
}
