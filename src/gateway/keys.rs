//! The key store: the pairs that the gateway knows, shared with the screen, where more can be added while it runs.
//!
//! AWS's documented example pairs are known as well, after all others. A secret goes from here into the key derivation and nowhere else: no
//! capture, no answer and no line of output holds one.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::analysis;
use crate::redact::Spellings;
use crate::secret;
use crate::signature::Credentials;

/// Key pairs, shared by reference.
#[derive(Clone, Default)]
pub struct KeyStore(Arc<Store>);

#[derive(Default)]
struct Store {
    keys: RwLock<Vec<Credentials>>,
    /// How texts may repeat their secrets, those that everybody knows left out.
    spellings: RwLock<Vec<(String, Spellings)>>,
    version: AtomicU64,
}

impl KeyStore {
    /// A store of these pairs.
    pub fn new(keys: Vec<Credentials>) -> Self {
        let spellings = keys.iter().filter_map(spelled).collect();
        let (keys, spellings) = (RwLock::new(keys), RwLock::new(spellings));
        Self(Arc::new(Store { keys, spellings, version: AtomicU64::default() }))
    }

    /// Adds a pair; one of the same id makes way.
    pub fn add(&self, pair: Credentials) {
        let mut keys = self.0.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|known| known.access_key_id != pair.access_key_id);
        let mut spellings = self.0.spellings.write().unwrap_or_else(PoisonError::into_inner);
        spellings.retain(|(id, _)| *id != pair.access_key_id);
        spelled(&pair).into_iter().for_each(|own| spellings.insert(0, own));
        keys.insert(0, pair);
        self.0.version.fetch_add(1, Ordering::Release);
    }

    /// How often it was changed.
    pub(super) fn version(&self) -> u64 {
        self.0.version.load(Ordering::Acquire)
    }

    /// The pairs as they are now; their secrets are shared, not copied.
    pub fn pairs(&self) -> Vec<Credentials> {
        self.0.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a pair of this id was given: those that everybody knows were not.
    pub(super) fn holds(&self, id: &str) -> bool {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().any(|pair| pair.access_key_id == id)
    }

    /// A text without the secrets of these pairs: a client may repeat its own.
    pub(crate) fn left_out(&self, text: Vec<u8>) -> Vec<u8> {
        /// Of more, each text would be searched too often.
        const MOST: usize = 64;
        let own = self.0.spellings.read().unwrap_or_else(PoisonError::into_inner);
        own.iter().take(MOST).fold(text, |text, (_, own)| match own.left_out(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(without) => without,
        })
    }

    /// The same with AWS's example pairs at the end: made once, and not for each request.
    pub(super) fn known(&self) -> Vec<Credentials> {
        let examples = secret::documented_ids().filter_map(|id| analysis::documented(id.as_bytes()));
        self.pairs().into_iter().chain(examples).collect()
    }
}

/// The id of a pair, and how texts may repeat its secret, unless everybody knows it.
fn spelled(pair: &Credentials) -> Option<(String, Spellings)> {
    let is_own = !secret::is_documented(&pair.secret);
    is_own.then(|| (pair.access_key_id.clone(), Spellings::of(&pair.secret)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn a_pair_of_the_same_id_makes_way() {
        let pair = |secret: &str| Credentials {
            fields: Default::default(),
            access_key_id: "AK".into(),
            secret: Secret::new(secret),
            session_token: None,
            source: String::new(),
        };
        let store = KeyStore::new(vec![pair("a")]);
        let other = store.clone();
        other.add(pair("b"));
        assert_eq!((store.pairs().len(), store.version()), (1, 1));
        assert_eq!(store.pairs()[0].secret.expose(), b"b");
    }
}
