//! What a gateway is started with, whoever starts it.

use std::path::PathBuf;

use tempfile::TempDir;

use super::folder::Folder;
use super::tape::Room;
use super::{Capture, KeyStore, Numbers, Options, StartError};
use crate::host::Failure;
use crate::request::Notice;

/// Everything that a gateway is started with.
#[cfg_attr(not(feature = "tui"), allow(dead_code, reason = "only the terminal program asks for it"))]
pub(crate) struct Launch {
    pub(crate) options: Options,
    pub(crate) keys: KeyStore,
    pub(crate) room: Room,
    pub(crate) notices: Vec<Notice>,
    pub(crate) numbers: Numbers,
    /// A tape that was loaded.
    pub(crate) loaded: Vec<Capture>,
    pub(crate) save: Option<Folder>,
    /// Where long bodies lie: it goes when the program ends.
    pub(crate) spool: TempDir,
}

/// Why it did not start.
pub(crate) fn not_started(error: &StartError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// A folder of this run alone, which only the user can read.
pub(crate) fn spool(parent: Option<&str>) -> Result<TempDir, Failure> {
    let parent = parent.map_or_else(std::env::temp_dir, PathBuf::from);
    let mut builder = tempfile::Builder::new();
    builder.prefix("countersign-");
    // Whatever the umask says: others may read what is made in it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let made = builder.tempdir_in(&parent);
    made.map_err(|error| {
        let shown = parent.display();
        Failure::new(format!(
            "expected a folder for bodies that are too long for memory, but found {error}: {shown}"
        ))
        .hint("--spool names another")
    })
}
