//! `x-amz-*`: names in lower case, sorted, values of repeated ones joined by commas, folded lines unfolded.
//!
//! A URL may carry them as parameters too: that is how a session token travels in one.

use std::borrow::Cow;

use super::form::Form;
use super::resource::write_decoded;
use crate::request::{Pair, Part, Request, Span};
use crate::scheme::Plus;
use crate::trace::writer::Copier;
use crate::trace::{Origin, Rule, Rules, Traced};

const PREFIX: &[u8] = b"x-amz-";

/// A value and where it stands.
enum Source {
    Header(usize),
    Pair(Pair),
}

struct Entry<'a> {
    name: Cow<'a, [u8]>,
    lower: Vec<u8>,
    place: usize,
    source: Source,
}

/// Whether the header of this name has a line. A URL has `Expires` in place of any date.
pub(super) fn is_signed(form: Form, name: &[u8]) -> bool {
    let prefixed = name.get(..PREFIX.len()).is_some_and(|head| head.eq_ignore_ascii_case(PREFIX));
    match form {
        Form::Header => prefixed,
        Form::Presigned => prefixed && !name.eq_ignore_ascii_case(b"x-amz-date"),
        Form::Api(_) | Form::Policy => false,
    }
}

// <CanonicalizedAmzHeaders>
pub(super) fn write(out: &mut Traced, request: &Request, form: Form, plus: Plus) {
    let entries = entries(request, form);
    let mut last = 0;
    for (index, entry) in entries.iter().enumerate() {
        let moved = if entry.place < last { Rule::Sorted.into() } else { Rules::NONE };
        last = last.max(entry.place);
        match index.checked_sub(1).map(|before| &entries[before]) {
            Some(before) if before.lower == entry.lower => {
                out.put(Origin::Scheme, Rule::Joined.into(), b",");
            }
            Some(_) | None => {
                let lower = if entry.lower == *entry.name { moved } else { moved.and(Rule::LowerCased) };
                out.put(entry.name_origin(), lower, &entry.lower);
                out.fixed(b":");
            }
        }
        match &entry.source {
            Source::Header(header) => write_value(out, *header, &request.headers[*header].value),
            Source::Pair(pair) => {
                let range = pair.value.clone().unwrap_or(pair.name.end..pair.name.end);
                write_decoded(out, &request.target, range, plus);
            }
        }
        if entries.get(index + 1).is_none_or(|next| next.lower != entry.lower) {
            out.fixed(b"\n");
        }
    }
}

impl Entry<'_> {
    fn name_origin(&self) -> Origin {
        Origin::Request(match &self.source {
            Source::Header(index) => Span::new(Part::HeaderName(*index as u32), 0..self.name.len()),
            Source::Pair(pair) => Span::new(Part::Target, pair.name.clone()),
        })
    }
}

/// Headers in the order sent, then parameters; sorted by name, those of one name stay in order.
fn entries(request: &Request, form: Form) -> Vec<Entry<'_>> {
    let headers = request.sent().map(|(index, header)| (&header.name[..], Source::Header(index)));
    let pairs = request.target().pairs(&request.target);
    let pairs = pairs.filter(|_| form == Form::Presigned);
    let pairs = pairs.map(|pair| (&request.target[pair.name.clone()], Source::Pair(pair)));
    let signed = headers.chain(pairs).filter(|(name, _)| is_signed(form, name)).enumerate();
    let mut entries: Vec<_> = signed
        .map(|(place, (name, source))| Entry {
            name: Cow::Borrowed(name),
            lower: name.to_ascii_lowercase(),
            place,
            source,
        })
        .collect();
    entries.sort_by(|a, b| a.lower.cmp(&b.lower));
    entries
}

/// A header value: white space at its ends left out, folded lines joined by a space; other runs of spaces stay.
pub(super) fn write_value(out: &mut Traced, index: usize, value: &[u8]) {
    let part = Part::HeaderValue(index as u32);
    let start = value.len() - value.trim_ascii_start().len();
    let end = start + value.trim_ascii().len();
    out.omit(part, 0..start, Rule::Trimmed);
    let mut copier = Copier::new(out, part, &value[..end], 0, Rules::NONE);
    copier.skip(start);
    let mut at = start;
    while let Some(space) = value[at..end].iter().position(u8::is_ascii_whitespace).map(|len| at + len) {
        let run = value[space..end].iter().take_while(|b| b.is_ascii_whitespace()).count();
        at = space + run;
        if value[space..at].contains(&b'\n') {
            copier.turn(space, at, b" ", Rule::Unfolded.into());
        }
    }
    copier.finish();
    out.omit(part, end..value.len(), Rule::Trimmed);
}
