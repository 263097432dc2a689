//! HTTP/2 frame by frame: what hyper answers or drops by itself is recorded all the same.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use countersign::gateway::Tls;
use countersign::gateway::capture::{Outcome, Wire};
use rustls::{ClientConnection, StreamOwned};

use super::protocol::client_of;
use super::served::{PATIENCE, Served};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// A connection that has sent its preface and settings.
struct Http2(StreamOwned<ClientConnection, TcpStream>);

impl Http2 {
    fn connect(served: &Served, authority: &std::path::Path) -> Self {
        let config = Arc::new(client_of(authority, b"h2"));
        let connection = ClientConnection::new(config, "localhost".try_into().unwrap()).unwrap();
        let stream = TcpStream::connect(served.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut own = Self(StreamOwned::new(connection, stream));
        own.0.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
        own.send(SETTINGS, 0, 0, &[]);
        own
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let len = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let frame = [&len[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat();
        self.0.write_all(&frame).unwrap();
    }

    /// Kind, flags, stream and payload of the next frame; none at the end.
    fn next(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).ok()?;
        let len = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; len];
        self.0.read_exact(&mut payload).ok()?;
        Some((head[3], head[4], u32::from_be_bytes([head[5], head[6], head[7], head[8]]), payload))
    }

    /// Reads up to a frame of this kind on this stream.
    fn until(&mut self, kind: u8, stream: u32) -> Vec<u8> {
        loop {
            let (own, _, on, payload) = self.next().expect("a frame");
            if (own, on) == (kind, stream) {
                return payload;
            }
        }
    }
}

/// A block of headers: `POST https://localhost/` with one header of this length (RFC 7541, 6.2.2: literal, not indexed).
fn block(len: usize) -> Vec<u8> {
    let mut block = vec![0x83, 0x87, 0x84, 0x01, 9];
    block.extend_from_slice(b"localhost");
    block.extend_from_slice(&[0x00, 1, b'x', 0x7f]);
    // An integer of several bytes (5.1).
    let mut left = len - 127;
    while left >= 128 {
        block.push(u8::try_from(left % 128).unwrap() | 0x80);
        left /= 128;
    }
    block.push(u8::try_from(left).unwrap());
    block.resize(block.len() + len, b'x');
    block
}

fn served(change: impl FnOnce(&mut countersign::gateway::Options)) -> (Served, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let tls = Tls::make(&[]).unwrap();
    tls.write_authority(&folder.path().join("ca.pem")).unwrap();
    let served = Served::with(|options| {
        options.tls = Some(tls);
        change(options);
    });
    (served, folder)
}

#[test]
fn a_head_that_is_too_long_is_answered_with_431_and_recorded() {
    let (served, folder) = served(|options| options.limits.head = 2048);
    // The first is refused by the gateway, the second by hyper itself.
    for (len, method) in [(3000, &b"POST"[..]), (9000, b"")] {
        let mut client = Http2::connect(&served, &folder.path().join("ca.pem"));
        client.send(HEADERS, END_STREAM | END_HEADERS, 1, &block(len));
        let answer = client.until(HEADERS, 1);
        // :status as a literal with the name at index 8 (RFC 7541, appendix A), plain or in Huffman's code.
        let is_431 =
            [&b"431"[..], &[0x68, 0x16, 0x17]].iter().any(|code| answer.windows(3).any(|w| w == *code));
        assert!(is_431 || answer.starts_with(&[0x48]), "{answer:?}");
        drop(client);
        let capture = served.capture();
        assert!(matches!(&capture.outcome, Outcome::Unreadable(why) if why.contains("2048 bytes")));
        assert_eq!((capture.wire, capture.method()), (Wire::Http2, method));
    }
}

#[test]
fn a_request_that_its_client_resets_is_recorded() {
    let (served, folder) = served(|_| ());
    let mut client = Http2::connect(&served, &folder.path().join("ca.pem"));
    client.send(HEADERS, END_HEADERS, 1, &block(200));
    client.send(DATA, 0, 1, b"begin");
    client.send(RST_STREAM, 0, 1, &8u32.to_be_bytes());
    let capture = served.capture();
    let why = "the client reset the request, or went away, after 5 bytes of its body".to_owned();
    assert_eq!((&capture.outcome, &*capture.body.bytes()), (&Outcome::Unreadable(why), &b"begin"[..]));
    assert!(capture.answer.is_none() && capture.head.starts_with(b"POST / HTTP/2\r\n"));
}

#[test]
fn a_client_that_only_answers_pings_is_idle() {
    let (served, folder) = served(|options| options.limits.idle = Duration::from_millis(200));
    let mut client = Http2::connect(&served, &folder.path().join("ca.pem"));
    let mut pings = 0;
    while let Some((kind, flags, _, payload)) = client.next() {
        if kind == PING && flags & ACK == 0 {
            pings += 1;
            client.send(PING, ACK, 0, &payload);
        }
        assert!(pings < 50, "the connection goes on");
    }
    assert!(served.is_quiet());
}
