//! Signing: from a request and a situation to instructions, what to add, without changing the request.

use crate::canon::encode::RESERVED;
use crate::canon::payload::Hashing;
use crate::request::{Header, Request, is_loopback};
use crate::scheme::v4::form;
use crate::service;
use crate::settings::Settings;
use crate::signature::Credentials;
use crate::time::Timestamp;

/// Everything beside the request that a signature depends on.
#[derive(Clone)]
pub struct Situation {
    /// What the user gave: options, and the settings of the file.
    pub settings: Settings,
    /// What the surroundings say: environment and profile.
    pub ambient: Settings,
    /// The keys at hand.
    pub credentials: Option<Credentials>,
    /// The clock.
    pub now: Timestamp,
    /// Whether a long body may be hashed at once.
    pub hashing: Hashing,
}

impl Situation {
    /// Nothing but the epoch for a clock: what can be said of a request alone.
    pub(crate) fn bare() -> Self {
        Self {
            settings: Settings::default(),
            ambient: Settings::default(),
            credentials: None,
            now: Timestamp::EPOCH,
            hashing: Hashing::Now,
        }
    }
}

/// What to add to a request so that it carries a signature.
#[derive(Default)]
pub struct Instructions {
    /// Headers to add, or to set anew, in this order; `Authorization` comes last.
    pub headers: Vec<Header>,
    /// Query parameters to add, or to set anew, in this order: names, and values not yet encoded.
    pub pairs: Vec<(String, Vec<u8>)>,
    /// Fields of a form to add, or to set anew.
    pub fields: Vec<(String, Vec<u8>)>,
    /// Names of headers to take away, because the query says it instead.
    pub removed: Vec<Vec<u8>>,
}

impl Instructions {
    /// The request target with these parameters: in place of those of the same name, at the end of the query.
    pub fn target(&self, request: &Request) -> Vec<u8> {
        if self.pairs.is_empty() {
            return request.target.clone();
        }
        let names: Vec<&str> = self.pairs.iter().map(|(name, _)| name.as_str()).collect();
        let mut target = without_pairs(request, &names);
        for (name, value) in &self.pairs {
            target.push(if target.contains(&b'?') { b'&' } else { b'?' });
            target.extend_from_slice(name.as_bytes());
            target.push(b'=');
            target.extend(percent_encoding::percent_encode(value, &RESERVED).to_string().into_bytes());
        }
        target
    }

    /// The whole URL: of a request whose target is a path, with the host of its header and `scheme`, such as `https`.
    pub fn url(&self, request: &Request, scheme: &str) -> Vec<u8> {
        let target = self.target(request);
        match (request.target().scheme, request.host()) {
            (None, Some(host)) => [scheme.as_bytes(), b"://", host, &target].concat(),
            (Some(_), _) | (None, None) => target,
        }
    }

    /// The request with these headers and parameters: in place of those of the same name, else at the end.
    pub fn apply(&self, request: &Request) -> Request {
        let mut signed = request.clone();
        signed.target = self.target(request);
        signed.headers.retain(|header| !self.removed.contains(&header.name));
        if let Some(body) = form::with_fields(request, &self.fields).filter(|_| !self.fields.is_empty()) {
            let len = body.len().to_string().into_bytes();
            let stated = signed.headers.iter_mut().filter(|header| header.is(b"content-length"));
            stated.for_each(|header| header.value.clone_from(&len));
            signed.body = body;
        }
        for header in &self.headers {
            match signed.headers.iter().position(|known| known.is(&header.name)) {
                Some(first) => {
                    signed.headers[first].value.clone_from(&header.value);
                    // One value is signed: others of this name would be sent beside it.
                    let mut index = 0;
                    signed.headers.retain(|known| {
                        index += 1;
                        index - 1 <= first || !known.is(&header.name)
                    });
                }
                None => signed.headers.push(header.clone()),
            }
        }
        signed
    }
}

/// The URI scheme of a request: that of its target, else the one that its service is reached by.
pub fn uri_scheme(request: &Request) -> String {
    let websocket = || service::of_request(request).service.as_deref() == Some("iotdevicegateway");
    match request.target().scheme {
        Some(range) => String::from_utf8_lossy(&request.target[range]).into_owned(),
        None if websocket() => "wss".into(),
        None if request.host().is_some_and(is_loopback) => "http".into(),
        None => "https".into(),
    }
}

/// The request target without the query pairs of these names; the others keep their bytes and order.
pub fn without_pairs(request: &Request, names: &[&str]) -> Vec<u8> {
    let target = request.target();
    let Some(query) = target.query.clone() else { return request.target.clone() };
    let goes = |name: &[u8]| names.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes()));
    let kept: Vec<&[u8]> = target
        .pairs(&request.target)
        .filter(|pair| !goes(&request.target[pair.name.clone()]))
        .map(|pair| &request.target[pair.range()])
        .collect();
    let mut text = request.target[..query.start - 1].to_vec();
    if !kept.is_empty() {
        text.push(b'?');
        text.extend(kept.join(&b'&'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_set_stands_once() {
        let headers = ["x-a", "Host", "X-A", "x-a"].map(|name| Header::new(name, "old"));
        let request = Request { headers: headers.to_vec(), ..Request::default() };
        let signed = Instructions { headers: vec![Header::new("X-A", "new")], ..Instructions::default() }
            .apply(&request);
        let left: Vec<_> =
            signed.headers.iter().map(|header| (&header.name[..], &header.value[..])).collect();
        assert_eq!(left, [(&b"x-a"[..], &b"new"[..]), (b"Host", b"old")]);
    }
}
