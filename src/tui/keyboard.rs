//! The keyboard, the mouse and the size of the window: a thread that reads them and can be paused.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use crossterm::event::{self, KeyEventKind};

use super::event::Event;
use super::signals::HANG_UP;

/// The thread that reads the keyboard. It can be paused, so that an editor gets the keys.
pub(crate) struct Keys {
    paused: Arc<AtomicBool>,
    waiting: Arc<AtomicBool>,
}

impl Keys {
    /// Reads keys from now on.
    pub(crate) fn start(sender: Sender<Event>) -> Self {
        let (paused, waiting) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let keys = Self { paused: Arc::clone(&paused), waiting: Arc::clone(&waiting) };
        // The first poll sets up the reader. Until then nobody hears of a resize, so it must not wait for the thread: the caller
        // takes the size of the terminal next. A terminal that cannot be polled is told of by the thread.
        let _ = event::poll(Duration::ZERO);
        std::thread::spawn(move || {
            loop {
                while paused.load(Ordering::Acquire) {
                    waiting.store(true, Ordering::Release);
                    std::thread::park_timeout(Duration::from_millis(20));
                }
                waiting.store(false, Ordering::Release);
                match next_event() {
                    Ok(Some(event)) => {
                        if sender.send(event).is_err() {
                            return;
                        }
                    }
                    Ok(None) => {}
                    Err(_) => {
                        // The terminal is gone, and nothing waits for this thread any more.
                        waiting.store(true, Ordering::Release);
                        let _ = sender.send(Event::Terminate(HANG_UP));
                        return;
                    }
                }
            }
        });
        keys
    }

    /// Returns once the thread no longer reads. It sleeps in a read without end, so that an idle program does nothing at all; the
    /// signal of a resized terminal wakes it.
    pub(crate) fn pause(&self) {
        self.paused.store(true, Ordering::Release);
        while !self.waiting.load(Ordering::Acquire) {
            wake();
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Reads again.
    pub(crate) fn go_on(&self) {
        self.waiting.store(false, Ordering::Release);
        self.paused.store(false, Ordering::Release);
    }
}

#[cfg(unix)]
fn wake() {
    // Nothing but the thread of the keyboard listens to it, and it reads the size that the terminal has.
    let _ = signal_hook::low_level::raise(signal_hook::consts::SIGWINCH);
}

#[cfg(not(unix))]
fn wake() {}

/// The next event, if it is of use here.
fn next_event() -> io::Result<Option<Event>> {
    if cfg!(not(unix)) && !event::poll(Duration::from_millis(100))? {
        return Ok(None);
    }
    Ok(match event::read()? {
        event::Event::Key(key) if key.kind != KeyEventKind::Release => Some(Event::Key(key)),
        event::Event::Paste(text) => Some(Event::Paste(text)),
        event::Event::Mouse(mouse) => Some(Event::Mouse(mouse)),
        event::Event::Resize(columns, rows) => Some(Event::Resize(columns, rows)),
        event::Event::Key(_) | event::Event::FocusGained | event::Event::FocusLost => None,
    })
}
