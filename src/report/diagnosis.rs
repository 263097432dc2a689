//! A diagnosis in words: for the terminal, and as Markdown that may be pasted into a public issue.

use super::redact::{self, Reveal, Veil};
use super::{Line, Role, changed, part};
use crate::analysis::{Analysis, Session};
use crate::diagnose::{Answer, Certainty, Diagnosis, Exhausted, Finding};
use crate::request::Request;
use crate::visible;

/// What of a report is left out, beside secrets and session tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Omit {
    /// Signatures, computed and received.
    Signature,
    /// The body.
    Body,
}

impl Omit {
    /// Every one, with its name on the command line.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Signature, "signature"), (Self::Body, "body")];
}

/// The whole diagnosis.
pub fn diagnosis(diagnosis: &Diagnosis, analysis: &Analysis, session: &Session, reveal: Reveal) -> Vec<Line> {
    let (role, mark) = mark(diagnosis.answer);
    let mut out = vec![vec![part(role, format!("{mark} {}", words(diagnosis, session)))]];
    for (finding, place) in listed(diagnosis) {
        match place {
            Place::Own => {
                out.push(Vec::new());
                out.extend(of_finding(finding, analysis, &session.request, reveal));
            }
            Place::Or => {
                let title = visible::one_line(finding.title().as_bytes());
                out.push(vec![part(Role::Quiet, "  or         "), part(Role::Plain, title)]);
            }
        }
    }
    out.push(Vec::new());
    for piece in session.evidence.iter() {
        let words = visible::one_line(piece.words().as_bytes());
        out.push(vec![part(Role::Quiet, format!("{:<13}", piece.side.name())), part(Role::Quiet, words)]);
    }
    out.push(vec![part(Role::Quiet, effort(diagnosis))]);
    out
}

/// The answer in a sentence.
pub fn words(diagnosis: &Diagnosis, session: &Session) -> &'static str {
    match session.request.is_absent() {
        true => "There is no request here. This is what the text says by itself.",
        false => diagnosis.answer.words(),
    }
}

/// How a finding stands to the one before it in the list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// It says something of its own.
    Own,
    /// It explains the same bytes in another way: the request cannot tell which of the two it was.
    Or,
}

/// The findings in the order in which they are told: behind each proof the others of the same bytes. Two proofs with the same words
/// and bytes are one.
pub fn listed(diagnosis: &Diagnosis) -> Vec<(&Finding, Place)> {
    let all: Vec<(&Finding, String)> = diagnosis.findings.iter().map(|one| (one, one.title())).collect();
    let (mut out, mut is_told) = (Vec::new(), vec![false; all.len()]);
    for (index, (finding, title)) in all.iter().enumerate() {
        if std::mem::replace(&mut is_told[index], true) {
            continue;
        }
        out.push((*finding, Place::Own));
        let mut words = vec![title];
        for (other, (same, title)) in all.iter().enumerate().skip(index + 1) {
            if !is_told[other] && says_the_same(finding, same) {
                is_told[other] = true;
                if !words.contains(&title) {
                    out.push((*same, Place::Or));
                    words.push(title);
                }
            }
        }
    }
    out
}

/// How an answer is marked where colour is missing.
pub fn mark(answer: Answer) -> (Role, &'static str) {
    match answer {
        Answer::Match => (Role::Good, "✓"),
        Answer::Proven | Answer::Rejected => (Role::Bad, "✗"),
        Answer::Contradicted => (Role::Bad, "≠"),
        Answer::Open | Answer::Incomplete => (Role::Warning, "?"),
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

/// One finding, as lines: what, why, what to do, an example, the rule, and the lines that differ.
pub fn of_finding(finding: &Finding, analysis: &Analysis, request: &Request, reveal: Reveal) -> Vec<Line> {
    let ids: Vec<&str> = finding.causes.iter().map(|cause| cause.id).collect();
    let mut out = vec![vec![
        part(role(finding.certainty), format!("{:<13}", finding.certainty.name())),
        part(Role::Heading, ids.join(" + ")),
    ]];
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
    out.extend(changed::lines(&changed::of(finding, analysis, request, reveal), finding.sides()));
    out
}

/// A report that may be pasted into an issue: no secret, no session token, and nothing of what `omit` names.
pub fn markdown(diagnosis: &Diagnosis, analysis: &Analysis, session: &Session, omit: &[Omit]) -> String {
    let mut out = format!("### Why doesn't this signature match? {}\n\n", code(&session.name));
    out.push_str(&format!("{}\n\n", words(diagnosis, session)));
    for (finding, place) in listed(diagnosis) {
        match place {
            Place::Own => push_markdown(&mut out, finding, analysis, &session.request, omit),
            Place::Or => out.push_str(&format!("  - Or: {}\n", escaped(&finding.title()))),
        }
    }
    match session.request.is_absent() {
        true => out.push_str("\n| | |\n|---|---|\n"),
        false => push_compared(&mut out, analysis, session, omit),
    }
    out.push_str(&format!("| search | {} |\n\n", effort(diagnosis)));
    out.push_str("Made with Countersign; secrets and session tokens are left out.\n");
    match omit.contains(&Omit::Signature) {
        true => without_signatures(&out, analysis),
        false => out,
    }
}

fn push_markdown(out: &mut String, finding: &Finding, analysis: &Analysis, request: &Request, omit: &[Omit]) {
    let ids: Vec<String> = finding.causes.iter().map(|cause| code(cause.id)).collect();
    let (certainty, title) = (finding.certainty.name(), escaped(&finding.title()));
    out.push_str(&format!("- **{certainty}** {}: {title}\n", ids.join(" + ")));
    for (name, text) in [("Why", finding.explanation()), ("Fix", finding.fix())] {
        if !text.is_empty() {
            out.push_str(&format!("  - {name}: {}\n", escaped(&text)));
        }
    }
    for link in finding.causes.iter().filter_map(|cause| cause.link) {
        out.push_str(&format!("  - See: <{link}>\n"));
    }
    if leaves_out_the_text(omit, analysis) {
        return;
    }
    let lines = changed::lines(&changed::of(finding, analysis, request, Reveal::Nothing), finding.sides());
    if !lines.is_empty() {
        let text = super::plain(&lines);
        let text: Vec<&str> = text.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
        push_block(out, &text.join("\n"), "    ");
    }
}

/// Whether the signed text is left out, because it is the body.
pub(crate) fn leaves_out_the_text(omit: &[Omit], analysis: &Analysis) -> bool {
    omit.contains(&Omit::Body) && analysis.scheme.recipe().is_some()
}

/// A block of text in which nothing is markup, whatever it holds.
fn push_block(out: &mut String, text: &str, indent: &str) {
    let ticks = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(ticks.max(2) + 1);
    let lines: Vec<String> = text.lines().map(|line| format!("{indent}{}", line.trim_end())).collect();
    out.push_str(&format!("\n{indent}{fence}text\n{}\n{indent}{fence}\n", lines.join("\n")));
}

/// What was compared: the request, what is computed of it, what others say, and the signatures.
fn push_compared(out: &mut String, analysis: &Analysis, session: &Session, omit: &[Omit]) {
    out.push_str("\n#### What was compared\n");
    let veil = Veil::of(&session.request);
    push_block(out, &visible::text(&redact::head(&session.request)), "");
    let body = &session.request.body;
    if !body.is_empty() && !omit.contains(&Omit::Body) {
        out.push_str(&format!("\nBody, {} bytes:\n", body.len()));
        if body.len() <= BODY_IN_REPORT {
            push_block(out, &visible::text(&redact::body(&session.request)), "");
        }
    }
    let ours = [
        ("canonical request", analysis.trace.canonical_request()),
        ("string to sign", analysis.trace.string_to_sign()),
    ];
    let others = session.evidence.iter().flat_map(|piece| {
        let texts =
            [(" canonical request", &piece.canonical_request), (" string to sign", &piece.string_to_sign)];
        texts
            .into_iter()
            .filter_map(|(name, text)| Some((format!("{}'s{name}", piece.side.name()), text.as_deref()?)))
    });
    // A scheme without a canonical request has none to show.
    let is_shown = |(_, text): &(&str, &[u8])| {
        analysis.scheme.recipe().is_none() || !text.is_empty() && !leaves_out_the_text(omit, analysis)
    };
    let ours = ours.into_iter().filter(is_shown).map(|(name, text)| (format!("computed {name}"), text));
    for (name, text) in ours.chain(others) {
        out.push_str(&format!("\nThe {name}:\n"));
        push_block(out, &visible::text(redact::lines_under(&veil, text).as_bytes()), "");
    }
    let computed = analysis.computed().map_or("none, there is no secret".into(), visible::one_line);
    let received = analysis.received_shown().as_deref().map_or("none".into(), visible::one_line);
    out.push_str(&format!("\n| | |\n|---|---|\n| scheme | {} |\n", analysis.scheme.name()));
    out.push_str(&format!("| computed | {} |\n| received | {} |\n", code(&computed), code(&received)));
}

/// Longer bodies are told by their length.
const BODY_IN_REPORT: u64 = 4096;

/// The text with every signature that is at hand replaced.
fn without_signatures(text: &str, analysis: &Analysis) -> String {
    let given = [analysis.computed(), analysis.received.as_deref()];
    let mut out = text.to_owned();
    for signature in given.into_iter().flatten().map(String::from_utf8_lossy).filter(|text| text.len() >= 16)
    {
        out = out.replace(&*signature, "(signature left out)");
    }
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
