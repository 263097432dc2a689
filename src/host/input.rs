//! The input: read and recognised; `body` puts its body together from files, `pass` goes over it for the analysis.

mod body;
mod pass;

use std::io::Read;
use std::path::{Path, PathBuf};

use super::Failure;
use super::pipe::{self, Rest};
use crate::analysis::Session;
use crate::case::har::{self, Entry};
use crate::case::{self, Case, Files};
use crate::evidence::{self, Piece};
use crate::files::{self, Open};
use crate::request::{Notice, ReadError};
use crate::samples;

pub(crate) use body::load_files;
#[cfg(feature = "tui")]
pub(crate) use pass::read_body;
pub(crate) use pass::{analyse, analyse_opened, each_piece, read_pieces};

/// Inputs above this are refused: a body this large belongs in a file of its own (`< body.bin` in a `.http` file).
const INPUT_LIMIT: u64 = 256 << 20;

/// Longer inputs are not kept where once is enough.
const KEPT: u64 = 4 << 20;

/// A session, and what the user should know about how it came to be.
pub(crate) struct Opened {
    pub(crate) session: Session,
    pub(crate) notices: Vec<Notice>,
    /// Every request of an archive.
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
    /// How it is read.
    pub(crate) open: fn(&[u8]) -> Result<Case, ReadError>,
}

impl Default for Takes {
    fn default() -> Self {
        Self { entry: None, long: Long::Refused, files: Files::Refused, open: case::open }
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
    let case = (takes.open)(&text);
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
