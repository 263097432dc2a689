//! The tape and the gateway that fills it: moving along the tape, keeping and filtering it, listening, keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::action::{Motion, OnTape};
use super::super::effect::Effect;
use super::super::layout::Layout;
use super::super::line::LineEdit;
use super::super::model::{Follow, Listening, Mode, Model, QuestionKind, View};
use super::capture;
use super::cursor::moved;
use super::question::ask;
use crate::gateway::tape::{Pin, Tape};
use crate::gateway::{Capture, tape};
use crate::report::Role;
use crate::secret::Secret;
use crate::signature::Credentials;

pub(super) fn act(model: &mut Model, deed: OnTape) -> Vec<Effect> {
    match deed {
        OnTape::OpenCapture => capture::open(model),
        OnTape::CompareCaptures => capture::compare(model),
        OnTape::Listen => return listen(model),
        OnTape::Follow => follow(model),
        OnTape::Filter => {
            let filter = model.tape.filter().to_owned();
            ask(model, QuestionKind::Filter, &filter);
        }
        OnTape::Pin => pin(model),
        OnTape::Mark => mark(model),
        OnTape::Clear => {
            let gone = model.tape.clear();
            let kept = model.tape.tape.len();
            model.say(
                Role::Plain,
                format!("{gone} captures are gone, {kept} pinned ones stay; u brings them back."),
            );
        }
        OnTape::Save => ask(model, QuestionKind::SaveTape, "tape"),
        OnTape::Load => ask(model, QuestionKind::LoadTape, "tape"),
        OnTape::AddKey => ask(model, QuestionKind::KeyId, ""),
    }
    Vec::new()
}

/// Brings back what was cleared.
pub(super) fn undo(model: &mut Model) {
    let count = model.tape.bring_back();
    model.say(Role::Plain, format!("{count} captures are back."));
}

/// Moves along the tape; going to the newest stays with it.
pub(in crate::tui) fn go(model: &mut Model, motion: Motion) {
    let last = model.tape.listed().len().saturating_sub(1);
    let page = usize::from(model.size.1 / 2);
    let row = moved(model.tape.row(), last, page, motion);
    if row != model.tape.row() || motion == Motion::Last {
        model.tape.go_to(row);
    }
}

fn listen(model: &mut Model) -> Vec<Effect> {
    match model.tape.listening {
        Listening::Off => {
            model.tape.listening = Listening::Starting;
            vec![Effect::Listen]
        }
        Listening::Starting => Vec::new(),
        Listening::At(_) => vec![Effect::StopListening],
    }
}

fn follow(model: &mut Model) {
    match model.tape.follow {
        Follow::On => {
            model.tape.follow = Follow::Off;
            model.say(Role::Plain, "The cursor stays where it is.");
        }
        Follow::Off => {
            model.tape.go_to(usize::MAX);
            model.say(Role::Plain, "The cursor goes with the newest.");
        }
    }
}

fn pin(model: &mut Model) {
    let Some(number) = model.tape.selected().map(|taped| taped.capture.number) else { return };
    match model.tape.tape.toggle_pin(number) {
        Some(Pin::Pinned) => model.say(Role::Plain, format!("Request {number} stays, whatever else goes.")),
        Some(Pin::Loose) => model.say(Role::Plain, format!("Request {number} may go when the tape is full.")),
        None => {}
    }
}

fn mark(model: &mut Model) {
    match model.tape.toggle_mark() {
        Some(number) => {
            model.say(Role::Plain, format!("Request {number} is marked: = on another compares the two."))
        }
        None => model.say(Role::Plain, "No request is marked."),
    }
}

/// Takes in what arrived.
pub(super) fn news(model: &mut Model, tape: Tape, troubles: &[String]) -> Vec<Effect> {
    model.tape.take(tape);
    if let Some(trouble) = troubles.last() {
        model.tape.trouble = Some(trouble.clone());
        model.say(Role::Warning, trouble.clone());
    }
    Vec::new()
}

pub(super) fn listening(model: &mut Model, listening: Result<String, String>) -> Vec<Effect> {
    match listening {
        Ok(url) => {
            model.say(Role::Good, format!("Listening at {url}: point a client at it."));
            model.tape.listening = Listening::At(url);
        }
        Err(why) => {
            model.tape.listening = Listening::Off;
            model.say(Role::Bad, why);
        }
    }
    Vec::new()
}

pub(super) fn not_listening(model: &mut Model) -> Vec<Effect> {
    model.tape.listening = Listening::Off;
    model.say(Role::Plain, "Not listening any more; the tape stays.");
    Vec::new()
}

pub(super) fn save(model: &Model, path: PathBuf) -> Effect {
    Effect::SaveTape(path, model.tape.tape.iter().map(|taped| Arc::clone(&taped.capture)).collect())
}

pub(super) fn loaded(model: &mut Model, path: &Path, captures: Result<Vec<Capture>, String>) -> Vec<Effect> {
    match captures {
        Ok(captures) => {
            let count = captures.len();
            take_loaded(model, captures);
            model.view = View::Gateway;
            model.say(Role::Good, format!("{count} captures were loaded from {}.", path.display()));
        }
        Err(why) => model.say(Role::Bad, why),
    }
    Vec::new()
}

/// Puts captures from a folder on the tape.
pub(crate) fn take_loaded(model: &mut Model, captures: Vec<Capture>) {
    let mut tape = Tape::new(tape::Room { captures: captures.len(), ..model.tape.tape.room() });
    model.tape.keep(captures.iter().map(|capture| capture.number));
    captures.into_iter().for_each(|capture| tape.push(Arc::new(capture)));
    model.tape.take(tape);
}

/// Takes the id of a key pair, and asks for its secret.
pub(super) fn name_key(model: &mut Model, id: &LineEdit) {
    let id = String::from_utf8_lossy(&id.text).trim().to_owned();
    if !id.is_empty() {
        model.tape.key_id = Some(id);
        ask(model, QuestionKind::KeySecret, "");
    }
}

/// Takes the secret of the key pair whose id was named.
pub(super) fn add_key(model: &mut Model, secret: &LineEdit) -> Option<Effect> {
    let access_key_id = model.tape.key_id.take().filter(|_| !secret.text.is_empty())?;
    model.say(Role::Good, format!("The gateway knows {access_key_id} now."));
    let secret = Secret::new(secret.text.as_slice());
    let source = "the screen".to_owned();
    Some(Effect::AddKey(Credentials {
        fields: Default::default(),
        access_key_id,
        secret,
        session_token: None,
        source,
    }))
}

/// The list follows the filter while it is typed.
pub(super) fn filtered(model: &mut Model) {
    let Mode::Ask(question) = &model.mode else { return };
    if question.kind == QuestionKind::Filter {
        let filter = String::from_utf8_lossy(&question.line.text).into_owned();
        model.tape.set_filter(&filter);
    }
}

/// A click on a row puts the cursor there.
pub(in crate::tui) fn click(model: &mut Model, layout: &Layout, (_, row): (u16, u16)) {
    let (first, rows) = super::super::view::tape_rows(model, layout.main);
    if (rows.y..rows.bottom()).contains(&row) {
        model.tape.go_to(first + usize::from(row - rows.y));
    }
}
