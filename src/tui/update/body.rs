//! Typing into the body.

use super::super::action::{Action, Deletion, Jump};
use super::super::effect::Effect;
use super::super::history::Kind;
use super::super::model::{Mode, Model, Pane};
use super::super::text::{Text, next_char, previous_char};
use super::change;
use super::cursor::{move_in_text, text_and_cursor};
use super::edit::step;

pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(rope) = model.session.request.body.rope() else {
        // Undo brought back a body that lies in a file: there is nothing to type into.
        model.mode = Mode::Browse;
        return Vec::new();
    };
    match action {
        Action::Cancel => {
            model.mode = Mode::Browse;
            model.history.pause();
        }
        Action::Travel(travel) => step(model, travel),
        Action::Editor => return vec![Effect::EditBody(rope.clone())],
        Action::NewLine => insert(model, b"\n"),
        Action::Delete(what) => {
            let (from, to) = deleted(Text::Rope(rope), model.cursors.text(Pane::Body).at, what);
            delete(model, from, to);
        }
        Action::Jump(jump) => {
            let to = jumped(Text::Rope(rope), model.cursors.text(Pane::Body).at, jump);
            go(model, to);
        }
        Action::Move(motion) => {
            let to = text_and_cursor(model)
                .map(|(text, cursor, area)| move_in_text(text, cursor.at, area.width, area.height, motion));
            go(model, to.unwrap_or_else(|| model.cursors.text(Pane::Body).at));
        }
        Action::Quit | Action::Accept | Action::NextField | Action::SignNow | Action::Do(_) => {}
    }
    Vec::new()
}

fn go(model: &mut Model, to: usize) {
    model.cursors.text_mut(Pane::Body).at = to;
    model.history.pause();
}

/// Where a jump takes the cursor.
fn jumped(text: Text<'_>, at: usize, jump: Jump) -> usize {
    match jump {
        Jump::LineStart => text.line_start(at),
        Jump::LineEnd => text.line_end(at),
        Jump::WordLeft => word_left(text, at),
        Jump::WordRight => word_right(text, at),
    }
}

/// From where to where is deleted.
fn deleted(text: Text<'_>, at: usize, what: Deletion) -> (usize, usize) {
    match what {
        Deletion::Left => (previous_char(text, at), at),
        Deletion::Right => (at, next_char(text, at)),
        Deletion::Word => (word_left(text, at), at),
        Deletion::ToStart => (text.line_start(at), at),
        Deletion::ToEnd => (at, text.line_end(at)),
    }
}

pub(super) fn insert(model: &mut Model, text: &[u8]) {
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
