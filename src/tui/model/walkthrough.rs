//! The walkthrough of the request on the table: the step that is looked at, what was done to the request on its way, and where the
//! server's clock stands. It is derived when it is looked at, and kept until the session changes.

use super::super::line::LineEdit;
use crate::analysis::{Analysis, Session};
use crate::time::Timestamp;
use crate::walkthrough::clock::{Guard, Window};
use crate::walkthrough::lessons::{Page, Tour};
use crate::walkthrough::tamper::{Offer, Parted, Row, Server};
use crate::walkthrough::{Step, StepKind, Tamper, Tampered, Walkthrough, steps};

/// The walkthrough and the place in it.
#[derive(Default)]
pub struct Walk {
    /// The step that is looked at.
    pub at: usize,
    /// The first row of it that is shown.
    pub top: usize,
    /// Whether it is shown to many.
    pub stage: Stage,
    /// What a step was sought by.
    pub sought: LineEdit,
    /// The lesson that is taken.
    pub lesson: Option<Lesson>,
    /// Whether the server remembers signatures.
    guard: Guard,
    /// The number that is being typed.
    number: usize,
    tampers: Vec<Offer>,
    /// By how many seconds the server's clock was moved.
    moved: i64,
    tampered: Option<Box<Tampered>>,
    walked: Option<Walked>,
}

/// A lesson and the page that is open.
#[derive(Clone, Copy)]
pub struct Lesson {
    /// The tour.
    pub tour: &'static Tour,
    /// The page, counted from zero; behind the last one is the exercise.
    pub at: usize,
}

impl Lesson {
    /// The page; `None` at the exercise.
    pub fn page(&self) -> Option<&'static Page> {
        self.tour.pages.get(self.at)
    }
}

/// Whether one step fills the screen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Stage {
    /// The diagram stands beside the step.
    #[default]
    Desk,
    /// One step fills the screen.
    Presenting,
}

/// What both sides do.
enum Walked {
    /// The request arrives as it was sent.
    Whole(Box<Walkthrough>),
    /// Something was done to it, or the clock was moved.
    Parted(Box<Parted>),
}

impl Walk {
    /// What was derived is of use no more.
    pub fn outdate(&mut self) {
        self.tampered = None;
        self.walked = None;
    }

    /// The clock went on: what a request states is the same, what a server makes of it may not be.
    pub fn tick(&mut self) {
        self.tampered = self.tampered.take().filter(|tampered| tampered.is_signed());
        self.walked = None;
    }

    /// Another request is on the table: nothing was done to it yet.
    pub fn begin_anew(&mut self) {
        self.tampers.clear();
        (self.moved, self.top) = (0, 0);
        self.outdate();
    }

    /// Derives what is not known yet.
    pub fn follow(&mut self, session: &Session, analysis: &Analysis, clock: Timestamp) {
        if self.walked.is_none() {
            self.walked = Some(match self.is_touched() {
                false => Walked::Whole(Box::new(steps(session, analysis))),
                true => Walked::Parted(Box::new(self.parts(session, clock))),
            });
        }
        self.at = self.at.min(self.steps().count().saturating_sub(1));
    }

    fn parts(&mut self, session: &Session, clock: Timestamp) -> Parted {
        let server = Server { clock, moved: self.moved, guard: self.guard };
        let tampers = || self.tampers.iter().map(|offer| offer.tamper.clone()).collect::<Vec<Tamper>>();
        let make = || Box::new(Tampered::of(session, &tampers(), clock));
        self.tampered.get_or_insert_with(make).parted(server)
    }

    /// The walk of the side that signs, and of the side that receives.
    fn sides(&self) -> Option<(&Walkthrough, &Walkthrough)> {
        match self.walked.as_ref()? {
            Walked::Whole(own) => Some((own, own)),
            Walked::Parted(parted) => Some((&parted.signed, &parted.received)),
        }
    }

    /// The walk, as the side that signs takes it.
    pub fn signed(&self) -> Option<&Walkthrough> {
        self.sides().map(|(signed, _)| signed)
    }

    /// Every step: up to the sending those of the side that signs, then those of the side that receives.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let sides = self.sides();
        let signed = sides.map_or(&[][..], |(signed, _)| split(signed).0);
        let received = sides.map_or(&[][..], |(_, received)| split(received).1);
        signed.iter().chain(received)
    }

    /// The step that is looked at.
    pub fn step(&self) -> Option<&Step> {
        self.steps().nth(self.at)
    }

    /// Where both sides part; `None` while nothing was done.
    pub fn parted(&self) -> Option<&Parted> {
        match self.walked.as_ref()? {
            Walked::Whole(_) => None,
            Walked::Parted(parted) => Some(parted),
        }
    }

    /// What both sides made at a step, where that is not the same.
    pub fn differing(&self, step: &Step) -> Option<&Row> {
        let is_own = |row: &&Row| row.kind == step.kind && row.title == step.title && !row.agree;
        self.parted()?.rows.iter().find(is_own)
    }

    /// Whether the sides part at this step.
    pub fn parts_at(&self, step: &Step) -> bool {
        let first = self.parted().and_then(|parted| parted.first);
        let is_check = matches!(step.kind, StepKind::Checks(_));
        first == Some(step.kind) && (is_check || self.differing(step).is_some())
    }

    /// When the request that arrives is taken.
    pub fn window(&self) -> Option<&Window> {
        self.sides()?.1.window.as_ref()
    }

    /// All that is shown as one walkthrough, to pass on; `changes` say what was done.
    pub fn told(&self, changes: &str) -> Option<Walkthrough> {
        let (signed, received) = self.sides()?;
        let name = match changes.is_empty() {
            true => signed.name.clone(),
            false => format!("{} ({changes})", signed.name),
        };
        let (steps, reply) = (self.steps().cloned().collect(), received.reply.clone());
        Some(Walkthrough { name, steps, reply, window: received.window, ..signed.clone() })
    }

    /// Whether no date limits the request.
    pub fn lacks_date(&self) -> bool {
        self.walked.is_some() && self.window().is_none()
    }

    /// What was done to the request, in order.
    pub fn tampers(&self) -> &[Offer] {
        &self.tampers
    }

    /// By how many seconds the server's clock was moved.
    pub fn moved(&self) -> i64 {
        self.moved
    }

    /// Whether the server remembers signatures.
    pub fn guard(&self) -> Guard {
        self.guard
    }

    /// Switches the server's memory on or off.
    pub fn switch_guard(&mut self) {
        self.guard = match self.guard {
            Guard::None => Guard::Remembers,
            Guard::Remembers => Guard::None,
        };
        self.walked = None;
    }

    /// Does one thing more to the request.
    pub fn tamper(&mut self, offer: Offer) {
        self.tampers.push(offer);
        self.outdate();
    }

    /// Takes the last change back: of the request, then of the clock.
    pub fn take_back(&mut self) -> Option<&'static str> {
        let last = self.tampers.pop().map(|offer| offer.title);
        let clock = (last.is_none() && self.moved != 0).then(|| {
            self.moved = 0;
            "the clock"
        });
        self.outdate();
        last.or(clock)
    }

    /// Whether there is something to take back.
    pub fn is_touched(&self) -> bool {
        !self.tampers.is_empty() || self.moved != 0
    }

    /// Moves the server's clock by so many seconds.
    pub fn move_clock(&mut self, seconds: i64) {
        self.moved = self.moved.saturating_add(seconds);
        self.walked = None;
    }

    /// Goes to the step of the number that is typed digit by digit; a digit that leads past the last step begins another number.
    pub fn digit(&mut self, digit: usize) {
        let longer = self.number.saturating_mul(10).saturating_add(digit);
        self.number = if longer <= self.steps().count() { longer } else { digit };
        if let Some(at) = self.number.checked_sub(1) {
            self.go_to(at);
        }
    }

    /// The next digit begins another number.
    pub fn end_number(&mut self) {
        self.number = 0;
    }

    /// Goes to a step, and shows it from its top.
    pub fn go_to(&mut self, at: usize) {
        self.at = at.min(self.steps().count().saturating_sub(1));
        self.top = 0;
    }
}

/// The steps up to the sending, and those behind it.
fn split(walkthrough: &Walkthrough) -> (&[Step], &[Step]) {
    let sent = walkthrough.steps.iter().position(|step| step.kind == StepKind::Sent);
    walkthrough.steps.split_at(sent.map_or(0, |sent| sent + 1))
}
