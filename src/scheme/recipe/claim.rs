//! What a request presents under a row.

use super::Recipe;
use super::capture::{self, Capture, Captured};
use super::evaluate::{Planned, Scene};
use super::pattern::{Place, Shape};
use super::source::Source;
use super::template::{Node, Template};
use crate::request::{Request, Span};
use crate::scheme::claim::{ClaimDate, ClaimErrorKind};
use crate::scheme::sign::Situation;
use crate::scheme::{Claim, ClaimError, Placement};
use crate::time::DateForm;

/// The claim; `None` where the request is not signed so.
pub(super) fn of(row: &Recipe, request: &Request) -> Option<Result<Claim, ClaimError>> {
    let found = match capture::of(row, request) {
        Capture::Nothing => return None,
        Capture::Other(span) => return holds(row, request, &[]).then(|| Err(other(row, request, span))),
        Capture::Found(found, empty) => match empty.first() {
            Some(place) => return holds(row, request, &found).then(|| Err(empty_place(place))),
            None => found,
        },
    };
    if !holds(row, request, &found) {
        return None;
    }
    let value = |at: usize| found.iter().find(|one| one.value == at);
    let signature = value(row.signature())?;
    if let Some(missing) = missing(row, &found) {
        return Some(Err(missing));
    }
    let time = row.time.as_ref().or(row.expires.as_ref());
    Some(Ok(Claim {
        placement: placement(row),
        algorithm: signature.span,
        access_key_id: row.key_id.and_then(value).map(|one| one.span),
        scope: None,
        signed_headers: Vec::new(),
        signature: signature.span,
        date: time.and_then(|time| {
            let one = value(time.captured()?)?;
            Some(ClaimDate {
                span: one.span,
                instant: time.unit.read(&one.bytes).map(|at| (at, DateForm::Unix)),
            })
        }),
        expires: None,
        region_set: None,
        policy: None,
    }))
}

/// Where signatures of this row stand.
pub(super) fn placement(row: &Recipe) -> Placement {
    match row.pattern_of(row.signature()).map(|pattern| &pattern.place) {
        Some(Place::Header(_)) | None => Placement::Header,
        Some(Place::Query(_)) => Placement::Query,
        Some(Place::Form(_) | Place::Json(_)) => Placement::Body,
    }
}

/// Whether the conditions of the row hold.
fn holds(row: &Recipe, request: &Request, found: &[Captured]) -> bool {
    if row.require.is_empty() {
        return true;
    }
    let situation = Situation::bare();
    let scene = Scene::of(request, found, Planned::No, &situation);
    row.require.iter().all(|condition| condition.holds(&scene))
}

/// Something else stands at the place of the signature: what, as far as it may be shown.
fn other(row: &Recipe, request: &Request, span: Span) -> ClaimError {
    let pattern = row.pattern_of(row.signature());
    let text = request.slice(span);
    let word = text.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let found = match (&*text, word) {
        ([], _) => "nothing".into(),
        (text, _) if text.iter().all(u8::is_ascii_hexdigit) => format!("{} hex digits alone", text.len()),
        (text, 1..=8) if text.len() > word && matches!(text[word], b'=' | b' ') => {
            format!("`{}…`", String::from_utf8_lossy(&text[..=word]))
        }
        (text, _) => format!("{} characters that begin otherwise", text.len()),
    };
    ClaimError {
        kind: ClaimErrorKind::Malformed,
        expected: match pattern.map(|pattern| (&pattern.shape, &pattern.text)) {
            Some((Shape::Sequence(_) | Shape::Items(_) | Shape::Base64(..), text)) => {
                format!("`{}`", text.replace(['{', '}'], ""))
            }
            None => "a signature".into(),
        },
        found,
        place: pattern.map(|pattern| pattern.place.words()).unwrap_or_default(),
        span: Some(span),
        aws: None,
    }
}

/// A place that should hold a value.
fn empty_place(place: &Place) -> ClaimError {
    ClaimError {
        kind: ClaimErrorKind::Malformed,
        expected: format!("{} beside the signature", place.words()),
        found: "none".into(),
        place: "the request".into(),
        span: None,
        aws: None,
    }
}

/// A value that every message needs, and that is not there.
fn missing(row: &Recipe, found: &[Captured]) -> Option<ClaimError> {
    let is_there = |at: &usize| found.iter().any(|one| one.value == *at);
    let of_first = row.messages.first().map(|message| needed(&message.what)).unwrap_or_default();
    let by_all = |at: &usize| row.messages.iter().all(|message| needed(&message.what).contains(at));
    let at = of_first.into_iter().filter(by_all).find(|at| !is_there(at))?;
    let place = row.pattern_of(at).map(|pattern| pattern.place.words()).unwrap_or_default();
    Some(ClaimError {
        kind: ClaimErrorKind::Malformed,
        expected: format!("{} beside the signature", row.names[at]),
        found: "none".into(),
        place,
        span: None,
        aws: None,
    })
}

/// The captured values that a template cannot do without.
fn needed(template: &Template) -> Vec<usize> {
    let value = |node: &Node| match node {
        Node::Hole(hole) => match hole.source {
            Source::Captured(at) if hole.pipes.is_empty() => Some(at),
            _ => None,
        },
        Node::Literal(_) | Node::Optional(_) => None,
    };
    template.nodes.iter().filter_map(value).collect()
}
