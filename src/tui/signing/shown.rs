//! What the rows of the signing pane show: a value, and where it comes from.

use super::Ground;
use crate::canon::payload::{Payload, is_hex_digest};
use crate::redact::SESSION_TOKENS;
use crate::report::{Reveal, redact};
use crate::request::Header;
use crate::scheme::v4::presigned;
use crate::scheme::{AddedPair, Placement, Term, Terms};
use crate::secret;
use crate::service::{self, Reason};
use crate::settings::{PayloadSetting, Time};
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

    fn none(note: impl Into<String>) -> Self {
        Self { value: None, note: note.into(), origin: None }
    }

    /// The value as the pane shows it.
    pub fn words(&self) -> &str {
        self.value.as_deref().unwrap_or("none")
    }

    fn from(self, origin: Origin) -> Self {
        Self { origin: Some(origin), ..self }
    }
}

/// `set` where the user gave a value, else where it comes from.
pub(super) fn set_or<T>(given: Option<&T>, otherwise: &str) -> String {
    given.map_or(otherwise, |_| "set").to_owned()
}

pub(super) fn access_key(ground: &Ground<'_>) -> Shown {
    let Ground { analysis, request, .. } = *ground;
    let claimed = analysis
        .claim()
        .and_then(|claim| Some((claim.string(request, claim.access_key_id?), claim.access_key_id?)));
    match (claimed, &analysis.situation.credentials) {
        (Some((id, span)), _) => {
            let typed = analysis.situation.settings.access_key_id.as_deref().filter(|own| *own != id);
            let note = typed.map_or("from the request".to_owned(), |own| {
                format!("from the request; {} is set", visible::one_line(own.as_bytes()))
            });
            let id = redact::claimed(id.as_bytes());
            Shown::new(visible::one_line(&id), note).from(Origin::Request(span))
        }
        (None, Some(credentials)) => {
            Shown::new(credentials.access_key_id.clone(), format!("from {}", credentials.source))
        }
        (None, None) => Shown::none("set one, or AWS_ACCESS_KEY_ID"),
    }
}

pub(super) fn secret_key(ground: &Ground<'_>) -> Shown {
    let (situation, is_of_aws) = (&ground.analysis.situation, ground.analysis.scheme.keyed().is_none());
    let Some(credentials) = &situation.credentials else {
        if situation.settings.secret_access_key.is_some() {
            let why = match situation.settings.access_key_id {
                Some(_) => "set; the request names another access key",
                None => "set; the access key id is missing",
            };
            return Shown::new("••••••••", why);
        }
        return match is_of_aws {
            true => Shown::none("type it here, or start with --profile or --secret-file"),
            false => Shown::none("type it here, or start with --secret-file"),
        };
    };
    let note = format!("from {}", credentials.source);
    let shown = ground.reveal == Reveal::Secrets || secret::is_documented(&credentials.secret);
    let value = if shown {
        visible::one_line(credentials.secret.expose())
    } else {
        "••••••••".into()
    };
    let len = credentials.secret.len();
    Shown::new(
        value,
        if len == 40 || !is_of_aws { note } else { format!("{note} · {len} bytes, AWS's have 40") },
    )
}

pub(super) fn token(ground: &Ground<'_>) -> Shown {
    let Ground { analysis, request, reveal, .. } = *ground;
    let situation = &analysis.situation;
    let own = situation.credentials.as_ref().and_then(|credentials| credentials.session_token.as_ref());
    let is_session_token = |header: &Header| SESSION_TOKENS.iter().any(|name| header.is(name.as_bytes()));
    let in_header = request.sent().find(|(_, header)| is_session_token(header));
    let in_query = SESSION_TOKENS.iter().find_map(|name| request.pair_value(name.as_bytes()));
    let shown = |text: &[u8]| match reveal {
        Reveal::Secrets => visible::one_line(text),
        Reveal::Nothing | Reveal::Tokens => redact::placeholder(text.len()),
    };
    let typed = situation.settings.session_token.as_ref();
    let sent = in_header.is_some() || in_query.is_some();
    if let Some(token) = typed {
        let note = if sent { "set; the request sends one of its own" } else { "set" };
        return Shown::new(shown(token.expose()), note);
    }
    match (in_header, in_query, own) {
        (Some((_, header)), ..) => {
            Shown::new(visible::one_line(&redact::value(header, reveal)), "from the request")
        }
        (None, Some(span), _) => {
            Shown::new(shown(request.at(span)), "from the query").from(Origin::Request(span))
        }
        (None, None, Some(token)) => Shown::new(shown(token.expose()), "from the keys"),
        (None, None, None) => Shown::none(""),
    }
}

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

pub(super) fn placement(ground: &Ground<'_>) -> Shown {
    let note = if ground.analysis.claim().is_some() { "as it stands" } else { "by default" };
    Shown::new(ground.basis().placement.name(), set_or(ground.settings().placement.as_ref(), note))
}

pub(super) fn scheme(ground: &Ground<'_>) -> Shown {
    let note = if ground.analysis.claim().is_some() { "from the request" } else { "by the host" };
    Shown::new(ground.analysis.scheme.name(), set_or(ground.settings().scheme.as_ref(), note))
}

pub(super) fn nonce(ground: &Ground<'_>) -> Shown {
    let set = ground.settings().nonce;
    let note = set_or(set.as_ref(), "by default: the same text, the same signature");
    Shown::new(set.unwrap_or_default().name(), note)
}

/// A part of the scope with the reason for it: the claim, the setting, the host, the surroundings, in the order in which they count.
fn scope_part(
    value: &str,
    origin: Origin,
    set: Option<&str>,
    ambient: Option<&str>,
    host: impl FnOnce() -> Option<Reason>,
) -> Shown {
    let note = match (origin, set) {
        (Origin::Request(_), _) => "from the credential scope",
        (_, Some(_)) => "set",
        (_, None) => match (host(), ambient) {
            (Some(reason), _) => reason.words(),
            (None, Some(_)) => "from the surroundings",
            (None, None) => "by default",
        },
    };
    Shown::new(visible::one_line(value.as_bytes()), note).from(origin)
}

/// The tolerance of the clock in minutes.
pub(super) fn minutes(ground: &Ground<'_>) -> u32 {
    ground.settings().tolerance.unwrap_or(ground.basis().rules.tolerance_minutes)
}

pub(super) fn tolerance(ground: &Ground<'_>) -> Shown {
    let note = set_or(ground.settings().tolerance.as_ref(), "by the service");
    Shown::new(format!("{} min", minutes(ground)), note)
}

pub(super) fn date(ground: &Ground<'_>) -> Shown {
    let (text, origin) = ground
        .basis()
        .timestamp
        .as_ref()
        .map_or((&b""[..], Origin::Scheme), |timestamp| (&timestamp.text, timestamp.origin));
    let note = match (ground.settings().time, origin) {
        (Some(Time::Now), _) => "now",
        (Some(_), _) => "set",
        (None, Origin::Request(_)) => "from the request",
        (None, _) => "now",
    };
    Shown::new(visible::one_line(text), note).from(origin)
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

/// The key that checks: given, or derived from the secret.
pub(super) fn public_key(ground: &Ground<'_>) -> Shown {
    let analysis = ground.analysis;
    match (&analysis.situation.settings.public_key, &analysis.situation.credentials) {
        (Some(key), _) => Shown::new(hex::encode(key.sec1()), "set").from(Origin::Given(Given::PublicKey)),
        (None, Some(_)) => Shown::new("–", "derived from the secret"),
        (None, None) => Shown::none("X and Y in hex, or PEM: enough to verify"),
    }
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

/// The parameter of a presigned URL to be whose name ends so.
fn planned<'t>(terms: Option<&'t Terms<'_>>, end: &str) -> Option<&'t AddedPair> {
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
