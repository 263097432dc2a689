//! `countersign diagnose`: why does the signature not match?

use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::args::BUDGET;
use super::{Answer, output, session};
use crate::analysis::{Analysis, Session};
use crate::diagnose::{self, Diagnosis, Effort, Exhausted, Finding, Progress, diagnose};
use crate::evidence::Piece;
use crate::host::{Failure, input};
use crate::machine;
use crate::report::changed::{self, Changed, Side};
use crate::report::diagnosis::{self, Omit};
use crate::report::json;
use crate::report::{Reveal, redact};
use crate::request::Notice;

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session::open_or_evidence(matches)?;
    let analysis = input::analyse_opened(&mut opened)?;
    let found = search(&opened.session, matches);
    match matches.get_one::<String>("format").map(String::as_str) {
        Some("json") => {
            output::print_json_report(&to_json(&found, &analysis, &opened.session, matches), &analysis)?;
        }
        Some("markdown") => {
            let report = diagnosis::markdown(&found, &analysis, &opened.session, &omitted(matches));
            output::print_report(&report, &analysis)?;
        }
        _ => {
            output::note(&opened.notices);
            output::print_lines(
                &diagnosis::diagnosis(&found, &analysis, &opened.session, output::reveal(matches)),
                &analysis,
                matches,
            )?;
        }
    }
    Ok(if found.answer == diagnose::Answer::Match { Answer::Yes } else { Answer::No })
}

/// Diagnoses within the time that is given, and says on standard error how far it is once that takes long.
fn search(session: &Session, matches: &ArgMatches) -> Diagnosis {
    const PATIENCE: Duration = Duration::from_secs(1);
    let seconds = matches.get_one::<f64>("budget").copied().unwrap_or(BUDGET);
    let progress = Progress::within(Duration::from_secs_f64(seconds));
    let (done, is_done) = mpsc::channel::<()>();
    let found = thread::scope(|scope| {
        let progress = &progress;
        scope.spawn(move || {
            // The other end is dropped when the search is over.
            while is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let tried = progress.tried.load(Ordering::Relaxed);
                output::note(&[Notice(format!(
                    "Still searching: {tried} combinations tried, at most {seconds} s."
                ))]);
            }
        });
        let found = diagnose(session, machine::clock(), effort(matches), progress);
        drop(done);
        found
    });
    if found.exhausted == Exhausted::No {
        output::note(&[Notice(format!(
            "The search stopped after {seconds} s; --budget SECONDS gives it more time."
        ))]);
    }
    found
}

/// What a report leaves out.
fn omitted(matches: &ArgMatches) -> Vec<Omit> {
    let names = matches.get_many::<String>("omit").into_iter().flatten();
    names.filter_map(|name| Omit::ALL.iter().find(|(_, own)| own == name).map(|(omit, _)| *omit)).collect()
}

/// How far to search: by the number of changes that are combined.
fn effort(matches: &ArgMatches) -> Effort {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let depth = matches.get_one::<u8>("depth").map_or(Effort::DEEP.depth, |depth| usize::from(*depth));
    Effort { depth, threads, ..Effort::DEEP }
}

fn to_json(found: &Diagnosis, analysis: &Analysis, session: &Session, matches: &ArgMatches) -> Value {
    let (reveal, omit) = (output::reveal(matches), omitted(matches));
    json!({
        "answer": found.answer.name(),
        "findings": found.findings.iter().map(|one| finding(one, analysis, session, matches)).collect::<Vec<_>>(),
        "tried": found.tried,
        "exhausted": found.exhausted == Exhausted::Yes,
        "evidence": session.evidence.iter().map(|piece| of_piece(piece, reveal, &omit)).collect::<Vec<_>>(),
    })
}

/// A piece of evidence; tokens are hidden in its strings.
fn of_piece(piece: &Piece, reveal: Reveal, omit: &[Omit]) -> Value {
    let signature = piece.signature.as_ref().filter(|_| !omit.contains(&Omit::Signature));
    let signature = signature.map(|text| json::text(&redact::claimed(text.as_bytes())));
    let text = |text: &Option<Vec<u8>>| text.as_deref().map(|text| redact::lines(text, reveal));
    json!({
        "side": piece.side.name(),
        "format": piece.format,
        "canonical_request": text(&piece.canonical_request),
        "string_to_sign": text(&piece.string_to_sign),
        "signature": signature,
        "consistent": piece.consistent(),
        "code": piece.code.as_deref().map(redact::sentence),
        "gate": piece.gate.map(|gate| gate.id),
        "damage": piece.damage,
    })
}

/// A finding. Texts that it does not have are null, never empty.
fn finding(finding: &Finding, analysis: &Analysis, session: &Session, matches: &ArgMatches) -> Value {
    let causes: Vec<&str> = finding.causes.iter().map(|cause| cause.id).collect();
    let sides: Vec<&str> = finding.causes.iter().map(|cause| cause.side.name()).collect();
    let details: Vec<Option<&str>> = finding.causes.iter().map(|cause| told(&cause.detail)).collect();
    let links: Vec<&str> = finding.causes.iter().filter_map(|cause| cause.link).collect();
    let changes = match diagnosis::leaves_out_the_text(&omitted(matches), analysis) {
        true => Vec::new(),
        false => changed::of(finding, analysis, &session.request, output::reveal(matches)),
    };
    json!({
        "certainty": finding.certainty.name(),
        "causes": causes,
        "title": finding.title(),
        "explanation": told(&finding.explanation()),
        "fix": told(&finding.fix()),
        "details": details,
        "sides": sides,
        "links": links,
        "changes": changes.iter().map(|change| of_change(change, finding.sides())).collect::<Vec<_>>(),
    })
}

fn told(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A line that was signed otherwise than it was sent; null on the side that does not have it.
fn of_change(change: &Changed, [signed, sent]: [&str; 2]) -> Value {
    let text = |side: &Option<Side>| side.as_ref().map(Side::text);
    json!({ signed: text(&change.signed), sent: text(&change.sent) })
}
