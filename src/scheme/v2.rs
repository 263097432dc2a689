//! Signature Version 2, which came before Version 4: recognised and checked, so that whoever has it is told; never planned.
//!
//! Four forms share a name and little else ([`form`]): the header and the URL of S3, where HMAC-SHA1 signs a few headers and
//! the resource, its browser uploads, where it signs a policy, and the parameters of the Query API. There is no canonical request and no derived key: the secret itself
//! signs the string to sign (`to_sign`), and the signature is written in base64.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html>

mod amz_headers;
mod authorization;
mod checks;
mod date;
pub mod form;
mod instructions;
mod plan;
mod policy;
mod presigned;
mod resource;
mod signer;
mod to_sign;

use super::v4::write_form;
use super::{Claim, ClaimError, Input, Memo, Placement, Scheme, Worked};
use crate::request::{Request, Span};
use crate::scheme::checks::{Found, Presented};
use crate::scheme::sign::Instructions;
use crate::signature::check::CheckId;
use crate::signature::{Agreement, mac, name};
use crate::trace::{Origin, Rule, StageKind, Texts, Trace, Traced};
use form::Form;
use plan::Plan;
use resource::Bucket;

/// The scheme.
pub struct V2;

impl Scheme for V2 {
    fn name(&self) -> &'static str {
        name::AWS2
    }

    fn names(&self) -> Vec<String> {
        [form::SIGNATURE, form::VERSION].map(str::to_owned).into()
    }

    fn direct(&self, request: &Request) -> Option<mac::Signing> {
        signer::signing(Form::of(request)?, request)
    }

    fn claim(&self, request: &Request) -> Option<Result<Claim, ClaimError>> {
        Some(match Form::of(request)? {
            Form::Header => authorization::read(request)?,
            Form::Presigned => presigned::read_url(request),
            Form::Api(fields) => presigned::read_fields(request, fields),
            Form::Policy => Ok(policy::read(request)?),
        })
    }

    fn work<'a>(&'static self, input: Input<'a>, _: &mut Memo, trace: &mut Trace) -> Worked<'a> {
        let plan = Plan::of(input);
        write(input, &plan, trace);
        let agreement = Agreement::of(trace.signature(), input.received);
        Worked::by_basis(plan.basis(), agreement)
    }

    fn check(&self, id: CheckId, presented: &Presented<'_>, claim: &Claim) -> Option<Found> {
        checks::check(id, presented, claim)
    }

    fn check_date(&self, presented: &Presented<'_>) -> Found {
        checks::dated(presented, date::of_headers(presented.request), Form::Header)
    }

    fn instructions(&'static self, input: Input<'_>, access_key_id: &str, signature: &[u8]) -> Instructions {
        instructions::instructions(input.request, access_key_id, signature)
    }

    fn strip(&self, request: &mut Request) {
        instructions::strip(request);
    }
}

/// Writes the string to sign, and with a key the signature.
fn write(input: Input<'_>, plan: &Plan, trace: &mut Trace) {
    const TO_SIGN: (StageKind, &str) = (StageKind::StringToSign, "string to sign");
    let Input { request, situation, .. } = input;
    let signing = signer::signing(plan.form, request);
    let sign = |text: &[u8]| Some(signing?.sign(situation.credentials.as_ref()?.secret.expose(), text));
    let mut texts = Texts::of(trace);
    match plan.form {
        Form::Header | Form::Presigned => {
            write_s3(texts.next(TO_SIGN.0, TO_SIGN.1), input, plan, sign);
        }
        Form::Api(fields) => {
            to_sign::write_api(texts.next(TO_SIGN.0, TO_SIGN.1), request, plan, fields);
        }
        Form::Policy => plan.policy.into_iter().for_each(|policy| write_form(&mut texts, request, policy)),
    }
    let Some(signature) = sign(texts.last()) else { return texts.end() };
    let out = texts.next(StageKind::Signature, "signature");
    let origin = Origin::Stage(StageKind::StringToSign);
    out.put(origin, Rule::KeyedInBase64.into(), signature.as_bytes());
    texts.end();
}

/// Which part of a host names a bucket is known of Amazon's hosts only. Of others it is the reading under which the signature
/// that stands in the request is right; where none is, the bucket stands in the path.
fn write_s3(out: &mut Traced, input: Input<'_>, plan: &Plan, sign: impl Fn(&[u8]) -> Option<String>) {
    let request = input.request;
    let readings = resource::buckets(request);
    let received = match (input.claim, readings.as_slice()) {
        (Some(claim), [_, _, ..]) => Some(claim.text(request, claim.signature)),
        (Some(_) | None, _) => None,
    };
    let mut fits = |bucket: &&Bucket| {
        out.clear();
        to_sign::write_s3(out, request, plan, bucket);
        let signature = sign(out.bytes());
        let signature = signature.as_ref().map(|signature| signature.as_bytes());
        Agreement::of(signature, received.as_deref()).holds() == Some(true)
    };
    let fitting = received.as_ref().and_then(|_| readings.iter().find(|bucket| fits(bucket)));
    let chosen = fitting.or(readings.first()).copied().unwrap_or_default();
    out.clear();
    to_sign::write_s3(out, request, plan, &chosen);
}

/// A claim of this version: it has no scope and no list of headers, and what a placement has besides is put in there.
fn claim_of(placement: Placement, algorithm: Span, access_key_id: Span, signature: Span) -> Claim {
    Claim {
        placement,
        algorithm,
        access_key_id: Some(access_key_id),
        scope: None,
        signed_headers: Vec::new(),
        signature,
        date: None,
        expires: None,
        region_set: None,
        policy: None,
    }
}

#[cfg(test)]
mod tests;
