//! Requests that go on to another server: byte for byte, or signed again.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use countersign::evidence::Side;
use countersign::gateway::capture::{By, Outcome};
use countersign::gateway::options::Fixed;
use countersign::gateway::{Gateway, KeyStore, News, Numbers, Options, Replays, Upstream};
use countersign::signature::Credentials;

use super::served::{PATIENCE, Served};
use super::signed::{ID, SECRET, Signed, pair};

fn before(upstream: &Served, signer: Option<Credentials>) -> Served {
    let url = format!("http://{}", upstream.address);
    Served::with(|options| options.upstream = Some(Upstream::new(&url, signer).unwrap()))
}

#[test]
fn a_request_arrives_upstream_as_it_came_and_the_answer_comes_back() {
    let upstream =
        Served::with(|options| options.answer = Some(Fixed::new(b"<from>upstream</from>".to_vec())));
    let gateway = before(&upstream, None);
    let request = Signed {
        headers: vec![("X-AMZ-Meta-Odd", "a")],
        body: b"body",
        ..Signed::new("PUT", "/b//k?z=1&a=2")
    };
    let response = gateway.send(&request.bytes());
    assert_eq!((response.status, response.text()), (200, "<from>upstream</from>".into()));
    let (here, there) = (gateway.capture(), upstream.capture());
    assert_eq!((&here.head, &*here.body.bytes()), (&there.head, &*there.body.bytes()));
    let answer = here.answer.as_ref().unwrap();
    assert_eq!(
        (answer.by, answer.status, &answer.body[..]),
        (By::Upstream, 200, &b"<from>upstream</from>"[..])
    );
    assert_eq!((&here.outcome, &there.outcome), (&Outcome::Match, &Outcome::Match));
}

#[test]
fn what_upstream_says_of_a_signature_is_evidence() {
    let upstream = Served::new();
    let gateway = before(&upstream, None);
    // The gateway knows the key, and so does upstream: both refuse, and upstream's answer is the one that is given.
    let request = Signed { secret: "wrong", ..Signed::new("GET", "/b/k") };
    assert_eq!(gateway.send(&request.bytes()).status, 403);
    let capture = gateway.capture();
    let evidence = capture.evidence();
    assert_eq!((evidence.len(), evidence[0].side), (1, Side::Server));
    assert!(evidence[0].canonical_request.as_deref().unwrap().starts_with(b"GET\n/b/k\n"));
    assert_eq!(capture.outcome.check().unwrap().name(), "signature");
}

#[test]
fn a_request_that_matches_is_signed_again_for_the_other_host() {
    let other = pair("AKIAOTHER", "other");
    let upstream = Served::with(|options| options.replays = Replays::Refused);
    upstream.keys.add(other.clone());
    let gateway = before(&upstream, Some(other));
    let request = Signed { body: b"body", ..Signed::new("PUT", "/b/a%20key?x=1") };
    // The example pairs are known to everybody, a page in a browser included: nothing is signed for them unless they were given.
    let stranger = gateway.send(&request.bytes());
    assert_eq!((stranger.status, gateway.capture().outcome.check().unwrap().name()), (403, "key"));
    assert!(upstream.is_quiet());
    let asks = b"OPTIONS /b/k HTTP/1.1\r\nHost: h\r\nOrigin: https://app.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n";
    let refused = gateway.send(asks);
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (401, None));
    gateway.capture();
    gateway.keys.add(pair(ID, SECRET));
    let response = gateway.send(&request.bytes());
    assert_eq!(response.status, 200, "{}", response.text());
    let there = upstream.capture();
    assert_eq!(there.outcome, Outcome::Match, "{:?}", there.outcome);
    assert_eq!(there.presented().unwrap().access_key_id, "AKIAOTHER");
    assert_eq!(there.request().unwrap().host().unwrap(), upstream.address.to_string().as_bytes());
    assert_eq!(gateway.capture().outcome, Outcome::Match);
    // What does not match is signed for nobody.
    assert_eq!(gateway.send(&Signed { secret: "wrong", ..Signed::new("GET", "/") }.bytes()).status, 403);
    assert_eq!(gateway.capture().answer.as_ref().unwrap().by, By::Gateway);
    assert!(upstream.is_quiet());
}

#[test]
fn an_upstream_that_is_not_there_is_told() {
    let upstream = Served::new();
    let gateway = before(&upstream, None);
    let address = upstream.address;
    upstream.stop();
    let response = gateway.send(&Signed::new("GET", "/").bytes());
    assert_eq!(response.status, 502);
    assert!(
        response.text().starts_with(&format!("expected to reach {address}, but found ")),
        "{}",
        response.text()
    );
    let capture = gateway.capture();
    assert_eq!((capture.answer.as_ref().unwrap().by, &capture.outcome), (By::Gateway, &Outcome::Match));
    assert!(capture.lost.as_ref().unwrap().contains("expected to reach"));
}

#[test]
fn a_gateway_does_not_forward_to_itself() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{}", free.port());
        let upstream = Some(Upstream::new(&url, None).unwrap());
        let options = Options { address: free, upstream, ..Options::new(std::env::temp_dir()) };
        let error = Gateway::start(options, KeyStore::default(), Numbers::default(), Box::new(|_: News| ()))
            .err()
            .expect("an error");
        assert_eq!(
            error.to_string(),
            format!("expected another server to forward to, but found this one: {free}")
        );
    }
}

#[test]
fn a_long_answer_goes_through_and_its_begin_is_kept() {
    let long = vec![b'x'; 3_000_000];
    let upstream = Served::with(|options| options.answer = Some(Fixed::new(long.clone())));
    let url = format!("http://{}", upstream.address);
    let gateway = Served::with(|options| {
        options.upstream = Some(Upstream::new(&url, None).unwrap());
        options.limits.body = 1000;
    });
    let response = gateway.send(&Signed::new("GET", "/b/long").bytes());
    assert!(response.status == 200 && response.body == long);
    assert_eq!(gateway.capture().answer.as_ref().unwrap().body.len(), 1000);
    // A HEAD has the length of a body, and none.
    let response = gateway.send(&Signed::new("HEAD", "/b/long").bytes());
    assert_eq!((response.status, response.header("content-length")), (200, Some("3000000")));
    assert_eq!(gateway.capture().answer.as_ref().unwrap().by, By::Upstream);
}

#[test]
fn what_a_page_may_read_of_upstream_is_said_upstream() {
    let upstream = Served::new();
    let gateway = before(&upstream, None);
    gateway.send(
        b"OPTIONS /k HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example\r\nAccess-Control-Request-Method: GET\r\n\r\n",
    );
    assert_eq!(upstream.capture().outcome, Outcome::Preflight);
    assert_eq!(gateway.capture().answer.as_ref().unwrap().by, By::Upstream);
}

/// A gateway before a server that answers as `serve` does, to one connection.
fn before_raw(
    idle: Duration,
    serve: impl FnOnce(TcpStream) + Send + 'static,
) -> (Served, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || serve(listener.accept().unwrap().0));
    let gateway = Served::with(|options| {
        options.upstream = Some(Upstream::new(&url, None).unwrap());
        options.limits.idle = idle;
        options.limits.drain = Duration::from_millis(50);
    });
    (gateway, server)
}

#[test]
fn an_answer_may_take_longer_than_a_connection_may_lie_idle() {
    let idle = Duration::from_millis(400);
    let (gateway, server) = before_raw(idle, move |mut stream| {
        stream.read_exact(&mut [0; 20]).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc").unwrap();
        // Were the client cut off, this connection would end.
        stream.set_read_timeout(Some(idle * 2)).unwrap();
        let mut rest = [0; 4096];
        let error = loop {
            match stream.read(&mut rest) {
                Ok(0) => panic!("the gateway has gone"),
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        stream.write_all(b"def").unwrap();
    });
    let response = gateway.send(&Signed::new("GET", "/b/slow").bytes());
    assert_eq!((response.status, response.text()), (200, "abcdef".into()));
    server.join().unwrap();
    let capture = gateway.capture();
    assert_eq!((&capture.lost, &capture.answer.as_ref().unwrap().body[..]), (&None, &b"abcdef"[..]));
}

#[test]
fn an_answer_that_did_not_go_through_is_told() {
    let (gateway, server) = before_raw(PATIENCE, |mut stream| {
        stream.read_exact(&mut [0; 20]).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\nabc").unwrap();
        // Until the gateway gives up, as its client did.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let mut client = gateway.connect();
    client.write(&Signed::new("GET", "/b/long").bytes());
    let mut begin = [0; 12];
    client.stream.read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    drop(client);
    let capture = gateway.capture();
    assert_eq!(
        capture.lost.as_deref(),
        Some("expected the whole answer to go through, but 3 bytes of it did")
    );
    server.join().unwrap();
}

#[test]
fn an_answer_that_breaks_http_is_told_as_lost() {
    let (gateway, server) = before_raw(PATIENCE, |mut stream| {
        stream.read_exact(&mut [0; 20]).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nno size\r\n")
            .unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let mut client = gateway.connect();
    client.write(&Signed::new("GET", "/b/long").bytes());
    let _ = client.rest();
    let capture = gateway.capture();
    let lost = capture.lost.as_deref().unwrap();
    assert!(lost.starts_with("the answer broke off after 3 bytes: "), "{lost}");
    server.join().unwrap();
}

#[test]
fn what_a_page_sends_under_a_name_of_its_own_goes_nowhere() {
    let upstream = Served::new();
    let url = format!("http://{}", upstream.address);
    let gateway = Served::with(|options| {
        options.upstream = Some(Upstream::new(&url, None).unwrap());
        options.hosts = vec!["dev.test".into()];
    });
    for (line, host, status) in [
        ("GET /secret", "evil.test:9000", 421),
        ("GET http://evil.test/secret", "localhost", 421),
        ("GET /secret", "localhost", 401),
        ("GET /secret", "dev.test", 401),
        ("GET /secret", "127.0.0.1:9000", 401),
    ] {
        let response = gateway.send(format!("{line} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
        assert_eq!(response.status, status, "{line} {host}");
        let capture = gateway.capture();
        let check = capture.outcome.check().unwrap().name();
        assert_eq!(check == "host", status == 421, "{line} {host}");
        match status {
            421 => assert!(upstream.is_quiet(), "{line} {host}"),
            _ => drop(upstream.capture()),
        }
    }
}

#[test]
fn a_signature_that_covers_too_little_is_not_signed_again() {
    let other = pair("AKIAOTHER", "other");
    let upstream = Served::new();
    upstream.keys.add(other.clone());
    let gateway = before(&upstream, Some(other));
    gateway.keys.add(pair(ID, SECRET));
    let signed = Signed { host: "127.0.0.1:9000", ..Signed::new("GET", "/b/k") };
    let elsewhere =
        String::from_utf8(signed.bytes()).unwrap().replacen("GET /b", "GET http://evil.test/b", 1);
    assert_eq!(gateway.send(elsewhere.as_bytes()).status, 403);
    let capture = gateway.capture();
    assert_eq!(capture.outcome.check().unwrap().name(), "resign", "{:?}", capture.outcome);
    assert!(upstream.is_quiet());
    let own = String::from_utf8(signed.bytes()).unwrap().replacen("GET /b", "GET http://127.0.0.1:9000/b", 1);
    gateway.send(own.as_bytes());
    assert_eq!((gateway.capture().outcome.name(), upstream.capture().target()), ("match", &b"/b/k"[..]));
}

#[test]
fn what_waits_behind_an_answer_that_never_comes_is_recorded_at_the_end() {
    let (answered, end) = std::sync::mpsc::channel::<()>();
    let (asked, begin) = std::sync::mpsc::channel();
    let (gateway, server) = before_raw(PATIENCE, move |mut stream| {
        stream.read_exact(&mut [0; 20]).unwrap();
        asked.send(()).unwrap();
        let _ = end.recv();
    });
    let request = Signed::new("GET", "/b/k").bytes();
    let mut client = gateway.connect();
    client.write(&request.repeat(3));
    begin.recv_timeout(PATIENCE).unwrap();
    let captures = gateway.stop();
    let told: Vec<_> = captures.iter().map(|capture| (&capture.outcome, capture.answer.is_some())).collect();
    assert_eq!(told, [(&Outcome::Match, false); 3]);
    drop(answered);
    server.join().unwrap();
}
