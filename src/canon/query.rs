//! The canonical query string: each name and value in the one canonical encoding, then sorted by name and value.
//!
//! Sorting comes after encoding, and compares names before values, so `a-b` and `a` do not change places with what
//! follows their `=`. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::ops::Range;

use super::encode::{Slash, recode};
use crate::request::{Part, Span, Target};
use crate::scheme::Plus;
use crate::trace::writer::{Copier, Run};
use crate::trace::{Origin, Rule, Rules, Traced};

/// A pair as encoded, waiting to be sorted.
struct Encoded {
    run: Run,
    name: Range<usize>,
    value: Range<usize>,
    written: usize,
}

// <CanonicalQueryString>
pub(crate) fn write_query(out: &mut Traced, source: &[u8], target: &Target, plus: Plus) {
    let Some(query) = &target.query else { return };
    let mut scratch = Traced::with_capacity(query.len() + query.len() / 2);
    let mut pairs = encode_pairs(&mut scratch, source, target, plus);
    pairs.sort_by(|a, b| {
        let key = |pair: &Encoded| (&scratch.bytes[pair.name.clone()], &scratch.bytes[pair.value.clone()]);
        key(a).cmp(&key(b))
    });
    for (place, pair) in pairs.iter().enumerate() {
        if place > 0 {
            out.fixed(b"&");
        }
        let rules = if pair.written == place { Rules::NONE } else { Rule::Sorted.into() };
        out.append(&scratch, &pair.run, rules);
    }
}

fn encode_pairs(out: &mut Traced, source: &[u8], target: &Target, plus: Plus) -> Vec<Encoded> {
    let mut pairs = Vec::new();
    let mut at = target.query.as_ref().map_or(0, |query| query.start);
    for (written, pair) in target.pairs(source).enumerate() {
        let mark = out.mark();
        // More than the one `&` before a pair: nothing stood between them.
        let dropped = if written == 0 { at..pair.name.start } else { at + 1..pair.name.start };
        out.omit(Part::Target, dropped, Rule::EmptyPairDropped);
        at = pair.range().end;
        let name = encode_one(out, source, pair.name.clone(), plus);
        let value = match pair.value {
            Some(value) => {
                let equals = Span::new(Part::Target, pair.name.end..value.start);
                out.put(Origin::Request(equals), Rules::NONE, b"=");
                encode_one(out, source, value, plus)
            }
            None => {
                out.put(Origin::Scheme, Rule::EqualsAdded.into(), b"=");
                out.mark().0..out.mark().0
            }
        };
        pairs.push(Encoded { run: out.since(mark), name, value, written });
    }
    pairs
}

fn encode_one(out: &mut Traced, source: &[u8], range: Range<usize>, plus: Plus) -> Range<usize> {
    let start = out.mark().0;
    let text = &source[range.clone()];
    let mut copier = Copier::new(out, Part::Target, text, range.start, Rules::NONE);
    recode(&mut copier, text, 0..text.len(), Slash::Encoded, plus);
    copier.finish();
    start..out.mark().0
}

#[cfg(test)]
mod tests {
    use super::*;

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
