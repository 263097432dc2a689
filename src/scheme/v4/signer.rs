//! Who signs and who checks: a derived HMAC key, a derived pair of keys, or a public key alone.

use smallvec::SmallVec;

use super::derive::{Comparison, Derivation};
use super::key::KeyChain;
use super::rsa::RsaKey;
use crate::scheme::sign::Situation;
use crate::scheme::{Memo, Signing, Terms};
use crate::secret::Secret;
use crate::signature::Agreement;
use crate::signature::ecdsa::{N_MINUS_2, Nonce, PublicKey, Validity};
use crate::trace::writer::hex_digest;
use crate::trace::{Given, Origin, Rule, Rules, Section, Traced};

/// What a string to sign is signed with, or checked by.
pub enum Signer<'a> {
    /// The key chain of HMAC-SHA256: the same text always gets the same signature.
    Chain(&'a KeyChain),
    /// A pair of keys on P-256: of the many right signatures, one is made.
    Pair(&'a Derivation, Nonce),
    /// A public key, which can check but not sign.
    Public(PublicKey),
    /// A key pair of RSA, or its public half.
    Rsa(&'a RsaKey),
}

/// A pair of keys, and what it was derived from.
pub(crate) struct KeptPair {
    secret: Secret,
    access_key_id: String,
    derivation: Derivation,
}

/// A signature as text: 64 hex digits of HMAC-SHA256, or up to 144 of ECDSA.
pub type Signature = SmallVec<[u8; 64]>;

impl<'a> Signer<'a> {
    /// The signer of `terms`; `None` where neither a secret nor a public key is at hand.
    pub(crate) fn of(terms: &Terms<'_>, situation: &Situation, memo: &'a mut Memo) -> Option<Self> {
        let key = situation.credentials.as_ref();
        match (terms.family.signing, &situation.settings.public_key, key) {
            (Signing::Hmac, _, Some(key)) => {
                let kept = &mut memo.keys;
                Some(Self::Chain(KeyChain::kept(kept, terms.family, &key.secret, &terms.scope)))
            }
            (Signing::Hmac, _, None) | (Signing::Ecdsa, None, None) | (Signing::Rsa, _, None) => None,
            (Signing::Rsa, _, Some(key)) => RsaKey::kept(&mut memo.rsa, key).map(Self::Rsa),
            (Signing::Ecdsa, Some(public), _) => Some(Self::Public(*public)),
            (Signing::Ecdsa, None, Some(key)) => {
                let pair = KeptPair::of(&mut memo.pair, &key.secret, &key.access_key_id)?;
                Some(Self::Pair(&pair.derivation, situation.settings.nonce.unwrap_or_default()))
            }
        }
    }

    /// The same signer once more.
    pub(crate) fn again(&self) -> Signer<'_> {
        match self {
            Self::Chain(chain) => Signer::Chain(chain),
            Self::Pair(derivation, nonce) => Signer::Pair(derivation, *nonce),
            Self::Public(public) => Signer::Public(*public),
            Self::Rsa(key) => Signer::Rsa(key),
        }
    }

    /// The signature of `text`, when there is a key to make it with.
    pub fn sign(&self, text: &[u8]) -> Option<Signature> {
        match self {
            Self::Chain(chain) => Some(SmallVec::from_slice(&hex_digest(&chain.sign(text)))),
            Self::Pair(derivation, nonce) => {
                Some(hex::encode(derivation.pair.sign(text, *nonce)).into_bytes().into())
            }
            Self::Public(_) => None,
            Self::Rsa(key) => key.sign(text).map(|text| text.into_bytes().into()),
        }
    }

    /// Whether `received` is a right signature of `text`.
    pub fn agreement(&self, text: &[u8], received: &[u8]) -> Agreement {
        match self {
            Self::Chain(_) => Agreement::of(self.sign(text).as_deref(), Some(received)),
            Self::Pair(derivation, _) => valid(&derivation.pair.public(), text, received),
            Self::Public(public) => valid(public, text, received),
            Self::Rsa(key) => key.agreement(text, received),
        }
    }

    /// Writes the steps to the key, two lines each: a name and a value.
    pub(crate) fn write_keys(&self, out: &mut Traced, terms: &Terms<'_>) {
        match self {
            Self::Chain(chain) => chain.write(out, terms),
            Self::Pair(derivation, _) => {
                write_derivation(out, terms, derivation);
                write_public(out, &derivation.pair.public(), Origin::Scheme);
            }
            Self::Public(public) => write_public(out, public, Origin::Given(Given::PublicKey)),
            Self::Rsa(_) => {}
        }
    }
}

impl KeptPair {
    /// The pair in `memo` if it was derived from the same, else a new one, which is kept there.
    fn of<'a>(memo: &'a mut Option<Self>, secret: &Secret, access_key_id: &str) -> Option<&'a Self> {
        let same = |kept: &Self| kept.secret == *secret && kept.access_key_id == access_key_id;
        if !memo.as_ref().is_some_and(same) {
            let derivation = Derivation::of(secret, access_key_id.as_bytes())?;
            *memo = Some(Self { secret: secret.clone(), access_key_id: access_key_id.into(), derivation });
        }
        memo.as_ref()
    }
}

fn valid(public: &PublicKey, text: &[u8], received: &[u8]) -> Agreement {
    match public.verify(text, received) {
        Ok(Validity::Valid) => Agreement::Valid,
        Ok(Validity::Invalid) => Agreement::Invalid(
            "expected a signature of this string by this key, but found one of another string or key".into(),
        ),
        Err(error) => Agreement::Invalid(error.to_string()),
    }
}

/// NIST SP 800-108 in counter mode: each candidate is compared with N−2 until one is not above it.
fn write_derivation(out: &mut Traced, terms: &Terms<'_>, derivation: &Derivation) {
    for attempt in &derivation.attempts {
        line(out, "counter", |out| out.fixed(attempt.counter.to_string().as_bytes()));
        line(out, "fixed input (1 ‖ algorithm ‖ 0 ‖ key id ‖ counter ‖ 256)", |out| {
            write_fixed_input(out, terms, &attempt.fixed_input);
        });
        line(out, "candidate = HMAC-SHA256(AWS4A + secret, fixed input)", |out| {
            out.put_hex(key_id_origin(terms), Rule::Keyed.into(), &attempt.candidate);
        });
        line(out, "N−2", |out| out.put_hex(Origin::Scheme, Rules::NONE, &N_MINUS_2));
        let words: &[u8] = match attempt.outcome {
            Comparison::Accepted => b"it is not greater, so it is taken",
            Comparison::TooLarge => b"it is greater, so the next counter is tried",
        };
        line(out, "the candidate against N−2", |out| out.fixed(words));
    }
    line(out, "private key = candidate + 1", |out| {
        out.put_hex(Origin::Scheme, Rule::Keyed.into(), derivation.pair.private());
    });
}

fn key_id_origin(terms: &Terms<'_>) -> Origin {
    terms.access_key_id.as_ref().map_or(Origin::Given(Given::AccessKeyId), |id| id.origin)
}

/// The bytes of a fixed input in hex, a space between its parts.
fn write_fixed_input(out: &mut Traced, terms: &Terms<'_>, input: &[u8]) {
    let algorithm = terms.family.algorithm.len();
    let id = 4 + algorithm + 1;
    // What follows the key id: the counter, and the length in bits.
    let end = input.len().saturating_sub(5);
    let parts = [
        (0..4, Origin::Scheme),
        (4..4 + algorithm, Origin::Scheme),
        (4 + algorithm..id, Origin::Scheme),
        (id..end, key_id_origin(terms)),
        (end..end + 1, Origin::Scheme),
        (end + 1..input.len(), Origin::Scheme),
    ];
    for (count, (range, origin)) in parts.into_iter().enumerate() {
        if count > 0 {
            out.fixed(b" ");
        }
        out.put(origin, Rules::NONE, hex::encode(&input[range]).as_bytes());
    }
}

fn write_public(out: &mut Traced, public: &PublicKey, origin: Origin) {
    line(out, "public key X", |out| out.put_hex(origin, Rules::NONE, &public.x()));
    line(out, "public key Y", |out| out.put_hex(origin, Rules::NONE, &public.y()));
}

fn line(out: &mut Traced, name: &str, value: impl FnOnce(&mut Traced)) {
    if !out.bytes().is_empty() {
        out.fixed(b"\n");
    }
    out.fixed(name.as_bytes());
    out.fixed(b"\n");
    value(out);
    out.ends(Section::Key);
}
