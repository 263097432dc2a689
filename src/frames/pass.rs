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
use crate::frames::Digest;

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
    /// The hash of the bytes as they are.
    pub const PLAIN: Self = Self { transfer: Transfer::Plain, content: Content::Whole };

    /// Whether it is no more than the hash of the bytes.
    pub fn is_plain(&self) -> bool {
        *self == Self::PLAIN
    }
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
                Self::Fault(Fault { kind: layer(fault.kind), offset: fault.offset, message: fault.message })
            }
        }
    }
}

fn layer(fault: chunked::FaultKind) -> Layer {
    use chunked::FaultKind as Kind;
    match fault {
        Kind::SmallChunk => Layer::Advice,
        Kind::LastCrlf => Layer::Remark,
        Kind::Size
        | Kind::MissingCrlf
        | Kind::MissingSignature
        | Kind::UnexpectedSignature
        | Kind::Truncated
        | Kind::NoFinalChunk
        | Kind::Trailer
        | Kind::AfterEnd
        | Kind::LineTooLong => Layer::Content,
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
