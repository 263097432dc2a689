//! Events change the model and return effects. Nothing here touches terminal, clock, files or clipboard.

mod body;
mod browse;
mod capture;
mod confirm;
mod copy;
mod copyable;
pub(super) mod cursor;
pub(super) mod diagnose;
mod edit;
mod evidence;
pub(super) mod gateway;
mod lesson;
mod menu;
pub(super) mod mouse;
mod paste;
mod question;
mod results;
mod table;
pub(super) mod walkthrough;

use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action;
use super::effect::Effect;
use super::event::Event;
use super::history::Kind;
use super::layout::Layout;
use super::model::{Mode, Model, Pane, Progress, Saving};
use super::signals::Stopped;
use super::signing;
use super::text::keep_in_view;
use crate::analysis::{Session, Stream};
use crate::report::Role;
use crate::time::Timestamp;

pub(crate) use copy::report;
pub use copy::stale;
pub use copy::{copyable, size_in_words};
pub use copyable::{COPIES, Copyable};
pub(crate) use gateway::take_loaded;
pub use menu::bindings as menu_rows;
pub use walkthrough::{EXPORTS, Target, tampers};

/// What the outside knows at the moment of an event.
#[derive(Clone, Copy)]
pub struct Moment {
    /// The clock that signs.
    pub clock: Timestamp,
    /// The clock that measures how long hidden values are shown.
    pub instant: Instant,
}

/// Takes an event in and says what is to be done outside.
pub fn update(model: &mut Model, event: Event, moment: Moment) -> Vec<Effect> {
    if model.clock != moment.clock {
        model.tick(moment.clock);
        // What a key moves in has to be there.
        (model.view.row().follow)(model);
    }
    let mut effects = take_in(model, event, moment);
    (model.view.row().follow)(model);
    settle(model);
    effects.extend(results::read_body(model));
    effects.extend(diagnose::search(model));
    effects
}

/// Takes an event in; what is to be done outside follows at once from some, and from what was changed afterwards.
fn take_in(model: &mut Model, event: Event, moment: Moment) -> Vec<Effect> {
    match event {
        Event::Key(key) => return press(model, key, moment),
        Event::Paste(text) => return paste::paste(model, &text),
        Event::Mouse(mouse) => return mouse::click(model, mouse),
        Event::Read(path, result) => return results::read(model, &path, result),
        Event::Edited(result) => return results::edited(model, result),
        Event::BodyRead(version, pass, found) => return results::body_read(model, version, pass, found),
        Event::News(tape, troubles) => return gateway::news(model, *tape, &troubles),
        Event::Listening(listening) => return gateway::listening(model, listening),
        Event::NotListening => return gateway::not_listening(model),
        Event::TapeRead(path, captures) => return gateway::loaded(model, &path, captures),
        Event::Written(what, result) => return results::written(model, what, result),
        Event::Looked(version, pieces, found) => return confirm::looked(model, version, pieces, found),
        Event::FilesRead(version, read) => return confirm::files_read(model, version, read),
        Event::Reported(what, text) => return vec![copy::reported(what, text)],
        Event::Terminate(_) => return vec![Effect::Quit],
        Event::Stop => return vec![Effect::Suspend(Stopped::Program)],
        Event::GoOn => return vec![Effect::Retake],
        Event::Resize(columns, rows) => model.size = (columns, rows),
        Event::Reading(done) => model.reading.progress = Progress::Running(done),
        Event::Diagnosed(version, found, stage) => diagnose::found(model, version, found, stage),
        Event::SavingEnded => model.tape.saving = Saving::Off,
        Event::Told(text) => model.say(Role::Plain, text),
        Event::Hide => model.revealed = None,
        // The loop takes the news in when there is time; at a tick the clock was read before, and nothing else happened.
        Event::NewsWaits | Event::Tick => {}
    }
    Vec::new()
}

fn press(model: &mut Model, key: KeyEvent, moment: Moment) -> Vec<Effect> {
    model.message = None;
    if let (Mode::Browse, Some(take), Some(digit)) = (&model.mode, model.view.row().digits, digit(key)) {
        take(model, digit);
        return Vec::new();
    }
    model.walk.end_number();
    match model.keymap.action(model.contexts(), key) {
        Some(action) => act(model, action, moment),
        None => {
            type_character(model, key);
            Vec::new()
        }
    }
}

/// The digit that a key types.
fn digit(key: KeyEvent) -> Option<usize> {
    let KeyCode::Char(c) = key.code else { return None };
    c.to_digit(10).filter(|_| key.modifiers.is_empty()).map(|digit| digit as usize)
}

/// Carries out an action in the present mode.
pub(crate) fn act(model: &mut Model, action: Action, moment: Moment) -> Vec<Effect> {
    if let Some(why) = model.hindrance(action) {
        model.say(Role::Warning, format!("Not now: {why}."));
        return Vec::new();
    }
    if action == Action::Quit {
        return confirm::quit(model);
    }
    match &model.mode {
        Mode::Browse => browse::act(model, action, moment),
        Mode::Edit(_) => edit::act(model, action),
        Mode::BodyText => body::act(model, action),
        Mode::Menu(_) => menu::act(model, action, moment),
        Mode::Ask(_) => question::answer(model, action),
        Mode::Confirm(_) => confirm::answer(model, action),
    }
}

/// A key without an action is a character where text is typed.
fn type_character(model: &mut Model, key: KeyEvent) {
    let KeyCode::Char(c) = key.code else { return };
    if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return;
    }
    let mut buffer = [0; 4];
    insert(model, c.encode_utf8(&mut buffer).as_bytes());
}

/// Puts text where the cursor is, in whatever is being typed.
fn insert(model: &mut Model, text: &[u8]) {
    match &mut model.mode {
        Mode::Edit(edit) => {
            let at = edit.line.cursor;
            edit.line.insert(text);
            let kind = if text.len() == 1 && text != b" " { Kind::Typed(at) } else { Kind::Whole };
            edit::apply(model, kind);
        }
        Mode::BodyText => body::insert(model, text),
        Mode::Menu(menu) if menu.kind.narrows() => {
            menu.filter.insert(text);
            menu.selected = 0;
        }
        Mode::Menu(_) => {}
        Mode::Ask(question) => {
            question.line.insert(text);
            gateway::filtered(model);
        }
        Mode::Browse | Mode::Confirm(_) => {}
    }
}

/// Makes one change to the session, as a step that can be undone.
pub(crate) fn change(model: &mut Model, what: &'static str, kind: Kind, make: impl FnOnce(&mut Session)) {
    model.history.note(&model.session, what, kind);
    make(&mut model.session);
    changed(model);
}

/// Derives everything anew after the session changed.
pub(crate) fn changed(model: &mut Model) {
    let title = signing::row_at(&model.analysis, model.cursors.row(Pane::Signing)).title;
    model.reading.follow(&model.session.request.body);
    model.search.outdate();
    model.walk.begin_anew();
    model.analyse();
    // Another scheme has other rows: the cursor stays on its setting.
    let row = signing::rows(&model.analysis).iter().position(|row| row.title == title);
    row.into_iter().for_each(|row| model.cursors.set_row(Pane::Signing, row));
}

/// Brings cursors back to what is there, and windows to their cursors.
pub(crate) fn settle(model: &mut Model) {
    let request = &model.session.request;
    let counts = [
        (Pane::Request, 1),
        (Pane::Query, request.target().pairs(&request.target).count()),
        (Pane::Headers, request.headers.len()),
        (Pane::Signing, signing::rows(&model.analysis).len()),
        (Pane::Chain, model.analysis.stream.walked().map_or(0, |walked| walked.links.len())),
    ];
    for (pane, count) in counts {
        let row = model.cursors.row(pane).min(count.saturating_sub(1));
        model.cursors.set_row(pane, row);
    }
    if !(model.view.row().panes)(model).contains(&model.focus) {
        model.focus = Pane::Headers;
    }
    if let (Stream::Walked(opened), None) = (&model.analysis.stream, model.session.opened) {
        // What is opened by itself is where the cursor is.
        model.cursors.set_row(Pane::Chain, opened.link);
    }
    let Some(layout) = Layout::of(model) else { return };
    for placed in layout.panes() {
        let area = placed.content;
        let mut cursor = model.cursors.text(placed.pane);
        let Some(text) = super::view::text_of(model, placed.pane) else { continue };
        cursor.at = cursor.at.min(text.len());
        cursor.top = keep_in_view(text, cursor.top, cursor.at, area.width, area.height.max(1));
        *model.cursors.text_mut(placed.pane) = cursor;
    }
}
