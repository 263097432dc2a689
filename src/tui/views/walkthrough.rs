//! The walkthrough: a signature made, sent, checked and broken, step by step.

use super::{Expects, Row, Topic, inspect, no_frames, no_links};
use crate::tui::keymap::When;
use crate::tui::model::{Model, Stage, View};
use crate::tui::update::{Copyable, walkthrough as walk};
use crate::tui::view::walkthrough;

pub(super) const ROW: Row = Row {
    view: View::Walkthrough,
    title: "Walkthrough",
    keys: &["5", "alt-5"],
    word: "walkthrough",
    topic: Topic::Table,
    expects: Expects::Request,
    back: Some(View::Inspect),
    copies: Copyable::Authorization,
    places: &[(When::Walk, None)],
    no_zoom: None,
    no_other_pane: |_| None,
    contexts: |_| &[When::Walk, When::Browse],
    panes: inspect::panes,
    frames: no_frames,
    links: no_links,
    searches: |_| false,
    follow: |model| model.walk.follow(&model.session, &model.analysis, model.clock),
    covers: |model: &Model| match model.walk.stage {
        Stage::Desk => None,
        Stage::Presenting => Some(walkthrough::present),
    },
    draw: walkthrough::draw,
    about: walkthrough::about,
    verdict: walkthrough::verdict,
    go: walk::go,
    // Diagram and step, or the step with all the room.
    step: |model, _| model.set_zoom(model.zoom().toggled()),
    digits: Some(walk::digit),
    click: walk::click,
};
