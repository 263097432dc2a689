//! Lessons: tours in a few pages, with the values of real requests, and a broken request at the end to mend.
//!
//! The words of a page are data; each value beside them is drawn from a walkthrough of the tour's request, so none can be wrong.

mod canonical;
mod drawn;
mod exercise;
mod keys;
mod presigned;
mod protects;
mod replay;
mod webhooks;

use super::{StepKind, Tamper, Walkthrough, steps};
use crate::analysis::{Analysis, Session};
use crate::canon::payload::Hashing;
use crate::case;
use crate::report::Line;
use crate::request::Request;
use crate::samples;
use crate::scheme::Memo;
use crate::signature::check::CheckId;
use crate::time::Timestamp;
use crate::trace::Trace;

pub use exercise::{Checked, Exercise};

/// A tour.
pub struct Tour {
    /// Its name on the command line.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it teaches, in a sentence.
    pub about: &'static str,
    /// Its pages, in order.
    pub pages: &'static [Page],
    /// What is to be mended at its end.
    pub exercise: Exercise,
    /// The request that the pages are about.
    material: Material,
}

/// A page of a tour.
pub struct Page {
    /// What it is about.
    pub title: &'static str,
    /// What it says, paragraph by paragraph.
    pub text: &'static [&'static str],
    /// What stands below the words.
    shows: Shows,
}

/// What a page shows of the request of its tour.
enum Shows {
    /// The request as it is sent.
    Request,
    /// The first step of this kind.
    Step(StepKind),
    /// The step to the key with this place in the chain.
    Key(usize),
    /// Where both sides part when the request is tampered with.
    Parted(fn(&Request) -> Vec<Tamper>),
    /// What becomes of the request when it arrives this many seconds after the clock of the tour.
    Later(i64),
}

/// Where a request comes from.
enum Material {
    /// A sample.
    Sample(&'static str),
    /// A text that only the lessons have.
    Own(&'static [u8]),
}

/// The tours, from the first to the last.
pub static TOURS: [&Tour; 6] =
    [&protects::TOUR, &canonical::TOUR, &keys::TOUR, &presigned::TOUR, &replay::TOUR, &webhooks::TOUR];

/// The tour of this name.
pub fn named(id: &str) -> Option<&'static Tour> {
    TOURS.into_iter().find(|tour| tour.id == id)
}

/// What is done so that a page can be seen in the walkthrough of its request.
pub struct Staging {
    /// What is done to the request.
    pub tampers: Vec<Tamper>,
    /// By how many seconds the server's clock is moved.
    pub moved: i64,
    /// The step that the page speaks of, and which of its kind; `None` for the one at which both sides part.
    pub step: Option<(StepKind, usize)>,
}

impl Page {
    /// How to show it, with the request of its tour.
    pub fn staging(&self, request: &Request) -> Staging {
        let at = |kind, nth| Staging { tampers: Vec::new(), moved: 0, step: Some((kind, nth)) };
        match self.shows {
            Shows::Request => at(StepKind::Sent, 0),
            Shows::Step(kind) => at(kind, 0),
            Shows::Key(nth) => at(drawn::KEY, nth),
            Shows::Parted(tampers) => Staging { tampers: tampers(request), moved: 0, step: None },
            Shows::Later(moved) => Staging { moved, ..at(StepKind::Checks(CheckId::Date), 0) },
        }
    }
}

impl Tour {
    /// The request that the pages are about, as a `.http` file.
    pub fn text(&self) -> &'static [u8] {
        self.material.text()
    }

    /// What each page shows, line by line.
    pub fn drawn(&self) -> Vec<Vec<Line>> {
        let table = Table::of(self.material.session());
        self.pages.iter().map(|page| drawn::lines(&page.shows, &table)).collect()
    }
}

impl Material {
    fn text(&self) -> &'static [u8] {
        match self {
            Self::Sample(name) => samples::named(name).map_or(b"", |sample| sample.text),
            Self::Own(text) => text,
        }
    }

    /// Its request, with the settings that stand beside it.
    fn session(&self) -> Session {
        let case = case::read(self.text()).expect("the requests of lessons can be read");
        let mut session = Session::new(case.request);
        session.settings = case.settings;
        session
    }
}

/// A request with everything that is derived from it.
struct Table {
    session: Session,
    analysis: Analysis,
    walkthrough: Walkthrough,
}

impl Table {
    fn of(session: Session) -> Self {
        let clock = clock(&session);
        let analysis = Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
        let walkthrough = steps(&session, &analysis);
        Self { session, analysis, walkthrough }
    }
}

/// The clock of a lesson, never that of the machine. A request without one has no date to check.
fn clock(session: &Session) -> Timestamp {
    const EPOCH: &[u8] = b"19700101T000000Z";
    let epoch = || Timestamp::parse(EPOCH).map(|(epoch, _)| epoch).expect("the epoch is a date");
    session.settings.now.unwrap_or_else(epoch)
}
