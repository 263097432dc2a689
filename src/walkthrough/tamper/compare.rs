//! What both sides made, step beside step.

use super::Row;
use crate::analysis::Analysis;
use crate::trace::Traced;
use crate::walkthrough::{Step, StepKind, Walkthrough};

type Side<'a> = (&'a Walkthrough, &'a Analysis);

/// The steps that both sides took, the first of a kind beside the first, the second beside the second.
pub(super) fn rows(signed: Side<'_>, received: Side<'_>) -> Vec<Row> {
    let mut seen: Vec<StepKind> = Vec::new();
    let mut out = Vec::new();
    for step in signed.0.steps.iter().filter(|step| step.makes.is_some()) {
        let before = seen.iter().filter(|kind| **kind == step.kind).count();
        seen.push(step.kind);
        let other = received.0.steps.iter().filter(|other| other.kind == step.kind).nth(before);
        out.extend(other.and_then(|other| row((step, signed.1), (other, received.1))));
    }
    out
}

fn row(signed: (&Step, &Analysis), received: (&Step, &Analysis)) -> Option<Row> {
    let (a, b) = (bytes(signed)?, bytes(received)?);
    let shown = |step: &Step| {
        step.lines.iter().map(|line| line.iter().map(|run| run.text.as_str()).collect()).collect()
    };
    Some(Row {
        kind: signed.0.kind,
        title: signed.0.title.clone(),
        signed: shown(signed.0),
        received: shown(received.0),
        bits: bits(a, b),
        agree: a == b,
    })
}

fn bytes<'a>((step, analysis): (&Step, &'a Analysis)) -> Option<&'a [u8]> {
    let made = step.makes.as_ref()?;
    let text: &Traced = &analysis.trace.stages.get(made.stage)?.text;
    text.bytes().get(made.range.clone())
}

/// The bits in which two texts of one length differ; of a digest in hex those of the digest.
fn bits(a: &[u8], b: &[u8]) -> Option<(u64, u64)> {
    let digest = |text: &[u8]| {
        let line = text.trim_ascii().rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        hex::decode(line).ok().filter(|digest| digest.len() >= 16)
    };
    match (digest(a), digest(b)) {
        (Some(a), Some(b)) if a.len() == b.len() => Some(count(&a, &b)),
        (_, _) if a.len() == b.len() => Some(count(a, b)),
        (_, _) => None,
    }
}

fn count(a: &[u8], b: &[u8]) -> (u64, u64) {
    let differ = a.iter().zip(b).map(|(a, b)| u64::from((a ^ b).count_ones())).sum();
    (differ, a.len() as u64 * 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_of_a_digest_are_those_of_its_bytes() {
        let (a, b) = ("00".repeat(32), format!("{}01", "00".repeat(31)));
        assert_eq!(bits(a.as_bytes(), b.as_bytes()), Some((1, 256)));
        assert_eq!(bits(b"GET\n", b"GEU\n"), Some((1, 32)));
        assert_eq!(bits(b"GET\n", b"POST\n"), None);
    }
}
