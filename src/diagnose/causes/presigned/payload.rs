//! What the payload line of a presigned URL says.

use crate::diagnose::causes::Gen;
use crate::diagnose::causes::body::hex_hash;
use crate::diagnose::draft::Slot;
use crate::service::PresignedPayload;

/// Whether the URL is presigned for a service that reads the body.
fn reads_body(g: &Gen<'_, '_>) -> bool {
    g.facts.is_presigned() && g.facts.terms.rules.presigned_payload == PresignedPayload::Body
}

/// Whether it is presigned for one that leaves the body out.
fn leaves_out_body(g: &Gen<'_, '_>) -> bool {
    g.facts.is_presigned() && g.facts.terms.rules.presigned_payload != PresignedPayload::Body
}

pub(super) fn empty_hash(g: &mut Gen<'_, '_>) {
    if leaves_out_body(g) {
        g.put(Slot::PAYLOAD, hex_hash(b"").as_bytes(), "");
    }
}

pub(super) fn for_no_body(g: &mut Gen<'_, '_>) {
    if reads_body(g) {
        g.put(Slot::PAYLOAD, hex_hash(b"").as_bytes(), "");
    }
}

pub(super) fn unsigned(g: &mut Gen<'_, '_>) {
    if reads_body(g) {
        g.put(Slot::PAYLOAD, b"UNSIGNED-PAYLOAD", "");
    }
}

pub(super) fn body_hash(g: &mut Gen<'_, '_>) {
    let Some(body) = g.facts.body.as_deref().filter(|body| !body.is_empty()).map(hex_hash) else { return };
    if leaves_out_body(g) {
        g.put(Slot::PAYLOAD, body.as_bytes(), "");
    }
}
