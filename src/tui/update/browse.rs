//! Actions while browsing: moving, choosing panes and views, changing tables and settings by a key.

use crossterm::event::MouseEvent;

use super::super::action::Action;
use super::super::effect::{Effect, Mouse};
use super::super::field::{self, Field};
use super::super::history::Kind;
use super::super::layout::Layout;
use super::super::line::LineEdit;
use super::super::links;
use super::super::model::{
    Column, FieldEdit, Menu, MenuKind, Mode, Model, Pane, Question, QuestionKind, View, Zoom,
};
use super::super::signals::Stopped;
use super::super::signing::{self, Begin, Ground, Round, Space};
use super::super::text::{Text, column_of, next_char, previous_char, row_after, row_before, row_start, rows};
use super::super::theme::Theme;
use super::copy;
use super::copyable::{COPIES, Copyable};
use super::{Moment, change, changed, diagnose, gateway, text_and_cursor};
use crate::analysis::Analysis;
use crate::report::Role;
use crate::request::{Body, Header, Switch};
use crate::rope::Rope;
use crate::settings::{SETTINGS, Time};
use crate::verify::Outcome;

pub(crate) fn act(model: &mut Model, action: Action, moment: Moment) -> Vec<Effect> {
    match action {
        Action::Suspend => return vec![Effect::Suspend(Stopped::Job)],
        Action::Undo if model.view == View::Gateway => return gateway::act(model, action),
        Action::Undo | Action::Redo => travel(model, action),
        Action::Inspect | Action::Compare | Action::Diagnose => show(model, action),
        Action::Gateway => model.view = View::Gateway,
        Action::NextPane | Action::PreviousPane if model.view == View::Compare => {
            model.turn += 1;
            model.to_first_difference();
        }
        Action::NextPane => step_focus(model, 1),
        Action::PreviousPane => step_focus(model, -1),
        Action::Zoom => model.set_zoom(model.zoom().toggled()),
        Action::Cancel => cancel(model),
        Action::Help => open_menu(model, MenuKind::Help),
        Action::Palette => open_menu(model, MenuKind::Palette),
        Action::Copy => open_menu(model, MenuKind::Copy),
        Action::Checks => open_menu(model, MenuKind::Checks),
        Action::Notes => open_menu(model, MenuKind::Notes),
        Action::Entries => open_menu(model, MenuKind::Entries),
        Action::Reveal => reveal(model, moment),
        Action::Import => ask(model, QuestionKind::Import, ""),
        Action::Save => ask(model, QuestionKind::Save, "request.http"),
        Action::LoadEvidence => ask(model, QuestionKind::Evidence, ""),
        Action::Rebuild => diagnose::rebuild(model),
        Action::BodyFile => ask(model, QuestionKind::BodyFile, ""),
        Action::Editor => return edit_body(model),
        Action::Mouse => return vec![switch_mouse(model)],
        Action::Theme => {
            model.theme = Theme::of(model.theme.name.next());
            model.say(Role::Plain, format!("Theme: {}.", model.theme.name.name()));
        }
        Action::SignNow => sign_now(model),
        Action::Edit => edit(model),
        Action::Add => add(model),
        Action::Remove => remove(model),
        Action::Toggle => toggle(model),
        Action::MoveUp => swap(model, -1),
        Action::MoveDown => swap(model, 1),
        Action::Forget => {
            change(model, "the evidence", Kind::Whole, |session| session.evidence = Default::default());
            model.say(Role::Plain, "The evidence is forgotten; u brings it back.");
        }
        Action::NextDifference | Action::PreviousDifference => step_difference(model, action),
        action if model.view == View::Diagnose => diagnose::act(model, action),
        action if model.view == View::Gateway => return gateway::act(model, action),
        action => move_cursor(model, action),
    }
    Vec::new()
}

/// Shows a view of the request on the table; from the tape, of the one under the cursor.
fn show(model: &mut Model, action: Action) {
    gateway::open_for_view(model);
    match action {
        Action::Compare => model.view = View::Compare,
        Action::Diagnose => model.view = View::Diagnose,
        _ => model.view = View::Inspect,
    }
}

fn travel(model: &mut Model, action: Action) {
    let what = match action {
        Action::Undo => model.history.undo(&mut model.session).map(|what| format!("Undone: {what}.")),
        _ => model.history.redo(&mut model.session).map(|what| format!("Made again: {what}.")),
    };
    changed(model);
    model.say(Role::Plain, what.unwrap_or_default());
}

fn step_focus(model: &mut Model, by: isize) {
    let panes = Pane::shown(&model.analysis);
    let at = panes.iter().position(|pane| *pane == model.focus).unwrap_or_default();
    let next = (at as isize + by).rem_euclid(panes.len() as isize);
    model.focus = panes[next.unsigned_abs()];
}

/// Opens the link of the chain that is chosen: its string to sign is shown.
pub(super) fn open_link(model: &mut Model) {
    let count = model.analysis.stream.walked().map_or(0, |walked| walked.links.len());
    if model.focus != Pane::Chain || count == 0 {
        return;
    }
    let row = model.cursors.row(Pane::Chain).min(count - 1);
    model.cursors.set_row(Pane::Chain, row);
    if model.session.opened != Some(row) {
        model.session.opened = Some(row);
        model.analyse();
    }
}

/// One step back out: from zoom, from the comparison, from shown secrets.
fn cancel(model: &mut Model) {
    match (model.revealed.is_some(), model.zoom(), model.view) {
        (true, ..) => model.revealed = None,
        (false, Zoom::On, _) => {
            model.set_zoom(Zoom::Off);
            model.search.top = 0;
        }
        // What was opened from the tape leads back to it.
        (false, Zoom::Off, View::Inspect | View::Compare | View::Diagnose) if model.opened().is_some() => {
            model.view = View::Gateway;
        }
        (false, Zoom::Off, View::Compare | View::Diagnose) => model.view = View::Inspect,
        (false, Zoom::Off, View::Inspect | View::Gateway) => {
            model.say(Role::Quiet, "Nothing to go back from; q quits.")
        }
    }
}

pub(super) fn open_menu(model: &mut Model, kind: MenuKind) {
    // The checks begin at the one that failed.
    let failed = |analysis: &Analysis| {
        analysis.verdict.checks.iter().position(|check| check.outcome == Outcome::Failed)
    };
    // What is copied of a diagnosis is its report.
    let report = || COPIES.iter().position(|what| *what == Copyable::Report);
    match (kind, model.view) {
        (MenuKind::Copy, View::Gateway) => return copy::open(model, 0, copy::Of::Capture),
        (MenuKind::Copy, View::Diagnose) => {
            return copy::open(model, report().unwrap_or_default(), copy::Of::Table);
        }
        (MenuKind::Copy, _) => return copy::open(model, 0, copy::Of::Table),
        _ => {}
    }
    let desk = match (kind, model.view) {
        (MenuKind::Checks, View::Gateway) => match gateway::desk(model) {
            Ok(desk) => Some(Box::new(desk)),
            Err(why) => return model.say(Role::Warning, format!("Not now: {why}.")),
        },
        _ => None,
    };
    let analysis = desk.as_ref().map_or(&model.analysis, |desk| &desk.analysis);
    let selected = if kind == MenuKind::Checks { failed(analysis).unwrap_or_default() } else { 0 };
    model.mode = Mode::Menu(Menu { kind, selected, filter: LineEdit::default(), desk });
}

pub(super) fn ask(model: &mut Model, kind: QuestionKind, answer: &str) {
    model.mode = Mode::Ask(Question { kind, line: LineEdit::new(answer.into()) });
}

fn reveal(model: &mut Model, moment: Moment) {
    match model.revealed {
        Some(_) => model.revealed = None,
        None => {
            model.revealed = Some(moment.instant + model.reveal_for);
            let seconds = model.reveal_for.as_secs();
            model.say(Role::Warning, format!("Secrets and keys are shown for {seconds} s; esc hides them."));
        }
    }
}

fn edit_body(model: &mut Model) -> Vec<Effect> {
    match model.session.request.body.rope() {
        Some(rope) => vec![Effect::EditBody(rope.clone())],
        // What is unknown is written from the start.
        None if model.session.request.body.is_pipe() => vec![Effect::EditBody(Rope::default())],
        None => {
            model.say(Role::Warning, "Not now: the body lies in a file of its own.");
            Vec::new()
        }
    }
}

fn switch_mouse(model: &mut Model) -> Effect {
    model.mouse = if model.mouse == Mouse::On { Mouse::Off } else { Mouse::On };
    let text = match model.mouse {
        Mouse::On => "The mouse steers; hold Shift to select text.",
        Mouse::Off => "The mouse selects text.",
    };
    model.say(Role::Plain, text);
    Effect::Mouse(model.mouse)
}

/// Between the clock and the instant that stands there now.
fn sign_now(model: &mut Model) {
    let (time, text) = match model.session.settings.time {
        Some(Time::Now) => (Some(Time::At(model.clock)), "The date is fixed."),
        Some(Time::At(_)) => (None, "The date is the request's own, or now."),
        None => (Some(Time::Now), "The date follows the clock, as of each key."),
    };
    change(model, "the date", Kind::Whole, |session| session.settings.time = time);
    model.say(Role::Plain, text);
}

fn edit(model: &mut Model) {
    match (model.focus, links::field_at(model, model.focus)) {
        (Pane::Body, _) if model.session.request.body.path().is_some() => {
            model.say(Role::Warning, "Not now: the body lies in a file of its own; f chooses another.");
        }
        (Pane::Body, _) => {
            if model.session.request.body.is_pipe() {
                change(model, "typing the body", Kind::Whole, |s| s.request.body = Body::default());
            }
            model.history.pause();
            model.mode = Mode::BodyText;
        }
        (_, Some(field)) => begin_edit(model, field),
        (Pane::Query | Pane::Headers, None) => add(model),
        (_, None) => {}
    }
}

/// Begins to edit a field with its text as it is shown.
pub(super) fn begin_edit(model: &mut Model, field: Field) {
    model.history.pause();
    let text = match field {
        field if field.is_secret() => Vec::new(),
        Field::Setting(_) => setting_text(model, field),
        field => field.text(&model.session, &model.analysis),
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
    let shown = row.shown(&ground).value;
    if shown == "none" { Vec::new() } else { shown.into_bytes() }
}

fn add(model: &mut Model) {
    let row = model.cursors.row(model.focus);
    let pane = model.focus;
    let mut added = 0;
    match pane {
        Pane::Query => {
            change(model, "adding a pair", Kind::Whole, |s| added = field::add_pair(&mut s.request))
        }
        Pane::Headers => change(model, "adding a header", Kind::Whole, |session| {
            let headers = &mut session.request.headers;
            added = (row + 1).min(headers.len());
            headers.insert(added, Header::new("X-Name", ""));
        }),
        _ => return,
    }
    model.cursors.set_row(pane, added);
    let field = if pane == Pane::Query { Field::QueryName(added) } else { Field::HeaderName(added) };
    begin_edit(model, field);
    // The name that stands there is a stand-in: the first key replaces it.
    if let Mode::Edit(edit) = &mut model.mode {
        edit.line = LineEdit::default();
    }
}

fn remove(model: &mut Model) {
    let row = model.cursors.row(model.focus);
    match model.focus {
        Pane::Query if links::field_at(model, Pane::Query).is_some() => {
            change(model, "removing a pair", Kind::Whole, |s| field::remove_pair(&mut s.request, row));
        }
        Pane::Body if !model.session.request.body.is_empty() || model.session.request.body.is_pipe() => {
            change(model, "clearing the body", Kind::Whole, |s| s.request.body = Body::default());
        }
        Pane::Headers if row < model.session.request.headers.len() => {
            change(model, "removing a header", Kind::Whole, |s| drop(s.request.headers.remove(row)));
        }
        Pane::Signing => match signing::row_at(&model.analysis, row).field() {
            Field::Setting(row) => {
                change(model, "taking a setting back", Kind::Whole, |s| {
                    field::clear_setting(&mut s.settings, row)
                });
            }
            _ => change(model, "taking the signature back", Kind::Whole, |s| s.received = None),
        },
        _ => {}
    }
}

fn toggle(model: &mut Model) {
    let row = model.cursors.row(model.focus);
    match model.focus {
        Pane::Headers if row < model.session.request.headers.len() => {
            change(model, "switching a header", Kind::Whole, |session| {
                let switch = &mut session.request.headers[row].switch;
                *switch = if *switch == Switch::On { Switch::Off } else { Switch::On };
            });
        }
        Pane::Query => {
            model.say(Role::Warning, "Not now: a query pair is in the target or it is not; d removes it.")
        }
        Pane::Signing => next_value(model, row),
        _ => {}
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
    match model.focus {
        Pane::Query if other < request.target().pairs(&request.target).count() => {
            change(model, "moving a pair", Kind::Whole, |s| field::swap_pairs(&mut s.request, row, other));
        }
        Pane::Headers if other < request.headers.len() => {
            change(model, "moving a header", Kind::Whole, |s| s.request.headers.swap(row, other));
        }
        _ => return,
    }
    model.cursors.set_row(model.focus, other);
}

fn step_difference(model: &mut Model, action: Action) {
    let diff = model.comparison();
    let row = model.difference;
    let found = match action {
        Action::NextDifference => {
            diff.differences().find(|at| *at > row).or_else(|| diff.differences().next())
        }
        _ => diff.differences().filter(|at| *at < row).last().or_else(|| diff.differences().last()),
    };
    match found {
        Some(row) => model.difference = row,
        None => {
            let (role, words) = model.without_difference();
            model.say(role, words);
        }
    }
}

fn move_cursor(model: &mut Model, action: Action) {
    if model.view == View::Compare {
        let last = model.comparison().rows.len().saturating_sub(1);
        let page = usize::from(model.size.1 / 2);
        model.difference = moved(model.difference, last, page, action);
        return;
    }
    match text_and_cursor(model) {
        Some((text, cursor, area)) => {
            let at = move_in_text(text, cursor.at, area.width, area.height, action);
            model.cursors.text_mut(model.focus).at = at;
        }
        None => {
            match action {
                Action::Left => model.cursors.column = Column::Name,
                Action::Right => model.cursors.column = Column::Value,
                _ => {}
            }
            let row = moved(model.cursors.row(model.focus), usize::MAX - 1, 8, action);
            model.cursors.set_row(model.focus, row);
            open_link(model);
        }
    }
}

pub(super) fn moved(row: usize, last: usize, page: usize, action: Action) -> usize {
    let row = match action {
        Action::Up => row.saturating_sub(1),
        Action::Down => row.saturating_add(1),
        Action::PageUp => row.saturating_sub(page),
        Action::PageDown => row.saturating_add(page),
        Action::First => 0,
        Action::Last => last,
        _ => row,
    };
    row.min(last)
}

/// Where an action takes the cursor of a text.
pub(super) fn move_in_text(text: Text<'_>, at: usize, width: u16, height: u16, action: Action) -> usize {
    let start = row_start(text, at, width);
    let column = rows(text, start, width, 1).first().map_or(0, |row| column_of(text, row, at));
    let to_row = |start: usize| {
        rows(text, start, width, 1)
            .first()
            .map_or(start, |row| super::super::text::byte_at_column(text, row, column))
    };
    let up = |count: u16| (0..count).try_fold(start, |at, _| row_before(text, at, width)).unwrap_or(0);
    match action {
        Action::Left => previous_char(text, at),
        Action::Right => next_char(text, at),
        Action::Up => row_before(text, start, width).map_or(at, to_row),
        Action::Down => match row_after(text, start, width, 1) {
            below if below == start => at,
            below => to_row(below),
        },
        Action::PageUp => to_row(up(height)),
        Action::PageDown => to_row(row_after(text, start, width, height.into())),
        Action::First => 0,
        Action::Last => text.len(),
        _ => at,
    }
}

/// The wheel moves the cursor of the pane under the mouse.
pub(super) fn scroll(model: &mut Model, mouse: MouseEvent, action: Action) {
    let Some(layout) = Layout::of(model) else { return };
    if let Some(placed) = layout.pane_at(mouse.column, mouse.row) {
        model.focus = placed.pane;
    }
    for _ in 0..3 {
        move_cursor(model, action);
    }
}
