//! Results in words: styled lines whose parts have roles, not colours.
//!
//! The command line prints them plain or with ANSI colours, the terminal program maps the same roles to its theme. Session tokens
//! and derived keys are hidden here unless the caller says otherwise.

pub mod changed;
pub mod diagnosis;
pub mod explain;
#[cfg(feature = "cli")]
pub(crate) mod json;
pub mod redact;
pub mod source;
pub mod svg;
pub mod verdict;

pub use redact::Reveal;

/// A line of parts.
pub type Line = Vec<Part>;

/// Some text and what it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part {
    /// What it is.
    pub role: Role,
    /// The text, made visible already.
    pub text: String,
}

/// What a text is, whatever it will look like.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Role {
    /// Ordinary text.
    Plain,
    /// Text that matters less.
    Quiet,
    /// A heading.
    Heading,
    /// Bytes of the request.
    FromRequest,
    /// A value given beside the request.
    Given,
    /// Made from an earlier stage.
    Derived,
    /// Fixed by the scheme.
    Fixed,
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Worth a look.
    Warning,
    /// A mark for bytes that cannot be seen, or are hidden.
    Mark,
    /// A part that the other side has otherwise, be it white space.
    Changed,
}

/// A part of a line.
pub fn part(role: Role, text: impl Into<String>) -> Part {
    Part { role, text: text.into() }
}

/// The lines without their roles.
pub fn plain(lines: &[Line]) -> String {
    render(lines, |_| ("", ""))
}

/// The lines with the escape sequences of a terminal of sixteen colours.
pub fn ansi(lines: &[Line]) -> String {
    render(lines, |role| match role {
        Role::Plain | Role::Fixed => ("", ""),
        Role::Quiet => ("\x1b[2m", "\x1b[0m"),
        Role::Heading => ("\x1b[1m", "\x1b[0m"),
        Role::FromRequest => ("\x1b[36m", "\x1b[0m"),
        Role::Given => ("\x1b[35m", "\x1b[0m"),
        Role::Derived => ("\x1b[34m", "\x1b[0m"),
        Role::Good => ("\x1b[1;32m", "\x1b[0m"),
        Role::Bad => ("\x1b[1;31m", "\x1b[0m"),
        Role::Warning => ("\x1b[33m", "\x1b[0m"),
        Role::Mark | Role::Changed => ("\x1b[7m", "\x1b[0m"),
    })
}

fn render(lines: &[Line], style: fn(Role) -> (&'static str, &'static str)) -> String {
    let mut out = String::new();
    for line in lines {
        for part in line {
            let (begin, end) = style(part.role);
            out.extend([begin, &part.text, end]);
        }
        out.push('\n');
    }
    out
}
