//! What the payload line of a presigned URL says.

use crate::diagnose::causes::Gen;
use crate::diagnose::causes::body::hex_hash;
use crate::diagnose::draft::Slot;
use crate::service::PresignedPayload;

/// Whether the URL is presigned, for a service that reads the last line so.
fn reads(g: &Gen<'_, '_>, payload: PresignedPayload) -> bool {
    g.facts.is_presigned() && g.facts.terms.rules.presigned_payload == payload
}

pub(super) fn empty_hash(g: &mut Gen<'_, '_>) {
    if reads(g, PresignedPayload::Unsigned) {
        g.put(Slot::PAYLOAD, hex_hash(b"").as_bytes(), "");
    }
}

pub(super) fn for_no_body(g: &mut Gen<'_, '_>) {
    if reads(g, PresignedPayload::Body) {
        g.put(Slot::PAYLOAD, hex_hash(b"").as_bytes(), "");
    }
}

pub(super) fn unsigned(g: &mut Gen<'_, '_>) {
    if reads(g, PresignedPayload::Body) {
        g.put(Slot::PAYLOAD, b"UNSIGNED-PAYLOAD", "");
    }
}

pub(super) fn body_hash(g: &mut Gen<'_, '_>) {
    let Some(body) = g.facts.body.as_deref().filter(|body| !body.is_empty()).map(hex_hash) else { return };
    if reads(g, PresignedPayload::Unsigned) {
        g.put(Slot::PAYLOAD, body.as_bytes(), "");
    }
}
