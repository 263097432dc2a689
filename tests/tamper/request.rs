//! Requests made at random, and signed.

use countersign::analysis::Session;
use countersign::request::{Header, Request};
use countersign::scheme::v4::plan::NEVER_SIGNED;
use countersign::scheme::{AWS4, AWS4A, Placement, Scheme as _};
use countersign::settings::{PayloadSetting, Time};
use proptest::prelude::*;

use crate::common::analyse;
use crate::tampering::{REGION, clock, key, received};

/// A request and what it is signed with.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) service: &'static str,
    pub(crate) token: Option<String>,
    pub(crate) payload: Payload,
    pub(crate) scheme: &'static str,
}

/// How the body of a header-signed request is signed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Payload {
    Hash,
    InHeader,
    Unsigned,
}

/// The header that comes to the request after it was signed.
pub(crate) const LATER: &str = "Via";

impl Default for Generated {
    /// The plainest request.
    fn default() -> Self {
        Self {
            method: "GET",
            path: "/".into(),
            query: None,
            headers: Vec::new(),
            body: Vec::new(),
            service: "execute-api",
            token: None,
            payload: Payload::Hash,
            scheme: v4(),
        }
    }
}

impl Generated {
    /// A session that signs it.
    pub(crate) fn plan(&self) -> Session {
        let target = self.query.as_ref().map_or(self.path.clone(), |query| format!("{}?{query}", self.path));
        let mut headers = vec![Header::new("Host", "h.example"), Header::new("User-Agent", "test/1")];
        headers.extend(self.headers.iter().map(|(name, value)| Header::new(name.as_str(), value.as_str())));
        let mut session = Session::new(Request {
            method: self.method.into(),
            target: target.into_bytes(),
            version: b"HTTP/1.1".to_vec(),
            headers,
            body: self.body.clone().into(),
        });
        session.settings.scheme = Some(self.scheme);
        session.settings.region = Some(REGION.into());
        session.settings.service = Some(self.service.into());
        session.settings.time = Some(Time::At(clock()));
        session.keys.push(key(self.token.as_deref()));
        session
    }

    /// The request signed in its `Authorization` header, as it was received.
    pub(crate) fn in_header(&self) -> Session {
        let mut plan = self.plan();
        plan.settings.payload = Some(match self.payload {
            Payload::Hash => PayloadSetting::Body,
            Payload::InHeader => PayloadSetting::BodyInHeader,
            Payload::Unsigned => PayloadSetting::Unsigned,
        });
        sign(&plan)
    }

    /// The request as a presigned URL, as it was received.
    pub(crate) fn presigned(&self) -> Session {
        let mut plan = self.plan();
        plan.settings.placement = Some(Placement::Query);
        sign(&plan)
    }
}

fn sign(plan: &Session) -> Session {
    let mut request = analyse(plan, clock()).instructions(&plan.request).unwrap().apply(&plan.request);
    request.headers.push(Header::new(LATER, "1.1 proxy"));
    received(request)
}

/// Without dot segments, of which normalising would take the change back with all that stands before them.
fn path() -> impl Strategy<Value = String> {
    "(/([A-Za-z0-9_~!$'()*,-]|%2[0-9BF]|%C3%BC|%25){0,6}){1,4}/?"
}

fn query() -> impl Strategy<Value = Option<String>> {
    let pair = "[A-Za-z0-9._~*/-]{1,5}(=([A-Za-z0-9._~/-]|%20|%2[Bb]|%26|%C3%BC){0,5})?";
    proptest::option::of(proptest::collection::vec(pair, 0..4).prop_map(|pairs| pairs.join("&")))
}

/// Every value has something to it: a header that is not sent counts as an empty one.
pub(crate) fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        "(X-|x-amz-meta-|)[A-Za-z][A-Za-z0-9-]{0,12}[a-z]",
        Just("Content-Type".to_owned()),
        Just("X-Same".to_owned())
    ];
    let value = "( {0,3}[!-~\u{e9}]{1,5}){1,4} {0,3}";
    let reserved = ["host", "x-amz-date", "date", "via"];
    proptest::collection::vec((name, value), 0..5).prop_map(move |mut headers: Vec<(String, String)>| {
        headers.retain(|(name, _)| {
            let name = name.to_ascii_lowercase();
            !reserved.contains(&name.as_str()) && !NEVER_SIGNED.contains(&name.as_str())
        });
        headers
    })
}

pub(crate) fn generated(scheme: &'static str) -> impl Strategy<Value = Generated> {
    let method = prop_oneof![Just("GET"), Just("POST"), Just("PUT")];
    let service = prop_oneof![Just("s3"), Just("execute-api"), Just("dynamodb")];
    let payload = prop_oneof![Just(Payload::Hash), Just(Payload::InHeader), Just(Payload::Unsigned)];
    let body = proptest::collection::vec(any::<u8>(), 0..100);
    let token = proptest::option::of("[A-Za-z0-9/+=]{10,20}");
    let strategies = (method, path(), query(), headers(), body, service, token, payload);
    strategies.prop_map(move |(method, path, query, headers, body, service, token, payload)| {
        // S3 does not do without the header.
        let payload = if (service, payload) == ("s3", Payload::Hash) { Payload::InHeader } else { payload };
        Generated { method, path, query, headers, body, service, token, payload, scheme }
    })
}

/// The names of the two schemes.
pub(crate) fn v4() -> &'static str {
    AWS4.name()
}

pub(crate) fn v4a() -> &'static str {
    AWS4A.name()
}
