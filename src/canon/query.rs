//! The canonical query string: each name and value in the one canonical encoding, then sorted by name and value.
//!
//! Sorting comes after encoding, and compares names before values, so `a-b` and `a` do not change places with what
//! follows their `=`. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use super::encode::{Slash, recode};
use crate::request::{Pair, Part, Target};
use crate::scheme::Plus;
use crate::trace::writer::{Copier, Run};
use crate::trace::{Origin, Rule, Rules, Traced};

/// A pair as encoded, waiting to be sorted.
struct Encoded {
    run: Run,
    name_end: usize,
}

/// What pairs are sorted by: the head of the name decides nearly always.
struct SortKey {
    head: u64,
    written: u32,
}

// <CanonicalQueryString>
pub(crate) fn write_query(out: &mut Traced, source: &[u8], target: &Target, plus: Plus) {
    let Some(query) = &target.query else { return };
    let mut scratch = Traced::with_capacity(query.len() + query.len() / 2);
    let pairs = encode_pairs(&mut scratch, source, target, plus);
    for (place, key) in sorted(&scratch, &pairs).into_iter().enumerate() {
        if place > 0 {
            out.fixed(b"&");
        }
        let written = key.written as usize;
        let rules = if written == place { Rules::NONE } else { Rule::Sorted.into() };
        out.append(&scratch, &pairs[written].run, rules);
    }
}

fn sorted(text: &Traced, pairs: &[Encoded]) -> Vec<SortKey> {
    let name = |at: u32| &text.bytes[pairs[at as usize].run.bytes.start..pairs[at as usize].name_end];
    let value = |at: u32| &text.bytes[pairs[at as usize].name_end + 1..pairs[at as usize].run.bytes.end];
    let mut keys: Vec<_> =
        (0..pairs.len() as u32).map(|written| SortKey { head: head(name(written)), written }).collect();
    keys.sort_unstable_by(|a, b| {
        let rest = || {
            (name(a.written), value(a.written), a.written).cmp(&(
                name(b.written),
                value(b.written),
                b.written,
            ))
        };
        a.head.cmp(&b.head).then_with(rest)
    });
    keys
}

/// The first eight bytes as a number in byte order; what is missing counts as zero.
fn head(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let len = text.len().min(8);
    bytes[..len].copy_from_slice(&text[..len]);
    u64::from_be_bytes(bytes)
}

fn encode_pairs(out: &mut Traced, source: &[u8], target: &Target, plus: Plus) -> Vec<Encoded> {
    let mut pairs = Vec::with_capacity(16);
    let mut at = target.query.as_ref().map_or(0, |query| query.start);
    for pair in target.pairs(source) {
        let mark = out.mark();
        // More than the one `&` before a pair: nothing stood between them.
        let dropped = if pairs.is_empty() { at..pair.name.start } else { at + 1..pair.name.start };
        out.omit(Part::Target, dropped, Rule::EmptyPairDropped);
        at = pair.range().end;
        let name_end = encode_pair(out, source, &pair, plus);
        pairs.push(Encoded { run: out.since(mark), name_end });
    }
    pairs
}

/// Writes `name=value` and returns where the name ends.
fn encode_pair(out: &mut Traced, source: &[u8], pair: &Pair, plus: Plus) -> usize {
    let range = pair.range();
    let text = &source[range.clone()];
    let name = pair.name.len();
    let mut copier = Copier::new(out, Part::Target, text, range.start, Rules::NONE);
    recode(&mut copier, text, 0..name, Slash::Encoded, plus);
    let name_end = copier.written(name);
    if pair.value.is_some() {
        recode(&mut copier, text, name + 1..text.len(), Slash::Encoded, plus);
    }
    copier.finish();
    if pair.value.is_none() {
        out.put(Origin::Scheme, Rule::EqualsAdded.into(), b"=");
    }
    name_end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Span;

    fn query(source: &str) -> String {
        let mut out = Traced::default();
        write_query(&mut out, source.as_bytes(), &Target::of(source.as_bytes()), Plus::Space);
        String::from_utf8(out.bytes().to_vec()).unwrap()
    }

    #[test]
    fn sorts_after_encoding() {
        assert_eq!(
            query("/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1"),
            "%E1%88%B4=Value1&Param=Value2&Param-3=Value3"
        );
        assert_eq!(query("/?params[page]=1&params=2&paramsa=3"), "params=2&params%5Bpage%5D=1&paramsa=3");
    }

    #[test]
    fn compares_names_before_values() {
        assert_eq!(query("/?select-type=2&select="), "select=&select-type=2");
        assert_eq!(query("/?a=2&b=1&a=1"), "a=1&a=2&b=1");
    }

    #[test]
    fn a_name_alone_gets_its_equals() {
        assert_eq!(query("/?uploads"), "uploads=");
        assert_eq!(query("/?a&&b=&=c"), "=c&a=&b=");
        assert_eq!(query("/?"), "");
        assert_eq!(query("/"), "");
    }

    #[test]
    fn tells_what_moved_and_what_was_added() {
        let source = b"/?b&a=1";
        let mut out = Traced::default();
        write_query(&mut out, source, &Target::of(source), Plus::Space);
        assert_eq!(out.bytes(), b"a=1&b=");
        assert_eq!(out.source_of(0), Some(Span::new(Part::Target, 4..5)));
        assert!(out.piece_at(0).unwrap().1.rules.has(Rule::Sorted));
        assert!(out.piece_at(5).unwrap().1.rules.has(Rule::EqualsAdded));
        assert_eq!(out.source_of(5), None);
    }
}
