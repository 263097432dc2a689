//! Questions that are answered with a line: a file, a folder, a filter, a key pair.

use std::path::PathBuf;

use super::super::action::Action;
use super::super::effect::{Effect, Purpose};
use super::super::line::{Done, LineEdit};
use super::super::model::{Mode, Model, Question, QuestionKind};
use super::{gateway, walkthrough};
use crate::case::file;

pub(super) fn ask(model: &mut Model, kind: QuestionKind, answer: &str) {
    model.mode = Mode::Ask(Question { kind, line: LineEdit::new(answer.into()) });
}

pub(super) fn answer(model: &mut Model, action: Action) -> Vec<Effect> {
    let Mode::Ask(question) = &mut model.mode else { return Vec::new() };
    match action {
        Action::Cancel => {
            let is_filter = question.kind == QuestionKind::Filter;
            model.mode = Mode::Browse;
            if is_filter {
                model.tape.set_filter("");
            }
        }
        Action::Accept => {
            let (kind, line) = (question.kind, std::mem::take(&mut question.line));
            model.mode = Mode::Browse;
            return answered(model, kind, line).into_iter().collect();
        }
        Action::Move(motion) => question.line.go(motion),
        Action::Jump(jump) => question.line.jump(jump),
        Action::Delete(what) => match question.line.delete(what) {
            Done::Changed => gateway::filtered(model),
            Done::Nothing => {}
        },
        Action::Quit
        | Action::NextField
        | Action::NewLine
        | Action::Editor
        | Action::SignNow
        | Action::Travel(_)
        | Action::Do(_) => {}
    }
    Vec::new()
}

/// What becomes of a line that was typed.
fn answered(model: &mut Model, kind: QuestionKind, line: LineEdit) -> Option<Effect> {
    let path = || {
        let text = String::from_utf8_lossy(&line.text).trim().to_owned();
        (!text.is_empty()).then(|| in_home(&text))
    };
    match kind {
        // It filtered while it was typed.
        QuestionKind::Filter => None,
        QuestionKind::KeyId => {
            gateway::name_key(model, &line);
            None
        }
        QuestionKind::Step => {
            walkthrough::sought(model, line);
            None
        }
        QuestionKind::Tamper(kind) => {
            walkthrough::retyped(model, kind, &line);
            None
        }
        QuestionKind::Export(format) => {
            Some(Effect::Write(path()?, walkthrough::exported(model, format)?.into_bytes()))
        }
        QuestionKind::KeySecret => gateway::add_key(model, &line),
        QuestionKind::SaveTape => Some(gateway::save(model, path()?)),
        QuestionKind::LoadTape => Some(Effect::LoadTape(path()?)),
        QuestionKind::Import => Some(Effect::Read(path()?, Purpose::Request)),
        QuestionKind::Evidence => Some(Effect::Read(path()?, Purpose::Evidence)),
        QuestionKind::BodyFile => Some(Effect::Read(path()?, Purpose::Body)),
        QuestionKind::Save => {
            Some(Effect::Write(path()?, file::write(&model.session.request, &model.session.settings)))
        }
    }
}

/// A path as a shell would have it: `~/` is the home folder.
fn in_home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}
