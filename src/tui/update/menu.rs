//! Menus: help and palette run what is chosen, the others show or copy it.

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::keymap::{BINDINGS, Binding, When};
use super::super::line::{Done, LineEdit};
use super::super::model::{Desk, Menu, MenuKind, Mode, Model};
use super::super::views::{Topic, VIEWS};
use super::copyable::COPIES;
use super::cursor::moved;
use super::{Moment, capture, copy, walkthrough};
use crate::report::Role;
use crate::verify::Outcome;

pub(super) fn open(model: &mut Model, kind: MenuKind) {
    match kind {
        MenuKind::Copy => open_copies(model),
        MenuKind::Checks => open_checks(model),
        MenuKind::Help | MenuKind::Palette | MenuKind::Notes | MenuKind::Entries | MenuKind::Tamper => {
            put(model, kind, 0, None);
        }
    }
}

fn put(model: &mut Model, kind: MenuKind, selected: usize, desk: Option<Box<Desk>>) {
    model.mode = Mode::Menu(Menu { kind, selected, filter: LineEdit::default(), desk });
}

/// The copies begin at what is copied most in this view.
fn open_copies(model: &mut Model) {
    let own = model.view.row();
    let first = COPIES.iter().position(|what| *what == own.copies).unwrap_or_default();
    copy::open(model, first, own.topic);
}

/// The checks begin at the one that failed.
fn open_checks(model: &mut Model) {
    let desk = match model.view.row().topic {
        Topic::Table => None,
        Topic::Tape => match capture::desk(model) {
            Ok(desk) => Some(Box::new(desk)),
            Err(why) => return model.say(Role::Warning, format!("Not now: {why}.")),
        },
    };
    let analysis = desk.as_ref().map_or(&model.analysis, |desk| &desk.analysis);
    let failed = analysis.verdict.checks.iter().position(|check| check.outcome == Outcome::Failed);
    put(model, MenuKind::Checks, failed.unwrap_or_default(), desk);
}

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
        MenuKind::Tamper => walkthrough::tampers(model).len(),
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
            MenuKind::Palette
            | MenuKind::Copy
            | MenuKind::Checks
            | MenuKind::Notes
            | MenuKind::Entries
            | MenuKind::Tamper => binding.when.is_browsing(),
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
        MenuKind::Entries => super::paste::choose(model, selected).into_iter().collect(),
        MenuKind::Tamper => {
            walkthrough::tamper(model, selected);
            Vec::new()
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
    let places = VIEWS.iter().flat_map(|own| own.places.iter().map(|place| (own.view, *place)));
    for (view, (_, pane)) in places.filter(|(_, (holds, _))| *holds == when) {
        model.view = view;
        model.focus = pane.unwrap_or(model.focus);
        (view.row().follow)(model);
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
