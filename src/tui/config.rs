//! The configuration file: theme, mouse, keys.
//!
//! ```toml
//! theme = "dark"          # auto, dark, light, ansi, mono
//! mouse = true
//! reveal_seconds = 10
//!
//! [keys]
//! undo = ["ctrl-z", "u"]  # the README lists the names
//! ```

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use crokey::KeyCombination;
use serde::Deserialize;

use super::action::Action;
use super::{keymap, theme};
use crate::files::{self, Open};
use crate::host::config_folder;

/// A configuration is short: 1 MiB is far more than every setting and key takes.
const LIMIT: u64 = 1 << 20;

/// For so many seconds at most hidden values may be shown: an hour.
const LONGEST_REVEAL: u64 = 3600;

/// What the file may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    theme: Option<String>,
    mouse: Option<bool>,
    reveal_seconds: Option<u64>,
    #[serde(default)]
    keys: BTreeMap<String, Vec<String>>,
}

/// What it means.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The theme; `None` to find out from the terminal.
    pub(super) theme: Option<theme::Name>,
    /// Whether the mouse steers the program at first.
    pub(super) mouse: MouseAtStart,
    /// For how many seconds hidden values are shown.
    pub(super) reveal_seconds: Option<u64>,
    /// Keys in place of those of the table.
    pub(super) keys: HashMap<Action, Vec<KeyCombination>>,
}

/// Whether the mouse steers the program at first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum MouseAtStart {
    /// It does.
    #[default]
    On,
    /// It selects text.
    Off,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: expected {expected}, but found {found}")]
pub(super) struct ConfigError {
    place: String,
    expected: String,
    found: String,
}

/// Where the file is looked for when nobody says.
pub(super) fn default_path() -> Option<PathBuf> {
    let set = std::env::var_os("COUNTERSIGN_CONFIG").filter(|value| !value.is_empty()).map(PathBuf::from);
    set.or_else(|| Some(config_folder()?.join("config.toml")))
}

/// Reads a configuration file.
///
/// # Errors
///
/// When it cannot be read, is no TOML, or names an action, key or theme that there is not.
pub(super) fn read(path: &Path) -> Result<Config, ConfigError> {
    let place = path.display().to_string();
    let unreadable =
        |found: String| ConfigError { place: place.clone(), expected: "a configuration file".into(), found };
    let bytes =
        files::read(path, LIMIT, Open::FilesAndPipes).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("bytes that are not UTF-8".into()))?;
    parse(&text, &place)
}

fn parse(text: &str, place: &str) -> Result<Config, ConfigError> {
    let error = |place: String, expected: String, found: String| ConfigError { place, expected, found };
    let written: Written = toml::from_str(text).map_err(|wrong| {
        let line = wrong.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
        let found = wrong.message().lines().next().unwrap_or_default().to_owned();
        error(format!("{place}, line {line}"), "a setting as documented".into(), found)
    })?;
    let theme = match written.theme.as_deref() {
        None | Some("auto") => None,
        Some(name) => Some(theme::Name::named(name).ok_or_else(|| {
            error(place.into(), "a theme of auto, dark, light, ansi, mono".into(), format!("`{name}`"))
        })?),
    };
    let mut keys = HashMap::new();
    for (name, combinations) in &written.keys {
        let action = Action::named(name).ok_or_else(|| {
            error(place.into(), "the name of an action under [keys]".into(), format!("`{name}`"))
        })?;
        let parse_key = |key: &String| {
            keymap::parse(key).map_err(|_| {
                error(place.into(), format!("keys such as `ctrl-p` for {name}"), format!("`{key}`"))
            })
        };
        keys.insert(action, combinations.iter().map(parse_key).collect::<Result<_, _>>()?);
    }
    let seconds = written.reveal_seconds;
    if let Some(seconds) = seconds.filter(|seconds| !(1..=LONGEST_REVEAL).contains(seconds)) {
        let expected = format!("reveal_seconds from 1 to {LONGEST_REVEAL}");
        return Err(error(place.into(), expected, seconds.to_string()));
    }
    let mouse = if written.mouse == Some(false) { MouseAtStart::Off } else { MouseAtStart::On };
    Ok(Config { theme, mouse, reveal_seconds: seconds, keys })
}

#[cfg(test)]
mod tests {
    use super::super::action::Travel;
    use super::*;

    #[test]
    fn reads_what_is_documented() {
        let text =
            "theme = \"light\"\nmouse = false\nreveal_seconds = 3\n[keys]\nundo = [\"ctrl-z\", \"U\"]\n";
        let config = parse(text, "c").unwrap();
        assert_eq!(
            (config.theme, config.mouse, config.reveal_seconds),
            (Some(theme::Name::Light), MouseAtStart::Off, Some(3))
        );
        assert_eq!(config.keys[&Action::Travel(Travel::Undo)].len(), 2);
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let error = |text: &str| parse(text, "c.toml").unwrap_err().to_string();
        assert!(error("theme = \"red\"").starts_with("c.toml: expected a theme of auto"));
        assert!(
            error("a = 1\n")
                .starts_with("c.toml, line 1: expected a setting as documented, but found unknown field")
        );
        assert!(error("[keys]\nfly = [\"f\"]").ends_with("but found `fly`"));
        assert!(error("[keys]\nundo = [\"hyper-q-q\"]").ends_with("but found `hyper-q-q`"));
    }

    #[test]
    fn seconds_that_no_clock_counts_are_refused() {
        let error = |text: &str| parse(text, "c.toml").unwrap_err().to_string();
        let expected = "c.toml: expected reveal_seconds from 1 to 3600, but found";
        assert_eq!(error("reveal_seconds = 9223372036854775807"), format!("{expected} 9223372036854775807"));
        assert_eq!(error("reveal_seconds = 0"), format!("{expected} 0"));
        assert!(error("reveal_seconds = -1").starts_with("c.toml, line 1: expected"));
        assert_eq!(parse("reveal_seconds = 3600", "c").unwrap().reveal_seconds, Some(3600));
    }
}
