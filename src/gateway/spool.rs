//! What bodies hold beside the bytes that stay in memory: files on disk, and the chunks that were told apart. Both are counted for
//! the whole gateway, however many clients there are.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempPath;

/// Chunks and messages of bodies under way may take so many bytes of memory; what has no room is read again when it is judged.
const ITEMS: u64 = 64 << 20;

/// The folder of long bodies, and what they may hold.
pub(super) struct Spool {
    folder: PathBuf,
    disk: Arc<Account>,
    items: Arc<Account>,
}

/// A number of bytes in use, and how many there may be.
struct Account {
    used: AtomicU64,
    most: u64,
}

impl Spool {
    /// Files lie in `folder`, of `most` bytes together.
    pub(super) fn new(folder: &Path, most: u64) -> Self {
        let account = |most| Arc::new(Account { used: AtomicU64::new(0), most });
        Self { folder: folder.to_owned(), disk: account(most), items: account(ITEMS) }
    }

    /// A new file.
    ///
    /// # Errors
    ///
    /// When the folder takes none.
    pub(super) fn file(&self) -> io::Result<SpoolFile> {
        let (file, path) = tempfile::Builder::new().prefix("body-").tempfile_in(&self.folder)?.into_parts();
        Ok(SpoolFile { file, kept: Kept { path, share: Share::of(&self.disk) } })
    }

    /// Memory for chunks and messages; nothing of it is taken as yet.
    pub(super) fn items(&self) -> Share {
        Share::of(&self.items)
    }
}

/// A file that a body is written to.
pub(super) struct SpoolFile {
    file: File,
    kept: Kept,
}

/// A file that is there as long as this is, and counted as long.
pub(super) struct Kept {
    path: TempPath,
    share: Share,
}

impl SpoolFile {
    /// Writes the next bytes.
    ///
    /// # Errors
    ///
    /// When the disk is full, or the spool.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.kept.share.grow(bytes.len() as u64) {
            let most = self.kept.share.account.most;
            return Err(io::Error::other(format!("the spool may hold {most} bytes (--spool-limit)")));
        }
        self.file.write_all(bytes)
    }

    /// The file, whole.
    pub(super) fn finish(self) -> Kept {
        self.kept
    }
}

impl Kept {
    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// A part of an account; given back when it is let go.
pub(super) struct Share {
    account: Arc<Account>,
    bytes: u64,
}

impl Share {
    fn of(account: &Arc<Account>) -> Self {
        Self { account: Arc::clone(account), bytes: 0 }
    }

    /// Takes so many bytes more, if they are there.
    pub(super) fn grow(&mut self, bytes: u64) -> bool {
        let most = self.account.most;
        let more = |used: u64| used.checked_add(bytes).filter(|sum| *sum <= most);
        let taken = self.account.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok();
        self.bytes += if taken { bytes } else { 0 };
        taken
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.account.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_share_the_room_and_give_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path(), 10);
        let mut first = spool.file().unwrap();
        first.write(b"123456").unwrap();
        let mut second = spool.file().unwrap();
        second.write(b"1234").unwrap();
        let full = second.write(b"5").unwrap_err().to_string();
        assert_eq!(full, "the spool may hold 10 bytes (--spool-limit)");
        drop(second);
        let first = first.finish();
        assert_eq!(std::fs::read(first.path()).unwrap(), b"123456");
        let mut third = spool.file().unwrap();
        third.write(b"1234").unwrap();
        assert!(third.write(b"5").is_err());
        drop(first);
        third.write(b"567890").unwrap();
    }

    #[test]
    fn a_sum_that_no_number_holds_is_too_much() {
        let spool = Spool::new(Path::new(""), u64::MAX);
        let mut share = Share::of(&spool.disk);
        assert!(share.grow(u64::MAX) && !share.grow(1));
    }
}
