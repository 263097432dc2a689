//! `countersign gateway` without a screen: lines, exit codes, folders, and what is told when it cannot start.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

#[path = "common/listening.rs"]
mod listening;
#[path = "common/place.rs"]
mod place;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::time::{Duration, Instant};

use listening::{Listening, PATIENCE};
use place::{Place, leaks, none_wrong};
use serde_json::Value;

const SECRET: &str = "s3ntinelS3CRETs3ntinelS3CRETs3ntinelS3CR";
const TOKEN: &str = "s3ntinelTOKENs3ntinelTOKENs3ntinelTOKEN";

/// A request as the program itself signs it with the sentinel key; the last header ends the connection.
fn signed(place: &Place, target: &str) -> Vec<u8> {
    place.write("secret", SECRET);
    let input =
        format!("GET {target} HTTP/1.1\nHost: 127.0.0.1\nX-Amz-Security-Token: {TOKEN}\nConnection: close\n");
    let args =
        "sign - --region us-east-1 --service s3 --access-key-id AKIASENTINEL --secret-file secret --time now";
    place.pipe(args, &input).with_code(0).out.into_bytes()
}

fn keys(place: &Place) {
    place.write("keys", format!("AKIASENTINEL {SECRET}\n"));
    std::fs::set_permissions(place.0.join("keys"), std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn it_ends_after_so_many_requests_and_says_whether_all_matched() {
    let place = Place::new("gateway-count");
    keys(&place);
    for (second, code, summary) in [
        ("/b?a=1", 0, "note: 2 requests: 2 match\n"),
        ("/b?a=2", 1, "note: 2 requests: 1 match, 1 mismatch\n"),
    ] {
        let gateway = Listening::start(&place.0, &["--count", "2", "--keys", "keys"], &[]);
        let good = signed(&place, "/b?a=1");
        let other =
            String::from_utf8(signed(&place, "/b/other?a=1")).unwrap().replace("/b/other?a=1", second);
        let bytes = if code == 0 { signed(&place, "/b/second") } else { other.into_bytes() };
        assert!(gateway.send(&good).starts_with("HTTP/1.1 200 OK"));
        gateway.send(&bytes);
        let first = gateway.lines.recv_timeout(PATIENCE).unwrap();
        assert_eq!(
            (&first["verdict"], &first["number"], &first["access_key_id"]),
            (&"match".into(), &1.into(), &"AKIASENTINEL".into())
        );
        let (status, notes) = gateway.wait();
        assert_eq!((status.code(), notes.as_str()), (Some(code), summary));
    }
}

#[test]
fn a_mismatch_is_named_with_its_cause() {
    let place = Place::new("gateway-cause");
    keys(&place);
    let gateway = Listening::start(&place.0, &["--count", "1", "--keys", "keys"], &[]);
    let bytes = String::from_utf8(signed(&place, "/b/k")).unwrap().replace("GET /b/k", "HEAD /b/k");
    gateway.send(bytes.as_bytes());
    let line = gateway.lines.recv_timeout(PATIENCE).unwrap();
    assert_eq!((&line["check"], &line["cause"]), (&"signature".into(), &"method-changed".into()));
}

#[test]
fn an_answer_that_is_an_error_is_no_success() {
    let place = Place::new("gateway-upstream");
    keys(&place);
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{gone}");
    let gateway = Listening::start(&place.0, &["--count", "1", "--keys", "keys", "--forward", &url], &[]);
    assert!(gateway.send(&signed(&place, "/b/k")).starts_with("HTTP/1.1 502 "));
    let (status, notes) = gateway.wait();
    let expected = "note: 1 request: 1 match; 1 of them answered with an error\n";
    assert_eq!((status.code(), notes.as_str()), (Some(1), expected));
}

#[test]
fn a_client_that_never_came_is_no_success() {
    let place = Place::new("gateway-nobody");
    let gateway = Listening::start(&place.0, &[], &[]);
    Command::new("kill").args(["-INT", &gateway.child.id().to_string()]).status().unwrap();
    let (status, notes) = gateway.wait();
    assert_eq!((status.code(), notes.as_str()), (Some(1), "note: 0 requests: 0 match\n"));
}

#[test]
fn a_signal_ends_it_in_order() {
    let place = Place::new("gateway-signal");
    for signal in ["-INT", "-TERM"] {
        let gateway = Listening::start(&place.0, &[], &[]);
        assert_eq!(gateway.lines(), Vec::<serde_json::Value>::new());
        Command::new("kill").args([signal, &gateway.child.id().to_string()]).status().unwrap();
        let (status, notes) = gateway.wait();
        assert_eq!((status.code(), notes.as_str()), (Some(1), "note: 1 request: 0 match, 1 rejected\n"));
    }
}

#[test]
fn a_tape_in_a_folder_holds_no_secret_and_is_not_written_over() {
    let place = Place::new("gateway-save");
    keys(&place);
    let gateway = Listening::start(&place.0, &["--count", "1", "--keys", "keys", "--save", "tape"], &[]);
    // A client may repeat its own key.
    gateway.send(&signed(&place, &format!("/b?X-Amz-Security-Token={TOKEN}&a={SECRET}")));
    let line = gateway.lines.recv_timeout(PATIENCE).unwrap();
    assert_eq!(gateway.wait().1, "note: 1 request: 1 match; kept in tape\n");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(place.0.join("tape")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("s3ntinel"), "{}: {text}", path.display());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
        files.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    files.sort();
    assert_eq!(files, ["000001.http", "tape.jsonl"]);
    assert!(!line.to_string().contains("s3ntinel"));
    let again = place.run(&["gateway", "0", "--headless", "--save", "tape"]);
    none_wrong(&Vec::from_iter(again.fault("expected a folder without a tape")));
}

#[test]
fn what_cannot_start_is_told_in_one_line() {
    let place = Place::new("gateway-faults");
    place.write("open", format!("AKIASENTINEL {SECRET}\n"));
    place.write("damaged", "AKIASENTINEL\n");
    place.write("mine", "my own file");
    for (name, mode) in [("open", 0o644), ("damaged", 0o600)] {
        std::fs::set_permissions(place.0.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let gateway = Listening::start(&place.0, &[], &[]);
    let mut wrong = Vec::new();
    for (arguments, expected) in [
        (vec![gateway.address.as_str()], "expected to listen at 127.0.0.1:"),
        (vec!["0.0.0.0:0"], "expected an address of this machine alone, but found 0.0.0.0:0"),
        (vec!["example.com"], "expected an address such as 127.0.0.1:9000, but found `example.com`"),
        (vec!["0", "--keys", "open"], "expected a file of key pairs, but found a file that others can read"),
        (vec!["0", "--keys", "damaged"], "found one word in line 1 of damaged"),
        (vec!["0", "--tls", "mine"], "but found another file: mine"),
        (
            vec!["0", "--tls", "ca.pem", "--tls-name", "no name"],
            "expected names and addresses for a certificate",
        ),
        (vec!["0", "--forward", "localhost:9000"], "expected a URL such as https://"),
        (vec!["0", "--forward", "http://h", "--resign"], "expected a key to sign again with, but found none"),
        (vec!["0", "--answer", "none"], "cannot read the answer from none: "),
        (vec!["0", "--spool", "none"], "expected a folder for bodies that are too long"),
        (vec!["0", "--keep-body", "x"], "expected a number of bytes such as 64KiB, but found `x`"),
        (vec!["0", "--load", "tape"], "expected --load with the screen"),
        (vec!["0", "--count", "0"], "invalid value '0' for '--count <N>'"),
        (vec!["0", "--connections", "18446744073709551615"], "expected a number from 1 to 65536"),
        (vec!["0", "--connections", "0"], "expected a number from 1 to 65536, but found 0"),
        (vec!["0", "--idle", "18446744073709551615"], "18446744073709551615 is not in 1..=86400"),
        (vec!["0", "--patience", "9223372036854775807"], "9223372036854775807 is not in 1..=86400"),
        (vec!["0", "--head-limit", "1"], "expected a number from 1024 to 67108864, but found 1"),
        (vec!["0", "--keep-body", "16777216T"], "expected a number of bytes"),
        (vec!["0", "--keep-body", "16777215G"], "expected a number from 0 to 1099511627776"),
        (vec!["0", "--keep", "99999999999"], "expected a number from 1 to 10000000"),
        (vec!["0", "--spool-limit", "9999999G"], "expected a number from 0 to "),
        (vec!["0", "--store", "9999999G"], "expected a number from 0 to "),
    ] {
        let arguments = [vec!["gateway", "--headless"], arguments].concat();
        let ran = place.run(&arguments);
        wrong.extend(ran.fault(expected).map(|fault| format!("{arguments:?}: {fault}")));
        wrong.extend(leaks(&ran, &[SECRET]));
    }
    let ran = place.run(&["gateway", "0", "--load", "none"]);
    wrong.extend(ran.fault("expected a folder with tape.jsonl"));
    none_wrong(&wrong);
    assert_eq!(std::fs::read_to_string(place.0.join("mine")).unwrap(), "my own file");
}

/// A request that is signed with SigV4A, and changed afterwards.
fn changed_sigv4a(place: &Place) -> Vec<u8> {
    let input = "GET /b/k HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n";
    let args = "sign - --scheme AWS4-ECDSA-P256-SHA256 --region us-east-1 --service s3 --access-key-id AKIASENTINEL --secret-file secret --time now";
    let text = place.pipe(args, input).with_code(0).out;
    assert!(text.contains("AWS4-ECDSA-P256-SHA256"), "{text}");
    text.replace("GET /b/k", "GET /b/changed").into_bytes()
}

#[test]
fn mistakes_are_looked_for_where_nobody_waits_and_lines_stay_in_order() {
    const MANY: usize = 60;
    let place = Place::new("gateway-aside");
    keys(&place);
    let count = (MANY + 1).to_string();
    let gateway = Listening::start(&place.0, &["--count", &count, "--keys", "keys"], &[]);
    let good = signed(&place, "/b?innocent");
    let changed = changed_sigv4a(&place);
    let began = Instant::now();
    for _ in 0..MANY {
        assert!(gateway.send(&changed).starts_with("HTTP/1.1 403 "));
    }
    assert!(gateway.send(&good).starts_with("HTTP/1.1 200 OK"));
    let answered = began.elapsed();
    let lines: Vec<_> = std::iter::from_fn(|| gateway.lines.recv_timeout(PATIENCE).ok()).collect();
    // A search over the changes of SigV4A takes longer than all the answers: it was not waited for.
    assert!(answered < Duration::from_secs(10), "{answered:?}");
    let numbers: Vec<_> = lines.iter().map(|line| line["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=MANY as u64 + 1).collect::<Vec<_>>());
    let (innocent, mismatches) = lines.split_last().unwrap();
    assert_eq!((&innocent["verdict"], &innocent["search"]), (&"match".into(), &Value::Null));
    for line in mismatches {
        assert_eq!((&line["verdict"], &line["check"]), (&"mismatch".into(), &"signature".into()));
        assert!(line["search"] == "cut" || line["search"] == "whole", "{line}");
    }
}

#[test]
fn it_ends_when_nobody_reads_its_lines_any_more() {
    let place = Place::new("gateway-unread");
    let (mut child, _, mut notes) = listening::spawn(&place.0, &[], &[]);
    drop(child.stdout.take());
    // Nothing is sent: there is no line that could not be written.
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait().unwrap()));
    assert_eq!(end.recv_timeout(PATIENCE).expect("its end").code(), Some(1));
    let mut told = String::new();
    notes.read_to_string(&mut told).unwrap();
    assert_eq!(told, "note: 0 requests: 0 match\n");
}

/// The program started by a shell, which sets limits first.
fn limited(place: &Place, limits: &str, options: &str) -> Listening {
    let program = env!("CARGO_BIN_EXE_countersign");
    let script = format!("{limits}; exec {program} gateway 0 --headless {options}");
    Listening::run(Command::new("/bin/sh").args(["-c", &script]), &place.0)
}

#[test]
fn a_full_disk_loses_a_file_of_the_tape_and_nothing_else() {
    let place = Place::new("gateway-full");
    keys(&place);
    // Files may have 64 KiB here: as if the disk were full beyond that.
    let limits = "trap '' XFSZ; ulimit -f 128";
    let gateway = limited(&place, limits, "--count 3 --keys keys --save tape");
    let long = format!(
        "GET /b/long HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n{}",
        "x".repeat(200_000)
    );
    assert!(gateway.send(&signed(&place, "/b?n=1")).starts_with("HTTP/1.1 200 OK"));
    assert!(gateway.send(long.as_bytes()).starts_with("HTTP/1.1 401 "));
    assert!(gateway.send(&signed(&place, "/b?n=3")).starts_with("HTTP/1.1 200 OK"));
    let (status, notes) = gateway.wait();
    assert_eq!(status.code(), Some(1), "{notes}");
    assert!(
        notes.contains("note: request 2 is not saved: ") && notes.ends_with("kept in tape, 1 of them not\n"),
        "{notes}"
    );
    let mut files: Vec<_> = std::fs::read_dir(place.0.join("tape"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["000001.http", "000003.http", "tape.jsonl"]);
    let index = std::fs::read_to_string(place.0.join("tape/tape.jsonl")).unwrap();
    assert_eq!(index.lines().count(), 2);
}

#[test]
fn only_the_user_can_enter_the_spool_whatever_the_umask() {
    let place = Place::new("gateway-spool");
    std::fs::create_dir(place.0.join("spool")).unwrap();
    let _gateway = limited(&place, "umask 0", "--spool spool");
    let folder = std::fs::read_dir(place.0.join("spool")).unwrap().next().unwrap().unwrap();
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn what_a_browser_asks_beforehand_is_not_counted() {
    let place = Place::new("gateway-preflight");
    keys(&place);
    let gateway = Listening::start(&place.0, &["--count", "1", "--keys", "keys"], &[]);
    let asks = "OPTIONS /b?a=1 HTTP/1.1\r\nHost: h\r\nOrigin: http://page\r\nAccess-Control-Request-Method: GET\r\nConnection: close\r\n\r\n";
    assert!(gateway.send(asks.as_bytes()).starts_with("HTTP/1.1 200 OK"));
    assert!(gateway.send(&signed(&place, "/b?a=1")).starts_with("HTTP/1.1 200 OK"));
    let (status, notes) = gateway.wait();
    assert_eq!((status.code(), notes.as_str()), (Some(0), "note: 2 requests: 1 match, 1 preflight\n"));
}

#[test]
fn a_second_signal_ends_it_though_nobody_reads_its_lines() {
    let place = Place::new("gateway-stuck");
    let (mut child, address, _notes) = listening::spawn(&place.0, &[], &[]);
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    // More lines than the pipe and the queue before it hold.
    stream.write_all(&b"GET / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(1000)).unwrap();
    let mut answers = Vec::new();
    let stuck = stream.read_to_end(&mut answers).unwrap_err();
    assert_eq!(stuck.kind(), ErrorKind::WouldBlock);
    let kill = |signal: &str| Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    kill("-INT");
    kill("-TERM");
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait().unwrap()));
    let end = end.recv_timeout(PATIENCE).expect("its end").signal();
    // Two threads may take the two signals, in either order.
    assert!(matches!(end, Some(2 | 15)), "{end:?}");
}
