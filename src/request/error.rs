//! What readers of requests say: why a text is none, and what the user should know of one that is.

use std::fmt;

use crate::redact;

/// Something that a reader did or saw, in one sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notice(pub String);

/// An input that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub struct ReadError {
    /// What was expected.
    pub expected: String,
    /// What was found, user text in backquotes.
    pub found: String,
    /// The line at fault, counted from one.
    pub line: Option<usize>,
    /// What to do.
    pub hint: Option<&'static str>,
}

/// No request line and headers may be longer than this: 1 MiB, far above what any server takes.
pub const HEAD_LIMIT: usize = 1 << 20;

impl ReadError {
    pub(crate) fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into(), line: None, hint: None }
    }

    pub(crate) fn at(self, line: usize) -> Self {
        Self { line: Some(line), ..self }
    }

    pub(crate) fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, but found {}", self.expected, self.found)?;
        self.line.map_or(Ok(()), |line| write!(f, " in line {line}"))
    }
}

/// The begin of outside text for a message: control characters escaped, and nothing that may be a secret. A line that was
/// pasted in the wrong place often reads `name=secret`, so what follows `=` or `:` is left out, and what follows a name or a word such
/// as `Bearer`; of a word that is long or of no language, which may be a secret itself, only the first letters are shown.
pub(crate) fn quote(text: &[u8]) -> String {
    const LONG: usize = 20;
    let is_odd = |word: &str| {
        let rest = || word.bytes().skip(1);
        let is_date = word.bytes().all(|byte| byte.is_ascii_digit() || b"TZ:-.".contains(&byte));
        word.len() >= 8
            && !is_date
            && rest().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            && rest().all(|byte| byte.is_ascii_alphanumeric() || b"+/_".contains(&byte))
    };
    let lossy = String::from_utf8_lossy(text);
    let mut out = String::from("`");
    for (index, word) in lossy.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let end = word.find(['=', ':']).map_or(word.len(), |at| at + 1);
        let shown = word[..end].chars().count();
        let most = if shown > LONG || is_odd(&word[..end]) { 4.min(shown) } else { shown };
        word[..end]
            .chars()
            .take(most)
            .for_each(|c| if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) });
        let tells = redact::is_secret(word.as_bytes()) || redact::scheme(word.as_bytes()).is_some();
        let goes_on = tells && lossy.split(' ').nth(index + 1).is_some();
        if most < word.chars().count() || out.len() > 60 || goes_on {
            out.push('…');
            break;
        }
    }
    out.push('`');
    out
}
