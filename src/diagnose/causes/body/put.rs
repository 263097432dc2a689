//! Another body or another payload line, put into the draft.

use sha2::{Digest as _, Sha256};

use crate::canon::payload::Payload;
use crate::diagnose::causes::Gen;
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;
use crate::request::body::Digest;

/// A change of the payload line to the hash of another body.
pub(super) fn put(g: &mut Gen<'_, '_>, body: &[u8], detail: impl Into<String>) {
    // What leaves the body as it is explains nothing.
    if g.is_request() && g.facts.body.as_deref() != Some(body) {
        put_hash(g, Sha256::digest(body).into(), || body.to_vec(), detail);
    }
}

/// The same for a body with this hash, which is made only where it is needed.
pub(super) fn put_hash<'g>(
    g: &'g mut Gen<'_, '_>,
    hash: Digest,
    body: impl FnOnce() -> Vec<u8>,
    detail: impl Into<String>,
) -> Option<&'g mut Change> {
    // Where the request states the last line, another body does not change it.
    let is_computed = matches!(g.facts.terms.payload, Payload::Body(_));
    let change = g.put(Slot::PAYLOAD, hex::encode(hash).as_bytes(), detail)?;
    if is_computed {
        change.edit(Edit::Body(body()));
    }
    Some(change)
}

/// The same for the body with more behind it.
pub(super) fn put_behind(g: &mut Gen<'_, '_>, end: &[u8], detail: &str) {
    let facts = g.facts;
    let Some(known) = facts.body.as_ref().filter(|_| g.is_request()) else { return };
    put_hash(g, known.hash_with(end), || [known, end].concat(), detail);
}

/// A change of the payload line to another text.
pub(super) fn put_line(g: &mut Gen<'_, '_>, text: &[u8], detail: impl Into<String>) {
    if g.is_request() {
        g.put(Slot::PAYLOAD, text, detail);
    }
}

/// The body, where it is at hand and there is one.
pub(super) fn body(g: &Gen<'_, '_>) -> Option<Vec<u8>> {
    g.facts.body.as_deref().filter(|body| !body.is_empty()).map(<[u8]>::to_vec)
}
