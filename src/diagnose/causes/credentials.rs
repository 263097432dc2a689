//! The secret, the key that is derived from it, and the session token.

mod key;
mod secret;
mod token;

use super::body::hex_hash;
use super::text::{Escapes, replaced};
use super::{Hypothesis, RULE, cause};
use crate::diagnose::facts::decoded;
use crate::diagnose::write::utf16;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use key::{key_forms, not_derived, not_incremented, prefix_behind, prefixes};
use secret::{cut, is_key_id, named, of_example, of_other_key, secrets};
use token::{token_changed, token_encoding, token_plus, token_signed, token_space, token_unsigned};

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "secret-trailing-newline",
        0,
        "The secret has a newline at its end (read from a file).",
        "Files and command output end in a newline, which then counts as a character of the secret.",
        "Trim the secret when it is read: echo -n, printf, strip().",
        "https://github.com/RhinoSecurityLabs/pacu/issues/137",
        |g| secrets(g, &[("", |s| [s, b"\n"].concat()), ("two of them", |s| [s, b"\n\n"].concat())]),
    )
    .settings(),
    cause(
        "secret-trailing-crlf",
        0,
        "The secret has a carriage return at its end, with a newline or without (read from a Windows file).",
        "Lines of Windows end in CR LF; what takes off the LF leaves the CR.",
        "Trim the secret when it is read, or save the file with LF.",
        "https://github.com/aschroder/Magento-SMTP-Pro-Email-Extension/issues/228",
        |g| secrets(g, &[("CR LF", |s| [s, b"\r\n"].concat()), ("CR", |s| [s, b"\r"].concat())]),
    )
    .settings(),
    cause(
        "secret-space",
        0,
        "The secret has a space or tab at its beginning or end.",
        "White space that is copied along counts as a character of the secret.",
        "Trim the secret when it is read.",
        "https://github.com/aws/aws-sdk-js/issues/86",
        |g| {
            secrets(
                g,
                &[
                    ("a space at its end", |s| [s, b" "].concat()),
                    ("a space at its begin", |s| [b" ", s].concat()),
                    ("a space at both ends", |s| [b" ", s, b" "].concat()),
                    ("a tab at its end", |s| [s, b"\t"].concat()),
                    ("a tab at its begin", |s| [b"\t", s].concat()),
                    ("two spaces at its end", |s| [s, b"  "].concat()),
                    ("a no-break space at its end", |s| [s, b"\xc2\xa0"].concat()),
                    ("a newline at its begin", |s| [b"\n", s].concat()),
                    ("a zero-width space at its end", |s| [s, b"\xe2\x80\x8b"].concat()),
                    ("a zero-width space at its begin", |s| [b"\xe2\x80\x8b", s].concat()),
                ],
            );
        },
    )
    .settings(),
    cause(
        "secret-trimmed",
        1,
        "The secret at hand has white space or quotation marks around it that the signer left out.",
        "What the signer used is the secret without them.",
        "Give the secret without white space and quotation marks.",
        "https://github.com/aws/aws-sdk-js/issues/86",
        |g| {
            secrets(
                g,
                &[
                    ("white space", |s| s.trim_ascii().to_vec()),
                    ("quotation marks", |s| s.trim_ascii().strip_prefix(b"\"").and_then(|s| s.strip_suffix(b"\"")).unwrap_or(s).to_vec()),
                    ("apostrophes", |s| s.trim_ascii().strip_prefix(b"'").and_then(|s| s.strip_suffix(b"'")).unwrap_or(s).to_vec()),
                ],
            );
        },
    )
    .settings(),
    cause(
        "secret-quoted",
        0,
        "The secret includes the quotation marks from a configuration file.",
        "Not every format takes quotation marks off: in ~/.aws/credentials and many .env files they belong to the value.",
        "Write the secret without quotation marks.",
        "https://github.com/RhinoSecurityLabs/pacu/issues/137",
        |g| {
            secrets(
                g,
                &[
                    ("\"", |s| [b"\"", s, b"\""].concat()),
                    ("'", |s| [b"'", s, b"'"].concat()),
                    ("\" at its begin", |s| [b"\"", s].concat()),
                    ("\" at its end", |s| [s, b"\""].concat()),
                    ("' at its end", |s| [s, b"'"].concat()),
                    ("' at its begin", |s| [b"'", s].concat()),
                    ("`", |s| [b"`", s, b"`"].concat()),
                    ("< and >", |s| [b"<", s, b">"].concat()),
                    ("\\\"", |s| [b"\\\"", s, b"\\\""].concat()),
                ],
            );
        },
    )
    .settings(),
    cause(
        "secret-cut",
        0,
        "The secret lacks a character, or has one too many.",
        "A character is easily lost or gained at the ends when a secret is copied; shells print a % where a line has no end.",
        "Copy the secret again: a secret access key has 40 characters.",
        "https://github.com/aws/aws-cli/issues/602",
        cut,
    )
    .settings(),
    cause(
        "secret-plus-damaged",
        0,
        "A + or / of the secret was changed on its way through a URL, a form or a configuration.",
        "In forms + means a space; URL-encoding writes + as %2B and / as %2F.",
        "Quote or escape the secret for the place it is stored in, or make a key without + and /.",
        "https://github.com/aws/aws-cli/issues/6751",
        |g| {
            secrets(
                g,
                &[
                    ("+ as a space", |s| replaced(s, b"+", b" ")),
                    ("/ lost", |s| replaced(s, b"/", b"")),
                    ("+ lost", |s| replaced(s, b"+", b"")),
                    ("/ as \\/", |s| replaced(s, b"/", b"\\/")),
                    ("+ as -, / as _", |s| replaced(&replaced(s, b"+", b"-"), b"/", b"_")),
                    ("+ as \\+", |s| replaced(s, b"+", b"\\+")),
                    ("+ as &#43;", |s| replaced(s, b"+", b"&#43;")),
                    ("/ as &#x2F;", |s| replaced(s, b"/", b"&#x2F;")),
                    ("cut at its first +", |s| s.split(|b| *b == b'+').next().unwrap_or(s).to_vec()),
                    ("cut at its first /", |s| s.split(|b| *b == b'/').next().unwrap_or(s).to_vec()),
                    ("a space for a + in the one at hand", |s| replaced(s, b" ", b"+")),
                ],
            );
        },
    )
    .settings(),
    cause(
        "secret-url-encoded",
        0,
        "The secret was percent-encoded, or decoded, before it was used.",
        "URL-encoding writes + as %2B and / as %2F; a secret is used as it is.",
        "Decode the secret once where it is read from a URL; do not encode it elsewhere.",
        "https://github.com/aws/aws-sdk-js-v3/issues/3629",
        |g| {
            secrets(
                g,
                &[
                    ("encoded", |s| Escapes::RIGHT.text(s)),
                    ("encoded in lower case", |s| Escapes { lower: true, ..Escapes::RIGHT }.text(s)),
                    ("encoded, slashes left", |s| Escapes { bare: b"/", ..Escapes::RIGHT }.text(s)),
                    ("encoded, + left", |s| Escapes { bare: b"+", ..Escapes::RIGHT }.text(s)),
                    ("encoded twice", |s| Escapes::RIGHT.text(&Escapes::RIGHT.text(s))),
                    ("decoded", |s| decoded(s)),
                    ("decoded, + as a space", |s| decoded(&replaced(s, b"+", b" "))),
                ],
            );
        },
    )
    .settings(),
    cause(
        "secret-case",
        1,
        "The secret was used in another case.",
        "A secret has upper-case and lower-case letters that differ.",
        "Keep the case of the secret where it is stored.",
        RULE,
        |g| {
            secrets(g, &[("lower", |s| s.to_ascii_lowercase()), ("upper", |s| s.to_ascii_uppercase())]);
        },
    )
    .settings(),
    cause(
        "secret-encoded",
        1,
        "The secret was used in base64 or hex, or decoded as if it were.",
        "A secret access key is text of 40 characters: it looks like base64, but is used as it is.",
        "Use the characters of the secret.",
        RULE,
        |g| {
            secrets(
                g,
                &[
                    ("base64 of it", |s| STANDARD.encode(s).into_bytes()),
                    ("hex of it", |s| hex::encode(s).into_bytes()),
                    ("decoded from base64", |s| STANDARD.decode(s).unwrap_or_else(|_| s.to_vec())),
                    ("decoded from hex", |s| hex::decode(s).unwrap_or_else(|_| s.to_vec())),
                    ("UTF-16, the low byte first", |s| utf16(s, u16::to_le_bytes)),
                    ("UTF-16, the high byte first", |s| utf16(s, u16::to_be_bytes)),
                    ("a byte order mark in front", |s| [b"\xef\xbb\xbf", s].concat()),
                    ("backwards", |s| s.iter().rev().copied().collect()),
                    ("its SHA-256 in hex", |s| hex_hash(s).into_bytes()),
                    ("base64 of it and a newline", |s| STANDARD.encode([s, b"\n"].concat()).into_bytes()),
                ],
            );
        },
    )
    .settings(),
    cause(
        "secret-escaped",
        1,
        "Characters of the secret were escaped, or lost their backslashes.",
        "JSON, shells, YAML and .properties files have escapes of their own.",
        "Quote the secret by the rules of the file that it stands in.",
        "https://github.com/aws/aws-cli/issues/602",
        |g| {
            secrets(
                g,
                &[
                    ("backslashes lost", |s| replaced(s, b"\\", b"")),
                    ("backslashes doubled", |s| replaced(s, b"\\", b"\\\\")),
                    ("cut at #", |s| s.split(|b| *b == b'#').next().unwrap_or(s).to_vec()),
                    ("cut at =", |s| s.split(|b| *b == b'=').next().unwrap_or(s).to_vec()),
                    ("& as &amp;", |s| replaced(s, b"&", b"&amp;")),
                    ("\\n at its end as two characters", |s| [s, b"\\n"].concat()),
                ],
            );
        },
    )
    .settings(),
    cause(
        "secret-named",
        1,
        "Not the secret was used, but the name of a variable, or the word that stands for none.",
        "A variable that is not expanded or not set gives its own name, nothing, or a word such as undefined.",
        "Check that the variable is set where the program runs.",
        "https://github.com/import-io/s3-deploy/issues/51",
        named,
    )
    .settings(),
    cause(
        "secret-labelled",
        1,
        "The name of the setting was taken along with the secret, or a prefix stands before it.",
        "A line of a file has a name and a value.",
        "Give the value alone.",
        "https://github.com/aws/aws-cli/issues/602",
        |g| {
            secrets(
                g,
                &[
                    ("aws_secret_access_key = ", |s| [b"aws_secret_access_key = ", s].concat()),
                    ("aws_secret_access_key=", |s| [b"aws_secret_access_key=", s].concat()),
                    ("AWS_SECRET_ACCESS_KEY=", |s| [b"AWS_SECRET_ACCESS_KEY=", s].concat()),
                    ("=", |s| [b"=", s].concat()),
                    (":", |s| [b":", s].concat()),
                    ("AWS4", |s| [b"AWS4", s].concat()),
                    ("AWS", |s| [b"AWS", s].concat()),
                ],
            );
        },
    )
    .settings(),
    cause(
        "secret-of-example",
        0,
        "A secret of AWS's documentation was used, or the other of its two.",
        "The documentation has two example secrets that differ in one character: K7MDENG+bPx and K7MDENG/bPx.",
        "Use the secret of your own key.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html",
        of_example,
    )
    .settings(),
    cause(
        "secret-of-other-key",
        0,
        "The secret of another key was used.",
        "Key id and secret belong together: a file, an environment and a profile may each hold another pair.",
        "Look which source of credentials the program took: the environment wins over profiles.",
        "https://github.com/aws/aws-cli/issues/602",
        of_other_key,
    )
    .settings(),
    cause(
        "secret-is-key-id",
        0,
        "The access key id was used as the secret: the two changed places.",
        "The key id has 20 characters and begins with AKIA or ASIA; the secret has 40.",
        "Put key id and secret in their places.",
        "https://github.com/aws/aws-sdk-go/issues/289",
        is_key_id,
    )
    .settings(),
    cause(
        "key-prefix-missing",
        0,
        "The prefix of the secret (AWS4, for SigV4A AWS4A) was left out when the key was derived.",
        "The first key is the prefix followed by the secret.",
        "Derive the key from \"AWS4\" + secret; for SigV4A from \"AWS4A\" + secret.",
        RULE,
        |g| prefixes(g, &[""]),
    )
    .example("kDate = hmac((\"AWS4\" + secret).encode(), date)"),
    cause(
        "key-prefix-wrong",
        1,
        "The secret was not prefixed with what its scheme wants before it.",
        "Each relative of the scheme has its own prefix: AWS4, AWS4A for SigV4A, GOOG4 for Google, TC3.",
        "Put \"AWS4\" before it for AWS4-HMAC-SHA256, \"AWS4A\" for AWS4-ECDSA-P256-SHA256, \"GOOG4\" for GOOG4-HMAC-SHA256.",
        RULE,
        |g| prefixes(g, &["aws4", "AWS", "GOOG4", "TC3", "aliyun_v4", "JDCLOUD3", "JDCLOUD2", "EMS", "AWS4A", "AWS4", "TOS4", "AWS4AWS4", "AWS4 ", "AWS4:", "AWS4-", "AWS3", "OSS4", "Aws4", "AWS4HMAC-SHA256", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 "]),
    ),
    cause(
        "key-not-incremented",
        1,
        "The private key of SigV4A was derived without adding one to the candidate.",
        "The derived number is between 0 and N − 2. The private key is that number plus one, so that it is never 0.",
        "Add one to the candidate that is at most N − 2.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html",
        not_incremented,
    ),
    cause(
        "key-prefix-behind",
        2,
        "AWS4 stands behind the secret in the key chain.",
        "The first key of the chain is AWS4 and the secret, in this order.",
        "Begin the chain with \"AWS4\" + secret.",
        RULE,
        prefix_behind,
    ),
    cause(
        "key-hex-last",
        0,
        "The derived signing key was used as hex text instead of raw bytes.",
        "Every key of the chain is 32 bytes; only the signature is written in hex.",
        "Ask the HMAC for its bytes: digest(), not hexdigest(); in PHP hash_hmac(…, true).",
        "https://codedump.io/share/SUTDxrCDN8XR",
        |g| key_forms(g, "key-hex-last"),
    ),
    cause(
        "key-hex",
        0,
        "Keys of the chain were used as hex text instead of raw bytes.",
        "Every key of the chain is 32 bytes; only the signature is written in hex.",
        "Ask the HMAC for its bytes: digest(), not hexdigest(); in PHP hash_hmac(…, true).",
        "https://codedump.io/share/SUTDxrCDN8XR",
        |g| key_forms(g, "key-hex"),
    ),
    cause(
        "key-base64",
        1,
        "Keys of the chain were used as base64 text instead of raw bytes.",
        "Every key of the chain is 32 bytes; only the signature is written, in hex.",
        "Ask the HMAC for its bytes.",
        RULE,
        |g| key_forms(g, "key-base64"),
    ),
    cause(
        "key-as-text",
        1,
        "Keys of the chain were turned into text and back.",
        "Bytes are no characters: what is not UTF-8 is lost on the way through a string.",
        "Keep keys as bytes.",
        RULE,
        |g| key_forms(g, "key-as-text"),
    ),
    cause(
        "key-secret-encoded",
        2,
        "The secret was encoded before the prefix was put before it.",
        "The first key of the chain is AWS4 and the characters of the secret.",
        "Use the characters of the secret.",
        RULE,
        |g| key_forms(g, "key-secret-encoded"),
    ),
    cause(
        "key-step-missing",
        0,
        "A step of the key chain was left out.",
        "The chain is day, region, service, aws4_request.",
        "Derive the key in four steps.",
        RULE,
        |g| key_forms(g, "key-step-missing"),
    ),
    cause(
        "key-steps-reordered",
        0,
        "The steps of the key chain were taken in another order.",
        "The chain is day, region, service, aws4_request.",
        "Derive the key in this order.",
        RULE,
        |g| key_forms(g, "key-steps-reordered"),
    ),
    cause(
        "key-step-twice",
        2,
        "A step of the key chain was taken twice.",
        "The chain is day, region, service, aws4_request.",
        "Derive the key in four steps.",
        RULE,
        |g| key_forms(g, "key-step-twice"),
    ),
    cause(
        "key-not-derived",
        0,
        "The string was signed with the secret itself: no key was derived.",
        "The signing key is derived from the secret in four steps.",
        "Derive the key: day, region, service, aws4_request.",
        RULE,
        not_derived,
    ),
    cause(
        "key-message-swapped",
        1,
        "Key and message changed places in the key chain.",
        "Libraries differ in whether the key or the message comes first.",
        "Look up the order of the arguments of your HMAC.",
        RULE,
        |g| key_forms(g, "key-message-swapped"),
    ),
    cause(
        "key-sha1",
        1,
        "The key was derived with HMAC-SHA1.",
        "Version 4 uses HMAC-SHA256 throughout.",
        "Use HMAC-SHA256 in each step.",
        RULE,
        |g| key_forms(g, "key-sha1"),
    ),
    cause(
        "key-without-hmac",
        2,
        "The key was derived with plain hashes in place of HMACs.",
        "Each step is an HMAC-SHA256 under the key before it.",
        "Use HMAC-SHA256 in each step.",
        RULE,
        |g| key_forms(g, "key-without-hmac"),
    ),
    cause(
        "key-in-one-step",
        1,
        "The key was derived in one step from all parts of the scope.",
        "The chain has four steps, one for each part.",
        "Derive the key in four steps.",
        RULE,
        |g| key_forms(g, "key-in-one-step"),
    ),
    cause(
        "token-plus-to-space",
        0,
        "The + of the session token in the URL was decoded to a space in transit.",
        "In the query + must be written %2B; forms read a bare + as a space.",
        "Percent-encode the session token: + as %2B, / as %2F, = as %3D.",
        "https://github.com/aws/aws-iot-device-sdk-embedded-C/issues/1887",
        token_plus,
    )
    .transit("Pass the query on as it came."),
    cause(
        "token-encoding",
        1,
        "The session token was signed in another encoding than it was sent in.",
        "A token is base64: its + / = are percent-encoded once in a URL, and not at all in a header.",
        "Encode the token once in a query, never in a header.",
        "https://github.com/aws/aws-iot-device-sdk-embedded-C/issues/1887",
        token_encoding,
    ),
    cause(
        "token-not-signed",
        0,
        "The session token was added after signing.",
        "Temporary credentials need X-Amz-Security-Token, and it is signed like every other x-amz header or parameter.",
        "Add the session token before signing.",
        "https://github.com/cognitect-labs/aws-api/issues/5",
        token_unsigned,
    ),
    cause(
        "token-signed",
        0,
        "The session token was signed, but this service wants it added after signing.",
        "IoT's WebSockets take the token beside the signature.",
        "Sign the URL first, then append X-Amz-Security-Token.",
        "https://github.com/mhart/aws4/issues/30",
        token_signed,
    ),
    cause(
        "token-white-space",
        1,
        "The session token was signed with white space or quotation marks around it, or inside it.",
        "A token that was copied from a terminal has the line breaks of its window.",
        "Take out the white space of the token.",
        "https://github.com/boto/boto3/issues/2280",
        token_space,
    )
    .settings(),
    cause(
        "token-changed",
        0,
        "Another session token was signed than the one that is sent.",
        "Key, secret and token of temporary credentials belong together and change together.",
        "Read the three from one place at one time.",
        "https://github.com/aws/aws-cli/issues/4385",
        token_changed,
    )
    .settings(),
];
