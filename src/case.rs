//! Reading whatever a user has: the input is recognised by its content, and told apart from what it is not.
//!
//! ```text
//! recognise  which of the formats an input has
//! file       raw requests, and `.http` files with settings
//! curl       curl commands; shell takes their words apart
//! dress      a request somewhere in a text: logs, threads, objects of languages
//! har        archives of requests with their answers
//! pasted     a paste as it came, and which lines of it were used
//! encoded    URLs that were percent-encoded as a whole
//! rebuild    requests from what a server or a signer says of them
//! ```

pub mod curl;
mod dress;
mod encoded;
pub mod file;
pub mod har;
mod pasted;
mod rebuild;
mod recognise;
pub mod shell;
mod url;

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::evidence::Piece;
use crate::request::{Notice, Request};
use crate::settings::Settings;
use har::Entry;

pub use pasted::{PartOf, Pasted, Used};
pub use rebuild::{open, open_or_alone, rebuild, set_access_key_id, source};
pub use recognise::{dressed, read, read_head};

/// What an input holds.
#[derive(Clone, Default)]
pub struct Case {
    /// The request.
    pub request: Request,
    /// The settings that stood beside it.
    pub settings: Settings,
    /// What the input was.
    pub format: Format,
    /// The lines that the request was read from, where it stood somewhere in a text; the first is 1.
    pub lines: Option<RangeInclusive<usize>>,
    /// What the reader saw and the user should know.
    pub notices: Vec<Notice>,
    /// Where the body comes from, when it lies in files; the core reads none.
    pub body_pieces: Vec<BodyPiece>,
    /// What a server or a signer says it computed, where the input holds that too.
    pub evidence: Vec<Piece>,
    /// Every request of an archive, so that another one can be chosen.
    pub entries: Vec<Entry>,
}

/// A part of a body that is put together from files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum BodyPiece {
    /// These bytes.
    Text(Vec<u8>),
    /// The bytes of a file.
    File(PathBuf),
    /// The bytes of a file without CR, LF and NUL, as `curl -d @file` sends them.
    FileWithoutLineBreaks(PathBuf),
}

/// Whether the files that an input names may be read: a text that was pasted, or came through a pipe, was often written by
/// somebody else, and a report on it goes back to them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Files {
    /// None is read.
    #[default]
    Refused,
    /// They are read, and a note names each.
    Allowed,
}

/// What an input was recognised as.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Format {
    /// An HTTP/1.1 request.
    #[default]
    Raw,
    /// A `.http` file: a request after comment lines.
    DotHttp,
    /// A curl command.
    Curl,
    /// A URL alone.
    Url,
    /// An archive of several requests with their answers.
    Har,
    /// A request somewhere in a text, written in this way.
    Dressed(&'static str),
    /// An error or a log that quotes a canonical request.
    Evidence,
}

impl Case {
    /// The files that the input names, each once, in the order in which they stand.
    pub fn files(&self) -> Vec<&Path> {
        let mut files: Vec<&Path> = Vec::new();
        for piece in &self.body_pieces {
            match piece {
                BodyPiece::Text(_) => {}
                BodyPiece::File(path) | BodyPiece::FileWithoutLineBreaks(path) => {
                    if !files.contains(&path.as_path()) {
                        files.push(path);
                    }
                }
            }
        }
        files
    }
}

impl Format {
    /// Its name as sentences use it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "a raw HTTP request",
            Self::DotHttp => "a .http file",
            Self::Curl => "a curl command",
            Self::Url => "a URL",
            Self::Har => "a HAR file",
            Self::Dressed(dress) => dress,
            Self::Evidence => "evidence",
        }
    }
}
