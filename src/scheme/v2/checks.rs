//! What is particular to Signature Version 2; checks that mean the same in every version stay where they are.

use super::form::{Fields, Form, SIGNATURE};
use crate::scheme::checks::{
    Found, Presented, failed, key, message, passed, policy, second_mechanism, service_of, signature, until,
    window,
};
use crate::scheme::claim::ClaimDate;
use crate::scheme::{Claim, Placement, Plus};
use crate::service;
use crate::signature::check::{CheckId, Headline, Outcome};
use crate::signature::name;

/// The check in the way of this version.
pub(super) fn check(id: CheckId, presented: &Presented<'_>, claim: &Claim) -> Option<Found> {
    let form = Form::of(presented.request).unwrap_or_default();
    Some(match id {
        CheckId::Claim => readable(presented, claim),
        CheckId::Algorithm => algorithm(presented, form),
        CheckId::Date => dated(presented, claim.date, form),
        CheckId::Scope => passed("this scheme has no scope"),
        CheckId::SignedHeaders => passed(match form {
            Form::Header => "Content-MD5, Content-Type, the date and every x-amz-* header are signed",
            Form::Presigned => {
                "Content-MD5, Content-Type and every x-amz-* header are signed, whether sent or not"
            }
            Form::Api(_) => "this form signs the host, and no other header",
            Form::Policy => "the policy is signed: a form signs no header",
        }),
        CheckId::Key => key(presented, claim),
        CheckId::Payload => passed(match form {
            Form::Header | Form::Presigned | Form::Api(Fields::Query) => "this version leaves the body out",
            Form::Api(Fields::Body) => "the fields of the body are signed, not its hash",
            Form::Policy => "a form signs its policy, not its body",
        }),
        CheckId::Policy => policy::check(presented, claim),
        CheckId::Signature => signature(presented, claim, || SIGNATURE.into()),
        // No piece of a body is signed.
        CheckId::Framing | CheckId::Chunks | CheckId::Checksum => return None,
    })
}

/// The regions in which S3 takes this version at all: those that were there before 2014.
/// <https://docs.aws.amazon.com/AmazonS3/latest/developerguide/specify-signature-version.html>
const OLD_REGIONS: [&str; 8] = [
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "sa-east-1",
];

fn algorithm(presented: &Presented<'_>, form: Form) -> Found {
    let endpoint = service::of_request(presented.request);
    let is_s3 = endpoint.required_service() == Some("s3") && !matches!(form, Form::Api(_));
    match endpoint.required_region().filter(|region| is_s3 && !OLD_REGIONS.contains(&region.as_str())) {
        None => passed(
            "AWS Signature Version 2, which most regions and services refuse: sign with AWS4-HMAC-SHA256",
        ),
        Some(region) => failed(
            format!("expected {}, which {region} wants, but found AWS Signature Version 2", name::AWS4),
            message::VERSION_2,
        )
        .headed(Headline::RegionTakesVersion4),
    }
}

fn readable(presented: &Presented<'_>, claim: &Claim) -> Found {
    let request = presented.request;
    let in_query = presented.worked.placement() == Placement::Query;
    if !in_query && Form::in_parameters(request).is_some() {
        return failed(
            "expected one signature, but found one in the Authorization header and one in the query",
            message::two_claims(service_of(presented)),
        )
        .headed(Headline::TwoWays);
    }
    let refused = |found: &Found| found.outcome == Outcome::Failed;
    if let Some(found) = second_mechanism(presented, claim).filter(refused) {
        return found;
    }
    if in_query
        && presented.worked.dialect().plus == Plus::Space
        && request.slice(claim.signature).contains(&b'+')
    {
        return failed(
            "expected the + of the signature written %2B, but found it bare: it is read as a space",
            message::mismatch(service_of(presented)),
        )
        .headed(Headline::PlusNotEncoded);
    }
    passed("access key id and signature are there")
}

/// A date of signing is held against the clock as in Version 4; one of ending only has to lie ahead.
pub(super) fn dated(presented: &Presented<'_>, date: Option<ClaimDate>, form: Form) -> Found {
    const NO_DATE: &str = "AccessDenied: AWS authentication requires a valid Date or x-amz-date header";
    if form == Form::Policy {
        return passed("the policy says how long the form is good");
    }
    let Some(date) = date else {
        return failed("expected an x-amz-date or Date header, but found none", NO_DATE)
            .headed(Headline::DateMissing);
    };
    let Some((instant, _)) = date.instant else {
        let text = presented.worked.placement().text(presented.request, date.span);
        let text = String::from_utf8_lossy(&text);
        let (example, aws) = match form {
            Form::Header => ("Tue, 27 Mar 2007 19:36:42 GMT", NO_DATE),
            Form::Presigned => ("1175139620", ""),
            Form::Api(_) | Form::Policy => ("2011-10-03T15:19:30Z", ""),
        };
        return failed(format!("expected a date such as {example}, but found `{text}`"), aws)
            .headed(Headline::DateUnreadable);
    };
    match form.expires(presented.request) {
        true => until(presented, instant, presented.situation.now),
        false => window(presented, instant),
    }
}
