//! The list of the signed headers, and the order of the lines that it names.

use super::line::lines;
use super::names::sent_names;
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::replaced;
use crate::diagnose::draft::Slot;

pub(super) fn unsorted(g: &mut Gen<'_, '_>) {
    let sorted = lines(g);
    let mut as_sent = sorted.clone();
    as_sent.sort_by_key(|line| g.draft.lines[*line].headers.first().copied().unwrap_or(usize::MAX));
    let as_listed = listed(g);
    let mut backwards = sorted.clone();
    backwards.reverse();
    let mut by_sent_name = sorted.clone();
    by_sent_name.sort_by_key(|line| g.draft.bytes(g.draft.lines[*line].sent).to_vec());
    for (order, words) in [
        (as_sent, "in the order sent"),
        (as_listed, "in the order of SignedHeaders"),
        (by_sent_name, "sorted with regard to case"),
        (backwards, "backwards"),
    ] {
        if order == sorted {
            continue;
        }
        let value = g.order(&order);
        let list = g.list(&order, b";");
        let list = g.draft.text(&list);
        g.add(vec![(Slot::LINES, value), (Slot::SIGNED, list)], format!("{words}, the list too"));
        g.add(vec![(Slot::LINES, value)], words);
    }
}

/// The lines in the order in which the claim names them.
fn listed(g: &Gen<'_, '_>) -> Vec<usize> {
    let names = claimed_names(g);
    let names = names.iter().map(|name| name.to_ascii_lowercase());
    let mut order: Vec<usize> = Vec::new();
    for name in names {
        let line = lines(g).into_iter().find(|line| g.draft.name(*line) == name && !order.contains(line));
        order.extend(line);
    }
    if order.len() == lines(g).len() { order } else { lines(g) }
}

/// The names of the claim's list, as they are listed.
fn claimed_names(g: &Gen<'_, '_>) -> Vec<Vec<u8>> {
    let names = g.facts.claim.map(|claim| claim.signed_headers.iter()).into_iter().flatten();
    names.map(|span| g.facts.request.at(*span).to_vec()).collect()
}

/// A name that SignedHeaders lists twice: in the list that was signed, or as a second line, or as both.
pub(super) fn listed_twice(g: &mut Gen<'_, '_>) {
    let all = lines(g);
    let names: Vec<Vec<u8>> = claimed_names(g).iter().map(|name| name.to_ascii_lowercase()).collect();
    let line_of = |name: &Vec<u8>| all.iter().copied().find(|line| g.draft.name(*line) == name);
    let listed: Vec<usize> = names.iter().filter_map(line_of).collect();
    if listed.len() <= all.len() {
        return;
    }
    let mut sorted = listed.clone();
    sorted.sort_by_key(|line| g.draft.name(*line).to_vec());
    for order in [sorted, listed] {
        let (lines, list) = (g.order(&order), g.list(&order, b";"));
        let list = g.draft.text(&list);
        g.add(vec![(Slot::SIGNED, list)], "in the list");
        g.add(vec![(Slot::LINES, lines)], "as a second line");
        g.add(vec![(Slot::LINES, lines), (Slot::SIGNED, list)], "in the list, and as a second line");
    }
    let as_listed = claimed_names(g).join(&b';');
    g.put(Slot::SIGNED, &as_listed, "in the list, in the case in which it is listed");
}

pub(super) fn list_unsorted(g: &mut Gen<'_, '_>) {
    let mut as_sent = lines(g);
    as_sent.sort_by_key(|line| g.draft.lines[*line].headers.first().copied().unwrap_or(usize::MAX));
    for (order, words) in [(listed(g), "as it stands in the request"), (as_sent, "in the order sent")] {
        let list = g.list(&order, b";");
        g.put(Slot::SIGNED, &list, words);
    }
}

pub(super) fn list_case(g: &mut Gen<'_, '_>) {
    if lines(g).is_empty() {
        return;
    }
    let names = sent_names(g, &lines(g)).join(&b';');
    g.put(Slot::SIGNED, &names, "as they are sent");
    let upper = g.draft.of_base(Slot::SIGNED).to_ascii_uppercase();
    g.put(Slot::SIGNED, &upper, "in upper case");
    // A list in lower case that differs from ours has another mistake.
    let listed = claimed_names(g);
    if listed.iter().flatten().any(u8::is_ascii_uppercase) && listed.len() == lines(g).len() {
        g.put(Slot::SIGNED, &listed.join(&b';'), "as they are listed");
    }
}

pub(super) fn list_separator(g: &mut Gen<'_, '_>) {
    let list = g.draft.of_base(Slot::SIGNED).to_vec();
    if list.is_empty() {
        return;
    }
    for (between, words) in [
        (&b","[..], "by commas"),
        (b", ", "by commas and spaces"),
        (b"; ", "by semicolons and spaces"),
        (b" ", "by spaces"),
        (b"%3B", "by %3B"),
        (b":", "by colons"),
        (b"\n", "by line feeds"),
    ] {
        g.put(Slot::SIGNED, &replaced(&list, b";", between), words);
    }
    g.put(Slot::SIGNED, &[&*list, b";"].concat(), "with a semicolon at the end");
    g.put(Slot::SIGNED, b"", "left empty");
}
