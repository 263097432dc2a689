//! Lists of headers within one line: `Headers(Content-Type: application/json, Authorization: …)`, `map[Authorization:[…] …]`,
//! `{Content-Type: application/json}{Authorization: …}`.

use super::List;
use super::form::{signature_end, signed};
use crate::case::dress::paper::Paper;
use crate::request::Header;
use crate::request::http::is_token_byte;

/// What stands between two headers of such a list.
const SEPARATORS: [&str; 8] = ["\", \"", "', '", "}{", "] ", ", ", "; ", ",", " "];

/// In longer lines no list is looked for: each header is sought among all that follows.
const LONGEST: usize = 64 << 10;

/// What closes a list.
const CLOSERS: &str = ")]}>";

/// The list in the line with this place.
pub(super) fn list<'a>(paper: &Paper<'a>, place: usize) -> Option<List<'a>> {
    const NAME: &str = "uthorization";
    let line = paper.line(place).filter(|line| line.len() <= LONGEST)?;
    let start = line[..line.find(NAME)?].strip_suffix(['A', 'a'])?.len();
    let rest = &line[start + NAME.len() + 1..];
    let open = rest.find(|c: char| c.is_ascii_alphanumeric()).filter(|open| (1..=4).contains(open))?;
    let (between, value) = rest.split_at(open);
    let end = signature_end(value)?;
    let anchor = signed(&line[start..=start + NAME.len()], &value[..end])?;
    let behind = start + NAME.len() + 1 + open + end;
    let (before, after) = (&line[..start], &line[behind..]);
    // What stands on both sides, or on the one that has a header.
    let separator = *SEPARATORS.iter().find(|own| before.ends_with(**own) || after.starts_with(**own))?;
    let (mut headers, first) = backwards(before, between, separator);
    headers.push(anchor);
    let (more, end) = forwards(after, between, separator);
    headers.extend(more);
    let lines = [place, place + 1];
    let (before, behind) = (&line[..first], &after[end..]);
    (headers.len() > 1).then_some(List { headers, lines, prefixes: Vec::new(), before, behind })
}

/// The headers before the end of this text, and where the first begins.
fn backwards(text: &str, between: &str, separator: &str) -> (Vec<Header>, usize) {
    let (mut headers, mut first) = (Vec::new(), text.len());
    while let Some(rest) = text[..first].strip_suffix(separator) {
        let Some((start, at)) = name_before(rest, between) else { break };
        headers.insert(0, Header::new(&rest[start..at], rest[at + between.len()..].trim()));
        first = start;
    }
    (headers, first)
}

/// Where the last name stands that these signs follow.
fn name_before(text: &str, between: &str) -> Option<(usize, usize)> {
    text.rmatch_indices(between).find_map(|(at, _)| {
        let start = text[..at].bytes().rposition(|byte| !is_of_name(byte)).map_or(0, |at| at + 1);
        let is_first = text[..start].is_empty() || text[..start].ends_with(|c: char| " ([{,;\"'".contains(c));
        let is_whole = is_balanced(&text[at + between.len()..]);
        (is_first && is_whole && at > start + 1).then_some((start, at))
    })
}

/// Whether every bracket that opens in a value closes in it: else it is more than one.
fn is_balanced(value: &str) -> bool {
    let count = |signs: &str| value.matches(|c| signs.contains(c)).count();
    count("([{<") == count(CLOSERS)
}

/// The headers at the begin of this text, and where the list ends.
fn forwards(text: &str, between: &str, separator: &str) -> (Vec<Header>, usize) {
    let (mut headers, mut end) = (Vec::new(), 0);
    while let Some(rest) = text[end..].strip_prefix(separator) {
        let Some(at) = rest.find(between).filter(|at| *at > 1 && rest[..*at].bytes().all(is_of_name)) else {
            break;
        };
        if ["body", "data", "payload"].contains(&&*rest[..at].to_ascii_lowercase()) {
            break;
        }
        let value = &rest[at + between.len()..];
        let len = value_len(value, between, separator);
        headers.push(Header::new(&rest[..at], value[..len].trim()));
        end += separator.len() + at + between.len() + len;
    }
    (headers, end)
}

/// How long a value is: up to the next header, or to what closes the list.
fn value_len(value: &str, between: &str, separator: &str) -> usize {
    let next = value.match_indices(separator).find(|(at, _)| {
        let rest = &value[at + separator.len()..];
        rest.find(between).is_some_and(|at| at > 0 && rest[..at].bytes().all(is_of_name))
    });
    let closer = value.find(|c| CLOSERS.contains(c)).unwrap_or(value.len());
    next.map_or(closer, |(at, _)| at.min(closer))
}

fn is_of_name(byte: u8) -> bool {
    is_token_byte(byte) && !b"'*|`".contains(&byte)
}
