//! The rows of the table, in the order of help and footer.

use crate::tui::action::{
    Action, Change, Command, Deletion, Jump, Motion, OnEvidence, OnFindings, OnTape, OnWalk, Travel,
};
use crate::tui::model::{MenuKind, View};

/// One row of the table.
pub struct Binding {
    /// Where it holds.
    pub when: When,
    /// The keys, the first one is shown.
    pub keys: &'static [&'static str],
    /// What it does.
    pub action: Action,
    /// The heading it stands under in the help.
    pub group: Group,
    /// What it does, in a few words; also its label in the footer.
    pub help: &'static str,
}

/// Where a binding holds.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum When {
    /// Everywhere but while typing text.
    Browse,
    /// In a pane of the inspector.
    Inspect,
    /// In a table of headers or query pairs.
    Table,
    /// In the pane of signing settings.
    Settings,
    /// In the pane of the body.
    Body,
    /// In a pane that shows a stage.
    Stage,
    /// In the comparison.
    Compare,
    /// In the list of findings.
    Findings,
    /// On the tape of the gateway.
    Tape,
    /// In the walkthrough.
    Walk,
    /// While a field of one line is edited.
    Field,
    /// While the body is edited.
    BodyText,
    /// While anything is edited.
    Typing,
    /// In a list that is not narrowed by typing.
    List,
    /// In a menu, the help or the palette.
    Menu,
    /// Where yes or no is asked.
    Answer,
}

/// A heading of the help, in the order in which they stand there.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Group {
    /// Changes of what is on the table.
    Editing,
    /// What is looked at.
    Showing,
    /// Movements of the cursor.
    Moving,
    /// The program itself.
    Program,
}

impl Group {
    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Editing => "Editing",
            Self::Showing => "Showing",
            Self::Moving => "Moving",
            Self::Program => "Program",
        }
    }
}

impl When {
    /// Whether it holds in some view, and not only while something is typed or chosen.
    pub(in crate::tui) fn is_browsing(self) -> bool {
        match self {
            Self::Browse
            | Self::Inspect
            | Self::Table
            | Self::Settings
            | Self::Body
            | Self::Stage
            | Self::Compare
            | Self::Findings
            | Self::Tape
            | Self::Walk => true,
            Self::Field | Self::BodyText | Self::Typing | Self::List | Self::Menu | Self::Answer => false,
        }
    }
}

const fn row(
    when: When,
    keys: &'static [&'static str],
    action: Action,
    group: Group,
    help: &'static str,
) -> Binding {
    Binding { when, keys, action, group, help }
}

/// The keys of a view.
const fn shows(view: View) -> Binding {
    let own = view.row();
    row(When::Browse, own.keys, Action::Do(Command::Show(view)), Group::Showing, own.word)
}

const MOVE: Group = Group::Moving;
const EDIT: Group = Group::Editing;
const SHOW: Group = Group::Showing;
const PROGRAM: Group = Group::Program;

/// Every binding, in the order of help and footer.
pub const BINDINGS: &[Binding] = &{
    use Action as A;
    use Command as C;
    use Motion as M;
    use When as W;
    [
        row(W::Browse, &["tab"], A::Do(C::NextPane), MOVE, "next pane"),
        row(W::Browse, &["shift-tab"], A::Do(C::PreviousPane), MOVE, "previous pane"),
        row(W::Table, &["enter", "e"], A::Do(C::Change(Change::Edit)), EDIT, "edit"),
        row(W::Inspect, &["enter", "e"], A::Do(C::Change(Change::Edit)), EDIT, "edit"),
        row(W::Table, &["a"], A::Do(C::Change(Change::Add)), EDIT, "add"),
        row(W::Table, &["d", "delete"], A::Do(C::Change(Change::Remove)), EDIT, "remove"),
        row(W::Table, &["space"], A::Do(C::Change(Change::Toggle)), EDIT, "off/on"),
        row(W::Settings, &["space"], A::Do(C::Change(Change::Toggle)), EDIT, "next value"),
        row(W::Settings, &["d", "delete"], A::Do(C::Change(Change::Remove)), EDIT, "back to automatic"),
        row(W::Table, &["K", "alt-up"], A::Do(C::Change(Change::MoveUp)), EDIT, "move up"),
        row(W::Table, &["J", "alt-down"], A::Do(C::Change(Change::MoveDown)), EDIT, "move down"),
        row(W::Body, &["ctrl-o"], A::Editor, EDIT, "open in $EDITOR"),
        row(W::Body, &["f"], A::Do(C::Change(Change::BodyFile)), EDIT, "body from a file"),
        row(W::Body, &["d", "delete"], A::Do(C::Change(Change::Remove)), EDIT, "clear"),
        row(W::Compare, &["n"], A::Do(C::Evidence(OnEvidence::NextDifference)), SHOW, "next difference"),
        row(
            W::Compare,
            &["N"],
            A::Do(C::Evidence(OnEvidence::PreviousDifference)),
            SHOW,
            "previous difference",
        ),
        row(W::Compare, &["o"], A::Do(C::Evidence(OnEvidence::Load)), SHOW, "load evidence"),
        row(W::Compare, &["R"], A::Do(C::Evidence(OnEvidence::Rebuild)), EDIT, "request from evidence"),
        row(W::Compare, &["d", "delete"], A::Do(C::Evidence(OnEvidence::Forget)), SHOW, "forget evidence"),
        row(W::Findings, &["enter"], A::Do(C::Findings(OnFindings::Preview)), SHOW, "preview"),
        row(W::Findings, &["a"], A::Do(C::Findings(OnFindings::Apply)), EDIT, "apply"),
        row(W::Findings, &["s"], A::Do(C::Findings(OnFindings::StopSearch)), SHOW, "stop the search"),
        row(W::Findings, &["o"], A::Do(C::Evidence(OnEvidence::Load)), SHOW, "load evidence"),
        row(W::Tape, &["enter"], A::Do(C::Tape(OnTape::OpenCapture)), SHOW, "open"),
        row(W::Tape, &["s"], A::Do(C::Tape(OnTape::Listen)), PROGRAM, "listen on/off"),
        row(W::Tape, &["/"], A::Do(C::Tape(OnTape::Filter)), SHOW, "filter"),
        row(W::Tape, &["f"], A::Do(C::Tape(OnTape::Follow)), SHOW, "follow"),
        row(W::Tape, &["p"], A::Do(C::Tape(OnTape::Pin)), SHOW, "pin"),
        row(W::Tape, &["space"], A::Do(C::Tape(OnTape::Mark)), SHOW, "mark"),
        row(W::Tape, &["="], A::Do(C::Tape(OnTape::CompareCaptures)), SHOW, "compare with marked"),
        row(W::Tape, &["a"], A::Do(C::Tape(OnTape::AddKey)), EDIT, "add a key"),
        row(W::Tape, &["C"], A::Do(C::Tape(OnTape::Clear)), EDIT, "clear"),
        row(W::Tape, &["w"], A::Do(C::Tape(OnTape::Save)), PROGRAM, "save the tape"),
        row(W::Tape, &["o"], A::Do(C::Tape(OnTape::Load)), PROGRAM, "load a tape"),
        row(W::Walk, &["tab"], A::Do(C::NextPane), MOVE, "step"),
        row(W::Walk, &["right", "l", "space"], A::Do(C::Walk(OnWalk::Next)), SHOW, "step on"),
        row(W::Walk, &["x"], A::Do(C::Open(MenuKind::Tamper)), EDIT, "tamper"),
        row(W::Walk, &[">"], A::Do(C::Walk(OnWalk::NextPage)), SHOW, "next page"),
        row(W::Walk, &["<"], A::Do(C::Walk(OnWalk::PreviousPage)), SHOW, "page before"),
        row(W::Walk, &["["], A::Do(C::Walk(OnWalk::MinuteBack)), EDIT, "clock −1 min"),
        row(W::Walk, &["]"], A::Do(C::Walk(OnWalk::MinuteOn)), EDIT, "clock +1 min"),
        row(W::Walk, &["P"], A::Do(C::Walk(OnWalk::Present)), SHOW, "present"),
        row(W::Walk, &["left", "h"], A::Do(C::Walk(OnWalk::Previous)), SHOW, "step back"),
        row(W::Walk, &["u", "backspace"], A::Do(C::Walk(OnWalk::TakeBack)), EDIT, "take back"),
        row(W::Walk, &["y"], A::Do(C::Open(MenuKind::Export)), SHOW, "export"),
        row(W::Walk, &["{"], A::Do(C::Walk(OnWalk::HourBack)), EDIT, "clock −1 h"),
        row(W::Walk, &["}"], A::Do(C::Walk(OnWalk::HourOn)), EDIT, "clock +1 h"),
        row(W::Walk, &["M"], A::Do(C::Walk(OnWalk::Guard)), EDIT, "server's memory on/off"),
        row(W::Walk, &["enter"], A::Do(C::Walk(OnWalk::OpenPlace)), SHOW, "open in Inspect"),
        row(W::Walk, &["/"], A::Do(C::Walk(OnWalk::Find)), SHOW, "find a step"),
        row(W::Walk, &["n"], A::Do(C::Walk(OnWalk::NextFound)), SHOW, "next found"),
        row(W::Browse, &["C"], A::Do(C::Walk(OnWalk::CheckExercise)), EDIT, "check the exercise"),
        row(W::Browse, &["y"], A::Do(C::Open(MenuKind::Copy)), SHOW, "copy"),
        row(W::Browse, &["v"], A::Do(C::Open(MenuKind::Checks)), SHOW, "checks"),
        row(W::Browse, &["r"], A::Do(C::Reveal), SHOW, "show secrets"),
        row(W::Browse, &["i"], A::Do(C::Open(MenuKind::Notes)), SHOW, "notes"),
        row(W::Browse, &["E"], A::Do(C::Open(MenuKind::Entries)), SHOW, "requests of the archive"),
        row(W::Browse, &["z"], A::Do(C::Zoom), SHOW, "zoom"),
        shows(View::Inspect),
        shows(View::Compare),
        shows(View::Diagnose),
        shows(View::Gateway),
        shows(View::Walkthrough),
        row(W::Browse, &["u"], A::Travel(Travel::Undo), EDIT, "undo"),
        row(W::Browse, &["U", "ctrl-r"], A::Travel(Travel::Redo), EDIT, "redo"),
        row(W::Inspect, &["t"], A::SignNow, EDIT, "date: now or fixed"),
        row(W::Browse, &["ctrl-l"], A::Do(C::Import), PROGRAM, "open a file"),
        row(W::Browse, &["w"], A::Do(C::Save), PROGRAM, "save as .http"),
        row(W::Browse, &["?", "f1"], A::Do(C::Open(MenuKind::Help)), PROGRAM, "help"),
        row(W::Browse, &[":", "ctrl-p"], A::Do(C::Open(MenuKind::Palette)), PROGRAM, "find an action"),
        row(W::Browse, &["m"], A::Do(C::Mouse), PROGRAM, "mouse on/off"),
        row(W::Browse, &["T"], A::Do(C::Theme), PROGRAM, "next theme"),
        row(W::Browse, &["L"], A::Do(C::Open(MenuKind::Lessons)), SHOW, "lessons"),
        row(W::Browse, &["ctrl-z"], A::Do(C::Suspend), PROGRAM, "suspend"),
        row(W::Browse, &["q", "ctrl-c"], A::Quit, PROGRAM, "quit"),
        row(W::Browse, &["up", "k"], A::Move(M::Up), MOVE, "up"),
        row(W::Browse, &["down", "j"], A::Move(M::Down), MOVE, "down"),
        row(W::Browse, &["left", "h"], A::Move(M::Left), MOVE, "left"),
        row(W::Browse, &["right", "l"], A::Move(M::Right), MOVE, "right"),
        row(W::Browse, &["pageup", "ctrl-u"], A::Move(M::PageUp), MOVE, "page up"),
        row(W::Browse, &["pagedown", "ctrl-d"], A::Move(M::PageDown), MOVE, "page down"),
        row(W::Browse, &["home", "g"], A::Move(M::First), MOVE, "first line"),
        row(W::Browse, &["end", "G"], A::Move(M::Last), MOVE, "last line"),
        row(W::Browse, &["esc"], A::Cancel, MOVE, "back"),
        row(W::Field, &["enter"], A::Accept, EDIT, "done"),
        row(W::Field, &["tab"], A::NextField, EDIT, "next field"),
        row(W::BodyText, &["enter"], A::NewLine, EDIT, "new line"),
        row(W::BodyText, &["ctrl-o"], A::Editor, EDIT, "open in $EDITOR"),
        row(W::BodyText, &["up"], A::Move(M::Up), MOVE, "up"),
        row(W::BodyText, &["down"], A::Move(M::Down), MOVE, "down"),
        row(W::BodyText, &["pageup"], A::Move(M::PageUp), MOVE, "page up"),
        row(W::BodyText, &["pagedown"], A::Move(M::PageDown), MOVE, "page down"),
        row(W::BodyText, &["ctrl-home"], A::Move(M::First), MOVE, "first line"),
        row(W::BodyText, &["ctrl-end"], A::Move(M::Last), MOVE, "last line"),
        row(W::Typing, &["esc"], A::Cancel, EDIT, "done"),
        row(W::Typing, &["left", "ctrl-b"], A::Move(M::Left), MOVE, "left"),
        row(W::Typing, &["right", "ctrl-f"], A::Move(M::Right), MOVE, "right"),
        row(W::Typing, &["ctrl-left", "alt-b"], A::Jump(Jump::WordLeft), MOVE, "word left"),
        row(W::Typing, &["ctrl-right", "alt-f"], A::Jump(Jump::WordRight), MOVE, "word right"),
        row(W::Typing, &["home", "ctrl-a"], A::Jump(Jump::LineStart), MOVE, "begin of line"),
        row(W::Typing, &["end", "ctrl-e"], A::Jump(Jump::LineEnd), MOVE, "end of line"),
        row(W::Typing, &["backspace"], A::Delete(Deletion::Left), EDIT, "delete left"),
        row(W::Typing, &["delete"], A::Delete(Deletion::Right), EDIT, "delete right"),
        row(W::Typing, &["ctrl-w", "alt-backspace"], A::Delete(Deletion::Word), EDIT, "delete word"),
        row(W::Typing, &["ctrl-u"], A::Delete(Deletion::ToStart), EDIT, "delete to begin"),
        row(W::Typing, &["ctrl-k"], A::Delete(Deletion::ToEnd), EDIT, "delete to end"),
        row(W::Typing, &["ctrl-z"], A::Travel(Travel::Undo), EDIT, "undo"),
        row(W::Typing, &["ctrl-y"], A::Travel(Travel::Redo), EDIT, "redo"),
        row(W::Typing, &["ctrl-c"], A::Quit, PROGRAM, "quit"),
        row(W::List, &["k"], A::Move(M::Up), MOVE, "up"),
        row(W::List, &["j"], A::Move(M::Down), MOVE, "down"),
        row(W::List, &["q"], A::Cancel, SHOW, "back"),
        row(W::List, &["t"], A::SignNow, EDIT, "re-sign now"),
        row(W::Answer, &["y"], A::Accept, SHOW, "yes"),
        row(W::Answer, &["n", "esc"], A::Cancel, SHOW, "no"),
        row(W::Menu, &["up", "ctrl-p"], A::Move(M::Up), MOVE, "up"),
        row(W::Menu, &["down", "ctrl-n"], A::Move(M::Down), MOVE, "down"),
        row(W::Menu, &["pageup"], A::Move(M::PageUp), MOVE, "page up"),
        row(W::Menu, &["pagedown"], A::Move(M::PageDown), MOVE, "page down"),
        row(W::Menu, &["enter"], A::Accept, SHOW, "choose"),
        row(W::Menu, &["esc"], A::Cancel, SHOW, "back"),
        row(W::Menu, &["backspace"], A::Delete(Deletion::Left), EDIT, "delete left"),
        row(W::Menu, &["ctrl-c"], A::Quit, PROGRAM, "quit"),
    ]
};
