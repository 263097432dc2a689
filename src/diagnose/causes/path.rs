//! The path: normalised or not, encoded how often and by which encoder, and what proxies do to it.

use std::collections::HashSet;

use super::text::{ENCODERS, Escapes, SINGLE, lower_escapes, other_character_sets};
use super::{Gen, Hypothesis, RULE, cause};
use crate::canon::encode::escape;
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::decoded;
use crate::scheme::{EncodePath, NormalizePath};
use crate::service;

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

/// One way to write the canonical path.
#[derive(Clone, Copy)]
struct Form {
    normal: Normal,
    times: EncodePath,
    escapes: Escapes,
    slash: EscapedSlash,
}

/// What becomes of `%2F` where the path is encoded once.
#[derive(Clone, Copy)]
enum EscapedSlash {
    /// It is one of the slashes of the key.
    Decoded,
    /// It stays an escape.
    Kept,
}

#[derive(Clone, Copy, PartialEq)]
enum Normal {
    No,
    Whole,
    Slashes,
    Dots,
}

impl Form {
    fn of(g: &Gen<'_, '_>) -> Self {
        let dialect = &g.facts.terms.dialect;
        let normal = if dialect.normalize_path == NormalizePath::On { Normal::Whole } else { Normal::No };
        Self { normal, times: dialect.encode_path, escapes: Escapes::RIGHT, slash: EscapedSlash::Decoded }
    }

    fn write(&self, path: &[u8]) -> Vec<u8> {
        let path = normalized(path, self.normal);
        let (mut out, mut at) = (Vec::with_capacity(path.len() * 2), 0);
        while at < path.len() {
            let escaped = escape(&path[at..]).filter(|_| self.times == EncodePath::Once);
            match (escaped, path[at]) {
                (Some(b'/'), _) => out.extend_from_slice(match (self.slash, self.escapes.lower) {
                    (EscapedSlash::Decoded, _) => b"/",
                    (EscapedSlash::Kept, true) => b"%2f",
                    (EscapedSlash::Kept, false) => b"%2F",
                }),
                (Some(byte), _) => self.escapes.push(&mut out, byte),
                (None, b'/') => out.push(b'/'),
                (None, byte) => self.escapes.push(&mut out, byte),
            }
            at += if escaped.is_some() { 3 } else { 1 };
        }
        out
    }
}

fn normalized(path: &[u8], how: Normal) -> Vec<u8> {
    if how == Normal::No {
        return path.to_vec();
    }
    let mut kept: Vec<&[u8]> = Vec::new();
    let segments: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    let last = segments.len() - 1;
    for (place, segment) in segments.into_iter().enumerate().skip(1) {
        match (segment, how) {
            (b"", Normal::Whole | Normal::Slashes) if place < last => {}
            (b".", Normal::Whole | Normal::Dots) if place < last => {}
            (b"..", Normal::Whole | Normal::Dots) => {
                kept.pop();
                if place == last {
                    kept.push(b"");
                }
            }
            (b".", Normal::Whole | Normal::Dots) => kept.push(b""),
            _ => kept.push(segment),
        }
    }
    [b"/", &*kept.join(&b'/')].concat()
}

/// The base form with something else, as a change of the path.
fn put(g: &mut Gen<'_, '_>, path: &[u8], detail: impl Into<String>) {
    if g.is_request() && !g.is_over() {
        g.put(Slot::PATH, path, detail);
    }
}

fn put_form(g: &mut Gen<'_, '_>, detail: &str, change: impl Fn(Form) -> Form) {
    let form = change(Form::of(g));
    let path = form.write(g.facts.path());
    put(g, &path, detail);
}

/// The same, of two mistakes that come together: simpler changes come first.
fn put_strange(g: &mut Gen<'_, '_>, detail: &str, change: impl Fn(Form) -> Form) {
    let form = change(Form::of(g));
    let path = form.write(g.facts.path());
    if let (true, Some(change)) = (g.is_request(), g.put(Slot::PATH, &path, detail)) {
        change.strange();
    }
}

/// The path as the request line would have it for `signed` to be its canonical form, with the query that is there.
fn target(g: &Gen<'_, '_>, path: &[u8]) -> Edit {
    let request = g.facts.request;
    let range = request.target().path;
    let (before, after) = (&request.target[..range.start], &request.target[range.end..]);
    Edit::Target([before, path, after].concat())
}

/// A path that another one was made of on the way.
fn put_sent<'g>(g: &'g mut Gen<'_, '_>, path: &[u8], detail: impl Into<String>) -> Option<&'g mut Change> {
    if !g.is_request() || g.is_over() {
        return None;
    }
    let canonical = Form::of(g).write(path);
    let edit = target(g, path);
    Some(g.put(Slot::PATH, &canonical, detail)?.edit(edit))
}

fn encoded_again(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.encode_path != EncodePath::Once {
        return;
    }
    put_form(g, "", |form| Form { times: EncodePath::Twice, ..form });
    let again = Form { times: EncodePath::Twice, normal: Normal::No, ..Form::of(g) };
    let twice = again.write(g.draft.of_base(Slot::PATH));
    put(g, &twice, "after it was brought to its canonical form");
    put_strange(g, "and normalised, as for every other service", |form| Form {
        times: EncodePath::Twice,
        normal: Normal::Whole,
        ..form
    });
}

fn encoded_after_signing(g: &mut Gen<'_, '_>) {
    let mut path = g.facts.path().to_vec();
    for words in ["", "and once more"] {
        let Some(once_less) = decoded_once(&path) else { return };
        put_sent(g, &once_less, words);
        path = once_less;
    }
}

/// The path before it was encoded a second time; `None` where no escape of it is escaped itself.
fn decoded_once(path: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut at) = (Vec::with_capacity(path.len()), 0);
    while at < path.len() {
        out.push(path[at]);
        // `%25` and two digits: an escape whose own percent sign was escaped.
        let is_twice = path[at..].starts_with(b"%25")
            && path.get(at + 3..at + 5).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        at += if is_twice { 3 } else { 1 };
    }
    (out.len() < path.len()).then_some(out)
}

fn encoded_once(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.encode_path != EncodePath::Twice {
        return;
    }
    put_form(g, "", |form| Form { times: EncodePath::Once, ..form });
    put_strange(g, "and not normalised, as for S3", |form| Form {
        times: EncodePath::Once,
        normal: Normal::No,
        ..form
    });
}

fn encoded_too_often(g: &mut Gen<'_, '_>) {
    let again = Form { times: EncodePath::Twice, normal: Normal::No, ..Form::of(g) };
    let once = again.write(g.draft.of_base(Slot::PATH));
    if g.facts.terms.dialect.encode_path == EncodePath::Twice {
        put(g, &once, "");
    } else {
        put(g, &again.write(&once), "twice too often");
    }
}

fn undecorated(g: &mut Gen<'_, '_>) {
    let path = normalized(g.facts.path(), Form::of(g).normal);
    // What still holds escapes was encoded once more on the wire; it was not signed bare.
    if decoded_once(&path).is_none() {
        put(g, &decoded(&path), "");
    }
    put(g, &decoded(&decoded(&path)), "twice");
    put_form(g, "spaces alone", |form| Form { escapes: Escapes { space: b" ", ..form.escapes }, ..form });
}

fn as_sent(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    put(g, &path, "");
    let normal = normalized(&path, Form::of(g).normal);
    put(g, &normal, "");
}

fn plus(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let base = Form::of(g);
    let turned = |from: &[u8], to: &[u8]| replaced(&path, from, to);
    for (from, to, words) in [
        (&b"+"[..], &b"%20"[..], "+ as a space"),
        (b"%20", b"+", "%20 as +"),
        (b"%2B", b"+", "%2B as +"),
        (b"%2B", b"%20", "%2B as a space"),
        (b"+", b"%2B", "+ as %2B"),
        (b"%20", b"%2B", "%20 as %2B"),
        (b"++", b"%20%20", "++ as two spaces"),
    ] {
        let other = turned(from, to);
        if other != path {
            put_sent(g, &other, words);
            put(g, &base.write(&other), words);
        }
    }
    // In the canonical form itself.
    let canonical = g.draft.of_base(Slot::PATH).to_vec();
    for (from, to, words) in [
        (&b"%2B"[..], &b"+"[..], "+ left bare"),
        (b"%20", b"+", "a space written as +"),
        (b"%252B", b"+", "+ left bare"),
        (b"%2520", b"+", "a space written as +"),
    ] {
        put(g, &replaced(&canonical, from, to), words);
    }
    // Only where the second encoding belongs there can it be missing.
    if base.times == EncodePath::Twice {
        put(g, &replaced(&canonical, b"%252B", b"%2B"), "+ encoded once");
    }
}

/// `text` with every `from` replaced.
pub(in crate::diagnose) fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    for found in memchr::memmem::find_iter(text, from) {
        out.extend_from_slice(&text[at..found]);
        out.extend_from_slice(to);
        at = found + from.len();
    }
    out.extend_from_slice(&text[at..]);
    out
}

fn reserved(g: &mut Gen<'_, '_>) {
    // An encoder that leaves % bare and an HTTP library that encodes once more write the same: the latter is what happens.
    let once_less = decoded_once(g.facts.path()).filter(|_| Form::of(g).times == EncodePath::Once);
    let after_signing = once_less.map(|path| Form::of(g).write(&path));
    for (words, escapes) in ENCODERS.iter().chain(SINGLE) {
        let path = Form { escapes: *escapes, ..Form::of(g) }.write(g.facts.path());
        if after_signing.as_ref() != Some(&path) {
            put(g, &path, *words);
        }
    }
    // An encoder that is used once leaves its characters to the second encoding.
    if g.facts.terms.dialect.encode_path == EncodePath::Twice {
        let once = decoded(g.facts.path());
        for (words, escapes) in ENCODERS.iter().chain(SINGLE) {
            let first: Vec<u8> = once.iter().fold(Vec::new(), |mut out, byte| {
                if *byte == b'/' {
                    out.push(b'/')
                } else {
                    escapes.push(&mut out, *byte)
                }
                out
            });
            let path = Form::of(g).write(&first);
            put(g, &path, *words);
        }
    }
}

fn unreserved(g: &mut Gen<'_, '_>) {
    for (words, also) in
        [("~", &b"~"[..]), (".", b"."), ("-", b"-"), ("_", b"_"), ("- . _ ~", b"-._~"), ("- and _", b"-_")]
    {
        put_form(g, words, |form| Form { escapes: Escapes { also, ..form.escapes }, ..form });
    }
    let form_encoder = Escapes { bare: b"*", also: b"~", space: b"+", ..Escapes::RIGHT };
    put_form(g, "as encoders of forms do: ~ escaped, * left, a space as +", |form| Form {
        escapes: form_encoder,
        ..form
    });
}

fn lower_hex(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { escapes: Escapes { lower: true, ..form.escapes }, ..form });
    let lower = lower_escapes(g.draft.of_base(Slot::PATH));
    put(g, &lower, "");
}

fn slash_encoded(g: &mut Gen<'_, '_>) {
    let canonical = g.draft.of_base(Slot::PATH).to_vec();
    let all = replaced(&canonical, b"/", b"%2F");
    put(g, &all, "all of them");
    if canonical.first() == Some(&b'/') {
        let first = [b"/", &*replaced(&canonical[1..], b"/", b"%2F")].concat();
        put(g, &first, "all but the first");
        if let Some(bucket) = memchr::memchr(b'/', &canonical[1..]).map(|len| len + 2) {
            let key = [&canonical[..bucket], &replaced(&canonical[bucket..], b"/", b"%2F")].concat();
            put(g, &key, "all behind the bucket");
        }
    }
    put(g, &replaced(&canonical, b"/", b"%2f"), "all of them, in lower case");
    put(g, &replaced(&canonical, b"/", b"%252F"), "all of them, twice");
}

fn slash_kept(g: &mut Gen<'_, '_>) {
    if memchr::memmem::find(&g.facts.path().to_ascii_uppercase(), b"%2F").is_none() {
        return;
    }
    let kept = EscapedSlash::Kept;
    put_form(g, "", |form| Form { slash: kept, ..form });
    let lower = |form: Form| Form { slash: kept, escapes: Escapes { lower: true, ..form.escapes }, ..form };
    put_form(g, "with lower-case hex digits", lower);
}

fn slash_decoded(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    for from in [&b"%2F"[..], b"%2f"] {
        let other = replaced(&path, from, b"/");
        put_sent(g, &other, "%2F as /");
    }
    let canonical = g.draft.of_base(Slot::PATH).to_vec();
    for (from, to) in [
        (&b"%2F"[..], &b"/"[..]),
        (b"%252F", b"%2F"),
        (b"%252F", b"/"),
        (b"%252f", b"%2f"),
        (b"%2F", b"%252F"),
    ] {
        put(
            g,
            &replaced(&canonical, from, to),
            format!("{} as {}", String::from_utf8_lossy(from), String::from_utf8_lossy(to)),
        );
    }
}

fn normalised(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.normalize_path == NormalizePath::On {
        return;
    }
    // Slashes alone are mostly doubled by joining two parts of a URL.
    put_form(g, "repeated slashes and dot segments", |form| Form { normal: Normal::Whole, ..form });
    put_strange(g, "repeated slashes alone", |form| Form { normal: Normal::Slashes, ..form });
    put_form(g, "dot segments alone", |form| Form { normal: Normal::Dots, ..form });
}

fn slash_joined(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    if g.facts.terms.dialect.normalize_path == NormalizePath::On {
        return;
    }
    for at in memchr::memmem::find_iter(&path, b"//").take(PLACES) {
        let single = [&path[..at], &path[at + 1..]].concat();
        put_sent(g, &single, format!("signed as {}", String::from_utf8_lossy(&single)));
    }
    if path.ends_with(b"/") && path.len() > 1 {
        return;
    }
    let joined = replaced(&path, b"//", b"/");
    put_sent(g, &joined, format!("signed as {}", String::from_utf8_lossy(&joined)));
}

/// At so many places of a path something may have been taken out.
const PLACES: usize = 24;

fn resolved_in_transit(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.normalize_path == NormalizePath::On {
        return;
    }
    // The server sees what is left; what was taken out is one of few things at one of few places.
    let path = g.facts.path().to_vec();
    let slashes: Vec<usize> = memchr::memchr_iter(b'/', &path).take(PLACES).collect();
    for at in &slashes {
        for gone in [&b"/"[..], b"/.", b"/..", b"//"] {
            let whole = [&path[..*at], gone, &path[*at..]].concat();
            put_sent(g, &whole, format!("signed as {}", String::from_utf8_lossy(&whole)));
        }
    }
    slashes_resolved_in_transit(g, &path, &slashes);
}

/// What merges slashes merges them wherever they are repeated: at several places of the path at once.
fn slashes_resolved_in_transit(g: &mut Gen<'_, '_>, path: &[u8], slashes: &[usize]) {
    let pairs =
        slashes.iter().enumerate().flat_map(|(place, a)| slashes[place + 1..].iter().map(|b| vec![*a, *b]));
    let all = slashes.to_vec();
    // The first one and the last one are mostly no joints of two parts.
    let inner = slashes.get(1..).unwrap_or_default().to_vec();
    let but_the_last = inner.iter().copied().filter(|at| at + 1 < path.len()).collect();
    for places in pairs.chain([all, inner, but_the_last]) {
        if g.is_over() {
            return;
        }
        if places.len() > 1 {
            let whole = doubled(path, &places);
            let words = format!("signed as {}", String::from_utf8_lossy(&whole));
            put_sent(g, &whole, words).map(Change::alone);
        }
    }
}

/// The path with the slashes at these places doubled.
fn doubled(path: &[u8], places: &[usize]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len() + places.len());
    for (at, byte) in path.iter().enumerate() {
        out.extend(places.contains(&at).then_some(b'/'));
        out.push(*byte);
    }
    out
}

fn not_normalised(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.normalize_path == NormalizePath::Off {
        return;
    }
    for (normal, words) in [
        (Normal::No, "neither"),
        (Normal::Dots, "repeated slashes kept"),
        (Normal::Slashes, "dot segments kept"),
    ] {
        put_form(g, words, |form| Form { normal, ..form });
    }
}

fn empty(g: &mut Gen<'_, '_>) {
    let canonical = g.draft.of_base(Slot::PATH).to_vec();
    if let Some(rest) = canonical.strip_prefix(b"/") {
        put(g, rest, if rest.is_empty() { "empty" } else { "without its first slash" });
        put(g, b"", "empty");
        put(g, b"/", "/ alone");
    }
}

fn trailing_slash(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    match path.strip_suffix(b"/") {
        Some(without) if !without.is_empty() => {
            put_sent(g, without, "signed without it, sent with it");
        }
        Some(_) | None => {}
    }
    if !path.ends_with(b"/") {
        put_sent(g, &[&*path, b"/"].concat(), "signed with it, sent without it");
    }
}

/// Stages, mount points and prefixes that gateways and proxies are known to strip.
const PREFIXES: [&str; 84] = [
    "prod",
    "dev",
    "test",
    "stage",
    "staging",
    "production",
    "development",
    "testing",
    "qa",
    "uat",
    "beta",
    "alpha",
    "live",
    "latest",
    "default",
    "$default",
    "v0",
    "v1",
    "v2",
    "v3",
    "v4",
    "api",
    "api/v1",
    "api/v2",
    "rest",
    "service",
    "services",
    "app",
    "apps",
    "web",
    "www",
    "public",
    "private",
    "internal",
    "external",
    "gateway",
    "gw",
    "proxy",
    "aws",
    "amazon",
    "s3",
    "s3proxy",
    "minio",
    "storage",
    "store",
    "bucket",
    "buckets",
    "files",
    "file",
    "data",
    "media",
    "assets",
    "static",
    "cdn",
    "content",
    "upload",
    "uploads",
    "download",
    "downloads",
    "objects",
    "object",
    "blob",
    "lambda",
    "functions",
    "function",
    "execute-api",
    "graphql",
    "es",
    "opensearch",
    "elasticsearch",
    "kibana",
    "_plugin",
    "_dashboards",
    "dynamodb",
    "sqs",
    "sns",
    "sts",
    "iam",
    "backend",
    "server",
    "site",
    "base",
    "root",
    "edge",
];

fn prefix_stripped(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let host = g.facts.host().map(|(host, _)| host).unwrap_or_default();
    let labels = host.split('.').filter(|label| !label.is_empty()).map(str::to_owned);
    let bucket = bucket_of_host(g, &host);
    let forwarded = g.facts.header("x-forwarded-prefix").map(|prefix| prefix.trim_matches('/').to_owned());
    let prefixes: Vec<String> = forwarded
        .into_iter()
        .chain(PREFIXES.iter().map(|prefix| (*prefix).to_owned()))
        .chain(labels)
        .collect();
    for prefix in prefixes {
        let other = [b"/", prefix.as_bytes(), &path].concat();
        let change = put_sent(g, &other, format!("/{prefix}"));
        // The bucket that the host names is hardly a stage.
        if bucket.is_some_and(|bucket| bucket == prefix) {
            change.map(Change::strange);
        }
    }
    let original =
        ["x-original-uri", "x-original-url", "x-rewrite-url", "x-forwarded-uri", "x-envoy-original-path"];
    for name in original {
        let Some(value) = g.facts.header(name) else { continue };
        let path = value.split('?').next().unwrap_or_default().as_bytes().to_vec();
        if path.starts_with(b"/") {
            put_sent(g, &path, format!("the path was {}, as {name} says", String::from_utf8_lossy(&path)));
        }
    }
}

fn prefix_added(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let mut rest = &path[..];
    for _ in 0..3 {
        let Some(slash) = rest.get(1..).and_then(|rest| memchr::memchr(b'/', rest)) else {
            // A path of one segment may have been added to nothing.
            if rest.len() > 1 {
                let words = String::from_utf8_lossy(&path).into_owned();
                put_sent(g, b"/", words);
            }
            return;
        };
        rest = &rest[slash + 1..];
        let added = &path[..path.len() - rest.len()];
        // What the path of a store begins with is its bucket: nobody added it on the way.
        let in_both = bucket_in_both(g).map(|bucket| bucket.len());
        let bucket = in_both.or(bucket_of_path(g).map(<[u8]>::len));
        let is_bucket = bucket.is_some_and(|len| added.len() == len + 1);
        if !is_bucket {
            put_sent(g, rest, String::from_utf8_lossy(added));
        }
    }
}

/// Segments that APIs and their clients put behind a path, or leave to be added.
const SUFFIXES: [&str; 36] = [
    "connect",
    "realtime",
    "event",
    "graphql",
    "ws",
    "websocket",
    "mqtt",
    "invoke",
    "invocations",
    "invoke-with-response-stream",
    "converse",
    "converse-stream",
    "response-streaming-invocations",
    "_search",
    "_bulk",
    "_doc",
    "_count",
    "_msearch",
    "_mapping",
    "query",
    "sparql",
    "gremlin",
    "loader",
    "api/v1/remote_write",
    "api/v1/query",
    "api/v1/query_range",
    "workspaces",
    "index.html",
    "index.json",
    "status",
    "health",
    "messages",
    "objects",
    "items",
    "v1",
    "v2",
];

fn suffix_signed(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let base = path.strip_suffix(b"/").unwrap_or(&path);
    let (host, _) = g.facts.host().unwrap_or_default();
    // What else the request names may have been put there, too: its own segments once more, or a label of the host.
    let own = String::from_utf8_lossy(base).into_owned();
    let suffixes = SUFFIXES.into_iter().chain(own.split('/')).chain(host.split('.'));
    let mut told = HashSet::new();
    for suffix in suffixes.filter(|suffix| !["", ".", ".."].contains(suffix) && told.insert(*suffix)) {
        if g.is_over() {
            return;
        }
        let longer = [base, b"/", suffix.as_bytes()].concat();
        put_sent(g, &longer, format!("/{suffix}"));
        put_sent(g, &[&longer[..], b"/"].concat(), format!("/{suffix}/"));
    }
}

fn suffix_left_out(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let mut rest = path.strip_suffix(b"/").unwrap_or(&path);
    for _ in 0..3 {
        let Some(slash) = memchr::memrchr(b'/', rest).filter(|slash| *slash > 0) else { return };
        rest = &rest[..slash];
        let words = String::from_utf8_lossy(&path[slash..]).into_owned();
        put_sent(g, rest, words.clone());
        put_sent(g, &path[..=slash], format!("{words}, with a slash at the end"));
    }
}

/// Whether the service is S3 or a relative, whose requests name a bucket.
fn is_store(g: &Gen<'_, '_>) -> bool {
    g.facts.terms.dialect.normalize_path == NormalizePath::Off
}

/// The first segment of a store's path, where it may be a bucket.
fn first_segment<'a>(g: &Gen<'_, 'a>) -> Option<&'a [u8]> {
    let segment = g.facts.path().strip_prefix(b"/").filter(|_| is_store(g))?;
    let end = memchr::memchr(b'/', segment).unwrap_or(segment.len());
    Some(&segment[..end]).filter(|bucket| !bucket.is_empty())
}

/// The bucket of a path-style request: `None` where the path names none, or the host does.
fn bucket_of_path<'a>(g: &Gen<'_, 'a>) -> Option<&'a [u8]> {
    let in_host = g.facts.request.host().is_some_and(service::names_bucket);
    first_segment(g).filter(|_| !in_host && bucket_in_both(g).is_none())
}

/// The bucket of a host in virtual-hosted style: its first labels. Names that gateways are known to strip stand for themselves where
/// nothing but the label speaks for a bucket.
fn bucket_of_host<'h>(g: &Gen<'_, '_>, host: &'h str) -> Option<&'h str> {
    let is_known = service::names_bucket(host.as_bytes());
    let end = match is_known {
        true => [".s3.", ".s3-"].iter().filter_map(|mark| host.find(mark)).min(),
        false => host.find('.'),
    };
    let bucket = &host[..end.filter(|_| is_store(g))?];
    (is_known || !PREFIXES.contains(&bucket)).then_some(bucket)
}

/// The bucket that the path names although the host does.
fn bucket_in_both(g: &Gen<'_, '_>) -> Option<String> {
    let (host, _) = g.facts.host()?;
    let bucket = bucket_of_host(g, &host)?;
    (first_segment(g)? == bucket.as_bytes()).then(|| bucket.to_owned())
}

fn bucket_twice(g: &mut Gen<'_, '_>) {
    let Some(bucket) = bucket_in_both(g) else { return };
    let rest = &g.facts.path()[bucket.len() + 1..];
    let rest = if rest.is_empty() { b"/" } else { rest };
    put_sent(g, rest, bucket);
}

fn bucket_left_out(g: &mut Gen<'_, '_>) {
    let Some(bucket) = bucket_of_path(g).map(<[u8]>::to_vec) else { return };
    let rest = &g.facts.path()[bucket.len() + 1..];
    let rest = if rest.is_empty() { b"/" } else { rest };
    put_sent(g, rest, String::from_utf8_lossy(&bucket));
}

fn bucket(g: &mut Gen<'_, '_>) {
    let (Some((host, port)), Some(line)) = (g.facts.host(), g.draft.named("host")) else { return };
    let path = g.facts.path().to_vec();
    let with_port = |host: &str| match &port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let both = |g: &mut Gen<'_, '_>, path: &[u8], host: &str, words: String| {
        let canonical = Form::of(g).write(path);
        let edits = [target(g, path), host_edit(g, host)];
        if let Some(change) = g.puts(&[(Slot::PATH, &canonical), (Slot::line(line), host.as_bytes())], words)
        {
            change.edits.extend(edits);
        }
    };
    // Sent as bucket.host/key, signed as host/bucket/key: the first labels are the bucket.
    let labels: Vec<&str> = host.split('.').collect();
    for count in 1..labels.len().min(4) {
        let (bucket, rest) = (labels[..count].join("."), labels[count..].join("."));
        let other = [b"/", bucket.as_bytes(), &path].concat();
        both(g, &other, &with_port(&rest), format!("signed as {rest}/{bucket}/…"));
        put_sent(g, &other, format!("signed with /{bucket} before the path"));
    }
    // Sent as host/bucket/key, signed as bucket.host/key.
    let segment = path.get(1..).unwrap_or_default();
    let end = memchr::memchr(b'/', segment).unwrap_or(segment.len());
    let bucket = String::from_utf8_lossy(&segment[..end]).into_owned();
    if !bucket.is_empty() {
        let rest = if segment[end..].is_empty() { b"/" } else { &segment[end..] };
        let rest = rest.to_vec();
        both(g, &rest, &with_port(&format!("{bucket}.{host}")), format!("signed as {bucket}.{host}/…"));
    }
}

fn host_edit(g: &Gen<'_, '_>, host: &str) -> Edit {
    let index = g.facts.request.header(b"host").map_or(usize::MAX, |(index, _)| index);
    Edit::Header(index, host.as_bytes().to_vec())
}

fn with_query(g: &mut Gen<'_, '_>) {
    if !g.is_request() || g.facts.request.target().query.is_none() {
        return;
    }
    let sent = [g.facts.path(), b"?", g.facts.query()].concat();
    let canonical = [g.draft.of_base(Slot::PATH), b"?", g.draft.of_base(Slot::QUERY)].concat();
    for path in [&sent, &canonical] {
        g.puts(&[(Slot::PATH, path), (Slot::QUERY, b"")], "and the line of the query left empty");
        g.put(Slot::PATH, path, "and on its own line as well");
    }
    let encoded = Form { times: EncodePath::Twice, normal: Normal::No, ..Form::of(g) }.write(&sent);
    g.puts(&[(Slot::PATH, &encoded), (Slot::QUERY, b"")], "its question mark escaped");
}

fn with_host(g: &mut Gen<'_, '_>) {
    let Some(host) = g.facts.request.host().map(<[u8]>::to_vec) else { return };
    let path = g.draft.of_base(Slot::PATH).to_vec();
    for (before, words) in [
        (&b"https://"[..], "the URL with https"),
        (b"http://", "the URL with http"),
        (b"", "host and path"),
        (b"//", "// and the host"),
        (b"/", "the host as a segment"),
    ] {
        put(g, &[before, &host, &path].concat(), words);
    }
    put(g, &host, "the host alone");
}

fn case(g: &mut Gen<'_, '_>) {
    let lower = g.facts.path().to_ascii_lowercase();
    put_form(g, "", |form| form);
    let canonical = Form::of(g).write(&lower);
    put(g, &canonical, "");
    let lower = g.draft.of_base(Slot::PATH).to_ascii_lowercase();
    put(g, &lower, "its escapes included");
}

fn character_set(g: &mut Gen<'_, '_>) {
    let path = decoded(g.facts.path());
    let base = Form::of(g);
    for (words, other) in other_character_sets(&path) {
        let sent: Vec<u8> = other.iter().fold(Vec::new(), |mut out, byte| {
            if *byte == b'/' {
                out.push(b'/')
            } else {
                Escapes::RIGHT.push(&mut out, *byte)
            }
            out
        });
        put_sent(g, &sent, words);
        put(g, &base.write(&other), words);
    }
}

fn cut_at_question(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    for escape in [&b"%3F"[..], b"%3f", b"%23"] {
        if let Some(at) = memchr::memmem::find(&path, escape) {
            put_sent(g, &path[..at], "cut there");
        }
    }
}
