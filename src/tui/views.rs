//! The views as one table: what one shows, how it draws, and what keys and mouse do there. One file for each.

mod compare;
mod diagnose;
mod gateway;
mod inspect;
mod walkthrough;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::Motion;
use super::keymap::When;
use super::layout::{Frame, Layout};
use super::links::Links;
use super::model::{Model, Pane, View};
use super::update::Copyable;
use super::view::Scene;

/// A row of the table.
pub(super) struct Row {
    /// Whose row it is.
    pub(super) view: View,
    /// The title of its tab.
    pub(super) title: &'static str,
    /// The keys that show it; the first is its number.
    pub(super) keys: &'static [&'static str],
    /// Its name in help, footer and configuration file.
    pub(super) word: &'static str,
    /// What it speaks of.
    pub(super) topic: Topic,
    /// What a paste is taken for that turns out to be neither request nor evidence.
    pub(super) expects: Expects,
    /// Where one step back out leads.
    pub(super) back: Option<View>,
    /// What its copy menu begins at.
    pub(super) copies: Copyable,
    /// The contexts that only hold here, and the pane to go to for one, where there are several.
    pub(super) places: &'static [(When, Option<Pane>)],
    /// Why no pane of it can have all the room.
    pub(super) no_zoom: Option<&'static str>,
    /// Why there is no other pane to go to.
    pub(super) no_other_pane: fn(&Model) -> Option<&'static str>,
    /// The contexts whose bindings hold, the narrowest first.
    pub(super) contexts: fn(&Model) -> &'static [When],
    /// The panes that may have the focus: a view without panes leaves it to those of the inspector.
    pub(super) panes: fn(&Model) -> Vec<Pane>,
    /// The frames around its panes.
    pub(super) frames: fn(&Model, Rect) -> Vec<Frame>,
    /// What the cursor is linked with.
    pub(super) links: fn(&Model) -> Links,
    /// Whether the search for causes follows the session here.
    pub(super) searches: fn(&Model) -> bool,
    /// Derives what it alone shows, where that is not known yet.
    pub(super) follow: fn(&mut Model),
    /// What fills the whole screen instead of everything else.
    pub(super) covers: fn(&Model) -> Option<Draw>,
    /// Draws what is not in frames.
    pub(super) draw: Draw,
    /// Draws the sentences about the cursor.
    pub(super) about: Draw,
    /// Draws signatures and verdict.
    pub(super) verdict: Draw,
    /// Moves the cursor: by keys, and by the wheel.
    pub(super) go: fn(&mut Model, Motion),
    /// What digits mean there, where they are not the numbers of views.
    pub(super) digits: Option<fn(&mut Model, usize)>,
    /// Goes so many panes on.
    pub(super) step: fn(&mut Model, isize),
    /// Takes a click at a column and a row, other than one on a tab.
    pub(super) click: fn(&mut Model, &Layout, (u16, u16)),
}

/// Draws into an area.
type Draw = fn(&Scene<'_>, Rect, &mut Buffer);

/// What a view speaks of: its name in the bar, what is copied, checked and undone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Topic {
    /// The request on the table.
    Table,
    /// The capture under the cursor of the tape.
    Tape,
}

/// What a paste is taken for, to say why it is not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Expects {
    /// A request.
    Request,
    /// Evidence.
    Evidence,
}

/// Every view, in the order of their numbers.
pub(super) const VIEWS: [&Row; View::ALL.len()] =
    [&inspect::ROW, &compare::ROW, &diagnose::ROW, &gateway::ROW, &walkthrough::ROW];

// A row stands where its view is looked up.
const _: () = {
    let mut at = 0;
    while at < VIEWS.len() {
        assert!(VIEWS[at].view as usize == at && View::ALL[at] as usize == at);
        at += 1;
    }
};

impl View {
    /// What it is.
    pub(super) const fn row(self) -> &'static Row {
        VIEWS[self as usize]
    }
}

/// Of a view without panes.
fn no_frames(_: &Model, _: Rect) -> Vec<Frame> {
    Vec::new()
}

/// Of a view that shows what is known anyway.
fn no_following(_: &mut Model) {}

/// Of a view that leaves the lines around it.
fn no_cover(_: &Model) -> Option<Draw> {
    None
}

/// Of a view whose cursor is linked with nothing.
fn no_links(_: &Model) -> Links {
    Links::default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::action::{Action, Command};
    use crate::tui::keymap::BINDINGS;

    #[test]
    fn every_context_of_browsing_belongs_to_one_view() {
        let contexts = BINDINGS.iter().map(|binding| binding.when);
        for when in contexts.filter(|when| when.is_browsing() && *when != When::Browse) {
            let places = VIEWS.iter().flat_map(|own| own.places).filter(|(holds, _)| *holds == when);
            assert_eq!(places.count(), 1, "{when:?}");
        }
    }

    #[test]
    fn every_view_is_shown_by_its_number() {
        for (at, own) in VIEWS.iter().enumerate() {
            let shows = |action| action == Action::Do(Command::Show(own.view));
            let binding = BINDINGS.iter().find(|binding| shows(binding.action));
            let number = (at + 1).to_string();
            assert_eq!(
                binding.and_then(|binding| binding.keys.first()),
                Some(&number.as_str()),
                "{}",
                own.title
            );
        }
    }
}
