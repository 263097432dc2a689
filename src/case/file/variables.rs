//! Variables of `.http` files: what `@name = value` and an `http-client.env.json` put in the place of `{{name}}`.
//!
//! Sources: REST Client (a definition is a whole line before a request; white space around its value is left out; of two of one name the
//! first holds; values may name others) and JetBrains' HTTP Client (the same lines; environments are objects by their names, and
//! go before what the file defines). REST Client keeps environments in its settings, below one name, and there the file goes first.

mod environment;

use std::collections::{BTreeMap, BTreeSet};

use crate::redact;
use crate::request::Notice;
use crate::visible;
use environment::{Environments, Precedence, SHARED};

/// Longer texts are no files that somebody wrote, and none grows beyond.
const LIMIT: usize = 1 << 20;

/// So deep are names within the values of names. Those that lead back to themselves have no value.
const DEEP: usize = 8;

/// A text with values in the place of names, and what is said of it.
pub(in crate::case) struct Filled {
    /// The text, as many lines as before.
    pub(in crate::case) text: Vec<u8>,
    /// Which names were filled in, and which cannot be.
    pub(in crate::case) notices: Vec<Notice>,
}

/// Fills in what a text defines; `None` where it has no name that it gives a value to.
pub(in crate::case) fn fill(text: &[u8]) -> Option<Filled> {
    let is_plain = text.len() > LIMIT || memchr::memmem::find(text, b"{{").is_none();
    let text = std::str::from_utf8(text).ok().filter(|_| !is_plain)?;
    let (mut filled, environments) = Environments::cut(text);
    let conflicts = environments.conflicts(&filled);
    let mut own = BTreeMap::new();
    for (name, value) in definitions(&filled) {
        own.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    let (variables, mut used) = (Variables { own, environments }, Used::new());
    let mut rounds = 0..DEEP;
    while let Some((next, names)) = variables.put_into(&filled).filter(|(_, names)| !names.is_empty()) {
        rounds.next().filter(|_| next.len() <= LIMIT)?;
        for (from, names) in names {
            used.entry(from).or_default().extend(names);
        }
        filled = next;
    }
    let is_as_before = used.is_empty() && conflicts.is_empty();
    let notices = used.iter().filter_map(|(from, names)| told(from, names)).chain(conflicts).collect();
    (!is_as_before).then(|| Filled { text: filled.into_bytes(), notices })
}

/// The values in a text, or parts of them, that stand for credentials once they are filled in.
pub(in crate::case) fn credentials(text: &str) -> Vec<String> {
    /// What is shorter tells nothing, and stands in many places.
    const SHORTEST: usize = 4;
    let Some(Filled { text: filled, .. }) = fill(text.as_bytes()) else { return Vec::new() };
    let hidden: Vec<&[u8]> = redact::hidden(&filled).into_iter().map(|range| &filled[range]).collect();
    let (rest, environments) = Environments::cut(text);
    let values = definitions(&rest).map(|(_, value)| value).chain(environments.all());
    let parts = values.flat_map(runs).filter(|run| run.name.is_none() && run.text.len() >= SHORTEST);
    let is_hidden = |run: &Run<'_>| {
        hidden.iter().any(|credential| memchr::memmem::find(credential, run.text.as_bytes()).is_some())
    };
    parts.filter(is_hidden).map(|run| run.text.to_owned()).collect()
}

/// Whether a text defines variables before its first request.
pub(in crate::case) fn are_in(text: &[u8]) -> bool {
    let near = &text[..text.len().min(LIMIT)];
    definitions(&String::from_utf8_lossy(near)).next().is_some()
}

/// Whether a line defines a variable, as in `@host = example.com`.
pub(super) fn is_definition(line: &[u8]) -> bool {
    std::str::from_utf8(line).is_ok_and(|line| definition(line).is_some())
}

/// `` `host` and `token` were filled in from … ``
fn told(from: &str, names: &BTreeSet<String>) -> Option<Notice> {
    let quoted: Vec<String> = names.iter().map(|name| shown(name)).collect();
    let (last, first) = quoted.split_last()?;
    Some(Notice(match first {
        [] => format!("{last} was filled in from {from}."),
        [..] => format!("{} and {last} were filled in from {from}.", first.join(", ")),
    }))
}

/// A name as sentences show it.
fn shown(name: &str) -> String {
    format!("`{}`", visible::one_line(name.as_bytes()))
}

/// Name and value of a line that defines a variable.
fn definition(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim_start().strip_prefix('@')?.split_once('=')?;
    let name = name.trim_end();
    let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
    is_name.then(|| (name, value.trim()))
}

/// What a file defines, before its first request, after each separator, and where a thread begins to quote it. A body may hold lines
/// that look the same.
fn definitions(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut is_before_request = true;
    text.lines().filter_map(move |line| {
        let defined = definition(line).filter(|_| is_before_request);
        let is_comment = ["#", "//"].iter().any(|mark| line.trim_start().starts_with(mark));
        is_before_request = ["###", "```"].iter().any(|mark| line.starts_with(mark))
            || is_before_request && (defined.is_some() || is_comment || line.trim().is_empty());
        defined
    })
}

/// Everything that has a value.
struct Variables {
    own: BTreeMap<String, String>,
    environments: Environments,
}

/// Which names were filled in, by where their values stood.
type Used = BTreeMap<String, BTreeSet<String>>;

impl Variables {
    /// The text with values for names, in which other names may stand; `None` where it grows without measure.
    fn put_into(&self, text: &str) -> Option<(String, Used)> {
        let (mut out, mut used) = (String::with_capacity(text.len()), Used::new());
        for run in runs(text) {
            let value = run.name.and_then(|name| Some((name, self.value(name)?)));
            out.push_str(value.as_ref().map_or(run.text, |(_, (value, _))| value));
            if let Some((name, (_, from))) = value {
                used.entry(from).or_default().insert(name.to_owned());
            }
            if out.len() > LIMIT {
                return None;
            }
        }
        Some((out, used))
    }

    /// A value as it is written, and where.
    fn value(&self, name: &str) -> Option<(&str, String)> {
        let own = || Some((self.own.get(name)?.as_str(), "the `@` lines of the file".to_owned()));
        let others = || {
            let (value, from) = self.environments.value(name)?;
            Some((value, format!("the environment {}", shown(from))))
        };
        match self.environments.precedence {
            Precedence::OverFile => others().or_else(own),
            Precedence::UnderFile => own().or_else(others),
        }
    }
}

/// A run of a text: a name in braces, or what stands between two of them.
struct Run<'a> {
    text: &'a str,
    name: Option<&'a str>,
}

/// The runs of a text, in their order.
fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find("{{").unwrap_or(rest.len());
        let (end, name) = match rest.get(start + 2..).filter(|_| start == 0) {
            None => (start, None),
            // What is no name stays, from its first brace on.
            Some(inner) => name_at(inner).map_or((1, None), |name| (2 + name.len() + 2, Some(name.trim()))),
        };
        let (text, after) = rest.split_at(end);
        rest = after;
        (!text.is_empty()).then_some(Run { text, name })
    })
}

/// What stands in braces that were opened here: a name, or one of the environment that all share.
fn name_at(text: &str) -> Option<&str> {
    const LONGEST: usize = 100;
    let near = &text[..text.floor_char_boundary(LONGEST)];
    let (whole, _) = near.split_once("}}")?;
    let name = whole.trim();
    let name = name.strip_prefix(SHARED).map_or(name, str::trim_start);
    let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || "{}\"".contains(c));
    is_name.then_some(whole)
}

#[cfg(test)]
mod tests;
