//! What a scheme makes of a request: the one answer that everything else is fed by.

use super::{Claim, Dialect, Placement, Scope, Term, Terms};
use crate::request::Request;
use crate::scheme::sign::Situation;
use crate::service::Service;
use crate::signature::Agreement;

/// What a scheme works on.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The request.
    pub request: &'a Request,
    /// What it presents; `None` for one that is still to be signed.
    pub claim: Option<&'a Claim>,
    /// Keys, clock and settings.
    pub situation: &'a Situation,
    /// The signature that was received.
    pub received: Option<&'a [u8]>,
}

/// What came of it. The stages stand in the trace that was handed over.
pub struct Worked<'a> {
    plan: Plan<'a>,
    /// Whether the received signature is right.
    pub agreement: Agreement,
}

/// What a scheme signed by. Version 4's terms hold the whole basis, and become one only when they are needed no more: copies of
/// their texts would cost a tenth of the trace.
#[expect(clippy::large_enum_variant, reason = "it is made once a keystroke, and never stored")]
enum Plan<'a> {
    Terms(Terms<'a>),
    Basis(Basis),
}

/// What a signature rests on, as far as every scheme has it.
#[derive(Clone, Debug)]
pub struct Basis {
    /// Where the signature stands.
    pub placement: Placement,
    /// The rules of the service that verifies.
    pub rules: &'static Service,
    /// The reading of the rules.
    pub dialect: Dialect,
    /// The date and time that are signed.
    pub timestamp: Option<Term>,
    /// The region, where the scheme signs one.
    pub region: Option<Term>,
    /// The service, where it is known.
    pub service: Option<Term>,
    /// Whether the hash of the body, which is signed, is still being computed elsewhere.
    pub is_pending: bool,
}

impl<'a> Worked<'a> {
    /// What Version 4's engine made, in a scheme of its family.
    pub(crate) fn by_terms(terms: Terms<'a>, agreement: Agreement) -> Self {
        Self { plan: Plan::Terms(terms), agreement }
    }

    /// What any other scheme made.
    pub(crate) fn by_basis(basis: Basis, agreement: Agreement) -> Self {
        Self { plan: Plan::Basis(basis), agreement }
    }

    /// What Version 4's engine signed by, in a scheme of its family.
    pub fn terms(&self) -> Option<&Terms<'a>> {
        match &self.plan {
            Plan::Terms(terms) => Some(terms),
            Plan::Basis(_) => None,
        }
    }

    /// Where the signature stands.
    pub fn placement(&self) -> Placement {
        match &self.plan {
            Plan::Terms(terms) => terms.placement,
            Plan::Basis(basis) => basis.placement,
        }
    }

    /// The rules of the service that verifies.
    pub fn rules(&self) -> &'static Service {
        match &self.plan {
            Plan::Terms(terms) => terms.rules,
            Plan::Basis(basis) => basis.rules,
        }
    }

    /// The reading of the rules.
    pub fn dialect(&self) -> &Dialect {
        match &self.plan {
            Plan::Terms(terms) => &terms.dialect,
            Plan::Basis(basis) => &basis.dialect,
        }
    }

    /// The service, where it is known.
    pub fn service(&self) -> Option<&Term> {
        match &self.plan {
            Plan::Terms(terms) => Some(&terms.scope.service),
            Plan::Basis(basis) => basis.service.as_ref(),
        }
    }

    /// Whether the hash of the body, which is signed, is still being computed elsewhere.
    pub fn is_pending(&self) -> bool {
        match &self.plan {
            Plan::Terms(terms) => terms.is_pending(),
            Plan::Basis(basis) => basis.is_pending,
        }
    }

    /// What the signature rests on, as far as every scheme has it.
    pub fn into_basis(self) -> Basis {
        let terms = match self.plan {
            Plan::Terms(terms) => terms,
            Plan::Basis(basis) => return basis,
        };
        let is_pending = terms.is_pending();
        let Terms { placement, rules, dialect, timestamp, scope: Scope { region, service, .. }, .. } = terms;
        Basis {
            placement,
            rules,
            dialect,
            timestamp: Some(timestamp),
            region,
            service: Some(service),
            is_pending,
        }
    }
}
