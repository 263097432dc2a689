//! A request beside the table, with what follows from it: a capture, or the request re-signed, to be copied without being opened.

use super::HASH_AT_ONCE;
use crate::analysis::{Analysis, Session};
use crate::canon::payload::Hashing;
use crate::scheme::Memo;
use crate::time::Timestamp;
use crate::trace::Trace;

/// A session and its analysis.
pub struct Desk {
    /// The session.
    pub session: Session,
    /// What follows from it.
    pub analysis: Analysis,
}

impl Desk {
    /// Analyses a session at the instant `clock`; a long body is not read for it.
    pub fn new(session: Session, clock: Timestamp) -> Self {
        let hashing = Hashing::UpTo(HASH_AT_ONCE);
        let analysis = Analysis::of(&session, clock, hashing, &mut Memo::default(), Trace::default());
        Self { session, analysis }
    }
}
