//! The gateway: the tape, and what became of the capture under the cursor.

use super::{Expects, Row, Topic, inspect, no_cover, no_following, no_frames, no_links};
use crate::tui::keymap::When;
use crate::tui::model::View;
use crate::tui::update::{Copyable, gateway as tape};
use crate::tui::view::gateway;

pub(super) const ROW: Row = Row {
    view: View::Gateway,
    title: "Gateway",
    keys: &["4", "alt-4"],
    word: "gateway",
    topic: Topic::Tape,
    expects: Expects::Request,
    back: None,
    copies: Copyable::Authorization,
    places: &[(When::Tape, None)],
    no_zoom: Some("the tape has all the room"),
    no_other_pane: |_| Some("the tape has all the room"),
    contexts: |_| &[When::Tape, When::Browse],
    panes: inspect::panes,
    frames: no_frames,
    links: no_links,
    searches: |_| false,
    follow: no_following,
    covers: no_cover,
    draw: gateway::draw,
    about: gateway::about,
    verdict: gateway::outcome,
    go: tape::go,
    // It is hindered: there is no pane but the tape.
    step: inspect::step,
    digits: None,
    click: tape::click,
};
