//! The line in front of a chunk: its size, its signature.

use super::{Reader, State};
use crate::frames::chunked::{Event, Fault, FaultKind, Form, Signature};
use crate::frames::line::End;
use crate::frames::{quote, size, size_line};

/// Amazon S3 takes chunks below this size only as the last of the data.
const SMALLEST: u64 = 8192;

/// What stands before a chunk's signature.
const EXTENSION: &[u8] = b"chunk-signature=";

impl Reader {
    pub(super) fn size_line(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Event)) -> Result<usize, Fault> {
        let start = self.offset - self.line.len() as u64;
        let Some(used) = size_line(&mut self.line, bytes, start, FaultKind::LineTooLong)? else {
            return Ok(bytes.len());
        };
        let mut line = std::mem::take(&mut self.line);
        let (text, end) = line.text();
        let digits = &text[..memchr::memchr(b';', text).unwrap_or(text.len())];
        let size =
            size(digits).map_err(|(expected, found)| Fault::new(FaultKind::Size, start, expected, &found))?;
        self.chunk.offset = start;
        self.chunk.data_offset = start + line.len() as u64;
        self.chunk.size = size;
        if end == End::Lf {
            self.bare_lf("the size line", start + text.len() as u64, sink);
        }
        self.extensions(&text[digits.len()..], start + digits.len() as u64, sink);
        line.clear();
        self.line = line;
        self.begin(sink);
        Ok(used)
    }

    /// Reads what stands behind the size, which may only be the signature.
    fn extensions(&mut self, text: &[u8], start: u64, sink: &mut dyn FnMut(Event)) {
        let mut offset = start;
        for part in text.split(|b| *b == b';') {
            if let Some(value) = part.strip_prefix(EXTENSION)
                && !value.is_empty()
            {
                self.chunk.signature = Some(Signature::new(value, offset + EXTENSION.len() as u64));
                break;
            }
            offset += part.len() as u64 + 1;
        }
        let (kind, after) = match (self.form, &self.chunk.signature) {
            (Form::Signed | Form::SignedTrailer, None) => {
                (FaultKind::MissingSignature, "`;chunk-signature=`")
            }
            (Form::Unsigned, Some(_)) => (FaultKind::UnexpectedSignature, "no signature"),
            (Form::Signed | Form::SignedTrailer, Some(_)) | (Form::Unsigned, None) => return,
        };
        let expected = format!("{after} after the size of {}", self.name());
        self.note(Fault::new(kind, start, &expected, &quote(text)), sink);
    }

    /// The size line is read: data follow, or the end.
    fn begin(&mut self, sink: &mut dyn FnMut(Event)) {
        let size = self.chunk.size;
        if size == 0 {
            self.complete(sink);
            // No chunk follows: where the next would begin, the trailer does.
            self.trailer.offset = self.chunk.offset;
            self.state = State::Trailer;
            return;
        }
        if let Some((offset, found)) = self.small.take() {
            let expected = format!("at least {SMALLEST} bytes in every chunk but the last");
            self.note(Fault::new(FaultKind::SmallChunk, offset, &expected, &found), sink);
        }
        if size < SMALLEST {
            self.small = Some((self.chunk.offset, format!("{size} in {}", self.name())));
        }
        self.state = State::Data(size);
    }

    /// The chunk being read, as sentences call it: counted from one.
    pub(super) fn name(&self) -> String {
        format!("chunk {}", self.chunk.index + 1)
    }
}
