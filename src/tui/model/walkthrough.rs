//! The walkthrough of the request on the table: the step that is looked at, what was done to the request on its way, and where the
//! server's clock stands. It is derived when it is looked at, and kept until the session changes.

use super::super::line::LineEdit;
use crate::analysis::{Analysis, Session};
use crate::time::Timestamp;
use crate::walkthrough::clock::Window;
use crate::walkthrough::tamper::{Offer, Parted, Row};
use crate::walkthrough::{Step, StepKind, Tamper, Walkthrough, parted, steps};

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
    tampers: Vec<Offer>,
    /// By how many seconds the server's clock was moved.
    moved: i64,
    walked: Option<Walked>,
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
    Whole(Box<Walkthrough>, Option<Window>),
    /// Something was done to it, or the clock was moved.
    Parted(Box<Parted>),
}

impl Walk {
    /// What was derived is of use no more.
    pub fn outdate(&mut self) {
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
            let tampers: Vec<Tamper> = self.tampers.iter().map(|offer| offer.tamper.clone()).collect();
            let clock_moved = (self.moved != 0).then_some(Tamper::Later(self.moved));
            let all: Vec<Tamper> = tampers.into_iter().chain(clock_moved).collect();
            self.walked = Some(match all.is_empty() {
                true => {
                    Walked::Whole(Box::new(steps(session, analysis)), Window::of(&session.request, analysis))
                }
                false => Walked::Parted(Box::new(parted(session, &all, clock))),
            });
        }
        self.at = self.at.min(self.steps().count().saturating_sub(1));
    }

    /// The walk of the side that signs, and of the side that receives.
    fn sides(&self) -> Option<(&Walkthrough, &Walkthrough)> {
        match self.walked.as_ref()? {
            Walked::Whole(own, _) => Some((own, own)),
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
            Walked::Whole(..) => None,
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
        match self.walked.as_ref()? {
            Walked::Whole(_, window) => window.as_ref(),
            Walked::Parted(parted) => parted.window.as_ref(),
        }
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
        self.outdate();
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
