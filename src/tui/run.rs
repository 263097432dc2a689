//! The loop: events in, frames out, effects carried out.

mod background;
mod terminal;

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::clipboard::Clipboard;
use super::disk;
use super::effect::{Effect, Secrecy};
use super::event::{Event, Written};
use super::keyboard::Keys;
use super::model::{Listening, Model};
use super::screen::Screen;
use super::server::{Plan, Server};
use super::signals::{HANG_UP, Signals};
use super::update::{Moment, update};
use crate::host::Failure;
use crate::machine;
use crate::report::redact;
use background::report;

/// Whether the gateway listens from the start.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum AtStart {
    /// It does.
    Listens,
    /// It waits until it is asked to.
    Waits,
}

/// Runs until the user leaves; returns the exit code.
pub(crate) fn run(mut model: Model, plan: Plan, at_start: AtStart) -> Result<u8, Failure> {
    let failed = |error: io::Error| {
        Failure::new(format!("expected a terminal that can be drawn on, but found {error}"))
    };
    let (sender, events) = channel();
    let mut server = Server::new(plan, sender.clone());
    if at_start == AtStart::Listens {
        // A port that is taken is told before there is a screen.
        model.tape.listening = Listening::At(server.start()?);
    }
    let signals = Signals::listen(&sender);
    let screen = Screen::enter(model.mouse).map_err(failed)?;
    let keys = Keys::start(sender.clone());
    let reading = Arc::new(AtomicU64::new(0));
    let mut program = Program {
        model,
        screen,
        events,
        sender,
        keys,
        reading,
        clipboard: Clipboard::default(),
        server,
        signals,
        news: None,
    };
    match program.run() {
        // A window that was closed leaves nobody to tell.
        Err(_) if !io::stdout().is_terminal() => Ok(HANG_UP),
        ended => ended.map_err(failed),
    }
}

struct Program {
    model: Model,
    screen: Screen,
    events: Receiver<Event>,
    sender: Sender<Event>,
    keys: Keys,
    /// The number of the body that is wanted; passes over others stop.
    reading: Arc<AtomicU64>,
    clipboard: Clipboard,
    server: Server,
    signals: Signals,
    /// When the news of the gateway that waits is taken in.
    news: Option<Instant>,
}

/// Whether the loop goes on.
enum Next {
    Draw,
    End(u8),
}

impl Program {
    fn run(&mut self) -> io::Result<u8> {
        let (columns, rows) = self.screen.size()?;
        let mut next = self.take(Event::Resize(columns, rows))?;
        while let Next::Draw = next {
            self.screen.draw(&self.model)?;
            next = self.wait()?;
        }
        match next {
            Next::End(code) => Ok(code),
            Next::Draw => Ok(0),
        }
    }

    /// Sleeps until something happens, then takes in everything that has.
    fn wait(&mut self) -> io::Result<Next> {
        let hide = self.model.revealed.map(|until| until.saturating_duration_since(Instant::now()));
        let searched = self.model.search.is_running().then_some(SEARCHED);
        let tick = searched.or_else(|| self.model.counts_down().then(until_next_second));
        let news = self.news.map(|due| due.saturating_duration_since(Instant::now()));
        let alarms = [(hide, Alarm::Hide), (tick, Alarm::Tick), (news, Alarm::News)];
        let next =
            alarms.into_iter().filter_map(|(wait, alarm)| Some((wait?, alarm))).min_by_key(|(wait, _)| *wait);
        let first = match next {
            None => self.events.recv().unwrap_or(Event::Terminate(0)),
            Some((wait, alarm)) => match self.events.recv_timeout(wait) {
                Ok(first) => first,
                Err(RecvTimeoutError::Timeout) => self.ring(alarm),
                Err(RecvTimeoutError::Disconnected) => Event::Terminate(0),
            },
        };
        let mut next = self.take(first)?;
        while let (Next::Draw, Ok(event)) = (&next, self.events.try_recv()) {
            next = self.take(event)?;
        }
        Ok(next)
    }

    /// What happens when the time of an alarm has come.
    fn ring(&mut self, alarm: Alarm) -> Event {
        match alarm {
            Alarm::Hide => Event::Hide,
            Alarm::Tick => Event::Tick,
            Alarm::News => {
                self.news = None;
                self.server.news()
            }
        }
    }

    fn take(&mut self, event: Event) -> io::Result<Next> {
        if let Event::NewsWaits = event {
            // Thousands a second are shown some times a second, so that the screen stays alive.
            self.news.get_or_insert_with(|| Instant::now() + NEWS);
        }
        let code = if let Event::Terminate(code) = event { code } else { 0 };
        let was_revealed = self.model.revealed.is_some();
        let moment = Moment { clock: machine::clock(), instant: Instant::now() };
        for effect in update(&mut self.model, event, moment) {
            if let Next::End(own) = self.perform(effect)? {
                return Ok(Next::End(code.max(own)));
            }
        }
        if was_revealed && self.model.revealed.is_none() {
            self.screen.repaint()?;
        }
        Ok(Next::Draw)
    }

    fn perform(&mut self, effect: Effect) -> io::Result<Next> {
        match effect {
            Effect::Quit => return Ok(Next::End(0)),
            Effect::Suspend(who) => self.suspend(who)?,
            Effect::Retake => self.retake()?,
            Effect::Copy { text, what, secrecy, note } => {
                let told = self.copy(&text, what, secrecy);
                self.tell(Event::Told(told + &note));
            }
            Effect::Report { what, session, clock } => {
                self.in_background(move || Event::Reported(what, report(*session, clock, what)));
            }
            Effect::Look(version, pieces) => {
                let found = disk::look(&pieces);
                self.tell(Event::Looked(version, pieces, found));
            }
            Effect::ReadFiles(version, pieces) => {
                self.in_background(move || Event::FilesRead(version, disk::read_named(pieces)));
            }
            Effect::EditBody(rope) => {
                let edited = self.edit(&rope)?;
                self.tell(Event::Edited(edited));
            }
            Effect::ReadBody(pass, body) => self.read(pass, body),
            Effect::Search { version, session, clock } => self.search(version, session, clock),
            Effect::Read(path, purpose) => {
                let loaded = disk::load(&path, purpose);
                self.tell(Event::Read(path, loaded));
            }
            Effect::Write(path, bytes) => {
                self.tell(Event::Written(Written::Request, disk::save(&path, &bytes)))
            }
            Effect::Mouse(mouse) => self.screen.set_mouse(mouse)?,
            Effect::Listen => {
                let started = self.server.start().map_err(in_a_sentence);
                self.tell(Event::Listening(started));
            }
            Effect::StopListening => {
                self.server.stop();
                self.tell(Event::NotListening);
            }
            Effect::AddKey(pair) => self.server.add_key(pair),
            Effect::SaveTape(path, captures) => self.save_tape(path, captures),
            Effect::LoadTape(path) => self.load_tape(path),
        }
        Ok(Next::Draw)
    }

    /// Copies a text, without the secret in whatever form it stands there.
    fn copy(&mut self, text: &str, what: &'static str, secrecy: Secrecy) -> String {
        let own = self.model.analysis.situation.credentials.as_ref();
        let text = own.map_or(text.into(), |own| redact::without(text, &own.secret));
        self.clipboard.copy(&text, what, secrecy, self.screen.out())
    }

    /// The loop owns the receiver, so a send from here cannot fail.
    fn tell(&self, event: Event) {
        let _ = self.sender.send(event);
    }
}

/// Something that happens by itself after a while.
#[derive(Clone, Copy)]
enum Alarm {
    Hide,
    Tick,
    News,
}

/// How long news of the gateway may wait.
const NEWS: Duration = Duration::from_millis(40);

/// Why the gateway did not start, and what to do, in a sentence.
fn in_a_sentence(failure: Failure) -> String {
    match failure.hint {
        Some(hint) => format!("{}: {hint}", failure.message),
        None => failure.message,
    }
}

/// How often a search under way is shown.
const SEARCHED: Duration = Duration::from_millis(100);

/// How long it is until the clock shows another second.
fn until_next_second() -> Duration {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Duration::from_secs(1) - Duration::from_nanos(now.subsec_nanos().into())
}
