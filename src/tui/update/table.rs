//! Changes by a key, where the cursor is: of a table's row, of a signing setting, of the body.

use super::super::action::Change;
use super::super::field::{self, Field};
use super::super::history::Kind;
use super::super::line::LineEdit;
use super::super::links;
use super::super::model::{FieldEdit, Mode, Model, Pane, PaneKind, QuestionKind};
use super::super::signing::{self, Begin, Ground, Round, Space};
use super::change;
use super::question::ask;
use crate::report::Role;
use crate::request::{Body, Header, Switch};
use crate::settings::{SETTINGS, Time};

pub(super) fn act(model: &mut Model, what: Change) {
    match what {
        Change::Edit => edit(model),
        Change::Add => add(model),
        Change::Remove => remove(model),
        Change::MoveUp => swap(model, -1),
        Change::MoveDown => swap(model, 1),
        Change::Toggle => toggle(model),
        Change::BodyFile => ask(model, QuestionKind::BodyFile, ""),
    }
}

/// Between the clock and the instant that stands there now.
pub(super) fn sign_now(model: &mut Model) {
    let (time, text) = match model.session.settings.time {
        Some(Time::Now) => (Some(Time::At(model.clock)), "The date is fixed."),
        Some(Time::At(_)) => (None, "The date is the request's own, or now."),
        None => (Some(Time::Now), "The date follows the clock, as of each key."),
    };
    change(model, "the date", Kind::Whole, |session| session.settings.time = time);
    model.say(Role::Plain, text);
}

fn edit(model: &mut Model) {
    if model.focus == Pane::Body {
        return edit_body(model);
    }
    match links::field_at(model, model.focus) {
        Some(field) => begin_edit(model, field),
        // A table that is empty has no field yet.
        None => add(model),
    }
}

fn edit_body(model: &mut Model) {
    let body = &model.session.request.body;
    if body.path().is_some() {
        let words = "Not now: the body lies in a file of its own; f chooses another.";
        return model.say(Role::Warning, words);
    }
    if body.is_pipe() {
        change(model, "typing the body", Kind::Whole, |s| s.request.body = Body::default());
    }
    model.history.pause();
    model.mode = Mode::BodyText;
}

/// Begins to edit a field with its text as it is shown.
pub(super) fn begin_edit(model: &mut Model, field: Field) {
    model.history.pause();
    let text = match field {
        _ if field.is_secret() => Vec::new(),
        Field::Setting(_) => setting_text(model, field),
        Field::Method
        | Field::Target
        | Field::QueryName(_)
        | Field::QueryValue(_)
        | Field::HeaderName(_)
        | Field::HeaderValue(_)
        | Field::Received => field.text(&model.session, &model.analysis),
    };
    let place = field.place(&model.session.request);
    model.mode = Mode::Edit(FieldEdit { field, line: LineEdit::new(text), place, error: None });
}

/// A setting that was found by itself begins with what was found.
fn setting_text(model: &Model, field: Field) -> Vec<u8> {
    let own = field.text(&model.session, &model.analysis);
    let row = signing::row_at(&model.analysis, model.cursors.row(Pane::Signing));
    if !own.is_empty() || row.begin == Begin::Empty {
        return own;
    }
    let ground = Ground::of(&model.analysis, &model.session.request, model.reveal());
    row.shown(&ground).value.map(String::into_bytes).unwrap_or_default()
}

fn add(model: &mut Model) {
    match model.focus.kind() {
        PaneKind::Query => add_pair(model),
        PaneKind::Headers => add_header(model),
        PaneKind::Request
        | PaneKind::Body
        | PaneKind::Signing
        | PaneKind::Chain
        | PaneKind::Evidence
        | PaneKind::Stage(_) => {}
    }
}

fn add_pair(model: &mut Model) {
    let mut added = 0;
    change(model, "adding a pair", Kind::Whole, |session| added = field::add_pair(&mut session.request));
    name_added(model, Pane::Query, added, Field::QueryName(added));
}

fn add_header(model: &mut Model) {
    let headers = model.session.request.headers.len();
    let added = (model.cursors.row(Pane::Headers) + 1).min(headers);
    change(model, "adding a header", Kind::Whole, |session| {
        session.request.headers.insert(added, Header::new("X-Name", ""));
    });
    name_added(model, Pane::Headers, added, Field::HeaderName(added));
}

/// The name that stands in a new row is a stand-in: the first key replaces it.
fn name_added(model: &mut Model, pane: Pane, row: usize, name: Field) {
    model.cursors.set_row(pane, row);
    begin_edit(model, name);
    if let Mode::Edit(edit) = &mut model.mode {
        edit.line = LineEdit::default();
    }
}

fn remove(model: &mut Model) {
    let row = model.cursors.row(model.focus);
    let request = &model.session.request;
    match model.focus.kind() {
        PaneKind::Query if links::field_at(model, Pane::Query).is_some() => {
            change(model, "removing a pair", Kind::Whole, |s| field::remove_pair(&mut s.request, row));
        }
        PaneKind::Body if !request.body.is_empty() || request.body.is_pipe() => {
            change(model, "clearing the body", Kind::Whole, |s| s.request.body = Body::default());
        }
        PaneKind::Headers if row < request.headers.len() => {
            change(model, "removing a header", Kind::Whole, |s| drop(s.request.headers.remove(row)));
        }
        PaneKind::Signing => take_back(model, row),
        PaneKind::Query
        | PaneKind::Body
        | PaneKind::Headers
        | PaneKind::Request
        | PaneKind::Chain
        | PaneKind::Evidence
        | PaneKind::Stage(_) => {}
    }
}

/// What was set by hand is found by itself again.
fn take_back(model: &mut Model, row: usize) {
    if let Field::Setting(row) = signing::row_at(&model.analysis, row).field() {
        change(model, "taking a setting back", Kind::Whole, |s| field::clear_setting(&mut s.settings, row));
    } else {
        change(model, "taking the signature back", Kind::Whole, |s| s.received = None);
    }
}

fn toggle(model: &mut Model) {
    let row = model.cursors.row(model.focus);
    match model.focus.kind() {
        PaneKind::Headers if row < model.session.request.headers.len() => {
            change(model, "switching a header", Kind::Whole, |session| {
                let switch = &mut session.request.headers[row].switch;
                *switch = if *switch == Switch::On { Switch::Off } else { Switch::On };
            });
        }
        PaneKind::Query => {
            model.say(Role::Warning, "Not now: a query pair is in the target or it is not; d removes it.")
        }
        PaneKind::Signing => next_value(model, row),
        PaneKind::Headers
        | PaneKind::Request
        | PaneKind::Body
        | PaneKind::Chain
        | PaneKind::Evidence
        | PaneKind::Stage(_) => {}
    }
}

fn next_value(model: &mut Model, row: usize) {
    let row = signing::row_at(&model.analysis, row);
    let ground = Ground::of(&model.analysis, &model.session.request, model.reveal());
    let next = match row.space {
        Space::SignsNow => return sign_now(model),
        Space::Nothing => None,
        Space::Rounds(next) => next(&ground),
    };
    let (Some(next), Field::Setting(at)) = (next, row.field()) else {
        return model.say(Role::Warning, "Not now: this has no round of values; e edits it.");
    };
    change(model, "a setting", Kind::Whole, |session| match next {
        Round::Unset => field::clear_setting(&mut session.settings, at),
        // The table's own values are always taken.
        Round::Value(value) => drop((SETTINGS[at].set)(&mut session.settings, &value)),
    });
}

fn swap(model: &mut Model, by: isize) {
    let row = model.cursors.row(model.focus);
    let Some(other) = row.checked_add_signed(by) else { return };
    let request = &model.session.request;
    match model.focus.kind() {
        PaneKind::Query if other < request.target().pairs(&request.target).count() => {
            change(model, "moving a pair", Kind::Whole, |s| field::swap_pairs(&mut s.request, row, other));
        }
        PaneKind::Headers if other < request.headers.len() => {
            change(model, "moving a header", Kind::Whole, |s| s.request.headers.swap(row, other));
        }
        PaneKind::Query
        | PaneKind::Headers
        | PaneKind::Request
        | PaneKind::Body
        | PaneKind::Signing
        | PaneKind::Chain
        | PaneKind::Evidence
        | PaneKind::Stage(_) => return,
    }
    model.cursors.set_row(model.focus, other);
}
