//! A page that needs nothing else: the diagram, the request, and each step to open. Without its script it reads as well; with it, bytes
//! light up wherever they came from and went to, and the server's clock can be moved.

use super::{clock, columns, escaped, mark, mistakes, origins, svg};
use crate::request::{Part, Span};
use crate::signature::check::Outcome;
use crate::walkthrough::{Run, Step, StepKind, Tint, Walkthrough};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn write(walkthrough: &Walkthrough) -> String {
    let name = escaped(&walkthrough.name);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{name}: a signature step by step</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#steps\">Skip to the steps</a>\n<header><h1>{name}</h1><p>{}, step by step</p></header>\n<main>\n",
        escaped(walkthrough.scheme)
    );
    let diagram = svg::write(walkthrough);
    out.push_str(&format!("<section class=\"diagram\" aria-label=\"Diagram\"><div class=\"scroll\" tabindex=\"0\">{diagram}</div></section>\n"));
    out.push_str("<section class=\"told\">\n<h2 id=\"request\">The request as it is sent</h2>\n");
    out.push_str(&format!(
        "<pre class=\"request\" tabindex=\"0\" aria-labelledby=\"request\">{}</pre>\n",
        code(&walkthrough.request)
    ));
    out.push_str(&clock::write(walkthrough));
    out.push_str(
        "<h2 id=\"steps\">The steps</h2>\n<p class=\"tools\" hidden><button type=\"button\" data-all=\"open\">Open all</button> \
         <button type=\"button\" data-all=\"close\">Close all</button></p>\n<ol>\n",
    );
    for (place, step) in walkthrough.steps.iter().enumerate() {
        out.push_str(&of_step(walkthrough, place, step));
    }
    out.push_str(&format!("</ol>\n</section>\n</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    out
}

fn of_step(walkthrough: &Walkthrough, place: usize, step: &Step) -> String {
    let (from, to) = (walkthrough.party(step.from), walkthrough.party(step.to));
    let who = if step.from == step.to { from.to_owned() } else { format!("{from} → {to}") };
    let class = match step.outcome {
        Some(Outcome::Passed) => " class=\"good\"",
        Some(Outcome::Failed) => " class=\"bad\"",
        Some(Outcome::NotReached) | None => "",
    };
    let open = if place == 0 { " open" } else { "" };
    let mut out = format!(
        "<li{class} id=\"step-{0}\"><details{open}><summary><span class=\"number\">{0}</span> <span class=\"title\">{1}</span> \
         <span class=\"who\">{who}</span></summary>\n<p>{2}</p>\n",
        place + 1,
        escaped(&step.title),
        escaped(&step.sentence)
    );
    out.push_str(&body(step));
    out.push_str(&notes(step));
    out.push_str("</details></li>\n");
    out
}

fn body(step: &Step) -> String {
    let mut out = String::new();
    if let Some(formula) = &step.formula {
        out.push_str(&format!("<pre class=\"formula\" tabindex=\"0\">{}</pre>\n", escaped(formula)));
    }
    if !step.changes.is_empty() {
        out.push_str(&changes(step));
    }
    if !step.lines.is_empty() && step.kind != StepKind::Sent {
        out.push_str(&format!("<pre tabindex=\"0\">{}</pre>\n", code(&step.lines)));
    }
    if let Some(outcome) = step.outcome {
        out.push_str(&format!("<p class=\"outcome\">{}</p>\n", mark(outcome)));
    }
    out
}

fn changes(step: &Step) -> String {
    let cell = |text: &str| format!("<td>{}</td>", escaped(text));
    let heads: String =
        columns(step).split("  →  ").map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let rows = step.changes.iter().map(|change| {
        let between = change.between.as_deref().map(cell).unwrap_or_default();
        format!("<tr>{}{between}{}</tr>\n", cell(&change.before), cell(&change.after))
    });
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>{heads}</tr></thead><tbody>\n{}</tbody></table></div>\n",
        rows.collect::<String>()
    )
}

fn notes(step: &Step) -> String {
    let mut out = String::new();
    if !step.sources.is_empty() {
        out.push_str(&format!("<p class=\"from\">From {}.</p>\n", escaped(&origins(step))));
    }
    let rows: String = mistakes(step)
        .map(|(id, title)| format!("<li>{} <code>{id}</code></li>\n", escaped(title)))
        .collect();
    if !rows.is_empty() {
        out.push_str(&format!("<h3>What goes wrong here</h3>\n<ul>\n{rows}</ul>\n"));
    }
    if !step.link.is_empty() {
        out.push_str(&format!(
            "<p><a href=\"{0}\" rel=\"noreferrer\">The rule: {0}</a></p>\n",
            escaped(step.link)
        ));
    }
    out
}

fn code(lines: &[Vec<Run>]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| line.iter().map(of_run).collect()).collect();
    lines.join("\n")
}

/// A run; one that came from the request can be pointed at, and says from where.
fn of_run(run: &Run) -> String {
    let class = match run.tint {
        Tint::Request => "q",
        Tint::Given => "g",
        Tint::Derived => "d",
        Tint::Fixed => "f",
        Tint::Hidden => "h",
    };
    let text = escaped(&run.text);
    match run.span {
        Some(span) => format!("<b class=\"{class}\" data-s=\"{}\">{text}</b>", place(span)),
        None => format!("<b class=\"{class}\">{text}</b>"),
    }
}

/// A span as the script reads it: its part, its first byte, and one past its last.
fn place(span: Span) -> String {
    let part = match span.part {
        Part::Method => "m".to_owned(),
        Part::Target => "t".to_owned(),
        Part::HeaderName(index) => format!("n{index}"),
        Part::HeaderValue(index) => format!("v{index}"),
        Part::Body => "b".to_owned(),
    };
    format!("{part}:{}:{}", span.start, span.end)
}
