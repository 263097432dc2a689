//! What a signature of this version is made by: the claim, and what the settings say of the reading.

use super::date;
use super::form::Form;
use crate::request::{Request, Span};
use crate::scheme::sign::Situation;
use crate::scheme::{Basis, Claim, Dialect, Input, Placement, Term};
use crate::service::{self, Service};
use crate::trace::{Given, Origin, Rule};

/// What is signed, beside the request itself.
pub(super) struct Plan {
    pub(super) form: Form,
    pub(super) dialect: Dialect,
    /// `Date`, `Timestamp` or `Expires`, whichever the form signs.
    pub(super) timestamp: Option<Term>,
    /// The policy of a form, which is signed in place of the request.
    pub(super) policy: Option<Span>,
    service: Option<Term>,
    rules: &'static Service,
}

impl Plan {
    pub(super) fn of(input: Input<'_>) -> Self {
        let Input { request, claim, situation, .. } = input;
        let form = Form::of(request).unwrap_or_default();
        let own = || date::of_headers(request).filter(|_| form == Form::Header);
        let date = claim.map_or_else(own, |claim| claim.date);
        let service = service_of(form, request, situation);
        let rules = service::of_name(service.as_ref().map_or(&b""[..], |service| &service.text));
        Self {
            form,
            dialect: dialect(situation, rules),
            timestamp: date.map(|date| claimed(request, form.placement(), date.span)),
            policy: claim.and_then(|claim: &Claim| claim.policy),
            service,
            rules,
        }
    }

    /// What other parts of the program ask of any scheme.
    pub(super) fn basis(self) -> Basis {
        Basis {
            placement: self.form.placement(),
            rules: self.rules,
            dialect: self.dialect,
            timestamp: self.timestamp,
            region: None,
            service: self.service,
            // The body takes no part.
            is_pending: false,
        }
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

fn service_of(form: Form, request: &Request, situation: &Situation) -> Option<Term> {
    let service = match form {
        Form::Header | Form::Presigned | Form::Policy => Some("s3".into()),
        Form::Api(_) => {
            let of_host = || service::of_host(request.host().unwrap_or_default()).service;
            situation.settings.service.clone().or_else(of_host)
        }
    };
    service.map(|service| Term::new(service.as_bytes(), Origin::Given(Given::Service)))
}

fn dialect(situation: &Situation, rules: &Service) -> Dialect {
    let (settings, of_service) = (&situation.settings, rules.dialect());
    Dialect {
        plus: settings.plus.unwrap_or(of_service.plus),
        host_port: settings.host_port.unwrap_or(of_service.host_port),
        ..of_service
    }
}
