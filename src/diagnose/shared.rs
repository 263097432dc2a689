//! The diagnosis of Signature Version 2, which signs a text under the secret itself: which mistake, alone or with one more, makes the signature that was
//! received.

pub(super) mod body;
pub(super) mod mistakes;
pub(super) mod received;
mod version_2;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::atomic::Ordering;

use zeroize::Zeroizing;

use super::change::Edit;
use super::finding::{Certainty, Finding, Named, Weight};
use super::search::{Exhausted, Progress};
use super::{Answer, Diagnosis, rules};
use crate::analysis::Analysis;
use crate::request::Request;
use crate::secret::Secret;
use crate::signature::mac::Signing;
use mistakes::{DIGESTS, Mistake, SECRETS, Sign};

/// Longer texts are not turned over: each way of writing one would be hashed under every key.
const LONGEST: usize = 4 << 20;

/// Looks for the mistake by which a signature was made, or says why it cannot.
pub(super) fn search(
    signing: Signing,
    request: &Request,
    claimed: &Analysis,
    progress: &Progress,
) -> Diagnosis {
    let (received, key) = match (&claimed.received, &claimed.situation.credentials) {
        (None, _) => return Diagnosis::at_once(Answer::NoSignature, Vec::new()),
        (Some(_), _) if claimed.agreement().holds() == Some(true) => {
            return Diagnosis::at_once(Answer::Match, Vec::new());
        }
        (Some(_), None) => return Diagnosis::at_once(Answer::NoSecret, Vec::new()),
        (Some(received), Some(key)) => (received, key),
    };
    let malformed = || {
        let Signing { hash, encoding } = signing;
        let form = format!("{} characters of {}", encoding.length(hash.size()), encoding.name());
        Diagnosis::at_once(Answer::Contradicted, vec![rules::malformed(claimed, &form)])
    };
    let Some(read) = received::read(received, signing.encoding) else { return malformed() };
    let text = claimed.trace.string_to_sign();
    if text.len() > LONGEST || (text.is_empty() && !request.body.is_empty()) {
        return Diagnosis::at_once(Answer::Open, Vec::new());
    }
    let mut search = Search::of(signing, request, claimed, &key.secret, &read.bytes, progress);
    let mut found = search.run(progress);
    if found.is_empty() {
        found = search.run_pairs(request, claimed, progress);
    }
    let findings: Vec<Finding> =
        found.iter().map(|found| search.finding(found, read.damage.as_ref())).collect();
    if findings.is_empty() && read.bytes.len() != signing.hash.size() {
        return malformed();
    }
    Diagnosis {
        answer: if findings.is_empty() { Answer::Open } else { Answer::Proven },
        findings: if findings.is_empty() { vec![another_secret()] } else { findings },
        tried: progress.tried.load(Ordering::Relaxed),
        changes: search.texts.len() + search.secrets.len() + search.digests.len() - 3,
        exhausted: if progress.is_over() { Exhausted::No } else { Exhausted::Yes },
    }
}

/// What is left where no mistake explains the signature.
fn another_secret() -> Finding {
    let named = Named::another_secret(
        "Either something signed has a value that nobody can guess, or another secret was used.",
        "Check that key ID and secret belong together. Then compare the client's string to sign with the one of the inspector.",
    );
    Finding::of(Certainty::Noticed, vec![named])
}

/// Something that may have been signed, or been the secret or the way to sign.
struct Candidate<T> {
    what: T,
    /// What makes the request on the table the one that was signed, where edits of it can.
    edits: Vec<Edit>,
    /// The mistakes that make it, and what each is here in words; none makes what is right.
    of: Vec<(&'static Mistake, Cow<'static, str>)>,
}

type Bytes = Zeroizing<Vec<u8>>;

/// What the search starts from.
struct Search<'a> {
    texts: Vec<Candidate<Bytes>>,
    secrets: Vec<Candidate<Bytes>>,
    digests: Vec<Candidate<Sign>>,
    wanted: &'a [u8],
}

/// Which text, secret and digest come to the signature.
type Found = [usize; 3];

impl<'a> Search<'a> {
    /// What can be made of text and secret in the time there is, the likely first.
    fn of(
        signing: Signing,
        request: &Request,
        claimed: &Analysis,
        secret: &Secret,
        wanted: &'a [u8],
        progress: &Progress,
    ) -> Self {
        let text = claimed.trace.string_to_sign();
        let right = signing.hash.function();
        let mut texts = vec![own(Zeroizing::new(text.to_vec()))];
        texts.extend(version_2::candidates(text, request, claimed, progress));
        let mut secrets = vec![own(Zeroizing::new(secret.expose().to_vec()))];
        for mistake in SECRETS.iter().take_while(|_| !progress.is_over()) {
            let edits = |variant: &Bytes| vec![Edit::Secret(Secret::new(variant.to_vec()))];
            let candidate = |(what, words): (Bytes, &'static str)| Candidate {
                edits: edits(&what),
                of: vec![(&mistake.0, words.into())],
                what,
            };
            secrets.extend((mistake.1)(secret.expose()).into_iter().map(candidate));
        }
        let mut digests = vec![own(right)];
        for (mistake, ways) in DIGESTS {
            // The hash of another scheme is this one's own.
            let others = ways.iter().filter(|(sign, _)| sign(b"key", b"text") != right(b"key", b"text"));
            digests.extend(others.map(|(sign, words)| Candidate {
                what: *sign,
                edits: Vec::new(),
                of: vec![(mistake, (*words).into())],
            }));
        }
        Self { texts, secrets, digests, wanted }
    }

    /// One mistake at a time, then two in text, secret and digest.
    fn run(&self, progress: &Progress) -> Vec<Found> {
        let mut found = Vec::new();
        for depth in 0..=2 {
            progress.depth.store(depth, Ordering::Relaxed);
            for [text, secret, digest] in self.all(depth) {
                if progress.is_over() {
                    return found;
                }
                progress.tried.fetch_add(1, Ordering::Relaxed);
                let signature =
                    (self.digests[digest].what)(&self.secrets[secret].what, &self.texts[text].what);
                if signature == self.wanted {
                    found.push([text, secret, digest]);
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        self.likeliest(found)
    }

    /// Two mistakes in one text, with the right secret and digest.
    fn run_pairs(&mut self, request: &Request, claimed: &Analysis, progress: &Progress) -> Vec<Found> {
        let (sign, secret, known) = (self.digests[0].what, &self.secrets[0].what, self.texts.len());
        let is_it = |text: &[u8]| sign(secret, text) == self.wanted;
        let pairs = version_2::pairs(&self.texts[0].what, request, claimed, progress, &is_it);
        self.texts.extend(pairs);
        self.likeliest((known..self.texts.len()).map(|text| [text, 0, 0]).collect())
    }

    /// Of those that sign the same bytes under the same key, the likeliest.
    fn likeliest(&self, mut found: Vec<Found>) -> Vec<Found> {
        found.sort_by_key(|found| self.mistakes(found).map(|(mistake, _)| mistake.rank).max());
        let mut known = HashSet::new();
        found.retain(|[text, secret, digest]| {
            known.insert((&**self.texts[*text].what, &**self.secrets[*secret].what, *digest))
        });
        found
    }

    /// The combinations of this many mistakes.
    fn all(&self, depth: usize) -> impl Iterator<Item = Found> {
        let (texts, secrets, digests) = (self.texts.len(), self.secrets.len(), self.digests.len());
        let all = (0..texts).flat_map(move |text| (0..secrets).map(move |secret| (text, secret)));
        let all = all.flat_map(move |(text, secret)| (0..digests).map(move |digest| [text, secret, digest]));
        all.filter(move |found| found.iter().filter(|at| **at > 0).count() == depth)
    }

    fn mistakes(&self, [text, secret, digest]: &Found) -> impl Iterator<Item = (&'static Mistake, &str)> {
        let of = [&self.texts[*text].of, &self.secrets[*secret].of, &self.digests[*digest].of];
        of.into_iter().flatten().map(|(mistake, words)| (*mistake, &**words))
    }

    fn finding(&self, found: &Found, damage: Option<&Named>) -> Finding {
        let named = |(mistake, words): (&'static Mistake, &str)| Named {
            detail: words.into(),
            rank: mistake.rank,
            link: Some(mistake.link),
            weight: Weight::Sufficient,
            ..Named::remark(mistake.id, mistake.title, mistake.why, mistake.fix)
        };
        let mut causes: Vec<Named> = Vec::new();
        for cause in self.mistakes(found).map(named).chain(damage.cloned()) {
            // Two ways of one mistake are one cause.
            match causes.iter_mut().find(|known| known.id == cause.id) {
                Some(known) => known.detail = format!("{}; {}", known.detail, cause.detail),
                None => causes.push(cause),
            }
        }
        let (text, secret) = (&self.texts[found[0]], &self.secrets[found[1]]);
        // Where one part has none, or there is another digest, the edits of the others do not make it right.
        let is_undone = |at: usize, edits: &[Edit]| at == 0 || !edits.is_empty();
        let are_enough = is_undone(found[0], &text.edits) && found[2] == 0 && damage.is_none();
        let edits = text.edits.iter().chain(&secret.edits).filter(|_| are_enough).cloned().collect();
        let signed = Some((Vec::new(), text.what.to_vec()));
        Finding { edits, signed, ..Finding::of(Certainty::Proven, causes) }
    }
}

/// What the rules say.
fn own<T>(what: T) -> Candidate<T> {
    Candidate { what, edits: Vec::new(), of: Vec::new() }
}

#[cfg(test)]
mod tests;
