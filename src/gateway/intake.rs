//! A body on its way in: hashed as it goes by, kept in memory while it is short, and beyond that in a file.
//!
//! What a pass over the body finds is noted on it, so nothing is read twice: a verdict on five gigabytes follows their last byte.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempPath;

use crate::request::{Body, Request};
use crate::stream::pass::{Found, Item, Pass, Reading};

/// So many chunks or messages are told apart in one body; with chunks of 64 KiB that is 16 GiB.
const ITEMS: usize = 1 << 18;

/// A form is judged by its fields, so it must be at hand: up to so many bytes.
const FORM: usize = 64 << 20;

/// A body that is being read.
pub(super) struct Intake {
    pass: Pass,
    /// How many bytes may stay in memory.
    keep: usize,
    len: u64,
    kept: Vec<u8>,
    spool: Option<Spool>,
    /// Begun with the first byte: most requests have none.
    reading: Option<Box<Reading>>,
    items: Vec<Item>,
    /// What could not be kept, in words.
    lost: Option<String>,
    state: State,
}

/// Whether the body can be judged.
#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    Readable,
    TooManyItems,
}

struct Spool {
    file: File,
    path: TempPath,
}

/// A body that was read.
pub(super) struct Taken {
    /// The body, with all that is known of it.
    pub(super) body: Body,
    /// What could not be kept, in words.
    pub(super) lost: Option<String>,
}

impl Intake {
    /// For the body of this request, of which `keep` bytes may stay in memory.
    pub(super) fn new(request: &Request, keep: usize) -> Self {
        let is_form = request.value(b"content-type").is_some_and(|value| value.starts_with(b"multipart/"));
        Self {
            pass: Pass::of(request),
            keep: if is_form { keep.max(FORM) } else { keep },
            len: 0,
            kept: Vec::new(),
            spool: None,
            reading: None,
            items: Vec::new(),
            lost: None,
            state: State::Readable,
        }
    }

    /// How many bytes came.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// How many chunks or messages came.
    pub(super) fn items(&self) -> usize {
        self.items.len()
    }

    /// Takes the next bytes; what goes beyond memory goes into a file in `folder`.
    pub(super) fn take(&mut self, bytes: &[u8], folder: &Path) {
        self.len += bytes.len() as u64;
        self.read(bytes);
        if self.lost.is_some() {
            return;
        }
        let stays = self.spool.is_none() && self.kept.len() + bytes.len() <= self.keep;
        let written = match stays {
            true => {
                self.kept.extend_from_slice(bytes);
                Ok(())
            }
            false => self.spool(bytes, folder),
        };
        if let Err(error) = written {
            // A disk that is full loses the body, not the verdict: the bytes were hashed.
            (self.kept, self.spool) = (Vec::new(), None);
            self.lost = Some(format!("the body was not kept: {error}"));
        }
    }

    fn read(&mut self, bytes: &[u8]) {
        if self.state == State::TooManyItems {
            return;
        }
        let (pass, items) = (self.pass, &mut self.items);
        let reading = self.reading.get_or_insert_with(|| Box::new(Reading::new(pass)));
        reading.feed(bytes, &mut |item| {
            // One slice may hold thousands; the last of them is dropped below.
            if items.len() <= ITEMS {
                items.push(item);
            }
        });
        if self.items.len() > ITEMS {
            (self.state, self.items) = (State::TooManyItems, Vec::new());
        }
    }

    fn spool(&mut self, bytes: &[u8], folder: &Path) -> std::io::Result<()> {
        if self.spool.is_none() {
            let (mut file, path) = tempfile::Builder::new().prefix("body-").tempfile_in(folder)?.into_parts();
            file.write_all(&self.kept)?;
            self.kept = Vec::new();
            self.spool = Some(Spool { file, path });
        }
        self.spool.as_mut().map_or(Ok(()), |spool| spool.file.write_all(bytes))
    }

    /// Ends the body.
    pub(super) fn finish(self) -> Taken {
        let Self { pass, len, kept, spool, reading, mut items, mut lost, state, .. } = self;
        let body = match (spool, &lost) {
            (Some(spool), None) => {
                let path = spool.path.to_path_buf();
                Body::kept_file(path, len, Arc::new(spool.path))
            }
            (None, None) => Body::from(kept),
            (_, Some(_)) => Body::pipe(len),
        };
        match (state, reading) {
            (State::Readable, Some(reading)) => {
                let end = reading.finish(&mut |item| items.push(item));
                body.set_found(pass, Found { items, end });
            }
            (State::Readable, None) => {}
            (State::TooManyItems, _) => {
                lost = lost.or(Some(format!("the body holds more than {ITEMS} chunks, and was not checked")));
            }
        }
        Taken { body, lost }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canon::payload::{self, Hashing};
    use crate::request::http;

    fn request(more: &str) -> Request {
        http::read_wire_head(format!("PUT /k HTTP/1.1\r\nHost: h\r\n{more}\r\n").as_bytes()).unwrap()
    }

    fn taken(request: &Request, keep: usize, folder: &Path, pieces: &[&[u8]]) -> Taken {
        let mut intake = Intake::new(request, keep);
        pieces.iter().for_each(|piece| intake.take(piece, folder));
        intake.finish()
    }

    #[test]
    fn what_does_not_fit_into_memory_lies_in_a_file_as_long_as_the_body_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let request = request("");
        let short = taken(&request, 5, folder.path(), &[b"abc", b"de"]).body;
        assert_eq!((&*short.bytes(), short.path()), (&b"abcde"[..], None));
        let long = taken(&request, 5, folder.path(), &[b"abc", b"de", b"f", b"g"]).body;
        let path = long.path().unwrap().to_owned();
        assert_eq!(std::fs::read(&path).unwrap(), b"abcdefg");
        assert_eq!((long.len(), long.digest()), (7, Body::from(b"abcdefg".to_vec()).hash()));
        let copy = long.clone();
        drop(long);
        assert!(path.exists());
        drop(copy);
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_that_takes_nothing_loses_the_bytes_and_not_the_hash() {
        let request = request("");
        let Taken { body, lost } = taken(&request, 1, Path::new("/nowhere/at/all"), &[b"ab", b"c"]);
        assert!(lost.unwrap().starts_with("the body was not kept: "));
        assert_eq!((body.is_pipe(), body.len()), (true, 3));
        assert_eq!(body.digest(), Body::from(b"abc".to_vec()).hash());
    }

    #[test]
    fn the_content_of_transfer_frames_is_hashed_and_the_frames_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut request = request("Transfer-Encoding: chunked\r\n");
        let frames = b"3\r\nabc\r\n0\r\n\r\n";
        request.body = taken(&request, 100, folder.path(), &[&frames[..4], &frames[4..]]).body;
        assert_eq!(*request.body.bytes(), frames[..]);
        assert_eq!(payload::hash(&request, Hashing::UpTo(0)), Body::from(b"abc".to_vec()).hash());
    }
}
