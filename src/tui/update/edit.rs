//! Typing into a field of one line.

use super::super::action::{Action, Travel};
use super::super::effect::Effect;
use super::super::field::{self, Field};
use super::super::history::Kind;
use super::super::line::Done;
use super::super::model::{Mode, Model};
use super::table::begin_edit;
use super::{change, changed};
use crate::report::Role;

pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Mode::Edit(edit) = &mut model.mode else { return Vec::new() };
    match action {
        Action::Travel(travel) => self::travel(model, travel),
        Action::Accept if edit.error.is_some() => {}
        Action::NextField => finish(model, Then::Next),
        Action::Accept | Action::Cancel => finish(model, Then::Browse),
        Action::Move(motion) => edit.line.go(motion),
        Action::Jump(jump) => edit.line.jump(jump),
        Action::Delete(what) => match edit.line.delete(what) {
            Done::Changed => apply(model, Kind::Whole),
            Done::Nothing => {}
        },
        Action::Quit | Action::NewLine | Action::Editor | Action::SignNow | Action::Do(_) => {}
    }
    Vec::new()
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Then {
    Browse,
    Next,
}

/// Ends editing a field. A secret is taken only now, so that half of one is never tried.
fn finish(model: &mut Model, then: Then) {
    let Mode::Edit(edit) = &mut model.mode else { return };
    let field = edit.field;
    let text = std::mem::take(&mut edit.line.text);
    model.mode = Mode::Browse;
    model.history.pause();
    if field.is_secret() && !text.is_empty() {
        change(model, "a secret", Kind::Whole, |session| drop(field.set(session, &text)));
        model.say(Role::Plain, format!("{} bytes were taken as the secret value.", text.len()));
    }
    if let (Then::Next, Some(next)) = (then, field.next()) {
        begin_edit(model, next);
    }
}

/// Undo and redo while typing show the field as it then stands.
fn travel(model: &mut Model, travel: Travel) {
    let Mode::Edit(edit) = &model.mode else { return };
    let field = edit.field;
    step(model, travel);
    begin_edit(model, field);
}

pub(super) fn step(model: &mut Model, travel: Travel) {
    match travel {
        Travel::Undo => model.history.undo(&mut model.session),
        Travel::Redo => model.history.redo(&mut model.session),
    };
    changed(model);
}

/// Puts the text of the field into the session, if it can be used.
pub(super) fn apply(model: &mut Model, kind: Kind) {
    let Mode::Edit(edit) = &model.mode else { return };
    if edit.field.is_secret() {
        return;
    }
    let (field, text, mut place) = (edit.field, edit.line.text.to_vec(), edit.place.clone());
    let mut trial = model.session.clone();
    let error = match &mut place {
        Some(place) => {
            field::replace(&mut trial.request, place, &text);
            None
        }
        None => field.set(&mut trial, &text).err(),
    };
    if error.is_none() {
        change(model, name(field), kind, |session| *session = trial);
    }
    if let Mode::Edit(edit) = &mut model.mode {
        (edit.error, edit.place) = (error, place);
    }
}

fn name(field: Field) -> &'static str {
    match field {
        Field::Method => "editing the method",
        Field::Target => "editing the target",
        Field::QueryName(_) | Field::QueryValue(_) => "editing the query",
        Field::HeaderName(_) | Field::HeaderValue(_) => "editing a header",
        Field::Setting(_) => "editing a setting",
        Field::Received => "editing the received signature",
    }
}
