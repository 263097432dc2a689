//! Everything derived from what the user has on the table: claim, terms, trace, verdict.
//!
//! [`Analysis::of`] is pure and computes the whole each time; a [`Memo`] and the memory of the trace before keep that cheap
//! enough for every keystroke. The command line and the terminal program both show an analysis.

mod session;

use std::borrow::Cow;

use crate::canon::payload::{self, Hashing, is_hex_digest};
use crate::frames::pass::{Content, Pass};
use crate::request::Request;
use crate::request::redact::Veil;
use crate::scheme::chunks::stream::Signed;
use crate::scheme::chunks::write::Framer;
use crate::scheme::foreign::{self, Foreign};
use crate::scheme::sign::{Instructions, Situation};
use crate::scheme::v4::plan;
use crate::scheme::v4::presigned::{self, Parameter};
use crate::scheme::v4::signer::Signer;
use crate::scheme::{self, Basis, Claim, ClaimError, Input, Memo, Placement, Scheme, Signing, Terms, Worked};
use crate::time::Timestamp;
use crate::trace::{StageKind, Trace};
use crate::verify::{Agreement, KeyKnown, Presented, Verdict, verify};
use crate::{redact, secret};

pub use crate::scheme::chunks::stream::Stream;
pub use session::{Session, Source};
#[cfg(feature = "gateway")]
pub(crate) use session::{documented, token};

/// Everything that follows from a [`Session`] at one moment.
pub struct Analysis {
    /// The scheme.
    pub scheme: &'static dyn Scheme,
    /// The claim of the request, or why it cannot be read.
    pub claim: Option<Result<Claim, ClaimError>>,
    /// The scheme of another maker that signed the request. Nothing is computed for it, unless a scheme of AWS was asked for.
    pub foreign: Option<&'static Foreign>,
    /// The situation that the session amounts to.
    pub situation: Situation,
    /// What the signature rests on.
    pub basis: Basis,
    /// Every intermediate.
    pub trace: Trace,
    /// The signature that was received.
    pub received: Option<Vec<u8>>,
    /// The signatures in the body, where it has any.
    pub stream: Stream,
    /// The checks.
    pub verdict: Verdict,
    /// Whether the body is still being hashed elsewhere.
    pub pending: Pending,
}

/// Whether an analysis waits for a hash.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pending {
    /// It is whole.
    No,
    /// What this pass finds in the body is missing; once it is set, analyse again.
    Body(Pass),
}

/// The pass whose findings are missing.
fn pending(
    request: &Request,
    claim: Option<&Claim>,
    worked: &Worked<'_>,
    hashing: Hashing,
    stream: &Stream,
) -> Pending {
    let pass = Pass::of(request);
    // What is not known of a body that went by, or was never there, will not be known later.
    if request.body.is_pipe() && worked.is_pending() {
        return Pending::No;
    }
    let is_unchecked = |terms| claim.is_some() && is_hash_unchecked(request, terms, hashing);
    match (worked.is_pending(), stream) {
        (_, Stream::Pending) => Pending::Body(pass),
        (true, _) if pass.content == Content::Whole => Pending::Body(pass),
        (true, _) => Pending::Body(Pass::PLAIN),
        (false, Stream::None) if worked.terms().is_some_and(is_unchecked) => Pending::Body(pass),
        (false, Stream::None | Stream::Walked(_)) => Pending::No,
    }
}

/// Whether a signed request states the hash of a body that nobody has read yet: the signature is known without it, the verdict
/// is not.
fn is_hash_unchecked(request: &Request, terms: &Terms<'_>, hashing: Hashing) -> bool {
    let header = || request.value(terms.family.content_header.as_bytes()).map(Cow::Borrowed);
    let parameter = || Parameter::ContentSha256.find(request, terms.family);
    let stated = match terms.placement {
        Placement::Header => header(),
        Placement::Query => parameter().map(|span| Placement::Query.text(request, span)).or_else(header),
        Placement::Form | Placement::Body => None,
    };
    let states_hash = stated.is_some_and(|text| is_hex_digest(&text));
    states_hash && !request.body.is_pipe() && payload::hash(request, hashing).is_none()
}

fn key_known(situation: &Situation, scheme: &dyn Scheme) -> KeyKnown {
    let is_asymmetric = || scheme.family().is_some_and(|family| family.signing == Signing::Ecdsa);
    let signs_with_rsa = scheme.family().is_some_and(|family| family.signing == Signing::Rsa);
    match (&situation.credentials, situation.settings.public_key) {
        // A service account without its key says nothing of a signature.
        (Some(key), _) if signs_with_rsa && key.fields.is_empty() => KeyKnown::No,
        (_, Some(_)) if is_asymmetric() => KeyKnown::PublicOnly,
        (Some(_), _) => KeyKnown::Yes,
        (None, _) => KeyKnown::No,
    }
}

/// Why a claim cannot be read, without the credentials that it quotes.
fn without_credentials(error: ClaimError, veil: &Veil) -> ClaimError {
    let aws = error.aws.map(|aws| veil.over(&aws));
    ClaimError { found: veil.over(&error.found), aws, ..error }
}

impl Analysis {
    /// Analyses `session` at the instant `clock`. `memo` and `trace` may come from the analysis before.
    pub fn of(
        session: &Session,
        clock: Timestamp,
        hashing: Hashing,
        memo: &mut Memo,
        mut trace: Trace,
    ) -> Self {
        let found = scheme::claim_for(&session.request, &session.settings);
        let planned = || scheme::planned(&session.request, &session.settings);
        let scheme = found.as_ref().map_or_else(planned, |(scheme, _)| *scheme);
        let veiled = |error| without_credentials(error, &Veil::of(&session.request));
        let claim = found.map(|(_, claim)| claim.map_err(veiled));
        let named = claim.is_none().then(|| foreign::named(&session.request)).flatten();
        let foreign = named.filter(|_| session.settings.scheme.is_none());
        let readable = claim.as_ref().and_then(|claim| claim.as_ref().ok());
        let request = &session.request;
        let claimed_id = readable.and_then(|claim| Some(claim.text(request, claim.access_key_id?)));
        let credentials = session.credentials(scheme, claimed_id.as_deref());
        let situation = Situation {
            settings: session.settings.clone(),
            ambient: session.ambient.clone(),
            credentials,
            now: session.now(clock),
            hashing,
        };
        let claimed = readable.map(|claim| scheme.received(request, claim));
        let received = session.received.clone().or(claimed);
        let input = Input { request, claim: readable, situation: &situation, received: received.as_deref() };
        let mut worked = scheme.work(input, memo, &mut trace);
        if foreign.is_some() {
            trace.clear();
            worked.agreement = Agreement::Unknown;
        }
        let signed = worked.terms().map(|terms| Signed { input, terms });
        let stream = signed.as_ref().map_or(Stream::None, |signed| {
            let stream = signed.stream(session.opened, session.words, memo, &trace);
            signed.write(&stream, &mut trace);
            stream
        });
        let verdict = verify(&Presented {
            scheme,
            request,
            claim: claim.as_ref(),
            foreign: named,
            worked: &worked,
            situation: &situation,
            key: key_known(&situation, scheme),
            computed: trace.signature(),
            received: received.as_deref(),
            stream: &stream,
            words: session.words,
        });
        let pending = pending(request, readable, &worked, situation.hashing, &stream);
        let basis = worked.into_basis();
        Self { scheme, claim, foreign, situation, basis, trace, received, stream, verdict, pending }
    }

    /// The access key id that the request claims.
    pub fn claimed_key_id(&self, request: &Request) -> Option<String> {
        let claim = self.claim()?;
        Some(claim.string(request, claim.access_key_id?))
    }

    /// The claim, where it can be read.
    pub fn claim(&self) -> Option<&Claim> {
        self.claim.as_ref().and_then(|claim| claim.as_ref().ok())
    }

    /// When the request, a presigned URL, stops being good.
    pub fn ends(&self, request: &Request) -> Option<Timestamp> {
        presigned::ends_at(request, self.claim()?)
    }

    /// The terms that the trace was written by, in a scheme of Version 4's family.
    pub fn terms<'a>(&'a self, request: &'a Request) -> Option<Terms<'a>> {
        self.scheme.terms(request, self.claim(), &self.situation)
    }

    /// What the scheme worked on.
    pub(crate) fn input<'a>(&'a self, request: &'a Request) -> Input<'a> {
        Input { request, claim: self.claim(), situation: &self.situation, received: self.received.as_deref() }
    }

    /// The computed signature, when there is a key and the body is hashed.
    pub fn computed(&self) -> Option<&[u8]> {
        self.trace.signature()
    }

    /// The signature that was received, as it may be shown: what has another form may be a secret in its place.
    pub fn received_shown(&self) -> Option<Cow<'_, [u8]>> {
        self.received.as_deref().map(redact::claimed)
    }

    /// What to add so that the request carries the computed signature.
    pub fn instructions(&self, request: &Request) -> Option<Instructions> {
        let credentials = self.situation.credentials.as_ref()?;
        Some(self.scheme.instructions(self.input(request), &credentials.access_key_id, self.computed()?))
    }

    /// What cuts the body into signed chunks, where the settings want that of a request that is still to be signed.
    pub fn framer<'a>(&'a self, request: &'a Request, memo: &'a mut Memo) -> Option<Framer<'a>> {
        let family = self.scheme.family()?;
        let cut = plan::cut(family, &self.situation.settings).filter(|_| self.claim.is_none())?;
        if self.basis.placement != Placement::Header {
            return None;
        }
        let terms = self.terms(request)?;
        let signer = Signer::of(&terms, &self.situation, memo);
        let chain = Signed { input: self.input(request), terms: &terms }.chain(signer, self.computed()?);
        Some(Framer::new(cut, chain))
    }

    /// Whether the derived keys may be shown: they are those of the documentation, or there are none.
    pub fn keys_are_public(&self) -> bool {
        self.situation
            .credentials
            .as_ref()
            .is_none_or(|credentials| secret::is_documented(&credentials.secret))
    }

    /// Whether computed and received signature agree.
    pub fn agreement(&self) -> &Agreement {
        &self.verdict.agreement
    }

    /// The text of a stage, if it was computed.
    pub fn stage(&self, kind: StageKind) -> &[u8] {
        self.trace.bytes(kind).unwrap_or_default()
    }
}
