//! The sequence diagram as a picture that stands alone, light and dark as the reader's machine is.

use std::fmt::Display;

use super::short;
use crate::report::svg::Svg;
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
    let title = format!("{}: {} step by step", walkthrough.name, walkthrough.scheme);
    let mut svg = Svg::new((WIDTH, height), &[("class", &"cs"), ("role", &"img"), ("aria-label", &title)]);
    svg.title(&title);
    svg.style(STYLE);
    svg.shape("rect", &[("class", &"b"), ("width", &WIDTH), ("height", &height)]);
    let head = short(&format!("{}   {}", walkthrough.name, walkthrough.scheme), 100);
    svg.text("text", &[("x", &24), ("y", &30), ("class", &"h")], &head);
    svg.end_line();
    for lifeline in walkthrough.lifelines() {
        let x = x(lifeline);
        let name = [("x", &x as &dyn Display), ("y", &66), ("class", &"h"), ("text-anchor", &"middle")];
        svg.text("text", &name, walkthrough.party(lifeline));
        svg.shape("line", &[("class", &"l"), ("x1", &x), ("y1", &76), ("x2", &x), ("y2", &(height - 12))]);
        svg.end_line();
    }
    for (place, (step, y)) in walkthrough.steps.iter().zip(places).enumerate() {
        of_step(&mut svg, place, step, y);
        svg.end_line();
    }
    svg.finish()
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

fn of_step(svg: &mut Svg, place: usize, step: &Step, y: usize) {
    let (from, to) = (x(step.from), x(step.to));
    let class = match step.outcome {
        Some(Outcome::Passed) => "g",
        Some(Outcome::Failed) => "r",
        Some(Outcome::NotReached) | None => "d",
    };
    let number = (place + 1).to_string();
    let at = (from.min(to) - 14, y + 5);
    svg.text("text", &[("x", &at.0), ("y", &at.1), ("class", &"n"), ("text-anchor", &"end")], &number);
    svg.shape("circle", &[("class", &class), ("cx", &from), ("cy", &y), ("r", &5)]);
    if from != to {
        arrow(svg, (from, to), y);
    }
    let left = from.min(to) + 14;
    let lift = if from == to { 0 } else { 12 };
    svg.text("text", &[("x", &left), ("y", &(y + 5 - lift))], &short(&step.title, 56));
    // What is sent is said by the title.
    let value = if step.kind == StepKind::Sent { String::new() } else { step.value() };
    if !value.is_empty() {
        let below = if from == to { y + 21 } else { y + 17 };
        svg.text("text", &[("x", &left), ("y", &below), ("class", &"v")], &short(&value, VALUE));
    }
}

/// A line whose head points to where it ends.
fn arrow(svg: &mut Svg, (from, to): (usize, usize), y: usize) {
    let back = if from < to { to - 10 } else { to + 10 };
    svg.shape("line", &[("class", &"a"), ("x1", &from), ("y1", &y), ("x2", &back), ("y2", &y)]);
    let head = format!("M{to} {y}L{back} {}L{back} {}Z", y - 6, y + 6);
    svg.shape("path", &[("class", &"d"), ("d", &head)]);
}
