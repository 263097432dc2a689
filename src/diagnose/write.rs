//! Writing a draft: canonical request, string to sign and key, from the values that the slots hold.

mod shape;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::draft::{Draft, DraftKind, Slot, Value};
use super::form::{
    Hash, HeaderForm, Joined, KEY_FORMS, KeyForm, LAST_STEP, RequestForm, SigningForm, StringForm, Turn,
};
use crate::request::body::Digest;
use crate::scheme::layout::{Line, ScopePart};
use shape::{hashed, reshape_request, reshape_string};

pub(super) use shape::{BYTE_ORDER_MARK, breaks, dashed, utf16};

/// The values of all slots, and the draft that they belong to.
#[derive(Clone, Copy)]
pub(super) struct Filled<'a> {
    pub(super) draft: &'a Draft,
    pub(super) values: &'a [Value],
}

impl<'a> Filled<'a> {
    pub(super) fn text(self, slot: Slot) -> &'a [u8] {
        self.draft.bytes(self.values[slot.index()])
    }

    pub(super) fn number(self, slot: Slot) -> usize {
        self.values[slot.index()].as_number()
    }

    /// Writes the canonical request over `out`.
    pub(super) fn canonical_request(self, out: &mut Vec<u8>) {
        out.clear();
        let form = RequestForm::numbered(self.number(Slot::REQUEST_FORM));
        if form == RequestForm::LeadingNewline {
            out.push(b'\n');
        }
        for slot in [Slot::METHOD, Slot::PATH, Slot::QUERY] {
            let text = self.text(slot);
            if slot == Slot::QUERY && form == RequestForm::NoEmptyQuery && text.is_empty() {
                continue;
            }
            out.extend_from_slice(text);
            out.push(b'\n');
        }
        if form != RequestForm::NoHeaders {
            self.header_lines(out, 0);
        }
        self.after_headers(out, form);
        reshape_request(out, form);
    }

    /// The blank line and what follows it.
    pub(super) fn after_headers(self, out: &mut Vec<u8>, form: RequestForm) {
        if form != RequestForm::NoBlankLine {
            out.push(b'\n');
        }
        if form == RequestForm::TwoBlankLines {
            out.push(b'\n');
        }
        if form != RequestForm::NoSignedHeaders {
            out.extend_from_slice(self.text(Slot::SIGNED));
            out.push(b'\n');
        }
        if form == RequestForm::NoPayload {
            out.pop();
            return;
        }
        out.extend_from_slice(self.text(Slot::PAYLOAD));
    }

    /// The header lines from this one on.
    pub(super) fn header_lines(self, out: &mut Vec<u8>, first: usize) {
        let form = HeaderForm::numbered(self.number(Slot::HEADER_FORM));
        for index in &self.order()[first..] {
            let index = usize::from(*index);
            let line = &self.draft.lines[index];
            let name = if form == HeaderForm::NamesAsSent { line.sent } else { line.name };
            out.extend_from_slice(self.draft.bytes(name));
            out.extend_from_slice(match form {
                HeaderForm::Standard | HeaderForm::NamesAsSent => b":",
                HeaderForm::ColonSpace => b": ",
                HeaderForm::SpaceColonSpace => b" : ",
                HeaderForm::Equals => b"=",
                HeaderForm::NoColon => b" ",
            });
            out.extend_from_slice(self.text(Slot::line(index)));
            out.push(b'\n');
        }
    }

    pub(super) fn order(self) -> &'a [u16] {
        self.draft.lines_of(self.values[Slot::LINES.index()])
    }

    /// Writes the string to sign over `out`; `request` is the canonical request, which only few forms look at.
    pub(super) fn string_to_sign(self, out: &mut Vec<u8>, digest: &Digest, request: &[u8]) {
        out.clear();
        if self.draft.kind == DraftKind::Policy {
            out.extend_from_slice(self.text(Slot::TEXT));
            return reshape_string(out, StringForm::numbered(self.number(Slot::STRING_FORM)));
        }
        let form = StringForm::numbered(self.number(Slot::STRING_FORM));
        if form == StringForm::LeadingNewline {
            out.push(b'\n');
        }
        let lines = self.draft.family.layout.string.iter().filter(|line| !form.leaves_out(**line));
        for (place, line) in lines.enumerate() {
            if place > 0 {
                out.push(b'\n');
            }
            match form.in_place_of(*line) {
                Line::Algorithm => out.extend_from_slice(self.text(Slot::ALGORITHM)),
                Line::Timestamp => out.extend_from_slice(self.text(Slot::TIMESTAMP)),
                Line::Scope => self.scope(out),
                Line::RequestHash => hashed(out, form, digest, request),
            }
        }
        reshape_string(out, form);
    }

    fn scope(self, out: &mut Vec<u8>) {
        if self.values[Slot::SCOPE.index()] != Value::NONE {
            return out.extend_from_slice(self.text(Slot::SCOPE));
        }
        // A signer may name a part that the scheme has not.
        let parts = ScopePart::ALL.map(Slot::in_scope).into_iter();
        let mut between: &[u8] = b"";
        for slot in parts.filter(|slot| self.values[slot.index()] != Value::NONE) {
            out.extend_from_slice(between);
            out.extend_from_slice(self.text(slot));
            between = b"/";
        }
    }

    /// The key that signs.
    pub(super) fn key(self) -> Zeroizing<Vec<u8>> {
        let form = &KEY_FORMS[self.number(Slot::KEY_FORM)];
        let secret =
            self.draft.secrets.get(self.number(Slot::SECRET)).map_or(&b""[..], |secret| secret.expose());
        let secret = if form.turned & 1 << 7 == 0 {
            Zeroizing::new(secret.to_vec())
        } else {
            turned(secret, form.turn)
        };
        let mut key = Zeroizing::new([self.text(Slot::PREFIX), &secret].concat());
        if form.joined != Joined::No {
            let between: &[u8] = if form.joined == Joined::Slashes { b"/" } else { b"" };
            let messages: Vec<&[u8]> = self.steps(form).filter_map(|part| self.message(part)).collect();
            return step(&key, &messages.join(between), form, 0);
        }
        let count = self.steps(form).count();
        for (place, part) in self.steps(form).enumerate() {
            let Some(message) = self.message(part) else { continue };
            // The forms speak of four steps: the last one is the last of a shorter chain, too.
            let place = if place + 1 == count { LAST_STEP } else { place };
            key = step(&key, message, form, place);
            if form.turned & 1 << place != 0 {
                key = turned(&key, form.turn);
            }
        }
        key
    }

    /// What the steps of a key are taken of, in order.
    fn steps(self, form: &KeyForm) -> impl Iterator<Item = ScopePart> {
        let own = self.draft.family.layout.key.iter().map(|link| link.of);
        let other = form.steps.unwrap_or_default().iter().copied();
        own.filter(|_| form.steps.is_none()).chain(other)
    }

    /// The text of a step.
    fn message(self, part: ScopePart) -> Option<&'a [u8]> {
        self.message_value(part).map(|value| self.draft.bytes(value))
    }

    /// The value that a step is taken of: the scope's own unless the key has another.
    pub(super) fn message_value(self, part: ScopePart) -> Option<Value> {
        let values = [Slot::in_key(part), Slot::in_scope(part)].map(|slot| self.values[slot.index()]);
        values.into_iter().find(|value| *value != Value::NONE)
    }

    /// Whether the string to sign ends in the hash of the canonical request in hex, and is signed as the scheme has it.
    pub(super) fn has_usual_forms(self) -> bool {
        let numbers = [Slot::STRING_FORM, Slot::SIGNING_FORM].map(|slot| self.number(slot));
        numbers == [StringForm::Standard as usize, SigningForm::Hmac as usize]
            && self.draft.kind == DraftKind::Request
    }

    /// The secret that the key is derived from.
    pub(super) fn secret(self) -> Option<&'a crate::secret::Secret> {
        self.draft.secrets.get(self.number(Slot::SECRET))
    }
}

fn step(key: &[u8], message: &[u8], form: &KeyForm, place: usize) -> Zeroizing<Vec<u8>> {
    let (key, message) = if form.swapped & 1 << place == 0 { (key, message) } else { (message, key) };
    Zeroizing::new(match form.hash {
        Hash::HmacSha256 => hmac(key, message).to_vec(),
        Hash::HmacSha1 => hmac_sha1(key, message).to_vec(),
        Hash::PlainSha256 => Sha256::new().chain_update(key).chain_update(message).finalize().to_vec(),
    })
}

fn turned(key: &[u8], turn: Turn) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(match turn {
        Turn::Bytes => key.to_vec(),
        Turn::Hex => hex::encode(key).into_bytes(),
        Turn::UpperHex => hex::encode_upper(key).into_bytes(),
        Turn::Base64 => STANDARD.encode(key).into_bytes(),
        Turn::LossyText => String::from_utf8_lossy(key).into_owned().into_bytes(),
        Turn::Latin1Text => key.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes(),
    })
}

pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

pub(super) fn hmac_sha1(key: &[u8], message: &[u8]) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Whether a form of the string to sign needs the canonical request itself, and not its hash alone.
pub(super) fn needs_request(number: usize) -> bool {
    matches!(
        StringForm::numbered(number),
        StringForm::NotHashed | StringForm::RequestAlone | StringForm::Sha1
    )
}
