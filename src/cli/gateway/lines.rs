//! Lines on their way out, in the order in which requests came. One whose mistake is still looked for holds back those behind it,
//! never a client, and only for a while: when too much waits, or the search takes too long, it goes out without.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::gateway::Capture;
use crate::gateway::line::{Search, Searched};

/// How much may wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// So many lines.
    lines: usize,
    /// So many bytes of the captures that they are made of.
    bytes: usize,
    /// None waits longer.
    time: Duration,
}

impl Default for Room {
    fn default() -> Self {
        Self { lines: 1000, bytes: 64 << 20, time: Duration::from_secs(2) }
    }
}

/// A line that can be written.
pub(super) struct Ready {
    /// What it tells of.
    pub(super) capture: Arc<Capture>,
    /// What the search for its mistake came to, where there was one.
    pub(super) searched: Option<Searched>,
}

/// The lines that wait.
#[derive(Default)]
pub(super) struct Lines {
    room: Room,
    waiting: VecDeque<Line>,
    bytes: usize,
}

struct Line {
    capture: Arc<Capture>,
    since: Instant,
    state: State,
}

/// Whether a line can go out.
enum State {
    Ready(Option<Searched>),
    /// Its mistake is looked for.
    Open,
}

impl Lines {
    /// Takes a line, at the instant `now`, that can go out as soon as it is the first.
    pub(super) fn push(&mut self, capture: Arc<Capture>, now: Instant) {
        self.add(Line { capture, since: now, state: State::Ready(None) });
    }

    /// Takes a line whose mistake is looked for.
    pub(super) fn push_open(&mut self, capture: Arc<Capture>, now: Instant) {
        self.add(Line { capture, since: now, state: State::Open });
    }

    fn add(&mut self, line: Line) {
        self.bytes += line.capture.weight();
        self.waiting.push_back(line);
    }

    /// Notes what the search for the mistake of this capture came to; nothing where its line has gone out without.
    pub(super) fn close(&mut self, number: u64, searched: Searched) {
        let own = self.waiting.iter_mut().find(|line| line.capture.number == number);
        if let Some(Line { state: state @ State::Open, .. }) = own {
            *state = State::Ready(Some(searched));
        }
    }

    /// The next line that goes out at the instant `now`.
    pub(super) fn next(&mut self, now: Instant) -> Option<Ready> {
        let first = self.waiting.front()?;
        let is_full = self.waiting.len() > self.room.lines || self.bytes > self.room.bytes;
        let must_go = is_full || now.saturating_duration_since(first.since) >= self.room.time;
        if matches!(first.state, State::Open) && !must_go {
            return None;
        }
        let Line { capture, state, .. } = self.waiting.pop_front()?;
        self.bytes -= capture.weight();
        let searched = match state {
            State::Ready(searched) => searched,
            State::Open => Some(Searched { cause: None, search: Search::Cut }),
        };
        Some(Ready { capture, searched })
    }

    /// How long it takes until the first line goes out by itself; none where none waits.
    pub(super) fn due(&self, now: Instant) -> Option<Duration> {
        let first = self.waiting.front()?;
        Some(self.room.time.saturating_sub(now.saturating_duration_since(first.since)))
    }

    /// Whether none waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::capture::Outcome;
    use crate::gateway::capture::tests::capture;

    fn one(number: u64) -> Arc<Capture> {
        Arc::new(capture(number, "GET / HTTP/1.1\r\n\r\n", b"body", Outcome::Match))
    }

    fn found(cause: &str) -> Searched {
        Searched { cause: Some(cause.into()), search: Search::Whole }
    }

    /// The numbers of the lines that go out at this instant, each with what was found.
    fn out(lines: &mut Lines, now: Instant) -> Vec<(u64, Option<Searched>)> {
        std::iter::from_fn(|| lines.next(now)).map(|ready| (ready.capture.number, ready.searched)).collect()
    }

    #[test]
    fn lines_go_out_in_their_order_once_the_first_is_known() {
        let (mut lines, now) = (Lines::default(), Instant::now());
        lines.push(one(1), now);
        lines.push_open(one(2), now);
        lines.push(one(3), now);
        assert_eq!(out(&mut lines, now), [(1, None)]);
        lines.close(2, found("a"));
        assert_eq!(out(&mut lines, now), [(2, Some(found("a"))), (3, None)]);
        assert!(lines.is_empty() && lines.bytes == 0);
    }

    #[test]
    fn a_search_that_takes_too_long_is_not_waited_for() {
        let (mut lines, now) = (Lines::default(), Instant::now());
        lines.push_open(one(1), now);
        lines.push_open(one(2), now);
        assert_eq!(out(&mut lines, now), []);
        let later = now + Room::default().time;
        lines.push_open(one(3), later);
        assert_eq!(lines.due(later), Some(Duration::ZERO));
        let cut = || Some(Searched { cause: None, search: Search::Cut });
        assert_eq!(out(&mut lines, later), [(1, cut()), (2, cut())], "the third has its own time");
        lines.close(1, found("too late"));
        lines.close(3, found("b"));
        assert_eq!(out(&mut lines, later), [(3, Some(found("b")))]);
    }

    #[test]
    fn what_waits_is_bounded() {
        let now = Instant::now();
        let weight = one(1).weight();
        for room in [Room { lines: 3, ..Room::default() }, Room { bytes: 3 * weight, ..Room::default() }] {
            let mut lines = Lines { room, ..Lines::default() };
            (1..=5).for_each(|number| lines.push_open(one(number), now));
            let gone: Vec<u64> = out(&mut lines, now).into_iter().map(|(number, _)| number).collect();
            assert_eq!((gone, lines.waiting.len()), (vec![1, 2], 3), "{room:?}");
        }
    }
}
