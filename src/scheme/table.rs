//! The schemes as rows of names, and which of them are looked for and which sign.

use super::{Family, Scheme, Signing, layout, v2, v4};
use crate::signature::name;

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

/// The schemes that are programmed, in the order in which a request is asked for them; those that are described come after them.
pub static OWN: &[&dyn Scheme] = &[&AWS4, &AWS4A, &GOOG4, &AWS2];

/// Those of them that a request can be signed with.
pub static PLANNED: &[&dyn Scheme] = &[&AWS4, &AWS4A, &GOOG4];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_scheme() {
        let names = |schemes: &[&dyn Scheme]| schemes.iter().map(|scheme| scheme.name()).collect::<Vec<_>>();
        assert_eq!(names(PLANNED), name::PLANNED);
        let mut every = [&name::PLANNED[..], &name::CHECKED].concat();
        every.sort_unstable();
        let mut own = names(OWN);
        own.sort_unstable();
        assert_eq!(own, every);
    }
}
