//! The terms of a signature: read off the claim where there is one, planned where there is none, and overruled by what the
//! user set.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::authorization::date_of;
use crate::canon::headers::{SignedHeaders, select};
use crate::canon::payload::{self, Payload, UNSIGNED};
use crate::request::{Part, Request, Span};
use crate::scheme::{Added, Claim, Dialect, Family, Scope, ScopeRegion, SessionToken, Term, Terms};
use crate::service::{self, ContentHeader};
use crate::settings::{PayloadSetting, Settings, Time};
use crate::sign::Situation;
use crate::time::DateForm;
use crate::trace::{Given, Origin, Rule};

/// Headers that a plan never signs: proxies change them, or they belong to one connection only.
///
/// The union of what botocore, aws-c-auth and smithy-rs leave out, and `accept-encoding`, which Google and Cloudflare rewrite.
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
    let settings = &situation.settings;
    let timestamp = timestamp(family, request, situation);
    let scope = scope(family, request, claim, situation, &timestamp);
    let dialect = dialect(settings, &scope.service.text);
    let payload = payload(family, request, settings, situation);
    let added = added(family, request, claim, situation, &timestamp, &payload, &scope);
    let signed = match claim {
        Some(claim) => claimed_headers(request, claim, &added),
        None => planned_headers(family, request, &added, &dialect),
    };
    Terms { family, dialect, timestamp, scope, signed, payload, added }
}

fn dialect(settings: &Settings, service: &[u8]) -> Dialect {
    let of_service = Dialect::of_service(service);
    Dialect {
        encode_path: settings.encode_path.unwrap_or(of_service.encode_path),
        normalize_path: settings.normalize_path.unwrap_or(of_service.normalize_path),
        plus: settings.plus.unwrap_or(of_service.plus),
        header_space: settings.header_space.unwrap_or(of_service.header_space),
        host_port: settings.host_port.unwrap_or(of_service.host_port),
        session_token: settings.sign_token.unwrap_or(of_service.session_token),
    }
}

/// The date as set, else the request's own, else now.
fn timestamp(family: &Family, request: &Request, situation: &Situation) -> Term {
    let given = |instant: crate::time::Timestamp| Term::new(&instant.basic(), Origin::Given(Given::Date));
    match situation.settings.time {
        Some(Time::At(instant)) => return given(instant),
        Some(Time::Now) => return given(situation.now),
        None => {}
    }
    match date_of(request, family) {
        Some(date) => match date.instant {
            Some((instant, form)) if form != DateForm::Basic => {
                Term::new(&instant.basic(), Origin::Request(date.span)).by(Rule::DateRewritten)
            }
            // One that cannot be read is signed as it stands: the checks say so.
            Some(_) | None => Term::new(request.at(date.span), Origin::Request(date.span)),
        },
        None => given(situation.now),
    }
}

fn scope(
    family: &'static Family,
    request: &Request,
    claim: Option<&Claim>,
    situation: &Situation,
    timestamp: &Term,
) -> Scope {
    let claimed = |span: Span| Term::new(request.at(span), Origin::Request(span));
    let day = timestamp.text.get(..8).unwrap_or(&timestamp.text);
    let settings = &situation.settings;
    let date = match claim {
        Some(claim) if settings.time.is_none() => claimed(claim.scope_date),
        Some(_) | None => Term::new(day, day_origin(timestamp)).by(timestamp.rules.and(Rule::DayTaken)),
    };
    let ambient = &situation.ambient;
    let endpoint = || service::of_host(request.host().unwrap_or_default());
    let region = claim.and_then(|claim| claim.region).map(claimed);
    let region = Choice { set: &settings.region, claimed: region, ambient: &ambient.region, none: NO_REGION };
    let service = claim.map(|claim| claimed(claim.service));
    let service =
        Choice { set: &settings.service, claimed: service, ambient: &ambient.service, none: NO_SERVICE };
    Scope {
        date,
        region: (family.region == ScopeRegion::Named)
            .then(|| region.take(Given::Region, || endpoint().region)),
        service: service.take(Given::Service, || endpoint().service),
        terminator: claim
            .map_or(Term::new(family.terminator.as_bytes(), Origin::Scheme), |c| claimed(c.terminator)),
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

fn payload<'a>(
    family: &Family,
    request: &'a Request,
    settings: &'a Settings,
    situation: &Situation,
) -> Payload<'a> {
    let body = || payload::hash(request, situation.hashing).map_or(Payload::Pending, Payload::Body);
    let given = Origin::Given(Given::Payload);
    match &settings.payload {
        Some(PayloadSetting::Body | PayloadSetting::BodyInHeader) => return body(),
        Some(PayloadSetting::Unsigned) => return Payload::Text(Cow::Borrowed(UNSIGNED), given),
        Some(PayloadSetting::Text(text)) => return Payload::Text(Cow::Borrowed(text.as_bytes()), given),
        None => {}
    }
    let Some((index, header)) = request.header(family.content_header.as_bytes()) else { return body() };
    let value = header.value.trim_ascii();
    let start = header.value.len() - header.value.trim_ascii_start().len();
    let span = Span::new(Part::HeaderValue(index as u32), start..start + value.len());
    Payload::Text(Cow::Borrowed(value), Origin::Request(span))
}

/// The headers that signing adds or sets anew.
fn added(
    family: &'static Family,
    request: &Request,
    claim: Option<&Claim>,
    situation: &Situation,
    timestamp: &Term,
    payload: &Payload<'_>,
    scope: &Scope,
) -> SmallVec<[Added; 2]> {
    let mut added = SmallVec::new();
    if let Origin::Given(_) = timestamp.origin {
        added.push(Added {
            name: family.date_header,
            value: timestamp.text.clone(),
            origin: timestamp.origin,
        });
    }
    let token = situation.credentials.as_ref().and_then(|credentials| credentials.session_token.as_ref());
    if let (None, Some(token)) = (claim, token) {
        let (value, origin) = (SmallVec::from_slice(token.expose()), Origin::Given(Given::SessionToken));
        added.push(Added { name: family.token_header, value, origin });
    }
    let sent = request.header(family.content_header.as_bytes()).is_some();
    let required = service::content_header(&scope.service.text) == ContentHeader::Required;
    let wanted = match situation.settings.payload {
        Some(PayloadSetting::Body) => false,
        Some(_) => true,
        None => claim.is_none() && required && !sent,
    };
    if wanted {
        let (value, origin) = match payload {
            Payload::Body(digest) => {
                (SmallVec::from_slice(hex::encode(digest).as_bytes()), whole_body(request))
            }
            Payload::Text(text, origin) => (SmallVec::from_slice(text), *origin),
            Payload::Pending => (SmallVec::new(), whole_body(request)),
        };
        added.push(Added { name: family.content_header, value, origin });
    }
    added
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
) -> SignedHeaders<'a> {
    let skips_token = dialect.session_token == SessionToken::Unsigned;
    let is_token = |name: &[u8]| name.eq_ignore_ascii_case(family.token_header.as_bytes());
    select::planned(request, added, |name| !(is_never_signed(name) || skips_token && is_token(name)))
}
