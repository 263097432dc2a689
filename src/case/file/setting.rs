//! Settings in comment lines: `# @region eu-west-1`.

use crate::request::error::{ReadError, quote};
use crate::settings::{Found, SETTINGS, Settings};

/// What comments tell an editor: JetBrains' client, REST Client, httpYac.
const DIRECTIVES: [&str; 15] = [
    "name",
    "note",
    "prompt",
    "timeout",
    "connection-timeout",
    "use-os-credentials",
    "title",
    "description",
    "ref",
    "forceRef",
    "import",
    "disabled",
    "loop",
    "sleep",
    "debug",
];

/// Whether a comment is of an editor alone: one of its words, or something that it leaves out, such as `@no-redirect`.
fn is_of_an_editor(name: &str) -> bool {
    let name = name.split('=').next().unwrap_or(name);
    DIRECTIVES.contains(&name) || name.starts_with("no-")
}

/// Reads a comment that sets a setting; what only an editor reads is passed over.
pub(super) fn read(comment: &[u8], line: usize, settings: &mut Settings) -> Result<(), ReadError> {
    let Some(setting) = comment.strip_prefix(b"@") else { return Ok(()) };
    let text = std::str::from_utf8(setting)
        .map_err(|_| ReadError::new("a setting such as `# @region us-east-1`", "invalid UTF-8").at(line))?;
    let (name, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if is_of_an_editor(name) {
        return Ok(());
    }
    settings.set(name, value.trim()).map_err(|error| {
        let found = match error.found {
            Found::Value(value) if value.is_empty() => "nothing".into(),
            Found::Value(value) => quote(value.as_bytes()),
            Found::Words(words) => words,
        };
        let expected = match SETTINGS.iter().any(|row| row.name == name) {
            true => format!("@{name} to be {}", error.expected),
            false => error.expected,
        };
        ReadError::new(expected, found).at(line)
    })
}
