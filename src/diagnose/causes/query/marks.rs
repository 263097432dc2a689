//! The marks between names, values and pairs, and pairs that have no value.

use super::form::{Form, Names, Order, Pair, is_as_sent, put, put_form, put_strange};
use super::pairs::put_pairs;
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::replaced;
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::Sent;

pub(super) fn no_equals(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { bare_names: Names::BareWhereSent, ..form });
    put_form(g, "empty values as well", |form| Form { bare_names: Names::Bare, ..form });
    put_strange(g, "and unsorted", |form| Form {
        bare_names: Names::BareWhereSent,
        order: Order::Sent,
        ..form
    });
}

pub(super) fn equals(g: &mut Gen<'_, '_>) {
    if is_as_sent(g) {
        return;
    }
    let form = Form::of(g);
    let pairs = form.pairs(&g.facts.pairs());
    let query = |pairs: Vec<Pair>| Form { order: Order::Right, ..form }.write(pairs);
    let empty: Vec<Pair> = pairs
        .iter()
        .map(|pair| match pair.value.is_empty() {
            true => Pair { name: [&*pair.name, b"="].concat(), ..pair.clone() },
            false => pair.clone(),
        })
        .collect();
    put(g, &query(empty.clone()), "name%3D=");
    let bare = Form { bare_names: Names::Bare, ..form }.write(empty);
    put(g, &bare, "name%3D");
    let canonical = g.draft.of_base(Slot::QUERY).to_vec();
    put(g, &replaced(&canonical, b"%3D", b"%3D%3D"), "%3D doubled");
    put(g, &replaced(&canonical, b"%3D", b"="), "= of a value left bare");
    put(g, &replaced(&canonical, b"=", b"%3D"), "every = as %3D");
    put(g, &replaced(&canonical, b"%3D", b""), "= of a value lost");
}

pub(super) fn empty_dropped(g: &mut Gen<'_, '_>) {
    let pairs = g.facts.pairs();
    let kept = |keeps: fn(&Sent<'_>) -> bool| pairs.iter().copied().filter(keeps).collect::<Vec<_>>();
    put_pairs(g, &kept(|pair| pair.value.is_some_and(|value| !value.is_empty())), "both");
    put_pairs(g, &kept(|pair| pair.value.is_some()), "names without =");
    put_pairs(g, &kept(|pair| pair.value.is_none_or(|value| !value.is_empty())), "empty values");
}

pub(super) fn omitted(g: &mut Gen<'_, '_>) {
    put(g, b"", "");
}

pub(super) fn question_mark(g: &mut Gen<'_, '_>) {
    if g.facts.request.target().query.is_some() {
        let query = [b"?", g.draft.of_base(Slot::QUERY)].concat();
        put(g, &query, "");
        let sent = [b"?", g.facts.query()].concat();
        put(g, &sent, "and as it was sent");
    }
}

pub(super) fn ampersand_split(g: &mut Gen<'_, '_>) {
    let query = g.facts.query();
    for from in [&b"%26"[..], b"&amp;", b"&amp%3B"] {
        let other = [b"?", &*replaced(query, from, b"&")].concat();
        let split: Vec<Sent<'_>> = crate::request::Target::of(&other)
            .pairs(&other)
            .map(|pair| Sent { name: &other[pair.name], value: pair.value.map(|range| &other[range]) })
            .collect();
        if other.len() != query.len() + 1 {
            put_pairs(g, &split, String::from_utf8_lossy(from).into_owned());
        }
    }
}

pub(super) fn separator(g: &mut Gen<'_, '_>) {
    let canonical = g.draft.of_base(Slot::QUERY).to_vec();
    if canonical.is_empty() {
        return;
    }
    put(g, &[&*canonical, b"&"].concat(), "& at the end");
    put(g, &[b"&", &*canonical].concat(), "& at the beginning");
    put(g, &replaced(&canonical, b"&", b"&amp;"), "&amp;");
    put(g, &replaced(&canonical, b"&", b";"), ";");
    put(g, &replaced(&canonical, b"&", b"%26"), "%26");
    put(g, &replaced(&canonical, b"&", b"\n"), "a line each");
}
