//! Where the answer stands, the findings below it, and the paste that they were read from.

use ratatui::layout::Rect;

use super::{Frame, place};
use crate::tui::model::{Model, Pane, Zoom};

/// From this width on the details stand beside the list, below that under it.
const BESIDE: u16 = 100;

/// Fewer rows show answer and findings alone.
const LEAST_SHARED: u16 = 10;

/// Where each part of the diagnosis stands.
pub(crate) struct Answer {
    /// The answer in a sentence.
    pub(crate) answer: Rect,
    /// The list of findings.
    pub(crate) list: Rect,
    /// What the chosen one says.
    pub(crate) details: Rect,
    /// The paste; of height zero where there is none, or no room.
    paste: Rect,
}

impl Answer {
    /// Shares the room of the view.
    pub(crate) fn of(model: &Model, area: Rect) -> Self {
        let (answer, rest) = split(area, 3);
        let nothing = Rect { height: 0, ..rest };
        let is_focused = model.focus == Pane::Evidence && model.session.pasted.is_some();
        let is_low = rest.height < LEAST_SHARED;
        if is_focused && (model.zoom() == Zoom::On || is_low) {
            return Self { answer, list: nothing, details: nothing, paste: rest };
        }
        let below = match model.zoom() {
            Zoom::Off if model.session.pasted.is_some() && !is_low => match is_focused {
                true => rest.height * 3 / 5,
                false => rest.height * 2 / 5,
            },
            Zoom::Off | Zoom::On => 0,
        };
        let (rest, paste) = split(rest, rest.height - below);
        if model.zoom() == Zoom::On {
            return Self { answer, list: nothing, details: rest, paste };
        }
        let (list, details) = if area.width >= BESIDE {
            let width = area.width * 2 / 5;
            let details = Rect { x: rest.x + width, width: rest.width - width, ..rest };
            (Rect { width, ..rest }, details)
        } else {
            split(rest, (model.search.listed().len() as u16).clamp(1, (rest.height / 3).max(1)))
        };
        Self { answer, list, details, paste }
    }

    /// The frame around the paste, where it is shown.
    pub(crate) fn frames(&self) -> Vec<Frame> {
        let rows = self.paste.height.saturating_sub(2);
        let frame = || place(self.paste, &[Pane::Evidence], &[rows]);
        (rows > 0).then(frame).into_iter().collect()
    }
}

/// The first rows of an area, and those below.
fn split(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let above = Rect { height, ..area };
    (above, Rect { y: above.bottom(), height: area.height - height, ..area })
}
