//! Schemes that are described, not programmed: rows of one notation, and one engine for all of them.
//!
//! A row says where a request carries its values ([`pattern`]), how the signed text is put together ([`template`]), under which key and
//! by which algorithm it is signed, and what a receiver looks at besides. Everything that a scheme answers follows: claim, trace, checks,
//! signing, and what the diagnosis can vary. [`notation`] reads rows; [`rows`] holds those that come with the program.

pub mod capture;
mod check;
mod claim;
mod components;
pub mod condition;
pub mod evaluate;
pub mod json;
pub mod notation;
pub mod pattern;
pub mod pipe;
mod plan;
pub(crate) mod public;
pub mod rows;
pub mod source;
pub mod template;
pub mod text;
pub mod time;
pub(crate) mod write;

use super::claim::ClaimError;
use super::sign::Instructions;
use super::{Basis, Claim, Input, Memo, Scheme, Worked};
use crate::request::Request;
use crate::scheme::checks::{Found, Presented};
use crate::signature::algorithm::Algorithm;
use crate::signature::check::CheckId;
use crate::signature::mac::Encoding;
use crate::trace::Trace;

use condition::Condition;
use pattern::Pattern;
use template::Template;
use time::Time;

/// A scheme as its row describes it.
#[derive(Debug)]
pub struct Recipe {
    /// What it is called in options and output.
    pub id: &'static str,
    /// Whose it is: `Stripe webhook`.
    pub title: &'static str,
    /// Where its rules stand.
    pub link: &'static str,
    /// How well it is known.
    pub known: Known,
    /// What else to know.
    pub note: Option<String>,
    /// Who signs.
    pub direction: Direction,
    /// The names of captured values.
    pub names: Vec<String>,
    /// Where the request carries them.
    pub patterns: Vec<Pattern>,
    /// What must hold of a request beside its patterns.
    pub require: Vec<Condition>,
    /// The value that names the key.
    pub key_id: Option<usize>,
    /// The value that no two requests share.
    pub nonce: Option<usize>,
    /// What stands between several signatures, one of which must be right.
    pub several: Option<String>,
    /// The time of signing.
    pub time: Option<Time>,
    /// The time at which the signature ends.
    pub expires: Option<Time>,
    /// Texts that are made before the message, with their names.
    pub texts: Vec<(&'static str, Vec<Under<Template>>)>,
    /// What is signed: the first whose conditions hold, and those of the same conditions besides.
    pub messages: Vec<Under<Template>>,
    /// What it is signed under: any of them.
    pub keys: Vec<Template>,
    /// What the key goes through: an HMAC of each.
    pub chain: Vec<Template>,
    /// How a link of the chain is written into the next; as bytes where nothing is said.
    pub chain_encoding: Option<Encoding>,
    /// How it is signed: the first whose conditions hold.
    pub algorithms: Vec<Under<Algorithm>>,
    /// How the signature is written.
    pub encoding: Encoding,
    /// Digests that the request states, and a receiver checks.
    pub digests: Vec<Stated>,
}

/// Something that holds under conditions.
#[derive(Debug)]
pub struct Under<T> {
    /// All of them must hold.
    pub when: Vec<Condition>,
    /// What holds then.
    pub what: T,
}

/// A digest that a request states.
#[derive(Debug)]
pub struct Stated {
    /// What is stated.
    pub stated: Template,
    /// What it must be.
    pub text: Template,
    /// When it is looked at.
    pub when: Vec<Condition>,
}

/// How well a row is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Known {
    /// Requests of the vendor's own library were verified by it.
    Recorded,
    /// A number that the vendor published was computed by it.
    Published,
    /// The vendor's pages, or its own code, were read.
    Documented,
    /// A directory of others was read.
    Reported,
    /// Nobody has held it against the vendor.
    Unchecked,
}

impl Known {
    /// What may stand for one.
    pub const EXPECTED: &str = "recorded, published, documented, reported or unchecked";

    /// All of them, the best first.
    pub const ALL: [Self; 5] =
        [Self::Recorded, Self::Published, Self::Documented, Self::Reported, Self::Unchecked];

    /// Its name in rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Published => "published",
            Self::Documented => "documented",
            Self::Reported => "reported",
            Self::Unchecked => "unchecked",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// What a user should know of it; nothing where it can be relied on.
    pub fn warning(self) -> Option<&'static str> {
        match self {
            Self::Recorded | Self::Published | Self::Documented => None,
            Self::Reported => Some(
                "Where the signature stands is reported by others; what is signed was not checked with the vendor.",
            ),
            Self::Unchecked => Some("This scheme was not checked with the vendor."),
        }
    }
}

/// Who signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// A service, which delivers to a receiver of the user.
    Webhook,
    /// A client of the user, which calls a service.
    Request,
}

impl Direction {
    /// What may stand for one.
    pub const EXPECTED: &str = "webhook or request";

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "webhook" => Some(Self::Webhook),
            "request" => Some(Self::Request),
            _ => None,
        }
    }

    /// Its name in rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Request => "request",
        }
    }
}

impl Recipe {
    /// The place of the signature among the names.
    pub fn signature(&self) -> usize {
        self.place("signature").unwrap_or_default()
    }

    /// The place of a name.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// Whether the key is the secret as it is, without any step.
    pub(crate) fn signs_under_the_secret(&self) -> bool {
        let is_plain = |template: &Template| match &template.nodes[..] {
            [template::Node::Hole(hole)] => {
                hole.pipes.is_empty() && hole.source == source::Source::Field(source::SECRET.into())
            }
            _ => false,
        };
        self.chain.is_empty() && self.keys.first().is_some_and(is_plain)
    }

    /// Whether what is signed depends on the scheme of the URL.
    pub(crate) fn speaks_of_url(&self) -> bool {
        let is_of_url = |template: &Template| {
            template.holes().iter().any(|hole| {
                matches!(
                    hole.source,
                    source::Source::Url
                        | source::Source::UrlBase
                        | source::Source::UriScheme
                        | source::Source::Port
                )
            })
        };
        let texts = self.texts.iter().flat_map(|(_, choices)| choices);
        self.messages.iter().chain(texts).any(|under| is_of_url(&under.what))
    }

    /// How much it asks of a request: of several rows that fit, the one that asks for most is meant.
    pub(crate) fn asks(&self) -> usize {
        let literal =
            |pattern: &Pattern| usize::from(pattern.text.len() > 2 && !pattern.text.starts_with('{'));
        2 * (self.patterns.len() + self.require.len()) + self.patterns.iter().map(literal).sum::<usize>()
    }

    /// The pattern that holds a value.
    pub fn pattern_of(&self, value: usize) -> Option<&Pattern> {
        self.patterns.iter().find(|pattern| pattern.values().contains(&value))
    }

    /// The algorithm of a request that says nothing of it.
    pub fn usual_algorithm(&self) -> Algorithm {
        self.algorithms
            .first()
            .map_or(Algorithm::Hmac(crate::signature::mac::Hash::Sha256), |under| under.what)
    }
}

impl Scheme for Recipe {
    fn name(&self) -> &'static str {
        self.id
    }

    fn recipe(&self) -> Option<&Recipe> {
        Some(self)
    }

    fn names(&self) -> Vec<String> {
        let name = |pattern: &Pattern| match &pattern.place {
            pattern::Place::Header(name) | pattern::Place::Query(name) | pattern::Place::Form(name) => {
                Some(name.clone())
            }
            pattern::Place::Json(_) => None,
        };
        self.pattern_of(self.signature()).and_then(name).into_iter().collect()
    }

    fn claim(&self, request: &Request) -> Option<Result<Claim, ClaimError>> {
        claim::of(self, request)
    }

    fn received(&self, request: &Request, claim: &Claim) -> Vec<u8> {
        let own = match capture::of(self, request) {
            capture::Capture::Found(found, _) => {
                found.into_iter().find(|one| one.value == self.signature() && one.span == claim.signature)
            }
            capture::Capture::Nothing | capture::Capture::Other(_) => None,
        };
        own.map(|one| one.bytes).unwrap_or_default()
    }

    fn work<'a>(&'static self, input: Input<'a>, _: &mut Memo, trace: &mut Trace) -> Worked<'a> {
        let agreement = write::write(self, input, trace);
        Worked::by_basis(basis(self, input), agreement)
    }

    fn makes(&self, id: CheckId) -> bool {
        match id {
            CheckId::Claim | CheckId::Algorithm | CheckId::Key | CheckId::Signature => true,
            CheckId::Date => self.time.is_some() || self.expires.is_some(),
            CheckId::Payload => !self.digests.is_empty(),
            CheckId::Scope
            | CheckId::SignedHeaders
            | CheckId::Policy
            | CheckId::Framing
            | CheckId::Chunks
            | CheckId::Checksum => false,
        }
    }

    fn check(&self, id: CheckId, presented: &Presented<'_>, claim: &Claim) -> Option<Found> {
        check::check(self, id, presented, claim)
    }

    fn check_date(&self, _: &Presented<'_>) -> Found {
        crate::scheme::checks::not_reached("the claim cannot be read")
    }

    fn instructions(&'static self, input: Input<'_>, access_key_id: &str, signature: &[u8]) -> Instructions {
        plan::instructions(self, input, access_key_id, signature)
    }

    fn strip(&self, request: &mut Request) {
        plan::strip(self, request);
    }
}

/// What the signature rests on: no region, no service, no rules of AWS.
fn basis(row: &Recipe, input: Input<'_>) -> Basis {
    let rules = crate::service::of_name(b"");
    Basis {
        placement: input.claim.map_or_else(|| claim::placement(row), |claim| claim.placement),
        rules,
        dialect: rules.dialect(),
        timestamp: None,
        region: None,
        service: None,
        is_pending: false,
    }
}
