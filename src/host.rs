//! The world around the core, as the shells share it: inputs from files and pipes, and what stands in the way of a user.

pub(crate) mod input;
pub(crate) mod pipe;

use std::path::PathBuf;

/// Why a verb cannot do its work: one line, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What was expected and found.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// The folder of this program's files among the user's configuration.
pub(crate) fn config_folder() -> Option<PathBuf> {
    let set = std::env::var_os("XDG_CONFIG_HOME").filter(|value| !value.is_empty()).map(PathBuf::from);
    Some(set.or_else(|| Some(std::env::home_dir()?.join(".config")))?.join("countersign"))
}

/// How the terminal program is to look, as far as the options say.
#[cfg_attr(not(feature = "tui"), allow(dead_code, reason = "only the terminal program asks for it"))]
pub(crate) struct Look {
    /// The configuration file that was named.
    pub(crate) config: Option<PathBuf>,
    /// The theme that was named.
    pub(crate) theme: Option<String>,
}
