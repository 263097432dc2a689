//! Signing by a row: the values that a signer makes up, and where the signature goes.

use super::Recipe;
use super::capture::Captured;
use super::pattern::{Pattern, Place};
use crate::request::{Header, Part, Request, Span};
use crate::scheme::Input;
use crate::scheme::sign::{Instructions, without_pairs};
use crate::signature::mac::Hash;

/// The values of a request that is still to be signed: those that it carries already, the time, a nonce, the key's name.
pub(super) fn values(row: &Recipe, input: Input<'_>) -> Vec<Captured> {
    let carried = match super::capture::of(row, input.request) {
        super::capture::Capture::Found(found, _) => found,
        super::capture::Capture::Nothing | super::capture::Capture::Other(_) => Vec::new(),
    };
    let mut values = Vec::new();
    for (value, name) in row.names.iter().enumerate() {
        if value == row.signature() {
            continue;
        }
        let own = carried.iter().find(|one| one.value == value).map(|one| one.bytes.clone());
        let made = own.or_else(|| made(row, input, value, name));
        values.extend(made.map(|bytes| Captured { value, span: Span::new(Part::Method, 0..0), bytes }));
    }
    values
}

fn made(row: &Recipe, input: Input<'_>, value: usize, name: &str) -> Option<Vec<u8>> {
    let now = input.situation.now;
    if let Some(time) = row.time.as_ref().filter(|time| time.captured() == Some(value)) {
        return Some(time.unit.write(now).into_bytes());
    }
    if let Some(time) = row.expires.as_ref().filter(|time| time.captured() == Some(value)) {
        let seconds = input.situation.settings.expires.unwrap_or(3600);
        return Some(time.unit.write(now.plus(i64::from(seconds))).into_bytes());
    }
    if row.nonce == Some(value) {
        // One for each request and second: the core draws nothing by chance.
        let text = [&input.request.target[..], &now.basic(), &input.request.method].concat();
        return Some(hex::encode(&Hash::Sha256.of(&text)[..16]).into_bytes());
    }
    let key = input.situation.credentials.as_ref();
    if row.key_id == Some(value) {
        return key.map(|key| key.access_key_id.clone().into_bytes());
    }
    if let Some(field) = key.and_then(|key| key.fields.get(name)) {
        return Some(field.to_vec());
    }
    (name == "algorithm").then(|| row.usual_algorithm().name().into_bytes())
}

/// What to add to the request: every pattern with its values.
pub(super) fn instructions(row: &Recipe, input: Input<'_>, _: &str, signature: &[u8]) -> Instructions {
    let values = values(row, input);
    let value = |at: usize| match at == row.signature() {
        true => signature.to_vec(),
        false => values.iter().find(|one| one.value == at).map(|one| one.bytes.clone()).unwrap_or_default(),
    };
    let mut instructions = Instructions::default();
    for pattern in &row.patterns {
        let text = pattern.write(&value);
        match &pattern.place {
            Place::Header(name) => instructions.headers.push(Header::new(name.clone(), text)),
            Place::Query(name) => instructions.pairs.push((name.clone(), text)),
            Place::Form(name) => instructions.fields.push((name.clone(), text)),
            // A signature within the text that others sign is put there by who writes the text.
            Place::Json(_) => {}
        }
    }
    // As every scheme has it, Authorization comes last.
    instructions.headers.sort_by_key(|header| header.is(b"authorization"));
    instructions
}

/// Takes the values of the row off the request, but for those that others need.
pub(super) fn strip(row: &Recipe, request: &mut Request) {
    let of_row = |pattern: &&Pattern| {
        let values = pattern.values();
        values.contains(&row.signature()) || values.iter().any(|value| is_made(row, *value))
    };
    for pattern in row.patterns.iter().filter(of_row) {
        match &pattern.place {
            Place::Header(name) if name.eq_ignore_ascii_case("authorization") => {}
            Place::Header(name) => request.headers.retain(|header| !header.is(name.as_bytes())),
            Place::Query(name) => request.target = without_pairs(request, &[name]),
            Place::Form(_) | Place::Json(_) => {}
        }
    }
}

/// Whether a signer makes this value anew.
fn is_made(row: &Recipe, value: usize) -> bool {
    let of =
        |time: &Option<super::time::Time>| time.as_ref().is_some_and(|time| time.captured() == Some(value));
    of(&row.time) || row.nonce == Some(value)
}
