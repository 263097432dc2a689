//! Headers that SignedHeaders names, but that were not sent: what they may have been when they were signed.
//!
//! A server reads such a header as absent, so the signature cannot match whatever else is right. Where a usual value reproduces it,
//! that value is what the request lacks.

use super::{Gen, Hypothesis, cause, usual};
use crate::diagnose::change::Edit;
use crate::diagnose::draft::{Slot, Value};

pub(super) static CAUSES: &[Hypothesis] = &[cause(
    "signed-header-not-sent",
    0,
    "A header was signed but not sent.",
    "SignedHeaders names it, so the server expects it. Some libraries sign a copy of the headers and send the originals; browsers drop or replace others.",
    "Send the header with exactly the value that was signed, or don't sign it.",
    "https://github.com/AnWeber/httpyac/issues/769",
    not_sent,
)
.transit("Pass every signed header on as it came.")];

/// A name in SignedHeaders without a header of that name.
struct Absent {
    name: String,
    line: usize,
    /// What the lines become with this one among them, where the draft has none for it.
    order: Option<Value>,
}

fn not_sent(g: &mut Gen<'_, '_>) {
    for absent in absent(g) {
        dates(g, &absent);
        for value in values(g, &absent.name) {
            put(g, &absent, &[], &value);
        }
    }
}

fn absent(g: &mut Gen<'_, '_>) -> Vec<Absent> {
    let Some(claim) = g.facts.claim.filter(|_| g.is_request()) else { return Vec::new() };
    let listed =
        claim.signed_headers.iter().map(|span| claim.string(g.facts.request, *span).to_ascii_lowercase());
    let missing: Vec<String> = listed
        .filter(|name| {
            !name.is_empty() && name != "host" && g.facts.request.header(name.as_bytes()).is_none()
        })
        .collect();
    missing.into_iter().map(|name| line_of(g, name)).collect()
}

fn line_of(g: &mut Gen<'_, '_>, name: String) -> Absent {
    if let Some(line) = g.draft.named(&name) {
        return Absent { name, line, order: None };
    }
    let line = g.draft.add_line(name.as_bytes(), name.as_bytes(), b"", Vec::new());
    let mut order: Vec<usize> = g.draft.written().into_iter().chain([line]).collect();
    order.sort_by_key(|line| g.draft.name(*line).to_vec());
    let order = Some(g.order(&order));
    Absent { name, line, order }
}

/// The line with this value, and other texts that go with it.
fn put(g: &mut Gen<'_, '_>, absent: &Absent, more: &[(Slot, &[u8])], value: &[u8]) {
    let text = String::from_utf8_lossy(value);
    let words = match value.is_empty() {
        true => format!("{}, signed with no value", absent.name),
        false => format!("{}, signed as {text}", absent.name),
    };
    let mut patch: Vec<(Slot, Value)> = absent.order.iter().map(|order| (Slot::LINES, *order)).collect();
    let texts: Vec<(Slot, &[u8])> = [(Slot::line(absent.line), value)].iter().chain(more).copied().collect();
    for (slot, text) in texts {
        patch.push((slot, g.draft.text(text)));
    }
    let edit = Edit::AddHeader(absent.name.clone().into_bytes(), value.to_vec());
    if let Some(change) = g.add(patch, words) {
        change.edit(edit);
    }
}

/// Texts that the header may have had.
fn values(g: &Gen<'_, '_>, name: &str) -> Vec<Vec<u8>> {
    let mut values: Vec<Vec<u8>> = usual::of(name).iter().map(|value| value.as_bytes().to_vec()).collect();
    let body = g.facts.body.as_deref();
    match name {
        "content-length" | "x-amz-decoded-content-length" => {
            values.extend(body.map(|body| body.len().to_string().into_bytes()));
            values.push(b"0".to_vec());
        }
        "x-amz-content-sha256" => {
            values.extend(body.map(|body| super::hex_hash(body).into_bytes()));
            values.push(g.draft.of_base(Slot::PAYLOAD).to_vec());
        }
        "x-amz-security-token" => values.extend(g.facts.token.map(|token| token.expose().to_vec())),
        "referer" | "origin" => values.extend(g.facts.header("origin").map(String::into_bytes)),
        _ => {}
    }
    values.push(Vec::new());
    values
}

/// Seconds to either side of the clock within which servers take a date.
const WINDOW: i64 = 900;

/// A date that was signed but not sent: an instant near the clock, which is the second line of the string to sign as well.
fn dates(g: &mut Gen<'_, '_>, absent: &Absent) {
    let is_date = absent.name.eq_ignore_ascii_case(g.draft.family.date_header);
    let (true, Some(instant)) = (is_date, g.facts.instant()) else { return };
    for seconds in (0..=WINDOW).flat_map(|n| [-n, n]) {
        let text = instant.plus(seconds).basic();
        put(g, absent, &[(Slot::TIMESTAMP, &text)], &text);
        if let Some(change) = g.last_change().filter(|_| seconds.abs() > 2) {
            change.alone();
        }
    }
}
