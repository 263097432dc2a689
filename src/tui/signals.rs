//! What the system asks of the program: to end, to stop, to go on.
//!
//! While an editor has the terminal, the keyboard's signals are for the editor: a stop stops the program beside it at once, since the
//! loop waits for the editor, and an interrupt is the editor's alone.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::event::Event;

/// The exit code after a hang-up: 128 and the number of the signal, as shells have it.
pub(crate) const HANG_UP: u8 = 129;

/// The signals, and whose terminal it is.
pub(crate) struct Signals(Arc<State>);

#[derive(Default)]
struct State {
    /// An editor has the terminal.
    is_lent: Mutex<bool>,
    /// Set in the very moment in which an interrupt arrives; the thread below hears of it later.
    is_interrupted: Arc<AtomicBool>,
    /// The next interrupt that the thread hears of was for an editor that is gone by now.
    was_for_editor: AtomicBool,
    /// The next signal to stop is the program's own, and is obeyed already.
    own_stop: AtomicBool,
    /// The same for the next one to go on.
    own_go_on: AtomicBool,
}

/// Who is stopped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stopped {
    /// The whole job, a script around the program included, as the terminal itself would have it.
    Job,
    /// The program alone: whoever sent the signal has seen to the others.
    Program,
}

#[cfg(unix)]
impl Signals {
    /// Turns signals into events from now on.
    pub(crate) fn listen(sender: &Sender<Event>) -> Self {
        use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
        let state = Arc::new(State::default());
        let own = Self(Arc::clone(&state));
        let wanted = [SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT];
        watch_terminal(sender.clone());
        // What cannot be noted in time is taken as meant for the program.
        let _ = signal_hook::flag::register(SIGINT, Arc::clone(&state.is_interrupted));
        let Ok(mut signals) = signal_hook::iterator::Signals::new(wanted) else { return own };
        let sender = sender.clone();
        std::thread::spawn(move || {
            for signal in signals.forever() {
                let is_lent = *lock(&state.is_lent);
                let event = match signal {
                    SIGTSTP if state.own_stop.swap(false, Ordering::AcqRel) => continue,
                    SIGTSTP if is_lent => {
                        stop_here();
                        continue;
                    }
                    SIGTSTP => Event::Stop,
                    SIGCONT if is_lent || state.own_go_on.swap(false, Ordering::AcqRel) => continue,
                    SIGCONT => Event::GoOn,
                    SIGINT if state.is_for_editor() => continue,
                    signal => Event::Terminate(128 + signal as u8),
                };
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        own
    }

    /// Stops until the shell says to go on. The terminal must have been given back.
    pub(crate) fn stop(&self, who: Stopped) -> io::Result<()> {
        self.0.own_go_on.store(true, Ordering::Release);
        if who == Stopped::Job {
            self.0.own_stop.store(true, Ordering::Release);
            rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        }
        stop_here();
        Ok(())
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn listen(_: &Sender<Event>) -> Self {
        Self(Arc::default())
    }

    pub(crate) fn stop(&self, _: Stopped) -> io::Result<()> {
        Ok(())
    }
}

impl Signals {
    /// An editor has the terminal from now on.
    pub(crate) fn lend(&self) {
        *lock(&self.0.is_lent) = true;
        self.0.is_interrupted.store(false, Ordering::Release);
    }

    /// The terminal is the program's own again.
    pub(crate) fn take_back(&self) {
        let mut is_lent = lock(&self.0.is_lent);
        *is_lent = false;
        self.0.was_for_editor.store(self.0.is_interrupted.swap(false, Ordering::AcqRel), Ordering::Release);
    }
}

impl State {
    /// Whether an interrupt that the thread hears of now came while an editor had the terminal.
    #[cfg(unix)]
    fn is_for_editor(&self) -> bool {
        let is_lent = lock(&self.is_lent);
        if *is_lent {
            self.is_interrupted.store(false, Ordering::Release);
        }
        *is_lent || self.was_for_editor.swap(false, Ordering::AcqRel)
    }
}

fn lock(is_lent: &Mutex<bool>) -> MutexGuard<'_, bool> {
    is_lent.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells when the window is closed. The signal of that goes to the leader of the session, often a shell that may keep it for itself;
/// a read would find the end of the input for ever, and wake for nothing.
#[cfg(unix)]
fn watch_terminal(sender: Sender<Event>) {
    use rustix::event::{PollFd, PollFlags, poll};
    std::thread::spawn(move || {
        let out = io::stdout();
        loop {
            // Nothing is waited for but the hang-up itself.
            let mut terminal = [PollFd::new(&out, PollFlags::empty())];
            let polled = poll(&mut terminal, None);
            match (polled, terminal[0].revents()) {
                (Err(rustix::io::Errno::INTR), _) => {}
                (Ok(_), events) if events.intersects(PollFlags::HUP | PollFlags::ERR) => {
                    // The program may be ending already.
                    let _ = sender.send(Event::Terminate(HANG_UP));
                    return;
                }
                // Where terminals cannot be polled the signal has to do.
                (Ok(_) | Err(_), _) => return,
            }
        }
    });
}

/// SIGTSTP has a handler here, so what it would do is done by the signal that has none.
#[cfg(unix)]
fn stop_here() {
    if can_stop() {
        // Nothing is left to be done where even this fails.
        let _ = signal_hook::low_level::raise(signal_hook::consts::SIGSTOP);
    }
}

/// Whether a shell is there to bring the program back: the group of a session's leader has none, and would be stopped for good.
#[cfg(unix)]
pub(crate) fn can_stop() -> bool {
    use rustix::process::{getpgid, getsid};
    matches!((getpgid(None), getsid(None)), (Ok(group), Ok(session)) if group != session)
}

#[cfg(not(unix))]
pub(crate) fn can_stop() -> bool {
    false
}
