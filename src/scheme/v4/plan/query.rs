//! The query parameters of a presigned URL that is planned, and those of a claim that a setting overrules.

use super::Plan;
use crate::scheme::names::List;
use crate::scheme::v4::presigned::Parameter;
use crate::scheme::{AddedPair, Term, Terms};
use crate::service;
use crate::trace::{Given, Origin};

/// For how long a presigned URL is good unless a setting says otherwise, in seconds: an hour, as most SDKs have it.
const EXPIRES: u32 = 3600;

impl Plan<'_, '_> {
    /// The query parameters that signing adds or sets anew; of a claim only those that a setting overrules.
    pub(super) fn pairs(&self, terms: &Terms<'_>) -> Vec<AddedPair> {
        let (family, settings) = (self.family, self.settings());
        let mut pairs = Vec::new();
        let mut add = |parameter: Parameter, value: Vec<Term>| {
            pairs.push(AddedPair { name: parameter.name(family), value });
        };
        let anew = self.claim.is_none();
        let fixed = |text: &str| vec![Term::new(text.as_bytes(), Origin::Scheme)];
        if anew {
            add(Parameter::Algorithm, fixed(family.algorithm));
        }
        let rescoped = settings.region.is_some() || settings.service.is_some() || settings.time.is_some();
        if anew || rescoped || settings.access_key_id.is_some() {
            add(Parameter::Credential, credential(terms));
        }
        if anew || settings.time.is_some() {
            add(Parameter::Date, vec![terms.timestamp.clone()]);
        }
        if anew || settings.expires.is_some() {
            let seconds = settings.expires.unwrap_or(EXPIRES);
            add(
                Parameter::Expires,
                vec![Term::new(seconds.to_string().as_bytes(), Origin::Given(Given::Expires))],
            );
        }
        if family.region_set_header.is_some()
            && let Some(set) = self.new_region_set(Parameter::RegionSet.find(self.request, family))
        {
            add(Parameter::RegionSet, vec![set]);
        }
        let signed = terms.signed_headers();
        if anew && (family.syntax.listing == List::Required || !signed.is_empty()) {
            add(Parameter::SignedHeaders, fixed(&signed));
        }
        if let (true, Some(token)) = (anew, self.own_token()) {
            let term = Term::new(token, Origin::Given(Given::SessionToken));
            let name = service::token_header(family.token_header, terms.rules, self.request);
            pairs.push(AddedPair { name: name.to_owned(), value: vec![term] });
        }
        pairs
    }

    /// The field of a form that carries the session token, where the keys have one and it is not signed yet.
    pub(super) fn token(&self) -> Option<AddedPair> {
        let token = self.own_token().filter(|_| self.claim.is_none())?;
        let value = vec![Term::new(token, Origin::Given(Given::SessionToken))];
        Some(AddedPair { name: Parameter::SecurityToken.field(self.family), value })
    }
}

/// Key id and scope, each part with its origin.
fn credential(terms: &Terms<'_>) -> Vec<Term> {
    let mut value: Vec<Term> = terms.access_key_id.iter().cloned().collect();
    for part in terms.scope.parts() {
        value.extend([Term::new(b"/", Origin::Scheme), part.clone()]);
    }
    value
}
