//! Canonical requests and strings to sign in running text, by their shape.

use memchr::memmem::Finder;

use crate::canon::payload::is_hex_digest;
use crate::request::http::METHODS;
use crate::scheme::layout::{self, Line};
use crate::scheme::{self, PLANNED};

/// A text that was found, and the lines that it stands in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Found {
    /// Which of the two.
    pub(super) kind: Kind,
    /// The text.
    pub(super) text: String,
    /// Its first line.
    pub(super) start: usize,
    /// The line after its last.
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Request,
    String,
}

/// The method of CodeCommit, which nothing else has.
const GIT: &str = "GIT";

/// Whether a word is a method that is signed.
pub(crate) fn is_method(word: &str) -> bool {
    word == GIT || METHODS.contains(&word)
}

/// The first lines of strings to sign: names of schemes, and what AWS writes for chunks.
const OF_CHUNKS: [&str; 2] = ["AWS4-HMAC-SHA256-PAYLOAD", "AWS4-HMAC-SHA256-TRAILER"];

fn algorithms() -> impl Iterator<Item = &'static str> {
    PLANNED.iter().filter_map(|scheme| Some(scheme.family()?.algorithm)).chain(OF_CHUNKS)
}

/// The lines of the strings to sign that begin with this word.
fn lines_of(algorithm: &str) -> &'static [Line] {
    let family = scheme::named(algorithm).and_then(|scheme| scheme.family());
    family.map_or(layout::CHAINED.string, |family| family.layout.string)
}

/// A line without what quotes or frames it: `> `, `│`, white space at its ends.
pub(super) fn bare(line: &str) -> &str {
    // A blank line that is quoted is `>` alone.
    line.trim_matches(|c: char| c.is_whitespace() || "│┃".contains(c)).trim_start_matches('>').trim_start()
}

/// Every canonical request and string to sign among these lines.
pub(super) fn all(lines: &[&str]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    // Most lines of a log hold no algorithm.
    let mark = Finder::new("-SHA256");
    while at < lines.len() {
        let string = || mark.find(lines[at].as_bytes()).and_then(|_| string(lines, at));
        match request(lines, at).or_else(string) {
            Some(text) => {
                at = text.end;
                found.push(text);
            }
            None => at += 1,
        }
    }
    found
}

/// The word at the end of a line that is one, where nothing but a quote or a sign stands before it.
fn last_word(line: &str, is_one: impl Fn(&str) -> bool) -> Option<&str> {
    let word = end_of(line)?;
    is_one(word).then_some(word)
}

fn end_of(line: &str) -> Option<&str> {
    line.rsplit(|c: char| c.is_whitespace() || "'\"[`:=(".contains(c)).next()
}

/// What ends a text in a log: a quotation mark, a bracket, a comma.
fn before_quote(line: &str) -> &str {
    let end = line.find(['\'', '"', ']', '`', '<', ' ', ',']).unwrap_or(line.len());
    &line[..end]
}

fn request(lines: &[&str], at: usize) -> Option<Found> {
    let method = last_word(bare(lines[at]), is_method)?;
    let path = bare(lines.get(at + 1)?);
    if !path.starts_with('/') {
        return None;
    }
    let (mut text, mut next) = (format!("{method}\n{path}\n"), at + 2);
    let query = bare(lines.get(next)?);
    // The line of the query may be missing, but never holds a header.
    if !is_header(query) {
        text.push_str(query);
        next += 1;
    }
    text.push('\n');
    while let Some(line) = lines.get(next).map(|line| bare(line)).filter(|line| is_header(line)) {
        text.push_str(line);
        text.push('\n');
        next += 1;
    }
    // Chat tools drop blank lines.
    if lines.get(next).is_some_and(|line| bare(line).is_empty()) {
        next += 1;
    }
    let names = bare(lines.get(next)?);
    // A blank line too many is damage; the hash tells that it does not belong there.
    let is_blank = lines.get(next + 1).is_some_and(|line| bare(line).is_empty());
    next += usize::from(is_blank);
    let payload = before_quote(bare(lines.get(next + 1)?));
    let is_list =
        !names.is_empty() && names.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_;:.".contains(&b));
    let is_payload = is_hex_digest(payload.as_bytes())
        || payload == "UNSIGNED-PAYLOAD"
        || payload.starts_with("STREAMING-");
    (is_list && is_payload).then(|| Found {
        kind: Kind::Request,
        text: format!("{text}\n{names}\n{payload}"),
        start: at,
        end: next + 2,
    })
}

/// Whether a line is `name:value` with a name in lower case.
pub(super) fn is_header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
    })
}

fn string(lines: &[&str], at: usize) -> Option<Found> {
    let first = bare(lines[at]);
    if let Some(text) = folded_string(first) {
        return Some(Found { kind: Kind::String, text, start: at, end: at + 1 });
    }
    let algorithm = end_of(first).filter(|word| algorithms().any(|known| known == *word))?;
    let (mut text, own) = (algorithm.to_owned(), lines_of(algorithm));
    for (place, line) in own.iter().enumerate().skip(1) {
        let written = bare(lines.get(at + place)?);
        let written = if *line == Line::RequestHash { before_quote(written) } else { written };
        if !fits(*line, written) {
            return None;
        }
        text.push('\n');
        text.push_str(written);
    }
    // A dump of an object goes on in the same line.
    let last = own.len() - 1;
    let goes_on = last_word(bare(lines[at + last]), is_method).is_some();
    let end = at + if goes_on { last } else { last + 1 };
    Some(Found { kind: Kind::String, text, start: at, end })
}

/// Whether a line may be this one of a string to sign.
fn fits(line: Line, text: &str) -> bool {
    match line {
        Line::Algorithm => true,
        Line::Timestamp => text.len() <= 20 && text.bytes().all(|b| b.is_ascii_alphanumeric()),
        Line::Scope => text.split('/').count() >= 3,
        Line::RequestHash => is_hex_digest(text.as_bytes()),
    }
}

/// A string to sign whose line breaks became spaces: none of its lines holds one.
pub(super) fn folded_string(line: &str) -> Option<String> {
    // Most lines of a log hold nothing of the kind.
    memchr::memmem::find(line.as_bytes(), b"-SHA256")?;
    let at = algorithms().filter_map(|name| line.find(&format!("{name} "))).min()?;
    // The name of one may end as that of another does.
    let before = line[..at].char_indices().rev().find(|(_, c)| !(c.is_ascii_alphanumeric() || *c == '-'));
    let at = before.map_or(0, |(place, character)| place + character.len_utf8());
    let words: Vec<&str> = line[at..].split(' ').take(4).collect();
    let [algorithm, date, scope, hash] = words[..] else { return None };
    let hash = hash.get(..64)?;
    let has_form = fits(Line::Timestamp, date) && scope.contains('/') && is_hex_digest(hash.as_bytes());
    has_form.then(|| format!("{algorithm}\n{date}\n{scope}\n{hash}"))
}

/// A canonical request whose line breaks became spaces; values of headers may hold spaces of their own.
pub(super) fn unfolded_request(text: &str) -> Option<String> {
    let words: Vec<&str> = text.trim().split(' ').collect();
    let (method, path) = (words.first()?, words.get(1)?);
    if !is_method(method) || !path.starts_with('/') {
        return None;
    }
    let mut rest = &words[2..];
    let query = rest.first().filter(|word| !is_header(word)).copied();
    rest = if query.is_some() { &rest[1..] } else { rest };
    let mut lines = vec![(*method).to_owned(), (*path).to_owned(), query.unwrap_or_default().to_owned()];
    let (payload, rest) = rest.split_last()?;
    let (names, rest) = rest.split_last()?;
    for word in rest.strip_suffix(&[""]).unwrap_or(rest) {
        match is_header(word) {
            true => lines.push((*word).to_owned()),
            false => {
                let last = lines.last_mut()?;
                last.push(' ');
                last.push_str(word);
            }
        }
    }
    lines.extend([String::new(), (*names).to_owned(), (*payload).to_owned()]);
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = "GET\n/a\nb=c\nhost:h\nx-amz-date:20260115T093000Z\n\nhost;x-amz-date\n\
                           e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn a_character_of_several_bytes_before_an_algorithm_is_no_trouble() {
        let line = "A\u{fffd}S4-HMAC-SHA256 20150830T123600Z 20150830/us-east-1/iam/aws4_request x";
        assert_eq!(folded_string(line), None);
    }

    #[test]
    fn finds_texts_in_a_log() {
        let log = format!("DEBUG signer - AWS4 Canonical Request: '\"{REQUEST}\"\nmore\n");
        let lines: Vec<&str> = log.lines().collect();
        let found = all(&lines);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text, REQUEST);
        let quoted = REQUEST.lines().map(|line| format!("> {line}\n")).collect::<String>();
        assert_eq!(all(&quoted.lines().collect::<Vec<_>>())[0].text, REQUEST);
    }

    #[test]
    fn unfolds_what_was_folded() {
        let folded = REQUEST.replace('\n', " ");
        assert_eq!(unfolded_request(&folded).as_deref(), Some(REQUEST));
        let with_spaces = REQUEST.replace("host:h", "host:h\nx-a:one two");
        assert_eq!(unfolded_request(&with_spaces.replace('\n', " ")).as_deref(), Some(&*with_spaces));
    }
}
