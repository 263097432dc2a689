//! White space around values and inside them, and what stands between a name and its value.

use super::line::{lines, name_of, or_own, raw, turn_values};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::replaced;
use crate::diagnose::draft::Slot;
use crate::diagnose::form::HeaderForm;

pub(super) fn colon(g: &mut Gen<'_, '_>) {
    if lines(g).is_empty() {
        return;
    }
    g.form(Slot::HEADER_FORM, HeaderForm::ColonSpace as usize, "");
    g.form(Slot::HEADER_FORM, HeaderForm::SpaceColonSpace as usize, "and one before it");
    g.form(Slot::HEADER_FORM, HeaderForm::Equals as usize, "= in place of the colon");
    g.form(Slot::HEADER_FORM, HeaderForm::NoColon as usize, "a space in place of the colon");
}

pub(super) fn spaces_kept(g: &mut Gen<'_, '_>) {
    turn_values(g, "every value", |g, line| raw(g, line, b",").trim_ascii().to_vec());
    turn_values(g, "every value, inside quotes alone", |g, line| {
        collapsed_outside_quotes(&raw(g, line, b","))
    });
    turn_values(g, "every value, pairs of spaces alone collapsed", |g, line| {
        replaced(raw(g, line, b",").trim_ascii(), b"  ", b" ")
    });
    turn_values(g, "every value, tabs", |g, line| {
        let mut value = raw(g, line, b",").trim_ascii().to_vec();
        while memchr::memmem::find(&value, b"  ").is_some() {
            value = replaced(&value, b"  ", b" ");
        }
        value
    });
}

fn collapsed_outside_quotes(value: &[u8]) -> Vec<u8> {
    let (mut out, mut quoted) = (Vec::new(), false);
    for byte in value.trim_ascii() {
        quoted ^= *byte == b'"';
        let space = byte.is_ascii_whitespace() && !quoted;
        match (space, out.last()) {
            (true, Some(b' ')) => {}
            (true, _) => out.push(b' '),
            (false, _) => out.push(*byte),
        }
    }
    out
}

pub(super) fn not_trimmed(g: &mut Gen<'_, '_>) {
    // What stands between colon and value is mostly one space, which nobody signs.
    let with_gap = |g: &Gen<'_, '_>, line: usize| {
        let values = g.draft.lines[line].headers.iter().map(|index| {
            let header = &g.facts.request.headers[*index];
            let gap = header.gap.get(1..).unwrap_or_default();
            [gap, &header.value].concat()
        });
        values.collect::<Vec<_>>().join(&b',')
    };
    let collapse = |value: &[u8]| {
        let mut out: Vec<u8> = Vec::new();
        for byte in value {
            match (byte, out.last()) {
                (b' ' | b'\t', Some(b' ')) => {}
                (b'\t', _) => out.push(b' '),
                _ => out.push(*byte),
            }
        }
        out
    };
    turn_values(g, "every value", |g, line| or_own(g, line, raw(g, line, b",")));
    turn_values(g, "every value, collapsed", |g, line| or_own(g, line, collapse(&raw(g, line, b","))));
    turn_values(g, "every value, both ends", |g, line| or_own(g, line, with_gap(g, line)));
    turn_values(g, "every value, both ends, collapsed", |g, line| {
        or_own(g, line, collapse(&with_gap(g, line)))
    });
    turn_values(g, "every value, at its begin", |g, line| {
        or_own(g, line, with_gap(g, line).trim_ascii_end().to_vec())
    });
}

pub(super) fn spaces_removed(g: &mut Gen<'_, '_>) {
    turn_values(g, "every value", |g, line| {
        let (value, removed) = (g.draft.line(line), replaced(g.draft.line(line), b" ", b""));
        // Spaces behind commas alone are those of a list.
        if removed == replaced(value, b", ", b",") { value.to_vec() } else { removed }
    });
}

pub(super) fn folded(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let value = raw(g, line, b",");
        if !value.contains(&b'\n') {
            continue;
        }
        let parts: Vec<&[u8]> = value
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|part| !part.is_empty())
            .collect();
        for (between, words) in [
            (&b","[..], "a comma"),
            (b", ", "a comma and a space"),
            (b"\n", "a line feed"),
            (b"", "nothing"),
            (b"\n ", "a line feed and a space"),
        ] {
            let words = format!("{}: joined by {words}", name_of(g, line));
            g.line(line, &parts.join(between), words);
        }
    }
}
