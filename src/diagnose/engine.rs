//! Trying changes: does the signature that follows from them equal the target?
//!
//! What does not change is computed once. [`Ahead`] is what follows from the changes that a loop holds fixed: the hash of the
//! canonical request, every link of the key chain, and an HMAC that has read the string to sign up to the hash. One more change
//! then costs what it touches: most only a hash and half an HMAC.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::change::Change;
use super::draft::{Draft, OF_KEY, OF_REQUEST, Slot, Value};
use super::form::{NOT_INCREMENTED, SigningForm};
use super::kept::{Chain, Heads};
use super::target::Target;
use super::write::{Filled, hmac, hmac_sha1, needs_request};
use crate::request::body::Digest;
use crate::scheme::v4::derive::{Derivation, Increment};
use crate::scheme::v4::rsa::RsaKey;
use crate::signature::ecdsa::{PublicKey, Validity};
use crate::trace::writer::hex_digest;

/// What a search needs to know of one signature: a draft, and what it should come to.
pub(super) struct Engine<'a> {
    pub(super) draft: &'a Draft,
    pub(super) target: &'a Target,
    /// The key that checks an asymmetric signature, where it was given, and the key id that one is derived for.
    pub(super) public: Option<PublicKey>,
    /// The key pair that checks one of RSA.
    pub(super) rsa: Option<&'a RsaKey>,
    pub(super) access_key_id: &'a [u8],
}

/// What a change makes of hash and key by itself; nothing where it leaves them alone.
pub(super) struct Computed {
    digest: Option<Digest>,
    key: Option<Key>,
}

/// What follows from the changes that are applied already.
pub(super) struct Ahead {
    /// The slots that they fill.
    mask: u128,
    digest: Digest,
    key: Option<Key>,
    chain: Option<Chain>,
    heads: Option<Heads>,
    /// An HMAC that has read the string to sign up to the hash, where its form is the usual one.
    prefixed: Option<Hmac<Sha256>>,
}

/// What signs, or checks.
#[derive(Clone)]
enum Key {
    Mac { ready: Hmac<Sha256>, raw: Zeroizing<Vec<u8>> },
    Public(PublicKey),
    Rsa(Box<RsaKey>),
}

/// The memory that trying needs, kept from one try to the next.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) values: Vec<Value>,
    request: Vec<u8>,
    string: Vec<u8>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        draft: &'a Draft,
        target: &'a Target,
        public: Option<PublicKey>,
        access_key_id: &'a [u8],
    ) -> Self {
        Self { draft, target, public, rsa: None, access_key_id }
    }

    /// The same with a key pair of RSA.
    pub(super) fn with_rsa(self, rsa: Option<&'a RsaKey>) -> Self {
        Self { rsa, ..self }
    }

    /// Memory that holds what the draft says.
    pub(super) fn scratch(&self) -> Scratch {
        Scratch { values: self.draft.base.clone(), ..Scratch::default() }
    }

    fn filled<'b>(&'b self, values: &'b [Value]) -> Filled<'b> {
        Filled { draft: self.draft, values }
    }

    /// The key of these values; what `chain` has computed of it already is taken from there.
    fn key(&self, filled: Filled<'_>, chain: Option<&Chain>) -> Option<Key> {
        match self.target {
            Target::Digest(_) => None,
            Target::Mac(_) => {
                filled.secret()?;
                let raw = chain.and_then(|chain| chain.key(filled)).unwrap_or_else(|| filled.key());
                let ready = Hmac::new_from_slice(&raw).expect("HMAC takes keys of any length");
                Some(Key::Mac { ready, raw })
            }
            Target::Asymmetric(_) if self.rsa.is_some() => self.rsa.cloned().map(Box::new).map(Key::Rsa),
            Target::Asymmetric(_) if self.public.is_some() => self.public.map(Key::Public),
            Target::Asymmetric(_) => Some(Key::Public(self.derivation(filled)?.pair.public())),
        }
    }

    /// The pair of keys of an asymmetric scheme that these values derive.
    fn derivation(&self, filled: Filled<'_>) -> Option<Derivation> {
        let increment = match filled.number(Slot::KEY_FORM) {
            NOT_INCREMENTED => Increment::Forgotten,
            _ => Increment::One,
        };
        Derivation::varied(filled.text(Slot::PREFIX), filled.secret()?, self.access_key_id, increment)
    }

    /// What follows from the values as they stand, after changes that fill the slots of `mask`.
    pub(super) fn ahead(&self, mask: u128, scratch: &mut Scratch) -> Ahead {
        let Scratch { values, request, string } = scratch;
        let filled = self.filled(values);
        let digest = digest_of(filled, request);
        let chain = match self.target {
            Target::Mac(_) => Chain::of(filled),
            Target::Asymmetric(_) | Target::Digest(_) => None,
        };
        let key = self.key(filled, chain.as_ref());
        let prefixed = match &key {
            Some(Key::Mac { ready, .. }) if filled.has_usual_forms() => {
                filled.string_to_sign(string, &digest, request);
                string.truncate(string.len() - 2 * digest.len());
                Some(ready.clone().chain_update(&*string))
            }
            Some(Key::Mac { .. } | Key::Public(_) | Key::Rsa(_)) | None => None,
        };
        Ahead { mask, digest, key, chain, heads: Heads::of(self.filled(&scratch.values)), prefixed }
    }

    /// What a change, which is applied already, makes of hash and key by itself.
    pub(super) fn computed(&self, change: &Change, base: &Ahead, scratch: &mut Scratch) -> Computed {
        let Scratch { values, request, .. } = scratch;
        let filled = self.filled(values);
        Computed {
            digest: (change.mask & OF_REQUEST != 0).then(|| digest_after(base, change, filled, request)),
            key: (change.mask & OF_KEY != 0).then(|| self.key(filled, base.chain.as_ref())).flatten(),
        }
    }

    pub(super) fn apply(&self, change: &Change, values: &mut [Value]) {
        for (slot, value) in &change.patch {
            values[slot.index()] = *value;
        }
    }

    /// Puts back what the draft says where the change said otherwise.
    pub(super) fn undo(&self, change: &Change, values: &mut [Value]) {
        for (slot, _) in &change.patch {
            values[slot.index()] = self.draft.base[slot.index()];
        }
    }

    /// Whether the draft as it stands comes to the target.
    pub(super) fn holds(&self, scratch: &mut Scratch) -> bool {
        let base = self.ahead(0, scratch);
        self.compare(&base.digest, base.key.as_ref(), scratch)
    }

    /// Whether one more change, which is applied already, comes to the target together with those before it.
    pub(super) fn agrees(
        &self,
        ahead: &Ahead,
        change: &Change,
        own: &Computed,
        scratch: &mut Scratch,
    ) -> bool {
        let Scratch { values, request, .. } = &mut *scratch;
        let digest = match (own.digest, ahead.mask & OF_REQUEST != 0) {
            (None, _) => ahead.digest,
            (Some(digest), false) => digest,
            (Some(_), true) => digest_after(ahead, change, self.filled(values), request),
        };
        if let (Target::Mac(wanted), Some(prefixed), true) =
            (self.target, &ahead.prefixed, change.mask & !OF_REQUEST == 0)
        {
            return finished(prefixed.clone().chain_update(hex_digest(&digest))).starts_with(wanted);
        }
        if change.mask & OF_KEY == 0 {
            return self.compare(&digest, ahead.key.as_ref(), scratch);
        }
        if ahead.mask & OF_KEY == 0 {
            return self.compare(&digest, own.key.as_ref(), scratch);
        }
        let key = self.key(self.filled(&scratch.values), ahead.chain.as_ref());
        self.compare(&digest, key.as_ref(), scratch)
    }

    fn compare(&self, digest: &Digest, key: Option<&Key>, scratch: &mut Scratch) -> bool {
        if let Target::Digest(wanted) = self.target {
            return digest == wanted;
        }
        let Some(key) = key else { return false };
        let Scratch { values, request, string } = scratch;
        let filled = Filled { draft: self.draft, values };
        if needs_request(values[Slot::STRING_FORM.index()].as_number()) {
            filled.canonical_request(request);
        }
        filled.string_to_sign(string, digest, request);
        // The received signature is no secret, so it may be compared as fast as can be.
        match (self.target, key) {
            (Target::Mac(wanted), Key::Mac { ready, raw }) => {
                let form = SigningForm::numbered(values[Slot::SIGNING_FORM.index()].as_number());
                signed(form, ready, raw, string, wanted)
            }
            (Target::Asymmetric(wanted), Key::Public(public)) => {
                matches!(public.verify(string, wanted), Ok(Validity::Valid))
            }
            (Target::Asymmetric(wanted), Key::Rsa(key)) => {
                key.agreement(string, wanted).holds() == Some(true)
            }
            (Target::Mac(_) | Target::Asymmetric(_) | Target::Digest(_), _) => false,
        }
    }

    /// The signature that follows from these changes, in hex: what a client with these mistakes would send.
    #[cfg(test)]
    pub(super) fn signature(&self, changes: &[&Change]) -> Option<String> {
        let (_, string) = self.texts(changes);
        let mut scratch = self.scratch();
        changes.iter().for_each(|change| self.apply(change, &mut scratch.values));
        let form = SigningForm::numbered(scratch.values[Slot::SIGNING_FORM.index()].as_number());
        match self.key(self.filled(&scratch.values), None)? {
            Key::Mac { ready, raw } => Some(hex::encode(sign(form, &ready, &raw, &string))),
            Key::Rsa(key) => key.sign(&string),
            Key::Public(_) => {
                let derivation = self.derivation(self.filled(&scratch.values))?;
                Some(hex::encode(
                    derivation.pair.sign(&string, crate::signature::ecdsa::Nonce::Deterministic),
                ))
            }
        }
    }

    /// Canonical request and string to sign as they are with these changes.
    pub(super) fn texts(&self, changes: &[&Change]) -> (Vec<u8>, Vec<u8>) {
        let mut scratch = self.scratch();
        changes.iter().for_each(|change| self.apply(change, &mut scratch.values));
        let Scratch { values, request, string } = &mut scratch;
        let filled = self.filled(values);
        let digest = digest_of(filled, request);
        filled.string_to_sign(string, &digest, request);
        (std::mem::take(request), std::mem::take(string))
    }
}

/// The digest after one more change.
fn digest_after(ahead: &Ahead, change: &Change, filled: Filled<'_>, request: &mut Vec<u8>) -> Digest {
    let below = ahead.heads.as_ref().and_then(|heads| heads.digest(filled, change.mask, request));
    below.unwrap_or_else(|| digest_of(filled, request))
}

fn digest_of(filled: Filled<'_>, request: &mut Vec<u8>) -> Digest {
    if filled.draft.kind == super::draft::DraftKind::Policy {
        return [0; 32];
    }
    filled.canonical_request(request);
    Sha256::digest(&*request).into()
}

/// The first bytes of a signature decide; most forms have 32, HMAC-SHA1 has 20.
fn signed(form: SigningForm, ready: &Hmac<Sha256>, raw: &[u8], string: &[u8], wanted: &[u8]) -> bool {
    // The right form is tried a thousand times for each of the others.
    if form == SigningForm::Hmac {
        return keyed(ready, string).starts_with(wanted);
    }
    sign(form, ready, raw, string).starts_with(wanted)
}

fn keyed(ready: &Hmac<Sha256>, text: &[u8]) -> [u8; 32] {
    finished(ready.clone().chain_update(text))
}

fn finished(mac: Hmac<Sha256>) -> [u8; 32] {
    mac.finalize().into_bytes().into()
}

fn sign(form: SigningForm, ready: &Hmac<Sha256>, raw: &[u8], string: &[u8]) -> Vec<u8> {
    match form {
        SigningForm::Hmac => keyed(ready, string).to_vec(),
        SigningForm::HmacOfHash => keyed(ready, &Sha256::digest(string)).to_vec(),
        SigningForm::HmacOfHexHash => keyed(ready, hex::encode(Sha256::digest(string)).as_bytes()).to_vec(),
        SigningForm::HmacSha1 => hmac_sha1(raw, string).to_vec(),
        SigningForm::Swapped => hmac(string, raw).to_vec(),
        SigningForm::Twice => keyed(ready, &keyed(ready, string)).to_vec(),
        SigningForm::HashOfKeyAndString => {
            Sha256::new().chain_update(raw).chain_update(string).finalize().to_vec()
        }
    }
}
