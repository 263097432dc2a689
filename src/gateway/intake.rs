//! A body on its way in: hashed as it goes by, kept in memory while it is short, and beyond that in a file.
//!
//! What a pass over the body finds is noted on it, so nothing is read twice: a verdict on five gigabytes follows their last byte.

use std::sync::Arc;

use super::spool::{Share, Spool, SpoolFile};
use crate::frames::pass::{Found, Item, Pass, Reading};
use crate::request::{Body, Request};

/// So many chunks or messages are told apart while a body comes in; with chunks of 64 KiB that is 16 GiB. Of more, the body is
/// read again when it is judged.
const ITEMS: usize = 1 << 18;

/// Memory is taken for so many of them at a time.
const STEP: usize = 256;

/// A form is judged by its fields, so its first bytes stay at hand whatever the limit: S3 takes 20 KB of fields.
const FIELDS: usize = 64 << 10;

/// A body that is being read.
pub(super) struct Intake {
    pass: Pass,
    /// How many bytes may stay in memory.
    keep: usize,
    kind: Kind,
    len: u64,
    kept: Vec<u8>,
    spool: Option<SpoolFile>,
    /// Begun with the first byte: most requests have none.
    reading: Option<Box<Reading>>,
    items: Vec<Item>,
    /// The memory of the items; none before the first.
    share: Option<Share>,
    /// What could not be kept, in words.
    lost: Option<String>,
    state: State,
}

/// What is needed of a body that does not stay in memory.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    /// Its first bytes, which hold the fields.
    Form,
    /// Nothing: what matters is noted as it goes by.
    Plain,
}

/// Whether the items are at hand.
#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    AtHand,
    /// There are too many for the memory that is left: the body is read again.
    TooMany,
}

/// A body that was read.
pub(super) struct Taken {
    /// The body, with all that is known of it.
    pub(super) body: Body,
    /// What could not be kept, in words.
    pub(super) lost: Option<String>,
    /// The memory of what was found in the body.
    pub(super) share: Option<Share>,
}

impl Intake {
    /// For the body of this request, of which `keep` bytes may stay in memory.
    pub(super) fn new(request: &Request, keep: usize) -> Self {
        let is_form = request.value(b"content-type").is_some_and(|value| {
            value.get(..10).is_some_and(|begin| begin.eq_ignore_ascii_case(b"multipart/"))
        });
        Self {
            pass: Pass::of(request),
            keep,
            kind: if is_form { Kind::Form } else { Kind::Plain },
            len: 0,
            kept: Vec::new(),
            spool: None,
            reading: None,
            items: Vec::new(),
            share: None,
            lost: None,
            state: State::AtHand,
        }
    }

    /// How many bytes came.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Whether the body lies in a file.
    pub(super) fn is_in_a_file(&self) -> bool {
        self.spool.is_some()
    }

    /// Whether judging the body takes long: it has more than `many` chunks or messages.
    pub(super) fn has_more_items_than(&self, many: usize) -> bool {
        self.state == State::TooMany || self.items.len() >= many
    }

    /// Takes the next bytes; what goes beyond memory goes into a file of the spool.
    pub(super) fn take(&mut self, bytes: &[u8], spool: &Spool) {
        self.len += bytes.len() as u64;
        self.read(bytes, spool);
        if self.lost.is_some() {
            return;
        }
        let stays = self.spool.is_none() && self.kept.len() + bytes.len() <= self.keep;
        let written = match stays {
            true => {
                self.kept.extend_from_slice(bytes);
                Ok(())
            }
            false => self.spool(bytes, spool),
        };
        if let Err(error) = written {
            // A disk that is full loses the body, not the verdict: the bytes were hashed.
            (self.kept, self.spool) = (Vec::new(), None);
            self.lost = Some(format!("the body was not kept: {error}"));
        }
    }

    fn read(&mut self, bytes: &[u8], spool: &Spool) {
        if self.state == State::TooMany {
            return;
        }
        let (pass, items, share) = (self.pass, &mut self.items, &mut self.share);
        let reading = self.reading.get_or_insert_with(|| Box::new(Reading::new(pass)));
        let mut state = State::AtHand;
        reading.feed(bytes, &mut |item| {
            let step = (STEP * size_of::<Item>()) as u64;
            let must_grow = items.len() % STEP == 0;
            if items.len() == ITEMS || must_grow && !share.get_or_insert_with(|| spool.items()).grow(step) {
                // One slice may hold thousands; what was found so far goes below.
                state = State::TooMany;
            }
            if state == State::AtHand {
                items.push(item);
            }
        });
        if state == State::TooMany {
            self.state = state;
            (self.items, self.share, self.reading) = (Vec::new(), None, None);
        }
    }

    fn spool(&mut self, bytes: &[u8], spool: &Spool) -> std::io::Result<()> {
        let file = match &mut self.spool {
            Some(file) => file,
            None => {
                let mut file = spool.file()?;
                file.write(&self.kept)?;
                match self.kind {
                    Kind::Form => self.kept.truncate(FIELDS),
                    Kind::Plain => self.kept = Vec::new(),
                }
                self.spool.insert(file)
            }
        };
        if self.kind == Kind::Form {
            let room = FIELDS.saturating_sub(self.kept.len()).min(bytes.len());
            self.kept.extend_from_slice(&bytes[..room]);
        }
        file.write(bytes)
    }

    /// Ends the body.
    pub(super) fn finish(self) -> Taken {
        let Self { pass, len, mut kept, spool, reading, mut items, share, mut lost, state, .. } = self;
        kept.shrink_to_fit();
        let body = match (spool, &lost) {
            (Some(spool), None) => {
                let file = spool.finish();
                let path = file.path().to_owned();
                Body::kept_file(path, len, Arc::new(file)).beginning_with(kept)
            }
            (None, None) => Body::from(kept),
            (_, Some(_)) => Body::pipe(len),
        };
        match (state, reading) {
            (State::AtHand, Some(reading)) => {
                let end = reading.finish(&mut |item| items.push(item));
                body.set_found(pass, Found { items, end });
            }
            (State::AtHand, None) => {}
            (State::TooMany, _) => {
                let words = " and its chunks, which are too many for memory, were not checked";
                lost = lost.map(|lost| lost + words);
            }
        }
        Taken { body, lost, share }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::canon::payload::{self, Hashing};
    use crate::request::http;

    fn request(more: &str) -> Request {
        http::read_wire_head(format!("PUT /k HTTP/1.1\r\nHost: h\r\n{more}\r\n").as_bytes()).unwrap()
    }

    fn taken(request: &Request, keep: usize, folder: &Path, pieces: &[&[u8]]) -> Taken {
        let spool = Spool::new(folder, u64::MAX);
        let mut intake = Intake::new(request, keep);
        pieces.iter().for_each(|piece| intake.take(piece, &spool));
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
        let Taken { body, lost, .. } = taken(&request, 1, Path::new("/nowhere/at/all"), &[b"ab", b"c"]);
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

    #[test]
    fn a_form_obeys_the_limit_and_its_fields_stay_at_hand() {
        let folder = tempfile::tempdir().unwrap();
        let request = request("Content-Type: Multipart/form-data; boundary=x\r\n");
        let (fields, file) = ([b'f'; 1000], vec![b'x'; FIELDS]);
        let body = taken(&request, 2000, folder.path(), &[&fields, &file]).body;
        let path = body.path().expect("a file");
        assert_eq!(std::fs::read(path).unwrap(), [&fields[..], &file].concat());
        assert_eq!(*body.slice(0..5000), [&fields[..], &file[..4000]].concat()[..]);
        assert_eq!(body.slice(0..usize::MAX).len(), FIELDS);
    }

    #[test]
    fn more_chunks_than_memory_has_room_for_are_left_to_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let request = request("x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n");
        let spool = Spool::new(folder.path(), u64::MAX);
        let mut others = spool.items();
        let chunks = b"1\r\nx\r\n".repeat(1000);
        let mut enough = Intake::new(&request, 1 << 20);
        enough.take(&chunks, &spool);
        assert!(enough.has_more_items_than(1000) && !enough.has_more_items_than(3000));
        assert!(enough.finish().body.found(Pass::of(&request)).is_some());
        while others.grow(1 << 10) {}
        let mut crowded = Intake::new(&request, 1 << 20);
        crowded.take(&chunks, &spool);
        assert!(crowded.has_more_items_than(usize::MAX));
        let taken = crowded.finish();
        assert!(taken.body.found(Pass::of(&request)).is_none());
        assert_eq!((taken.body.len(), taken.lost), (chunks.len() as u64, None));
    }
}
