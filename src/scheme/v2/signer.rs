//! HMAC under the secret itself, in base64.

use super::form::{Form, METHOD, Parameters};
use crate::request::Request;
use crate::scheme::Placement;
use crate::signature::mac::{Encoding, Hash, Signing};

/// The hash of a `SignatureMethod`.
pub(super) fn hash_named(method: &[u8]) -> Option<Hash> {
    match method {
        b"HmacSHA1" => Some(Hash::Sha1),
        b"HmacSHA256" => Some(Hash::Sha256),
        _ => None,
    }
}

/// How a request of this form is signed; `None` where it names no method that is known.
pub(super) fn signing(form: Form, request: &Request) -> Option<Signing> {
    let hash = match form {
        Form::Header | Form::Presigned | Form::Policy => Hash::Sha1,
        Form::Api(fields) => {
            let method = Parameters::of(request, fields)?.find(METHOD)?;
            hash_named(&Placement::Query.text(request, method))?
        }
    };
    Some(Signing { hash, encoding: Encoding::Base64 })
}
