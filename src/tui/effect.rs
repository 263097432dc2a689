//! What the program asks of the outside world, as values: `update` returns them, `run` carries them out, tests read them.

use std::path::PathBuf;
use std::sync::Arc;

use super::signals::Stopped;
use super::update::Copyable;
use crate::analysis::Session;
use crate::case::BodyPiece;
use crate::frames::pass::Pass;
use crate::gateway::Capture;
use crate::request::Body;
use crate::rope::Rope;
use crate::signature::Credentials;
use crate::time::Timestamp;

/// Something to be done outside the model.
pub enum Effect {
    /// End the program.
    Quit,
    /// Stop until the shell says to go on.
    Suspend(Stopped),
    /// Take the terminal anew, whatever became of it.
    Retake,
    /// Put a text on the clipboard.
    Copy {
        /// The text.
        text: String,
        /// What it is, for the message.
        what: &'static str,
        /// Whether clipboard managers should forget it.
        secrecy: Secrecy,
        /// What the user should know of it, in sentences; mostly nothing.
        note: String,
    },
    /// Diagnose this session in the background, for a report that is copied.
    Report {
        /// Which report.
        what: Copyable,
        /// The session.
        session: Box<Session>,
        /// The clock to judge it by.
        clock: Timestamp,
    },
    /// Look whether the files that a paste names can be read, for the body with this number; nothing is read yet.
    Look(u64, Vec<BodyPiece>),
    /// Put the body with this number together from these files.
    ReadFiles(u64, Vec<BodyPiece>),
    /// Edit the body in the user's editor.
    EditBody(Rope),
    /// Make this pass over the body, in the background.
    ReadBody(Pass, Body),
    /// Diagnose this session in the background.
    Search {
        /// Its number.
        version: u64,
        /// The session.
        session: Box<Session>,
        /// The clock to judge it by.
        clock: Timestamp,
    },
    /// Read this file for a purpose.
    Read(PathBuf, Purpose),
    /// Write this file.
    Write(PathBuf, Vec<u8>),
    /// Listen.
    Listen,
    /// Listen no more.
    StopListening,
    /// Add a pair to the key store.
    AddKey(Credentials),
    /// Write these captures into a folder.
    SaveTape(PathBuf, Vec<Arc<Capture>>),
    /// Read the tape in a folder.
    LoadTape(PathBuf),
    /// Let the terminal report the mouse, or not.
    Mouse(Mouse),
}

/// Whether a copied text is a credential.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Secrecy {
    /// It may stay in a clipboard's history.
    Open,
    /// It holds a session token.
    Secret,
}

/// Whether the mouse steers the program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mouse {
    /// It does.
    On,
    /// It selects text in the terminal.
    Off,
}

/// Why a file is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// It is a request.
    Request,
    /// It is evidence.
    Evidence,
    /// It is the body.
    Body,
}
