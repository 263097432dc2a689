//! The verdict in words: the two signatures, and each check.

use super::{Line, Role, part};
use crate::analysis::Analysis;
use crate::scheme::Signing;
use crate::scheme::chunks::walk::Walked;
use crate::signature::check::Headline;
use crate::verify::{Agreement, CheckId, Conclusion, Outcome};
use crate::visible;

/// Signatures and checks.
pub fn verdict(analysis: &Analysis) -> Vec<Line> {
    let text = |bytes: Option<&[u8]>| bytes.map_or("none".into(), visible::one_line);
    let mut out = vec![
        vec![part(Role::Quiet, "computed  "), part(Role::Plain, text(analysis.computed()))],
        vec![part(Role::Quiet, "received  "), part(Role::Plain, text(analysis.received_shown().as_deref()))],
    ];
    if let Agreement::DifferAt(at) = analysis.agreement() {
        out.push(vec![part(Role::Bad, format!("{:>1$}", "^", 10 + at + 1))]);
    }
    out.push(Vec::new());
    let (role, sentence) = in_words(analysis);
    out.push(vec![part(role, sentence)]);
    for check in &analysis.verdict.checks {
        let (role, mark) = match check.outcome {
            Outcome::Passed => (Role::Good, "✓"),
            Outcome::Failed => (Role::Bad, "✗"),
            Outcome::NotReached => (Role::Quiet, "·"),
        };
        out.push(vec![
            part(role, format!("{mark} ")),
            part(Role::Plain, format!("{:<39}", check.id.title())),
            part(Role::Quiet, visible::one_line(check.detail.as_bytes())),
        ]);
        // AWS stops at the first that fails, and answers that.
        let decides = analysis.verdict.failed().is_some_and(|first| first.id == check.id);
        if let (Some(aws), true) = (&check.aws, decides) {
            out.push(vec![part(
                Role::Warning,
                format!("  AWS answers: {}", visible::one_line(aws.as_bytes())),
            )]);
        }
    }
    out
}

/// The verdict in one sentence, and whether it is good news.
pub fn in_words(analysis: &Analysis) -> (Role, String) {
    let verdict = &analysis.verdict;
    if let Some(foreign) = analysis.foreign {
        let words = format!("– {} is not supported yet: nothing is computed for it", foreign.with_article());
        return (Role::Warning, words);
    }
    if analysis.claim.is_none() {
        return without_claim(&verdict.agreement);
    }
    match (verdict.conclusion(), &verdict.agreement) {
        (Some(Conclusion::Match), Agreement::Valid) if is_of_ecdsa(analysis) => (Role::Good, VALID.into()),
        (Some(Conclusion::Match), Agreement::Valid) => (Role::Good, "✓ the signature is valid".into()),
        (Some(Conclusion::Match), _) => (Role::Good, "✓ the signatures match".into()),
        (Some(Conclusion::Mismatch), Agreement::DifferAt(at)) => {
            (Role::Bad, format!("✗ the signatures differ from character {} on", at + 1))
        }
        (Some(Conclusion::Mismatch), Agreement::Invalid(why)) => {
            (Role::Bad, format!("✗ the signature is not valid: {why}"))
        }
        (Some(Conclusion::Mismatch), Agreement::Equal | Agreement::Valid | Agreement::Unknown) => {
            (Role::Bad, in_the_body(analysis))
        }
        (Some(Conclusion::Rejected), _) => rejected(analysis),
        (None, _) => (Role::Warning, "… the verdict waits for the body to be read".into()),
    }
}

/// The request's own signature is right, but one in its body is not.
fn in_the_body(analysis: &Analysis) -> String {
    match analysis.stream.walked().and_then(Walked::first_broken) {
        Some((_, link)) => {
            format!(
                "✗ the request's signature is right, but that of {} at byte {} is not",
                link.name(),
                link.offset
            )
        }
        None => "✗ the signatures differ".into(),
    }
}

/// ECDSA has many right signatures for one text.
const VALID: &str = "✓ the signature is valid; ECDSA: two right signatures may differ";

/// Whether the scheme is one of AWS's whose signatures are made with ECDSA.
fn is_of_ecdsa(analysis: &Analysis) -> bool {
    analysis.scheme.family().is_some_and(|family| family.signing == Signing::Ecdsa)
}

/// A request that carries no signature: it may be compared with one that was typed.
fn without_claim(agreement: &Agreement) -> (Role, String) {
    match agreement {
        Agreement::Equal => (Role::Good, "✓ the signatures match".into()),
        Agreement::Valid => (Role::Good, VALID.into()),
        Agreement::Invalid(why) => (Role::Bad, format!("✗ the signature is not valid: {why}")),
        Agreement::DifferAt(at) => {
            (Role::Bad, format!("✗ the signatures differ from character {} on", at + 1))
        }
        Agreement::Unknown => (
            Role::Warning,
            "– the request carries no signature that is known; `computed` is what you would send".into(),
        ),
    }
}

fn rejected(analysis: &Analysis) -> (Role, String) {
    let verdict = &analysis.verdict;
    let agreement = &verdict.agreement;
    let failed = verdict.failed();
    let why = failed
        .and_then(|check| check.headline)
        .map_or_else(|| usual(failed.map(|check| check.id), analysis), Headline::words);
    match agreement {
        Agreement::Equal => (Role::Warning, format!("✗ the signatures match, but {why}")),
        Agreement::Valid => (Role::Warning, format!("✗ the signature is valid, but {why}")),
        Agreement::Invalid(not) => (Role::Bad, format!("✗ {why}; the signature is not valid: {not}")),
        Agreement::DifferAt(at) => {
            (Role::Bad, format!("✗ {why}; the signatures differ from character {} on", at + 1))
        }
        Agreement::Unknown => (Role::Bad, format!("✗ {why}")),
    }
}

/// What a failure of a check usually is.
fn usual(failed: Option<CheckId>, analysis: &Analysis) -> &'static str {
    match failed {
        Some(CheckId::Claim) => "the request carries no signature that can be read",
        Some(CheckId::Algorithm) => "the algorithm is not known",
        Some(CheckId::Date) if analysis.claim().is_some_and(|claim| claim.expires.is_some()) => {
            "the presigned URL is not good at this time"
        }
        Some(CheckId::Date) => "the date is outside the window",
        Some(CheckId::Scope) => "the credential scope does not agree",
        Some(CheckId::SignedHeaders) => "a header that must be signed is not",
        Some(CheckId::Key) => "there is no secret for this access key id",
        Some(CheckId::Payload) => "the payload hash is not the body's",
        Some(CheckId::Policy) => "the form does not meet its policy",
        Some(CheckId::Framing) => "the body does not have the form it announces",
        Some(CheckId::Checksum) => "the checksum in the trailer is not that of the data",
        Some(CheckId::Signature | CheckId::Chunks) | None => "a check failed",
    }
}
