//! Pages in a browser: what they may send elsewhere, and read there, the server has to allow ([CORS protocol]).
//!
//! Presigned URLs are mostly used by pages, and a page of another origin asks beforehand. What is answered here holds nothing but
//! verdicts, so every page may read it; what comes from upstream is the upstream's to allow.
//!
//! [CORS protocol]: https://fetch.spec.whatwg.org/#http-cors-protocol

use hyper::header::{self, HeaderName};

use super::Answer;
use crate::request::Request;

/// A page on the internet that asks for a server on this machine ([Private Network Access]).
///
/// [Private Network Access]: https://wicg.github.io/private-network-access/
const PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// Whether a browser asks what it may send: it does so for the URL of the request to come, without that request's headers, so a
/// signature in the URL is not one of this request.
pub(in crate::gateway) fn is_preflight(request: &Request) -> bool {
    request.method == b"OPTIONS"
        && request.header(b"origin").is_some()
        && request.header(b"access-control-request-method").is_some()
}

/// The answer to a browser that asks: everything it asked for.
pub(in crate::gateway) fn allow(request: &Request) -> Answer {
    let asked = [
        (&b"access-control-request-method"[..], header::ACCESS_CONTROL_ALLOW_METHODS),
        (b"access-control-request-headers", header::ACCESS_CONTROL_ALLOW_HEADERS),
        (b"access-control-request-private-network", PRIVATE_NETWORK),
    ];
    asked.into_iter().fold(open(Answer::empty(200), request), |answer, (asked, allowed)| {
        match request.value(asked) {
            Some(value) => answer.with(allowed, String::from_utf8_lossy(value).into_owned()),
            None => answer,
        }
    })
}

/// Lets the page that sent a request read the answer.
pub(in crate::gateway) fn open(answer: Answer, request: &Request) -> Answer {
    if request.header(b"origin").is_none() {
        return answer;
    }
    answer.with(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*").with(header::ACCESS_CONTROL_EXPOSE_HEADERS, "*")
}
