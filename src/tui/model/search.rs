//! The diagnosis of what is on the table, and the search under way for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::desk::Desk;
use crate::diagnose::{ANOTHER_SECRET, Answer, Diagnosis, Finding, Progress};
use crate::report::diagnosis::{Place, listed};

/// The diagnosis and its search.
#[derive(Default)]
pub struct Search {
    /// The number of the session; another session has another number.
    pub version: u64,
    /// How far it is.
    pub stage: SearchStage,
    /// What the search tells, and hears.
    pub progress: Arc<Progress>,
    /// The finding under the cursor.
    pub selected: usize,
    /// The first line of its details that is shown.
    pub top: usize,
    found: Option<(u64, Box<Diagnosis>)>,
    /// The number of the session that a finding was applied to make, and what was found before.
    applied: Option<(u64, Told)>,
}

/// What was found, and the request that it speaks of.
pub struct Told {
    /// What was found.
    pub diagnosis: Box<Diagnosis>,
    /// The request, as it was then.
    pub desk: Desk,
    /// The finding that was applied, in a sentence.
    pub title: String,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SearchStage {
    /// The session changed: it begins when the diagnosis is looked at.
    #[default]
    Wanted,
    /// It is under way.
    Running,
    /// It has tried everything, or was stopped.
    Done,
}

impl Search {
    /// What was found in another session is of no use any more.
    pub fn outdate(&mut self) {
        self.stop();
        self.version += 1;
        self.stage = SearchStage::Wanted;
    }

    /// Begins anew.
    pub fn begin(&mut self) {
        self.stage = SearchStage::Running;
        self.progress = Arc::default();
    }

    /// Asks the search to end; what it has found by then is kept.
    pub fn stop(&self) {
        self.progress.stop.store(true, Ordering::Relaxed);
    }

    /// Takes what a search has found so far.
    pub fn take(&mut self, version: u64, diagnosis: Box<Diagnosis>, stage: SearchStage) {
        if version != self.version {
            return;
        }
        let is_new = self.found.as_ref().is_none_or(|(own, _)| *own != version);
        if is_new {
            (self.selected, self.top) = (0, 0);
        }
        self.stage = stage;
        self.found = Some((version, diagnosis));
        self.selected = self.selected.min(self.listed().len().saturating_sub(1));
    }

    /// The diagnosis of the session as it is now.
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.found.as_ref().filter(|(version, _)| *version == self.version).map(|(_, diagnosis)| &**diagnosis)
    }

    /// Notes that the finding under the cursor made the session what it is now; `before` is the one that it speaks of.
    pub fn keep_applied(&mut self, before: Desk) {
        let Some((_, diagnosis)) = self.found.take() else { return };
        let title =
            listed(&diagnosis).get(self.selected).map(|(finding, _)| finding.title()).unwrap_or_default();
        self.applied = Some((self.version, Told { diagnosis, desk: before, title }));
    }

    /// What was found before a finding was applied: as long as nothing else is changed, that is what a report is about.
    pub fn applied(&self) -> Option<&Told> {
        self.applied.as_ref().filter(|(version, _)| *version == self.version).map(|(_, told)| told)
    }

    /// Its findings in the order of the list.
    pub fn listed(&self) -> Vec<(&Finding, Place)> {
        let mut found = self.diagnosis().map(listed).unwrap_or_default();
        if self.is_running() {
            found.retain(|(finding, _)| finding.causes.iter().all(|cause| cause.id != ANOTHER_SECRET));
        }
        found
    }

    /// The finding under the cursor.
    pub fn finding(&self) -> Option<&Finding> {
        self.listed().get(self.selected).map(|(finding, _)| *finding)
    }

    /// Whether it is under way, and to be drawn again soon.
    pub fn is_running(&self) -> bool {
        self.stage == SearchStage::Running
    }

    /// Whether more than single changes are to be tried.
    pub fn goes_deeper(diagnosis: &Diagnosis) -> bool {
        matches!(diagnosis.answer, Answer::Open | Answer::Incomplete | Answer::Contradicted)
    }

    /// How far it is, in words.
    pub fn words(&self) -> String {
        let tried = self.progress.tried.load(Ordering::Relaxed);
        match self.progress.depth.load(Ordering::Relaxed) {
            0 | 1 => "looking for one change".into(),
            2 => format!("looking for two changes together · {tried} tried"),
            _ => format!("looking for three changes together · {tried} tried"),
        }
    }
}
