//! The table of causes: every mistake that is known to make signatures differ, one row each, one file a group.
//!
//! A row says what happened, why that makes a difference, and what to do; its function turns it into changes of the draft at hand.
//! Where a cause has many shapes (regions, seconds, hosts) they are generated. The rows come from the issue threads and documents that
//! they link to.

mod absent;
mod assembly;
mod body;
mod credentials;
mod generator;
mod headers;
mod host;
mod method;
mod path;
mod presigned;
mod query;
mod scope;
mod stream;
pub(super) mod text;
mod usual;

pub(super) use body::hex_hash;
pub(super) use generator::changes_of_body;
pub use generator::{Gen, changes};
pub(super) use text::replaced;

/// One cause.
pub struct Hypothesis {
    /// Its stable name.
    pub id: &'static str,
    /// What happened, in a sentence.
    pub title: &'static str,
    /// Why that makes a difference.
    pub why: &'static str,
    /// What to do where the request is signed.
    pub fix: &'static str,
    /// What to do between signer and server, where the cause lies there.
    pub proxy: Option<&'static str>,
    /// A few lines of code, where they say it best.
    pub example: Option<&'static str>,
    /// Where it was met, or the rule that it breaks.
    pub link: &'static str,
    /// How common it is: 0 the most.
    pub rank: u8,
    /// Where it happens.
    pub side: Side,
    /// Whether it happens to a body that was hashed already: nothing that a signer does.
    pub after_hashing: bool,
    /// What it comes to here; `None` where it is not found by trying, but by checks, by the form of a signature, or link by link.
    pub generate: Option<fn(&mut Gen<'_, '_>)>,
}

/// Where a mistake happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// In the program that signs.
    Signer,
    /// In the settings of the program that signs: keys, region, clock.
    Settings,
    /// Between signer and server.
    Transit,
}

impl Side {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signer => "signer",
            Self::Settings => "settings",
            Self::Transit => "transit",
        }
    }
}

/// How .NET writes the bytes of a hash.
const DOTNET: &str = "https://learn.microsoft.com/en-us/dotnet/api/system.bitconverter.tostring";

/// The rule that most rows break.
pub(super) const RULE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html";

/// Every group, in the order in which a signature is made.
pub static CAUSES: &[&[Hypothesis]] = &[
    method::CAUSES,
    path::CAUSES,
    query::CAUSES,
    host::CAUSES,
    absent::CAUSES,
    headers::CAUSES,
    body::CAUSES,
    stream::CAUSES,
    presigned::CAUSES,
    scope::CAUSES,
    credentials::CAUSES,
    assembly::CAUSES,
];

/// Every cause.
pub fn causes() -> impl Iterator<Item = &'static Hypothesis> {
    CAUSES.iter().flat_map(|group| group.iter())
}

/// The cause with this id.
pub fn named(id: &str) -> Option<&'static Hypothesis> {
    causes().find(|cause| cause.id == id)
}

/// A row; `.transit`, `.settings`, `.after_hashing` and `.example` complete it.
const fn cause(
    id: &'static str,
    rank: u8,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
    link: &'static str,
    generate: fn(&mut Gen<'_, '_>),
) -> Hypothesis {
    Hypothesis { generate: Some(generate), ..observed(id, rank, title, why, fix, link) }
}

/// A cause that is not found by trying.
const fn observed(
    id: &'static str,
    rank: u8,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
    link: &'static str,
) -> Hypothesis {
    Hypothesis {
        id,
        title,
        why,
        fix,
        proxy: None,
        example: None,
        link,
        rank,
        side: Side::Signer,
        after_hashing: false,
        generate: None,
    }
}

impl Hypothesis {
    /// The same with what to do between signer and server, which is where it happens.
    const fn transit(self, proxy: &'static str) -> Self {
        Self { proxy: Some(proxy), side: Side::Transit, ..self }
    }

    /// The same, of a body that was hashed already.
    const fn after_hashing(self) -> Self {
        Self { after_hashing: true, ..self }
    }

    /// The same, with the cause in the signer's settings.
    const fn settings(self) -> Self {
        Self { side: Side::Settings, ..self }
    }

    /// The same with a few lines of code.
    const fn example(self, example: &'static str) -> Self {
        Self { example: Some(example), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    use crate::evidence::GATES;
    use crate::redact::sentence;

    #[test]
    fn no_sentence_of_ours_is_torn_apart() {
        let of_causes = causes().flat_map(|cause| [cause.title, cause.why, cause.fix]);
        let of_gates = GATES.iter().flat_map(|gate| [gate.means, gate.fix]);
        for words in of_causes.chain(of_gates) {
            assert_eq!(sentence(words), words);
        }
    }

    #[test]
    fn ids_are_unique_and_rows_are_complete() {
        let mut ids = HashSet::new();
        for cause in causes() {
            assert!(ids.insert(cause.id), "{} stands twice", cause.id);
            for text in [cause.title, cause.why, cause.fix] {
                assert!(text.ends_with('.') || text.ends_with('?'), "{}: {text}", cause.id);
            }
            assert!(cause.link.starts_with("https://"), "{}", cause.id);
        }
    }
}
