//! HMAC under the secret itself, in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

use super::form::{Form, METHOD, Parameters};
use crate::request::Request;
use crate::scheme::Placement;
use crate::scheme::sign::Situation;
use crate::secret::Secret;

/// The hash within the HMAC.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
}

/// A secret, and how it signs.
pub(super) struct Signer<'a> {
    hash: Hash,
    secret: &'a Secret,
}

impl Hash {
    /// The hash of a `SignatureMethod`.
    pub(super) fn named(method: &[u8]) -> Option<Self> {
        match method {
            b"HmacSHA1" => Some(Self::Sha1),
            b"HmacSHA256" => Some(Self::Sha256),
            _ => None,
        }
    }

    fn of(form: Form, request: &Request) -> Option<Self> {
        match form {
            Form::Header | Form::Presigned | Form::Policy => Some(Self::Sha1),
            Form::Api(fields) => {
                let method = Parameters::of(request, fields)?.find(METHOD)?;
                Self::named(&Placement::Query.text(request, method))
            }
        }
    }
}

impl<'a> Signer<'a> {
    /// The signer of `request`; `None` without a secret, or where the request names no method that is known.
    pub(super) fn of(form: Form, request: &Request, situation: &'a Situation) -> Option<Self> {
        let secret = &situation.credentials.as_ref()?.secret;
        Some(Self { hash: Hash::of(form, request)?, secret })
    }

    pub(super) fn sign(&self, text: &[u8]) -> String {
        match self.hash {
            Hash::Sha1 => in_base64::<Hmac<Sha1>>(self.secret, text),
            Hash::Sha256 => in_base64::<Hmac<Sha256>>(self.secret, text),
        }
    }
}

fn in_base64<M: Mac + KeyInit>(secret: &Secret, text: &[u8]) -> String {
    let mut mac = <M as KeyInit>::new_from_slice(secret.expose()).expect("HMAC takes keys of any length");
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}
