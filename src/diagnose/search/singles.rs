//! Every single change, tried once.

use super::{Effort, Progress};
use crate::diagnose::change::Change;
use crate::diagnose::engine::{Computed, Engine};

/// What the changes come to by themselves: of as many as the time allows, the first ones first.
pub(super) struct Singles {
    /// What each thread tried. Each takes every second change: where the time is not enough, all of them were at the likely ones.
    turns: Vec<Turn>,
}

/// What one thread tried, one change after the other.
#[derive(Default)]
struct Turn {
    tried: usize,
    /// The places, among all changes, of those that come to the target.
    agreed: Vec<usize>,
    /// What the changes make of hash and key, where they are going to be combined.
    computed: Vec<Computed>,
}

impl Singles {
    pub(super) fn of(engine: &Engine<'_>, changes: &[&Change], effort: Effort, progress: &Progress) -> Self {
        let threads = effort.threads.max(1);
        let turn = |first| {
            let own = changes.iter().enumerate().skip(first).step_by(threads);
            Turn::of(engine, own, effort.depth > 1, progress)
        };
        let turns = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|first| scope.spawn(move || turn(first))).collect();
            let mut turns = vec![turn(0)];
            turns.extend(others.into_iter().map(|other| other.join().expect("no thread panics")));
            turns
        });
        Self { turns }
    }

    pub(super) fn tried(&self) -> usize {
        self.turns.iter().map(|turn| turn.tried).sum()
    }

    pub(super) fn agreed(&self) -> Vec<usize> {
        let mut agreed: Vec<usize> = self.turns.iter().flat_map(|turn| &turn.agreed).copied().collect();
        agreed.sort_unstable();
        agreed
    }

    pub(super) fn computed(&self, place: usize) -> &Computed {
        let threads = self.turns.len();
        &self.turns[place % threads].computed[place / threads]
    }
}

impl Turn {
    pub(super) fn of<'a>(
        engine: &Engine<'_>,
        own: impl ExactSizeIterator<Item = (usize, &'a &'a Change)>,
        keeps: bool,
        progress: &Progress,
    ) -> Self {
        let mut scratch = engine.scratch();
        let base = engine.ahead(0, &mut scratch);
        let mut turn = Self::default();
        turn.computed.reserve(if keeps { own.len() } else { 0 });
        for (place, change) in own {
            if turn.tried % LOOK_UP == 0 && progress.is_over() {
                break;
            }
            engine.apply(change, &mut scratch.values);
            let computed = engine.computed(change, &base, &mut scratch);
            if engine.agrees(&base, change, &computed, &mut scratch) {
                turn.agreed.push(place);
            }
            engine.undo(change, &mut scratch.values);
            turn.tried += 1;
            if keeps {
                turn.computed.push(computed);
            }
        }
        turn
    }
}

/// After so many tries the clock is looked at: often enough where one hashes megabytes, and not felt where it hashes a line.
pub(super) const LOOK_UP: usize = 16;
