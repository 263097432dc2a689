//! What a gateway is told at its start.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::answer::{Answer, cors};
use super::capture::Outcome;
use super::forward::Upstream;
use super::tls::Tls;
use crate::request::Request;
use crate::settings::Settings;

/// Everything beside keys and sink.
#[derive(Clone)]
pub struct Options {
    /// Where to listen; port 0 takes any that is free.
    pub address: SocketAddr,
    /// Whether others than this machine may connect.
    pub reach: Reach,
    /// How claims are read and judged: region, service, clock, tolerance, dialect.
    pub settings: Settings,
    /// TLS, where it is spoken.
    pub tls: Option<Tls>,
    /// What becomes of a signature that came before.
    pub replays: Replays,
    /// In which form refusals are told.
    pub refusals: Refusals,
    /// What is answered where every check passes, in place of what the service would say.
    pub answer: Option<Fixed>,
    /// Where requests go on to.
    pub upstream: Option<Upstream>,
    /// Names that it answers for besides those of this machine, each with all names below it.
    pub hosts: Vec<String>,
    /// What it takes.
    pub limits: Limits,
    /// Where bodies lie that are too long for memory.
    pub spool: PathBuf,
}

/// Where a gateway listens unless told otherwise: the port that servers of S3's kind have.
pub const PORT: u16 = 9000;

/// The replay window in minutes, unless told otherwise: that of most services; S3 and STS have 15.
pub const WINDOW: u32 = 5;

impl Options {
    /// What holds where nothing else is said; long bodies lie in `spool`.
    pub fn new(spool: PathBuf) -> Self {
        Self {
            address: (Ipv4Addr::LOCALHOST, PORT).into(),
            reach: Reach::default(),
            settings: Settings { tolerance: Some(WINDOW), ..Settings::default() },
            tls: None,
            replays: Replays::default(),
            refusals: Refusals::default(),
            answer: None,
            upstream: None,
            hosts: Vec::new(),
            limits: Limits::default(),
            spool,
        }
    }

    /// Whether what goes on to a server upstream is signed again.
    pub(super) fn signs_again(&self) -> bool {
        self.upstream.as_ref().is_some_and(Upstream::signs)
    }

    /// Whether requests go on as they came: then whoever can send one reaches the server upstream.
    pub(super) fn passes_on(&self) -> bool {
        self.upstream.is_some() && !self.signs_again()
    }

    /// Whether a request of this outcome is answered here: with a server upstream, only what would be signed again and is not
    /// right.
    pub(super) fn answers(&self, outcome: &Outcome) -> bool {
        self.upstream.is_none() || self.signs_again() && *outcome != Outcome::Match
    }

    /// Lets the page that sent a request read an answer that is given here. With a server upstream that is not said: what a page
    /// may do there is that server's to say.
    pub(super) fn open(&self, answer: Answer, request: &Request) -> Answer {
        if self.upstream.is_some() { answer } else { cors::open(answer, request) }
    }

    /// The URL that clients are pointed at, where it listens here.
    pub fn url(&self, address: SocketAddr) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{address}")
    }
}

/// Who may connect.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Reach {
    /// This machine alone.
    #[default]
    Loopback,
    /// Whoever can reach the address.
    Anyone,
}

/// What becomes of a signature that came before.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Replays {
    /// It is marked.
    #[default]
    Marked,
    /// It is marked and refused.
    Refused,
}

impl Replays {
    /// Names in the order of the help.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Marked, "mark"), (Self::Refused, "refuse")];
}

/// In which form refusals are told.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Refusals {
    /// In that of the service; what names none gets a plain 401.
    #[default]
    Service,
    /// S3's XML.
    S3,
    /// The JSON of most services.
    Json,
    /// The XML of the Query protocol.
    Query,
    /// The XML of EC2.
    Ec2,
    /// A 401 with one line of text.
    Plain,
}

impl Refusals {
    /// Names in the order of the help.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Service, "auto"),
        (Self::S3, "s3"),
        (Self::Json, "json"),
        (Self::Query, "query"),
        (Self::Ec2, "ec2"),
        (Self::Plain, "plain"),
    ];
}

/// An answer that the user gave.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl Fixed {
    /// A body, its type told by its first byte.
    pub fn new(body: Vec<u8>) -> Self {
        let content_type = match body.trim_ascii_start().first() {
            Some(b'{' | b'[') => "application/json",
            Some(b'<') => "application/xml",
            Some(_) if std::str::from_utf8(&body).is_err() => "application/octet-stream",
            Some(_) | None => "text/plain; charset=utf-8",
        };
        Self { content_type, body }
    }
}

/// What a gateway takes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of request line and headers; above that it answers 431.
    pub head: usize,
    /// Bytes of a body that stay in memory; longer ones lie in a file.
    pub body: usize,
    /// Bytes of all those files together; what goes beyond is verified and not kept.
    pub spool: u64,
    /// Bytes of what is put into S3 buckets; none for no store at all.
    pub store: usize,
    /// Connections at once; above that it answers 503.
    pub connections: usize,
    /// How long a client may take for a head, and be silent in a body; after that it answers 408.
    pub patience: Duration,
    /// How long a connection may lie idle; after that it is closed.
    pub idle: Duration,
    /// How long requests under way may take once it is told to end.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: 64 << 10,
            body: 1 << 20,
            spool: 8 << 30,
            store: 64 << 20,
            connections: 1000,
            patience: Duration::from_secs(20),
            idle: Duration::from_secs(75),
            drain: Duration::from_secs(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_answer_says_what_it_is() {
        for (body, expected) in [
            (&b" {\"a\":1}"[..], "application/json"),
            (b"<a/>", "application/xml"),
            (b"ok", "text/plain; charset=utf-8"),
            (b"", "text/plain; charset=utf-8"),
            (b"\xff\xfe", "application/octet-stream"),
        ] {
            assert_eq!(Fixed::new(body.to_vec()).content_type, expected);
        }
    }
}
