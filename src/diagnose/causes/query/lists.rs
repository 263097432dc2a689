//! Parameters with more than one value.

use std::collections::HashSet;

use super::pairs::{Canonical, MOST_PAIRS, by_name, put_pairs};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::Escapes;
use crate::diagnose::change::Change;
use crate::diagnose::facts::Sent;

pub(super) fn repeated(g: &mut Gen<'_, '_>) {
    let pairs = g.facts.pairs();
    let groups = by_name(&pairs);
    if groups.len() == pairs.len() {
        return;
    }
    let first: Vec<Sent<'_>> = groups.iter().map(|group| pairs[group[0]]).collect();
    let last: Vec<Sent<'_>> = groups.iter().map(|group| pairs[group[group.len() - 1]]).collect();
    put_pairs(g, &first, "the first one alone was signed");
    put_pairs(g, &last, "the last one alone was signed");
    for (between, words) in
        [(&b","[..], "joined by a comma"), (b", ", "joined by a comma and a space"), (b"", "joined")]
    {
        let values = |group: &Vec<usize>| {
            group.iter().map(|at| pairs[*at].value.unwrap_or_default()).collect::<Vec<_>>().join(between)
        };
        let texts: Vec<Vec<u8>> = groups.iter().map(values).collect();
        let joined: Vec<Sent<'_>> = first
            .iter()
            .zip(&texts)
            .map(|(pair, value)| Sent { name: pair.name, value: Some(value) })
            .collect();
        put_pairs(g, &joined, words);
    }
    let mut told = HashSet::new();
    let distinct: Vec<Sent<'_>> = pairs.iter().copied().filter(|pair| told.insert(*pair)).collect();
    put_pairs(g, &distinct, "equal pairs once");
}

/// A way to write a list: what stands in front, between two values, and behind, and who writes it so.
type List = (&'static str, &'static str, &'static str, &'static str);

/// What languages make of a list that is turned into text: what stands in front, between two values, and behind.
const LISTS: [List; 9] = [
    ("['", "', '", "']", "as Python writes a list"),
    ("[", ", ", "]", "as Java writes a list"),
    ("[", " ", "]", "as Go writes a slice"),
    ("[\"", "\",\"", "\"]", "as a JSON array"),
    ("[\"", "\", \"", "\"]", "as Ruby or Swift write an array"),
    ("('", "', '", "')", "as Python writes a tuple"),
    ("[ '", "', '", "' ]", "as Node.js prints an array"),
    ("", ";", "", "joined by semicolons"),
    ("", "|", "", "joined by |"),
];

pub(super) fn repeated_as_list(g: &mut Gen<'_, '_>) {
    let pairs = g.facts.pairs();
    let groups = by_name(&pairs);
    if groups.len() == pairs.len() {
        return;
    }
    let known = Canonical::of(g);
    for list in &LISTS {
        put_lists(g, &known, list, &pairs, &groups, |group| group.len() > 1);
    }
    repeated_with_brackets(g, &pairs, &groups);
}

/// The pairs with the values of some names as the text of a list.
fn put_lists<'g>(
    g: &'g mut Gen<'_, '_>,
    known: &Canonical,
    (before, between, after, words): &List,
    pairs: &[Sent<'_>],
    groups: &[Vec<usize>],
    is_list: impl Fn(&[usize]) -> bool,
) -> Option<&'g mut Change> {
    let escape = |text: &str| Escapes::RIGHT.text(text.as_bytes());
    let list = |group: &Vec<usize>| {
        let values: Vec<&[u8]> = group.iter().map(|at| pairs[*at].value.unwrap_or_default()).collect();
        is_list(group).then(|| [escape(before), values.join(&*escape(between)), escape(after)].concat())
    };
    let texts: Vec<Option<Vec<u8>>> = groups.iter().map(list).collect();
    let joined: Vec<Sent<'_>> = groups
        .iter()
        .zip(&texts)
        .map(|(group, text)| match text {
            Some(text) => Sent { name: pairs[group[0]].name, value: Some(text) },
            None => pairs[group[0]],
        })
        .collect();
    known.put(g, &joined, *words)
}

/// Every name with a list, also of one value: what a parsed query holds. Or one such name by itself.
pub(super) fn values_as_lists(g: &mut Gen<'_, '_>) {
    let pairs = g.facts.pairs();
    let groups = by_name(&pairs);
    // A list without brackets around it looks like its only value.
    let lists = LISTS.iter().filter(|(before, ..)| !before.is_empty());
    if pairs.len() > MOST_PAIRS || groups.iter().all(|group| group.len() > 1) {
        return;
    }
    let known = Canonical::of(g);
    for list in lists {
        put_lists(g, &known, list, &pairs, &groups, |_| true);
        for own in groups.iter().filter(|group| group.len() == 1 && groups.len() > 1) {
            if g.is_over() {
                return;
            }
            put_lists(g, &known, list, &pairs, &groups, |group| group == own).map(Change::alone);
        }
    }
}

/// Names that some frameworks give to the values of a list: `a[]`, or `a[0]`, `a[1]`.
fn repeated_with_brackets(g: &mut Gen<'_, '_>, pairs: &[Sent<'_>], groups: &[Vec<usize>]) {
    let named = |suffix: &dyn Fn(usize) -> String| {
        let mut names: Vec<Vec<u8>> = pairs.iter().map(|pair| pair.name.to_vec()).collect();
        for group in groups.iter().filter(|group| group.len() > 1) {
            for (place, at) in group.iter().enumerate() {
                names[*at].extend_from_slice(suffix(place).as_bytes());
            }
        }
        names
    };
    let bare = named(&|_| "%5B%5D".into());
    let numbered = named(&|place| format!("%5B{place}%5D"));
    for (names, words) in [(bare, "with [] behind the name"), (numbered, "with a number in brackets")] {
        let named: Vec<Sent<'_>> =
            pairs.iter().zip(&names).map(|(pair, name)| Sent { name, value: pair.value }).collect();
        put_pairs(g, &named, words);
    }
}
