//! The changes of all causes for a draft, of as many as time and memory allow.

use std::borrow::Cow;

use super::{CAUSES, Hypothesis, body, headers};
use crate::diagnose::change::Change;
use crate::diagnose::draft::{Draft, DraftKind, OF_KEY, OF_LINKS, OF_REQUEST, OF_SCOPE, Slot, Value};
use crate::diagnose::facts::Facts;
use crate::diagnose::search::Progress;
use crate::scheme::layout::{Layout, Line};
use crate::scheme::{Family, HeaderCase, Signing};

/// Makes the changes of a cause.
pub struct Gen<'g, 'a> {
    /// What is on the table.
    pub facts: &'g Facts<'a>,
    /// What a signer should have signed.
    pub draft: &'g mut Draft,
    pub(super) cause: &'static Hypothesis,
    changes: &'g mut Vec<Change>,
    progress: &'g Progress,
}

/// Bodies above this are turned over in a thread of their own: each way of writing one is hashed.
const LONG_BODY: usize = 16 << 10;

/// Every change of every cause for this draft, in the order of [`CAUSES`]; of as many as time and memory allow.
pub fn changes(facts: &Facts<'_>, draft: &mut Draft, progress: &Progress) -> Vec<Change> {
    let mut changes = Vec::with_capacity(8192);
    if facts.body.as_ref().is_none_or(|body| body.len() <= LONG_BODY) {
        CAUSES.iter().for_each(|group| generate(group, facts, draft, &mut changes, progress));
        of_two_causes(facts, draft, &mut changes, progress);
        return changes;
    }
    let mut aside = draft.clone();
    let place = CAUSES.iter().position(|group| std::ptr::eq(*group, body::CAUSES)).unwrap_or_default();
    std::thread::scope(|scope| {
        let of_body = scope.spawn(move || {
            let changes = changes_of_body(facts, &mut aside, progress);
            (changes, aside)
        });
        CAUSES[..place].iter().for_each(|group| generate(group, facts, draft, &mut changes, progress));
        let mut after = Vec::new();
        CAUSES[place + 1..].iter().for_each(|group| generate(group, facts, draft, &mut after, progress));
        // Its texts move over to the draft that is searched.
        let (of_body, aside) = of_body.join().expect("no thread panics");
        changes
            .extend(of_body.into_iter().map(|change| change.moved(|value| draft.text(aside.bytes(value)))));
        changes.append(&mut after);
    });
    of_two_causes(facts, draft, &mut changes, progress);
    changes
}

/// Two changes of one slot, each of a cause of its own: the search combines changes of different slots.
fn of_two_causes(facts: &Facts<'_>, draft: &mut Draft, changes: &mut Vec<Change>, progress: &Progress) {
    let Some(cause) = headers::CAUSES.first() else { return };
    let mut g = Gen { facts, draft, cause, changes, progress };
    if !g.is_over() {
        headers::changed_twice(&mut g);
    }
}

fn generate(
    group: &'static [Hypothesis],
    facts: &Facts<'_>,
    draft: &mut Draft,
    changes: &mut Vec<Change>,
    progress: &Progress,
) {
    for cause in group {
        let mut g = Gen { facts, draft, cause, changes, progress };
        if let (Some(generate), false) = (cause.generate, g.is_over()) {
            generate(&mut g);
        }
    }
}

/// Changes of the body's bytes alone.
pub(in crate::diagnose) fn changes_of_body(
    facts: &Facts<'_>,
    draft: &mut Draft,
    progress: &Progress,
) -> Vec<Change> {
    let mut changes = Vec::new();
    generate(body::CAUSES, facts, draft, &mut changes, progress);
    changes
}

/// So many bytes of texts a draft holds at most: of a request of megabytes each change is another text of megabytes.
const MOST_BYTES: usize = 96 << 20;

/// So many changes are made at most.
const MOST_CHANGES: usize = 300_000;

/// The slots that a scheme has no place for: nothing is signed for a scope, or at a time, or under a derived key.
fn unused(family: &Family) -> u128 {
    let Layout { scope, string, key } = family.layout;
    let lacks_scope = if scope.is_empty() { OF_SCOPE } else { 0 };
    let lacks_time = if string.contains(&Line::Timestamp) { 0 } else { Slot::TIMESTAMP.bit() };
    let lacks_chain = match (family.signing, key.is_empty()) {
        (Signing::Hmac, true) => OF_LINKS | Slot::KEY_FORM.bit(),
        (Signing::Rsa, _) => OF_KEY & !OF_SCOPE,
        (Signing::Hmac | Signing::Ecdsa, _) => 0,
    };
    lacks_scope | lacks_time | lacks_chain
}

impl Gen<'_, '_> {
    /// Whether no more changes are to be made: time or memory is used up. Asked wherever a loop goes over parts of the request.
    pub(super) fn is_over(&self) -> bool {
        self.draft.size() > MOST_BYTES || self.changes.len() > MOST_CHANGES || self.progress.is_over()
    }

    /// Whether a canonical request is signed.
    pub(super) fn is_request(&self) -> bool {
        self.draft.kind == DraftKind::Request
    }

    /// A change that puts other texts into slots; none where they hold them already, or do not exist.
    pub(super) fn puts(&mut self, texts: &[(Slot, &[u8])], detail: impl Into<String>) -> Option<&mut Change> {
        let texts: Vec<(Slot, Cow<'_, [u8]>)> =
            texts.iter().map(|(slot, text)| (*slot, self.as_signed(*slot, text))).collect();
        let differs = |(slot, text): &&(Slot, Cow<'_, [u8]>)| self.draft.of_base(*slot) != &**text;
        if self.is_over() || !texts.iter().any(|text| differs(&text)) {
            return None;
        }
        let patch: Vec<_> = texts.iter().filter(differs).collect();
        let patch = patch.into_iter().map(|(slot, text)| (*slot, self.draft.text(text))).collect();
        self.add(patch, detail)
    }

    /// A text as the scheme writes it into a slot: where the values of headers are in lower case, those of a change are too.
    fn as_signed<'t>(&self, slot: Slot, text: &'t [u8]) -> Cow<'t, [u8]> {
        match self.facts.terms.dialect.header_case {
            HeaderCase::Lower if slot.is_line() => Cow::Owned(text.to_ascii_lowercase()),
            HeaderCase::Lower | HeaderCase::Kept => Cow::Borrowed(text),
        }
    }

    /// A change that puts another text into a slot.
    pub(super) fn put(&mut self, slot: Slot, text: &[u8], detail: impl Into<String>) -> Option<&mut Change> {
        self.puts(&[(slot, text)], detail)
    }

    /// A change that puts the number of a form into a slot.
    pub(super) fn form(
        &mut self,
        slot: Slot,
        number: usize,
        detail: impl Into<String>,
    ) -> Option<&mut Change> {
        self.add(vec![(slot, Value::number(number))], detail)
    }

    /// A change of these values; none where they change nothing that is signed.
    pub(super) fn add(
        &mut self,
        patch: Vec<(Slot, Value)>,
        detail: impl Into<String>,
    ) -> Option<&mut Change> {
        if self.is_void(&patch) {
            return None;
        }
        let mut change = Change::new(self.cause, patch);
        change.say(detail);
        self.changes.push(change);
        self.changes.last_mut()
    }

    /// Whether the slots hold these values already, or take no part in what is signed.
    fn is_void(&self, patch: &[(Slot, Value)]) -> bool {
        let is_base = |(slot, value): &(Slot, Value)| {
            let base = self.draft.base[slot.index()];
            *value == base || self.draft.content(*slot, *value) == self.draft.content(*slot, base)
        };
        let is_of_request = |(slot, _): &(Slot, Value)| slot.bit() & OF_REQUEST != 0;
        let is_unused = |(slot, _): &(Slot, Value)| slot.bit() & unused(self.draft.family) != 0;
        patch.iter().all(|one| is_base(one) || is_unused(one))
            || (!self.is_request() && patch.iter().all(is_of_request))
    }

    /// The change that was added last.
    pub(super) fn last_change(&mut self) -> Option<&mut Change> {
        self.changes.last_mut()
    }

    /// A change of a header line's value.
    pub(super) fn line(
        &mut self,
        line: usize,
        value: &[u8],
        detail: impl Into<String>,
    ) -> Option<&mut Change> {
        self.put(Slot::line(line), value, detail)
    }

    /// The list of the signed headers of these lines.
    pub(super) fn list(&self, lines: &[usize], between: &[u8]) -> Vec<u8> {
        lines.iter().map(|line| self.draft.name(*line)).collect::<Vec<_>>().join(between)
    }

    /// A value for [`Slot::LINES`].
    pub(super) fn order(&mut self, lines: &[usize]) -> Value {
        let lines: Vec<u16> = lines.iter().map(|line| *line as u16).collect();
        self.draft.order(&lines)
    }
}
