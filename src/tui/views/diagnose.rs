//! The diagnosis: the findings, and the paste that they were read from.

use super::{Expects, Row, Topic, inspect, no_cover, no_following, no_links};
use crate::tui::action::Motion;
use crate::tui::keymap::When;
use crate::tui::layout::{Answer, Layout};
use crate::tui::model::{Model, Pane, View};
use crate::tui::update::{Copyable, cursor, diagnose as findings, mouse};
use crate::tui::view::{bars, diagnose};

pub(super) const ROW: Row = Row {
    view: View::Diagnose,
    title: "Diagnose",
    keys: &["3", "D", "alt-3"],
    word: "diagnose",
    topic: Topic::Table,
    expects: Expects::Evidence,
    back: Some(View::Inspect),
    // What is copied of a diagnosis is its report.
    copies: Copyable::Report,
    places: &[(When::Findings, None)],
    no_zoom: None,
    no_other_pane: |model| model.session.pasted.is_none().then_some("the findings are one list"),
    contexts: |_| &[When::Findings, When::Browse],
    panes,
    frames: |model, main| Answer::of(model, main).frames(),
    links: no_links,
    searches: |_| true,
    follow: no_following,
    covers: no_cover,
    draw: diagnose::draw,
    about: diagnose::about,
    verdict: bars::verdict,
    go,
    step,
    digits: None,
    click,
};

fn panes(model: &Model) -> Vec<Pane> {
    let paste = model.session.pasted.is_some().then_some(Pane::Evidence);
    inspect::panes(model).into_iter().chain(paste).collect()
}

fn go(model: &mut Model, motion: Motion) {
    if model.focus == Pane::Evidence {
        return cursor::go(model, motion);
    }
    findings::go(model, motion);
}

/// Findings or paste.
fn step(model: &mut Model, _: isize) {
    model.focus = if model.focus == Pane::Evidence { Pane::Headers } else { Pane::Evidence };
}

fn click(model: &mut Model, layout: &Layout, (column, row): (u16, u16)) {
    if layout.pane_at(column, row).is_some() {
        return mouse::focus_pane(model, layout, (column, row));
    }
    mouse::leave_paste(model);
    model.search.selected = diagnose::finding_at(model, column, row).unwrap_or(model.search.selected);
}
