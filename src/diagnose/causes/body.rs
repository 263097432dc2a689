//! The body and its hash: other bytes than were sent, and other texts than their hash.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

use super::path::replaced;
use super::text::other_character_sets;
use super::{Gen, Hypothesis, RULE, cause, observed};
use crate::canon::payload::Payload;
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::KnownBody;
use crate::diagnose::facts::decoded;
use crate::diagnose::json::{self, COMPACT_FORMS, ESCAPED_FORMS, SORTED_FORMS, SPACED_FORMS};
use crate::diagnose::write::{BYTE_ORDER_MARK, utf16};
use crate::frames::pass::{Content, Pass};
use crate::request::body::Digest;

/// What most rows of serializers have in common.
const SAME_BYTES: &str =
    "The hash is that of the bytes: a body that is read and written again is another body.";

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "payload-trailing-newline",
        0,
        "The body was hashed with a trailing newline that was not sent.",
        "echo, editors and here-documents add a newline; some programs take it off again before sending.",
        "Hash the bytes that are sent: printf instead of echo, --data-binary instead of --data.",
        "https://github.com/joona/aws-es-curl/issues/20",
        newline_added,
    ),
    cause(
        "payload-trailing-newline-lost",
        0,
        "The body was sent with a trailing newline that was not hashed.",
        "echo, editors and here-documents add a newline.",
        "Hash the bytes that are sent: printf instead of echo, --data-binary instead of --data.",
        "https://github.com/joona/aws-es-curl/issues/20",
        newline_lost,
    )
    .after_hashing(),
    cause(
        "payload-crlf",
        1,
        "The line breaks of the body were changed: CR LF where it was hashed with LF, or the other way round.",
        "Each line break is hashed as it stands.",
        "Read and send the body in binary, without conversion of line breaks.",
        "https://github.com/stripe/stripe-node/issues/356",
        line_breaks,
    )
    .transit("Pass the body on in binary."),
    cause(
        "payload-trimmed",
        1,
        "The body was hashed without the white space at its beginning or end.",
        SAME_BYTES,
        "Hash the bytes that are sent.",
        RULE,
        trimmed,
    ),
    cause(
        "payload-byte-order-mark",
        1,
        "A byte order mark was hashed but not sent, or sent but not hashed.",
        "Some editors and .NET encoders write EF BB BF in front of UTF-8.",
        "Write UTF-8 without a byte order mark.",
        "https://stackoverflow.com/questions/6328044",
        byte_order_mark,
    ),
    cause(
        "payload-utf16",
        1,
        "The body was hashed in UTF-16.",
        "Strings of .NET, Java, PowerShell and SQL Server are UTF-16 in memory.",
        "Convert the body to UTF-8 once; hash and send those bytes.",
        "https://stackoverflow.com/questions/6328044",
        in_utf16,
    ),
    cause(
        "payload-character-set",
        1,
        "The body was hashed in another character set or Unicode form than it was sent in.",
        "The same characters are other bytes in Latin-1 and in UTF-8.",
        "Convert the body to UTF-8 once; hash and send those bytes.",
        RULE,
        character_set,
    ),
    cause(
        "payload-json-compact",
        0,
        "The JSON body was hashed in compact form (no spaces) but sent with spaces.",
        SAME_BYTES,
        "Serialize once, hash that text and send that text.",
        "https://github.com/mhart/aws4/issues/63",
        json_compact,
    )
    .example("body = json.dumps(data)          # once\nrequest = AWSRequest('POST', url, data=body)\nrequests.post(url, data=body)    # not json=data"),
    cause(
        "payload-json-spaced",
        0,
        "The JSON body was hashed with other white space than it was sent with.",
        SAME_BYTES,
        "Serialize once, hash that text and send that text.",
        "https://github.com/aws/aws-sdk-ruby/issues/2695",
        json_spaced,
    ),
    cause(
        "payload-json-sorted",
        1,
        "The JSON body was hashed with its keys in another order than it was sent with.",
        SAME_BYTES,
        "Serialize once, hash that text and send that text.",
        "https://github.com/mhart/aws4/issues/63",
        json_sorted,
    ),
    cause(
        "payload-json-escaped",
        1,
        "The JSON body was hashed with other characters escaped than it was sent with.",
        "é and \\u00e9 are one character, but other bytes.",
        "Serialize once, hash that text and send that text.",
        "https://github.com/probot/smee-client/issues/325",
        json_escaped,
    ),
    cause(
        "payload-json-twice",
        1,
        "The body was JSON-encoded once more, or once less, than it was hashed.",
        "An HTTP client that is told to send JSON encodes a string again.",
        "Hand the client a text and say that it is one.",
        "https://github.com/mhart/aws4/issues/90",
        json_twice,
    ),
    cause(
        "payload-form-encoded",
        1,
        "The form in the body was hashed in another encoding or order than it was sent in.",
        "A form has many spellings: a space as + or %20, escapes in either case, its fields in any order.",
        "Encode the form once, hash that text and send that text.",
        "https://github.com/stripe/stripe-node/issues/341",
        form,
    ),
    cause(
        "payload-empty-hash",
        0,
        "The hash of an empty body was signed, but a body was sent.",
        "Every service but a few keywords wants the hash of the bytes that are sent, also for GET and DELETE.",
        "Hand the body to the signer.",
        "https://github.com/hoppscotch/hoppscotch/issues/5064",
        empty_hash,
    ),
    cause(
        "payload-unsigned",
        0,
        "UNSIGNED-PAYLOAD was signed where the service wants the hash of the body.",
        "Only S3 and few others take UNSIGNED-PAYLOAD, and only when x-amz-content-sha256 says so.",
        "Sign the hash of the body, or send x-amz-content-sha256: UNSIGNED-PAYLOAD to a service that takes it.",
        "https://github.com/iksteen/aws-request-signer/issues/13",
        unsigned,
    ),
    cause(
        "payload-hashed",
        1,
        "The hash of the body was signed, but x-amz-content-sha256 says something else.",
        "Where the header is sent, the last line of the canonical request is its value.",
        "Write the same text in the header and in the last line.",
        "https://github.com/danieljoos/aws-sign-web/issues/14",
        hashed,
    ),
    cause(
        "payload-null",
        1,
        "A word for no body was hashed: null, undefined, {} or the like.",
        "A missing body is an empty one: zero bytes.",
        "Hash the bytes that are sent: none where there is no body.",
        "https://github.com/hoppscotch/hoppscotch/issues/5064",
        null,
    ),
    cause(
        "payload-compressed",
        1,
        "The body was compressed after it was hashed.",
        "The hash is that of the bytes that are sent, after any Content-Encoding.",
        "Compress first, then sign.",
        "https://github.com/bcuff/elasticsearch-net-aws/issues/64",
        compressed,
    )
    .transit("Do not compress or decompress bodies."),
    cause(
        "payload-encoded",
        1,
        "The body was hashed in another transfer encoding: base64, hex or percent-encoding.",
        "The hash is that of the bytes that are sent.",
        "Hash what is sent, in the encoding in which it is sent.",
        RULE,
        encoded,
    ),
    cause(
        "payload-truncated",
        1,
        "Only a part of the body was hashed.",
        "A zero byte ends a string in C; a length in characters is too short for UTF-8.",
        "Hash by length in bytes, to the end.",
        "https://github.com/mhart/aws4/issues/90",
        truncated,
    )
    .after_hashing(),
    cause(
        "payload-replaced",
        2,
        "Characters of the body were replaced between hashing and sending.",
        "Templates and shells turn quotes, escapes and tabs into others.",
        "Hash the bytes that are sent.",
        RULE,
        characters_replaced,
    )
    .after_hashing(),
    cause(
        "payload-case",
        3,
        "The body was hashed in another case.",
        SAME_BYTES,
        "Hash the bytes that are sent.",
        RULE,
        case,
    )
    .after_hashing(),
    cause(
        "payload-hash-uppercase",
        1,
        "The payload hash was written in upper-case hex in the canonical request.",
        "The hash is written in lower-case hex.",
        "Write the hash in lower case.",
        RULE,
        hash_uppercase,
    ),
    cause(
        "payload-hash-base64",
        1,
        "The payload hash was written in base64 in the canonical request.",
        "The hash is written in lower-case hex.",
        "Write the hash in hex.",
        RULE,
        hash_base64,
    ),
    cause(
        "payload-hash-twice",
        1,
        "The payload was hashed twice.",
        "The last line is the hash of the body, not the hash of that.",
        "Hash the body once.",
        RULE,
        hash_twice,
    ),
    cause(
        "payload-hash-algorithm",
        1,
        "The payload was hashed with another algorithm than SHA-256.",
        "The last line is a SHA-256 in hex.",
        "Use SHA-256.",
        RULE,
        hash_algorithm,
    ),
    cause(
        "payload-not-hashed",
        1,
        "The body itself was signed in place of its hash.",
        "The last line is the SHA-256 of the body in hex.",
        "Hash the body.",
        RULE,
        not_hashed,
    ),
    cause(
        "payload-streaming",
        1,
        "The payload line of a streamed body is not the one that the request announces.",
        "A body in signed chunks has a keyword in place of its hash, which x-amz-content-sha256 repeats.",
        "Write the same keyword in the header and in the last line of the canonical request.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html",
        streaming,
    )
    .transit("Leave the frames of aws-chunked bodies alone."),
    observed(
        "content-sha256-stale",
        0,
        "The body was changed after signing: x-amz-content-sha256 still states the hash of the old body.",
        "The signature is right for the hash that is stated, but that is not the hash of this body.",
        "Sign after the body is final.",
        "https://github.com/s3s-project/s3s/issues/328",
    )
    .transit("Pass the body on as it came."),
];

/// The SHA-256 of a text in lower-case hex.
pub(in crate::diagnose) fn hex_hash(text: &[u8]) -> String {
    hex::encode(Sha256::digest(text))
}

/// A change of the payload line to the hash of another body.
fn put(g: &mut Gen<'_, '_>, body: &[u8], detail: impl Into<String>) {
    // What leaves the body as it is explains nothing.
    if g.is_request() && g.facts.body.as_deref() != Some(body) {
        put_hash(g, Sha256::digest(body).into(), || body.to_vec(), detail);
    }
}

/// The same for a body with this hash, which is made only where it is needed.
fn put_hash<'g>(
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
fn put_behind(g: &mut Gen<'_, '_>, end: &[u8], detail: &str) {
    let facts = g.facts;
    let Some(known) = facts.body.as_ref().filter(|_| g.is_request()) else { return };
    put_hash(g, known.hash_with(end), || [known, end].concat(), detail);
}

/// A change of the payload line to another text.
fn put_line(g: &mut Gen<'_, '_>, text: &[u8], detail: impl Into<String>) {
    if g.is_request() {
        g.put(Slot::PAYLOAD, text, detail);
    }
}

/// The body, where it is at hand and there is one.
fn body(g: &Gen<'_, '_>) -> Option<Vec<u8>> {
    g.facts.body.as_deref().filter(|body| !body.is_empty()).map(<[u8]>::to_vec)
}

fn newline_added(g: &mut Gen<'_, '_>) {
    let Some(body) = g.facts.body.as_deref().map(<[u8]>::to_vec) else { return };
    for (end, words) in [(&b"\n"[..], "LF"), (b"\r\n", "CR LF"), (b"\n\n", "two LF"), (b" ", "a space")] {
        put_behind(g, end, words);
    }
    put(g, &[b"\n", &*body].concat(), "LF in front");
    put_behind(g, b"\\n", "\\n as two characters");
}

fn newline_lost(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    for end in [&b"\r\n"[..], b"\n", b"\n\n", b"\r"] {
        if let Some(rest) = body.strip_suffix(end) {
            put(g, rest, String::from_utf8_lossy(end).escape_debug().to_string());
        }
    }
}

fn line_breaks(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    let unix = replaced(&body, b"\r\n", b"\n");
    put(g, &replaced(&unix, b"\n", b"\r\n"), "hashed with CR LF");
    put(g, &unix, "hashed with LF");
    put(g, &replaced(&unix, b"\n", b"\r"), "hashed with CR");
    put(g, &replaced(&unix, b"\n", b""), "hashed without line breaks, as curl --data reads a file");
    put(g, &replaced(&unix, b"\n", b" "), "hashed with spaces for line breaks");
    let windows = replaced(&unix, b"\n", b"\r\n");
    match windows == body {
        true => put_behind(g, b"\r\n", "hashed with CR LF, at the end too"),
        false => put(g, &[&*windows, b"\r\n"].concat(), "hashed with CR LF, at the end too"),
    }
}

fn trimmed(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    put(g, body.trim_ascii(), "both ends");
    put(g, body.trim_ascii_end(), "at its end");
    put(g, body.trim_ascii_start(), "at its begin");
}

fn byte_order_mark(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    match body.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => put(g, rest, "sent, not hashed"),
        None => put(g, &[BYTE_ORDER_MARK, &*body].concat(), "hashed, not sent"),
    }
}

fn in_utf16(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    let (low, high) = (utf16(&body, u16::to_le_bytes), utf16(&body, u16::to_be_bytes));
    put(g, &low, "the low byte first");
    put(g, &high, "the high byte first");
    put(g, &[b"\xff\xfe", &*low].concat(), "with a byte order mark, the low byte first");
    put(g, &[b"\xfe\xff", &*high].concat(), "with a byte order mark, the high byte first");
}

fn character_set(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    for (words, other) in other_character_sets(&body) {
        put(g, &other, words);
    }
}

fn json_compact(g: &mut Gen<'_, '_>) {
    put_json(g, COMPACT_FORMS);
}

fn json_spaced(g: &mut Gen<'_, '_>) {
    put_json(g, SPACED_FORMS);
}

fn json_sorted(g: &mut Gen<'_, '_>) {
    put_json(g, SORTED_FORMS);
}

fn json_escaped(g: &mut Gen<'_, '_>) {
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

fn json_twice(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    let Ok(text) = std::str::from_utf8(&body) else { return };
    let again = serde_json::to_string(text).unwrap_or_default();
    put(g, again.as_bytes(), "hashed as a JSON string");
    if let Ok(inner) = serde_json::from_str::<String>(text) {
        put(g, inner.as_bytes(), "hashed before it became a JSON string");
    }
}

fn form(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    if !body.contains(&b'=') || body.len() > 1 << 16 {
        return;
    }
    let fields: Vec<&[u8]> = body.split(|byte| *byte == b'&').collect();
    let mut sorted = fields.clone();
    sorted.sort_unstable();
    let lower = super::text::lower_escapes(&body);
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
        let escapes = super::text::Escapes { bare, space, ..super::text::Escapes::RIGHT };
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

fn empty_hash(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        put_line(g, hex_hash(b"").as_bytes(), "");
    }
}

fn unsigned(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        put_line(g, b"UNSIGNED-PAYLOAD", "");
    }
}

fn hashed(g: &mut Gen<'_, '_>) {
    let Some(body) = g.facts.body.as_ref().filter(|body| !body.is_empty()) else { return };
    if !g.facts.is_presigned() {
        put_line(g, hex::encode(body.hash_with(b"")).as_bytes(), "");
    }
}

fn null(g: &mut Gen<'_, '_>) {
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

/// Decompressed bodies above this are not looked at.
const DECOMPRESSED: u64 = 16 << 20;

fn compressed(g: &mut Gen<'_, '_>) {
    let Some((plain, words)) = body(g).as_deref().and_then(uncompressed) else { return };
    put(g, &plain, words);
    put_line(g, hex_hash(&plain).as_bytes(), words);
}

/// What a body was before it was compressed, and by what, where its first bytes tell that it was.
pub(super) fn uncompressed(body: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    let (mut from, words): (Box<dyn std::io::Read + '_>, _) = match body {
        [0x1f, 0x8b, ..] => (Box::new(flate2::read::MultiGzDecoder::new(body)), "with gzip"),
        [0x78, ..] => (Box::new(flate2::read::ZlibDecoder::new(body)), "with zlib"),
        _ => return None,
    };
    let mut plain = Vec::new();
    from.by_ref().take(DECOMPRESSED).read_to_end(&mut plain).ok()?;
    (!plain.is_empty()).then_some((plain, words))
}

fn encoded(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    put(g, STANDARD.encode(&body).as_bytes(), "hashed in base64");
    put(g, hex::encode(&body).as_bytes(), "hashed in hex");
    let escaped = super::text::Escapes::RIGHT.text(&body);
    put(g, &escaped, "hashed percent-encoded");
    put(g, &decoded(&body), "hashed percent-decoded");
    if let Ok(plain) = STANDARD.decode(body.trim_ascii()) {
        put(g, &plain, "hashed before it became base64");
    }
    if let Ok(plain) = hex::decode(body.trim_ascii()) {
        put(g, &plain, "hashed before it became hex");
    }
}

fn truncated(g: &mut Gen<'_, '_>) {
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

fn characters_replaced(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    for (from, to, words) in [
        (&b"\\"[..], &b""[..], "backslashes lost"),
        (b"\\", b"\\\\", "backslashes doubled"),
        (b"'", b"\"", "' for \""),
        (b"\"", b"'", "\" for '"),
        (b"\"", b"\\\"", "quotation marks escaped"),
        (b"\\\"", b"\"", "quotation marks unescaped"),
        (b"\"", b"", "quotation marks lost"),
        (b"'", b"", "' lost"),
        (b"\t", b" ", "tabs as spaces"),
        (b"\t", b"    ", "tabs as four spaces"),
        (b"&", b"&amp;", "& as &amp;"),
        (b"&amp;", b"&", "&amp; as &"),
        (b"&quot;", b"\"", "&quot; as \""),
        (b"\"", b"&quot;", "\" as &quot;"),
        (b"+", b" ", "+ as a space"),
        (b" ", b"+", "a space as +"),
        (b" ", b"", "spaces lost"),
        (b"\\n", b"\n", "\\n as a line feed"),
        (b"\n", b"\\n", "a line feed as \\n"),
        (b"\\/", b"/", "\\/ as /"),
        (b"/", b"\\/", "/ as \\/"),
    ] {
        if memchr::memmem::find(&body, from).is_some() {
            put(g, &replaced(&body, from, to), words);
        }
    }
    let html = replaced(&replaced(&replaced(&body, b"&", b"&amp;"), b"<", b"&lt;"), b">", b"&gt;");
    put(g, &html, "& < > as entities");
    let quoted = [b"\"", &*body, b"\""].concat();
    put(g, &quoted, "in quotation marks");
    put(g, &[b"'", &*body, b"'"].concat(), "in apostrophes");
    if let Some(inner) = body.strip_prefix(b"\"").and_then(|body| body.strip_suffix(b"\"")) {
        put(g, inner, "without its quotation marks");
    }
    put_behind(g, &body, "twice");
}

fn case(g: &mut Gen<'_, '_>) {
    let Some(body) = body(g) else { return };
    put(g, &body.to_ascii_lowercase(), "lower");
    put(g, &body.to_ascii_uppercase(), "upper");
}

fn hash_uppercase(g: &mut Gen<'_, '_>) {
    let upper = g.draft.of_base(Slot::PAYLOAD).to_ascii_uppercase();
    put_line(g, &upper, "");
    if let Some(body) = &g.facts.body {
        let upper = hex::encode_upper(body.hash_with(b""));
        put_line(g, upper.as_bytes(), "of the body");
    }
}

fn hash_base64(g: &mut Gen<'_, '_>) {
    let stated = hex::decode(g.draft.of_base(Slot::PAYLOAD)).ok();
    let own = g.facts.body.as_ref().map(|body| body.hash_with(b"").to_vec());
    for hash in [stated, own].into_iter().flatten() {
        put_line(g, STANDARD.encode(&hash).as_bytes(), "");
        put_line(g, STANDARD.encode(hex::encode(&hash)).as_bytes(), "of its hex text");
        put_line(g, &hash, "its bytes");
    }
}

fn hash_twice(g: &mut Gen<'_, '_>) {
    let stated = g.draft.of_base(Slot::PAYLOAD).to_vec();
    put_line(g, hex_hash(&stated).as_bytes(), "the hash of the hex text");
    if let Some(body) = &g.facts.body {
        let hash = body.hash_with(b"");
        put_line(g, hex_hash(&hash).as_bytes(), "the hash of the hash's bytes");
        put_line(g, hex_hash(hex::encode(hash).as_bytes()).as_bytes(), "the hash of the hex text");
    }
}

fn hash_algorithm(g: &mut Gen<'_, '_>) {
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

fn not_hashed(g: &mut Gen<'_, '_>) {
    if let Some(body) = body(g).filter(|body| body.len() <= 1 << 20) {
        put_line(g, &body, "");
    }
}

fn streaming(g: &mut Gen<'_, '_>) {
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
