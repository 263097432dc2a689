//! What cannot be done now, and why: menus show it, and it is said to whom tries.

use super::{MenuKind, Mode, Model};
use crate::tui::action::{Action, Command, OnEvidence, OnFindings, OnTape, OnWalk, Travel};
use crate::tui::views::Topic;

const NO_LESSON: &str = "no lesson is open";

impl Model {
    /// Why an action cannot be done now; `None` when it can.
    pub fn hindrance(&self, action: Action) -> Option<&'static str> {
        match action {
            Action::Travel(travel) => self.no_step(travel),
            Action::SignNow => {
                let is_idle = matches!(&self.mode, Mode::Menu(menu) if menu.kind.lists_no_request());
                is_idle.then_some("nothing is copied here")
            }
            Action::Do(command) => self.no_command(command),
            Action::Quit
            | Action::Cancel
            | Action::Accept
            | Action::NextField
            | Action::NewLine
            | Action::Editor
            | Action::Move(_)
            | Action::Jump(_)
            | Action::Delete(_) => None,
        }
    }

    fn no_step(&self, travel: Travel) -> Option<&'static str> {
        match travel {
            Travel::Undo if self.view.row().topic == Topic::Tape => {
                (!self.tape.can_bring_back()).then_some("there is nothing to undo on the tape")
            }
            Travel::Undo => (!self.history.can_undo()).then_some("there is nothing to undo"),
            Travel::Redo => (!self.history.can_redo()).then_some("there is nothing to redo"),
        }
    }

    fn no_command(&self, command: Command) -> Option<&'static str> {
        match command {
            Command::NextPane | Command::PreviousPane => (self.view.row().no_other_pane)(self),
            Command::Zoom => self.view.row().no_zoom,
            Command::Reveal => self.analysis.situation.credentials.is_none().then_some("there is no secret"),
            Command::Open(kind) => self.no_menu(kind),
            Command::Evidence(deed) => self.no_evidence(deed),
            Command::Findings(deed) => self.no_finding(deed),
            Command::Tape(deed) => self.no_capture(deed),
            Command::Walk(deed) => self.no_walk(deed),
            Command::Suspend
            | Command::Import
            | Command::Save
            | Command::Mouse
            | Command::Theme
            | Command::Show(_)
            | Command::Change(_) => None,
        }
    }

    fn no_menu(&self, kind: MenuKind) -> Option<&'static str> {
        let is_tape = self.view.row().topic == Topic::Tape;
        match kind {
            MenuKind::Help | MenuKind::Palette | MenuKind::Tamper | MenuKind::Export | MenuKind::Lessons => {
                None
            }
            MenuKind::Copy | MenuKind::Checks => {
                let is_idle = is_tape && self.tape.selected().is_none();
                is_idle.then_some("nothing has arrived yet")
            }
            // They speak of what was read from a file or a paste, not of what is under the cursor.
            MenuKind::Notes | MenuKind::Entries if is_tape => Some("open a request first"),
            MenuKind::Entries => (self.entries.len() < 2).then_some("there is one request"),
            MenuKind::Notes => self.notices.is_empty().then_some("nothing was noticed"),
        }
    }

    fn no_evidence(&self, deed: OnEvidence) -> Option<&'static str> {
        match deed {
            OnEvidence::Load => None,
            OnEvidence::NextDifference
            | OnEvidence::PreviousDifference
            | OnEvidence::Forget
            | OnEvidence::Rebuild => self.session.evidence.is_empty().then_some("there is no evidence yet"),
        }
    }

    fn no_finding(&self, deed: OnFindings) -> Option<&'static str> {
        match deed {
            OnFindings::Apply | OnFindings::Preview => {
                self.search.finding().is_none().then_some("there is no finding")
            }
            OnFindings::StopSearch => (!self.search.is_running()).then_some("no search is under way"),
        }
    }

    fn no_walk(&self, deed: OnWalk) -> Option<&'static str> {
        match deed {
            OnWalk::TakeBack => (!self.walk.is_touched()).then_some("nothing was done to the request"),
            OnWalk::NextFound => self.walk.sought.text.is_empty().then_some("no step was sought"),
            OnWalk::MinuteBack | OnWalk::MinuteOn | OnWalk::HourBack | OnWalk::HourOn => {
                self.walk.lacks_date().then_some("no date limits this request")
            }
            OnWalk::NextPage => match self.walk.lesson {
                None => Some(NO_LESSON),
                Some(lesson) => lesson.page().is_none().then_some("this is the end of the lesson"),
            },
            OnWalk::PreviousPage => match self.walk.lesson {
                None => Some(NO_LESSON),
                Some(lesson) => (lesson.at == 0).then_some("this is the first page"),
            },
            OnWalk::CheckExercise => {
                let is_open = self.walk.lesson.is_some_and(|lesson| lesson.page().is_none());
                (!is_open).then_some("no exercise is open")
            }
            OnWalk::Next
            | OnWalk::Previous
            | OnWalk::Find
            | OnWalk::OpenPlace
            | OnWalk::Present
            | OnWalk::Guard => None,
        }
    }

    fn no_capture(&self, deed: OnTape) -> Option<&'static str> {
        match deed {
            OnTape::OpenCapture | OnTape::Pin | OnTape::Mark => {
                self.tape.selected().is_none().then_some("nothing has arrived yet")
            }
            OnTape::CompareCaptures => self.tape.marked().is_none().then_some("no capture is marked"),
            OnTape::Save | OnTape::Clear => self.tape.tape.is_empty().then_some("the tape is empty"),
            OnTape::Listen | OnTape::Follow | OnTape::Filter | OnTape::Load | OnTape::AddKey => None,
        }
    }
}
