//! What reaches the program from outside.

use std::path::PathBuf;

use crossterm::event::{KeyEvent, MouseEvent};

use super::model::SearchStage;
use super::update::Copyable;
use crate::case::{BodyPiece, Case};
use crate::diagnose::Diagnosis;
use crate::frames::pass::{Found, Pass};
use crate::gateway::{Capture, Tape};
use crate::request::{Body, Notice};

/// Something that happened.
pub enum Event {
    /// A key.
    Key(KeyEvent),
    /// A bracketed paste.
    Paste(String),
    /// The mouse.
    Mouse(MouseEvent),
    /// The terminal has this size, columns and rows.
    Resize(u16, u16),
    /// A file was read.
    Read(PathBuf, Result<Loaded, String>),
    /// The editor is done; `None` when nothing came of it.
    Edited(Result<Vec<u8>, String>),
    /// So many bytes of the body are read.
    Reading(u64),
    /// A pass over the body is done; the number tells which body.
    BodyRead(u64, Pass, Result<Found, String>),
    /// What a search has found of the session with this number.
    Diagnosed(u64, Box<Diagnosis>, SearchStage),
    /// The gateway has news: they are taken when there is time.
    NewsWaits,
    /// What arrived since the last time, and what is wrong, in words.
    News(Box<Tape>, Vec<String>),
    /// The gateway listens at this URL, or does not, and why.
    Listening(Result<String, String>),
    /// It listens no more.
    NotListening,
    /// A tape was read from a folder.
    TapeRead(PathBuf, Result<Vec<Capture>, String>),
    /// What became of writing a file or a folder.
    Written(Written, Result<String, String>),
    /// What arrives is not saved any more, though the gateway was started with a folder for it.
    SavingEnded,
    /// The files that the text pasted for this body names, each with its size, or why one of them cannot be read.
    Looked(u64, Vec<BodyPiece>, Result<Vec<(PathBuf, u64)>, String>),
    /// The body with this number was put together from files; a note names each.
    FilesRead(u64, Result<(Body, Vec<Notice>), String>),
    /// A report is made, to be copied.
    Reported(Copyable, String),
    /// What an effect came to, for the message line.
    Told(String),
    /// Time has gone by, for what is counted down or searched.
    Tick,
    /// Time is up for what was shown.
    Hide,
    /// The system asks the program to end, with this exit code.
    Terminate(u8),
    /// The system asks the program to stop until it is told to go on.
    Stop,
    /// The program was stopped without being asked, and goes on: the terminal may be in any state.
    GoOn,
}

/// What was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Written {
    /// The request on the table.
    Request,
    /// The captures with these numbers.
    Tape(Vec<u64>),
}

/// A file that was read.
pub enum Loaded {
    /// A request, its body in place.
    Case(Box<Case>),
    /// Any text.
    Text(Vec<u8>),
    /// A body: its length.
    Body(u64),
}
