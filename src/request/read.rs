//! Reading whatever a user has: the input is recognised by its content, and told apart from what it is not.

use std::fmt;
use std::path::{Path, PathBuf};

use super::har::{self, Entry};
use super::redact::Veil;
use super::{Request, curl, editor, http};
use crate::evidence::Piece;
use crate::redact;
use crate::settings::Settings;

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
    /// An error or a log that quotes a canonical request.
    Evidence,
}

/// Something that a reader did or saw, in one sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notice(pub String);

/// An input that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub struct ReadError {
    /// What was expected.
    pub expected: String,
    /// What was found, user text in backquotes.
    pub found: String,
    /// The line at fault, counted from one.
    pub line: Option<usize>,
    /// What to do.
    pub hint: Option<&'static str>,
}

/// No request line and headers may be longer than this: 1 MiB, far above what any server takes.
pub const HEAD_LIMIT: usize = 1 << 20;

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
            Self::Evidence => "evidence",
        }
    }
}

impl ReadError {
    pub(crate) fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into(), line: None, hint: None }
    }

    pub(crate) fn at(self, line: usize) -> Self {
        Self { line: Some(line), ..self }
    }

    pub(crate) fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, but found {}", self.expected, self.found)?;
        self.line.map_or(Ok(()), |line| write!(f, " in line {line}"))
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
            http::read(&text[start..], skipped)?
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
    notices.extend(editor::take(&case.request, &mut case.settings));
    let veil = Veil::of(&case.request);
    case.notices = notices.into_iter().map(|Notice(words)| Notice(veil.over(&words))).collect();
    Ok(case)
}

pub(super) const ENCODED: &str = "The whole URL was percent-encoded, its `://` as well: it was decoded.";

/// A text that begins with a URL whose `://` is percent-encoded, as no URL can be sent, with this URL decoded.
pub(super) fn whole_url(text: &[u8]) -> Option<Vec<u8>> {
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

/// What happened to a URL on its way here: it is said and not mended, for it may be what was sent.
pub(crate) fn damage(request: &Request) -> Option<Notice> {
    let target = &request.target;
    let has = |text: &[u8]| memchr::memmem::find(target, text).is_some();
    let credential = request.pair_value(b"x-amz-credential").map(|span| request.at(span));
    let twice = credential.is_some_and(|text| memchr::memmem::find(text, b"%252F").is_some());
    let ends_early = request.pair(b"x-amz-algorithm").is_some() && request.pair(b"x-amz-signature").is_none();
    let words = match () {
        () if has(b"&amp;") => {
            "The URL holds `&amp;`: it was copied out of HTML or XML. What is sent has `&` there."
        }
        () if has(b"&#38;") || has(b"&#x26;") => {
            "The URL holds `&` as an entity: it was copied out of HTML or XML. What is sent has `&` there."
        }
        () if has(b"=3D") && has(b"X-Amz-Signature=3D") => {
            "The URL holds `=3D`: it was copied out of the source of a mail. What is sent has `=` there."
        }
        () if has(b"\\u0026") => {
            "The URL holds `\\u0026`: it was copied out of JSON. What is sent has `&` there."
        }
        () if has(b"\\&") || has(b"\\?") || has(b"\\=") => {
            "The URL holds backslashes before `&`, `?` or `=`: a shell's escapes, which are no part of it."
        }
        () if twice => {
            "X-Amz-Credential holds `%252F`: the URL was percent-encoded once more. A signer writes `%2F` there."
        }
        () if ends_early => {
            "The URL names an algorithm but holds no signature: it ends early, as when a shell splits it at `&`."
        }
        () => return None,
    };
    Some(Notice(words.into()))
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
    let read = http::read_head(&text[start..], skipped);
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

/// The begin of outside text for a message: control characters escaped, and nothing that may be a secret. A line that was
/// pasted in the wrong place often reads `name=secret`, so what follows `=` or `:` is left out, and what follows a name or a word such
/// as `Bearer`; of a word that is long or of no language, which may be a secret itself, only the first letters are shown.
pub(crate) fn quote(text: &[u8]) -> String {
    const LONG: usize = 20;
    let is_odd = |word: &str| {
        let rest = || word.bytes().skip(1);
        let is_date = word.bytes().all(|byte| byte.is_ascii_digit() || b"TZ:-.".contains(&byte));
        word.len() >= 8
            && !is_date
            && rest().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            && rest().all(|byte| byte.is_ascii_alphanumeric() || b"+/_".contains(&byte))
    };
    let lossy = String::from_utf8_lossy(text);
    let mut out = String::from("`");
    for (index, word) in lossy.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let end = word.find(['=', ':']).map_or(word.len(), |at| at + 1);
        let shown = word[..end].chars().count();
        let most = if shown > LONG || is_odd(&word[..end]) { 4.min(shown) } else { shown };
        word[..end]
            .chars()
            .take(most)
            .for_each(|c| if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) });
        let tells = redact::is_secret(word.as_bytes()) || redact::scheme(word.as_bytes()).is_some();
        let goes_on = tells && lossy.split(' ').nth(index + 1).is_some();
        if most < word.chars().count() || out.len() > 60 || goes_on {
            out.push('…');
            break;
        }
    }
    out.push('`');
    out
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
