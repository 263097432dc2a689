//! The schemes as rows of names, and which of them are looked for and which sign.

use super::{Family, Scheme, Signing, keyed, layout, v2, v4};
use crate::signature::{mac, name};

/// AWS Signature Version 4.
pub static AWS4: v4::V4 = v4::V4(&Family {
    algorithm: name::AWS4,
    key_prefix: "AWS4",
    terminator: "aws4_request",
    layout: &layout::CHAINED,
    signing: Signing::Hmac,
    date_header: "X-Amz-Date",
    token_header: "X-Amz-Security-Token",
    region_set_header: None,
    content_header: "X-Amz-Content-Sha256",
    header_prefix: "x-amz-",
    query_prefix: "X-Amz-",
    service: None,
});

/// AWS Signature Version 4A: asymmetric, and good in more than one region.
pub static AWS4A: v4::V4 = v4::V4(&Family {
    algorithm: name::AWS4A,
    key_prefix: "AWS4A",
    layout: &layout::WITHOUT_REGION,
    signing: Signing::Ecdsa,
    region_set_header: Some("X-Amz-Region-Set"),
    ..*AWS4.0
});

/// Google Cloud Storage's Signature Version 4 with an HMAC key: <https://cloud.google.com/storage/docs/authentication/signatures>.
pub static GOOG4: v4::V4 = v4::V4(&Family {
    algorithm: name::GOOG4,
    key_prefix: "GOOG4",
    terminator: "goog4_request",
    date_header: "X-Goog-Date",
    token_header: "X-Goog-Security-Token",
    content_header: "X-Goog-Content-SHA256",
    header_prefix: "x-goog-",
    query_prefix: "X-Goog-",
    service: Some("storage"),
    ..*AWS4.0
});

/// AWS Signature Version 2: checked, and never planned.
pub static AWS2: v2::V2 = v2::V2;

/// The webhooks of GitHub; Gitea, Forgejo and Meta send the same header.
pub static HUB: keyed::Keyed = keyed::Keyed(&keyed::Row {
    header: name::HUB,
    prefix: "sha256=",
    signing: mac::Signing { hash: mac::Hash::Sha256, encoding: mac::Encoding::Hex },
    title: "GitHub webhook",
    link: "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
});

/// GitHub's older webhooks.
pub static HUB_SHA1: keyed::Keyed = keyed::Keyed(&keyed::Row {
    header: name::HUB_SHA1,
    prefix: "sha1=",
    signing: mac::Signing { hash: mac::Hash::Sha1, encoding: mac::Encoding::Hex },
    title: "GitHub webhook with SHA-1",
    ..*HUB.0
});

/// Every scheme, in the order in which a request is asked for them.
pub static SCHEMES: &[&dyn Scheme] = &[&AWS4, &AWS4A, &GOOG4, &AWS2, &HUB, &HUB_SHA1];

/// The schemes that a request can be signed with.
pub static PLANNED: &[&dyn Scheme] = &[&AWS4, &AWS4A, &GOOG4, &HUB, &HUB_SHA1];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_scheme() {
        let names = |schemes: &[&dyn Scheme]| schemes.iter().map(|scheme| scheme.name()).collect::<Vec<_>>();
        assert_eq!(names(PLANNED), name::PLANNED);
        let mut every = [&name::PLANNED[..], &name::CHECKED].concat();
        every.sort_unstable();
        let mut own = names(SCHEMES);
        own.sort_unstable();
        assert_eq!(own, every);
    }
}
