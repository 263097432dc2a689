//! A gateway in this process, and a client that says exactly what it is told to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign::gateway::{Capture, Gateway, KeyStore, News, Numbers, Options};
use tempfile::TempDir;

/// The longest that anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A gateway on a port of its own.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) keys: KeyStore,
    pub(crate) spool: TempDir,
    captures: Receiver<Arc<Capture>>,
    pub(crate) troubles: Receiver<String>,
    gateway: Option<Gateway>,
}

impl Served {
    pub(crate) fn new() -> Self {
        Self::with(|_| ())
    }

    /// A gateway whose options were changed.
    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let spool = tempfile::tempdir().unwrap();
        let mut options = Options::new(spool.path().to_owned());
        options.address.set_port(0);
        change(&mut options);
        let (captured, captures) = channel();
        let (told, troubles) = channel();
        let senders = Mutex::new((captured, told));
        let sink = Box::new(move |news| {
            let (captured, told) = &*senders.lock().unwrap();
            // A test that is over listens no more.
            match news {
                News::Captured(capture) => drop(captured.send(capture)),
                News::Trouble(words) | News::Died(words) => drop(told.send(words)),
            }
        });
        let keys = KeyStore::default();
        let gateway = Gateway::start(options, keys.clone(), Numbers::default(), sink).unwrap();
        Self { address: gateway.address(), keys, spool, captures, troubles, gateway: Some(gateway) }
    }

    pub(crate) fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Client { stream, buffer: Vec::new() }
    }

    /// What one request is answered with, on a connection of its own.
    pub(crate) fn send(&self, bytes: &[u8]) -> Response {
        let mut client = self.connect();
        client.write(bytes);
        client.read(if bytes.starts_with(b"HEAD") { Body::None } else { Body::Stated })
    }

    /// The status of the answer to one request; none where the connection was cut.
    pub(crate) fn status(&self, bytes: &[u8]) -> Option<u16> {
        let mut client = self.connect();
        client.stream.write_all(bytes).ok()?;
        while client.buffer.len() < 12 && client.more() > 0 {}
        std::str::from_utf8(client.buffer.get(9..12)?).ok()?.parse().ok()
    }

    /// The next capture.
    #[track_caller]
    pub(crate) fn capture(&self) -> Arc<Capture> {
        self.captures.recv_timeout(PATIENCE).expect("a capture")
    }

    /// Whether nothing was captured since.
    pub(crate) fn is_quiet(&self) -> bool {
        self.captures.try_recv().is_err()
    }

    /// Ends the gateway; what was captured by then and not taken.
    pub(crate) fn stop(mut self) -> Vec<Arc<Capture>> {
        self.gateway.take().unwrap().stop();
        self.captures.try_iter().collect()
    }
}

/// What follows a head.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Body {
    /// As many bytes as it states.
    Stated,
    /// Nothing, whatever it states.
    None,
}

/// A connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Client {
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// The next answer.
    #[track_caller]
    pub(crate) fn read(&mut self, body: Body) -> Response {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.more() > 0, "the connection ended: {}", String::from_utf8_lossy(&self.buffer));
        };
        let head = String::from_utf8(self.buffer.drain(..end).collect()).unwrap();
        let status = head[9..12].parse().unwrap();
        let mut response = Response { status, head, body: Vec::new() };
        let stated = response.header("content-length").and_then(|len| len.parse().ok()).unwrap_or(0);
        let len = if body == Body::Stated { stated } else { 0 };
        while self.buffer.len() < len {
            assert!(self.more() > 0, "the body ended early: {response:?}");
        }
        response.body = self.buffer.drain(..len).collect();
        response
    }

    fn more(&mut self) -> usize {
        let mut piece = [0; 4096];
        let len = self.stream.read(&mut piece).unwrap_or(0);
        self.buffer.extend_from_slice(&piece[..len]);
        len
    }

    /// Waits until the other side closes; what came until then.
    pub(crate) fn rest(mut self) -> Vec<u8> {
        while self.more() > 0 {}
        self.buffer
    }
}
