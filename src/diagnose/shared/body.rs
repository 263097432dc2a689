//! What goes wrong with a body that is signed as it was sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::mistakes::{Mistake, Variant, Vary, changed};
use crate::diagnose::causes::text::other_character_sets;
use crate::diagnose::facts::decoded;
use crate::diagnose::json::{COMPACT_FORMS, ESCAPED_FORMS, SORTED_FORMS, SPACED_FORMS, parse};
use crate::diagnose::write::{BYTE_ORDER_MARK, breaks, utf16};

const RULE: &str = "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries";
const TROUBLE: &str =
    "https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks";
const BYTES: &str = "The signature covers the body byte for byte, as it came over the wire.";

/// What goes wrong with a body.
pub(in crate::diagnose) static MISTAKES: &[(Mistake, Vary)] = &[
    (
        Mistake {
            id: "body-newline",
            rank: 0,
            title: "A newline at the end of the body was added or lost.",
            why: BYTES,
            fix: "Save and send the body without touching its end: printf instead of echo, --data-binary instead of --data.",
            link: "https://github.com/sendgrid/sendgrid-nodejs/issues/1193",
        },
        newline,
    ),
    (
        Mistake {
            id: "body-line-breaks",
            rank: 0,
            title: "The line breaks of the body were changed: CR LF for LF, or the other way round.",
            why: BYTES,
            fix: "Handle the body as bytes, not as text.",
            link: RULE,
        },
        line_breaks,
    ),
    (
        Mistake {
            id: "body-trimmed",
            rank: 0,
            title: "White space at the beginning or the end of the body was cut off.",
            why: BYTES,
            fix: "Hash the body untrimmed.",
            link: RULE,
        },
        trimmed,
    ),
    (
        Mistake {
            id: "body-reserialised",
            rank: 0,
            title: "The JSON body was parsed and written again: the value is the same, its bytes are not.",
            why: "A parser that reads and writes JSON changes spaces, escapes or the order of keys.",
            fix: "Keep the raw body, and hash it before anything parses it: express.raw() in Node, request.get_data() in Flask, php://input in PHP.",
            link: TROUBLE,
        },
        json,
    ),
    (
        Mistake {
            id: "body-empty",
            rank: 1,
            title: "An empty body was signed.",
            why: "A body can be read once: after a parser has taken it, nothing is left to hash.",
            fix: "Read the raw body first, then parse what was read.",
            link: TROUBLE,
        },
        |text| changed(text, vec![(Vec::new(), "")]),
    ),
    (
        Mistake {
            id: "body-form-value",
            rank: 1,
            title: "The value of a field of the form was signed, not the form.",
            why: "With the content type application/x-www-form-urlencoded the JSON stands in the field `payload`, percent-encoded; the whole form is signed.",
            fix: "Hash the body as it came, or have the webhook send application/json.",
            link: TROUBLE,
        },
        form_value,
    ),
    (
        Mistake {
            id: "body-characters",
            rank: 1,
            title: "The body was signed in another character set or Unicode form.",
            why: "The same characters are other bytes in Latin-1, UTF-8 and UTF-16.",
            fix: "Hash the bytes that arrived; where they must be text, use UTF-8.",
            link: TROUBLE,
        },
        characters,
    ),
    (
        Mistake {
            id: "body-encoded",
            rank: 2,
            title: "The body was signed in another encoding than it was sent in.",
            why: "Gateways such as API Gateway and Lambda hand a body over in base64; the signature covers what was sent.",
            fix: "Decode the body before it is hashed where isBase64Encoded says so.",
            link: "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html",
        },
        encoded,
    ),
];

fn json(text: &[u8]) -> Vec<Variant> {
    let Some(node) = parse(text) else { return Vec::new() };
    let styles = [COMPACT_FORMS, SPACED_FORMS, SORTED_FORMS, ESCAPED_FORMS];
    let words = |words: &'static str| if words.is_empty() { "compact, without spaces" } else { words };
    let write = |(form, style): &(&'static str, _)| {
        let style: &crate::diagnose::json::Style = style;
        (style.write(&node), words(form))
    };
    let mut variants: Vec<_> = styles.into_iter().flatten().map(write).collect();
    // Encoders and editors put a newline behind it.
    let line =
        |(text, _): &(Vec<u8>, &str)| ([&text[..], b"\n"].concat(), "written anew, with a newline behind it");
    let lined: Vec<_> = variants.iter().map(line).collect();
    variants.extend(lined);
    if let Ok(string) = serde_json::to_string(&String::from_utf8_lossy(text)) {
        variants.push((string.into_bytes(), "as a JSON string"));
    }
    changed(text, variants)
}

fn newline(text: &[u8]) -> Vec<Variant> {
    let mut variants = vec![
        ([text, b"\n"].concat(), "signed with LF behind it"),
        ([text, b"\r\n"].concat(), "signed with CR LF behind it"),
    ];
    variants.extend(text.strip_suffix(b"\n").map(|text| (text.to_vec(), "signed without its LF")));
    variants.extend(text.strip_suffix(b"\r\n").map(|text| (text.to_vec(), "signed without its CR LF")));
    changed(text, variants)
}

fn line_breaks(text: &[u8]) -> Vec<Variant> {
    let unix = breaks(text, b"\n").into_iter().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
    let windows = breaks(&unix, b"\r\n");
    changed(text, vec![(unix, "signed with LF"), (windows, "signed with CR LF")])
}

fn trimmed(text: &[u8]) -> Vec<Variant> {
    changed(
        text,
        vec![
            (text.trim_ascii().to_vec(), "at both ends"),
            (text.trim_ascii_start().to_vec(), "at the beginning"),
            (text.trim_ascii_end().to_vec(), "at the end"),
        ],
    )
}

fn form_value(text: &[u8]) -> Vec<Variant> {
    let spaced = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect::<Vec<_>>();
    let values = |text: &[u8]| -> Vec<Vec<u8>> {
        let pairs = text.split(|byte| *byte == b'&');
        pairs.filter_map(|pair| Some(pair[memchr::memchr(b'=', pair)? + 1..].to_vec())).collect()
    };
    let mut variants: Vec<_> = values(text).into_iter().map(|value| (value, "as it was sent")).collect();
    variants.extend(values(&spaced).into_iter().map(|value| (decoded(&value), "decoded")));
    variants.push((decoded(&spaced), "the whole form, decoded"));
    changed(text, variants)
}

fn characters(text: &[u8]) -> Vec<Variant> {
    let mut variants: Vec<_> =
        other_character_sets(text).into_iter().map(|(words, other)| (other, words)).collect();
    variants.push((utf16(text, u16::to_le_bytes), "in UTF-16, the low byte first"));
    variants.push((utf16(text, u16::to_be_bytes), "in UTF-16, the high byte first"));
    variants.push(match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (rest.to_vec(), "without its byte order mark"),
        None => ([BYTE_ORDER_MARK, text].concat(), "with a byte order mark"),
    });
    changed(text, variants)
}

fn encoded(text: &[u8]) -> Vec<Variant> {
    let mut variants = vec![
        (STANDARD.encode(text).into_bytes(), "in base64"),
        (hex::encode(text).into_bytes(), "in hex"),
        (decoded(text), "percent-decoded"),
    ];
    variants.extend(STANDARD.decode(text.trim_ascii()).map(|plain| (plain, "decoded from base64")));
    variants.extend(hex::decode(text.trim_ascii()).map(|plain| (plain, "decoded from hex")));
    changed(text, variants)
}
