//! A header line and its value: what the generators of all topics ask of it, and how they change it.

use crate::diagnose::causes::{Gen, usual};
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;

pub(super) fn name_of(g: &Gen<'_, '_>, line: usize) -> String {
    String::from_utf8_lossy(g.draft.name(line)).into_owned()
}

/// The lines of a request; none where something else is signed.
pub(super) fn lines(g: &Gen<'_, '_>) -> Vec<usize> {
    g.draft.written()
}

/// A line's value before it was trimmed and collapsed, with repeated headers joined.
pub(super) fn raw(g: &Gen<'_, '_>, line: usize, between: &[u8]) -> Vec<u8> {
    let values = g.draft.lines[line].headers.iter().map(|index| {
        let header = &g.facts.request.headers[*index];
        header.value.clone()
    });
    values.collect::<Vec<_>>().join(between)
}

/// A value that a line had before something on the way changed it.
pub(super) fn put_sent<'g>(
    g: &'g mut Gen<'_, '_>,
    line: usize,
    value: &[u8],
    words: String,
) -> Option<&'g mut Change> {
    let index = match g.draft.lines[line].headers[..] {
        [index] => Some(index),
        _ => None,
    };
    let change = g.line(line, value, words)?;
    if let Some(index) = index {
        change.edit(Edit::Header(index, value.to_vec()));
    }
    Some(change)
}

/// Each of these values, for a header that is signed and sent. One that is not sent has a cause of its own.
pub(super) fn put_values(g: &mut Gen<'_, '_>, name: &str, values: &[&str]) {
    let Some(line) = g.draft.named(name).filter(|line| !g.draft.lines[*line].headers.is_empty()) else {
        return;
    };
    for value in values {
        let words = match value.is_empty() {
            true => format!("{name}: signed empty"),
            false => format!("{name}: signed as {value}"),
        };
        put_sent(g, line, value.as_bytes(), words);
    }
}

/// The usual values of each of these headers, and none.
pub(super) fn put_usual(g: &mut Gen<'_, '_>, names: &[&str]) {
    for name in names {
        put_values(g, name, usual::of(name));
        put_values(g, name, &[""]);
    }
}

/// The same change of every line at once, and of each by itself.
pub(super) fn turn_values(g: &mut Gen<'_, '_>, all: &str, turn: impl Fn(&Gen<'_, '_>, usize) -> Vec<u8>) {
    let mut patch = Vec::new();
    for line in lines(g) {
        let value = turn(g, line);
        if value != g.draft.line(line) {
            let words = name_of(g, line);
            g.line(line, &value, words);
            patch.push((Slot::line(line), g.draft.text(&value)));
        }
    }
    if patch.len() > 1 {
        g.add(patch, all);
    }
}

/// The value, where the line is made of headers of the request.
pub(super) fn or_own(g: &Gen<'_, '_>, line: usize, value: Vec<u8>) -> Vec<u8> {
    if g.draft.lines[line].headers.is_empty() { g.draft.line(line).to_vec() } else { value }
}
