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
/// How far behind its lifeline a note begins.
const GAP: u16 = 2;

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

/// A step in the diagram: its first row, and its words in as many rows as they need.
struct Laid<'a> {
    at: usize,
    step: &'a Step,
    row: usize,
    words: Vec<String>,
}

/// Every step in its rows: no words run over a lifeline.
fn laid_out<'a>(walk: &'a Walk, own: &Walkthrough, width: u16) -> Vec<Laid<'a>> {
    let mut row = 0;
    let lay = |(at, step): (usize, &'a Step)| {
        let words = broken(walk, own, step, width);
        let laid = Laid { at, step, row, words };
        row += laid.words.len();
        laid
    };
    walk.steps().enumerate().map(lay).collect()
}

/// The words of a step, broken before the next lifeline.
fn broken(walk: &Walk, own: &Walkthrough, step: &Step, width: u16) -> Vec<String> {
    if step.from != step.to {
        return vec![step.title.clone()];
    }
    let from = column(own, step.from, width);
    let columns = own.lifelines().map(|lifeline| column(own, lifeline, width));
    let next = columns.filter(|x| *x > from).min().unwrap_or(width);
    let marks =
        [step.outcome.is_some(), walk.differing(step).is_some()].map(|is_there| 2 * u16::from(is_there));
    let room = next.saturating_sub(from + GAP + 1 + marks[0] + marks[1]);
    paint::words(words(step), usize::from(room).max(8))
}

/// The first row that is shown of these: the step that is looked at stands in the middle, but for the ends.
fn first_shown(laid: &[Laid<'_>], at: usize, height: u16) -> usize {
    let height = usize::from(height.max(1));
    let all = laid.last().map_or(0, |last| last.row + last.words.len());
    let own = laid.get(at).map_or(0, |own| own.row);
    own.saturating_sub(height / 2).min(all.saturating_sub(height))
}

/// The step at a cell.
pub(in crate::tui) fn step_at(model: &Model, main: Rect, (x, y): (u16, u16)) -> Option<usize> {
    let (area, _) = places(model, main);
    let rows = rows(area);
    let laid = laid_out(&model.walk, model.walk.signed()?, area.width);
    let row = first_shown(&laid, model.walk.at, rows.height) + usize::from(y.saturating_sub(rows.y));
    let found = laid.iter().find(|own| (own.row..own.row + own.words.len()).contains(&row))?;
    rows.contains((x, y).into()).then_some(found.at)
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
    let laid = laid_out(walk, own, area.width);
    let first = first_shown(&laid, walk.at, rows.height);
    for own_step in &laid {
        for nth in 0..own_step.words.len() {
            let Some(y) = (own_step.row + nth).checked_sub(first) else { continue };
            if y < usize::from(rows.height) {
                row(scene, own, (own_step, nth), Rect { y: rows.y + y as u16, height: 1, ..rows }, buffer);
            }
        }
    }
}

/// One row of a step: its first, or one that goes on with its words.
fn row(
    scene: &Scene<'_>,
    own: &Walkthrough,
    (laid, nth): (&Laid<'_>, usize),
    area: Rect,
    buffer: &mut Buffer,
) {
    let (walk, theme) = (&scene.model.walk, &scene.model.theme);
    let order = laid.at.cmp(&walk.at);
    let style = match order {
        Ordering::Less => theme.text,
        Ordering::Equal => theme.focus,
        Ordering::Greater => theme.quiet,
    };
    if order == Ordering::Equal {
        paint::fill(buffer, area, 0, 1, theme.selected);
        paint::text(buffer, area, 0, 0, "▌", theme.focus);
    }
    if nth == 0 {
        paint::text(buffer, area, 2, 0, &format!("{:>2}", laid.at + 1), style);
    }
    for lifeline in own.lifelines() {
        paint::text(buffer, area, column(own, lifeline, area.width), 0, "│", theme.border);
    }
    let ends = [laid.step.from, laid.step.to].map(|lifeline| column(own, lifeline, area.width));
    match ends {
        [from, to] if from == to => note(scene, (laid, nth), (from, order, style), area, buffer),
        [from, to] => arrow(&laid.step.title, (from, to), style, area, buffer),
    }
}

/// What somebody does alone: its words behind the lifeline, in as many rows as they need.
fn note(
    scene: &Scene<'_>,
    (laid, nth): (&Laid<'_>, usize),
    (x, order, style): (u16, Ordering, Style),
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = &scene.model.theme;
    let marked = if laid.step.outcome.is_some() { 2 } else { 0 };
    if nth == 0 {
        let knot = if order == Ordering::Greater { "·" } else { "├" };
        paint::text(buffer, area, x, 0, knot, style);
        // What comes of a check is told when it is made.
        if let Some(outcome) = laid.step.outcome.filter(|_| order != Ordering::Greater) {
            let (mark, style) = match outcome {
                Outcome::Passed => ("✓ ", theme.role(crate::report::Role::Good)),
                Outcome::Failed => ("✗ ", theme.bad),
                Outcome::NotReached => ("· ", theme.quiet),
            };
            paint::text(buffer, area, x + GAP, 0, mark, style);
        }
    }
    let Some(text) = laid.words.get(nth) else { return };
    let end = paint::short(buffer, area, x + GAP + marked, 0, text, style);
    if nth + 1 == laid.words.len() && scene.model.walk.differing(laid.step).is_some() {
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
