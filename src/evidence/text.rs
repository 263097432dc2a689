//! Ways in which a text was written when it was pasted: escaped for HTML, for JSON, as a Python string.

use std::borrow::Cow;

/// Takes one way of writing off a text.
pub(crate) type Layer = fn(&str) -> String;

/// The text as it stands, without carriage returns and the marks of a quotation.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    // Logs may be long, and few texts have any of both.
    let text: Cow<'_, str> = match text.contains('\r') {
        true => text.replace('\r', "").into(),
        false => text.into(),
    };
    match is_quoted(&text) {
        true => without_quotes(&text).into(),
        false => text,
    }
}

/// The layers that a text seems to have, the outermost first.
pub(crate) fn layers(text: &str) -> impl Iterator<Item = Layer> {
    type IsThere = fn(&str) -> bool;
    const LAYERS: [(IsThere, Layer); 4] = [
        (|text| text.lines().filter(|line| prefix(line) > 0).take(FEW).count() == FEW, without_prefixes),
        (is_escaped, unescaped_slashes),
        (|text| has(text, &["&lt;Code", "&lt;Error", "&lt;Message", "&lt;StringToSign"]), unescaped_entities),
        (|text| has(text, &["<span", "<br"]), without_markup),
    ];
    LAYERS.into_iter().filter(|(is_there, _)| is_there(text)).map(|(_, layer)| layer)
}

/// So many lines with a prefix are no chance.
const FEW: usize = 4;

/// How long the prefix of a line is that a container's log or a time puts before it: `iam-1  | `, `2024-05-16T10:15:01.000Z stderr F `.
fn prefix(line: &str) -> usize {
    if let Some(at) = line.find('|').filter(|at| (1..48).contains(at)) {
        let name = line[..at].trim_end();
        let is_name = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if is_name {
            let rest = &line[at + 1..];
            return line.len() - rest.strip_prefix(' ').unwrap_or(rest).len();
        }
    }
    let is_time = line.len() > 20
        && line.is_char_boundary(10)
        && line.as_bytes()[4] == b'-'
        && line.as_bytes()[10] == b'T'
        && line.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    let end = line.find(' ').filter(|end| is_time && *end < 40);
    end.map_or(0, |end| {
        let rest = &line[end + 1..];
        let kept = ["stdout F ", "stderr F "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
        line.len() - kept.len()
    })
}

fn without_prefixes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    for line in text.lines() {
        out.push_str(&line[prefix(line)..]);
        out.push('\n');
    }
    out
}

fn has(text: &str, needles: &[&str]) -> bool {
    needles.iter().any(|needle| text.contains(needle))
}

fn is_escaped(text: &str) -> bool {
    const ERRORS: [&str; 7] = [
        "<Code>",
        "<Error",
        "should have been",
        "CanonicalRequest",
        "canonical_request",
        "-SHA256",
        "StringToSign",
    ];
    text.contains("\\n") && has(text, &ERRORS)
}

/// Whether a text is quoted as mails and Markdown do it.
fn is_quoted(text: &str) -> bool {
    const FEW: usize = 3;
    text.lines().filter(|line| line.starts_with('>')).take(FEW).count() == FEW
}

/// The text without the `>` before its lines.
fn without_quotes(text: &str) -> String {
    let bare = |line: &str| {
        let line = line.strip_prefix('>').map_or(line, |rest| rest.strip_prefix(' ').unwrap_or(rest));
        line.to_owned() + "\n"
    };
    text.lines().map(bare).collect()
}

/// The text with the five entities of XML, and numbers, each unescaped once.
pub(crate) fn unescaped_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(at, _)| at);
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// The text with `\n`, `\"`, `\/`, `\t`, `\\` and `\uXXXX` unescaped once, as JSON, Python and most logs write them.
pub(super) fn unescaped_slashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => {}
            Some('t') => out.push('\t'),
            Some('u') => {
                let digits: String = chars.clone().take(4).collect();
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(c) if digits.len() == 4 => {
                        out.push(c);
                        chars = chars.as_str()[4..].chars();
                    }
                    _ => out.push_str("\\u"),
                }
            }
            Some(c) if "\"'/\\".contains(c) => out.push(c),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

/// The text without tags of HTML that only colour it; line breaks stay.
fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name: String =
            rest[1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let end = rest.find('>');
        let colours = ["span", "div", "pre", "code", "p", "a", "b", "i", "td", "tr"];
        match (end, name.to_ascii_lowercase().as_str()) {
            (Some(end), "br") => {
                out.push('\n');
                rest = &rest[end + 1..];
            }
            (Some(end), name) if colours.contains(&name) => rest = &rest[end + 1..],
            _ => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    unescaped_entities(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_containers_and_times_are_taken_off() {
        let text =
            "iam-1  | POST\niam-1  | /\niam-1  | \niam-1  | host:h\n2024-05-16T10:15:01.000Z stderr F x\n";
        assert_eq!(without_prefixes(text), "POST\n/\n\nhost:h\nx\n");
        assert_eq!((prefix("a | b"), prefix("no prefix here | at all"), prefix("| x")), (4, 0, 0));
    }

    #[test]
    fn entities_are_unescaped_once() {
        assert_eq!(unescaped_entities("a&amp;amp;b &lt;&#10;&#x41;&nbsp;&"), "a&amp;b <\nA&nbsp;&");
    }

    #[test]
    fn escapes_are_unescaped_once() {
        assert_eq!(unescaped_slashes(r#"a\nb\\n\"\u0041\x"#), "a\nb\\n\"A\\x");
    }
}
