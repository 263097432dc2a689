//! A signature told step by step: made by one side, sent, and checked by the other.
//!
//! [`steps`] reads trace, basis and checks of an [`Analysis`] and adds words to them; it computes nothing itself, so a walkthrough cannot
//! drift from what is verified. Which steps there are follows from the stages of the trace and their sections, not from the scheme. Every
//! text of a step is fit to be shown: credentials are hidden, and what is long is shown by its ends.

mod answer;
mod changes;
mod checking;
pub mod clock;
#[cfg(feature = "cli")]
pub mod export;
mod formula;
pub mod lessons;
mod sent;
mod shown;
mod signing;
pub mod tamper;
mod words;

use crate::analysis::{Analysis, Session};
use crate::report::source::Source;
use crate::request::Span;
use crate::scheme::Recipe;
use crate::scheme::recipe::Direction;
use crate::signature::check::{CheckId, Outcome};
use crate::trace::{Section, StageKind};
use crate::verify::Conclusion;

use clock::Window;

pub use answer::Reply;
pub use tamper::{Parted, Tamper, Tampered, parted};

/// A signature from the request to the answer.
#[derive(Clone)]
pub struct Walkthrough {
    /// What the input is called.
    pub name: String,
    /// The scheme.
    pub scheme: &'static str,
    /// Whether the scheme names a key, so that the server looks one up.
    pub names_key: bool,
    /// The request as it is sent.
    pub request: Vec<Vec<Run>>,
    /// The steps in order; the last is the answer.
    pub steps: Vec<Step>,
    /// What the server answers.
    pub reply: Reply,
    /// When the server takes the request; `None` where no date limits it.
    pub window: Option<Window>,
}

/// Who does something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lifeline {
    /// Who signs and sends.
    Client,
    /// Who receives and checks.
    Server,
    /// Who knows the secrets.
    KeyStore,
}

/// One step.
#[derive(Clone)]
pub struct Step {
    /// Which one.
    pub kind: StepKind,
    /// Who takes it.
    pub from: Lifeline,
    /// Whom it reaches; the same for what somebody does alone.
    pub to: Lifeline,
    /// What is done, in a few words.
    pub title: String,
    /// Why, in a sentence or two.
    pub sentence: String,
    /// How a value is computed, with the values of this request.
    pub formula: Option<String>,
    /// The bytes of the trace that it makes.
    pub makes: Option<Made>,
    /// These bytes as they may be shown, or what is sent, line by line.
    pub lines: Vec<Vec<Run>>,
    /// What was before and what is after, where the step rewrites or moves.
    pub changes: Vec<Change>,
    /// Where the bytes came from.
    pub sources: Vec<Source>,
    /// Where the rule is laid down.
    pub link: &'static str,
    /// The mistakes that are made here, by their ids in the table of causes.
    pub causes: &'static [&'static str],
    /// How a check went.
    pub outcome: Option<Outcome>,
}

/// What a step is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum StepKind {
    /// A section of a stage is made.
    Makes(StageKind, Section),
    /// The signature is put into the request.
    PutTogether,
    /// The request is sent.
    Sent,
    /// The server makes a check.
    Checks(CheckId),
    /// The server asks for the secret of a key id.
    AsksKey,
    /// The key store answers.
    AnswersKey,
    /// The server makes what was signed from the request it received.
    Rebuilds,
    /// The server computes the signature that it expects.
    Expects,
    /// The server answers.
    Answers,
}

/// Bytes of a stage of the trace.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Made {
    /// The place of the stage in the trace.
    pub stage: usize,
    /// The bytes.
    pub range: std::ops::Range<usize>,
}

/// Some text of one origin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Run {
    /// The text, made visible already.
    pub text: String,
    /// Where it stands in the request, if it came from there.
    pub span: Option<Span>,
    /// What it is.
    pub tint: Tint,
}

/// What a run is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tint {
    /// Bytes of the request.
    Request,
    /// A value that was given beside the request.
    Given,
    /// Made by an earlier step.
    Derived,
    /// Fixed by the scheme.
    Fixed,
    /// It stands for something that is not shown.
    Hidden,
}

/// One thing before and after a step.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// As it was sent.
    pub before: String,
    /// In canonical form, in the order sent.
    pub between: Option<String>,
    /// As it stands in the text that is signed.
    pub after: String,
}

/// The steps of a signature.
pub fn steps(session: &Session, analysis: &Analysis) -> Walkthrough {
    let request = &session.request;
    let reply = Reply::of(request, analysis);
    let is_request = |row: &Recipe| row.direction == Direction::Request;
    let names_key = analysis.scheme.recipe().is_none_or(is_request);
    let mut steps = signing::steps(session, analysis);
    steps.extend(sent::steps(request, analysis));
    steps.extend(checking::steps(analysis, names_key));
    steps.push(reply.step());
    Walkthrough {
        name: session.name.clone(),
        scheme: analysis.foreign.map_or(analysis.scheme.name(), |foreign| foreign.name),
        names_key,
        request: sent::request(request, analysis),
        steps,
        reply,
        window: Window::of(request, analysis),
    }
}

impl Walkthrough {
    /// What a lifeline is called in this scheme.
    pub fn party(&self, lifeline: Lifeline) -> &'static str {
        match (lifeline, self.names_key) {
            (Lifeline::Client, true) => "Client",
            (Lifeline::Client, false) => "Provider",
            (Lifeline::Server, true) => "Server",
            (Lifeline::Server, false) => "Receiver",
            (Lifeline::KeyStore, _) => "Key store",
        }
    }

    /// The lifelines that take part.
    pub fn lifelines(&self) -> impl Iterator<Item = Lifeline> {
        let all = [Lifeline::Client, Lifeline::Server, Lifeline::KeyStore];
        all.into_iter().filter(|lifeline| *lifeline != Lifeline::KeyStore || self.names_key)
    }

    /// The server answers otherwise than its checks alone say.
    fn answers(&mut self, reply: Reply) {
        self.steps.pop();
        self.steps.push(reply.step());
        self.reply = reply;
    }

    /// The verdict; `None` while something that it needs is not known.
    pub fn verdict(&self) -> Option<Conclusion> {
        self.reply.verdict
    }
}

impl Step {
    /// A step that makes no bytes of the trace.
    fn new(
        kind: StepKind,
        from: Lifeline,
        to: Lifeline,
        title: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            from,
            to,
            title: title.into(),
            sentence: sentence.into(),
            formula: None,
            makes: None,
            lines: Vec::new(),
            changes: Vec::new(),
            sources: Vec::new(),
            link: "",
            causes: &[],
            outcome: None,
        }
    }

    /// Its first line, for a diagram.
    pub fn value(&self) -> String {
        let line = match self.kind {
            StepKind::Makes(StageKind::KeyChain, _) => self.lines.last(),
            _ => self.lines.first(),
        };
        line.into_iter().flatten().map(|run| run.text.as_str()).collect()
    }
}
