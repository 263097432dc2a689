//! A walkthrough as a text that is passed on: one file for each format. What is in a step is fit to be shown, so nothing is hidden here.

mod clock;
mod html;
mod json;
mod markdown;
mod mermaid;
mod svg;
mod text;

use super::{Change, Run, Step, Walkthrough};
use crate::diagnose::causes;
use crate::report::svg::escaped;
use crate::signature::check::Outcome;

/// A format.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown with a diagram, as GitHub shows it.
    Markdown,
    /// The diagram alone.
    Mermaid,
    /// A picture.
    Svg,
    /// A page that needs nothing else.
    Html,
    /// The steps as data.
    Json,
}

impl Format {
    /// Every format, and its name among the options.
    pub const ALL: [(Self, &str); 6] = [
        (Self::Text, "text"),
        (Self::Markdown, "markdown"),
        (Self::Mermaid, "mermaid"),
        (Self::Svg, "svg"),
        (Self::Html, "html"),
        (Self::Json, "json"),
    ];

    /// What an export is called in messages.
    pub fn title(self) -> &'static str {
        match self {
            Self::Text => "walkthrough as text",
            Self::Markdown => "walkthrough as Markdown",
            Self::Mermaid => "walkthrough as a Mermaid diagram",
            Self::Svg => "walkthrough as an SVG picture",
            Self::Html => "walkthrough as an HTML page",
            Self::Json => "walkthrough as JSON",
        }
    }

    /// How the name of its files ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Mermaid => "mmd",
            Self::Svg => "svg",
            Self::Html => "html",
            Self::Json => "json",
        }
    }

    /// The format of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, own)| *own == name).map(|(format, _)| format)
    }
}

/// The walkthrough in a format.
pub fn export(walkthrough: &Walkthrough, format: Format) -> String {
    match format {
        Format::Text => text::write(walkthrough),
        Format::Markdown => markdown::write(walkthrough),
        Format::Mermaid => mermaid::write(walkthrough),
        Format::Svg => svg::write(walkthrough),
        Format::Html => html::write(walkthrough),
        Format::Json => json::write(walkthrough),
    }
}

/// A line without its colours.
fn joined(line: &[Run]) -> String {
    line.iter().map(|run| run.text.as_str()).collect()
}

/// The lines of a step as one text each.
fn lines(step: &Step) -> impl Iterator<Item = String> {
    step.lines.iter().map(|line| joined(line))
}

/// What a change says, in one line.
fn of_change(change: &Change) -> String {
    match &change.between {
        Some(between) => format!("{}  →  {between}  →  {}", change.before, change.after),
        None => format!("{}  →  {}", change.before, change.after),
    }
}

/// What the columns of the changes are.
fn columns(step: &Step) -> &'static str {
    match step.changes.first().is_some_and(|change| change.between.is_some()) {
        true => "as sent  →  encoded, in the order sent  →  sorted",
        false => "as sent  →  canonical",
    }
}

/// The mistakes of a step: their ids and what happened.
fn mistakes(step: &Step) -> impl Iterator<Item = (&'static str, &'static str)> {
    step.causes.iter().filter_map(|id| causes::named(id)).map(|cause| (cause.id, cause.title))
}

/// Where the bytes came from, in words.
fn origins(step: &Step) -> String {
    /// More are counted.
    const MOST: usize = 12;
    let mut words: Vec<String> = step.sources.iter().take(MOST).map(|source| source.from.clone()).collect();
    if let more @ 1.. = step.sources.len().saturating_sub(MOST) {
        words.push(format!("{more} more places"));
    }
    words.join("; ")
}

/// How a check went.
fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "✓ passed",
        Outcome::Failed => "✗ failed",
        Outcome::NotReached => "· not reached",
    }
}

/// A text cut to `most` characters.
fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
