//! The terms of a signature: read off the claim where there is one, planned where there is none, and overruled by what the
//! user set.

use std::borrow::Cow;

use super::authorization::date_of;
use crate::canon::headers::{Signed, Value};
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
fn timestamp<'a>(family: &Family, request: &'a Request, situation: &Situation) -> Term<'a> {
    let given =
        |instant: crate::time::Timestamp| Term::owned(instant.basic().to_vec(), Origin::Given(Given::Date));
    match situation.settings.time {
        Some(Time::At(instant)) => return given(instant),
        Some(Time::Now) => return given(situation.now),
        None => {}
    }
    match date_of(request, family) {
        Some(date) => match date.instant {
            Some((instant, form)) if form != DateForm::Basic => {
                Term::owned(instant.basic().to_vec(), Origin::Request(date.span)).by(Rule::DateRewritten)
            }
            // One that cannot be read is signed as it stands: the checks say so.
            Some(_) | None => Term::new(request.at(date.span), Origin::Request(date.span)),
        },
        None => given(situation.now),
    }
}

fn scope<'a>(
    family: &'static Family,
    request: &'a Request,
    claim: Option<&Claim>,
    situation: &'a Situation,
    timestamp: &Term<'a>,
) -> Scope<'a> {
    let claimed = |span: Span| Term::new(request.at(span), Origin::Request(span));
    let day = timestamp.text.get(..8).unwrap_or(&timestamp.text).to_vec();
    let settings = &situation.settings;
    let date = match claim {
        Some(claim) if settings.time.is_none() => claimed(claim.scope_date),
        Some(_) | None => Term::owned(day, day_origin(timestamp)).by(timestamp.rules.and(Rule::DayTaken)),
    };
    let endpoint = service::of_host(request.host().unwrap_or_default());
    let chosen = |set: &'a Option<String>,
                  span: Option<Span>,
                  ambient: &'a Option<String>,
                  host: Option<String>,
                  none: &'a [u8],
                  given| {
        let origin = Origin::Given(given);
        match (set, span, ambient) {
            (Some(text), _, _) => Term::new(text.as_bytes(), origin),
            (None, Some(span), _) => claimed(span),
            (None, None, Some(text)) => Term::new(text.as_bytes(), origin),
            (None, None, None) => {
                host.map_or(Term::new(none, origin), |text| Term::owned(text.into_bytes(), origin))
            }
        }
    };
    let ambient = &situation.ambient;
    let region = claim.and_then(|claim| claim.region);
    let region = chosen(&settings.region, region, &ambient.region, endpoint.region, NO_REGION, Given::Region);
    let service = claim.map(|claim| claim.service);
    Scope {
        date,
        region: (family.region == ScopeRegion::Named).then_some(region),
        service: chosen(
            &settings.service,
            service,
            &ambient.service,
            endpoint.service,
            NO_SERVICE,
            Given::Service,
        ),
        terminator: claim
            .map_or(Term::new(family.terminator.as_bytes(), Origin::Scheme), |c| claimed(c.terminator)),
    }
}

/// The first eight bytes of the date that was read, where they are the day.
fn day_origin(timestamp: &Term<'_>) -> Origin {
    match timestamp.origin {
        Origin::Request(span) if timestamp.rules.is_empty() => {
            Origin::Request(Span { end: span.start + 8, ..span })
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
    timestamp: &Term<'_>,
    payload: &Payload<'_>,
    scope: &Scope<'_>,
) -> Vec<Added> {
    let mut added = Vec::new();
    if let Origin::Given(_) = timestamp.origin {
        added.push(Added {
            name: family.date_header,
            value: timestamp.text.to_vec(),
            origin: timestamp.origin,
        });
    }
    let token = situation.credentials.as_ref().and_then(|credentials| credentials.session_token.as_ref());
    if let (None, Some(token)) = (claim, token) {
        let (value, origin) = (token.expose().to_vec(), Origin::Given(Given::SessionToken));
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
            Payload::Body(digest) => (hex::encode(digest).into_bytes(), whole_body(request)),
            Payload::Text(text, origin) => (text.to_vec(), *origin),
            Payload::Pending => (Vec::new(), whole_body(request)),
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
fn claimed_headers<'a>(request: &'a Request, claim: &Claim, added: &[Added]) -> Vec<Signed<'a>> {
    let mut signed: Vec<_> = claim
        .signed_headers
        .iter()
        .filter(|span| !request.at(**span).is_empty())
        .map(|span| Signed {
            name: request.at(*span),
            name_origin: Origin::Request(*span),
            value: value_of(request.at(*span), added),
        })
        .collect();
    sign_added(&mut signed, added);
    signed
}

/// Every header that may be signed, once, and those that are added.
fn planned_headers<'a>(
    family: &Family,
    request: &'a Request,
    added: &[Added],
    dialect: &Dialect,
) -> Vec<Signed<'a>> {
    let mut signed: Vec<Signed<'a>> = Vec::with_capacity(request.headers.len() + 3);
    let skips_token = dialect.session_token == SessionToken::Unsigned;
    for (index, header) in request.sent() {
        let unsigned = NEVER_SIGNED.iter().any(|name| header.name.eq_ignore_ascii_case(name.as_bytes()))
            || (skips_token && header.is(family.token_header.as_bytes()));
        if unsigned || signed.iter().any(|known| known.name.eq_ignore_ascii_case(&header.name)) {
            continue;
        }
        let span = Span::new(Part::HeaderName(index as u32), 0..header.name.len());
        let name_origin = Origin::Request(span);
        signed.push(Signed { name: &header.name, name_origin, value: value_of(&header.name, added) });
    }
    if request.header(b"host").is_none() && request.target().authority.is_some() {
        signed.push(Signed { name: b"host", name_origin: Origin::Scheme, value: Value::Request });
    }
    let token = |added: &&Added| skips_token && added.name == family.token_header;
    let added: Vec<_> = added.iter().filter(|one| !token(one)).cloned().collect();
    sign_added(&mut signed, &added);
    signed
}

fn sign_added(signed: &mut Vec<Signed<'_>>, added: &[Added]) {
    for one in added {
        if !signed.iter().any(|known| known.name.eq_ignore_ascii_case(one.name.as_bytes())) {
            let value = Value::Added(Cow::Owned(one.value.clone()), one.origin);
            signed.push(Signed { name: one.name.as_bytes(), name_origin: Origin::Scheme, value });
        }
    }
}

fn value_of<'a>(name: &[u8], added: &[Added]) -> Value<'a> {
    match added.iter().find(|one| name.eq_ignore_ascii_case(one.name.as_bytes())) {
        Some(one) => Value::Added(Cow::Owned(one.value.clone()), one.origin),
        None => Value::Request,
    }
}
