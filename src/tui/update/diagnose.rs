//! The diagnosis: its search follows the session while it is looked at; a finding is applied as a step.

use super::super::action::{Motion, OnFindings};
use super::super::effect::Effect;
use super::super::history::Kind;
use super::super::model::{Desk, Model, SearchStage, Zoom};
use super::super::resign;
use super::change;
use super::cursor::moved;
use crate::analysis::Session;
use crate::diagnose::{Applied, CannotApply, Diagnosis, Finding, apply};
use crate::report::Role;
use crate::time::Timestamp;
use crate::verify::Conclusion;

pub(super) fn act(model: &mut Model, deed: OnFindings) {
    match deed {
        OnFindings::Preview => {
            model.search.top = 0;
            model.set_zoom(model.zoom().toggled());
        }
        OnFindings::Apply => apply_finding(model),
        OnFindings::StopSearch => {
            model.search.stop();
            model.say(Role::Plain, "The search ends with what it has.");
        }
    }
}

/// Moves through the findings; with all the room, the details are what is moved through.
pub(in crate::tui) fn go(model: &mut Model, motion: Motion) {
    let zoom = model.zoom();
    let search = &mut model.search;
    match motion {
        Motion::Up if zoom == Zoom::On => search.top = search.top.saturating_sub(1),
        Motion::Down if zoom == Zoom::On => search.top += 1,
        Motion::PageUp => search.top = search.top.saturating_sub(5),
        Motion::PageDown => search.top += 5,
        Motion::Up | Motion::Down | Motion::Left | Motion::Right | Motion::First | Motion::Last => {
            let last = search.listed().len().saturating_sub(1);
            let row = moved(search.selected, last, 1, motion);
            if row != search.selected {
                (search.selected, search.top) = (row, 0);
            }
        }
    }
}

fn apply_finding(model: &mut Model) {
    let Some(finding) = model.search.finding() else { return };
    match applied(finding, &model.session, model.clock) {
        Err(error) => model.say(Role::Warning, format!("Not now: {error}.")),
        Ok((session, how)) => {
            let before = Desk::new(model.session.clone(), model.clock);
            change(model, "applying a finding", Kind::Whole, |own| *own = session);
            model.search.keep_applied(before);
            model.set_zoom(Zoom::Off);
            let did = match how {
                Applied::Edited => "Applied: the request is the one that was signed",
                Applied::SignedAnew => "Applied: the request was signed anew",
            };
            let is_right = model.analysis.agreement().holds() == Some(true);
            let (role, end) = match (is_right, model.analysis.verdict.conclusion()) {
                (true, Some(Conclusion::Match)) => (Role::Good, ", and the signatures match"),
                (true, _) => (Role::Good, ", and the signatures match; v shows what else is wrong"),
                (false, _) => (Role::Plain, ""),
            };
            model.say(role, format!("{did}{end}. u takes it back."));
        }
    }
}

/// The session with a finding applied: edited, or signed anew with the headers that were signed before.
fn applied(
    finding: &Finding,
    session: &Session,
    clock: Timestamp,
) -> Result<(Session, Applied), CannotApply> {
    match apply(finding, session, clock)? {
        (mut edited, Applied::Edited) => {
            measure_body(session, &mut edited, clock);
            Ok((edited, Applied::Edited))
        }
        (signed, Applied::SignedAnew) => {
            Ok((resign::anew(session, clock).unwrap_or(signed), Applied::SignedAnew))
        }
    }
}

/// States the length of a body that an edit changed, where the header stated that of the body before and is not signed.
fn measure_body(before: &Session, edited: &mut Session, clock: Timestamp) {
    let length = |session: &Session| session.request.body.len().to_string().into_bytes();
    let Some((index, header)) = edited.request.header(b"content-length") else { return };
    if header.value.trim_ascii() != length(before) || length(before) == length(edited) {
        return;
    }
    let mut measured = edited.clone();
    measured.request.headers[index].value = length(edited);
    if Desk::new(measured.clone(), clock).analysis.agreement().holds() == Some(true) {
        *edited = measured;
    }
}

/// Begins the search where the diagnosis is looked at and the session is another one than before.
pub(super) fn search(model: &mut Model) -> Option<Effect> {
    let watched = (model.view.row().searches)(model);
    if !watched || model.search.stage != SearchStage::Wanted || model.waits_for_body() {
        return None;
    }
    model.search.begin();
    let session = Box::new(model.session.clone());
    Some(Effect::Search { version: model.search.version, session, clock: model.clock })
}

pub(super) fn found(model: &mut Model, version: u64, diagnosis: Box<Diagnosis>, stage: SearchStage) {
    let was = model.search.finding().map(|finding| finding.title());
    model.search.take(version, diagnosis, stage);
    // What is read now stays under the cursor, unless something surer came.
    let at = model.search.listed().iter().position(|(finding, _)| Some(finding.title()) == was);
    if model.search.selected > 0 {
        model.search.selected = at.unwrap_or_default();
    }
}
