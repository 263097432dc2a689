//! The search: every single change, then pairs, then triples of the common ones, within a budget and on any number of threads.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::change::{Change, Pairing};
use super::draft::{Draft, OF_KEY, OF_SCOPE_KEY};
use super::engine::{Computed, Engine, Scratch};

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

/// What the changes come to by themselves: of as many as the time allows, the first ones first.
struct Singles {
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
    fn of(engine: &Engine<'_>, changes: &[&Change], effort: Effort, progress: &Progress) -> Self {
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

    fn tried(&self) -> usize {
        self.turns.iter().map(|turn| turn.tried).sum()
    }

    fn agreed(&self) -> Vec<usize> {
        let mut agreed: Vec<usize> = self.turns.iter().flat_map(|turn| &turn.agreed).copied().collect();
        agreed.sort_unstable();
        agreed
    }

    fn computed(&self, place: usize) -> &Computed {
        let threads = self.turns.len();
        &self.turns[place % threads].computed[place / threads]
    }
}

impl Turn {
    fn of<'a>(
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
const LOOK_UP: usize = 16;

/// Hypotheses of this rank or a better one are combined to triples.
const COMMON: u8 = 2;

/// Hypotheses of this rank or a better one are combined with the members of long families, such as every second of an hour.
const LIKELY: u8 = 1;

/// A search of combinations.
struct Deep<'a> {
    engine: &'a Engine<'a>,
    changes: &'a [&'a Change],
    singles: &'a Singles,
    /// The members of long families.
    alone: &'a [usize],
    effort: Effort,
    progress: &'a Progress,
}

impl Deep<'_> {
    /// Shares the first members of the combinations out among the threads.
    fn in_parallel(
        &self,
        of: &[usize],
        work: fn(&Self, &[usize], &mut Scratch) -> Vec<Vec<usize>>,
    ) -> Outcome {
        let next = AtomicUsize::new(0);
        let found = Mutex::new(Vec::new());
        let worker = || {
            let mut scratch = self.engine.scratch();
            loop {
                let first = next.fetch_add(1, Ordering::Relaxed);
                if first >= of.len() || self.is_over() {
                    return;
                }
                let new = work(self, &of[first..], &mut scratch);
                found.lock().expect("no thread panics").extend(new);
            }
        };
        std::thread::scope(|scope| {
            (1..self.effort.threads).for_each(|_| drop(scope.spawn(worker)));
            worker();
        });
        let mut found = found.into_inner().expect("no thread panics");
        found.sort_unstable();
        Outcome { found, exhausted: if self.is_over() { Exhausted::No } else { Exhausted::Yes } }
    }

    fn is_over(&self) -> bool {
        let tried = self.progress.tried.load(Ordering::Relaxed);
        tried > self.effort.most || self.progress.is_over()
    }

    /// Every pair of the first change with one of the others.
    fn pairs_of(&self, of: &[usize], scratch: &mut Scratch) -> Vec<Vec<usize>> {
        let Some((first, others)) = of.split_first() else { return Vec::new() };
        let a = self.changes[*first];
        self.engine.apply(a, &mut scratch.values);
        let found = self.with_each(&[*first], a.mask, others, scratch);
        self.engine.undo(a, &mut scratch.values);
        found
    }

    /// The first change with every member of a long family.
    fn with_families(&self, of: &[usize], scratch: &mut Scratch) -> Vec<Vec<usize>> {
        let Some(first) = of.first() else { return Vec::new() };
        let a = self.changes[*first];
        self.engine.apply(a, &mut scratch.values);
        let found = self.with_each(&[*first], a.mask, self.alone, scratch);
        self.engine.undo(a, &mut scratch.values);
        found
    }

    /// Every triple of the first change with two of the others.
    fn triples_of(&self, of: &[usize], scratch: &mut Scratch) -> Vec<Vec<usize>> {
        let Some((first, others)) = of.split_first() else { return Vec::new() };
        let a = self.changes[*first];
        let mut found = Vec::new();
        for (place, second) in others.iter().enumerate() {
            let b = self.changes[*second];
            if a.mask & b.mask != 0 || self.is_over() {
                continue;
            }
            self.engine.apply(a, &mut scratch.values);
            self.engine.apply(b, &mut scratch.values);
            found.extend(self.with_each(&[*first, *second], a.mask | b.mask, &others[place + 1..], scratch));
            self.engine.undo(b, &mut scratch.values);
            self.engine.undo(a, &mut scratch.values);
        }
        found
    }

    /// The changes that are applied already, which fill the slots of `mask`, with each of the others.
    fn with_each(
        &self,
        fixed: &[usize],
        mask: u128,
        others: &[usize],
        scratch: &mut Scratch,
    ) -> Vec<Vec<usize>> {
        let ahead = self.engine.ahead(mask, scratch);
        let last = fixed.last().map(|index| self.changes[*index]);
        let (mut found, mut tried) = (Vec::new(), 0);
        for (place, index) in others.iter().enumerate() {
            let change = self.changes[*index];
            if place % LOOK_UP == 0 && self.progress.is_over() {
                break;
            }
            if mask & change.mask != 0 || last.is_some_and(|last| are_apart(last, change)) {
                continue;
            }
            self.engine.apply(change, &mut scratch.values);
            if self.engine.agrees(&ahead, change, self.singles.computed(*index), scratch) {
                let mut of: Vec<usize> = [fixed, &[*index]].concat();
                of.sort_unstable();
                found.push(of);
            }
            // What was applied before stays: the slots are others.
            self.engine.undo(change, &mut scratch.values);
            tried += 1;
        }
        self.progress.tried.fetch_add(tried, Ordering::Relaxed);
        found
    }
}

/// Whether one of the two is not to be combined with what the other changes.
fn are_apart(a: &Change, b: &Change) -> bool {
    let both = a.mask & OF_SCOPE_KEY != 0 && b.mask & OF_SCOPE_KEY != 0;
    both && (a.pairing == Pairing::Across || b.pairing == Pairing::Across)
}
