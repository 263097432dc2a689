//! JSON as text: the ways in which serializers write one and the same value.
//!
//! Numbers and strings keep their spelling unless a variant is about them, so what is written differs in nothing else.

mod style;

use style::{Order, Strings};

pub(super) use style::{COMPACT_FORMS, ESCAPED_FORMS, SORTED_FORMS, SPACED_FORMS, Style};

/// A JSON value whose atoms are still as they were written.
pub(super) enum Node {
    Atom(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
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
    use super::style::{COMPACT, PRETTY, SPACED};
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
