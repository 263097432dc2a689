//! The body of an input, put together from the files that the input names.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::INPUT_LIMIT;
use crate::case::{BodyPiece, Case, Files};
use crate::files::{self, Open};
use crate::host::Failure;
use crate::request::{Body, Notice};
use crate::visible;

/// A body that stays in its file may be as long as the largest that any service takes in one request: 5 GiB, of S3.
const BODY_LIMIT: u64 = 5 << 30;

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

pub(super) fn no_body(path: &Path, error: &std::io::Error) -> Failure {
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
