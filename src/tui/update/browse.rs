//! Actions while browsing: choosing views and panes; what is done to something is carried out by its own module.

use super::super::action::{Action, Command, Travel};
use super::super::effect::{Effect, Mouse};
use super::super::model::{Model, QuestionKind, Stage, View, Zoom};
use super::super::signals::Stopped;
use super::super::theme::Theme;
use super::super::views::Topic;
use super::question::ask;
use super::{Moment, capture, changed, diagnose, evidence, gateway, menu, table, walkthrough};
use crate::report::Role;
use crate::rope::Rope;

pub(super) fn act(model: &mut Model, action: Action, moment: Moment) -> Vec<Effect> {
    match action {
        Action::Travel(Travel::Undo) if model.view.row().topic == Topic::Tape => gateway::undo(model),
        Action::Travel(travel) => self::travel(model, travel),
        Action::Cancel => cancel(model),
        Action::Editor => return edit_body(model),
        Action::SignNow => table::sign_now(model),
        Action::Move(motion) => (model.view.row().go)(model, motion),
        Action::Do(command) => return carry_out(model, command, moment),
        // Keys of typing and answers of questions; quitting was seen to before.
        Action::Quit
        | Action::Accept
        | Action::NextField
        | Action::NewLine
        | Action::Jump(_)
        | Action::Delete(_) => {}
    }
    Vec::new()
}

fn carry_out(model: &mut Model, command: Command, moment: Moment) -> Vec<Effect> {
    match command {
        Command::Suspend => return vec![Effect::Suspend(Stopped::Job)],
        Command::NextPane => (model.view.row().step)(model, 1),
        Command::PreviousPane => (model.view.row().step)(model, -1),
        Command::Zoom => model.set_zoom(model.zoom().toggled()),
        Command::Reveal => reveal(model, moment),
        Command::Import => ask(model, QuestionKind::Import, ""),
        Command::Save => ask(model, QuestionKind::Save, "request.http"),
        Command::Mouse => return vec![switch_mouse(model)],
        Command::Theme => {
            model.theme = Theme::of(model.theme.name.next());
            model.say(Role::Plain, format!("Theme: {}.", model.theme.name.name()));
        }
        Command::Show(view) => show(model, view),
        Command::Open(kind) => menu::open(model, kind),
        Command::Change(change) => table::act(model, change),
        Command::Evidence(deed) => evidence::act(model, deed),
        Command::Findings(deed) => diagnose::act(model, deed),
        Command::Tape(deed) => return gateway::act(model, deed),
        Command::Walk(deed) => walkthrough::act(model, deed),
    }
    Vec::new()
}

/// Shows a view of the request on the table; from the tape, of the one under the cursor.
pub(super) fn show(model: &mut Model, view: View) {
    match view.row().topic {
        Topic::Table => capture::open_for_view(model),
        Topic::Tape => {}
    }
    model.view = view;
}

fn travel(model: &mut Model, travel: Travel) {
    let what = match travel {
        Travel::Undo => model.history.undo(&mut model.session).map(|what| format!("Undone: {what}.")),
        Travel::Redo => model.history.redo(&mut model.session).map(|what| format!("Made again: {what}.")),
    };
    changed(model);
    model.say(Role::Plain, what.unwrap_or_default());
}

/// One step back out: from zoom, from the comparison, from shown secrets.
fn cancel(model: &mut Model) {
    let own = model.view.row();
    if (own.covers)(model).is_some() {
        model.walk.stage = Stage::Desk;
        return;
    }
    match (model.revealed.is_some(), model.zoom(), own.topic) {
        (true, ..) => model.revealed = None,
        (false, Zoom::On, _) => {
            model.set_zoom(Zoom::Off);
            model.search.top = 0;
        }
        // What was opened from the tape leads back to it.
        (false, Zoom::Off, Topic::Table) if model.opened().is_some() => model.view = View::Gateway,
        (false, Zoom::Off, Topic::Table | Topic::Tape) => match own.back {
            Some(view) => model.view = view,
            None => model.say(Role::Quiet, "Nothing to go back from; q quits."),
        },
    }
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
