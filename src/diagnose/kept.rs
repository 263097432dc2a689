//! What a loop over changes holds fixed, computed once: hashes that have read a canonical request up to each header line, and HMACs
//! that are ready to compute each link of a key chain.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use smallvec::SmallVec;
use zeroize::Zeroizing;

use super::draft::{DraftKind, OF_REQUEST, Slot, Value};
use super::form::{HeaderForm, RequestForm};
use super::write::{Filled, hmac};
use crate::request::body::Digest;

/// Hashes that have read the canonical request up to each header line: what changes below is all that is hashed again.
pub(super) struct Heads {
    /// Before each line, then before the blank line.
    states: Vec<Sha256>,
}

impl Heads {
    /// What a change may fill without touching what stands above the header lines, or their order.
    const BELOW: u128 = 1 << 4 | 1 << 5 | !0 << Slot::FIRST_LINE;

    /// Those of these values; `None` where the canonical request has an unusual form.
    pub(super) fn of(filled: Filled<'_>) -> Option<Self> {
        let forms = [Slot::HEADER_FORM, Slot::REQUEST_FORM].map(|slot| filled.number(slot));
        if forms != [HeaderForm::Standard as usize, RequestForm::Standard as usize]
            || filled.draft.kind == DraftKind::Policy
        {
            return None;
        }
        let mut state = Sha256::new();
        for slot in [Slot::METHOD, Slot::PATH, Slot::QUERY] {
            state.update(filled.text(slot));
            state.update(b"\n");
        }
        let mut states = vec![state.clone()];
        for index in filled.order() {
            let index = usize::from(*index);
            let name = filled.draft.bytes(filled.draft.lines[index].name);
            [name, b":", filled.text(Slot::line(index)), b"\n"].iter().for_each(|text| state.update(text));
            states.push(state.clone());
        }
        Some(Self { states })
    }

    /// The digest after a change that fills the slots of `mask`; `None` where it changes what stands above.
    pub(super) fn digest(&self, filled: Filled<'_>, mask: u128, tail: &mut Vec<u8>) -> Option<Digest> {
        if mask & OF_REQUEST & !Self::BELOW != 0 {
            return None;
        }
        let order = filled.order();
        let touched = order.iter().position(|index| mask & Slot::line(usize::from(*index)).bit() != 0);
        let first = touched.unwrap_or(order.len());
        tail.clear();
        filled.header_lines(tail, first);
        filled.after_headers(tail, RequestForm::Standard);
        Some(self.states[first].clone().chain_update(&*tail).finalize().into())
    }
}

/// A key chain as the scheme has it, with the HMAC that each of its links is ready to compute: where only later links change,
/// the earlier ones are not computed again.
pub(super) struct Chain {
    /// Prefix and secret, which the first link is keyed with.
    first: [Value; 2],
    messages: Messages,
    ready: SmallVec<[Hmac<Sha256>; LINKS]>,
}

/// What each link is taken of.
type Messages = SmallVec<[Value; LINKS]>;

/// No chain is longer in the schemes that there are.
const LINKS: usize = 4;

impl Chain {
    /// The chain of these values; `None` where the form of the key is another.
    pub(super) fn of(filled: Filled<'_>) -> Option<Self> {
        let (first, messages) = Self::values(filled)?;
        let secret = filled.secret()?;
        let text = Zeroizing::new([filled.text(Slot::PREFIX), secret.expose()].concat());
        let state = |key: &[u8]| Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        let mut next = state(&text);
        let mut ready = SmallVec::new();
        for message in &messages {
            let key = Zeroizing::new(keyed(&next, filled.draft.bytes(*message)));
            ready.push(std::mem::replace(&mut next, state(&*key)));
        }
        Some(Self { first, messages, ready })
    }

    /// The key of other values, which have the begin of the chain in common; `None` where they have nothing in common.
    pub(super) fn key(&self, filled: Filled<'_>) -> Option<Zeroizing<Vec<u8>>> {
        let (first, messages) = Self::values(filled)?;
        let same = messages.iter().zip(&self.messages).take_while(|(one, other)| one == other).count();
        if first != self.first {
            return None;
        }
        let from = same.min(messages.len() - 1);
        let mut key = Zeroizing::new(keyed(&self.ready[from], filled.draft.bytes(messages[from])));
        for message in &messages[from + 1..] {
            *key = hmac(&*key, filled.draft.bytes(*message));
        }
        Some(Zeroizing::new(key.to_vec()))
    }

    fn values(filled: Filled<'_>) -> Option<([Value; 2], Messages)> {
        let links = filled.draft.family.layout.key;
        if filled.number(Slot::KEY_FORM) != 0 || links.is_empty() {
            return None;
        }
        let messages: Option<Messages> = links.iter().map(|link| filled.message_value(link.of)).collect();
        let first = [Slot::PREFIX, Slot::SECRET].map(|slot| filled.values[slot.index()]);
        Some((first, messages?))
    }
}

fn keyed(ready: &Hmac<Sha256>, message: &[u8]) -> [u8; 32] {
    ready.clone().chain_update(message).finalize().into_bytes().into()
}
