//! What the user has on the table, and the keys that belong to it.

use std::sync::Arc;

use crate::case::{Format, Pasted};
use crate::evidence::Piece;
use crate::redact;
use crate::request::Request;
use crate::scheme::{self, Claim, PLANNED, Placement, Scheme, v2};
use crate::secret::{self, Secret};
use crate::settings::Settings;
use crate::signature::Credentials;
use crate::time::Timestamp;
use crate::verify::Words;

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
    /// The paste that request or evidence were read from, without its credentials.
    pub pasted: Option<Arc<Pasted>>,
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
            pasted: None,
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
    pub(super) fn now(&self, clock: Timestamp) -> Timestamp {
        self.settings.now.unwrap_or(clock)
    }

    /// The access key that counts: what the settings say, else the one that the claim names, else the first at hand. A scheme that names
    /// no key takes a secret that was given without one: those with a name are for others.
    pub(super) fn credentials(&self, scheme: &dyn Scheme, claimed: Option<&[u8]>) -> Option<Credentials> {
        if scheme.recipe().is_some() {
            let id = claimed.unwrap_or_default();
            let set = self.settings.secret_access_key.clone().map(|secret| self.given(secret, id));
            let named = || self.keys.iter().find(|key| key.access_key_id.as_bytes() == id);
            // A key with fields was given for this request, whatever it is called.
            let with_fields = || self.keys.iter().find(|key| !key.fields.is_empty());
            return set.or_else(|| named().or_else(with_fields).cloned());
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
            fields: Default::default(),
            access_key_id: String::from_utf8_lossy(id).into_owned(),
            source: secret::documentation(&secret)
                .or(self.settings.secret_source)
                .unwrap_or("the settings")
                .into(),
            secret,
            session_token: None,
        }
    }
}

/// The key pair of the documentation that has this id.
pub(crate) fn documented(id: &[u8]) -> Option<Credentials> {
    let (secret, whose) = secret::documented(id)?;
    Some(Credentials {
        fields: Default::default(),
        access_key_id: String::from_utf8_lossy(id).into_owned(),
        secret,
        session_token: None,
        source: whose.into(),
    })
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
        Placement::Form | Placement::Body => None,
    });
    values.next().map(Secret::new)
}
