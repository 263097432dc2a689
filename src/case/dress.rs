//! A request somewhere in a text: a log, a thread, the output of a tool, an object as a language prints it.
//!
//! ```text
//! trace     what curl --trace prints
//! dump      bytes in hex; packet takes the heads of IP and TCP off, message reads what is left
//! lines     heads line by line, each behind what a tool writes before it: `> `, a time, the name of a container
//! quoted    messages in one string literal, their line breaks escaped
//! pseudo    header lists of HTTP/2, whose first names begin with a colon
//! command   commands of the shell within a text: curl, HTTPie, wget
//! fields    objects, dictionaries and attributes, taken apart by literal
//! php       arrays as PHP prints them, for fields
//! sheet     lists of headers in lines that are written alike, or within a line, with method and URL around
//! calls     code that sets its headers one by one
//! url       presigned URLs in a sentence, a link, a log
//! ```
//!
//! Each reader says what it read and in which lines. None of them guesses: what has no method and target, or neither a signature nor
//! headers, is no request. A body that the text does not show is not taken for an empty one.

mod calls;
mod command;
mod dump;
mod fields;
mod lines;
mod literal;
mod message;
mod paper;
mod php;
mod pseudo;
mod quoted;
mod sheet;
mod trace;
mod url;

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::har::Entry;
use super::{Case, Format};
use crate::evidence::{self, Piece};
use crate::request::http::is_token_byte;
use crate::request::{Body, Header, Notice, Request};
use crate::scheme;
use crate::settings::Settings;
use paper::Paper;

/// Texts above this hold more requests than anybody reads: only their end is looked at.
const LIMIT: usize = 64 << 20;

/// Longer texts are read as they stand.
const LAYERED: usize = 4 << 20;

/// So many requests of one text can be chosen from.
const MOST: usize = 200;

/// A request that was found in a text.
struct Found {
    request: Request,
    settings: Settings,
    /// How it is written, as in `as curl -v prints it`.
    dress: &'static str,
    /// The lines that it was read from, the first being 1.
    lines: RangeInclusive<usize>,
    notices: Vec<Notice>,
}

impl Found {
    /// Whether something was taken that the text does not say; a reader that finds it said knows better.
    fn is_in_doubt(&self) -> bool {
        self.notices.iter().any(|notice| notice.0.starts_with(NO_METHOD))
    }
}

/// What a note begins with where a method was taken that the text does not show.
const NO_METHOD: &str = "There is no method:";

/// What a text shows of a body.
enum Shown {
    /// All of it.
    Whole(Vec<u8>),
    /// Nothing, or not enough.
    Missing,
}

impl Shown {
    /// The body of a request with this head. One that announces no body by its length or its type has none.
    fn body(self, head: &Request) -> Body {
        let names_a_type =
            head.header(b"content-type").is_some() || head.header(b"transfer-encoding").is_some();
        // Signers of GET name a type as well.
        let goes_without = [&b"GET"[..], b"HEAD", b"DELETE", b"OPTIONS"].contains(&&*head.method);
        let stated = head.content_length();
        match (self.measured(stated), stated) {
            (Self::Whole(bytes), _) => bytes.into(),
            (Self::Missing, Some(0)) => Body::default(),
            (Self::Missing, None) if goes_without || !names_a_type => Body::default(),
            (Self::Missing, len) => Body::pipe(len.unwrap_or_default()),
        }
    }

    /// As many bytes as there are said to be: white space behind them is that of the text. Fewer, or others, are not the body.
    fn measured(self, stated: Option<u64>) -> Self {
        match (self, stated.map(usize::try_from)) {
            (Self::Whole(mut bytes), Some(Ok(len)))
                if bytes.get(len..).is_some_and(|rest| rest.trim_ascii().is_empty()) =>
            {
                bytes.truncate(len);
                Self::Whole(bytes)
            }
            (Self::Whole(_), Some(_)) | (Self::Missing, _) => Self::Missing,
            (Self::Whole(bytes), None) => Self::Whole(bytes),
        }
    }
}

/// Every way of writing a request that is known, the one that keeps most of it first.
const READERS: [fn(&Paper<'_>) -> Vec<Found>; 11] = [
    trace::read,
    dump::read,
    lines::read,
    quoted::read,
    command::read,
    pseudo::read,
    fields::read,
    php::read,
    sheet::read,
    calls::read,
    url::read,
];

/// Adds every request in a text as it stands, each once.
fn find_in(text: &str, found: &mut Vec<Found>) {
    let paper = Paper::of(text);
    for read in READERS {
        let known = found.len();
        for one in read(&paper).into_iter().filter(|one| is_sound(&one.request)) {
            match found.iter().position(|other| is_same(other, &one)) {
                // A command above its own output shows the body.
                Some(at) if found[at].request.body.is_pipe() && !one.request.body.is_pipe() => {
                    found[at] = one;
                }
                Some(_) => {}
                // What signs a request signs no other, and lines hold one: the reader before knows better how it is written.
                None if let Some(at) = found[..known]
                    .iter()
                    .position(|other| has_signature_of(other, &one) || has_lines_of(other, &one)) =>
                {
                    if found[at].is_in_doubt() && !one.is_in_doubt() {
                        found[at] = one;
                    }
                }
                None if found.len() < MOST => found.push(one),
                None => return,
            }
        }
    }
}

/// Puts the host first among headers that name none.
fn put_host(headers: &mut Vec<Header>, host: impl Into<Vec<u8>>) {
    if !headers.iter().any(|header| header.is(b"host")) {
        headers.insert(0, Header::new("Host", host));
    }
}

/// The request in a text that is most likely meant, with the evidence beside it; `None` where there is none.
pub(super) fn read(text: &[u8]) -> Option<Case> {
    let text = &text[text.len().saturating_sub(LIMIT)..];
    // Nothing that is signed, or meant to be, goes without one of these.
    const MARKS: [&str; 4] = ["uthorization", "ignature", "-amz-", "-Amz-"];
    let is_marked = MARKS.iter().any(|mark| memchr::memmem::find(text, mark.as_bytes()).is_some());
    // A dump tears them apart.
    if !is_marked && !dump::is_in(text) {
        return None;
    }
    let text = String::from_utf8_lossy(text);
    let mut found = Vec::new();
    find_in(&text, &mut found);
    let is_signed = |one: &Found| is_signed(&one.request);
    // What is signed may stand in a string of JSON, in HTML, behind the names of containers.
    let mut layers = evidence::layers(&text).filter(|_| text.len() <= LAYERED);
    let mut view = Cow::Borrowed(&*text);
    while !found.iter().any(is_signed) {
        let Some(without) = layers.next() else { break };
        view = without(&view).into();
        find_in(&view, &mut found);
    }
    // A text full of requests that nobody signed is a log, or a manual.
    if found.iter().any(is_signed) {
        found.retain(is_signed);
    } else {
        let is_meant_to_be = |request: &Request| request.header(b"authorization").is_some();
        found.retain(|one| one.request.host().is_some() && is_meant_to_be(&one.request));
    }
    found.sort_by_key(|one| *one.lines.start());
    let index = likeliest(&found, &view)?;
    let entries: Vec<Entry> = match found.len() {
        1 => Vec::new(),
        _ => found.iter().map(Found::entry).collect(),
    };
    let count = found.len();
    // Lines of a text that was unwrapped are not those of the input.
    let is_as_given = matches!(view, Cow::Borrowed(_));
    let chosen = found.swap_remove(index);
    let mut notices = vec![Notice(chosen.words())];
    if count > 1 {
        let title = entries[index].title();
        let words = format!("The text holds {count} requests. This is number {}: {title}.", index + 1);
        notices.insert(0, Notice(words));
    }
    if chosen.request.body.is_pipe() {
        notices.push(Notice("The text does not show the body.".into()));
    }
    notices.extend(chosen.notices);
    let (mut request, evidence) = (chosen.request, beside(&text));
    notices.extend(take_host(&mut request, &evidence));
    Some(Case {
        request,
        settings: chosen.settings,
        format: Format::Dressed(chosen.dress),
        lines: is_as_given.then_some(chosen.lines),
        notices,
        evidence,
        entries,
        ..Case::default()
    })
}

/// The request that is most likely meant: the first that was refused, else the first that is no question of a browser.
fn likeliest(found: &[Found], text: &str) -> Option<usize> {
    let own = |one: &Found| one.request.method != b"OPTIONS";
    let lines: Vec<&str> = text.lines().collect();
    let is_refused = |at: &usize| {
        let end = found.get(at + 1).map_or(lines.len(), |next| next.lines.start() - 1);
        let answer = lines.get(*found[*at].lines.end()..end).unwrap_or_default();
        own(&found[*at]) && evidence::refuses(&answer[..answer.len().min(ANSWER)])
    };
    let refused = (0..found.len()).filter(|_| found.len() > 1).find(is_refused);
    refused.or_else(|| found.iter().position(own))
}

/// So many lines behind a request may hold its answer.
const ANSWER: usize = 60;

/// Takes the host from a canonical request in the same text, where the request itself does not show it.
fn take_host(request: &mut Request, evidence: &[Piece]) -> Option<Notice> {
    let texts = evidence.iter().filter_map(|piece| piece.canonical_request.as_deref());
    let mut lines = texts.flat_map(|text| text.split(|byte| *byte == b'\n'));
    let host = lines.find_map(|line| line.strip_prefix(b"host:")).filter(|_| request.host().is_none())?;
    request.headers.insert(0, Header::new("Host", host));
    Some(Notice("The host is that of the canonical request in the same text.".into()))
}

/// What an error or a log in the same text says. Headers of the request itself are no evidence.
pub(super) fn beside(text: &str) -> Vec<Piece> {
    let mut pieces = evidence::read(text.as_bytes()).unwrap_or_default();
    pieces.retain(|piece| piece.fragment.as_ref().is_none_or(|part| part.path.is_some()));
    pieces
}

impl Found {
    /// The same as one of several that can be chosen.
    fn entry(&self) -> Entry {
        Entry::alone(self.request.clone(), Format::Dressed(self.dress), vec![Notice(self.words())])
    }

    /// `Lines 3–11 were read: a request as curl -v prints it.`
    fn words(&self) -> String {
        let (first, last) = (self.lines.start(), self.lines.end());
        match first == last {
            true => format!("Line {first} was read: {}.", self.dress),
            false => format!("Lines {first}–{last} were read: {}.", self.dress),
        }
    }
}

/// Whether a head can be sent: a string literal may hold line breaks where no request does.
fn is_sound(request: &Request) -> bool {
    let line = [&request.method, &request.target, &request.version];
    let headers = request.headers.iter().flat_map(|header| [&header.name, &header.value]);
    let is_text = |text: &Vec<u8>| text.iter().all(|byte| !byte.is_ascii_control() || *byte == b'\t');
    let is_token = |text: &[u8]| !text.is_empty() && text.iter().copied().all(is_token_byte);
    is_token(&request.method)
        && matches!(request.target.first(), Some(b'/' | b'*' | b'?' | b'h'))
        && request.headers.iter().all(|header| is_token(&header.name))
        && line.into_iter().chain(headers).all(is_text)
}

/// Whether a request carries a signature, or what stands in the place of one.
fn is_signed(request: &Request) -> bool {
    scheme::claim(request).is_some() || scheme::foreign::named(request).is_some()
}

/// Whether two requests carry the same signature.
fn has_signature_of(one: &Found, other: &Found) -> bool {
    let [mine, others] = [one, other].map(|found| found.request.value(b"authorization"));
    mine.is_some() && mine == others
}

/// Whether a request was read from lines of a signed one, of which there are several.
fn has_lines_of(other: &Found, one: &Found) -> bool {
    let [first, last] = [other.lines.start(), other.lines.end()];
    let is_within = first <= one.lines.start() && one.lines.end() <= last;
    is_within && first < last && is_signed(&other.request)
}

/// Whether two readers read the same request.
fn is_same(one: &Found, other: &Found) -> bool {
    let (a, b) = (&one.request, &other.request);
    let [mine, others] = [a, b].map(|request| {
        let target = request.target();
        let query = target.query.map(|range| &request.target[range]);
        let [signature, date] = ["authorization", "x-amz-date"].map(|name| request.value(name.as_bytes()));
        (&request.method, &request.target[target.path], query, request.host(), signature, date)
    });
    mine == others
}
