//! A tape in a folder: an index of one JSON line for each capture, and the raw requests beside it, without secrets.
//!
//! ```text
//! tape.jsonl             the lines of `--headless`, each with the name of its file
//! 000001.http            request line, headers and body as they came
//! 000001-answer.txt      the body of what upstream answered
//! ```
//!
//! Values that are credentials (session tokens, cookies, keys) are replaced; such a request cannot be verified any more, so
//! what it came to is taken from the index.

mod load;

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::KeyStore;
use super::capture::{Capture, target_of};
use super::line::{self, Searched};
use crate::machine::new_file;
use crate::report::{Reveal, redact};
use crate::visible;

pub use load::load;

const INDEX: &str = "tape.jsonl";

/// A tape that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder holds a tape already.
    #[error("expected a folder without a tape, but found {INDEX} in {0}")]
    Taken(String),
    /// It cannot be written.
    #[error("expected to write {0}, but found {1}")]
    Unwritable(String, io::Error),
    /// There is no tape.
    #[error("expected a folder with {INDEX}, but found {1}: {0}")]
    NoTape(String, io::Error),
    /// The index holds something else.
    #[error("expected the line of a capture, but found something else in line {1} of {0}")]
    Line(String, usize),
    /// A file that the index names is missing.
    #[error("expected {0}, which the index names, but found {1}")]
    Missing(String, io::Error),
}

/// A folder that a tape is written to.
pub struct Folder {
    path: PathBuf,
    index: File,
    /// How long the index is, up to its last whole line.
    len: u64,
    /// Whose secrets are left out.
    keys: KeyStore,
}

impl Folder {
    /// Begins a tape in a folder, which is made where it is not there.
    ///
    /// # Errors
    ///
    /// When the folder holds a tape, or cannot be written.
    pub fn begin(path: &Path) -> Result<Self, FolderError> {
        let shown = || path.display().to_string();
        let unwritable = |error| FolderError::Unwritable(shown(), error);
        std::fs::create_dir_all(path).map_err(unwritable)?;
        match new_file(&path.join(INDEX)) {
            Ok(index) => Ok(Self { path: path.to_owned(), index, len: 0, keys: KeyStore::default() }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(FolderError::Taken(shown())),
            Err(error) => Err(unwritable(error)),
        }
    }

    /// The same, which leaves the secrets of these pairs out, be it that a client repeats its own.
    #[must_use]
    pub fn without(self, keys: KeyStore) -> Self {
        Self { keys, ..self }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a capture: its files first, so that the index names none that is missing. A disk that is full takes all of it or
    /// nothing, and the next capture may be smaller.
    ///
    /// # Errors
    ///
    /// When a file cannot be written; then nothing of the capture is left behind.
    pub fn write(&mut self, capture: &Capture, searched: Option<&Searched>) -> Result<(), FolderError> {
        let file = format!("{:06}.http", capture.number);
        let answer = capture.answer.as_ref().filter(|answer| !answer.body.is_empty());
        let answer_file = answer.map(|_| format!("{:06}-answer.txt", capture.number));
        let mut line = line::json(capture, searched);
        line["file"] = file.clone().into();
        line["answer_file"] = answer_file.clone().into();
        let mut files = Files { folder: &self.path, made: Vec::new() };
        let mut write = || {
            files.make(&file, |to| write_request(to, capture, &self.keys))?;
            if let (Some(answer), Some(name)) = (answer, &answer_file) {
                let text = redact::lines(&answer.body, Reveal::Nothing);
                files.make(name, |to| to.write_all(text.as_bytes()))?;
            }
            let line = line.to_string();
            let line = visible::json(&line) + "\n";
            self.index.write_all(&self.keys.left_out(line.into_owned().into_bytes()))
        };
        match write() {
            Ok(()) => {
                files.made.clear();
                self.len = self.index.stream_position().unwrap_or(self.len);
                Ok(())
            }
            Err(error) => {
                drop(files);
                // Half a line would make the whole tape unreadable.
                let _ =
                    self.index.set_len(self.len).and_then(|()| self.index.seek(SeekFrom::Start(self.len)));
                Err(FolderError::Unwritable(self.path.join(&file).display().to_string(), error))
            }
        }
    }
}

/// The files of one capture; those that were made go again unless they are let go.
struct Files<'a> {
    folder: &'a Path,
    made: Vec<PathBuf>,
}

impl Files<'_> {
    /// Writes a file under another name first: nobody finds half of one, however this program ends.
    fn make(&mut self, name: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        let (path, part) = (self.folder.join(name), self.folder.join(format!("{name}.part")));
        if path.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let mut file = new_file(&part)?;
        let written = write(&mut file).and_then(|()| std::fs::rename(&part, &path));
        match written {
            Ok(()) => self.made.push(path),
            Err(_) => drop(std::fs::remove_file(&part)),
        }
        written
    }
}

impl Drop for Files<'_> {
    fn drop(&mut self) {
        self.made.iter().for_each(|path| drop(std::fs::remove_file(path)));
    }
}

fn write_request(file: &mut File, capture: &Capture, keys: &KeyStore) -> io::Result<()> {
    file.write_all(&keys.left_out(without_credentials(&capture.head)))?;
    match (capture.body.path(), capture.request()) {
        (Some(path), _) => redact::copy(&mut File::open(path)?, file),
        (None, Some(request)) => file.write_all(&keys.left_out(redact::saved_body(&request))),
        (None, None) => redact::copy(&mut &*capture.body.bytes(), file),
    }
}

/// A head with every value replaced that is a credential, one that is folded to several lines as well; all else as it came.
fn without_credentials(head: &[u8]) -> Vec<u8> {
    let first = memchr::memchr(b'\n', head).map_or(head.len(), |end| end + 1);
    let line = head[..first].trim_ascii_end();
    let target = target_of(line);
    let words = |text: &[u8]| redact::line(text, Reveal::Nothing);
    let mut out = words(&line[..target.start]);
    let shown = redact::target_in_head(&line[target.clone()], head, Reveal::Nothing);
    out.extend(if redact::holds_placeholder(&shown) { shown } else { words(&shown) });
    out.extend(words(&line[target.end..]));
    out.extend_from_slice(&head[line.len()..first]);
    let mut at = first;
    while at < head.len() {
        let field = &head[at..end_of_field(head, at)];
        let colon = memchr::memchr(b':', field).map_or(0, |colon| colon + 1);
        let gap = colon + (field.len() - colon - field[colon..].trim_ascii_start().len());
        let end = field.trim_ascii_end().len().max(gap);
        out.extend_from_slice(&field[..gap]);
        out.extend(redact::named(&field[..colon.saturating_sub(1)], &field[gap..end], Reveal::Nothing));
        out.extend_from_slice(&field[end..]);
        at += field.len();
    }
    out
}

/// Where the field that begins at `at` ends, with the lines that it is folded to.
fn end_of_field(head: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        end += memchr::memchr(b'\n', &head[end..]).map_or(head.len() - end, |len| len + 1);
        if !matches!(head.get(end), Some(b' ' | b'\t')) {
            return end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use super::super::capture::tests::capture;

    use crate::gateway::Numbers;
    use crate::gateway::capture::{Outcome, Refusal, Stop};
    use crate::verify::CheckId;

    #[test]
    fn a_password_is_a_credential_and_a_signature_is_none() {
        let head = b"GET / HTTP/1.1\r\nAuthorization: Basic aHVudGVyMg==\r\nauthorization:AWS4-HMAC-SHA256 Signature=00\r\nCookie: a=b\r\n\r\n";
        let expected = "GET / HTTP/1.1\r\nAuthorization: Basic [hidden, 12 bytes]\r\nauthorization:AWS4-HMAC-SHA256 Signature=00\r\nCookie: [hidden, 3 bytes]\r\n\r\n";
        assert_eq!(String::from_utf8_lossy(&without_credentials(head)), expected);
    }

    const HEAD: &str = "PUT /k?a=b&X-Amz-Security-Token=hunter2 HTTP/1.1\r\nHOST:  h\r\nx-amz-security-token: hunter2\r\n\r\n";

    #[test]
    fn a_tape_comes_back_as_it_was_but_for_credentials() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tape");
        let detail = "expected a, but found b".to_owned();
        let mismatch = Outcome::Mismatch(Refusal { check: Stop::Check(CheckId::Signature), detail });
        let first = capture(3, HEAD, b"\r\nbody\xff", mismatch.clone());
        let second = Capture {
            replay_of: Some(3),
            ..capture(4, "no request", b"", Outcome::Unreadable("why".into()))
        };
        let mut out = Folder::begin(&path).unwrap();
        out.write(&first, None).unwrap();
        out.write(&second, None).unwrap();
        for entry in std::fs::read_dir(&path).unwrap() {
            let text = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!String::from_utf8_lossy(&text).contains("hunter2"));
        }
        let numbers = Numbers::default();
        for _ in 0..10 {
            numbers.next();
        }
        let loaded = load(&path, &numbers).unwrap();
        assert_eq!((loaded[0].number, &loaded[0].outcome), (11, &mismatch));
        let expected = "PUT /k?a=b&X-Amz-Security-Token=[hidden, 7 bytes] HTTP/1.1\r\nHOST:  h\r\nx-amz-security-token: [hidden, 7 bytes]\r\n\r\n";
        assert_eq!(String::from_utf8_lossy(&loaded[0].head), expected);
        assert_eq!(*loaded[0].body.bytes(), b"\r\nbody\xff"[..]);
        assert_eq!((&*loaded[1].head, &loaded[1].outcome), (&b"no request"[..], &second.outcome));
        assert_eq!((loaded[1].number, loaded[1].replay_of), (12, Some(11)));
        assert_eq!(numbers.next(), 13, "what arrives later has a number of its own");
        assert_eq!((loaded[0].at, loaded[0].took, loaded[0].client), (first.at, first.took, first.client));
        assert!(matches!(Folder::begin(&path), Err(FolderError::Taken(_))));
    }

    #[test]
    fn what_is_no_tape_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(load(folder.path(), &Numbers::default()), Err(FolderError::NoTape(..))));
        let index = folder.path().join(INDEX);
        std::fs::write(&index, "{\"number\":1,\"file\":\"../../etc/passwd\"}\n").unwrap();
        assert!(matches!(load(folder.path(), &Numbers::default()), Err(FolderError::Line(_, 1))));
        std::fs::write(&index, "\nnonsense\n").unwrap();
        assert!(matches!(load(folder.path(), &Numbers::default()), Err(FolderError::Line(_, 2))));
        std::fs::write(&index, "{\"number\":1,\"file\":\"1.http\"}\n").unwrap();
        assert!(matches!(load(folder.path(), &Numbers::default()), Err(FolderError::Missing(..))));
    }

    #[test]
    fn absurd_numbers_of_an_index_are_cut_to_what_can_be() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("1.http"), HEAD).unwrap();
        for (took, expected) in [
            ("1e300", Duration::from_secs(86_400)),
            ("-1e300", Duration::ZERO),
            ("1.5", Duration::from_micros(1500)),
        ] {
            let line = format!(
                "{{\"number\":18446744073709551615,\"time\":\"2026-01-15T09:30:00Z\",\"wire\":\"http\",\"verdict\":\"match\",\"status\":1e300,\"took_ms\":{took},\"replay_of\":-1,\"file\":\"1.http\"}}\n"
            );
            std::fs::write(folder.path().join(INDEX), line).unwrap();
            assert_eq!(load(folder.path(), &Numbers::default()).unwrap()[0].took, expected, "{took}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
        std::fs::write(outside.path(), HEAD).unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("1.http")).unwrap();
        let line = "{\"number\":1,\"time\":\"2026-01-15T09:30:00Z\",\"wire\":\"http\",\"verdict\":\"match\",\"took_ms\":1,\"file\":\"1.http\"}\n";
        std::fs::write(folder.path().join(INDEX), line).unwrap();
        let error = load(folder.path(), &Numbers::default()).err().unwrap();
        assert!(error.to_string().ends_with("but found a link that leads out of the folder"), "{error}");
        std::fs::remove_file(folder.path().join(INDEX)).unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join(INDEX)).unwrap();
        assert!(matches!(load(folder.path(), &Numbers::default()), Err(FolderError::NoTape(..))));
    }
}
