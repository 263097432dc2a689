//! A tape read from its folder.

use std::io;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{FolderError, INDEX};
use crate::files::{self, Open};
use crate::gateway::Numbers;
use crate::gateway::capture::{Answered, By, Capture, Outcome, Refusal, Stop, Wire};
use crate::gateway::split::{Framing, Receiver, Splitter};
use crate::request::{Body, http};

/// Files in a folder may have so many bytes: they are held in memory.
const FILE: u64 = 1 << 30;

/// Heads in a folder may have so many bytes.
const HEAD: usize = 1 << 20;

/// Reads a tape; its captures get new numbers.
///
/// # Errors
///
/// When there is none, or it was damaged.
pub fn load(path: &Path, numbers: &Numbers) -> Result<Vec<Capture>, FolderError> {
    let shown = path.display().to_string();
    let index = read_own(path, INDEX).map_err(|error| FolderError::NoTape(shown.clone(), error))?;
    let index = String::from_utf8_lossy(&index);
    let mut captures: Vec<Capture> = Vec::new();
    let mut renumbered = std::collections::HashMap::new();
    for (at, line) in index.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        let damaged = || FolderError::Line(path.join(INDEX).display().to_string(), at + 1);
        let line: Value = serde_json::from_str(line).map_err(|_| damaged())?;
        let number = numbers.next();
        renumbered.insert(line["number"].as_u64(), number);
        let name = line["file"].as_str().filter(|name| is_own(name)).ok_or_else(damaged)?;
        let bytes = read(path, name)?;
        let answer = line["answer_file"].as_str().filter(|name| is_own(name));
        let answer = answer.map(|name| read(path, name)).transpose()?;
        let mut capture = capture(&line, number, &bytes, answer).ok_or_else(damaged)?;
        // What it repeats has a new number too, if it is on this tape.
        capture.replay_of =
            line["replay_of"].as_u64().and_then(|first| renumbered.get(&Some(first)).copied());
        captures.push(capture);
    }
    Ok(captures)
}

/// Whether a name is one that [`Folder::write`](super::Folder::write) gives: an index from elsewhere must not name other files.
fn is_own(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit()) && !name.contains(['/', '\\'])
}

fn read(path: &Path, name: &str) -> Result<Vec<u8>, FolderError> {
    read_own(path, name).map_err(|error| FolderError::Missing(path.join(name).display().to_string(), error))
}

/// A file of the folder: a tape from elsewhere may hold a link that leads to a file of this machine.
fn read_own(folder: &Path, name: &str) -> io::Result<Vec<u8>> {
    let path = folder.join(name);
    if !std::fs::canonicalize(&path)?.starts_with(std::fs::canonicalize(folder)?) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a link that leads out of the folder"));
    }
    files::read(&path, FILE, Open::FilesOnly)
}

/// The longest time between a request and its answer that is believed: a day.
const LONGEST: f64 = 86_400.0;

/// A time in milliseconds as it stands in the index, where any number may stand.
fn duration(milliseconds: f64) -> Duration {
    Duration::try_from_secs_f64((milliseconds / 1000.0).clamp(0.0, LONGEST)).unwrap_or_default()
}

fn capture(line: &Value, number: u64, bytes: &[u8], answer: Option<Vec<u8>>) -> Option<Capture> {
    let text = |name: &str| line[name].as_str().map(str::to_owned);
    let (head, body) = parts(bytes);
    let by = if line["answered_by"] == "upstream" { By::Upstream } else { By::Gateway };
    let status = line["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    Some(Capture {
        number,
        at: DateTime::parse_from_rfc3339(line["time"].as_str()?).ok()?.with_timezone(&Utc),
        took: duration(line["took_ms"].as_f64()?),
        client: text("client").and_then(|client| client.parse().ok()),
        server: None,
        wire: Wire::named(line["wire"].as_str()?)?,
        head,
        body: Body::from(body),
        outcome: outcome(line)?,
        replay_of: None,
        answer: status.map(|status| Answered { status, by, body: answer.unwrap_or_default() }),
        lost: text("lost"),
    })
}

fn outcome(line: &Value) -> Option<Outcome> {
    let detail = || line["detail"].as_str().unwrap_or_default().to_owned();
    let refusal = || Some(Refusal { check: Stop::named(line["check"].as_str()?)?, detail: detail() });
    match line["verdict"].as_str()? {
        "match" => Some(Outcome::Match),
        "mismatch" => refusal().map(Outcome::Mismatch),
        "rejected" => refusal().map(Outcome::Rejected),
        "unreadable" => Some(Outcome::Unreadable(detail())),
        "preflight" => Some(Outcome::Preflight),
        _ => None,
    }
}

/// Head and body of a file; a head that is not whole is all of it.
fn parts(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    #[derive(Default)]
    struct First(Option<Vec<u8>>);
    impl Receiver for First {
        fn head(&mut self, head: Vec<u8>) -> Framing {
            self.0.get_or_insert(head);
            // What follows is the body, whatever its headers say.
            Framing::Unknown
        }
        fn body(&mut self, _: &[u8]) {}
        fn end(&mut self) {}
    }
    let mut first = First::default();
    Splitter::new(HEAD).feed(bytes, &mut first);
    let head = first.0.filter(|head| http::read_wire_head(head).is_ok());
    let head = head.unwrap_or_else(|| bytes.to_vec());
    let body = bytes.strip_prefix(&head[..]).unwrap_or_default().to_vec();
    (head, body)
}
