//! Events change the model and return effects. Nothing here touches terminal, clock, files or clipboard.

mod body;
mod browse;
mod confirm;
mod copy;
mod copyable;
mod cursor;
mod diagnose;
mod edit;
mod evidence;
mod gateway;
mod menu;
mod paste;
mod table;

use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::action::{Action, Motion};
use super::effect::{Effect, Mouse, Purpose};
use super::event::{Event, Loaded, Written};
use super::history::Kind;
use super::layout::Layout;
use super::model::{Mode, Model, Pane, Progress, Saving, View};
use super::signals::Stopped;
use super::signing;
use super::text::{Text, byte_at_column, keep_in_view, rows};
use crate::analysis::{Pending, Session, Source, Stream};
use crate::frames::pass::{Found, Pass};
use crate::report::Role;
use crate::request::Body;
use crate::time::Timestamp;

pub(crate) use copy::report;
pub use copy::stale;
pub use copy::{copyable, size_in_words};
pub use copyable::{COPIES, Copyable};
pub(crate) use gateway::take_loaded;
pub use menu::bindings as menu_rows;

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
        // A date that follows the clock, and the window it is judged by, are those of this moment.
        model.clock = moment.clock;
        model.analyse();
    }
    let mut effects = match event {
        Event::Key(key) => press(model, key, moment),
        Event::Paste(text) => paste::paste(model, &text),
        Event::Mouse(mouse) => click(model, mouse),
        Event::Resize(columns, rows) => {
            model.size = (columns, rows);
            Vec::new()
        }
        Event::Read(path, purpose, result) => read(model, &path, purpose, result),
        Event::Edited(result) => edited(model, result),
        Event::Reading(done) => {
            model.reading.progress = Progress::Running(done);
            Vec::new()
        }
        Event::BodyRead(version, pass, found) => body_read(model, version, pass, found),
        Event::Diagnosed(version, found, stage) => {
            diagnose::found(model, version, found, stage);
            Vec::new()
        }
        // The loop takes them in when there is time.
        Event::NewsWaits => Vec::new(),
        Event::News(tape, troubles) => gateway::news(model, *tape, &troubles),
        Event::Listening(listening) => gateway::listening(model, listening),
        Event::NotListening => gateway::not_listening(model),
        Event::TapeRead(path, captures) => gateway::loaded(model, &path, captures),
        Event::Written(what, result) => written(model, what, result),
        Event::SavingEnded => {
            model.tape.saving = Saving::Off;
            Vec::new()
        }
        Event::Looked(version, pieces, found) => confirm::looked(model, version, pieces, found),
        Event::FilesRead(version, read) => confirm::files_read(model, version, read),
        Event::Reported(what, text) => vec![copy::reported(what, text)],
        Event::Told(text) => {
            model.say(Role::Plain, text);
            Vec::new()
        }
        // The clock was read before: nothing else happened.
        Event::Tick => Vec::new(),
        Event::Hide => {
            model.revealed = None;
            Vec::new()
        }
        Event::Terminate(_) => vec![Effect::Quit],
        Event::Stop => vec![Effect::Suspend(Stopped::Program)],
        Event::GoOn => vec![Effect::Retake],
    };
    settle(model);
    effects.extend(read_body(model));
    effects.extend(diagnose::search(model));
    effects
}

fn press(model: &mut Model, key: KeyEvent, moment: Moment) -> Vec<Effect> {
    model.message = None;
    match model.keymap.action(model.contexts(), key) {
        Some(action) => act(model, action, moment),
        None => {
            type_character(model, key);
            Vec::new()
        }
    }
}

/// Carries out an action in the present mode.
pub(crate) fn act(model: &mut Model, action: Action, moment: Moment) -> Vec<Effect> {
    if let Some(why) = model.hindrance(action) {
        model.say(Role::Warning, format!("Not now: {why}."));
        return Vec::new();
    }
    match (action, &model.mode) {
        (Action::Quit, _) => confirm::quit(model),
        (_, Mode::Browse) => browse::act(model, action, moment),
        (_, Mode::Edit(_)) => edit::act(model, action),
        (_, Mode::BodyText) => body::act(model, action),
        (_, Mode::Menu(_)) => menu::act(model, action, moment),
        (_, Mode::Ask(_)) => menu::answer(model, action),
        (_, Mode::Confirm(_)) => confirm::answer(model, action),
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
    model.analyse();
    // Another scheme has other rows: the cursor stays on its setting.
    let row = signing::rows(&model.analysis).iter().position(|row| row.title == title);
    row.into_iter().for_each(|row| model.cursors.set_row(Pane::Signing, row));
}

fn read(
    model: &mut Model,
    path: &std::path::Path,
    purpose: Purpose,
    result: Result<Loaded, String>,
) -> Vec<Effect> {
    let name = path.display().to_string();
    match (purpose, result) {
        (_, Err(error)) => model.say(Role::Bad, error),
        (Purpose::Request, Ok(Loaded::Case(case))) => {
            return paste::replace(model, *case, &name, Source::Given).into_iter().collect();
        }
        (Purpose::Evidence, Ok(Loaded::Text(text))) => {
            if let Err(error) = evidence::take_text(model, &text) {
                model.say(Role::Bad, format!("Not taken: {error}."));
            }
        }
        (Purpose::Body, Ok(Loaded::Body(len))) => {
            let body = Body::file(path, len);
            change(model, "the body from a file", Kind::Whole, |session| session.request.body = body);
            model.say(Role::Good, format!("The body is {name}, {len} bytes."));
        }
        (_, Ok(_)) => {}
    }
    Vec::new()
}

/// Notes that something is kept now, and says what became of writing it.
fn written(model: &mut Model, what: Written, result: Result<String, String>) -> Vec<Effect> {
    match result {
        Ok(words) => {
            let rest = match what {
                Written::Request => {
                    if model.session.source == Source::Pasted {
                        model.session.source = Source::Given;
                    }
                    if model.lacks_body() { " The body is not in it: it is unknown." } else { "" }
                }
                Written::Tape(numbers) => {
                    model.tape.keep(numbers);
                    ""
                }
            };
            model.say(Role::Plain, format!("{words}{rest}"));
        }
        Err(why) => model.say(Role::Bad, why),
    }
    Vec::new()
}

fn edited(model: &mut Model, result: Result<Vec<u8>, String>) -> Vec<Effect> {
    match result {
        Ok(bytes) if *model.session.request.body.bytes() == *bytes => {
            model.say(Role::Plain, "The body is as it was.")
        }
        Ok(bytes) => {
            change(model, "editing the body", Kind::Whole, |session| {
                session.request.body = Body::from(bytes)
            });
            model.say(Role::Good, "The body was taken from the editor.");
        }
        Err(error) => model.say(Role::Bad, error),
    }
    Vec::new()
}

fn body_read(model: &mut Model, version: u64, pass: Pass, found: Result<Found, String>) -> Vec<Effect> {
    if version != model.reading.version {
        return Vec::new();
    }
    match found {
        Ok(found) => {
            model.reading.progress = Progress::Idle;
            model.session.request.body.set_found(pass, found);
            model.analyse();
        }
        Err(error) => {
            model.reading.progress = Progress::Failed;
            model.say(Role::Bad, error);
        }
    }
    Vec::new()
}

/// Asks for a pass over a body that is too long to read at once.
fn read_body(model: &mut Model) -> Option<Effect> {
    let Pending::Body(pass) = model.analysis.pending else { return None };
    // What is not known of a body that nobody has is not read either.
    if model.reading.progress != Progress::Idle || model.session.request.body.is_pipe() {
        return None;
    }
    model.reading.progress = Progress::Running(0);
    Some(Effect::ReadBody(pass, model.session.request.body.clone()))
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
    if !Pane::shown(&model.analysis).contains(&model.focus) {
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

fn click(model: &mut Model, mouse: MouseEvent) -> Vec<Effect> {
    if model.mouse == Mouse::Off || !matches!(model.mode, Mode::Browse) {
        return Vec::new();
    }
    match mouse.kind {
        MouseEventKind::ScrollDown => cursor::scroll(model, mouse, Motion::Down),
        MouseEventKind::ScrollUp => cursor::scroll(model, mouse, Motion::Up),
        MouseEventKind::Down(MouseButton::Left) => focus_at(model, mouse.column, mouse.row),
        _ => {}
    }
    Vec::new()
}

/// A click focuses a pane and moves its cursor there; a click on a tab shows the view.
fn focus_at(model: &mut Model, column: u16, row: u16) {
    let Some(layout) = Layout::of(model) else { return };
    if row == layout.tabs.y {
        let found = super::view::tab_at(column);
        model.view = found.unwrap_or(model.view);
        return;
    }
    match model.view {
        View::Inspect => {}
        View::Compare => {
            model.difference = super::view::compare_row_at(model, row);
            return;
        }
        View::Gateway => return gateway::click(model, row),
        View::Diagnose => {
            model.search.selected =
                super::view::finding_at(model, column, row).unwrap_or(model.search.selected);
            return;
        }
    }
    let Some(placed) = layout.pane_at(column, row) else { return };
    model.focus = placed.pane;
    let Some(offset) = row.checked_sub(placed.content.y) else { return };
    let (offset, column) = (usize::from(offset), usize::from(column.saturating_sub(placed.content.x)));
    match super::view::text_of(model, placed.pane) {
        Some(text) => {
            let cursor = model.cursors.text(placed.pane);
            let shown = rows(text, cursor.top, placed.content.width, placed.content.height);
            if let Some(row) = shown.get(offset) {
                let at = byte_at_column(text, row, column);
                model.cursors.text_mut(placed.pane).at = at;
            }
        }
        None => {
            let row = super::view::row_at(model, placed, offset);
            model.cursors.set_row(placed.pane, row);
            cursor::open_link(model);
        }
    }
}

/// The text of a pane and its cursor, for movements.
fn text_and_cursor(model: &Model) -> Option<(Text<'_>, super::model::TextCursor, ratatui::layout::Rect)> {
    let text = super::view::text_of(model, model.focus)?;
    let area = Layout::of(model)?.content(model.focus);
    Some((text, model.cursors.text(model.focus), area))
}
