//! Names and values in another encoding.

use super::form::{Form, Order, Pair, is_as_sent, put, put_form, put_strange};
use super::pairs::{MOST_PAIRS, put_pairs};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{
    ENCODERS, Escapes, SINGLE, lower_escapes, other_character_sets, replaced,
};
use crate::diagnose::change::Edit;
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::Sent;
use crate::scheme::Plus;

pub(super) fn space_as_plus(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { escapes: Escapes { space: b"+", ..form.escapes }, ..form });
    put_form(g, "left bare", |form| Form { escapes: Escapes { space: b" ", ..form.escapes }, ..form });
    let of_forms = Escapes { bare: b"*", also: b"~", space: b"+", ..Escapes::RIGHT };
    put_strange(g, "and * bare, ~ escaped, as encoders of forms do", |form| Form {
        escapes: of_forms,
        ..form
    });
}

pub(super) fn plus(g: &mut Gen<'_, '_>) {
    let literal = |form: Form| match form.plus {
        Plus::Space => Plus::Literal,
        Plus::Literal => Plus::Space,
    };
    if let (true, other) = (g.is_request() && !is_as_sent(g), literal(Form::of(g))) {
        let form = Form { plus: other, ..Form::of(g) };
        let query = form.write(form.pairs(&g.facts.pairs()));
        let words = if other == Plus::Literal { "signed as %2B" } else { "signed as %20" };
        if let Some(change) = g.put(Slot::QUERY, &query, words) {
            change.edit(Edit::Setting("plus", other.name().into()));
        }
    }
    put_form(g, "signed as +", |form| Form {
        plus: Plus::Literal,
        escapes: Escapes { bare: b"+", ..form.escapes },
        ..form
    });
    let pairs = g.facts.pairs();
    for (from, to, words) in [
        (&b"%2B"[..], &b"%20"[..], "%2B was signed as a space"),
        (b"%20", b"%2B", "a space was signed as %2B: + was decoded on the way"),
        (b"+", b"%2B", "+ was signed as %2B"),
    ] {
        let texts: Vec<(Vec<u8>, Option<Vec<u8>>)> = pairs
            .iter()
            .map(|pair| (replaced(pair.name, from, to), pair.value.map(|value| replaced(value, from, to))))
            .collect();
        let other: Vec<Sent<'_>> =
            texts.iter().map(|(name, value)| Sent { name, value: value.as_deref() }).collect();
        put_pairs(g, &other, words);
    }
}

pub(super) fn encoded_twice(g: &mut Gen<'_, '_>) {
    if g.facts.pairs().len() > MOST_PAIRS || is_as_sent(g) {
        return;
    }
    let canonical = g.draft.of_base(Slot::QUERY).to_vec();
    put(g, &replaced(&canonical, b"%", b"%25"), "names and values");
    // What was encoded already is sorted by what it is then.
    let form = Form::of(g);
    let pairs = form.pairs(&g.facts.pairs());
    let again = pairs.iter().map(|pair| Pair {
        name: form.escapes.text(&pair.name),
        value: form.escapes.text(&pair.value),
        ..pair.clone()
    });
    let query = form.write(again.collect());
    put(g, &query, "names and values");
    let values = pairs.iter().map(|pair| Pair { value: form.escapes.text(&pair.value), ..pair.clone() });
    let query = form.write(values.collect());
    put(g, &query, "values");
    for at in 0..pairs.len() {
        let mut one = pairs.clone();
        one[at].value = form.escapes.text(&one[at].value);
        let words = format!("the value of {}", String::from_utf8_lossy(&one[at].name));
        let query = form.write(one);
        put(g, &query, words);
    }
}

/// Everything stays as it is.
const BARE: Escapes = Escapes {
    bare: b"!\"#$%&'()*+,/:;<=>?@[\\]^`{|}",
    high_bare: true,
    space: b" ",
    also: b"",
    lower: false,
};

pub(super) fn undecorated(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { escapes: BARE, ..form });
    put_strange(g, "and unsorted", |form| Form { escapes: BARE, order: Order::Sent, ..form });
}

/// The other way round: the query brought to the form that AWS and most others sign, where the scheme signs it as it was sent.
pub(super) fn canonical(g: &mut Gen<'_, '_>) {
    if is_as_sent(g) {
        let form = Form::of(g);
        for (order, words) in [(Order::Right, "encoded anew and sorted"), (Order::Sent, "encoded anew")] {
            let query = Form { order, ..form }.write(form.pairs(&g.facts.pairs()));
            put(g, &query, words);
        }
    }
}

pub(super) fn as_sent(g: &mut Gen<'_, '_>) {
    if is_as_sent(g) {
        return;
    }
    let query = g.facts.pairs().iter().map(Sent::text).collect::<Vec<_>>();
    put(g, &query.join(&b'&'), "unsorted");
    let mut sorted = query.clone();
    sorted.sort();
    put(g, &sorted.join(&b'&'), "sorted");
    let whole = g.facts.query().to_vec();
    put(g, &whole, "unsorted, every parameter");
}

pub(super) fn lower_hex(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { escapes: Escapes { lower: true, ..form.escapes }, ..form });
    let canonical = g.draft.of_base(Slot::QUERY).to_vec();
    put(g, &lower_escapes(&canonical), "");
    // A signer that leaves the escapes of its caller alone has some of either case.
    let pairs: Vec<&[u8]> = canonical.split(|byte| *byte == b'&').take(MOST_PAIRS).collect();
    for (at, pair) in pairs.iter().enumerate().filter(|_| pairs.len() < MOST_PAIRS) {
        let lower = lower_escapes(pair);
        if lower != *pair {
            let query = [&pairs[..at], &[&lower], &pairs[at + 1..]].concat().join(&b'&');
            let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
            put(g, &query, format!("those of {}", String::from_utf8_lossy(name)));
        }
    }
}

pub(super) fn reserved(g: &mut Gen<'_, '_>) {
    for (words, escapes) in ENCODERS.iter().chain(SINGLE) {
        put_form(g, words, |form| Form { escapes: *escapes, ..form });
    }
}

pub(super) fn unreserved(g: &mut Gen<'_, '_>) {
    for (words, also) in
        [("~", &b"~"[..]), (".", b"."), ("-", b"-"), ("_", b"_"), ("- . _ ~", b"-._~"), ("- and _", b"-_")]
    {
        put_form(g, words, |form| Form { escapes: Escapes { also, ..form.escapes }, ..form });
    }
}

pub(super) fn names_lowercased(g: &mut Gen<'_, '_>) {
    if is_as_sent(g) {
        return;
    }
    let form = Form::of(g);
    let mut pairs = form.pairs(&g.facts.pairs());
    pairs.iter_mut().for_each(|pair| pair.name.make_ascii_lowercase());
    let query = form.write(pairs);
    put(g, &query, "");
    let lower = g.draft.of_base(Slot::QUERY).to_ascii_lowercase();
    if let (true, Some(change)) = (g.is_request(), g.put(Slot::QUERY, &lower, "values as well")) {
        change.strange();
    }
}

pub(super) fn character_set(g: &mut Gen<'_, '_>) {
    if is_as_sent(g) {
        return;
    }
    let form = Form::of(g);
    let pairs = form.pairs(&g.facts.pairs());
    let all: Vec<u8> = pairs.iter().flat_map(|pair| [&*pair.name, &*pair.value].concat()).collect();
    for (words, _) in other_character_sets(&all) {
        let turn = |text: &[u8]| {
            let mut others = other_character_sets(text).into_iter();
            others.find(|(name, _)| *name == words).map_or(text.to_vec(), |(_, other)| other)
        };
        let other = pairs.iter().map(|pair| Pair {
            name: turn(&pair.name),
            value: turn(&pair.value),
            ..pair.clone()
        });
        let query = form.write(other.collect());
        put(g, &query, words);
    }
}
