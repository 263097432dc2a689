//! Slashes and dots: escaped, doubled, resolved, left out.

use super::form::{EscapedSlash, Form, Normal, put, put_form, put_sent, put_strange};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{Escapes, replaced};
use crate::diagnose::change::Change;
use crate::diagnose::draft::Slot;
use crate::scheme::NormalizePath;

pub(super) fn slash_encoded(g: &mut Gen<'_, '_>) {
    let canonical = g.draft.of_base(Slot::PATH).to_vec();
    let all = replaced(&canonical, b"/", b"%2F");
    put(g, &all, "all of them");
    if canonical.first() == Some(&b'/') {
        let first = [b"/", &*replaced(&canonical[1..], b"/", b"%2F")].concat();
        put(g, &first, "all but the first");
        if let Some(bucket) = memchr::memchr(b'/', &canonical[1..]).map(|len| len + 2) {
            let key = [&canonical[..bucket], &replaced(&canonical[bucket..], b"/", b"%2F")].concat();
            put(g, &key, "all behind the bucket");
        }
    }
    put(g, &replaced(&canonical, b"/", b"%2f"), "all of them, in lower case");
    put(g, &replaced(&canonical, b"/", b"%252F"), "all of them, twice");
}

pub(super) fn slash_kept(g: &mut Gen<'_, '_>) {
    if memchr::memmem::find(&g.facts.path().to_ascii_uppercase(), b"%2F").is_none() {
        return;
    }
    let kept = EscapedSlash::Kept;
    put_form(g, "", |form| Form { slash: kept, ..form });
    let lower = |form: Form| Form { slash: kept, escapes: Escapes { lower: true, ..form.escapes }, ..form };
    put_form(g, "with lower-case hex digits", lower);
}

pub(super) fn slash_decoded(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    for from in [&b"%2F"[..], b"%2f"] {
        let other = replaced(&path, from, b"/");
        put_sent(g, &other, "%2F as /");
    }
    let canonical = g.draft.of_base(Slot::PATH).to_vec();
    for (from, to) in [
        (&b"%2F"[..], &b"/"[..]),
        (b"%252F", b"%2F"),
        (b"%252F", b"/"),
        (b"%252f", b"%2f"),
        (b"%2F", b"%252F"),
    ] {
        put(
            g,
            &replaced(&canonical, from, to),
            format!("{} as {}", String::from_utf8_lossy(from), String::from_utf8_lossy(to)),
        );
    }
}

pub(super) fn normalised(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.normalize_path == NormalizePath::On {
        return;
    }
    // Slashes alone are mostly doubled by joining two parts of a URL.
    put_form(g, "repeated slashes and dot segments", |form| Form { normal: Normal::Whole, ..form });
    put_strange(g, "repeated slashes alone", |form| Form { normal: Normal::Slashes, ..form });
    put_form(g, "dot segments alone", |form| Form { normal: Normal::Dots, ..form });
}

pub(super) fn slash_joined(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    if g.facts.terms.dialect.normalize_path == NormalizePath::On {
        return;
    }
    for at in memchr::memmem::find_iter(&path, b"//").take(PLACES) {
        let single = [&path[..at], &path[at + 1..]].concat();
        put_sent(g, &single, format!("signed as {}", String::from_utf8_lossy(&single)));
    }
    if path.ends_with(b"/") && path.len() > 1 {
        return;
    }
    let joined = replaced(&path, b"//", b"/");
    put_sent(g, &joined, format!("signed as {}", String::from_utf8_lossy(&joined)));
}

/// At so many places of a path something may have been taken out.
const PLACES: usize = 24;

pub(super) fn resolved_in_transit(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.normalize_path == NormalizePath::On {
        return;
    }
    // The server sees what is left; what was taken out is one of few things at one of few places.
    let path = g.facts.path().to_vec();
    let slashes: Vec<usize> = memchr::memchr_iter(b'/', &path).take(PLACES).collect();
    for at in &slashes {
        for gone in [&b"/"[..], b"/.", b"/..", b"//"] {
            let whole = [&path[..*at], gone, &path[*at..]].concat();
            put_sent(g, &whole, format!("signed as {}", String::from_utf8_lossy(&whole)));
        }
    }
    slashes_resolved_in_transit(g, &path, &slashes);
}

/// What merges slashes merges them wherever they are repeated: at several places of the path at once.
fn slashes_resolved_in_transit(g: &mut Gen<'_, '_>, path: &[u8], slashes: &[usize]) {
    let pairs =
        slashes.iter().enumerate().flat_map(|(place, a)| slashes[place + 1..].iter().map(|b| vec![*a, *b]));
    let all = slashes.to_vec();
    // The first one and the last one are mostly no joints of two parts.
    let inner = slashes.get(1..).unwrap_or_default().to_vec();
    let but_the_last = inner.iter().copied().filter(|at| at + 1 < path.len()).collect();
    for places in pairs.chain([all, inner, but_the_last]) {
        if g.is_over() {
            return;
        }
        if places.len() > 1 {
            let whole = doubled(path, &places);
            let words = format!("signed as {}", String::from_utf8_lossy(&whole));
            put_sent(g, &whole, words).map(Change::alone);
        }
    }
}

/// The path with the slashes at these places doubled.
fn doubled(path: &[u8], places: &[usize]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len() + places.len());
    for (at, byte) in path.iter().enumerate() {
        out.extend(places.contains(&at).then_some(b'/'));
        out.push(*byte);
    }
    out
}

pub(super) fn not_normalised(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.normalize_path == NormalizePath::Off {
        return;
    }
    for (normal, words) in [
        (Normal::No, "neither"),
        (Normal::Dots, "repeated slashes kept"),
        (Normal::Slashes, "dot segments kept"),
    ] {
        put_form(g, words, |form| Form { normal, ..form });
    }
}

pub(super) fn empty(g: &mut Gen<'_, '_>) {
    let canonical = g.draft.of_base(Slot::PATH).to_vec();
    if let Some(rest) = canonical.strip_prefix(b"/") {
        put(g, rest, if rest.is_empty() { "empty" } else { "without its first slash" });
        put(g, b"", "empty");
        put(g, b"/", "/ alone");
    }
}

pub(super) fn trailing_slash(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    match path.strip_suffix(b"/") {
        Some(without) if !without.is_empty() => {
            put_sent(g, without, "signed without it, sent with it");
        }
        Some(_) | None => {}
    }
    if !path.ends_with(b"/") {
        put_sent(g, &[&*path, b"/"].concat(), "signed with it, sent without it");
    }
}
