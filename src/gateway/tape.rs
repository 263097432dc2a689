//! The captures in the order of their numbers: as many as fit, the oldest go first, unless they are pinned.

use std::collections::VecDeque;
use std::sync::Arc;

use super::capture::{Capture, Outcome};

/// How much a tape may hold.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// So many captures.
    pub captures: usize,
    /// So many bytes of heads, bodies and answers in memory.
    pub bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { captures: 10_000, bytes: 256 << 20 }
    }
}

/// A capture on the tape.
#[derive(Clone)]
pub struct Taped {
    /// The capture.
    pub capture: Arc<Capture>,
    /// Whether it stays when the tape is full or cleared.
    pub pin: Pin,
    /// Its bytes in memory: by the time it goes, the capture itself is out of every cache.
    weight: usize,
}

/// Whether a capture stays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pin {
    /// It stays.
    Pinned,
    /// It may go.
    Loose,
}

/// How many there were of each kind, those that went included.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Everything that arrived.
    pub all: u64,
    /// What matched.
    pub matched: u64,
    /// What had another signature.
    pub mismatched: u64,
    /// What was refused before.
    pub rejected: u64,
    /// What never became a request.
    pub unreadable: u64,
    /// What only asked.
    pub preflights: u64,
    /// What went to make room.
    pub gone: u64,
}

impl Counts {
    /// What was seen, in a sentence.
    pub fn summary(&self) -> String {
        let what = if self.all == 1 { "request" } else { "requests" };
        let mut words = format!("{} {what}: {} match", self.all, self.matched);
        for (count, name) in [
            (self.mismatched, "mismatch"),
            (self.rejected, "rejected"),
            (self.unreadable, "unreadable"),
            (self.preflights, "preflight"),
        ] {
            if count > 0 {
                words.push_str(&format!(", {count} {name}"));
            }
        }
        words
    }
}

impl Counts {
    /// Every request that a client meant: without the questions of browsers.
    pub fn meant(&self) -> u64 {
        self.all - self.preflights
    }

    /// Counts one more.
    pub fn add(&mut self, capture: &Capture) {
        self.all += 1;
        *match capture.outcome {
            Outcome::Match => &mut self.matched,
            Outcome::Mismatch(_) => &mut self.mismatched,
            Outcome::Rejected(_) => &mut self.rejected,
            Outcome::Unreadable(_) => &mut self.unreadable,
            Outcome::Preflight => &mut self.preflights,
        } += 1;
    }
}

/// The captures that are kept.
#[derive(Default)]
pub struct Tape {
    room: Room,
    taped: VecDeque<Taped>,
    bytes: usize,
    counts: Counts,
}

impl Tape {
    /// An empty tape with this room.
    pub fn new(room: Room) -> Self {
        Self { room, ..Self::default() }
    }

    /// Takes a capture; what does not fit any more goes.
    pub fn push(&mut self, capture: Arc<Capture>) {
        self.counts.add(&capture);
        self.keep(capture);
    }

    /// Takes everything that another tape holds, and what it counted.
    pub fn append(&mut self, other: Self) {
        let (own, more) = (&mut self.counts, other.counts);
        own.all += more.all;
        own.matched += more.matched;
        own.mismatched += more.mismatched;
        own.rejected += more.rejected;
        own.unreadable += more.unreadable;
        own.preflights += more.preflights;
        own.gone += more.gone;
        other.taped.into_iter().for_each(|taped| self.keep(taped.capture));
    }

    fn keep(&mut self, capture: Arc<Capture>) {
        let weight = capture.weight();
        self.bytes += weight;
        // Numbers are given when a request is judged, and a quicker one may overtake.
        let at = self.taped.iter().rposition(|taped| taped.capture.number < capture.number);
        self.taped.insert(at.map_or(0, |at| at + 1), Taped { capture, pin: Pin::Loose, weight });
        while self.is_full() && self.drop_oldest() {}
    }

    fn is_full(&self) -> bool {
        self.taped.len() > self.room.captures || self.bytes > self.room.bytes
    }

    /// Lets the oldest loose one go; never the newest.
    fn drop_oldest(&mut self) -> bool {
        let end = self.taped.len().saturating_sub(1);
        // Pinned ones gather at the front, so this looks past as many as there are.
        let Some(at) = self.taped.iter().take(end).position(|taped| taped.pin == Pin::Loose) else {
            return false;
        };
        if let Some(gone) = self.taped.remove(at) {
            self.bytes -= gone.weight;
            self.counts.gone += 1;
        }
        true
    }

    /// Those that are kept, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Taped> + ExactSizeIterator {
        self.taped.iter()
    }

    /// The one at this place, counted from the oldest.
    pub fn get(&self, at: usize) -> Option<&Taped> {
        self.taped.get(at)
    }

    /// The one of this number.
    pub fn numbered(&self, number: u64) -> Option<&Taped> {
        self.place(number).ok().and_then(|at| self.taped.get(at))
    }

    /// Where the one of this number stands, or stood if it has gone: before the first that came later.
    pub fn place(&self, number: u64) -> Result<usize, usize> {
        self.taped.binary_search_by_key(&number, |taped| taped.capture.number)
    }

    /// How much it may hold.
    pub fn room(&self) -> Room {
        self.room
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.taped.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.taped.is_empty()
    }

    /// How many there were.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Pins one, or lets it loose again; how it is now.
    pub fn toggle_pin(&mut self, number: u64) -> Option<Pin> {
        let at = self.place(number).ok()?;
        let taped = self.taped.get_mut(at)?;
        taped.pin = if taped.pin == Pin::Pinned { Pin::Loose } else { Pin::Pinned };
        Some(taped.pin)
    }

    /// Lets all go that are not pinned; those.
    pub fn clear(&mut self) -> Vec<Taped> {
        let (pinned, loose) =
            std::mem::take(&mut self.taped).into_iter().partition(|taped| taped.pin == Pin::Pinned);
        self.taped = pinned;
        let loose: Vec<Taped> = VecDeque::into(loose);
        self.bytes = self.taped.iter().map(|taped| taped.weight).sum();
        self.counts = Counts::default();
        self.taped.iter().for_each(|taped| self.counts.add(&taped.capture));
        loose
    }
}

#[cfg(test)]
mod tests {
    use super::super::capture::Outcome;
    use super::super::capture::tests::capture;
    use super::*;

    fn tape(room: Room, count: u64) -> Tape {
        let mut tape = Tape::new(room);
        (1..=count)
            .for_each(|n| tape.push(Arc::new(capture(n, "GET / HTTP/1.1\r\n\r\n", b"body", Outcome::Match))));
        tape
    }

    fn numbers(tape: &Tape) -> Vec<u64> {
        tape.iter().map(|taped| taped.capture.number).collect()
    }

    #[test]
    fn the_oldest_go_first_and_are_counted() {
        let tape = tape(Room { captures: 3, ..Room::default() }, 5);
        assert_eq!(numbers(&tape), [3, 4, 5]);
        assert_eq!((tape.counts().all, tape.counts().gone, tape.counts().matched), (5, 2, 5));
    }

    #[test]
    fn bytes_are_bounded_and_the_newest_always_stays() {
        let one = capture(1, "GET / HTTP/1.1\r\n\r\n", b"body", Outcome::Match).weight();
        assert_eq!(numbers(&tape(Room { captures: 100, bytes: 2 * one + 10 }, 5)), [4, 5]);
        assert_eq!(numbers(&tape(Room { captures: 100, bytes: 1 }, 5)), [5]);
    }

    #[test]
    fn what_another_tape_counted_counts_here() {
        let room = Room { captures: 3, ..Room::default() };
        let mut own = tape(room, 2);
        let mut more = Tape::new(room);
        for n in 3..8 {
            more.push(Arc::new(capture(n, "", b"", Outcome::Unreadable(String::new()))));
        }
        own.append(more);
        assert_eq!(numbers(&own), [5, 6, 7]);
        let counts = own.counts();
        assert_eq!((counts.all, counts.gone, counts.matched, counts.unreadable), (7, 4, 2, 5));
        assert_eq!((own.place(6), own.place(2)), (Ok(1), Err(0)));
    }

    #[test]
    fn what_is_pinned_stays() {
        let mut tape = tape(Room { captures: 3, ..Room::default() }, 3);
        assert_eq!(tape.toggle_pin(2), Some(Pin::Pinned));
        for n in 4..8 {
            tape.push(Arc::new(capture(n, "GET / HTTP/1.1\r\n\r\n", b"", Outcome::Match)));
        }
        assert_eq!(numbers(&tape), [2, 6, 7]);
        assert_eq!((tape.clear().len(), numbers(&tape)), (2, vec![2]));
        assert_eq!((tape.counts().all, tape.counts().gone), (1, 0));
        assert_eq!(tape.toggle_pin(2), Some(Pin::Loose));
        assert_eq!((tape.clear().len(), tape.bytes), (1, 0));
        assert_eq!(tape.toggle_pin(2), None);
    }
}
