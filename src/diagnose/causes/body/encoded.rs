//! Bodies that were compressed, encoded or cut before or after they were hashed.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::hash::hex_hash;
use super::put::{body, put, put_behind, put_line};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::Escapes;
use crate::diagnose::facts::decoded;

/// Decompressed bodies above this are not looked at.
const DECOMPRESSED: u64 = 16 << 20;

pub(super) fn compressed(g: &mut Gen<'_, '_>) {
    let Some((plain, words)) = body(g).as_deref().and_then(uncompressed) else { return };
    put(g, &plain, words);
    put_line(g, hex_hash(&plain).as_bytes(), words);
}

/// What a body was before it was compressed, and by what, where its first bytes tell that it was.
pub(in crate::diagnose::causes) fn uncompressed(body: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    let (mut from, words): (Box<dyn std::io::Read + '_>, _) = match body {
        [0x1f, 0x8b, ..] => (Box::new(flate2::read::MultiGzDecoder::new(body)), "with gzip"),
        [0x78, ..] => (Box::new(flate2::read::ZlibDecoder::new(body)), "with zlib"),
        _ => return None,
    };
    let mut plain = Vec::new();
    from.by_ref().take(DECOMPRESSED).read_to_end(&mut plain).ok()?;
    (!plain.is_empty()).then_some((plain, words))
}

pub(super) fn encoded(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    put(g, STANDARD.encode(&body).as_bytes(), "hashed in base64");
    put(g, hex::encode(&body).as_bytes(), "hashed in hex");
    let escaped = Escapes::RIGHT.text(&body);
    put(g, &escaped, "hashed percent-encoded");
    put(g, &decoded(&body), "hashed percent-decoded");
    if let Ok(plain) = STANDARD.decode(body.trim_ascii()) {
        put(g, &plain, "hashed before it became base64");
    }
    if let Ok(plain) = hex::decode(body.trim_ascii()) {
        put(g, &plain, "hashed before it became hex");
    }
}

pub(super) fn truncated(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    if let Some(at) = memchr::memchr(0, &body) {
        put(g, &body[..at], "up to its first zero byte");
    }
    let characters = String::from_utf8_lossy(&body).chars().count();
    put(g, &body[..characters.min(body.len())], "as many bytes as it has characters");
    put_behind(g, b"\0", "with a zero byte at its end");
    if let Some(length) = g.facts.header("content-length").and_then(|text| text.parse::<usize>().ok()) {
        put(g, body.get(..length).unwrap_or(&body), "up to its Content-Length");
    }
    put(g, &body[..body.len() - 1], "all but its last byte");
    put(g, &body[1..], "all but its first byte");
    let first_line = memchr::memchr(b'\n', &body).unwrap_or(body.len());
    put(g, &body[..first_line], "its first line");
    for size in [1024, 4096, 8192, 16_384, 65_536, 1 << 20] {
        if body.len() > size {
            put(g, &body[..size], format!("its first {size} bytes"));
        }
    }
}
