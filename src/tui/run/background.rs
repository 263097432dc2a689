//! What takes longer than the user should wait: searches, passes over a body, reports. Each tells by an event what came of it.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Program;
use crate::analysis::Session;
use crate::diagnose::{Effort, Progress, diagnose};
use crate::frames::pass::Pass;
use crate::gateway::{Capture, folder};
use crate::host::input;
use crate::request::Body;
use crate::time::Timestamp;
use crate::tui::disk;
use crate::tui::event::{Event, Written};
use crate::tui::model::{Desk, Search, SearchStage};
use crate::tui::update::{self, Copyable};

/// How often a pass over a body tells how far it is.
const PROGRESS: u64 = 32 << 20;

/// A report that is copied is waited for no longer.
const REPORT: Duration = Duration::from_secs(10);

impl Program {
    /// Does something that may take long, and tells what came of it.
    pub(super) fn in_background(&self, work: impl FnOnce() -> Event + Send + 'static) {
        let sender = self.sender.clone();
        // The program may have ended meanwhile: then nobody waits.
        std::thread::spawn(move || drop(sender.send(work())));
    }

    /// Diagnoses in the background: single changes at once, then more together where they do not explain it.
    pub(super) fn search(&self, version: u64, session: Box<Session>, clock: Timestamp) {
        let (progress, sender) = (Arc::clone(&self.model.search.progress), self.sender.clone());
        std::thread::spawn(move || {
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            let single = diagnose(&session, clock, Effort::SINGLES, &progress);
            let deeper = Search::goes_deeper(&single);
            let stage = if deeper { SearchStage::Running } else { SearchStage::Done };
            // The program may have ended meanwhile: then nobody waits.
            let wanted = sender.send(Event::Diagnosed(version, Box::new(single), stage)).is_ok();
            if deeper && wanted {
                progress.tried.store(0, Ordering::Relaxed);
                let found = diagnose(&session, clock, Effort { threads, ..Effort::DEEP }, &progress);
                drop(sender.send(Event::Diagnosed(version, Box::new(found), SearchStage::Done)));
            }
        });
    }

    pub(super) fn save_tape(&self, path: PathBuf, captures: Vec<Arc<Capture>>) {
        let numbers = captures.iter().map(|capture| capture.number).collect();
        let keys = self.model.tape.keys.clone();
        self.in_background(move || {
            Event::Written(Written::Tape(numbers), disk::save_tape(&path, &captures, keys))
        });
    }

    pub(super) fn load_tape(&self, path: PathBuf) {
        let numbers = self.server.numbers();
        self.in_background(move || {
            let read = folder::load(&path, &numbers).map_err(|error| error.to_string());
            Event::TapeRead(path, read)
        });
    }

    /// Reads the body in the background. One that is edited meanwhile makes the number another, and the pass is dropped.
    pub(super) fn read(&self, pass: Pass, body: Body) {
        let version = self.model.reading.version;
        let (latest, sender) = (Arc::clone(&self.reading), self.sender.clone());
        latest.store(version, Ordering::Relaxed);
        std::thread::spawn(move || {
            let mut said = 0;
            let found = input::read_body(&body, pass, &mut |done| {
                if latest.load(Ordering::Relaxed) != version {
                    return ControlFlow::Break(());
                }
                if done - said >= PROGRESS {
                    said = done;
                    // The program may have ended meanwhile: then nobody waits.
                    drop(sender.send(Event::Reading(done)));
                }
                ControlFlow::Continue(())
            });
            if let Some(found) = found.map_err(|failure| failure.message).transpose() {
                let _ = sender.send(Event::BodyRead(version, pass, found));
            }
        });
    }
}

/// Diagnoses a session, and reports what was found.
pub(super) fn report(session: Session, clock: Timestamp, what: Copyable) -> String {
    let progress = Progress::within(REPORT);
    let mut found = diagnose(&session, clock, Effort::SINGLES, &progress);
    if Search::goes_deeper(&found) {
        found = diagnose(&session, clock, Effort::DEEP, &progress);
    }
    let desk = Desk::new(session, clock);
    update::report(&found, &desk.session, &desk.analysis, what)
}
