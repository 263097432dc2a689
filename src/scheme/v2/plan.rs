//! The terms of a claim, in the shape that Version 4 gave them: what this version lacks is empty.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::date;
use super::form::Form;
use crate::canon::headers::{SignedHeaders, select};
use crate::canon::payload::Payload;
use crate::request::{Request, Span};
use crate::scheme::sign::Situation;
use crate::scheme::{Claim, Dialect, Family, Placement, Scope, Term, Terms};
use crate::service::{self, Service};
use crate::trace::{Given, Origin, Rule};

pub(super) fn terms<'a>(
    family: &'static Family,
    request: &'a Request,
    claim: Option<&Claim>,
    situation: &'a Situation,
) -> Terms<'a> {
    let form = Form::of(request).unwrap_or_default();
    let placement = form.placement();
    let term = |span| claimed(request, placement, span);
    let nothing = Term::new(b"", Origin::Scheme);
    let service = service_of(form, request, situation);
    let own = || date::of_headers(request).filter(|_| form == Form::Header);
    let date = claim.map_or_else(own, |claim| claim.date);
    let rules = service::of_name(&service.text);
    Terms {
        family,
        rules,
        placement,
        dialect: dialect(situation, rules),
        // Nothing that is signed holds it.
        access_key_id: None,
        timestamp: date.map_or_else(|| nothing.clone(), |date| term(date.span)),
        scope: Scope { date: nothing.clone(), region: None, service, terminator: nothing },
        signed: signed(form, request),
        // The body takes no part.
        payload: Payload::Text(Cow::Borrowed(b""), Origin::Scheme),
        added: Default::default(),
        pairs: Vec::new(),
        policy: claim.and_then(|claim| claim.policy),
        endpoint: OnceLock::new(),
    }
}

/// A text of the claim, escapes decoded where it stands among the parameters.
fn claimed(request: &Request, placement: Placement, span: Span) -> Term {
    let term = Term::new(&placement.text(request, span), Origin::Request(span));
    match term.text.len() == span.range().len() {
        true => term,
        false => term.by(Rule::PercentDecoded),
    }
}

fn service_of(form: Form, request: &Request, situation: &Situation) -> Term {
    let origin = Origin::Given(Given::Service);
    let service = match form {
        Form::Header | Form::Presigned | Form::Policy => Some("s3".into()),
        Form::Api(_) => {
            let of_host = || service::of_host(request.host().unwrap_or_default()).service;
            situation.settings.service.clone().or_else(of_host)
        }
    };
    Term::new(service.unwrap_or_default().as_bytes(), origin)
}

fn dialect(situation: &Situation, rules: &Service) -> Dialect {
    let (settings, of_service) = (&situation.settings, rules.dialect());
    Dialect {
        plus: settings.plus.unwrap_or(of_service.plus),
        host_port: settings.host_port.unwrap_or(of_service.host_port),
        ..of_service
    }
}

/// The headers that are signed with their names; those that have a line of their own are not among them.
fn signed(form: Form, request: &Request) -> SignedHeaders<'_> {
    match form {
        Form::Header | Form::Presigned => {
            let mut signed = select::planned(request, &[], |name| super::amz_headers::is_signed(form, name));
            // A host that stands in the target alone is no header of this scheme.
            signed.entries.retain(|entry| entry.name != b"host");
            signed
        }
        Form::Api(_) | Form::Policy => SignedHeaders::default(),
    }
}
