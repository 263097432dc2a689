//! The canonical query string: each name and value in the one canonical encoding, then sorted by name and value.
//!
//! Sorting comes after encoding, and compares names before values, so `a-b` and `a` do not change places with what
//! follows their `=`. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use super::encode::{RESERVED, Slash, recode};
use super::reading::{Dialect, QueryForm};
use super::term::AddedPair;
use crate::request::{Pair, Part, Span, Target};
use crate::trace::writer::{Copier, Run};
use crate::trace::{Origin, Rule, Rules, Traced};

/// A pair as encoded, waiting to be sorted.
struct Encoded {
    run: Run,
    name_end: usize,
}

impl Encoded {
    fn name<'t>(&self, text: &'t Traced) -> &'t [u8] {
        &text.bytes[self.run.bytes.start..self.name_end]
    }

    /// What follows the `=`, where there is one.
    fn value<'t>(&self, text: &'t Traced) -> &'t [u8] {
        text.bytes[self.name_end..self.run.bytes.end].get(1..).unwrap_or_default()
    }
}

/// What pairs are sorted by: the head of the name decides nearly always.
struct SortKey {
    head: u64,
    written: u32,
}

/// What signing changes about the query of a presigned URL.
#[derive(Clone, Copy)]
pub(crate) struct QueryChange<'a> {
    /// Names of parameters that take no part.
    pub(crate) left_out: &'a [&'a str],
    /// Parameters that are added; those of the same name give way.
    pub(crate) added: &'a [AddedPair],
}

impl QueryChange<'_> {
    /// The query as it stands.
    #[cfg(test)]
    pub(crate) const NONE: Self = Self { left_out: &[], added: &[] };

    /// Whether the parameter of this name takes no part, or gives way.
    pub(crate) fn drops(&self, name: &[u8]) -> bool {
        let mut names = self.left_out.iter().copied().chain(self.added.iter().map(|pair| pair.name.as_str()));
        names.any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
    }
}

// <CanonicalQueryString>, of the query in a target or of a body that is laid out as one
pub(crate) fn write_query(
    out: &mut Traced,
    (part, source): (Part, &[u8]),
    target: &Target,
    dialect: &Dialect,
    change: QueryChange<'_>,
) {
    if let (QueryForm::AsSent, Some(query)) = (dialect.query, &target.query) {
        let origin = Origin::Request(Span::new(part, query.clone()));
        return out.put(origin, Rules::NONE, &source[query.clone()]);
    }
    let len = target.query.as_ref().map_or(0, std::ops::Range::len) + 64 * change.added.len();
    if len == 0 {
        return;
    }
    let mut scratch = Traced::with_capacity(len + len / 2);
    let (mut pairs, rest) = encode_pairs(&mut scratch, (part, source), target, dialect, change);
    let signed = change.added.iter().filter(|pair| !change.left_out.contains(&pair.name.as_str()));
    pairs.extend(signed.map(|pair| encode_added(&mut scratch, pair, dialect.query)));
    for (place, key) in sorted(&scratch, &pairs, dialect.query).into_iter().enumerate() {
        if place > 0 {
            out.fixed(b"&");
        }
        let written = key.written as usize;
        let rules = if written == place { Rules::NONE } else { Rule::Sorted.into() };
        out.append(&scratch, &pairs[written].run, rules);
    }
    out.append(&scratch, &rest, Rules::NONE);
}

/// The pairs in the order in which they are signed.
fn sorted(text: &Traced, pairs: &[Encoded], form: QueryForm) -> Vec<SortKey> {
    match form {
        QueryForm::Canonical | QueryForm::BareWhenEmpty | QueryForm::WithoutBare | QueryForm::AsSent => {
            sorted_encoded(text, pairs)
        }
        QueryForm::SortedDecoded => sorted_decoded(text, pairs),
    }
}

fn sorted_decoded(text: &Traced, pairs: &[Encoded]) -> Vec<SortKey> {
    let decoded = |text: &[u8]| percent_encoding::percent_decode(text).collect::<Vec<u8>>();
    let mut keys: Vec<_> = (0..pairs.len() as u32).map(|written| SortKey { head: 0, written }).collect();
    keys.sort_by_cached_key(|key| {
        let pair = &pairs[key.written as usize];
        (decoded(pair.name(text)), decoded(pair.value(text)), key.written)
    });
    keys
}

fn sorted_encoded(text: &Traced, pairs: &[Encoded]) -> Vec<SortKey> {
    let name = |at: u32| pairs[at as usize].name(text);
    let value = |at: u32| pairs[at as usize].value(text);
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

fn encode_pairs(
    out: &mut Traced,
    (part, source): (Part, &[u8]),
    target: &Target,
    dialect: &Dialect,
    change: QueryChange<'_>,
) -> (Vec<Encoded>, Run) {
    let mut pairs = Vec::with_capacity(16);
    let mut mark = out.mark();
    let mut at = target.query.as_ref().map_or(0, |query| query.start);
    for pair in target.pairs(source) {
        // More than the one `&` before a pair: nothing stood between them.
        let dropped = if pairs.is_empty() { at..pair.name.start } else { at + 1..pair.name.start };
        out.omit(part, dropped, Rule::EmptyPairDropped);
        at = pair.range().end;
        if change.drops(&source[pair.name.clone()]) {
            out.omit(part, pair.range(), Rule::LeftOut);
            continue;
        }
        if pair.value.is_none() && dialect.query == QueryForm::WithoutBare {
            out.omit(part, pair.range(), Rule::BareDropped);
            continue;
        }
        let name_end = encode_pair(out, (part, source), &pair, dialect);
        pairs.push(Encoded { run: out.since(mark), name_end });
        mark = out.mark();
    }
    // What was left out after the last pair stands behind none.
    (pairs, out.since(mark))
}

/// Writes `name=value` and returns where the name ends.
fn encode_pair(out: &mut Traced, (part, source): (Part, &[u8]), pair: &Pair, dialect: &Dialect) -> usize {
    let plus = dialect.plus;
    let is_bare_when_empty = dialect.query == QueryForm::BareWhenEmpty;
    let range = pair.range();
    let text = &source[range.clone()];
    let name = pair.name.len();
    let mut copier = Copier::new(out, part, text, range.start, Rules::NONE);
    recode(&mut copier, text, 0..name, Slash::Encoded, plus);
    let name_end = copier.written(name);
    match &pair.value {
        Some(value) if value.is_empty() && is_bare_when_empty => {
            copier.omit(name, text.len(), Rule::EqualsDropped);
        }
        Some(_) => recode(&mut copier, text, name + 1..text.len(), Slash::Encoded, plus),
        None => {}
    }
    copier.finish();
    if pair.value.is_none() && !is_bare_when_empty {
        out.put(Origin::Scheme, Rule::EqualsAdded.into(), b"=");
    }
    name_end
}

/// Writes a parameter that the signer adds.
fn encode_added(out: &mut Traced, pair: &AddedPair, form: QueryForm) -> Encoded {
    let mark = out.mark();
    put_encoded(out, Origin::Scheme, Rule::Added.into(), pair.name.as_bytes());
    let name_end = out.mark().0;
    if form != QueryForm::BareWhenEmpty || pair.value.iter().any(|term| !term.text.is_empty()) {
        out.fixed(b"=");
    }
    for term in &pair.value {
        put_encoded(out, term.origin, term.rules.and(Rule::Added), &term.text);
    }
    Encoded { run: out.since(mark), name_end }
}

/// Writes a text with everything but unreserved characters percent-encoded.
fn put_encoded(out: &mut Traced, origin: Origin, rules: Rules, text: &[u8]) {
    let encoded = percent_encoding::percent_encode(text, &RESERVED).to_string();
    let rules = if encoded.len() == text.len() { rules } else { rules.and(Rule::Encoded) };
    out.put(origin, rules, encoded.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(source: &str) -> String {
        let mut out = Traced::default();
        write_query(
            &mut out,
            (Part::Target, source.as_bytes()),
            &Target::of(source.as_bytes()),
            &Dialect::default(),
            QueryChange::NONE,
        );
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
        write_query(
            &mut out,
            (Part::Target, source),
            &Target::of(source),
            &Dialect::default(),
            QueryChange::NONE,
        );
        assert_eq!(out.bytes(), b"a=1&b=");
        assert_eq!(out.source_of(0), Some(Span::new(Part::Target, 4..5)));
        assert!(out.piece_at(0).unwrap().1.rules.has(Rule::Sorted));
        assert!(out.piece_at(5).unwrap().1.rules.has(Rule::EqualsAdded));
        assert_eq!(out.source_of(5), None);
    }
}
