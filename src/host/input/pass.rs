//! Passes over a body, at hand or in a file, and the analysis that asks for them.

use std::io::Read;
use std::ops::ControlFlow;

use super::Opened;
use super::body::no_body;
use crate::analysis::{Analysis, Pending, Session};
use crate::canon::payload::Hashing;
use crate::files::{self, Open};
use crate::frames::pass::{Found, Pass, Reading};
use crate::host::{Failure, pipe};
use crate::machine;
use crate::request::Body;
use crate::scheme::Memo;
use crate::trace::Trace;

/// Told the bytes done, it says whether the pass is still wanted.
pub(crate) type Progress<'a> = &'a mut dyn FnMut(u64) -> ControlFlow<()>;

/// Makes a pass over a body; `None` when `progress`, which is told the bytes done, breaks off.
///
/// Reading a file ahead in a second thread was measured to be slower: the pieces then travel from one core's cache to the
/// other's.
pub(crate) fn read_body(body: &Body, pass: Pass, progress: Progress<'_>) -> Result<Option<Found>, Failure> {
    let (mut reading, mut items, mut done) = (Reading::new(pass), Vec::new(), 0);
    let mut feed = |bytes: &[u8]| {
        reading.feed(bytes, &mut |item| items.push(item));
        done += bytes.len() as u64;
        progress(done)
    };
    if each_piece(body, &mut feed)?.is_break() {
        return Ok(None);
    }
    let end = reading.finish(&mut |item| items.push(item));
    Ok(Some(Found { items, end }))
}

/// Hands out the bytes of a body, at hand or in a file, a piece at a time.
pub(crate) fn each_piece(
    body: &Body,
    feed: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Failure> {
    match body.path() {
        Some(path) => {
            let read = files::open(path, Open::FilesOnly).and_then(|file| read_pieces(file, feed));
            read.map_err(|error| no_body(path, &error))
        }
        None => Ok(body.rope().map_or(ControlFlow::Continue(()), |rope| rope.chunks().try_for_each(feed))),
    }
}

/// Reads to the end, a piece at a time.
pub(crate) fn read_pieces(
    mut from: impl Read,
    feed: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> std::io::Result<ControlFlow<()>> {
    const PIECE: usize = 256 * 1024;
    let mut piece = vec![0; PIECE];
    loop {
        let len = match from.read(&mut piece) {
            Ok(0) => return Ok(ControlFlow::Continue(())),
            Ok(len) => len,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => 0,
            Err(error) => return Err(error),
        };
        if feed(&piece[..len]).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// Analyses at once, a body in a file included.
pub(crate) fn analyse(session: &Session) -> Result<Analysis, Failure> {
    let body = &session.request.body;
    let mut memo = Memo::default();
    let hashing = if body.path().is_some() { Hashing::UpTo(0) } else { Hashing::Now };
    let mut analyse = || Analysis::of(session, machine::clock(), hashing, &mut memo, Trace::default());
    let mut analysis = analyse();
    while let (Pending::Body(pass), Some(_)) = (analysis.pending, body.path()) {
        let found = read_body(body, pass, &mut |_| ControlFlow::Continue(()))?;
        found.into_iter().for_each(|found| body.set_found(pass, found));
        analysis = analyse();
    }
    Ok(analysis)
}

/// The same for an input whose body may still have to go by.
pub(crate) fn analyse_opened(opened: &mut Opened) -> Result<Analysis, Failure> {
    match opened.rest {
        Some(_) => pipe::analyse(opened),
        None => analyse(&opened.session),
    }
}
