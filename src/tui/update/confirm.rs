//! Questions that are answered with yes or no: leaving although something would be lost, reading files that a paste names.

use std::path::PathBuf;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::history::Kind;
use super::super::model::{Confirm, ConfirmKind, Mode, Model};
use super::change;
use crate::analysis::Source;
use crate::case::{BodyPiece, Case};
use crate::report::Role;
use crate::request::{Body, Notice};
use crate::visible;

/// Leaves at once where nothing is lost, else after a yes; the key that quits is one.
pub(super) fn quit(model: &mut Model) -> Vec<Effect> {
    let asked = matches!(&model.mode, Mode::Confirm(confirm) if confirm.kind == ConfirmKind::Quit);
    match at_risk(model).filter(|_| !asked) {
        Some(words) => {
            ask(model, ConfirmKind::Quit, words);
            Vec::new()
        }
        None => vec![Effect::Quit],
    }
}

/// What would be lost with the program, in a sentence.
fn at_risk(model: &Model) -> Option<String> {
    let pasted = (model.session.source == Source::Pasted).then(|| "the request on the table".to_owned());
    let captures = match model.tape.unsaved() {
        0 => None,
        1 => Some("1 capture on the tape".to_owned()),
        count => Some(format!("{count} captures on the tape")),
    };
    let lost: Vec<String> = [pasted, captures].into_iter().flatten().collect();
    (!lost.is_empty()).then(|| format!("Not saved: {}. Quit anyway?", lost.join(" and ")))
}

fn ask(model: &mut Model, kind: ConfirmKind, words: String) {
    let before = std::mem::replace(&mut model.mode, Mode::Browse);
    // One question stands in the place of another: what keys meant before is what they meant before the first.
    let before = match before {
        Mode::Confirm(confirm) => confirm.before,
        Mode::Browse | Mode::Edit(_) | Mode::BodyText | Mode::Menu(_) | Mode::Ask(_) => Box::new(before),
    };
    model.mode = Mode::Confirm(Confirm { kind, words, before });
}

/// Any key but yes and no leaves the question as it is.
pub(super) fn answer(model: &mut Model, action: Action) -> Vec<Effect> {
    if !matches!(action, Action::Accept | Action::Cancel) {
        return Vec::new();
    }
    let Mode::Confirm(confirm) = std::mem::replace(&mut model.mode, Mode::Browse) else { return Vec::new() };
    model.mode = *confirm.before;
    let is_yes = action == Action::Accept;
    match (confirm.kind, is_yes) {
        (ConfirmKind::Quit, true) => vec![Effect::Quit],
        (ConfirmKind::Quit, false) => Vec::new(),
        (ConfirmKind::ReadFiles(pieces), true) => {
            vec![Effect::ReadFiles(model.reading.version, pieces)]
        }
        (ConfirmKind::ReadFiles(pieces), false) => {
            not_read(model, &pieces, "you refused");
            Vec::new()
        }
    }
}

/// The files that a paste names were looked at: they are read after a yes.
pub(super) fn looked(
    model: &mut Model,
    version: u64,
    pieces: Vec<BodyPiece>,
    found: Result<Vec<(PathBuf, u64)>, String>,
) -> Vec<Effect> {
    match found {
        // The request that named them may have gone meanwhile.
        _ if version != model.reading.version => {}
        Err(why) => not_read(model, &pieces, &why),
        Ok(files) => {
            let size = |(path, len): &(PathBuf, u64)| format!("{} ({len} bytes)", shown(path));
            let named = files.iter().map(size).collect::<Vec<_>>().join(", ");
            let words = format!("The text you pasted takes its body from {named}. Read it?");
            ask(model, ConfirmKind::ReadFiles(pieces), words);
        }
    }
    Vec::new()
}

/// The body was put together from files.
pub(super) fn files_read(
    model: &mut Model,
    version: u64,
    read: Result<(Body, Vec<Notice>), String>,
) -> Vec<Effect> {
    match read {
        _ if version != model.reading.version => {}
        Ok((body, notes)) => {
            let len = body.len();
            model.notices.extend(notes);
            change(model, "the body from a file", Kind::Whole, |session| session.request.body = body);
            model.say(Role::Good, format!("The body was read from the file: {len} bytes."));
        }
        Err(why) => model.say(Role::Bad, format!("The body is unknown: {why}.")),
    }
    Vec::new()
}

/// Notes that the body is unknown, and where it would be.
fn not_read(model: &mut Model, pieces: &[BodyPiece], why: &str) {
    let named = Case { body_pieces: pieces.to_vec(), ..Case::default() };
    let names: Vec<String> = named.files().into_iter().map(shown).collect();
    let names = names.join(", ");
    model.notices.push(Notice(format!("The body is unknown: {names} was not read ({why}).")));
    model.say(Role::Warning, format!("The body is unknown: {names} was not read ({why})."));
}

fn shown(path: &std::path::Path) -> String {
    visible::one_line(path.to_string_lossy().as_bytes())
}
