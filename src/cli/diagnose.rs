//! `countersign diagnose`: why does the signature not match?

use clap::ArgMatches;
use serde_json::{Value, json};

use super::input::Long;
use super::{Answer, Failure, input, json, output};
use crate::diagnose::{self, Diagnosis, Effort, Exhausted, Finding, Progress, diagnose};
use crate::evidence::Piece;
use crate::machine;
use crate::report::diagnosis::{self, Omit};
use crate::report::{Reveal, redact};

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = input::open(matches, Long::Refused)?;
    let analysis = input::analyse_opened(&mut opened)?;
    let found = diagnose(&opened.session, machine::clock(), effort(matches), &Progress::default());
    match matches.get_one::<String>("format").map(String::as_str) {
        Some("json") => drop(json::print(&to_json(&found, &opened.session.evidence, matches))?),
        Some("markdown") => {
            let report = diagnosis::markdown(&found, &analysis, &opened.session, &omitted(matches));
            output::print(report.as_bytes())?;
        }
        _ => {
            output::note(&opened.notices);
            output::print_lines(
                &diagnosis::diagnosis(&found, &analysis, &opened.session, json::reveal(matches)),
                matches,
            )?;
        }
    }
    Ok(if found.answer == diagnose::Answer::Match { Answer::Yes } else { Answer::No })
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

fn to_json(found: &Diagnosis, evidence: &[Piece], matches: &ArgMatches) -> Value {
    let (reveal, omit) = (json::reveal(matches), omitted(matches));
    json!({
        "answer": found.answer.name(),
        "findings": found.findings.iter().map(finding).collect::<Vec<_>>(),
        "tried": found.tried,
        "exhausted": found.exhausted == Exhausted::Yes,
        "evidence": evidence.iter().map(|piece| of_piece(piece, reveal, &omit)).collect::<Vec<_>>(),
    })
}

/// A piece of evidence; tokens are hidden in its strings.
fn of_piece(piece: &Piece, reveal: Reveal, omit: &[Omit]) -> Value {
    let signature = piece.signature.as_ref().filter(|_| !omit.contains(&Omit::Signature));
    let text = |text: &Option<Vec<u8>>| text.as_deref().map(|text| redact::lines(text, reveal));
    json!({
        "side": piece.side.name(),
        "format": piece.format,
        "canonical_request": text(&piece.canonical_request),
        "string_to_sign": text(&piece.string_to_sign),
        "signature": signature,
        "consistent": piece.consistent(),
        "code": piece.code,
        "gate": piece.gate.map(|gate| gate.id),
        "damage": piece.damage,
    })
}

fn finding(finding: &Finding) -> Value {
    let causes: Vec<&str> = finding.causes.iter().map(|cause| cause.id).collect();
    let sides: Vec<&str> = finding.causes.iter().map(|cause| cause.side.name()).collect();
    let details: Vec<&str> = finding.causes.iter().map(|cause| cause.detail.as_str()).collect();
    let links: Vec<&str> = finding.causes.iter().filter_map(|cause| cause.link).collect();
    json!({
        "certainty": finding.certainty.name(),
        "causes": causes,
        "title": finding.title(),
        "explanation": finding.explanation(),
        "fix": finding.fix(),
        "details": details,
        "sides": sides,
        "links": links,
    })
}
