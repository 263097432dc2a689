//! What makes a new signature stand in the place of the old one, and what takes all of it off.

use super::form::{EXPIRES, Fields, Form, KEY_ID, METHOD, Parameters, SIGNATURE, TIMESTAMP, VERSION};
use crate::request::{Header, Request};
use crate::scheme::sign::{Instructions, without_pairs};

/// Every parameter that belongs to the signature.
const NAMES: [&str; 6] = [KEY_ID, EXPIRES, SIGNATURE, TIMESTAMP, METHOD, VERSION];

/// The field of a browser's form that holds the signature.
const FIELD: &str = "signature";

/// What to set anew. A form of the Query API keeps its body as it is.
pub(super) fn instructions(request: &Request, access_key_id: &str, signature: &[u8]) -> Instructions {
    let mut instructions = Instructions::default();
    match Form::of(request).unwrap_or_default() {
        Form::Header => {
            let value = [b"AWS ", access_key_id.as_bytes(), b":", signature].concat();
            instructions.headers.push(Header::new("Authorization", value));
        }
        Form::Presigned | Form::Api(Fields::Query) => {
            instructions.pairs.push((SIGNATURE.into(), signature.to_vec()));
        }
        Form::Policy => {
            instructions.fields.push((KEY_ID.into(), access_key_id.into()));
            instructions.fields.push((FIELD.into(), signature.to_vec()));
        }
        Form::Api(Fields::Body) => {}
    }
    instructions
}

/// Takes the signature off `request`, so that another scheme can sign it.
pub(super) fn strip(request: &mut Request) {
    match Form::of(request) {
        // Version 4 knows another form of this date.
        Some(Form::Header) => {
            request.headers.retain(|header| !(header.is(b"authorization") || header.is(b"x-amz-date")));
        }
        Some(Form::Presigned) => request.target = without_pairs(request, &NAMES[..3]),
        Some(Form::Api(Fields::Query)) => request.target = without_pairs(request, &NAMES),
        Some(Form::Api(Fields::Body)) => strip_body(request),
        // Its policy was written for this version, and goes with no other.
        Some(Form::Policy) | None => {}
    }
}

fn strip_body(request: &mut Request) {
    let Some(form) = Parameters::of(request, Fields::Body) else { return };
    let goes = |name: &[u8]| NAMES.iter().any(|other| other.as_bytes() == name);
    let kept = form.pairs().filter(|pair| !goes(&form.text[pair.name.clone()]));
    let kept: Vec<&[u8]> = kept.map(|pair| &form.text[pair.range()]).collect();
    request.body = kept.join(&b'&').into();
}
