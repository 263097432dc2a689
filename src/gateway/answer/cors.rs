//! Pages in a browser: what they may send elsewhere, and read there, the server has to allow ([CORS protocol]).
//!
//! Presigned URLs are mostly used by pages, and a page of another origin asks beforehand. Every page may read what is answered here: it
//! holds verdicts, and of the store only what whoever signed may read (a page of elsewhere that signs with an example pair, which
//! everybody knows, finds nothing there). With a server upstream a page may do what that server allows, and nothing is signed again
//! for one that asks.
//!
//! [CORS protocol]: https://fetch.spec.whatwg.org/#http-cors-protocol

use hyper::header;

use super::Answer;
use crate::request::Request;

/// Whether a browser asks what it may send: it does so for the URL of the request to come, without that request's headers, so a
/// signature in the URL is not one of this request. It never sends an `Authorization` with it.
pub(in crate::gateway) fn is_preflight(request: &Request) -> bool {
    request.method == b"OPTIONS"
        && request.header(b"origin").is_some()
        && request.header(b"access-control-request-method").is_some()
        && request.header(b"authorization").is_none()
}

/// The answer to a browser that asks: everything it asked for.
pub(in crate::gateway) fn allow(request: &Request) -> Answer {
    let asked = [
        (&b"access-control-request-method"[..], header::ACCESS_CONTROL_ALLOW_METHODS),
        (b"access-control-request-headers", header::ACCESS_CONTROL_ALLOW_HEADERS),
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
