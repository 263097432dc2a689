//! Trying changes: does the signature that follows from them equal the target?
//!
//! What does not change is computed once: the hash of the canonical request, the key chain, and the two states that an HMAC begins
//! with. A change of the canonical request then costs its hash and one HMAC, any other change less.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::change::Change;
use super::draft::{Draft, OF_KEY, OF_REQUEST, Slot, Value};
use super::form::SigningForm;
use super::target::Target;
use super::write::{Filled, hmac, hmac_sha1, needs_request};
use crate::request::body::Digest;
use crate::scheme::v4::ecdsa::{Derivation, PublicKey, Validity};

/// What a search needs to know of one signature: a draft, and what it should come to.
pub(super) struct Engine<'a> {
    pub(super) draft: &'a Draft,
    pub(super) target: &'a Target,
    /// The key that checks an asymmetric signature, where it was given, and the key id that one is derived for.
    pub(super) public: Option<PublicKey>,
    pub(super) access_key_id: &'a [u8],
    base: Computed,
}

/// What follows from the values of a draft before the string to sign is written.
#[derive(Clone)]
pub(super) struct Computed {
    digest: Digest,
    key: Option<Key>,
}

/// What signs, or checks.
#[derive(Clone)]
enum Key {
    Mac { ready: Hmac<Sha256>, raw: Zeroizing<Vec<u8>> },
    Public(PublicKey),
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
        let base = Computed { digest: [0; 32], key: None };
        let mut engine = Self { draft, target, public, access_key_id, base };
        let mut scratch = engine.scratch();
        let filled = engine.filled(&scratch.values);
        let digest = digest_of(filled, &mut scratch.request);
        let key = engine.key(filled);
        engine.base = Computed { digest, key };
        engine
    }

    /// Memory that holds what the draft says.
    pub(super) fn scratch(&self) -> Scratch {
        Scratch { values: self.draft.base.clone(), ..Scratch::default() }
    }

    fn filled<'b>(&'b self, values: &'b [Value]) -> Filled<'b> {
        Filled { draft: self.draft, values }
    }

    fn key(&self, filled: Filled<'_>) -> Option<Key> {
        match self.target {
            Target::Digest(_) => None,
            Target::Mac(_) => {
                filled.secret()?;
                let raw = filled.key();
                let ready = Hmac::new_from_slice(&raw).expect("HMAC takes keys of any length");
                Some(Key::Mac { ready, raw })
            }
            Target::Asymmetric(_) if self.public.is_some() => self.public.map(Key::Public),
            Target::Asymmetric(_) => {
                let derivation = Derivation::of(filled.secret()?, self.access_key_id)?;
                Some(Key::Public(derivation.pair.public()))
            }
        }
    }

    /// What a change makes of hash and key, computed once: what it leaves alone is the draft's own.
    pub(super) fn computed(&self, change: &Change, scratch: &mut Scratch) -> Computed {
        self.apply(change, &mut scratch.values);
        let Scratch { values, request, .. } = scratch;
        let filled = self.filled(values);
        let digest =
            if change.mask & OF_REQUEST == 0 { self.base.digest } else { digest_of(filled, request) };
        let key = if change.mask & OF_KEY == 0 { self.base.key.clone() } else { self.key(filled) };
        self.undo(change, &mut scratch.values);
        Computed { digest, key }
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
        let base = self.base.clone();
        self.agrees(&base, scratch)
    }

    /// Whether one change, which is applied already, comes to the target.
    pub(super) fn agrees(&self, computed: &Computed, scratch: &mut Scratch) -> bool {
        self.compare(&computed.digest, computed.key.as_ref(), scratch)
    }

    /// Whether two changes, which are applied already, come to the target. What only one of them touches is known.
    pub(super) fn both_agree(
        &self,
        (a, of_a): (&Change, &Computed),
        (b, of_b): (&Change, &Computed),
        scratch: &mut Scratch,
    ) -> bool {
        let touches = |change: &Change, slots: u128| change.mask & slots != 0;
        let Scratch { values, request, .. } = &mut *scratch;
        let digest = match (touches(a, OF_REQUEST), touches(b, OF_REQUEST)) {
            (true, true) => digest_of(self.filled(values), request),
            (true, false) => of_a.digest,
            (false, true) => of_b.digest,
            (false, false) => self.base.digest,
        };
        match (touches(a, OF_KEY), touches(b, OF_KEY)) {
            (true, true) => {
                let key = self.key(self.filled(&scratch.values));
                self.compare(&digest, key.as_ref(), scratch)
            }
            (true, false) => self.compare(&digest, of_a.key.as_ref(), scratch),
            (false, true) => self.compare(&digest, of_b.key.as_ref(), scratch),
            (false, false) => self.compare(&digest, self.base.key.as_ref(), scratch),
        }
    }

    /// Whether any number of changes, which are applied already, come to the target.
    pub(super) fn all_agree(&self, changes: &[&Change], scratch: &mut Scratch) -> bool {
        let touched = changes.iter().fold(0, |mask, change| mask | change.mask);
        let Scratch { values, request, .. } = &mut *scratch;
        let digest = if touched & OF_REQUEST == 0 {
            self.base.digest
        } else {
            digest_of(self.filled(values), request)
        };
        if touched & OF_KEY == 0 {
            return self.compare(&digest, self.base.key.as_ref(), scratch);
        }
        let key = self.key(self.filled(&scratch.values));
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
        match self.key(self.filled(&scratch.values))? {
            Key::Mac { ready, raw } => Some(hex::encode(sign(form, &ready, &raw, &string))),
            Key::Public(_) => {
                let secret = self.filled(&scratch.values).secret()?;
                let derivation = Derivation::of(secret, self.access_key_id)?;
                Some(hex::encode(
                    derivation.pair.sign(&string, crate::scheme::v4::ecdsa::Nonce::Deterministic),
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

fn digest_of(filled: Filled<'_>, request: &mut Vec<u8>) -> Digest {
    if filled.draft.kind == super::draft::DraftKind::Policy {
        return [0; 32];
    }
    filled.canonical_request(request);
    Sha256::digest(&*request).into()
}

/// The first bytes of a signature decide; most forms have 32, HMAC-SHA1 has 20.
fn signed(form: SigningForm, ready: &Hmac<Sha256>, raw: &[u8], string: &[u8], wanted: &[u8]) -> bool {
    match form {
        // The right form is tried a thousand times for each of the others.
        SigningForm::Hmac => keyed(ready, string).starts_with(wanted),
        _ => sign(form, ready, raw, string).starts_with(wanted),
    }
}

fn keyed(ready: &Hmac<Sha256>, text: &[u8]) -> [u8; 32] {
    let mut mac = ready.clone();
    mac.update(text);
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
