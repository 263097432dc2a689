//! The steps of the side that signs: one for each section of each stage of the trace.

use super::changes::{changes, unsigned};
use super::formula::Formulas;
use super::{Lifeline, Made, Step, StepKind, shown, words};
use crate::analysis::{Analysis, Session};
use crate::report::source::Sources;
use crate::trace::{Rule, Section, Stage, StageKind};

/// Every step up to the signature, in the order of the trace.
pub(super) fn steps(session: &Session, analysis: &Analysis) -> Vec<Step> {
    let sources = Sources::new(&session.request);
    let formulas = Formulas::of(session, analysis);
    let mut out = Vec::new();
    for (place, stage) in analysis.trace.stages.iter().enumerate() {
        let mut keys = 0;
        for (range, section) in stage.text.sections() {
            let mut step = step(stage, Made { stage: place, range }, section, (&sources, analysis));
            step.formula = formulas.of_step(stage, section, keys, step.makes.as_ref());
            keys += usize::from(section == Section::Key);
            out.push(step);
        }
    }
    out
}

fn step(stage: &Stage, made: Made, section: Section, (sources, analysis): (&Sources<'_>, &Analysis)) -> Step {
    let request = sources.request();
    let said = words::of_section(stage.kind, section);
    let kind = StepKind::Makes(stage.kind, section);
    let range = made.range.clone();
    let lines = shown::lines(stage, range.clone(), request, analysis);
    let mut step = Step::new(kind, Lifeline::Client, Lifeline::Client, said.title, said.sentence);
    if section == Section::Key {
        step.title = key_title(stage, &range);
    }
    step.sources = sources.of(&stage.text, range.clone());
    step.changes = changes(stage, section, &range, request);
    if section == Section::Headers {
        step.changes.extend(unsigned(request, analysis));
    }
    step.link = link(stage, &range, analysis);
    step.causes = said.causes;
    step.lines = lines.into_iter().filter(|line| section != Section::Key || !line.is_empty()).collect();
    step.makes = Some(made);
    step
}

/// The first line of a step to the key is its name.
fn key_title(stage: &Stage, range: &std::ops::Range<usize>) -> String {
    let text = String::from_utf8_lossy(&stage.text.bytes()[range.clone()]).into_owned();
    let name = text.trim_start().lines().next().unwrap_or_default();
    format!("Key: {name}")
}

/// Where the rule of these bytes is laid down, else that of the whole scheme.
fn link(stage: &Stage, range: &std::ops::Range<usize>, analysis: &Analysis) -> &'static str {
    let own = stage.text.pieces_in(range.clone()).find_map(|(_, piece)| piece.rules.iter().next());
    own.map_or_else(|| of_scheme(analysis), |rule| rule.said().link)
}

/// Where the rules of a scheme stand: the rule by which it signs says.
pub(super) fn of_scheme(analysis: &Analysis) -> &'static str {
    if let Some(row) = analysis.scheme.recipe() {
        return row.link;
    }
    let signature = analysis.trace.stage(StageKind::Signature);
    let rule = signature.and_then(|text| text.pieces().first()?.rules.iter().next());
    rule.unwrap_or(Rule::Hashed).said().link
}
