//! The gateway without a screen: a JSON line for each request, until so many came, a signal, or nobody reads the lines any more.
//!
//! The gateway's threads hand over what they captured and go on; here it is counted, printed and saved. The mistake of a mismatch
//! is looked for [aside].

use std::io::{self, Write};
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

#[cfg(unix)]
use signal_hook::flag;

use super::aside::Aside;
use super::lines::{Lines, Ready};
use crate::cli::{Answer, output};
use crate::gateway::capture::{By, Outcome};
use crate::gateway::folder::Folder;
use crate::gateway::launch::{Launch, not_started};
use crate::gateway::line::Searched;
use crate::gateway::tape::Counts;
use crate::gateway::{Capture, Gateway, KeyStore, News, line};
use crate::host::Failure;
use crate::request::Notice;
use crate::visible;

/// So many captures, each with the body that is kept of it, may wait for the loop; then the clients wait.
const WAITING: usize = 32;

/// What the loop waits for.
enum Event {
    News(News),
    /// What the search for the mistake of the capture of this number came to.
    Searched(u64, Searched),
    Signal,
    /// Nobody reads standard output any more.
    Unread,
    /// The gateway has ended: there will be no more.
    Ended,
}

/// Serves until `wanted` requests came, or a signal.
pub(super) fn run(launch: Launch, wanted: Option<u64>) -> Result<Answer, Failure> {
    let Launch { options, keys, notices, numbers, save, spool, .. } = launch;
    output::note(&notices);
    let (sender, events) = sync_channel(WAITING);
    listen_to_signals(sender.clone());
    watch_output(sender.clone());
    let own = sender.clone();
    let tell = move |number, searched| {
        // The loop may be over.
        let _ = own.send(Event::Searched(number, searched));
    };
    let threads = |error| Failure::new(format!("cannot start a thread: {error}"));
    let aside = Aside::start(options.settings.clone(), keys.clone(), tell).map_err(threads)?;
    let own = sender.clone();
    let sink = Box::new(move |news| {
        // The loop outlives the gateway.
        let _ = own.send(Event::News(news));
    });
    let own = keys.clone();
    let gateway =
        Gateway::start(options.clone(), keys, numbers, sink).map_err(|error| not_started(&error))?;
    output::note(&[Notice(format!("listening at {}", options.url(gateway.address())))]);
    let writer = Writer { counts: Counts::default(), unanswered: 0, save, unsaved: 0, keys: own };
    let running = Some(gateway);
    let mut run = Run { running, sender, wanted, aside, lines: Lines::default(), writer, end: None };
    run.serve(&events);
    drop(spool);
    run.end()
}

/// A run under way.
struct Run {
    /// The gateway, until it is told to end.
    running: Option<Gateway>,
    sender: SyncSender<Event>,
    wanted: Option<u64>,
    aside: Aside,
    lines: Lines,
    writer: Writer,
    /// Why no more lines are written.
    end: Option<End>,
}

/// Why no more lines are written.
enum End {
    /// Nobody reads them.
    Unread,
    /// Something is wrong.
    Failed(Failure),
}

impl Run {
    /// Takes what comes until the gateway has ended and every line is out.
    fn serve(&mut self, events: &Receiver<Event>) {
        let mut has_ended = false;
        while !(has_ended && (self.lines.is_empty() || self.end.is_some())) {
            match self.wait(events) {
                Some(Event::News(News::Trouble(words))) => output::note(&[Notice(words)]),
                Some(Event::News(News::Died(words))) => self.finish(End::Failed(died(&words))),
                Some(Event::News(News::Captured(capture))) => self.take(capture),
                Some(Event::Searched(number, searched)) => self.lines.close(number, searched),
                Some(Event::Signal) => self.stop(),
                Some(Event::Unread) => self.finish(End::Unread),
                Some(Event::Ended) => has_ended = true,
                None => {}
            }
            self.write();
        }
    }

    /// The next event; none when it is time for a line.
    fn wait(&self, events: &Receiver<Event>) -> Option<Event> {
        match self.lines.due(Instant::now()) {
            None => events.recv().ok(),
            Some(due) => events.recv_timeout(due).ok(),
        }
    }

    fn take(&mut self, capture: Arc<Capture>) {
        let is_done = self.wanted.is_some_and(|wanted| self.writer.counts.meant() >= wanted);
        // What comes while requests under way end is more than was asked for.
        if is_done || self.end.is_some() {
            return;
        }
        self.writer.count(&capture);
        match capture.outcome {
            Outcome::Mismatch(_) => {
                self.aside.search(&capture);
                self.lines.push_open(capture, Instant::now());
            }
            Outcome::Match | Outcome::Rejected(_) | Outcome::Unreadable(_) | Outcome::Preflight => {
                self.lines.push(capture, Instant::now());
            }
        }
        if self.wanted == Some(self.writer.counts.meant()) {
            self.stop();
        }
    }

    /// Writes the lines that can go out.
    fn write(&mut self) {
        while self.end.is_none()
            && let Some(ready) = self.lines.next(Instant::now())
        {
            if let Err(error) = self.writer.write(&ready) {
                self.finish(match error.kind() {
                    io::ErrorKind::BrokenPipe => End::Unread,
                    _ => End::Failed(Failure::new(format!("cannot write to standard output: {error}"))),
                });
            }
        }
    }

    fn finish(&mut self, end: End) {
        self.end.get_or_insert(end);
        self.stop();
    }

    /// Has the gateway end.
    fn stop(&mut self) {
        let Some(gateway) = self.running.take() else { return };
        let sender = self.sender.clone();
        // Not here: its threads may be waiting for this loop.
        std::thread::spawn(move || {
            gateway.stop();
            let _ = sender.send(Event::Ended);
        });
    }

    /// What it came to.
    fn end(self) -> Result<Answer, Failure> {
        if let Some(End::Failed(failure)) = self.end {
            return Err(failure);
        }
        let Writer { counts, unanswered, save, unsaved, .. } = self.writer;
        let mut words = counts.summary();
        if unanswered > 0 {
            words.push_str(&format!("; {unanswered} of them answered with an error"));
        }
        if let Some(folder) = save {
            words.push_str(&format!("; kept in {}", folder.path().display()));
        }
        if unsaved > 0 {
            words.push_str(&format!(", {unsaved} of them not"));
        }
        output::note(&[Notice(words)]);
        // A client that never came is no client that is right.
        let all_is_well = counts.matched > 0 && counts.matched == counts.meant() && unanswered == 0;
        Ok(if all_is_well { Answer::Yes } else { Answer::No })
    }
}

fn died(words: &str) -> Failure {
    Failure::new(format!("the gateway stopped: {words}"))
        .hint("this is a bug of Countersign; please report it")
}

/// Where lines go, and what was counted.
struct Writer {
    counts: Counts,
    /// How many matched and were answered with an error upstream, or not at all.
    unanswered: u64,
    save: Option<Folder>,
    /// How many the folder did not take.
    unsaved: u64,
    /// Whose secrets are in no line.
    keys: KeyStore,
}

impl Writer {
    fn count(&mut self, capture: &Capture) {
        self.counts.add(capture);
        let is_error = capture.answer.as_ref().is_none_or(|answer| match answer.by {
            By::Upstream => answer.status >= 400,
            // That there is no such object is a good answer.
            By::Gateway => answer.status >= 500,
        });
        self.unanswered += u64::from(capture.outcome == Outcome::Match && is_error);
    }

    fn write(&mut self, ready: &Ready) -> io::Result<()> {
        let Ready { capture, searched } = ready;
        let line = line::json(capture, searched.as_ref()).to_string();
        let line = self.keys.left_out((visible::json(&line) + "\n").into_owned().into_bytes());
        let mut out = io::stdout().lock();
        out.write_all(&line).and_then(|()| out.flush())?;
        if let Some(folder) = &mut self.save
            && let Err(error) = folder.write(capture, searched.as_ref())
        {
            self.unsaved += 1;
            // A disk that is full stays so for a while.
            if self.unsaved.is_power_of_two() {
                output::note(&[Notice(format!("request {} is not saved: {error}", capture.number))]);
            }
        }
        Ok(())
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

/// Whoever reads the lines may go while no request comes: then there is nothing to write that would tell.
#[cfg(unix)]
fn watch_output(events: SyncSender<Event>) {
    use rustix::event::{PollFd, PollFlags, poll};
    std::thread::spawn(move || {
        let out = io::stdout();
        loop {
            let mut watched = [PollFd::new(&out, PollFlags::empty())];
            match poll(&mut watched, None) {
                Ok(_) => break,
                Err(rustix::io::Errno::INTR) => {}
                // Then it is told when the next line is written.
                Err(_) => return,
            }
        }
        let _ = events.send(Event::Unread);
    });
}

#[cfg(not(unix))]
fn watch_output(_: SyncSender<Event>) {}
