//! Every intermediate in order, each line with where it came from and by which rules.

use super::redact::{self, Reveal, Shows, Veil};
use super::source::{Source, Sources};
use super::{Line, Role, part};
use crate::analysis::Analysis;
use crate::diff;
use crate::request::{Notice, Request};
use crate::scheme::chunks::chain::Link;
use crate::trace::{Origin, Stage, StageKind};
use crate::visible::{self, End};

/// The whole of an analysis in words.
pub fn explain(analysis: &Analysis, request: &Request, notices: &[Notice], reveal: Reveal) -> Vec<Line> {
    let mut out = heading(analysis, request, reveal);
    for notice in notices {
        out.push(vec![part(Role::Warning, format!("note: {}", visible::one_line(notice.0.as_bytes())))]);
    }
    let sources = Sources::new(request);
    for stage in &analysis.trace.stages {
        if stage.kind == StageKind::LinkToSign {
            out.extend(chain(analysis));
        }
        out.push(Vec::new());
        out.push(vec![part(Role::Heading, title(stage, analysis))]);
        push_stage(&mut out, stage, analysis, &sources, reveal);
    }
    out.push(Vec::new());
    out.extend(super::verdict::verdict(analysis));
    out
}

fn heading(analysis: &Analysis, request: &Request, reveal: Reveal) -> Vec<Line> {
    let target = visible::one_line(&redact::target(request, reveal));
    let mut out = vec![line("request", format!("{} {target}", visible::one_line(&request.method)))];
    match analysis.foreign {
        Some(foreign) => {
            out.push(line("scheme", foreign.sentence(request)));
            out.push(line("its rules", foreign.link.into()));
        }
        None if analysis.scheme.recipe().is_some() => out.extend(shared_secret(analysis)),
        None => out.extend(terms(analysis, request)),
    }
    out
}

fn line(name: &str, value: String) -> Line {
    vec![part(Role::Quiet, format!("{name:<11}")), part(Role::Plain, value)]
}

/// What a signature under a shared secret is made by.
fn shared_secret(analysis: &Analysis) -> Vec<Line> {
    let of_row = analysis.scheme.recipe().into_iter().flat_map(|row| {
        [line("scheme", format!("{} ({})", row.title, row.id)), line("its rules", row.link.into())]
    });
    let secret = match &analysis.situation.credentials {
        Some(key) => format!("from {}", key.source),
        None => "none: the signature cannot be computed".into(),
    };
    of_row.chain([line("secret", visible::one_line(secret.as_bytes()))]).collect()
}

/// What the signature is made by.
fn terms(analysis: &Analysis, request: &Request) -> [Line; 4] {
    let veil = Veil::of(request);
    let scope = match analysis.terms(request) {
        Some(terms) => String::from_utf8_lossy(&terms.scope.joined()).into_owned(),
        None => "none".into(),
    };
    let date = analysis.basis.timestamp.as_ref().map_or(&b""[..], |timestamp| &timestamp.text);
    let key = match &analysis.situation.credentials {
        Some(credentials) => {
            let id = redact::claimed(credentials.access_key_id.as_bytes());
            format!("{}, secret from {}", String::from_utf8_lossy(&id), credentials.source)
        }
        None => "none: key chain and signature cannot be computed".into(),
    };
    [
        line("scheme", analysis.scheme.name().into()),
        line("scope", visible::one_line(veil.over(&scope).as_bytes())),
        line("date", visible::one_line(date)),
        line("access key ", visible::one_line(key.as_bytes())),
    ]
}

/// The signatures in the body, a line each; of a long chain the first, and the first that is broken.
fn chain(analysis: &Analysis) -> Vec<Line> {
    const MOST: usize = 100;
    let Some(walked) = analysis.stream.walked() else { return Vec::new() };
    let mut out = vec![Vec::new(), vec![part(Role::Heading, "Signatures in the body")]];
    let broken = walked.first_broken().filter(|(index, _)| *index >= MOST).map(|(_, link)| link);
    out.extend(walked.links.iter().take(MOST).chain(broken).map(line_of));
    let more = walked.count.saturating_sub(MOST as u64);
    if more > 0 {
        out.push(vec![part(Role::Quiet, format!("  … and {more} more, {} not right in all", walked.broken))]);
    }
    out
}

fn line_of(link: &Link) -> Line {
    let (role, mark) = match link.agreement.holds() {
        Some(true) => (Role::Good, "✓"),
        Some(false) => (Role::Bad, "✗"),
        None => (Role::Quiet, "·"),
    };
    let text = |signature: Option<&[u8]>| signature.map_or("none".into(), visible::one_line);
    let mut line = vec![
        part(role, format!("  {mark} ")),
        part(Role::Plain, format!("{:<22} {:>10} bytes at {:<10}", link.name(), link.size, link.offset)),
        part(role, text(link.given.as_deref())),
    ];
    if let (Some(false), Some(computed)) = (link.agreement.holds(), &link.computed) {
        line.push(part(Role::Plain, format!(" ≠ {}", text(Some(computed)))));
    }
    line
}

fn title(stage: &Stage, analysis: &Analysis) -> String {
    let mut name = match (stage.kind, analysis.stream.link()) {
        (StageKind::LinkToSign, Some(link)) => format!("string to sign of {}", link.name()),
        _ => stage.name.to_owned(),
    };
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

fn push_stage(
    out: &mut Vec<Line>,
    stage: &Stage,
    analysis: &Analysis,
    sources: &Sources<'_>,
    reveal: Reveal,
) {
    let bytes = stage.text.bytes();
    let hidden = redact::hidden_ranges(stage, sources.request(), analysis, reveal);
    for line in diff::lines(bytes) {
        let mut shown = vec![part(Role::Plain, "  ")];
        if line.is_empty() {
            shown.push(part(Role::Quiet, "(empty line)"));
        }
        for (range, piece) in stage.text.pieces_in(line.clone()).filter(|(range, _)| !range.is_empty()) {
            let range = range.start.max(line.start)..range.end.min(line.end);
            for (range, shows) in redact::cut(range, &hidden) {
                let end = if range.end == line.end { End::OfLine } else { End::Open };
                shown.push(match shows {
                    Shows::Nothing => part(Role::Mark, redact::placeholder(range.len())),
                    Shows::Text => part(role(&piece.origin), visible::fragment(&bytes[range], end)),
                });
            }
        }
        out.push(shown);
        let sources = sources.of(&stage.text, line);
        if stage.kind != StageKind::KeyChain && !sources.is_empty() {
            out.push(vec![part(Role::Quiet, format!("      {}", in_words(&sources)))]);
        }
    }
}

fn role(origin: &Origin) -> Role {
    match origin {
        Origin::Request(_) => Role::FromRequest,
        Origin::Given(_) => Role::Given,
        Origin::Stage(_) => Role::Derived,
        Origin::Scheme => Role::Fixed,
    }
}

/// A line that was made from more places than these tells the first of them, and how many more there are.
const MOST_SOURCES: usize = 40;

fn in_words(sources: &[Source]) -> String {
    let words = sources.iter().take(MOST_SOURCES).map(|source| {
        let rules: Vec<_> = source.rules.iter().map(|rule| rule.said().id.replace('_', " ")).collect();
        match rules.is_empty() {
            true => source.from.clone(),
            false => format!("{} ({})", source.from, rules.join(", ")),
        }
    });
    let mut words: Vec<_> = words.collect();
    if let more @ 1.. = sources.len().saturating_sub(MOST_SOURCES) {
        words.push(format!("and {more} more"));
    }
    words.join("; ")
}
