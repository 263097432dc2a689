//! Names of headers in another case, in the lines and in their list.

use std::collections::HashMap;

use super::line::{lines, name_of};
use crate::diagnose::causes::Gen;
use crate::diagnose::change::Pairing;
use crate::diagnose::draft::Slot;
use crate::diagnose::form::HeaderForm;

pub(super) fn name_case(g: &mut Gen<'_, '_>) {
    let differs =
        lines(g).into_iter().any(|line| g.draft.bytes(g.draft.lines[line].sent) != g.draft.name(line));
    if differs {
        g.form(Slot::HEADER_FORM, HeaderForm::NamesAsSent as usize, "in the lines");
        let list = sent_names(g, &lines(g)).join(&b';');
        let form = crate::diagnose::draft::Value::number(HeaderForm::NamesAsSent as usize);
        let list = g.draft.text(&list);
        g.add(vec![(Slot::HEADER_FORM, form), (Slot::SIGNED, list)], "in the lines and in their list");
        sorted_by_sent_name(g);
    }
    each_name_otherwise(g);
    all_names_otherwise(g);
}

/// One name in another case among names in lower case: a header that was added later, or a special case of a library. What is sent
/// does not tell it: HTTP/2 and many libraries send every name in lower case.
fn each_name_otherwise(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let (name, sent) = (g.draft.name(line).to_vec(), g.draft.bytes(g.draft.lines[line].sent).to_vec());
        let mut tried = vec![name.clone()];
        let likely = [sent, capitalised(&name)];
        let places = likely.len();
        for (place, other) in likely.into_iter().chain(stranger_names(&name)).enumerate() {
            if g.is_over() {
                return;
            }
            if !tried.contains(&other) {
                let words = format!("{} alone", String::from_utf8_lossy(&other));
                let likely = if place < places { Pairing::Combined } else { Pairing::Alone };
                put_names(g, &[(line, other.clone())], &words, likely);
                tried.push(other);
            }
        }
    }
}

/// Every name, or every name but one, as documents write it.
fn all_names_otherwise(g: &mut Gen<'_, '_>) {
    let all = lines(g);
    let of = |g: &Gen<'_, '_>, turn: fn(&[u8]) -> Vec<u8>| -> Vec<(usize, Vec<u8>)> {
        all.iter().map(|line| (*line, turn(g.draft.name(*line)))).collect()
    };
    let capitals = of(g, capitalised);
    let is_as_sent = |(line, name): &(usize, Vec<u8>)| g.draft.bytes(g.draft.lines[*line].sent) == name;
    if !capitals.iter().all(is_as_sent) {
        put_names(g, &capitals, "each word with a capital", Pairing::Combined);
    }
    let upper = of(g, <[u8]>::to_ascii_uppercase);
    put_names(g, &upper, "in upper case", Pairing::Alone);
    if all.len() > 2 {
        for line in &all {
            if g.is_over() {
                return;
            }
            let words = format!("each word with a capital, but not {}", name_of(g, *line));
            let others: Vec<_> = capitals.iter().filter(|(other, _)| other != line).cloned().collect();
            put_names(g, &others, &words, Pairing::Alone);
        }
    }
}

/// Other names for some of the lines, which stay in their order or are sorted by them; in the list, too, or not.
fn put_names(g: &mut Gen<'_, '_>, names: &[(usize, Vec<u8>)], words: &str, pairing: Pairing) {
    let written = lines(g);
    let mut renamed = HashMap::with_capacity(names.len());
    for (line, name) in names {
        let (value, headers) = (g.draft.line(*line).to_vec(), g.draft.lines[*line].headers.clone());
        renamed.insert(*line, g.draft.add_line(name, name, &value, headers));
    }
    let order: Vec<usize> =
        written.into_iter().map(|line| renamed.get(&line).copied().unwrap_or(line)).collect();
    let mut sorted = order.clone();
    sorted.sort_by_key(|line| g.draft.name(*line).to_vec());
    let orders = if sorted == order { vec![order] } else { vec![order, sorted] };
    for lines in orders {
        let list = g.list(&lines, b";");
        let (lines, list) = (g.order(&lines), g.draft.text(&list));
        let in_list = format!("{words}, in the list too");
        for (patch, words) in [
            (vec![(Slot::LINES, lines)], words),
            (vec![(Slot::LINES, lines), (Slot::SIGNED, list)], &in_list),
        ] {
            g.add(patch, words).into_iter().for_each(|change| change.pairing = pairing);
        }
    }
}

/// The name as documents write it: a capital at the begin of each word.
fn capitalised(name: &[u8]) -> Vec<u8> {
    let mut out = name.to_ascii_lowercase();
    for at in 0..out.len() {
        if at == 0 || out[at - 1] == b'-' {
            out[at].make_ascii_uppercase();
        }
    }
    out
}

/// Rarer ways to write a name: in capitals, with one capital at its begin, and with a word of it in capitals (`SHA256`, `ID`).
fn stranger_names(name: &[u8]) -> Vec<Vec<u8>> {
    let (lower, capitals) = (name.to_ascii_lowercase(), capitalised(name));
    let first = [&capitals[..1.min(name.len())], &lower[1.min(name.len())..]].concat();
    let mut out = vec![name.to_ascii_uppercase(), first];
    let mut start = 0;
    for word in name.split(|byte| *byte == b'-') {
        let end = start + word.len();
        for mut base in [lower.clone(), capitals.clone()] {
            base[start..end].make_ascii_uppercase();
            out.push(base);
        }
        start = end + 1;
    }
    out
}

/// Names that keep their case sort in another order, too: upper case comes first.
fn sorted_by_sent_name(g: &mut Gen<'_, '_>) {
    let mut sorted = lines(g);
    sorted.sort_by(|a, b| {
        let name = |line: usize| g.draft.bytes(g.draft.lines[line].sent);
        name(*a).cmp(name(*b))
    });
    if sorted == lines(g) {
        return;
    }
    let form = crate::diagnose::draft::Value::number(HeaderForm::NamesAsSent as usize);
    let order = g.order(&sorted);
    g.add(vec![(Slot::HEADER_FORM, form), (Slot::LINES, order)], "in the lines, which are sorted so");
    let list = sent_names(g, &sorted).join(&b';');
    let list = g.draft.text(&list);
    g.add(
        vec![(Slot::HEADER_FORM, form), (Slot::LINES, order), (Slot::SIGNED, list)],
        "in the lines and in their list, which are sorted so",
    );
}

pub(super) fn sent_names(g: &Gen<'_, '_>, lines: &[usize]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| g.draft.bytes(g.draft.lines[*line].sent).to_vec()).collect()
}
