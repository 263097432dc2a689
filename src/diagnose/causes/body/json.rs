//! JSON that was written again.

use sha2::{Digest as _, Sha256};

use super::put::{body, put, put_hash};
use crate::diagnose::causes::Gen;
use crate::diagnose::facts::KnownBody;
use crate::diagnose::json;
use crate::diagnose::json::{COMPACT_FORMS, ESCAPED_FORMS, SORTED_FORMS, SPACED_FORMS};

pub(super) fn json_compact(g: &mut Gen<'_, '_>) {
    put_json(g, COMPACT_FORMS);
}

pub(super) fn json_spaced(g: &mut Gen<'_, '_>) {
    put_json(g, SPACED_FORMS);
}

pub(super) fn json_sorted(g: &mut Gen<'_, '_>) {
    put_json(g, SORTED_FORMS);
}

pub(super) fn json_escaped(g: &mut Gen<'_, '_>) {
    put_json(g, ESCAPED_FORMS);
}

fn put_json(g: &mut Gen<'_, '_>, styles: &[(&'static str, json::Style)]) {
    let facts = g.facts;
    let Some(node) = facts.body.as_ref().filter(|_| g.is_request()).and_then(KnownBody::json) else { return };
    for (words, style) in styles {
        let other = style.write(node);
        // A style that the body has already is none that it lost.
        if facts.body.as_deref() == Some(&other) {
            continue;
        }
        let hash = Sha256::new_with_prefix(&other);
        let lined = hash.clone().chain_update(b"\n").finalize().into();
        let more = format!("{words} and a newline at the end").trim_start().to_owned();
        let strange = put_hash(g, lined, || [&*other, b"\n"].concat(), more);
        strange.map(|change| change.strange().alone());
        put_hash(g, hash.finalize().into(), || other, *words);
    }
}

pub(super) fn json_twice(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    let Ok(text) = std::str::from_utf8(&body) else { return };
    let again = serde_json::to_string(text).unwrap_or_default();
    put(g, again.as_bytes(), "hashed as a JSON string");
    if let Ok(inner) = serde_json::from_str::<String>(text) {
        put(g, inner.as_bytes(), "hashed before it became a JSON string");
    }
}
