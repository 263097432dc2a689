//! What stands in the place of the hash, and the hash in another form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

use super::put::{body, put, put_line};
use crate::diagnose::causes::Gen;
use crate::diagnose::draft::Slot;
use crate::diagnose::write::dashed;
use crate::frames::pass::{Content, Pass};

/// The SHA-256 of a text in lower-case hex.
pub(in crate::diagnose) fn hex_hash(text: &[u8]) -> String {
    hex::encode(Sha256::digest(text))
}

pub(super) fn empty_hash(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        put_line(g, hex_hash(b"").as_bytes(), "");
    }
}

pub(super) fn unsigned(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        put_line(g, b"UNSIGNED-PAYLOAD", "");
    }
}

pub(super) fn hashed(g: &mut Gen<'_, '_>) {
    let Some(body) = g.facts.body.as_ref().filter(|body| !body.is_empty()) else { return };
    if !g.facts.is_presigned() {
        put_line(g, hex::encode(body.hash_with(b"")).as_bytes(), "");
    }
}

pub(super) fn null(g: &mut Gen<'_, '_>) {
    for word in [
        "null",
        "undefined",
        "{}",
        "[]",
        "\"\"",
        "None",
        "nil",
        "[object Object]",
        "false",
        "0",
        "''",
        "UNSIGNED-PAYLOAD",
        " ",
    ] {
        put(g, word.as_bytes(), word);
    }
    put_line(g, b"", "the line left empty");
    put_line(g, b"null", "null in place of the hash");
    put_line(g, b"undefined", "undefined in place of the hash");
}

pub(super) fn hash_uppercase(g: &mut Gen<'_, '_>) {
    let upper = g.draft.of_base(Slot::PAYLOAD).to_ascii_uppercase();
    put_line(g, &upper, "");
    if let Some(body) = &g.facts.body {
        let upper = hex::encode_upper(body.hash_with(b""));
        put_line(g, upper.as_bytes(), "of the body");
    }
}

pub(super) fn hash_dashes(g: &mut Gen<'_, '_>) {
    for hash in hashes(g) {
        let text = dashed(&hash);
        put_line(g, text.as_bytes(), "");
        put_line(g, text.to_ascii_lowercase().as_bytes(), "in lower case");
    }
}

/// The hash that is stated, and that of the body.
fn hashes(g: &Gen<'_, '_>) -> Vec<Vec<u8>> {
    let stated = hex::decode(g.draft.of_base(Slot::PAYLOAD)).ok();
    let own = g.facts.body.as_ref().map(|body| body.hash_with(b"").to_vec());
    [stated, own].into_iter().flatten().collect()
}

pub(super) fn hash_base64(g: &mut Gen<'_, '_>) {
    for hash in hashes(g) {
        put_line(g, STANDARD.encode(&hash).as_bytes(), "");
        put_line(g, STANDARD.encode(hex::encode(&hash)).as_bytes(), "of its hex text");
        put_line(g, &hash, "its bytes");
    }
}

pub(super) fn hash_twice(g: &mut Gen<'_, '_>) {
    let stated = g.draft.of_base(Slot::PAYLOAD).to_vec();
    put_line(g, hex_hash(&stated).as_bytes(), "the hash of the hex text");
    if let Some(body) = &g.facts.body {
        let hash = body.hash_with(b"");
        put_line(g, hex_hash(&hash).as_bytes(), "the hash of the hash's bytes");
        put_line(g, hex_hash(hex::encode(hash).as_bytes()).as_bytes(), "the hash of the hex text");
    }
}

pub(super) fn hash_algorithm(g: &mut Gen<'_, '_>) {
    let Some(body) = g.facts.body.as_deref().map(<[u8]>::to_vec) else { return };
    put_line(g, hex::encode(Sha1::digest(&body)).as_bytes(), "SHA-1");
    put_line(g, hex::encode(Sha512::digest(&body)).as_bytes(), "SHA-512");
    put_line(g, hex::encode(sha2::Sha384::digest(&body)).as_bytes(), "SHA-384");
    put_line(g, hex::encode(sha2::Sha224::digest(&body)).as_bytes(), "SHA-224");
    if let Some(md5) = g.facts.header("content-md5") {
        put_line(g, md5.as_bytes(), "the Content-MD5");
        if let Ok(bytes) = STANDARD.decode(md5.as_bytes()) {
            put_line(g, hex::encode(bytes).as_bytes(), "MD5");
        }
    }
}

pub(super) fn not_hashed(g: &mut Gen<'_, '_>) {
    if let Some(body) = body(g).filter(|body| body.len() <= 1 << 20) {
        put_line(g, &body, "");
    }
}

pub(super) fn streaming(g: &mut Gen<'_, '_>) {
    let algorithm = g.draft.family.algorithm;
    let stated = g.draft.of_base(Slot::PAYLOAD).to_vec();
    if !stated.starts_with(b"STREAMING-") {
        return;
    }
    for keyword in [
        format!("STREAMING-{algorithm}-PAYLOAD"),
        format!("STREAMING-{algorithm}-PAYLOAD-TRAILER"),
        format!("STREAMING-{algorithm}-EVENTS"),
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned(),
        "UNSIGNED-PAYLOAD".to_owned(),
        "STREAMING-UNSIGNED-PAYLOAD".to_owned(),
    ] {
        put_line(g, keyword.as_bytes(), keyword.clone());
    }
    // The content without its frames.
    let pass = Pass::of(g.facts.request);
    if pass.content != Content::Whole
        && let Some(content) = crate::diagnose::stream::content(g.facts.request)
    {
        put_line(g, hex_hash(&content).as_bytes(), "the hash of the content without its chunks");
    }
}
