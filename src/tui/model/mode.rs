//! What keys mean: moving, typing into a field or the body, choosing from a list, answering a question.

use std::ops::Range;

use super::Model;
use super::desk::Desk;
use crate::analysis::Analysis;
use crate::case::BodyPiece;
use crate::tui::field::Field;
use crate::tui::line::LineEdit;
use crate::walkthrough::export::Format;
use crate::walkthrough::tamper::Typed;

/// What keys mean at the moment.
pub enum Mode {
    /// They move and act.
    Browse,
    /// They go into a field.
    Edit(FieldEdit),
    /// They go into the body.
    BodyText,
    /// They choose from a list.
    Menu(Menu),
    /// They answer a question with a line of text.
    Ask(Question),
    /// They say yes or no.
    Confirm(Confirm),
}

impl Mode {
    /// What is typed into a field, while it is edited.
    pub(in crate::tui) fn edit_of(&self, field: Field) -> Option<&FieldEdit> {
        if let Self::Edit(edit) = self
            && edit.field == field
        {
            Some(edit)
        } else {
            None
        }
    }
}

/// A field that is being edited.
pub struct FieldEdit {
    /// Which.
    pub field: Field,
    /// Its text, as typed.
    pub line: LineEdit,
    /// Where the text of a query pair stands now: what is typed may hold `&` or `=`, and must not move it.
    pub place: Option<QueryPlace>,
    /// Why the text cannot be used as it stands.
    pub error: Option<String>,
}

/// A part of the target that is being edited.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct QueryPlace {
    /// The bytes of the target.
    pub range: Range<usize>,
    /// Whether `=` must come before the first byte of a value.
    pub equals: Equals,
}

/// Whether a name has its `=`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Equals {
    /// It has.
    There,
    /// It will get one with its value.
    Missing,
}

/// A list to choose from.
pub struct Menu {
    /// What it lists.
    pub kind: MenuKind,
    /// The chosen row, among those that fit the filter.
    pub selected: usize,
    /// What was typed to narrow it.
    pub filter: LineEdit,
    /// What it speaks of, where that is not the request on the table.
    pub desk: Option<Box<Desk>>,
}

impl Menu {
    /// What follows from the request that it speaks of.
    pub fn analysis<'a>(&'a self, model: &'a Model) -> &'a Analysis {
        self.desk.as_ref().map_or(&model.analysis, |desk| &desk.analysis)
    }
}

/// What a menu lists.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum MenuKind {
    /// What works here.
    Help,
    /// Every action.
    Palette,
    /// What can be copied.
    Copy,
    /// The checks of a gateway.
    Checks,
    /// What was noticed.
    Notes,
    /// The requests of an archive.
    Entries,
    /// What can be done to a request on its way.
    Tamper,
    /// The formats that the walkthrough is exported in.
    Export,
    /// The lessons.
    Lessons,
}

impl MenuKind {
    /// Whether there is nothing to be done with what it lists.
    pub fn lists_no_request(self) -> bool {
        match self {
            Self::Checks | Self::Notes | Self::Tamper | Self::Export | Self::Lessons => true,
            Self::Help | Self::Palette | Self::Copy | Self::Entries => false,
        }
    }

    /// Whether typing narrows the list.
    pub fn narrows(self) -> bool {
        match self {
            Self::Help | Self::Palette => true,
            Self::Copy
            | Self::Checks
            | Self::Notes
            | Self::Entries
            | Self::Tamper
            | Self::Export
            | Self::Lessons => false,
        }
    }
}

/// A question whose answer is yes or no.
pub struct Confirm {
    /// What happens after a yes.
    pub kind: ConfirmKind,
    /// The question and what depends on it, in sentences.
    pub words: String,
    /// What keys meant before, and mean again after a no.
    pub before: Box<Mode>,
}

/// What needs a yes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConfirmKind {
    /// Leaving, although something would be lost.
    Quit,
    /// Reading files that a pasted text names, and making them the body.
    ReadFiles(Vec<BodyPiece>),
}

/// A question with an answer of one line.
pub struct Question {
    /// What is asked.
    pub kind: QuestionKind,
    /// The answer so far.
    pub line: LineEdit,
}

/// What is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum QuestionKind {
    /// Which request to open.
    Import,
    /// Where to save the case.
    Save,
    /// Which file is the body.
    BodyFile,
    /// Which file holds evidence.
    Evidence,
    /// Which captures are listed.
    Filter,
    /// Which folder the tape goes into.
    SaveTape,
    /// Which folder holds a tape.
    LoadTape,
    /// The id of a key pair.
    KeyId,
    /// Its secret.
    KeySecret,
    /// Which step of the walkthrough.
    Step,
    /// Another value for a part of the request on its way.
    Tamper(Typed),
    /// Where to save the walkthrough in this format.
    Export(Format),
}
