//! What a server or a signer says it computed: it is taken, compared, made the request, forgotten.

use super::super::action::OnEvidence;
use super::super::history::Kind;
use super::super::model::{Model, QuestionKind, View};
use super::change;
use super::question::ask;
use crate::analysis::Source;
use crate::case::{self, Case, Format};
use crate::diagnose::is_of_another_request;
use crate::evidence::{self, Piece, Scope};
use crate::report::Role;
use crate::samples;

pub(super) fn act(model: &mut Model, deed: OnEvidence) {
    match deed {
        OnEvidence::NextDifference => arrive(model, next_difference(model)),
        OnEvidence::PreviousDifference => arrive(model, previous_difference(model)),
        OnEvidence::Forget => {
            change(model, "the evidence", Kind::Whole, |session| {
                session.evidence = Default::default();
                session.pasted = None;
            });
            model.say(Role::Plain, "The evidence is forgotten; u brings it back.");
        }
        OnEvidence::Load => ask(model, QuestionKind::Evidence, ""),
        OnEvidence::Rebuild => rebuild(model),
    }
}

/// The first difference below the cursor, else from the top.
fn next_difference(model: &Model) -> Option<usize> {
    let comparison = model.comparison();
    comparison.differences().find(|at| *at > model.difference).or_else(|| comparison.differences().next())
}

/// The last difference above the cursor, else from the end.
fn previous_difference(model: &Model) -> Option<usize> {
    let comparison = model.comparison();
    let above = comparison.differences().filter(|at| *at < model.difference).last();
    above.or_else(|| comparison.differences().last())
}

fn arrive(model: &mut Model, difference: Option<usize>) {
    match difference {
        Some(row) => model.difference = row,
        None => {
            let (role, words) = model.without_difference();
            model.say(role, words);
        }
    }
}

/// Takes a text as evidence where it holds some; else as the other side's text, where it looks like one.
pub(super) fn take_text(model: &mut Model, paste: &str) -> Result<(), evidence::EvidenceError> {
    let text = paste.as_bytes();
    let looks_canonical = text.split(|byte| *byte == b'\n').nth(1).is_some_and(|line| line.starts_with(b"/"));
    let plain = looks_canonical || evidence::is_string_to_sign(text);
    let is_part = |piece: &Piece| piece.fragment.is_some();
    let pieces = match evidence::read(text) {
        Err(_) if plain => vec![Piece::plain(text.trim_ascii_end())],
        Ok(pieces) if plain && pieces.iter().all(is_part) => vec![Piece::plain(text.trim_ascii_end())],
        read => read?,
    };
    let evidence = pieces.clone();
    let case = Case { format: Format::Evidence, evidence, ..Case::default() };
    let pasted = super::paste::keep(model, paste, &case);
    take_evidence(model, pieces);
    model.session.pasted = Some(pasted);
    Ok(())
}

/// Takes what a server or a signer says it computed.
fn take_evidence(model: &mut Model, pieces: Vec<Piece>) {
    let untouched = samples::named(&model.session.name).is_some() && !model.history.can_undo();
    if pieces.iter().all(|piece| !belongs(model, piece, untouched)) {
        return stand_alone(model, pieces);
    }
    let words: Vec<String> = pieces.iter().map(Piece::words).collect();
    let tells = pieces.iter().any(Piece::quotes_a_text);
    change(model, "evidence", Kind::Whole, |session| {
        session.evidence = [&session.evidence[..], &pieces].concat().into();
    });
    model.turn = 0;
    if is_of_another(model) {
        let words = words.join("; ");
        return if untouched { open_other(model, &words) } else { tell_other(model, &words) };
    }
    model.view = View::Diagnose;
    let first = model.to_first_difference();
    let (role, next) = match (tells, first) {
        (false, _) => (Role::Good, None),
        (true, Some(_)) => (Role::Good, Some("2 compares the texts.")),
        (true, None) => {
            let (role, words) = model.without_difference();
            (role, Some(words))
        }
    };
    let next = next.map(|words| format!(" {words}")).unwrap_or_default();
    model.say(role, format!("Taken: {}.{next}", words.join("; ")));
}

/// Whether a piece can be about the request on the table: it names no other key, no other date with another scope, and speaks of nothing
/// that this request has otherwise. A sample that nobody touched is nobody's request: only what quotes its date belongs to it.
fn belongs(model: &Model, piece: &Piece, untouched: bool) -> bool {
    let (analysis, request) = (&model.analysis, &model.session.request);
    let ours = analysis.trace.string_to_sign();
    let line = |text: &[u8], at: usize| text.split(|byte| *byte == b'\n').nth(at).map(<[u8]>::to_vec);
    let string = piece.string_to_sign.as_deref();
    let same = |at: usize| string.map(|string| line(string, at) == line(ours, at));
    let claimed = analysis.claimed_key_id(request);
    let same_key = piece.access_key_id.as_ref().zip(claimed).map(|(id, own)| *id == own);
    let date = |text: &[u8]| {
        text.split(|byte| *byte == b'\n').find(|line| line.starts_with(b"x-amz-date:")).map(<[u8]>::to_vec)
    };
    let canonical = piece.canonical_request.as_deref().and_then(date);
    let same_date = canonical.is_some() && canonical == date(analysis.trace.canonical_request());
    let scope = analysis.claim().and_then(|claim| claim.scope);
    let scope = scope.map_or(Scope::default(), |scope| Scope {
        region: scope.region.map(|span| request.at(span)),
        service: Some(request.at(scope.service)),
    });
    match (same(1), same(2)) {
        _ if same_date => true,
        (Some(false), Some(false)) => false,
        (Some(true), _) => true,
        (Some(false), _) => !untouched && same_key != Some(false),
        (None, _) => !untouched && same_key != Some(false) && !piece.is_about_another(request, scope),
    }
}

/// Evidence of another request becomes a case of its own, in one step that can be taken back.
fn stand_alone(model: &mut Model, pieces: Vec<Piece>) {
    let words: Vec<String> = pieces.iter().map(Piece::words).collect();
    let words = words.join("; ");
    let case = case::rebuild(&pieces).unwrap_or_else(|| Case {
        format: Format::Evidence,
        evidence: pieces,
        ..Case::default()
    });
    let is_rebuilt = !case.request.is_absent();
    put_in_place(model, case, Source::Pasted);
    model.turn = 0;
    model.view = View::Diagnose;
    let what =
        if is_rebuilt { "The request was rebuilt from it" } else { "It stands by itself, without a request" };
    model.say(Role::Good, format!("Taken: {words}. {what}; u takes it back."));
}

/// Puts what evidence came to in the place of the request on the table; the keys at hand stay.
fn put_in_place(model: &mut Model, case: Case, source: Source) {
    let keys = model.session.keys.clone();
    // Evidence names no files: nothing is left to be read.
    drop(super::paste::replace(model, case, "evidence", source));
    model.session.keys = keys;
}

fn is_of_another(model: &Model) -> bool {
    model.session.evidence.last().is_some_and(|piece| is_of_another_request(&model.analysis, piece))
}

/// Where a sample is on the table that nobody touched, the request of the evidence takes its place.
fn open_other(model: &mut Model, words: &str) {
    rebuild(model);
    model.view = View::Compare;
    model.to_first_difference();
    model.say(Role::Good, format!("Taken: {words}. The request was rebuilt from it; u takes it back."));
}

fn tell_other(model: &mut Model, words: &str) {
    model.view = View::Compare;
    model.to_first_difference();
    let text = format!("Taken, but it is of another request: R makes that the one on the table. {words}.");
    model.say(Role::Warning, text);
}

/// Makes the request that the evidence quotes the one on the table.
pub(super) fn rebuild(model: &mut Model) {
    let Some(case) = case::rebuild(&model.session.evidence) else {
        return model.say(Role::Warning, "Not now: no evidence quotes a canonical request.");
    };
    let source = match model.session.source {
        Source::Given | Source::Pasted => Source::Pasted,
        Source::Tape(number) => Source::Tape(number),
    };
    put_in_place(model, case, source);
    let body = if model.lacks_body() { "the body is unknown" } else { "the body is empty" };
    model.say(
        Role::Good,
        format!("Rebuilt from the evidence: names are in lower case, and {body}. u takes it back."),
    );
}
