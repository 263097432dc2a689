//! A change of the scope that the derived key shares, or does not.

use crate::diagnose::causes::Gen;
use crate::diagnose::change::Change;
use crate::diagnose::draft::Slot;

/// A change of the scope's text alone: the key is derived as before.
pub(super) fn key_stays(
    g: &mut Gen<'_, '_>,
    slot: Slot,
    text: &[u8],
    (key, own): (Slot, &[u8]),
    words: String,
) {
    if g.draft.of_base(slot) != text {
        let change = g.puts(&[(slot, text), (key, own)], format!("{words}, in the string to sign alone"));
        change.map(Change::across);
    }
}

/// A change of the key alone.
pub(super) fn key_alone(g: &mut Gen<'_, '_>, (scope, key): (Slot, Slot), text: &[u8], words: String) {
    if g.draft.of_base(scope) != text {
        g.put(key, text, words).map(Change::across);
    }
}
