//! The key that is derived from the secret: its prefix, its chain, its number.

use crate::diagnose::causes::{self, Gen};
use crate::diagnose::draft::{Slot, Value};
use crate::diagnose::form::{KEY_FORMS, KeyForm, NOT_INCREMENTED};
use crate::scheme::Signing;
use crate::secret::Secret;

pub(super) fn prefixes(g: &mut Gen<'_, '_>, prefixes: &[&str]) {
    if g.facts.secret.is_none() {
        return;
    }
    for prefix in prefixes {
        g.put(
            Slot::PREFIX,
            prefix.as_bytes(),
            if prefix.is_empty() { String::new() } else { format!("`{prefix}`") },
        );
    }
}

pub(super) fn prefix_behind(g: &mut Gen<'_, '_>) {
    let Some(secret) = g.facts.secret else { return };
    let prefix = g.draft.family.key_prefix.as_bytes();
    if prefix.is_empty() {
        return;
    }
    let behind = Secret::new([secret.expose(), prefix].concat());
    let (value, empty) = (g.draft.secret(behind), g.draft.text(b""));
    g.add(vec![(Slot::SECRET, value), (Slot::PREFIX, empty)], "");
}

pub(super) fn not_incremented(g: &mut Gen<'_, '_>) {
    if g.facts.secret.is_some() && g.draft.family.signing == Signing::Ecdsa {
        g.form(Slot::KEY_FORM, NOT_INCREMENTED, "");
        // Who derives it by hand mostly makes more than one mistake.
        for (prefix, id, words) in [("", "key-prefix-missing", ""), ("AWS4", "key-prefix-wrong", "`AWS4`")] {
            let form = Value::number(NOT_INCREMENTED);
            let prefix = g.draft.text(prefix.as_bytes());
            let change = g.add(vec![(Slot::KEY_FORM, form), (Slot::PREFIX, prefix)], "");
            change.zip(causes::named(id)).map(|(change, cause)| change.also(cause, words).strange());
        }
    }
}

pub(super) fn key_forms(g: &mut Gen<'_, '_>, cause: &str) {
    if g.facts.secret.is_none() || g.draft.family.signing != Signing::Hmac {
        return;
    }
    let own = g.draft.family.layout.key;
    let is_met = |form: &&KeyForm| form.cause == cause && form.differs_from(own);
    for (number, form) in KEY_FORMS.iter().enumerate().filter(|(_, form)| is_met(form)) {
        g.form(Slot::KEY_FORM, number, form.words);
    }
}

pub(super) fn not_derived(g: &mut Gen<'_, '_>) {
    key_forms(g, "key-not-derived");
    if g.draft.family.signing != Signing::Hmac {
        return;
    }
    let number = KEY_FORMS.iter().position(|form| form.cause == "key-not-derived");
    if let (Some(number), Some(_)) = (number, g.facts.secret) {
        let empty = g.draft.text(b"");
        g.add(vec![(Slot::KEY_FORM, Value::number(number)), (Slot::PREFIX, empty)], "without its prefix");
    }
}
