//! What the server answers, as the first check that fails decides.

use super::shown::plain;
use super::{Lifeline, Step, StepKind, Tint};
use crate::analysis::Analysis;
use crate::request::Request;
use crate::service::Errors;
use crate::verify::{Check, CheckId, Conclusion};
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
        let status = match (failed, verdict) {
            (Some(check), _) => Some(refused(check, request, analysis)),
            (None, Some(Conclusion::Match)) => Some(200),
            (None, Some(Conclusion::Mismatch | Conclusion::Rejected) | None) => None,
        };
        let body = failed.and_then(|check| check.aws.as_deref().filter(|words| !words.is_empty()));
        Self {
            status,
            body: body.map_or_else(String::new, |words| visible::one_line(words.as_bytes())),
            failed: failed.map(|check| check.id),
            verdict,
        }
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
            (Some(_) | None, _) => {
                ("Not known yet".into(), "Something that the verdict needs is not at hand.".into())
            }
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

/// The status of a refusal, as the family of the service has it.
fn refused(check: &Check, request: &Request, analysis: &Analysis) -> u16 {
    if analysis.scheme.recipe().is_some() {
        return 401;
    }
    match analysis.basis.rules.errors {
        Errors::S3 => of_s3(check, analysis),
        // The protocol that names its operation in a header answers 400 to everything.
        Errors::Json if request.header(b"x-amz-target").is_some() => 400,
        Errors::Json | Errors::Query => 403,
        Errors::Ec2 if check.id == CheckId::Date => 400,
        Errors::Ec2 if check.id == CheckId::Claim => 403,
        Errors::Ec2 => 401,
        Errors::Of(words) => words.status,
    }
}

/// S3 refuses with 403 what is forbidden, and with 400 what it cannot read.
fn of_s3(check: &Check, analysis: &Analysis) -> u16 {
    const FORBIDDEN: [&str; 5] = [
        "AccessDenied",
        "InvalidAccessKeyId",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "403 Forbidden",
    ];
    let stated = check.aws.as_deref().unwrap_or_default();
    match check.id {
        _ if FORBIDDEN.iter().any(|code| stated.starts_with(code)) => 403,
        CheckId::Claim if analysis.claim.is_none() => 403,
        CheckId::Key | CheckId::Signature | CheckId::Chunks | CheckId::SignedHeaders | CheckId::Policy => {
            match stated.split_once(": ") {
                Some(("InvalidRequest" | "InvalidPolicyDocument", _)) => 400,
                Some(_) | None => 403,
            }
        }
        CheckId::Claim
        | CheckId::Algorithm
        | CheckId::Date
        | CheckId::Scope
        | CheckId::Payload
        | CheckId::Framing
        | CheckId::Checksum => 400,
    }
}
