//! Requests as they stand on the wire, signed with the `aws-sigv4` crate.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use countersign::secret::Secret;

/// One of the pairs that AWS documents.
pub(crate) const ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A pair for a key store.
pub(crate) fn pair(id: &str, secret: &str) -> countersign::signature::Credentials {
    countersign::signature::Credentials {
        fields: Default::default(),
        access_key_id: id.into(),
        secret: Secret::new(secret),
        session_token: None,
        source: "the test".into(),
    }
}

/// A request, and with what it is signed.
#[derive(Clone)]
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    pub(crate) host: &'a str,
    /// Name and value, both as they are sent; all are signed.
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    pub(crate) body: &'a [u8],
    pub(crate) id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) time: SystemTime,
}

impl<'a> Signed<'a> {
    /// A request to S3 in us-east-1, signed now.
    pub(crate) fn new(method: &'a str, target: &'a str) -> Self {
        Self {
            method,
            target,
            host: "127.0.0.1:9000",
            headers: Vec::new(),
            body: b"",
            id: ID,
            secret: SECRET,
            region: "us-east-1",
            service: "s3",
            time: SystemTime::now(),
        }
    }

    /// The headers that sign it.
    fn authorization(&self) -> Vec<(String, String)> {
        let identity = Credentials::new(self.id, self.secret, None, None, "test").into();
        let mut settings = SigningSettings::default();
        if self.service == "s3" {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let params = SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(self.time)
            .settings(settings)
            .build()
            .unwrap();
        let url = format!("http://{}{}", self.host, self.target);
        let headers = self.headers.iter().copied();
        let body = match self.headers.iter().any(|(name, _)| *name == "x-amz-trailer") {
            true => SignableBody::StreamingUnsignedPayloadTrailer,
            false => SignableBody::Bytes(self.body),
        };
        let request = SignableRequest::new(self.method, url, headers, body).unwrap();
        let signed = sign(request, &params.into()).unwrap().into_parts().0;
        signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Request line and headers, with `more` that is not signed before the blank line.
    pub(crate) fn head(&self, more: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {}\r\n", self.method, self.target, self.host);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        for (name, value) in self.authorization() {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(more);
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// The whole request, its length told.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let length = format!("Content-Length: {}\r\n", self.body.len());
        [self.head(if self.body.is_empty() { "" } else { &length }), self.body.to_vec()].concat()
    }
}
