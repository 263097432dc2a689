//! One of the two files, read line by line.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::Property;
use crate::credentials::environment::Kind;

/// A section as it stands in one file.
pub(super) struct Section {
    pub(super) header: Header,
    pub(super) properties: BTreeMap<String, Property>,
}

#[derive(Eq, PartialEq)]
pub(super) enum Header {
    /// `[default]` in the config file.
    BareDefault,
    Profile(String),
    /// Sessions, services, and names that do not count in this file.
    Other,
}

/// The property that deeper lines belong to.
struct Open {
    indent: usize,
    /// Its name, when they continue its value. An empty value opens a block, such as that of `s3 =`: the lines in it are
    /// properties of their own, and not the profile's.
    continued: Option<String>,
}

/// What is wrong with a line.
#[derive(Clone, Copy)]
pub(super) struct Fault {
    pub(super) expected: &'static str,
    pub(super) found: &'static str,
}

const NOT_TEXT: Fault = Fault { expected: "UTF-8 text", found: "other bytes" };

const NO_SECTION: Fault = Fault { expected: "a section such as `[default]`", found: "a line before any" };

const OPEN_HEADER: Fault = Fault { expected: "a section in brackets", found: "no `]` at its end" };

const NO_EQUALS: Fault = Fault { expected: "`name = value`", found: "no `=`" };

const NO_NAME: Fault = Fault { expected: "`name = value`", found: "no name" };

const SPACE: [char; 2] = [' ', '\t'];

const COMMENT: [char; 2] = ['#', ';'];

/// The sections of a file in order; an error comes with its line, counted from one.
pub(super) fn parse(content: &[u8], kind: Kind) -> Result<Vec<Section>, (usize, Fault)> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut parser = Parser { kind, sections: Vec::new(), open: None };
    for (index, line) in content.split(|byte| *byte == b'\n').enumerate() {
        let text = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)).map_err(|_| NOT_TEXT);
        text.and_then(|text| parser.line(text)).map_err(|fault| (index + 1, fault))?;
    }
    Ok(parser.sections)
}

struct Parser {
    kind: Kind,
    sections: Vec<Section>,
    open: Option<Open>,
}

impl Parser {
    fn line(&mut self, line: &str) -> Result<(), Fault> {
        let text = line.trim_start_matches(SPACE);
        let indent = line.len() - text.len();
        let text = text.trim_end_matches(SPACE);
        if text.is_empty() || text.starts_with(COMMENT) {
            return Ok(());
        }
        match self.open.take_if(|open| indent > open.indent) {
            Some(open) => self.continuation(open, text),
            None if text.starts_with('[') => self.section(text),
            None => self.property(text, indent),
        }
    }

    fn section(&mut self, text: &str) -> Result<(), Fault> {
        let header = header(text, self.kind)?;
        self.sections.push(Section { header, properties: BTreeMap::new() });
        self.open = None;
        Ok(())
    }

    fn property(&mut self, text: &str, indent: usize) -> Result<(), Fault> {
        let section = self.sections.last_mut().ok_or(NO_SECTION)?;
        let (name, value) = pair(text)?;
        let continued = (!value.is_empty()).then(|| name.clone());
        if is_identifier(&name) {
            let value = Zeroizing::new(value.to_owned());
            section.properties.insert(name, Property { value, file: self.kind });
        }
        self.open = Some(Open { indent, continued });
        Ok(())
    }

    fn continuation(&mut self, open: Open, text: &str) -> Result<(), Fault> {
        match &open.continued {
            None => _ = pair(text)?,
            Some(name) => {
                let section = self.sections.last_mut();
                if let Some(property) = section.and_then(|section| section.properties.get_mut(name)) {
                    // A string that grows would leave its old bytes behind.
                    property.value = Zeroizing::new([property.value.as_str(), "\n", text].concat());
                }
            }
        }
        self.open = Some(open);
        Ok(())
    }
}

/// Reads `[name]` and what may follow it.
fn header(text: &str, kind: Kind) -> Result<Header, Fault> {
    let (inside, after) = text[1..].split_once(']').ok_or(OPEN_HEADER)?;
    let after = after.trim_start_matches(SPACE);
    if !after.is_empty() && !after.starts_with(COMMENT) {
        return Err(OPEN_HEADER);
    }
    let inside = inside.trim_matches(SPACE);
    let named = match kind {
        Kind::Config if inside == "default" => return Ok(Header::BareDefault),
        Kind::Config => inside.strip_prefix("profile").filter(|name| name.starts_with(SPACE)),
        Kind::Credentials => Some(inside),
    };
    Ok(named.and_then(|named| name(named.trim_matches(SPACE))).map_or(Header::Other, Header::Profile))
}

/// The name of a profile: an identifier, or any text in quotes, as the command line writes names with spaces.
fn name(text: &str) -> Option<String> {
    let quoted = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let fits = match quoted {
        Some(inside) => !inside.is_empty() && !inside.contains(char::is_control),
        None => is_identifier(text),
    };
    fits.then(|| quoted.unwrap_or(text).to_owned())
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c))
}

/// Name in lower case and value of `name = value # comment`; a comment needs white space before it.
fn pair(text: &str) -> Result<(String, &str), Fault> {
    let comment = text.match_indices(COMMENT).map(|(at, _)| at).find(|at| text[..*at].ends_with(SPACE));
    let (name, value) = text[..comment.unwrap_or(text.len())].split_once('=').ok_or(NO_EQUALS)?;
    let name = name.trim_matches(SPACE).to_ascii_lowercase();
    if name.is_empty() { Err(NO_NAME) } else { Ok((name, value.trim_matches(SPACE))) }
}
