//! Credentials in any text: bodies, answers, logs, URLs, headers of unknown form, sentences that quote one of them.
//!
//! Nothing is parsed, for a text may be cut, mixed and escaped as often as it was passed on. What is looked for is a name that says that
//! its value is a credential ([`Kind`]), written in any way in which names have values (`name=value`, `"name": "value"`, `Name: value`,
//! `<Name>value</Name>`, `["eq", "$name", "value"]`), and values that tell themselves: a user and a password in a URL, a bearer token, a
//! private key. It takes time in proportion to the text, however long and whatever it holds.

mod name;
mod structure;
mod tokens;
mod value;
mod words;

use std::ops::Range;

use super::authorization;
use super::name::Kind;
use super::unescape::Unescaped;
use structure::{ARGUMENT, FIELD};
use tokens::USER;
use words::{is_code, is_count, is_harmless, is_login_code};

/// How often a text may have been escaped: a URL in the query of a URL that is quoted in HTML.
const LAYERS: usize = 3;

/// Longer texts are looked at in stretches of this length, so that no more memory is needed.
const STRETCH: usize = 1 << 20;

/// Stretches overlap by this much: no name with its value is longer.
const OVERLAP: usize = 32 << 10;

/// No name is longer, its quotes and the white space behind it included.
const LONGEST_NAME: usize = 96;

/// The places of a text that hold credentials, in order and apart from each other.
pub(crate) fn hidden(text: &[u8]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start: usize = 0;
    loop {
        let low = start.saturating_sub(OVERLAP);
        let end = text.len().min(start.saturating_add(STRETCH + OVERLAP));
        let found = in_stretch(&text[low..end]).into_iter();
        out.extend(found.map(|range| low + range.start..low + range.end));
        start = start.saturating_add(STRETCH);
        if end == text.len() {
            break;
        }
    }
    merged(out)
}

/// Ranges in order, those that touch made one.
pub(crate) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            Some(_) | None => out.push(range),
        }
    }
    out
}

fn in_stretch(text: &[u8]) -> Vec<Range<usize>> {
    match wide(text) {
        Some(first) => {
            let narrow: Vec<u8> = text[first..].iter().copied().step_by(2).collect();
            let found = in_narrow(&narrow).into_iter();
            found.map(|range| first + 2 * range.start..text.len().min(first + 2 * range.end)).collect()
        }
        None => in_narrow(text),
    }
}

/// Where the letters begin in a text of two bytes each (UTF-16), every other of which is zero.
fn wide(text: &[u8]) -> Option<usize> {
    /// So many bytes tell.
    const TELLING: usize = 256;
    let begin = &text[..text.len().min(TELLING)];
    memchr::memchr(0, begin)?;
    let zeros = |from: usize| begin.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    [0, 1]
        .into_iter()
        .find(|letters| zeros(1 - letters) * 8 >= begin.len() * 3 && zeros(*letters) * 8 <= begin.len())
}

fn in_narrow(text: &[u8]) -> Vec<Range<usize>> {
    let mut out = Scan::of(text);
    let mut layer = Unescaped::of(text);
    for _ in 0..LAYERS {
        let Some(unescaped) = layer else { break };
        out.extend(Scan::of(&unescaped.text).iter().map(|range| unescaped.original(range)));
        layer = unescaped.again();
    }
    out
}

/// One pass over a text.
struct Scan<'a> {
    text: &'a [u8],
    found: Vec<Range<usize>>,
    /// Up to here it is hidden already.
    done: usize,
}

impl<'a> Scan<'a> {
    fn of(text: &'a [u8]) -> Vec<Range<usize>> {
        let mut scan = Self { text, found: Vec::new(), done: 0 };
        let (mut fields, mut arguments, mut users) = (false, false, false);
        for at in memchr::memchr3_iter(b'=', b':', b'>', text) {
            fields |= text[..=at].ends_with(FIELD);
            arguments |= text[..=at].ends_with(ARGUMENT);
            users |= text[at..].starts_with(USER);
            if at >= scan.done {
                scan.separator(at);
            }
        }
        scan.conditions();
        // Each of these walks the text once more, and most texts hold none.
        if fields {
            scan.fields();
        }
        if arguments {
            scan.argument();
        }
        scan.missing_equals();
        if users {
            scan.users();
        }
        scan.beside_ids();
        scan.marked_tokens();
        scan.announced_tokens();
        scan.access_keys();
        scan.found
    }

    fn separator(&mut self, at: usize) {
        if self.text[at] == b'>' {
            return self.element(at);
        }
        let mut name = self.name_before(at);
        let is_prose = self.text[at] == b':' && name.closed_by.is_none();
        let is_named_elsewhere = || match is_prose {
            true => self.is_value_in_a_list(name.start, at),
            false => self.is_value_of_a_secret(name.start, at),
        };
        if name.kind == Kind::Open && is_named_elsewhere() {
            name.kind = Kind::Secret;
        }
        let range = match name.kind {
            Kind::Open if is_code(&self.text[name.start..at]) => self.value(at, &name),
            Kind::Open => return,
            Kind::Host => return self.host(at),
            Kind::Secret => self.value(at, &name),
            Kind::Authorization | Kind::Cookie => self.value_to_the_end(at, &name),
        };
        if is_count(&self.text[name.start..at], &self.text[range.clone()]) {
            return;
        }
        match name.kind {
            Kind::Authorization => self.authorization(range),
            Kind::Secret | Kind::Cookie => self.put(range),
            Kind::Open if is_login_code(&self.text[range.clone()]) => self.put(range),
            Kind::Open | Kind::Host => {}
        }
    }

    /// Hides a range, unless it is no credential for certain.
    fn put(&mut self, range: Range<usize>) {
        let value = &self.text[range.clone()];
        self.done = self.done.max(range.end);
        if !is_harmless(value) {
            self.found.push(range);
        }
    }

    /// Hides a range that is one by its place, unless that was done before.
    fn hide(&mut self, range: Range<usize>) {
        self.done = self.done.max(range.end);
        if !self.text[range.clone()].starts_with(b"[hidden") {
            self.found.push(range);
        }
    }

    fn authorization(&mut self, range: Range<usize>) {
        self.done = self.done.max(range.end);
        let value = &self.text[range.clone()];
        if is_harmless(value) || self.is_hash(&range) {
            return;
        }
        let hidden = authorization::hidden(value).into_iter();
        self.found.extend(hidden.map(|inner| range.start + inner.start..range.start + inner.end));
    }

    /// `(Hashed with SHA-256 and encoded with Base64) Authorization=…`: what AWS tells of a header shows nothing of it.
    fn is_hash(&self, range: &Range<usize>) -> bool {
        let before = &self.text[range.start.saturating_sub(40)..range.start];
        memchr::memmem::find(before, b"Base64)").is_some() && range.len() <= 46
    }
}

#[cfg(test)]
mod tests;
