//! The state of the program: the session, what is derived from it, and where the user is. Drawing reads it, `update` writes it.

mod desk;
mod hindrance;
mod mode;
mod place;
mod search;
mod tape;
mod walkthrough;

use std::time::{Duration, Instant};

use super::effect::Mouse;
use super::history::History;
use super::keymap::{Keymap, When};
use super::theme::Theme;
use crate::analysis::{Analysis, Pending, Session, Source};
use crate::canon::payload::{Hashing, is_hex_digest};
use crate::case::har::Entry;
use crate::case::{self, Format};
use crate::comparison::Comparison;
use crate::evidence::Piece;
use crate::report::{Reveal, Role};
use crate::request::{Body, Notice};
use crate::scheme::Memo;
use crate::time::Timestamp;

pub use desk::Desk;
pub use mode::{
    Confirm, ConfirmKind, Equals, FieldEdit, Menu, MenuKind, Mode, QueryPlace, Question, QuestionKind,
};
pub use place::{Column, Cursors, Pane, PaneKind, TextCursor, View, Zoom, Zooms};
pub use search::{Search, SearchStage, Told};
pub use tape::{Follow, Listed, Listening, Saving, TapeView};
pub use walkthrough::{Lesson, Stage, Walk};

/// Bodies up to this size are hashed between two keystrokes; longer ones in the background.
pub(crate) const HASH_AT_ONCE: u64 = 256 * 1024;

/// The whole state.
pub struct Model {
    /// What the user has on the table.
    pub session: Session,
    /// What follows from it.
    pub analysis: Analysis,
    /// Steps to take back.
    pub history: History,
    /// What was noticed when it was read.
    pub notices: Vec<Notice>,
    /// The requests of the archive that it was read from.
    pub entries: Vec<Entry>,
    /// The view that is shown.
    pub view: View,
    /// The pane that keys go to.
    pub focus: Pane,
    /// In which views the focused pane has all the room.
    pub zooms: Zooms,
    /// What keys mean.
    pub mode: Mode,
    /// Where the cursor is in each pane.
    pub cursors: Cursors,
    /// The row of the comparison under the cursor.
    pub difference: usize,
    /// Which of the evidence is compared, where there is much.
    pub turn: usize,
    /// The diagnosis.
    pub search: Search,
    /// The walkthrough.
    pub walk: Walk,
    /// What arrives at the gateway.
    pub tape: TapeView,
    /// Until when hidden values are shown.
    pub revealed: Option<Instant>,
    /// For how long they are.
    pub reveal_for: Duration,
    /// The last message.
    pub message: Option<Message>,
    /// The keys in force.
    pub keymap: Keymap,
    /// The colours in force.
    pub theme: Theme,
    /// Whether the mouse steers the program.
    pub mouse: Mouse,
    /// The size of the terminal, columns and rows.
    pub size: (u16, u16),
    /// The clock, as it was at the last event.
    pub clock: Timestamp,
    /// The pass over the body that is under way.
    pub reading: ReadState,
    memo: Memo,
}

/// A message to the user.
pub struct Message {
    /// Good news or bad.
    pub role: Role,
    /// What it says.
    pub text: String,
}

/// The pass over a body that is made in the background.
#[derive(Default)]
pub struct ReadState {
    /// The number of the body; another body has another number.
    pub version: u64,
    /// How far it is.
    pub progress: Progress,
    body: Body,
}

/// How far a pass is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Progress {
    /// Nobody asked for it.
    #[default]
    Idle,
    /// So many bytes are done.
    Running(u64),
    /// The body could not be read.
    Failed,
}

impl ReadState {
    /// Takes notice of the body as it is now: what was found in another one is of no use any more.
    pub fn follow(&mut self, body: &Body) {
        if !self.body.is_clone_of(body) {
            self.version += 1;
            self.progress = Progress::Idle;
            self.body = body.clone();
        }
    }
}

impl Model {
    /// A model over a session.
    pub fn new(mut session: Session, keymap: Keymap, theme: Theme, clock: Timestamp) -> Self {
        if session.format == Format::Evidence {
            session.rebuilt_from = case::source(&session.evidence);
        }
        let mut memo = Memo::default();
        let analysis =
            Analysis::of(&session, clock, Hashing::UpTo(HASH_AT_ONCE), &mut memo, Default::default());
        let mut reading = ReadState::default();
        reading.follow(&session.request.body);
        let focus = Pane::first(&analysis);
        Self {
            session,
            analysis,
            history: History::default(),
            notices: Vec::new(),
            entries: Vec::new(),
            view: View::Inspect,
            focus,
            zooms: Zooms::default(),
            mode: Mode::Browse,
            cursors: Cursors::default(),
            difference: 0,
            turn: 0,
            search: Search::default(),
            walk: Walk::default(),
            tape: TapeView::default(),
            revealed: None,
            reveal_for: Duration::from_secs(10),
            message: None,
            keymap,
            theme,
            mouse: Mouse::On,
            size: (0, 0),
            clock,
            reading,
            memo,
        }
    }

    /// Analyses the session anew.
    pub fn analyse(&mut self) {
        self.derive();
        self.walk.outdate();
    }

    /// The clock went on: a date that follows it, and the window that a date is judged by, are those of this moment.
    pub fn tick(&mut self, clock: Timestamp) {
        self.clock = clock;
        self.derive();
        // A clock that is set stands still, and with it everything that is told step by step.
        if self.session.settings.now.is_none() {
            self.walk.tick();
        }
    }

    fn derive(&mut self) {
        let hashing = Hashing::UpTo(HASH_AT_ONCE);
        let fresh = Default::default();
        let trace = std::mem::replace(&mut self.analysis.trace, fresh);
        self.analysis = Analysis::of(&self.session, self.clock, hashing, &mut self.memo, trace);
    }

    /// What is computed here beside what the evidence says.
    pub fn comparison(&self) -> Comparison<'_> {
        Comparison::of(&self.analysis, &self.session.evidence, self.turn)
    }

    /// Whether nobody knows the body: the text that the request was read from does not tell it.
    pub fn lacks_body(&self) -> bool {
        let body = &self.session.request.body;
        let quotes_no_hash = || {
            let payload = self.analysis.trace.canonical_request().rsplit(|byte| *byte == b'\n').next();
            self.session.format == Format::Evidence && payload.is_some_and(|line| !is_hex_digest(line))
        };
        body.is_pipe() || body.is_empty() && quotes_no_hash()
    }

    /// The number of the capture on the table.
    pub fn opened(&self) -> Option<u64> {
        match self.session.source {
            Source::Tape(number) => Some(number),
            Source::Given | Source::Pasted => None,
        }
    }

    /// The piece of evidence that the request on the table was rebuilt from.
    pub fn quoted(&self) -> Option<&Piece> {
        self.session.evidence.get(self.session.rebuilt_from?)
    }

    /// What it means that the comparison shows no difference, in a sentence: of a text that ours was rebuilt from, nothing.
    pub fn without_difference(&self) -> (Role, &'static str) {
        let comparison = self.comparison();
        let is_source = |piece: &Piece| {
            // A string to sign that its side told alone gave the scope.
            let gave_scope = |own: &Piece| own.side == piece.side && piece.canonical_request.is_none();
            self.quoted().is_some_and(|own| std::ptr::eq(own, piece) || gave_scope(own))
        };
        match comparison.others.iter().filter(|piece| !is_source(piece)).count() {
            _ if comparison.rows.is_empty() => (Role::Warning, "There is nothing to compare."),
            0 => (Role::Warning, "This request was rebuilt from that text, so the two cannot differ."),
            others if others < comparison.others.len() => {
                (Role::Good, "The two texts are the same; ours was rebuilt from one of them.")
            }
            _ => (Role::Good, "There is no difference."),
        }
    }

    /// Puts the cursor of the comparison on its first difference; `None` where there is none.
    pub fn to_first_difference(&mut self) -> Option<usize> {
        let first = self.comparison().differences().next();
        self.difference = first.unwrap_or_default();
        first
    }

    /// Whether what the body holds is not known yet.
    pub fn waits_for_body(&self) -> bool {
        self.analysis.pending != Pending::No
    }

    /// When the presigned URL on the table ends, while that is still to come.
    pub fn ends(&self) -> Option<Timestamp> {
        let ends = self.analysis.ends(&self.session.request)?;
        (ends >= self.analysis.situation.now).then_some(ends)
    }

    /// Whether something is counted down on the screen: a clock that was set stands still.
    pub fn counts_down(&self) -> bool {
        self.session.settings.now.is_none() && self.ends().is_some()
    }

    /// Whether hidden values are shown now.
    pub fn reveal(&self) -> Reveal {
        if self.revealed.is_some() { Reveal::Secrets } else { Reveal::Nothing }
    }

    /// Whether the focused pane of this view has all the room.
    pub fn zoom(&self) -> Zoom {
        self.zooms.of(self.view)
    }

    /// Gives the focused pane of this view all the room, or takes it back.
    pub fn set_zoom(&mut self, zoom: Zoom) {
        self.zooms.set(self.view, zoom);
    }

    /// Says something on the message line.
    pub fn say(&mut self, role: Role, text: impl Into<String>) {
        self.message = Some(Message { role, text: text.into() });
    }

    /// The contexts whose bindings hold now, the narrowest first.
    pub fn contexts(&self) -> &'static [When] {
        match &self.mode {
            Mode::Edit(_) | Mode::Ask(_) => &[When::Field, When::Typing],
            Mode::BodyText => &[When::BodyText, When::Typing],
            Mode::Menu(menu) if menu.kind.narrows() => &[When::Menu],
            Mode::Menu(_) => &[When::List, When::Menu],
            // The key that quits says yes to quitting.
            Mode::Confirm(_) => &[When::Answer, When::Browse],
            Mode::Browse => self.contexts_here(),
        }
    }

    /// The contexts of browsing here, of which help and palette speak.
    pub fn contexts_here(&self) -> &'static [When] {
        (self.view.row().contexts)(self)
    }
}
