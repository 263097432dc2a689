//! What the program does with files: reading what was named, writing what is saved, and the editor's own.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::effect::Purpose;
use super::event::Loaded;
use super::model::Model;
use crate::case::{BodyPiece, Case, Files};
use crate::files::{self, Open};
use crate::gateway::folder::{Folder, FolderError};
use crate::gateway::{Capture, KeyStore};
use crate::host::input;
use crate::machine::new_file;
use crate::request::{Body, Notice};
use crate::rope::Rope;

/// Longer evidence is refused: no log that matters is this long.
const EVIDENCE_LIMIT: u64 = 256 << 20;

/// Reads a file for a purpose; why not, in words.
pub(crate) fn load(path: &Path, purpose: Purpose) -> Result<Loaded, String> {
    let unreadable = |error: io::Error| format!("expected a file, but found {error}: {}", path.display());
    match purpose {
        Purpose::Request => {
            // The program waits for it: nothing is opened that may never end, nor the keyboard itself.
            match std::fs::metadata(path) {
                Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
                    return Err(format!("{} is not a regular file", path.display()));
                }
                Err(error) if path == Path::new("-") => return Err(format!("cannot read -: {error}")),
                Ok(_) | Err(_) => {}
            }
            let case = input::read_case(&path.to_string_lossy()).map_err(|failure| failure.message)?;
            Ok(Loaded::Case(Box::new(case)))
        }
        Purpose::Evidence => {
            let read = files::read(path, EVIDENCE_LIMIT, Open::FilesOnly);
            read.map(|text| Loaded::Text(text.trim_ascii_end().to_vec())).map_err(unreadable)
        }
        Purpose::Body => {
            let metadata = std::fs::metadata(path).map_err(unreadable)?;
            match metadata.is_file() {
                true => Ok(Loaded::Body(metadata.len())),
                false => Err(format!("expected a file, but found none: {}", path.display())),
            }
        }
    }
}

/// The files that a paste names, with their sizes; nothing is read.
pub(crate) fn look(pieces: &[BodyPiece]) -> Result<Vec<(PathBuf, u64)>, String> {
    let named = Case { body_pieces: pieces.to_vec(), ..Case::default() };
    let size = |path: &Path| {
        let file = files::open(path, Open::FilesOnly).and_then(|file| file.metadata());
        file.map(|file| (path.to_owned(), file.len())).map_err(|error| error.to_string())
    };
    named.files().into_iter().map(size).collect()
}

/// The body that the files make which a paste names, and a note of each.
pub(crate) fn read_named(pieces: Vec<BodyPiece>) -> Result<(Body, Vec<Notice>), String> {
    let mut case = Case { body_pieces: pieces, ..Case::default() };
    // A shell would take the names as relative to where it stands.
    input::load_files(&mut case, Path::new(""), Files::Allowed).map_err(|failure| failure.message)?;
    Ok((case.request.body, case.notices))
}

/// Writes a new file that only the user can read; one that is there already is left alone.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<String, String> {
    let written = new_file(path).and_then(|mut file| io::Write::write_all(&mut file, bytes));
    match written {
        Ok(()) => Ok(format!("Saved to {}; secrets and tokens were left out.", path.display())),
        Err(error) => Err(format!("Not saved to {}: {error}.", path.display())),
    }
}

/// Lets the user's editor change the body, and returns it; why not, in words.
pub(crate) fn edit_in_editor(rope: &Rope, model: &Model) -> Result<Vec<u8>, String> {
    let failed = |error: io::Error| format!("expected to edit the body in a file, but found {error}");
    let file = tempfile::Builder::new()
        .prefix("countersign-body-")
        .suffix(extension(model))
        .tempfile()
        .map_err(failed)?;
    std::fs::write(file.path(), rope.to_cow()).map_err(failed)?;
    let editor = editor_command::Editor::new()
        .map_err(|error| format!("expected an editor in $VISUAL or $EDITOR, but found none: {error}"))?;
    let status = editor.open(file.path()).status();
    let status = status.map_err(|error| format!("expected the editor to start, but found {error}"))?;
    if !status.success() {
        return Err(format!("The editor ended with {status}: the body is as it was."));
    }
    std::fs::read(file.path()).map_err(failed)
}

/// What an editor tells the language of the body by.
fn extension(model: &Model) -> &'static str {
    let content_type = model.session.request.value(b"content-type").unwrap_or_default();
    match () {
        () if memchr::memmem::find(content_type, b"json").is_some() => ".json",
        () if memchr::memmem::find(content_type, b"xml").is_some() => ".xml",
        () => ".txt",
    }
}

/// Writes a tape into a folder; what came of it.
pub(crate) fn save_tape(path: &Path, captures: &[Arc<Capture>], keys: KeyStore) -> Result<String, String> {
    let write = || -> Result<(), FolderError> {
        let mut folder = Folder::begin(path)?.without(keys);
        captures.iter().try_for_each(|capture| folder.write(capture, None))
    };
    match write() {
        Ok(()) => Ok(format!(
            "{} captures are in {}; secrets and tokens were left out.",
            captures.len(),
            path.display()
        )),
        Err(error) => Err(format!("Not saved: {error}.")),
    }
}
