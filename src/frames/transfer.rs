//! `Transfer-Encoding: chunked`: the content out of its frames ([RFC 9112, 7.1]).
//!
//! A server has taken these frames off before it looks at a signature; they lie outside of `aws-chunked`, whose
//! chunks [`chunked`](super::chunked) reads. Lines may end with LF alone, extensions and trailers are ignored.
//!
//! [RFC 9112, 7.1]: https://www.rfc-editor.org/rfc/rfc9112#section-7.1

use super::line::Line;
use super::{END, quote};

/// What is wrong with the frames.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// A size that is not one.
    Size,
    /// Something else than a line's end after the data.
    LineEnd,
    /// The body ends inside a frame.
    Truncated,
    /// The body ends before the chunk of size 0.
    NoFinalChunk,
    /// A size line without end.
    LineTooLong,
}

/// Something that is no frame; nothing after it can be read.
pub type Fault = super::Fault<FaultKind>;

/// Reads frames that come in pieces.
#[derive(Debug, Default)]
pub struct Unframer {
    state: State,
    line: Line,
    offset: u64,
}

#[derive(Debug, Default)]
enum State {
    /// In a size line.
    #[default]
    Size,
    /// Data, of which this many bytes are to come.
    Data(u64),
    /// At the line's end after the data.
    DataEnd,
    /// As before, after a CR.
    DataLf,
    /// Behind the chunk of size 0: lines up to an empty one. Whether this one is empty so far.
    Trailer(LineSoFar),
    /// The message has ended.
    Done,
    Failed(Fault),
}

/// What of a line of the trailer was read.
#[derive(Clone, Copy, Debug)]
enum LineSoFar {
    Empty,
    Begun,
}

impl Unframer {
    /// Reads more of the body and passes on what is content, in slices of `bytes`.
    ///
    /// # Errors
    ///
    /// The first thing that is no frame; again at every later call.
    pub fn feed(&mut self, bytes: &[u8], content: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
        self.feed_message(bytes, content).map(|_| ())
    }

    /// Reads as [`feed`](Self::feed) does, up to where the message ends: how many bytes belong to it.
    ///
    /// # Errors
    ///
    /// As `feed` has them.
    pub fn feed_message(&mut self, bytes: &[u8], content: &mut dyn FnMut(&[u8])) -> Result<usize, Fault> {
        let mut at = 0;
        while at < bytes.len() && !self.is_done() {
            match self.step(&bytes[at..], content) {
                Ok(used) => {
                    self.offset += used as u64;
                    at += used;
                }
                Err(fault) => {
                    self.state = State::Failed(fault.clone());
                    return Err(fault);
                }
            }
        }
        Ok(at)
    }

    /// Whether the message has ended, its trailer included.
    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Ends the body.
    ///
    /// # Errors
    ///
    /// When it ends before the chunk of size 0, and again what `feed` said.
    pub fn finish(self) -> Result<(), Fault> {
        let fault = |kind, expected: &str| Err(Fault::new(kind, self.offset, expected, END));
        match self.state {
            State::Trailer(_) | State::Done => Ok(()),
            State::Failed(fault) => Err(fault),
            State::Size if self.line.len() == 0 => fault(FaultKind::NoFinalChunk, "a final chunk of size 0"),
            State::Size => fault(FaultKind::Truncated, "the rest of a size line"),
            State::Data(left) => fault(FaultKind::Truncated, &format!("{left} more bytes of a chunk")),
            State::DataEnd | State::DataLf => fault(FaultKind::Truncated, "a line end after the data"),
        }
    }

    /// Reads the first bytes: how many.
    fn step(&mut self, bytes: &[u8], content: &mut dyn FnMut(&[u8])) -> Result<usize, Fault> {
        match self.state {
            State::Size => self.size_line(bytes),
            State::Data(left) => {
                let here = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
                content(&bytes[..here]);
                let left = left - here as u64;
                self.state = if left == 0 { State::DataEnd } else { State::Data(left) };
                Ok(here)
            }
            State::DataEnd | State::DataLf => self.data_end(bytes[0]),
            State::Trailer(line) => Ok(self.trailer(line, bytes)),
            State::Done => Ok(bytes.len()),
            State::Failed(ref fault) => Err(fault.clone()),
        }
    }

    fn size_line(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let start = self.offset - self.line.len() as u64;
        let Some(used) = super::size_line(&mut self.line, bytes, start, FaultKind::LineTooLong)? else {
            return Ok(bytes.len());
        };
        let line = self.line.text().0;
        let digits = line.split(|b| *b == b';').next().unwrap_or(line).trim_ascii();
        let size = super::size(digits)
            .map_err(|(expected, found)| Fault::new(FaultKind::Size, start, expected, &found))?;
        self.state = if size == 0 { State::Trailer(LineSoFar::Empty) } else { State::Data(size) };
        self.line.clear();
        Ok(used)
    }

    /// Passes over the trailer: how many bytes are of it.
    fn trailer(&mut self, mut line: LineSoFar, bytes: &[u8]) -> usize {
        for (index, byte) in bytes.iter().enumerate() {
            line = match (byte, line) {
                (b'\n', LineSoFar::Empty) => {
                    self.state = State::Done;
                    return index + 1;
                }
                (b'\n', LineSoFar::Begun) => LineSoFar::Empty,
                (b'\r', line) => line,
                (_, _) => LineSoFar::Begun,
            };
        }
        self.state = State::Trailer(line);
        bytes.len()
    }

    fn data_end(&mut self, byte: u8) -> Result<usize, Fault> {
        self.state = match byte {
            b'\n' => State::Size,
            b'\r' if matches!(self.state, State::DataEnd) => State::DataLf,
            other => {
                let expected = "a line end after the data";
                return Err(Fault::new(FaultKind::LineEnd, self.offset, expected, &quote(&[other])));
            }
        };
        Ok(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Result<Vec<u8>, Fault> {
        let (mut unframer, mut content) = (Unframer::default(), Vec::new());
        for piece in pieces {
            unframer.feed(piece, &mut |bytes| content.extend_from_slice(bytes))?;
        }
        unframer.finish().map(|()| content)
    }

    fn fault(body: &str) -> (FaultKind, u64, String) {
        let fault = read(&[body.as_bytes()]).unwrap_err();
        (fault.kind, fault.offset, fault.message)
    }

    #[test]
    fn frames_extensions_and_trailers_are_no_content() {
        for body in [
            "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n",
            "5\nhello\n1 ;x\n!\n0\n",
            "05\r\nhello\r\n1\r\n!\r\n000\r\nA: b\r\n\r\n",
        ] {
            assert_eq!(read(&[body.as_bytes()]), Ok(b"hello!".to_vec()), "{body}");
        }
    }

    #[test]
    fn where_the_slices_end_changes_nothing() {
        for body in [
            &b"5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n"[..],
            b"5\r\nhello\r\r",
            b"5\r\nhel",
            b"5\r\nhello\r\n5",
        ] {
            let whole = read(&[body]);
            assert_eq!(read(&body.chunks(1).collect::<Vec<_>>()), whole);
            for at in 0..body.len() {
                assert_eq!(read(&[&body[..at], &body[at..]]), whole);
            }
        }
    }

    #[test]
    fn faults_say_where_and_what() {
        use FaultKind::*;
        let of = |kind, offset, message: &str| (kind, offset, message.to_owned());
        assert_eq!(fault("hello\r\n"), of(Size, 0, "expected a chunk size in hex, but found `hello`"));
        assert_eq!(fault("1\r\na\r\n\r\n"), of(Size, 6, "expected a chunk size in hex, but found nothing"));
        let large = "expected a chunk size below 2^63, but found `ffffffffffffffff`";
        assert_eq!(fault("ffffffffffffffff\r\n"), of(Size, 0, large));
        assert_eq!(
            fault("5\r\nhelloX0"),
            of(LineEnd, 8, "expected a line end after the data, but found `X`")
        );
        let end = |expected: &str| format!("expected {expected}, but found the end of the body");
        assert_eq!(fault("5\r\nhell"), (Truncated, 7, end("1 more bytes of a chunk")));
        assert_eq!(fault("5\r\nhello\r"), (Truncated, 9, end("a line end after the data")));
        assert_eq!(fault("5"), (Truncated, 1, end("the rest of a size line")));
        assert_eq!(fault("5\r\nhello\r\n"), (NoFinalChunk, 10, end("a final chunk of size 0")));
        let long = "expected a size line of at most 4096 bytes, but found a longer one";
        assert_eq!(fault(&format!("0;{}", "x".repeat(5000))), of(LineTooLong, 0, long));
    }

    #[test]
    fn a_message_ends_behind_its_trailer() {
        for (message, next) in [
            ("1\r\na\r\n0\r\n\r\n", "GET / HTTP/1.1\r\n"),
            ("0\r\nA: b\r\nC: d\r\n\r\n", "\r\n"),
            ("0\n\n", "0\n\n"),
        ] {
            let bytes = [message, next].concat().into_bytes();
            for at in 0..message.len() {
                let mut unframer = Unframer::default();
                let first = unframer.feed_message(&bytes[..at], &mut |_| ()).unwrap();
                assert!(!unframer.is_done() && first == at);
                let rest = unframer.feed_message(&bytes[at..], &mut |_| ()).unwrap();
                assert_eq!((first + rest, unframer.is_done()), (message.len(), true), "{message:?} at {at}");
            }
        }
    }

    #[test]
    fn a_fault_is_said_again() {
        let mut unframer = Unframer::default();
        let first = unframer.feed(b"x\n", &mut |_| ());
        assert!(first.is_err());
        assert_eq!(unframer.feed(b"0\n", &mut |_| ()), first);
        assert_eq!(unframer.finish(), first);
    }
}
