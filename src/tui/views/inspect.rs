//! The inspector: the request and its stages, a pane each.

use super::{Expects, Row, Topic, no_cover, no_following};
use crate::tui::keymap::When;
use crate::tui::model::{Model, Pane, PaneKind, View};
use crate::tui::update::{Copyable, cursor, mouse};
use crate::tui::view::bars;
use crate::tui::{layout, links};

pub(super) const ROW: Row = Row {
    view: View::Inspect,
    title: "Inspect",
    keys: &["1", "alt-1"],
    word: "inspect",
    topic: Topic::Table,
    expects: Expects::Request,
    back: None,
    copies: Copyable::Authorization,
    places: &[
        (When::Settings, Some(Pane::Signing)),
        (When::Body, Some(Pane::Body)),
        (When::Stage, Some(Pane::CanonicalRequest)),
        (When::Table, Some(Pane::Headers)),
        (When::Inspect, Some(Pane::Headers)),
    ],
    no_zoom: None,
    no_other_pane: |_| None,
    contexts,
    panes,
    frames: layout::inspector,
    links: links::of_inspector,
    searches: |_| false,
    follow: no_following,
    covers: no_cover,
    draw: |_, _, _| {},
    about: bars::linked,
    verdict: bars::verdict,
    go: cursor::go,
    step,
    digits: None,
    click: mouse::focus_pane,
};

fn contexts(model: &Model) -> &'static [When] {
    match model.focus.kind() {
        PaneKind::Query | PaneKind::Headers => &[When::Table, When::Inspect, When::Browse],
        PaneKind::Signing => &[When::Settings, When::Inspect, When::Browse],
        PaneKind::Body => &[When::Body, When::Inspect, When::Browse],
        PaneKind::Request => &[When::Inspect, When::Browse],
        PaneKind::Chain | PaneKind::Evidence | PaneKind::Stage(_) => &[When::Stage, When::Browse],
    }
}

pub(super) fn panes(model: &Model) -> Vec<Pane> {
    Pane::shown(&model.analysis)
}

pub(super) fn step(model: &mut Model, by: isize) {
    let panes = panes(model);
    let at = panes.iter().position(|pane| *pane == model.focus).unwrap_or_default();
    let next = (at as isize + by).rem_euclid(panes.len() as isize);
    model.focus = panes[next.unsigned_abs()];
}
