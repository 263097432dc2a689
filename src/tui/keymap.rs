//! The table of bindings: dispatch, footer, help, palette, the README's table and the names in the configuration come from it.

mod bindings;

use std::collections::HashMap;

use crokey::{KeyCombination, KeyCombinationFormat};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action;

pub use bindings::{BINDINGS, Binding, Group, When};

/// The keys in force: the table's, or those that the configuration puts in their place.
pub struct Keymap {
    actions: HashMap<(When, KeyCombination), Action>,
    shown: HashMap<(When, Action), Vec<String>>,
}

impl Keymap {
    /// The bindings of the table, with the keys of `remapped` actions replaced.
    pub fn new(remapped: &HashMap<Action, Vec<KeyCombination>>) -> Self {
        let format = KeyCombinationFormat::default().with_lowercase_modifiers();
        let (mut actions, mut shown) = (HashMap::new(), HashMap::new());
        for binding in BINDINGS {
            let own = || binding.keys.iter().filter_map(|key| parse(key).ok()).collect();
            let keys: Vec<KeyCombination> = remapped.get(&binding.action).cloned().unwrap_or_else(own);
            let names = keys.iter().map(|key| pretty(&format.to_string(*key))).collect();
            shown.insert((binding.when, binding.action), names);
            for key in keys {
                actions.insert((binding.when, key.normalized()), binding.action);
            }
        }
        Self { actions, shown }
    }

    /// The action of a key in the first of these contexts that binds it.
    pub fn action(&self, contexts: &[When], key: KeyEvent) -> Option<Action> {
        let key = KeyCombination::from(told_apart(key)).normalized();
        contexts.iter().find_map(|when| self.actions.get(&(*when, key)).copied())
    }

    /// The keys of a binding, as they are shown.
    pub fn keys(&self, when: When, action: Action) -> &[String] {
        self.shown.get(&(when, action)).map_or(&[], Vec::as_slice)
    }
}

/// One form for each key: `?` is typed with shift on some keyboards only, and shift-tab has a code of its own.
fn told_apart(mut key: KeyEvent) -> KeyEvent {
    match key.code {
        KeyCode::Char(c) if !c.is_alphabetic() => key.modifiers.remove(KeyModifiers::SHIFT),
        KeyCode::BackTab => key = KeyEvent::new(KeyCode::Tab, KeyModifiers::SHIFT),
        _ => {}
    }
    key
}

/// Reads a key such as `ctrl-p`, `?` or `U`.
pub(crate) fn parse(key: &str) -> Result<KeyCombination, crokey::ParseKeyError> {
    // A capital letter alone means the letter with shift.
    match key.chars().next() {
        Some(letter) if key.len() == 1 && letter.is_ascii_uppercase() => {
            format!("shift-{}", letter.to_ascii_lowercase()).parse()
        }
        _ => key.parse(),
    }
}

/// `shift-k` as `K`, arrows as arrows.
fn pretty(key: &str) -> String {
    if let Some(letter) = key.strip_prefix("shift-").filter(|rest| rest.len() == 1) {
        return letter.to_ascii_uppercase();
    }
    let key = key.to_ascii_lowercase().replace("backtab", "shift-tab");
    let replaced = [("up", "↑"), ("down", "↓"), ("left", "←"), ("right", "→")];
    match replaced.iter().find(|(name, _)| *name == key) {
        Some((_, arrow)) => (*arrow).into(),
        None => key,
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::{Change, Command, Motion};
    use super::super::model::MenuKind;
    use super::*;

    #[test]
    fn every_key_can_be_read_and_stands_once_in_its_context() {
        let mut seen = HashMap::new();
        for binding in BINDINGS {
            assert!(!binding.help.is_empty() && !binding.keys.is_empty());
            for key in binding.keys {
                let parsed = parse(key).unwrap_or_else(|error| panic!("{key}: {error:?}")).normalized();
                let before = seen.insert((binding.when, parsed), binding.action);
                assert_eq!(before, None, "{key} in {:?}", binding.when);
            }
        }
    }

    #[test]
    fn every_action_has_a_key() {
        for action in Action::all() {
            assert!(BINDINGS.iter().any(|binding| binding.action == action), "{}", action.name());
        }
    }

    #[test]
    fn keys_reach_their_actions() {
        let keymap = Keymap::new(&HashMap::new());
        let action =
            |code, modifiers| keymap.action(&[When::Table, When::Browse], KeyEvent::new(code, modifiers));
        assert_eq!(
            action(KeyCode::Char('K'), KeyModifiers::SHIFT),
            Some(Action::Do(Command::Change(Change::MoveUp)))
        );
        assert_eq!(action(KeyCode::Char('k'), KeyModifiers::NONE), Some(Action::Move(Motion::Up)));
        assert_eq!(
            action(KeyCode::Char('?'), KeyModifiers::NONE),
            Some(Action::Do(Command::Open(MenuKind::Help)))
        );
        assert_eq!(
            action(KeyCode::Char('?'), KeyModifiers::SHIFT),
            Some(Action::Do(Command::Open(MenuKind::Help)))
        );
        assert_eq!(action(KeyCode::BackTab, KeyModifiers::SHIFT), Some(Action::Do(Command::PreviousPane)));
        assert_eq!(
            action(KeyCode::Char('p'), KeyModifiers::CONTROL),
            Some(Action::Do(Command::Open(MenuKind::Palette)))
        );
    }

    #[test]
    fn a_remapped_action_loses_its_old_keys() {
        let remapped = HashMap::from([(Action::Quit, vec![parse("ctrl-q").unwrap()])]);
        let keymap = Keymap::new(&remapped);
        let action = |code, modifiers| keymap.action(&[When::Browse], KeyEvent::new(code, modifiers));
        assert_eq!(action(KeyCode::Char('q'), KeyModifiers::CONTROL), Some(Action::Quit));
        assert_eq!(action(KeyCode::Char('q'), KeyModifiers::NONE), None);
        assert_eq!(keymap.keys(When::Browse, Action::Quit), ["ctrl-q"]);
    }
}
