//! HTTP as clients speak it: what comes is kept as it came, whatever hyper makes of it.

use std::sync::Arc;

use base64::Engine as _;
use countersign::gateway::capture::{Outcome, Wire};
use countersign::gateway::{Gateway, KeyStore, News, Numbers, Options, Tls};

use super::served::{Body, PATIENCE, Served};
use super::signed::Signed;

#[test]
fn a_request_is_kept_byte_for_byte() {
    let served = Served::new();
    let request = Signed {
        headers: vec![("X-AMZ-Meta-Note", "two   spaces")],
        body: b"\0\r\nbody",
        ..Signed::new("PUT", "/bucket//a/../b%20c?x=1&x=")
    };
    let bytes = request.bytes();
    assert_eq!(served.send(&bytes).status, 200);
    let capture = served.capture();
    assert_eq!(capture.outcome, Outcome::Match, "{:?}", capture.outcome);
    let kept = [&capture.head[..], &capture.body.bytes()].concat();
    assert_eq!(String::from_utf8_lossy(&kept), String::from_utf8_lossy(&bytes));
    let presented = capture.presented().unwrap();
    assert_eq!(
        (presented.access_key_id.as_str(), presented.short_scope()),
        (super::signed::ID, "us-east-1/s3")
    );
    assert_eq!(
        (capture.number, capture.wire, capture.client.unwrap().ip()),
        (1, Wire::Plain, served.address.ip())
    );
}

#[test]
fn requests_on_one_connection_are_told_apart() {
    let served = Served::new();
    let first = Signed { body: b"GET / HTTP/1.1\r\n\r\n", ..Signed::new("PUT", "/b/1") }.bytes();
    let second = Signed::new("GET", "/b?2").bytes();
    let third = Signed { body: b"x", ..Signed::new("PUT", "/b/3") }.bytes();
    let mut client = served.connect();
    // Pipelined, and cut in the middle of a head.
    let all = [&first[..], &second, &third].concat();
    let cut = first.len() + 20;
    client.write(&all[..cut]);
    assert_eq!(client.read(Body::Stated).status, 200);
    client.write(&all[cut..]);
    for expected in [&second, &third] {
        assert_eq!(client.read(Body::Stated).status, 200);
        let _ = expected;
    }
    for expected in [first, second, third] {
        let capture = served.capture();
        assert_eq!([&capture.head[..], &capture.body.bytes()].concat(), expected);
        assert_eq!(capture.outcome, Outcome::Match);
    }
}

#[test]
fn a_client_that_expects_100_gets_it_before_it_sends_the_body() {
    let served = Served::new();
    let request = Signed { body: b"body", ..Signed::new("PUT", "/b/k") };
    let mut client = served.connect();
    client.write(&request.head("Expect: 100-continue\r\nContent-Length: 4\r\n"));
    assert_eq!(client.read(Body::None).status, 100);
    client.write(b"body");
    assert_eq!(client.read(Body::Stated).status, 200);
    assert_eq!(served.capture().outcome, Outcome::Match);
}

#[test]
fn the_frames_of_a_chunked_transfer_are_kept_and_not_signed() {
    let served = Served::new();
    let request = Signed { body: b"hello world", ..Signed::new("PUT", "/b/k") };
    let frames = b"6;ext=1\r\nhello \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n";
    let mut client = served.connect();
    client.write(&request.head("Transfer-Encoding: chunked\r\n"));
    frames.chunks(7).for_each(|piece| client.write(piece));
    // The connection goes on behind the last chunk.
    client.write(&Signed::new("GET", "/b/k").bytes());
    assert_eq!(client.read(Body::Stated).status, 200);
    assert_eq!(client.read(Body::Stated).status, 200);
    let capture = served.capture();
    assert_eq!((&capture.outcome, &*capture.body.bytes()), (&Outcome::Match, &frames[..]));
    assert_eq!(served.capture().outcome, Outcome::Match);
}

#[test]
fn a_body_of_thousands_of_chunks_is_judged_as_any_other() {
    let served = Served::new();
    let checksum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, &[b'x'; 3000]) as u32;
    let checksum = base64::engine::general_purpose::STANDARD.encode(checksum.to_be_bytes());
    let body = format!("{}0\r\nx-amz-checksum-crc32:{checksum}\r\n\r\n", "1\r\nx\r\n".repeat(3000));
    let request = Signed {
        headers: vec![
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "3000"),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
        ],
        body: body.as_bytes(),
        ..Signed::new("PUT", "/b/k")
    };
    let mut bytes = request.bytes();
    let mut client = served.connect();
    client.write(&bytes);
    assert_eq!(client.read(Body::Stated).status, 200);
    assert_eq!(served.capture().outcome, Outcome::Match);
    let last = bytes.len() - body.len() + 3;
    bytes[last] = b'y';
    client.write(&bytes);
    assert_eq!(client.read(Body::Stated).status, 400);
    assert_eq!(served.capture().outcome.check().unwrap().name(), "checksum");
}

#[test]
fn two_headers_of_transfer_coding_are_one_list() {
    let served = Served::new();
    let mut client = served.connect();
    client.write(
        b"PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    client.write(b"GET /second HTTP/1.1\r\nHost: h\r\n\r\n");
    for (target, body) in [("/a", &b"0\r\n\r\n"[..]), ("/second", b"")] {
        assert_eq!(client.read(Body::Stated).status, 401);
        let capture = served.capture();
        assert_eq!((capture.target(), &*capture.body.bytes()), (target.as_bytes(), body));
    }
}

#[test]
fn a_target_that_a_strict_reader_refuses_is_read_as_it_came() {
    let served = Served::new();
    let mut client = served.connect();
    // Piece by piece, so that the line is read in several slices.
    for target in [&b"/b/<k>`\"a\"?x=<`>\"&y=z"[..], b"/b/\xfc\xff?q=\xe9"] {
        client.write(b"GET ");
        target.chunks(3).for_each(|piece| client.write(piece));
        client.write(b" HTTP/1.1\r\nHost: h\r\n\r\n");
        assert_eq!(client.read(Body::Stated).status, 401);
        assert_eq!(served.capture().target(), target);
    }
}

#[test]
fn a_form_that_is_longer_than_memory_is_judged_by_its_fields() {
    use base64::Engine as _;
    let served = Served::with(|options| options.limits.body = 10_000);
    let policy = serde_json::json!({
        "expiration": "2999-01-01T00:00:00.000Z",
        "conditions": [{"bucket": "b"}, ["starts-with", "$key", ""], {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
            {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"}, {"x-amz-date": "20130524T000000Z"}],
    });
    let policy = base64::engine::general_purpose::STANDARD.encode(policy.to_string());
    let fields = [
        ("key", "k"),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"),
        ("x-amz-date", "20130524T000000Z"),
        ("policy", &policy),
        // Another signature than the policy's.
        ("x-amz-signature", "00"),
    ];
    let part = |(name, value): &(&str, &str)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{}\r\n--x--\r\n",
        "f".repeat(300_000)
    );
    let body = fields.iter().map(part).collect::<String>() + &file;
    let head = format!(
        "POST /b HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    assert_eq!(served.send((head + &body).as_bytes()).status, 403);
    let capture = served.capture();
    assert_eq!(capture.outcome.check().map(|stop| stop.name()), Some("signature"), "{:?}", capture.outcome);
    assert!(capture.body.path().is_some() && capture.body.weight() < 100_000);
    assert_eq!(capture.presented().unwrap().access_key_id, "AKIAIOSFODNN7EXAMPLE");
}

#[test]
fn an_answer_to_head_has_no_body() {
    let served = Served::new();
    let mut client = served.connect();
    client.write(&Signed::new("HEAD", "/bucket/key").bytes());
    assert_eq!(client.read(Body::None).status, 404);
    client.write(&Signed { body: b"hello", ..Signed::new("PUT", "/bucket/key") }.bytes());
    assert_eq!(client.read(Body::Stated).status, 200);
    client.write(&Signed::new("HEAD", "/bucket/key").bytes());
    let response = client.read(Body::None);
    let told = (response.status, response.header("content-length"), response.header("etag").is_some());
    assert_eq!(told, (200, Some("5"), true));
    client.write(&Signed { secret: "wrong", ..Signed::new("HEAD", "/bucket/key") }.bytes());
    assert_eq!(client.read(Body::None).status, 403);
    client.write(&Signed::new("GET", "/").bytes());
    assert!(client.read(Body::Stated).text().contains("<ListAllMyBucketsResult"));
}

#[test]
fn a_body_that_is_too_long_for_memory_is_hashed_and_lies_in_a_file() {
    let served = Served::with(|options| {
        options.limits.body = 100_000;
        // Else it is kept as an object.
        options.limits.store = 0;
    });
    let body: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
    let request = Signed { body: &body, ..Signed::new("PUT", "/b/k") };
    assert_eq!(served.send(&request.bytes()).status, 200);
    let capture = served.capture();
    assert_eq!(capture.outcome, Outcome::Match);
    let path = capture.body.path().unwrap().to_owned();
    assert!(path.starts_with(served.spool.path()) && std::fs::read(&path).unwrap() == body);
    // With one byte changed the hash that is sent is another one.
    let mut changed = request.bytes();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(served.send(&changed).status, 400);
    assert_eq!(served.capture().outcome.check().unwrap().name(), "payload");
    drop(capture);
    assert!(!path.exists());
}

/// What is trusted: the authority that was written, and nobody else.
pub(crate) fn client_of(authority: &std::path::Path, alpn: &[u8]) -> rustls::ClientConfig {
    use rustls::pki_types::pem::PemObject;
    let certificate = rustls::pki_types::CertificateDer::from_pem_file(authority).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![alpn.to_vec()];
    config
}

#[test]
fn over_tls_both_versions_of_http_are_spoken_and_shown_for_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    let tls = Tls::make(&[]).unwrap();
    tls.write_authority(&authority).unwrap();
    let served = Served::with(|options| options.tls = Some(tls));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let host = format!("localhost:{}", served.address.port());
    for (alpn, wire) in [(&b"http/1.1"[..], Wire::Tls), (b"h2", Wire::Http2)] {
        let request = Signed { host: &host, body: b"body", ..Signed::new("PUT", "/bucket/a%20key?x=1") };
        let sending =
            async { tokio::time::timeout(PATIENCE, send(&served, &authority, alpn, &request)).await };
        let status = runtime.block_on(sending);
        assert_eq!(status.unwrap(), 200);
        let capture = served.capture();
        assert_eq!((&capture.outcome, capture.wire), (&Outcome::Match, wire));
        let head = String::from_utf8_lossy(&capture.head).into_owned();
        let own = match wire {
            Wire::Http2 => format!("PUT /bucket/a%20key?x=1 HTTP/2\r\n:authority: {host}\r\n"),
            Wire::Plain | Wire::Tls => "PUT /bucket/a%20key?x=1 HTTP/1.1\r\n".to_owned(),
        };
        assert!(head.starts_with(&own), "{head}");
        assert_eq!(*capture.body.bytes(), b"body"[..]);
    }
    // What is no TLS is recorded as such.
    let mut plain = served.connect();
    plain.write(b"GET / HTTP/1.1\r\n\r\n");
    plain.rest();
    let capture = served.capture();
    assert!(capture.outcome.detail().unwrap().contains("expected a TLS handshake"), "{:?}", capture.outcome);
}

/// Sends a request as hyper does, over TLS; the status of the answer.
async fn send(served: &Served, authority: &std::path::Path, alpn: &[u8], request: &Signed<'_>) -> u16 {
    use http_body_util::Full;
    use hyper::body::Bytes;
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client_of(authority, alpn)));
    let stream = tokio::net::TcpStream::connect(served.address).await.unwrap();
    let stream = TokioIo::new(connector.connect("localhost".try_into().unwrap(), stream).await.unwrap());
    let head = String::from_utf8(request.head("")).unwrap();
    let is_http2 = alpn == b"h2";
    let uri = if is_http2 {
        format!("https://{}{}", request.host, request.target)
    } else {
        request.target.to_owned()
    };
    let mut built = hyper::Request::builder().method(request.method).uri(uri);
    for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
        // The authority takes its place there.
        if !(is_http2 && name == "Host") {
            built = built.header(name, value);
        }
    }
    let built = built.body(Full::new(Bytes::copy_from_slice(request.body))).unwrap();
    if is_http2 {
        let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream);
        let (mut sender, connection) = handshake.await.unwrap();
        tokio::spawn(connection);
        return sender.send_request(built).await.unwrap().status().as_u16();
    }
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    sender.send_request(built).await.unwrap().status().as_u16()
}

#[test]
fn a_request_under_way_is_answered_before_the_gateway_ends() {
    let served = Served::new();
    let request = Signed { body: b"body", ..Signed::new("PUT", "/b/k") };
    let mut client = served.connect();
    client.write(&request.head("Expect: 100-continue\r\nContent-Length: 4\r\n"));
    assert_eq!(client.read(Body::None).status, 100);
    let mut idle = served.connect();
    idle.write(&Signed::new("GET", "/").bytes());
    assert_eq!(idle.read(Body::Stated).status, 200);
    let address = served.address;
    let stopping = std::thread::spawn(move || served.stop());
    // A connection that lies idle is closed; that tells that the gateway is ending.
    assert!(idle.rest().is_empty());
    client.write(b"body");
    assert_eq!(client.read(Body::Stated).status, 200);
    let captures = stopping.join().unwrap();
    assert!(captures.iter().all(|capture| capture.outcome == Outcome::Match) && captures.len() == 2);
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn an_address_that_cannot_be_listened_at_is_told() {
    let served = Served::new();
    let start = |address: &str| {
        let options = Options { address: address.parse().unwrap(), ..Options::new(std::env::temp_dir()) };
        let sink = Box::new(|_: News| ());
        Gateway::start(options, KeyStore::default(), Numbers::default(), sink).err().expect("an error")
    };
    let taken = start(&served.address.to_string());
    assert!(taken.to_string().starts_with("expected to listen at 127.0.0.1:"), "{taken}");
    assert!(taken.hint().unwrap().contains("127.0.0.1:0"));
    let others = start("0.0.0.0:0");
    assert_eq!(others.to_string(), "expected an address of this machine alone, but found 0.0.0.0:0");
    assert!(others.hint().unwrap().contains("--public"));
}
