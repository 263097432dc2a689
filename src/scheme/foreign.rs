//! Schemes that are named and not computed: those of other clouds, and the signatures of webhooks.
//!
//! What such a request holds would make an AWS canonical request like any other, and a wrong story with it. So it is recognised
//! first, by a table of the words, headers and parameters that its documentation gives; a request that AWS's own schemes claim is
//! AWS's, whatever else it carries.

mod table;

use super::marks::{self, Mark};
use crate::request::Request;

pub use table::FOREIGN;

/// A scheme that is known by name only.
#[derive(Debug)]
pub struct Foreign {
    /// What its signature is called, to stand after an article: `GitHub webhook signature`.
    pub name: &'static str,
    /// Where its rules are written.
    pub link: &'static str,
    /// How it is recognised: by all marks of any of these lists.
    pub(super) marks: &'static [&'static [Mark]],
}

/// The scheme of another maker that signed `request`; `None` for one that a scheme of AWS claims, and where none is known.
pub fn named(request: &Request) -> Option<&'static Foreign> {
    if !marks::may_stand_in(request) {
        return None;
    }
    let found = FOREIGN.iter().find(|scheme| scheme.place(request).is_some())?;
    super::claim(request).is_none().then_some(found)
}

/// The article of a name: one that is spelt out letter by letter follows the sound of its first letter's name.
fn article(name: &str) -> &'static str {
    let word = name.split([' ', '-']).next().unwrap_or_default();
    let is_spelt =
        word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let sounds_like_a_vowel = match is_spelt {
        true => word.starts_with(['A', 'E', 'F', 'H', 'I', 'L', 'M', 'N', 'O', 'R', 'S', 'X']),
        false => word.starts_with(['A', 'E', 'I', 'O']),
    };
    if sounds_like_a_vowel { "an" } else { "a" }
}

impl Foreign {
    /// The name with its article: `an Azure Shared Key signature`.
    pub fn with_article(&self) -> String {
        format!("{} {}", article(self.name), self.name)
    }

    /// Where in `request` it shows, in words: `the header x-hub-signature`.
    pub fn place(&self, request: &Request) -> Option<String> {
        let all = self.marks.iter().find(|marks| marks.iter().all(|mark| mark.stands_in(request)))?;
        all.first().map(|mark| mark.place())
    }

    /// That the request carries it, and what follows from that, in one sentence without a full stop.
    pub fn sentence(&self, request: &Request) -> String {
        let place = self.place(request).unwrap_or_else(|| "the request".into());
        format!("{} in {place}, which is not supported yet", self.with_article())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;

    fn request(text: &str) -> Request {
        read(text.as_bytes()).unwrap().request
    }

    fn name_of(head: &str) -> Option<&'static str> {
        named(&request(&format!("{head}\nHost: h\n\n{{}}"))).map(|scheme| scheme.name)
    }

    #[test]
    fn the_article_follows_the_sound_of_a_name() {
        for (name, with) in [
            ("HTTP signature", "an"),
            ("SNS message signature", "an"),
            ("OVH API signature", "an"),
            ("JD Cloud signature", "a"),
            ("HubSpot webhook signature", "a"),
            ("Slack request signature", "a"),
            ("Azure Shared Key signature", "an"),
        ] {
            assert_eq!(article(name), with, "{name}");
        }
    }

    #[test]
    fn what_is_not_computed_is_named() {
        for (head, name) in [
            ("GET / HTTP/1.1\nAuthorization: V11-HMAC-SHA256 Access=a", "Huawei Cloud signature"),
            ("GET /b/k HTTP/1.1\nAuthorization: GOOG1 a:c2ln", "Google Cloud Storage V2 signature"),
        ] {
            assert_eq!(name_of(head), Some(name), "{head}");
        }
        let form = request(
            "POST / HTTP/1.1\nHost: h\nContent-Type: multipart/form-data; boundary=x\n\n--x\r\n\
             Content-Disposition: form-data; name=\"OSSAccessKeyId\"\r\n\r\n00\r\n--x--\r\n",
        );
        assert_eq!(named(&form).unwrap().name, "Alibaba Cloud OSS signature");
    }

    #[test]
    fn what_a_row_computes_is_its_own() {
        for (head, id) in [
            ("GET /b/k?GoogleAccessId=a&Expires=1&Signature=c HTTP/1.1", "gcs-v2"),
            ("GET /c/b HTTP/1.1\nAuthorization: SharedKey account:c2ln", "azure-sharedkey"),
            ("GET /c HTTP/1.1\nauthorization: sharedkeylite account:c2ln", "azure-sharedkeylite"),
            ("GET /c/b?sv=2022-11-02&se=2026&sr=b&sp=r&sig=c2ln HTTP/1.1", "azure-sas-service"),
            ("GET / HTTP/1.1\nAuthorization: SharedAccessSignature sr=a&sig=b&se=1&skn=c", "azure-sas-token"),
            ("GET /k?OSSAccessKeyId=a&Expires=1&Signature=b HTTP/1.1", "oss-v1-url"),
            ("GET /k?Expires=1&Signature=a&Key-Pair-Id=K HTTP/1.1", "cloudfront"),
            ("POST / HTTP/1.1\nX-Event-Key: repo:push\nx-hub-signature: sha256=00", "bitbucket"),
            ("POST / HTTP/1.1\nx-hub-signature: sha1=00", "github-sha1"),
            ("POST / HTTP/1.1\nStripe-Signature: t=1,v1=00", "stripe"),
            ("POST / HTTP/1.1\nX-Slack-Signature: v0=00\nX-Slack-Request-Timestamp: 1", "slack"),
            (
                "POST / HTTP/1.1\nwebhook-id: a\nwebhook-timestamp: 1\nwebhook-signature: v1,c2ln",
                "standard-webhooks",
            ),
            ("POST / HTTP/1.1\nsvix-id: a\nsvix-timestamp: 1\nsvix-signature: v1,c2ln", "svix"),
            ("GET / HTTP/1.1\nSignature-Input: sig=()\nSignature: sig=:c2ln:", "rfc9421"),
            ("POST / HTTP/1.1\nX-Signature-Ed25519: 00\nX-Signature-Timestamp: 1", "discord"),
        ] {
            let request = request(&format!("{head}\nHost: h\n\n{{}}"));
            assert_eq!(crate::scheme::claim(&request).map(|(scheme, _)| scheme.name()), Some(id), "{head}");
            assert!(named(&request).is_none(), "{head}");
        }
    }

    #[test]
    fn what_aws_claims_is_its_own_whatever_else_is_sent() {
        let claims = [
            "GET / HTTP/1.1\nX-Goog-Date: a\nStripe-Signature: t=1\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=A/20261122/auto/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
            "GET / HTTP/1.1\nX-Hub-Signature-256: a\nAuthorization: AWS4-HMAC-SHA256 Credential=broken",
            "GET /?sv=1&se=1&sig=a&X-Amz-Algorithm=AWS4-HMAC-SHA256 HTTP/1.1",
            "GET / HTTP/1.1\nx-oss-date: a\nAuthorization: AWS id:c2ln",
            "GET /?AWSAccessKeyId=a&Expires=1&Signature=b&Key-Pair-Id=c HTTP/1.1",
        ];
        for head in claims {
            assert_eq!(name_of(head), None, "{head}");
        }
    }

    #[test]
    fn a_token_is_no_signature_and_a_plain_request_none() {
        for head in [
            "GET / HTTP/1.1",
            "GET /?Signature=a&Expires=1 HTTP/1.1",
            "GET / HTTP/1.1\nAuthorization: Bearer a",
            "GET / HTTP/1.1\nAuthorization: Basic YTpi",
            "GET / HTTP/1.1\nX-Goog-Date: a\nx-ms-date: b\nx-oss-date: c",
        ] {
            assert_eq!(name_of(head), None, "{head}");
        }
    }

    #[test]
    fn says_what_it_is_and_where() {
        let huawei = request("GET / HTTP/1.1\nHost: h\nAuthorization: V11-HMAC-SHA256 Access=a\n\n");
        let words = named(&huawei).unwrap().sentence(&huawei);
        assert_eq!(words, "a Huawei Cloud signature in the Authorization header, which is not supported yet");
    }
}
