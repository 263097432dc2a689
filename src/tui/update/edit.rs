//! Actions while typing: into a field of one line, or into the body.

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::field::{self, Field};
use super::super::history::Kind;
use super::super::line::Done;
use super::super::model::{Mode, Model, Pane};
use super::super::text::{Text, next_char, previous_char};
use super::browse::{begin_edit, move_in_text};
use super::{change, changed, text_and_cursor};
use crate::report::Role;

pub(crate) fn act_on_field(model: &mut Model, action: Action) -> Vec<Effect> {
    let Mode::Edit(edit) = &mut model.mode else { return Vec::new() };
    match action {
        Action::Undo | Action::Redo => travel(model, action),
        Action::Accept if edit.error.is_some() => {}
        Action::NextField => finish(model, Then::Next),
        Action::Accept | Action::Cancel => finish(model, Then::Browse),
        action => match edit.line.act(action) {
            Done::Changed => apply(model, Kind::Whole),
            Done::Moved | Done::NotMine => {}
        },
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
fn travel(model: &mut Model, action: Action) {
    let Mode::Edit(edit) = &model.mode else { return };
    let field = edit.field;
    match action {
        Action::Undo => model.history.undo(&mut model.session),
        _ => model.history.redo(&mut model.session),
    };
    changed(model);
    begin_edit(model, field);
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

pub(crate) fn act_on_body(model: &mut Model, action: Action) -> Vec<Effect> {
    let at = model.cursors.text(Pane::Body).at;
    let Some(rope) = model.session.request.body.rope() else {
        // Undo brought back a body that lies in a file: there is nothing to type into.
        model.mode = Mode::Browse;
        return Vec::new();
    };
    let text = Text::Rope(rope);
    match action {
        Action::Cancel => {
            model.mode = Mode::Browse;
            model.history.pause();
        }
        Action::Undo | Action::Redo => {
            match action {
                Action::Undo => model.history.undo(&mut model.session),
                _ => model.history.redo(&mut model.session),
            };
            changed(model);
        }
        Action::Editor => return vec![Effect::EditBody(rope.clone())],
        Action::NewLine => type_into_body(model, b"\n"),
        Action::DeleteLeft => delete(model, previous_char(text, at), at),
        Action::DeleteRight => delete(model, at, next_char(text, at)),
        Action::DeleteWord => {
            let word = word_left(text, at);
            delete(model, word, at);
        }
        Action::DeleteToStart => delete(model, text.line_start(at), at),
        Action::DeleteToEnd => delete(model, at, text.line_end(at)),
        action => {
            let to = match action {
                Action::LineStart => text.line_start(at),
                Action::LineEnd => text.line_end(at),
                Action::WordLeft => word_left(text, at),
                Action::WordRight => word_right(text, at),
                action => match text_and_cursor(model) {
                    Some((text, cursor, area)) => {
                        move_in_text(text, cursor.at, area.width, area.height, action)
                    }
                    None => at,
                },
            };
            model.cursors.text_mut(Pane::Body).at = to;
            model.history.pause();
        }
    }
    Vec::new()
}

pub(super) fn type_into_body(model: &mut Model, text: &[u8]) {
    if model.session.request.body.path().is_some() {
        model.mode = Mode::Browse;
        return;
    }
    let at = model.cursors.text(Pane::Body).at;
    let kind = if text.len() == 1 && text != b" " && text != b"\n" { Kind::Typed(at) } else { Kind::Whole };
    change(model, "editing the body", kind, |session| {
        session.request.body.edit(|rope| rope.insert(at, text))
    });
    model.cursors.text_mut(Pane::Body).at = at + text.len();
}

fn delete(model: &mut Model, from: usize, to: usize) {
    if from < to {
        change(model, "editing the body", Kind::Whole, |s| {
            s.request.body.edit(|rope| rope.replace(from..to, b""))
        });
        model.cursors.text_mut(Pane::Body).at = from;
    }
}

/// How far a word is sought.
const WORD: usize = 4096;

fn word_left(text: Text<'_>, at: usize) -> usize {
    let low = at.saturating_sub(WORD);
    let before = text.slice(low..at);
    let word = before.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    low + before[..word].iter().rposition(|b| !b.is_ascii_alphanumeric()).map_or(0, |last| last + 1)
}

fn word_right(text: Text<'_>, at: usize) -> usize {
    let after = text.slice(at..at + WORD);
    let word = after.iter().position(u8::is_ascii_alphanumeric).unwrap_or(after.len());
    let len = after[word..].iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(after.len() - word);
    at + word + len
}
