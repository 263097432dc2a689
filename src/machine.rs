//! What all shells ask of this machine: its clock, and new files.

use crate::time::Timestamp;

/// The clock of this machine.
pub(crate) fn clock() -> Timestamp {
    let now = chrono::Utc::now().timestamp();
    Timestamp::from_unix(now).unwrap_or_else(|| Timestamp::from_unix(0).expect("1970 is a year"))
}

/// A new file that only the user can read; one that is there already is left alone.
#[cfg(feature = "gateway")]
pub(crate) fn new_file(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
