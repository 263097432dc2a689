//! How a value is computed, with the values of the request at hand.

use super::Made;
use crate::analysis::{Analysis, Session};
use crate::redact;
use crate::report::redact::Veil;
use crate::scheme::{Family, Recipe, Signing, Terms};
use crate::secret;
use crate::signature::algorithm::Algorithm;
use crate::signature::mac;
use crate::trace::{Rule, Section, Stage, StageKind};
use crate::visible;

/// What formulas are made of, found once.
pub(super) struct Formulas<'a> {
    family: Option<&'static Family>,
    terms: Option<Terms<'a>>,
    direct: Option<mac::Signing>,
    row: Option<&'static Recipe>,
    veil: Veil,
    secret: String,
}

impl<'a> Formulas<'a> {
    pub(super) fn of(session: &'a Session, analysis: &'a Analysis) -> Self {
        let request = &session.request;
        Self {
            family: analysis.scheme.family(),
            terms: analysis.terms(request),
            direct: analysis.scheme.direct(request),
            row: analysis.scheme.recipe(),
            veil: Veil::of(request),
            secret: secret_shown(analysis),
        }
    }

    /// The formula of a section; `key` counts the steps to the key before it.
    pub(super) fn of_step(
        &self,
        stage: &Stage,
        section: Section,
        key: usize,
        made: Option<&Made>,
    ) -> Option<String> {
        let has = |rule| {
            let pieces = made.into_iter().flat_map(|made| stage.text.pieces_in(made.range.clone()));
            pieces.into_iter().any(|(_, piece)| piece.rules.has(rule))
        };
        match (stage.kind, section) {
            (StageKind::KeyChain, _) => self.key(key),
            (StageKind::Signature, _) => self.signature(),
            (_, Section::RequestHash) => Some("SHA-256(canonical request)".into()),
            (_, Section::Payload) if has(Rule::Hashed) => Some("SHA-256(body)".into()),
            (_, _) => None,
        }
    }

    fn key(&self, at: usize) -> Option<String> {
        let family = self.family?;
        let link = family.layout.key.get(at)?;
        let text = &self.terms.as_ref()?.scope.part(link.of)?.text;
        let text = visible::one_line(self.veil.over(&String::from_utf8_lossy(text)).as_bytes());
        let before = match at.checked_sub(1) {
            Some(before) => family.layout.key[before].name.to_owned(),
            None => format!("\"{}\" + {}", family.key_prefix, self.secret),
        };
        Some(format!("{} = HMAC-SHA256({before}, \"{text}\")", link.name))
    }

    fn signature(&self) -> Option<String> {
        if let Some(row) = self.row {
            return Some(self.of_row(row));
        }
        if let Some(mac::Signing { hash, encoding }) = self.direct {
            return Some(format!(
                "signature = {}({}, text) in {}",
                hash.name(),
                self.secret,
                encoding.name()
            ));
        }
        let family = self.family?;
        Some(match (family.signing, family.layout.key.last()) {
            (Signing::Ecdsa, _) => "signature = ECDSA-P256-SHA256(private key, string to sign)".into(),
            (Signing::Rsa, _) => "signature = RSA-SHA256(private key, string to sign)".into(),
            (Signing::Hmac, Some(link)) => format!("signature = HMAC-SHA256({}, string to sign)", link.name),
            (Signing::Hmac, None) => format!("signature = HMAC-SHA256({}, string to sign)", self.secret),
        })
    }
}

impl Formulas<'_> {
    /// How a row signs; a key that goes through steps is called by that.
    fn of_row(&self, row: &Recipe) -> String {
        let (algorithm, encoding) = (row.usual_algorithm(), row.encoding.name());
        let key = if row.signs_under_the_secret() { self.secret.as_str() } else { "key" };
        match algorithm {
            Algorithm::Hmac(_) => format!("signature = {}({key}, text) in {encoding}", algorithm.title()),
            Algorithm::Plain(_) => format!("signature = {}(text) in {encoding}", algorithm.title()),
            Algorithm::RsaPkcs1(_) | Algorithm::RsaPss(..) | Algorithm::Ecdsa(..) | Algorithm::Ed25519 => {
                format!("signature = {}, private key over text, in {encoding}", algorithm.title())
            }
        }
    }
}

/// A secret that everybody knows, from the documentation; of any other its name.
fn secret_shown(analysis: &Analysis) -> String {
    match &analysis.situation.credentials {
        Some(key) if secret::is_documented(&key.secret) => {
            format!("\"{}\"", visible::one_line(key.secret.expose()))
        }
        Some(key) if !key.access_key_id.is_empty() => {
            let id = redact::claimed(key.access_key_id.as_bytes());
            format!("secret of {}", visible::one_line(&id))
        }
        Some(_) | None => "secret".into(),
    }
}
