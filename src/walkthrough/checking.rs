//! The steps of the side that checks: one for each check of the verdict, and what stands between them.

use super::shown::plain;
use super::{Lifeline, Step, StepKind, Tint, signing, words};
use crate::analysis::Analysis;
use crate::signature::check::{CheckId, Outcome};
use crate::trace::StageKind;
use crate::verify::Check;
use crate::visible;

/// Every step behind the wire, up to the answer.
pub(super) fn steps(analysis: &Analysis, names_key: bool) -> Vec<Step> {
    let mut out = Vec::new();
    for check in &analysis.verdict.checks {
        match check.id {
            CheckId::Key if names_key => out.extend(key(check, analysis)),
            CheckId::Signature => {
                out.extend(again(analysis));
                out.push(of(check, analysis));
            }
            CheckId::Claim
            | CheckId::Algorithm
            | CheckId::Date
            | CheckId::Scope
            | CheckId::SignedHeaders
            | CheckId::Key
            | CheckId::Payload
            | CheckId::Policy
            | CheckId::Framing
            | CheckId::Chunks
            | CheckId::Checksum => out.push(of(check, analysis)),
        }
    }
    out
}

fn of(check: &Check, analysis: &Analysis) -> Step {
    let said = words::of_check(check.id);
    let kind = StepKind::Checks(check.id);
    let mut step =
        Step::new(kind, Lifeline::Server, Lifeline::Server, format!("Check: {}", said.title), said.sentence);
    if !check.detail.is_empty() {
        step.lines = vec![vec![plain(Tint::Derived, visible::one_line(check.detail.as_bytes()))]];
    }
    step.link = signing::of_scheme(analysis);
    step.causes = said.causes;
    step.outcome = Some(check.outcome);
    step
}

/// The key id goes to the key store, and the secret comes back.
fn key(check: &Check, analysis: &Analysis) -> [Step; 2] {
    let asks = Step {
        link: signing::of_scheme(analysis),
        ..Step::new(
            StepKind::AsksKey,
            Lifeline::Server,
            Lifeline::KeyStore,
            "Whose key is this?",
            "The request holds only the id of a key. The key store knows which secret belongs to it.",
        )
    };
    let title = match check.outcome {
        Outcome::Passed => "Its secret",
        Outcome::Failed => "No such key",
        Outcome::NotReached => "Not asked",
    };
    let answers = Step {
        kind: StepKind::AnswersKey,
        from: Lifeline::KeyStore,
        title: title.into(),
        ..of(check, analysis)
    };
    [asks, answers]
}

/// The server makes the same texts from what it received.
fn again(analysis: &Analysis) -> Vec<Step> {
    let step = |kind, title: &str, sentence: &str, lines| Step {
        lines,
        link: signing::of_scheme(analysis),
        ..Step::new(kind, Lifeline::Server, Lifeline::Server, title, sentence)
    };
    let mut out = vec![step(
        StepKind::Rebuilds,
        "Make the text to sign again",
        "The server takes the request as it arrived and makes the text to sign anew. Whatever was changed on the way makes another text.",
        Vec::new(),
    )];
    if let Some(signature) = analysis.trace.bytes(StageKind::Signature) {
        let lines = vec![vec![plain(Tint::Derived, visible::one_line(signature))]];
        out.push(step(
            StepKind::Expects,
            "Compute the expected signature",
            "With the secret from its own store the server computes what the signature must be.",
            lines,
        ));
    }
    out
}
