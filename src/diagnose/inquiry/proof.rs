//! Changes that reproduce a signature, in order, each told as a finding.

use std::collections::HashSet;

use crate::diagnose::change::Change;
use crate::diagnose::draft::{self, Draft, Slot};
use crate::diagnose::engine::Engine;
use crate::diagnose::finding::{Certainty, Finding, Named};
use crate::diagnose::target::{Received, Target};
use crate::diagnose::{causes, search};

/// The changes in the order in which they are tried: where each try is slow, the likely ones come first.
pub(super) fn in_order<'c>(draft: &Draft, changes: &'c [Change], received: &Received) -> Vec<&'c Change> {
    let mut changes: Vec<&Change> = changes.iter().collect();
    if let Target::Asymmetric(_) = received.target {
        // Its key is derived for no day, no region and no service.
        changes.retain(|change| change.mask & draft::OF_LINKS == 0);
        let set = draft.family.region_set_header.and_then(|name| draft.named(&name.to_ascii_lowercase()));
        let set = set.map_or(0, |line| Slot::line(line).bit());
        let own = Slot::PREFIX.bit() | Slot::KEY_FORM.bit() | set;
        let touches = |change: &Change, slots: u128| change.mask & slots != 0;
        changes.sort_by_key(|change| {
            let rank = change.cause.rank + change.strange;
            (!touches(change, own), rank, !touches(change, Slot::SECRET.bit()))
        });
    }
    changes
}

/// Of findings that have the same causes and sign the same bytes, keeps the first.
fn same_once(findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    findings.retain(|finding| {
        let ids: Vec<&str> = finding.causes.iter().map(|cause| cause.id).collect();
        seen.insert((ids, finding.signed.clone()))
    });
}

/// What the combinations that were found amount to, the likeliest first.
pub(super) fn proofs(
    engine: &Engine<'_>,
    changes: &[&Change],
    outcome: &search::Outcome,
    received: &Received,
    broken: &[Named],
) -> Vec<Finding> {
    let of = |found: &Vec<usize>| found.iter().map(|index| changes[*index]).collect::<Vec<_>>();
    let proven = outcome.found.iter().map(|found| proof(engine, &of(found), received, broken));
    let mut proven: Vec<Finding> = proven.filter(|finding| !finding.causes.is_empty()).collect();
    proven.sort_by_key(Finding::rank);
    same_once(&mut proven);
    proven
}

/// A finding of changes that come to the target, with what contradicts the request besides.
fn proof(engine: &Engine<'_>, changes: &[&Change], received: &Received, broken: &[Named]) -> Finding {
    let of_change = |change: &&Change| {
        let named = Named::new(Some(change.cause), change.detail.clone());
        Named { rank: named.rank + change.strange, ..named }
    };
    let mut causes: Vec<Named> = Vec::new();
    for change in changes {
        causes.push(of_change(change));
        causes.extend(change.also.map(|(cause, detail)| Named::new(Some(cause), detail)));
    }
    if let Some((form, detail)) = &received.form {
        causes.push(Named::new(causes::named(form), detail.clone()));
    }
    let is_new = |named: &&Named| causes.iter().all(|cause| cause.id != named.id);
    let more: Vec<Named> = broken.iter().filter(is_new).cloned().collect();
    causes.extend(more);
    let mut finding = Finding::of(Certainty::Proven, causes);
    finding.signed = Some(engine.texts(changes));
    let edits = changes.iter().map(|change| &change.edits);
    if edits.clone().all(|edits| !edits.is_empty()) {
        finding.edits = edits.flatten().cloned().collect();
    }
    finding
}
