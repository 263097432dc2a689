//! Reading whatever a user has: the input is recognised by its content, and told apart from what it is not.
//!
//! ```text
//! file       raw requests, and `.http` files with settings
//! curl       curl commands; shell takes their words apart
//! dress      a request somewhere in a text: logs, threads, objects of languages
//! har        archives of requests with their answers
//! rebuild    requests from what a server or a signer says of them
//! ```

pub mod curl;
mod dress;
pub mod file;
pub mod har;
mod rebuild;
pub mod shell;

use std::path::{Path, PathBuf};

use crate::evidence::Piece;
use crate::request::damage::damage;
use crate::request::redact::Veil;
use crate::request::{Notice, ReadError, Request, editor};
use crate::settings::Settings;
use har::Entry;

pub use dress::read as dressed;
pub use rebuild::{alone, open, rebuild, set_access_key_id, source};

/// What an input holds.
#[derive(Clone, Default)]
pub struct Case {
    /// The request.
    pub request: Request,
    /// The settings that stood beside it.
    pub settings: Settings,
    /// What the input was.
    pub format: Format,
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

const KINDS: &str = "a raw HTTP request, a .http file, a curl command or a HAR file";

/// Reads a request in any format.
///
/// # Errors
///
/// When the input is empty, binary, or none of the formats; the error says which line.
pub fn read(input: &[u8]) -> Result<Case, ReadError> {
    let mut notices = Vec::new();
    let text = match input.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => {
            notices.push(Notice("A byte order mark at the start was left out.".into()));
            rest
        }
        None => input,
    };
    let begin = text.iter().position(|b| !b.is_ascii_whitespace());
    let Some(begin) = begin else { return Err(ReadError::new(KINDS, "an empty input")) };
    refuse_binary(&text[begin..])?;
    let decoded = whole_url(&text[begin..]);
    let (text, begin) = decoded.as_deref().map_or((text, begin), |url| (url, 0));
    notices.extend(decoded.is_some().then(|| Notice(ENCODED.into())));
    let mut case = match recognise(&text[begin..]) {
        Recognised::Curl => curl::read(&text[begin..])?,
        Recognised::Http => {
            let (start, skipped) = first_line(text, begin);
            file::read(&text[start..], skipped)?
        }
        Recognised::Json => json(&text[begin..])?,
        Recognised::Xml => {
            return Err(ReadError::new(KINDS, "XML")
                .hint("open the request itself; errors and logs are evidence, not requests"));
        }
    };
    // What may be the cause comes first.
    notices.splice(0..0, damage(&case.request));
    notices.append(&mut case.notices);
    notices.extend(take_instruction(&case.request, &mut case.settings));
    let veil = Veil::of(&case.request);
    case.notices = notices.into_iter().map(|Notice(words)| Notice(veil.over(&words))).collect();
    Ok(case)
}

const ENCODED: &str = "The whole URL was percent-encoded, its `://` as well: it was decoded.";

/// What a case takes from its instruction: settings that were not given beside it, and a note.
fn take_instruction(request: &Request, settings: &mut Settings) -> Option<Notice> {
    let own = editor::instruction(request)?;
    settings.region = settings.region.take().or(own.region);
    settings.service = settings.service.take().or(own.service);
    // The three belong together: a key that stands beside it has a secret and a token of its own.
    if let (None, None, Some(secret)) = (&settings.access_key_id, &settings.secret_access_key, own.secret) {
        settings.access_key_id = own.access_key_id;
        settings.secret_access_key = Some(secret);
        settings.session_token = settings.session_token.take().or(own.session_token);
        settings.secret_source = Some(editor::SOURCE);
    }
    Some(Notice(format!("The Authorization header is {}; {}.", editor::FOUND, editor::HINT)))
}

/// A text that begins with a URL whose `://` is percent-encoded, as no URL can be sent, with this URL decoded.
fn whole_url(text: &[u8]) -> Option<Vec<u8>> {
    /// So often a URL may have been encoded.
    const TIMES: usize = 3;
    let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    let (url, rest) = text.split_at(end);
    let scheme = url.iter().position(|byte| b":%".contains(byte))?;
    let is_web = ["http", "https"].iter().any(|name| url[..scheme].eq_ignore_ascii_case(name.as_bytes()));
    if !is_web || url[scheme..].starts_with(b"://") {
        return None;
    }
    let decode = |url: &Vec<u8>| Some(percent_encoding::percent_decode(url).collect::<Vec<u8>>());
    let mut rounds = std::iter::successors(Some(url.to_vec()), decode).take(TIMES + 1);
    let decoded = rounds.find(|url| url[scheme..].starts_with(b"://"))?;
    Some([&decoded, rest].concat())
}

/// An archive; any other JSON is no request.
fn json(text: &[u8]) -> Result<Case, ReadError> {
    let entries = match har::read_text(text) {
        Some(entries) => entries?,
        None => whole(text)?,
    };
    let index = har::likeliest(&entries);
    Ok(har::case(entries, index))
}

/// An archive whose entries cannot be told apart at sight.
fn whole(text: &[u8]) -> Result<Vec<Entry>, ReadError> {
    let value: serde_json::Value = serde_json::from_slice(text).unwrap_or_default();
    if !har::is_har(&value) {
        let error = ReadError::new(KINDS, "JSON");
        return Err(error.hint("open the request itself; errors and logs are evidence, not requests"));
    }
    har::read(&value)
}

/// Reads the head of a raw request or a `.http` file whose body is too long to be kept, and says where in `input` the body
/// begins; `None` when the input is something else, or its body lies elsewhere.
///
/// # Errors
///
/// When a line of the head is not what the grammar asks for there.
pub fn read_head(input: &[u8]) -> Option<Result<(Case, usize), ReadError>> {
    let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let begin = text.iter().position(|b| !b.is_ascii_whitespace())?;
    let Recognised::Http = recognise(&text[begin..]) else { return None };
    let (start, skipped) = first_line(text, begin);
    let read = file::read_head(&text[start..], skipped);
    let is_whole = |rest: &[u8]| !rest.starts_with(b"< ");
    match read {
        Ok((_, rest)) if !is_whole(rest) => None,
        Ok((case, rest)) => Some(Ok((case, input.len() - rest.len()))),
        Err(error) => Some(Err(error)),
    }
}

/// Where the line begins that holds the byte at `begin`, and how many lines stand before it.
fn first_line(text: &[u8], begin: usize) -> (usize, usize) {
    let skipped = text[..begin].iter().filter(|b| **b == b'\n').count();
    (memchr::memrchr(b'\n', &text[..begin]).map_or(0, |at| at + 1), skipped)
}

enum Recognised {
    Curl,
    Http,
    Json,
    Xml,
}

fn recognise(text: &[u8]) -> Recognised {
    let text = text.strip_prefix(b"$ ").unwrap_or(text);
    let word = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    match word {
        b"curl" | b"curl.exe" => Recognised::Curl,
        _ if [&b"{"[..], b"[{", b"[\""].iter().any(|start| word.starts_with(start)) || word == b"[" => {
            Recognised::Json
        }
        _ if word.starts_with(b"<") => Recognised::Xml,
        _ => Recognised::Http,
    }
}

/// A first byte that no text begins with, or a NUL near the start, tell data from text.
fn refuse_binary(text: &[u8]) -> Result<(), ReadError> {
    let head = &text[..text.len().min(1024)];
    // What ends first is the head: a body may hold the other blank line.
    let ends = [&b"\n\n"[..], b"\r\n\r\n"].map(|end| memchr::memmem::find(head, end));
    let head = &head[..ends.into_iter().flatten().min().unwrap_or(head.len())];
    let first = head.first().filter(|byte| !byte.is_ascii_graphic()).map(|_| 0);
    match first.or_else(|| memchr::memchr(0, head)) {
        Some(at) => {
            Err(ReadError::new(KINDS, format!("binary data (byte 0x{:02x} at offset {at})", head[at])))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(input: &[u8]) -> String {
        read(input).err().expect("an error").to_string()
    }

    #[test]
    fn recognises_by_content() {
        for (input, format) in [
            ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", Format::Raw),
            ("\n\n# @region eu\nGET / HTTP/1.1\nHost: h\n", Format::DotHttp),
            ("curl https://h/", Format::Curl),
            ("  $ curl https://h/", Format::Curl),
            ("https://h/a?b", Format::Url),
        ] {
            assert_eq!(read(input.as_bytes()).unwrap().format, format, "{input}");
        }
    }

    #[test]
    fn says_what_it_is_not() {
        assert!(error(b"").ends_with("but found an empty input"));
        assert!(error(b"  \r\n").ends_with("but found an empty input"));
        assert!(error(b"\x7fELF\x02\x01").ends_with("but found binary data (byte 0x7f at offset 0)"));
        assert!(error(b"{\"a\":1}").ends_with("but found JSON"));
        assert!(error(b"<Error/>").ends_with("but found XML"));
    }

    #[test]
    fn a_body_may_be_binary() {
        let case = read(b"PUT / HTTP/1.1\r\nHost: h\r\n\r\n\0\n\n").unwrap();
        assert_eq!(*case.request.body.bytes(), b"\0\n\n"[..]);
        assert!(error(b"PUT / HTTP/1.1\r\nHost: \0\r\n\r\n").contains("0x00"));
    }

    #[test]
    fn a_byte_order_mark_is_said() {
        let case = read(b"\xef\xbb\xbfGET / HTTP/1.1\nHost: h\n").unwrap();
        assert_eq!(case.request.method, b"GET");
        assert!(case.notices[0].0.contains("byte order mark"));
    }
}
