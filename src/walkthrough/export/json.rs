//! The steps as data: field names in snake case.

use serde_json::{Value, json};

use super::lines;
use crate::request::{Part, Span};
use crate::visible;
use crate::walkthrough::{Lifeline, Step, StepKind, Walkthrough};

pub(super) fn write(walkthrough: &Walkthrough) -> String {
    let steps = walkthrough.steps.iter().map(of_step);
    let reply = &walkthrough.reply;
    let value = json!({
        "name": walkthrough.name,
        "scheme": walkthrough.scheme,
        "request": walkthrough.request.iter().map(|line| super::joined(line)).collect::<Vec<_>>(),
        "steps": steps.collect::<Vec<_>>(),
        "answer": {
            "status": reply.status,
            "verdict": reply.verdict.map(|verdict| verdict.name()),
            "failed": reply.failed.map(|id| id.name()),
            "body": reply.body,
        },
    });
    visible::json(&format!("{value:#}\n")).into_owned()
}

fn of_step(step: &Step) -> Value {
    let changes = step
        .changes
        .iter()
        .map(|change| json!({ "before": change.before, "encoded": change.between, "after": change.after }));
    let sources = step.sources.iter().map(|source| {
        let rules: Vec<_> = source.rules.iter().map(|rule| rule.said().id).collect();
        json!({ "from": source.from, "rules": rules })
    });
    let spans = step.lines.iter().flatten().filter_map(|run| run.span).map(of_span);
    json!({
        "kind": kind(step.kind),
        "from": lifeline(step.from),
        "to": lifeline(step.to),
        "title": step.title,
        "sentence": step.sentence,
        "formula": step.formula,
        "lines": lines(step).collect::<Vec<_>>(),
        "range": step.makes.as_ref().map(|made| json!([made.range.start, made.range.end])),
        "changes": changes.collect::<Vec<_>>(),
        "sources": sources.collect::<Vec<_>>(),
        "places": spans.collect::<Vec<_>>(),
        "link": step.link,
        "causes": step.causes,
        "outcome": step.outcome.map(|outcome| outcome.name()),
    })
}

fn of_span(span: Span) -> Value {
    let (part, header) = match span.part {
        Part::Method => ("method", None),
        Part::Target => ("target", None),
        Part::HeaderName(index) => ("header_name", Some(index)),
        Part::HeaderValue(index) => ("header_value", Some(index)),
        Part::Body => ("body", None),
    };
    json!({ "part": part, "header": header, "start": span.start, "end": span.end })
}

fn kind(kind: StepKind) -> String {
    match kind {
        StepKind::Makes(stage, _) => stage.name().replace(' ', "_"),
        StepKind::PutTogether => "put_together".into(),
        StepKind::Sent => "sent".into(),
        StepKind::Checks(id) => format!("check_{}", id.name()),
        StepKind::AsksKey => "asks_key".into(),
        StepKind::AnswersKey => "answers_key".into(),
        StepKind::Rebuilds => "rebuilds".into(),
        StepKind::Expects => "expects".into(),
        StepKind::Answers => "answers".into(),
    }
}

fn lifeline(lifeline: Lifeline) -> &'static str {
    match lifeline {
        Lifeline::Client => "client",
        Lifeline::Server => "server",
        Lifeline::KeyStore => "key_store",
    }
}
