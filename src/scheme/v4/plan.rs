//! The terms of a signature: read off the claim where there is one, planned where there is none, and overruled by what the
//! user set.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::authorization::{date_of, header_value};
use super::form::{self, Draft};
use super::presigned::Parameter;
use crate::canon::headers::{SignedHeaders, select};
use crate::canon::payload::{self, Payload, UNSIGNED};
use crate::request::{Part, Request, Span};
use crate::scheme::{
    Added, AddedPair, Claim, Dialect, Family, Placement, Scope, ScopeRegion, SessionToken, Signing, Term,
    Terms,
};
use crate::service::{self, ContentHeader, PresignedPayload, Service};
use crate::settings::{PayloadSetting, Settings, Time};
use crate::sign::Situation;
use crate::stream::checksum::Algorithm;
use crate::stream::chunked::Form;
use crate::stream::write::{CHUNK_SIZE, Cut};
use crate::time::DateForm;
use crate::trace::{Given, Origin, Rule};

/// Headers that a plan never signs: proxies change them, or they belong to one connection only.
///
/// The union of what botocore, aws-c-auth and smithy-rs leave out, as [`crate::service::sdk`] has it, and `accept-encoding`, which
/// Google and Cloudflare rewrite.
pub const NEVER_SIGNED: [&str; 16] = [
    "accept-encoding",
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

/// Bit *n* is set where a name of length *n* is in [`NEVER_SIGNED`]: most headers are told by their length.
const NEVER_SIGNED_LENGTHS: u32 = {
    let (mut lengths, mut at) = (0, 0);
    while at < NEVER_SIGNED.len() {
        lengths |= 1 << NEVER_SIGNED[at].len();
        at += 1;
    }
    lengths
};

fn is_never_signed(name: &[u8]) -> bool {
    let possible = name.len() < 32 && NEVER_SIGNED_LENGTHS & 1 << name.len() != 0;
    possible
        && NEVER_SIGNED
            .iter()
            .any(|never| never.len() == name.len() && name.eq_ignore_ascii_case(never.as_bytes()))
}

/// Where a signing name is not known, this one stands.
const NO_SERVICE: &[u8] = b"service";
const NO_REGION: &[u8] = b"us-east-1";

pub(crate) fn terms<'a>(
    family: &'static Family,
    request: &'a Request,
    claim: Option<&Claim>,
    situation: &'a Situation,
) -> Terms<'a> {
    let draft = match (claim, situation.settings.placement) {
        (None, None) => form::draft(request, family),
        (Some(_), _) | (None, Some(_)) => None,
    };
    let placement = placement(claim, draft.as_ref(), situation);
    let plan = Plan { family, request, claim, draft, situation, placement };
    let timestamp = plan.timestamp();
    let scope = plan.scope(&timestamp);
    let rules = service::of_name(&scope.service.text);
    let dialect = dialect(&situation.settings, rules);
    let payload = plan.payload(rules);
    let added = plan.added(&timestamp, &payload, rules);
    let signed = match claim {
        Some(claim) => claimed_headers(request, claim, &added),
        None => planned_headers(family, request, &added, &dialect, plan.placement),
    };
    let mut terms = Terms {
        family,
        rules,
        placement: plan.placement,
        dialect,
        access_key_id: (plan.placement != Placement::Header || family.signing == Signing::Ecdsa)
            .then(|| plan.access_key_id()),
        timestamp,
        scope,
        signed,
        payload,
        added,
        pairs: Vec::new(),
        policy: claim.and_then(|claim| claim.policy).or(plan.draft.as_ref().map(|draft| draft.policy)),
    };
    if plan.placement == Placement::Query {
        terms.pairs = plan.pairs(&terms);
    }
    terms
}

/// Where the signature stands: where the claim does, else where the user wants it; a policy is signed in its form.
fn placement(claim: Option<&Claim>, draft: Option<&Draft>, situation: &Situation) -> Placement {
    let of_form = draft.map(|_| Placement::Form);
    claim.map(|claim| claim.placement).or(situation.settings.placement).or(of_form).unwrap_or_default()
}

fn dialect(settings: &Settings, rules: &Service) -> Dialect {
    let of_service = Dialect::of(rules);
    Dialect {
        encode_path: settings.encode_path.unwrap_or(of_service.encode_path),
        normalize_path: settings.normalize_path.unwrap_or(of_service.normalize_path),
        plus: settings.plus.unwrap_or(of_service.plus),
        header_space: settings.header_space.unwrap_or(of_service.header_space),
        host_port: settings.host_port.unwrap_or(of_service.host_port),
        session_token: settings.sign_token.unwrap_or(of_service.session_token),
    }
}

/// What a signature is planned from.
struct Plan<'a, 'c> {
    family: &'static Family,
    request: &'a Request,
    claim: Option<&'c Claim>,
    draft: Option<Draft>,
    situation: &'a Situation,
    placement: Placement,
}

impl<'a> Plan<'a, '_> {
    fn settings(&self) -> &'a Settings {
        &self.situation.settings
    }

    /// A text of the claim; of a presigned URL without its percent-encoding.
    fn claimed(&self, span: Span) -> Term {
        let origin = Origin::Request(span);
        match self.placement.text(self.request, span) {
            text if text.len() == span.range().len() => Term::new(&text, origin),
            text => Term::new(&text, origin).by(Rule::PercentDecoded),
        }
    }

    /// The date as set, else the claim's, else the request's own, else now.
    fn timestamp(&self) -> Term {
        let given = |instant: crate::time::Timestamp| Term::new(&instant.basic(), Origin::Given(Given::Date));
        match self.settings().time {
            Some(Time::At(instant)) => return given(instant),
            Some(Time::Now) => return given(self.situation.now),
            None => {}
        }
        let own = || match &self.draft {
            Some(draft) => draft.date,
            None => date_of(self.request, self.family),
        };
        match self.claim.map_or_else(own, |claim| claim.date) {
            Some(date) => match date.instant {
                Some((instant, form)) if form != DateForm::Basic => {
                    Term::new(&instant.basic(), Origin::Request(date.span)).by(Rule::DateRewritten)
                }
                // One that cannot be read is signed as it stands: the checks say so.
                Some(_) | None => self.claimed(date.span),
            },
            None => given(self.situation.now),
        }
    }

    fn scope(&self, timestamp: &Term) -> Scope {
        let day = timestamp.text.get(..8).unwrap_or(&timestamp.text);
        let (settings, ambient) = (self.settings(), &self.situation.ambient);
        let drafted = self.draft.as_ref().and_then(|draft| draft.scope);
        let claimed = self.claim.and_then(|claim| claim.scope).or(drafted);
        let date = match claimed {
            Some(scope) if settings.time.is_none() => self.claimed(scope.date),
            Some(_) | None => Term::new(day, day_origin(timestamp)).by(timestamp.rules.and(Rule::DayTaken)),
        };
        let endpoint = || service::of_request(self.request);
        let region = claimed.and_then(|scope| scope.region).map(|span| self.claimed(span));
        let region =
            Choice { set: &settings.region, claimed: region, ambient: &ambient.region, none: NO_REGION };
        let service = claimed.map(|scope| self.claimed(scope.service));
        let service =
            Choice { set: &settings.service, claimed: service, ambient: &ambient.service, none: NO_SERVICE };
        Scope {
            date,
            region: (self.family.region == ScopeRegion::Named)
                .then(|| region.take(Given::Region, || endpoint().region)),
            service: service.take(Given::Service, || endpoint().service),
            terminator: claimed
                .map_or(Term::new(self.family.terminator.as_bytes(), Origin::Scheme), |scope| {
                    self.claimed(scope.terminator)
                }),
        }
    }

    fn payload(&self, rules: &Service) -> Payload<'a> {
        let body =
            || payload::hash(self.request, self.situation.hashing).map_or(Payload::Pending, Payload::Body);
        let given = Origin::Given(Given::Payload);
        if self.placement == Placement::Form {
            return Payload::Text(Cow::Borrowed(b""), Origin::Scheme);
        }
        match &self.settings().payload {
            Some(PayloadSetting::Body | PayloadSetting::BodyInHeader) => return body(),
            Some(PayloadSetting::Unsigned) => return Payload::Text(Cow::Borrowed(UNSIGNED), given),
            Some(PayloadSetting::Chunks(form)) => {
                return Payload::Text(Cow::Owned(keyword(self.family, *form).into_bytes()), given);
            }
            Some(PayloadSetting::Text(text)) => return Payload::Text(Cow::Borrowed(text.as_bytes()), given),
            None => {}
        }
        if self.placement == Placement::Query {
            if let Some(span) = Parameter::ContentSha256.find(self.request, self.family) {
                let text = self.placement.text(self.request, span);
                return Payload::Text(text, Origin::Request(span));
            }
            if rules.presigned_payload == PresignedPayload::Unsigned {
                return Payload::Text(Cow::Borrowed(UNSIGNED), Origin::Scheme);
            }
        }
        match header_value(self.request, self.family.content_header) {
            Some(span) => Payload::Text(Cow::Borrowed(self.request.at(span)), Origin::Request(span)),
            None => body(),
        }
    }

    /// The headers that signing adds or sets anew.
    fn added(&self, timestamp: &Term, payload: &Payload<'_>, rules: &Service) -> SmallVec<[Added; 2]> {
        let mut added = SmallVec::new();
        if self.placement != Placement::Header {
            return added;
        }
        let (family, settings) = (self.family, self.settings());
        if let Origin::Given(_) = timestamp.origin {
            let value = timestamp.text.clone();
            added.push(Added { name: family.date_header, value, origin: timestamp.origin });
        }
        if let (None, Some(token)) = (self.claim, self.own_token()) {
            let name = service::token_header(family, rules, self.request);
            let (value, origin) = (SmallVec::from_slice(token), Origin::Given(Given::SessionToken));
            added.push(Added { name, value, origin });
        }
        if let Some(name) = family.region_set_header
            && let Some(set) = self.new_region_set(header_value(self.request, name))
        {
            added.push(Added { name, value: set.text, origin: set.origin });
        }
        let sent = || self.request.header(family.content_header.as_bytes()).is_some();
        let required = rules.content_header == ContentHeader::Required;
        let wanted = match settings.payload {
            Some(PayloadSetting::Body) => false,
            Some(_) => true,
            None => self.claim.is_none() && required && !sent(),
        };
        if wanted {
            let (value, origin) = content_header(payload, self.request);
            added.push(Added { name: family.content_header, value, origin });
        }
        if let (None, Some(cut)) = (self.claim, cut(family, settings)) {
            self.add_chunks(&mut added, &cut);
        }
        added
    }

    /// What announces a chunked body.
    fn add_chunks(&self, added: &mut SmallVec<[Added; 2]>, cut: &Cut) {
        let origin = Origin::Given(Given::Payload);
        let mut add = |name: &'static str, value: &str| {
            added.push(Added { name, value: SmallVec::from_slice(value.as_bytes()), origin });
        };
        let len = self.request.body.len();
        let other = self.request.value(b"content-encoding").map(String::from_utf8_lossy);
        match other.filter(|other| !other.starts_with(AWS_CHUNKED)) {
            Some(other) => add("Content-Encoding", &format!("{AWS_CHUNKED},{other}")),
            None => add("Content-Encoding", AWS_CHUNKED),
        }
        add("Content-Length", &cut.length(len).to_string());
        add("X-Amz-Decoded-Content-Length", &len.to_string());
        if cut.has_trailer() {
            add("X-Amz-Trailer", cut.checksum.header());
        }
    }

    fn own_token(&self) -> Option<&'a [u8]> {
        let credentials = self.situation.credentials.as_ref()?;
        Some(credentials.session_token.as_ref()?.expose())
    }

    /// The set of regions, where it is not the one that stands at `sent` already.
    fn new_region_set(&self, sent: Option<Span>) -> Option<Term> {
        let origin = Origin::Given(Given::RegionSet);
        let (settings, ambient) = (self.settings(), &self.situation.ambient);
        match (&settings.region_set, &settings.region, sent) {
            (Some(set), _, _) | (None, Some(set), None) => Some(Term::new(set.as_bytes(), origin)),
            (None, _, Some(_)) => None,
            (None, None, None) => {
                let host = service::of_request(self.request);
                let set = host.region_set.map(str::to_owned).or(host.region).or(ambient.region.clone());
                Some(Term::new(set.as_deref().map_or(NO_REGION, str::as_bytes), origin))
            }
        }
    }

    /// The query parameters that signing adds or sets anew; of a claim only those that a setting overrules.
    fn pairs(&self, terms: &Terms<'_>) -> Vec<AddedPair> {
        let (family, settings) = (self.family, self.settings());
        let mut pairs = Vec::new();
        let mut add = |parameter: Parameter, value: Vec<Term>| {
            pairs.push(AddedPair { name: parameter.name(family), value });
        };
        let anew = self.claim.is_none();
        let fixed = |text: &str| vec![Term::new(text.as_bytes(), Origin::Scheme)];
        if anew {
            add(Parameter::Algorithm, fixed(family.algorithm));
        }
        let rescoped = settings.region.is_some() || settings.service.is_some() || settings.time.is_some();
        if anew || rescoped || settings.access_key_id.is_some() {
            add(Parameter::Credential, credential(terms));
        }
        if anew || settings.time.is_some() {
            add(Parameter::Date, vec![terms.timestamp.clone()]);
        }
        if anew || settings.expires.is_some() {
            let seconds = settings.expires.unwrap_or(EXPIRES);
            add(
                Parameter::Expires,
                vec![Term::new(seconds.to_string().as_bytes(), Origin::Given(Given::Expires))],
            );
        }
        if family.region_set_header.is_some()
            && let Some(set) = self.new_region_set(Parameter::RegionSet.find(self.request, family))
        {
            add(Parameter::RegionSet, vec![set]);
        }
        if anew {
            add(Parameter::SignedHeaders, fixed(&terms.signed_headers()));
        }
        if let (true, Some(token)) = (anew, self.own_token()) {
            let term = Term::new(token, Origin::Given(Given::SessionToken));
            let name = service::token_header(family, terms.rules, self.request);
            pairs.push(AddedPair { name: name.to_owned(), value: vec![term] });
        }
        pairs
    }

    /// The id of the key that signs, else the one that the claim names.
    fn access_key_id(&self) -> Term {
        match (&self.situation.credentials, self.claim) {
            (Some(key), Some(claim))
                if *self.request.slice(claim.access_key_id) != *key.access_key_id.as_bytes() =>
            {
                Term::new(key.access_key_id.as_bytes(), Origin::Given(Given::AccessKeyId))
            }
            (_, Some(claim)) => self.claimed(claim.access_key_id),
            (Some(key), None) => Term::new(key.access_key_id.as_bytes(), Origin::Given(Given::AccessKeyId)),
            (None, None) => Term::new(NO_KEY, Origin::Given(Given::AccessKeyId)),
        }
    }
}

/// Key id and scope, each part with its origin.
fn credential(terms: &Terms<'_>) -> Vec<Term> {
    let mut value: Vec<Term> = terms.access_key_id.iter().cloned().collect();
    for part in terms.scope.parts() {
        value.extend([Term::new(b"/", Origin::Scheme), part.clone()]);
    }
    value
}

const AWS_CHUNKED: &str = "aws-chunked";

/// The payload keyword of a chunked body.
fn keyword(family: &Family, form: Form) -> String {
    match form {
        Form::Signed => format!("STREAMING-{}-PAYLOAD", family.algorithm),
        Form::SignedTrailer => format!("STREAMING-{}-PAYLOAD-TRAILER", family.algorithm),
        Form::Unsigned => "STREAMING-UNSIGNED-PAYLOAD-TRAILER".into(),
    }
}

/// How the settings want the body cut up.
pub(crate) fn cut(family: &Family, settings: &Settings) -> Option<Cut> {
    match settings.payload {
        Some(PayloadSetting::Chunks(form)) => Some(Cut {
            form,
            chunk_size: settings.chunk_size.unwrap_or(CHUNK_SIZE),
            checksum: settings.checksum.unwrap_or(Algorithm::Crc32),
            signing: family.signing,
        }),
        Some(
            PayloadSetting::Body
            | PayloadSetting::BodyInHeader
            | PayloadSetting::Unsigned
            | PayloadSetting::Text(_),
        )
        | None => None,
    }
}

/// For how long a presigned URL is good unless a setting says otherwise, in seconds: an hour, as most SDKs have it.
const EXPIRES: u32 = 3600;

/// Stands for the key id where there is no key.
const NO_KEY: &[u8] = b"AKID";

/// The value of `x-amz-content-sha256`.
fn content_header(payload: &Payload<'_>, request: &Request) -> (SmallVec<[u8; 24]>, Origin) {
    match payload {
        Payload::Body(digest) => (SmallVec::from_slice(hex::encode(digest).as_bytes()), whole_body(request)),
        Payload::Text(text, origin) => (SmallVec::from_slice(text), *origin),
        Payload::Pending => (SmallVec::new(), whole_body(request)),
    }
}

/// Where a part of the scope may come from, the strongest first. The host is a part of the request, so what its name tells comes
/// before the surroundings; the stand-in comes last.
struct Choice<'a> {
    set: &'a Option<String>,
    claimed: Option<Term>,
    ambient: &'a Option<String>,
    none: &'a [u8],
}

impl Choice<'_> {
    fn take(self, given: Given, host: impl FnOnce() -> Option<String>) -> Term {
        let origin = Origin::Given(given);
        match (self.set, self.claimed) {
            (Some(text), _) => Term::new(text.as_bytes(), origin),
            (None, Some(term)) => term,
            (None, None) => match (host(), self.ambient) {
                (Some(text), _) => Term::new(text.as_bytes(), origin),
                (None, Some(text)) => Term::new(text.as_bytes(), origin),
                (None, None) => Term::new(self.none, origin),
            },
        }
    }
}

/// The first eight bytes of the date that was read, where they are the day.
fn day_origin(timestamp: &Term) -> Origin {
    match timestamp.origin {
        Origin::Request(span) if timestamp.rules.is_empty() => {
            Origin::Request(Span { end: span.end.min(span.start + 8), ..span })
        }
        other => other,
    }
}

fn whole_body(request: &Request) -> Origin {
    let len = usize::try_from(request.body.len()).unwrap_or(usize::MAX);
    Origin::Request(Span::new(Part::Body, 0..len))
}

/// The names that the claim lists, and those that were set anew.
fn claimed_headers<'a>(request: &'a Request, claim: &Claim, added: &[Added]) -> SignedHeaders<'a> {
    let names: Vec<_> = claim
        .signed_headers
        .iter()
        .map(|span| (request.at(*span), Origin::Request(*span)))
        .filter(|(name, _)| !name.is_empty())
        .collect();
    select::claimed(request, &names, added)
}

/// Every header that may be signed, and those that are added.
fn planned_headers<'a>(
    family: &Family,
    request: &'a Request,
    added: &[Added],
    dialect: &Dialect,
    placement: Placement,
) -> SignedHeaders<'a> {
    let skips_token = dialect.session_token == SessionToken::Unsigned;
    let is_token = |name: &[u8]| name.eq_ignore_ascii_case(family.token_header.as_bytes());
    select::planned(request, added, |name| {
        let in_query = placement == Placement::Query && in_query_instead(family, name);
        !(is_never_signed(name) || in_query || skips_token && is_token(name))
    })
}

/// Whether a presigned URL carries in its query what this header says.
pub(crate) fn in_query_instead(family: &Family, name: &[u8]) -> bool {
    let instead = [family.date_header, family.token_header, family.content_header];
    let mut names = instead.into_iter().chain(family.region_set_header);
    names.any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}
