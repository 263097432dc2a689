//! Machine-readable output: field names in snake case, texts as UTF-8 with replacement characters where they are none.

use serde_json::{Map, Value, json};

use super::redact::{self, Reveal};
use crate::analysis::Analysis;
use crate::request::{Header, Request};
use crate::scheme::Placement;
use crate::scheme::sign::Instructions;
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

/// A pair of texts.
pub(crate) fn pair(name: &[u8], value: &[u8]) -> Value {
    json!([text(name), text(value)])
}

/// A value as it is printed, and a line break after it.
pub(crate) fn printed(value: &Value) -> String {
    visible::json(&format!("{value:#}\n")).into_owned()
}

/// What signing comes to.
pub(crate) fn signed(
    analysis: &Analysis,
    request: &Request,
    instructions: &Instructions,
    uri_scheme: &str,
    reveal: Reveal,
) -> Value {
    let own = |kind| stage(analysis, request, kind, reveal);
    let headers =
        instructions.headers.iter().map(|header| pair(&header.name, &redact::value(header, reveal)));
    let mut value = json!({
        "scheme": analysis.scheme.name(),
        "canonical_request": own(StageKind::CanonicalRequest),
        "string_to_sign": own(StageKind::StringToSign),
        "signature": own(StageKind::Signature),
        "signed_headers": analysis.terms(request).map(|terms| terms.signed_headers()),
        "headers": headers.collect::<Vec<_>>(),
    });
    if !instructions.fields.is_empty() {
        let fields = instructions.fields.iter().map(|(name, value)| {
            let shown = redact::value(&Header::new(name.as_str(), value.as_slice()), reveal);
            pair(name.as_bytes(), &shown)
        });
        value["fields"] = fields.collect();
    }
    if analysis.basis.placement == Placement::Query {
        let url = Request { target: instructions.url(request, uri_scheme), ..Request::default() };
        value["url"] = text(&redact::target(&url, reveal));
    }
    value
}
