//! The name in front of a value, and the name that a value has elsewhere.

use super::value::is_quote;
use super::{LONGEST_NAME, Scan};
use crate::redact::name::Kind;

/// How a name stands before its separator.
pub(super) struct Name {
    pub(super) kind: Kind,
    pub(super) start: usize,
    /// The quotation mark behind it.
    pub(super) closed_by: Option<u8>,
}

impl<'a> Scan<'a> {
    /// The name in front of a separator: a run of letters, digits and the marks that stand in names, in quotes or not; of several words
    /// the last two or three may be the name (`API key: …`).
    pub(super) fn name_before(&self, at: usize) -> Name {
        let low = at.saturating_sub(LONGEST_NAME);
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let mut end = at - self.text[low..at].iter().rev().take_while(|byte| is_blank(byte)).count();
        let closed_by = self.text[low..end].last().copied().filter(|byte| is_quote(*byte));
        if closed_by.is_some() {
            end -= 1;
            end -= self.text[low..end].iter().rev().take_while(|byte| **byte == b'\\').count();
        }
        let word = |end: usize| {
            let len = self.text[low..end].iter().rev().take_while(|byte| is_name(**byte)).count();
            // The n of `\n` is no part of it.
            match self.text[low..end - len].last() {
                Some(b'\\') if len > 1 => end - len + 1,
                Some(_) | None => end - len,
            }
        };
        let mut start = word(end);
        let mut kind = Kind::of(&self.text[start..end]);
        for _ in 0..2 {
            let before = start.saturating_sub(1);
            if kind != Kind::Open || start <= low || self.text[before] != b' ' || word(before) == before {
                break;
            }
            start = word(before);
            kind = Kind::of(&self.text[start..end]);
        }
        Name { kind, start, closed_by }
    }

    /// `- name: PASSWORD` and in the next line `value: …`, as YAML has it.
    pub(super) fn is_value_in_a_list(&self, start: usize, at: usize) -> bool {
        if self.text[start..at] != *b"value" {
            return false;
        }
        let before = &self.text[start.saturating_sub(LONGEST_NAME)..start];
        let line = before.rsplit(|byte| *byte == b'\n').nth(1).unwrap_or_default();
        let named = memchr::memmem::find(line, b"name:").map(|at| line[at + 5..].trim_ascii());
        named.is_some_and(|name| Kind::of(name).is_credential())
    }

    /// `"name": "x-api-key", "value": "…"`: whether a name is no more than `value`, and what stands before it names a credential.
    pub(super) fn is_value_of_a_secret(&self, start: usize, at: usize) -> bool {
        /// What belongs to a value stands no further before it.
        const NEAR: usize = 128;
        let own = self.text[start..at].trim_ascii_end();
        let (is_quoted, own) = own.strip_suffix(b"\"").map_or((false, own), |own| (true, own));
        let own = own.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
        if own.len() < 5 || !own[own.len() - 5..].eq_ignore_ascii_case(b"value") {
            return false;
        }
        let names_one = |near: &[u8]| {
            let mut words =
                near.split(|byte| !is_name(*byte) && *byte != b'/').filter(|word| !word.is_empty());
            words.any(|word| Kind::of(word).is_credential())
        };
        let before = &self.text[start.saturating_sub(NEAR)..start];
        // An object may stand on several lines.
        let ends = |byte: &u8| b"{}".contains(byte) || *byte == b'\n' && !is_quoted;
        let near = before.rsplit(ends).find(|part| !part.trim_ascii().is_empty()).unwrap_or_default();
        names_one(near) || is_quoted && self.name_behind(at).is_some_and(names_one)
    }

    /// `"value": "…", "name": "…"`: what names a value from behind.
    fn name_behind(&self, at: usize) -> Option<&[u8]> {
        const NEAR: usize = 256;
        let rest = &self.text[at + 1..self.text.len().min(at + NEAR)];
        let open = memchr::memchr(b'"', rest)? + 1;
        let behind = open + memchr::memchr(b'"', &rest[open..])? + 1;
        let object = &rest[behind..];
        let object = &object[..memchr::memchr2(b'{', b'}', object).unwrap_or(object.len())];
        let name =
            memchr::memmem::find(object, b"ame\"").or_else(|| memchr::memmem::find(object, b"ey\""))?;
        Some(&object[name..])
    }
}

pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.$[]".contains(&byte)
}
