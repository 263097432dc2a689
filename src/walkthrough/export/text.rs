//! Plain text: one paragraph a step.

use super::{columns, joined, lines, mark, mistakes, of_change, origins};
use crate::walkthrough::{Step, StepKind, Walkthrough};

pub(super) fn write(walkthrough: &Walkthrough) -> String {
    let mut out = format!("{}\n{}\n", walkthrough.name, walkthrough.scheme);
    for (place, step) in walkthrough.steps.iter().enumerate() {
        let (from, to) = (walkthrough.party(step.from), walkthrough.party(step.to));
        let who = if step.from == step.to { from.to_owned() } else { format!("{from} → {to}") };
        out.push_str(&format!("\n{:>2}  {}   [{who}]\n    {}\n", place + 1, step.title, step.sentence));
        of_step(&mut out, step);
    }
    out
}

fn of_step(out: &mut String, step: &Step) {
    let mut put = |text: &str| out.push_str(&format!("      {text}\n"));
    step.formula.iter().for_each(|formula| put(formula));
    if !step.changes.is_empty() {
        put(columns(step));
        step.changes.iter().for_each(|change| put(&format!("  {}", of_change(change))));
    } else if step.kind == StepKind::Sent {
        step.lines.iter().for_each(|line| put(&joined(line)));
    } else {
        lines(step).for_each(|line| put(if line.is_empty() { "(empty line)" } else { &line }));
    }
    step.outcome.iter().for_each(|outcome| put(mark(*outcome)));
    if !step.sources.is_empty() {
        put(&format!("from: {}", origins(step)));
    }
    for (id, title) in mistakes(step) {
        put(&format!("can go wrong: {title} ({id})"));
    }
    if !step.link.is_empty() {
        put(&format!("rule: {}", step.link));
    }
}
