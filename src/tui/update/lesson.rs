//! Lessons: a tour opens beside its request in the walkthrough, page by page; its exercise is mended on the table and checked.

use super::super::model::{Lesson, Mode, Model, View, Zoom};
use super::super::view::walkthrough::BESIDE;
use super::paste;
use crate::analysis::Source;
use crate::case;
use crate::report::Role;
use crate::request::Request;
use crate::visible;
use crate::walkthrough::lessons::{Checked, TOURS, Tour};
use crate::walkthrough::tamper::Offer;
use crate::walkthrough::{Step, StepKind};

/// Opens the tour of a row of the menu.
pub(super) fn start(model: &mut Model, row: usize) {
    model.mode = Mode::Browse;
    let Some(tour) = TOURS.get(row) else { return };
    if put(model, tour.text(), tour, 0) {
        show(model);
    }
}

/// Turns so many pages on. The exercise has a request of its own.
pub(super) fn turn(model: &mut Model, by: isize) {
    let Some(Lesson { tour, at }) = model.walk.lesson else { return };
    let next = at.saturating_add_signed(by).min(tour.pages.len());
    let is_exercise = |at: usize| at == tour.pages.len();
    let is_there = match (is_exercise(at), is_exercise(next)) {
        (false, true) => put(model, &tour.exercise(), tour, next),
        (true, false) => put(model, tour.text(), tour, next),
        (true, true) | (false, false) => true,
    };
    if is_there {
        model.walk.lesson = Some(Lesson { tour, at: next });
        show(model);
    }
}

/// Puts a request of a tour on the table, in one step that can be undone.
fn put(model: &mut Model, text: &[u8], tour: &'static Tour, at: usize) -> bool {
    let Ok(case) = case::read(text) else { return false };
    // The requests of tours take no body from a file, so nothing is to be looked for.
    drop(paste::replace(model, case, &format!("lesson: {}", tour.title), Source::Given));
    model.walk.lesson = Some(Lesson { tour, at });
    model.view = View::Walkthrough;
    if model.size.0 < BESIDE {
        // The words of the page stand with the step.
        model.set_zoom(Zoom::On);
    }
    true
}

/// Does what the page is about, and goes to its step.
fn show(model: &mut Model) {
    let Some(lesson) = model.walk.lesson else { return };
    model.walk.begin_anew();
    model.message = None;
    let Some(page) = lesson.page() else {
        model.say(Role::Plain, "Mend the request in Inspect or Diagnose, then check the exercise.");
        model.walk.follow(&model.session, &model.analysis, model.clock);
        return model.walk.go_to(0);
    };
    let staging = page.staging(&model.session.request);
    for tamper in staging.tampers {
        let offer = Offer { title: "in this lesson", detail: page.title.into(), tamper };
        model.walk.tamper(offer);
    }
    model.walk.move_clock(staging.moved);
    model.walk.follow(&model.session, &model.analysis, model.clock);
    let at = match staging.step {
        Some((kind, nth)) => place(model, kind, nth),
        None => {
            let parts = |step: &Step| model.walk.parts_at(step);
            let parting = model.walk.steps().position(parts);
            parting.or_else(|| model.walk.steps().count().checked_sub(1))
        }
    };
    model.walk.go_to(at.unwrap_or_default());
}

/// The place of a step of a kind, the first or one behind it.
fn place(model: &Model, kind: StepKind, nth: usize) -> Option<usize> {
    let places = model.walk.steps().enumerate().filter(|(_, step)| step.kind == kind);
    places.map(|(at, _)| at).nth(nth)
}

/// Whether the request on the table mends the exercise, as `countersign learn` checks it.
pub(super) fn check(model: &mut Model) {
    let Some(Lesson { tour, .. }) = model.walk.lesson else { return };
    let (role, text) = match tour.check(signed(model)) {
        Checked::Mended => (Role::Good, "✓ Mended: the server accepts the request.".into()),
        Checked::AnotherRequest(wanted) => {
            (Role::Bad, format!("✗ This is another request. The exercise is {wanted}."))
        }
        Checked::Refused { failed, hint } => {
            let failed = failed.unwrap_or("the signature can be checked");
            let hint = visible::one_line(hint.as_bytes());
            (Role::Warning, format!("✗ Not yet: {failed} – this check fails; hint: {hint}"))
        }
    };
    model.say(role, text);
}

/// The request on the table; one that carries no signature is signed as the table says.
fn signed(model: &Model) -> Request {
    let request = &model.session.request;
    let instructions = model.analysis.instructions(request).filter(|_| model.analysis.claim.is_none());
    instructions.map_or_else(|| request.clone(), |instructions| instructions.apply(request))
}
