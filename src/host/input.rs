//! The input: read, recognised, its body put together from files, analysed.

use std::io::{IsTerminal as _, Read, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::Failure;
use super::pipe::{self, Rest};
use crate::analysis::{Analysis, Pending, Session};
use crate::canon::payload::Hashing;
use crate::case::har::{self, Entry};
use crate::case::{self, BodyPiece, Case, Files};
use crate::evidence::{self, Piece};
use crate::files::{self, Open};
use crate::frames::pass::{Found, Pass, Reading};
use crate::machine;
use crate::request::{Body, Notice, ReadError};
use crate::samples;
use crate::scheme::Memo;
use crate::trace::Trace;
use crate::visible;

/// Inputs above this are refused: a body this large belongs in a file of its own (`< body.bin` in a `.http` file).
const INPUT_LIMIT: u64 = 256 << 20;

/// A body that stays in its file may be as long as the largest that any service takes in one request: 5 GiB, of S3.
const BODY_LIMIT: u64 = 5 << 30;

/// Longer inputs are not kept where once is enough.
const KEPT: u64 = 4 << 20;

/// A session, and what the user should know about how it came to be.
pub(crate) struct Opened {
    pub(crate) session: Session,
    pub(crate) notices: Vec<Notice>,
    /// Every request of an archive.
    #[cfg_attr(not(feature = "tui"), allow(dead_code, reason = "only the terminal program asks for it"))]
    pub(crate) entries: Vec<Entry>,
    /// What of a long body is still to be read.
    pub(crate) rest: Option<Rest>,
}

/// What becomes of an input whose body is too long to be kept.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Long {
    /// It is refused: the body is needed more than once.
    Refused,
    /// Its body goes by once.
    PassesBy,
}

/// What of an input is taken.
pub(crate) struct Takes {
    /// Which entry of an archive is wanted.
    pub(crate) entry: Option<usize>,
    /// What becomes of a long body.
    pub(crate) long: Long,
    /// What the options say of files that it names.
    pub(crate) files: Files,
    /// What is made of a text that holds no request.
    pub(crate) alone: fn(&[u8]) -> Option<Case>,
}

impl Default for Takes {
    fn default() -> Self {
        Self { entry: None, long: Long::Refused, files: Files::Refused, alone: |_| None }
    }
}

/// Opens a sample, where nothing was asked for.
#[cfg(feature = "tui")]
pub(crate) fn open_sample(name: &str, notices: Vec<Notice>) -> Result<Opened, Failure> {
    let case = read_case(name)?;
    let mut session = Session::new(case.request);
    session.name = name.to_owned();
    session.settings = case.settings;
    Ok(Opened { session, notices, entries: Vec::new(), rest: None })
}

/// Reads the case that an input holds, its body in place.
#[cfg_attr(not(feature = "tui"), allow(dead_code, reason = "only the terminal program asks for it"))]
pub(crate) fn read_case(name: &str) -> Result<Case, Failure> {
    read_long_case(name, &Takes::default()).map(|(case, _)| case)
}

/// Reads the case that an input holds; what is left of a long body is given back. A file that the user named may name others.
pub(crate) fn read_long_case(name: &str, takes: &Takes) -> Result<(Case, Option<Rest>), Failure> {
    let Input { mut text, mut more, folder, files: own } = read_input(name)?;
    if let (Some(from), Long::PassesBy) = (more.take_if(|_| takes.long == Long::PassesBy), takes.long) {
        match pipe::split(text, from, name) {
            Ok((case, rest)) => return Ok((case, Some(rest))),
            Err((begin, from)) => (text, more) = (begin, Some(from)),
        }
    }
    if let Some(mut from) = more {
        let left = INPUT_LIMIT + 1 - text.len() as u64;
        from.by_ref().take(left).read_to_end(&mut text).map_err(|error| cannot_read(name, &error))?;
        text = limited(text, name)?;
    }
    let case = case::open(&text).or_else(|error| (takes.alone)(&text).ok_or(error));
    let mut case = chosen(case.map_err(|error| unreadable(name, &error))?, takes.entry, name)?;
    let files = if takes.files == Files::Allowed { Files::Allowed } else { own };
    load_files(&mut case, &folder, files)?;
    Ok((case, None))
}

/// The entry of an archive that was asked for, by its number from one.
fn chosen(case: Case, entry: Option<usize>, name: &str) -> Result<Case, Failure> {
    let Some(number) = entry else { return Ok(case) };
    let count = case.entries.len();
    if count == 0 {
        return Err(Failure::new(format!(
            "--entry: expected a HAR file, but found {}: {name}",
            case.format.name()
        )));
    }
    if !(1..=count).contains(&number) {
        return Err(Failure::new(format!(
            "--entry: expected a number from 1 to {count}, but found {number}: {name}"
        )));
    }
    Ok(har::case(case.entries, number - 1))
}

fn unreadable(name: &str, error: &ReadError) -> Failure {
    let failure = Failure::new(format!("{name}: {error}"));
    match error.hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// The first bytes of an input, where the others come from, the folder that paths in it are relative to, and whether it may name
/// files at all.
struct Input {
    text: Vec<u8>,
    more: Option<Box<dyn Read>>,
    folder: PathBuf,
    files: Files,
}

fn read_input(name: &str) -> Result<Input, Failure> {
    if name == "-" {
        return begin(Box::new(std::io::stdin()), name, PathBuf::new(), Files::Refused);
    }
    let path = Path::new(name);
    match files::open(path, Open::FilesAndPipes) {
        Ok(file) => {
            let is_file = file.metadata().is_ok_and(|meta| meta.is_file());
            let files = if is_file { Files::Allowed } else { Files::Refused };
            begin(Box::new(file), name, path.parent().unwrap_or(path).to_owned(), files)
        }
        Err(_) if path.is_dir() => Err(Failure::new(format!("{name} is a directory; pass a file"))),
        Err(error) if path.exists() => Err(cannot_read(name, &error)),
        Err(error) => match samples::named(name) {
            Some(sample) => {
                let (text, folder) = (sample.text.to_vec(), PathBuf::new());
                Ok(Input { text, more: None, folder, files: Files::Refused })
            }
            None => {
                let failure =
                    Failure::new(format!("expected a file or a sample, but found neither: {name} ({error})"));
                Err(failure.hint("`countersign samples` lists the samples"))
            }
        },
    }
}

fn begin(mut from: Box<dyn Read>, name: &str, folder: PathBuf, files: Files) -> Result<Input, Failure> {
    let mut text = Vec::new();
    from.by_ref().take(KEPT).read_to_end(&mut text).map_err(|error| cannot_read(name, &error))?;
    let more = (text.len() as u64 == KEPT).then_some(from);
    Ok(Input { text, more, folder, files })
}

fn cannot_read(name: &str, error: &std::io::Error) -> Failure {
    let what = if name == "-" { "standard input" } else { name };
    Failure::new(format!("cannot read {what}: {error}"))
}

fn limited(text: Vec<u8>, name: &str) -> Result<Vec<u8>, Failure> {
    if text.len() as u64 > INPUT_LIMIT {
        let failure = Failure::new(format!("expected an input of at most 256 MiB, but found more: {name}"));
        return Err(failure
            .hint("keep the body in a file of its own: `< body.bin` after the headers of a .http file"));
    }
    Ok(text)
}

/// The evidence in a file, or in standard input.
pub(crate) fn read_evidence(name: &str) -> Result<Vec<Piece>, Failure> {
    let mut text = Vec::new();
    let read = match name {
        "-" => std::io::stdin().take(INPUT_LIMIT).read_to_end(&mut text).map(|_| text),
        name => files::read(Path::new(name), INPUT_LIMIT, Open::FilesAndPipes),
    };
    let text = read.map_err(|error| cannot_read(name, &error))?;
    evidence::read(&text).map_err(|error| Failure::new(format!("{name}: {error}")).hint(EVIDENCE_HINT))
}

const EVIDENCE_HINT: &str =
    "paste the whole body of the error, or the log from the line that announces the canonical request";

/// Puts a body together from the files that the input names, relative to `folder`, and notes each that was read.
///
/// # Errors
///
/// When files are named but refused, and nobody at a terminal says yes; when one is not a regular file, too long, or cannot be read.
pub(crate) fn load_files(case: &mut Case, folder: &Path, files: Files) -> Result<(), Failure> {
    let named: Vec<PathBuf> = case.files().into_iter().map(Path::to_owned).collect();
    if named.is_empty() {
        return Ok(());
    }
    if files == Files::Refused && !is_wanted(&named) {
        return Err(not_read(&named));
    }
    let pieces = std::mem::take(&mut case.body_pieces);
    case.request.body = match &pieces[..] {
        [BodyPiece::File(path)] => file_body(&folder.join(path))?,
        pieces => {
            let mut bytes = Vec::new();
            for piece in pieces {
                push_piece(&mut bytes, piece, folder)?;
            }
            Body::put_together(bytes, &named.iter().map(PathBuf::as_path).collect::<Vec<_>>())
        }
    };
    let told = named.iter().map(|path| Notice(format!("The body was read from the file {}.", shown(path))));
    case.notices.extend(told);
    Ok(())
}

/// A path as it may stand in a sentence.
fn shown(path: &Path) -> String {
    visible::one_line(path.to_string_lossy().as_bytes())
}

fn not_read(named: &[PathBuf]) -> Failure {
    let names: Vec<String> = named.iter().map(|path| shown(path)).collect();
    Failure::new(format!(
        "the input names {}, and no file is read for an input from a pipe",
        names.join(", ")
    ))
    .hint("look whether the file may be read, then give --allow-files, or save the input to a file")
}

/// Asks at the terminal, where there is one, whether files are to be read: standard input is taken by the request.
fn is_wanted(named: &[PathBuf]) -> bool {
    let Ok(terminal) = std::fs::OpenOptions::new().read(true).write(true).open("/dev/tty") else {
        return false;
    };
    let names: Vec<String> = named.iter().map(|path| shown(path)).collect();
    let question = format!("The input names {}. Read it for the body? [y/N] ", names.join(", "));
    if !std::io::stderr().is_terminal() || (&terminal).write_all(question.as_bytes()).is_err() {
        return false;
    }
    let mut answer = [0; 16];
    let len = (&terminal).read(&mut answer).unwrap_or_default();
    matches!(answer[..len].trim_ascii(), b"y" | b"Y" | b"yes")
}

fn push_piece(bytes: &mut Vec<u8>, piece: &BodyPiece, folder: &Path) -> Result<(), Failure> {
    let left = INPUT_LIMIT.saturating_sub(bytes.len() as u64);
    let read = |path: &Path| {
        let path = folder.join(path);
        files::read(&path, left, Open::FilesOnly).map_err(|error| match error.kind() {
            std::io::ErrorKind::FileTooLarge => too_long(&path, INPUT_LIMIT),
            _ => no_body(&path, &error),
        })
    };
    match piece {
        BodyPiece::Text(text) => bytes.extend_from_slice(text),
        BodyPiece::File(path) => bytes.extend(read(path)?),
        BodyPiece::FileWithoutLineBreaks(path) => {
            bytes.extend(read(path)?.into_iter().filter(|b| !matches!(b, b'\r' | b'\n' | 0)));
        }
    }
    Ok(())
}

fn no_body(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot read the body from {}: {error}", shown(path)))
}

fn too_long(path: &Path, most: u64) -> Failure {
    let (path, most) = (shown(path), files::size(most));
    Failure::new(format!("expected a body of at most {most}, but found more: {path}"))
}

/// A body that stays in its file: only its digest and length are kept.
fn file_body(path: &Path) -> Result<Body, Failure> {
    let file = files::open(path, Open::FilesOnly).map_err(|error| no_body(path, &error))?;
    let len = file.metadata().map_err(|error| no_body(path, &error))?.len();
    if len > BODY_LIMIT {
        return Err(too_long(path, BODY_LIMIT));
    }
    // A case that is saved elsewhere must still find it.
    Ok(Body::file(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()), len))
}

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
