//! The bytes of an object: in memory, in files of the spool, or in pieces of both where it came in parts.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;

use crate::frames::pass::{self, Pass, Transfer};
use crate::frames::transfer::Unframer;
use crate::gateway::plain::each_piece;
use crate::gateway::spool::Spool;
use crate::request::{Body, Request};

/// A run of bytes.
#[derive(Clone, Debug)]
pub(in crate::gateway) enum Piece {
    Memory(Bytes),
    /// Those from `start` to `end` of a body in a file.
    File {
        body: Body,
        start: u64,
        end: u64,
    },
}

impl Piece {
    /// How many bytes there are.
    pub(in crate::gateway) fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { start, end, .. } => end - start,
        }
    }

    fn slice(&self, from: u64, to: u64) -> Self {
        match self {
            Self::Memory(bytes) => Self::Memory(bytes.slice(from as usize..to as usize)),
            Self::File { body, start, .. } => {
                Self::File { body: body.clone(), start: start + from, end: start + to }
            }
        }
    }

    /// Takes the first bytes off, at most `most`: none at the end.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(in crate::gateway) fn take(&mut self, most: usize) -> io::Result<Bytes> {
        match self {
            Self::Memory(bytes) => Ok(bytes.split_to(most.min(bytes.len()))),
            Self::File { body, start, end } => {
                let len = usize::try_from(*end - *start).map_or(most, |left| left.min(most));
                let path = body.path().ok_or(io::ErrorKind::NotFound)?;
                let mut bytes = vec![0; len];
                let mut file = std::fs::File::open(path)?;
                file.seek(SeekFrom::Start(*start))?;
                file.read_exact(&mut bytes)?;
                *start += len as u64;
                Ok(bytes.into())
            }
        }
    }
}

/// The bytes of an object.
#[derive(Clone, Debug, Default)]
pub(in crate::gateway) struct Content(Vec<Piece>);

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self(vec![Piece::Memory(bytes)])
    }
}

impl Content {
    /// How many bytes there are.
    pub(in crate::gateway) fn len(&self) -> u64 {
        self.0.iter().map(Piece::len).sum()
    }

    /// How many of them are in memory.
    pub(super) fn in_memory(&self) -> usize {
        let of = |piece: &Piece| if let Piece::Memory(bytes) = piece { bytes.len() } else { 0 };
        self.0.iter().map(of).sum()
    }

    /// One behind the other.
    pub(super) fn append(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    /// The bytes from `start` to `end`.
    pub(in crate::gateway) fn slice(&self, start: u64, end: u64) -> Self {
        let mut at = 0;
        let cut = self.0.iter().filter_map(|piece| {
            let (from, to) = (at, at + piece.len());
            at = to;
            let (first, last) = (start.max(from), end.min(to));
            (first < last).then(|| piece.slice(first - from, last - from))
        });
        Self(cut.collect())
    }

    /// The bytes, where all of them are in memory, in one piece.
    pub(in crate::gateway) fn at_hand(&self) -> Option<Bytes> {
        match &self.0[..] {
            [] => Some(Bytes::new()),
            [Piece::Memory(bytes)] => Some(bytes.clone()),
            _ => None,
        }
    }

    /// The pieces in their order.
    pub(in crate::gateway) fn into_pieces(self) -> Vec<Piece> {
        self.0
    }

    /// What a request carries that lies in a file: the file itself, or a new one where it came in frames. None where it is not
    /// there, or the spool has no room for another.
    pub(in crate::gateway) fn of_file(request: &Request, spool: &Spool) -> Option<Self> {
        let whole = |body: Body| Self(vec![Piece::File { start: 0, end: body.len(), body }]);
        request.body.path()?;
        let pass = Pass::of(request);
        let frames = [pass.transfer == Transfer::Chunked, matches!(pass.content, pass::Content::Chunks(..))];
        match frames {
            [false, false] => Some(whole(request.body.clone())),
            _ => unframed(&request.body, frames, spool).ok().map(whole),
        }
    }
}

/// A body out of the frames of transfer and chunks, where it is in them: `aws-chunked` is written as the other is, its signatures
/// as extensions.
fn unframed(body: &Body, [transfer, chunks]: [bool; 2], spool: &Spool) -> io::Result<Body> {
    let mut file = spool.file()?;
    let (mut outer, mut inner) = (Unframer::default(), Unframer::default());
    let (mut len, mut written) = (0, Ok(()));
    let mut write = |data: &[u8]| {
        len += data.len() as u64;
        if written.is_ok() {
            written = file.write(data);
        }
    };
    each_piece(body, &mut |bytes| {
        // The verdict was that the frames are whole.
        let _ = match (transfer, chunks) {
            (true, true) => outer.feed(bytes, &mut |content| drop(inner.feed(content, &mut write))),
            (_, _) => outer.feed(bytes, &mut write),
        };
    })?;
    written?;
    let kept = file.finish();
    let path = kept.path().to_owned();
    Ok(Body::kept_file(path, len, Arc::new(kept)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::http;

    fn read(content: Content) -> Vec<u8> {
        let mut out = Vec::new();
        for mut piece in content.into_pieces() {
            loop {
                let bytes = piece.take(2).unwrap();
                if bytes.is_empty() {
                    break;
                }
                out.extend_from_slice(&bytes);
            }
        }
        out
    }

    #[test]
    fn what_lies_in_a_file_comes_out_of_its_frames() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("body");
        let spool = Spool::new(folder.path(), 1000);
        let aws =
            "5;chunk-signature=ab\r\nhello\r\n0;chunk-signature=cd\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
        let both = format!("{:x}\r\n{aws}\r\n0\r\n\r\n", aws.len());
        let streaming = "X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER\r\n";
        let chunked = "Transfer-Encoding: chunked\r\n";
        for (headers, body) in [
            (String::new(), "hello"),
            (chunked.to_owned(), "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"),
            (streaming.to_owned(), aws),
            (format!("{streaming}{chunked}"), &both),
        ] {
            std::fs::write(&path, body).unwrap();
            let mut request =
                http::read_wire_head(format!("PUT /b/k HTTP/1.1\r\n{headers}\r\n").as_bytes()).unwrap();
            request.body = Body::file(&path, body.len() as u64);
            let content = Content::of_file(&request, &spool).unwrap();
            assert_eq!((content.len(), content.in_memory()), (5, 0), "{headers}");
            assert_eq!(read(content), b"hello", "{headers}");
        }
        assert!(Content::of_file(&Request::default(), &spool).is_none());
    }

    #[test]
    fn a_slice_goes_across_pieces() {
        let mut content = Content::from(Bytes::from("abc"));
        content.append(&Content::from(Bytes::from("defg")));
        for start in 0..7 {
            for end in start..7 {
                let expected = &b"abcdefg"[start..end];
                assert_eq!(read(content.slice(start as u64, end as u64)), expected);
            }
        }
    }
}
