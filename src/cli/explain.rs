//! `countersign explain`: every intermediate in order, with where each line came from.

use clap::ArgMatches;
use serde_json::{Value, json};

use super::{Answer, output, session};
use crate::analysis::Analysis;
use crate::diff;
use crate::host::Failure;
use crate::host::input::{self, Long};
use crate::report::explain;
use crate::report::json;
use crate::report::redact::{self, Reveal};
use crate::report::source::Sources;
use crate::trace::{Stage, StageKind};

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session::open(matches, Long::PassesBy)?;
    let analysis = input::analyse_opened(&mut opened)?;
    let (request, reveal) = (&opened.session.request, output::reveal(matches));
    if matches.get_one::<String>("format").is_some_and(|format| format == "json") {
        let sources = Sources::new(request);
        let stages = analysis.trace.stages.iter().map(|stage| as_json(stage, &analysis, &sources, reveal));
        let notes = opened.notices.iter().map(|notice| notice.0.clone());
        let value = json!({
            "scheme": analysis.foreign.map_or(analysis.scheme.name(), |foreign| foreign.name),
            "notes": notes.collect::<Vec<_>>(),
            "stages": stages.collect::<Vec<_>>(),
            "verdict": analysis.verdict.conclusion().map(crate::verify::Conclusion::name),
            "checks": json::checks(&analysis),
        });
        return output::print_json_report(&value, &analysis);
    }
    let lines = explain::explain(&analysis, request, &opened.notices, reveal);
    output::print_lines(&lines, &analysis, matches)
}

fn as_json(stage: &Stage, analysis: &Analysis, sources: &Sources<'_>, reveal: Reveal) -> Value {
    let lines = diff::lines(stage.text.bytes()).into_iter().map(|range| {
        let sources = sources.of(&stage.text, range.clone()).into_iter().map(|source| {
            let rules: Vec<_> = source.rules.iter().map(|rule| rule.said().id).collect();
            json!({ "from": source.from, "rules": rules })
        });
        json!({ "start": range.start, "end": range.end, "sources": sources.collect::<Vec<_>>() })
    });
    let lines: Vec<Value> = if stage.kind == StageKind::KeyChain { Vec::new() } else { lines.collect() };
    json!({
        "name": stage.name,
        "text": json::text(&redact::text(stage, sources.request(), analysis, reveal)),
        "lines": lines,
    })
}
