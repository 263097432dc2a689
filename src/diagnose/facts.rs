//! What hypotheses look at: the request on the table, what it claims, and what is known beside it.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use super::json;
use crate::analysis::{Analysis, Session};
use crate::canon::encode;
use crate::request::body::Digest;
use crate::request::{Body, Pair, Request};
use crate::scheme::v4::canonical;
use crate::scheme::{Claim, Placement, Terms};
use crate::secret::Secret;
use crate::signature::Credentials;
use crate::time::Timestamp;

/// Bodies above this are not turned over: each way of writing one would be hashed.
const BODY_LIMIT: u64 = 4 << 20;

/// A body, and a hash that has read it: many causes put a few bytes behind it.
pub struct KnownBody<'a> {
    bytes: Cow<'a, [u8]>,
    state: OnceLock<Sha256>,
    json: OnceLock<Option<json::Node>>,
}

impl Deref for KnownBody<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl KnownBody<'_> {
    /// The body as JSON, where it is an object or an array.
    pub(super) fn json(&self) -> Option<&json::Node> {
        self.json.get_or_init(|| json::parse(&self.bytes)).as_ref()
    }

    /// The hash of the body with `end` behind it.
    pub(super) fn hash_with(&self, end: &[u8]) -> Digest {
        let state = self.state.get_or_init(|| Sha256::new_with_prefix(&*self.bytes));
        state.clone().chain_update(end).finalize().into()
    }
}

/// What hypotheses look at.
pub struct Facts<'a> {
    /// The request.
    pub request: &'a Request,
    /// What it presents.
    pub claim: Option<&'a Claim>,
    /// What was signed, as the claim says and the rules of the service read it.
    pub terms: &'a Terms<'a>,
    /// The secret at hand.
    pub secret: Option<&'a Secret>,
    /// Every key at hand.
    pub keys: &'a [Credentials],
    /// The session token at hand, where the request does not send one.
    pub token: Option<&'a Secret>,
    /// Hosts that something else than the request names: evidence, settings.
    pub hosts: &'a [String],
    /// The body, where it is at hand and not too long.
    pub body: Option<KnownBody<'a>>,
}

impl<'a> Facts<'a> {
    /// What there is to look at in a session of what the request claims, and in its analysis.
    pub(super) fn of(
        claimed: &'a Session,
        analysis: &'a Analysis,
        terms: &'a Terms<'a>,
        hosts: &'a [String],
    ) -> Self {
        let key = analysis.situation.credentials.as_ref();
        let own = key.and_then(|key| key.session_token.as_ref());
        Self {
            request: &claimed.request,
            claim: analysis.claim(),
            terms,
            secret: key.map(|key| &key.secret),
            keys: &claimed.keys,
            token: own.or(claimed.settings.session_token.as_ref()),
            hosts,
            body: Self::body_of(&claimed.request.body),
        }
    }

    /// The body of a request, where it is short enough to be turned over.
    pub(super) fn body_of(body: &'a Body) -> Option<KnownBody<'a>> {
        let rope = body.rope().filter(|_| body.len() <= BODY_LIMIT)?;
        Some(KnownBody { bytes: rope.to_cow(), state: OnceLock::new(), json: OnceLock::new() })
    }

    /// The path as it was sent.
    pub(super) fn path(&self) -> &'a [u8] {
        &self.request.target[self.request.target().path]
    }

    /// The query as it was sent.
    pub(super) fn query(&self) -> &'a [u8] {
        self.request.target().query.map_or(&[], |range| &self.request.target[range])
    }

    /// Names and values of the query's pairs as they were sent, those that take part in the signature.
    pub(super) fn pairs(&self) -> Vec<Sent<'a>> {
        let names = canonical::left_out(self.terms);
        let goes = |name: &[u8]| names.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes()));
        self.all_pairs().into_iter().filter(|pair| !goes(pair.name)).collect()
    }

    /// Every pair of the query as it was sent.
    pub(super) fn all_pairs(&self) -> Vec<Sent<'a>> {
        let target = &self.request.target;
        let text =
            |pair: Pair| Sent { name: &target[pair.name], value: pair.value.map(|range| &target[range]) };
        self.request.target().pairs(target).map(text).collect()
    }

    /// Whether the signature stands in the query.
    pub(super) fn is_presigned(&self) -> bool {
        self.terms.placement == Placement::Query
    }

    /// When the request says that it was signed.
    pub(super) fn instant(&self) -> Option<Timestamp> {
        Timestamp::parse(&self.terms.timestamp.text).ok().map(|(instant, _)| instant)
    }

    /// The host, without its port, and the port.
    pub(super) fn host(&self) -> Option<(String, Option<String>)> {
        let host = String::from_utf8_lossy(self.request.host()?).into_owned();
        Some(match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
                (name.into(), Some(port.into()))
            }
            Some(_) | None => (host, None),
        })
    }

    /// A header that was sent, without white space at its ends, as text.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        Some(String::from_utf8_lossy(self.request.value(name.as_bytes())?).into_owned())
    }
}

/// A pair of a query as it was sent.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Sent<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// Its value; `None` for a name without `=`.
    pub value: Option<&'a [u8]>,
}

/// Address and length of a pair's name, and of its value where it has one.
pub(super) type Place = ((usize, usize), Option<(usize, usize)>);

impl Sent<'_> {
    /// Where in memory it lies: it tells this very pair from one that reads the same.
    pub(super) fn place(&self) -> Place {
        let of = |text: &[u8]| (text.as_ptr() as usize, text.len());
        (of(self.name), self.value.map(of))
    }

    /// The pair as it was sent.
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.write(&mut text);
        text
    }

    /// The same, written.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.name);
        if let Some(value) = self.value {
            out.push(b'=');
            out.extend_from_slice(value);
        }
    }
}

/// The text with every escape decoded.
pub(super) fn decoded(text: &[u8]) -> Vec<u8> {
    encode::decoded(text.into()).into_owned()
}
