//! What an attacker, a proxy or a careless developer does to a request on its way, as data; and where both sides part.
//!
//! [`parted`] analyses the request as it was signed and as it arrives, and compares what both sides make of it, step by step.

mod apply;
mod compare;
mod offers;

use crate::analysis::{Analysis, Session};
use crate::canon::payload::Hashing;
use crate::request::Part;
use crate::scheme::Memo;
use crate::secret::Secret;
use crate::signature::check::CheckId;
use crate::time::Timestamp;
use crate::trace::Trace;

use super::clock::Window;
use super::{Reply, StepKind, Walkthrough, steps};

pub use offers::{Offer, offers};

/// One thing that is done to a request, or to the server.
#[derive(Clone)]
pub enum Tamper {
    /// One bit of one byte is turned over.
    FlipBit {
        /// In which part.
        part: Part,
        /// Which byte.
        byte: u32,
        /// Which bit, 0 the lowest.
        bit: u8,
    },
    /// Another method.
    Method(Vec<u8>),
    /// Another path.
    Path(Vec<u8>),
    /// Another query, without its question mark.
    Query(Vec<u8>),
    /// Another value for the first header of this name.
    Header {
        /// Its name.
        name: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// Another body.
    Body(Vec<u8>),
    /// Another date, as text, where the request states its date.
    Date(Vec<u8>),
    /// Another signature.
    Signature(Vec<u8>),
    /// The id of another key.
    KeyId(Vec<u8>),
    /// The server knows another secret for the key.
    Secret(Secret),
    /// One more header, at the end.
    AddHeader {
        /// Its name.
        name: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// The first header of this name is taken off.
    RemoveHeader(Vec<u8>),
    /// The headers arrive in the opposite order.
    ReverseHeaders,
    /// The pairs of the query arrive in the opposite order.
    ReverseQuery,
    /// A proxy puts its own host in, and keeps the old one in `X-Forwarded-Host`.
    ProxyHost(Vec<u8>),
    /// The path is percent-encoded once more.
    EncodeAgain,
    /// The request arrives as it was sent, this many seconds later: a replay, or one that was kept.
    Later(i64),
}

/// A request as it was signed and as it arrived.
pub struct Parted {
    /// The walk of the side that signed.
    pub signed: Walkthrough,
    /// The walk of the side that received.
    pub received: Walkthrough,
    /// What both sides made, as far as both made it, in order.
    pub rows: Vec<Row>,
    /// The first step at which the sides part; `None` where they do not.
    pub first: Option<StepKind>,
    /// The check that fails, as a verification names it.
    pub failed: Option<CheckId>,
    /// Whether the signature protects what was changed.
    pub protection: Protection,
    /// When the request that arrives is taken; `None` where no date limits it.
    pub window: Option<Window>,
}

/// One text that both sides made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The step.
    pub kind: StepKind,
    /// What it is called.
    pub title: String,
    /// What was signed, as it may be shown.
    pub signed: Vec<String>,
    /// What was received, as it may be shown.
    pub received: Vec<String>,
    /// How many bits differ, and of how many, where both have the same length.
    pub bits: Option<(u64, u64)>,
    /// Whether the two are the same.
    pub agree: bool,
}

/// What the signature does about a change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Protection {
    /// Nothing was changed.
    Untouched,
    /// It was changed, nothing that is signed was, and the request is still taken.
    NotProtected,
    /// The server refuses it.
    Refused,
}

impl Parted {
    /// What the server answers.
    pub fn reply(&self) -> &Reply {
        &self.received.reply
    }
}

/// Where both sides part when a request is signed as it is in `session`, and arrives after `tampers`.
pub fn parted(session: &Session, tampers: &[Tamper], clock: Timestamp) -> Parted {
    let analyse = |session: &Session| {
        Analysis::of(session, clock, Hashing::Now, &mut Memo::default(), Trace::default())
    };
    let before = analyse(session);
    let mut arrived = session.clone();
    for tamper in tampers {
        tamper.apply(&mut arrived, &before);
    }
    let after = analyse(&arrived);
    let (signed, received) = (steps(session, &before), steps(&arrived, &after));
    let rows = compare::rows((&signed, &before), (&received, &after));
    let failed = after.verdict.failed().map(|check| check.id);
    let first = rows.iter().find(|row| !row.agree).map(|row| row.kind).or(failed.map(StepKind::Checks));
    let protection = match failed {
        _ if tampers.is_empty() => Protection::Untouched,
        None => Protection::NotProtected,
        Some(_) => Protection::Refused,
    };
    let window = Window::of(&arrived.request, &after);
    Parted { signed, received, rows, first, failed, protection, window }
}
