//! What goes wrong where a text is signed under a shared secret: a table of mistakes, and what each makes of text, secret or digest.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use hmac::Hmac;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::diagnose::causes::text::other_character_sets;
use crate::diagnose::facts::decoded;
use crate::diagnose::json::{COMPACT_FORMS, ESCAPED_FORMS, SORTED_FORMS, SPACED_FORMS, parse};
use crate::diagnose::write::{BYTE_ORDER_MARK, breaks, utf16};
use crate::signature::mac::mac;

/// A mistake, and what it changes.
pub(super) struct Mistake {
    pub(super) id: &'static str,
    /// How common it is: 0 the most.
    pub(super) rank: u8,
    pub(super) title: &'static str,
    pub(super) why: &'static str,
    pub(super) fix: &'static str,
    /// Where it was met, or the rule that it breaks.
    pub(super) link: &'static str,
    pub(super) vary: Vary,
}

/// What a mistake changes. Each gives its variants with what they are, in words.
pub(super) enum Vary {
    /// The text that is signed.
    Text(fn(&[u8]) -> Vec<Variant>),
    /// The secret.
    Secret(fn(&[u8]) -> Vec<Variant>),
    /// How the two become a signature.
    Digest(&'static [(Sign, &'static str)]),
}

/// What a mistake makes of a text or a secret, and what it is in words.
pub(super) type Variant = (Zeroizing<Vec<u8>>, &'static str);

/// A way to sign a text under a key.
pub(super) type Sign = fn(&[u8], &[u8]) -> Vec<u8>;

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    mac::<Hmac<Sha256>>(key, text)
}

const RULE: &str = "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries";
const TROUBLE: &str =
    "https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks";
const BYTES: &str = "The signature covers the body byte for byte, as it came over the wire.";

pub(super) static MISTAKES: &[Mistake] = &[
    Mistake {
        id: "body-newline",
        rank: 0,
        title: "A newline at the end of the body was added or lost.",
        why: BYTES,
        fix: "Save and send the body without touching its end: printf instead of echo, --data-binary instead of --data.",
        link: "https://github.com/sendgrid/sendgrid-nodejs/issues/1193",
        vary: Vary::Text(newline),
    },
    Mistake {
        id: "body-line-breaks",
        rank: 0,
        title: "The line breaks of the body were changed: CR LF for LF, or the other way round.",
        why: BYTES,
        fix: "Handle the body as bytes, not as text.",
        link: RULE,
        vary: Vary::Text(line_breaks),
    },
    Mistake {
        id: "body-trimmed",
        rank: 0,
        title: "White space at the beginning or the end of the body was cut off.",
        why: BYTES,
        fix: "Hash the body untrimmed.",
        link: RULE,
        vary: Vary::Text(trimmed),
    },
    Mistake {
        id: "body-reserialised",
        rank: 0,
        title: "The JSON body was parsed and written again: the value is the same, its bytes are not.",
        why: "A parser that reads and writes JSON changes spaces, escapes or the order of keys.",
        fix: "Keep the raw body, and hash it before anything parses it: express.raw() in Node, request.get_data() in Flask, php://input in PHP.",
        link: TROUBLE,
        vary: Vary::Text(json),
    },
    Mistake {
        id: "body-empty",
        rank: 1,
        title: "An empty body was signed.",
        why: "A body can be read once: after a parser has taken it, nothing is left to hash.",
        fix: "Read the raw body first, then parse what was read.",
        link: TROUBLE,
        vary: Vary::Text(|text| changed(text, vec![(Vec::new(), "")])),
    },
    Mistake {
        id: "body-form-value",
        rank: 1,
        title: "The value of a field of the form was signed, not the form.",
        why: "With the content type application/x-www-form-urlencoded the JSON stands in the field `payload`, percent-encoded; the whole form is signed.",
        fix: "Hash the body as it came, or have the webhook send application/json.",
        link: TROUBLE,
        vary: Vary::Text(form_value),
    },
    Mistake {
        id: "body-characters",
        rank: 1,
        title: "The body was signed in another character set or Unicode form.",
        why: "The same characters are other bytes in Latin-1, UTF-8 and UTF-16.",
        fix: "Hash the bytes that arrived; where they must be text, use UTF-8.",
        link: TROUBLE,
        vary: Vary::Text(characters),
    },
    Mistake {
        id: "body-encoded",
        rank: 2,
        title: "The body was signed in another encoding than it was sent in.",
        why: "Gateways such as API Gateway and Lambda hand a body over in base64; the signature covers what was sent.",
        fix: "Decode the body before it is hashed where isBase64Encoded says so.",
        link: "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html",
        vary: Vary::Text(encoded),
    },
    Mistake {
        id: "secret-white-space",
        rank: 0,
        title: "The secret was used with white space at its end, or without the one it has.",
        why: "A file written by an editor or by echo ends in a newline; each byte of a secret counts.",
        fix: "Write the secret with printf, and trim what is read from a file.",
        link: RULE,
        vary: Vary::Secret(white_space),
    },
    Mistake {
        id: "secret-quoted",
        rank: 1,
        title: "Quotation marks around the secret make the difference.",
        why: "Some readers of .env files and YAML keep the quotation marks, some take them off.",
        fix: "Write the secret without quotation marks on both sides.",
        link: RULE,
        vary: Vary::Secret(quoted),
    },
    Mistake {
        id: "secret-encoded",
        rank: 1,
        title: "The secret was used in another encoding than it stands here.",
        why: "The secret is taken as the text that was entered for the webhook, whatever it looks like.",
        fix: "Use that text on both sides, neither decoded nor encoded.",
        link: RULE,
        vary: Vary::Secret(secret_encoded),
    },
    Mistake {
        id: "hash-algorithm",
        rank: 0,
        title: "The signature was made with another hash than the header stands for.",
        why: "X-Hub-Signature-256 is an HMAC-SHA256; the older X-Hub-Signature is an HMAC-SHA1.",
        fix: "Use the hash that the header names.",
        link: RULE,
        vary: Vary::Digest(&[
            (hmac_sha256, "HMAC-SHA256"),
            (mac::<Hmac<Sha1>>, "HMAC-SHA1"),
            (mac::<Hmac<Sha512>>, "HMAC-SHA512"),
            (mac::<Hmac<Sha384>>, "HMAC-SHA384"),
        ]),
    },
    Mistake {
        id: "key-and-text-swapped",
        rank: 1,
        title: "Secret and body changed places in the HMAC.",
        why: "Libraries differ in the order of their arguments.",
        fix: "Look up the order of the arguments of your HMAC: the secret is the key.",
        link: RULE,
        vary: Vary::Digest(&[(|key, text| hmac_sha256(text, key), "")]),
    },
    Mistake {
        id: "no-hmac",
        rank: 1,
        title: "A plain hash stands in place of the HMAC.",
        why: "An HMAC is more than a hash over secret and text.",
        fix: "Use an HMAC function with the secret as its key.",
        link: RULE,
        vary: Vary::Digest(&[
            (|key, text| hash(&[key, text]), "of secret and body"),
            (|key, text| hash(&[text, key]), "of body and secret"),
            (|_, text| hash(&[text]), "of the body"),
        ]),
    },
    Mistake {
        id: "hash-signed",
        rank: 2,
        title: "The hash of the body was signed in place of the body.",
        why: BYTES,
        fix: "Give the body itself to the HMAC.",
        link: RULE,
        vary: Vary::Digest(&[
            (|key, text| hmac_sha256(key, hex::encode(hash(&[text])).as_bytes()), "in hex"),
            (|key, text| hmac_sha256(key, &hash(&[text])), "as bytes"),
        ]),
    },
];

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().to_vec()
}

/// Those of the variants that differ from what is there.
fn changed(own: &[u8], variants: Vec<(Vec<u8>, &'static str)>) -> Vec<Variant> {
    let others = variants.into_iter().filter(|(variant, _)| variant != own);
    others.map(|(variant, words)| (Zeroizing::new(variant), words)).collect()
}

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

fn white_space(secret: &[u8]) -> Vec<Variant> {
    changed(
        secret,
        vec![
            ([secret, b"\n"].concat(), "with LF behind it"),
            ([secret, b"\r\n"].concat(), "with CR LF behind it"),
            ([secret, b" "].concat(), "with a space behind it"),
            (secret.trim_ascii().to_vec(), "without the white space at its ends"),
        ],
    )
}

fn quoted(secret: &[u8]) -> Vec<Variant> {
    let within = |mark: &[u8]| secret.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    let mut variants = Vec::new();
    for mark in [&b"\""[..], b"'"] {
        variants.push(([mark, secret, mark].concat(), "with quotation marks"));
        variants.extend(within(mark).map(|plain| (plain.to_vec(), "without its quotation marks")));
    }
    changed(secret, variants)
}

fn secret_encoded(secret: &[u8]) -> Vec<Variant> {
    let mut variants = vec![
        (STANDARD.encode(secret).into_bytes(), "base64 of it"),
        (hex::encode(secret).into_bytes(), "hex of it"),
        (hex::encode(hash(&[secret])).into_bytes(), "its SHA-256 in hex"),
        (hash(&[secret]), "its SHA-256"),
        (secret.to_ascii_lowercase(), "in lower case"),
        (secret.to_ascii_uppercase(), "in upper case"),
    ];
    variants.extend(hex::decode(secret).map(|plain| (plain, "decoded from hex")));
    for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE] {
        variants.extend(engine.decode(secret).map(|plain| (plain, "decoded from base64")));
    }
    changed(secret, variants)
}
