//! A file that holds a secret and nothing else.

use std::io;
use std::path::Path;

use super::files::{printable, read_file};
use crate::credentials::{CredentialsError, SECRET_LIMIT};
use crate::request::Notice;
use crate::secret::Secret;

/// A secret from a file.
pub struct SecretFile {
    /// The secret access key.
    pub secret: Secret,
    /// The file, in words.
    pub source: String,
    /// What looks odd about it.
    pub notice: Option<Notice>,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FileFault {
    /// It does not exist.
    #[error("no file")]
    Missing,
    /// It is a directory.
    #[error("a directory")]
    Directory,
    /// It is a device or a socket.
    #[error("a device")]
    Device,
    /// There is nothing in it.
    #[error("an empty file")]
    Empty,
    /// It is longer than this many bytes.
    #[error("more than {} KiB", .0 / 1024)]
    TooLong(usize),
    /// The system refuses to read it.
    #[error("a file that cannot be read ({0})")]
    Unreadable(io::ErrorKind),
    /// Its bytes are no text.
    #[error("bytes that are not UTF-8")]
    NotText,
    /// Others than its owner may read it.
    #[error("a file that others can read")]
    OpenToOthers,
}

/// Reads a secret access key from a file: all of it but one line break at the end.
///
/// # Errors
///
/// When the file is missing, empty, a directory, longer than 64 KiB or cannot be read.
pub fn read_secret_file(path: &Path) -> Result<SecretFile, CredentialsError> {
    let shown = printable(path);
    let fault = |fault| CredentialsError::File {
        expected: "a file that holds the secret access key",
        fault,
        path: shown.clone(),
    };
    let content = read_file(path, SECRET_LIMIT).map_err(fault)?;
    let line = content.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let text = line.unwrap_or(&content);
    if text.is_empty() {
        return Err(fault(FileFault::Empty));
    }
    let source = format!("the secret file {shown}");
    let notice = odd_ends(text).map(|odd| Notice(format!("The secret in {shown} {odd}, which counts.")));
    Ok(SecretFile { secret: Secret::new(text), source, notice })
}

/// What stands at the ends of a secret and is seldom meant.
pub(super) fn odd_ends(text: &[u8]) -> Option<&'static str> {
    // PowerShell writes them: UTF-8, then UTF-16 in both byte orders.
    if [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| text.starts_with(mark)) {
        return Some("begins with a byte order mark");
    }
    let blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    match (blank(text.first()), blank(text.last())) {
        (true, true) => Some("begins and ends with white space"),
        (true, false) => Some("begins with white space"),
        (false, true) => Some("ends with white space"),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::tests::Folder;

    #[test]
    fn a_secret_file_loses_one_line_break_and_nothing_else() {
        let folder = Folder::new();
        for (content, secret, odd) in [
            (&b"abc"[..], &b"abc"[..], None),
            (b"abc\n", b"abc", None),
            (b"abc\r\n", b"abc", None),
            (b"abc\r", b"abc\r", Some("ends with white space")),
            (b"abc\n\n", b"abc\n", Some("ends with white space")),
            (b" abc\r\n", b" abc", Some("begins with white space")),
            (b"\tabc \n", b"\tabc ", Some("begins and ends with white space")),
            (b"\xef\xbb\xbfabc\n", b"\xef\xbb\xbfabc", Some("begins with a byte order mark")),
            (b"\xff\xfea\0\n\0", b"\xff\xfea\0\n\0", Some("begins with a byte order mark")),
        ] {
            let path = folder.write("secret", content);
            let file = read_secret_file(&path).expect("a secret");
            assert_eq!(file.secret.expose(), secret, "{content:?}");
            assert_eq!(file.source, format!("the secret file {}", path.display()));
            let notice = odd.map(|odd| format!("The secret in {} {odd}, which counts.", path.display()));
            assert_eq!(file.notice.map(|notice| notice.0), notice, "{content:?}");
        }
    }

    #[test]
    fn a_file_that_holds_no_secret_is_told_in_one_line() {
        let folder = Folder::new();
        let error = |path: &Path| read_secret_file(path).err().expect("an error").to_string();
        for (name, content, found) in [
            ("empty", &b""[..], "an empty file"),
            ("break", b"\r\n", "an empty file"),
            ("long", &[b'x'; SECRET_LIMIT + 1], "more than 64 KiB"),
        ] {
            let path = folder.write(name, content);
            let expected = format!(
                "expected a file that holds the secret access key, but found {found}: {}",
                path.display()
            );
            assert_eq!(error(&path), expected);
        }
        assert!(error(folder.path()).contains("but found a directory: /"), "{}", error(folder.path()));
        assert!(error(&folder.path().join("none")).contains("but found no file: /"));
        assert!(read_secret_file(&folder.write("longest", &[b'x'; SECRET_LIMIT])).is_ok());
        let below = folder.path().join("empty/below");
        assert!(error(&below).contains("but found a file that cannot be read (not a directory): /"));
    }
}
