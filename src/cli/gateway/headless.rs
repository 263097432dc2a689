//! The gateway without a screen: a JSON line for each request, until so many came, or a signal.
//!
//! The gateway's threads hand over what they captured and go on; here it is diagnosed, printed and saved.

use std::io::{self, Write};
#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{SyncSender, sync_channel};

#[cfg(unix)]
use signal_hook::flag;

use super::launch::{Launch, failure, not_started};
use super::summary;
use crate::cli::{Answer, Failure, output};
use crate::diagnose::{Certainty, Effort, Progress, diagnose};
use crate::gateway::capture::Outcome;
use crate::gateway::folder::Folder;
use crate::gateway::tape::Counts;
use crate::gateway::{Capture, Gateway, KeyStore, News, line};
use crate::machine;
use crate::request::Notice;
use crate::settings::Settings;

/// So many captures, each with the body that is kept of it, may wait for their line; then the clients wait.
const WAITING: usize = 32;

/// What the loop waits for.
enum Event {
    News(News),
    Signal,
    /// The gateway has ended: there will be no more.
    Ended,
}

/// Serves until `wanted` requests came, or a signal.
pub(super) fn run(launch: Launch, wanted: Option<u64>) -> Result<Answer, Failure> {
    let Launch { options, keys, notices, numbers, save, spool, .. } = launch;
    let kept = save.as_ref().map(|folder| format!("; kept in {}", folder.path().display()));
    output::note(&notices);
    let (sender, events) = sync_channel(WAITING);
    listen_to_signals(sender.clone());
    let (settings, known) = (options.settings.clone(), keys.clone());
    let mut writer = Writer { counts: Counts::default(), unanswered: 0, settings, keys: known, save };
    let own = sender.clone();
    let sink = Box::new(move |news| {
        // The loop outlives the gateway.
        let _ = own.send(Event::News(news));
    });
    let gateway =
        Gateway::start(options.clone(), keys, numbers, sink).map_err(|error| not_started(&error))?;
    output::note(&[Notice(format!("listening at {}", options.url(gateway.address())))]);
    let mut running = Some(gateway);
    let mut unwritable = None;
    for event in events {
        let is_over = match event {
            Event::Ended => break,
            Event::Signal => true,
            Event::News(News::Trouble(words)) => {
                output::note(&[Notice(words)]);
                false
            }
            // What comes while requests under way end is more than was asked for.
            Event::News(News::Captured(_))
                if unwritable.is_some() || wanted.is_some_and(|wanted| writer.counts.meant() >= wanted) =>
            {
                false
            }
            Event::News(News::Captured(capture)) => {
                unwritable = writer.take(&capture).err();
                unwritable.is_some() || wanted == Some(writer.counts.meant())
            }
        };
        if is_over && let Some(gateway) = running.take() {
            let sender = sender.clone();
            // Not here: its threads may be waiting for this loop.
            std::thread::spawn(move || {
                gateway.stop();
                let _ = sender.send(Event::Ended);
            });
        }
    }
    drop(spool);
    if let Some(failure) = unwritable {
        return Err(failure);
    }
    let Writer { counts, unanswered, .. } = writer;
    let errors = (unanswered > 0).then(|| format!("; {unanswered} of them answered with an error"));
    output::note(&[Notice(summary(counts) + &errors.unwrap_or_default() + &kept.unwrap_or_default())]);
    // A client that never came is no client that is right.
    let all_is_well = counts.matched > 0 && counts.matched == counts.meant() && unanswered == 0;
    Ok(if all_is_well { Answer::Yes } else { Answer::No })
}

/// Where lines go, and what was counted.
struct Writer {
    counts: Counts,
    /// How many matched and were answered with an error upstream, or not at all.
    unanswered: u64,
    /// What a mismatch is diagnosed with.
    settings: Settings,
    keys: KeyStore,
    save: Option<Folder>,
}

impl Writer {
    fn take(&mut self, capture: &Capture) -> Result<(), Failure> {
        self.counts.add(capture);
        let is_error = capture.answer.as_ref().is_none_or(|answer| answer.status >= 400);
        self.unanswered += u64::from(capture.outcome == Outcome::Match && is_error);
        let cause = self.cause(capture);
        let line = format!("{}\n", line::json(capture, cause.as_deref()));
        let mut out = io::stdout().lock();
        let written = out.write_all(line.as_bytes()).and_then(|()| out.flush());
        output::written(written)?;
        match &mut self.save {
            Some(folder) => folder.write(capture, cause.as_deref()).map_err(failure),
            None => Ok(()),
        }
    }

    /// The ids of the mistake that reproduces the signature of a mismatch; single changes are tried, for some milliseconds.
    fn cause(&self, capture: &Capture) -> Option<String> {
        let Outcome::Mismatch(_) = capture.outcome else { return None };
        let session = capture.session(&self.settings, self.keys.pairs())?;
        let found = diagnose(&session, machine::clock(), Effort::SINGLES, &Progress::default());
        let proven = found.findings.iter().find(|finding| finding.certainty == Certainty::Proven)?;
        let ids: Vec<&str> = proven.causes.iter().map(|cause| cause.id).collect();
        Some(ids.join(" + "))
    }
}

/// The first signal ends it in order, a second one at once: whoever reads the lines may have stopped, and then this waits for him.
#[cfg(unix)]
fn listen_to_signals(events: SyncSender<Event>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    const ALL: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];
    let is_second = Arc::new(AtomicBool::new(false));
    for signal in ALL {
        // In this order: what the first one sets is seen by the next. Without them it ends in order only.
        let _ = flag::register_conditional_default(signal, Arc::clone(&is_second));
        let _ = flag::register(signal, Arc::clone(&is_second));
    }
    let Ok(mut signals) = signal_hook::iterator::Signals::new(ALL) else { return };
    std::thread::spawn(move || {
        for _ in signals.forever() {
            // The loop may be over already.
            let _ = events.send(Event::Signal);
        }
    });
}

#[cfg(not(unix))]
fn listen_to_signals(_: SyncSender<Event>) {}
