//! `countersign diagnose` as a program: its answer as text, JSON and Markdown, with evidence and without, and what it never shows.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

#[path = "common/place.rs"]
mod place;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use place::{Place, leaks, none_wrong};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const SECRET: &str = "s3ntinelS3CRETs3ntinelS3CRETs3ntinelS3CR";
const TOKEN: &str = "s3ntinelTOKENs3ntinelTOKENs3ntinelTOKEN";

/// The documented GET of an object, and what a server that sees another range answers.
fn refused() -> (String, String, String) {
    let request = "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-8\n\
                   x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nx-amz-date:20130524T000000Z\n\n\
                   host;range;x-amz-content-sha256;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let hash = hex::encode(Sha256::digest(request));
    let string = format!("AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n{hash}");
    let error = format!(
        "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match.</Message>\
         <AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><StringToSign>{string}</StringToSign>\
         <SignatureProvided>f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41</SignatureProvided>\
         <CanonicalRequest>{request}</CanonicalRequest></Error>"
    );
    (request.into(), string, error)
}

fn ids(json: &Value) -> Vec<&str> {
    json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["causes"][0].as_str().unwrap())
        .collect()
}

#[test]
fn evidence_is_told_as_it_was_read() {
    let place = Place::new("evidence");
    let (request, string, error) = refused();
    place.write("error.xml", &error);
    place.write("gate.json", "{\"message\":\"Missing Authentication Token\"}");
    let args = [
        "diagnose",
        "s3-get-object",
        "--evidence",
        "error.xml",
        "--evidence",
        "gate.json",
        "--depth",
        "1",
        "--format",
        "json",
    ];
    let json = place.run(&args).with_code(1).json();
    let first = &json["evidence"][0];
    assert_eq!((&first["side"], &first["consistent"]), (&json!("server"), &json!(true)));
    assert_eq!(
        (first["canonical_request"].as_str(), first["string_to_sign"].as_str()),
        (Some(&*request), Some(&*string))
    );
    let second = &json["evidence"][1];
    assert_eq!(
        (&second["gate"], &second["canonical_request"], &second["consistent"]),
        (&json!("token-missing"), &json!(null), &json!(null))
    );
    assert_eq!(json["answer"], "contradicted");
    assert!(
        ids(&json).contains(&"changed-on-the-way") && ids(&json).contains(&"token-missing"),
        "{:?}",
        ids(&json)
    );
}

#[test]
fn evidence_alone_is_enough() {
    let place = Place::new("evidence-alone");
    let (request, _, error) = refused();
    for (name, text) in
        [("error.xml", error.clone()), ("thread.md", format!("Hi,\n\nwe get:\n\n```\n{error}\n```\n\n+1\n"))]
    {
        place.write(name, text);
        let ran = place.run(&["diagnose", name, "--depth", "1", "--format", "json"]).with_code(1);
        let json = ran.json();
        assert_eq!(json["evidence"][0]["canonical_request"].as_str(), Some(&*request), "{name}");
        assert!(
            !ids(&json).contains(&"key-is-wrong"),
            "what is rebuilt from evidence agrees with it: that says nothing"
        );
        let out = place.run(&["explain", name]).with_code(0).out;
        assert!(
            out.contains("note: The request was rebuilt from evidence") && out.contains("range:bytes=0-8"),
            "{out}"
        );
    }
}

#[test]
fn an_error_that_tells_the_header_that_arrived_needs_no_request() {
    let place = Place::new("evidence-header");
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let lacks = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter.";
    for (header, told) in [
        ("Bearer", "`Authorization: Bearer`"),
        ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256`"),
        ("Bearer null", "`Authorization: Bearer"),
        ("", "an empty Authorization header"),
    ] {
        let hash = hash(header);
        for text in [
            format!("403 {lacks} (Hashed with SHA-256 and encoded with Base64) Authorization={hash}"),
            json!({ "message": format!("{lacks} (Hashed with SHA-256 and encoded with Base64) Authorization={hash}") }).to_string(),
            json!({ "message": format!("Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '{hash}'.") }).to_string(),
        ] {
            let json = place.pipe("diagnose - --format json", &text).with_code(1).json();
            assert_eq!(ids(&json), ["authorization-arrived"], "{text}");
            assert!(json["findings"][0]["title"].as_str().unwrap().contains(told), "{json}");
            let out = place.pipe("diagnose -", &text).with_code(1).out;
            assert!(out.starts_with("≠ There is no request here.") && out.contains(told), "{out}");
            place.pipe("verify -", &text).with_code(2);
        }
    }
    let other = format!("{lacks} (Hashed with SHA-256 and encoded with Base64) Authorization={}", hash("zz"));
    let json = place.pipe("diagnose - --format json", &other).with_code(1).json();
    assert_eq!(ids(&json), ["authorization-incomplete"], "a header that is not known is told by its gate");
}

#[test]
fn an_entry_of_a_har_file_is_chosen() {
    let place = Place::new("har");
    let entry = |url: &str, status: u64, answer: &str| {
        json!({ "request": { "method": "GET", "url": url, "headers": [
                {"name": "Range", "value": "bytes=0-9"}, {"name": "X-Amz-Date", "value": "20130524T000000Z"},
                {"name": "X-Amz-Content-Sha256", "value": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
                {"name": "Authorization", "value": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
                 SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"}] },
            "response": { "status": status, "headers": [{"name": "Date", "value": "Fri, 24 May 2013 00:01:00 GMT"}], "content": {"text": answer} } })
    };
    let (_, _, error) = refused();
    let host = "https://examplebucket.s3.amazonaws.com";
    let entries =
        [entry(&format!("{host}/other.txt"), 200, ""), entry(&format!("{host}/test.txt"), 403, &error)];
    place.write("a.har", json!({ "log": { "entries": entries } }).to_string());
    let verify = |options: &[&str]| place.run(&[&["verify", "a.har", "--format", "json"], options].concat());
    assert_eq!(
        verify(&[]).with_code(0).json()["verdict"],
        "match",
        "the one that was refused, by the clock of its answer"
    );
    assert_eq!(verify(&["--entry", "1"]).with_code(1).json()["verdict"], "mismatch");
    let json = place.run(&["diagnose", "a.har", "--depth", "1", "--format", "json"]).with_code(1).json();
    assert_eq!(json["evidence"][0]["format"], "an error in XML", "the answer is evidence");
    let mut wrong = Vec::new();
    wrong.extend(verify(&["--entry", "3"]).fault("a number from 1 to 2, but found 3"));
    wrong.extend(place.run(&["verify", "iam-list-users", "--entry", "1"]).fault("a HAR file"));
    place.write("empty.har", "{\"log\":{\"entries\":[]}}");
    wrong.extend(place.run(&["verify", "empty.har"]).fault("at least one entry"));
    none_wrong(&wrong);
}

#[test]
fn bad_evidence_is_told_in_one_line() {
    let place = Place::new("bad-evidence");
    let mut wrong = Vec::new();
    for (text, expected) in [
        ("", "an empty text"),
        ("hello\n", "nothing of the kind"),
        ("\x1b[31m\x07\0", "nothing of the kind"),
        ("{\"message\":\"all is well\"}", "nothing of the kind"),
        ("<Error><Code", "nothing of the kind"),
    ] {
        place.write("evidence", text);
        wrong.extend(place.run(&["diagnose", "iam-list-users", "--evidence", "evidence"]).fault(expected));
    }
    wrong.extend(place.run(&["diagnose", "iam-list-users", "--evidence", "missing"]).fault("missing"));
    wrong.extend(place.run(&["diagnose", "iam-list-users", "--omit", "secret"]).fault("--omit"));
    place.write("gate.json", "{\"message\":\"Missing Authentication Token\"}");
    wrong.extend(place.run(&["sign", "gate.json"]).fault("but found an error in JSON"));
    none_wrong(&wrong);
}

#[test]
fn an_error_alone_is_answered() {
    let place = Place::new("errors-alone");
    for (text, id) in [
        ("{\"message\":\"Missing Authentication Token\"}", "token-missing"),
        ("Error: No signatures found matching the expected signature for payload.", "stripe-no-match"),
        (
            "<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>ASIAEXAMPLE</AWSAccessKeyId></Error>",
            "temporary-key",
        ),
        ("Response 415 (Service: Savingsplans, Status Code: 415)", "content-type-refused"),
    ] {
        place.write("text", text);
        let json = place.run(&["diagnose", "text", "--format", "json"]).with_code(1).json();
        assert!(ids(&json).contains(&id), "{text}: {json}");
    }
}

#[test]
fn control_characters_in_evidence_never_reach_the_terminal() {
    let place = Place::new("evil-evidence");
    let (_, _, error) = refused();
    place.write(
        "evil.xml",
        error
            .replace("does not match", "\u{1b}[31m\u{7}\u{9b}does not match")
            .replace("bytes=0-8", "b\u{1b}]0;x\u{7}"),
    );
    for args in [
        &["diagnose", "s3-get-object", "--evidence", "evil.xml", "--depth", "1"][..],
        &["diagnose", "evil.xml", "--depth", "1", "--format", "markdown"],
    ] {
        let ran = place.run(args).with_code(1);
        let text = ran.out + &ran.err;
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
}

#[test]
fn a_report_holds_no_secret_and_leaves_out_what_it_is_told_to() {
    let place = Place::new("report");
    let pair = format!(
        "[default]\naws_access_key_id = AKID\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"
    );
    place.write(".aws/credentials", pair);
    let plain = format!(
        "POST /a HTTP/1.1\nHost: x.execute-api.us-east-1.amazonaws.com\nX-Amz-Security-Token: {TOKEN}\nX-Amz-Date: 20260115T093000Z\n\nthe body"
    );
    let signed = place.pipe("sign - --format http", &plain).with_code(0).out;
    assert!(signed.contains(TOKEN) && signed.contains("Signature="));
    let broken = signed.replace("POST /a", "PUT /a");
    let signature = signed.split("Signature=").nth(1).unwrap()[..64].to_owned();
    let mut wrong = Vec::new();
    for (options, has_signature, has_body) in [
        ("", true, true),
        ("--omit signature", false, true),
        ("--omit body", true, false),
        ("--omit signature,body", false, false),
    ] {
        let ran = place
            .pipe(
                &format!("diagnose - --depth 1 --format markdown --now 20260115T093000Z {options}"),
                &broken,
            )
            .with_code(1);
        wrong.extend(leaks(&ran, &[SECRET, TOKEN]));
        assert!(ran.out.contains("`method-changed`"), "{}", ran.out);
        assert_eq!(
            (ran.out.contains(&signature), ran.out.contains("the body\n")),
            (has_signature, has_body),
            "{options}\n{}",
            ran.out
        );
    }
    // What went wrong with a secret is told without it.
    for secret in [
        format!("{SECRET} "),
        format!("\"{SECRET}\""),
        SECRET[..39].to_owned(),
        SECRET.to_lowercase(),
        format!("{SECRET}\r\n\n"),
    ] {
        place.write("other", &secret);
        let signed = place
            .pipe("sign - --secret-file other --access-key-id AKID --format http", &plain)
            .with_code(0)
            .out;
        for format in ["text", "json", "markdown"] {
            let ran = place.pipe(&format!("diagnose - --depth 1 --format {format}"), &signed).with_code(1);
            assert!(ran.out.contains("secret-"), "{secret:?}: {}", ran.out);
            wrong.extend(leaks(&ran, &[SECRET, TOKEN]));
        }
    }
    for format in ["text", "json"] {
        let ran = place.pipe(&format!("diagnose - --depth 1 --format {format}"), &broken).with_code(1);
        wrong.extend(leaks(&ran, &[SECRET, TOKEN]));
    }
    none_wrong(&wrong);
}

#[test]
fn a_secret_needs_no_key_id_beside_a_url_that_claims_one() {
    let place = Place::new("claimed-id");
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    place.write("secret", secret);
    let url = "https://buck.s3.eu-west-1.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAZZZZZZZZZZZZZZZZ%2F20260115%2Feu-west-1\
               %2Fs3%2Faws4_request&X-Amz-Date=20260115T093000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature=\
               b4fef3d4ab36c8106c2a52fca21ee0da57f3a4a37af3994b6b62e3a8d97fa02f";
    let now = "--now 20260115T093000Z";
    for (damaged, id) in [
        (url.replace('&', "&amp;amp;"), "url-html-escaped"),
        (url.replace('&', "&#38;"), "url-html-escaped"),
        (url.replace('=', "=3D"), "url-quoted-printable"),
        (url.replace("%2F", "%252F").replace('&', "&amp;"), "url-encoded-twice"),
    ] {
        let args = format!("diagnose - --secret-file secret {now} --format json");
        let json = place.pipe(&args, &damaged).with_code(1).json();
        assert_eq!((&json["answer"], ids(&json)[0]), (&json!("proven"), id), "{damaged}");
    }
    let whole = url.replace('%', "%25").replace(':', "%3A").replace('/', "%2F").replace('?', "%3F");
    let whole = whole.replace('&', "%26").replace('=', "%3D");
    for input in [whole.clone(), format!("curl '{whole}'")] {
        place.pipe(&format!("verify - --secret-file secret {now}"), &input).with_code(0);
    }
    let args = ["verify", "-", "--now", "20260115T093000Z"];
    place.run_with(&args, &[("AWS_SECRET_ACCESS_KEY", secret)], url).with_code(0);
}

#[test]
fn what_was_not_sent_is_null_and_no_text_is_empty() {
    let place = Place::new("not-sent");
    let url = "/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260115%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260115T093000Z\
               &X-Amz-Expires=300&X-Amz-SignedHeaders=accept%3Bhost&X-Amz-Signature=2add585ecc1b400e8da2fb587e3ad95a6dba23c41fbcf7aa03881821a7791c3d";
    let request =
        format!("# @now 20260115T093000Z\nPUT {url} HTTP/1.1\nhost: buck.s3.eu-west-1.amazonaws.com\n\n");
    let json = place.pipe("diagnose - --depth 1 --format json", &request).with_code(1).json();
    let change = &json["findings"][0]["changes"][0];
    assert_eq!((&change["signed"], &change["sent"]), (&json!("accept:*/*"), &json!(null)), "{json}");
    let out = place.pipe("diagnose - --depth 1", &request).with_code(1).out;
    assert!(out.contains("sent       (not sent)"), "{out}");
}

#[test]
fn a_header_of_a_scheme_that_is_not_known_is_told() {
    let place = Place::new("unknown-scheme");
    for value in ["HWS4 x", "KSO-1 AK:abc", "NOS AK:Zm9v=", "SSWS 00ff", "Bearer x", ""] {
        let request = format!("POST /hook HTTP/1.1\nHost: example.com\nAuthorization: {value}\n\n");
        let json = place.pipe("diagnose - --format json", &request).with_code(1).json();
        assert_eq!((&json["answer"], ids(&json)), (&json!("no_signature"), vec!["not-signed"]), "{value}");
    }
}
