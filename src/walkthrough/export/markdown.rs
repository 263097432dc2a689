//! Markdown as GitHub shows it: the diagram on top, then a section a step.

use super::{columns, lines, mark, mermaid, mistakes, of_change, origins};
use crate::walkthrough::{Step, Walkthrough};

pub(super) fn write(walkthrough: &Walkthrough) -> String {
    let mut out = format!("# {}\n\n{}\n\n", plain(&walkthrough.name), plain(walkthrough.scheme));
    out.push_str(&format!("```mermaid\n{}```\n", mermaid::write(walkthrough)));
    for (place, step) in walkthrough.steps.iter().enumerate() {
        let (from, to) = (walkthrough.party(step.from), walkthrough.party(step.to));
        let who = if step.from == step.to { from.to_owned() } else { format!("{from} → {to}") };
        out.push_str(&format!(
            "\n## {}. {}\n\n*{who}.* {}\n",
            place + 1,
            plain(&step.title),
            plain(&step.sentence)
        ));
        of_step(&mut out, step);
    }
    out
}

fn of_step(out: &mut String, step: &Step) {
    if let Some(formula) = &step.formula {
        out.push_str(&block(formula));
    }
    if step.changes.is_empty() {
        let text: Vec<String> = lines(step).collect();
        if !text.is_empty() {
            out.push_str(&block(&text.join("\n")));
        }
    } else {
        let rows: Vec<String> = step.changes.iter().map(of_change).collect();
        out.push_str(&block(&format!("{}\n\n{}", columns(step), rows.join("\n"))));
    }
    if let Some(outcome) = step.outcome {
        out.push_str(&format!("\n**{}**\n", mark(outcome)));
    }
    let mut notes = Vec::new();
    if !step.sources.is_empty() {
        notes.push(format!("- From: {}", plain(&origins(step))));
    }
    notes.extend(mistakes(step).map(|(id, title)| format!("- Can go wrong: {} (`{id}`)", plain(title))));
    if !step.link.is_empty() {
        notes.push(format!("- Rule: <{}>", step.link));
    }
    if !notes.is_empty() {
        out.push_str(&format!("\n{}\n", notes.join("\n")));
    }
}

/// A block of code, behind a fence that is longer than any in the text.
fn block(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}text\n{text}\n{fence}\n")
}

/// A text in which nothing is markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
