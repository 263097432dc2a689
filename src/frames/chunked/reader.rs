//! The reader of `aws-chunked` bodies: a state for each thing that may come next.
//!
//! Data is hashed where it lies in the slices that come in, so the reader is as fast as the hash; only a line is ever
//! copied.

mod size;
mod trailer;

use sha2::{Digest as _, Sha256};
use smallvec::SmallVec;

use super::{Chunk, Event, Fault, FaultKind, Form, Summary, Trailer};
use crate::frames::checksum::{Algorithm, Hasher};
use crate::frames::line::{End, Line};
use crate::frames::{END, quote};

/// Reads a body that comes in pieces.
#[derive(Debug)]
pub struct Reader {
    form: Form,
    state: State,
    /// The byte of the body that comes next.
    offset: u64,
    line: Line,
    /// The chunk being read.
    chunk: Chunk,
    digest: Option<Sha256>,
    checksum: Option<Hasher>,
    /// The last chunk of data, if it is below the size that others must have.
    small: Option<(u64, String)>,
    trailer: Trailer,
    /// How the last line of the trailer ended.
    ended: End,
    decoded: u64,
    told: SmallVec<[FaultKind; 4]>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Size,
    /// Data, of which this many bytes are to come.
    Data(u64),
    /// Before the CR after the data.
    DataCr,
    /// Before the LF after the data.
    DataLf,
    /// Behind the final chunk's size line.
    Trailer,
    /// Behind the end.
    Done,
    /// Behind something that cannot be read.
    Stopped,
}

impl Reader {
    /// A reader before the first byte; it computes a checksum of the data if it is told which.
    pub fn new(form: Form, checksum: Option<Algorithm>) -> Self {
        let digest = match form {
            Form::Signed | Form::SignedTrailer => Some(Sha256::new()),
            Form::Unsigned => None,
        };
        Self {
            form,
            state: State::Size,
            offset: 0,
            line: Line::default(),
            chunk: Chunk::default(),
            digest,
            checksum: checksum.map(Hasher::new),
            small: None,
            trailer: Trailer::default(),
            ended: End::Crlf,
            decoded: 0,
            told: SmallVec::new(),
        }
    }

    /// Reads more of the body. Small chunks, missing or unexpected signatures and LF in place of CRLF are told for the
    /// first chunk alone; after a fault that nothing can be read behind, further bytes are only counted.
    pub fn feed(&mut self, mut bytes: &[u8], sink: &mut dyn FnMut(Event)) {
        while !bytes.is_empty() {
            let used = self.step(bytes, sink).unwrap_or_else(|fault| {
                sink(Event::Fault(fault));
                self.state = State::Stopped;
                bytes.len()
            });
            self.offset += used as u64;
            bytes = &bytes[used..];
        }
    }

    /// Ends the body.
    pub fn finish(mut self, sink: &mut dyn FnMut(Event)) -> Summary {
        if let Some(fault) = self.cut_short() {
            sink(Event::Fault(fault));
        }
        if matches!(self.state, State::Trailer) && !self.trailer.lines.is_empty() {
            sink(Event::Trailer(std::mem::take(&mut self.trailer)));
        }
        Summary {
            chunks: self.chunk.index,
            decoded: self.decoded,
            length: self.offset,
            checksum: self.checksum.map(Hasher::finish),
        }
    }

    /// Reads the first bytes: how many.
    fn step(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Event)) -> Result<usize, Fault> {
        match self.state {
            State::Size => self.size_line(bytes, sink),
            State::Data(left) => Ok(self.data(bytes, left)),
            State::DataCr | State::DataLf => self.data_end(bytes[0], sink),
            State::Trailer => self.trailer_line(bytes, sink),
            State::Done => Err(Fault::new(FaultKind::AfterEnd, self.offset, END, "more bytes")),
            State::Stopped => Ok(bytes.len()),
        }
    }

    fn data(&mut self, bytes: &[u8], left: u64) -> usize {
        let used = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        let data = &bytes[..used];
        if let Some(digest) = &mut self.digest {
            digest.update(data);
        }
        if let Some(checksum) = &mut self.checksum {
            checksum.update(data);
        }
        self.decoded += used as u64;
        let left = left - used as u64;
        self.state = if left == 0 { State::DataCr } else { State::Data(left) };
        used
    }

    fn data_end(&mut self, byte: u8, sink: &mut dyn FnMut(Event)) -> Result<usize, Fault> {
        let after_cr = matches!(self.state, State::DataLf);
        match byte {
            b'\r' if !after_cr => self.state = State::DataLf,
            b'\n' => {
                if !after_cr {
                    self.bare_lf("the data", self.offset, sink);
                }
                self.complete(sink);
                self.state = State::Size;
            }
            other => {
                let expected = format!("CRLF after the {} bytes of {}", self.chunk.size, self.name());
                return Err(Fault::new(FaultKind::MissingCrlf, self.offset, &expected, &quote(&[other])));
            }
        }
        Ok(1)
    }

    /// Tells the chunk being read and begins the next.
    fn complete(&mut self, sink: &mut dyn FnMut(Event)) {
        let next = Chunk { index: self.chunk.index + 1, offset: self.chunk.data_offset, ..Chunk::default() };
        let mut chunk = std::mem::replace(&mut self.chunk, next);
        chunk.digest = self.digest.as_mut().map(|digest| digest.finalize_reset().into());
        sink(Event::Chunk(chunk));
    }

    /// What is missing where the body ends.
    fn cut_short(&self) -> Option<Fault> {
        let (chunk, name) = (&self.chunk, self.name());
        let (kind, expected) = match (self.state, self.form) {
            (State::Size, _) if self.line.len() == 0 => {
                (FaultKind::NoFinalChunk, "a final chunk of size 0".to_owned())
            }
            (State::Size, _) => (FaultKind::Truncated, format!("the rest of the size line of {name}")),
            (State::Data(left), _) => {
                let found = format!("{} when the body ended", chunk.size - left);
                let expected = format!("{} bytes of data in {name}", chunk.size);
                return Some(Fault::new(FaultKind::Truncated, self.offset, &expected, &found));
            }
            (State::DataCr | State::DataLf, _) => {
                (FaultKind::Truncated, format!("CRLF after the {} bytes of {name}", chunk.size))
            }
            (State::Trailer, Form::SignedTrailer)
                if self.line.len() == 0 && self.trailer.signature.is_none() =>
            {
                return Some(unsigned(self.offset, END));
            }
            // Nothing but the line end, or the first half of it, is left to come.
            (State::Trailer, Form::Signed) if self.line.len() <= 1 => {
                (FaultKind::LastCrlf, "CRLF after the final chunk".to_owned())
            }
            (State::Trailer, Form::SignedTrailer | Form::Unsigned) if self.line.len() <= 1 => {
                (FaultKind::LastCrlf, "an empty line after the trailer".to_owned())
            }
            (State::Trailer, _) => (FaultKind::Trailer, "the rest of a line of the trailer".to_owned()),
            (State::Done | State::Stopped, _) => return None,
        };
        Some(Fault::new(kind, self.offset, &expected, END))
    }

    fn bare_lf(&mut self, after: &str, offset: u64, sink: &mut dyn FnMut(Event)) {
        let expected = format!("CRLF after {after} of {}", self.name());
        self.note(Fault::new(FaultKind::MissingCrlf, offset, &expected, "LF alone"), sink);
    }

    /// Tells a fault that reading goes on behind, once: a body of a million chunks has it a million times.
    fn note(&mut self, fault: Fault, sink: &mut dyn FnMut(Event)) {
        if !self.told.contains(&fault.kind) {
            self.told.push(fault.kind);
            sink(Event::Fault(fault));
        }
    }
}

fn unsigned(offset: u64, found: &str) -> Fault {
    Fault::new(FaultKind::MissingSignature, offset, "`x-amz-trailer-signature` in the trailer", found)
}

#[cfg(test)]
mod tests;
