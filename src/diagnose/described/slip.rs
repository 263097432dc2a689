//! A slip: what somebody did in place of what the row says, as data.

use std::borrow::Cow;

use crate::diagnose::change::Edit;
use crate::diagnose::shared::mistakes::{Mistake, Sign};
use crate::scheme::recipe::capture::Captured;
use crate::scheme::recipe::evaluate::Scene;
use crate::scheme::recipe::template::Template;
use crate::scheme::recipe::write::Way;
use crate::scheme::sign::Situation;
use crate::secret::Secret;
use crate::signature::algorithm::Algorithm;
use crate::signature::mac::Encoding;

/// One mistake as it may have happened here.
pub(super) struct Slip {
    /// Which mistake.
    pub(super) mistake: &'static Mistake,
    /// What it is here, in words.
    pub(super) words: String,
    /// What makes the request on the table the one that was signed.
    pub(super) edits: Vec<Edit>,
    /// What it changes.
    pub(super) change: Change,
}

/// What a slip changes.
pub(super) enum Change {
    /// The body that was signed.
    Body(Vec<u8>),
    /// A value that was signed in place of a captured one.
    Value(usize, Vec<u8>),
    /// The whole URL.
    Url(Vec<u8>),
    /// The messages.
    Messages(Vec<Template>),
    /// One of the texts before the message.
    Text(usize, Template),
    /// The keys.
    Keys(Vec<Template>),
    /// The chain of the key.
    Chain(Vec<Template>, Option<Encoding>),
    /// The start of the key, and its chain.
    Derivation(Vec<Template>, Vec<Template>),
    /// The secret itself.
    Secret(Vec<u8>),
    /// The algorithm.
    Algorithm(Algorithm),
    /// How key and text come to a signature.
    Sign(Sign),
    /// The finished text.
    Finished(fn(&[u8]) -> Vec<u8>),
}

impl Change {
    /// Whether both can have happened at once: not two of one thing.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        std::mem::discriminant(self) != std::mem::discriminant(other)
    }

    pub(super) fn on_way(&self, way: &mut Way<'_>) {
        let owned = |templates: &[Template]| templates.iter().cloned().map(Cow::Owned).collect();
        match self {
            Self::Messages(messages) => way.messages = owned(messages),
            Self::Text(at, template) => {
                if let Some((_, text)) = way.texts.get_mut(*at) {
                    *text = Cow::Owned(template.clone());
                }
            }
            Self::Keys(keys) => way.keys = owned(keys),
            Self::Chain(chain, encoding) => (way.chain, way.chain_encoding) = (owned(chain), *encoding),
            Self::Derivation(keys, chain) => (way.keys, way.chain) = (owned(keys), owned(chain)),
            Self::Algorithm(algorithm) => way.algorithms = vec![*algorithm],
            Self::Body(_)
            | Self::Value(..)
            | Self::Url(_)
            | Self::Secret(_)
            | Self::Sign(_)
            | Self::Finished(_) => {}
        }
    }

    pub(super) fn on_key(&self, situation: &mut Situation) {
        if let (Self::Secret(secret), Some(key)) = (self, &mut situation.credentials) {
            key.secret = Secret::new(secret.clone());
        }
    }

    pub(super) fn on_values(&self, captured: &mut [Captured]) {
        if let Self::Value(at, bytes) = self {
            let values = captured.iter_mut().filter(|one| one.value == *at);
            values.for_each(|one| one.bytes.clone_from(bytes));
        }
    }

    pub(super) fn on_scene(&self, scene: &mut Scene<'_>) {
        match self {
            Self::Body(body) => scene.body = Some(Cow::Owned(body.clone())),
            Self::Url(url) => scene.url = Some(url.clone()),
            Self::Value(..)
            | Self::Messages(_)
            | Self::Text(..)
            | Self::Keys(_)
            | Self::Chain(..)
            | Self::Derivation(..)
            | Self::Secret(_)
            | Self::Algorithm(_)
            | Self::Sign(_)
            | Self::Finished(_) => {}
        }
    }

    pub(super) fn on_text(&self, text: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Finished(change) => change(&text),
            _ => text,
        }
    }
}
