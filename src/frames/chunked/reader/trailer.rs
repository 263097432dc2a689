//! What follows the last chunk: the lines of a trailer, and the empty line.

use super::{Reader, State, unsigned};
use crate::frames::chunked::{Event, Fault, FaultKind, Form};
use crate::frames::line::{End, Taken};
use crate::frames::quote;

/// A trailer may have this many bytes.
const TRAILER_LIMIT: usize = 16 * 1024;

impl Reader {
    pub(super) fn trailer_line(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Event)) -> Result<usize, Fault> {
        let start = self.offset - self.line.len() as u64;
        let before = usize::try_from(start - self.trailer.offset).unwrap_or(TRAILER_LIMIT);
        let used = match self.line.take(bytes, TRAILER_LIMIT.saturating_sub(before)) {
            Taken::Whole(used) => used,
            Taken::All => return Ok(bytes.len()),
            Taken::TooLong => {
                let expected = format!("a trailer of at most {TRAILER_LIMIT} bytes");
                return Err(Fault::new(FaultKind::Trailer, self.trailer.offset, &expected, "a longer one"));
            }
        };
        let mut line = std::mem::take(&mut self.line);
        let (text, end) = line.text();
        match (self.form, text) {
            (_, []) => self.empty_line(end, start, sink),
            (Form::Signed, [..]) => {
                let expected = "an empty line after the final chunk";
                return Err(Fault::new(FaultKind::Trailer, start, expected, &quote(text)));
            }
            (Form::SignedTrailer | Form::Unsigned, [..]) => self.trailer.push(text, start)?,
        }
        self.ended = end;
        line.clear();
        self.line = line;
        Ok(used)
    }

    /// An empty line ends the trailer. Where a line ended with LF, the documentation has CRLF before the signature's
    /// line, which would read as one.
    fn empty_line(&mut self, end: End, start: u64, sink: &mut dyn FnMut(Event)) {
        let signed = self.trailer.signature.is_some();
        if self.form == Form::SignedTrailer && !signed && (self.ended, end) == (End::Lf, End::Crlf) {
            return;
        }
        self.state = State::Done;
        let trailer = std::mem::take(&mut self.trailer);
        let line = trailer.lines.iter().find(|line| line.is_signature());
        match (self.form, line) {
            (Form::Signed, _) => return,
            (Form::SignedTrailer, _) if !signed => {
                sink(Event::Fault(unsigned(start, "the end of the trailer")))
            }
            (Form::Unsigned, Some(line)) => {
                let found = quote(&line.name);
                let expected = "no signature in the trailer";
                sink(Event::Fault(Fault::new(FaultKind::UnexpectedSignature, line.offset, expected, &found)));
            }
            (Form::SignedTrailer, _) | (Form::Unsigned, None) => {}
        }
        sink(Event::Trailer(trailer));
    }
}
