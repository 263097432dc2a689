//! A sequence diagram for Mermaid, as GitHub draws it within Markdown.

use super::short;
use crate::signature::check::Outcome;
use crate::walkthrough::{Lifeline, Step, StepKind, Walkthrough};

/// A value is cut to as many characters.
const DIGITS: usize = 16;

pub(super) fn write(walkthrough: &Walkthrough) -> String {
    let mut out = String::from("sequenceDiagram\n    autonumber\n");
    for lifeline in walkthrough.lifelines() {
        out.push_str(&format!("    participant {} as {}\n", id(lifeline), walkthrough.party(lifeline)));
    }
    for step in &walkthrough.steps {
        out.push_str(&of_step(step));
    }
    out
}

fn of_step(step: &Step) -> String {
    let (from, to) = (id(step.from), id(step.to));
    let arrow = match (step.kind, step.outcome) {
        (StepKind::Answers, _) | (StepKind::AnswersKey, Some(Outcome::Passed)) => "-->>",
        (_, Some(Outcome::Failed)) => "-x",
        (_, _) => "->>",
    };
    let value = match step.kind {
        StepKind::Makes(..) | StepKind::Expects => step.value(),
        StepKind::Answers => step.value().split(": ").next().unwrap_or_default().to_owned(),
        StepKind::Checks(_) | StepKind::AnswersKey => {
            step.outcome.map_or("", super::mark).split(' ').next().unwrap_or_default().to_owned()
        }
        StepKind::PutTogether | StepKind::Sent | StepKind::AsksKey | StepKind::Rebuilds => String::new(),
    };
    let value = short(&value, DIGITS * 2);
    let text = if value.is_empty() { step.title.clone() } else { format!("{} · {value}", step.title) };
    format!("    {from}{arrow}{to}: {}\n", words(&text))
}

fn id(lifeline: Lifeline) -> &'static str {
    match lifeline {
        Lifeline::Client => "C",
        Lifeline::Server => "S",
        Lifeline::KeyStore => "K",
    }
}

/// A text of a message: what has a meaning in Mermaid, or in HTML, is written by its number.
pub(super) fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | ',' | '.' | '/' | '-' | '_' | '?' | '(' | ')' | '=' => {
                out.push(character)
            }
            _ => out.push_str(&format!("#{};", u32::from(character))),
        }
    }
    out
}
