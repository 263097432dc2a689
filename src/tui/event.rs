//! What reaches the program from outside.

use std::path::PathBuf;

use crossterm::event::{KeyEvent, MouseEvent};

use super::effect::Purpose;
use super::model::SearchStage;
use crate::diagnose::Diagnosis;
use crate::gateway::{Capture, Tape};
use crate::request::Case;
use crate::stream::pass::{Found, Pass};

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
    Read(PathBuf, Purpose, Result<Loaded, String>),
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
    /// What an effect came to, for the message line.
    Told(String),
    /// Time has gone by, for what is counted down or searched.
    Tick,
    /// Time is up for what was shown.
    Hide,
    /// The system asks the program to end, with this exit code.
    Terminate(u8),
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
