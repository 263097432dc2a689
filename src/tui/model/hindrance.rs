//! What cannot be done now, and why: menus show it, and it is said to whom tries.

use super::{Mode, Model, View};
use crate::comparison;
use crate::tui::action::Action;

impl Model {
    /// Why an action cannot be done now; `None` when it can.
    pub fn hindrance(&self, action: Action) -> Option<&'static str> {
        match action {
            Action::Undo if self.view == View::Gateway => {
                (!self.tape.can_bring_back()).then_some("there is nothing to undo on the tape")
            }
            Action::Undo if !self.history.can_undo() => Some("there is nothing to undo"),
            Action::Redo if !self.history.can_redo() => Some("there is nothing to redo"),
            Action::NextDifference | Action::PreviousDifference | Action::Forget | Action::Rebuild
                if self.session.evidence.is_empty() =>
            {
                Some("there is no evidence yet")
            }
            Action::NextPane | Action::PreviousPane if self.view == View::Compare => {
                let told = self.session.evidence.len();
                (told <= comparison::OTHERS).then_some("all the evidence is in view")
            }
            Action::Zoom if self.view == View::Compare => Some("the comparison has all the room"),
            Action::NextPane | Action::PreviousPane if self.view == View::Diagnose => {
                Some("the findings are one list")
            }
            Action::NextPane | Action::PreviousPane | Action::Zoom if self.view == View::Gateway => {
                Some("the tape has all the room")
            }
            Action::OpenCapture | Action::Pin | Action::Mark if self.tape.selected().is_none() => {
                Some("nothing has arrived yet")
            }
            Action::CompareCaptures if self.tape.marked().is_none() => Some("no capture is marked"),
            Action::SaveTape | Action::ClearTape if self.tape.tape.is_empty() => Some("the tape is empty"),
            Action::Apply | Action::Preview if self.search.finding().is_none() => Some("there is no finding"),
            Action::StopSearch if !self.search.is_running() => Some("no search is under way"),
            Action::SignNow if matches!(&self.mode, Mode::Menu(menu) if menu.kind.lists_no_request()) => {
                Some("nothing is copied here")
            }
            Action::Copy | Action::Checks if self.view == View::Gateway && self.tape.selected().is_none() => {
                Some("nothing has arrived yet")
            }
            // They speak of what was read from a file or a paste, not of what is under the cursor.
            Action::Notes | Action::Entries if self.view == View::Gateway => Some("open a request first"),
            Action::Entries if self.entries.len() < 2 => Some("there is one request"),
            Action::Notes if self.notices.is_empty() => Some("nothing was noticed"),
            Action::Reveal if self.analysis.situation.credentials.is_none() => Some("there is no secret"),
            _ => None,
        }
    }
}
