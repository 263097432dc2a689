//! The clock: for how long a request is good, and what becomes of one that arrives again.

use crate::analysis::Analysis;
use crate::request::Request;
use crate::scheme::v2;
use crate::time::Timestamp;

/// When a request is taken, as the check of its date has it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    /// The date of the request; `None` where it states only its end.
    pub date: Option<Timestamp>,
    /// The first moment at which it is taken; `None` where no moment is too early.
    pub from: Option<Timestamp>,
    /// The last.
    pub until: Timestamp,
    /// The clock of the server.
    pub clock: Timestamp,
    /// What sets the end.
    pub end: End,
}

/// What sets the end of a window.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// As many minutes as the service allows between both clocks.
    Tolerance(u32),
    /// The life of a presigned URL.
    Lifetime,
}

/// Whether a server remembers what it has taken.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Guard {
    /// It does not.
    #[default]
    None,
    /// It refuses a signature that it has seen.
    Remembers,
}

/// What becomes of a request that arrives again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Replayed {
    /// It is taken once more.
    Taken,
    /// The clock refuses it.
    RefusedByClock,
    /// The guard refuses it.
    RefusedByGuard,
}

impl Window {
    /// The window of a request; `None` where no date limits it, or its date cannot be read.
    pub fn of(request: &Request, analysis: &Analysis) -> Option<Self> {
        let claim = analysis.claim()?;
        let date = claim.date?.instant?.0;
        let clock = analysis.situation.now;
        let of_service = analysis.basis.rules.tolerance_minutes;
        let minutes = analysis.situation.settings.tolerance.unwrap_or(of_service);
        let seconds = i64::from(minutes) * 60;
        // Version 2 states the moment at which a URL ends, not the one at which it was made.
        let states_end = || v2::form::Form::of(request).is_some_and(|form| form.expires(request));
        if analysis.scheme.family().is_none() && states_end() {
            return Some(Self { date: None, from: None, until: date, clock, end: End::Lifetime });
        }
        let from = Some(date.plus(-seconds));
        let (until, end) = match analysis.ends(request) {
            Some(ends) => (ends, End::Lifetime),
            None => (date.plus(seconds), End::Tolerance(minutes)),
        };
        Some(Self { date: Some(date), from, until, clock, end })
    }

    /// The same with another clock.
    #[must_use]
    pub fn at(self, clock: Timestamp) -> Self {
        Self { clock, ..self }
    }

    /// Whether the clock lies in it.
    pub fn holds(&self) -> bool {
        self.early() == 0 && self.late() == 0
    }

    /// By how many seconds the clock is before it.
    pub fn early(&self) -> u64 {
        self.from.map_or(0, |from| behind(from, self.clock))
    }

    /// By how many seconds the clock is behind it.
    pub fn late(&self) -> u64 {
        behind(self.clock, self.until)
    }
}

/// By how many seconds `later` comes after `earlier`, if it does.
fn behind(later: Timestamp, earlier: Timestamp) -> u64 {
    u64::try_from(later.unix().saturating_sub(earlier.unix())).unwrap_or(0)
}

/// What becomes of a request that was taken once and arrives again with the clock of `window`; without a window no date limits it.
pub fn replayed(window: Option<&Window>, guard: Guard) -> Replayed {
    match (window.is_none_or(Window::holds), guard) {
        (false, _) => Replayed::RefusedByClock,
        (true, Guard::Remembers) => Replayed::RefusedByGuard,
        (true, Guard::None) => Replayed::Taken,
    }
}
