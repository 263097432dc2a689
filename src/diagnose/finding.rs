//! What a diagnosis comes to, as data: the screen, the command line and reports put it in words.

use super::causes::{Hypothesis, Side};
use super::change::Edit;
use crate::request::redact::Veil;

/// How sure a finding is. The three are never mixed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Certainty {
    /// A named change yields exactly what was received.
    Proven,
    /// Evidence, or the request itself, differs from what is computed at a known place.
    Contradicted,
    /// A rule is broken; whether that is why, is not known.
    Noticed,
}

impl Certainty {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Contradicted => "contradicted",
            Self::Noticed => "noticed",
        }
    }
}

/// A cause, and what it is here.
#[derive(Clone)]
pub struct Named {
    /// Its stable name.
    pub id: &'static str,
    /// What happened, in a sentence.
    pub title: String,
    /// What it is here; may be empty.
    pub detail: String,
    /// Why that makes a difference.
    pub why: String,
    /// What to do where the request is signed.
    pub fix: String,
    /// What to do between signer and server.
    pub proxy: Option<&'static str>,
    /// A few lines of code.
    pub example: Option<&'static str>,
    /// Where it was met, or the rule that it breaks.
    pub link: Option<&'static str>,
    /// Where it happens.
    pub side: Side,
    /// How common it is: 0 the most.
    pub rank: u8,
    /// Whether it is enough to explain that signatures differ.
    pub weight: Weight,
}

/// What a cause says of signatures that differ.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Weight {
    /// It may have nothing to do with it.
    Hint,
    /// It alone makes them differ.
    Sufficient,
}

impl Named {
    /// A cause of the table.
    pub(super) fn new(cause: Option<&'static Hypothesis>, detail: impl Into<String>) -> Self {
        let cause = cause.expect("ids of causes are those of the table");
        Self {
            id: cause.id,
            title: cause.title.into(),
            detail: detail.into(),
            why: cause.why.into(),
            fix: cause.fix.into(),
            proxy: cause.proxy,
            example: cause.example,
            link: Some(cause.link),
            side: cause.side,
            rank: cause.rank,
            weight: Weight::Sufficient,
        }
    }

    /// A remark that is no cause of the table.
    pub(super) fn remark(
        id: &'static str,
        title: impl Into<String>,
        why: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            id,
            title: title.into(),
            detail: String::new(),
            why: why.into(),
            fix: fix.into(),
            proxy: None,
            example: None,
            link: None,
            side: Side::Signer,
            rank: 5,
            weight: Weight::Hint,
        }
    }
}

/// One finding.
#[derive(Clone)]
pub struct Finding {
    /// How sure it is.
    pub certainty: Certainty,
    /// What came together.
    pub causes: Vec<Named>,
    /// What makes the request on the table the one that was signed; empty where no edit of it can.
    pub edits: Vec<Edit>,
    /// Canonical request and string to sign as they were signed.
    pub signed: Option<(Vec<u8>, Vec<u8>)>,
    /// The string to sign that a server computes in place of the one that was signed, where it is that of a signature in the body.
    pub expected: Option<Vec<u8>>,
    /// Whose text this explains, where it is not the signature but a canonical request in the evidence.
    pub of: Option<String>,
}

impl Finding {
    pub(super) fn of(certainty: Certainty, causes: Vec<Named>) -> Self {
        Self { certainty, causes, edits: Vec::new(), signed: None, expected: None, of: None }
    }

    /// Whether it explains by itself that the signatures differ, though no change reproduces the one received.
    pub(super) fn explains_the_mismatch(&self) -> bool {
        self.certainty == Certainty::Noticed
            && self.causes.iter().any(|cause| cause.weight == Weight::Sufficient)
    }

    /// Takes credentials out of what is said.
    pub(super) fn hide(&mut self, veil: &Veil) {
        for named in &mut self.causes {
            for words in [&mut named.title, &mut named.detail, &mut named.why, &mut named.fix] {
                *words = veil.over(words);
            }
        }
        self.of = self.of.take().map(|of| veil.over(&of));
    }

    /// What happened, a sentence for each cause.
    pub fn title(&self) -> String {
        let causes = self.causes_in_words();
        self.of.as_ref().map_or(causes.clone(), |of| format!("{of} comes from this: {causes}"))
    }

    fn causes_in_words(&self) -> String {
        self.joined(|cause| match cause.detail.is_empty() {
            true => cause.title.clone(),
            false => format!("{} ({})", cause.title.trim_end_matches('.'), cause.detail) + ".",
        })
    }

    /// Why that makes a difference.
    pub fn explanation(&self) -> String {
        self.joined(|cause| cause.why.clone())
    }

    /// What to do, at the signer and between.
    pub fn fix(&self) -> String {
        self.joined(|cause| match cause.proxy {
            Some(proxy) => format!("{} In between: {proxy}", cause.fix),
            None => cause.fix.clone(),
        })
    }

    /// The fixes that `of` picks, each once.
    pub fn fixes(&self, of: impl Fn(&Named) -> Option<String>) -> String {
        self.joined(|cause| of(cause).unwrap_or_default())
    }

    fn joined(&self, text: impl Fn(&Named) -> String) -> String {
        let mut texts: Vec<String> = Vec::new();
        for text in self.causes.iter().map(text) {
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join(" ")
    }

    /// The sum of the ranks: what orders findings of one certainty.
    pub(super) fn rank(&self) -> u32 {
        self.causes.iter().map(|cause| u32::from(cause.rank)).sum()
    }
}
