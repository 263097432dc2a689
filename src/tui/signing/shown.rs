//! What the rows of the signing pane show: a value, and where it comes from.

use super::Ground;
use crate::canon::payload::{Payload, is_hex_digest};
use crate::scheme::v4::presigned;
use crate::scheme::{AddedPair, Placement, Term, Terms};
use crate::settings::PayloadSetting;
use crate::time;
use crate::trace::{Given, Origin};
use crate::visible;

/// What a row shows.
pub struct Shown {
    /// The value; `None` where there is none.
    pub value: Option<String>,
    /// Where it came from.
    pub note: String,
    /// Where it went, for linking.
    pub origin: Option<Origin>,
}

impl Shown {
    pub(super) fn new(value: impl Into<String>, note: impl Into<String>) -> Self {
        Self { value: Some(value.into()), note: note.into(), origin: None }
    }

    pub(super) fn none(note: impl Into<String>) -> Self {
        Self { value: None, note: note.into(), origin: None }
    }

    /// The value as the pane shows it.
    pub fn words(&self) -> &str {
        self.value.as_deref().unwrap_or("none")
    }

    pub(super) fn from(self, origin: Origin) -> Self {
        Self { origin: Some(origin), ..self }
    }
}

/// `set` where the user gave a value, else where it comes from.
pub(super) fn set_or<T>(given: Option<&T>, otherwise: &str) -> String {
    given.map_or(otherwise, |_| "set").to_owned()
}

pub(super) fn placement(ground: &Ground<'_>) -> Shown {
    let note = if ground.analysis.claim().is_some() { "as it stands" } else { "by default" };
    Shown::new(ground.basis().placement.name(), set_or(ground.settings().placement.as_ref(), note))
}

pub(super) fn scheme(ground: &Ground<'_>) -> Shown {
    let note = if ground.analysis.claim().is_some() { "from the request" } else { "by the host" };
    Shown::new(ground.analysis.scheme.name(), set_or(ground.settings().scheme.as_ref(), note))
}

/// The tolerance of the clock in minutes.
pub(super) fn minutes(ground: &Ground<'_>) -> u32 {
    ground.settings().tolerance.unwrap_or(ground.basis().rules.tolerance_minutes)
}

pub(super) fn tolerance(ground: &Ground<'_>) -> Shown {
    let note = set_or(ground.settings().tolerance.as_ref(), "by the service");
    Shown::new(format!("{} min", minutes(ground)), note)
}

pub(super) fn received(ground: &Ground<'_>) -> Shown {
    let analysis = ground.analysis;
    let value = analysis.received_shown().as_deref().map(visible::one_line);
    let shown = value.map_or_else(|| Shown::none(""), |value| Shown::new(value, ""));
    match analysis.claim() {
        Some(claim) => shown.from(Origin::Request(claim.signature)),
        None => shown,
    }
}

/// The parameter of a presigned URL to be whose name ends so.
pub(super) fn planned<'t>(terms: Option<&'t Terms<'_>>, end: &str) -> Option<&'t AddedPair> {
    terms?.pairs.iter().find(|pair| pair.name.ends_with(end))
}

/// For how long a presigned URL is good, and until when.
pub(super) fn expires(ground: &Ground<'_>) -> Shown {
    let Ground { analysis, request, ref terms, .. } = *ground;
    let settings = ground.settings();
    let ends = analysis.claim().and_then(|claim| presigned::ends_at(request, claim));
    match (planned(terms.as_ref(), "Expires"), ends, analysis.claim().and_then(|claim| claim.expires)) {
        (Some(pair), _, _) => {
            let seconds: String = pair.value.iter().map(Term::string).collect();
            Shown::new(format!("{seconds} s"), set_or(settings.expires.as_ref(), "by default"))
        }
        (None, Some(ends), Some(span)) => {
            let left = time::left(ends, analysis.situation.now);
            let seconds = visible::one_line(request.at(span));
            Shown::new(format!("{seconds} s"), left).from(Origin::Request(span))
        }
        (None, None, Some(span)) => {
            Shown::new(visible::one_line(request.at(span)), "expected 1 to 604800 seconds")
                .from(Origin::Request(span))
        }
        (None, _, None) => Shown::new("–", "for a presigned URL"),
    }
}

pub(super) fn payload(ground: &Ground<'_>) -> Shown {
    let Some(terms) = &ground.terms else { return Shown::new("–", "") };
    let set = ground.settings().payload.as_ref().map(PayloadSetting::name);
    if terms.placement == Placement::Form {
        return Shown::new("–", "a form signs its policy");
    }
    match &terms.payload {
        Payload::Body(_) | Payload::Pending => {
            Shown::new(set.clone().unwrap_or_else(|| "body".into()), set_or(set.as_ref(), "the body's hash"))
        }
        Payload::Text(text, origin) => {
            let own = match origin {
                Origin::Scheme => "by the service: a presigned URL",
                Origin::Request(_) | Origin::Given(_) | Origin::Stage(_) => "from x-amz-content-sha256",
            };
            let note = set_or(set.as_ref(), own);
            let text = visible::one_line(text);
            let short = if is_hex_digest(text.as_bytes()) { format!("{}…", &text[..16]) } else { text };
            let shown = Shown::new(short, note);
            if *origin == Origin::Given(Given::Payload) { shown } else { shown.from(*origin) }
        }
    }
}

pub(super) fn clock(ground: &Ground<'_>) -> Shown {
    let note = set_or(ground.settings().now.as_ref(), "of this machine; space: the request's date");
    Shown::new(ground.analysis.situation.now.to_string(), note)
}
