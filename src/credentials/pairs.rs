//! A file of key pairs: an access key id, a secret and perhaps a session token on each line, as for a gateway with many clients.
//!
//! Between them stand commas, as in the file that AWS's console gives, or blanks. Lines that begin with `#`, and the
//! console's heading, are passed over. Others than its owner must not be able to read the file, as ssh asks of its keys.

use std::path::Path;

use super::CredentialsError;
use super::environment::{FileFault, printable, read_file};
use crate::secret::Secret;
use crate::signature::Credentials;

/// A file of pairs may have so many bytes: some thousand pairs.
const LIMIT: usize = 1 << 20;

const EXPECTED: &str = "a file of key pairs";

/// Reads every pair of a file.
///
/// # Errors
///
/// When the file is missing, empty, too long, can be read by others, or a line of it is no pair; no error holds a secret.
pub fn read_pairs(path: &Path) -> Result<Vec<Credentials>, CredentialsError> {
    let shown = printable(path);
    let fault = |fault| CredentialsError::File { expected: EXPECTED, fault, path: shown.clone() };
    if is_open_to_others(path) {
        return Err(fault(FileFault::OpenToOthers));
    }
    let content = read_file(path, LIMIT).map_err(fault)?;
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content);
    let mut pairs = Vec::new();
    for (number, line) in content.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") || is_heading(line) {
            continue;
        }
        let pair = pair(line, &shown).map_err(|found| CredentialsError::Line {
            expected: "an access key id and a secret, and perhaps a token",
            found,
            line: number + 1,
            path: shown.clone(),
        })?;
        pairs.push(pair);
    }
    if pairs.is_empty() { Err(fault(FileFault::Empty)) } else { Ok(pairs) }
}

/// `Access key ID,Secret access key`.
fn is_heading(line: &[u8]) -> bool {
    line.get(..13).is_some_and(|begin| begin.eq_ignore_ascii_case(b"access key id"))
}

fn pair(line: &[u8], file: &str) -> Result<Credentials, &'static str> {
    let has_commas = line.contains(&b',');
    let is_between = |byte: &u8| if has_commas { *byte == b',' } else { byte.is_ascii_whitespace() };
    let words = line.split(is_between).map(<[u8]>::trim_ascii);
    let words: Vec<&[u8]> = words.filter(|word| has_commas || !word.is_empty()).collect();
    let (id, secret, token) = match words[..] {
        [id, secret] => (id, secret, None),
        [id, secret, token] => (id, secret, Some(token).filter(|token| !token.is_empty())),
        [_] => return Err("one word"),
        _ => return Err("more than three words"),
    };
    let id = std::str::from_utf8(id).map_err(|_| "an id that is not UTF-8")?;
    if id.is_empty() || secret.is_empty() {
        return Err("an empty one");
    }
    Ok(Credentials {
        fields: Default::default(),
        access_key_id: id.to_owned(),
        secret: Secret::new(secret),
        session_token: token.map(Secret::new),
        source: format!("the key file {file}"),
    })
}

/// Whether group or others may read the file; what is no file, such as a pipe, is nobody else's.
#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::tests::Folder;
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn read(folder: &Folder, content: &[u8], mode: u32) -> Result<Vec<Credentials>, CredentialsError> {
        let path = folder.write("pairs", content);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
        read_pairs(&path)
    }

    #[test]
    fn pairs_stand_between_commas_or_blanks() {
        let folder = Folder::new();
        let content = b"\xef\xbb\xbfAccess key ID,Secret access key\r\nAK1,s/1+\r\n\r\n# one\nAK2 s2\ttoken==\n AK3,s 3,\n";
        let pairs = read(&folder, content, 0o600).unwrap();
        let told: Vec<_> = pairs
            .iter()
            .map(|pair| (&*pair.access_key_id, pair.secret.expose(), pair.session_token.is_some()))
            .collect();
        let expected: [(&str, &[u8], bool); 3] =
            [("AK1", b"s/1+", false), ("AK2", b"s2", true), ("AK3", b"s 3", false)];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = Folder::new();
        for mode in [0o640, 0o604, 0o666] {
            let error = read(&folder, b"AK s\n", mode).err().unwrap();
            assert!(error.to_string().contains("but found a file that others can read"), "{error}");
            assert!(error.hint().unwrap().contains("chmod 600"));
        }
        assert!(read(&folder, b"AK s\n", 0o400).is_ok());
    }

    #[test]
    fn a_line_that_is_no_pair_is_told_without_what_it_holds() {
        let folder = Folder::new();
        for (content, found) in [
            ("AK s\nhunter2\n", "found one word in line 2 of"),
            ("AK a b hunter2\n", "found more than three words in line 1 of"),
            ("AK,\n", "found an empty one in line 1 of"),
            ("# nothing\n", "found an empty file"),
        ] {
            let error = read(&folder, content.as_bytes(), 0o600).err().unwrap().to_string();
            assert!(error.contains(found) && !error.contains("hunter2"), "{error}");
        }
    }
}
