//! The exercise of a tour: a broken request, and what a try to mend it comes to.

use std::time::Duration;

use super::{Material, Table, Tour, clock};
use crate::analysis::Session;
use crate::diagnose::causes::Side;
use crate::diagnose::{Certainty, Diagnosis, Edit, Effort, Progress, diagnose};
use crate::request::{Request, http};
use crate::trace::Section;
use crate::verify::Conclusion;
use crate::visible;
use crate::walkthrough::{Step, StepKind, Tamper, Walkthrough};

/// A broken request and what to do with it.
pub struct Exercise {
    /// What the learner is asked, paragraph by paragraph.
    pub task: &'static [&'static str],
    /// The request that it is made from.
    pub(super) material: Material,
    /// What breaks it; nothing where it is broken already.
    pub(super) breaks: fn(&Request) -> Vec<Tamper>,
}

/// What a try comes to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Checked {
    /// The server takes the request.
    Mended,
    /// It is not the request of the exercise: this is how that one begins.
    AnotherRequest(String),
    /// The server refuses it.
    Refused {
        /// What the first check that fails asks; `None` where no check could be made.
        failed: Option<&'static str>,
        /// What to look at next.
        hint: String,
    },
}

impl Tour {
    /// The broken request, as a `.http` file that says what to do. Comments of the material would tell the mistake.
    pub fn exercise(&self) -> Vec<u8> {
        let Exercise { task, material, .. } = &self.exercise;
        let mut out = format!("# Exercise of the tour `{}`\n", self.id).into_bytes();
        task.iter().for_each(|words| out.extend(format!("# {words}\n").into_bytes()));
        for setting in material.text().split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"# @")) {
            out.extend([setting, b"\n"].concat());
        }
        out.push(b'\n');
        out.extend(with_plain_ends(&http::write(&self.broken().session.request)));
        out
    }

    /// Whether a request is the one of the exercise, mended. The clock and all other settings are those of the exercise, whatever the
    /// learner's file says.
    pub fn check(&self, request: Request) -> Checked {
        let broken = self.broken();
        if start(&request) != start(&broken.session.request) {
            return Checked::AnotherRequest(visible::one_line(&start(&broken.session.request)));
        }
        let table = Table::of(Session { request, ..broken.session });
        if table.analysis.verdict.conclusion() == Some(Conclusion::Match) {
            return Checked::Mended;
        }
        let failed = table.analysis.verdict.failed().map(|check| check.id.title());
        Checked::Refused { failed, hint: hint(&table) }
    }

    fn broken(&self) -> Table {
        let Exercise { material, breaks, .. } = &self.exercise;
        let mut table = Table::of(material.session());
        for tamper in breaks(&table.session.request) {
            tamper.apply(&mut table.session, &table.analysis);
        }
        Table::of(table.session)
    }
}

/// What stays the same, however an exercise is mended: method, path and host.
fn start(request: &Request) -> Vec<u8> {
    let host = request.host().unwrap_or_default().to_ascii_lowercase();
    let path = &request.target[request.target().path];
    [&request.method, &b" "[..], path, b" at ", &host].concat()
}

/// The head with line feeds alone, as an editor likes it; the body as it is.
fn with_plain_ends(wire: &[u8]) -> Vec<u8> {
    const END: &[u8] = b"\r\n\r\n";
    let head = wire.windows(END.len()).position(|at| at == END).map_or(wire.len(), |at| at + END.len());
    let (head, body) = wire.split_at(head);
    head.iter().copied().filter(|byte| *byte != b'\r').chain(body.iter().copied()).collect()
}

/// Where to look, but not what to do: the step at which the mistake was made, and on whose side.
fn hint(table: &Table) -> String {
    /// A learner waits no longer for a hint.
    const PATIENCE: Duration = Duration::from_secs(3);
    let Some(Ok(_)) = &table.analysis.claim else {
        return "the request carries no signature that can be read; `countersign sign` makes one".into();
    };
    let found = diagnose(&table.session, clock(&table.session), Effort::SINGLES, &Progress::within(PATIENCE));
    // Of a webhook nobody knows who changed the body: most often it was the receiver.
    let side = side(&found).filter(|_| table.walkthrough.names_key);
    match (step(&found, &table.walkthrough), side) {
        (Some(title), Some(side)) => format!("look at the step “{title}”; {side}"),
        (Some(title), None) => format!("look at the step “{title}”"),
        (None, Some(side)) => side.into(),
        (None, None) => "no known mistake explains it; begin again with `--exercise`".into(),
    }
}

/// The title of the step at which a mistake that was found is made, else of the step that reads what mends it.
fn step<'a>(found: &Diagnosis, walkthrough: &'a Walkthrough) -> Option<&'a str> {
    let causes = found.findings.iter().flat_map(|finding| &finding.causes);
    let of = |id: &str| walkthrough.steps.iter().find(|step| step.causes.contains(&id));
    let reads_the_body =
        |step: &&Step| matches!(step.kind, StepKind::Makes(_, Section::Body | Section::Payload));
    let is_in_the_body = || {
        let mut edits = found.findings.iter().flat_map(|finding| &finding.edits);
        edits.any(|edit| matches!(edit, Edit::Body(_)))
    };
    let by_cause = causes.into_iter().find_map(|cause| of(cause.id));
    let by_edit = || walkthrough.steps.iter().find(reads_the_body).filter(|_| is_in_the_body());
    by_cause.or_else(by_edit).map(|step| step.title.as_str())
}

/// On whose side a mistake was made, where one is proven.
fn side(found: &Diagnosis) -> Option<&'static str> {
    let proven = found.findings.iter().find(|finding| finding.certainty == Certainty::Proven)?;
    proven.causes.first().map(|cause| match cause.side {
        Side::Signer => "the program that signed made the mistake",
        Side::Settings => "a setting of the signer is wrong: its key, region or clock",
        Side::Transit => "the request was changed after it was signed",
    })
}
