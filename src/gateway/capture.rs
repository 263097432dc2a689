//! What is kept of one exchange: the request byte for byte, what it came to, and what was answered.

mod outcome;

use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::analysis::Session;
use crate::evidence::{self, Piece};
use crate::report::redact;
use crate::request::{Body, Request, http};
use crate::scheme;
use crate::settings::Settings;
use crate::signature::Credentials;
use crate::time::Timestamp;

pub use outcome::{Outcome, Refusal, Stop};

/// One exchange.
pub struct Capture {
    /// Its number, counted from one.
    pub number: u64,
    /// When its head was whole.
    pub at: DateTime<Utc>,
    /// How long it took from there to the answer.
    pub took: Duration,
    /// Who sent it; nobody, where it was loaded from a folder.
    pub client: Option<SocketAddr>,
    /// The address at which it arrived; nothing, where it was loaded from a folder.
    pub server: Option<SocketAddr>,
    /// How it came.
    pub wire: Wire,
    /// Request line and headers as they came; of HTTP/2 as they would stand in HTTP/1.1, pseudo-headers included.
    pub head: Vec<u8>,
    /// The body as it came, the frames of a chunked transfer included.
    pub body: Body,
    /// What it came to.
    pub outcome: Outcome,
    /// The number of the capture whose signature it carries once more.
    pub replay_of: Option<u64>,
    /// What was answered; nothing, where the client had gone.
    pub answer: Option<Answered>,
    /// What of it was not kept, in words.
    pub lost: Option<String>,
}

/// How a request came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wire {
    /// HTTP/1.1.
    Plain,
    /// HTTP/1.1 over TLS.
    Tls,
    /// HTTP/2 over TLS.
    Http2,
}

impl Wire {
    /// Every way.
    const ALL: [Self; 3] = [Self::Plain, Self::Tls, Self::Http2];

    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "http",
            Self::Tls => "https",
            Self::Http2 => "h2",
        }
    }

    /// The way of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wire| wire.name() == name)
    }
}

/// What a request presents.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Presented {
    /// The scheme.
    pub scheme: &'static str,
    /// The access key id.
    pub access_key_id: String,
    /// The credential scope; empty for schemes without one.
    pub scope: String,
}

impl Presented {
    /// What this request presents, where that can be read.
    pub fn of(request: &Request) -> Option<Self> {
        let (scheme, claim) = scheme::claim(request)?;
        let claim = claim.ok()?;
        let shown = |text: &[u8]| String::from_utf8_lossy(&redact::claimed(text)).into_owned();
        Some(Self {
            scheme: scheme.name(),
            access_key_id: shown(&claim.key_id(request)),
            scope: claim.scope.map(|scope| shown(&claim.text(request, scope.whole))).unwrap_or_default(),
        })
    }

    /// Region and service of the scope, `us-east-1/s3`: its day is that of the request, its end the scheme's.
    pub fn short_scope(&self) -> &str {
        let after_day = self.scope.split_once('/').map_or("", |(_, rest)| rest);
        after_day.rsplit_once('/').map_or(after_day, |(short, _)| short)
    }
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// Who answered.
    pub by: By,
    /// The body of what upstream answered, where it was kept.
    pub body: Vec<u8>,
}

/// Who answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum By {
    /// The gateway itself.
    Gateway,
    /// The server that the request was forwarded to.
    Upstream,
}

impl Capture {
    /// The request; `None` where it never became one.
    pub fn request(&self) -> Option<Request> {
        let request = http::read_wire_head(&self.head).ok()?;
        Some(Request { body: self.body.clone(), ..request })
    }

    /// What the request presents, where that can be read: read anew each time, as few captures are ever looked at.
    pub fn presented(&self) -> Option<Presented> {
        Presented::of(&self.request()?)
    }

    /// The request on a table of its own, by the clock of its arrival; `None` where it never became one.
    pub fn session(&self, settings: &Settings, keys: Vec<Credentials>) -> Option<Session> {
        let mut session = Session::new(self.request()?);
        session.name = format!("request {}", self.number);
        session.settings = settings.clone();
        session.settings.now = session.settings.now.or(Timestamp::from_unix(self.at.timestamp()));
        session.keys = keys;
        session.evidence = self.evidence().into();
        session.arrived_at = self.server.map(|address| address.to_string());
        Some(session)
    }

    /// Whether credentials were left out of it when it was saved: its signature cannot be computed any more.
    pub fn is_redacted(&self) -> bool {
        redact::holds_placeholder(&self.head)
    }

    /// The method; of what is no request, the first word.
    pub fn method(&self) -> &[u8] {
        self.words().0
    }

    /// The target as it came.
    pub fn target(&self) -> &[u8] {
        self.words().1
    }

    fn words(&self) -> (&[u8], &[u8]) {
        let line = self.head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let target = target_of(line);
        (line[..target.start].strip_suffix(b" ").unwrap_or(&line[..target.start]), &line[target])
    }

    /// What the server upstream said about the signature.
    pub fn evidence(&self) -> Vec<Piece> {
        let answer = self.answer.as_ref().filter(|answer| answer.by == By::Upstream && answer.status >= 400);
        answer.and_then(|answer| evidence::read(&answer.body).ok()).unwrap_or_default()
    }

    /// How many bytes it holds in memory, roughly.
    pub fn weight(&self) -> usize {
        let answer = self.answer.as_ref().map_or(0, |answer| answer.body.capacity());
        size_of::<Self>() + self.head.capacity() + self.body.weight() + answer + 200
    }
}

/// Where the target stands in a request line; at its end, where there is none.
pub(super) fn target_of(line: &[u8]) -> Range<usize> {
    let Some(space) = memchr::memchr(b' ', line) else { return line.len()..line.len() };
    let start = space + 1;
    match memchr::memrchr(b' ', &line[start..]) {
        Some(end) if line[start + end + 1..].starts_with(b"HTTP/") => start..start + end,
        _ => start..line.len(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A capture of this head and body that came to this.
    pub(crate) fn capture(number: u64, head: &str, body: &[u8], outcome: Outcome) -> Capture {
        Capture {
            number,
            at: DateTime::UNIX_EPOCH,
            took: Duration::from_micros(1500),
            client: Some(([127, 0, 0, 1], 4242).into()),
            server: None,
            wire: Wire::Plain,
            head: head.into(),
            body: Body::from(body.to_vec()),
            outcome,
            replay_of: None,
            answer: Some(Answered { status: 200, by: By::Gateway, body: Vec::new() }),
            lost: None,
        }
    }

    #[test]
    fn the_request_line_is_told_apart_as_it_stands() {
        for (line, method, target) in [
            ("GET /a%20b?c=d HTTP/1.1", "GET", "/a%20b?c=d"),
            ("PUT /a b HTTP/1.1", "PUT", "/a b"),
            ("GET /a", "GET", "/a"),
            ("\u{16}\u{3}", "\u{16}\u{3}", ""),
        ] {
            let capture = capture(1, &format!("{line}\r\nHost: h\r\n\r\n"), b"", Outcome::Match);
            assert_eq!((capture.method(), capture.target()), (method.as_bytes(), target.as_bytes()));
        }
    }

    #[test]
    fn a_scope_in_short_is_region_and_service() {
        let short = |scope: &str| {
            let own = Presented { scheme: "", access_key_id: String::new(), scope: scope.into() };
            own.short_scope().to_owned()
        };
        assert_eq!(short("20150830/us-east-1/iam/aws4_request"), "us-east-1/iam");
        assert_eq!(short("20150830/s3/aws4_request"), "s3");
        assert_eq!(short(""), "");
    }
}
