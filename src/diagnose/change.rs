//! A change: one hypothesis about one signature, as values for slots; and what it means for the request on the table.

use super::causes::Hypothesis;
use smallvec::SmallVec;

use super::draft::{Content, Draft, Slot, Value};
use crate::secret::Secret;

/// What a signer may have done otherwise, or what became of the request on its way.
#[derive(Clone)]
pub struct Change {
    /// The hypothesis that it belongs to.
    pub cause: &'static Hypothesis,
    /// What it is here: the header, the region, the character. May be empty.
    pub detail: String,
    /// A second cause that touches the same slot, and what it is here: two changes of one slot cannot be combined.
    pub also: Option<(&'static Hypothesis, &'static str)>,
    /// What it puts where.
    pub(super) patch: Vec<(Slot, Value)>,
    /// The slots that it fills, one bit each.
    pub(super) mask: u128,
    /// What makes the request on the table the one that was signed, where an edit of it can.
    pub edits: Vec<Edit>,
    /// Whether it is combined with others.
    pub(super) pairing: Pairing,
    /// How much less likely it is than its hypothesis: it is a stranger form of it.
    pub(super) strange: u8,
}

/// Whether a change is combined with others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Pairing {
    /// In pairs and, where its hypothesis is a common one, in triples.
    Combined,
    /// The same, but not with another change of the scope or of what the key is derived for: both are long lists.
    Across,
    /// One of a large family, or the same bytes as a change before it: tried alone.
    Alone,
}

/// One edit of the session.
#[derive(Clone, Eq, PartialEq)]
pub enum Edit {
    /// The method becomes this.
    Method(Vec<u8>),
    /// The request target becomes this.
    Target(Vec<u8>),
    /// The header with this index gets this value.
    Header(usize, Vec<u8>),
    /// A header of this name is sent with this value.
    AddHeader(Vec<u8>, Vec<u8>),
    /// The header with this index is not sent.
    RemoveHeader(usize),
    /// The body becomes this.
    Body(Vec<u8>),
    /// The secret access key is this one.
    Secret(Secret),
    /// The setting of this name gets this value.
    Setting(&'static str, String),
}

impl Change {
    pub(super) fn new(cause: &'static Hypothesis, patch: Vec<(Slot, Value)>) -> Self {
        let mask = patch.iter().fold(0, |mask, (slot, _)| mask | slot.bit());
        Self {
            cause,
            detail: String::new(),
            also: None,
            patch,
            mask,
            edits: Vec::new(),
            pairing: Pairing::Combined,
            strange: 0,
        }
    }

    /// The first link of the key chain that it changes: the secret is before all, then day, region, service, terminator.
    pub(super) fn first_of_key(&self) -> u32 {
        let links = [Slot::SCOPE_DATE, Slot::SCOPE_REGION, Slot::SCOPE_SERVICE, Slot::SCOPE_TERMINATOR];
        let own = [Slot::KEY_DATE, Slot::KEY_REGION, Slot::KEY_SERVICE, Slot::KEY_TERMINATOR];
        let touches = |slot: Slot| self.mask & slot.bit() != 0;
        if [Slot::SECRET, Slot::PREFIX, Slot::KEY_FORM].into_iter().any(touches) {
            return 0;
        }
        let first = links.iter().zip(own).position(|(scope, key)| touches(*scope) || touches(key));
        first.map_or(u32::MAX, |link| link as u32 + 1)
    }

    /// What it puts where, by its texts: the same text may stand in several places of a draft.
    pub(super) fn fingerprint<'d>(&self, draft: &'d Draft) -> SmallVec<[(Slot, Content<'d>); 2]> {
        self.patch.iter().map(|(slot, value)| (*slot, draft.content(*slot, *value))).collect()
    }

    /// The same with texts that another draft holds.
    pub(super) fn moved(mut self, mut text: impl FnMut(Value) -> Value) -> Self {
        self.patch.iter_mut().for_each(|(_, value)| *value = text(*value));
        self
    }

    /// Says what it is here.
    pub fn say(&mut self, detail: impl Into<String>) -> &mut Self {
        self.detail = cut(detail.into());
        self
    }

    /// Says that a second mistake came together with it.
    pub fn also(&mut self, cause: &'static Hypothesis, detail: &'static str) -> &mut Self {
        self.also = Some((cause, detail));
        self
    }

    /// What undoes it on the table.
    pub fn edit(&mut self, edit: Edit) -> &mut Self {
        self.edits.push(edit);
        self
    }

    /// Puts it behind other changes that come to the same.
    pub fn strange(&mut self) -> &mut Self {
        self.strange = 2;
        self
    }

    /// Combines it with changes of other parts only.
    pub fn across(&mut self) -> &mut Self {
        self.pairing = Pairing::Across;
        self
    }

    /// Tries it alone.
    pub fn alone(&mut self) -> &mut Self {
        self.pairing = Pairing::Alone;
        self
    }
}
/// A detail that repeats a path of kilobytes tells no more than its beginning.
fn cut(detail: String) -> String {
    const LONGEST: usize = 1000;
    if detail.len() <= LONGEST {
        return detail;
    }
    match detail.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &detail[..end]),
        None => detail,
    }
}
