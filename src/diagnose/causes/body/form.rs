//! Forms that were written again.

use super::put::{body, put};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{Escapes, lower_escapes, replaced};
use crate::diagnose::facts::decoded;

pub(super) fn form(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    if !body.contains(&b'=') || body.len() > 1 << 16 {
        return;
    }
    let fields: Vec<&[u8]> = body.split(|byte| *byte == b'&').collect();
    let mut sorted = fields.clone();
    sorted.sort_unstable();
    let lower = lower_escapes(&body);
    let upper = {
        let mut out = body.clone();
        for at in 0..body.len() {
            if crate::canon::encode::escape(&body[at..]).is_some() {
                out[at + 1..at + 3].make_ascii_uppercase();
            }
        }
        out
    };
    let recoded = |space: &'static [u8], bare: &'static [u8]| {
        let escapes = Escapes { bare, space, ..Escapes::RIGHT };
        let one = |text: &[u8]| escapes.text(&decoded(&replaced(text, b"+", b"%20")));
        let field = |field: &&[u8]| match memchr::memchr(b'=', field) {
            Some(at) => [&*one(&field[..at]), b"=", &*one(&field[at + 1..])].concat(),
            None => one(field),
        };
        fields.iter().map(field).collect::<Vec<_>>().join(&b'&')
    };
    for (other, words) in [
        (replaced(&body, b"+", b"%20"), "spaces as %20"),
        (replaced(&body, b"%20", b"+"), "spaces as +"),
        (sorted.join(&b'&'), "its fields sorted"),
        (lower, "escapes in lower case"),
        (upper, "escapes in upper case"),
        (decoded(&body), "decoded"),
        (decoded(&replaced(&body, b"+", b" ")), "decoded, + as a space"),
        (recoded(b"+", b"*"), "as browsers encode"),
        (recoded(b"%20", b""), "as AWS encodes"),
        (recoded(b"%20", b"!*'()"), "as JavaScript encodes"),
    ] {
        put(g, &other, words);
    }
}
