//! Signing schemes: how each reads a claim, plans a signature and writes its trace.
//!
//! Schemes that share Signature Version 4's engine are rows of names ([`Family`]); what services and SDKs disagree on is
//! data ([`Dialect`]), each point an enum of named values. [`all`] drives detection, help and documentation.

pub mod checks;
pub mod chunks;
mod family;
pub mod foreign;
pub mod layout;
mod made;
mod marks;
pub mod names;
pub mod recipe;
pub mod sign;
mod table;
pub mod terms;
pub mod v2;
pub mod v4;
mod worked;

use std::sync::Arc;

use crate::request::Request;
use crate::scheme::checks::{Found, Presented};
use crate::scheme::chunks::walk::Walked;
use crate::scheme::sign::{Instructions, Situation};
use crate::service;
use crate::settings::Settings;
use crate::signature::check::CheckId;
use crate::signature::mac;
use crate::trace::Trace;

pub use crate::canon::reading::{
    Dialect, EncodePath, HeaderCase, HeaderSpace, HostPort, NormalizePath, PathEnd, Plus, QueryForm,
    SessionToken,
};
pub use crate::canon::term::{Added, AddedPair, Term};
pub use crate::signature::claim;
pub use crate::signature::{Claim, ClaimError, ClaimScope, Placement};
pub use family::{Family, PathBegins, ScopeEnd, Signing};
pub use layout::Layout;
pub use made::of_words;
pub use names::{HeaderSyntax, Parameters, Payloads, Signs};
pub use recipe::Recipe;
pub use recipe::rows;
pub use table::{
    ACS3, AWS2, AWS4, AWS4A, EMS, GOOG4, GOOG4_RSA, HUAWEI, JDCLOUD2, JDCLOUD3, OSS4, OWN, PLANNED, TC3,
    TOS4, VOLCENGINE,
};
pub use terms::{Scope, Terms};
pub use worked::{Basis, Input, Worked};

/// A way of signing requests.
pub trait Scheme: Sync {
    /// The name that stands in the request, `AWS4-HMAC-SHA256`, or that its maker gave it.
    fn name(&self) -> &'static str;

    /// The names that a member of Version 4's family uses.
    fn family(&self) -> Option<&'static Family> {
        None
    }

    /// The row of a scheme that is described, not programmed.
    fn recipe(&self) -> Option<&Recipe> {
        None
    }

    /// The names of headers and query parameters by one of which a request shows that this scheme signed it, beside `Authorization` and the
    /// fields of a form.
    fn names(&self) -> Vec<String>;

    /// How the text of `request` is signed, in a scheme that signs it under the secret itself.
    fn direct(&self, _request: &Request) -> Option<mac::Signing> {
        None
    }

    /// What the request presents under this scheme; `None` when it presents nothing of the kind.
    ///
    /// # Errors
    ///
    /// When the request names this scheme but its claim cannot be read.
    fn claim(&self, request: &Request) -> Option<Result<Claim, ClaimError>>;

    /// The signature that the request presents, without what its place adds to it.
    fn received(&self, request: &Request, claim: &Claim) -> Vec<u8> {
        claim.text(request, claim.signature).into_owned()
    }

    /// Signs or checks the request, as its claim says, completed and overruled by the situation. Every stage that can be made is
    /// written to `trace`; key chain and signature need a key.
    fn work<'a>(&'static self, input: Input<'a>, memo: &mut Memo, trace: &mut Trace) -> Worked<'a>;

    /// The terms that a member of Version 4's family works by: those of the claim, completed and overruled by the situation.
    fn terms<'a>(
        &'static self,
        _request: &'a Request,
        _claim: Option<&Claim>,
        _situation: &'a Situation,
    ) -> Option<Terms<'a>> {
        None
    }

    /// Whether a server of this scheme makes such a check at all.
    fn makes(&self, _id: CheckId) -> bool {
        true
    }

    /// Makes one of the checks that a server makes of a claim; `None` where the scheme has nothing of the kind.
    fn check(&self, id: CheckId, presented: &Presented<'_>, claim: &Claim) -> Option<Found>;

    /// Whether the date is right of a request whose claim cannot be read.
    fn check_date(&self, presented: &Presented<'_>) -> Found;

    /// What makes a signature that was computed from `input` stand in the request.
    fn instructions(&'static self, input: Input<'_>, access_key_id: &str, signature: &[u8]) -> Instructions;

    /// Takes everything but the `Authorization` header off the request that makes it one of this scheme.
    fn strip(&self, request: &mut Request);
}

/// What is kept from one trace to the next, because it changes rarely and costs much.
#[derive(Default)]
pub struct Memo {
    pub(crate) keys: Option<v4::key::KeyChain>,
    pub(crate) pair: Option<v4::signer::KeptPair>,
    pub(crate) rsa: Option<v4::rsa::KeptRsa>,
    pub(crate) target: v4::canonical::CanonicalTarget,
    pub(crate) walked: Option<(chunks::stream::Key, Arc<Walked>)>,
}

impl Memo {
    /// Forgets everything but the memory it stood in.
    pub fn forget(&mut self) {
        self.keys = None;
        self.pair = None;
        self.rsa = None;
        self.walked = None;
        self.target.forget();
    }

    /// Forgets the signatures of a body, which may be many.
    pub fn forget_walk(&mut self) {
        self.walked = None;
    }
}

/// Every scheme: those that are programmed, then those that are described.
pub fn all() -> impl Iterator<Item = &'static dyn Scheme> {
    OWN.iter().copied().chain(rows::all().map(|row| row as &dyn Scheme))
}

/// The scheme of this name.
pub fn named(name: &str) -> Option<&'static dyn Scheme> {
    let own = all().find(|scheme| scheme.name() == name);
    own.or_else(|| made::named(name).map(|made| made as &dyn Scheme))
}

/// The scheme that a request without a claim is to be signed with: the one that was set, else the one its host asks for.
pub fn planned(request: &Request, settings: &Settings) -> &'static dyn Scheme {
    if let Some(scheme) = settings.scheme.and_then(named) {
        return scheme;
    }
    let endpoint = service::of_host(request.host().unwrap_or_default());
    match endpoint.scheme.and_then(named) {
        Some(scheme) => scheme,
        None if endpoint.region_set.is_some() => &AWS4A,
        None => &AWS4,
    }
}

/// The claim of the scheme that was asked for, where the request has one; else the first.
pub fn claim_for(
    request: &Request,
    settings: &Settings,
) -> Option<(&'static dyn Scheme, Result<Claim, ClaimError>)> {
    let wanted = settings.scheme.and_then(named).and_then(|scheme| Some((scheme, scheme.claim(request)?)));
    wanted.or_else(|| claim(request))
}

/// The scheme that signed the request, else the one to sign it with.
pub fn of(request: &Request, settings: &Settings) -> &'static dyn Scheme {
    claim_for(request, settings).map_or_else(|| planned(request, settings), |(scheme, _)| scheme)
}

/// Takes the signature off `request`, whichever scheme made it.
pub fn strip(request: &mut Request) {
    let found = claim(request).map(|(scheme, _)| scheme);
    OWN.iter()
        .copied()
        .chain(found.filter(|scheme| scheme.recipe().is_some()))
        .for_each(|scheme| scheme.strip(request));
    made::all().into_iter().for_each(|scheme| scheme.strip(request));
    request.headers.retain(|header| !header.is(b"authorization"));
}

/// The first claim that a scheme recognises in `request`, and the scheme; or why none does, though an algorithm is named.
pub fn claim(request: &Request) -> Option<(&'static dyn Scheme, Result<Claim, ClaimError>)> {
    if !marks::may_stand_in(request) {
        return None;
    }
    let own = OWN.iter().find_map(|scheme| Some((*scheme, scheme.claim(request)?)));
    // Parameters of Version 2 have names that others use as well.
    let is_doubtful = matches!(&own, Some((scheme, Err(_))) if scheme.name() == AWS2.name());
    let described = if own.is_none() || is_doubtful { rows::claim(request) } else { None };
    let own = own.filter(|_| !matches!(&described, Some((_, Ok(_)))));
    own.or(described).or_else(|| made::claim(request)).or_else(|| Some((OWN[0], Err(v4::unread(request)?))))
}

/// The scheme whose algorithm is the first line of this string to sign.
pub fn of_string_to_sign(text: &[u8]) -> Option<&'static dyn Scheme> {
    let first = text.split(|byte| *byte == b'\n').next()?;
    let own = PLANNED.iter().copied().find(|scheme| scheme.name().as_bytes() == first);
    own.or_else(|| {
        let made = made::of_algorithm(std::str::from_utf8(first).ok()?)?;
        Some(made as &dyn Scheme)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Header;

    #[test]
    fn a_host_that_spans_regions_is_planned_for_sigv4a_unless_another_scheme_was_set() {
        let to = |host: &str| Request { headers: vec![Header::new("Host", host)], ..Request::default() };
        let own = Settings::default();
        let spanning = to("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com");
        assert_eq!(planned(&spanning, &own).name(), "AWS4-ECDSA-P256-SHA256");
        assert_eq!(planned(&to("iam.amazonaws.com"), &own).name(), "AWS4-HMAC-SHA256");
        let set = Settings { scheme: Some("AWS4-HMAC-SHA256"), ..Settings::default() };
        assert_eq!(planned(&spanning, &set).name(), "AWS4-HMAC-SHA256");
    }

    #[test]
    fn a_string_to_sign_names_its_scheme_in_its_first_line() {
        for name in ["AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "GOOG4-HMAC-SHA256"] {
            let text = format!("{name}\n20150830T123600Z\n");
            assert_eq!(of_string_to_sign(text.as_bytes()).map(Scheme::name), Some(name));
        }
        assert!(of_string_to_sign(b"GET\n/\n").is_none());
    }

    #[test]
    fn a_family_is_marked_by_the_begin_of_its_algorithms() {
        let marks = ["AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "GOOG4-HMAC-SHA256"].map(|name| {
            let family = named(name).and_then(|scheme| scheme.family());
            family.map(Family::mark)
        });
        assert_eq!(marks, [Some("AWS4-"), Some("AWS4-"), Some("GOOG4-")]);
    }
}
