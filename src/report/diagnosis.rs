//! A diagnosis in words: for the terminal, and as Markdown that may be pasted into a public issue.

use super::redact::{self, Reveal};
use super::{Line, Role, part};
use crate::analysis::Analysis;
use crate::diagnose::{Answer, Certainty, Diagnosis, Exhausted, Finding};
use crate::diff::{Diff, RowKind};
use crate::visible::{self, End};

/// The whole diagnosis.
pub fn diagnosis(diagnosis: &Diagnosis, analysis: &Analysis, reveal: Reveal) -> Vec<Line> {
    let (role, mark) = mark(diagnosis.answer);
    let mut out = vec![vec![part(role, format!("{mark} {}", diagnosis.answer.words()))]];
    let mut spelled: Vec<&Finding> = Vec::new();
    for finding in &diagnosis.findings {
        if is_repeated(finding, &spelled) {
            continue;
        }
        spelled.push(finding);
        out.push(Vec::new());
        push_finding(&mut out, finding, analysis, reveal);
        let same = diagnosis.findings.iter().filter(|other| says_the_same(finding, other));
        for other in same.filter(|other| other.title() != finding.title()) {
            let title = visible::one_line(other.title().as_bytes());
            out.push(vec![part(Role::Quiet, "  or         "), part(Role::Plain, title)]);
        }
    }
    out.push(Vec::new());
    out.push(vec![part(Role::Quiet, effort(diagnosis))]);
    out
}

/// How an answer is marked where colour is missing.
pub fn mark(answer: Answer) -> (Role, &'static str) {
    match answer {
        Answer::Match => (Role::Good, "✓"),
        Answer::Proven | Answer::Rejected => (Role::Bad, "✗"),
        Answer::Open => (Role::Warning, "?"),
        Answer::NoSecret | Answer::NoSignature | Answer::Pending => (Role::Warning, "–"),
    }
}

/// The role of a certainty.
pub fn role(certainty: Certainty) -> Role {
    match certainty {
        Certainty::Proven => Role::Bad,
        Certainty::Contradicted => Role::Warning,
        Certainty::Noticed => Role::Quiet,
    }
}

/// Whether two proofs are of the same bytes: then the request cannot tell which of them it was.
fn says_the_same(one: &Finding, other: &Finding) -> bool {
    one.certainty == Certainty::Proven && other.certainty == Certainty::Proven && one.signed == other.signed
}

fn is_repeated(finding: &Finding, spelled: &[&Finding]) -> bool {
    spelled.iter().any(|other| says_the_same(finding, other))
}

/// What was tried.
pub fn effort(diagnosis: &Diagnosis) -> String {
    if diagnosis.tried == 0 {
        return "nothing had to be tried".into();
    }
    let end = match diagnosis.exhausted {
        Exhausted::Yes => "",
        Exhausted::No => ", and there would be more to try",
    };
    format!("tried {} combinations of {} changes{end}", diagnosis.tried, diagnosis.changes)
}

fn push_finding(out: &mut Vec<Line>, finding: &Finding, analysis: &Analysis, reveal: Reveal) {
    let ids: Vec<&str> = finding.causes.iter().map(|cause| cause.id).collect();
    out.push(vec![
        part(role(finding.certainty), format!("{:<13}", finding.certainty.name())),
        part(Role::Heading, ids.join(" + ")),
    ]);
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            out.push(vec![
                part(Role::Quiet, format!("  {name:<11}")),
                part(Role::Plain, visible::one_line(text.as_bytes())),
            ]);
        }
    };
    line("what", &finding.title());
    line("why", &finding.explanation());
    line("fix", &finding.fixes(|cause| Some(cause.fix.clone())));
    line("in between", &finding.fixes(|cause| cause.proxy.map(str::to_owned)));
    for cause in &finding.causes {
        let mut name = "example";
        for text in cause.example.unwrap_or_default().lines() {
            line(name, text);
            name = "";
        }
        line("see", cause.link.unwrap_or_default());
    }
    for row in changed(finding, analysis, reveal) {
        out.push(row);
    }
}

/// The lines in which what was signed differs from what should have been.
fn changed(finding: &Finding, analysis: &Analysis, reveal: Reveal) -> Vec<Line> {
    const MOST: usize = 8;
    let Some((request, string)) = &finding.signed else { return Vec::new() };
    let (ours, theirs) = match request.is_empty() || analysis.trace.canonical_request() == &request[..] {
        false => (analysis.trace.canonical_request(), request),
        true => (analysis.trace.string_to_sign(), string),
    };
    let diff = Diff::of(ours, theirs);
    let mut out = Vec::new();
    let mut push = |name: &str, role: Role, text: &[u8], range: Option<&std::ops::Range<usize>>| {
        if let Some(range) = range {
            let line = redact::line(&text[range.clone()], reveal);
            out.push(vec![
                part(Role::Quiet, format!("  {name:<11}")),
                part(role, visible::fragment(&line, End::OfLine)),
            ]);
        }
    };
    for row in diff.rows.iter().filter(|row| row.kind != RowKind::Same).take(MOST) {
        push("signed", Role::Bad, theirs, row.theirs.as_ref());
        push("should be", Role::Good, ours, row.ours.as_ref());
    }
    out
}

/// A report that may be pasted into an issue: no secret, no session token.
pub fn markdown(diagnosis: &Diagnosis, analysis: &Analysis, name: &str) -> String {
    let mut out = format!("### Why doesn't this signature match? {}\n\n", code(name));
    out.push_str(&format!("{}\n\n", diagnosis.answer.words()));
    for finding in &diagnosis.findings {
        let ids: Vec<String> = finding.causes.iter().map(|cause| code(cause.id)).collect();
        out.push_str(&format!(
            "- **{}** {}: {}\n",
            finding.certainty.name(),
            ids.join(" + "),
            escaped(&finding.title())
        ));
        out.push_str(&format!(
            "  - Why: {}\n  - Fix: {}\n",
            escaped(&finding.explanation()),
            escaped(&finding.fix())
        ));
        for link in finding.causes.iter().filter_map(|cause| cause.link) {
            out.push_str(&format!("  - See: <{link}>\n"));
        }
        let lines = changed(finding, analysis, Reveal::Nothing);
        if !lines.is_empty() {
            let text = super::plain(&lines);
            let text: Vec<String> = text.lines().map(|line| format!("    {}", line.trim())).collect();
            out.push_str(&format!("\n    ```text\n{}\n    ```\n", text.join("\n")));
        }
    }
    let computed = analysis.computed().map_or("none, there is no secret".into(), visible::one_line);
    let received = analysis.received.as_deref().map_or("none".into(), visible::one_line);
    out.push_str(&format!("\n| | |\n|---|---|\n| scheme | {} |\n", analysis.scheme.name()));
    out.push_str(&format!("| computed | {} |\n| received | {} |\n", code(&computed), code(&received)));
    out.push_str(&format!("| search | {} |\n\n", effort(diagnosis)));
    out.push_str("Made with Countersign; secrets and session tokens are left out.\n");
    out
}

fn code(text: &str) -> String {
    format!("`{}`", visible::one_line(text.as_bytes()).replace('`', "'"))
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible::one_line(text.as_bytes()).chars() {
        if "\\`*_{}[]<>#|!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
