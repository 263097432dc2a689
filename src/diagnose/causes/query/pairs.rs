//! The pairs of a canonical query, some of them changed.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::form::{Form, Pair, by_both};
use crate::diagnose::causes::Gen;
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::{Place, Sent};
use crate::scheme::QueryForm;

/// The pairs that were sent, each in its canonical spelling: most changes leave all but one of them alone.
pub(super) struct Canonical {
    form: Form,
    /// By where they lie in the request, which outlives them; sorted by that.
    known: Vec<(Place, Pair)>,
    /// The path of the target that was sent.
    path: Vec<u8>,
    /// The pairs of the target that take no part in the signature, each behind an ampersand.
    beside: Vec<u8>,
}

impl Canonical {
    pub(super) fn of(g: &Gen<'_, '_>) -> Self {
        let (form, sent) = (Form::of(g), g.facts.pairs());
        let pairs = sent.iter().map(|sent| form.spelled(form.pair(sent)));
        let request = g.facts.request;
        let signed: HashSet<Sent<'_>> = sent.iter().copied().collect();
        let mut known: Vec<(Place, Pair)> = sent.iter().map(Sent::place).zip(pairs).collect();
        known.sort_unstable_by_key(|(place, _)| *place);
        let mut beside = Vec::new();
        g.facts.all_pairs().iter().filter(|pair| !signed.contains(pair)).for_each(|pair| {
            beside.push(b'&');
            pair.write(&mut beside);
        });
        let path = request.target[..request.target().path.end].to_vec();
        Self { form, known, path, beside }
    }

    /// The request target with these pairs in place of those that take part in the signature.
    pub(super) fn edit(&self, pairs: &[Sent<'_>]) -> Edit {
        let mut target = Vec::with_capacity(self.path.len() + 32 * pairs.len() + self.beside.len());
        target.extend_from_slice(&self.path);
        for pair in pairs {
            target.push(b'&');
            pair.write(&mut target);
        }
        target.extend_from_slice(&self.beside);
        // What comes first stands behind a question mark.
        target[self.path.len()..].iter_mut().take(1).for_each(|first| *first = b'?');
        Edit::Target(target)
    }

    /// The canonical query of other pairs, which stand for those that were signed.
    pub(super) fn query(&self, pairs: &[Sent<'_>]) -> Vec<u8> {
        let known = |place: Place| self.known.binary_search_by_key(&place, |(place, _)| *place);
        let spelled = |sent: &Sent<'_>| match known(sent.place()) {
            Ok(at) => Cow::Borrowed(&self.known[at].1),
            Err(_) => Cow::Owned(self.form.spelled(self.form.pair(sent))),
        };
        match self.form.query {
            QueryForm::Canonical | QueryForm::BareWhenEmpty | QueryForm::WithoutBare => {}
            QueryForm::SortedDecoded => return self.form.write(self.form.pairs(pairs)),
            QueryForm::AsSent => return pairs.iter().map(Sent::text).collect::<Vec<_>>().join(&b'&'),
        }
        let signed = pairs.iter().filter(|pair| self.form.signs(pair));
        let mut pairs: Vec<Cow<'_, Pair>> = signed.map(spelled).collect();
        pairs.sort_by(|a, b| by_both(a, b));
        let mut out = Vec::with_capacity(256);
        for (place, pair) in pairs.iter().enumerate() {
            out.extend_from_slice(if place > 0 { b"&" } else { b"" });
            out.extend_from_slice(&pair.name);
            if self.form.query != QueryForm::BareWhenEmpty || !pair.value.is_empty() {
                out.push(b'=');
                out.extend_from_slice(&pair.value);
            }
        }
        out
    }

    /// A change of the query to that of other pairs.
    pub(super) fn put<'g>(
        &self,
        g: &'g mut Gen<'_, '_>,
        pairs: &[Sent<'_>],
        detail: impl Into<String>,
    ) -> Option<&'g mut Change> {
        let query = self.query(pairs);
        if !g.is_request() || g.draft.of_base(Slot::QUERY) == query {
            return None;
        }
        let edit = self.edit(pairs);
        Some(g.put(Slot::QUERY, &query, detail)?.edit(edit))
    }

    /// The same, tried alone: one of many.
    pub(super) fn put_alone(&self, g: &mut Gen<'_, '_>, pairs: &[Sent<'_>], detail: impl Into<String>) {
        self.put(g, pairs, detail).map(Change::alone);
    }
}

/// A change of the query to that of other pairs.
pub(super) fn put_pairs(g: &mut Gen<'_, '_>, pairs: &[Sent<'_>], detail: impl Into<String>) {
    Canonical::of(g).put(g, pairs, detail);
}

/// The pairs by their names: for each name, in the order in which the names come first, the places of its pairs.
pub(super) fn by_name(pairs: &[Sent<'_>]) -> Vec<Vec<usize>> {
    let (mut groups, mut known) = (Vec::<Vec<usize>>::new(), HashMap::new());
    for (at, pair) in pairs.iter().enumerate() {
        let group = *known.entry(pair.name).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// Of longer queries no single pair is looked at: each way of writing one would be another query.
pub(super) const MOST_PAIRS: usize = 100;
