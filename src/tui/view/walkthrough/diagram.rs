//! The sequence diagram: a lifeline for each party, a row for each step. What is done is plain, the step taken is lit, the rest is dim.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::places;
use crate::signature::check::Outcome;
use crate::tui::model::{Model, Walk};
use crate::tui::view::{Scene, paint};
use crate::walkthrough::{Lifeline, Step, StepKind, Walkthrough};

/// The rows above the first step: the names of the parties.
const ABOVE: u16 = 1;
/// Where the first lifeline stands: before it mark and number of a step.
const FIRST: u16 = 7;

/// The column of a lifeline.
fn column(own: &Walkthrough, lifeline: Lifeline, width: u16) -> u16 {
    let room = width.saturating_sub(FIRST);
    match (lifeline, own.names_key) {
        (Lifeline::Client, _) => FIRST,
        (Lifeline::Server, true) => FIRST + room * 12 / 25,
        (Lifeline::Server, false) => FIRST + room * 3 / 5,
        (Lifeline::KeyStore, _) => width.saturating_sub(6),
    }
}

/// The first step that is shown in as many rows: the cursor stands in the middle, but for the ends.
fn first_shown(walk: &Walk, height: u16) -> usize {
    let height = usize::from(height.max(1));
    walk.at.saturating_sub(height / 2).min(walk.steps().count().saturating_sub(height))
}

/// The step at a cell.
pub(in crate::tui) fn step_at(model: &Model, main: Rect, (x, y): (u16, u16)) -> Option<usize> {
    let (area, _) = places(model, main);
    let rows = rows(area);
    let step = first_shown(&model.walk, rows.height) + usize::from(y.saturating_sub(rows.y));
    (rows.contains((x, y).into()) && step < model.walk.steps().count()).then_some(step)
}

fn rows(area: Rect) -> Rect {
    Rect { y: area.y + ABOVE, height: area.height.saturating_sub(ABOVE), ..area }
}

pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (walk, theme) = (&scene.model.walk, &scene.model.theme);
    let Some(own) = walk.signed() else { return };
    for lifeline in own.lifelines() {
        let name = own.party(lifeline);
        let x = column(own, lifeline, area.width).saturating_sub(name.width() as u16 / 2);
        paint::short(buffer, area, x, 0, name, theme.focus);
    }
    let rows = rows(area);
    let first = first_shown(walk, rows.height);
    for (y, (at, step)) in walk.steps().enumerate().skip(first).take(rows.height.into()).enumerate() {
        row(scene, own, (at, step), Rect { y: rows.y + y as u16, height: 1, ..rows }, buffer);
    }
}

fn row(scene: &Scene<'_>, own: &Walkthrough, (at, step): (usize, &Step), area: Rect, buffer: &mut Buffer) {
    let (walk, theme) = (&scene.model.walk, &scene.model.theme);
    let order = at.cmp(&walk.at);
    let style = match order {
        Ordering::Less => theme.text,
        Ordering::Equal => theme.focus,
        Ordering::Greater => theme.quiet,
    };
    if order == Ordering::Equal {
        paint::fill(buffer, area, 0, 1, theme.selected);
        paint::text(buffer, area, 0, 0, "▌", theme.focus);
    }
    paint::text(buffer, area, 2, 0, &format!("{:>2}", at + 1), style);
    for lifeline in own.lifelines() {
        paint::text(buffer, area, column(own, lifeline, area.width), 0, "│", theme.border);
    }
    let ends = [step.from, step.to].map(|lifeline| column(own, lifeline, area.width));
    match ends {
        [from, to] if from == to => note(scene, step, (from, order, style), area, buffer),
        [from, to] => arrow(&step.title, (from, to), style, area, buffer),
    }
}

/// What somebody does alone: its words behind the lifeline, over the next one where they need the room.
fn note(
    scene: &Scene<'_>,
    step: &Step,
    (x, order, style): (u16, Ordering, Style),
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = &scene.model.theme;
    let knot = if order == Ordering::Greater { "·" } else { "├" };
    paint::text(buffer, area, x, 0, knot, style);
    let mut at = x + 2;
    // What comes of a check is told when it is made.
    if let Some(outcome) = step.outcome.filter(|_| order != Ordering::Greater) {
        let (mark, style) = match outcome {
            Outcome::Passed => ("✓ ", theme.role(crate::report::Role::Good)),
            Outcome::Failed => ("✗ ", theme.bad),
            Outcome::NotReached => ("· ", theme.quiet),
        };
        at = paint::text(buffer, area, at, 0, mark, style);
    }
    let end = paint::short(buffer, area, at, 0, words(step), style);
    if scene.model.walk.differing(step).is_some() {
        paint::text(buffer, area, end + 1, 0, "≠", theme.bad);
    }
}

/// The words of a step in the diagram: of a check what it asks.
fn words(step: &Step) -> &str {
    if let StepKind::Checks(check) = step.kind { check.title() } else { &step.title }
}

/// What goes from one to another.
fn arrow(title: &str, (from, to): (u16, u16), style: Style, area: Rect, buffer: &mut Buffer) {
    let (left, right) = (from.min(to) + 1, from.max(to));
    let room = usize::from(right.saturating_sub(left + 1));
    let inner = Rect { width: right.saturating_sub(1).min(area.width), ..area };
    let line = "─".repeat(room);
    let is_right = from < to;
    paint::text(buffer, area, if is_right { left } else { left + 1 }, 0, &line, style);
    let (head, at) = if is_right { ("▶", right - 1) } else { ("◀", left) };
    paint::text(buffer, area, at, 0, head, style);
    let label = format!(" {title} ");
    let start = left + (room.saturating_sub(label.width()) / 2) as u16;
    paint::short(buffer, inner, start.max(left + 1), 0, &label, style);
}
