//! Mistakes are looked for in a thread of their own, one after the other: no client and no other line waits for the processor.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::diagnose::{Certainty, Effort, Exhausted, Progress, diagnose};
use crate::gateway::line::{Search, Searched};
use crate::gateway::{Capture, KeyStore};
use crate::machine;
use crate::settings::Settings;

/// A search may take so long where no other waits. Those of HMAC take some milliseconds.
const BUDGET: Duration = Duration::from_secs(1);

/// However many wait, each has so long.
const LEAST: Duration = Duration::from_millis(20);

/// One change at a time, on one thread: the gateway's own threads need the others.
const EFFORT: Effort = Effort { threads: 1, ..Effort::SINGLES };

/// The thread that searches. It ends when this is dropped, after the search that it is at.
pub(super) struct Aside {
    jobs: Sender<Weak<Capture>>,
    waiting: Arc<AtomicUsize>,
}

impl Aside {
    /// Starts the thread; `tell` is given the number of each capture and what the search came to.
    pub(super) fn start(
        settings: Settings,
        keys: KeyStore,
        tell: impl Fn(u64, Searched) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (jobs, queue) = channel::<Weak<Capture>>();
        let waiting = Arc::new(AtomicUsize::new(0));
        let own = Arc::clone(&waiting);
        let work = move || {
            for job in queue {
                let count = own.fetch_sub(1, Ordering::Relaxed);
                // One whose line has gone out is of no use any more.
                let Some(capture) = job.upgrade() else { continue };
                tell(capture.number, search(&capture, &settings, &keys, budget(count)));
            }
        };
        std::thread::Builder::new().name("diagnose".into()).spawn(work)?;
        Ok(Self { jobs, waiting })
    }

    /// Has the mistake of a capture looked for, unless its line goes out before.
    pub(super) fn search(&self, capture: &Arc<Capture>) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        // The thread lives as long as this does.
        let _ = self.jobs.send(Arc::downgrade(capture));
    }
}

/// How long a search may take when `count` of them wait, itself among them.
fn budget(count: usize) -> Duration {
    (BUDGET / u32::try_from(count).unwrap_or(u32::MAX).max(1)).max(LEAST)
}

/// The IDs of the mistake that reproduces the signature of a mismatch.
fn search(capture: &Capture, settings: &Settings, keys: &KeyStore, budget: Duration) -> Searched {
    let Some(session) = capture.session(settings, keys.pairs()) else {
        return Searched { cause: None, search: Search::Whole };
    };
    let progress = Progress::within(budget);
    let found = diagnose(&session, machine::clock(), EFFORT, &progress);
    let proven = found.findings.iter().find(|finding| finding.certainty == Certainty::Proven);
    let ids = proven.map(|finding| finding.causes.iter().map(|cause| cause.id).collect::<Vec<_>>());
    let is_cut = ids.is_none() && (found.exhausted == Exhausted::No || progress.is_over());
    let search = if is_cut { Search::Cut } else { Search::Whole };
    Searched { cause: ids.map(|ids| ids.join(" + ")), search }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_wait_share_the_time() {
        for (count, milliseconds) in [(0, 1000), (1, 1000), (4, 250), (60, 20), (usize::MAX, 20)] {
            assert_eq!(budget(count), Duration::from_millis(milliseconds), "{count}");
        }
    }
}
