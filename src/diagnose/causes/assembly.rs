//! Putting the texts together: line breaks, parts that are missing, hashes in other forms, and how the result is written.

mod forms;
mod policy;

use super::{DOTNET, Hypothesis, RULE, cause, observed};
use crate::diagnose::draft::{Slot, Value};
use crate::diagnose::form::{RequestForm, SigningForm, StringForm};
use forms::{no_query_line, request_forms, signing_forms, string_forms};
use policy::policy;

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "creq-trailing-newline",
        0,
        "The canonical request ends with an extra newline.",
        "Nothing follows the payload hash.",
        "Join the lines with LF and add none at the end.",
        RULE,
        |g| request_forms(g, &[(RequestForm::TrailingNewline, ""), (RequestForm::TrailingCrlf, "CR LF")]),
    ),
    cause(
        "creq-leading-newline",
        1,
        "The canonical request begins with a newline.",
        "The first line is the method.",
        "Begin with the method.",
        RULE,
        |g| request_forms(g, &[(RequestForm::LeadingNewline, "")]),
    ),
    cause(
        "creq-crlf",
        0,
        "The lines of the canonical request end in CR LF instead of LF.",
        "Lines are separated by LF alone.",
        "Join the lines with \\n, whatever the system.",
        "https://stackoverflow.com/questions/6328044",
        |g| request_forms(g, &[(RequestForm::Crlf, ""), (RequestForm::CarriageReturn, "CR alone")]),
    ),
    cause(
        "creq-blank-line-missing",
        0,
        "The blank line between headers and SignedHeaders is missing in the canonical request.",
        "Each header line ends in LF, and another LF separates the headers from the list.",
        "Write an empty line after the headers.",
        RULE,
        |g| request_forms(g, &[(RequestForm::NoBlankLine, "")]),
    ),
    cause(
        "creq-blank-line-extra",
        0,
        "There is a blank line too many between headers and SignedHeaders in the canonical request.",
        "Each header line ends in LF, and one more LF separates the headers from the list.",
        "Write one empty line after the headers.",
        RULE,
        |g| request_forms(g, &[(RequestForm::TwoBlankLines, "")]),
    ),
    cause(
        "creq-signed-headers-missing",
        0,
        "The list of signed headers is missing in the canonical request.",
        "The line before the last is the list of signed headers.",
        "Write the list of signed headers.",
        RULE,
        |g| request_forms(g, &[(RequestForm::NoSignedHeaders, "")]),
    ),
    cause(
        "creq-payload-missing",
        0,
        "The payload hash is missing in the canonical request.",
        "The last line is the payload hash, also for a request without a body.",
        "Write the hash of the body, or of nothing.",
        RULE,
        |g| request_forms(g, &[(RequestForm::NoPayload, "")]),
    ),
    cause(
        "creq-headers-missing",
        1,
        "The headers are missing in the canonical request.",
        "Each signed header has a line.",
        "Write the header lines.",
        RULE,
        |g| request_forms(g, &[(RequestForm::NoHeaders, "")]),
    ),
    cause(
        "creq-query-line-missing",
        0,
        "The empty line of the query is missing in the canonical request.",
        "A request without a query still has its line, which is empty.",
        "Write an empty line where there is no query.",
        RULE,
        no_query_line,
    ),
    cause(
        "creq-line-breaks",
        1,
        "The lines of the canonical request are not separated by a line feed each.",
        "Lines are separated by LF, with nothing before it.",
        "Join the lines with a line feed: \"\\n\", not '\\n' as two characters.",
        RULE,
        |g| {
            request_forms(
                g,
                &[
                    (RequestForm::EscapedNewlines, "\\n as two characters"),
                    (RequestForm::NoBreaks, "nothing between them"),
                    (RequestForm::Spaces, "spaces between them"),
                    (RequestForm::TrailingSpaces, "a space before each break"),
                ],
            );
        },
    ),
    cause(
        "creq-encoding",
        1,
        "The canonical request was hashed in UTF-16, or with bytes around it.",
        "The text is hashed in UTF-8.",
        "Convert the text to UTF-8 before hashing.",
        "https://stackoverflow.com/questions/6328044",
        |g| {
            request_forms(
                g,
                &[
                    (RequestForm::Utf16Le, "UTF-16, the low byte first"),
                    (RequestForm::Utf16Be, "UTF-16, the high byte first"),
                    (RequestForm::ByteOrderMark, "with a byte order mark"),
                    (RequestForm::NulTerminated, "with a zero byte at its end"),
                ],
            );
        },
    ),
    cause(
        "creq-lowercased",
        1,
        "The whole canonical request was lower-cased.",
        "Only header names are lower-cased.",
        "Lower-case header names alone.",
        RULE,
        |g| request_forms(g, &[(RequestForm::LowerCased, "")]),
    ),
    cause(
        "creq-not-hashed",
        0,
        "The string to sign contains the canonical request itself instead of its hash.",
        "The last line of the string to sign is the SHA-256 of the canonical request in hex.",
        "Hash the canonical request.",
        RULE,
        |g| {
            string_forms(
                g,
                &[(StringForm::NotHashed, ""), (StringForm::RequestAlone, "with nothing before it")],
            )
        },
    ),
    cause(
        "creq-hash-uppercase",
        0,
        "The hash of the canonical request is in upper-case hex.",
        "Hashes are written in lower-case hex.",
        "Write the hash in lower case.",
        RULE,
        |g| string_forms(g, &[(StringForm::HashUpper, "")]),
    ),
    cause(
        "creq-hash-dashes",
        1,
        "The hash of the canonical request has dashes between its bytes.",
        "Hashes are written in lower-case hex without separators. BitConverter.ToString of .NET writes 2C-F2-4D.",
        "Take the dashes out and write the hash in lower case.",
        DOTNET,
        |g| string_forms(g, &[(StringForm::HashDashes, ""), (StringForm::HashDashesLower, "in lower case")]),
    ),
    cause(
        "creq-hash-base64",
        0,
        "The hash of the canonical request is written in base64, or as bytes.",
        "Hashes are written in lower-case hex.",
        "Write the hash in hex.",
        RULE,
        |g| string_forms(g, &[(StringForm::HashBase64, "in base64"), (StringForm::HashRaw, "as bytes")]),
    ),
    cause(
        "creq-hashed-twice",
        0,
        "The canonical request was hashed twice.",
        "The last line of the string to sign is the hash, not the hash of that.",
        "Hash the canonical request once.",
        RULE,
        |g| {
            string_forms(
                g,
                &[(StringForm::HashedTwice, "the hex text"), (StringForm::BytesHashedTwice, "the bytes")],
            )
        },
    ),
    cause(
        "creq-hash-algorithm",
        1,
        "The canonical request was hashed with SHA-1.",
        "Version 4 uses SHA-256 throughout.",
        "Use SHA-256.",
        RULE,
        |g| string_forms(g, &[(StringForm::Sha1, "")]),
    ),
    cause(
        "sts-trailing-newline",
        0,
        "The string to sign ends with an extra newline.",
        "Nothing follows the hash.",
        "Join the four lines with LF and add none at the end.",
        RULE,
        |g| string_forms(g, &[(StringForm::TrailingNewline, ""), (StringForm::TrailingCrlf, "CR LF")]),
    ),
    cause(
        "sts-leading-newline",
        1,
        "The string to sign begins with a newline.",
        "The first line is the algorithm.",
        "Begin with the algorithm.",
        RULE,
        |g| string_forms(g, &[(StringForm::LeadingNewline, "")]),
    ),
    cause(
        "sts-crlf",
        0,
        "The lines of the string to sign end in CR LF instead of LF.",
        "Lines are separated by LF alone.",
        "Join the lines with \\n, whatever the system.",
        "https://stackoverflow.com/questions/6328044",
        |g| {
            string_forms(g, &[(StringForm::Crlf, "")]);
            if g.is_request() {
                let both = [
                    (Slot::REQUEST_FORM, Value::number(RequestForm::Crlf as usize)),
                    (Slot::STRING_FORM, Value::number(StringForm::Crlf as usize)),
                ];
                g.add(both.to_vec(), "and those of the canonical request as well");
            }
        },
    ),
    cause(
        "sts-line-missing",
        0,
        "A line of the string to sign is missing, or the lines stand in another order.",
        "The string to sign has four lines: algorithm, date, scope, hash.",
        "Write the four lines in this order.",
        RULE,
        |g| {
            string_forms(
                g,
                &[
                    (StringForm::NoAlgorithm, "without the algorithm"),
                    (StringForm::NoTimestamp, "without the date"),
                    (StringForm::NoScope, "without the scope"),
                    (StringForm::HashAlone, "the hash alone"),
                    (StringForm::ScopeFirst, "the scope before the date"),
                ],
            );
        },
    ),
    cause(
        "sts-line-breaks",
        1,
        "The lines of the string to sign are not separated by a line feed each.",
        "Lines are separated by LF.",
        "Join the lines with a line feed: \"\\n\", not '\\n' as two characters.",
        RULE,
        |g| {
            string_forms(
                g,
                &[
                    (StringForm::EscapedNewlines, "\\n as two characters"),
                    (StringForm::NoBreaks, "nothing between them"),
                    (StringForm::Spaces, "spaces between them"),
                ],
            );
        },
    ),
    cause(
        "sts-encoding",
        1,
        "The string to sign was signed in UTF-16, or with bytes around it.",
        "The text is signed in UTF-8.",
        "Convert the text to UTF-8 before signing.",
        "https://stackoverflow.com/questions/6328044",
        |g| {
            string_forms(
                g,
                &[
                    (StringForm::Utf16Le, "UTF-16, the low byte first"),
                    (StringForm::Utf16Be, "UTF-16, the high byte first"),
                    (StringForm::ByteOrderMark, "with a byte order mark"),
                    (StringForm::NulTerminated, "with a zero byte at its end"),
                ],
            );
        },
    ),
    cause(
        "sts-hashed",
        1,
        "The string to sign was hashed before it was signed.",
        "The HMAC is that of the string itself.",
        "Sign the string, not its hash.",
        RULE,
        |g| {
            signing_forms(
                g,
                &[(SigningForm::HmacOfHash, "its bytes"), (SigningForm::HmacOfHexHash, "its hex text")],
            )
        },
    ),
    cause(
        "signature-key-swapped",
        1,
        "Key and string changed places in the last HMAC.",
        "Libraries differ in whether the key or the message comes first.",
        "Look up the order of the arguments of your HMAC.",
        RULE,
        |g| signing_forms(g, &[(SigningForm::Swapped, "")]),
    ),
    cause(
        "signature-twice",
        2,
        "The signature was signed once more, or made without an HMAC.",
        "The signature is one HMAC-SHA256 of the string to sign.",
        "Sign once.",
        RULE,
        |g| {
            signing_forms(
                g,
                &[
                    (SigningForm::Twice, "signed twice"),
                    (SigningForm::HashOfKeyAndString, "a hash of key and string"),
                ],
            )
        },
    ),
    cause(
        "signature-sha1",
        0,
        "The signature is an HMAC-SHA1: it has 20 bytes.",
        "Version 4 uses HMAC-SHA256 throughout; SHA-1 is a leftover of version 2.",
        "Use HMAC-SHA256 for the signature.",
        RULE,
        |g| signing_forms(g, &[(SigningForm::HmacSha1, "")]),
    ),
    observed(
        "signature-uppercase",
        0,
        "The signature was written in upper-case hex.",
        "The signature is compared as text, in lower-case hex.",
        "Write the signature in lower case.",
        RULE,
    ),
    observed(
        "signature-base64",
        0,
        "The signature was written in base64 instead of hex.",
        "Version 4 writes signatures in lower-case hex; base64 is a leftover of version 2.",
        "Write the signature in hex.",
        "https://github.com/amzn/selling-partner-api-models/issues/1432",
    ),
    observed(
        "signature-hex-twice",
        1,
        "The signature was turned into hex twice.",
        "The signature is 32 bytes in 64 hex digits.",
        "Turn the bytes of the HMAC into hex once.",
        RULE,
    ),
    observed(
        "signature-truncated",
        0,
        "The signature was cut short.",
        "The signature is 64 hex digits; shells, databases and copying cut texts.",
        "Send all 64 digits.",
        "https://github.com/aws/aws-sdk-php/issues/1344",
    )
    .transit("Pass the whole URL or header on."),
    observed(
        "signature-extra-text",
        1,
        "Something stands behind the signature.",
        "The signature is 64 hex digits.",
        "End the signature after 64 digits.",
        "https://github.com/aws/aws-sdk-php/issues/1344",
    ),
    cause(
        "policy-rewritten",
        0,
        "The policy was written anew after it was signed.",
        "A form signs the base64 text of its policy, byte for byte: the same JSON in other base64 is another text.",
        "Encode the policy once, sign that text and send that text.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html",
        policy,
    ),
];
