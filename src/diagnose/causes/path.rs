//! The path: normalised or not, encoded how often and by which encoder, and what proxies do to it.

mod bucket;
mod encoding;
mod ends;
mod form;
mod slashes;
mod url;

use super::{Hypothesis, RULE, cause};
use bucket::{bucket, bucket_left_out, bucket_twice};
use encoding::{
    as_sent, case, character_set, encoded_after_signing, encoded_again, encoded_once, encoded_too_often,
    lower_hex, plus, reserved, undecorated, unreserved,
};
use ends::{prefix_added, prefix_stripped, suffix_left_out, suffix_signed};
use slashes::{
    empty, normalised, not_normalised, resolved_in_transit, slash_decoded, slash_encoded, slash_joined,
    slash_kept, trailing_slash,
};
use url::{cut_at_question, with_host, with_query};

const ONCE: &str = "S3 and its relatives take the path encoded once; every other service encodes what stands in the request line once more.";

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "path-encoded-twice",
        0,
        "The path was percent-encoded a second time in the canonical request, but this service (S3 or a relative) wants it encoded once.",
        ONCE,
        "Switch double encoding off for S3: sign the path as it is sent.",
        "https://github.com/envoyproxy/envoy/issues/35023",
        encoded_again,
    )
    .example("# botocore: S3SigV4Auth, not SigV4Auth\n# aws-sigv4 (Rust): settings.percent_encoding_mode = PercentEncodingMode::Single"),
    cause(
        "path-encoded-after-signing",
        0,
        "The path was percent-encoded once more after it was signed.",
        "The path on the wire is encoded twice: %252B stands for the three characters %2B, and the server looks for that name.",
        "Send the path exactly as it was signed: don't encode a URL that is already encoded.",
        "https://github.com/duckdb/duckdb-aws/issues/96",
        encoded_after_signing,
    )
    .transit("Pass the path on as it came: forward the raw path, not a decoded and re-encoded one."),
    cause(
        "path-encoded-once",
        0,
        "The path was percent-encoded once in the canonical request, but this service wants it encoded twice.",
        ONCE,
        "Encode each segment of the path once more before it is signed: every service but S3 wants that.",
        "https://github.com/andrewjroth/requests-auth-aws-sigv4/issues/9",
        encoded_once,
    ),
    cause(
        "path-encoded-three-times",
        2,
        "The path was percent-encoded once too often in the canonical request.",
        ONCE,
        "Encode the path once for the request line and, for services other than S3, once more for signing.",
        "https://github.com/boto/botocore/issues/3214",
        encoded_too_often,
    ),
    cause(
        "path-decoded",
        2,
        "The path was signed decoded, without any percent-encoding.",
        "Spaces and characters beyond the unreserved ones must be percent-encoded in the canonical request.",
        "Percent-encode each segment of the path before signing, in upper-case hex.",
        "https://github.com/anomalizer/ngx_aws_auth/issues/35",
        undecorated,
    ),
    cause(
        "path-as-sent",
        3,
        "The path was signed as it stands in the request line, without bringing it to its canonical form.",
        "A canonical path has one spelling: every reserved character encoded, with upper-case digits.",
        "Percent-encode the path by AWS's rule before signing, or send it in that form.",
        RULE,
        as_sent,
    ),
    cause(
        "path-plus-as-space",
        1,
        "A + in the path was taken for a space, or a space for a +, when the request was signed.",
        "In a path + is a character of its own; only forms write a space so.",
        "Write a space as %20 and a plus as %2B in the path.",
        "https://github.com/aws/aws-sdk-cpp/issues/110",
        plus,
    )
    .transit("Pass the path on as it came, without decoding + or %2B."),
    cause(
        "path-reserved-bare",
        1,
        "Characters that must be escaped were left bare in the canonical path.",
        "AWS wants everything but A–Z a–z 0–9 - . _ ~ percent-encoded; many libraries leave more characters alone.",
        "Encode by AWS's rule: also ! * ' ( ) and what else your library leaves out.",
        "https://github.com/curl/curl/issues/7559",
        reserved,
    )
    .example("encodeURIComponent(s).replace(/[!'()*]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase())"),
    cause(
        "path-unreserved-encoded",
        2,
        "Characters that must stay as they are were escaped in the canonical path.",
        "The unreserved characters - . _ ~ are never escaped; older encoders write ~ as %7E.",
        "Leave - . _ ~ as they are.",
        RULE,
        unreserved,
    ),
    cause(
        "path-hex-lowercase",
        1,
        "The escapes of the canonical path have lower-case hex digits.",
        "AWS's rule is upper case: %3A, not %3a.",
        "Write escapes in upper case.",
        "https://github.com/nginx/nginx-s3-gateway/issues/578",
        lower_hex,
    ),
    cause(
        "path-slash-encoded",
        1,
        "The slashes of the path were percent-encoded in the canonical request.",
        "A slash separates segments and stays; only one that is part of a segment is written %2F.",
        "Encode each segment by itself and join them with slashes.",
        "https://github.com/awslabs/aws-sigv4-proxy/issues/246",
        slash_encoded,
    ),
    cause(
        "path-slash-decoded",
        1,
        "A %2F inside a segment of the path was signed as a slash, or left out of the second encoding.",
        "%2F is a character of the segment, and becomes %252F; S3 alone signs it as a slash.",
        "Encode segments without decoding them first.",
        "https://github.com/r-lib/httr2/issues/843",
        slash_decoded,
    )
    .transit("Pass escapes on as they came: many proxies decode %2F."),
    cause(
        "path-slash-joined",
        0,
        "A slash was doubled when the URL was put together, after the path was signed.",
        "A base URL that ends in / and a path that begins with / join to //. S3 takes // as part of the key, so it is signed.",
        "Join base URL and path with one slash, and sign the path that is sent.",
        "https://github.com/suitenumerique/drive/pull/361",
        slash_joined,
    ),
    cause(
        "path-resolved-in-transit",
        1,
        "Repeated slashes or dot segments were removed from the path after it was signed.",
        "HTTP libraries and proxies clean up paths. For S3, // and /./ are part of the key, so the signature covers them.",
        "Escape dots (%2E) in keys, avoid empty segments, or switch path clean-up off in the HTTP client.",
        "https://github.com/duckdb/duckdb-httpfs/issues/333",
        resolved_in_transit,
    )
    .transit("Pass the path on as it came: in nginx `merge_slashes off` and `proxy_pass` without a URI; in Envoy no `merge_slashes` or `normalize_path`."),
    cause(
        "path-slash-kept",
        0,
        "A %2F in the path was signed as it stands, but S3 signs it as a slash.",
        "S3 decodes the path before it signs: to it, a%2Fb and a/b are one key.",
        "Send and sign the slashes of a key as they are. Encode each segment by itself.",
        "https://github.com/mhart/aws4/blob/master/aws4.js",
        slash_kept,
    ),
    cause(
        "path-normalised",
        0,
        "Repeated slashes or dot segments were removed from the canonical path, but S3 object keys must be signed as they are.",
        "An S3 key may hold // and /../: they are names, not directions.",
        "Switch path normalisation off for S3.",
        "https://github.com/tedder/requests-aws4auth/issues/31",
        normalised,
    )
    .example("# aws-sigv4 (Rust): settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled"),
    cause(
        "path-not-normalised",
        1,
        "The path was signed with its repeated slashes or dot segments, but this service wants them removed.",
        "Every service but S3 and its relatives normalises the path before it compares (RFC 3986, 5.2.4).",
        "Remove dot segments and repeated slashes before signing, or send a path without them.",
        "https://github.com/smithy-lang/smithy-rs/issues/1308",
        not_normalised,
    ),
    cause(
        "path-empty",
        1,
        "The canonical path was left empty, or lacks its first slash.",
        "An absolute path that is empty is signed as /.",
        "Sign / where the URL has no path, and begin every path with a slash.",
        RULE,
        empty,
    ),
    cause(
        "path-trailing-slash",
        1,
        "A slash at the end of the path was signed but not sent, or sent but not signed.",
        "/a and /a/ are two paths.",
        "Sign the path exactly as it is sent, with or without the slash at its end.",
        "https://github.com/cognitect-labs/aws-api/issues/53",
        trailing_slash,
    )
    .transit("Add or remove no slash at the end of the path."),
    cause(
        "path-prefix-stripped",
        0,
        "A leading segment of the path was removed after the request was signed.",
        "The signature covers the path that the client saw; a gateway that strips a stage or prefix sends another one on.",
        "Sign the path that the server sees.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html",
        prefix_stripped,
    )
    .transit("Pass the path on unchanged, or sign anew behind the proxy."),
    cause(
        "path-prefix-added",
        0,
        "A leading segment of the path was added after the request was signed.",
        "The signature covers the path that the client saw; a gateway that adds a stage or prefix sends another one on.",
        "Sign the path that the server sees, prefix included.",
        "https://github.com/sigopt/sigopt-server/issues/238",
        prefix_added,
    )
    .transit("Pass the path on unchanged, or sign anew behind the proxy."),
    cause(
        "path-suffix-signed",
        0,
        "A segment was added to the end of the path that was signed, but not to the one that was sent.",
        "Some APIs are signed for another path than the request's own: AppSync's GraphQL endpoint for /graphql/connect, its Event API for /event.",
        "Sign the path that the server expects for this request.",
        "https://github.com/aws-amplify/amplify-js/issues/14001",
        suffix_signed,
    ),
    cause(
        "path-suffix-left-out",
        0,
        "The last segment of the path was sent, but left out of the path that was signed.",
        "The signature covers the whole path. Some signers sign the base URL and append the rest later.",
        "Build the whole URL first, then sign its path.",
        "https://github.com/aws-amplify/amplify-js/issues/14001",
        suffix_left_out,
    ),
    cause(
        "path-bucket-left-out",
        0,
        "The bucket was left out of the path that was signed, but is in the path that was sent.",
        "With path-style addressing the bucket is the first segment of the path, so it is signed.",
        "Sign /bucket/key for path-style addressing; sign /key alone only where the host names the bucket.",
        "https://github.com/s3fs-fuse/s3fs-fuse/pull/328",
        bucket_left_out,
    ),
    cause(
        "path-bucket-twice",
        0,
        "The bucket stands in the path that was sent, though the host names it already, and was not in the path that was signed.",
        "Where the host names the bucket, the path is the key alone: /bucket/key would be a key that begins with the bucket's name.",
        "Choose one form of address: bucket.host/key, or host/bucket/key. Then send the path that is signed.",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html",
        bucket_twice,
    )
    .transit("Put no bucket before the path where the host names it."),
    cause(
        "path-bucket-in-host",
        0,
        "The bucket was signed in the path but sent in the host name, or the other way round.",
        "bucket.s3.amazonaws.com/key and s3.amazonaws.com/bucket/key name the same object, but they are two requests to sign.",
        "Sign the form of address that is sent: path style or virtual-hosted style.",
        "https://github.com/s3tools/s3cmd/issues/675",
        bucket,
    )
    .transit("Leave host and path as they came: rewriting one form of address to the other breaks the signature."),
    cause(
        "path-with-query",
        1,
        "The query string was signed as a part of the path.",
        "Path and query stand on lines of their own in the canonical request.",
        "Cut the URL at its question mark before signing.",
        RULE,
        with_query,
    ),
    cause(
        "path-with-host",
        1,
        "The whole URL, or the host, was signed where the path belongs.",
        "The second line of the canonical request is the path alone and begins with a slash.",
        "Sign the path of the URL, not the URL.",
        "https://stackoverflow.com/questions/6328044",
        with_host,
    ),
    cause(
        "path-case",
        3,
        "The path was signed in lower case.",
        "A path keeps its case.",
        "Sign the path as it is sent.",
        RULE,
        case,
    ),
    cause(
        "path-character-set",
        2,
        "The path was signed in another character set or Unicode form than it was sent in.",
        "An object key is bytes: é has one form of two bytes and another of three, and a third in Latin-1.",
        "Encode the key in UTF-8 once, in the same Unicode form for signing and sending.",
        "https://github.com/jamhall/s3rver/issues/513",
        character_set,
    ),
    cause(
        "path-query-escaped",
        3,
        "A question mark or number sign of the path was taken for the begin of query or fragment.",
        "In a key ? and # are characters that must be escaped: %3F and %23.",
        "Percent-encode ? and # in the path.",
        RULE,
        cut_at_question,
    ),
];
