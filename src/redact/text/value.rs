//! Where the value behind a separator begins and ends: in quotes, in brackets, in a line, in a message.

use std::ops::Range;

use super::Scan;
use super::name::Name;
use crate::redact::name::Kind;

impl<'a> Scan<'a> {
    /// The value behind a separator.
    pub(super) fn value(&self, at: usize, name: &Name) -> Range<usize> {
        if self.text[at] == b':' && name.closed_by.is_none() && self.begins_line(name.start) {
            return self.line(at);
        }
        let from = self.unwrapped(self.skip(at, name));
        if let Some(mark) = self.quotation_mark(from) {
            return self.quoted(mark.end, &self.text[mark]);
        }
        match self.text.get(from) {
            Some(b'[' | b'{') if name.closed_by.is_some() => from..self.balanced(from),
            Some(_) | None => {
                let end = self.bare(from, at);
                if from > at + 1 && self.is_prose(from..end) { from..from } else { from..end }
            }
        }
    }

    /// Where a quotation begins behind what languages write before it: `b'…'`, `@"…"`, `Some("…")`, `(string) (len=16) "…"`, `== "…"`.
    fn unwrapped(&self, from: usize) -> usize {
        /// No such text is longer.
        const LONGEST: usize = 40;
        let near = &self.text[from..self.text.len().min(from + LONGEST)];
        let Some(quote) = near.iter().position(|byte| is_quote(*byte)) else { return from };
        let before = near[..quote].trim_ascii();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_*&().:=<> ".contains(byte);
        let is_prefix = PREFIXES.iter().any(|prefix| before.eq_ignore_ascii_case(prefix));
        let is_call = near[..quote].ends_with(b"(") || before.ends_with(b")") && before.contains(&b'(');
        match quote > 0 && (is_prefix || is_call && before.iter().all(is_part)) {
            true => from + quote,
            false => from,
        }
    }

    /// A quotation mark with the backslashes before it, of which JSON within JSON has some.
    pub(super) fn quotation_mark(&self, from: usize) -> Option<Range<usize>> {
        let slashes = self.text[from..].iter().take_while(|byte| **byte == b'\\').count();
        let is_one = self.text.get(from + slashes).is_some_and(|byte| is_quote(*byte));
        is_one.then(|| from..from + slashes + 1)
    }

    /// Whether a short word behind a colon and a space goes on in a sentence: `… as the secret: the two changed places`.
    fn is_prose(&self, word: Range<usize>) -> bool {
        const SHORT: usize = 5;
        let goes_on = matches!(self.text.get(word.end), Some(b' '));
        let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_punctuation();
        goes_on && word.len() <= SHORT && self.text[word].iter().all(is_plain)
    }

    /// The value of what goes on to the end of its line, or of the quotation that it stands in.
    pub(super) fn value_to_the_end(&self, at: usize, name: &Name) -> Range<usize> {
        let from = self.skip(at, name);
        let is_quoted = self.text.get(from).is_some_and(|byte| is_quote(*byte) || *byte == b'\\');
        let around = name.start.checked_sub(1).map(|before| self.text[before]).filter(|byte| is_quote(*byte));
        match (is_quoted, around.filter(|_| name.closed_by.is_none())) {
            (true, _) => {
                self.value(at, &Name { start: name.start, kind: Kind::Secret, closed_by: Some(b'"') })
            }
            (false, Some(quote)) => self.quoted(from, &[quote]),
            (false, None) if self.text[at] == b'=' && self.is_one_word(from, at, name) => {
                from..self.bare(from, at)
            }
            (false, None) if self.text[at] == b'=' => self.message(at),
            (false, None) => self.line(at),
        }
    }

    /// Whether a value behind an equals sign is one word: in a query, in a shell, and where AWS tells the hash of a header.
    fn is_one_word(&self, from: usize, at: usize, name: &Name) -> bool {
        let word = from..self.bare(from, at);
        let ends = |byte: &u8| b"&;\"'`<".contains(byte);
        name.kind == Kind::Cookie || self.is_hash(&word) || self.text.get(word.end).is_none_or(ends)
    }

    /// The rest of a message: to the end of its line, of its string in JSON or of its element.
    fn message(&self, at: usize) -> Range<usize> {
        let line = self.line(at);
        let ends = |at: &usize| match &self.text[*at..line.end] {
            [b'<', b'/', ..] => true,
            [b'"', rest @ ..] => {
                matches!(rest.trim_ascii_start(), [] | [b'}' | b']', ..] | [b',', ..])
                    && !self.text[..*at].ends_with(b"\\")
            }
            _ => false,
        };
        let end = line.clone().find(ends).unwrap_or(line.end);
        line.start..end
    }

    /// Where a value begins: behind the separator, an arrow's head and white space. In JSON it may stand on the next line.
    pub(super) fn skip(&self, at: usize, name: &Name) -> usize {
        let arrow = usize::from(self.text[at] == b'=' && self.text.get(at + 1) == Some(&b'>'));
        let from = at + 1 + arrow;
        let is_between = |byte: &u8| match name.closed_by {
            Some(_) => byte.is_ascii_whitespace(),
            None => matches!(byte, b' ' | b'\t'),
        };
        from + self.text[from..].iter().take_while(|byte| is_between(byte)).count()
    }

    /// The rest of the line, with the lines that it is folded to; without white space at the ends.
    fn line(&self, at: usize) -> Range<usize> {
        let mut end = at + 1;
        loop {
            end += memchr::memchr2(b'\n', b'\\', &self.text[end..]).unwrap_or(self.text.len() - end);
            match &self.text[end..] {
                [b'\\', b'n', ..] | [] => break,
                [b'\\', b'r', b'\\', b'n', ..] => break,
                [b'\\', ..] => end += 1,
                [b'\n', b' ' | b'\t', ..] => end += 2,
                [b'\n', ..] | [_, ..] => break,
            }
        }
        let inner = &self.text[at + 1..end];
        let start = at + 1 + (inner.len() - inner.trim_ascii_start().len());
        start..start + inner.trim_ascii().len()
    }

    /// Whether nothing but marks of quotation stands in front of a name in its line.
    fn begins_line(&self, start: usize) -> bool {
        let before = &self.text[start.saturating_sub(8)..start];
        let marks = before.iter().rev().take_while(|byte| b" \t><*|+#".contains(byte)).count();
        let rest = &before[..before.len() - marks];
        rest.is_empty() || rest.ends_with(b"\n") || rest.ends_with(b"\\n")
    }

    /// Up to the mark that closes a quotation; all that follows where none does.
    pub(super) fn quoted(&self, from: usize, mark: &[u8]) -> Range<usize> {
        let mut at = from;
        while let Some(found) = memchr::memmem::find(&self.text[at..], mark) {
            let end = at + found;
            // `\"` ends nothing where `"` is the mark, nor `\\"` where `\"` is.
            let slashes = self.text[from..end].iter().rev().take_while(|byte| **byte == b'\\').count();
            // One that is escaped itself ends where as many backslashes stand before it, and no more.
            if slashes == 0 || mark.len() == 1 && slashes % 2 == 0 {
                return from..end;
            }
            at = end + mark.len();
        }
        from..self.text.len()
    }

    /// The end of a list or an object of JSON; all that follows where it has none.
    fn balanced(&self, from: usize) -> usize {
        let (mut depth, mut at) = (0_usize, from);
        while let Some(byte) = self.text.get(at) {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                b'"' => at = self.quoted(at + 1, b"\"").end,
                _ => {}
            }
            at += 1;
        }
        self.text.len()
    }

    /// The end of a value without quotes. In a query a comma and a bracket may belong to it.
    fn bare(&self, from: usize, separator: usize) -> usize {
        let ends_query = |byte: u8| byte.is_ascii_whitespace() || b"&\"'`<>#".contains(&byte);
        let ends = |byte: u8| match self.text[separator] {
            b'=' => ends_query(byte),
            _ => ends_query(byte) || b",;)}]".contains(&byte),
        };
        let mut at = from;
        while let Some(byte) = self.text.get(at) {
            let escape =
                *byte == b'\\' && self.text.get(at + 1).is_some_and(|next| b"nrt\"'u".contains(next));
            if ends(*byte) || escape {
                break;
            }
            at += 1;
        }
        at
    }
}

/// What languages write before a quotation: bytes, text as it is, a comparison.
const PREFIXES: [&[u8]; 11] = [b"b", b"u", b"r", b"f", b"rb", b"br", b"ur", b"@", b"$", b"=", b"=="];

pub(super) fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}
