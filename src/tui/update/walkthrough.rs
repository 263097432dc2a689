//! The walkthrough: from step to step, to the place that a step speaks of, and what is done to the request on its way.

use super::super::action::{Action, Command, Motion, OnWalk};
use super::super::effect::{Effect, Secrecy};
use super::super::keymap::When;
use super::super::layout::Layout;
use super::super::line::LineEdit;
use super::super::model::{Mode, Model, Pane, Question, QuestionKind, Stage, View, Zoom};
use super::super::view::walkthrough::{changes, step_at};
use super::lesson;
use super::question::ask;
use crate::report::Role;
use crate::request::{Part, Span};
use crate::trace::{Origin, StageKind};
use crate::walkthrough::clock::Guard;
use crate::walkthrough::export::{Format, export};
use crate::walkthrough::tamper::{Offer, Typed, offers};
use crate::walkthrough::{Run, Step, Tamper, Tint};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

pub(super) fn act(model: &mut Model, deed: OnWalk) {
    match deed {
        OnWalk::Next => model.walk.go_to(model.walk.at + 1),
        OnWalk::Previous => model.walk.go_to(model.walk.at.saturating_sub(1)),
        OnWalk::Find => ask(model, QuestionKind::Step, ""),
        OnWalk::NextFound => find(model),
        OnWalk::OpenPlace => open_place(model),
        OnWalk::Present => {
            model.walk.top = 0;
            model.walk.stage = match model.walk.stage {
                Stage::Desk => Stage::Presenting,
                Stage::Presenting => Stage::Desk,
            };
        }
        OnWalk::TakeBack => {
            let what = model.walk.take_back().unwrap_or_default();
            model.say(Role::Plain, format!("Taken back: {what}."));
        }
        OnWalk::Guard => switch_guard(model),
        OnWalk::NextPage => lesson::turn(model, 1),
        OnWalk::PreviousPage => lesson::turn(model, -1),
        OnWalk::CheckExercise => lesson::check(model),
        OnWalk::MinuteBack => model.walk.move_clock(-MINUTE),
        OnWalk::MinuteOn => model.walk.move_clock(MINUTE),
        OnWalk::HourBack => model.walk.move_clock(-HOUR),
        OnWalk::HourOn => model.walk.move_clock(HOUR),
    }
}

fn switch_guard(model: &mut Model) {
    model.walk.switch_guard();
    model.say(
        Role::Plain,
        match model.walk.guard() {
            Guard::None => "The server forgets signatures: it takes a replay within the window.",
            Guard::Remembers => "The server remembers signatures: it refuses a replay.",
        },
    );
}

/// Goes to the step of a number.
pub(in crate::tui) fn digit(model: &mut Model, digit: usize) {
    model.walk.digit(digit);
    let key = |view: View| model.keymap.keys(When::Browse, Action::Do(Command::Show(view))).last().cloned();
    let [first, last] = [View::Inspect, View::Walkthrough].map(|view| key(view).unwrap_or_default());
    let (at, count) = (model.walk.at + 1, model.walk.steps().count());
    model.say(Role::Plain, format!("Step {at} of {count}. {first} to {last} show the views."));
}

/// Through the steps; where the step has all the room, through its rows.
pub(in crate::tui) fn go(model: &mut Model, motion: Motion) {
    /// A page of rows.
    const PAGE: usize = 5;
    let alone = model.zoom() == Zoom::On || model.walk.stage == Stage::Presenting;
    let walk = &mut model.walk;
    match motion {
        Motion::Up if alone => walk.top = walk.top.saturating_sub(1),
        Motion::Down if alone => walk.top += 1,
        Motion::PageUp => walk.top = walk.top.saturating_sub(PAGE),
        Motion::PageDown => walk.top += PAGE,
        Motion::Up | Motion::Left => walk.go_to(walk.at.saturating_sub(1)),
        Motion::Down | Motion::Right => walk.go_to(walk.at + 1),
        Motion::First => walk.go_to(0),
        Motion::Last => walk.go_to(usize::MAX),
    }
}

pub(in crate::tui) fn click(model: &mut Model, layout: &Layout, at: (u16, u16)) {
    if let Some(step) = step_at(model, layout.main, at) {
        model.walk.go_to(step);
    }
}

/// Goes to the step of a number, or to the next one that holds some words.
pub(super) fn sought(model: &mut Model, line: LineEdit) {
    let text = String::from_utf8_lossy(&line.text).trim().to_owned();
    if let Ok(number @ 1..) = text.parse::<usize>() {
        return model.walk.go_to(number - 1);
    }
    model.walk.sought = line;
    if !text.is_empty() {
        find(model);
    }
}

fn find(model: &mut Model) {
    let words = String::from_utf8_lossy(&model.walk.sought.text).trim().to_lowercase();
    let steps: Vec<&Step> = model.walk.steps().collect();
    let from_next = (1..=steps.len()).map(|by| (model.walk.at + by) % steps.len());
    let found = from_next.clone().find(|at| holds(steps[*at], &words));
    match found {
        Some(at) => model.walk.go_to(at),
        None => model.say(Role::Warning, "No step holds these words."),
    }
}

fn holds(step: &Step, words: &str) -> bool {
    let line = |line: &Vec<Run>| line.iter().map(|run| run.text.as_str()).collect::<String>();
    let texts = [step.title.clone(), step.sentence.clone()].into_iter().chain(step.formula.clone());
    texts.chain(step.lines.iter().map(line)).any(|text| text.to_lowercase().contains(words))
}

/// Shows the place that a step speaks of: the bytes that it makes, else those of the request that it shows.
fn open_place(model: &mut Model) {
    let Some(step) = model.walk.step() else { return };
    let made = step.makes.clone().and_then(|made| {
        let kind = model.analysis.trace.stages.get(made.stage)?.kind;
        Some((pane_of(kind)?, made.range.start))
    });
    let span = step.lines.iter().flatten().find_map(|run| run.span);
    match (made, span) {
        (Some((pane, at)), _) => {
            model.view = View::Inspect;
            model.focus = pane;
            model.cursors.text_mut(pane).at = at;
        }
        (None, Some(span)) => {
            model.view = View::Inspect;
            focus_span(model, span);
        }
        (None, None) => model.say(Role::Warning, "Not now: this step makes no bytes of its own."),
    }
}

fn pane_of(kind: StageKind) -> Option<Pane> {
    Pane::ALL.into_iter().find(|pane| pane.stage() == Some(kind))
}

fn focus_span(model: &mut Model, span: Span) {
    match span.part {
        Part::Method | Part::Target => model.focus = Pane::Request,
        Part::HeaderName(index) | Part::HeaderValue(index) => {
            model.focus = Pane::Headers;
            model.cursors.set_row(Pane::Headers, index as usize);
        }
        Part::Body => {
            model.focus = Pane::Body;
            model.cursors.text_mut(Pane::Body).at = span.start as usize;
        }
    }
}

/// What the menu offers.
pub fn tampers(model: &Model) -> Vec<Offer> {
    let mut all = offers(&model.session, &model.analysis);
    all.splice(..0, flip(model));
    all
}

/// One bit of the byte under the cursor of the inspector, where it stands on a stage or on the body; else of what the step shows first.
fn flip(model: &Model) -> Option<Offer> {
    let at = model.cursors.text(model.focus).at;
    let under_cursor = match (model.focus.stage(), model.focus) {
        (Some(kind), _) => source(model, kind, at),
        (None, Pane::Body) => Some(Span::new(Part::Body, at..at + 1)),
        (None, _) => None,
    };
    let (title, span) = match under_cursor {
        Some(span) => ("one bit under the cursor of Inspect is flipped", span),
        None => {
            let runs = model.walk.step()?.lines.iter().flatten();
            let span = runs.filter(|run| run.tint == Tint::Request).find_map(|run| run.span)?;
            ("one bit of what this step shows is flipped", span)
        }
    };
    let tamper = Tamper::FlipBit { part: span.part, byte: span.start, bit: 0 };
    Some(Offer { title, detail: String::new(), tamper })
}

/// The byte of the request that a byte of a stage came from.
fn source(model: &Model, kind: StageKind, at: usize) -> Option<Span> {
    let text = model.analysis.trace.stage(kind)?;
    let (place, piece) = text.pieces_in(at..at + 1).next()?;
    let Origin::Request(span) = piece.origin else { return None };
    let is_byte_for_byte = span.range().len() == place.len();
    let start = span.range().start + if is_byte_for_byte { at - place.start } else { 0 };
    Some(Span::new(span.part, start..start + 1))
}

/// What another value can be typed for, with the present one.
pub(in crate::tui) fn typed(model: &Model) -> Vec<(Typed, Vec<u8>)> {
    let present = |typed: Typed| Some((typed, typed.present(&model.session, &model.analysis)?));
    Typed::ALL.into_iter().filter_map(present).collect()
}

/// Does what was chosen, or asks for a value.
pub(super) fn choose(model: &mut Model, row: usize) {
    model.mode = Mode::Browse;
    let offers = tampers(model);
    match (offers.get(row), row.checked_sub(offers.len())) {
        (Some(offer), _) => tamper(model, offer.clone()),
        (None, Some(row)) => {
            let Some((kind, present)) = typed(model).into_iter().nth(row) else { return };
            let line = LineEdit::new(present);
            model.mode = Mode::Ask(Question { kind: QuestionKind::Tamper(kind), line });
        }
        (None, None) => {}
    }
}

/// Does what was typed.
pub(super) fn retyped(model: &mut Model, kind: Typed, line: &LineEdit) {
    match kind.offer(&line.text) {
        Some(offer) => tamper(model, offer),
        None => model.say(Role::Bad, format!("Not taken: expected {}.", kind.form())),
    }
}

/// Where an export goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// To the clipboard.
    Clipboard,
    /// Into a file.
    File,
}

/// The rows of the menu of exports.
pub const EXPORTS: [Target; 2] = [Target::Clipboard, Target::File];

/// Copies the format that was chosen, or asks for a file.
pub(super) fn export_chosen(model: &mut Model, row: usize) -> Option<Effect> {
    model.mode = Mode::Browse;
    let (format, _) = Format::ALL[row % Format::ALL.len()];
    match EXPORTS.get(row / Format::ALL.len())? {
        Target::Clipboard => {
            let text = exported(model, format)?;
            Some(Effect::Copy { text, what: format.title(), secrecy: Secrecy::Open, note: String::new() })
        }
        Target::File => {
            ask(model, QuestionKind::Export(format), &format!("walkthrough.{}", format.ending()));
            None
        }
    }
}

/// What the view shows, in a format. Credentials are hidden in all of them.
pub(super) fn exported(model: &Model, format: Format) -> Option<String> {
    Some(export(&model.walk.told(&changes(model))?, format))
}

/// Does one thing more to the request, and goes to where both sides part.
pub(super) fn tamper(model: &mut Model, offer: Offer) {
    model.walk.tamper(offer);
    model.walk.follow(&model.session, &model.analysis, model.clock);
    let first = model.walk.steps().position(|step| model.walk.parts_at(step));
    first.into_iter().for_each(|at| model.walk.go_to(at));
}
