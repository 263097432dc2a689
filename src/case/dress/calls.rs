//! Code that names each header in a call of its own, or in a list of texts: the snippets of Postman and DevTools, and what is written
//! like them in any language.
//!
//! ```text
//! req.Header.Add("X-Amz-Date", "20260115T093000Z")                    Go, C#, Java, OkHttp, PowerShell
//! request.addValue("20260115T093000Z", forHTTPHeaderField: "X-Amz-Date")   Swift
//! req["X-Amz-Date"] = "20260115T093000Z"                              Ruby
//! curl_slist_append(list, "X-Amz-Date: 20260115T093000Z")             libcurl, PHP
//! ['x-amz-date', '20260115T093000Z', …]                               undici, Erlang
//! ```
//!
//! The language is not known, and need not be: what counts are string literals and what stands between them. The call that sets
//! `Authorization` tells how headers are written here.
//!
//! Sources: the code generators of Postman (`postman-code-generators`), `curl --libcurl`.

mod parts;
mod tokens;

use super::paper::{Paper, header};
use super::{Found, MOST, is_signed};
use crate::request::http::is_token_byte;
use crate::request::{Header, Request};
use crate::settings::Settings;
use parts::Snippet;
use tokens::{Literal, literals};

/// So many bytes before and behind the header with the signature belong to one snippet at most.
const AROUND: usize = 16 << 10;

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let anchors: Vec<usize> = memchr::memmem::find_iter(paper.text.as_bytes(), "uthorization")
        .filter(|at| is_in_quotes(&paper.text[..*at]))
        .take(MOST)
        .collect();
    let mut found: Vec<Found> = Vec::new();
    for (place, at) in anchors.iter().enumerate() {
        // What belongs to the request before or behind is not of this one.
        let before = place.checked_sub(1).map_or(0, |before| anchors[before] + 1);
        let start = paper.text.floor_char_boundary(before.max(at.saturating_sub(AROUND)));
        let start = paper.start(paper.place(start) + usize::from(before > 0));
        let end = anchors.get(place + 1).map_or(paper.text.len(), |next| paper.start(paper.place(*next)));
        let end = paper.text.ceil_char_boundary(end.min(at + AROUND));
        if start < *at && *at < end {
            found.extend(one(paper, [start, *at, end]));
        }
    }
    found
}

/// Whether the word `authorization` whose first letter ends this text begins a string literal.
fn is_in_quotes(before: &str) -> bool {
    let before = before.strip_suffix(['A', 'a']).unwrap_or_default();
    before.ends_with(['"', '\'', '`'])
}

fn one(paper: &Paper<'_>, [start, at, end]: [usize; 3]) -> Option<Found> {
    let text = &paper.text[start..end];
    let literals = literals(text);
    let anchor =
        literals.iter().position(|literal| literal.start < at - start && at - start < literal.end)?;
    let form = Form::of(&literals, anchor)?;
    let listed = form.listed(text, &literals, anchor);
    let headers = listed.iter().map(|(_, header)| header.clone()).collect();
    let used: Vec<usize> = listed.iter().flat_map(|(at, _)| *at..*at + form.width()).collect();
    let snippet = Snippet { text, literals: &literals, used: &used };
    let (request, notices) = snippet.request(headers)?;
    let place =
        |literal: Option<&Literal>| literal.map_or(0, |literal| paper.place(start + literal.start) + 1);
    let [first, last] = snippet.span().map(|at| place(literals.get(at)));
    Some(Found {
        request,
        settings: Settings::default(),
        dress: "a request in code that sets its headers",
        lines: first..=last,
        notices,
    })
}

/// How code pairs the name and the value of a header.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    /// `"Name", "value"`
    NameFirst,
    /// `"value", … "Name"`
    ValueFirst,
    /// `"Name: value"`
    InOne,
}

impl Form {
    /// How the header with the signature is written.
    fn of(literals: &[Literal], anchor: usize) -> Option<Self> {
        [Self::NameFirst, Self::ValueFirst, Self::InOne].into_iter().find(|form| {
            let at = if *form == Self::ValueFirst { anchor.checked_sub(1) } else { Some(anchor) };
            at.and_then(|at| form.header(literals, at)).is_some_and(|header| {
                header.is(b"authorization")
                    && is_signed(&Request { headers: vec![header], ..Request::default() })
            })
        })
    }

    /// How many literals make a header.
    fn width(self) -> usize {
        match self {
            Self::NameFirst | Self::ValueFirst => 2,
            Self::InOne => 1,
        }
    }

    /// The header that begins with this literal.
    fn header(self, literals: &[Literal], at: usize) -> Option<Header> {
        let own = literals.get(at)?;
        let (name, value) = match self {
            Self::InOne => header(&own.text)?,
            Self::NameFirst => (&*own.text, &*literals.get(at + 1)?.text),
            Self::ValueFirst => (&*literals.get(at + 1)?.text, &*own.text),
        };
        let is_pair = self == Self::InOne || literals.get(at + 1)?.is_paired(self == Self::ValueFirst);
        let is_name = name.len() > 1 && name.trim_start_matches(':').bytes().all(is_token_byte);
        (is_pair && is_name).then(|| Header::new(name, value))
    }

    /// Every header that is written as the one with the signature is, and the literal that it begins with.
    fn listed(self, text: &str, literals: &[Literal], anchor: usize) -> Vec<(usize, Header)> {
        let anchor = if self == Self::ValueFirst { anchor - 1 } else { anchor };
        let caller = literals[anchor].caller(text);
        let is_alike = |at: usize| !caller.is_empty() && literals[at].caller(text) == caller;
        // In a list, nothing but signs stands between one header and the next.
        let follows = |at: usize| literals[at].caller(text).is_empty();
        let mut listed = Vec::new();
        let mut at = anchor;
        while at >= self.width()
            && (is_alike(at) || follows(at))
            && let Some(header) = self.header(literals, at - self.width())
        {
            at -= self.width();
            listed.insert(0, (at, header));
        }
        // Other calls may stand between.
        let mut before = 0;
        while !caller.is_empty() && before + self.width() <= at {
            match self.header(literals, before).filter(|_| is_alike(before)) {
                Some(header) => {
                    listed.push((before, header));
                    before += self.width();
                }
                None => before += 1,
            }
        }
        listed.sort_by_key(|(at, _)| *at);
        let (mut at, mut is_list) = (anchor, true);
        while at < literals.len() {
            let is_one = at == anchor || is_alike(at) || is_list && follows(at);
            match self.header(literals, at).filter(|_| is_one) {
                Some(header) => {
                    listed.push((at, header));
                    at += self.width();
                }
                None => {
                    is_list = false;
                    at += 1;
                }
            }
        }
        listed
    }
}
