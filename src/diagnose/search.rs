//! The search: every single change, then pairs, then triples of the common ones, within a budget and on any number of threads.

mod deep;
mod singles;

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::change::{Change, Pairing};
use super::draft::{Draft, OF_KEY};
use super::engine::Engine;
use deep::Deep;
use singles::Singles;

/// How far a search goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Effort {
    /// How many changes are combined at most.
    pub depth: usize,
    /// How many combinations are tried at most.
    pub most: u64,
    /// How many threads work on it.
    pub threads: usize,
}

impl Effort {
    /// One change at a time: within a frame of the screen.
    pub const SINGLES: Self = Self { depth: 1, most: 100_000, threads: 2 };
    /// Up to three changes, within seconds.
    pub const DEEP: Self = Self { depth: 3, most: 20_000_000, threads: 2 };
}

/// How far a search has come, for whoever watches it and may stop it.
#[derive(Debug, Default)]
pub struct Progress {
    /// How many combinations were tried.
    pub tried: AtomicU64,
    /// How many changes the combinations are made of by now.
    pub depth: AtomicUsize,
    /// Set by the one who watches.
    pub stop: AtomicBool,
    /// When the search ends whatever is left to try.
    pub deadline: Option<Instant>,
}

impl Progress {
    /// One whose search ends after this time, with what was found by then.
    pub fn within(time: Duration) -> Self {
        // A time that no clock reaches is no limit.
        Self { deadline: Instant::now().checked_add(time), ..Self::default() }
    }

    /// Whether the search has to end: it was stopped, or its time is over.
    pub fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// What a search came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The combinations that come to the target, all of one depth.
    pub(super) found: Vec<Vec<usize>>,
    /// Whether everything up to the depth of the effort was tried.
    pub(super) exhausted: Exhausted,
}

/// Whether a search tried all that it meant to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Exhausted {
    /// It did.
    #[default]
    Yes,
    /// It was stopped, or its budget was used up.
    No,
}

/// For each change the first one that puts the same texts into the same slots: only that one is combined with others.
fn firsts(changes: &[&Change], draft: &Draft) -> Vec<usize> {
    let state = RandomState::new();
    let mut seen = HashMap::with_capacity(changes.len());
    let first = |(index, change): (usize, &&Change)| match change.pairing {
        Pairing::Alone => index,
        // Two of one hash that only seem to be the same cost a combination, and chance is 2^-64.
        Pairing::Combined | Pairing::Across => {
            *seen.entry(state.hash_one(change.fingerprint(draft))).or_insert(index)
        }
    };
    changes.iter().enumerate().map(first).collect()
}

/// The combinations with every change in the place of its first: they come to the same.
fn with_repeated(found: Vec<Vec<usize>>, firsts: &[usize]) -> Vec<Vec<usize>> {
    let same = |first: usize| (0..firsts.len()).filter(move |index| firsts[*index] == first);
    let expand = |of: &Vec<usize>| {
        let start = vec![Vec::new()];
        of.iter().fold(start, |begun: Vec<Vec<usize>>, first| {
            begun.iter().flat_map(|begun| same(*first).map(|index| [&begun[..], &[index]].concat())).collect()
        })
    };
    found.iter().flat_map(expand).collect()
}

pub(super) fn search(
    engine: &Engine<'_>,
    changes: &[&Change],
    effort: Effort,
    progress: &Progress,
) -> Outcome {
    progress.depth.store(1, Ordering::Relaxed);
    let singles = Singles::of(engine, changes, effort, progress);
    let tried = singles.tried();
    let is_whole = tried == changes.len();
    progress.tried.fetch_add(tried as u64, Ordering::Relaxed);
    let found: Vec<Vec<usize>> = singles.agreed().into_iter().map(|place| vec![place]).collect();
    if !found.is_empty() || !is_whole || effort.depth < 2 {
        return Outcome { found, exhausted: if is_whole { Exhausted::Yes } else { Exhausted::No } };
    }
    let firsts = firsts(changes, engine.draft);
    let mut combined: Vec<usize> = (0..changes.len())
        .filter(|index| changes[*index].pairing != Pairing::Alone && firsts[*index] == *index)
        .collect();
    // What is held fixed is computed once: the key chain from its begin on, then the scope, and the request last.
    combined.sort_by_key(|index| (changes[*index].mask & OF_KEY == 0, changes[*index].first_of_key()));
    let alone: Vec<usize> =
        (0..changes.len()).filter(|index| changes[*index].pairing == Pairing::Alone).collect();
    let deep = Deep { engine, changes, singles: &singles, alone: &alone, effort, progress };
    progress.depth.store(2, Ordering::Relaxed);
    let all = |outcome: Outcome| Outcome { found: with_repeated(outcome.found, &firsts), ..outcome };
    let pairs = all(deep.in_parallel(&combined, Deep::pairs_of));
    if !pairs.found.is_empty() || pairs.exhausted == Exhausted::No || effort.depth < 3 {
        return pairs;
    }
    // The long families with the likeliest of the others.
    let of_rank = |rank: u8| -> Vec<usize> {
        combined.iter().copied().filter(|index| changes[*index].cause.rank <= rank).collect()
    };
    let pairs = all(deep.in_parallel(&of_rank(LIKELY), Deep::with_families));
    if !pairs.found.is_empty() || pairs.exhausted == Exhausted::No {
        return pairs;
    }
    progress.depth.store(3, Ordering::Relaxed);
    all(deep.in_parallel(&of_rank(COMMON), Deep::triples_of))
}

/// Hypotheses of this rank or a better one are combined to triples.
const COMMON: u8 = 2;

/// Hypotheses of this rank or a better one are combined with the members of long families, such as every second of an hour.
const LIKELY: u8 = 1;
