//! What all forms share: a received request, kinds of places in it, and one changed byte.

use std::ops::Range;

use countersign::analysis::{Analysis, Session};
use countersign::request::{Part, Request, Span};
use countersign::scheme::v4::derive::Derivation;
use countersign::scheme::{AWS4A, Scheme as _};
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::verify::{CheckId, Conclusion};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::common::analyse;

pub(crate) const ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(crate) const DATE: &str = "20150830T123600Z";
pub(crate) const REGION: &str = "eu-west-1";

/// The clock of signer and verifier.
pub(crate) fn clock() -> Timestamp {
    Timestamp::parse(DATE.as_bytes()).unwrap().0
}

pub(crate) fn key(token: Option<&str>) -> Credentials {
    Credentials {
        fields: Default::default(),
        access_key_id: ID.into(),
        secret: Secret::new(SECRET),
        session_token: token.map(Secret::new),
        source: "the test".into(),
    }
}

/// A session with a request as it was received. Of SigV4A the public key alone is known, as a server has it.
pub(crate) fn received(request: Request) -> Session {
    let mut session = Session::new(request);
    match countersign::scheme::claim(&session.request) {
        Some((scheme, _)) if scheme.name() == AWS4A.name() => {
            let derivation = Derivation::of(&Secret::new(SECRET), ID.as_bytes()).unwrap();
            session.settings.public_key = Some(derivation.pair.public());
        }
        _ => session.keys.push(key(None)),
    }
    session
}

/// Which byte of a range is changed, and to what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    at: Index,
    to: u8,
}

pub(crate) fn pick() -> impl Strategy<Value = Pick> {
    (any::<Index>(), any::<u8>()).prop_map(|(at, to)| Pick { at, to })
}

impl Pick {
    /// The place in a range of which one byte is changed.
    pub(crate) fn within(self, range: Range<usize>) -> usize {
        range.start + self.at.index(range.len())
    }

    /// One byte of all these places: which place it is in, and where.
    fn among(self, places: &[Span]) -> (Span, usize) {
        let all: Vec<_> = places.iter().flat_map(|span| span.range().map(move |at| (*span, at))).collect();
        *self.at.get(&all)
    }

    /// A letter or digit that is another one whatever the case: names of headers and trailers, digits of escapes and sizes,
    /// and those of an ECDSA signature mean the same in either case. Letters and digits are no white space, no
    /// separators, and have no escapes, so that nothing takes the change back.
    pub(crate) fn change(self, byte: &mut u8) {
        let others = b"0123456789abcdefghijklmnopqrstuvwxyz".iter().filter(|b| !b.eq_ignore_ascii_case(byte));
        *byte = *others.cycle().nth(usize::from(self.to)).unwrap();
    }

    /// Any other byte: for data, of which every bit is signed.
    pub(crate) fn change_data(self, byte: &mut u8) {
        *byte ^= self.to.max(1);
    }
}

/// Places of one kind, and what is to become of the verdict when a byte at one of them is changed.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) name: String,
    pub(crate) places: Vec<Span>,
    /// The checks that may fail; none where nothing is signed.
    checks: Vec<CheckId>,
    /// Words of which one must stand in what the check says; none where the check says it all.
    words: Vec<String>,
    /// Whether the changed text itself may stand there in place of the words.
    quoted: bool,
}

impl Kind {
    pub(crate) fn new(name: impl Into<String>, places: Vec<Span>, checks: &[CheckId]) -> Self {
        let (name, checks) = (name.into(), checks.to_vec());
        Self { name, places, checks, words: Vec::new(), quoted: false }
    }

    /// One of these words must be said.
    pub(crate) fn says(mut self, words: &[&str]) -> Self {
        self.words.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// The words, or the changed text.
    pub(crate) fn or_quotes(mut self) -> Self {
        self.quoted = true;
        self
    }

    /// A place that is not signed: the verdict stays.
    pub(crate) fn free(name: impl Into<String>, places: Vec<Span>) -> Self {
        Self::new(name, places, &[])
    }

    pub(crate) fn is_signed(&self) -> bool {
        !self.checks.is_empty()
    }

    /// Changes one byte at one of the places of `session`, and holds the verdict against what is expected.
    pub(crate) fn holds(&self, session: &Session, pick: Pick) -> Result<(), TestCaseError> {
        if self.places.iter().all(|span| span.range().is_empty()) {
            return Ok(());
        }
        let (span, at) = pick.among(&self.places);
        let mut changed = session.clone();
        change(&mut changed.request, span.part, at, pick);
        let analysis = analyse(&changed, clock());
        let told = format!("{}, {span:?}: {:?}", self.name, analysis.verdict);
        if self.checks.is_empty() {
            prop_assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{}", told);
            return Ok(());
        }
        let (check, detail) = refusal(&analysis, &told)?;
        prop_assert!(self.checks.contains(&check), "{}", told);
        let text = String::from_utf8_lossy(&changed.request.slice(span)).into_owned();
        let said = self.words.iter().any(|word| detail.contains(word));
        prop_assert!(
            said || self.words.is_empty() && !self.quoted || self.quoted && detail.contains(&text),
            "{}",
            told
        );
        Ok(())
    }
}

/// The check that failed and what it says; the conclusion must be that the request is refused.
pub(crate) fn refusal(analysis: &Analysis, told: &str) -> Result<(CheckId, String), TestCaseError> {
    let conclusion = analysis.verdict.conclusion();
    prop_assert!(matches!(conclusion, Some(Conclusion::Mismatch | Conclusion::Rejected)), "{}", told);
    let failed = analysis.verdict.failed().unwrap();
    Ok((failed.id, failed.detail.clone().into_owned()))
}

/// The untouched request must match.
pub(crate) fn matches(session: &Session) -> Result<(), TestCaseError> {
    let verdict = analyse(session, clock()).verdict;
    prop_assert_eq!(verdict.conclusion(), Some(Conclusion::Match), "{:?}", verdict);
    Ok(())
}

fn change(request: &mut Request, part: Part, at: usize, pick: Pick) {
    let bytes = match part {
        Part::Method => &mut request.method,
        Part::Target => &mut request.target,
        Part::HeaderName(index) => &mut request.headers[index as usize].name,
        Part::HeaderValue(index) => &mut request.headers[index as usize].value,
        Part::Body => return change_body(request, |bytes| pick.change(&mut bytes[at])),
    };
    pick.change(&mut bytes[at]);
}

pub(crate) fn change_body(request: &mut Request, change: impl FnOnce(&mut [u8])) {
    let mut bytes = request.body.bytes().into_owned();
    change(&mut bytes);
    request.body = bytes.into();
}

/// The single bytes of `range` that are no white space: runs of it are one space, and at the ends none.
pub(crate) fn visible(part: Part, bytes: &[u8], range: Range<usize>) -> Vec<Span> {
    let seen = range.filter(|at| !bytes[*at].is_ascii_whitespace());
    seen.map(|at| Span::new(part, at..at + 1)).collect()
}

/// The place of `needle` in `text`, behind the byte `from`.
pub(crate) fn find(text: &[u8], needle: &str, from: usize) -> Range<usize> {
    let found = text[from..].windows(needle.len()).position(|window| window == needle.as_bytes());
    let start =
        from + found.unwrap_or_else(|| panic!("{needle} stands in {:?}", String::from_utf8_lossy(text)));
    start..start + needle.len()
}
