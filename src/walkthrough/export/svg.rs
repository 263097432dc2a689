//! The sequence diagram as a picture that stands alone, light and dark as the reader's machine is.

use super::{escaped, short};
use crate::signature::check::Outcome;
use crate::walkthrough::{Lifeline, Step, StepKind, Walkthrough};

const WIDTH: usize = 1040;
/// Where the first step stands.
const TOP: usize = 96;
/// How far one step is from the next.
const ROW: usize = 44;
/// How much further an arrow is from the step above it, whose value stands over it.
const AIR: usize = 14;
/// A value is cut to as many characters.
const VALUE: usize = 52;

const STYLE: &str = "\
.cs{--paper:#ffffff;--ink:#1f2328;--quiet:#59636e;--line:#d1d9e0;--lit:#0969da;--good:#1a7f37;--bad:#cf222e}\
@media(prefers-color-scheme:dark){.cs{--paper:#0d1117;--ink:#f0f6fc;--quiet:#9198a1;--line:#3d444d;--lit:#4493f8;--good:#3fb950;--bad:#f85149}}\
.cs text{font:14px system-ui,sans-serif;fill:var(--ink)}.cs .n,.cs .v{font:12px ui-monospace,monospace;fill:var(--quiet)}\
.cs .h{font-weight:600;font-size:15px}.cs .b{fill:var(--paper)}.cs .l{stroke:var(--line);stroke-width:2}.cs .a{stroke:var(--lit);stroke-width:2}\
.cs .d{fill:var(--lit)}.cs .g{fill:var(--good)}.cs .r{fill:var(--bad)}";

pub(super) fn write(walkthrough: &Walkthrough) -> String {
    let places = places(walkthrough);
    let height = places.last().map_or(TOP, |last| last + ROW);
    let title = escaped(&format!("{}: {} step by step", walkthrough.name, walkthrough.scheme));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cs\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\">\
         <title>{title}</title><style>{STYLE}</style>\n\
         <rect class=\"b\" width=\"{WIDTH}\" height=\"{height}\"/>\n\
         <text x=\"24\" y=\"30\" class=\"h\">{}</text>\n",
        escaped(&short(&format!("{}   {}", walkthrough.name, walkthrough.scheme), 100))
    );
    for lifeline in walkthrough.lifelines() {
        let x = x(lifeline);
        out.push_str(&format!(
            "<text x=\"{x}\" y=\"66\" class=\"h\" text-anchor=\"middle\">{}</text>\
             <line class=\"l\" x1=\"{x}\" y1=\"76\" x2=\"{x}\" y2=\"{}\"/>\n",
            walkthrough.party(lifeline),
            height - 12
        ));
    }
    for (place, (step, y)) in walkthrough.steps.iter().zip(places).enumerate() {
        out.push_str(&of_step(place, step, y));
    }
    out.push_str("</svg>\n");
    out
}

/// How far down each step stands.
fn places(walkthrough: &Walkthrough) -> Vec<usize> {
    let mut y = TOP - ROW;
    let place = |step: &Step| {
        y += if step.from == step.to { ROW } else { ROW + AIR };
        y
    };
    walkthrough.steps.iter().map(place).collect()
}

fn x(lifeline: Lifeline) -> usize {
    match lifeline {
        Lifeline::Client => 90,
        Lifeline::Server => 520,
        Lifeline::KeyStore => 950,
    }
}

fn of_step(place: usize, step: &Step, y: usize) -> String {
    let (from, to) = (x(step.from), x(step.to));
    let class = match step.outcome {
        Some(Outcome::Passed) => "g",
        Some(Outcome::Failed) => "r",
        Some(Outcome::NotReached) | None => "d",
    };
    let mut out = format!(
        "<g><text x=\"{}\" y=\"{}\" class=\"n\" text-anchor=\"end\">{}</text>",
        from.min(to) - 14,
        y + 5,
        place + 1
    );
    out.push_str(&format!("<circle class=\"{class}\" cx=\"{from}\" cy=\"{y}\" r=\"5\"/>"));
    if from != to {
        // The head of the arrow points to where the line ends.
        let back = if from < to { to - 10 } else { to + 10 };
        out.push_str(&format!(
            "<line class=\"a\" x1=\"{from}\" y1=\"{y}\" x2=\"{back}\" y2=\"{y}\"/>\
             <path class=\"d\" d=\"M{to} {y}L{back} {}L{back} {}Z\"/>",
            y - 6,
            y + 6
        ));
    }
    let left = from.min(to) + 14;
    let lift = if from == to { 0 } else { 12 };
    out.push_str(&format!(
        "<text x=\"{left}\" y=\"{}\">{}</text>",
        y + 5 - lift,
        escaped(&short(&step.title, 56))
    ));
    let value = match step.kind {
        // The title says it.
        StepKind::Sent => String::new(),
        StepKind::Makes(..)
        | StepKind::PutTogether
        | StepKind::Checks(_)
        | StepKind::AsksKey
        | StepKind::AnswersKey
        | StepKind::Rebuilds
        | StepKind::Expects
        | StepKind::Answers => step.value(),
    };
    if !value.is_empty() {
        let below = if from == to { y + 21 } else { y + 17 };
        out.push_str(&format!(
            "<text x=\"{left}\" y=\"{below}\" class=\"v\">{}</text>",
            escaped(&short(&value, VALUE))
        ));
    }
    out.push_str("</g>\n");
    out
}
