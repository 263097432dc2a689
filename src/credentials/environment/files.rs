//! The two files of profiles: where they lie, and how they are read.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::Surroundings;
use super::secret_file::FileFault;
use crate::files::{self, Open};

/// The two files of profiles.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::credentials) enum Kind {
    Config,
    Credentials,
}

/// Where they lie.
pub(in crate::credentials) struct Locations {
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
    pub(in crate::credentials) fn of(surroundings: &Surroundings) -> Self {
        Self {
            home: surroundings.home.clone(),
            config: surroundings.file("AWS_CONFIG_FILE", Kind::Config.usual()),
            credentials: surroundings.file("AWS_SHARED_CREDENTIALS_FILE", Kind::Credentials.usual()),
        }
    }

    /// The file; none without a home directory.
    pub(in crate::credentials) fn path(&self, kind: Kind) -> Option<&Path> {
        match kind {
            Kind::Config => self.config.as_deref(),
            Kind::Credentials => self.credentials.as_deref(),
        }
    }

    /// The file as messages name it, the home directory as `~`.
    pub(in crate::credentials) fn name(&self, kind: Kind) -> String {
        let Some(path) = self.path(kind) else { return format!("~/{}", kind.usual()) };
        match self.home.as_ref().and_then(|home| path.strip_prefix(home).ok()) {
            Some(rest) => format!("~/{}", printable(rest)),
            None => printable(path),
        }
    }

    /// Both files as messages name them.
    pub(in crate::credentials) fn names(&self) -> String {
        format!("{} and {}", self.name(Kind::Config), self.name(Kind::Credentials))
    }
}

/// A path for a message, control characters escaped.
pub(in crate::credentials) fn printable(path: &Path) -> String {
    let mut out = String::new();
    for c in path.to_string_lossy().chars() {
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// The content of a file of at most `most` bytes; pipes are files too.
pub(in crate::credentials) fn read_file(path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, FileFault> {
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
pub(in crate::credentials) fn read_at_most(
    source: impl Read,
    most: usize,
) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(most + 1));
    source.take(most as u64 + 1).read_to_end(&mut content)?;
    Ok((content.len() <= most).then_some(content))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::tests::surroundings;

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
}
