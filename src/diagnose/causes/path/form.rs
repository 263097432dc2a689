//! A path written in another form, and how a change of it is put into the draft.

use crate::canon::encode::escape;
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::Escapes;
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;
use crate::scheme::{EncodePath, NormalizePath, PathEnd};

/// One way to write the canonical path.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) normal: Normal,
    pub(super) times: EncodePath,
    pub(super) escapes: Escapes,
    pub(super) slash: EscapedSlash,
    pub(super) end: PathEnd,
}

/// What becomes of `%2F` where the path is encoded once.
#[derive(Clone, Copy)]
pub(super) enum EscapedSlash {
    /// It is one of the slashes of the key.
    Decoded,
    /// It stays an escape.
    Kept,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Normal {
    No,
    Whole,
    Slashes,
    Dots,
}

impl Form {
    pub(super) fn of(g: &Gen<'_, '_>) -> Self {
        let dialect = &g.facts.terms.dialect;
        let normal = match dialect.normalize_path {
            NormalizePath::On => Normal::Whole,
            NormalizePath::Off => Normal::No,
            NormalizePath::Slashes => Normal::Slashes,
        };
        let (times, end) = (dialect.encode_path, dialect.path_end);
        Self { normal, times, escapes: Escapes::RIGHT, slash: EscapedSlash::Decoded, end }
    }

    /// The path of a request in its canonical form, with the bucket that only the host names before it.
    pub(super) fn canonical(&self, g: &Gen<'_, '_>, path: &[u8]) -> Vec<u8> {
        match &g.facts.terms.bucket {
            Some(bucket) => [b"/", &*bucket.text, &self.write(path)].concat(),
            None => self.write(path),
        }
    }

    pub(super) fn write(&self, path: &[u8]) -> Vec<u8> {
        let path = normalized(path, self.normal);
        let (mut out, mut at) = (Vec::with_capacity(path.len() * 2), 0);
        if self.times == EncodePath::AsSent {
            (out, at) = (path.clone(), path.len());
        }
        while at < path.len() {
            let escaped = escape(&path[at..]).filter(|_| self.times == EncodePath::Once);
            match (escaped, path[at]) {
                (Some(b'/'), _) => out.extend_from_slice(match (self.slash, self.escapes.lower) {
                    (EscapedSlash::Decoded, _) => b"/",
                    (EscapedSlash::Kept, true) => b"%2f",
                    (EscapedSlash::Kept, false) => b"%2F",
                }),
                (Some(byte), _) => self.escapes.push(&mut out, byte),
                (None, b'/') => out.push(b'/'),
                (None, byte) => self.escapes.push(&mut out, byte),
            }
            at += if escaped.is_some() { 3 } else { 1 };
        }
        if self.end == PathEnd::Slash && out.last() != Some(&b'/') {
            out.push(b'/');
        }
        out
    }
}

pub(super) fn normalized(path: &[u8], how: Normal) -> Vec<u8> {
    if how == Normal::No {
        return path.to_vec();
    }
    let mut kept: Vec<&[u8]> = Vec::new();
    let segments: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    let last = segments.len() - 1;
    for (place, segment) in segments.into_iter().enumerate().skip(1) {
        match (segment, how) {
            (b"", Normal::Whole | Normal::Slashes) if place < last => {}
            (b".", Normal::Whole | Normal::Dots) if place < last => {}
            (b"..", Normal::Whole | Normal::Dots) => {
                kept.pop();
                if place == last {
                    kept.push(b"");
                }
            }
            (b".", Normal::Whole | Normal::Dots) => kept.push(b""),
            _ => kept.push(segment),
        }
    }
    [b"/", &*kept.join(&b'/')].concat()
}

/// The base form with something else, as a change of the path.
pub(super) fn put(g: &mut Gen<'_, '_>, path: &[u8], detail: impl Into<String>) {
    if g.is_request() && !g.is_over() {
        g.put(Slot::PATH, path, detail);
    }
}

pub(super) fn put_form(g: &mut Gen<'_, '_>, detail: &str, change: impl Fn(Form) -> Form) {
    let form = change(Form::of(g));
    let path = form.canonical(g, g.facts.path());
    put(g, &path, detail);
}

/// The same, of two mistakes that come together: simpler changes come first.
pub(super) fn put_strange(g: &mut Gen<'_, '_>, detail: &str, change: impl Fn(Form) -> Form) {
    let form = change(Form::of(g));
    let path = form.canonical(g, g.facts.path());
    if let (true, Some(change)) = (g.is_request(), g.put(Slot::PATH, &path, detail)) {
        change.strange();
    }
}

/// The path as the request line would have it for `signed` to be its canonical form, with the query that is there.
pub(super) fn target(g: &Gen<'_, '_>, path: &[u8]) -> Edit {
    let request = g.facts.request;
    let range = request.target().path;
    let (before, after) = (&request.target[..range.start], &request.target[range.end..]);
    Edit::Target([before, path, after].concat())
}

/// A path that another one was made of on the way.
pub(super) fn put_sent<'g>(
    g: &'g mut Gen<'_, '_>,
    path: &[u8],
    detail: impl Into<String>,
) -> Option<&'g mut Change> {
    if !g.is_request() || g.is_over() {
        return None;
    }
    let canonical = Form::of(g).canonical(g, path);
    let edit = target(g, path);
    Some(g.put(Slot::PATH, &canonical, detail)?.edit(edit))
}
