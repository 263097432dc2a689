//! A query written in another form: its order, its names, its encoding.

use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{Escapes, replaced};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::{Sent, decoded};
use crate::scheme::Plus;

/// One way to write the canonical query.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) order: Order,
    pub(super) escapes: Escapes,
    pub(super) plus: Plus,
    pub(super) bare_names: Names,
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
        Self {
            order: Order::Right,
            escapes: Escapes::RIGHT,
            plus: g.facts.terms.dialect.plus,
            bare_names: Names::WithEquals,
        }
    }

    pub(super) fn pairs(&self, sent: &[Sent<'_>]) -> Vec<Pair> {
        sent.iter().map(|sent| self.pair(sent)).collect()
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
        if self.order == Order::Decoded {
            pairs.sort_by(by_both);
        }
        if self.order == Order::DecodedNames {
            pairs.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let mut pairs: Vec<Pair> = pairs.into_iter().map(|pair| self.spelled(pair)).collect();
        match self.order {
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
    let form = change(Form::of(g));
    let query = form.write(form.pairs(&g.facts.pairs()));
    put(g, &query, detail);
}

/// The same, of two mistakes that come together: simpler changes come first.
pub(super) fn put_strange(g: &mut Gen<'_, '_>, detail: &str, change: impl Fn(Form) -> Form) {
    let form = change(Form::of(g));
    let query = form.write(form.pairs(&g.facts.pairs()));
    if let (true, Some(change)) = (g.is_request(), g.put(Slot::QUERY, &query, detail)) {
        change.strange();
    }
}

pub(super) fn by_both(a: &Pair, b: &Pair) -> std::cmp::Ordering {
    (&a.name, &a.value).cmp(&(&b.name, &b.value))
}
