//! Headers: which are signed, how their values are written, and what clients and proxies do to them afterwards.

mod content;
mod line;
mod list;
mod missing;
mod names;
mod repeated;
mod spaces;
mod transit;
mod twice;
mod values;

use super::{Hypothesis, RULE, cause};
use content::{
    boundary, charset_added, charset_changed, content_length, content_sha256, content_type_changed,
    content_type_empty,
};
use list::{list_case, list_separator, list_unsorted, listed_twice, unsorted};
use missing::{empty_dropped, not_signed, signed_empty, signed_unnamed};
use names::name_case;
use repeated::{duplicate_joined, duplicate_lines, duplicate_one, duplicate_sorted, list_spacing};
use spaces::{colon, folded, not_trimmed, spaces_kept, spaces_removed};
use transit::{accept, accept_encoding, amz_header, cache, connection, date, forwarded, user_agent};
use values::{charset, percent_encoded, quotes, value_case_kept, value_lowercased};

pub(super) use twice::changed_twice;

/// What all rows of headers that are changed on the way have in common.
const ON_THE_WAY: &str = "A header that is signed must arrive as it was signed; HTTP libraries and proxies set this one themselves.";

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "header-name-case",
        0,
        "Header names were not lower-cased in the canonical headers.",
        "Names are signed in lower case, whatever case they are sent in.",
        "Lower-case the names before signing.",
        "https://github.com/xcir/libvmod-awsrest/issues/32",
        name_case,
    ),
    cause(
        "header-unsorted",
        0,
        "The canonical headers were not sorted by name.",
        "Header lines are sorted by their lower-case names.",
        "Sort the lower-case names before writing the lines.",
        "https://github.com/xcir/libvmod-awsrest/issues/32",
        unsorted,
    ),
    cause(
        "header-colon-space",
        0,
        "The canonical headers have a space after the colon.",
        "A line is name:value, with nothing around the colon.",
        "Write the lines without spaces around the colon.",
        RULE,
        colon,
    ),
    cause(
        "header-value-lowercased",
        1,
        "A header value was lower-cased before it was signed.",
        "Only names are lower-cased; values keep their case.",
        "Lower-case the name alone.",
        "https://github.com/curl/curl/issues/7966",
        value_lowercased,
    ),
    cause(
        "header-value-case-kept",
        0,
        "The values of the headers were signed as they are, though this scheme signs them in lower case.",
        "Tencent Cloud lower-cases names and values: application/json; charset=UTF-8 is signed with charset=utf-8.",
        "Lower-case each value before it is signed.",
        "https://www.tencentcloud.com/document/api/213/33224",
        value_case_kept,
    ),
    cause(
        "header-spaces-kept",
        0,
        "Runs of spaces inside a header value were signed as they are, not collapsed to one.",
        "Inner white space counts as one space, whatever stands around it.",
        "Collapse every run of white space to one space, also more than two, also inside quotes.",
        "https://github.com/boto/botocore/issues/1182",
        spaces_kept,
    ),
    cause(
        "header-not-trimmed",
        0,
        "A header value was signed with the white space at its beginning or end.",
        "Values are trimmed at both ends.",
        "Trim values before signing.",
        "https://github.com/aws/aws-sdk-go/issues/4141",
        not_trimmed,
    ),
    cause(
        "header-spaces-removed",
        2,
        "The spaces inside a header value were removed before it was signed.",
        "A run of white space becomes one space; it does not go away.",
        "Collapse white space, do not remove it.",
        RULE,
        spaces_removed,
    ),
    cause(
        "header-list-spacing",
        0,
        "A header value that is a list was signed with other spaces around its commas than it was sent with.",
        "`a, b` and `a,b` are two values. HTTP libraries often join several values with a comma and a space when they send them.",
        "Sign the value exactly as it is sent: join the values the way your HTTP library does.",
        "https://github.com/aws/aws-sdk-net/issues/4493",
        list_spacing,
    )
    .transit("Pass header values on as they came: don't join repeated headers anew."),
    cause(
        "header-duplicate-joined",
        1,
        "The values of a repeated header were joined in another way than by a comma.",
        "Headers of one name are one line: their values in the order sent, joined by a comma and no space.",
        "Join the values with a comma alone.",
        "https://github.com/aws/aws-sdk-java-v2/issues/1729",
        duplicate_joined,
    ),
    cause(
        "header-duplicate-sorted",
        1,
        "The values of a repeated header were sorted before signing instead of kept in the order sent.",
        "Headers of one name are one line: their values in the order sent, joined by a comma.",
        "Keep the order in which the values are sent.",
        RULE,
        duplicate_sorted,
    ),
    cause(
        "header-duplicate-one",
        1,
        "Of a repeated header, only one value was signed.",
        "Headers of one name are one line with all their values. A dictionary keeps only one of them.",
        "Sign all values, or send the header once.",
        "https://github.com/http4k/http4k/issues/947",
        duplicate_one,
    ),
    cause(
        "header-duplicate-lines",
        1,
        "A repeated header was signed as two lines.",
        "Headers of one name are one line: their values joined by a comma.",
        "Join the values of equal names before writing the lines.",
        "https://github.com/aws/aws-sdk-java-v2/issues/1729",
        duplicate_lines,
    ),
    cause(
        "signed-headers-unsorted",
        1,
        "The list of signed headers was not sorted in the canonical request.",
        "The list is sorted as the lines are.",
        "Sort the list of names.",
        RULE,
        list_unsorted,
    ),
    cause(
        "signed-headers-case",
        1,
        "The names in the list of signed headers were not lower-cased.",
        "Names are signed in lower case.",
        "Lower-case the list as well as the lines.",
        RULE,
        list_case,
    ),
    cause(
        "signed-headers-twice",
        1,
        "A name stands twice in SignedHeaders, and what was signed repeats it.",
        "A header has one line and one place in the list, however often it is sent. A server that reads the list as a set signs it once.",
        "List each name once, and write one line for it.",
        RULE,
        listed_twice,
    ),
    cause(
        "signed-headers-comma",
        1,
        "The list of signed headers was not joined by semicolons alone.",
        "The list reads host;x-amz-date: semicolons, no spaces, none at the end.",
        "Join the names with semicolons.",
        RULE,
        list_separator,
    ),
    cause(
        "header-not-signed",
        0,
        "A header is named in SignedHeaders, but was left out of what was signed.",
        "Every header that the list names has a line in the canonical request.",
        "Sign every header that you name, or do not name it.",
        "https://github.com/mhart/aws4/issues/68",
        not_signed,
    ),
    cause(
        "header-signed-unnamed",
        1,
        "A header was signed that SignedHeaders does not name.",
        "The server signs the headers of the list, and no other.",
        "Name every header that you sign.",
        RULE,
        signed_unnamed,
    ),
    cause(
        "header-signed-empty",
        0,
        "A header is in SignedHeaders but was signed with an empty value.",
        "The value was not known yet when the request was signed: the HTTP library set it later.",
        "Set the header before signing, or leave it out of SignedHeaders.",
        "https://github.com/mhart/aws4/issues/120",
        signed_empty,
    ),
    cause(
        "content-type-signed-empty",
        0,
        "Content-Type is in SignedHeaders but was signed with an empty value.",
        "The value was not known yet when the request was signed: the HTTP library set it later.",
        "Set Content-Type yourself, before signing.",
        "https://github.com/mhart/aws4/issues/120",
        content_type_empty,
    ),
    cause(
        "content-type-charset-added",
        0,
        "The HTTP library added a charset to Content-Type after signing.",
        "application/json and application/json; charset=utf-8 are two values.",
        "Set Content-Type with its charset before signing.",
        "https://github.com/gaul/s3proxy/issues/394",
        charset_added,
    )
    .transit("Pass Content-Type on as it came."),
    cause(
        "content-type-charset-changed",
        0,
        "The charset of Content-Type was written in another way after signing, or lost.",
        "charset=utf-8 and charset=UTF-8 are two values.",
        "Set Content-Type to what the HTTP library will send.",
        "https://github.com/vinyldns/vinyldns/issues/560",
        charset_changed,
    )
    .transit("Pass Content-Type on as it came."),
    cause(
        "content-type-changed",
        0,
        "Content-Type was set to something else after signing, or removed.",
        "HTTP libraries set a Content-Type of their own when there is a body.",
        "Set Content-Type yourself, before signing, to what is sent.",
        "https://github.com/mhart/aws4/issues/120",
        content_type_changed,
    )
    .transit("Pass Content-Type on as it came."),
    cause(
        "content-type-boundary-changed",
        1,
        "The boundary in Content-Type is not the one that was signed.",
        "An HTTP library that writes the form itself chooses a new boundary each time.",
        "Write the form once, and sign and send the same bytes.",
        "https://github.com/curl/curl/issues/13351",
        boundary,
    ),
    cause(
        "accept-encoding-changed",
        0,
        "Accept-Encoding was signed and then changed by the HTTP library or a proxy.",
        "Google's front end, Cloudflare and many libraries rewrite Accept-Encoding.",
        "Do not sign Accept-Encoding.",
        "https://github.com/aws/aws-sdk-go-v2/issues/1816",
        accept_encoding,
    )
    .transit("Pass Accept-Encoding on as it came."),
    cause(
        "user-agent-changed",
        0,
        "User-Agent was signed and then changed by the HTTP library or a proxy.",
        ON_THE_WAY,
        "Do not sign User-Agent.",
        "https://github.com/aws/aws-sdk-cpp/issues/323",
        user_agent,
    )
    .transit("Pass User-Agent on as it came."),
    cause(
        "content-length-changed",
        0,
        "Content-Length was signed with another value than it was sent with.",
        ON_THE_WAY,
        "Do not sign Content-Length, or set it to the number of bytes before signing.",
        "https://github.com/pgbackrest/pgbackrest/issues/1340",
        content_length,
    )
    .transit("Pass Content-Length on as it came: do not remove a length of 0."),
    cause(
        "connection-changed",
        1,
        "A header that belongs to one connection was signed and changed on the way.",
        "Connection, TE, Upgrade, Expect and their like end at each proxy.",
        "Do not sign connection, te, expect, upgrade, keep-alive, transfer-encoding or proxy headers.",
        "https://github.com/aws/aws-cli/issues/10123",
        connection,
    )
    .transit("These headers belong to one connection; they cannot be passed on."),
    cause(
        "forwarded-changed",
        1,
        "A header of forwarding was signed and then extended by a proxy.",
        "X-Forwarded-For, Via and their like grow at each proxy.",
        "Do not sign x-forwarded-*, via, forwarded or tracing headers.",
        "https://github.com/mhart/aws4/issues/163",
        forwarded,
    )
    .transit("Sign anew behind the proxy, or leave the header as it came."),
    cause(
        "cache-header-changed",
        2,
        "A header of caching was signed and then changed on the way.",
        ON_THE_WAY,
        "Do not sign cache-control, pragma, if-modified-since and their like.",
        "https://github.com/boto/boto3/issues/4367",
        cache,
    )
    .transit("Pass the header on as it came."),
    cause(
        "accept-changed",
        1,
        "Accept or Accept-Language was signed and then changed on the way.",
        ON_THE_WAY,
        "Do not sign Accept and Accept-Language.",
        "https://github.com/mhart/aws4/issues/68",
        accept,
    )
    .transit("Pass the header on as it came."),
    cause(
        "amz-header-changed",
        1,
        "A signed header has another value than was signed, or was removed after signing.",
        "Retries and middleware set headers anew, and proxies drop some.",
        "Sign after every header is set; sign again on each attempt.",
        RULE,
        amz_header,
    )
    .transit("Pass signed headers on as they came."),
    cause(
        "header-charset",
        2,
        "A header value with characters beyond ASCII was signed in another character set than it was sent in.",
        "Values are signed as bytes: é in Latin-1 and in UTF-8 are two values.",
        "Keep header values in ASCII, or sign the bytes that are sent.",
        "https://github.com/fog/fog-aws/issues/160",
        charset,
    ),
    cause(
        "header-folded",
        2,
        "A header value on several lines was joined in another way.",
        "A folded line counts as one space.",
        "Send each header on one line.",
        RULE,
        folded,
    ),
    cause(
        "header-percent-encoded",
        1,
        "A header value was signed decoded, or encoded in another way than it was sent.",
        "Values are signed as they are sent: what is percent-encoded stays so.",
        "Encode the value once, and sign what is sent.",
        "https://github.com/xtyxtyx/minio-dart/issues/115",
        percent_encoded,
    ),
    cause(
        "header-empty-dropped",
        1,
        "Headers with an empty value were left out of what was signed.",
        "A header that is named has a line, also when its value is empty.",
        "Sign the line name: with nothing behind the colon.",
        "https://github.com/aws/aws-sdk-java/issues/865",
        empty_dropped,
    ),
    cause(
        "header-quotes-removed",
        2,
        "The quotation marks of a header value were removed before it was signed.",
        "Quotation marks are a part of the value.",
        "Sign the value as it is sent.",
        "https://github.com/fog/fog-aws/issues/160",
        quotes,
    ),
    cause(
        "date-header-changed",
        1,
        "The header with the date was signed with another value than it was sent with.",
        "A request that is signed twice, or sent again, gets a new date; the signature must be new as well.",
        "Set the date once, before signing.",
        RULE,
        date,
    )
    .transit("Pass Date and X-Amz-Date on as they came."),
    cause(
        "content-sha256-changed",
        1,
        "The x-amz-content-sha256 header was signed with another value than it was sent with.",
        "The header and the last line of the canonical request say the same.",
        "Set the header to what stands in the last line, before signing.",
        "https://github.com/danieljoos/aws-sign-web/issues/14",
        content_sha256,
    ),
];
