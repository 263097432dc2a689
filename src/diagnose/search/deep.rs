//! Changes that are combined: pairs, and triples of the common ones.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::singles::{LOOK_UP, Singles};
use super::{Effort, Exhausted, Outcome, Progress};
use crate::diagnose::change::{Change, Pairing};
use crate::diagnose::draft::OF_SCOPE_KEY;
use crate::diagnose::engine::{Engine, Scratch};

/// A search of combinations.
pub(super) struct Deep<'a> {
    pub(super) engine: &'a Engine<'a>,
    pub(super) changes: &'a [&'a Change],
    pub(super) singles: &'a Singles,
    /// The members of long families.
    pub(super) alone: &'a [usize],
    pub(super) effort: Effort,
    pub(super) progress: &'a Progress,
}

impl Deep<'_> {
    /// Shares the first members of the combinations out among the threads.
    pub(super) fn in_parallel(
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

    pub(super) fn is_over(&self) -> bool {
        let tried = self.progress.tried.load(Ordering::Relaxed);
        tried > self.effort.most || self.progress.is_over()
    }

    /// Every pair of the first change with one of the others.
    pub(super) fn pairs_of(&self, of: &[usize], scratch: &mut Scratch) -> Vec<Vec<usize>> {
        let Some((first, others)) = of.split_first() else { return Vec::new() };
        let a = self.changes[*first];
        self.engine.apply(a, &mut scratch.values);
        let found = self.with_each(&[*first], a.mask, others, scratch);
        self.engine.undo(a, &mut scratch.values);
        found
    }

    /// The first change with every member of a long family.
    pub(super) fn with_families(&self, of: &[usize], scratch: &mut Scratch) -> Vec<Vec<usize>> {
        let Some(first) = of.first() else { return Vec::new() };
        let a = self.changes[*first];
        self.engine.apply(a, &mut scratch.values);
        let found = self.with_each(&[*first], a.mask, self.alone, scratch);
        self.engine.undo(a, &mut scratch.values);
        found
    }

    /// Every triple of the first change with two of the others.
    pub(super) fn triples_of(&self, of: &[usize], scratch: &mut Scratch) -> Vec<Vec<usize>> {
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
