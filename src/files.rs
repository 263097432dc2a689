//! Opening what a name stands for: a pipe that nobody writes to never holds the program up, and a device is never read.
//!
//! A name may come out of a text that somebody else wrote (`curl -d @/dev/zero`), and what it stands for is asked of the opened file, so
//! that nothing can be put in its place between the question and the reading.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// Which things beside regular files may be opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Open {
    /// Regular files alone.
    FilesOnly,
    /// Pipes as well: a shell names one for `<(command)`.
    FilesAndPipes,
}

/// Opens a file to be read.
///
/// # Errors
///
/// When it cannot be opened, is a directory, a device or a socket, or a pipe where none may be. The error says which.
pub(crate) fn open(path: &Path, which: Open) -> io::Result<File> {
    let file = without_waiting(path)?;
    let kind = file.metadata()?.file_type();
    if kind.is_file() || is_null(path) {
        return Ok(file);
    }
    match (kind.is_dir(), is_pipe(kind), which) {
        (true, _, _) => Err(refused("it is a directory")),
        (_, true, Open::FilesAndPipes) => with_waiting(file),
        (_, true, Open::FilesOnly) => Err(refused("it is a pipe")),
        (false, false, _) => Err(refused("it is a device")),
    }
}

/// All bytes of a file.
///
/// # Errors
///
/// As for [`open`], and when there are more than `most` bytes.
pub(crate) fn read(path: &Path, most: u64, which: Open) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path, which)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {}", size(most)))),
        false => Ok(bytes),
    }
}

/// A number of bytes in words, with the largest unit that fits: `256 MiB`.
pub(crate) fn size(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let fits = units.into_iter().find(|(_, bits)| bytes >= 1 << bits && bytes.is_multiple_of(1 << bits));
    fits.map_or_else(|| format!("{bytes} bytes"), |(unit, bits)| format!("{} {unit}", bytes >> bits))
}

fn refused(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

/// The one device that many scripts name in place of an empty file.
fn is_null(path: &Path) -> bool {
    path == Path::new("/dev/null")
}

#[cfg(unix)]
fn without_waiting(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
fn without_waiting(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

#[cfg(unix)]
fn is_pipe(kind: std::fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: std::fs::FileType) -> bool {
    false
}

/// A pipe is read as standard input is, once somebody writes to it.
#[cfg(unix)]
fn with_waiting(pipe: File) -> io::Result<File> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    /// Who writes to a pipe has opened it long before.
    const PATIENCE: Timespec = Timespec { tv_sec: 5, tv_nsec: 0 };
    let mut waits = [PollFd::new(&pipe, PollFlags::IN)];
    if poll(&mut waits, Some(&PATIENCE))? == 0 {
        return Err(io::Error::new(io::ErrorKind::TimedOut, "it is a pipe that nobody writes to"));
    }
    let flags = rustix::fs::fcntl_getfl(&pipe)?;
    rustix::fs::fcntl_setfl(&pipe, flags - rustix::fs::OFlags::NONBLOCK)?;
    Ok(pipe)
}

#[cfg(not(unix))]
fn with_waiting(pipe: File) -> io::Result<File> {
    Ok(pipe)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_device_and_a_directory_are_refused_and_the_empty_device_is_not() {
        let why = |path: &str| open(Path::new(path), Open::FilesAndPipes).unwrap_err().to_string();
        assert_eq!(why("/dev/zero"), "it is a device");
        assert_eq!(why("/"), "it is a directory");
        assert_eq!(read(Path::new("/dev/null"), 0, Open::FilesOnly).unwrap(), b"");
    }

    #[test]
    fn a_pipe_is_read_only_where_one_may_be() {
        let folder = std::env::temp_dir().join(format!("countersign-pipe-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        let why = open(&path, Open::FilesOnly).map(drop).unwrap_err();
        let writer = std::thread::spawn({
            let path = path.clone();
            move || std::fs::write(path, b"through the pipe")
        });
        let read = read(&path, 100, Open::FilesAndPipes);
        writer.join().unwrap().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(made.unwrap().success());
        assert_eq!(why.to_string(), "it is a pipe");
        assert_eq!(read.unwrap(), b"through the pipe");
    }

    #[test]
    fn a_file_has_a_limit_that_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"12345").unwrap();
        assert_eq!(read(file.path(), 5, Open::FilesOnly).unwrap(), b"12345");
        let why = read(file.path(), 4, Open::FilesOnly).unwrap_err();
        assert_eq!(why.to_string(), "it has more than 4 bytes");
        assert_eq!(
            (size(256 << 20), size(5 << 30), size(1)),
            ("256 MiB".into(), "5 GiB".into(), "1 bytes".into())
        );
    }
}
