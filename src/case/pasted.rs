//! A paste as it came, without its credentials, and the lines in it that were used.
//!
//! Readers tell the lines where they know them. A text that evidence quotes is found again by its words, in their order, for a paste
//! may escape, wrap or indent it; what is not found again is not marked.

mod words;

use std::ops::Range;

use super::file::variables;
use super::{Case, Format};
use crate::evidence::{Piece, Side};
use crate::redact;
use crate::secret::Secret;

/// Longer pastes are kept up to here: nobody scrolls further.
const LIMIT: usize = 1 << 20;

/// As much is looked at beyond the limit, so that no credential is kept in part.
const BEYOND: usize = 64 << 10;

/// A paste, fit to be shown.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Pasted {
    text: Vec<u8>,
    parts: Vec<Used>,
}

/// Whole lines of a paste that were used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Used {
    /// Where they stand in the text.
    pub range: Range<usize>,
    /// The first line and the last, the first of all being 1.
    pub lines: (usize, usize),
    /// What they are a part of.
    pub of: PartOf,
    /// What they were read as.
    pub what: String,
}

/// What a part of a paste belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PartOf {
    /// The request.
    Request,
    /// What one side says.
    Evidence(Side),
}

impl Used {
    /// `lines 3–11: a request as curl -v prints it`.
    pub fn words(&self) -> String {
        match self.lines {
            (first, last) if first == last => format!("line {first}: {}", self.what),
            (first, last) => format!("lines {first}–{last}: {}", self.what),
        }
    }
}

impl Pasted {
    /// Keeps a paste that was read as `case`; `secrets` are those that are known.
    pub fn of<'a>(text: &str, case: &Case, secrets: impl Iterator<Item = &'a Secret>) -> Self {
        let text = &text[..text.ceil_char_boundary(text.len().min(LIMIT + BEYOND))];
        let mut text = std::borrow::Cow::Borrowed(text);
        for secret in secrets {
            text = redact::without(&text, secret).into_owned().into();
        }
        let mut hidden = hidden(&text);
        let mut end = text.floor_char_boundary(text.len().min(LIMIT));
        end = hidden.iter().find(|range| range.contains(&end)).map_or(end, |range| range.start);
        hidden.retain(|range| range.end <= end);
        let text = &text.as_bytes()[..end];
        let found = found_in(text, case);
        let parts = found.into_iter().map(|(range, of, what)| {
            let lines = (line_at(text, range.start), line_at(text, range.end.max(range.start + 1) - 1));
            let range = shifted(range.start, &hidden)..shifted(range.end, &hidden);
            Used { range, lines, of, what }
        });
        let parts = in_order(parts.collect());
        Self { parts, text: redact::replaced(text, &hidden) }
    }

    /// The same paste, read as another case.
    #[must_use]
    pub fn read_as(&self, case: &Case) -> Self {
        let parts = found_in(&self.text, case).into_iter().map(|(range, of, what)| {
            let lines =
                (line_at(&self.text, range.start), line_at(&self.text, range.end.max(range.start + 1) - 1));
            Used { range, lines, of, what }
        });
        Self { parts: in_order(parts.collect()), text: self.text.clone() }
    }

    /// The text, with credentials replaced.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// What was used, from top to bottom.
    pub fn parts(&self) -> &[Used] {
        &self.parts
    }

    /// The part that stands at a place; of several the shortest.
    pub fn part_at(&self, at: usize) -> Option<&Used> {
        let here = self.parts.iter().filter(|part| part.range.contains(&at));
        here.min_by_key(|part| part.range.len())
    }
}

/// Where credentials stand, also those that a name stands for elsewhere.
fn hidden(text: &str) -> Vec<Range<usize>> {
    let mut hidden = redact::hidden(text.as_bytes());
    for value in variables::credentials(text) {
        hidden.extend(text.match_indices(&*value).map(|(at, value)| at..at + value.len()));
    }
    redact::merged(hidden)
}

/// Parts from top to bottom, the longer first.
fn in_order(mut parts: Vec<Used>) -> Vec<Used> {
    parts.sort_by_key(|part| (part.range.start, std::cmp::Reverse(part.range.end)));
    parts
}

/// A place in the original text, what it belongs to, and what it was read as.
type Found = (Range<usize>, PartOf, String);

fn found_in(text: &[u8], case: &Case) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    if let Some(range) = request_in(text, case) {
        found.push((range, PartOf::Request, case.format.name().to_owned()));
    }
    for piece in &case.evidence {
        for (quoted, what) in quotes(piece) {
            let of = PartOf::Evidence(piece.side);
            // The same text may be quoted by both sides, one below the other.
            let taken = |range: &Range<usize>| found.iter().any(|(other, is, _)| other == range && *is != of);
            let mut from = 0;
            let place = loop {
                let Some(place) = words::place(&text[from..], &quoted) else { break None };
                let lines = whole_lines(text, from + place.start..from + place.end);
                if !taken(&lines) {
                    break Some(lines);
                }
                from = lines.end;
            };
            found.extend(place.map(|range| (range, of, what)));
        }
    }
    found
}

/// Where the request stands.
fn request_in(text: &[u8], case: &Case) -> Option<Range<usize>> {
    match (case.format, &case.lines) {
        (Format::Evidence, _) => None,
        (Format::Dressed(_), Some(lines)) => {
            let breaks = || memchr::memchr_iter(b'\n', text);
            let start =
                lines.start().checked_sub(2).map_or(Some(0), |nth| breaks().nth(nth).map(|at| at + 1))?;
            let end = breaks().nth(lines.end().saturating_sub(1)).unwrap_or(text.len());
            Some(start..end.max(start))
        }
        (Format::Dressed(_), None) => {
            let place = words::place(text, &case.request.target)?;
            Some(whole_lines(text, place))
        }
        (Format::Raw | Format::DotHttp | Format::Curl | Format::Url | Format::Har, _) => {
            Some(0..text.trim_ascii_end().len())
        }
    }
}

/// The texts that a piece of evidence quotes, and what each is.
fn quotes(piece: &Piece) -> Vec<(Vec<u8>, String)> {
    let whose = match piece.side {
        Side::Signer => " of the signer",
        Side::Server => " of the server",
        Side::Unknown => "",
    };
    let bytes = |text: &Option<String>| text.as_ref().map(|text| text.clone().into_bytes());
    let part = piece.fragment.as_ref().map(|part| {
        let lines = [&part.method, &part.path, &part.query].into_iter().flatten().cloned();
        let headers = part.headers.iter().map(|(name, value)| format!("{name}:{value}"));
        lines.chain(headers).collect::<Vec<_>>().join("\n").into_bytes()
    });
    let says = piece.gate.map_or("what the server says", |gate| gate.means.trim_end_matches('.'));
    let message = bytes(&piece.message).or_else(|| bytes(&piece.code));
    let all = [
        (piece.canonical_request.clone(), format!("canonical request{whose}")),
        (piece.string_to_sign.clone(), format!("string to sign{whose}")),
        (bytes(&piece.canonical_hash), format!("hash of the canonical request{whose}")),
        (message, says.to_owned()),
        (part, format!("a part of what was signed{}", whose.replace(" of", ", by"))),
    ];
    all.into_iter().filter_map(|(text, what)| Some((text?, what))).collect()
}

fn whole_lines(text: &[u8], range: Range<usize>) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &text[..range.start]).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &text[range.end..]).map_or(text.len(), |at| range.end + at);
    start..end
}

/// The number of the line that holds a place.
fn line_at(text: &[u8], at: usize) -> usize {
    1 + memchr::memchr_iter(b'\n', &text[..at.min(text.len())]).count()
}

/// Where a place is once credentials are replaced.
fn shifted(at: usize, hidden: &[Range<usize>]) -> usize {
    let mut moved = at;
    for range in hidden.iter().take_while(|range| range.start < at) {
        let is_within = at < range.end;
        let gone = if is_within { at - range.start } else { range.len() };
        let put = if is_within { 0 } else { redact::placeholder(range.len()).len() };
        moved = moved + put - gone;
    }
    moved
}

#[cfg(test)]
mod tests;
