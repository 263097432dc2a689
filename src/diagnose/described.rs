//! The diagnosis of schemes that are described by rows: which slip, alone or with one more, makes the signature that was received.
//!
//! A row says how a text is put together, and so what can go wrong with it: every hole, every step, every mark between holes may be
//! forgotten, exchanged or done twice, the key may be taken in another form, the digest may be another. Nothing here knows a scheme.

mod key;
mod parts;
mod slip;
mod template;

use std::sync::atomic::Ordering;

use super::change::Edit;
use super::finding::{Certainty, Finding, Named, Weight};
use super::search::{Exhausted, Progress};
use super::shared::received;
use super::{Answer, Diagnosis, rules};
use crate::analysis::Analysis;
use crate::request::Request;
use crate::scheme::Recipe;
use crate::scheme::recipe::capture::Captured;
use crate::scheme::recipe::evaluate::{Planned, Scene};
use crate::scheme::recipe::public;
use crate::scheme::recipe::write::{self, Way};
use crate::signature::algorithm::Algorithm;
use crate::signature::check::CheckId;
use crate::signature::public::{PublicKey, verify};
use slip::{Change, Slip};

/// A body that is longer is not varied: every way of writing it would be hashed.
const LONGEST: u64 = 4 << 20;

/// Looks for the slip by which a signature was made, or says why it cannot.
pub(super) fn search(row: &Recipe, request: &Request, claimed: &Analysis, progress: &Progress) -> Diagnosis {
    let received = match (&claimed.received, &claimed.situation.credentials) {
        (None, _) => return Diagnosis::at_once(Answer::NoSignature, Vec::new()),
        (Some(_), _) if claimed.agreement().holds() == Some(true) => return right(claimed),
        (Some(_), None) => return Diagnosis::at_once(Answer::NoSecret, secret_missing(row)),
        (Some(received), Some(_)) => received,
    };
    if request.body.len() > LONGEST || request.body.rope().is_none() {
        return Diagnosis::at_once(Answer::Open, Vec::new());
    }
    let captured = write::values(row, claimed.input(request));
    let scene = Scene::of(request, &captured, Planned::No, &claimed.situation);
    let way = Way::of(row, &scene);
    let is_asymmetric = way.algorithms.iter().any(|algorithm| algorithm.is_asymmetric());
    let read = match is_asymmetric {
        // Signatures of key pairs have many lengths: they are what their encoding says.
        true => row.encoding.read(received).map(|bytes| received::Received { bytes, damage: None }),
        false => received::read(received, row.encoding),
    };
    let size = way.algorithms.iter().find_map(|algorithm| algorithm.size());
    let (wanted, damage) = match &read {
        Some(read) => (read.bytes.as_slice(), read.damage.as_ref()),
        None => (&received[..], None),
    };
    let mut slips = parts::slips(row, &scene);
    slips.extend(key::slips(row, &scene, &way));
    slips.extend(template::slips(row, &way));
    // The likely first; of those alike, in the order in which they were made.
    slips.sort_by_key(|slip| slip.mistake.rank);
    let public = public::key(&scene);
    let search = Search { row, request, claimed, captured: &captured, way, slips, wanted, public };
    let found = search.run(progress);
    let findings: Vec<Finding> =
        found.iter().map(|(slips, text)| finding(slips, text.clone(), damage)).collect();
    let findings = if findings.is_empty() { damage_alone(&search, damage) } else { findings };
    let is_whole = |size: usize| read.as_ref().is_some_and(|read| read.bytes.len() == size);
    if let Some(size) = size.filter(|size| findings.is_empty() && !is_whole(*size)) {
        let form = format!("{} characters of {}", row.encoding.length(size), row.encoding.name());
        return Diagnosis::at_once(Answer::Contradicted, vec![rules::malformed(claimed, &form)]);
    }
    Diagnosis {
        answer: if findings.is_empty() { Answer::Open } else { Answer::Proven },
        findings: if findings.is_empty() { vec![another_secret()] } else { findings },
        tried: progress.tried.load(Ordering::Relaxed),
        changes: search.slips.len(),
        exhausted: if progress.is_over() { Exhausted::No } else { Exhausted::Yes },
    }
}

/// What is said where there is no key to search with.
fn secret_missing(row: &Recipe) -> Vec<Finding> {
    let mut named = Named::remark(
        "secret-missing",
        format!("The request carries a {} signature, and its key is not at hand.", row.title),
        "Without the key nobody can make the signature that the request should carry.",
        "Give the secret with --secret-file, or a file with all fields of the key with --credentials.",
    );
    (named.rank, named.link) = (0, Some(row.link).filter(|link| !link.is_empty()));
    vec![Finding::of(Certainty::Noticed, vec![named])]
}

/// What is left where no slip explains the signature.
fn another_secret() -> Finding {
    let named = Named::another_secret(
        "Either something signed was changed in a way that nobody can guess, or another key was used.",
        "Look up the key of this very sender: each has its own. Then take the body as it comes over the wire, before anything parses it.",
    );
    Finding::of(Certainty::Noticed, vec![named])
}

/// A right signature: what else a receiver looks at decides.
fn right(claimed: &Analysis) -> Diagnosis {
    let failed = claimed.verdict.failed().filter(|check| check.id == CheckId::Payload);
    let Some(check) = failed else { return Diagnosis::at_once(Answer::Match, Vec::new()) };
    let mut named = Named::remark(
        "digest-of-another-body",
        "The signature is right, but the digest that it covers is not that of this body.",
        "The digest stands for the body in the signed text. A body that is changed behind it is not the one that was signed.",
        "Make the digest of the very bytes that are sent, and change nothing in them afterwards.",
    );
    (named.detail, named.weight) = (check.detail.clone().into_owned(), Weight::Sufficient);
    Diagnosis::at_once(Answer::Contradicted, vec![Finding::of(Certainty::Contradicted, vec![named])])
}

/// A signature that is right but for how it was written.
fn damage_alone(search: &Search<'_>, damage: Option<&Named>) -> Vec<Finding> {
    let Some(named) = damage.filter(|_| search.reproduces(&[]).is_some()) else { return Vec::new() };
    vec![Finding::of(Certainty::Proven, vec![named.clone()])]
}

fn finding(slips: &[&Slip], signed: Vec<u8>, damage: Option<&Named>) -> Finding {
    let named = |slip: &&Slip| Named {
        detail: slip.words.clone(),
        rank: slip.mistake.rank,
        link: Some(slip.mistake.link),
        weight: Weight::Sufficient,
        ..Named::remark(slip.mistake.id, slip.mistake.title, slip.mistake.why, slip.mistake.fix)
    };
    let causes = slips.iter().map(named).chain(damage.cloned()).collect();
    // Where one of them has no edit, those of the others do not make it right.
    let are_enough = damage.is_none() && slips.iter().all(|slip| !slip.edits.is_empty());
    let edits: Vec<Edit> = slips.iter().filter(|_| are_enough).flat_map(|slip| slip.edits.clone()).collect();
    // A text may hold the secret itself: the one at hand is hidden where it is told, another one would not be.
    let holds_another_secret = slips.iter().any(|slip| matches!(slip.change, Change::Secret(_)));
    let signed = (!holds_another_secret).then_some((Vec::new(), signed));
    Finding { edits, signed, ..Finding::of(Certainty::Proven, causes) }
}

/// Slips, and the text that they make.
type Proof<'s> = (Vec<&'s Slip>, Vec<u8>);

/// What the search starts from.
struct Search<'a> {
    row: &'a Recipe,
    request: &'a Request,
    claimed: &'a Analysis,
    captured: &'a [Captured],
    way: Way<'a>,
    slips: Vec<Slip>,
    wanted: &'a [u8],
    /// The public key at hand, read once.
    public: Option<PublicKey>,
}

impl Search<'_> {
    /// One slip at a time, then two: the first that reproduce the signature, and those alike.
    fn run(&self, progress: &Progress) -> Vec<Proof<'_>> {
        progress.depth.store(1, Ordering::Relaxed);
        let found = self.first(self.slips.iter().map(|slip| vec![slip]), progress);
        if !found.is_empty() || progress.is_over() {
            return found;
        }
        progress.depth.store(2, Ordering::Relaxed);
        let pairs = (1..self.slips.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
        let pairs = pairs.map(|(first, second)| vec![&self.slips[first], &self.slips[second]]);
        self.first(pairs.filter(|pair| pair[0].change.goes_with(&pair[1].change)), progress)
    }

    /// The first of `all` that reproduces the signature.
    fn first<'s>(&self, all: impl Iterator<Item = Vec<&'s Slip>>, progress: &Progress) -> Vec<Proof<'s>> {
        let mut tried = all.take_while(|_| !progress.is_over());
        let proof = tried.find_map(|slips| {
            progress.tried.fetch_add(1, Ordering::Relaxed);
            let text = self.reproduces(&slips)?;
            Some((slips, text))
        });
        proof.into_iter().collect()
    }

    /// The text by which these slips together come to the signature that was received.
    fn reproduces(&self, slips: &[&Slip]) -> Option<Vec<u8>> {
        let mut way = self.way.clone();
        let mut situation = self.claimed.situation.clone();
        let mut captured = self.captured.to_vec();
        for slip in slips {
            slip.change.on_way(&mut way);
            slip.change.on_key(&mut situation);
            slip.change.on_values(&mut captured);
        }
        // The scheme of the URL is not told by the request: either may have been signed.
        let schemes: &[Option<&str>] =
            if self.row.speaks_of_url() { &[None, Some("http"), Some("https")] } else { &[None] };
        schemes.iter().find_map(|scheme| {
            let mut scene = Scene::of(self.request, &captured, Planned::No, &situation);
            scheme.iter().for_each(|scheme| scene.uri_scheme = (*scheme).into());
            slips.iter().for_each(|slip| slip.change.on_scene(&mut scene));
            self.reproduces_on(&way, scene, slips)
        })
    }

    fn reproduces_on(&self, way: &Way<'_>, mut scene: Scene<'_>, slips: &[&Slip]) -> Option<Vec<u8>> {
        way.make_texts(&mut scene);
        way.messages.iter().filter_map(|template| scene.text(template)).find_map(|message| {
            let text = slips.iter().fold(message.bytes().to_vec(), |text, slip| slip.change.on_text(text));
            let is_it =
                way.algorithms.iter().any(|algorithm| self.comes_to(way, &scene, *algorithm, &text, slips));
            is_it.then_some(text)
        })
    }

    fn comes_to(
        &self,
        way: &Way<'_>,
        scene: &Scene<'_>,
        algorithm: Algorithm,
        text: &[u8],
        slips: &[&Slip],
    ) -> bool {
        if algorithm.is_asymmetric() {
            let is_right = |key| verify(key, algorithm, text, self.wanted) == Ok(true);
            return self.public.as_ref().is_some_and(is_right);
        }
        let sign = slips.iter().find_map(|slip| match slip.change {
            Change::Sign(sign) => Some(sign),
            _ => None,
        });
        way.keys(scene, algorithm).iter().any(|key| {
            let made = match sign {
                Some(sign) => Some(sign(key.last(), text)),
                None => algorithm.sign(key.last(), text),
            };
            made.as_deref() == Some(self.wanted)
        })
    }
}

#[cfg(test)]
mod tests;
