//! Parameters that were added, removed or changed between signer and server.

use super::pairs::{Canonical, MOST_PAIRS, by_name};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{Escapes, replaced};
use crate::diagnose::change::Change;
use crate::diagnose::facts::{Sent, decoded};

pub(super) fn parameter_added(g: &mut Gen<'_, '_>) {
    if g.facts.pairs().len() > MOST_PAIRS {
        return;
    }
    let (pairs, known) = (g.facts.pairs(), Canonical::of(g));
    let groups = by_name(&pairs);
    let repeated = |at: usize| groups.iter().any(|group| group.len() > 1 && group.contains(&at));
    let name = |at: usize| {
        let name = String::from_utf8_lossy(&decoded(pairs[at].name)).into_owned();
        if repeated(at) { format!("one {name}") } else { name }
    };
    let without = |gone: &[usize]| -> Vec<Sent<'_>> {
        pairs.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, pair)| *pair).collect()
    };
    for a in 0..pairs.len() {
        let change = known.put(g, &without(&[a]), format!("signed without {}", name(a)));
        // A value among others of its name is lost in a dictionary rather than added by a tracker.
        if repeated(a) {
            change.map(Change::strange);
        }
    }
    if pairs.len() <= 16 {
        for a in 0..pairs.len() {
            for b in a + 1..pairs.len() {
                let words = format!("signed without {} and {}", name(a), name(b));
                let change = known.put(g, &without(&[a, b]), words).map(Change::alone);
                if repeated(a) && repeated(b) {
                    change.map(Change::strange);
                }
            }
        }
    }
    // What trackers add comes as a family.
    let tracked = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        [&b"utm_"[..], b"fbclid", b"gclid", b"_ga", b"mc_", b"msclkid", b"cf_", b"_hs"]
            .iter()
            .any(|begin| name.starts_with(begin))
    };
    let gone: Vec<usize> = (0..pairs.len()).filter(|at| tracked(pairs[*at].name)).collect();
    if gone.len() > 2 {
        known.put(g, &without(&gone), "signed without what trackers add");
    }
    let last = |count: usize| (pairs.len() - count..pairs.len()).collect::<Vec<_>>();
    for count in 3..pairs.len().min(6) {
        known.put_alone(g, &without(&last(count)), format!("signed without the last {count} parameters"));
    }
}

/// Parameters that clients add, and that caches are known to remove.
const REMOVED: [(&str, Option<&str>); 34] = [
    ("x-id", Some("GetObject")),
    ("x-id", Some("PutObject")),
    ("x-id", Some("HeadObject")),
    ("x-id", Some("DeleteObject")),
    ("x-id", Some("ListObjectsV2")),
    ("x-id", Some("ListObjects")),
    ("x-id", Some("UploadPart")),
    ("x-id", Some("CopyObject")),
    ("x-id", Some("ListParts")),
    ("x-id", Some("AbortMultipartUpload")),
    ("list-type", Some("2")),
    ("uploads", None),
    ("acl", None),
    ("location", None),
    ("versioning", None),
    ("delete", None),
    ("tagging", None),
    ("policy", None),
    ("lifecycle", None),
    ("cors", None),
    ("versions", None),
    ("encoding-type", Some("url")),
    ("max-keys", Some("1000")),
    ("delimiter", Some("%2F")),
    ("prefix", Some("")),
    ("delimiter", Some("")),
    ("marker", Some("")),
    ("fetch-owner", Some("true")),
    ("fetch-owner", Some("false")),
    ("x-amz-checksum-mode", Some("ENABLED")),
    ("X-Amz-Content-Sha256", Some("UNSIGNED-PAYLOAD")),
    ("response-content-disposition", Some("attachment")),
    ("response-content-disposition", Some("inline")),
    ("versionId", Some("null")),
];

pub(super) fn parameter_removed(g: &mut Gen<'_, '_>) {
    if g.facts.pairs().len() > MOST_PAIRS {
        return;
    }
    let (pairs, known) = (g.facts.pairs(), Canonical::of(g));
    for (name, value) in REMOVED {
        if pairs.iter().any(|pair| pair.name.eq_ignore_ascii_case(name.as_bytes())) {
            continue;
        }
        let added = Sent { name: name.as_bytes(), value: value.map(str::as_bytes) };
        let with: Vec<Sent<'_>> = pairs.iter().copied().chain([added]).collect();
        known.put(g, &with, format!("signed with {}", String::from_utf8_lossy(&added.text())));
    }
}

pub(super) fn parameter_changed(g: &mut Gen<'_, '_>) {
    if g.facts.pairs().len() > MOST_PAIRS {
        return;
    }
    let (pairs, known) = (g.facts.pairs(), Canonical::of(g));
    for at in 0..pairs.len() {
        let Some(value) = pairs[at].value else { continue };
        let name = String::from_utf8_lossy(&decoded(pairs[at].name)).into_owned();
        let plain = decoded(value);
        let others = [
            (replaced(value, b"%20", b"%2B"), "its + became a space"),
            (replaced(value, b"%2B", b"%20"), "its space became a +"),
            (plain.to_ascii_lowercase(), "it was signed in lower case"),
            (plain.to_ascii_uppercase(), "it was signed in upper case"),
            (plain.trim_ascii().to_vec(), "it was signed without white space at its ends"),
            (replaced(value, b"%2F", b"%252F"), "its %252F was decoded once"),
            (replaced(value, b"%25", b"%2525"), "it was decoded once on the way"),
            (replaced(value, b"%2525", b"%25"), "it was encoded once more on the way"),
            (decoded(value), "it was encoded once more on the way"),
            ([&plain[..], b"/"].concat(), "the slash at its end was lost"),
            (plain.strip_suffix(b"/").unwrap_or(&plain).to_vec(), "a slash was added at its end"),
            (plain.strip_prefix(b"/").unwrap_or(&plain).to_vec(), "a slash was added in front"),
            (Vec::new(), "its value was empty"),
        ];
        for (value, words) in others {
            // Most values hold nothing that would be changed.
            if value == plain && !plain.contains(&b'%') && !plain.contains(&b'+') {
                continue;
            }
            let value = Escapes { bare: b"%+", ..Escapes::RIGHT }.text(&value);
            if pairs[at].value == Some(&*value) {
                continue;
            }
            let mut other = pairs.clone();
            other[at].value = Some(&value);
            known.put_alone(g, &other, format!("{name}: {words}"));
        }
    }
}
