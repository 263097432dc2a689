//! The gateway behind the screen: started and stopped on demand; what it tells waits here until the loop has time.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use super::event::Event;
use crate::gateway::folder::Folder;
use crate::gateway::launch;
use crate::gateway::tape::Room;
use crate::gateway::{Gateway, KeyStore, News, Numbers, Options, Sink, Tape};
use crate::host::Failure;
use crate::signature::Credentials;

/// The exit code of a Rust program that panicked.
const PANICKED: u8 = 101;

/// Requests under way may take so long when the program ends.
const DRAIN: Duration = Duration::from_secs(1);

/// What a gateway is started with.
pub(crate) struct Plan {
    /// What it is told.
    pub(crate) options: Options,
    /// The keys it knows.
    pub(crate) keys: KeyStore,
    /// How much may wait to be shown.
    pub(crate) room: Room,
    /// Where everything is kept as it arrives.
    pub(crate) save: Option<Folder>,
    /// What captures are numbered by.
    pub(crate) numbers: Numbers,
    /// Where long bodies lie; made when it first listens, unless it was made before.
    pub(crate) spool: Option<TempDir>,
}

/// The gateway, while it runs and while it does not.
pub(crate) struct Server {
    running: Option<Gateway>,
    options: Options,
    keys: KeyStore,
    inbox: Arc<Mutex<Inbox>>,
    sender: Sender<Event>,
    numbers: Numbers,
    /// It goes with the program.
    spool: Option<TempDir>,
}

/// What was told and not shown yet: as bounded as the tape is.
struct Inbox {
    tape: Tape,
    troubles: Vec<String>,
    save: Option<Folder>,
}

impl Server {
    /// A server that does not run yet.
    pub(crate) fn new(plan: Plan, sender: Sender<Event>) -> Self {
        let mut options = plan.options;
        options.limits.drain = DRAIN;
        let inbox = Inbox { tape: Tape::new(plan.room), troubles: Vec::new(), save: plan.save };
        let inbox = Arc::new(Mutex::new(inbox));
        let Plan { keys, numbers, spool, .. } = plan;
        Self { running: None, options, keys, inbox, sender, numbers, spool }
    }

    /// Listens, and tells where.
    pub(crate) fn start(&mut self) -> Result<String, Failure> {
        if self.spool.is_none() {
            let spool = launch::spool(None)?;
            self.options.spool = spool.path().to_owned();
            self.spool = Some(spool);
        }
        let (options, keys) = (self.options.clone(), self.keys.clone());
        let started = Gateway::start(options, keys, self.numbers.clone(), self.sink());
        let gateway = started.map_err(|error| launch::not_started(&error))?;
        let url = self.options.url(gateway.address());
        self.running = Some(gateway);
        Ok(url)
    }

    /// What captures are numbered by.
    pub(crate) fn numbers(&self) -> Numbers {
        self.numbers.clone()
    }

    fn sink(&self) -> Sink {
        let (inbox, sender) = (Arc::clone(&self.inbox), self.sender.clone());
        Box::new(move |news| {
            if let News::Died(_) = news {
                // The terminal was given back and the reason printed when it happened.
                let _ = sender.send(Event::Terminate(PANICKED));
                return;
            }
            let waits = lock(&inbox).take(news);
            if waits == Waits::First {
                // The program may be ending.
                let _ = sender.send(Event::NewsWaits);
            }
        })
    }

    /// Listens no more.
    pub(crate) fn stop(&mut self) {
        if let Some(gateway) = self.running.take() {
            gateway.stop();
        }
    }

    /// What was told since the last time.
    pub(crate) fn news(&self) -> Event {
        let mut inbox = lock(&self.inbox);
        let room = inbox.tape.room();
        let tape = std::mem::replace(&mut inbox.tape, Tape::new(room));
        Event::News(Box::new(tape), std::mem::take(&mut inbox.troubles))
    }

    /// Adds a pair to the key store.
    pub(crate) fn add_key(&self, pair: Credentials) {
        self.keys.add(pair);
    }
}

fn lock(inbox: &Mutex<Inbox>) -> MutexGuard<'_, Inbox> {
    inbox.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether something waited already.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Waits {
    First,
    More,
}

impl Inbox {
    fn take(&mut self, news: News) -> Waits {
        let waits = match self.tape.is_empty() && self.troubles.is_empty() {
            true => Waits::First,
            false => Waits::More,
        };
        match news {
            News::Captured(capture) => {
                if let Some(Err(error)) = self.save.as_mut().map(|folder| folder.write(&capture, None)) {
                    self.save = None;
                    self.troubles.push(format!("The tape is not saved any more: {error}."));
                }
                self.tape.push(capture);
            }
            News::Trouble(words) | News::Died(words) => self.troubles.push(words),
        }
        waits
    }
}
