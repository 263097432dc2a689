//! Menus and questions: help and palette run what is chosen, an answer names a file.

use std::path::PathBuf;

use super::super::action::Action;
use super::super::effect::{Effect, Purpose};
use super::super::keymap::{BINDINGS, Binding, When};
use super::super::line::{Done, LineEdit};
use super::super::model::{Menu, MenuKind, Mode, Model, Pane, QuestionKind, View};
use super::copy;
use super::copyable::COPIES;
use super::cursor::moved;
use super::{Moment, gateway};
use crate::case::{file, har};

pub(super) fn act(model: &mut Model, action: Action, moment: Moment) -> Vec<Effect> {
    let last = count(model).saturating_sub(1);
    let Mode::Menu(menu) = &mut model.mode else { return Vec::new() };
    match action {
        Action::Move(motion) => menu.selected = moved(menu.selected, last, 10, motion),
        Action::Jump(jump) => menu.filter.jump(jump),
        Action::Delete(what) => match menu.filter.delete(what) {
            Done::Changed => menu.selected = 0,
            Done::Nothing => {}
        },
        Action::Cancel => model.mode = Mode::Browse,
        Action::Accept => return choose(model, moment),
        Action::SignNow if menu.kind == MenuKind::Copy => copy::sign_now(model),
        Action::SignNow
        | Action::Quit
        | Action::NextField
        | Action::NewLine
        | Action::Editor
        | Action::Travel(_)
        | Action::Do(_) => {}
    }
    Vec::new()
}

fn count(model: &Model) -> usize {
    let Mode::Menu(menu) = &model.mode else { return 0 };
    match menu.kind {
        MenuKind::Help | MenuKind::Palette => bindings(model, menu).len(),
        MenuKind::Copy => COPIES.len(),
        MenuKind::Checks => menu.analysis(model).verdict.checks.len(),
        MenuKind::Notes => model.notices.len(),
        MenuKind::Entries => model.entries.len(),
    }
}

/// The bindings that a menu lists, in order, those that fit its filter.
pub fn bindings(model: &Model, menu: &Menu) -> Vec<&'static Binding> {
    let here = model.contexts_here();
    let filter = String::from_utf8_lossy(&menu.filter.text).to_lowercase();
    let mut listed: Vec<&Binding> = Vec::new();
    for binding in BINDINGS {
        let holds = match menu.kind {
            MenuKind::Help => here.contains(&binding.when),
            MenuKind::Palette | MenuKind::Copy | MenuKind::Checks | MenuKind::Notes | MenuKind::Entries => {
                binding.when.is_browsing()
            }
        };
        let fits =
            fits(&format!("{} {} {}", binding.help, binding.group.title(), binding.action.name()), &filter);
        let twice = listed.iter().any(|other| other.action == binding.action && other.help == binding.help);
        if holds && fits && !twice {
            listed.push(binding);
        }
    }
    if menu.kind == MenuKind::Help {
        listed.sort_by_key(|binding| binding.group);
    } else {
        listed.sort_by_key(|binding| !binding.help.to_lowercase().contains(&filter));
    }
    listed
}

/// Whether the letters of `filter` stand in `text` in this order.
fn fits(text: &str, filter: &str) -> bool {
    let text = text.to_lowercase();
    let mut rest = text.chars();
    filter.chars().filter(|c| !c.is_whitespace()).all(|wanted| rest.any(|c| c == wanted))
}

fn choose(model: &mut Model, moment: Moment) -> Vec<Effect> {
    let Mode::Menu(menu) = &model.mode else { return Vec::new() };
    let selected = menu.selected;
    match menu.kind {
        MenuKind::Help | MenuKind::Palette => {
            let chosen = bindings(model, menu).get(selected).map(|binding| (binding.action, binding.when));
            model.mode = Mode::Browse;
            let Some((action, when)) = chosen else { return Vec::new() };
            focus_where(model, when);
            super::act(model, action, moment)
        }
        MenuKind::Copy => copy::choose(model, COPIES[selected.min(COPIES.len() - 1)]),
        MenuKind::Entries => {
            let case = har::case(model.entries.clone(), selected);
            let (name, source) = (model.session.name.clone(), model.session.source);
            super::paste::replace(model, case, &name, source).into_iter().collect()
        }
        MenuKind::Checks | MenuKind::Notes => {
            model.mode = Mode::Browse;
            Vec::new()
        }
    }
}

/// The palette lists actions of other panes too: they are carried out there.
fn focus_where(model: &mut Model, when: When) {
    if model.contexts_here().contains(&when) {
        return;
    }
    match when {
        When::Compare => model.view = View::Compare,
        When::Findings => model.view = View::Diagnose,
        When::Tape => model.view = View::Gateway,
        When::Settings => (model.view, model.focus) = (View::Inspect, Pane::Signing),
        When::Body => (model.view, model.focus) = (View::Inspect, Pane::Body),
        When::Stage => (model.view, model.focus) = (View::Inspect, Pane::CanonicalRequest),
        When::Table | When::Inspect => (model.view, model.focus) = (View::Inspect, Pane::Headers),
        When::Browse
        | When::Field
        | When::BodyText
        | When::Typing
        | When::List
        | When::Menu
        | When::Answer => {}
    }
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
            return answered(model, kind, &line).into_iter().collect();
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
fn answered(model: &mut Model, kind: QuestionKind, line: &LineEdit) -> Option<Effect> {
    let path = || {
        let text = String::from_utf8_lossy(&line.text).trim().to_owned();
        (!text.is_empty()).then(|| in_home(&text))
    };
    match kind {
        // It filtered while it was typed.
        QuestionKind::Filter => None,
        QuestionKind::KeyId => {
            gateway::name_key(model, line);
            None
        }
        QuestionKind::KeySecret => gateway::add_key(model, line),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_fits_letters_in_order() {
        assert!(fits("next pane", "np") && fits("Copy", "cop") && fits("a", ""));
        assert!(!fits("next pane", "pn x"));
    }
}
