//! Inputs that name files, hold control characters or absurd numbers: one clear line, and nothing that hangs, panics or leaks.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

#[path = "common/place.rs"]
mod place;

use place::Place;
use sha2::{Digest as _, Sha256};

/// What a file held that an input named.
const CONTENT: &str = "content-of-a-file-0123456789";

/// A curl command whose body lies in a file, or in a file and more.
fn curl(data: &str) -> String {
    format!(
        "curl https://s3.us-east-1.amazonaws.com/b/k -X PUT {data} -H 'x-amz-date: 20150830T123600Z' -H 'Authorization: AWS4-HMAC-SHA256 \
         Credential=AKIDNOBODY/20150830/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00'"
    )
}

const DATA: [&str; 3] =
    ["--data-binary @body.txt", "-d @body.txt", "--data-binary @body.txt --data-binary x"];

#[test]
fn a_file_that_an_input_from_a_pipe_names_is_not_read() {
    let place = Place::new("pipe-names");
    place.write("body.txt", CONTENT);
    for data in DATA {
        for verb in ["verify", "explain", "sign"] {
            let ran = place.pipe(&format!("{verb} -"), &curl(data));
            let fault = ran.fault("the input names body.txt, and no file is read for an input from a pipe");
            assert!(fault.is_none(), "{verb} {data}: {}", fault.unwrap());
            assert!(ran.err.contains("--allow-files"));
        }
    }
    let dot_http = place.pipe("verify -", "# a case\nPUT / HTTP/1.1\nHost: h\n\n< body.txt\n");
    assert!(dot_http.fault("the input names body.txt").is_none());
}

#[test]
fn a_file_that_is_read_is_noted_and_its_content_is_in_no_report() {
    let place = Place::new("file-names");
    place.write("body.txt", CONTENT);
    for data in DATA {
        place.write("in.curl", curl(data));
        for args in [
            "verify in.curl",
            "explain in.curl",
            "verify in.curl --format json",
            "explain in.curl --format json",
            "diagnose in.curl --depth 1",
            "diagnose in.curl --depth 1 --format json",
            "diagnose in.curl --depth 1 --format markdown",
        ] {
            let ran = place.pipe(args, "");
            assert!(ran.code != Some(2), "{args} {data}: {}", ran.err);
            assert!(!ran.out.contains(CONTENT) && !ran.err.contains(CONTENT), "{args} {data}\n{}", ran.out);
            let is_text = !args.contains("json") && !args.contains("markdown");
            let told = if args.starts_with("explain") { &ran.out } else { &ran.err };
            assert!(
                !is_text || told.contains("The body was read from the file body.txt."),
                "{args}\n{}{}",
                ran.out,
                ran.err
            );
        }
        let allowed = place.pipe("verify - --allow-files", &curl(data));
        assert!(allowed.err.contains("The body was read from the file body.txt."), "{}", allowed.err);
    }
}

#[test]
fn a_report_tells_a_body_from_files_by_its_length_and_hash() {
    let place = Place::new("file-report");
    place.write("body.txt", "abc");
    place.write("in.curl", curl("--data-binary @body.txt --data-binary ''"));
    let ran = place.pipe("diagnose in.curl --depth 1 --format markdown", "");
    // `abc&`, as curl joins them.
    let hash = hex::encode(Sha256::digest(b"abc&"));
    assert!(ran.out.contains(&format!("\n[from body.txt: 4 bytes, SHA-256 {hash}]\n")), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn devices_pipes_and_directories_are_no_body_and_no_input() {
    let place = Place::new("devices");
    assert!(std::process::Command::new("mkfifo").arg(place.0.join("pipe")).status().unwrap().success());
    for (named, why) in [
        ("/dev/zero", "it is a device"),
        ("pipe", "it is a pipe"),
        (".", "it is a directory"),
        ("/no/such/file", "No such file"),
    ] {
        for data in [format!("--data-binary @{named}"), format!("--data-binary @{named} --data-binary x")] {
            place.write("in.curl", curl(&data));
            let fault = place.pipe("verify in.curl", "").fault(why);
            assert!(fault.is_none(), "{data}: {}", fault.unwrap());
        }
    }
    place.write("in.http", "GET / HTTP/1.1\nHost: h\n\n");
    for args in [
        "verify /dev/zero",
        "diagnose in.http --evidence /dev/zero",
        "verify in.http --secret-file /dev/zero --access-key-id A",
        "gateway 0 --headless --keys /dev/zero",
        "gateway 0 --headless --answer /dev/zero",
        "--config /dev/zero in.http",
    ] {
        let fault = place.pipe(args, "").fault("a device");
        assert!(fault.is_none(), "{args}: {}", fault.unwrap());
    }
}

#[cfg(unix)]
#[test]
fn an_input_may_come_through_a_pipe_that_a_shell_names() {
    let place = Place::new("substitution");
    place.write("in.http", "GET / HTTP/1.1\nHost: iam.amazonaws.com\n\n");
    let run = |script: &str| {
        std::process::Command::new("bash")
            .args(["-c", script])
            .current_dir(&place.0)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &place.0)
            .env("COUNTERSIGN", env!("CARGO_BIN_EXE_countersign"))
            .output()
            .unwrap()
    };
    let explained = run("\"$COUNTERSIGN\" explain <(cat in.http)");
    let text = String::from_utf8_lossy(&explained.stdout);
    assert!(text.contains("host:iam.amazonaws.com"), "{text}{}", String::from_utf8_lossy(&explained.stderr));
}

#[test]
fn json_holds_no_control_and_says_what_was_there() {
    let place = Place::new("controls");
    let request = "GET /a\u{9b}31m?q=\u{202e}abc HTTP/1.1\r\nHost: h\r\nX-A: v\u{9b}2J\u{2066}\u{200f}\u{61c}\u{2028}\u{7f}\r\nX-Amz-Date: \
                   20150830T123600Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDNOBODY/20150830/us-east-1/s3\u{9b}2J/aws4_request, \
                   SignedHeaders=host;x-a, Signature=00\r\n\r\n";
    place.write("in.http", request);
    for verb in ["verify", "explain", "diagnose"] {
        let ran = place.run(&[verb, "in.http", "--format", "json"]);
        let odd = ran.out.chars().find(|c| {
            (c.is_control() && *c != '\n') || matches!(*c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}' | '\u{2029}')
        });
        assert_eq!(odd, None, "{verb}: {}", ran.out);
        ran.json();
    }
    let json = place.run(&["explain", "in.http", "--format", "json"]).json();
    let canonical = json["stages"][0]["text"].as_str().unwrap();
    assert!(canonical.contains("x-a:v\u{9b}2J\u{2066}\u{200f}\u{61c}\u{2028}\u{7f}"), "{canonical:?}");
}

#[test]
fn numbers_that_cannot_be_are_told_in_a_line() {
    let place = Place::new("numbers");
    place.write("in.http", "GET / HTTP/1.1\nHost: h\n\n");
    place.write("config.toml", "reveal_seconds = 9223372036854775807\n");
    for (args, expected) in [
        (
            "--config config.toml in.http",
            "expected reveal_seconds from 1 to 3600, but found 9223372036854775807",
        ),
        ("verify in.http --tolerance 18446744073709551616", "--tolerance: expected minutes"),
        ("verify in.http --expires 18446744073709551616", "--expires: expected 1 to 604800"),
        ("sign in.http --chunk-size 18446744073709551616", "--chunk-size: expected 1 to 1073741824"),
        ("diagnose in.http --depth 256", "--depth"),
        ("verify in.http --entry 18446744073709551616", "--entry"),
        ("verify in.http --now 99999-01-01T00:00:00Z", "--now: expected a date"),
    ] {
        let fault = place.pipe(args, "").fault(expected);
        assert!(fault.is_none(), "{args}: {}", fault.unwrap());
    }
    for (setting, expected) in [
        ("tolerance 99999999999999999999", "expected @tolerance to be minutes"),
        ("expires -1", "expected @expires to be 1 to 604800"),
        ("chunk-size 0", "expected @chunk-size to be 1 to 1073741824"),
        ("now 1e300", "expected @now to be a date"),
    ] {
        place.write("case.http", format!("# @{setting}\nGET / HTTP/1.1\nHost: h\n\n"));
        let fault = place.pipe("verify case.http", "").fault(expected);
        assert!(fault.is_none(), "{setting}: {}", fault.unwrap());
    }
}

#[test]
fn dates_at_the_ends_of_time_are_judged() {
    let place = Place::new("ends");
    for (date, now) in [
        ("99991231T235959Z", "00010101T000000Z"),
        ("00010101T000000Z", "99991231T235959Z"),
        ("99991231T235959Z", "99991231T235959Z"),
        ("00010101T000000Z", "00010101T000000Z"),
    ] {
        let day = &date[..8];
        let query = format!(
            "GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDNOBODY%2F{day}%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date={date}&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=00 HTTP/1.1\nHost: h.s3.amazonaws.com\n\n"
        );
        place.write("in.http", query);
        for verb in ["verify", "explain", "diagnose"] {
            let ran = place.run(&[verb, "in.http", "--now", now, "--tolerance", "525600"]);
            assert!(matches!(ran.code, Some(0 | 1)), "{verb} {date} {now}: {:?} {}", ran.code, ran.err);
        }
    }
}
