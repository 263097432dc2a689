//! The ways to write JSON: a table of styles for each mistake.

use super::{Escaped, Node};

/// How a serializer writes.
#[derive(Clone, Copy)]
pub(in crate::diagnose) struct Style {
    /// After a comma, where there is no line break.
    pub(super) after_comma: &'static str,
    /// After a colon.
    pub(super) after_colon: &'static str,
    /// The indentation of one level; none for one line.
    pub(super) indent: Option<&'static str>,
    pub(super) order: Order,
    pub(super) strings: Strings,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Order {
    Kept,
    Sorted,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Strings {
    AsWritten,
    Plain,
    Ascii,
    UpperAscii,
    SlashesEscaped,
    HtmlEscaped,
    /// As PHP's json_encode writes: slashes, and what is not ASCII.
    Php,
    /// As System.Text.Json writes.
    DotNet,
}

pub(super) const COMPACT: Style =
    Style { after_comma: "", after_colon: "", indent: None, order: Order::Kept, strings: Strings::AsWritten };

pub(super) const SPACED: Style = Style { after_comma: " ", after_colon: " ", ..COMPACT };

pub(super) const PRETTY: Style = Style { after_colon: " ", indent: Some("  "), ..COMPACT };

/// The compact form, and its words.
pub(in crate::diagnose) const COMPACT_FORMS: &[(&str, Style)] = &[
    ("", COMPACT),
    ("with a space after each colon", Style { after_colon: " ", ..COMPACT }),
    ("with a space after each comma", Style { after_comma: " ", ..COMPACT }),
];

/// Forms with more white space.
pub(in crate::diagnose) const SPACED_FORMS: &[(&str, Style)] = &[
    ("spaces after colons and commas, as Python writes", SPACED),
    ("indented by two spaces", PRETTY),
    ("indented by four spaces", Style { indent: Some("    "), ..PRETTY }),
    ("indented by tabs", Style { indent: Some("\t"), ..PRETTY }),
    ("a line each, not indented", Style { indent: Some(""), ..PRETTY }),
];

/// Forms with sorted keys.
pub(in crate::diagnose) const SORTED_FORMS: &[(&str, Style)] = &[
    ("compact", Style { order: Order::Sorted, ..COMPACT }),
    ("spaces after colons and commas", Style { order: Order::Sorted, ..SPACED }),
    ("indented by two spaces", Style { order: Order::Sorted, ..PRETTY }),
    ("indented by four spaces", Style { order: Order::Sorted, indent: Some("    "), ..PRETTY }),
];

/// Forms that escape other characters.
pub(in crate::diagnose) const ESCAPED_FORMS: &[(&str, Style)] = &[
    ("non-ASCII as \\u escapes", Style { strings: Strings::Ascii, ..COMPACT }),
    ("non-ASCII as \\u escapes, with spaces", Style { strings: Strings::Ascii, ..SPACED }),
    ("non-ASCII as \\u escapes in upper case", Style { strings: Strings::UpperAscii, ..COMPACT }),
    ("\\u escapes as the characters", Style { strings: Strings::Plain, ..COMPACT }),
    ("\\u escapes as the characters, with spaces", Style { strings: Strings::Plain, ..SPACED }),
    ("slashes as \\/", Style { strings: Strings::SlashesEscaped, ..COMPACT }),
    ("< > & as \\u escapes, as Go writes", Style { strings: Strings::HtmlEscaped, ..COMPACT }),
    (
        "slashes as \\/ and non-ASCII as \\u escapes, as PHP writes",
        Style { strings: Strings::Php, ..COMPACT },
    ),
    ("< > & ' + and non-ASCII as \\u escapes, as .NET writes", Style { strings: Strings::DotNet, ..COMPACT }),
];

impl Style {
    /// The value as this serializer writes it.
    pub(in crate::diagnose) fn write(self, node: &Node) -> Vec<u8> {
        let mut out = String::new();
        node.write(&mut out, self, 0);
        out.into_bytes()
    }
}

impl Strings {
    pub(super) fn escaped(self) -> Escaped {
        let nothing = Escaped { ascii: "", beyond: false, slash: false, upper: false };
        match self {
            Self::AsWritten | Self::Plain => nothing,
            Self::Ascii => Escaped { beyond: true, ..nothing },
            Self::UpperAscii => Escaped { beyond: true, upper: true, ..nothing },
            Self::SlashesEscaped => Escaped { slash: true, ..nothing },
            Self::HtmlEscaped => Escaped { ascii: "<>&", ..nothing },
            Self::Php => Escaped { beyond: true, slash: true, ..nothing },
            Self::DotNet => Escaped { ascii: "<>&'+`", beyond: true, upper: true, ..nothing },
        }
    }
}
