//! `application/vnd.amazon.eventstream`: messages that are signed one by one, each wrapping one of the service's own.
//!
//! ```text
//! total length u32 · headers length u32 · CRC-32 of these eight bytes
//! headers: name length u8 · name · type u8 · value, over and over
//! payload · CRC-32 of everything before
//! ```
//!
//! Numbers are big-endian. A signed message has `:date`, a timestamp, and `:chunk-signature`, bytes; what is signed is
//! the SHA-256 of the encoded `:date` header and that of the payload. A last message with an empty payload ends the
//! stream. Source: [Amazon Transcribe], [the encoding].
//!
//! [Amazon Transcribe]: https://docs.aws.amazon.com/transcribe/latest/dg/streaming-http2.html
//! [the encoding]: https://smithy.io/2.0/aws/amazon-eventstream.html

mod header;

use sha2::{Digest as _, Sha256};
use smallvec::SmallVec;

use super::checksum::crc32;
use crate::frames::Digest;

/// A message may have this many bytes: 24 MiB, as the encoding allows.
const MESSAGE_LIMIT: usize = 24 << 20;
/// The two lengths and their CRC.
const PRELUDE: usize = 12;
/// What a message has beside headers and payload.
const FRAME: usize = PRELUDE + 4;
/// The header that carries the signature.
const SIGNATURE: &[u8] = b":chunk-signature";
/// The header that carries the time, up to its value: name with its length, and the type of a timestamp.
const DATE: &[u8; 7] = b"\x05:date\x08";

/// What the reader tells.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    /// A message is complete.
    Message(Message),
    /// Something is not as it should be.
    Fault(Fault),
}

/// A message of the stream.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Its place among the messages, from zero.
    pub index: u64,
    /// The byte of the body that it begins at.
    pub offset: u64,
    /// How many bytes it has.
    pub length: u64,
    /// `:date`, in milliseconds since 1970.
    pub date: Option<i64>,
    /// `:chunk-signature`: the bytes, not their hex digits.
    pub signature: Option<SmallVec<[u8; 32]>>,
    /// The SHA-256 of the encoded `:date` header, if there is one.
    pub headers_digest: Option<Digest>,
    /// The SHA-256 of the payload.
    pub payload_digest: Digest,
    /// How many bytes of payload it has; none ends the stream.
    pub payload_len: u64,
}

/// What is wrong with a stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// The lengths are not those that their CRC is of. Nothing after it can be read.
    PreludeCrc,
    /// The lengths cannot be. Nothing after it can be read.
    Length,
    /// The message is not the one that its CRC is of.
    MessageCrc,
    /// A header that runs over the end of the headers, or has an unknown type.
    Header,
    /// No `:date` that is a timestamp.
    MissingDate,
    /// No `:chunk-signature` that is bytes.
    MissingSignature,
    /// The body ends inside a message.
    Truncated,
}

/// Something in a body that is no signed message.
pub type Fault = super::Fault<FaultKind>;

/// What is known at the end of a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Summary {
    /// How many messages were complete.
    pub messages: u64,
    /// Bytes of the whole body, with what a fault left unread.
    pub length: u64,
}

/// Reads messages that come in pieces; it holds one message at most.
#[derive(Debug, Default)]
pub struct Reader {
    state: State,
    message: Vec<u8>,
    messages: u64,
    /// The byte of the body that comes next.
    offset: u64,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// In the lengths.
    #[default]
    Prelude,
    /// In a message of this many bytes.
    Message(usize),
    /// Behind something that cannot be read.
    Stopped,
}

impl Reader {
    /// A reader before the first byte.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads more of the body. A message with a fault is told as well, as far as it can be read; after lengths that
    /// cannot be, further bytes are only counted.
    pub fn feed(&mut self, mut bytes: &[u8], sink: &mut dyn FnMut(Event)) {
        while !bytes.is_empty() {
            let used = match self.state {
                State::Prelude => self.gather(bytes, PRELUDE),
                State::Message(total) => self.gather(bytes, total),
                State::Stopped => bytes.len(),
            };
            self.offset += used as u64;
            bytes = &bytes[used..];
            self.advance(sink);
        }
    }

    /// Ends the body.
    pub fn finish(self, sink: &mut dyn FnMut(Event)) -> Summary {
        let (number, here) = (self.messages + 1, self.message.len());
        let expected = match self.state {
            State::Prelude if here > 0 => {
                Some(format!("the {PRELUDE} bytes of the lengths of message {number}"))
            }
            State::Message(total) => Some(format!("{total} bytes of message {number}")),
            State::Prelude | State::Stopped => None,
        };
        if let Some(expected) = expected {
            let found = format!("{here} when the body ended");
            sink(Event::Fault(Fault::new(FaultKind::Truncated, self.offset, &expected, &found)));
        }
        Summary { messages: self.messages, length: self.offset }
    }

    /// Takes bytes until the message has `wanted`: how many.
    fn gather(&mut self, bytes: &[u8], wanted: usize) -> usize {
        let used = bytes.len().min(wanted - self.message.len());
        self.message.extend_from_slice(&bytes[..used]);
        used
    }

    /// Goes on where lengths or a message are complete.
    fn advance(&mut self, sink: &mut dyn FnMut(Event)) {
        match self.state {
            State::Prelude if self.message.len() == PRELUDE => match lengths(&self.message, self.start()) {
                Ok(total) => self.state = State::Message(total),
                Err(fault) => {
                    self.state = State::Stopped;
                    sink(Event::Fault(fault));
                }
            },
            State::Message(total) if self.message.len() == total => {
                let message = read(&self.message, self.messages, self.start(), sink);
                sink(Event::Message(message));
                self.messages += 1;
                self.message.clear();
                self.state = State::Prelude;
            }
            State::Prelude | State::Message(_) | State::Stopped => {}
        }
    }

    fn start(&self) -> u64 {
        self.offset - self.message.len() as u64
    }
}

/// Checks the two lengths against their CRC and against each other: the total.
fn lengths(prelude: &[u8], offset: u64) -> Result<usize, Fault> {
    let (total, headers) = (number(prelude, 0) as usize, number(prelude, 4) as usize);
    let (stated, crc) = (number(prelude, 8), crc32(&prelude[..8]));
    if stated != crc {
        let (expected, found) = (format!("CRC {crc:08x} of the lengths"), format!("{stated:08x}"));
        return Err(Fault::new(FaultKind::PreludeCrc, offset + 8, &expected, &found));
    }
    if !(FRAME..=MESSAGE_LIMIT).contains(&total) {
        let expected = format!("a message of {FRAME} to {MESSAGE_LIMIT} bytes");
        return Err(Fault::new(FaultKind::Length, offset, &expected, &total.to_string()));
    }
    if headers > total - FRAME {
        let expected = format!("at most {} bytes of headers", total - FRAME);
        return Err(Fault::new(FaultKind::Length, offset + 4, &expected, &headers.to_string()));
    }
    Ok(total)
}

/// Reads a message whose lengths were checked.
fn read(bytes: &[u8], index: u64, offset: u64, sink: &mut dyn FnMut(Event)) -> Message {
    let mut tell = |kind, at: usize, expected: &str, found: &str| {
        sink(Event::Fault(Fault::new(kind, offset + at as u64, expected, found)));
    };
    let (content, payload) = (bytes.len() - 4, PRELUDE + number(bytes, 4) as usize);
    let (stated, crc) = (number(bytes, content), crc32(&bytes[..content]));
    if stated != crc {
        let expected = format!("CRC {crc:08x} of message {}", index + 1);
        tell(FaultKind::MessageCrc, content, &expected, &format!("{stated:08x}"));
    }
    let headers = header::read(&bytes[PRELUDE..payload]);
    if let Some((at, expected, found)) = &headers.fault {
        tell(FaultKind::Header, PRELUDE + at, expected, found);
    }
    if headers.date.is_none() {
        let found = headers.other_date.map_or("none".to_owned(), |kind| format!("type {kind}"));
        tell(FaultKind::MissingDate, PRELUDE, "header `:date` of type 8 (timestamp)", &found);
    }
    if headers.signature.is_none() {
        let found = headers.other_signature.map_or("none".to_owned(), |kind| format!("type {kind}"));
        tell(FaultKind::MissingSignature, PRELUDE, "header `:chunk-signature` of type 6 (bytes)", &found);
    }
    Message {
        index,
        offset,
        length: bytes.len() as u64,
        date: headers.date,
        signature: headers.signature.map(SmallVec::from_slice),
        headers_digest: headers.date.map(|date| Sha256::digest(date_header(date)).into()),
        payload_digest: Sha256::digest(&bytes[payload..content]).into(),
        payload_len: (content - payload) as u64,
    }
}

/// The number at `at`, which must be there.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// The encoded header `:date` with a time in milliseconds since 1970: what is hashed for the string to sign.
pub fn date_header(ms: i64) -> [u8; 15] {
    let mut out = [0; 15];
    out[..DATE.len()].copy_from_slice(DATE);
    out[DATE.len()..].copy_from_slice(&ms.to_be_bytes());
    out
}

/// Writes a signed message: a time in milliseconds since 1970, the bytes of a signature (32, or up to 72 for SigV4A),
/// and a payload that leaves the message below 24 MiB.
pub fn encode(date_ms: i64, signature: &[u8], payload: &[u8]) -> Vec<u8> {
    let headers = 15 + 1 + SIGNATURE.len() + 3 + signature.len();
    let total = FRAME + headers + payload.len();
    debug_assert!(signature.len() <= 0x7fff && total <= MESSAGE_LIMIT, "no reader takes {total} bytes");
    let mut out = Vec::with_capacity(total);
    out.extend_from_slice(&(total as u32).to_be_bytes());
    out.extend_from_slice(&(headers as u32).to_be_bytes());
    out.extend_from_slice(&crc32(&out).to_be_bytes());
    out.extend_from_slice(&date_header(date_ms));
    out.push(SIGNATURE.len() as u8);
    out.extend_from_slice(SIGNATURE);
    out.push(6);
    out.extend_from_slice(&(signature.len() as u16).to_be_bytes());
    out.extend_from_slice(signature);
    out.extend_from_slice(payload);
    out.extend_from_slice(&crc32(&out).to_be_bytes());
    out
}

#[cfg(test)]
mod tests;
