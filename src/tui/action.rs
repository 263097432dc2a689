//! Everything a user can do, by name. Keys, help, palette and configuration all speak of these.

/// Declares the actions with their names in the configuration file.
macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal),+ $(,)?) => {
        /// Something a user can do.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Action { $($(#[$doc])* $action),+ }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action),+];

            /// Its name in the configuration file.
            pub fn name(self) -> &'static str {
                match self { $(Self::$action => $name),+ }
            }

            /// The action of this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.name() == name)
            }
        }
    };
}

actions! {
    /// Leave the program.
    Quit = "quit",
    /// Stop the program; `fg` brings it back.
    Suspend = "suspend",
    /// Go back one step.
    Cancel = "cancel",
    /// List what works here.
    Help = "help",
    /// Search every action.
    Palette = "palette",
    /// Take the last change back.
    Undo = "undo",
    /// Make it again.
    Redo = "redo",
    /// Show the inspector.
    Inspect = "inspect",
    /// Show both sides.
    Compare = "compare",
    /// Show what is wrong.
    Diagnose = "diagnose",
    /// Show what arrives.
    Gateway = "gateway",
    /// Focus the next pane.
    NextPane = "next_pane",
    /// Focus the pane before.
    PreviousPane = "previous_pane",
    /// Give the focused pane all the room, or take it back.
    Zoom = "zoom",
    /// Up one line.
    Up = "up",
    /// Down one line.
    Down = "down",
    /// Left one character.
    Left = "left",
    /// Right one character.
    Right = "right",
    /// Left one word.
    WordLeft = "word_left",
    /// Right one word.
    WordRight = "word_right",
    /// To the begin of the line.
    LineStart = "line_start",
    /// To the end of the line.
    LineEnd = "line_end",
    /// Up one screenful.
    PageUp = "page_up",
    /// Down one screenful.
    PageDown = "page_down",
    /// To the first line.
    First = "first",
    /// To the last line.
    Last = "last",
    /// Edit what the cursor is on.
    Edit = "edit",
    /// Finish editing, or choose.
    Accept = "accept",
    /// Edit the next field.
    NextField = "next_field",
    /// Break the line.
    NewLine = "new_line",
    /// Delete the character before the cursor.
    DeleteLeft = "delete_left",
    /// Delete the character under the cursor.
    DeleteRight = "delete_right",
    /// Delete the word before the cursor.
    DeleteWord = "delete_word",
    /// Delete to the begin of the line.
    DeleteToStart = "delete_to_start",
    /// Delete to the end of the line.
    DeleteToEnd = "delete_to_end",
    /// Add a header or a query pair.
    Add = "add",
    /// Remove what the cursor is on.
    Remove = "remove",
    /// Move it up.
    MoveUp = "move_up",
    /// Move it down.
    MoveDown = "move_down",
    /// Switch a header off or on, or a setting to its next value.
    Toggle = "toggle",
    /// Edit in `$VISUAL` or `$EDITOR`.
    Editor = "editor",
    /// Take the body from a file.
    BodyFile = "body_file",
    /// Open another request from a file.
    Import = "import",
    /// Save the case as a `.http` file, without secrets.
    Save = "save",
    /// Sign now: the date follows the clock.
    SignNow = "sign_now",
    /// Choose something to copy.
    Copy = "copy",
    /// Show the checks of a gateway.
    Checks = "checks",
    /// Show what was noticed when the request was read.
    Notes = "notes",
    /// Choose another request of the archive.
    Entries = "entries",
    /// Show hidden values for some seconds.
    Reveal = "reveal",
    /// To the next difference.
    NextDifference = "next_difference",
    /// To the difference before.
    PreviousDifference = "previous_difference",
    /// Forget the evidence.
    Forget = "forget",
    /// Load evidence from a file.
    LoadEvidence = "load_evidence",
    /// Make the request that the evidence quotes the one on the table.
    Rebuild = "rebuild",
    /// Show a finding with all the room, or the list beside it.
    Preview = "preview",
    /// Apply a finding.
    Apply = "apply",
    /// End the search under way.
    StopSearch = "stop_search",
    /// Listen, or listen no more.
    Listen = "listen",
    /// Open a capture in the inspector.
    OpenCapture = "open_capture",
    /// Stay with the newest capture, or where the cursor is.
    Follow = "follow",
    /// List only captures that fit.
    Filter = "filter",
    /// Keep a capture when the tape is full or cleared.
    Pin = "pin",
    /// Mark a capture, to compare another one with it.
    Mark = "mark",
    /// Compare a capture with the marked one.
    CompareCaptures = "compare_captures",
    /// Let all captures go that are not pinned.
    ClearTape = "clear_tape",
    /// Save the tape in a folder, without secrets.
    SaveTape = "save_tape",
    /// Load a tape from a folder.
    LoadTape = "load_tape",
    /// Add a key pair to the key store.
    AddKey = "add_key",
    /// Let the mouse select text, or steer the program.
    Mouse = "mouse",
    /// The next theme.
    Theme = "theme",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_and_stand_once() {
        for action in Action::ALL {
            assert_eq!(Action::named(action.name()), Some(*action));
        }
    }
}
