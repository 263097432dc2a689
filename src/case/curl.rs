//! curl command lines: what a pasted command sends, and a command that sends a given request.
//!
//! [`flags`] is the table of options. What has no part in a signature is passed over; an option that is not in the
//! table is reported. curl's own additions that can be signed (`Host`, the form content type of `-d`, dot segments
//! that it removes) are made and said in `sent`.

pub mod flags;
mod sent;
mod write;

use std::path::PathBuf;

use flags::{Action, Data, Flag};

use super::encoded::{ENCODED, whole_url};
use super::{BodyPiece, Case, shell};
use crate::request::error::quote;
use crate::request::http::is_token_byte;
use crate::request::{Header, Notice, ReadError, Switch};
use crate::settings::Settings;

pub use write::write;

/// Reads one curl command.
///
/// # Errors
///
/// When a quote is not closed, an option lacks its value, or there is no URL.
pub fn read(text: &[u8]) -> Result<Case, ReadError> {
    let split = shell::split(text.strip_prefix(b"$ ").unwrap_or(text))?;
    let mut command = Command::default();
    for variable in &split.variables {
        command.notices.push(Notice(format!("{variable} stands unexpanded, as it was pasted.")));
    }
    let mut words = split.words.into_iter().skip(1);
    while let Some(word) = words.next() {
        command.word(word, &mut words)?;
    }
    command.finish()
}

/// What the options have said so far.
#[derive(Default)]
struct Command {
    url: Option<Vec<u8>>,
    method: Option<Vec<u8>>,
    headers: Vec<Header>,
    removed: Vec<Vec<u8>>,
    data: Vec<BodyPiece>,
    query: Vec<Vec<u8>>,
    switches: Vec<Switched>,
    user: Option<Vec<u8>>,
    bearer: Option<Vec<u8>>,
    provider: Option<Vec<u8>>,
    settings: Settings,
    notices: Vec<Notice>,
}

/// Options without a value that change what is sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Switched {
    /// `-G`: data goes into the query.
    Get,
    /// `-I`: the method is HEAD.
    Head,
    /// `-T`: the method is PUT.
    Upload,
    /// `--path-as-is`: dot segments are sent.
    PathAsIs,
    /// `--json`: the content type is JSON.
    Json,
}

impl Command {
    fn word(&mut self, word: Vec<u8>, rest: &mut impl Iterator<Item = Vec<u8>>) -> Result<(), ReadError> {
        if let Some(name) = word.strip_prefix(b"--").filter(|name| !name.is_empty()) {
            let Some(flag) = Flag::long(name) else { return self.unknown(&word) };
            let value = self.value(flag, &word, rest)?;
            return self.act(flag.action, value);
        }
        match word.strip_prefix(b"-").filter(|short| !short.is_empty()) {
            Some(short) => self.cluster(short, rest),
            None => self.set_url(word),
        }
    }

    /// `-sXPOST`: short options in one word; the first that takes a value takes the rest.
    fn cluster(&mut self, short: &[u8], rest: &mut impl Iterator<Item = Vec<u8>>) -> Result<(), ReadError> {
        for (at, letter) in short.iter().enumerate() {
            let name = [b'-', *letter];
            let Some(flag) = Flag::short(*letter) else {
                self.unknown(&name)?;
                continue;
            };
            let attached = &short[at + 1..];
            if flag.takes_value() && !attached.is_empty() {
                return self.act(flag.action, attached.to_vec());
            }
            let value = self.value(flag, &name, rest)?;
            self.act(flag.action, value)?;
        }
        Ok(())
    }

    fn value(
        &self,
        flag: &Flag,
        word: &[u8],
        rest: &mut impl Iterator<Item = Vec<u8>>,
    ) -> Result<Vec<u8>, ReadError> {
        if !flag.takes_value() {
            return Ok(Vec::new());
        }
        rest.next()
            .ok_or_else(|| ReadError::new(format!("a value after {}", quote(word)), "the end of the command"))
    }

    fn unknown(&mut self, word: &[u8]) -> Result<(), ReadError> {
        self.notices.push(Notice(format!("curl option {} is not known here: it was left out.", quote(word))));
        Ok(())
    }

    /// The value of an option that is not known may stand before the URL: a word with `://` is taken first.
    fn set_url(&mut self, word: Vec<u8>) -> Result<(), ReadError> {
        let decoded = whole_url(&word);
        self.notices.extend(decoded.is_some().then(|| Notice(ENCODED.into())));
        let word = decoded.unwrap_or(word);
        let is_url = |word: &[u8]| memchr::memmem::find(word, b"://").is_some();
        let out = match self.url.take() {
            None => None,
            Some(first) if !is_url(&first) && is_url(&word) => Some(first),
            Some(first) => {
                self.notices.push(Notice(format!("A second URL was left out: {}.", quote(&word))));
                self.url = Some(first);
                return Ok(());
            }
        };
        if let Some(first) = out {
            self.notices.push(Notice(format!("A word before the URL was left out: {}.", quote(&first))));
        }
        self.url = Some(word);
        Ok(())
    }

    fn act(&mut self, action: Action, value: Vec<u8>) -> Result<(), ReadError> {
        match action {
            Action::Ignore | Action::IgnoreValue => {}
            Action::ReportValue(what) => self.notices.push(Notice(what.into())),
            Action::Switch(switch) => self.switches.push(switch),
            Action::Url => return self.set_url(value),
            Action::Method if value.is_empty() || !value.iter().copied().all(is_token_byte) => {
                return Err(ReadError::new("a method such as POST behind -X", quote(&value)));
            }
            Action::Method => self.method = Some(value),
            Action::Header => self.header(value),
            Action::SetHeader(name) => self.headers.push(Header::new(name, value)),
            Action::Range => self.headers.push(Header::new("Range", [b"bytes=", &value[..]].concat())),
            Action::Cookie if value.contains(&b'=') => self.headers.push(Header::new("Cookie", value)),
            Action::Cookie => self.notices.push(Notice("Cookies from a file (-b) were left out.".into())),
            Action::AddHeader(name, fixed) => self.headers.push(Header::new(name, fixed)),
            Action::Data(how) => self.add_data(how, value),
            Action::UrlQuery => self.query.push(flags::url_query(&value)),
            Action::User => self.user = Some(value),
            Action::Bearer => self.bearer = Some(value),
            Action::AwsSigv4 => self.provider = Some(value),
            Action::Upload => {
                self.switches.push(Switched::Upload);
                self.data.push(BodyPiece::File(path(&value)));
            }
        }
        Ok(())
    }

    fn header(&mut self, text: Vec<u8>) {
        if text.starts_with(b"@") {
            self.notices.push(Notice(format!("Headers from the file {} were left out.", quote(&text[1..]))));
            return;
        }
        if let Some(name) = text.strip_suffix(b";").filter(|name| !name.contains(&b':')) {
            self.headers.push(Header::new(name, ""));
            return;
        }
        let colon = memchr::memchr(b':', &text).unwrap_or(text.len());
        let (name, value) = text.split_at(colon);
        let value = value.get(1..).unwrap_or_default();
        if value.trim_ascii().is_empty() {
            self.removed.push(name.to_ascii_lowercase());
        } else {
            let gap = value.len() - value.trim_ascii_start().len();
            let gap = value[..gap].to_vec();
            self.headers.push(Header {
                name: name.to_vec(),
                value: value[gap.len()..].to_vec(),
                gap,
                switch: Switch::On,
            });
        }
    }

    fn add_data(&mut self, how: Data, value: Vec<u8>) {
        let names_file = how == Data::UrlEncode && value.contains(&b'@') && !value.contains(&b'=');
        if names_file {
            self.notices.push(Notice("Data from a file (--data-urlencode @) was left out.".into()));
            return;
        }
        if !self.data.is_empty() && how != Data::Json {
            self.data.push(BodyPiece::Text(b"&".to_vec()));
        }
        let piece = match (how, value.strip_prefix(b"@")) {
            (Data::Raw, _) | (Data::Ascii | Data::Binary | Data::Json, None) => BodyPiece::Text(value),
            (Data::Ascii, Some(file)) => BodyPiece::FileWithoutLineBreaks(path(file)),
            (Data::Binary | Data::Json, Some(file)) => BodyPiece::File(path(file)),
            (Data::UrlEncode, _) => BodyPiece::Text(flags::url_encode(&value)),
        };
        if how == Data::Json {
            self.switches.push(Switched::Json);
        }
        self.data.push(piece);
    }

    fn is(&self, switch: Switched) -> bool {
        self.switches.contains(&switch)
    }
}

fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests;
