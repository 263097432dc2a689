//! Everything derived from what the user has on the table: claim, terms, trace, verdict.
//!
//! [`Analysis::of`] is pure and computes the whole each time; a [`Memo`] and the memory of the trace before keep that cheap
//! enough for every keystroke. The command line and the terminal program both show an analysis.

use std::borrow::Cow;
use std::sync::Arc;

use crate::canon::payload::{self, Hashing, is_hex_digest};
use crate::case::Format;
use crate::evidence::Piece;
use crate::frames::pass::{Content, Pass};
use crate::redact;
use crate::request::Request;
use crate::request::redact::Veil;
use crate::scheme::chunks::stream::Signed;
use crate::scheme::chunks::write::Framer;
use crate::scheme::foreign::{self, Foreign};
use crate::scheme::sign::{Instructions, Situation};
use crate::scheme::v4::presigned::Parameter;
use crate::scheme::v4::signer::Signer;
use crate::scheme::v4::{plan, presigned};
use crate::scheme::{
    self, Basis, Claim, ClaimError, Input, Memo, PLANNED, Placement, Scheme, Signing, Terms, Worked, v2,
};
use crate::secret::{self, Secret};
use crate::settings::Settings;
use crate::signature::Credentials;
use crate::time::Timestamp;
use crate::trace::{StageKind, Trace};
use crate::verify::{Agreement, KeyKnown, Presented, Verdict, Words, verify};

pub use crate::scheme::chunks::stream::Stream;

/// What the user has on the table.
#[derive(Clone)]
pub struct Session {
    /// What the input is called, for titles.
    pub name: String,
    /// Where it came from.
    pub source: Source,
    /// What the request was read from: one that was rebuilt from evidence agrees with it by itself.
    pub format: Format,
    /// The request.
    pub request: Request,
    /// What the user gave: options, and the settings of the file.
    pub settings: Settings,
    /// What the surroundings say.
    pub ambient: Settings,
    /// The keys at hand, the preferred one first.
    pub keys: Vec<Credentials>,
    /// A signature that was typed, in place of the request's own.
    pub received: Option<Vec<u8>>,
    /// What a server or a signer says it computed; shared between the steps that can be undone.
    pub evidence: Arc<[Piece]>,
    /// Where the request arrived, with the port: a client may have signed this address, whatever `Host` it sent.
    pub arrived_at: Option<String>,
    /// The place of the piece of evidence that the request was rebuilt from.
    pub rebuilt_from: Option<usize>,
    /// Which link of a chain of chunks is opened; else the first that is broken, else the first.
    pub opened: Option<usize>,
    /// Of which checks the details are put in words.
    pub words: Words,
}

/// Where a session came from, and so whether it is kept anywhere else.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Source {
    /// A file, a sample or standard input.
    #[default]
    Given,
    /// A paste: nobody else has it until it is saved.
    Pasted,
    /// The capture with this number on the gateway's tape.
    Tape(u64),
}

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

impl Session {
    /// A session over a request, with nothing else known.
    pub fn new(request: Request) -> Self {
        let (settings, ambient) = Default::default();
        Self {
            name: String::new(),
            source: Source::default(),
            format: Format::default(),
            request,
            settings,
            ambient,
            keys: Vec::new(),
            received: None,
            evidence: Arc::default(),
            arrived_at: None,
            rebuilt_from: None,
            opened: None,
            words: Words::default(),
        }
    }

    /// Takes the signature off, so that the request is planned anew: an old claim must not narrow it. What the claim said of
    /// region, service, key id and placement stays, unless a setting says otherwise.
    pub fn unsign(&mut self) {
        if let Some((scheme, Ok(claim))) = scheme::claim_for(&self.request, &self.settings) {
            self.keep(scheme, &claim);
        }
        scheme::strip(&mut self.request);
    }

    fn keep(&mut self, scheme: &dyn Scheme, claim: &Claim) {
        let (request, settings) = (&self.request, &mut self.settings);
        let text = |span| claim.string(request, span);
        if claim.placement != Placement::Form {
            settings.placement.get_or_insert(claim.placement);
        }
        if PLANNED.iter().any(|planned| planned.name() == scheme.name()) {
            settings.scheme.get_or_insert(scheme.name());
        }
        if let (Some(span), None) = (claim.expires, settings.expires) {
            settings.expires = text(span).parse().ok();
        }
        settings.region = settings.region.take().or(claim.scope.and_then(|scope| scope.region).map(text));
        // Version 2 names no service; two of its forms are S3's alone.
        let service = claim.scope.map(|scope| text(scope.service)).or(v2::form::service(request));
        settings.service = settings.service.take().or(service);
        // Another key at hand is meant to sign instead, with a token of its own.
        let Some(id) = claim.access_key_id.map(text) else { return };
        let own = self.keys.iter().find(|key| key.access_key_id == id);
        let replaced = settings.secret_access_key.is_none() && own.is_none() && !self.keys.is_empty();
        settings.access_key_id = settings.access_key_id.take().or(Some(id).filter(|_| !replaced));
        if settings.session_token.is_none() && !replaced && own.is_none_or(|key| key.session_token.is_none())
        {
            settings.session_token = token(request, claim.placement);
        }
    }

    /// The clock: the one that was set, else `clock`.
    fn now(&self, clock: Timestamp) -> Timestamp {
        self.settings.now.unwrap_or(clock)
    }

    /// The access key that counts: what the settings say, else the one that the claim names, else the first at hand. A scheme that names
    /// no key takes a secret that was given without one: those with a name are for others.
    fn credentials(&self, scheme: &dyn Scheme, claimed: Option<&[u8]>) -> Option<Credentials> {
        if scheme.keyed().is_some() {
            let set = self.settings.secret_access_key.clone().map(|secret| self.given(secret, b""));
            return set.or_else(|| self.keys.iter().find(|key| key.access_key_id.is_empty()).cloned());
        }
        let mut credentials = self.key(claimed)?;
        credentials.session_token = self.settings.session_token.clone().or(credentials.session_token);
        Some(credentials)
    }

    fn key(&self, claimed: Option<&[u8]>) -> Option<Credentials> {
        let wanted =
            claimed.map(<[u8]>::to_vec).or_else(|| Some(self.settings.access_key_id.clone()?.into_bytes()));
        if let Some(secret) = &self.settings.secret_access_key {
            let own = self.settings.access_key_id.as_deref();
            let fits = own.is_none_or(|own| wanted.as_deref().is_none_or(|wanted| wanted == own.as_bytes()));
            let id = wanted.as_deref().or(own.map(str::as_bytes)).filter(|id| !id.is_empty());
            return id.filter(|_| fits).map(|id| self.given(secret.clone(), id));
        }
        let Some(wanted) = wanted else {
            return self.keys.iter().find(|key| !key.access_key_id.is_empty()).cloned();
        };
        let known = self.keys.iter().find(|key| key.access_key_id.as_bytes() == wanted);
        known.cloned().or_else(|| documented(&wanted))
    }

    /// The secret that stands in the settings.
    fn given(&self, secret: Secret, id: &[u8]) -> Credentials {
        Credentials {
            access_key_id: String::from_utf8_lossy(id).into_owned(),
            source: match secret::is_documented(&secret) {
                true => DOCUMENTED,
                false => self.settings.secret_source.unwrap_or("the settings"),
            }
            .into(),
            secret,
            session_token: None,
        }
    }
}

/// The key pair of the documentation that has this id.
pub(crate) fn documented(id: &[u8]) -> Option<Credentials> {
    Some(Credentials {
        access_key_id: String::from_utf8_lossy(id).into_owned(),
        secret: secret::documented(id)?,
        session_token: None,
        source: DOCUMENTED.into(),
    })
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
        Placement::Form => None,
    };
    let states_hash = stated.is_some_and(|text| is_hex_digest(&text));
    states_hash && !request.body.is_pipe() && payload::hash(request, hashing).is_none()
}

fn key_known(situation: &Situation, scheme: &dyn Scheme) -> KeyKnown {
    let is_asymmetric = || scheme.family().is_some_and(|family| family.signing == Signing::Ecdsa);
    match (&situation.credentials, situation.settings.public_key) {
        (_, Some(_)) if is_asymmetric() => KeyKnown::PublicOnly,
        (Some(_), _) => KeyKnown::Yes,
        (None, _) => KeyKnown::No,
    }
}

/// The session token that a request sends: in a header, a form's field is kept with the form, or in the query.
pub(crate) fn token(request: &Request, placement: Placement) -> Option<Secret> {
    let name = redact::SESSION_TOKENS.into_iter();
    let mut values = name.filter_map(|name| match placement {
        Placement::Header => request.value(name.as_bytes()).map(<[u8]>::to_vec),
        Placement::Query => {
            let span = request.pair_value(name.as_bytes())?;
            Some(Placement::Query.text(request, span).into_owned())
        }
        Placement::Form => None,
    });
    values.next().map(Secret::new)
}

/// Where the secrets of the documentation come from.
const DOCUMENTED: &str = "AWS's documentation";

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
        let claimed = readable.map(|claim| claim.text(request, claim.signature).into_owned());
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
