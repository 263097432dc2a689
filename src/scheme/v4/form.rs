//! Browser uploads: the claim stands in the fields of a form, and what is signed is the base64 text of its policy.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html>

use super::policy::{Checked, Outcome, Policy, PolicyError, Posted};
use super::presigned::Parameter;
use super::{credential, unknown_algorithm};
use crate::request::form::{self, FormError, READ, Sent, sent};
use crate::request::{Body, Part, Request, Span};
use crate::scheme::claim::{ClaimDate, ClaimErrorKind, ClaimScope};
use crate::scheme::{Claim, ClaimError, Family, Placement};
use crate::time::{DateForm, Timestamp};
use crate::trace::{Given, Origin, Rule, Rules, Traced};

/// The policy of a form, held against its fields.
fn check(sent: &Sent<'_>, policy: &Policy, bucket: Option<&[u8]>) -> Vec<Checked> {
    policy.check(&Posted { bucket, ..Posted::of(&sent.form, &sent.body) })
}

/// Reads the claim in the fields of a form; `None` when there is none or it names another scheme.
pub(super) fn read(request: &Request, family: &Family) -> Option<Result<Claim, ClaimError>> {
    let sent = match sent(request)? {
        Ok(sent) => sent,
        Err(error) => return broken(request, &error).map(Err),
    };
    let algorithm = sent.field(&Parameter::Algorithm.field(family))?;
    (sent.text(algorithm) == family.algorithm.as_bytes()).then(|| claim(request, family, &sent, algorithm))
}

/// What a form that is still to be signed says already.
pub(crate) struct Draft {
    /// The policy.
    pub(crate) policy: Span,
    /// The credential scope, where a field names it.
    pub(crate) scope: Option<ClaimScope>,
    /// The date, where a field names it.
    pub(crate) date: Option<ClaimDate>,
}

/// What is there of a form that carries a policy; `None` for any other request.
pub(crate) fn draft(request: &Request, family: &Family) -> Option<Draft> {
    let sent = sent(request)?.ok()?;
    let policy = sent.field("policy")?;
    let whole = sent.field(&Parameter::Credential.field(family));
    let scope = whole.and_then(|whole| {
        credential::read(request, family, Placement::Form, whole, |_| String::new()).ok()?.1
    });
    let date = sent.field(&Parameter::Date.field(family));
    Some(Draft { policy, scope, date: date.map(|span| read_date(&sent, span)) })
}

fn read_date(sent: &Sent<'_>, span: Span) -> ClaimDate {
    let instant = Timestamp::parse(sent.text(span)).ok().filter(|(_, form)| *form == DateForm::Basic);
    ClaimDate { span, instant }
}

/// The body of a form with these fields: their values in place of those that are there, new fields before all others.
pub(crate) fn with_fields(request: &Request, fields: &[(String, Vec<u8>)]) -> Option<Body> {
    let boundary = form::boundary(request.value(b"content-type")?)?.ok()?;
    let sent = sent(request)?.ok()?;
    let mut body = request.body.clone();
    let mut known: Vec<_> =
        fields.iter().filter_map(|(name, value)| Some((sent.field(name)?, value))).collect();
    // From the last to the first, so that the places before stay what they are.
    known.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    body.edit(|rope| known.iter().for_each(|(span, value)| rope.replace(span.range(), value)));
    let delimiter = [b"--", &boundary[..]].concat();
    let begin = memchr::memmem::find(&sent.body, &delimiter)?;
    let mut parts = Vec::new();
    for (name, value) in fields.iter().filter(|(name, _)| sent.field(name).is_none()) {
        let head = format!("\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        parts.extend([&delimiter[..], head.as_bytes(), value, b"\r\n"].concat());
    }
    body.edit(|rope| rope.insert(begin, &parts));
    Some(body)
}

/// Why no scheme reads a form, though it has a signature of this family.
pub(super) fn unread(request: &Request) -> Option<ClaimError> {
    let sent = sent(request)?.ok()?;
    sent.field("x-amz-signature")?;
    let Some(span) = sent.field("x-amz-algorithm") else { return Some(missing("x-amz-algorithm")) };
    Some(unknown_algorithm(sent.text(span), "the form field x-amz-algorithm".into(), span, None))
}

/// A form that cannot be read is a broken claim where it holds a signature.
fn broken(request: &Request, error: &FormError) -> Option<ClaimError> {
    let body = request.body.slice(0..READ).to_ascii_lowercase();
    memchr::memmem::find(&body, b"x-amz-signature")?;
    let words = error.to_string();
    let (expected, found) = words.split_once(", but found ")?;
    Some(ClaimError {
        kind: ClaimErrorKind::Malformed,
        expected: expected.trim_start_matches("expected ").into(),
        found: found.into(),
        place: "the form".into(),
        span: None,
        aws: Some(
            "MalformedPOSTRequest: The body of your POST request is not well-formed multipart/form-data."
                .into(),
        ),
    })
}

fn claim(request: &Request, family: &Family, sent: &Sent<'_>, algorithm: Span) -> Result<Claim, ClaimError> {
    let find = |name: &str| sent.field(name).ok_or_else(|| missing(name));
    let own = |parameter: Parameter| find(&parameter.field(family));
    let whole = own(Parameter::Credential)?;
    let place = |_| format!("the form field {}", Parameter::Credential.field(family));
    let (access_key_id, scope) = credential::read(request, family, Placement::Form, whole, place)?;
    let date = own(Parameter::Date)?;
    Ok(Claim {
        placement: Placement::Form,
        algorithm,
        access_key_id: Some(access_key_id),
        scope,
        signed_headers: Vec::new(),
        signature: own(Parameter::Signature)?,
        date: Some(read_date(sent, date)),
        expires: None,
        region_set: None,
        policy: Some(find("policy")?),
    })
}

fn missing(name: &str) -> ClaimError {
    ClaimError {
        kind: ClaimErrorKind::Malformed,
        expected: format!("the field `{name}` before the file"),
        found: "none".into(),
        place: "the form".into(),
        span: None,
        aws: Some(format!(
            "InvalidArgument: Bucket POST must contain a field named '{name}'.  If it is specified, please check the \
             order of the fields."
        )),
    }
}

/// The policy of a form and what became of each of its demands.
pub struct Judged {
    /// The policy.
    pub policy: Policy,
    /// Its conditions, then fields that no condition names.
    pub checked: Vec<Checked>,
}

/// Reads the policy that a claim signs, and holds the form against it.
///
/// # Errors
///
/// When the policy cannot be read.
pub fn judge(request: &Request, claim: &Claim) -> Option<Result<Judged, PolicyError>> {
    let sent = sent(request)?.ok()?;
    let text = sent.text(claim.policy?);
    Some(Policy::read(text).map(|policy| {
        let checked = check(&sent, &policy, bucket(request).as_deref());
        Judged { policy, checked }
    }))
}

/// The bucket: the first part of the path, else the labels of the host before `s3`.
fn bucket(request: &Request) -> Option<Vec<u8>> {
    let target = request.target();
    let path = &request.target[target.path];
    let first = path.split(|b| *b == b'/').find(|part| !part.is_empty());
    if let Some(first) = first {
        return Some(percent_encoding::percent_decode(first).collect());
    }
    let host = request.host()?;
    let at = memchr::memmem::find(host, b".s3")?;
    Some(host[..at].to_ascii_lowercase())
}

/// Writes what the policy demands, with a mark for each condition, and then its text.
pub(super) fn write_policy(out: &mut Traced, request: &Request, policy: Span) {
    let Some(Ok(sent)) = sent(request) else { return };
    let Ok(read) = Policy::read(sent.text(policy)) else { return };
    let fields = sent.form.before_file(&sent.body);
    let mut demands = check(&sent, &read, bucket(request).as_deref());
    // What the form does not meet is what a user looks for.
    demands.sort_by_key(|checked| !matches!(checked.outcome, Outcome::Fails { .. }));
    for checked in demands {
        let mark: &[u8] = match checked.outcome {
            Outcome::Holds => "✓ ".as_bytes(),
            Outcome::Fails { .. } => "✗ ".as_bytes(),
            Outcome::Unknown { .. } => "? ".as_bytes(),
        };
        out.fixed(mark);
        let field = checked.field.and_then(|index| fields.get(index));
        let origin = field.map_or(Origin::Request(policy), |field| {
            Origin::Request(Span::new(Part::Body, field.value.clone()))
        });
        out.put(origin, Rules::NONE, checked.condition.as_bytes());
        if let Outcome::Fails { found } = &checked.outcome {
            out.fixed(format!(", but found {found}").as_bytes());
        }
        out.fixed(b"\n");
    }
    out.fixed(b"\n");
    write_json(out, &read.json, policy);
}

/// The decoded text; a session token in it is a piece of its own, so that it can be hidden.
fn write_json(out: &mut Traced, json: &str, policy: Span) {
    let (origin, rules) = (Origin::Request(policy), Rules::from(Rule::Base64Decoded));
    let mut rest = json;
    while let Some((start, end)) = token(rest) {
        out.put(origin, rules, &rest.as_bytes()[..start]);
        out.put(Origin::Given(Given::SessionToken), rules, &rest.as_bytes()[start..end]);
        rest = &rest[end..];
    }
    out.put(origin, rules, rest.as_bytes());
}

/// Where the value of a token stands in a policy.
fn token(json: &str) -> Option<(usize, usize)> {
    const NAME: &str = "x-amz-security-token";
    let after = json.to_ascii_lowercase().find(NAME)? + NAME.len() + 1;
    let start = after + json.get(after..)?.find('"')? + 1;
    Some((start, start + json.get(start..)?.find('"')?))
}
