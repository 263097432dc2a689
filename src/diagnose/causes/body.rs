//! The body and its hash: other bytes than were sent, and other texts than their hash.

mod encoded;
mod form;
mod hash;
mod json;
mod put;
mod text;

use super::{DOTNET, Hypothesis, RULE, cause, observed};
use encoded::{compressed, encoded, truncated};
use form::form;
use hash::{
    empty_hash, hash_algorithm, hash_base64, hash_dashes, hash_twice, hash_uppercase, hashed, not_hashed,
    null, streaming, unsigned,
};
use json::{json_compact, json_escaped, json_sorted, json_spaced, json_twice};
use text::{
    byte_order_mark, case, character_set, characters_replaced, in_utf16, line_breaks, newline_added,
    newline_lost, trimmed,
};

pub(super) use encoded::uncompressed;
pub(in crate::diagnose) use hash::hex_hash;

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
        "payload-hash-dashes",
        1,
        "The payload hash was written with dashes between its bytes.",
        "The hash is written in lower-case hex without separators. BitConverter.ToString of .NET writes 2C-F2-4D.",
        "Take the dashes out and write the hash in lower case.",
        DOTNET,
        hash_dashes,
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
