//! Lines that one side alone has: headers left out of what was signed, or of the list.

use super::line::{lines, name_of};
use crate::diagnose::causes::Gen;
use crate::diagnose::draft::Slot;

pub(super) fn not_signed(g: &mut Gen<'_, '_>) {
    let all = lines(g);
    let without = |g: &mut Gen<'_, '_>, gone: &[usize], alone: bool| {
        let left: Vec<usize> = all.iter().copied().filter(|line| !gone.contains(line)).collect();
        let names: Vec<String> = gone.iter().map(|line| name_of(g, *line)).collect();
        let order = g.order(&left);
        let list = g.list(&left, b";");
        let list = g.draft.text(&list);
        let words = names.join(" and ");
        for patch in [vec![(Slot::LINES, order), (Slot::SIGNED, list)], vec![(Slot::LINES, order)]] {
            let change = g.add(patch, words.clone());
            if let (Some(change), true) = (change, alone) {
                change.alone();
            }
        }
    };
    for line in &all {
        without(g, &[*line], false);
    }
    if all.len() <= 14 {
        for (place, a) in all.iter().enumerate() {
            for b in &all[place + 1..] {
                without(g, &[*a, *b], true);
            }
        }
    }
    // Clients that sign host and date alone.
    let few: Vec<usize> =
        all.iter().copied().filter(|line| !matches!(g.draft.name(*line), b"host" | b"x-amz-date")).collect();
    if few.len() > 2 {
        without(g, &few, true);
    }
    let only_host: Vec<usize> = all.iter().copied().filter(|line| g.draft.name(*line) != b"host").collect();
    if only_host.len() > 2 {
        without(g, &only_host, true);
    }
}

pub(super) fn signed_unnamed(g: &mut Gen<'_, '_>) {
    if !g.is_request() {
        return;
    }
    let named = |g: &Gen<'_, '_>, name: &[u8]| {
        lines(g).iter().any(|line| g.draft.name(*line) == name.to_ascii_lowercase())
    };
    let unnamed: Vec<usize> = g
        .facts
        .request
        .sent()
        .filter(|(_, header)| !named(g, &header.name) && !header.is(b"authorization"))
        .map(|(index, _)| index)
        .collect();
    let added: Vec<usize> = unnamed.iter().map(|index| line_of_header(g, *index)).collect();
    for line in &added {
        let words = name_of(g, *line);
        with_lines(g, &[*line], words);
    }
    if added.len() > 1 {
        with_lines(g, &added, "every header that is sent".into());
    }
    let amz: Vec<usize> =
        added.iter().copied().filter(|line| g.draft.name(*line).starts_with(b"x-amz-")).collect();
    if amz.len() > 1 {
        with_lines(g, &amz, "every x-amz header".into());
    }
    token_line(g);
}

/// A line for a header of the request that is not signed, to be written where an order names it.
fn line_of_header(g: &mut Gen<'_, '_>, index: usize) -> usize {
    let header = g.facts.request.headers[index].clone();
    let value = String::from_utf8_lossy(&header.value).split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let lower = header.name.to_ascii_lowercase();
    g.draft.add_line(&lower, &header.name, value.as_bytes(), vec![index])
}

/// The lines and these as well, sorted; named in the list, or not.
fn with_lines(g: &mut Gen<'_, '_>, more: &[usize], words: String) {
    let mut order: Vec<usize> = lines(g).into_iter().chain(more.iter().copied()).collect();
    order.sort_by_key(|line| g.draft.name(*line).to_vec());
    let value = g.order(&order);
    let list = g.list(&order, b";");
    let list = g.draft.text(&list);
    g.add(vec![(Slot::LINES, value), (Slot::SIGNED, list)], words.clone());
    g.add(vec![(Slot::LINES, value)], words);
}

/// The session token at hand, which the request does not send.
fn token_line(g: &mut Gen<'_, '_>) {
    let Some(token) = g.facts.token else { return };
    let name = g.draft.family.token_header;
    if g.facts.is_presigned() || g.facts.request.header(name.as_bytes()).is_some() {
        return;
    }
    let line =
        g.draft.add_line(name.to_ascii_lowercase().as_bytes(), name.as_bytes(), token.expose(), Vec::new());
    with_lines(g, &[line], format!("{}, which was signed but not sent", name.to_ascii_lowercase()));
}

pub(super) fn signed_empty(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let name = name_of(g, line);
        if name != "content-type" && name != "host" {
            g.line(line, b"", name);
        }
    }
}

pub(super) fn empty_dropped(g: &mut Gen<'_, '_>) {
    let all = lines(g);
    let left: Vec<usize> = all.iter().copied().filter(|line| !g.draft.line(*line).is_empty()).collect();
    if left.len() == all.len() {
        return;
    }
    let value = g.order(&left);
    g.add(vec![(Slot::LINES, value)], "their lines");
    let list = g.list(&left, b";");
    let list = g.draft.text(&list);
    g.add(vec![(Slot::LINES, value), (Slot::SIGNED, list)], "their lines and their names");
}
