//! What keeps a key from being read, in words that tell no secret.

use super::{FileFault, Need, ProcessFault};
use crate::case::shell;

/// Why there are no credentials.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CredentialsError {
    /// One half of an access key is missing.
    #[error("expected `{missing}` beside `{present}` in {place}, but found none")]
    HalfKey {
        /// The variable or property that is there.
        present: &'static str,
        /// The one that is not.
        missing: &'static str,
        /// In words, where.
        place: String,
    },
    /// A variable holds bytes that are no text.
    #[error("expected UTF-8 text in the variable `{0}`, but found other bytes")]
    Variable(&'static str),
    /// A file cannot be used.
    #[error("expected {expected}, but found {fault}: {path}")]
    File {
        /// What was expected.
        expected: &'static str,
        /// What is wrong with it.
        fault: FileFault,
        /// The file.
        path: String,
    },
    /// A line of a profile file cannot be read.
    #[error("expected {expected}, but found {found} in line {line} of {path}")]
    Line {
        /// What was expected.
        expected: &'static str,
        /// What was found, in words: the line may hold a secret.
        found: &'static str,
        /// The line, counted from one.
        line: usize,
        /// The file.
        path: String,
    },
    /// A profile that was asked for does not exist.
    #[error("expected a profile {name} in {files}, but found {}", names(found))]
    NoProfile {
        /// Its name in backquotes.
        name: String,
        /// The variable that asked for it, unless it was an option.
        variable: Option<&'static str>,
        /// The files.
        files: String,
        /// The profiles that exist.
        found: Vec<String>,
    },
    /// The profile gets its keys in a way that is not done here.
    #[error("expected keys in profile `{profile}`, but found {need}")]
    Needs {
        /// The profile.
        profile: String,
        /// What it needs.
        need: Need,
    },
    /// The profile gets its keys from a program, which was not allowed.
    #[error("expected keys in profile `{profile}`, but found a credential_process, which may not run")]
    ProcessRefused {
        /// The profile.
        profile: String,
    },
    /// The program of a profile gave no keys.
    #[error("expected keys from the credential_process of profile `{profile}`, but found {fault}")]
    Process {
        /// The profile.
        profile: String,
        /// What went wrong.
        fault: ProcessFault,
    },
}

impl CredentialsError {
    /// What to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::HalfKey { .. } => Some("set both, or neither".into()),
            Self::NoProfile { variable, .. } => {
                let by = variable.map_or(String::new(), |name| format!("{name} asks for it; "));
                Some(format!("{by}`aws configure list-profiles` prints all that exist"))
            }
            Self::Needs { profile, .. } => Some(format!(
                "put what `aws configure export-credentials --profile {} --format env` prints into the environment, \
                 and choose no profile",
                shell::quote(profile.as_bytes())
            )),
            Self::ProcessRefused { .. } => Some("`--allow-process` lets it run".into()),
            Self::Process { .. } => Some("run the command by hand to see what it says".into()),
            Self::File { fault: FileFault::OpenToOthers, path, .. } => {
                Some(format!("`chmod 600 {}` keeps it to you", shell::quote(path.as_bytes())))
            }
            Self::Variable(_) | Self::File { .. } | Self::Line { .. } => None,
        }
    }

    /// Whether it is the profile that holds no usable keys, while all could be read.
    pub(super) fn is_of_the_profile(&self) -> bool {
        match self {
            Self::HalfKey { .. } | Self::Needs { .. } | Self::ProcessRefused { .. } => true,
            Self::Variable(_)
            | Self::File { .. }
            | Self::Line { .. }
            | Self::NoProfile { .. }
            | Self::Process { .. } => false,
        }
    }
}

/// The names of profiles as an error lists them.
fn names(found: &[String]) -> String {
    match found {
        [] => "none".into(),
        [..] if found.len() <= LISTED => format!("only {}", found.join(", ")),
        [..] => format!("only {} and {} others", found[..LISTED].join(", "), found.len() - LISTED),
    }
}

/// An error lists no more profiles than these.
const LISTED: usize = 12;
