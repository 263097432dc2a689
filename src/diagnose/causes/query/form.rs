//! A query written in another form: its order, its names, its encoding.

use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{Escapes, replaced};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::{Sent, decoded};
use crate::scheme::{Plus, QueryForm};

/// One way to write the canonical query.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) order: Order,
    pub(super) escapes: Escapes,
    pub(super) plus: Plus,
    pub(super) bare_names: Names,
    pub(super) query: QueryForm,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Order {
    Right,
    Sent,
    Decoded,
    Text,
    IgnoringCase,
    NamesAlone,
    Backwards,
    Values,
    DecodedNames,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Names {
    WithEquals,
    Bare,
    BareWhereSent,
}

/// A pair in its canonical spelling, and as it was.
#[derive(Clone)]
pub(super) struct Pair {
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    pub(super) sent_bare: bool,
}

impl Form {
    pub(super) fn of(g: &Gen<'_, '_>) -> Self {
        let dialect = &g.facts.terms.dialect;
        let bare_names = match dialect.query {
            QueryForm::BareWhenEmpty => Names::Bare,
            QueryForm::Canonical | QueryForm::SortedDecoded | QueryForm::WithoutBare | QueryForm::AsSent => {
                Names::WithEquals
            }
        };
        let (order, escapes) = (Order::Right, Escapes::RIGHT);
        Self { order, escapes, plus: dialect.plus, bare_names, query: dialect.query }
    }

    /// The pairs that are signed, of those that were sent.
    pub(super) fn pairs(&self, sent: &[Sent<'_>]) -> Vec<Pair> {
        sent.iter().filter(|sent| self.signs(sent)).map(|sent| self.pair(sent)).collect()
    }

    /// Whether a pair is signed at all.
    pub(super) fn signs(&self, sent: &Sent<'_>) -> bool {
        self.query != QueryForm::WithoutBare || sent.value.is_some()
    }

    /// Whether pairs are sorted by what they say, before they are encoded.
    fn sorts_decoded(&self) -> bool {
        self.order == Order::Decoded || self.order == Order::Right && self.query == QueryForm::SortedDecoded
    }

    pub(super) fn pair(&self, sent: &Sent<'_>) -> Pair {
        let plain = |text: &[u8]| match self.plus {
            Plus::Space if text.contains(&b'+') => decoded(&replaced(text, b"+", b"%20")),
            Plus::Space | Plus::Literal => decoded(text),
        };
        Pair {
            name: plain(sent.name),
            value: sent.value.map(plain).unwrap_or_default(),
            sent_bare: sent.value.is_none(),
        }
    }

    /// The pair with its escapes.
    pub(super) fn spelled(&self, pair: Pair) -> Pair {
        Pair { name: self.escapes.text(&pair.name), value: self.escapes.text(&pair.value), ..pair }
    }

    pub(super) fn write(&self, mut pairs: Vec<Pair>) -> Vec<u8> {
        if self.sorts_decoded() {
            pairs.sort_by(by_both);
        }
        if self.order == Order::DecodedNames {
            pairs.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let mut pairs: Vec<Pair> = pairs.into_iter().map(|pair| self.spelled(pair)).collect();
        match self.order {
            Order::Right if self.sorts_decoded() => {}
            Order::Right => pairs.sort_by(by_both),
            Order::Sent | Order::Decoded | Order::DecodedNames => {}
            Order::Text => pairs.sort_by_key(|pair| self.text(pair)),
            Order::IgnoringCase => {
                pairs.sort_by_key(|pair| (pair.name.to_ascii_lowercase(), pair.value.to_ascii_lowercase()));
            }
            Order::NamesAlone => pairs.sort_by(|a, b| a.name.cmp(&b.name)),
            Order::Backwards => pairs.sort_by(|a, b| by_both(b, a)),
            Order::Values => pairs.sort_by(|a, b| a.value.cmp(&b.value)),
        }
        pairs.iter().map(|pair| self.text(pair)).collect::<Vec<_>>().join(&b'&')
    }

    pub(super) fn text(&self, pair: &Pair) -> Vec<u8> {
        let bare = match self.bare_names {
            Names::WithEquals => false,
            Names::Bare => pair.value.is_empty(),
            Names::BareWhereSent => pair.sent_bare,
        };
        if bare { pair.name.clone() } else { [&*pair.name, b"=", &*pair.value].concat() }
    }
}

pub(super) fn put(g: &mut Gen<'_, '_>, query: &[u8], detail: impl Into<String>) {
    if g.is_request() {
        g.put(Slot::QUERY, query, detail);
    }
}

/// The base form with something else, as a change of the query.
pub(super) fn put_form(g: &mut Gen<'_, '_>, detail: &str, change: impl Fn(Form) -> Form) {
    if is_as_sent(g) {
        return;
    }
    let form = change(Form::of(g));
    let query = form.write(form.pairs(&g.facts.pairs()));
    put(g, &query, detail);
}

/// Whether the scheme signs the query as it was sent: it has no canonical form that could be another.
pub(super) fn is_as_sent(g: &Gen<'_, '_>) -> bool {
    g.facts.terms.dialect.query == QueryForm::AsSent
}

/// The same, of two mistakes that come together: simpler changes come first.
pub(super) fn put_strange(g: &mut Gen<'_, '_>, detail: &str, change: impl Fn(Form) -> Form) {
    if is_as_sent(g) {
        return;
    }
    let form = change(Form::of(g));
    let query = form.write(form.pairs(&g.facts.pairs()));
    if let (true, Some(change)) = (g.is_request(), g.put(Slot::QUERY, &query, detail)) {
        change.strange();
    }
}

pub(super) fn by_both(a: &Pair, b: &Pair) -> std::cmp::Ordering {
    (&a.name, &a.value).cmp(&(&b.name, &b.value))
}
