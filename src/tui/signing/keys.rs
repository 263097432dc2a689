//! The rows about what signs and what checks: key pair, token, public key, and the random number of ECDSA.

use super::Ground;
use super::shown::{Shown, set_or};
use crate::redact::SESSION_TOKENS;
use crate::report::{Reveal, redact};
use crate::request::Header;
use crate::secret;
use crate::trace::{Given, Origin};
use crate::visible;

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
    let (situation, is_of_aws) = (&ground.analysis.situation, ground.analysis.scheme.recipe().is_none());
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

/// The key that checks: given, or derived from the secret.
pub(super) fn public_key(ground: &Ground<'_>) -> Shown {
    let analysis = ground.analysis;
    match (&analysis.situation.settings.public_key, &analysis.situation.credentials) {
        (Some(key), _) => Shown::new(hex::encode(key.sec1()), "set").from(Origin::Given(Given::PublicKey)),
        (None, Some(_)) => Shown::new("–", "derived from the secret"),
        (None, None) => Shown::none("X and Y in hex, or PEM: enough to verify"),
    }
}

pub(super) fn nonce(ground: &Ground<'_>) -> Shown {
    let set = ground.settings().nonce;
    let note = set_or(set.as_ref(), "by default: the same text, the same signature");
    Shown::new(set.unwrap_or_default().name(), note)
}
