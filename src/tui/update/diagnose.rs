//! The diagnosis: its search follows the session while it is looked at; a finding is applied as a step.

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::history::Kind;
use super::super::model::{Desk, Model, SearchStage, View, Zoom};
use super::super::resign;
use super::browse::moved;
use super::change;
use crate::analysis::{Session, Source};
use crate::case;
use crate::diagnose::{Applied, CannotApply, Diagnosis, Finding, apply, is_of_another_request};
use crate::evidence::{self, Piece};
use crate::report::Role;
use crate::samples;
use crate::time::Timestamp;
use crate::verify::Conclusion;

pub(super) fn act(model: &mut Model, action: Action) {
    let zoom = model.zoom();
    let search = &mut model.search;
    match action {
        Action::Preview => {
            search.top = 0;
            model.set_zoom(zoom.toggled());
        }
        Action::Apply => apply_finding(model),
        Action::StopSearch => {
            search.stop();
            model.say(Role::Plain, "The search ends with what it has.");
        }
        // With all the room, the details are what is moved through.
        Action::Up if zoom == Zoom::On => search.top = search.top.saturating_sub(1),
        Action::Down if zoom == Zoom::On => search.top += 1,
        Action::PageUp => search.top = search.top.saturating_sub(5),
        Action::PageDown => search.top += 5,
        action => {
            let last = search.listed().len().saturating_sub(1);
            let row = moved(search.selected, last, 1, action);
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
    let watched = match model.view {
        View::Inspect | View::Gateway => false,
        View::Compare => !model.session.evidence.is_empty(),
        View::Diagnose => true,
    };
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

/// Takes what a server or a signer says it computed.
pub(super) fn take_evidence(model: &mut Model, pieces: Vec<Piece>) {
    let untouched = samples::named(&model.session.name).is_some() && !model.history.can_undo();
    let words: Vec<String> = pieces.iter().map(Piece::words).collect();
    let tells =
        pieces.iter().any(|piece| piece.canonical_request.is_some() || piece.string_to_sign.is_some());
    change(model, "evidence", Kind::Whole, |session| {
        session.evidence = [&session.evidence[..], &pieces].concat().into();
    });
    model.turn = 0;
    if is_of_another(model) {
        let words = words.join("; ");
        return if untouched { open_other(model, &words) } else { tell_other(model, &words) };
    }
    model.view = if tells { View::Compare } else { View::Diagnose };
    let first = model.to_first_difference();
    let (role, next) = match (tells, first) {
        (false, _) => (Role::Good, None),
        (true, Some(_)) => (Role::Good, Some("n goes to the next difference.")),
        (true, None) => {
            let (role, words) = model.without_difference();
            (role, Some(words))
        }
    };
    let next = next.map(|words| format!(" {words}")).unwrap_or_default();
    model.say(role, format!("Taken: {}.{next}", words.join("; ")));
}

fn is_of_another(model: &Model) -> bool {
    model.session.evidence.last().is_some_and(|piece| is_of_another_request(&model.analysis, piece))
}

/// Where a sample is on the table that nobody touched, the request of the evidence takes its place.
fn open_other(model: &mut Model, words: &str) {
    rebuild(model);
    model.view = View::Compare;
    model.to_first_difference();
    model.say(Role::Good, format!("Taken: {words}. The request was rebuilt from it; u takes it back."));
}

fn tell_other(model: &mut Model, words: &str) {
    model.view = View::Compare;
    model.to_first_difference();
    let text = format!("Taken, but it is of another request: R makes that the one on the table. {words}.");
    model.say(Role::Warning, text);
}

/// Takes a text as evidence where it holds some; else as the other side's text, where it looks like one.
pub(super) fn take_text(model: &mut Model, text: &[u8]) -> Result<(), evidence::EvidenceError> {
    let looks_canonical = text.split(|byte| *byte == b'\n').nth(1).is_some_and(|line| line.starts_with(b"/"));
    let plain = looks_canonical || evidence::is_string_to_sign(text);
    let pieces = match evidence::read(text) {
        Err(_) if plain => vec![Piece::plain(text.trim_ascii_end())],
        read => read?,
    };
    take_evidence(model, pieces);
    Ok(())
}

/// Makes the request that the evidence quotes the one on the table.
pub(super) fn rebuild(model: &mut Model) {
    let Some(case) = case::rebuild(&model.session.evidence) else {
        return model.say(Role::Warning, "Not now: no evidence quotes a canonical request.");
    };
    let keys = model.session.keys.clone();
    let source = match model.session.source {
        Source::Given | Source::Pasted => Source::Pasted,
        Source::Tape(number) => Source::Tape(number),
    };
    // Evidence names no files: nothing is left to be read.
    drop(super::paste::replace(model, case, "evidence", source));
    model.session.keys = keys;
    let body = if model.lacks_body() { "the body is unknown" } else { "the body is empty" };
    model.say(
        Role::Good,
        format!("Rebuilt from the evidence: names are in lower case, and {body}. u takes it back."),
    );
}
