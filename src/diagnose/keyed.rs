//! The diagnosis of schemes that sign a text under a shared secret: which mistake, alone or with one more, makes the signature that was
//! received.

mod mistakes;

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::change::Edit;
use super::finding::{Certainty, Finding, Named, Weight};
use super::search::{Exhausted, Progress};
use super::{ANOTHER_SECRET, Answer, Diagnosis};
use crate::analysis::Analysis;
use crate::request::Request;
use crate::scheme::keyed::Row;
use crate::secret::Secret;
use crate::signature::mac::Hash;
use mistakes::{MISTAKES, Mistake, Sign, Variant, Vary};

/// Longer bodies are not turned over: each way of writing one would be hashed under every key.
const LONGEST: usize = 4 << 20;

/// Something that may have been signed, and the mistake that makes it.
struct Candidate<T> {
    what: T,
    of: Option<(&'static Mistake, &'static str)>,
}

/// What the search starts from.
struct Search<'a> {
    texts: Vec<Candidate<Variant>>,
    secrets: Vec<Candidate<Variant>>,
    digests: Vec<Candidate<Sign>>,
    wanted: &'a [u8],
    /// Whether the text is the body as it stands: then an edit of the body changes it.
    is_whole_body: bool,
}

impl Diagnosis {
    /// Looks for the mistake by which the signature was made, or says why it cannot.
    pub(super) fn search_keyed(
        &mut self,
        row: &'static Row,
        request: &Request,
        claimed: &Analysis,
        progress: &Progress,
    ) {
        self.answer = match (&claimed.received, &claimed.situation.credentials) {
            (None, _) => Answer::NoSignature,
            (Some(_), _) if claimed.agreement().holds() == Some(true) => Answer::Match,
            (Some(_), None) => {
                self.findings.push(secret_missing(row));
                Answer::NoSecret
            }
            (Some(received), Some(key)) => {
                self.search_with(row.hash, request, claimed, (received, &key.secret), progress)
            }
        };
    }

    fn search_with(
        &mut self,
        hash: Hash,
        request: &Request,
        claimed: &Analysis,
        (received, secret): (&[u8], &Secret),
        progress: &Progress,
    ) -> Answer {
        let Some((wanted, written)) = read(received) else {
            self.findings.insert(0, malformed(hash, received));
            return Answer::Contradicted;
        };
        let text = claimed.trace.string_to_sign();
        if text.len() > LONGEST || (text.is_empty() && !request.body.is_empty()) {
            return Answer::Open;
        }
        let is_whole_body = request.body.len() == text.len() as u64;
        let search = Search { is_whole_body, ..Search::of(hash, text, secret, &wanted, progress) };
        let found = search.run(progress);
        self.tried = progress.tried.load(Ordering::Relaxed);
        self.changes = search.texts.len() + search.secrets.len() + search.digests.len() - 3;
        if progress.is_over() {
            self.exhausted = Exhausted::No;
        }
        let findings: Vec<Finding> = found.iter().map(|found| search.finding(found, &written)).collect();
        if findings.is_empty() && wanted.len() != hash.size() {
            self.findings.insert(0, malformed(hash, received));
            return Answer::Contradicted;
        }
        if findings.is_empty() {
            self.findings.push(Finding::of(Certainty::Noticed, vec![another_secret()]));
            return Answer::Open;
        }
        self.findings.splice(..0, findings);
        Answer::Proven
    }
}

/// What is said of a text that no way of signing gives.
fn malformed(hash: Hash, received: &[u8]) -> Finding {
    let mut named = Named::remark(
        "signature-malformed",
        "What was received has not the form of a signature.",
        "The signature is written in hex digits, in lower case.",
        "Send the prefix once and the digits behind it, whole and in hex.",
    );
    named.detail =
        format!("expected {} hex digits, but found {} characters", 2 * hash.size(), received.len());
    Finding::of(Certainty::Contradicted, vec![named])
}

/// What is said where there is no secret to search with.
fn secret_missing(row: &Row) -> Finding {
    let mut named = Named::remark(
        "secret-missing",
        format!("The request carries a {} signature, and its secret is not at hand.", row.title),
        "The signature is an HMAC of the body under a secret that sender and receiver share.",
        "Give the secret of this webhook with --secret-file, or type it into the Signing pane.",
    );
    (named.rank, named.link) = (0, Some(row.link));
    Finding::of(Certainty::Noticed, vec![named])
}

/// What is left where no mistake explains the signature.
fn another_secret() -> Named {
    Named::remark(
        ANOTHER_SECRET,
        "Nothing that was tried reproduces this signature with the secret at hand.",
        "Either the body was changed in a way that nobody can guess, or another secret was used.",
        "Look up the secret of this very webhook: each has its own. Then take the body as it comes over the wire, before anything parses it.",
    )
}

/// The bytes of a signature, and how it was written where that is not lower-case hex.
fn read(received: &[u8]) -> Option<(Vec<u8>, Option<Named>)> {
    let is_whole = |bytes: &Vec<u8>| [20, 32, 48, 64].contains(&bytes.len());
    let written = |id, title: &str| {
        let fix = "Write the signature in lower-case hex.";
        let mut named = Named::remark(id, title, "The signature is compared as text.", fix);
        (named.rank, named.weight) = (0, Weight::Sufficient);
        Some(named)
    };
    if let Some(bytes) = hex::decode(received).ok().filter(is_whole) {
        let is_upper = received.iter().any(u8::is_ascii_uppercase);
        let upper = || written("signature-uppercase", "The signature was written in upper-case hex.");
        return Some((bytes, is_upper.then(upper).flatten()));
    }
    let plain = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD]
        .into_iter()
        .find_map(|form| form.decode(received).ok())?;
    // Base64 of the hex digits is as common as that of the bytes.
    let bytes = hex::decode(&plain).unwrap_or(plain);
    let named = written("signature-base64", "The signature was written in base64 instead of hex.");
    Some((bytes, named)).filter(|(bytes, _)| is_whole(bytes))
}

/// Which text, secret and digest come to the signature.
type Found = [usize; 3];

impl<'a> Search<'a> {
    /// What can be made of text and secret in the time there is, the likely first.
    fn of(hash: Hash, text: &[u8], secret: &Secret, wanted: &'a [u8], progress: &Progress) -> Self {
        let right: Sign = match hash {
            Hash::Sha1 => |key, text| Hash::Sha1.sign(key, text),
            Hash::Sha256 => |key, text| Hash::Sha256.sign(key, text),
        };
        let own = |bytes: &[u8]| vec![Candidate { what: (bytes.to_vec().into(), ""), of: None }];
        let mut search = Self {
            texts: own(text),
            secrets: own(secret.expose()),
            digests: vec![Candidate { what: right, of: None }],
            wanted,
            is_whole_body: true,
        };
        for mistake in MISTAKES.iter().take_while(|_| !progress.is_over()) {
            let candidate = |what: Variant| Candidate { of: Some((mistake, what.1)), what };
            match mistake.vary {
                Vary::Text(vary) => search.texts.extend(vary(text).into_iter().map(candidate)),
                Vary::Secret(vary) => search.secrets.extend(vary(secret.expose()).into_iter().map(candidate)),
                Vary::Digest(ways) => {
                    // The hash of another header is this one's own.
                    let others =
                        ways.iter().filter(|(sign, _)| sign(b"key", b"text") != right(b"key", b"text"));
                    search.digests.extend(
                        others.map(|(sign, words)| Candidate { what: *sign, of: Some((mistake, words)) }),
                    );
                }
            }
        }
        search
    }

    /// One mistake at a time, then two; of those that come to the same bytes, the likeliest.
    fn run(&self, progress: &Progress) -> Vec<Found> {
        let mut found = Vec::new();
        for depth in 0..=2 {
            progress.depth.store(depth, Ordering::Relaxed);
            for (text, secret, digest) in self.all(depth) {
                if progress.is_over() {
                    return found;
                }
                progress.tried.fetch_add(1, Ordering::Relaxed);
                let signature =
                    (self.digests[digest].what)(&self.secrets[secret].what.0, &self.texts[text].what.0);
                if signature == self.wanted {
                    found.push([text, secret, digest]);
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        let rank = |found: &Found| self.mistakes(found).map(|(mistake, _)| mistake.rank).max();
        found.sort_by_key(rank);
        // The first of those that sign the same bytes under the same key.
        let mut known = HashSet::new();
        found.retain(|[text, secret, digest]| {
            known.insert((&**self.texts[*text].what.0, &**self.secrets[*secret].what.0, *digest))
        });
        found
    }

    /// The combinations of this many mistakes.
    fn all(&self, depth: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        let (texts, secrets, digests) = (self.texts.len(), self.secrets.len(), self.digests.len());
        let all = (0..texts).flat_map(move |text| (0..secrets).map(move |secret| (text, secret)));
        let all = all.flat_map(move |(text, secret)| (0..digests).map(move |digest| (text, secret, digest)));
        all.filter(move |(text, secret, digest)| {
            [text, secret, digest].into_iter().filter(|at| **at > 0).count() == depth
        })
    }

    fn mistakes(
        &self,
        [text, secret, digest]: &Found,
    ) -> impl Iterator<Item = (&'static Mistake, &'static str)> {
        [self.texts[*text].of, self.secrets[*secret].of, self.digests[*digest].of].into_iter().flatten()
    }

    fn finding(&self, found: &Found, written: &Option<Named>) -> Finding {
        let named = |(mistake, words): (&'static Mistake, &'static str)| Named {
            detail: words.into(),
            rank: mistake.rank,
            link: Some(mistake.link),
            weight: Weight::Sufficient,
            ..Named::remark(mistake.id, mistake.title, mistake.why, mistake.fix)
        };
        let causes = self.mistakes(found).map(named).chain(written.clone()).collect();
        let text = self.texts[found[0]].what.0.to_vec();
        let mut edits = Vec::new();
        if found[0] > 0 && self.is_whole_body {
            edits.push(Edit::Body(text.clone()));
        }
        if found[1] > 0 {
            edits.push(Edit::Secret(Secret::new(self.secrets[found[1]].what.0.to_vec())));
        }
        // No edit of the request makes up for another digest.
        if found[2] > 0 || written.is_some() {
            edits.clear();
        }
        Finding { edits, signed: Some((Vec::new(), text)), ..Finding::of(Certainty::Proven, causes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Session;
    use crate::case::read;
    use crate::diagnose::{Effort, diagnose};
    use crate::signature::Credentials;
    use crate::time::Timestamp;

    const SECRET: &str = "'6b6579 c2VjcmV0' ";
    const BODIES: [&str; 3] = [
        "{\"zen\": \"Keep it é \\u00e9\", \"u\": \"a/b <c>\"}\r\n",
        "payload=%7B%22zen%22%3A+%22Keep+it%22%7D&x=a+b",
        " Hello\nWorld ",
    ];

    fn found(body: &str, signature: &str) -> Diagnosis {
        let text = format!("POST / HTTP/1.1\nHost: h\nX-Hub-Signature-256: sha256={signature}\n\n");
        let mut session = Session::new(read(text.as_bytes()).unwrap().request);
        session.request.body = body.as_bytes().to_vec().into();
        session.keys.push(Credentials {
            access_key_id: String::new(),
            secret: Secret::new(SECRET),
            session_token: None,
            source: "the test".into(),
        });
        diagnose(&session, Timestamp::from_unix(0).unwrap(), Effort::DEEP, &Progress::default())
    }

    #[test]
    fn every_mistake_comes_back_with_what_was_signed() {
        let mut told = HashSet::new();
        for body in BODIES {
            let secret = Secret::new(SECRET);
            let search = Search::of(Hash::Sha256, body.as_bytes(), &secret, b"", &Progress::default());
            for [text, key, digest] in search.all(1).map(|(text, key, digest)| [text, key, digest]) {
                let (text, key) = (&search.texts[text].what.0, &search.secrets[key].what.0);
                let signature = hex::encode((search.digests[digest].what)(key, text));
                let diagnosis = found(body, &signature);
                assert_eq!(diagnosis.answer, Answer::Proven, "{}", String::from_utf8_lossy(text));
                let first = &diagnosis.findings[0];
                assert_eq!(first.causes.len(), 1, "one mistake explains it");
                assert_eq!(first.signed.as_ref().unwrap().1, **text);
                told.extend(first.causes.iter().map(|cause| cause.id));
            }
        }
        for mistake in MISTAKES {
            assert!(told.contains(mistake.id), "{} is never found", mistake.id);
        }
    }

    #[test]
    fn the_right_signature_and_one_that_nothing_explains() {
        let own = hex::encode(Hash::Sha256.sign(SECRET.as_bytes(), BODIES[0].as_bytes()));
        assert_eq!(found(BODIES[0], &own).answer, Answer::Match);
        let other = found(BODIES[0], &"5d".repeat(32));
        assert_eq!((other.answer, other.exhausted), (Answer::Open, Exhausted::Yes));
        assert_eq!(other.findings[0].causes[0].id, ANOTHER_SECRET);
        let short = found(BODIES[0], &own[..10]);
        assert_eq!(short.findings[0].causes[0].id, "signature-malformed");
    }
}
