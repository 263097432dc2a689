//! JSON as text: the ways in which serializers write one and the same value.
//!
//! Numbers and strings keep their spelling unless a variant is about them, so what is written differs in nothing else.

/// A JSON value whose atoms are still as they were written.
pub(super) enum Node {
    Atom(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// How a serializer writes.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// After a comma, where there is no line break.
    after_comma: &'static str,
    /// After a colon.
    after_colon: &'static str,
    /// The indentation of one level; none for one line.
    indent: Option<&'static str>,
    order: Order,
    strings: Strings,
}

#[derive(Clone, Copy, PartialEq)]
enum Order {
    Kept,
    Sorted,
}

#[derive(Clone, Copy, PartialEq)]
enum Strings {
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

const COMPACT: Style =
    Style { after_comma: "", after_colon: "", indent: None, order: Order::Kept, strings: Strings::AsWritten };
const SPACED: Style = Style { after_comma: " ", after_colon: " ", ..COMPACT };
const PRETTY: Style = Style { after_colon: " ", indent: Some("  "), ..COMPACT };

/// The compact form, and its words.
pub(super) const COMPACT_FORMS: &[(&str, Style)] = &[
    ("", COMPACT),
    ("with a space after each colon", Style { after_colon: " ", ..COMPACT }),
    ("with a space after each comma", Style { after_comma: " ", ..COMPACT }),
];

/// Forms with more white space.
pub(super) const SPACED_FORMS: &[(&str, Style)] = &[
    ("spaces after colons and commas, as Python writes", SPACED),
    ("indented by two spaces", PRETTY),
    ("indented by four spaces", Style { indent: Some("    "), ..PRETTY }),
    ("indented by tabs", Style { indent: Some("\t"), ..PRETTY }),
    ("a line each, not indented", Style { indent: Some(""), ..PRETTY }),
];

/// Forms with sorted keys.
pub(super) const SORTED_FORMS: &[(&str, Style)] = &[
    ("compact", Style { order: Order::Sorted, ..COMPACT }),
    ("spaces after colons and commas", Style { order: Order::Sorted, ..SPACED }),
    ("indented by two spaces", Style { order: Order::Sorted, ..PRETTY }),
    ("indented by four spaces", Style { order: Order::Sorted, indent: Some("    "), ..PRETTY }),
];

/// Forms that escape other characters.
pub(super) const ESCAPED_FORMS: &[(&str, Style)] = &[
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
    pub(super) fn write(self, node: &Node) -> Vec<u8> {
        let mut out = String::new();
        node.write(&mut out, self, 0);
        out.into_bytes()
    }
}

/// Reads a JSON object or array; `None` of anything else.
pub(super) fn parse(text: &[u8]) -> Option<Node> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if !text.starts_with(['{', '[']) || serde_json::from_str::<serde_json::Value>(text).is_err() {
        return None;
    }
    let (node, rest) = node(text)?;
    rest.trim().is_empty().then_some(node)
}

/// Reads a value off the begin of text that is known to be JSON.
fn node(text: &str) -> Option<(Node, &str)> {
    let text = text.trim_start();
    match text.as_bytes().first()? {
        b'{' => {
            let (mut rest, mut pairs) = (text[1..].trim_start(), Vec::new());
            while !rest.starts_with('}') {
                let (key, after) = atom(rest)?;
                let (value, after) = node(after.trim_start().strip_prefix(':')?)?;
                pairs.push((key.to_owned(), value));
                rest = after.trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            }
            Some((Node::Object(pairs), &rest[1..]))
        }
        b'[' => {
            let (mut rest, mut items) = (text[1..].trim_start(), Vec::new());
            while !rest.starts_with(']') {
                let (item, after) = node(rest)?;
                items.push(item);
                rest = after.trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            }
            Some((Node::Array(items), &rest[1..]))
        }
        _ => atom(text).map(|(atom, rest)| (Node::Atom(atom.to_owned()), rest)),
    }
}

/// A string, number or word, as it is written.
fn atom(text: &str) -> Option<(&str, &str)> {
    let end = match text.strip_prefix('"') {
        Some(inside) => {
            let mut escaped = false;
            let close = inside.char_indices().find(|(_, c)| {
                let closes = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                closes
            });
            close?.0 + 2
        }
        None => text.find(|c: char| c.is_whitespace() || ",:]}".contains(c)).unwrap_or(text.len()),
    };
    Some(text.split_at(end))
}

impl Node {
    fn write(&self, out: &mut String, style: Style, level: usize) {
        match self {
            Self::Atom(atom) => write_atom(out, atom, style.strings),
            Self::Array(items) => {
                write_all(out, ('[', ']'), items.iter().map(|item| (None, item)), style, level)
            }
            Self::Object(pairs) => {
                let members = pairs.iter().map(|(key, value)| (Some(key.as_str()), value));
                match style.order {
                    Order::Kept => write_all(out, ('{', '}'), members, style, level),
                    Order::Sorted => {
                        let mut members: Vec<_> = members.collect();
                        members.sort_by_key(|(key, _)| *key);
                        write_all(out, ('{', '}'), members.into_iter(), style, level);
                    }
                }
            }
        }
    }
}

fn write_all<'a>(
    out: &mut String,
    around: (char, char),
    items: impl ExactSizeIterator<Item = (Option<&'a str>, &'a Node)>,
    style: Style,
    level: usize,
) {
    let is_empty = items.len() == 0;
    let line = |out: &mut String, level: usize| {
        if let (Some(indent), false) = (style.indent, is_empty) {
            out.push('\n');
            (0..level).for_each(|_| out.push_str(indent));
        }
    };
    out.push(around.0);
    for (place, (key, value)) in items.enumerate() {
        if place > 0 {
            out.push(',');
            out.push_str(style.after_comma);
        }
        line(out, level + 1);
        if let Some(key) = key {
            write_atom(out, key, style.strings);
            out.push(':');
            out.push_str(style.after_colon);
        }
        value.write(out, style, level + 1);
    }
    line(out, level);
    out.push(around.1);
}

/// Which characters of a string are written as escapes that JSON does not ask for.
struct Escaped {
    /// Of those of ASCII.
    ascii: &'static str,
    /// Every other one.
    beyond: bool,
    /// A slash as `\/`.
    slash: bool,
    /// Hex digits in upper case.
    upper: bool,
}

impl Strings {
    fn escaped(self) -> Escaped {
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

fn write_atom(out: &mut String, atom: &str, how: Strings) {
    let escaped = how.escaped();
    // Most atoms hold nothing that is written in more than one way.
    let is_changed = |c: char| {
        how != Strings::AsWritten
            && (c == '\\'
                || (!c.is_ascii() && (escaped.beyond || how == Strings::Plain))
                || (c == '/' && escaped.slash)
                || escaped.ascii.contains(c))
    };
    if !atom.contains(is_changed) {
        return out.push_str(atom);
    }
    let Ok(text) = serde_json::from_str::<String>(atom) else { return out.push_str(atom) };
    let written = serde_json::to_string(&text).unwrap_or_default();
    let written = if how == Strings::DotNet { written.replace("\\\"", "\\u0022") } else { written };
    for c in written.chars() {
        match c {
            '/' if escaped.slash => out.push_str("\\/"),
            c if escaped.ascii.contains(c) || escaped.beyond && !c.is_ascii() => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let digits = if escaped.upper { format!("{unit:04X}") } else { format!("{unit:04x}") };
                    out.push_str("\\u");
                    out.push_str(&digits);
                }
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str, style: Style) -> String {
        String::from_utf8(style.write(&parse(text.as_bytes()).unwrap())).unwrap()
    }

    #[test]
    fn writes_as_serializers_do() {
        let text = "{\"b\" : [1.50, {}, []],\n \"a\": \"\u{e9}/\\\"\"}";
        assert_eq!(one(text, COMPACT), "{\"b\":[1.50,{},[]],\"a\":\"\u{e9}/\\\"\"}");
        assert_eq!(one(text, SPACED), "{\"b\": [1.50, {}, []], \"a\": \"\u{e9}/\\\"\"}");
        assert_eq!(
            one(text, Style { order: Order::Sorted, ..COMPACT }),
            "{\"a\":\"\u{e9}/\\\"\",\"b\":[1.50,{},[]]}"
        );
        assert_eq!(one("{\"a\":[1]}", PRETTY), "{\n  \"a\": [\n    1\n  ]\n}");
        for (strings, expected) in [
            (Strings::Ascii, "[\"\\u00e9/'+<\\\"\"]"),
            (Strings::UpperAscii, "[\"\\u00E9/'+<\\\"\"]"),
            (Strings::SlashesEscaped, "[\"\u{e9}\\/'+<\\\"\"]"),
            (Strings::HtmlEscaped, "[\"\u{e9}/'+\\u003c\\\"\"]"),
            (Strings::Php, "[\"\\u00e9\\/'+<\\\"\"]"),
            (Strings::DotNet, "[\"\\u00E9/\\u0027\\u002B\\u003C\\u0022\"]"),
        ] {
            assert_eq!(one("[\"\u{e9}\\/'+<\\\"\"]", Style { strings, ..COMPACT }), expected);
        }
    }

    #[test]
    fn what_is_no_json_has_no_forms() {
        for text in ["", "plain", "{\"a\":1", "{\"a\":1} x", "12"] {
            assert!(parse(text.as_bytes()).is_none(), "{text}");
        }
    }
}
