//! What can be done only while browsing, in groups by what it is done to: each group has one handler.

use super::{actions, named};
use crate::tui::model::{MenuKind, View};

actions! {
    /// Something that can be done only while browsing.
    Command {
        /// Stop the program; `fg` brings it back.
        Suspend = "suspend",
        /// Focus the next pane.
        NextPane = "next_pane",
        /// Focus the pane before.
        PreviousPane = "previous_pane",
        /// Give the focused pane all the room, or take it back.
        Zoom = "zoom",
        /// Show hidden values for some seconds.
        Reveal = "reveal",
        /// Open another request from a file.
        Import = "import",
        /// Save the case as a `.http` file, without secrets.
        Save = "save",
        /// Let the mouse select text, or steer the program.
        Mouse = "mouse",
        /// The next theme.
        Theme = "theme",
        ;
        /// Show a view.
        Show(View),
        /// Open a menu.
        Open(MenuKind),
        /// Change the request or its settings.
        Change(Change),
        /// Do something with the evidence.
        Evidence(OnEvidence),
        /// Do something with the findings.
        Findings(OnFindings),
        /// Do something with the tape, or with the gateway that fills it.
        Tape(OnTape),
        /// Do something with the walkthrough.
        Walk(OnWalk),
    }
}

actions! {
    /// A change of the request or its settings, where the cursor is.
    Change {
        /// Edit what the cursor is on.
        Edit = "edit",
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
        /// Take the body from a file.
        BodyFile = "body_file",
    }
}

actions! {
    /// What is done with the evidence.
    OnEvidence {
        /// Go to the next difference.
        NextDifference = "next_difference",
        /// Go to the difference before.
        PreviousDifference = "previous_difference",
        /// Forget it.
        Forget = "forget",
        /// Load more from a file.
        Load = "load_evidence",
        /// Make the request that it quotes the one on the table.
        Rebuild = "rebuild",
    }
}

actions! {
    /// What is done with the findings.
    OnFindings {
        /// Show one with all the room, or the list beside it.
        Preview = "preview",
        /// Apply one.
        Apply = "apply",
        /// End the search under way.
        StopSearch = "stop_search",
    }
}

actions! {
    /// What is done with the tape, or with the gateway that fills it.
    OnTape {
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
        Clear = "clear_tape",
        /// Save the tape in a folder, without secrets.
        Save = "save_tape",
        /// Load a tape from a folder.
        Load = "load_tape",
        /// Add a key pair to the key store.
        AddKey = "add_key",
    }
}

actions! {
    /// What is done with the walkthrough.
    OnWalk {
        /// Go to the next step.
        Next = "next_step",
        /// Go to the step before.
        Previous = "previous_step",
        /// Go to the step of a number, or to one that holds some words.
        Find = "find_step",
        /// Go to the next step that holds them.
        NextFound = "next_found_step",
        /// Show where its bytes stand in the inspector.
        OpenPlace = "open_step",
        /// Let one step fill the screen, or no more.
        Present = "present",
        /// Take the last tampering back.
        TakeBack = "take_back",
        /// Let the server remember signatures, or no more.
        Guard = "replay_guard",
        /// Turn to the next page of the lesson.
        NextPage = "next_page",
        /// Turn to the page before.
        PreviousPage = "previous_page",
        /// Check whether the exercise of the lesson is mended.
        CheckExercise = "check_exercise",
        /// Move the server's clock a minute back.
        MinuteBack = "minute_back",
        /// Move the server's clock a minute on.
        MinuteOn = "minute_on",
        /// Move the server's clock an hour back.
        HourBack = "hour_back",
        /// Move the server's clock an hour on.
        HourOn = "hour_on",
    }
}
