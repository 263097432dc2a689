//! What an error says of the request that it refuses, held against another: the region it was signed for, the service, the bucket.

use super::Piece;
use crate::request::Request;

/// Region and service of a claim, as far as it names them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// The region.
    pub region: Option<&'a [u8]>,
    /// The service.
    pub service: Option<&'a [u8]>,
}

impl Piece {
    /// Whether it speaks of something that this request has otherwise: then it is about another one.
    pub fn is_about_another(&self, request: &Request, scope: Scope<'_>) -> bool {
        let differs =
            |told: Option<&str>, own: Option<&[u8]>| told.zip(own).is_some_and(|(a, b)| a.as_bytes() != b);
        let is_elsewhere = self.is_of_s3() && scope.service.is_some_and(|own| !own.starts_with(b"s3"));
        is_elsewhere || differs(self.signed_region(), scope.region) || self.names_another_bucket(request)
    }

    /// The region that the request was signed for, in the words of an error that wants another one.
    fn signed_region(&self) -> Option<&str> {
        const BEFORE: [&str; 2] = ["the region '", "to a valid region, not '"];
        let message = self.message.as_deref()?;
        let behind = BEFORE.iter().find_map(|before| Some(message.split_once(before)?.1))?;
        Some(behind.split_once('\'')?.0)
    }

    /// Whether no other service than S3 answers so.
    fn is_of_s3(&self) -> bool {
        /// Fields of its errors alone.
        const FIELDS: [&str; 4] =
            ["BucketName", "HeadersNotSigned", "ClientComputedContentSHA256", "MaxAllowedSkewMilliseconds"];
        const WORDS: [&str; 2] =
            ["is wrong; expecting '", "Please send all future requests to this endpoint"];
        let message = self.message.as_deref().unwrap_or_default();
        self.fields.iter().any(|(name, _)| FIELDS.contains(&&**name))
            || WORDS.iter().any(|words| message.contains(words))
    }

    fn names_another_bucket(&self, request: &Request) -> bool {
        let name =
            self.fields.iter().find(|(name, _)| name == "BucketName").map(|(_, value)| value.as_bytes());
        let stands_in = |text: &[u8], name: &[u8]| memchr::memmem::find(text, name).is_some();
        name.is_some_and(|name| {
            !stands_in(&request.target, name) && !stands_in(request.host().unwrap_or_default(), name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Side, read};

    const REGION: &[u8] = b"<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'</Message><Region>eu-central-1</Region></Error>";

    fn is_about_another(error: &[u8], target: &str, region: &str, service: &str) -> bool {
        let request = Request { target: target.into(), ..Request::default() };
        let scope = Scope { region: Some(region.as_bytes()), service: Some(service.as_bytes()) };
        read(error).unwrap()[0].is_about_another(&request, scope)
    }

    #[test]
    fn an_error_is_about_the_request_whose_scope_it_names() {
        assert!(!is_about_another(REGION, "/", "us-east-1", "s3"));
        assert!(is_about_another(REGION, "/", "us-west-2", "s3"), "another region was signed");
        assert!(is_about_another(REGION, "/", "us-east-1", "iam"), "only S3 answers so");
        let other = b"<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Credential should be scoped to a valid region, not 'us-east-1'. </Message></Error></ErrorResponse>";
        assert!(!is_about_another(other, "/", "us-east-1", "iam"));
        assert!(is_about_another(other, "/", "us-west-2", "iam"));
        assert!(!Piece::new(Side::Server, "a text").is_about_another(&Request::default(), Scope::default()));
    }

    #[test]
    fn an_error_is_about_the_bucket_that_it_names() {
        let error = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message><BucketName>own</BucketName></Error>";
        assert!(!is_about_another(error, "https://own.s3.amazonaws.com/k", "us-east-1", "s3"));
        assert!(is_about_another(error, "https://other.s3.amazonaws.com/k", "us-east-1", "s3"));
    }
}
