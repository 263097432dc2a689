//! A request signed again, with another key and for another host.
//!
//! The new signature vouches for no more than the old one did: what that left out (headers, the body of `UNSIGNED-PAYLOAD`) stays
//! out, `x-amz-*` headers among it do not go on, and requests whose host or target it does not cover are [refused](uncovered).
//!
//! Signatures in a body are good under the old key only, so a body in chunks becomes plain: its data, signed by their hash,
//! and a checksum of its trailer as a header.

use super::plain::{PlainError, plain};
use crate::analysis::{Analysis, Session};
use crate::canon::payload::{Hashing, UNSIGNED};
use crate::request::{Header, Request};
use crate::scheme::{self, Claim, Memo, Placement};
use crate::settings::{PayloadSetting, Settings};
use crate::signature::Credentials;
use crate::time::Timestamp;
use crate::trace::Trace;

/// Why a request is not signed again.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResignError {
    #[error(transparent)]
    Body(#[from] PlainError),
    #[error("expected to sign the request again, but found no signature for it")]
    Unsigned,
}

/// What the signature of a request leaves open that a new one would vouch for.
pub(super) fn uncovered(request: &Request, claim: &Claim) -> Option<&'static str> {
    let target = request.target();
    let authority = target.authority.map(|range| &request.target[range]);
    let is_elsewhere = authority.is_some_and(|own| Some(own) != request.value(b"host"));
    match (claim.placement, claim.scope) {
        (_, None) if claim.access_key_id.is_none() => Some(
            "--resign signs Signature Version 4 again, and this is a webhook, which does not sign the host",
        ),
        (_, None) => Some(
            "--resign signs Signature Version 4 again, and this is Version 2, which covers neither host nor all headers",
        ),
        (Placement::Form, Some(_)) => Some(
            "--resign needs a signature of the whole request, and that of a form covers its policy alone",
        ),
        (Placement::Header | Placement::Query | Placement::Body, Some(_)) => is_elsewhere
            .then_some("the target names another host than the Host header, which alone is signed"),
    }
}

/// The request as `key` signs it for `host` at this time.
pub(super) fn resigned(
    request: &Request,
    key: &Credentials,
    host: &str,
    settings: &Settings,
    clock: Timestamp,
) -> Result<Request, ResignError> {
    let mut plain = plain(request)?;
    let aside = take_uncovered(request, &mut plain);
    let mut session = Session::new(plain);
    session.settings = settings.clone();
    session.keys = vec![key.clone()];
    if is_open(request) {
        session.settings.payload = Some(PayloadSetting::Unsigned);
    }
    session.unsign();
    // What the gateway expects is about its clients.
    session.settings.now = None;
    session.settings.access_key_id = Some(key.access_key_id.clone());
    let target = session.request.target();
    session.request.target.drain(..target.path.start);
    let headers = &mut session.request.headers;
    let dated = ["x-amz-date", "date", "x-amz-security-token", "x-amz-content-sha256", "expect"];
    headers.retain(|header| !dated.iter().any(|name| header.is(name.as_bytes())));
    headers.retain(|header| !header.is(b":authority") && !header.is(b"host"));
    headers.insert(0, Header::new("Host", host));
    session.request.version = b"HTTP/1.1".to_vec();
    let analysis = Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
    let instructions = analysis.instructions(&session.request).ok_or(ResignError::Unsigned)?;
    let mut signed = instructions.apply(&session.request);
    signed.headers.extend(aside);
    Ok(signed)
}

/// Whether the signature of a request leaves the body out, though a header names its hash.
fn is_open(request: &Request) -> bool {
    let payload = request.value(b"x-amz-content-sha256").unwrap_or_default();
    payload == UNSIGNED || payload.starts_with(b"STREAMING-UNSIGNED-")
}

/// Takes the headers out of `plain` that the signature of `request` does not cover; those that go on unsigned. An `x-amz-*`
/// header is an instruction to the service: one that nobody signed does not go on.
fn take_uncovered(request: &Request, plain: &mut Request) -> Vec<Header> {
    let Some((_, Ok(claim))) = scheme::claim(request) else { return Vec::new() };
    let covered: Vec<&[u8]> = claim.signed_headers.iter().map(|span| request.at(*span)).collect();
    let is_kept = |header: &Header| {
        let is = |name: &&[u8]| header.name.eq_ignore_ascii_case(name);
        // The signature itself, and what takes its place; checksums of a trailer have become headers.
        covered.iter().any(is)
            || [&b"authorization"[..], b"host", b":authority"].iter().any(is)
            || request.header(&header.name).is_none()
    };
    let (kept, mut aside): (Vec<_>, Vec<_>) =
        std::mem::take(&mut plain.headers).into_iter().partition(is_kept);
    plain.headers = kept;
    aside.retain(|header| !header.name.to_ascii_lowercase().starts_with(b"x-amz-"));
    aside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use crate::secret::Secret;
    use crate::verify::Conclusion;

    fn key() -> Credentials {
        Credentials {
            fields: Default::default(),
            access_key_id: "AKOTHER".into(),
            secret: Secret::new("other"),
            session_token: Some(Secret::new("token")),
            source: String::new(),
        }
    }

    fn verdict(request: Request, clock: Timestamp) -> Option<Conclusion> {
        let mut session = Session::new(request);
        session.keys = vec![key()];
        Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default())
            .verdict
            .conclusion()
    }

    #[test]
    fn chunks_in_transfer_frames_become_a_plain_body_that_is_signed_anew() {
        let chunks = "3\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:hYfYZQ==\r\n\r\n";
        let text = format!(
            "PUT /b/k%20ey HTTP/1.1\r\nhost: 127.0.0.1:9000\r\nContent-Encoding: gzip, aws-chunked\r\nTransfer-Encoding: chunked\r\n\
             X-Amz-Content-Sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nX-Amz-Trailer: x-amz-checksum-crc32\r\n\
             X-Amz-Decoded-Content-Length: 5\r\nX-Amz-Date: 20130524T000000Z\r\nX-Amz-Security-Token: old\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/eu-west-3/s3/aws4_request, \
             SignedHeaders=host, Signature={}\r\n\r\n{:x}\r\n{chunks}\r\n0\r\n\r\n",
            "0".repeat(64),
            chunks.len()
        );
        let request = read(text.as_bytes()).unwrap().request;
        let clock = Timestamp::from_unix(1_700_000_000).unwrap();
        let signed =
            resigned(&request, &key(), "s3.eu-west-3.amazonaws.com", &Settings::default(), clock).unwrap();
        assert_eq!(*signed.body.bytes(), b"abcde"[..]);
        for (name, value) in [
            ("host", Some("s3.eu-west-3.amazonaws.com")),
            ("content-encoding", Some("gzip")),
            ("content-length", Some("5")),
            ("x-amz-checksum-crc32", Some("hYfYZQ==")),
            ("x-amz-security-token", Some("token")),
            ("transfer-encoding", None),
            ("x-amz-trailer", None),
            ("x-amz-decoded-content-length", None),
        ] {
            assert_eq!(signed.value(name.as_bytes()), value.map(str::as_bytes), "{name}");
        }
        let authorization = String::from_utf8_lossy(signed.value(b"authorization").unwrap()).into_owned();
        assert!(authorization.contains("AKOTHER/20231114/eu-west-3/s3/"), "{authorization}");
        assert_eq!(verdict(signed, clock), Some(Conclusion::Match));
    }

    /// A request that signs its host and date, and what is added to it afterwards.
    fn with(target: &str, more: &str) -> Request {
        let text = format!(
            "PUT {target} HTTP/1.1\r\nHost: 127.0.0.1:9000\r\nX-Amz-Date: 20130524T000000Z\r\n{more}\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/eu-west-3/s3/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-meta-own, Signature={}\r\n\r\n",
            "0".repeat(64)
        );
        read(text.as_bytes()).unwrap().request
    }

    #[test]
    fn what_the_client_did_not_sign_is_not_vouched_for() {
        let more = "X-Amz-Meta-Own: a\r\nX-Amz-Acl: public-read\r\nContent-Type: text/html\r\n\
                    X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\n";
        let clock = Timestamp::from_unix(1_700_000_000).unwrap();
        let host = "s3.eu-west-3.amazonaws.com";
        let signed = resigned(&with("/b/k", more), &key(), host, &Settings::default(), clock).unwrap();
        let authorization = String::from_utf8_lossy(signed.value(b"authorization").unwrap()).into_owned();
        let names = "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-own;x-amz-security-token,";
        assert!(authorization.contains(names), "{authorization}");
        for (name, value) in [
            ("x-amz-meta-own", Some("a")),
            ("x-amz-acl", None),
            ("content-type", Some("text/html")),
            ("x-amz-content-sha256", Some("UNSIGNED-PAYLOAD")),
        ] {
            assert_eq!(signed.value(name.as_bytes()), value.map(str::as_bytes), "{name}");
        }
        assert_eq!(verdict(signed, clock), Some(Conclusion::Match));
    }

    #[test]
    fn a_target_on_the_signed_host_goes_on_as_a_path_and_one_elsewhere_does_not() {
        let uncovered = |request: &Request| {
            let (_, claim) = scheme::claim(request).unwrap();
            super::uncovered(request, &claim.unwrap())
        };
        let own = with("http://127.0.0.1:9000/b/k?x=1", "");
        assert_eq!(uncovered(&own), None);
        let clock = Timestamp::from_unix(1_700_000_000).unwrap();
        let signed = resigned(&own, &key(), "h", &Settings::default(), clock).unwrap();
        assert_eq!(signed.target, b"/b/k?x=1");
        let other = uncovered(&with("http://169.254.169.254/b/k", "")).unwrap();
        assert!(other.contains("another host"), "{other}");
        let version_2 = "GET /b/k HTTP/1.1\r\nHost: h\r\nDate: Fri, 24 May 2013 00:00:00 GMT\r\nAuthorization: AWS AKIAIOSFODNN7EXAMPLE:x\r\n\r\n";
        let version_2 = uncovered(&read(version_2.as_bytes()).unwrap().request).unwrap();
        assert!(version_2.contains("Version 2"), "{version_2}");
    }
}
