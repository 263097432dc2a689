//! What surrounds the process: its variables, the home directory, and the files that lie there.
//!
//! [`Surroundings::of_process`] is the only place that reads the real ones. A variable that is empty or blank counts as
//! unset, as it does for AWS's tools.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{CredentialsError, Keys, SECRET_LIMIT};
use crate::files::{self, Open};
use crate::request::Notice;
use crate::secret::Secret;
use crate::signature::Credentials;
use crate::time::Timestamp;

/// The variables and the home directory that count.
///
/// No variable is copied before it is asked for, so none is kept.
pub struct Surroundings {
    lookup: Box<Lookup>,
    home: Option<PathBuf>,
}

type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;

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
    /// Others than its owner may read it.
    #[error("a file that others can read")]
    OpenToOthers,
}

/// A variable that has a value.
struct Variable {
    name: &'static str,
    value: Zeroizing<String>,
}

impl Surroundings {
    /// Surroundings in which `lookup` gives the value of a variable.
    pub fn new(
        lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
        home: Option<PathBuf>,
    ) -> Self {
        Self { lookup: Box::new(lookup), home: home.filter(|home| !home.as_os_str().is_empty()) }
    }

    /// Those of this process. `HOME` names the home directory on every system; where it is not set, the system does.
    pub fn of_process() -> Self {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
        Self::new(|name| std::env::var_os(name), home.map(PathBuf::from).or_else(std::env::home_dir))
    }

    /// The first of these variables that has a value.
    fn first(&self, names: &[&'static str]) -> Result<Option<Variable>, CredentialsError> {
        for &name in names {
            let Some(value) = (self.lookup)(name) else { continue };
            let bytes = Zeroizing::new(value.into_encoded_bytes());
            let text = std::str::from_utf8(&bytes).map_err(|_| CredentialsError::Variable(name))?;
            if !text.trim().is_empty() {
                return Ok(Some(Variable { name, value: Zeroizing::new(text.to_owned()) }));
            }
        }
        Ok(None)
    }

    /// The file that a variable names, else `usual` in the home directory.
    fn file(&self, variable: &str, usual: &str) -> Option<PathBuf> {
        let home = self.home.as_ref();
        let set = |value: &OsString| !value.to_string_lossy().trim().is_empty();
        match (self.lookup)(variable).filter(set).map(PathBuf::from) {
            Some(named) => match (named.strip_prefix("~"), home) {
                (Ok(rest), Some(home)) => Some(home.join(rest)),
                (Ok(_), None) | (Err(_), _) => Some(named),
            },
            None => home.map(|home| home.join(usual)),
        }
    }
}

/// The access key in the environment; a secret alone is that of the id `wanted`.
///
/// # Errors
///
/// When only half of it is there, or a variable is no text.
pub(super) fn keys(
    surroundings: &Surroundings,
    wanted: Option<&str>,
) -> Result<Option<Keys>, CredentialsError> {
    let id = surroundings.first(&["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"])?;
    let secret = surroundings.first(&["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"])?;
    let half = |present, missing| CredentialsError::HalfKey { present, missing, place: SOURCE.into() };
    let (id, secret) = match (id, secret) {
        (Some(id), Some(secret)) => (Some(id), secret),
        (None, Some(secret)) if wanted.is_some() => (None, secret),
        (None, None) => return Ok(None),
        (Some(id), None) => return Err(half(id.name, "AWS_SECRET_ACCESS_KEY")),
        (None, Some(secret)) => return Err(half(secret.name, "AWS_ACCESS_KEY_ID")),
    };
    let access_key_id = id.as_ref().map(|id| id.value.to_string()).or_else(|| wanted.map(str::to_owned));
    let token = surroundings.first(&["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"])?;
    let expires = surroundings.first(&["AWS_CREDENTIAL_EXPIRATION"])?;
    let notices = [id.as_ref(), Some(&secret), token.as_ref()].into_iter().flatten().filter_map(odd_variable);
    Ok(Some(Keys {
        notices: notices.collect(),
        expires: expires.and_then(|variable| instant(&variable.value)),
        credentials: Credentials {
            access_key_id: access_key_id.unwrap_or_default(),
            secret: Secret::new(secret.value.as_bytes()),
            session_token: token.map(|token| Secret::new(token.value.as_bytes())),
            source: SOURCE.into(),
        },
    }))
}

const SOURCE: &str = "the environment";

/// The region in the environment, and its source in words.
pub(super) fn region(surroundings: &Surroundings) -> Result<Option<(String, String)>, CredentialsError> {
    let region = surroundings.first(&["AWS_REGION", "AWS_DEFAULT_REGION"])?;
    Ok(region.map(|region| (region.value.to_string(), format!("{} in {SOURCE}", region.name))))
}

/// The variable that names a profile, and the profile.
pub(super) fn profile(
    surroundings: &Surroundings,
) -> Result<Option<(&'static str, String)>, CredentialsError> {
    let profile = surroundings.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])?;
    Ok(profile.map(|profile| (profile.name, profile.value.to_string())))
}

/// An instant as AWS's tools write it (RFC 3339); `None` for any other text.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let date = chrono::DateTime::parse_from_rfc3339(text.trim()).ok()?;
    Timestamp::from_unix(date.timestamp())
}

/// The two files of profiles.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Config,
    Credentials,
}

/// Where they lie.
pub(super) struct Locations {
    home: Option<PathBuf>,
    config: Option<PathBuf>,
    credentials: Option<PathBuf>,
}

impl Kind {
    /// Where it usually lies in the home directory.
    fn usual(self) -> &'static str {
        match self {
            Self::Config => ".aws/config",
            Self::Credentials => ".aws/credentials",
        }
    }
}

impl Locations {
    pub(super) fn of(surroundings: &Surroundings) -> Self {
        Self {
            home: surroundings.home.clone(),
            config: surroundings.file("AWS_CONFIG_FILE", Kind::Config.usual()),
            credentials: surroundings.file("AWS_SHARED_CREDENTIALS_FILE", Kind::Credentials.usual()),
        }
    }

    /// The file; none without a home directory.
    pub(super) fn path(&self, kind: Kind) -> Option<&Path> {
        match kind {
            Kind::Config => self.config.as_deref(),
            Kind::Credentials => self.credentials.as_deref(),
        }
    }

    /// The file as messages name it, the home directory as `~`.
    pub(super) fn name(&self, kind: Kind) -> String {
        let Some(path) = self.path(kind) else { return format!("~/{}", kind.usual()) };
        match self.home.as_ref().and_then(|home| path.strip_prefix(home).ok()) {
            Some(rest) => format!("~/{}", printable(rest)),
            None => printable(path),
        }
    }

    /// Both files as messages name them.
    pub(super) fn names(&self) -> String {
        format!("{} and {}", self.name(Kind::Config), self.name(Kind::Credentials))
    }
}

/// A path for a message, control characters escaped.
pub(super) fn printable(path: &Path) -> String {
    let mut out = String::new();
    for c in path.to_string_lossy().chars() {
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// The content of a file of at most `most` bytes; pipes are files too.
pub(super) fn read_file(path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, FileFault> {
    if path.is_dir() {
        return Err(FileFault::Directory);
    }
    let content = files::open(path, Open::FilesAndPipes).and_then(|file| read_at_most(file, most));
    match content {
        Ok(Some(content)) => Ok(content),
        Ok(None) => Err(FileFault::TooLong(most)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(FileFault::Missing),
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Err(FileFault::Device),
        Err(error) => Err(FileFault::Unreadable(error.kind())),
    }
}

/// All that `source` gives, unless it is more than `most` bytes. The buffer never grows, so nothing is left behind.
pub(super) fn read_at_most(source: impl Read, most: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(most + 1));
    source.take(most as u64 + 1).read_to_end(&mut content)?;
    Ok((content.len() <= most).then_some(content))
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
fn odd_ends(text: &[u8]) -> Option<&'static str> {
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

fn odd_variable(variable: &Variable) -> Option<Notice> {
    let odd = odd_ends(variable.value.as_bytes())?;
    Some(Notice(format!("The variable {} {odd}, which counts.", variable.name)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Folder, surroundings};
    use super::*;

    fn located(variables: &[(&str, &str)], home: Option<&str>) -> [Option<PathBuf>; 2] {
        let locations = Locations::of(&surroundings(variables, home.map(PathBuf::from)));
        [locations.config, locations.credentials]
    }

    #[test]
    fn files_lie_in_the_home_directory_unless_a_variable_says_where() {
        let both = |config: &str, credentials: &str| [Some(config.into()), Some(credentials.into())];
        let (config, credentials) = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE");
        for (variables, home, expected) in [
            (&[][..], Some("/h"), both("/h/.aws/config", "/h/.aws/credentials")),
            (&[(config, ""), (credentials, " ")], Some("/h"), both("/h/.aws/config", "/h/.aws/credentials")),
            (&[(config, "/c"), (credentials, "rel/k")], Some("/h"), both("/c", "rel/k")),
            (&[(config, "~/c"), (credentials, "~other/k")], Some("/h"), both("/h/c", "~other/k")),
            (&[(config, "~/c"), (credentials, "/k")], None, both("~/c", "/k")),
            (&[], None, [None, None]),
            (&[], Some(""), [None, None]),
        ] {
            assert_eq!(located(variables, home), expected, "{variables:?} {home:?}");
        }
    }

    #[test]
    fn files_are_named_as_a_user_knows_them() {
        let names = |variables: &[(&str, &str)], home: Option<&str>| {
            Locations::of(&surroundings(variables, home.map(PathBuf::from))).names()
        };
        assert_eq!(names(&[], Some("/h")), "~/.aws/config and ~/.aws/credentials");
        assert_eq!(names(&[], None), "~/.aws/config and ~/.aws/credentials");
        let variables = [("AWS_CONFIG_FILE", "/x/\x1b[2J"), ("AWS_SHARED_CREDENTIALS_FILE", "/h/k")];
        assert_eq!(names(&variables, Some("/h")), "/x/\\u{1b}[2J and ~/k");
    }

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
