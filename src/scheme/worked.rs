//! What a scheme makes of a request: the one answer that everything else is fed by.

use super::{Claim, Dialect, Placement, Term, Terms};
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
    /// What the signature rests on, as far as every scheme has it.
    pub basis: Basis,
    /// What Version 4's engine signed by, in a scheme of its family.
    pub terms: Option<Terms<'a>>,
    /// Whether the received signature is right.
    pub agreement: Agreement,
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
