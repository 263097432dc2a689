//! Clients that are slow, too many, or do not speak HTTP: each gets a clear answer, and nothing that came is lost.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use base64::Engine as _;
use countersign::gateway::capture::Outcome;
use countersign::gateway::{Gateway, KeyStore, News, Numbers, Options};

use super::served::{Body, PATIENCE, Served};
use super::signed::Signed;

/// A gateway that waits a second.
fn impatient() -> Served {
    Served::with(|options| {
        options.limits.patience = Duration::from_secs(1);
        options.limits.idle = Duration::from_secs(1);
    })
}

#[track_caller]
fn unreadable(served: &Served, why: &str, status: Option<u16>) {
    let capture = served.capture();
    let Outcome::Unreadable(found) = &capture.outcome else { panic!("{:?}", capture.outcome) };
    assert!(found.contains(why), "{found}");
    assert_eq!(capture.answer.as_ref().map(|answer| answer.status), status, "{found}");
}

#[test]
fn what_is_no_http_is_recorded_with_its_reason() {
    let served = Served::with(|options| options.limits.head = 4096);
    let long = format!("GET / HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n", "x".repeat(5000));
    let many = format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "a: b\r\n".repeat(150));
    for (bytes, status, why) in [
        (long.as_bytes(), 431, "at most 4096 bytes and 100 headers"),
        (many.as_bytes(), 431, "at most 4096 bytes and 100 headers"),
        (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", 400, "HTTP refuses"),
        (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400, "HTTP refuses"),
        (b"PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12GET", 400, "HTTP refuses"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "but found HTTP/2"),
        (b"hello\r\n\r\n", 400, "HTTP refuses"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "a TLS handshake"),
    ] {
        assert_eq!(served.send(bytes).status, status, "{why}");
        unreadable(&served, why, Some(status));
    }
    assert_eq!(served.send(&Signed::new("GET", "/").bytes()).status, 200);
    assert_eq!(served.capture().outcome, Outcome::Match);
    assert!(served.is_quiet());
}

#[test]
fn a_head_that_takes_too_long_is_answered_with_408() {
    let served = impatient();
    let mut client = served.connect();
    client.write(b"GET / HTTP/1.1\r\nHost: h");
    let response = client.read(Body::Stated);
    assert_eq!((response.status, response.header("connection")), (408, Some("close")));
    unreadable(&served, "expected the whole head within 1 s, but found 23 bytes", Some(408));
}

#[test]
fn a_body_that_stops_is_answered_with_408() {
    let served = impatient();
    let mut client = served.connect();
    client.write(&Signed { body: b"body", ..Signed::new("PUT", "/b/k") }.head("Content-Length: 4\r\n"));
    client.write(b"bo");
    assert_eq!(client.read(Body::Stated).status, 408);
    let capture = served.capture();
    assert_eq!((&*capture.body.bytes(), capture.presented().is_some()), (&b"bo"[..], true));
    assert!(capture.outcome.detail().unwrap().contains("silence for 1 s after 2 bytes"));
}

#[test]
fn a_connection_that_lies_idle_is_closed() {
    let served = impatient();
    let mut client = served.connect();
    client.write(&Signed::new("GET", "/").bytes());
    assert_eq!(client.read(Body::Stated).status, 200);
    assert!(client.rest().is_empty());
    assert_eq!(served.capture().outcome, Outcome::Match);
    assert!(served.is_quiet());
}

#[test]
fn a_client_that_goes_away_leaves_what_it_sent() {
    let served = Served::new();
    let request = Signed { body: b"body", ..Signed::new("PUT", "/b/k") };
    let mut client = served.connect();
    client.write(&request.head("Content-Length: 4\r\n"));
    client.write(b"bo");
    client.stream.shutdown(Shutdown::Both).unwrap();
    let capture = served.capture();
    assert_eq!(capture.head, request.head("Content-Length: 4\r\n"));
    assert_eq!(*capture.body.bytes(), b"bo"[..]);
    assert!(
        capture.outcome.detail().unwrap().contains("expected the rest of the body"),
        "{:?}",
        capture.outcome
    );
    let mut client = served.connect();
    client.write(b"GET / HT");
    client.stream.shutdown(Shutdown::Both).unwrap();
    unreadable(&served, "expected the rest of the head", None);
}

#[test]
fn hundreds_of_slow_clients_hold_nobody_up() {
    let served = Served::with(|options| options.limits.patience = Duration::from_secs(2));
    let slow: Vec<_> = (0..300)
        .map(|n| {
            let mut client = served.connect();
            let request = Signed { body: b"body", ..Signed::new("PUT", "/b/slow") };
            let head = request.head("Content-Length: 4\r\n");
            // Some stop in the head, some in the body.
            client.write(if n % 2 == 0 { &head[..20] } else { &head });
            client
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(served.send(&Signed::new("GET", "/b?quick").bytes()).status, 200);
    }
    let mut told = 0;
    for mut client in slow {
        told += usize::from(client.read(Body::Stated).status == 408);
    }
    assert_eq!(told, 300);
    let captures = served.stop();
    let quick = captures.iter().filter(|capture| capture.target() == b"/b?quick");
    assert!(quick.clone().all(|capture| capture.outcome == Outcome::Match));
    assert_eq!((quick.count(), captures.len()), (20, 320));
}

/// Asks until it is answered: who is turned away may find the connection cut.
fn until_there_is_room(served: &Served) {
    let bytes = Signed::new("GET", "/b").bytes();
    let mut status = None;
    while matches!(status, None | Some(503)) {
        status = served.status(&bytes);
    }
    assert_eq!(status, Some(200));
}

#[test]
fn a_connection_too_many_is_told_so() {
    let served = Served::with(|options| options.limits.connections = 3);
    let mut open: Vec<_> = (0..3).map(|_| served.connect()).collect();
    // Each is there once it was served.
    for client in &mut open {
        client.write(&Signed::new("GET", "/").bytes());
        assert_eq!(client.read(Body::Stated).status, 200);
    }
    let mut one_more = served.connect();
    assert_eq!(one_more.read(Body::Stated).status, 503);
    assert!(served.troubles.recv().unwrap().contains("1 connection was refused: 3 are open"));
    drop(open);
    // There is room again as soon as the others are closed.
    until_there_is_room(&served);
}

#[test]
fn ten_thousand_connections_come_and_go() {
    let served = Served::new();
    for n in 0..10_000 {
        let mut stream = TcpStream::connect(served.address).unwrap();
        if n % 100 == 0 {
            stream.write_all(b"G").unwrap();
        }
    }
    until_there_is_room(&served);
    let captures = served.stop();
    // A byte that came is told; a connection without one is nothing.
    let begun = captures.iter().filter(|capture| matches!(capture.outcome, Outcome::Unreadable(_))).count();
    let matched = captures.iter().filter(|capture| capture.outcome == Outcome::Match).count();
    assert_eq!(matched, 1);
    assert!(begun <= 100 && begun + matched == captures.len(), "{begun} of {}", captures.len());
}

#[test]
fn the_spool_has_an_end_and_what_exceeds_it_is_judged_all_the_same() {
    let served = Served::with(|options| {
        options.limits.body = 1000;
        options.limits.spool = 100_000;
    });
    let body = vec![b'x'; 60_000];
    let bytes = Signed { body: &body, ..Signed::new("PUT", "/b/k") }.bytes();
    assert_eq!(served.send(&bytes).status, 200);
    let first = served.capture();
    assert!(first.body.path().is_some() && first.lost.is_none());
    assert_eq!(served.send(&bytes).status, 200);
    let second = served.capture();
    let why = "the body was not kept: the spool may hold 100000 bytes (--spool-limit)".to_owned();
    assert_eq!((&second.outcome, &second.lost), (&Outcome::Match, &Some(why)));
    // There is room again once the first is forgotten.
    drop((first, second));
    assert_eq!(served.send(&bytes).status, 200);
    assert!(served.capture().lost.is_none());
}

/// A signed upload of so many chunks of one byte each, with its checksum.
fn chunks_of_one_byte(count: usize) -> Vec<u8> {
    let checksum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, &vec![b'x'; count]) as u32;
    let checksum = base64::engine::general_purpose::STANDARD.encode(checksum.to_be_bytes());
    let body = format!("{}0\r\nx-amz-checksum-crc32:{checksum}\r\n\r\n", "1\r\nx\r\n".repeat(count));
    let (len, body) = (count.to_string(), body.as_bytes());
    let headers = vec![
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", &*len),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
    ];
    Signed { headers, body, ..Signed::new("PUT", "/b/k") }.bytes()
}

#[test]
fn chunks_are_verified_however_many_there_are_and_not_kept_beside_the_body() {
    let served = Served::new();
    // The second has more chunks than are told apart as they come in, and lies in a file: it is read again.
    for count in [50_000, 300_000] {
        let mut bytes = chunks_of_one_byte(count);
        assert_eq!(served.send(&bytes).status, 200);
        let capture = served.capture();
        assert_eq!((&capture.outcome, &capture.lost), (&Outcome::Match, &None));
        assert!(capture.weight() < 500_000, "{} bytes", capture.weight());
        let last = bytes.windows(4).rposition(|window| window == b"x\r\n0").unwrap();
        bytes[last] = b'y';
        assert_eq!(served.send(&bytes).status, 400);
        assert_eq!(served.capture().outcome.check().unwrap().name(), "checksum");
    }
}

#[test]
fn a_panic_in_a_thread_of_the_gateway_is_told() {
    let (died, told) = std::sync::mpsc::channel();
    let died = std::sync::Mutex::new(died);
    let sink = Box::new(move |news| match news {
        News::Captured(_) => panic!("no room for captures"),
        News::Died(words) => died.lock().unwrap().send(words).unwrap(),
        News::Trouble(_) => {}
    });
    let mut options = Options::new(std::env::temp_dir());
    options.address.set_port(0);
    let gateway = Gateway::start(options, KeyStore::default(), Numbers::default(), sink).unwrap();
    let mut stream = TcpStream::connect(gateway.address()).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), "internal error: no room for captures");
}

#[test]
fn a_disk_that_takes_nothing_loses_the_body_and_not_the_verdict() {
    let served = Served::with(|options| {
        options.limits.body = 1000;
        options.spool = options.spool.join("gone");
    });
    let body = vec![b'x'; 50_000];
    let request = Signed { body: &body, ..Signed::new("PUT", "/b/k") };
    assert_eq!(served.send(&request.bytes()).status, 200);
    let capture = served.capture();
    assert_eq!((&capture.outcome, capture.body.len()), (&Outcome::Match, 50_000));
    assert!(capture.lost.as_ref().unwrap().starts_with("the body was not kept: "), "{:?}", capture.lost);
}
