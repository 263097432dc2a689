//! A webhook of GitHub's kind through every door: the command line, JSON, the gateway. The signatures are GitHub's own example, one
//! that `@octokit/webhooks-methods` made, and one of Python's `hmac`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

#[path = "common/listening.rs"]
mod listening;
#[path = "common/place.rs"]
mod place;

use listening::{Listening, PATIENCE};
use place::{Place, leaks};
use serde_json::json;

const SECRET: &str = "It's a Secret to Everybody";
/// <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>
const OF_HELLO: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
const BODY: &str = r#"{"zen": "Keep it \u00e9", "n": [1, 2], "u": "a/b"}"#;
/// Of the body above as `json.dumps(..., separators=(",", ":"))` writes it.
const OF_COMPACT: &str = "a2697e83e717d20e572a481bc5ed0fbd20521f60963716f98af60af1164a3c3e";

fn delivery(body: &str, signature: &str) -> String {
    format!(
        "POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nX-GitHub-Event: push\r\nContent-Length: {}\r\nConnection: close\r\n\
         X-Hub-Signature-256: sha256={signature}\r\n\r\n{body}",
        body.len()
    )
}

fn place(test: &str) -> Place {
    let place = Place::new(test);
    place.write("secret", SECRET);
    place.write("right.http", delivery("Hello, World!", OF_HELLO));
    place.write("compact.http", delivery(BODY, OF_COMPACT));
    place
}

#[test]
fn the_example_of_the_documentation_matches() {
    let place = place("webhook-match");
    let json = place
        .run(&["verify", "right.http", "--secret-file", "secret", "--format", "json"])
        .with_code(0)
        .json();
    assert_eq!((&json["verdict"], &json["signature"]), (&json!("match"), &json!("equal")));
    let explained = place.run(&["explain", "right.http", "--secret-file", "secret"]).with_code(0).out;
    assert!(explained.contains("GitHub webhook (github)"), "{explained}");
    assert!(explained.contains("Signed text\n  Hello, World!\n      the body\n"), "{explained}");
    assert!(!explained.contains("scope") && !explained.contains("access key"), "{explained}");
}

#[test]
fn a_delivery_of_octokit_matches() {
    let place = place("webhook-octokit");
    let signature = "bf6a7a7ee7f0db31177dcb34ff9090a6c88591f7e7ed9c789234259b99ed1a03";
    place.write("ping.http", delivery("{\"action\": \"opened\", \"n\": 1}", signature));
    place.run(&["verify", "ping.http", "--secret-file", "secret"]).with_code(0);
}

#[test]
fn without_its_secret_nothing_is_computed_and_no_key_of_aws_is_tried() {
    let place = place("webhook-no-secret");
    let aws = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let ran = place.run_with(&["verify", "right.http"], &aws, "").with_code(1);
    assert!(ran.out.contains("expected the key of the GitHub webhook"), "{}", ran.out);
    assert!(ran.out.contains("computed  none"), "{}", ran.out);
}

#[test]
fn the_mistake_is_named_and_the_secret_never_shown() {
    let place = place("webhook-diagnose");
    let args = ["diagnose", "compact.http", "--secret-file", "secret"];
    let json = place.run(&[&args[..], &["--format", "json"]].concat()).with_code(1).json();
    assert_eq!(json["answer"], "proven");
    assert_eq!(json["findings"][0]["causes"], json!(["body-reserialised"]));
    for format in ["text", "json", "markdown"] {
        let ran = place.run(&[&args[..], &["--format", format]].concat()).with_code(1);
        assert_eq!(leaks(&ran, &[SECRET]), None);
        assert!(!ran.out.contains("AWS"), "{}", ran.out);
    }
}

#[test]
fn a_delivery_is_signed_for_a_test() {
    let place = place("webhook-sign");
    place.write("plain.http", "POST /hook HTTP/1.1\nX-GitHub-Event: ping\n\nHello, World!");
    let args = ["sign", "plain.http", "--scheme", "github", "--secret-file", "secret", "--format", "headers"];
    let ran = place.run(&args).with_code(0);
    assert_eq!(ran.out, format!("X-Hub-Signature-256: sha256={OF_HELLO}\n"));
}

#[test]
fn the_gateway_judges_deliveries_and_names_the_mistake() {
    let place = place("webhook-gateway");
    let gateway = Listening::start(&place.0, &["--count", "2", "--secret-file", "secret"], &[]);
    assert!(gateway.send(delivery("Hello, World!", OF_HELLO).as_bytes()).starts_with("HTTP/1.1 200 OK"));
    let answer = gateway.send(delivery(BODY, OF_COMPACT).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(!answer.contains("AWS") && !answer.contains("Amz"), "{answer}");
    // Whoever sends a body must not learn the signature that would be right for it.
    assert!(answer.ends_with("\r\n\r\nthe signature is not that of this body\n"), "{answer}");
    assert!(!answer.contains("6f6c3450dbec17bf76674c6f93e884f27bd0a73f0df7d2efe879af367a8615fb"));
    let mut lines =
        [gateway.lines.recv_timeout(PATIENCE).unwrap(), gateway.lines.recv_timeout(PATIENCE).unwrap()];
    lines.sort_by_key(|line| line["number"].as_u64());
    assert_eq!((&lines[0]["verdict"], &lines[0]["scheme"]), (&json!("match"), &json!("github")));
    assert_eq!((&lines[1]["verdict"], &lines[1]["cause"]), (&json!("mismatch"), &json!("body-reserialised")));
    let (status, notes) = gateway.wait();
    assert_eq!(status.code(), Some(1));
    assert!(!notes.contains(SECRET) && !lines.iter().any(|line| line.to_string().contains(SECRET)));
}

#[test]
fn a_body_in_a_file_or_a_long_one_is_signed_like_any_other() {
    let place = place("webhook-long");
    let body = "x".repeat(5 << 20);
    let signed = place.pipe(
        "sign - --scheme github --secret-file secret --format headers",
        &format!("POST / HTTP/1.1\nHost: h\n\n{body}"),
    );
    let header = signed.with_code(0).out;
    place.write("long.http", format!("POST / HTTP/1.1\nHost: h\n{header}\n{body}"));
    place.run(&["verify", "long.http", "--secret-file", "secret"]).with_code(0);
    place.write("hello", "Hello, World!");
    let curl = format!("curl https://h/ -H 'X-Hub-Signature-256: sha256={OF_HELLO}' --data-binary @hello");
    place.write("hello.curl", curl);
    place.run(&["verify", "hello.curl", "--secret-file", "secret"]).with_code(0);
}

#[test]
fn the_frames_of_the_transfer_are_not_signed() {
    let place = place("webhook-chunked");
    let request = |body: &str| {
        format!(
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nX-Hub-Signature-256: sha256={OF_HELLO}\r\n\r\n{body}"
        )
    };
    place.write("framed.http", request("7\r\nHello, \r\n6\r\nWorld!\r\n0\r\n\r\n"));
    place.run(&["verify", "framed.http", "--secret-file", "secret"]).with_code(0);
    place.write("other.http", request("7\r\nHello, \r\n6\r\nworld!\r\n0\r\n\r\n"));
    place.run(&["verify", "other.http", "--secret-file", "secret"]).with_code(1);
}

#[test]
fn a_report_without_the_body_holds_nothing_of_it() {
    let place = place("webhook-omit");
    for format in ["markdown", "json"] {
        let args =
            ["diagnose", "compact.http", "--secret-file", "secret", "--omit", "body", "--format", format];
        let out = place.run(&args).with_code(1).out;
        assert!(out.contains("body-reserialised") && !out.contains("Keep it"), "{out}");
    }
}

#[test]
fn the_scheme_that_is_asked_for_is_checked_beside_another() {
    let place = place("webhook-beside");
    let both = delivery("Hello, World!", OF_HELLO).replace("Host:", "Authorization: AWS foo:bar\r\nHost:");
    place.write("both.http", both);
    let args = ["verify", "both.http", "--secret-file", "secret", "--scheme", "github"];
    place.run(&args).with_code(0);
}
