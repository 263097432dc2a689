//! The terms of a signature: read off the claim where there is one, planned where there is none, and overruled by what the
//! user set.

mod headers;
mod payload;
mod query;

use std::borrow::Cow;
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::authorization::date_of;
use super::form::{self, Draft};
use crate::request::{Request, Span};
use crate::scheme::names::DayForm;
use crate::scheme::sign::Situation;
use crate::scheme::{Claim, Dialect, Family, PathBegins, Placement, Scope, Signing, Term, Terms};
use crate::service::{self, Endpoint, Service};
use crate::settings::{Settings, Time};
use crate::time::{DateForm, Timestamp};
use crate::trace::{Given, Origin, Rule};

pub use headers::NEVER_SIGNED;
pub(crate) use headers::{cut, in_query_instead};

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
    let placement = placement(family, claim, draft.as_ref(), situation);
    let plan = Plan { family, request, claim, draft, situation, placement, endpoint: OnceLock::new() };
    let timestamp = plan.timestamp();
    let scope = plan.scope(&timestamp);
    let rules = plan.rules(&scope.service.text);
    let dialect = dialect(&situation.settings, rules);
    let payload = plan.payload(rules);
    let added = plan.added(&timestamp, &payload, rules);
    let signed = match claim {
        Some(claim) => headers::claimed_headers(family, request, claim, &added),
        None => headers::planned_headers(family, request, &added, &dialect, plan.placement),
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
        bucket: plan.bucket(),
        policy: claim.and_then(|claim| claim.policy).or(plan.draft.as_ref().map(|draft| draft.policy)),
        endpoint: OnceLock::new(),
    };
    match plan.placement {
        Placement::Header | Placement::Body => {}
        Placement::Query => terms.pairs = plan.pairs(&terms),
        Placement::Form => terms.pairs = plan.token().into_iter().collect(),
    }
    terms.endpoint = plan.endpoint;
    terms
}

/// Where the signature stands: where the claim does, else where the user wants it, if the scheme knows such a place; a policy is signed
/// in its form.
fn placement(
    family: &Family,
    claim: Option<&Claim>,
    draft: Option<&Draft>,
    situation: &Situation,
) -> Placement {
    let of_form = draft.map(|_| Placement::Form);
    let known = |placement: &Placement| *placement != Placement::Query || family.parameters.is_some();
    let wanted = situation.settings.placement.filter(known);
    claim.map(|claim| claim.placement).or(wanted).or(of_form).unwrap_or_default()
}

fn dialect(settings: &Settings, rules: &Service) -> Dialect {
    let of_service = rules.dialect();
    Dialect {
        encode_path: settings.encode_path.unwrap_or(of_service.encode_path),
        normalize_path: settings.normalize_path.unwrap_or(of_service.normalize_path),
        plus: settings.plus.unwrap_or(of_service.plus),
        header_space: settings.header_space.unwrap_or(of_service.header_space),
        host_port: settings.host_port.unwrap_or(of_service.host_port),
        session_token: settings.sign_token.unwrap_or(of_service.session_token),
        ..of_service
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
    endpoint: OnceLock<Endpoint>,
}

impl<'a> Plan<'a, '_> {
    fn endpoint(&self) -> &Endpoint {
        self.endpoint.get_or_init(|| service::of_request(self.request))
    }

    /// The rules of a service: where the host names one and a claim another, those of the host, for that is who verifies. A scheme that
    /// one service alone takes has the rules of that.
    fn rules(&self, signed_for: &[u8]) -> &'static Service {
        if let Some(own) = self.family.rules {
            return own;
        }
        if let Some(only) = self.family.service {
            return service::of_name(only.as_bytes());
        }
        let other = self.claim.map(|_| self.endpoint()).filter(|endpoint| !endpoint.may_take(signed_for));
        let own = other.and_then(Endpoint::required_service).map(str::as_bytes);
        service::of_name(own.unwrap_or(signed_for))
    }

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
        let form = self.family.dates.form;
        let given = |instant: Timestamp| Term::new(&written(instant, form), Origin::Given(Given::Date));
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
                Some((instant, other)) if other != form => {
                    let text = written(instant, form);
                    Term::new(&text, Origin::Request(date.span)).by(Rule::DateRewritten)
                }
                // One that cannot be read is signed as it stands: the checks say so.
                Some(_) | None => self.claimed(date.span),
            },
            None => given(self.situation.now),
        }
    }

    fn scope(&self, timestamp: &Term) -> Scope {
        let day = self.day(timestamp);
        let (settings, ambient) = (self.settings(), &self.situation.ambient);
        let drafted = self.draft.as_ref().and_then(|draft| draft.scope);
        let claimed = self.claim.and_then(|claim| claim.scope).or(drafted);
        let date = match claimed {
            Some(scope) if settings.time.is_none() => self.claimed(scope.date),
            Some(_) | None => {
                Term::new(&day, day_origin(timestamp, &day)).by(timestamp.rules.and(Rule::DayTaken))
            }
        };
        // Where one service alone takes the scheme, its row says what the host does not.
        let only = self.family.service;
        let usual = || Some(service::of_name(only?.as_bytes()).region.usual()?.to_owned());
        let region = claimed.and_then(|scope| scope.region).map(|span| self.claimed(span));
        let region =
            Choice { set: &settings.region, claimed: region, ambient: &ambient.region, none: NO_REGION };
        let service = claimed.map(|scope| self.claimed(scope.service));
        let service =
            Choice { set: &settings.service, claimed: service, ambient: &ambient.service, none: NO_SERVICE };
        Scope {
            date,
            region: self
                .family
                .layout
                .names_region()
                .then(|| region.take(Given::Region, || self.endpoint().region.clone().or_else(usual))),
            service: service.take(Given::Service, || {
                only.map_or_else(|| self.endpoint().service.clone(), |own| Some(own.to_owned()))
            }),
            terminator: claimed
                .map_or(Term::new(self.family.terminator.as_bytes(), Origin::Scheme), |scope| {
                    self.claimed(scope.terminator)
                }),
            written: self.family.layout.scope,
        }
    }

    /// The day of the scope, as the family writes it.
    fn day<'t>(&self, timestamp: &'t Term) -> Cow<'t, [u8]> {
        let text = &timestamp.text;
        let dates = self.family.dates;
        match (dates.form, dates.day) {
            (DateForm::Basic, DayForm::Basic) => Cow::Borrowed(text.get(..8).unwrap_or(text)),
            (_, form) => match Timestamp::parse(text) {
                Ok((instant, _)) => Cow::Owned(form.write(instant).to_vec()),
                Err(_) => Cow::Borrowed(text),
            },
        }
    }

    /// The bucket, where the family signs it and only the host names it.
    fn bucket(&self) -> Option<Term> {
        match self.family.path_begins {
            PathBegins::AsSent => None,
            PathBegins::WithBucket => {
                let span = service::bucket_of_host(self.request)?;
                Some(Term::new(self.request.at(span), Origin::Request(span)).by(Rule::BucketPutBefore))
            }
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
                let host = self.endpoint();
                let set =
                    host.region_set.map(str::to_owned).or(host.region.clone()).or(ambient.region.clone());
                Some(Term::new(set.as_deref().map_or(NO_REGION, str::as_bytes), origin))
            }
        }
    }

    /// The id of the key that signs, else the one that the claim names.
    fn access_key_id(&self) -> Term {
        let claimed = self.claim.and_then(|claim| claim.access_key_id);
        match (&self.situation.credentials, claimed) {
            (Some(key), Some(claimed)) if *self.request.slice(claimed) != *key.access_key_id.as_bytes() => {
                Term::new(key.access_key_id.as_bytes(), Origin::Given(Given::AccessKeyId))
            }
            (_, Some(claimed)) => self.claimed(claimed),
            (Some(key), None) => Term::new(key.access_key_id.as_bytes(), Origin::Given(Given::AccessKeyId)),
            (None, None) => Term::new(NO_KEY, Origin::Given(Given::AccessKeyId)),
        }
    }
}

/// Stands for the key id where there is no key.
const NO_KEY: &[u8] = b"AKID";

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

/// An instant in the form of the family.
fn written(instant: Timestamp, form: DateForm) -> SmallVec<[u8; 24]> {
    match form {
        DateForm::Basic => SmallVec::from_slice(&instant.basic()),
        DateForm::Extended | DateForm::Http | DateForm::Unix => instant.written(form).into_bytes().into(),
    }
}

/// The first eight bytes of the date that was read, where they are the day.
fn day_origin(timestamp: &Term, day: &[u8]) -> Origin {
    if !timestamp.text.starts_with(day) {
        return timestamp.origin;
    }
    if let Origin::Request(span) = timestamp.origin
        && timestamp.rules.is_empty()
    {
        return Origin::Request(Span { end: span.end.min(span.start + 8), ..span });
    }
    timestamp.origin
}
