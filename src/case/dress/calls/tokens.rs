//! The string literals of code in a language that is not known, and what stands before each.

use crate::case::dress::literal;

/// A string literal.
pub(super) struct Literal {
    /// What it says, without its escapes.
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the literal before it ends.
    pub(super) before: usize,
    /// What stands between the literal before and this one, without blanks.
    gap: String,
    /// Whether its bytes depend on something that the code does not show.
    pub(super) is_open: bool,
}

impl Literal {
    /// Whether this is the second half of a header whose first half is the literal before.
    pub(super) fn is_paired(&self, is_value_first: bool) -> bool {
        const PAIRS: [&str; 9] = [",", "=", "=>", ":", "]=", ">>,<<", "->", ",:", "),("];
        match is_value_first {
            false => PAIRS.contains(&&*self.gap),
            true => self.gap.strip_prefix(',').is_some_and(|label| {
                label.strip_suffix(':').is_some_and(|label| label.to_ascii_lowercase().contains("header"))
            }),
        }
    }

    /// The last word before this literal, within its statement: the name of a call, of a key, of a variable.
    pub(super) fn caller<'a>(&self, text: &'a str) -> &'a str {
        let before = text[self.before..self.start].trim_end_matches(|c: char| !is_of_word(c));
        let at = before
            .rfind(|c| !is_of_word(c))
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        &before[at..]
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Every string literal of a text, in order; those that code puts together with `+` or `.` are one.
pub(super) fn literals(text: &str) -> Vec<Literal> {
    let mut literals: Vec<Literal> = Vec::new();
    let (mut at, mut before) = (0, 0);
    while let Some(next) = text[at..].find(['"', '\'', '`']).map(|next| at + next) {
        let Some((own, end, is_open)) = literal(text, next) else {
            at = next + 1;
            continue;
        };
        let gap: String = text[before..next].chars().filter(|c| !c.is_whitespace()).collect();
        match literals.last_mut().filter(|_| gap == "+" || gap == ".") {
            Some(last) => {
                last.text.push_str(&own);
                last.end = end;
                last.is_open |= is_open;
            }
            None => literals.push(Literal { text: own, start: next, end, before, gap, is_open }),
        }
        (at, before) = (end, end);
    }
    literals
}

/// The literal whose quote stands here: what it says, where it ends, whether it is open.
fn literal(text: &str, at: usize) -> Option<(String, usize, bool)> {
    let (before, rest) = text.split_at(at);
    let raw = |open: usize, close: &str| {
        let len = rest[open..].find(close)?;
        Some((&rest[open..open + len], at + open + len + close.len()))
    };
    // Three quotes: languages differ in what they leave out of the first line.
    for quotes in ["\"\"\"", "'''"] {
        if rest.starts_with(quotes) {
            let (own, end) = raw(3, quotes)?;
            return Some((own.to_owned(), end, own.contains('\n') || own.contains('\\')));
        }
    }
    if before.ends_with("r#") && rest.starts_with('"') {
        let (own, end) = raw(1, "\"#")?;
        return Some((own.to_owned(), end, false));
    }
    if rest.starts_with('`') {
        let (own, end) = raw(1, "`")?;
        return Some((own.to_owned(), end, own.contains("${")));
    }
    if before.ends_with('@') && rest.starts_with('"') {
        return verbatim(text, at);
    }
    // An apostrophe opens nothing; a quote is closed in its own line.
    let line = &text[..at + rest.find('\n').unwrap_or(rest.len())];
    let is_apostrophe =
        rest.starts_with('\'') && before.ends_with(char::is_alphanumeric) && !before.ends_with('b');
    let (own, end) = literal::string(line, at).filter(|_| !is_apostrophe)?;
    let is_open = ["${", "#{", "\\("].iter().any(|mark| text[at..end].contains(mark));
    Some((own, end, is_open))
}

/// C#'s `@"…"`, in which only the quote is doubled.
fn verbatim(text: &str, at: usize) -> Option<(String, usize, bool)> {
    let mut own = String::new();
    let mut chars = text[at + 1..].char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        match (c, chars.peek()) {
            ('"', Some((_, '"'))) => {
                chars.next();
                own.push('"');
            }
            ('"', _) => return Some((own, at + 1 + place + 1, false)),
            (c, _) => own.push(c),
        }
    }
    None
}
