//! What the server answers, as the first check that fails decides.

use super::shown::plain;
use super::{Lifeline, Step, StepKind, Tint};
use crate::analysis::Analysis;
use crate::request::Request;
use crate::service::protocol::Protocol;
use crate::verify::refusal::{self, Reason};
use crate::verify::{CheckId, Conclusion};
use crate::visible;

/// An answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// The status; `None` while the verdict is not known.
    pub status: Option<u16>,
    /// What the service says.
    pub body: String,
    /// The check that decided, where one failed.
    pub failed: Option<CheckId>,
    /// The verdict.
    pub verdict: Option<Conclusion>,
}

impl Reply {
    /// The answer to the request of an analysis.
    pub fn of(request: &Request, analysis: &Analysis) -> Self {
        let verdict = analysis.verdict.conclusion();
        let failed = analysis.verdict.failed();
        let refused = failed.map(|check| {
            let reason = match check.id {
                CheckId::Claim if analysis.claim.is_none() => Reason::NoClaim,
                id => Reason::Check(id, analysis.claim().map(|claim| claim.placement)),
            };
            refused(reason, check.aws.as_deref().unwrap_or_default(), request, analysis)
        });
        let (status, body) = match (refused, verdict) {
            (Some((status, body)), _) => (Some(status), body),
            (None, Some(Conclusion::Match)) => (Some(200), String::new()),
            (None, Some(Conclusion::Mismatch | Conclusion::Rejected) | None) => (None, String::new()),
        };
        Self { status, body, failed: failed.map(|check| check.id), verdict }
    }

    /// The answer to a request that was taken before, of a server that remembers signatures.
    pub(super) fn to_replay(request: &Request, analysis: &Analysis) -> Self {
        let (status, body) = refused(Reason::Guard, "this signature was used before", request, analysis);
        Self { status: Some(status), body, failed: None, verdict: analysis.verdict.conclusion() }
    }

    /// The step that it is.
    pub(super) fn step(&self) -> Step {
        let (title, sentence) = match (self.status, self.failed) {
            (Some(200), None) => (
                "200 OK".into(),
                "Both sides computed the same signature, so the request is what the client signed.".into(),
            ),
            (Some(status), Some(id)) => (
                format!("{status} {}", reason(status)),
                format!("The check failed: {}. The server does not do what the request asks.", id.title()),
            ),
            (Some(status), None) => (
                format!("{status} {}", reason(status)),
                "The signature is right, but the server has seen it before. Its guard refuses a replay."
                    .into(),
            ),
            (None, _) => ("Not known yet".into(), "Something that the verdict needs is not at hand.".into()),
        };
        let mut step = Step::new(StepKind::Answers, Lifeline::Server, Lifeline::Client, title, sentence);
        if !self.body.is_empty() {
            step.lines = vec![vec![plain(Tint::Derived, self.body.clone())]];
        }
        step
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        200 => "OK",
        401 => "Unauthorized",
        _ => "Forbidden",
    }
}

/// Status and words of a refusal, as the service of the request has them; `aws` is what it says of a check.
fn refused(reason: Reason, aws: &str, request: &Request, analysis: &Analysis) -> (u16, String) {
    let is_webhook = analysis.scheme.recipe().is_some();
    let service = analysis.basis.service.as_ref().map(|service| &*service.text);
    let protocol =
        if is_webhook { Protocol::Plain } else { Protocol::of_rules(request, service, analysis.basis.rules) };
    let told = refusal::refusal(&protocol, reason, aws);
    // A webhook's receiver has no codes.
    let words = match (aws.is_empty(), is_webhook) {
        (true, _) => String::new(),
        (false, true) => told.message.to_owned(),
        (false, false) => format!("{}: {}", told.code, told.message),
    };
    (told.status, visible::one_line(words.as_bytes()))
}
