//! Names and values that no `=` and no `:` joins: elements, lists, forms in parts, options of a command.

use super::name::is_name;
use super::{LONGEST_NAME, Scan};
use crate::redact::name::Kind;

impl<'a> Scan<'a> {
    /// `<Name>value</Name>`, with attributes or a prefix.
    pub(super) fn element(&mut self, at: usize) {
        let low = at.saturating_sub(LONGEST_TAG);
        let Some(open) = memchr::memrchr(b'<', &self.text[low..at]).map(|found| low + found) else { return };
        let tag = self.text[open + 1..at].split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let name = tag.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        let mut kind = Kind::of(name);
        if kind == Kind::Open
            && !tag.starts_with(b"/")
            && self.is_value_of_a_secret(open + 1, open + 1 + tag.len())
        {
            kind = Kind::Secret;
        }
        if tag.starts_with(b"/") || !kind.is_credential() {
            return;
        }
        let len = memchr::memmem::find(&self.text[at + 1..], b"</").unwrap_or(self.text.len() - at - 1);
        match kind {
            Kind::Authorization => self.authorization(at + 1..at + 1 + len),
            Kind::Secret | Kind::Cookie | Kind::Open | Kind::Host => self.put(at + 1..at + 1 + len),
        }
    }

    /// `["eq", "$x-amz-security-token", "…"]`, as policies have it, and `["x-api-key", "…"]`, as lists of headers have it, in the
    /// brackets and quotation marks of any language.
    pub(super) fn conditions(&mut self) {
        for comma in memchr::memchr_iter(b',', self.text) {
            let Some((quote, before)) = self.text[..comma].trim_ascii_end().split_last() else { continue };
            if !matches!(quote, b'"' | b'\'') {
                continue;
            }
            let (quote, end) = (*quote, before.len());
            let low = end.saturating_sub(LONGEST_NAME);
            let Some(open) = memchr::memrchr(quote, &self.text[low..end]).map(|found| low + found) else {
                continue;
            };
            let name = &self.text[open + 1..end];
            let (is_condition, name) = (name.starts_with(b"$"), name.strip_prefix(b"$").unwrap_or(name));
            let kind = Kind::of(name);
            let bytes = |text: &[u8]| usize::from(text.ends_with(b"b") && !text.ends_with(b"bb"));
            let before = &self.text[..open - bytes(&self.text[..open])];
            let is_item = matches!(before.trim_ascii_end().last(), Some(b'[' | b',' | b'(' | b'{') | None);
            let rest = &self.text[comma + 1..];
            let start = comma + 1 + (rest.len() - rest.trim_ascii_start().len());
            let start = start + usize::from(self.text[start..].starts_with(&[b'b', quote]));
            if !kind.is_credential() || !is_item || self.text.get(start) != Some(&quote) {
                continue;
            }
            let value = self.quoted(start + 1, &[quote]);
            match kind {
                // A list of names goes on with another.
                _ if !is_condition && is_header_name(&self.text[value.clone()]) => {}
                Kind::Authorization => self.authorization(value),
                Kind::Secret | Kind::Cookie | Kind::Open | Kind::Host => self.put(value),
            }
        }
    }

    /// The fields of a form in parts: a name among the headers of a part, and behind a blank line the value.
    pub(super) fn fields(&mut self) {
        let mut done = 0;
        for at in places(self.text, FIELD) {
            let near = &self.text[at..self.text.len().min(at + NEAR)];
            let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
            let len = near[FIELD.len()..].iter().position(ends).unwrap_or_default();
            let name = near[FIELD.len()..FIELD.len() + len].trim_ascii();
            let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
            let blank = [&b"\r\n\r\n"[..], b"\n\n"]
                .map(|blank| memchr::memmem::find(near, blank).map(|found| at + found + blank.len()));
            let Some(start) = blank.into_iter().flatten().min() else { continue };
            if start < done || !Kind::of(name).is_credential() {
                continue;
            }
            let len = memchr::memmem::find(&self.text[start..], b"\n--").unwrap_or(self.text.len() - start);
            let value = &self.text[start..start + len];
            done = start + len;
            self.put(start..start + value.strip_suffix(b"\r").unwrap_or(value).len());
        }
    }

    /// `<ArgumentName>Authorization</ArgumentName><ArgumentValue>…`, as S3 has it.
    pub(super) fn argument(&mut self) {
        let mut done = 0;
        for at in places(self.text, ARGUMENT) {
            let name = at + ARGUMENT.len();
            let near = &self.text[name..self.text.len().min(name + NEAR)];
            let len = memchr::memchr(b'<', near).unwrap_or_default();
            let kind = Kind::of(&near[..len]);
            let value = memchr::memmem::find(near, b"<ArgumentValue>");
            let Some(start) = value.map(|found| name + found + b"<ArgumentValue>".len()) else { continue };
            if start < done {
                continue;
            }
            let len = memchr::memmem::find(&self.text[start..], b"</").unwrap_or(self.text.len() - start);
            done = start + len;
            match kind {
                Kind::Open | Kind::Host => {}
                Kind::Authorization => self.authorization(start..done),
                Kind::Secret | Kind::Cookie => self.put(start..done),
            }
        }
    }

    /// `'…' not a valid key=value pair (missing equal-sign) in Authorization header`: the piece that AWS quotes was not understood.
    pub(super) fn missing_equals(&mut self) {
        for at in places(self.text, b"' not a valid key=value pair") {
            let low = at.saturating_sub(NEAR);
            let start = memchr::memrchr(b'\'', &self.text[low..at]).map_or(low, |quote| low + quote + 1);
            let is_list = |byte: &u8| byte.is_ascii_lowercase() || b";-".contains(byte);
            if !self.text[start..at].iter().all(is_list) {
                self.found.push(start..at);
            }
        }
    }

    /// `--password …`, `-u user:…`: an option of a command, whose dash stands at `dash`.
    pub(super) fn option(&mut self, dash: usize) {
        let name = &self.text[dash + 1..self.text.len().min(dash + LONGEST_NAME)];
        let long = usize::from(name.starts_with(b"-"));
        let len = name[long..].iter().take_while(|byte| is_name(**byte)).count();
        let name = &name[long..long + len];
        let end = dash + 1 + long + len;
        if len == 0 || self.text.get(end) != Some(&b' ') {
            return;
        }
        let start = end + self.text[end..].iter().take_while(|byte| **byte == b' ').count();
        let word = || self.text[start..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
        let value = match self.quotation_mark(start) {
            Some(mark) => self.quoted(mark.end, &self.text[mark]),
            None => start..start + word(),
        };
        let text = &self.text[value.clone()];
        let is_user = matches!(name, b"u" | b"U" | b"user" | b"proxy-user");
        match (is_user, Kind::of(name)) {
            _ if text.starts_with(b"-") || text.starts_with(b"@") => {}
            (true, _) if text.contains(&b':') => self.hide(value),
            (false, Kind::Secret | Kind::Cookie) => self.put(value),
            (true, _) | (false, Kind::Open | Kind::Host | Kind::Authorization) => {}
        }
    }
}

/// Where a text holds a needle. A search that is prepared for its needle, as `memmem` does it, costs more than it saves: most texts are
/// a header or a sentence.
pub(super) fn places<'a>(text: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let is_rare = |byte: &u8| !byte.is_ascii_alphanumeric();
    let rare = needle.iter().position(is_rare).unwrap_or_default();
    let starts = memchr::memchr_iter(needle[rare], text).filter_map(move |at| at.checked_sub(rare));
    starts.filter(move |start| text[*start..].starts_with(needle))
}

/// What stands in front of a field's name in a form in parts.
pub(super) const FIELD: &[u8] = b"form-data; name=";

/// What stands in front of an argument's name in an answer of S3.
pub(super) const ARGUMENT: &[u8] = b"<ArgumentName>";

/// Elements that belong together stand no further apart.
const NEAR: usize = 4096;

/// No tag is longer, its attributes included.
const LONGEST_TAG: usize = 1024;

/// Whether a text is the name of a header rather than a value: words with dashes between them.
fn is_header_name(text: &[u8]) -> bool {
    let is_word = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_alphabetic);
    text.len() <= LONGEST_NAME && text.split(|byte| *byte == b'-').all(is_word)
        || text.len() >= 2 && text[..2].eq_ignore_ascii_case(b"x-")
}
