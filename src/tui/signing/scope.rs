//! The rows about what a signature is good for: region, service and date, each with the reason for it.

use super::Ground;
use super::shown::{Shown, planned, set_or};
use crate::scheme::Term;
use crate::service::{self, Reason};
use crate::settings::Time;
use crate::trace::Origin;
use crate::visible;

pub(super) fn region(ground: &Ground<'_>) -> Shown {
    let Some(region) = &ground.basis().region else {
        return Shown::new("", "not in this scheme's scope");
    };
    let of_host = || {
        let endpoint = service::of_request(ground.request);
        endpoint.region.map(|_| endpoint.reason)
    };
    let (set, ambient) = (ground.settings().region.as_deref(), ground.ambient().region.as_deref());
    scope_part(&region.string(), region.origin, set, ambient, of_host)
}

pub(super) fn service(ground: &Ground<'_>) -> Shown {
    let (text, origin) = ground
        .basis()
        .service
        .as_ref()
        .map_or((String::new(), Origin::Scheme), |service| (service.string(), service.origin));
    let of_host = || service::of_request(ground.request).service.map(|_| Reason::Host);
    let (set, ambient) = (ground.settings().service.as_deref(), ground.ambient().service.as_deref());
    scope_part(&text, origin, set, ambient, of_host)
}

/// A part of the scope with the reason for it: the claim, the setting, the host, the surroundings, in the order in which they count.
fn scope_part(
    value: &str,
    origin: Origin,
    set: Option<&str>,
    ambient: Option<&str>,
    host: impl FnOnce() -> Option<Reason>,
) -> Shown {
    let note = if matches!(origin, Origin::Request(_)) {
        "from the credential scope"
    } else if set.is_some() {
        "set"
    } else if let Some(reason) = host() {
        reason.words()
    } else if ambient.is_some() {
        "from the surroundings"
    } else {
        "by default"
    };
    Shown::new(visible::one_line(value.as_bytes()), note).from(origin)
}

/// The regions that a signature is good for.
pub(super) fn region_set(ground: &Ground<'_>) -> Shown {
    let (analysis, settings, terms) = (ground.analysis, ground.settings(), ground.terms.as_ref());
    let added = terms.and_then(|terms| {
        terms.added.iter().find(|added| Some(added.name) == terms.family.region_set_header)
    });
    match (added, analysis.claim().and_then(|claim| claim.region_set)) {
        (Some(added), _) => {
            let note = set_or(settings.region_set.as_ref(), "by the region or the host");
            Shown::new(visible::one_line(&added.value), note).from(added.origin)
        }
        (None, Some(span)) => {
            let text = analysis.basis.placement.text(ground.request, span).into_owned();
            Shown::new(visible::one_line(&text), "from the request").from(Origin::Request(span))
        }
        (None, None) => {
            let pair = planned(terms, "Region-Set");
            let value = pair.map(|pair| pair.value.iter().map(Term::string).collect::<String>());
            let note = set_or(settings.region_set.as_ref(), "by the region or the host");
            Shown::new(value.unwrap_or_default(), note)
        }
    }
}

pub(super) fn date(ground: &Ground<'_>) -> Shown {
    let (text, origin) = ground
        .basis()
        .timestamp
        .as_ref()
        .map_or((&b""[..], Origin::Scheme), |timestamp| (&timestamp.text, timestamp.origin));
    let note = match (ground.settings().time, origin) {
        (Some(Time::At(_)), _) => "set",
        (None, Origin::Request(_)) => "from the request",
        (Some(Time::Now), _) | (None, Origin::Given(_) | Origin::Stage(_) | Origin::Scheme) => "now",
    };
    Shown::new(visible::one_line(text), note).from(origin)
}
