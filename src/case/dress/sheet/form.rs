//! How the lines of a list are written: what stands before the name, between name and value, and behind the value.

use crate::case::dress::is_signed;
use crate::case::dress::lines::Prefix;
use crate::case::dress::paper::header;
use crate::request::http::is_token_byte;
use crate::request::{Header, Request};

/// The form of a line, learnt from the one with the signature.
pub(super) struct Form<'a> {
    pub(super) before: &'a str,
    between: Between<'a>,
    behind: &'a str,
}

/// What stands between name and value.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Between<'a> {
    /// A tab, or blanks that align a column.
    Blanks,
    /// These signs, with or without blanks around them.
    Signs(&'a str),
    /// The end of the line: the value stands in the next one.
    Line,
}

/// What separates columns; one blank is part of a sentence.
const COLUMNS: [&str; 2] = ["\t", "  "];

impl<'a> Form<'a> {
    /// The form of a line that holds a signature, and its header. `next` is the line behind it.
    pub(super) fn of(line: &'a str, next: &'a str) -> Option<(Self, Header)> {
        const NAME: &str = "uthorization";
        let at = line[..line.find(NAME)?].strip_suffix(['A', 'a'])?.len();
        let (before, rest) = line.split_at(at);
        let (name, rest) = rest.split_at(NAME.len() + 1);
        let is_whole =
            |byte: Option<&u8>| byte.is_none_or(|byte| !is_token_byte(*byte) || b"'|`*".contains(byte));
        if !is_whole(before.as_bytes().last()) || !is_whole(rest.as_bytes().first()) {
            return None;
        }
        if rest.trim_end().trim_end_matches(':').is_empty() {
            let value = next.trim();
            let header = signed(name, value)?;
            let form = Self { before, between: Between::Line, behind: "" };
            return Some((form, header));
        }
        let start = rest.find(|c: char| c.is_ascii_alphanumeric())?;
        let (signs, value) = rest.split_at(start);
        let between = match signs.trim() {
            "" if COLUMNS.iter().any(|column| signs.contains(column)) => Between::Blanks,
            "" => return None,
            signs => Between::Signs(signs),
        };
        let end = signature_end(value)?;
        let header = signed(name, &value[..end])?;
        Some((Self { before, between, behind: value[end..].trim() }, header))
    }

    /// How many lines a header has.
    pub(super) fn width(&self) -> usize {
        if self.between == Between::Line { 2 } else { 1 }
    }

    /// The header in a line of this form.
    pub(super) fn header(&self, line: &str, next: &str) -> Option<Header> {
        self.pair(self.strip(line)?, next)
    }

    /// The header in the first line of a message of several, before which a log writes more: what that is, and the header.
    pub(super) fn first_header(&self, line: &'a str) -> Option<(&'a str, Header)> {
        let Between::Signs(signs) = self.between else { return None };
        // Whatever a log says of itself has colons, but no quotes behind them.
        if !self.before.is_empty() || !signs.ends_with(['"', '\'']) {
            return None;
        }
        let at = line.find(signs)?;
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let start = line[..at].rfind(|c| !is_of_name(c)).filter(|start| line[*start..].starts_with(' '))? + 1;
        Some((&line[..start], self.pair(&line[start..], "")?))
    }

    /// Whether a list may go on behind this line, which is no header of it: what is not written as the list is explains it, or stands
    /// between two of its lines. A line that begins as they do ends it.
    pub(super) fn goes_on_behind(&self, line: &str) -> bool {
        let is_marked = !self.before.trim().is_empty();
        is_marked && self.between != Between::Line && Prefix(self.before).strip_line(line).is_none()
    }

    /// A line without what stands before the name.
    fn strip<'b>(&self, line: &'b str) -> Option<&'b str> {
        if !self.before.trim().is_empty() {
            return Prefix(self.before).strip(line);
        }
        line.strip_prefix(self.before).filter(|rest| !rest.starts_with([' ', '\t']))
    }

    fn pair(&self, text: &str, next: &str) -> Option<Header> {
        let (name, value) = match self.between {
            Between::Line => (text.trim_end().strip_suffix(':').unwrap_or(text.trim_end()), next.trim()),
            Between::Blanks => {
                let at = COLUMNS.iter().filter_map(|column| text.find(column)).min()?;
                (&text[..at], text[at..].trim())
            }
            Between::Signs(":") => header(text.trim_start_matches(':')).map(|(name, value)| {
                let colon = text.len() - text.trim_start_matches(':').len();
                (&text[..colon + name.len()], value)
            })?,
            Between::Signs(signs) => {
                let (name, value) = text.split_once(signs)?;
                (name.trim_end(), value.trim())
            }
        };
        let value = value.strip_suffix([',', ';']).filter(|_| self.is_quoted()).unwrap_or(value);
        let behind = self.behind.trim_end_matches([',', ';']);
        let value = value.strip_suffix(behind).unwrap_or(value).trim_end();
        let bare = name.strip_prefix(':').unwrap_or(name);
        let is_name = bare.len() > 1 && bare.bytes().all(is_token_byte);
        (is_name && !value.is_empty()).then(|| Header::new(name, value))
    }

    fn is_quoted(&self) -> bool {
        self.behind.starts_with(['"', '\''])
    }
}

/// A header with a signature.
pub(super) fn signed(name: &str, value: &str) -> Option<Header> {
    let header = Header::new(name, value);
    let request = Request { headers: vec![header.clone()], ..Request::default() };
    is_signed(&request).then_some(header)
}

/// Where a value with a signature ends: behind the signature, where it says that by name, else at a quote or the end of the line.
pub(super) fn signature_end(value: &str) -> Option<usize> {
    const NAME: &str = "Signature=";
    if let Some(at) = value.find(NAME) {
        let from = at + NAME.len();
        let len = value[from..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len() - from);
        return Some(from + len);
    }
    Some(value.find(['"', '\'', '`']).unwrap_or(value.trim_end().len()))
}
