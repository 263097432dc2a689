//! What a diagnosis comes to, as data: the screen, the command line and reports put it in words.

use super::ANOTHER_SECRET;
use super::causes::{Hypothesis, Side};
use super::change::Edit;
use crate::evidence;
use crate::request::redact::Veil;
use crate::scheme::{AWS4, Family};

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

    /// The same, with what it is here.
    pub(super) fn with(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// What is left where nothing that was tried reproduces a signature.
    pub(super) fn another_secret(why: &'static str, fix: &'static str) -> Self {
        const TITLE: &str = "Nothing that was tried reproduces this signature with the secret at hand.";
        Self::remark(ANOTHER_SECRET, TITLE, why, fix)
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
    /// Which text this explains, where it is not the signature but a canonical request in the evidence.
    pub of: Option<Quoted>,
}

/// A canonical request that the evidence quotes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Quoted {
    /// Where it stands, in words.
    pub whose: String,
    /// Who computed it.
    pub side: evidence::Side,
}

impl Finding {
    /// Whether it explains what a server read, which says nothing of what was signed.
    pub fn is_of_server(&self) -> bool {
        self.of.as_ref().is_some_and(|of| of.side == evidence::Side::Server)
    }

    /// Puts the names of a relative of AWS's Version 4 in the place of AWS's own, which the words of causes speak of.
    pub(super) fn speak_of(&mut self, family: &Family) {
        let own = AWS4.0;
        let names = [
            (own.algorithm, family.algorithm),
            (own.terminator, family.terminator),
            (own.query_prefix, family.query_prefix),
            (own.header_prefix, family.header_prefix),
            ("\"AWS4\"", &format!("\"{}\"", family.key_prefix)),
            ("AWS answers", "AWS would answer"),
        ];
        // This one tells the prefixes of all of them apart.
        for named in self.causes.iter_mut().filter(|named| named.id != "key-prefix-wrong") {
            for words in [&mut named.title, &mut named.why, &mut named.fix] {
                names.iter().for_each(|(from, to)| *words = words.replace(from, to));
            }
        }
    }

    /// What the two sides of a change are called: what was signed, or what the server read, and what is here.
    pub fn sides(&self) -> [&'static str; 2] {
        if self.is_of_server() { ["server", "here"] } else { ["signed", "sent"] }
    }

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
        self.of = self.of.take().map(|of| Quoted { whose: veil.over(&of.whose), ..of });
    }

    /// What happened, a sentence for each cause.
    pub fn title(&self) -> String {
        let causes = self.causes_in_words();
        match &self.of {
            None => causes,
            Some(of) if self.is_of_server() => {
                format!(
                    "{} is not of the request here. A signer would write it by this mistake: {causes}",
                    of.whose
                )
            }
            Some(of) => format!("{} comes from this: {causes}", of.whose),
        }
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
        const LOOK: &str =
            "Look what reached the server: it was changed on the way, or it is not the request that is here.";
        let fix = self.joined(|cause| match cause.proxy {
            Some(proxy) => format!("{} In between: {proxy}", cause.fix),
            None => cause.fix.clone(),
        });
        if self.is_of_server() { format!("{LOOK} If the signer wrote it: {fix}") } else { fix }
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
