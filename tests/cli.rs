//! The command line, run as a program: what it prints, where, and its exit code, for inputs good and bad.
//!
//! Each test has a folder of its own, its home and working directory; nothing else of the environment is passed on.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

#[path = "common/place.rs"]
mod place;

use hmac::{Hmac, KeyInit, Mac};
use place::{Place, Ran, leaks, none_wrong};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(text).finalize().into_bytes().to_vec()
}

/// kDate, kRegion, kService and kSigning of a scope `date/region/service/aws4_request`.
fn keys(secret: &str, scope: &str) -> Vec<Vec<u8>> {
    let mut keys = vec![format!("AWS4{secret}").into_bytes()];
    for part in scope.split('/') {
        keys.push(hmac(&keys[keys.len() - 1], part));
    }
    keys.split_off(1)
}

/// The signature of a string to sign, computed here from the specification alone.
fn signature(secret: &str, string_to_sign: &str) -> String {
    let scope = string_to_sign.lines().nth(2).unwrap();
    hex::encode(hmac(&keys(secret, scope)[3], string_to_sign))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is no text in {value:#}"))
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The signature in an `Authorization` header.
fn carried(request: &str) -> &str {
    let (_, rest) = request.split_once("Signature=").unwrap_or_else(|| panic!("unsigned: {request}"));
    rest.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap()
}

/// Line 4 of the string to sign is the hash of the canonical request.
#[track_caller]
fn stages_agree(json: &Value) {
    let hash = hex::encode(Sha256::digest(text(json, "canonical_request")));
    let mut lines = text(json, "string_to_sign").lines();
    // The schemes of AWS have it in the fourth line, others in the third or the second.
    assert!(lines.position(|line| line == hash).is_some_and(|at| (1..4).contains(&at)), "{json:#}");
}

// ── sign ────────────────────────────────────────────────────────────────────────────────────────────────────

/// Examples of AWS's documentation: the request unsigned, key and date, the signature.
const EXAMPLES: [(&str, &str, &str); 5] = [
    (
        "GET /?Action=ListUsers&Version=2010-05-08 HTTP/1.1\r\nHost: iam.amazonaws.com\r\n\
         Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n\r\n",
        "--access-key-id AKIDEXAMPLE --time 20150830T123600Z",
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    ),
    (
        "GET /test.txt HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\nRange: bytes=0-9\r\n\r\n",
        S3,
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    (
        "PUT /test$file.text HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\nDate: Fri, 24 May 2013 \
         00:00:00 GMT\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n\r\nWelcome to Amazon S3.",
        S3,
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
    (
        "GET /?lifecycle HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\r\n",
        S3,
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    (
        "GET /?max-keys=2&prefix=J HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\r\n",
        S3,
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
];
const S3: &str = "--access-key-id AKIAIOSFODNN7EXAMPLE --time 20130524T000000Z";

#[test]
fn sign_gives_the_documented_signatures() {
    let place = Place::new("sign");
    for (request, options, expected) in EXAMPLES {
        let sign = |format| place.pipe(&format!("sign - --format {format} {options}"), request).with_code(0);
        let headers = sign("headers").out;
        let (head, body) = request.split_at(request.find("\r\n\r\n").unwrap() + 2);
        let by_hand = format!("{head}{}{body}", headers.replace('\n', "\r\n"));
        // What was made is a request that verifies, a curl command as well.
        for request in [sign("http").out, sign("curl").out, by_hand] {
            assert_eq!(carried(&request), expected, "{request}");
            let now = options.split(' ').next_back().unwrap();
            let verdict = place.pipe(&format!("verify - --format json --now {now}"), &request).json();
            assert_eq!(text(&verdict, "verdict"), "match", "{request}");
            assert_eq!(text(&verdict, "computed"), expected, "{request}");
        }
        let json = sign("json").json();
        let all = ["scheme", "canonical_request", "string_to_sign", "signature", "signed_headers", "headers"];
        assert_eq!(names(&json), all);
        assert_eq!((text(&json, "scheme"), text(&json, "signature")), ("AWS4-HMAC-SHA256", expected));
        stages_agree(&json);
        let lines: Vec<_> = text(&json, "canonical_request").lines().collect();
        assert_eq!(lines[lines.len() - 2], text(&json, "signed_headers"));
        let pairs = json["headers"].as_array().unwrap().iter();
        let pair = |pair: &Value| format!("{}: {}\n", pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        assert_eq!(pairs.map(pair).collect::<String>(), headers);
    }
}

// ── verify ──────────────────────────────────────────────────────────────────────────────────────────────────

const CHECKS: [&str; 12] = [
    "claim",
    "algorithm",
    "date",
    "scope",
    "signed_headers",
    "key",
    "payload",
    "policy",
    "signature",
    "framing",
    "chunks",
    "checksum",
];

/// What is checked of forms alone, and of bodies that are signed themselves.
const SELDOM: [&str; 4] = ["policy", "framing", "chunks", "checksum"];

/// The first check that failed; the ones before it passed. Behind it only that is not told which could not be made: of a signature, none
/// that was compared.
#[track_caller]
fn failed(verdict: &Value) -> Option<&str> {
    let checks = verdict["checks"].as_array().unwrap();
    let ids: Vec<_> = checks.iter().map(|check| text(check, "id")).collect();
    let expected: Vec<_> = CHECKS.into_iter().filter(|id| !SELDOM.contains(id) || ids.contains(id)).collect();
    assert_eq!(ids, expected);
    let outcomes: Vec<_> = checks.iter().map(|check| text(check, "outcome")).collect();
    assert!(checks.iter().all(|check| !text(check, "detail").is_empty()));
    let at = outcomes.iter().position(|outcome| *outcome != "passed")?;
    assert_eq!(outcomes[at], "failed");
    let compared = text(verdict, "signature") != "not_computed";
    let unmade = checks.iter().filter(|check| text(check, "outcome") == "not_reached");
    assert!(unmade.map(|check| text(check, "id")).all(|id| !compared && id == "signature"), "{verdict:#}");
    Some(ids[at])
}

#[test]
fn every_sample_gets_its_verdict() {
    let place = Place::new("samples");
    let samples = place.run(&["samples", "--format", "json"]).with_code(0).json();
    let mut broken = Vec::new();
    for sample in samples.as_array().unwrap() {
        assert_eq!(names(sample), ["name", "about"]);
        let name = text(sample, "name");
        let source = place.run(&["samples", name]).with_code(0).out;
        let file = format!("{}/samples/{name}.http", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&file).unwrap();
        assert_eq!(source, String::from_utf8_lossy(&bytes), "{name} is the file");
        let ran = place.run(&["verify", &file, "--format", "json"]);
        let json = ran.json();
        let fields = [
            "verdict",
            "signature",
            "computed",
            "received",
            "checks",
            "canonical_request",
            "string_to_sign",
            "notes",
        ];
        assert_eq!(names(&json)[..8], fields, "{name}");
        assert!(names(&json)[8..].iter().all(|more| *more == "chunks"), "{name}");
        assert!(source.contains(text(&json, "received")), "{name}");
        if json["canonical_request"].is_string() && !source.contains("-Token") {
            stages_agree(&json);
        }
        let (expected, equal) = match failed(&json) {
            None => ("match", true),
            Some("signature") => ("mismatch", false),
            Some("chunks") => ("mismatch", true),
            Some(_) => ("rejected", name == "broken-clock"),
        };
        assert_eq!(text(&json, "verdict"), expected, "{name}");
        assert_eq!(text(&json, "signature"), if equal { "equal" } else { "different" }, "{name}");
        // Of the many right signatures of SigV4A ours is another.
        let equal = equal && name != "sigv4a-get";
        assert_eq!(json["computed"] == json["received"], equal, "{name}");
        assert_eq!(ran.code, Some(i32::from(expected != "match")), "{name}");
        assert_eq!(place.run(&["verify", name]).code, ran.code, "{name} in words, by its name");
        place.run(&["explain", name]).with_code(0);
        broken.extend(failed(&json).map(|id| format!("{name}: {id}")));
    }
    let expected = "chunk: chunks, region: scope, path-encoded-twice: signature, trailing-newline: signature, clock: date";
    assert_eq!(broken.join(", ").replace("broken-", ""), expected);
}

/// Bodies above 4 MiB are not kept: they go by once, and what is said of them is the same.
#[test]
fn long_bodies_go_by_once() {
    let place = Place::new("long");
    let head = "PUT /big.bin HTTP/1.1\r\nHost: examplebucket.s3.us-east-1.amazonaws.com\r\n\r\n";
    let plain = format!("{head}{}", "0123456789abcdef".repeat(400_000));
    for payload in ["header", "chunks", "chunks-trailer", "unsigned-chunks-trailer"] {
        let signed = place.pipe(&format!("sign - {S3} --payload {payload}"), &plain).with_code(0).out;
        assert!(signed.len() > 6_000_000);
        let verify = |request: &str| place.pipe("verify - --format json --now 20130524T000000Z", request);
        assert_eq!(text(&verify(&signed).with_code(0).json(), "verdict"), "match", "{payload}");
        let mut changed = signed.clone();
        changed.replace_range(5_000_000..5_000_001, "x");
        let verdict = verify(&changed).with_code(1).json();
        let (check, link) = match payload {
            "header" => ("payload", None),
            "unsigned-chunks-trailer" => ("checksum", None),
            // Chunks of 64 KiB, each with its line of 86 bytes and two more.
            _ => ("chunks", Some("chunk 77")),
        };
        assert_eq!(failed(&verdict), Some(check), "{payload}");
        assert_eq!(verdict["chunks"]["first_broken"]["name"].as_str(), link, "{payload}");
    }
}

/// What was quadratic took minutes here.
#[test]
fn a_line_of_many_sources_tells_the_first_and_counts_the_rest() {
    let place = Place::new("many");
    let pairs: Vec<_> = (0..20_000).map(|number| format!("k{number}=%41")).collect();
    let request = format!("GET /?{} HTTP/1.1\nHost: h.example.com\n\n", pairs.join("&"));
    let told = place.pipe("explain -", &request).with_code(0).out;
    assert!(told.contains("the query parameter k0 (") && told.contains("; and 19960 more\n"));
    let headers: String = (0..5_000).map(|number| format!("X-H{number:05}: a  b\n")).collect();
    let told = place.pipe("explain -", &format!("GET / HTTP/1.1\nHost: h\n{headers}\n")).with_code(0).out;
    assert!(told.contains("x-h04999:a b"));
}

/// A sample, what is changed in it, and the line that says what is wrong.
const FAULTS: [(&str, &str, &str, &str); 17] = [
    (
        "s3-chunked-upload",
        "\n400;",
        "\nffffffffffffffff;",
        "expected a chunk size below 2^63, but found `fffffffff",
    ),
    (
        "s3-chunked-upload",
        "\n400;",
        "\nzz;",
        "expected a chunk size in hex, but found `zz` at byte 65626 of the body",
    ),
    (
        "s3-chunked-upload",
        "\n400;chunk-signature",
        "\n400;x",
        "expected `;chunk-signature=` after the size of chunk 2",
    ),
    ("s3-chunked-upload", "\r\n0;", "\n0;", "expected CRLF after the data of chunk 2, but found LF alone"),
    ("s3-chunked-upload", "\r\n0;", "\r\n", "expected a chunk size in hex"),
    ("s3-chunked-trailer", "e435\r\n\r\n", "e435\r\n", "but found 66944"),
    ("s3-chunked-trailer", "\nx-amz-checksum-crc32c:", "\nx-amz-checksum-crc32:", "but found 66945"),
    ("s3-unsigned-trailer", "newer SDKs", "older SDKs", "expected x-amz-checksum-crc32 to be "),
    (
        "s3-post-policy",
        "image/png\r\n\r\nA",
        "multipart/mixed; boundary=x\r\n\r\nA",
        "expected a part that holds one value",
    ),
    ("s3-post-policy", "boundary=----", "boundary=--", "expected the boundary line `----countersign`"),
    ("s3-post-policy", "eyAiZX", "!yAiZX", "expected base64, but found `!` at byte 1 of the policy field"),
    ("s3-post-policy", "eyAiZX", "aGVsbG", "expected JSON, but found a fault at line 1, column 1"),
    ("s3-post-policy", "public-read", "private", "expected $acl is public-read, but found `private`"),
    (
        "sigv4a-get",
        "ae5f8c",
        "ae5f8c00",
        "expected the signature to end after its SEQUENCE, but found 1 more",
    ),
    ("sigv4a-get", "Signature=3045", "Signature=3145", "expected a SEQUENCE (30), but found 31"),
    ("s3-presigned-get", "Expires=86400", "Expires=604801", "expected 1 to 604800 seconds (seven days)"),
    ("s3-presigned-get", "&", "&amp;", "The URL holds `&amp;`: it was copied out of HTML or XML."),
];

#[test]
fn a_fault_of_any_form_is_one_clear_line() {
    let place = Place::new("faults");
    for (sample, from, to, said) in FAULTS {
        let file = format!("{}/samples/{sample}.http", env!("CARGO_MANIFEST_DIR"));
        let source = std::fs::read_to_string(file).unwrap();
        assert!(source.contains(from), "{sample} {from}");
        let ran = place.pipe("verify -", &source.replace(from, to));
        assert!(matches!(ran.code, Some(1 | 2)), "{sample} {to}: {}", ran.out);
        let lines = ran.out.lines().chain(ran.err.lines()).filter(|line| line.contains(said));
        assert_eq!(lines.count().min(1), 1, "{sample} {to}:\n{}{}", ran.out, ran.err);
    }
    let point = "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb";
    let ran = place.run(&["verify", "sigv4a-get", "--public-key", &format!("{point}{point}")]).with_code(2);
    assert!(ran.err.contains("--public-key: expected a point on the curve P-256"), "{}", ran.err);
}

/// A signed request of a service that is not S3, its body hash in a header; the verifier's clock shows its date.
fn signed(place: &Place) -> String {
    let request = "POST /?a=b HTTP/1.1\nHost: iam.amazonaws.com\nX-Amz-Date: 20150830T123600Z\n\nbody";
    let signed = place.pipe("sign - --access-key-id AKIDEXAMPLE --payload header", request).with_code(0).out;
    format!("# @now 20150830T123600Z\n{signed}")
}

const EXPIRED: &str =
    "Signature expired: 20150830T123600Z is now earlier than 20150830T124459Z (20150830T125959Z - 15 min.)";
const STRICT: &str =
    "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)";
const EARLY: &str = "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z";

/// What is changed in a good request, options, the check that fails then, and what is said.
const LADDER: [(&str, &str, &str, &str, &str); 15] = [
    ("", "", "", "", "the signatures match"),
    ("", "", "--now 20150830T125100Z", "", "the signatures match"),
    ("X-Amz-Date", "X-Date", "", "date", "requires existence of either a 'X-Amz-Date' or a 'Date'"),
    ("", "", "--now 20150830T125959Z", "date", EXPIRED),
    ("", "", "--now 20150830T124101Z --tolerance 5", "date", STRICT),
    ("", "", "--now 20150830T122059Z", "date", EARLY),
    ("", "", "--region eu-west-1", "scope", "a valid region, not 'us-east-1'"),
    ("", "", "--service sts", "scope", "scoped to correct service: 'sts'"),
    ("aws4_request", "aws5_request", "", "scope", "'aws4_request', not 'aws5_request'"),
    ("/20150830/", "/20150831/", "", "scope", "does not match YYYYMMDD"),
    ("SignedHeaders=host;", "SignedHeaders=", "", "signed_headers", "'Host' or ':authority' must be"),
    ("\r\n\r\n", "\r\nX-Amz-Meta-A: b\r\n\r\n", "", "", "not signed, which is taken here: x-amz-meta-a"),
    ("AKIDEXAMPLE", "AKIDUNKNOWN", "", "key", "security token included in the request is invalid"),
    ("\r\nbody", "\r\nbody\n", "", "payload", "does not match what was computed"),
    ("/?a=b", "/?a=c", "", "signature", "The request signature we calculated does not match"),
];

#[test]
fn the_first_check_that_fails_decides_a_verdict() {
    let place = Place::new("ladder");
    let good = signed(&place);
    for (from, to, options, check, answer) in LADDER {
        assert!(good.contains(from), "{from} is not in {good}");
        let request = if from.is_empty() { good.clone() } else { good.replace(from, to) };
        let (code, verdict) = match check {
            "" => (0, "match"),
            "signature" => (1, "mismatch"),
            _ => (1, "rejected"),
        };
        let json = place.pipe(&format!("verify - --format json {options}"), &request).with_code(code).json();
        assert_eq!(failed(&json).unwrap_or_default(), check, "{answer}");
        assert_eq!(text(&json, "verdict"), verdict, "{answer}");
        let words = place.pipe(&format!("verify - {options}"), &request).with_code(code).out;
        assert!(words.contains(answer), "{answer}\n{words}");
    }
}

// ── input that cannot be used ───────────────────────────────────────────────────────────────────────────────

/// Inputs, and what the one line says of each.
const UNUSABLE: [(&[u8], &str); 16] = [
    (b"", "empty"),
    (b" \r\n\n", "empty"),
    (b"\x7fELF\x02\x01\x01\0\0\0\0\0", "binary"),
    (b"\x1f\x8b\x08\0\0\0\0\0\0\x03GET", "binary"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
    (b"GET / HTTP/1.1\r\nX-A: b\r\n\r\n", "Host"),
    (b"GET / HTTP/1.1\r\nHost: h\r\nno colon here\r\n\r\n", "line 3"),
    (b"hello world, this is no request\n", "request line"),
    (b"curl 'https://h.example/ -H 'x: y'", "closing quote"),
    (b"curl -H 'x: y'", "URL"),
    (b"{\"a\": 1}", "JSON"),
    (b"<Error><Code>SignatureDoesNotMatch</Code></Error>", "XML"),
    (b"# @tolerance soon\nGET / HTTP/1.1\nHost: h\n\n", "@tolerance"),
    (b"# @regin eu-west-1\nGET / HTTP/1.1\nHost: h\n\n", "regin"),
    (b"# @time yesterday\nGET / HTTP/1.1\nHost: h\n\n", "@time"),
    (b"# only a comment\n", "request line"),
];

#[test]
fn bad_input_is_told_in_one_line() {
    let place = Place::new("bad-input");
    let mut wrong = Vec::new();
    for (content, expected) in UNUSABLE {
        place.write("input", content);
        for verb in ["verify", "explain", "sign"] {
            wrong.extend(place.run(&[verb, "input"]).fault(expected).map(|fault| format!("{verb}: {fault}")));
        }
    }
    std::fs::create_dir(place.0.join("folder")).unwrap();
    for (input, expected) in [("folder", "directory"), ("missing", "missing"), ("no\nsuch", "no")] {
        wrong.extend(place.run(&["verify", input]).fault(expected));
    }
    none_wrong(&wrong);
}

#[test]
fn a_header_line_of_100_mb_is_refused() {
    let place = Place::new("long-line");
    place.write("input", format!("GET / HTTP/1.1\r\nHost: h\r\nX-Long: {}", "a".repeat(100_000_000)));
    none_wrong(&Vec::from_iter(place.run(&["verify", "input"]).fault("line 3")));
}

#[test]
fn a_claim_that_cannot_be_read_is_told_in_one_line() {
    let place = Place::new("bad-claim");
    let good = signed(&place);
    let mut wrong = Vec::new();
    for (from, to, expected) in [
        ("Authorization", "X-Other", "no Authorization header"),
        ("AWS4-HMAC-SHA256 ", "Basic ", "`Basic`"),
        ("/us-east-1/", "/", "5 parts"),
        ("SHA256 ", "SHA512 ", "AWS4-HMAC-SHA512"),
        (", Signature=", ", Sign=", "Signature="),
        ("SignedHeaders=", "SignedHeaders ", "name=value"),
    ] {
        assert!(good.contains(from), "{from} is not in {good}");
        for args in ["verify -", "verify - --format json"] {
            let fault = place.pipe(args, &good.replace(from, to)).fault(expected);
            wrong.extend(fault.map(|fault| format!("{to}: {fault}")));
        }
    }
    none_wrong(&wrong);
}

#[test]
fn bad_arguments_are_told_in_one_line() {
    let place = Place::new("bad-arguments");
    place.write("empty", "");
    let mut wrong = Vec::new();
    for (args, expected) in [
        ("verify iam-list-users --profile gone", "gone"),
        ("verify iam-list-users --secret-file .aws", "directory"),
        ("verify iam-list-users --secret-file missing", "missing"),
        ("verify iam-list-users --secret-file empty", "empty"),
        ("verify iam-list-users --encode-path thrice", "thrice"),
        ("verify iam-list-users --now noon", "noon"),
        ("samples nosuch", "nosuch"),
        ("verify iam-list-users --bogus", "--bogus"),
        ("verify iam-list-users --format yaml", "yaml"),
        ("verify iam-list-users more", "more"),
        ("verify", "INPUT"),
        ("frobnicate", "frobnicate"),
        ("frobnicate iam-list-users", "frobnicate"),
        ("completions tcsh", "tcsh"),
    ] {
        wrong.extend(place.pipe(args, "").fault(expected).map(|fault| format!("{args}: {fault}")));
    }
    none_wrong(&wrong);
}

// ── precedence ──────────────────────────────────────────────────────────────────────────────────────────────

const PLAIN: &str = "GET / HTTP/1.1\nHost: api.example.com\nX-Amz-Date: 20150830T123600Z\n\n";
const ENVIRONMENT: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "of-env"), ("AWS_REGION", "r-env")];

/// Profiles `default` and `dev`, and `bare` without keys.
fn with_profiles(test: &str) -> Place {
    let place = Place::new(test);
    let regions =
        "[default]\nregion = r-default\n[profile dev]\nregion = r-dev\n[profile bare]\nregion = r-bare\n";
    place.write(".aws/config", regions);
    let keys = "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = of-default\n\
                [dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = of-dev\n";
    place.write(".aws/credentials", keys);
    place.write("secret", "of-option\n");
    place
}

/// `key id, whose secret, region` of what `sign` made.
fn signed_by(ran: Ran) -> String {
    let json = ran.with_code(0).json();
    let string_to_sign = text(&json, "string_to_sign");
    let secrets = ["of-default", "of-dev", "of-env", "of-file", "of-option"];
    let secret =
        secrets.into_iter().find(|secret| signature(secret, string_to_sign) == text(&json, "signature"));
    let headers = json["headers"].as_array().unwrap();
    let authorization = headers.last().unwrap()[1].as_str().unwrap();
    let credential: Vec<_> = authorization.split_once("Credential=").unwrap().1.split('/').collect();
    format!("{} {} {}", credential[0], secret.unwrap_or("of-nobody"), credential[2])
}

#[test]
fn options_win_over_the_file_and_the_file_over_the_environment_and_that_over_a_profile() {
    let place = with_profiles("precedence");
    let keys = "# @access-key-id AKIDFILE\n# @secret-access-key of-file\n";
    let (file, dev) = (format!("# @region r-file\n{keys}{PLAIN}"), [("AWS_PROFILE", "dev")]);
    let dev_and_keys = [&ENVIRONMENT[..], &dev].concat();
    let option = &["--secret-file", "secret", "--access-key-id", "AKIDOPTION", "--region", "r-option"][..];
    let mut wrong = Vec::new();
    for (variables, input, args, expected) in [
        (&[][..], PLAIN, &[][..], "AKIDDEFAULT of-default r-default"),
        (&dev, PLAIN, &[], "AKIDDEV of-dev r-dev"),
        (&[("AWS_DEFAULT_REGION", "r-env")], PLAIN, &[], "AKIDDEFAULT of-default r-env"),
        (&ENVIRONMENT, PLAIN, &[], "AKIDENV of-env r-env"),
        (&dev_and_keys, PLAIN, &[], "AKIDENV of-env r-env"),
        (&ENVIRONMENT[..2], PLAIN, &["--profile", "dev"], "AKIDDEV of-dev r-dev"),
        (&ENVIRONMENT, &file, &[], "AKIDFILE of-file r-file"),
        (&ENVIRONMENT, &file, &["--region", "r-option"], "AKIDFILE of-file r-option"),
        (&ENVIRONMENT, PLAIN, option, "AKIDOPTION of-option r-option"),
        (&ENVIRONMENT, &file, option, "AKIDOPTION of-option r-option"),
        (&ENVIRONMENT, &file, &["--secret-file", "secret"], "AKIDFILE of-option r-file"),
    ] {
        let args = [&["sign", "-", "--format", "json"][..], args].concat();
        let found = signed_by(place.run_with(&args, variables, input));
        if found != expected {
            wrong.push(format!("{args:?} {variables:?}: expected {expected}, but found {found}"));
        }
    }
    none_wrong(&wrong);
}

#[test]
fn a_profile_that_was_asked_for_disables_the_keys_of_the_environment() {
    let place = with_profiles("profile");
    let ran = place.run_with(&["sign", "-", "--profile", "bare"], &ENVIRONMENT, PLAIN).with_code(2);
    assert!(ran.err.contains("countersign: expected an access key") && ran.out.is_empty(), "{}", ran.err);
}

#[test]
fn the_documented_keys_work_without_any_set_up_and_beside_others() {
    let place = Place::new("documented");
    std::fs::remove_dir(place.0.join(".aws")).unwrap();
    let with_keys = with_profiles("documented-beside");
    let half = [("AWS_ACCESS_KEY_ID", "AKIDHALF")];
    for sample in ["iam-list-users", "s3-get-object", "sts-session-token"] {
        place.run(&["verify", sample]).with_code(0);
        place.run_with(&["verify", sample], &half, "").with_code(0);
        with_keys.run_with(&["verify", sample], &ENVIRONMENT, "").with_code(0);
    }
    let (request, options, expected) = EXAMPLES[0];
    let args = format!("sign - --region us-east-1 {options}");
    let ran = with_keys.run_with(&Vec::from_iter(args.split(' ')), &ENVIRONMENT, request).with_code(0);
    assert_eq!(carried(&ran.out), expected);
}

// ── secrets ─────────────────────────────────────────────────────────────────────────────────────────────────

const SECRET: &str = "Zq7mX2vKp9Lw4Rt8Yb3Nc6Hd1Jf5Gs0TuAeWiOxB";
const TOKEN: &str = "FwoGZXIvYXdzEJr9mB4kLqT2uVx8CnPw5DsHy7Ga3Ee6";
const HEAD: &str = "GET /?a=b HTTP/1.1\nHost: iam.amazonaws.com\nX-Amz-Date: 20150830T123600Z\n";
const SCOPE: &str = "20150830/us-east-1/iam/aws4_request";

/// A source of the sentinel secret and token: its name, arguments, variables and the input.
type Source = (&'static str, Vec<&'static str>, Vec<(&'static str, &'static str)>, String);

fn sources(place: &Place) -> Vec<Source> {
    let pair = format!("[it]\naws_access_key_id = AKID\naws_secret_access_key = {SECRET}\n");
    place.write(".aws/credentials", format!("{pair}aws_session_token = {TOKEN}\n"));
    place.write("secret", SECRET);
    let plain = format!("{HEAD}\n");
    let header = format!("{HEAD}x-AMZ-security-TOKEN: {TOKEN}\n\n");
    let file =
        format!("# @access-key-id AKID\n# @secret-access-key {SECRET}\n# @session-token {TOKEN}\n{plain}");
    let curl = format!(
        "curl 'https://iam.amazonaws.com/?a=b' -H 'X-Amz-Date: 20150830T123600Z' -u 'AKID:{SECRET}' \
         --aws-sigv4 aws:amz:us-east-1:iam -H 'X-Amz-Security-Token: {TOKEN}'"
    );
    let variables =
        vec![("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_SESSION_TOKEN", TOKEN)];
    let options = vec!["--secret-file", "secret", "--access-key-id", "AKID"];
    vec![
        ("the environment", vec![], variables, plain.clone()),
        ("a profile", vec!["--profile", "it"], vec![], plain),
        ("a secret file", options, vec![], header),
        ("the .http file", vec![], vec![], file),
        ("a curl command", vec![], vec![], curl),
    ]
}

/// Where no token is shown, and where it is needed or asked for.
const HIDING: &[&str] =
    &["sign - --format json", "explain -", "explain - --format json", "verify -", "verify - --format json"];
const SHOWING: &[&str] = &[
    "sign - --format http",
    "sign - --format curl",
    "sign - --format json --show-token",
    "explain - --show-token",
    "explain - --format json --show-token",
    "verify - --format json --show-token",
];

#[test]
fn secrets_and_derived_keys_are_never_shown_and_tokens_only_where_needed_or_asked_for() {
    let place = Place::new("leak");
    let keys: Vec<_> = keys(SECRET, SCOPE).iter().map(hex::encode).collect();
    let hidden: Vec<_> = keys.iter().map(String::as_str).chain([SECRET, TOKEN]).collect();
    let mut wrong = Vec::new();
    for (name, args, variables, input) in sources(&place) {
        let run = |command: &str, input: &str| {
            let args = command.split(' ').chain(args.iter().copied()).chain(["--now", "20150830T123600Z"]);
            place.run_with(&Vec::from_iter(args), &variables, input).with_code(0)
        };
        let json = run("sign - --format json", &input).json();
        let expected = signature(SECRET, text(&json, "string_to_sign"));
        assert_eq!(text(&json, "signature"), expected, "{name} is where the secret comes from");
        let headers = run("sign - --format headers", &input);
        let added = !input.contains(TOKEN) || input.contains("@session-token");
        assert_eq!(headers.out.contains(TOKEN), added, "{name}");
        wrong.extend(leaks(&headers, &hidden[..5]));
        // What the settings of the file, or curl's -u, said stays beside the signed request.
        let secret =
            if input.contains(SECRET) { format!("# @secret-access-key {SECRET}\n") } else { String::new() };
        let signed = secret + &run("sign - --format http", &input).out;
        for command in HIDING.iter().chain(SHOWING) {
            let hidden = if HIDING.contains(command) { &hidden[..] } else { &hidden[..5] };
            let inputs = if command.starts_with("verify") { vec![&signed] } else { vec![&input, &signed] };
            for input in inputs {
                let ran = run(command, input);
                assert_eq!(ran.out.contains(TOKEN), SHOWING.contains(command), "{name}: {command}");
                wrong.extend(leaks(&ran, hidden).map(|leak| format!("{name}: {command} {leak}")));
            }
        }
    }
    none_wrong(&wrong);
}

#[test]
fn the_key_chain_of_the_documented_keys_is_shown() {
    let out = Place::new("chain").run(&["explain", "iam-list-users"]).with_code(0).out;
    for key in keys("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", SCOPE) {
        assert!(out.contains(&hex::encode(key)), "{out}");
    }
}

#[test]
fn a_token_in_the_query_is_hidden_too() {
    let place = Place::new("query-token");
    let request = format!("GET /?X-Amz-Security-Token={TOKEN} HTTP/1.1\nHost: iam.amazonaws.com\n\n");
    for args in ["explain -", "explain - --format json"] {
        none_wrong(&Vec::from_iter(leaks(&place.pipe(args, &request), &[TOKEN])));
    }
}

#[test]
fn no_error_shows_a_secret() {
    let place = Place::new("error-leak");
    let after = "GET / HTTP/1.1\nHost: h\n\n";
    let no_equals = format!("[a]\naws_access_key_id = AKID\naws_secret_access_key {SECRET}\n");
    place.write(".aws/credentials", no_equals);
    place.write(".aws/config", format!("[profile b]\naws_secret_access_key = {SECRET}\n"));
    let half = [("AWS_SECRET_ACCESS_KEY", SECRET)];
    let mut wrong = Vec::new();
    for (input, args, variables) in [
        (format!("# @secret-access-key={SECRET}\n{after}"), &[][..], &[][..]),
        (format!("# @secret-access-key: {SECRET}\n{after}"), &[], &[]),
        (format!("# @secret {SECRET}\n{after}"), &[], &[]),
        (format!("AWS_SECRET_ACCESS_KEY={SECRET}\n"), &[], &[]),
        (format!("[default]\naws_secret_access_key = {SECRET}\n"), &[], &[]),
        (format!("GET / HTTP/1.1\nHost: h\nX-Amz-Security-Token={TOKEN}\n\n"), &[], &[]),
        (format!("GET / HTTP/1.1\nHost: h\nAuthorization: Bearer {TOKEN}\n\n"), &[], &[]),
        (format!("curl https://h/ -u 'AKID:{SECRET}"), &[], &[]),
        (format!("curl -u AKID:{SECRET}"), &[], &[]),
        (after.into(), &["--profile", "a"], &[]),
        (after.into(), &["--profile", "b"], &[]),
        (after.into(), &[], &half),
    ] {
        let ran = place.run_with(&[&["verify", "-"][..], args].concat(), variables, &input);
        wrong.extend(ran.fault("").map(|fault| format!("{args:?}: {fault}")));
        wrong.extend(leaks(&ran, &[SECRET, TOKEN]).map(|leak| format!("{leak}{}", ran.err)));
    }
    none_wrong(&wrong);
}

// ── the rest ────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn text_from_outside_never_reaches_the_terminal_raw() {
    let place = Place::new("raw");
    let evil = "\x1b[31m\x07\u{9b}1m\x7f\x08";
    place.write("request", format!(
        "# @secret-access-key x\n# @now 20150830T123600Z\nGET /{evil}?q={evil} HTTP/1.1\nHost: iam.amazonaws.com\n\
         X-{evil}: v{evil}\rw\nX-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AK{evil}/20150830/us-east-1/iam/aws4_request, SignedHeaders=host;x-{evil}, Signature={evil}\n\n"
    ));
    place.write("claim", format!("GET / HTTP/1.1\nHost: h\nAuthorization: AWS4{evil} x\n\n"));
    place.write("line", format!("GET / HTTP/1.1\nHost: h\n{evil}\n\n"));
    place.write("setting", format!("# a\n# @{evil} x\nGET / HTTP/1.1\nHost: h\n\n"));
    // Not every system has files of such a name; then the error must be told as carefully.
    let _ = std::fs::write(place.0.join(evil), "secret");
    let mut wrong = Vec::new();
    for args in [
        &["explain", "request"][..],
        &["verify", "request"],
        &["sign", "request", "--format", "curl"],
        &["verify", "claim"],
        &["verify", "line"],
        &["verify", "setting"],
        &["verify", &format!("no{evil}")],
        &["samples", &format!("no{evil}")],
        &["verify", "iam-list-users", "--profile", evil],
        &["verify", "iam-list-users", "--region", evil],
        &["verify", "iam-list-users", "--format", evil],
        &["verify", "iam-list-users", &format!("--{evil}")],
        &["explain", "iam-list-users", "--secret-file", evil],
        &["explain", "line", "--secret-file", evil, "--access-key-id", evil],
    ] {
        let ran = place.run(args);
        let text = ran.out + &ran.err;
        assert!(!text.is_empty(), "{args:?}");
        let raw = text.split('\n').filter(|line| line.contains(char::is_control));
        wrong.extend(raw.map(|line| format!("{args:?}: {line:?}")));
    }
    for verb in ["explain", "verify"] {
        let out = place.run(&[verb, "request", "--format", "json"]).out;
        serde_json::from_str::<Value>(&out).unwrap();
        let raw = out.lines().filter(|line| line.contains(|c: char| c.is_ascii_control() && c != '\x7f'));
        wrong.extend(raw.map(|line| format!("{verb} json: {line:?}")));
    }
    none_wrong(&wrong);
}

#[test]
fn completions_manual_and_help_name_every_verb() {
    let place = Place::new("completions");
    for (args, begins) in [
        (&["completions", "bash"][..], "_countersign() {"),
        (&["completions", "zsh"], "#compdef countersign"),
        (&["completions", "fish"], "# "),
        (&["man"], ".ie"),
        (&["--help"], "Why doesn't this signature match?"),
    ] {
        let ran = place.run(args).with_code(0);
        assert!(ran.out.starts_with(begins) && ran.err.is_empty(), "{args:?}: {:.60}", ran.out);
        for word in ["sign", "verify", "explain", "samples", "completions", "man"] {
            assert!(ran.out.contains(word), "{args:?} does not name {word}");
        }
        assert!(ran.out.replace("\\-", "-").contains("secret-file"), "{args:?} does not name the options");
    }
    let list = place.run(&["samples"]).with_code(0).out;
    assert!(list.lines().count() >= 13 && list.lines().all(|line| line.contains("  ")), "{list}");
}

#[test]
fn a_body_in_a_file_is_read_for_the_verdict_where_its_hash_is_stated() {
    let place = Place::new("stated-hash");
    place.write("body.bin", "Welcome to Amazon S3.");
    let head = "# @access-key-id AKIAIOSFODNN7EXAMPLE\n\nPUT /key HTTP/1.1\nHost: bucket.s3.us-east-1.amazonaws.com\n";
    place.write("put.http", format!("{head}\n< ./body.bin\n"));
    let signed = place.run(&["sign", "put.http", "--format", "headers"]).with_code(0).out;
    assert!(signed.contains("44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"), "{signed}");
    place.write("signed.http", format!("{head}{signed}\n< ./body.bin\n"));
    let told = place.run(&["verify", "signed.http"]).with_code(0).out;
    assert!(told.contains("✓ the signatures match"), "{told}");
    // Another body in the file is another request.
    place.write("body.bin", "Welcome to Amazon S4.");
    place.run(&["verify", "signed.http"]).with_code(1);
}

#[test]
fn the_headline_of_a_verdict_says_what_its_check_found() {
    let place = Place::new("headlines");
    let presigned = "GET /k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260115%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260115T093000Z";
    let host = "&X-Amz-SignedHeaders=host&X-Amz-Signature=00 HTTP/1.1\nHost: b.s3.us-east-1.amazonaws.com\n";
    let header = |host: &str, region: &str, more: &str, signed: &str| {
        format!(
            "GET /k HTTP/1.1\nHost: {host}\n{more}Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/{region}/aws4_request, SignedHeaders={signed}, Signature=00\n"
        )
    };
    let dated = "X-Amz-Date: 20260115T093000Z\n";
    for (input, expected) in [
        (format!("{presigned}{host}"), "the presigned URL does not say how long it is good"),
        (
            format!("{presigned}&X-Amz-Expires=300{host}Authorization: Bearer x\n"),
            "the request authenticates in two ways",
        ),
        (
            format!("{presigned}&X-Amz-Expires=9999999{host}"),
            "the lifetime of the presigned URL is not allowed",
        ),
        (
            header("b.s3.amazonaws.com", "s3", dated, "host;x-amz-date"),
            "the header x-amz-content-sha256 is missing",
        ),
        (
            header(
                "x.us-east-1.aoss.amazonaws.com",
                "aoss",
                &format!("Content-Length: 0\n{dated}"),
                "content-length;host;x-amz-date",
            ),
            "a header is signed that must not be",
        ),
        (
            header(
                "a.execute-api.us-east-1.amazonaws.com",
                "execute-api",
                "X-Amz-Date: 20261501T093000Z\n",
                "host;x-amz-date",
            ),
            "the date cannot be read",
        ),
        (header("a.execute-api.us-east-1.amazonaws.com", "execute-api", "", "host"), "the date is missing"),
        (
            header("a.execute-api.us-east-1.amazonaws.com", "execute-api", dated, "x-amz-date"),
            "a header that must be signed is not",
        ),
    ] {
        let out = place.pipe("verify - --now 20260115T093000Z", &format!("{input}\n")).with_code(1).out;
        let headline = out.lines().find(|line| line.starts_with('✗')).unwrap_or_default();
        assert!(headline.contains(expected), "{input}\n{out}");
    }
}

#[test]
fn a_payload_hash_that_is_not_signed_is_not_called_signed() {
    let place = Place::new("unsigned-hash");
    let input = "GET /k HTTP/1.1\nHost: b.s3.amazonaws.com\nX-Amz-Date: 20260115T093000Z\nX-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
                 Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00\n\n";
    let out = place.pipe("verify - --now 20260115T093000Z", input).with_code(1).out;
    assert!(out.contains("every other x-amz-* header are signed; x-amz-content-sha256 is not"), "{out}");
}
