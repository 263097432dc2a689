//! The table of causes: every mistake that is known to make signatures differ, one row each, one file a group.
//!
//! A row says what happened, why that makes a difference, and what to do; its function turns it into changes of the draft at hand.
//! Where a cause has many shapes (regions, seconds, hosts) they are generated. The rows come from the issue threads and documents that
//! they link to.

mod absent;
mod assembly;
mod body;
mod credentials;
mod headers;
mod host;
mod method;
mod path;
mod presigned;
mod query;
mod scope;
mod stream;
pub(super) mod text;
mod usual;

use super::change::Change;
use super::draft::{Draft, DraftKind, OF_REQUEST, Slot, Value};
use super::facts::Facts;
use super::search::Progress;

pub(super) use body::hex_hash;
pub(super) use text::replaced;

/// One cause.
pub struct Hypothesis {
    /// Its stable name.
    pub id: &'static str,
    /// What happened, in a sentence.
    pub title: &'static str,
    /// Why that makes a difference.
    pub why: &'static str,
    /// What to do where the request is signed.
    pub fix: &'static str,
    /// What to do between signer and server, where the cause lies there.
    pub proxy: Option<&'static str>,
    /// A few lines of code, where they say it best.
    pub example: Option<&'static str>,
    /// Where it was met, or the rule that it breaks.
    pub link: &'static str,
    /// How common it is: 0 the most.
    pub rank: u8,
    /// Where it happens.
    pub side: Side,
    /// Whether it happens to a body that was hashed already: nothing that a signer does.
    pub after_hashing: bool,
    /// What it comes to here; `None` where it is not found by trying, but by checks, by the form of a signature, or link by link.
    pub generate: Option<fn(&mut Gen<'_, '_>)>,
}

/// Where a mistake happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// In the program that signs.
    Signer,
    /// In the settings of the program that signs: keys, region, clock.
    Settings,
    /// Between signer and server.
    Transit,
}

impl Side {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signer => "signer",
            Self::Settings => "settings",
            Self::Transit => "transit",
        }
    }
}

/// The rule that most rows break.
pub(super) const RULE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html";

/// Every group, in the order in which a signature is made.
pub static CAUSES: &[&[Hypothesis]] = &[
    method::CAUSES,
    path::CAUSES,
    query::CAUSES,
    host::CAUSES,
    absent::CAUSES,
    headers::CAUSES,
    body::CAUSES,
    stream::CAUSES,
    presigned::CAUSES,
    scope::CAUSES,
    credentials::CAUSES,
    assembly::CAUSES,
];

/// Every cause.
pub fn causes() -> impl Iterator<Item = &'static Hypothesis> {
    CAUSES.iter().flat_map(|group| group.iter())
}

/// The cause with this id.
pub fn named(id: &str) -> Option<&'static Hypothesis> {
    causes().find(|cause| cause.id == id)
}

/// A row; `.transit`, `.settings`, `.after_hashing` and `.example` complete it.
const fn cause(
    id: &'static str,
    rank: u8,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
    link: &'static str,
    generate: fn(&mut Gen<'_, '_>),
) -> Hypothesis {
    Hypothesis { generate: Some(generate), ..observed(id, rank, title, why, fix, link) }
}

/// A cause that is not found by trying.
const fn observed(
    id: &'static str,
    rank: u8,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
    link: &'static str,
) -> Hypothesis {
    Hypothesis {
        id,
        title,
        why,
        fix,
        proxy: None,
        example: None,
        link,
        rank,
        side: Side::Signer,
        after_hashing: false,
        generate: None,
    }
}

impl Hypothesis {
    /// The same with what to do between signer and server, which is where it happens.
    const fn transit(self, proxy: &'static str) -> Self {
        Self { proxy: Some(proxy), side: Side::Transit, ..self }
    }

    /// The same, of a body that was hashed already.
    const fn after_hashing(self) -> Self {
        Self { after_hashing: true, ..self }
    }

    /// The same, with the cause in the signer's settings.
    const fn settings(self) -> Self {
        Self { side: Side::Settings, ..self }
    }

    /// The same with a few lines of code.
    const fn example(self, example: &'static str) -> Self {
        Self { example: Some(example), ..self }
    }
}

/// Makes the changes of a cause.
pub struct Gen<'g, 'a> {
    /// What is on the table.
    pub facts: &'g Facts<'a>,
    /// What a signer should have signed.
    pub draft: &'g mut Draft,
    cause: &'static Hypothesis,
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
pub(super) fn changes_of_body(facts: &Facts<'_>, draft: &mut Draft, progress: &Progress) -> Vec<Change> {
    let mut changes = Vec::new();
    generate(body::CAUSES, facts, draft, &mut changes, progress);
    changes
}

/// So many bytes of texts a draft holds at most: of a request of megabytes each change is another text of megabytes.
const MOST_BYTES: usize = 96 << 20;

/// So many changes are made at most.
const MOST_CHANGES: usize = 300_000;

impl Gen<'_, '_> {
    /// Whether no more changes are to be made: time or memory is used up. Asked wherever a loop goes over parts of the request.
    fn is_over(&self) -> bool {
        self.draft.size() > MOST_BYTES || self.changes.len() > MOST_CHANGES || self.progress.is_over()
    }

    /// Whether a canonical request is signed.
    fn is_request(&self) -> bool {
        self.draft.kind == DraftKind::Request
    }

    /// A change that puts other texts into slots; none where they hold them already, or do not exist.
    fn puts(&mut self, texts: &[(Slot, &[u8])], detail: impl Into<String>) -> Option<&mut Change> {
        let differs = |(slot, text): &&(Slot, &[u8])| self.draft.of_base(*slot) != *text;
        if self.is_over() || !texts.iter().any(|text| differs(&text)) {
            return None;
        }
        let patch = texts.iter().filter(differs).copied().collect::<Vec<_>>();
        let patch = patch.into_iter().map(|(slot, text)| (slot, self.draft.text(text))).collect();
        self.add(patch, detail)
    }

    /// A change that puts another text into a slot.
    fn put(&mut self, slot: Slot, text: &[u8], detail: impl Into<String>) -> Option<&mut Change> {
        self.puts(&[(slot, text)], detail)
    }

    /// A change that puts the number of a form into a slot.
    fn form(&mut self, slot: Slot, number: usize, detail: impl Into<String>) -> Option<&mut Change> {
        self.add(vec![(slot, Value::number(number))], detail)
    }

    /// A change of these values; none where they change nothing that is signed.
    fn add(&mut self, patch: Vec<(Slot, Value)>, detail: impl Into<String>) -> Option<&mut Change> {
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
        patch.iter().all(is_base) || (!self.is_request() && patch.iter().all(is_of_request))
    }

    /// The change that was added last.
    fn last_change(&mut self) -> Option<&mut Change> {
        self.changes.last_mut()
    }

    /// A change of a header line's value.
    fn line(&mut self, line: usize, value: &[u8], detail: impl Into<String>) -> Option<&mut Change> {
        self.put(Slot::line(line), value, detail)
    }

    /// The list of the signed headers of these lines.
    fn list(&self, lines: &[usize], between: &[u8]) -> Vec<u8> {
        lines.iter().map(|line| self.draft.name(*line)).collect::<Vec<_>>().join(between)
    }

    /// A value for [`Slot::LINES`].
    fn order(&mut self, lines: &[usize]) -> Value {
        let lines: Vec<u16> = lines.iter().map(|line| *line as u16).collect();
        self.draft.order(&lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::GATES;
    use crate::redact::sentence;
    use std::collections::HashSet;

    #[test]
    fn no_sentence_of_ours_is_torn_apart() {
        let of_causes = causes().flat_map(|cause| [cause.title, cause.why, cause.fix]);
        let of_gates = GATES.iter().flat_map(|gate| [gate.means, gate.fix]);
        for words in of_causes.chain(of_gates) {
            assert_eq!(sentence(words), words);
        }
    }

    #[test]
    fn ids_are_unique_and_rows_are_complete() {
        let mut ids = HashSet::new();
        for cause in causes() {
            assert!(ids.insert(cause.id), "{} stands twice", cause.id);
            for text in [cause.title, cause.why, cause.fix] {
                assert!(text.ends_with('.') || text.ends_with('?'), "{}: {text}", cause.id);
            }
            assert!(cause.link.starts_with("https://"), "{}", cause.id);
        }
    }
}
