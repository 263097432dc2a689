//! Writing a chunked upload: a body cut into chunks, each with its size and signature, and a trailer behind them.

use sha2::{Digest as _, Sha256};

use super::chain::{Chain, LinkKind};
use crate::frames::checksum::{Algorithm, Hasher};
use crate::frames::chunked::{Form, Trailer, TrailerLine};
use crate::scheme::Signing;

/// How a body is cut up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Cut {
    /// What the frames carry.
    pub form: Form,
    /// Bytes of data in each chunk but the last.
    pub chunk_size: u32,
    /// The checksum in the trailer, for forms that have one.
    pub checksum: Algorithm,
    /// How chunks are signed.
    pub signing: Signing,
}

/// Bytes of data in a chunk unless a setting says otherwise: 64 KiB, as AWS's own examples have it.
pub const CHUNK_SIZE: u32 = 64 * 1024;

const SIGNATURE: &str = ";chunk-signature=";
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature:";

impl Cut {
    /// Whether there is a trailer.
    pub fn has_trailer(&self) -> bool {
        self.form != Form::Signed
    }

    /// How many bytes the frames of `data` bytes take.
    pub fn length(&self, data: u64) -> u64 {
        let size = u64::from(self.chunk_size);
        let (full, rest) = (data / size, data % size);
        let rest = if rest > 0 { self.frame(rest) } else { 0 };
        let line = self.checksum.header().len() + 1 + self.checksum.text_len() + 2;
        let signature = TRAILER_SIGNATURE.len() + self.signature_len() + 2;
        let trailer = match self.form {
            Form::Signed => 0,
            Form::Unsigned => line,
            Form::SignedTrailer => line + signature,
        };
        full * self.frame(size) + rest + self.frame(0) + trailer as u64
    }

    /// The final chunk has no data: its second line break ends the body, or the trailer.
    fn frame(&self, data: u64) -> u64 {
        let digits = format!("{data:x}").len();
        let signature = if self.form == Form::Unsigned { 0 } else { SIGNATURE.len() + self.signature_len() };
        (digits + signature + 4) as u64 + data
    }

    fn signature_len(&self) -> usize {
        match self.signing {
            Signing::Hmac => 64,
            // DER has no fixed length: it is padded.
            Signing::Ecdsa => 144,
            // Of a key of 2048 bits; nobody signs chunks so.
            Signing::Rsa => 512,
        }
    }
}

/// Cuts a body up as it goes by; holds one chunk.
pub struct Framer<'a> {
    cut: Cut,
    chain: Chain<'a>,
    checksum: Option<Hasher>,
    pending: Vec<u8>,
}

impl<'a> Framer<'a> {
    /// Begins with the request's own signature, which `chain` holds.
    pub fn new(cut: Cut, chain: Chain<'a>) -> Self {
        let checksum = cut.has_trailer().then(|| Hasher::new(cut.checksum));
        Self { cut, chain, checksum, pending: Vec::new() }
    }

    /// Takes data in; complete chunks go out.
    pub fn feed(&mut self, mut data: &[u8], out: &mut dyn FnMut(&[u8])) {
        if let Some(checksum) = &mut self.checksum {
            checksum.update(data);
        }
        let size = self.cut.chunk_size as usize;
        while self.pending.len() + data.len() >= size {
            let (now, later) = data.split_at(size - self.pending.len());
            data = later;
            if self.pending.is_empty() {
                self.chunk(now, out);
            } else {
                let mut chunk = std::mem::take(&mut self.pending);
                chunk.extend_from_slice(now);
                self.chunk(&chunk, out);
            }
        }
        self.pending.extend_from_slice(data);
    }

    /// Writes what is left, the final chunk and the trailer.
    pub fn finish(mut self, out: &mut dyn FnMut(&[u8])) {
        let rest = std::mem::take(&mut self.pending);
        if !rest.is_empty() {
            self.chunk(&rest, out);
        }
        self.head(b"", out);
        if let Some(checksum) = self.checksum.take() {
            let computed = checksum.finish();
            self.trailer(computed.algorithm.header(), &computed.value, out);
        }
        out(b"\r\n");
    }

    fn chunk(&mut self, data: &[u8], out: &mut dyn FnMut(&[u8])) {
        self.head(data, out);
        out(data);
        out(b"\r\n");
    }

    /// The size line.
    fn head(&mut self, data: &[u8], out: &mut dyn FnMut(&[u8])) {
        out(format!("{:x}", data.len()).as_bytes());
        if self.cut.form != Form::Unsigned {
            let kind = if data.is_empty() { LinkKind::FinalChunk } else { LinkKind::Chunk };
            out(SIGNATURE.as_bytes());
            out(&self.chain.sign(kind, Sha256::digest(data).into()));
        }
        out(b"\r\n");
    }

    fn trailer(&mut self, name: &str, value: &str, out: &mut dyn FnMut(&[u8])) {
        out(format!("{name}:{value}\r\n").as_bytes());
        if self.cut.form == Form::SignedTrailer {
            let line = TrailerLine { name: name.into(), value: value.into(), offset: 0 };
            let trailer = Trailer { lines: vec![line], ..Trailer::default() };
            out(TRAILER_SIGNATURE.as_bytes());
            out(&self.chain.sign(LinkKind::Trailer, Sha256::digest(trailer.canonical()).into()));
            out(b"\r\n");
        }
    }
}
