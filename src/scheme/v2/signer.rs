//! HMAC under the secret itself, in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::form::{Form, METHOD, Parameters};
use crate::request::Request;
use crate::scheme::Placement;
use crate::scheme::sign::Situation;
use crate::secret::Secret;
use crate::signature::mac::Hash;

/// A secret, and how it signs.
pub(super) struct Signer<'a> {
    hash: Hash,
    secret: &'a Secret,
}

/// The hash of a `SignatureMethod`.
pub(super) fn hash_named(method: &[u8]) -> Option<Hash> {
    match method {
        b"HmacSHA1" => Some(Hash::Sha1),
        b"HmacSHA256" => Some(Hash::Sha256),
        _ => None,
    }
}

fn hash_of(form: Form, request: &Request) -> Option<Hash> {
    match form {
        Form::Header | Form::Presigned | Form::Policy => Some(Hash::Sha1),
        Form::Api(fields) => {
            let method = Parameters::of(request, fields)?.find(METHOD)?;
            hash_named(&Placement::Query.text(request, method))
        }
    }
}

impl<'a> Signer<'a> {
    /// The signer of `request`; `None` without a secret, or where the request names no method that is known.
    pub(super) fn of(form: Form, request: &Request, situation: &'a Situation) -> Option<Self> {
        let secret = &situation.credentials.as_ref()?.secret;
        Some(Self { hash: hash_of(form, request)?, secret })
    }

    pub(super) fn sign(&self, text: &[u8]) -> String {
        STANDARD.encode(self.hash.sign(self.secret.expose(), text))
    }
}
