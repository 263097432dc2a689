//! The reader of `aws-chunked` bodies: a state for each thing that may come next.
//!
//! Data is hashed where it lies in the slices that come in, so the reader is as fast as the hash; only a line is ever
//! copied.

use sha2::{Digest as _, Sha256};
use smallvec::SmallVec;

use super::{Chunk, Event, Fault, FaultKind, Form, Signature, Summary, Trailer};
use crate::frames::checksum::{Algorithm, Hasher};
use crate::frames::line::{End, Line, Taken};
use crate::frames::{END, quote, size};

/// A size line may have this many bytes.
const LINE_LIMIT: usize = 4096;
/// A trailer may have this many bytes.
const TRAILER_LIMIT: usize = 16 * 1024;
/// Amazon S3 takes chunks below this size only as the last of the data.
const SMALLEST: u64 = 8192;
/// What stands before a chunk's signature.
const EXTENSION: &[u8] = b"chunk-signature=";

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

    fn size_line(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Event)) -> Result<usize, Fault> {
        let start = self.offset - self.line.len() as u64;
        let used = match self.line.take(bytes, LINE_LIMIT) {
            Taken::Whole(used) => used,
            Taken::All => return Ok(bytes.len()),
            Taken::TooLong => {
                let expected = format!("a size line of at most {LINE_LIMIT} bytes");
                return Err(Fault::new(FaultKind::LineTooLong, start, &expected, "a longer one"));
            }
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

    fn trailer_line(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Event)) -> Result<usize, Fault> {
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

    /// The chunk being read, as sentences call it: counted from one.
    fn name(&self) -> String {
        format!("chunk {}", self.chunk.index + 1)
    }
}

fn unsigned(offset: u64, found: &str) -> Fault {
    Fault::new(FaultKind::MissingSignature, offset, "`x-amz-trailer-signature` in the trailer", found)
}

#[cfg(test)]
mod tests {
    use super::super::TrailerLine;
    use super::*;
    use proptest::prelude::*;

    const SIGNED: [&str; 3] = [
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ];
    const WITH_TRAILER: [&str; 3] = [
        "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
        "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
        "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ];
    const TRAILER: &str = "x-amz-checksum-crc32c:sOO8/Q==\r\n\
        x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";

    /// The documented upload: 65 536 and 1 024 bytes of `a`.
    fn documented(signatures: [&str; 3], end: &str) -> String {
        let [first, second, last] = signatures;
        let (long, short) = ("a".repeat(65536), "a".repeat(1024));
        format!(
            "10000;chunk-signature={first}\r\n{long}\r\n400;chunk-signature={second}\r\n{short}\r\n\
             0;chunk-signature={last}\r\n{end}"
        )
    }

    fn events(form: Form, pieces: &[&[u8]]) -> (Vec<Event>, Summary) {
        let (mut reader, mut events) = (Reader::new(form, Some(Algorithm::Crc32c)), Vec::new());
        pieces.iter().for_each(|piece| reader.feed(piece, &mut |event| events.push(event)));
        let summary = reader.finish(&mut |event| events.push(event));
        (events, summary)
    }

    fn faults(form: Form, body: &str) -> Vec<(FaultKind, u64, String)> {
        let fault = |event| match event {
            Event::Fault(Fault { kind, offset, message }) => Some((kind, offset, message)),
            Event::Chunk(_) | Event::Trailer(_) => None,
        };
        events(form, &[body.as_bytes()]).0.into_iter().filter_map(fault).collect()
    }

    fn chunks(events: &[Event]) -> Vec<&Chunk> {
        events.iter().filter_map(|e| if let Event::Chunk(chunk) = e { Some(chunk) } else { None }).collect()
    }

    fn trailer(form: Form, body: &str) -> Trailer {
        let found = events(form, &[body.as_bytes()]).0;
        let trailer =
            found.iter().find_map(|e| if let Event::Trailer(t) = e { Some(t.clone()) } else { None });
        trailer.unwrap_or_else(|| panic!("{found:?}"))
    }

    fn hash(bytes: &[u8]) -> String {
        hex::encode(Sha256::digest(bytes))
    }

    #[test]
    fn the_documented_upload_has_the_documented_digests() {
        let body = documented(SIGNED, "\r\n");
        let (events, summary) = events(Form::Signed, &[body.as_bytes()]);
        let chunks = chunks(&events);
        assert_eq!(events.len(), chunks.len(), "{events:?}");
        let digests: Vec<_> = chunks.iter().map(|chunk| hex::encode(chunk.digest.unwrap())).collect();
        assert_eq!(digests[0], "bf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a");
        assert_eq!(digests[1], "2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a");
        assert_eq!(digests[2], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let places: Vec<_> = chunks.iter().map(|c| (c.index, c.offset, c.data_offset, c.size)).collect();
        // The frames have 65,626, 1,112 and 86 bytes.
        assert_eq!(places, [(0, 0, 88, 65536), (1, 65_626, 65_626 + 86, 1024), (2, 66_738, 66_738 + 84, 0)]);
        for (chunk, text) in chunks.iter().zip(SIGNED) {
            let signature = chunk.signature.as_ref().unwrap();
            assert_eq!(&signature.text[..], text.as_bytes());
            assert!(body[signature.offset as usize..].starts_with(text));
        }
        assert_eq!((summary.chunks, summary.decoded, summary.length), (3, 66_560, 66_824));
    }

    #[test]
    fn the_documented_trailer_has_the_documented_digest_and_checksum() {
        let body = documented(WITH_TRAILER, TRAILER);
        let trailer = trailer(Form::SignedTrailer, &body);
        assert_eq!(trailer.canonical(), b"x-amz-checksum-crc32c:sOO8/Q==\n");
        let digest = "1e376db7e1a34a8ef1c4bcee131a2d60a1cb62503747488624e10995f448d774";
        assert_eq!(hash(&trailer.canonical()), digest);
        let signature = trailer.signature.as_ref().unwrap();
        assert!(body[signature.offset as usize..].starts_with("d81f82fc3505edab"));
        assert!(body[trailer.offset as usize..].starts_with("x-amz-checksum-crc32c"));
        let (events, summary) = events(Form::SignedTrailer, &[body.as_bytes()]);
        assert_eq!((events.len(), summary.length), (4, 66_946));
        assert_eq!(summary.checksum.unwrap().value, "sOO8/Q==");
    }

    /// aws-c-auth, the trailer of its chunked test.
    #[test]
    fn trailer_lines_are_hashed_in_the_order_they_were_sent() {
        let body = "0;chunk-signature=a\r\nFirst: 1st \r\nsecond:2nd\nthird:3rd\r\nx-amz-trailer-signature:b\r\n\r\n";
        let trailer = trailer(Form::SignedTrailer, body);
        assert_eq!(
            hash(&trailer.canonical()),
            "83d8f190334fb741bc8daf73c891689d320bd8017756bc730c540021ed48001f"
        );
        let first = TrailerLine { name: b"First".to_vec(), value: b" 1st ".to_vec(), offset: 21 };
        assert_eq!(trailer.lines[0], first);
        assert_eq!(trailer.lines.len(), 4);
    }

    #[test]
    fn trailers_may_end_their_lines_as_the_documentation_does() {
        for end in ["\n", "\r\n", "\n\r\n"] {
            let body = format!("0;chunk-signature=a\r\nn:v{end}x-amz-trailer-signature:b\r\n\r\n");
            assert_eq!(faults(Form::SignedTrailer, &body), [], "{end:?}");
            assert_eq!(trailer(Form::SignedTrailer, &body).canonical(), b"n:v\n");
        }
        assert_eq!(faults(Form::Unsigned, "0\r\nn:v\n\r\n"), []);
        assert_eq!(faults(Form::Unsigned, "0\r\nn:v\n\n"), []);
        assert_eq!(faults(Form::Unsigned, "0\r\n\r\n"), []);
    }

    #[test]
    fn unsigned_chunks_are_not_hashed() {
        let (events, summary) = events(Form::Unsigned, &[b"5\r\nhello\r\n0\r\n\r\n"]);
        assert!(chunks(&events).iter().all(|chunk| chunk.digest.is_none() && chunk.signature.is_none()));
        assert_eq!((summary.chunks, summary.decoded, summary.length), (2, 5, 15));
    }

    #[test]
    fn the_padded_signature_of_an_asymmetric_chunk_is_kept() {
        let text = format!("3045{}{}", "0".repeat(138), "**");
        let (events, _) = events(Form::Signed, &[format!("0;chunk-signature={text}\r\n\r\n").as_bytes()]);
        assert_eq!(&chunks(&events)[0].signature.as_ref().unwrap().text[..], text.as_bytes());
    }

    const BODIES: [(Form, &str); 8] = [
        (
            Form::Signed,
            "5;chunk-signature=a\r\nhello\r\n1;chunk-signature=b\r\n!\r\n0;chunk-signature=c\r\n\r\n",
        ),
        (
            Form::SignedTrailer,
            "2;chunk-signature=a\r\n\r\n\r\n0;\r\nn:v\n\r\nx-amz-trailer-signature:b\r\n\r\n",
        ),
        (Form::Unsigned, "5\r\nhello\r\n0\r\nn: v\r\n\r\n"),
        (Form::Unsigned, "5\nhello\n0\nn: v\n\nmore bytes"),
        (Form::Unsigned, "5\r\nhello\r!0\r\n"),
        (Form::Unsigned, "5\r\nhello world"),
        (Form::Unsigned, "5\r\nhello\r\n0\r\nn v\r\nmore"),
        (Form::Signed, "5\r\nhel"),
    ];

    #[test]
    fn where_the_slices_end_changes_nothing() {
        for (form, body) in BODIES {
            let body = body.as_bytes();
            let whole = events(form, &[body]);
            assert_eq!(events(form, &body.chunks(1).collect::<Vec<_>>()), whole);
            for at in 0..body.len() {
                assert_eq!(events(form, &[&body[..at], &body[at..]]), whole);
            }
        }
    }

    proptest! {
        #[test]
        fn a_broken_body_is_read_alike_in_any_pieces(
            which in 0..BODIES.len(), at in any::<usize>(), byte in any::<u8>(), size in 1usize..20,
        ) {
            let (form, body) = BODIES[which];
            let mut body = body.as_bytes().to_vec();
            let at = at % body.len();
            body[at] = byte;
            let whole = events(form, &[&body]);
            prop_assert_eq!(whole.1.length, body.len() as u64);
            prop_assert_eq!(events(form, &body.chunks(size).collect::<Vec<_>>()), whole);
        }
    }

    #[test]
    fn what_cannot_be_read_ends_the_reading() {
        use FaultKind::*;
        let one = |body: &str, kind, offset, message: &str| {
            assert_eq!(faults(Form::Unsigned, body), [(kind, offset, message.to_owned())], "{body}");
        };
        one("xyz\r\n5", Size, 0, "expected a chunk size in hex, but found `xyz`");
        one("+5\r\n", Size, 0, "expected a chunk size in hex, but found `+5`");
        one("1\r\na\r\n;x\r\n", Size, 6, "expected a chunk size in hex, but found nothing");
        let large = "expected a chunk size below 2^63, but found `ffffffffffffffff`";
        one("ffffffffffffffff\r\n", Size, 0, large);
        one(
            "fffffffffffffffff\r\n",
            Size,
            0,
            "expected a chunk size below 2^63, but found `fffffffffffffffff`",
        );
        one("5\r\nhello world", MissingCrlf, 8, "expected CRLF after the 5 bytes of chunk 1, but found ` `");
        let long = "expected a size line of at most 4096 bytes, but found a longer one";
        one(&"a".repeat(5000), LineTooLong, 0, long);
        one("0\r\n\r\nabc", AfterEnd, 5, "expected the end of the body, but found more bytes");
        one("0\r\nn v\r\n", Trailer, 3, "expected a trailer such as `name:value`, but found `n v`");
        let long = "expected a trailer of at most 16384 bytes, but found a longer one";
        one(&format!("0\r\n{}", "n:v\r\n".repeat(4000)), Trailer, 3, long);
        let unannounced = "expected an empty line after the final chunk, but found `n:v`";
        let body = "0;chunk-signature=a\r\nn:v\r\n";
        assert_eq!(faults(Form::Signed, body), [(Trailer, 21, unannounced.to_owned())]);
    }

    #[test]
    fn a_body_that_ends_early_says_where_and_by_how_much() {
        use FaultKind::*;
        let end = |form, body: &str, kind, message: &str| {
            assert_eq!(faults(form, body), [(kind, body.len() as u64, message.to_owned())], "{body}");
        };
        let no_final = "expected a final chunk of size 0, but found the end of the body";
        end(Form::Unsigned, "", NoFinalChunk, no_final);
        end(Form::Unsigned, "5\r\nhello\r\n", NoFinalChunk, no_final);
        let line = "expected the rest of the size line of chunk 1, but found the end of the body";
        end(Form::Unsigned, "5", Truncated, line);
        let data = "expected 5 bytes of data in chunk 1, but found 4 when the body ended";
        end(Form::Unsigned, "5\r\nhell", Truncated, data);
        let crlf = "expected CRLF after the 5 bytes of chunk 1, but found the end of the body";
        end(Form::Unsigned, "5\r\nhello", Truncated, crlf);
        end(Form::Unsigned, "5\r\nhello\r", Truncated, crlf);
        let last = "expected CRLF after the final chunk, but found the end of the body";
        end(Form::Signed, "0;chunk-signature=a\r\n", LastCrlf, last);
        end(Form::Signed, "0;chunk-signature=a\r\n\r", LastCrlf, last);
        let empty = "expected an empty line after the trailer, but found the end of the body";
        end(Form::Unsigned, "0\r\n", LastCrlf, empty);
        end(Form::Unsigned, "0\r\nn:v\r\n", LastCrlf, empty);
        let rest = "expected the rest of a line of the trailer, but found the end of the body";
        end(Form::Unsigned, "0\r\nn:v", Trailer, rest);
        let signature = "expected `x-amz-trailer-signature` in the trailer, but found the end of the body";
        end(Form::SignedTrailer, "0;chunk-signature=a\r\nn:v\r\n", MissingSignature, signature);
    }

    #[test]
    fn a_trailer_without_its_empty_line_is_told_all_the_same() {
        assert_eq!(trailer(Form::Unsigned, "0\r\nn:v\r\n").canonical(), b"n:v\n");
    }

    #[test]
    fn signatures_where_they_do_not_belong_are_told_once() {
        use FaultKind::*;
        let missing = "expected `;chunk-signature=` after the size of chunk 1, but found nothing".to_owned();
        assert_eq!(faults(Form::Signed, "1\r\na\r\n0\r\n\r\n"), [(MissingSignature, 1, missing)]);
        let found =
            "expected no signature after the size of chunk 1, but found `;chunk-signature=a`".to_owned();
        let body = "1;chunk-signature=a\r\na\r\n0;chunk-signature=b\r\n\r\n";
        assert_eq!(faults(Form::Unsigned, body), [(UnexpectedSignature, 1, found)]);
        let found = "expected no signature in the trailer, but found `x-amz-trailer-signature`".to_owned();
        let body = "0\r\nx-amz-trailer-signature:a\r\n\r\n";
        assert_eq!(faults(Form::Unsigned, body), [(UnexpectedSignature, 3, found)]);
        let missing = "expected `x-amz-trailer-signature` in the trailer, but found the end of the trailer";
        let body = "0;chunk-signature=a\r\nn:v\r\n\r\n";
        assert_eq!(faults(Form::SignedTrailer, body), [(MissingSignature, 26, missing.to_owned())]);
    }

    #[test]
    fn line_feeds_alone_are_told_once_and_read_on() {
        let text = "expected CRLF after the size line of chunk 1, but found LF alone".to_owned();
        assert_eq!(faults(Form::Unsigned, "1\na\n0\n\n"), [(FaultKind::MissingCrlf, 1, text)]);
    }

    #[test]
    fn only_the_last_chunk_of_data_may_be_small() {
        let chunk = |size: usize| format!("{size:x}\r\n{}\r\n", "a".repeat(size));
        let body = |sizes: &[usize]| sizes.iter().map(|size| chunk(*size)).collect::<String>() + "0\r\n\r\n";
        assert_eq!(faults(Form::Unsigned, &body(&[8192, 8191])), []);
        let text =
            "expected at least 8192 bytes in every chunk but the last, but found 8191 in chunk 2".to_owned();
        let second = chunk(8192).len() as u64;
        assert_eq!(
            faults(Form::Unsigned, &body(&[8192, 8191, 1, 1])),
            [(FaultKind::SmallChunk, second, text)]
        );
    }
}
