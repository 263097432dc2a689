//! Headers that are sent more than once, and lists in one header.

use super::line::{lines, name_of, turn_values};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::replaced;
use crate::diagnose::draft::Slot;

/// The lines that are made of more than one header, with the values of those.
fn repeated(g: &Gen<'_, '_>) -> Vec<(usize, Vec<Vec<u8>>)> {
    let value = |index: &usize| {
        let words: Vec<&[u8]> = g.facts.request.headers[*index]
            .value
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty())
            .collect();
        words.join(&b' ')
    };
    lines(g)
        .into_iter()
        .filter(|line| g.draft.lines[*line].headers.len() > 1)
        .map(|line| (line, g.draft.lines[line].headers.iter().map(value).collect()))
        .collect()
}

pub(super) fn duplicate_joined(g: &mut Gen<'_, '_>) {
    for (line, values) in repeated(g) {
        for (between, words) in [
            (&b", "[..], "by a comma and a space"),
            (b";", "by a semicolon"),
            (b"; ", "by a semicolon and a space"),
            (b" ", "by a space"),
            (b"", "by nothing"),
        ] {
            let words = format!("{}: {words}", name_of(g, line));
            g.line(line, &values.join(between), words);
        }
    }
}

/// One header that holds a list: the space after its commas was removed, or one was added.
pub(super) fn list_spacing(g: &mut Gen<'_, '_>) {
    let single = |g: &Gen<'_, '_>, line: usize, turned: fn(&[u8]) -> Vec<u8>| {
        let value = g.draft.line(line);
        if g.draft.lines[line].headers.len() == 1 { turned(value) } else { value.to_vec() }
    };
    turn_values(g, "every list", |g, line| single(g, line, |value| replaced(value, b", ", b",")));
    turn_values(g, "every list", |g, line| {
        single(g, line, |value| replaced(&replaced(value, b", ", b","), b",", b", "))
    });
}

pub(super) fn duplicate_sorted(g: &mut Gen<'_, '_>) {
    for (line, mut values) in repeated(g) {
        let words = name_of(g, line);
        values.sort();
        g.line(line, &values.join(&b','), words.clone());
        values.reverse();
        g.line(line, &values.join(&b','), format!("{words}: backwards"));
    }
    // A list in one header may have been several.
    turn_values(g, "every list", |g, line| {
        let own = g.draft.line(line);
        let mut values: Vec<&[u8]> = own.split(|byte| *byte == b',').collect();
        values.sort_unstable();
        values.join(&b',')
    });
}

pub(super) fn duplicate_one(g: &mut Gen<'_, '_>) {
    for (line, values) in repeated(g) {
        for (place, value) in values.iter().enumerate() {
            let words = format!("{}: value {} of {}", name_of(g, line), place + 1, values.len());
            g.line(line, value, words);
        }
        let mut distinct = values.clone();
        distinct.dedup();
        let words = format!("{}: equal values once", name_of(g, line));
        g.line(line, &distinct.join(&b','), words);
    }
}

pub(super) fn duplicate_lines(g: &mut Gen<'_, '_>) {
    for (line, values) in repeated(g) {
        let mut sorted = values.clone();
        sorted.sort();
        for (values, words) in [(&values, ""), (&sorted, ", sorted")] {
            let (name, sent) =
                (g.draft.name(line).to_vec(), g.draft.bytes(g.draft.lines[line].sent).to_vec());
            let new: Vec<usize> =
                values.iter().map(|value| g.draft.add_line(&name, &sent, value, Vec::new())).collect();
            let order: Vec<usize> = lines(g)
                .into_iter()
                .flat_map(|other| if other == line { new.clone() } else { vec![other] })
                .collect();
            let words = format!("{}{words}", name_of(g, line));
            put_order(g, &order, &words);
        }
    }
}

/// The lines in this order, with their names in the list as often as they stand there, or as they are.
fn put_order(g: &mut Gen<'_, '_>, order: &[usize], words: &str) {
    let value = g.order(order);
    let list = g.list(order, b";");
    let list = g.draft.text(&list);
    g.add(vec![(Slot::LINES, value)], words);
    g.add(vec![(Slot::LINES, value), (Slot::SIGNED, list)], format!("{words}, and named twice"));
}
