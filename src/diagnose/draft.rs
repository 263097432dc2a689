//! What a signer may have signed, cut into slots that hypotheses fill otherwise.
//!
//! A [`Draft`] holds every text that goes into a signature once, in one place; a [`Value`] is a range of that place. A change of a
//! hypothesis is then a few values for a few slots, two changes combine when they fill different slots, and trying one means to
//! write a list of ranges and to hash it: nothing is parsed or allocated again.

mod slot;

use zeroize::Zeroizing;

use super::facts::Facts;
use super::form::SigningForm;
use crate::canon::headers;
use crate::canon::payload::{self, Payload};
use crate::request::Request;
use crate::scheme::v4::canonical;
use crate::scheme::{Family, Terms};
use crate::secret::Secret;
use crate::trace::Traced;
use crate::trace::writer::hex_digest;

pub(super) use slot::{OF_KEY, OF_LINKS, OF_REQUEST, OF_SCOPE, OF_SCOPE_KEY, Slot};

/// A text of a draft, the number of a form or a secret, or nothing.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Value {
    start: u32,
    end: u32,
}

impl Value {
    /// As the other slots say.
    pub const NONE: Self = Self { start: u32::MAX, end: u32::MAX };

    /// The number of a form or a secret.
    pub fn number(number: usize) -> Self {
        Self { start: number as u32, end: 0 }
    }

    pub(super) fn as_number(self) -> usize {
        self.start as usize
    }
}

/// What a value stands for.
#[derive(Eq, Hash, PartialEq)]
pub(super) enum Content<'d> {
    Nothing,
    Text(&'d [u8]),
    Order(&'d [u16]),
    Number(usize),
}

/// A header line.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its name in lower case.
    pub name: Value,
    /// Its name as it was sent.
    pub sent: Value,
    /// The headers of the request that it was made of.
    pub headers: Vec<usize>,
}

/// Everything that a signature is made of.
#[derive(Clone)]
pub struct Draft {
    /// The names of the scheme.
    pub family: &'static Family,
    texts: Zeroizing<Vec<u8>>,
    orders: Vec<u16>,
    /// The secrets that may have been used: the one at hand first.
    pub secrets: Vec<Secret>,
    /// Every header line; which of them are written is the value of [`Slot::LINES`].
    pub lines: Vec<Line>,
    /// What each slot holds unless a change says otherwise.
    pub base: Vec<Value>,
    /// Whether a canonical request is signed, or a text of the request as it stands.
    pub kind: DraftKind,
}

/// What is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DraftKind {
    /// A canonical request, by its hash.
    Request,
    /// The policy of a form, as it stands.
    Policy,
}

impl Draft {
    /// The draft of what the terms say was signed.
    pub fn of(facts: &Facts<'_>) -> Self {
        let (request, terms) = (facts.request, facts.terms);
        let mut draft = Self {
            family: terms.family,
            texts: Zeroizing::new(Vec::with_capacity(16 << 10)),
            orders: Vec::new(),
            secrets: facts.secret.iter().map(|secret| (*secret).clone()).collect(),
            lines: Vec::new(),
            base: vec![Value::NONE; usize::from(Slot::FIRST_LINE)],
            kind: if terms.policy.is_some() { DraftKind::Policy } else { DraftKind::Request },
        };
        for form in
            [Slot::HEADER_FORM, Slot::REQUEST_FORM, Slot::STRING_FORM, Slot::KEY_FORM, Slot::SIGNING_FORM]
        {
            draft.base[form.index()] = Value::number(0);
        }
        draft.base[Slot::SECRET.index()] = Value::number(0);
        match terms.policy {
            Some(policy) => draft.set(Slot::TEXT, &request.slice(policy)),
            None => draft.set_request(request, terms),
        }
        draft.set_scope(terms);
        draft
    }

    fn set_request(&mut self, request: &Request, terms: &Terms<'_>) {
        self.set(Slot::METHOD, &request.method);
        let mut text = Traced::default();
        canonical::write_path(&mut text, request, terms);
        self.set(Slot::PATH, text.bytes());
        text.clear();
        canonical::write_query(&mut text, request, terms);
        self.set(Slot::QUERY, text.bytes());
        self.set_headers(request, terms);
        text.clear();
        match &terms.payload {
            Payload::Body(digest) => self.set(Slot::PAYLOAD, &hex_digest(digest)),
            Payload::Text(..) | Payload::Pending => {
                payload::write_payload(&mut text, request, &terms.payload);
                self.set(Slot::PAYLOAD, text.bytes());
            }
        }
    }

    fn set_headers(&mut self, request: &Request, terms: &Terms<'_>) {
        let mut text = Traced::default();
        for index in 0..terms.signed.entries.len() {
            let entry = &terms.signed.entries[index];
            let headers: Vec<usize> =
                terms.signed.sent_by(entry).iter().map(|index| *index as usize).collect();
            text.clear();
            headers::write_header(&mut text, request, &terms.signed, &terms.added, &terms.dialect, entry);
            let colon = memchr::memchr(b':', text.bytes()).unwrap_or(text.bytes().len() - 1);
            let (name, value) = text.bytes().split_at(colon);
            let sent = headers.first().map_or(entry.name, |first| &request.headers[*first].name);
            let line = self.add_line(name, sent, &value[1..], headers);
            debug_assert_eq!(line, index);
        }
        let order: Vec<u16> = (0..self.lines.len() as u16).collect();
        self.base[Slot::LINES.index()] = self.order(&order);
        text.clear();
        headers::write_signed_headers(&mut text, &terms.signed);
        self.set(Slot::SIGNED, text.bytes());
    }

    fn set_scope(&mut self, terms: &Terms<'_>) {
        self.set(Slot::ALGORITHM, terms.family.algorithm.as_bytes());
        self.set(Slot::TIMESTAMP, &terms.timestamp.text);
        for part in terms.family.layout.scope {
            if let Some(term) = terms.scope.part(*part) {
                self.set(Slot::in_scope(*part), &term.text);
            }
        }
        self.set(Slot::PREFIX, terms.family.key_prefix.as_bytes());
    }

    /// The same with HMAC-SHA1 for the signature, whose length tells it.
    pub(super) fn sign_with_sha1(&mut self) {
        self.base[Slot::SIGNING_FORM.index()] = Value::number(SigningForm::HmacSha1 as usize);
    }

    /// The same with another payload line.
    pub(super) fn state_payload(&mut self, text: &[u8]) {
        self.set(Slot::PAYLOAD, text);
    }

    fn set(&mut self, slot: Slot, text: &[u8]) {
        self.base[slot.index()] = self.text(text);
    }

    /// Keeps a text.
    pub fn text(&mut self, text: &[u8]) -> Value {
        let start = self.texts.len() as u32;
        self.texts.extend_from_slice(text);
        Value { start, end: self.texts.len() as u32 }
    }

    /// How many bytes its texts and orders take.
    pub(super) fn size(&self) -> usize {
        self.texts.len() + size_of_val(&*self.orders)
    }

    /// Keeps an order of header lines.
    pub fn order(&mut self, lines: &[u16]) -> Value {
        let start = self.orders.len() as u32;
        self.orders.extend_from_slice(lines);
        Value { start, end: self.orders.len() as u32 }
    }

    /// Adds a header line that is written only where an order names it; returns its index.
    pub fn add_line(&mut self, name: &[u8], sent: &[u8], value: &[u8], headers: Vec<usize>) -> usize {
        let (name, sent, value) = (self.text(name), self.text(sent), self.text(value));
        self.lines.push(Line { name, sent, headers });
        self.base.push(value);
        self.lines.len() - 1
    }

    /// Keeps a secret that may have been used.
    pub fn secret(&mut self, secret: Secret) -> Value {
        self.secrets.push(secret);
        Value::number(self.secrets.len() - 1)
    }

    /// The bytes of a text; nothing of [`Value::NONE`].
    pub fn bytes(&self, value: Value) -> &[u8] {
        self.texts.get(value.start as usize..value.end as usize).unwrap_or_default()
    }

    /// What a value stands for in a slot.
    pub(super) fn content(&self, slot: Slot, value: Value) -> Content<'_> {
        match slot {
            _ if value == Value::NONE => Content::Nothing,
            Slot::LINES => Content::Order(self.lines_of(value)),
            Slot::HEADER_FORM
            | Slot::REQUEST_FORM
            | Slot::STRING_FORM
            | Slot::KEY_FORM
            | Slot::SIGNING_FORM
            | Slot::SECRET => Content::Number(value.as_number()),
            _ => Content::Text(self.bytes(value)),
        }
    }

    /// The header lines of an order.
    pub fn lines_of(&self, order: Value) -> &[u16] {
        self.orders.get(order.start as usize..order.end as usize).unwrap_or_default()
    }

    /// What a slot holds unless a change says otherwise.
    pub fn of_base(&self, slot: Slot) -> &[u8] {
        self.bytes(self.base[slot.index()])
    }

    /// The lines that are written unless a change says otherwise, with their indices.
    pub fn written(&self) -> Vec<usize> {
        self.lines_of(self.base[Slot::LINES.index()]).iter().map(|index| usize::from(*index)).collect()
    }

    /// The name of a line in lower case.
    pub fn name(&self, line: usize) -> &[u8] {
        self.bytes(self.lines[line].name)
    }

    /// The value of a line.
    pub fn line(&self, line: usize) -> &[u8] {
        self.of_base(Slot::line(line))
    }

    /// The line of this name, among those that are written.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.written().into_iter().find(|line| self.name(*line) == name.as_bytes())
    }
}
