//! Everything a user can do, by name. Keys, help, palette and configuration all speak of these.
//!
//! What a key does depends on the mode. Actions that mean something in more than one mode stand here, in groups that a handler takes
//! or leaves as a whole; what can be done only while browsing is a [`Command`].

mod command;

pub use command::{Change, Command, OnEvidence, OnFindings, OnTape, OnWalk};

use super::model::{MenuKind, View};

/// What has a name in the configuration file, or consists of what has one.
trait Named: Sized {
    fn all() -> impl Iterator<Item = Self>;

    fn name(self) -> &'static str;
}

/// Names the values of an enum: first those without anything inside, then groups that have their names inside.
macro_rules! named {
    ($kind:ident { $($action:ident = $name:literal,)* $(; $($group:ident($inner:ty),)+)? }) => {
        impl $crate::tui::action::Named for $kind {
            fn all() -> impl Iterator<Item = Self> {
                let own = [$(Self::$action),*].into_iter();
                own$($(.chain(<$inner as $crate::tui::action::Named>::all().map(Self::$group)))+)?
            }

            fn name(self) -> &'static str {
                match self {
                    $(Self::$action => $name,)*
                    $($(Self::$group(inner) => $crate::tui::action::Named::name(inner),)+)?
                }
            }
        }
    };
}

/// Declares an enum of actions together with their names.
macro_rules! actions {
    ($(#[$about:meta])* $kind:ident {
        $($(#[$doc:meta])* $action:ident = $name:literal,)*
        $(; $($(#[$groups:meta])* $group:ident($inner:ty),)+)?
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum $kind {
            $($(#[$doc])* $action,)*
            $($($(#[$groups])* $group($inner),)+)?
        }

        named! { $kind { $($action = $name,)* $(; $($group($inner),)+)? } }
    };
}

use {actions, named};

actions! {
    /// Something a user can do.
    Action {
        /// Leave the program.
        Quit = "quit",
        /// Go back one step.
        Cancel = "cancel",
        /// Finish editing, or choose.
        Accept = "accept",
        /// Edit the next field.
        NextField = "next_field",
        /// Break the line.
        NewLine = "new_line",
        /// Edit in `$VISUAL` or `$EDITOR`.
        Editor = "editor",
        /// Sign now: the date follows the clock.
        SignNow = "sign_now",
        ;
        /// Go through the steps that were made.
        Travel(Travel),
        /// Move the cursor.
        Move(Motion),
        /// Move the cursor as only a text has it.
        Jump(Jump),
        /// Delete of what is typed.
        Delete(Deletion),
        /// What only browsing knows.
        Do(Command),
    }
}

actions! {
    /// A way through the steps that were made.
    Travel {
        /// Take the last change back.
        Undo = "undo",
        /// Make it again.
        Redo = "redo",
    }
}

actions! {
    /// A movement in a list or a text.
    Motion {
        /// Up one line.
        Up = "up",
        /// Down one line.
        Down = "down",
        /// Left one character.
        Left = "left",
        /// Right one character.
        Right = "right",
        /// Up one screenful.
        PageUp = "page_up",
        /// Down one screenful.
        PageDown = "page_down",
        /// To the first line.
        First = "first",
        /// To the last line.
        Last = "last",
    }
}

actions! {
    /// A movement in what is typed.
    Jump {
        /// Left one word.
        WordLeft = "word_left",
        /// Right one word.
        WordRight = "word_right",
        /// To the begin of the line.
        LineStart = "line_start",
        /// To the end of the line.
        LineEnd = "line_end",
    }
}

actions! {
    /// What is deleted of what is typed.
    Deletion {
        /// The character before the cursor.
        Left = "delete_left",
        /// The character under the cursor.
        Right = "delete_right",
        /// The word before the cursor.
        Word = "delete_word",
        /// From the begin of the line to the cursor.
        ToStart = "delete_to_start",
        /// From the cursor to the end of the line.
        ToEnd = "delete_to_end",
    }
}

impl Named for View {
    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn name(self) -> &'static str {
        self.row().word
    }
}

named! {
    MenuKind {
        Help = "help",
        Palette = "palette",
        Copy = "copy",
        Checks = "checks",
        Notes = "notes",
        Entries = "entries",
        Tamper = "tamper",
        Export = "export",
        Lessons = "lessons",
    }
}

impl Action {
    /// Every action.
    pub fn all() -> impl Iterator<Item = Self> {
        <Self as Named>::all()
    }

    /// Its name in the configuration file.
    pub fn name(self) -> &'static str {
        Named::name(self)
    }

    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_and_stand_once() {
        for action in Action::all() {
            assert_eq!(Action::named(action.name()), Some(action));
        }
    }
}
