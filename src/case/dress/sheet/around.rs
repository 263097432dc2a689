//! What stands around a list of headers: method and URL, and the body.

use crate::case::dress::Shown;
use crate::case::dress::fields::query;
use crate::case::dress::lines::{Prefix, is_end, unmeasured};
use crate::case::dress::literal;
use crate::case::dress::paper::Paper;
use crate::case::url;
use crate::request::Request;
use crate::request::http::METHODS;

/// So many lines above a list are looked at.
const ABOVE: usize = 40;

/// So many below.
const BELOW: usize = 8;

/// So far apart stand a method and the URL that belongs to it.
const APART: usize = 6;

/// A list of headers and the text that it stands in.
pub(super) struct Around<'a> {
    pub(super) paper: &'a Paper<'a>,
    /// The lines that may belong to the request: behind the list before, up to the next.
    pub(super) bounds: [usize; 2],
    pub(super) lines: [usize; 2],
    pub(super) prefixes: &'a [&'a str],
    pub(super) before: &'a str,
    pub(super) behind: &'a str,
}

/// Where a request goes to.
pub(super) struct Call {
    pub(super) method: String,
    pub(super) host: Option<String>,
    pub(super) target: String,
    /// The line that says so.
    pub(super) line: usize,
}

/// A body, and the number of the line that it ends in.
pub(super) struct Body {
    pub(super) text: String,
    pub(super) line: usize,
}

impl Around<'_> {
    /// Method and URL: on the line of the list, above it, or below.
    pub(super) fn call(&self) -> Option<Call> {
        let [first, last] = self.lines;
        if let Some(call) = call(self.before) {
            return Some(Call { line: first, ..call });
        }
        let above = (self.bounds[0].max(first.saturating_sub(ABOVE))..first).rev();
        let below = last..self.bounds[1].min(last + BELOW);
        let in_line = |at: usize| Some(Call { line: at, ..call(self.paper.line(at)?)? });
        above
            .clone()
            .find_map(in_line)
            .or_else(|| self.apart(above))
            .or_else(|| below.clone().find_map(in_line))
    }

    /// Method and URL in lines of their own.
    fn apart(&self, mut above: impl Iterator<Item = usize>) -> Option<Call> {
        let (at, url) = above.find_map(|at| Some((at, absolute_url(self.paper.line(at)?)?)))?;
        let (host, target) = url::split(url)?;
        let near = (0..APART).flat_map(|by| [at.checked_sub(by), Some(at + by)]).flatten();
        let mut near = near.filter(|at| (self.bounds[0]..self.lines[0]).contains(at));
        let method = near.find_map(|at| words(self.paper.line(at)?).find(|word| METHODS.contains(word)))?;
        Some(Call { method: method.to_owned(), host: Some(host), target, line: at })
    }

    /// The body, where the text shows it: behind a word for it, or right behind the list.
    pub(super) fn body(&self, head: &Request, call: usize) -> Option<Body> {
        if let Some(text) = [self.behind, self.before].iter().find_map(|text| labelled(text, head)) {
            return Some(Body { text, line: self.lines[1] });
        }
        let below = self.lines[1]..self.bounds[1].min(self.lines[1] + BELOW);
        let above = call + 1..self.lines[0];
        self.below_label(below.clone(), head).or_else(|| self.below_label(above, head)).or_else(|| {
            let first = below.clone().find(|at| !self.line(*at).trim().is_empty())?;
            let is_json = self.line(first).starts_with(['{', '[']);
            (is_json || head.content_length().is_some()).then(|| self.measured(first, head)).flatten()
        })
    }

    /// The type that an entity of Akka names beside the headers: `HttpEntity.Strict(application/json,…)`.
    pub(super) fn entity_type(&self) -> Option<&str> {
        let (_, rest) = self.behind.split_once(".Strict(")?;
        rest.split_once(',').map(|(kind, _)| kind)
    }

    /// The parameters that version 1 of the AWS SDK for Java logs beside the headers, `Parameters: ({"Action":["ListUsers"]}`, as they
    /// are sent.
    pub(super) fn parameters(&self) -> Option<String> {
        let (_, rest) = self.before.split_once("Parameters: (")?;
        let members = literal::read(rest).members;
        members.iter().find(|member| member.key.is_none()).and_then(|member| query(&member.value))
    }

    fn below_label(&self, mut places: impl Iterator<Item = usize>, head: &Request) -> Option<Body> {
        const LABELS: [&str; 8] = [
            "body",
            "requestbody",
            "bodystart",
            "postdata",
            "requestdata",
            "data",
            "payload",
            "requestpayload",
        ];
        places.find_map(|at| {
            let line = self.line(at);
            let plain: String = line.chars().filter(char::is_ascii_alphanumeric).collect();
            if LABELS.contains(&&*plain.to_ascii_lowercase()) {
                return self.measured(at + 1, head);
            }
            labelled(line, head).map(|text| Body { text, line: at + 1 })
        })
    }

    /// As much of the text from this line on as is the body.
    fn measured(&self, first: usize, head: &Request) -> Option<Body> {
        let stated = head.content_length().and_then(|len| usize::try_from(len).ok());
        let (mut text, mut at) = (String::new(), first);
        while at < self.bounds[1] && at < self.paper.len() {
            let line = self.line(at);
            let is_enough = stated.is_some_and(|len| text.len() >= len);
            if is_enough || is_end(line) || stated.is_none() && line.trim().is_empty() {
                break;
            }
            let between = if at > first { "\n" } else { "" };
            text.push_str(between);
            text.push_str(line);
            at += 1;
        }
        let text = match stated {
            Some(len) => text.get(..len).filter(|_| text[len..].trim().is_empty())?.to_owned(),
            None => of_type(head, &text)?,
        };
        (!text.is_empty()).then(|| Body { line: first + 1 + text.matches('\n').count(), text })
    }

    /// A line without what the list has before its lines.
    fn line(&self, at: usize) -> &str {
        let line = self.paper.line(at).unwrap_or_default();
        let stripped = self.prefixes.iter().filter(|prefix| !prefix.is_empty()).find_map(|own| {
            // Frames that are drawn have other signs at the side of a body.
            let is_frame = own.trim().chars().count() == 1 && !own.trim().is_ascii();
            let framed =
                || line.trim_start().trim_start_matches(|c: char| ('\u{2500}'..'\u{2580}').contains(&c));
            match is_frame {
                true => Some(framed().strip_prefix(' ').unwrap_or(framed())),
                false => Prefix(own).strip_line(line),
            }
        });
        stripped.unwrap_or(line)
    }
}

/// As much of a text as the type of the body explains.
fn of_type(head: &Request, text: &str) -> Option<String> {
    match unmeasured(head, text.trim_end())? {
        Shown::Whole(bytes) => String::from_utf8(bytes).ok(),
        Shown::Missing => None,
    }
}

/// A body in a line behind a word for it: `Body: …`, `body="…"`, `string: …`.
fn labelled(line: &str, head: &Request) -> Option<String> {
    const LABELS: [&str; 8] = [
        "body: ",
        "body=\"",
        "body=",
        "string: ",
        "raw: ",
        "data: ",
        "payload: ",
        "strict(application/json,",
    ];
    let lower = line.to_ascii_lowercase();
    LABELS.iter().find_map(|label| {
        let at = lower.find(label)?;
        let is_apart = !lower[..at].ends_with(|c: char| c.is_alphanumeric());
        let text = line[at + label.len()..].trim_start_matches('`');
        (is_apart && text.starts_with(['{', '['])).then(|| of_type(head, text)).flatten()
    })
}

/// Method and URL that stand side by side in a line.
fn call(line: &str) -> Option<Call> {
    METHODS.iter().find_map(|method| {
        line.match_indices(method).find_map(|(at, _)| {
            let (before, rest) = (&line[..at], &line[at + method.len()..]);
            let is_apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
            if !is_apart(before.chars().next_back()) || !is_apart(rest.chars().next()) {
                return None;
            }
            let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '/');
            // An object that prints itself closes the URL with a comma.
            let closes = |behind: &&str| line[at + method.len()..].starts_with(*behind);
            let is_in_object = line[..at].ends_with(['(', '[', '{']) && [",", "),"].iter().any(closes);
            let end = |c: char| c.is_whitespace() || "\"'`<>".contains(c) || is_in_object && c == ',';
            let word = &rest[..rest.find(end).unwrap_or(rest.len())];
            let behind = rest[word.len()..].trim_start_matches(['"', '\'']).trim_start();
            target(word, behind).map(|(host, target)| Call {
                method: (*method).to_owned(),
                host,
                target,
                line: 0,
            })
        })
    })
}

/// Host and target of a URL, or of a path that a version follows.
fn target(word: &str, behind: &str) -> Option<(Option<String>, String)> {
    if word.starts_with("http://") || word.starts_with("https://") {
        let (host, target) = url::split(word.trim_end_matches([',', ';', ')']))?;
        // Some write host and path as words of their own.
        let path = behind.split_whitespace().next().filter(|path| path.starts_with('/') && target.len() <= 1);
        return Some((Some(host), path.map_or(target, str::to_owned)));
    }
    (word.starts_with('/') && behind.starts_with("HTTP/")).then(|| (None, word.to_owned()))
}

/// The absolute URL in a line.
fn absolute_url(line: &str) -> Option<&str> {
    let start = ["https://", "http://"].iter().filter_map(|scheme| line.find(scheme)).min()?;
    let rest = &line[start..];
    let end = rest.find(|c: char| c.is_whitespace() || "\"'`<>".contains(c)).unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches([',', ';', ')', '.']))
}

/// The words of a line, without the signs around them.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}
