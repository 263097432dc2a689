//! What an attacker, a proxy or a careless developer does to a request on its way, as data; and where both sides part.
//!
//! [`Tampered`] holds the request as it was signed and as it arrives; [`Tampered::parted`] compares what both sides make of it, step by
//! step.

mod apply;
mod compare;
mod offers;
mod typed;

use std::sync::Arc;

use crate::analysis::{Analysis, Session};
use crate::canon::payload::Hashing;
use crate::request::Part;
use crate::scheme::Memo;
use crate::secret::Secret;
use crate::signature::check::CheckId;
use crate::time::Timestamp;
use crate::trace::Trace;

use super::clock::Guard;
use super::{Reply, StepKind, Walkthrough, steps};

pub use offers::{Offer, offers};
pub use typed::Typed;

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
    pub signed: Arc<Walkthrough>,
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

/// The side that receives: its clock, by how many seconds that was moved, and whether it remembers signatures.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Server {
    /// The clock.
    pub clock: Timestamp,
    /// By how many seconds it was moved.
    pub moved: i64,
    /// Whether it remembers what it has taken.
    pub guard: Guard,
}

/// A request as it was signed, and as it arrives after something was done to it. That is derived once; what a server makes of it follows
/// from its clock.
pub struct Tampered {
    before: Analysis,
    signed: Arc<Walkthrough>,
    arrived: Session,
    /// How many seconds later it arrives again, where it does.
    later: Option<i64>,
    untouched: bool,
}

impl Tampered {
    /// Does `tampers` to the request of `session`, signed at `clock`.
    pub fn of(session: &Session, tampers: &[Tamper], clock: Timestamp) -> Self {
        let before = analysed(session, clock);
        let mut arrived = session.clone();
        let mut later = None;
        for tamper in tampers {
            match tamper {
                Tamper::Later(seconds) => later = Some(later.unwrap_or(0) + seconds),
                other => other.apply(&mut arrived, &before),
            }
        }
        let signed = Arc::new(steps(session, &before));
        Self { before, signed, arrived, later, untouched: tampers.is_empty() }
    }

    /// Whether the request states what it was signed with: then its clock makes no other one of it.
    pub fn is_signed(&self) -> bool {
        self.before.claim().is_some()
    }

    /// Where both sides part.
    pub fn parted(&self, server: Server) -> Parted {
        let after = self.received(server);
        let mut received = steps(&self.arrived, &after);
        let failed = after.verdict.failed().map(|check| check.id);
        let is_taken = received.reply.status == Some(200);
        let is_seen = self.later.is_some() && after.received == self.before.received;
        if is_taken && is_seen && server.guard == Guard::Remembers {
            received.answers(Reply::to_replay(&self.arrived.request, &after));
        }
        let rows = compare::rows((&self.signed, &self.before), (&received, &after));
        let first = rows.iter().find(|row| !row.agree).map(|row| row.kind).or(failed.map(StepKind::Checks));
        let is_refused = failed.is_some() || is_taken && received.reply.status != Some(200);
        let protection = match (self.untouched && server.moved == 0, is_refused) {
            (true, _) => Protection::Untouched,
            (false, false) => Protection::NotProtected,
            (false, true) => Protection::Refused,
        };
        Parted { signed: Arc::clone(&self.signed), received, rows, first, failed, protection }
    }

    /// What the server derives from the request that arrives.
    fn received(&self, server: Server) -> Analysis {
        let by = self.later.unwrap_or(0).saturating_add(server.moved);
        if by == 0 {
            return analysed(&self.arrived, server.clock);
        }
        let mut arrived = self.arrived.clone();
        arrived.settings.now = Some(arrived.settings.now.unwrap_or(server.clock).plus(by));
        analysed(&arrived, server.clock)
    }
}

fn analysed(session: &Session, clock: Timestamp) -> Analysis {
    Analysis::of(session, clock, Hashing::Now, &mut Memo::default(), Trace::default())
}

/// Where both sides part when a request is signed as it is in `session`, and arrives after `tampers`.
pub fn parted(session: &Session, tampers: &[Tamper], clock: Timestamp) -> Parted {
    Tampered::of(session, tampers, clock).parted(Server { clock, moved: 0, guard: Guard::None })
}
