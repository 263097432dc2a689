//! Machine-readable output: field names in snake case, texts as UTF-8 with replacement characters where they are none.

use serde_json::{Map, Value, json};

use super::{Answer, Failure, output};
use crate::analysis::Analysis;
use crate::report::redact::{self, Reveal};
use crate::request::Request;
use crate::trace::StageKind;
use crate::visible;

/// The text of a stage, hidden parts replaced; null when it was not computed.
pub(crate) fn stage(analysis: &Analysis, request: &Request, kind: StageKind, reveal: Reveal) -> Value {
    let stage = analysis.trace.stages.iter().find(|stage| stage.kind == kind);
    stage.map_or(Value::Null, |stage| text(&redact::text(stage, request, analysis, reveal)))
}

pub(crate) fn text(bytes: &[u8]) -> Value {
    String::from_utf8_lossy(bytes).into()
}

/// The checks in order.
pub(crate) fn checks(analysis: &Analysis) -> Value {
    let checks = analysis.verdict.checks.iter().map(|check| {
        let mut row = Map::new();
        row.insert("id".into(), check.id.name().into());
        row.insert("outcome".into(), check.outcome.name().into());
        row.insert("detail".into(), check.detail.clone().into());
        if let Some(aws) = &check.aws {
            row.insert("aws".into(), aws.clone().into());
        }
        Value::Object(row)
    });
    Value::Array(checks.collect())
}

/// The signatures in the body in short: how many, and the first that is not right; `None` where there are none.
pub(crate) fn chunks(analysis: &Analysis) -> Option<Value> {
    let walked = analysis.stream.walked()?;
    let signature = |bytes: Option<&[u8]>| bytes.map_or(Value::Null, text);
    let broken = walked.first_broken().map(|(_, link)| {
        json!({
            "name": link.name(),
            "offset": link.offset,
            "size": link.size,
            "received": signature(link.given.as_deref()),
            "computed": signature(link.computed.as_deref()),
        })
    });
    Some(json!({ "count": walked.count, "broken": walked.broken, "first_broken": broken }))
}

/// Whether hidden values are shown, as the options say.
pub(crate) fn reveal(matches: &clap::ArgMatches) -> Reveal {
    if matches.get_flag("show-token") { Reveal::Tokens } else { Reveal::Nothing }
}

/// Writes a value, and a line break after it.
pub(crate) fn print(value: &Value) -> Result<Answer, Failure> {
    output::print(written(value).as_bytes())
}

/// Writes a value that tells of a request.
pub(crate) fn print_report(value: &Value, analysis: &Analysis) -> Result<Answer, Failure> {
    output::print_report(&written(value), analysis)
}

fn written(value: &Value) -> String {
    visible::json(&format!("{value:#}\n")).into_owned()
}

/// A pair of texts.
pub(crate) fn pair(name: &[u8], value: &[u8]) -> Value {
    json!([text(name), text(value)])
}
