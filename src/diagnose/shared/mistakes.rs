//! What goes wrong where a text is signed under a shared secret, whatever the text is: with the secret, and with the digest.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use hmac::Hmac;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::signature::mac::mac;

/// A mistake, in words.
pub(in crate::diagnose) struct Mistake {
    pub(in crate::diagnose) id: &'static str,
    /// How common it is: 0 the most.
    pub(in crate::diagnose) rank: u8,
    pub(in crate::diagnose) title: &'static str,
    pub(in crate::diagnose) why: &'static str,
    pub(in crate::diagnose) fix: &'static str,
    /// Where it was met, or the rule that it breaks.
    pub(in crate::diagnose) link: &'static str,
}

/// What a mistake makes of a text or a secret, and what it is in words.
pub(in crate::diagnose) type Variant = (Zeroizing<Vec<u8>>, &'static str);

/// What a mistake makes of a text or a secret.
pub(in crate::diagnose) type Vary = fn(&[u8]) -> Vec<Variant>;

/// A way to sign a text under a key.
pub(in crate::diagnose) type Sign = fn(&[u8], &[u8]) -> Vec<u8>;

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    mac::<Hmac<Sha256>>(key, text)
}

const HMAC: &str = "https://www.rfc-editor.org/rfc/rfc2104";
const SECRET: &str = "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries";

/// What goes wrong with a secret.
pub(in crate::diagnose) static SECRETS: &[(Mistake, Vary)] = &[
    (
        Mistake {
            id: "secret-white-space",
            rank: 0,
            title: "The secret was used with white space at its end, or without the one it has.",
            why: "A file written by an editor or by echo ends in a newline; each byte of a secret counts.",
            fix: "Write the secret with printf, and trim what is read from a file.",
            link: SECRET,
        },
        white_space,
    ),
    (
        Mistake {
            id: "secret-quoted",
            rank: 1,
            title: "Quotation marks around the secret make the difference.",
            why: "Some readers of .env files and YAML keep the quotation marks, some take them off.",
            fix: "Write the secret without quotation marks on both sides.",
            link: SECRET,
        },
        quoted,
    ),
    (
        Mistake {
            id: "secret-encoded",
            rank: 1,
            title: "The secret was used in another encoding than it stands here.",
            why: "The secret is taken as the text that was entered for the webhook, whatever it looks like.",
            fix: "Use that text on both sides, neither decoded nor encoded.",
            link: SECRET,
        },
        secret_encoded,
    ),
];

/// What goes wrong between secret, text and signature.
pub(in crate::diagnose) static DIGESTS: &[(Mistake, &[(Sign, &str)])] = &[
    (
        Mistake {
            id: "hash-algorithm",
            rank: 0,
            title: "The signature was made with another hash than the header stands for.",
            why: "The scheme, or a name in the request, says which hash the HMAC is made with.",
            fix: "Use the hash that is meant: SHA-256 and SHA-1 differ in length already.",
            link: HMAC,
        },
        &[
            (hmac_sha256, "HMAC-SHA256"),
            (mac::<Hmac<Sha1>>, "HMAC-SHA1"),
            (mac::<Hmac<Sha512>>, "HMAC-SHA512"),
            (mac::<Hmac<Sha384>>, "HMAC-SHA384"),
        ],
    ),
    (
        Mistake {
            id: "key-and-text-swapped",
            rank: 1,
            title: "Secret and text changed places in the HMAC.",
            why: "Libraries differ in the order of their arguments.",
            fix: "Look up the order of the arguments of your HMAC: the secret is the key.",
            link: HMAC,
        },
        &[(|key, text| hmac_sha256(text, key), "")],
    ),
    (
        Mistake {
            id: "no-hmac",
            rank: 1,
            title: "A plain hash stands in place of the HMAC.",
            why: "An HMAC is more than a hash over secret and text.",
            fix: "Use an HMAC function with the secret as its key.",
            link: HMAC,
        },
        &[
            (|key, text| hash(&[key, text]), "of secret and text"),
            (|key, text| hash(&[text, key]), "of text and secret"),
            (|_, text| hash(&[text]), "of the text"),
        ],
    ),
    (
        Mistake {
            id: "hash-signed",
            rank: 2,
            title: "The hash of the text was signed in place of the text.",
            why: "The HMAC hashes what it is given: a hash before it makes another signature.",
            fix: "Give the text itself to the HMAC.",
            link: HMAC,
        },
        &[
            (|key, text| hmac_sha256(key, hex::encode(hash(&[text])).as_bytes()), "in hex"),
            (|key, text| hmac_sha256(key, &hash(&[text])), "as bytes"),
        ],
    ),
];

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().to_vec()
}

/// Those of the variants that differ from what is there.
pub(in crate::diagnose) fn changed(own: &[u8], variants: Vec<(Vec<u8>, &'static str)>) -> Vec<Variant> {
    let others = variants.into_iter().filter(|(variant, _)| variant != own);
    others.map(|(variant, words)| (Zeroizing::new(variant), words)).collect()
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
