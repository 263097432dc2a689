//! The comparison: ours and theirs, one list of rows.

use super::{Expects, Row, Topic, inspect, no_cover, no_following, no_frames, no_links};
use crate::comparison;
use crate::tui::action::Motion;
use crate::tui::keymap::When;
use crate::tui::model::{Model, View};
use crate::tui::update::{Copyable, cursor};
use crate::tui::view::{bars, compare};

pub(super) const ROW: Row = Row {
    view: View::Compare,
    title: "Compare",
    keys: &["2", "c", "alt-2"],
    word: "compare",
    topic: Topic::Table,
    expects: Expects::Evidence,
    back: Some(View::Inspect),
    copies: Copyable::Authorization,
    places: &[(When::Compare, None)],
    no_zoom: Some("the comparison has all the room"),
    no_other_pane,
    contexts: |_| &[When::Compare, When::Browse],
    panes: inspect::panes,
    frames: no_frames,
    links: no_links,
    searches: |model| !model.session.evidence.is_empty(),
    follow: no_following,
    covers: no_cover,
    draw: compare::draw,
    about: compare::about,
    verdict: bars::verdict,
    go,
    step,
    digits: None,
    click: |model, _, (_, row)| model.difference = compare::row_at(model, row),
};

fn no_other_pane(model: &Model) -> Option<&'static str> {
    let told = model.session.evidence.len();
    (told <= comparison::OTHERS).then_some("all the evidence is in view")
}

fn go(model: &mut Model, motion: Motion) {
    let last = model.comparison().rows.len().saturating_sub(1);
    let page = usize::from(model.size.1 / 2);
    model.difference = cursor::moved(model.difference, last, page, motion);
}

/// The comparison is one pane: other evidence comes into it.
fn step(model: &mut Model, _: isize) {
    model.turn += 1;
    model.to_first_difference();
}
