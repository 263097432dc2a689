//! Signature Version 4 and its relatives: one engine over a row of names.
//!
//! The steps are those of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>: canonical request
//! (`canonical`), string to sign (`to_sign`), signing key ([`key`]), signature. [`authorization`] reads the header
//! that carries them.

pub mod authorization;
pub(crate) mod canonical;
mod checks;
mod credential;
pub mod derive;
pub mod form;
mod instructions;
pub mod key;
mod link;
pub mod plan;
pub mod policy;
pub mod presigned;
pub(crate) mod rsa;
pub mod signer;
pub(crate) mod to_sign;

use super::claim::ClaimErrorKind;
use super::{AWS4, Claim, ClaimError, Family, Input, Memo, PLANNED, Scheme, Signing, Terms, Worked};
use crate::request::{Request, Span};
use crate::scheme::checks::{Found, Presented, message};
use crate::scheme::sign::{Instructions, Situation};
use crate::service::Errors;
use crate::service::wording::Wording;
use crate::signature::check::CheckId;
use crate::signature::{Agreement, Credentials};
use crate::trace::{Origin, Rule, Rules, StageKind, Texts, Trace};
use key::KeyChain;
use presigned::Parameter;
use rsa::RsaKey;
use signer::Signer;

/// A scheme of the family.
pub struct V4(pub &'static Family);

impl Scheme for V4 {
    fn name(&self) -> &'static str {
        self.0.algorithm
    }

    fn family(&self) -> Option<&'static Family> {
        Some(self.0)
    }

    fn names(&self) -> Vec<String> {
        [Parameter::Algorithm, Parameter::Signature].map(|parameter| parameter.name(self.0)).into()
    }

    fn claim(&self, request: &Request) -> Option<Result<Claim, ClaimError>> {
        let readers = [authorization::read, presigned::read, form::read];
        let found = readers.into_iter().find_map(|read| read(request, self.0))?;
        // What AWS answers, others do not.
        Some(found.map_err(|error| match maker(self.0) {
            Some(_) => ClaimError { aws: None, ..error },
            None => error,
        }))
    }

    fn work<'a>(&'static self, input: Input<'a>, memo: &mut Memo, trace: &mut Trace) -> Worked<'a> {
        let Input { request, claim, situation, received } = input;
        let terms = plan::terms(self.0, request, claim, situation);
        self.write(request, &terms, situation, memo, trace);
        let agreement = self.agreement(&terms, situation, memo, trace, received);
        Worked::by_terms(terms, agreement)
    }

    fn terms<'a>(
        &'static self,
        request: &'a Request,
        claim: Option<&Claim>,
        situation: &'a Situation,
    ) -> Option<Terms<'a>> {
        Some(plan::terms(self.0, request, claim, situation))
    }

    fn check(&self, id: CheckId, presented: &Presented<'_>, claim: &Claim) -> Option<Found> {
        let terms = presented.worked.terms()?;
        Some(in_own_words(self.0, id, checks::check(id, presented, terms, claim)))
    }

    fn check_date(&self, presented: &Presented<'_>) -> Found {
        in_own_words(self.0, CheckId::Date, checks::date(presented, self.0, None))
    }

    fn instructions(&'static self, input: Input<'_>, access_key_id: &str, signature: &[u8]) -> Instructions {
        let terms = plan::terms(self.0, input.request, input.claim, input.situation);
        instructions::instructions(&terms, input.request, access_key_id, signature)
    }

    fn strip(&self, request: &mut Request) {
        instructions::strip(request, self.0);
    }
}

impl V4 {
    /// Writes every stage that the terms allow.
    fn write(
        &self,
        request: &Request,
        terms: &Terms<'_>,
        situation: &Situation,
        memo: &mut Memo,
        trace: &mut Trace,
    ) {
        let mut texts = Texts::of(trace);
        match terms.policy {
            Some(policy) => write_form(&mut texts, request, policy),
            None => write_request(&mut texts, request, terms, memo),
        }
        if terms.is_pending() {
            return texts.end();
        }
        match (self.0.signing, &situation.credentials) {
            (Signing::Hmac, Some(key)) => {
                let chain = KeyChain::kept(&mut memo.keys, self.0, &key.secret, &terms.scope);
                let signature = chain.sign(texts.at(1));
                if !self.0.layout.key.is_empty() {
                    chain.write(texts.next(StageKind::KeyChain, "key chain"), terms);
                }
                let out = texts.next(StageKind::Signature, "signature");
                out.put_hex(Origin::Stage(StageKind::StringToSign), Rule::Keyed.into(), &signature);
            }
            (Signing::Hmac, None) => {}
            (Signing::Ecdsa, _) => write_asymmetric(&mut texts, terms, situation, memo),
            (Signing::Rsa, key) => write_rsa(&mut texts, key.as_ref(), memo),
        }
        texts.end();
    }

    /// Whether the signature received is a right one for the string to sign in `trace`.
    fn agreement(
        &self,
        terms: &Terms<'_>,
        situation: &Situation,
        memo: &mut Memo,
        trace: &Trace,
        received: Option<&[u8]>,
    ) -> Agreement {
        match (self.0.signing, received) {
            (_, None) => Agreement::Unknown,
            // The signature stands in the trace: no need to make it once more.
            (Signing::Hmac, Some(received)) => Agreement::of(trace.signature(), Some(received)),
            (Signing::Ecdsa | Signing::Rsa, Some(_)) if trace.string_to_sign().is_empty() => {
                Agreement::Unknown
            }
            (Signing::Ecdsa | Signing::Rsa, Some(received)) => Signer::of(terms, situation, memo)
                .map_or(Agreement::Unknown, |signer| signer.agreement(trace.string_to_sign(), received)),
        }
    }
}

/// The words of the family's maker, where it is not AWS.
fn maker(family: &Family) -> Option<&'static Wording> {
    match family.rules?.errors {
        Errors::Of(words) => Some(words),
        Errors::S3 | Errors::Json | Errors::Query | Errors::Ec2 => None,
    }
}

/// The same with what the family's maker answers in place of what AWS does.
fn in_own_words(family: &Family, id: CheckId, found: Found) -> Found {
    match (maker(family), &found.aws) {
        (Some(words), Some(_)) => {
            let own = message::of_maker(id, words);
            Found { aws: Some(own.into()).filter(|_| !own.is_empty()), ..found }
        }
        (_, _) => found,
    }
}

/// Why no scheme reads a claim, though there is one: the algorithm that it names is not known, or it names none.
pub(super) fn unread(request: &Request) -> Option<ClaimError> {
    let readers = [authorization::unread, presigned::unread, form::unread];
    readers.into_iter().find_map(|read| read(request))
}

fn unknown_algorithm(found: &[u8], place: String, span: Span, aws: Option<String>) -> ClaimError {
    let families = PLANNED.iter().filter_map(|scheme| scheme.family());
    let of_aws = families.filter(|family| family.mark() == AWS4.0.mark());
    let known: Vec<_> = of_aws.map(|family| family.algorithm).collect();
    ClaimError {
        kind: ClaimErrorKind::Algorithm,
        expected: format!("the algorithm {}", known.join(" or ")),
        found: format!("`{}`", String::from_utf8_lossy(found)),
        place,
        span: Some(span),
        aws,
    }
}

/// The derivation of the keys, and one of the many right signatures.
fn write_asymmetric(texts: &mut Texts<'_>, terms: &Terms<'_>, situation: &Situation, memo: &mut Memo) {
    let Some(signer) = Signer::of(terms, situation, memo) else { return };
    signer.write_keys(texts.next(StageKind::KeyChain, "key derivation"), terms);
    if let Some(signature) = signer.sign(texts.at(1)) {
        let out = texts.next(StageKind::Signature, "signature");
        out.put(Origin::Stage(StageKind::StringToSign), Rule::Signed.into(), &signature);
    }
}

/// The signature, where the private half of the key pair is at hand.
fn write_rsa(texts: &mut Texts<'_>, key: Option<&Credentials>, memo: &mut Memo) {
    let key = key.and_then(|key| RsaKey::kept(&mut memo.rsa, key));
    if let Some(signature) = key.and_then(|key| key.sign(texts.at(1))) {
        let out = texts.next(StageKind::Signature, "signature");
        out.put(Origin::Stage(StageKind::StringToSign), Rule::KeyedAsSaid.into(), signature.as_bytes());
    }
}

/// The stages of a request up to its string to sign, which waits for the hash of the body.
fn write_request(texts: &mut Texts<'_>, request: &Request, terms: &Terms<'_>, memo: &mut Memo) {
    let out = texts.next(StageKind::CanonicalRequest, "canonical request");
    canonical::write(out, request, terms, &mut memo.target);
    if !terms.is_pending() {
        let digest = to_sign::digest(texts.last());
        to_sign::write(texts.next(StageKind::StringToSign, "string to sign"), terms, &digest);
    }
}

/// The stages of a form: what its policy demands, and the policy's own text, which is what is signed.
pub(super) fn write_form(texts: &mut Texts<'_>, request: &Request, policy: Span) {
    form::write_policy(texts.next(StageKind::Policy, "policy"), request, policy);
    let out = texts.next(StageKind::StringToSign, "string to sign");
    out.put(Origin::Request(policy), Rules::NONE, &request.slice(policy));
}
