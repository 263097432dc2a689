//! Signing: from a request and a situation to instructions, what to add, without changing the request.

use crate::canon::payload::Hashing;
use crate::request::{Header, Request};
use crate::scheme::Terms;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::time::Timestamp;

/// An access key.
#[derive(Clone)]
pub struct Credentials {
    /// The access key id, which is no secret.
    pub access_key_id: String,
    /// The secret access key.
    pub secret: Secret,
    /// The session token of temporary credentials.
    pub session_token: Option<Secret>,
    /// Where they came from, in words: `the environment`, `profile dev in ~/.aws/credentials`.
    pub source: String,
}

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

/// What to add to a request so that it carries a signature.
pub struct Instructions {
    /// Headers to add, or to set anew, in this order; `Authorization` comes last.
    pub headers: Vec<Header>,
}

impl Instructions {
    /// What makes `terms` and their signature stand in the request.
    pub fn of(terms: &Terms<'_>, access_key_id: &str, signature: &[u8]) -> Self {
        let mut headers: Vec<_> =
            terms.added.iter().map(|added| Header::new(added.name, added.value.to_vec())).collect();
        headers.push(Header::new("Authorization", authorization(terms, access_key_id, signature)));
        Self { headers }
    }

    /// The request with these headers: in place of those of the same name, else at the end.
    pub fn apply(&self, request: &Request) -> Request {
        let mut signed = request.clone();
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

/// The value of the `Authorization` header.
pub fn authorization(terms: &Terms<'_>, access_key_id: &str, signature: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(256);
    for part in [
        terms.family.algorithm.as_bytes(),
        b" Credential=",
        access_key_id.as_bytes(),
        b"/",
        &terms.scope.joined(),
        b", SignedHeaders=",
        terms.signed_headers().as_bytes(),
        b", Signature=",
        signature,
    ] {
        text.extend_from_slice(part);
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
        let signed = Instructions { headers: vec![Header::new("X-A", "new")] }.apply(&request);
        let left: Vec<_> =
            signed.headers.iter().map(|header| (&header.name[..], &header.value[..])).collect();
        assert_eq!(left, [(&b"x-a"[..], &b"new"[..]), (b"Host", b"old")]);
    }
}
