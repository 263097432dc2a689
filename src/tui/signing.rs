//! The rows of the signing pane: what each setting amounts to now, and why.

use crate::analysis::Analysis;
use crate::canon::payload::{Payload, is_hex_digest};
use crate::frames::chunked::Form;
use crate::redact::SESSION_TOKENS;
use crate::report::{Reveal, redact};
use crate::request::{Header, Request};
use crate::scheme::sign::Situation;
use crate::scheme::v4::presigned;
use crate::scheme::{AddedPair, Basis, Dialect, PLANNED, Placement, ScopeRegion, Signing, Term, Terms};
use crate::secret;
use crate::service::{self, Reason};
use crate::settings::{PayloadSetting, SETTINGS, Settings, Time};
use crate::time::{self, Timestamp};
use crate::trace::{Given, Origin};
use crate::visible;

use super::field::Field;

/// The settings in the order of the pane, with the names they have there, and when each is of use.
const ROWS: [(&str, &str, Use); 22] = [
    ("access-key-id", "access key", Use::WithKeyId),
    ("secret-access-key", "secret", Use::Always),
    ("public-key", "public key", Use::Asymmetric),
    ("session-token", "token", Use::WithKeyId),
    ("region", "region", Use::WithRegion),
    ("region-set", "region set", Use::Asymmetric),
    ("service", "service", Use::WithKeyId),
    ("time", "date", Use::WithKeyId),
    ("received", "received", Use::Always),
    ("placement", "placed in", Use::Version4),
    ("expires", "expires in", Use::Presigned),
    ("scheme", "scheme", Use::Always),
    ("nonce", "nonce", Use::Asymmetric),
    ("payload", "payload", Use::Version4),
    ("encode-path", "encode path", Use::Version4),
    ("normalize-path", "normalise", Use::Version4),
    ("plus", "bare +", Use::WithKeyId),
    ("header-space", "spaces", Use::Version4),
    ("host-port", "host port", Use::WithKeyId),
    ("sign-token", "token is", Use::Version4),
    ("now", "clock", Use::WithKeyId),
    ("tolerance", "tolerance", Use::WithKeyId),
];

/// When a setting is of use.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Use {
    Always,
    /// Where the scheme names a key, and with it a date or a service.
    WithKeyId,
    /// Where the region is a part of the scope.
    WithRegion,
    /// Where signatures are made with ECDSA, for more than one region.
    Asymmetric,
    /// In a presigned URL.
    Presigned,
    /// Not with Signature Version 2.
    Version4,
}

/// A row of the pane.
#[derive(Clone, Copy)]
pub struct Row {
    /// The setting.
    pub name: &'static str,
    /// What the pane calls it.
    pub title: &'static str,
}

/// The rows that are of use for what is on the table.
pub fn rows(analysis: &Analysis) -> Vec<Row> {
    let family = analysis.scheme.family();
    let presigned = analysis.claim().map(|claim| claim.placement).or(analysis.situation.settings.placement)
        == Some(Placement::Query);
    let is_shown = |when: Use| match when {
        Use::Always => true,
        Use::WithKeyId => analysis.scheme.keyed().is_none(),
        Use::WithRegion => family.is_some_and(|family| family.region == ScopeRegion::Named),
        Use::Asymmetric => family.is_some_and(|family| family.signing == Signing::Ecdsa),
        Use::Presigned => presigned,
        Use::Version4 => family.is_some(),
    };
    let rows = ROWS.iter().filter(|(_, _, when)| is_shown(*when));
    rows.map(|(name, title, _)| Row { name, title }).collect()
}

/// The row with this number, or the last one.
pub fn row(analysis: &Analysis, at: usize) -> Row {
    let rows = rows(analysis);
    rows[at.min(rows.len() - 1)]
}

impl Row {
    /// The field behind the row.
    pub fn field(self) -> Field {
        match self.name {
            "received" => Field::Received,
            name => Field::setting(name),
        }
    }
}

/// What a row shows.
pub struct Shown {
    /// The value.
    pub value: String,
    /// Where it came from.
    pub note: String,
    /// Where it went, for linking.
    pub origin: Option<Origin>,
}

impl Shown {
    fn new(value: impl Into<String>, note: impl Into<String>) -> Self {
        Self { value: value.into(), note: note.into(), origin: None }
    }

    fn from(self, origin: Origin) -> Self {
        Self { origin: Some(origin), ..self }
    }
}

/// What the row of this setting shows.
pub fn shown(
    name: &str,
    analysis: &Analysis,
    request: &Request,
    terms: Option<&Terms<'_>>,
    reveal: Reveal,
) -> Shown {
    let (situation, basis) = (&analysis.situation, &analysis.basis);
    let settings = &situation.settings;
    match name {
        "access-key-id" => access_key(analysis, request),
        "secret-access-key" => secret_key(situation, analysis.scheme.keyed().is_none(), reveal),
        "session-token" => token(situation, request, reveal),
        "region" => match &basis.region {
            Some(region) => scope_part(
                &region.string(),
                region.origin,
                settings.region.as_deref(),
                situation.ambient.region.as_deref(),
                || {
                    let endpoint = service::of_request(request);
                    endpoint.region.map(|_| endpoint.reason)
                },
            ),
            None => Shown::new("", "not in this scheme's scope"),
        },
        "service" => {
            let (text, origin) = basis
                .service
                .as_ref()
                .map_or((String::new(), Origin::Scheme), |service| (service.string(), service.origin));
            let of_host = || service::of_request(request).service.map(|_| Reason::Host);
            let (set, ambient) = (settings.service.as_deref(), situation.ambient.service.as_deref());
            scope_part(&text, origin, set, ambient, of_host)
        }
        "time" => date(settings, basis),
        "received" => received(analysis),
        "placement" => {
            let note = if analysis.claim().is_some() { "as it stands" } else { "by default" };
            Shown::new(basis.placement.name(), set_or(settings.placement.as_ref(), note))
        }
        "expires" => expires(analysis, request, terms),
        "scheme" => {
            let note = if analysis.claim().is_some() { "from the request" } else { "by the host" };
            Shown::new(analysis.scheme.name(), set_or(settings.scheme.as_ref(), note))
        }
        "public-key" => public_key(analysis),
        "region-set" => region_set(analysis, request, terms),
        "nonce" => {
            let words = "by default: the same text, the same signature";
            Shown::new(settings.nonce.unwrap_or_default().name(), set_or(settings.nonce.as_ref(), words))
        }
        "payload" => terms.map_or_else(|| Shown::new("–", ""), |terms| payload(settings, terms)),
        "now" => clock(settings, situation.now),
        "tolerance" => {
            let minutes = tolerance(settings, basis);
            Shown::new(format!("{minutes} min"), set_or(settings.tolerance.as_ref(), "by the service"))
        }
        name => dialect(name, settings, &basis.dialect),
    }
}

/// `set` where the user gave a value, else where it comes from.
fn set_or<T>(given: Option<&T>, otherwise: &str) -> String {
    given.map_or(otherwise, |_| "set").to_owned()
}

fn access_key(analysis: &Analysis, request: &Request) -> Shown {
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
        (None, None) => Shown::new("none", "set one, or AWS_ACCESS_KEY_ID"),
    }
}

fn secret_key(situation: &Situation, is_of_aws: bool, reveal: Reveal) -> Shown {
    let Some(credentials) = &situation.credentials else {
        if situation.settings.secret_access_key.is_some() {
            let why = match situation.settings.access_key_id {
                Some(_) => "set; the request names another access key",
                None => "set; the access key id is missing",
            };
            return Shown::new("••••••••", why);
        }
        return match is_of_aws {
            true => Shown::new("none", "type it here, or start with --profile or --secret-file"),
            false => Shown::new("none", "type it here, or start with --secret-file"),
        };
    };
    let note = format!("from {}", credentials.source);
    let shown = reveal == Reveal::Secrets || secret::is_documented(&credentials.secret);
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

fn token(situation: &Situation, request: &Request, reveal: Reveal) -> Shown {
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
        (None, None, None) => Shown::new("none", ""),
    }
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

fn tolerance(settings: &Settings, basis: &Basis) -> u32 {
    settings.tolerance.unwrap_or(basis.rules.tolerance_minutes)
}

fn date(settings: &Settings, basis: &Basis) -> Shown {
    let (text, origin) = basis
        .timestamp
        .as_ref()
        .map_or((&b""[..], Origin::Scheme), |timestamp| (&timestamp.text, timestamp.origin));
    let note = match (settings.time, origin) {
        (Some(Time::Now), _) => "now",
        (Some(_), _) => "set",
        (None, Origin::Request(_)) => "from the request",
        (None, _) => "now",
    };
    Shown::new(visible::one_line(text), note).from(origin)
}

fn received(analysis: &Analysis) -> Shown {
    let value = analysis.received_shown().as_deref().map_or("none".into(), visible::one_line);
    let shown = Shown::new(value, "");
    match analysis.claim() {
        Some(claim) => shown.from(Origin::Request(claim.signature)),
        None => shown,
    }
}

/// The key that checks: given, or derived from the secret.
fn public_key(analysis: &Analysis) -> Shown {
    match (&analysis.situation.settings.public_key, &analysis.situation.credentials) {
        (Some(key), _) => Shown::new(hex::encode(key.sec1()), "set").from(Origin::Given(Given::PublicKey)),
        (None, Some(_)) => Shown::new("–", "derived from the secret"),
        (None, None) => Shown::new("none", "X and Y in hex, or PEM: enough to verify"),
    }
}

/// The regions that a signature is good for.
fn region_set(analysis: &Analysis, request: &Request, terms: Option<&Terms<'_>>) -> Shown {
    let settings = &analysis.situation.settings;
    let added = terms.and_then(|terms| {
        terms.added.iter().find(|added| Some(added.name) == terms.family.region_set_header)
    });
    match (added, analysis.claim().and_then(|claim| claim.region_set)) {
        (Some(added), _) => {
            let note = set_or(settings.region_set.as_ref(), "by the region or the host");
            Shown::new(visible::one_line(&added.value), note).from(added.origin)
        }
        (None, Some(span)) => {
            let text = analysis.basis.placement.text(request, span).into_owned();
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
fn expires(analysis: &Analysis, request: &Request, terms: Option<&Terms<'_>>) -> Shown {
    let settings = &analysis.situation.settings;
    let ends = analysis.claim().and_then(|claim| presigned::ends_at(request, claim));
    match (planned(terms, "Expires"), ends, analysis.claim().and_then(|claim| claim.expires)) {
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

fn payload(settings: &Settings, terms: &Terms<'_>) -> Shown {
    let set = settings.payload.as_ref().map(PayloadSetting::name);
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

fn clock(settings: &Settings, now: Timestamp) -> Shown {
    Shown::new(now.to_string(), set_or(settings.now.as_ref(), "of this machine; space: the request's date"))
}

fn dialect(name: &str, settings: &Settings, dialect: &Dialect) -> Shown {
    let value = match name {
        "encode-path" => dialect.encode_path.name(),
        "normalize-path" => dialect.normalize_path.name(),
        "plus" => dialect.plus.name(),
        "header-space" => dialect.header_space.name(),
        "host-port" => dialect.host_port.name(),
        _ => dialect.session_token.name(),
    };
    let row = SETTINGS.iter().find(|row| row.name == name);
    let set = row.and_then(|row| (row.get)(settings));
    let by = if name.ends_with("path") { "by the service" } else { "by default" };
    Shown::new(value, set_or(set.as_ref(), by))
}

/// The value that `space` goes to: the one after the present; `None` where there is no round of values.
pub fn next_value(name: &str, analysis: &Analysis) -> Option<String> {
    let (basis, settings) = (&analysis.basis, &analysis.situation.settings);
    let dialect = &basis.dialect;
    let value = match name {
        "encode-path" => dialect.encode_path.next().name(),
        "normalize-path" => dialect.normalize_path.next().name(),
        "plus" => dialect.plus.next().name(),
        "header-space" => dialect.header_space.next().name(),
        "host-port" => dialect.host_port.next().name(),
        "sign-token" => dialect.session_token.next().name(),
        "placement" => match basis.placement {
            Placement::Header => Placement::Query.name(),
            Placement::Query | Placement::Form => Placement::Header.name(),
        },
        "scheme" if analysis.claim().is_some() => return None,
        "scheme" => {
            let at = PLANNED.iter().position(|scheme| scheme.name() == analysis.scheme.name());
            PLANNED[at.map_or(0, |at| (at + 1) % PLANNED.len())].name()
        }
        "nonce" => settings.nonce.unwrap_or_default().next().name(),
        "tolerance" => match tolerance(settings, basis) {
            5 => "15",
            _ => "5",
        },
        // A failing request is nearly always older than the window: judge it at its own date.
        "now" if settings.now.is_some() => return Some(String::new()),
        "now" => return Some(basis.timestamp.as_ref().map_or(String::new(), Term::string)),
        "payload" => match settings.payload {
            None => "body",
            Some(PayloadSetting::Body) => "header",
            Some(PayloadSetting::BodyInHeader) => "unsigned",
            Some(PayloadSetting::Unsigned) => "chunks",
            Some(PayloadSetting::Chunks(Form::Signed)) => "chunks-trailer",
            Some(PayloadSetting::Chunks(Form::SignedTrailer)) => "unsigned-chunks-trailer",
            Some(PayloadSetting::Chunks(Form::Unsigned) | PayloadSetting::Text(_)) => "",
        },
        _ => return None,
    };
    Some(value.into())
}
