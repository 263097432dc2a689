//! The schemes as rows of names, and which of them are looked for and which sign.

use super::names::{self, DateNames, DayForm, HeaderSyntax, List, Payloads, Signs};
use super::{Family, PathBegins, Scheme, ScopeEnd, Signing, layout, v2, v4};
use crate::service::relatives;
use crate::signature::name;
use crate::time::DateForm;

/// AWS Signature Version 4.
pub static AWS4: v4::V4 = v4::V4(&Family {
    algorithm: name::AWS4,
    key_prefix: "AWS4",
    terminator: "aws4_request",
    scope_end: ScopeEnd::Fixed,
    layout: &layout::CHAINED,
    signing: Signing::Hmac,
    syntax: &names::AUTHORIZATION,
    parameters: Some(&names::PARAMETERS),
    signs: Signs::Listed,
    required: &["host"],
    payloads: Payloads::AsStated,
    path_begins: PathBegins::AsSent,
    date_header: "X-Amz-Date",
    dates: &names::BASIC,
    token_header: "X-Amz-Security-Token",
    region_set_header: None,
    content_header: "X-Amz-Content-Sha256",
    header_prefix: "x-amz-",
    query_prefix: "X-Amz-",
    service: None,
    rules: None,
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

/// The same with the key pair of a service account.
pub static GOOG4_RSA: v4::V4 = v4::V4(&Family {
    algorithm: name::GOOG4_RSA,
    key_prefix: "",
    layout: &layout::SCOPED,
    signing: Signing::Rsa,
    ..*GOOG4.0
});

/// Volcengine's object storage: <https://www.volcengine.com/docs/6349/74839>.
pub static TOS4: v4::V4 = v4::V4(&Family {
    algorithm: name::TOS4,
    key_prefix: "",
    terminator: "request",
    signs: Signs::Planned(&["content-md5", "content-type", "host", "x-tos-*"]),
    date_header: "X-Tos-Date",
    token_header: "X-Tos-Security-Token",
    content_header: "X-Tos-Content-Sha256",
    header_prefix: "x-tos-",
    query_prefix: "X-Tos-",
    service: Some("tos"),
    rules: Some(&relatives::TOS),
    ..*AWS4.0
});

/// Volcengine's other services: <https://www.volcengine.com/docs/6369/67269>. The algorithm is called as that of others is.
pub static VOLCENGINE: v4::V4 = v4::V4(&Family {
    algorithm: name::VOLCENGINE,
    syntax: &HeaderSyntax { beside: Some("x-date"), ..names::AUTHORIZATION },
    // Its URLs list the parameters that are signed, which no other does.
    parameters: None,
    signs: Signs::Planned(&[
        "content-md5",
        "content-type",
        "host",
        "x-content-sha256",
        "x-date",
        "x-security-token",
    ]),
    date_header: "X-Date",
    token_header: "X-Security-Token",
    content_header: "X-Content-Sha256",
    header_prefix: "x-",
    query_prefix: "X-",
    service: None,
    rules: Some(&relatives::VOLCENGINE),
    ..*TOS4.0
});

/// Tencent Cloud's API, version 3: <https://www.tencentcloud.com/document/api/213/33224>.
pub static TC3: v4::V4 = v4::V4(&Family {
    algorithm: name::TC3,
    key_prefix: "TC3",
    terminator: "tc3_request",
    layout: &layout::CHAINED_WITHOUT_REGION,
    parameters: None,
    signs: Signs::Planned(&["content-type", "host"]),
    required: &["content-type", "host"],
    payloads: Payloads::Hashed,
    date_header: "X-TC-Timestamp",
    dates: &DateNames { form: DateForm::Unix, day: DayForm::Dashed },
    token_header: "X-TC-Token",
    content_header: "X-TC-Content-SHA256",
    header_prefix: "x-tc-",
    query_prefix: "X-TC-",
    rules: Some(&relatives::TENCENT),
    ..*AWS4.0
});

/// Alibaba Cloud's API, version 3: <https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature>.
pub static ACS3: v4::V4 = v4::V4(&Family {
    algorithm: name::ACS3,
    key_prefix: "",
    terminator: "",
    layout: &layout::UNDATED,
    syntax: &HeaderSyntax { separator: ",", ..names::AUTHORIZATION },
    parameters: None,
    signs: Signs::Planned(&["accept", "content-type", "host", "user-agent", "x-acs-*"]),
    date_header: "x-acs-date",
    dates: &DateNames { form: DateForm::Extended, day: DayForm::Basic },
    token_header: "x-acs-security-token",
    content_header: "x-acs-content-sha256",
    header_prefix: "x-acs-",
    query_prefix: "x-acs-",
    rules: Some(&relatives::ALIBABA),
    ..*AWS4.0
});

/// Alibaba Cloud's object storage, version 4:
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4>.
pub static OSS4: v4::V4 = v4::V4(&Family {
    algorithm: name::OSS4,
    key_prefix: "aliyun_v4",
    terminator: "aliyun_v4_request",
    syntax: &HeaderSyntax { list: "AdditionalHeaders", listing: List::OfMore, ..names::AUTHORIZATION },
    parameters: Some(&[
        "signature-version",
        "credential",
        "date",
        "expires",
        "region-set",
        "additional-headers",
        "signature",
        "security-token",
        "content-sha256",
    ]),
    signs: Signs::Implied(&["content-md5", "content-type", "x-oss-*"]),
    required: &[],
    payloads: Payloads::Unsigned,
    path_begins: PathBegins::WithBucket,
    date_header: "x-oss-date",
    token_header: "x-oss-security-token",
    content_header: "x-oss-content-sha256",
    header_prefix: "x-oss-",
    query_prefix: "x-oss-",
    service: Some("oss"),
    rules: Some(&relatives::OSS),
    ..*AWS4.0
});

/// Huawei Cloud's API gateway: <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html>.
pub static HUAWEI: v4::V4 = v4::V4(&Family {
    algorithm: name::HUAWEI,
    key_prefix: "",
    terminator: "",
    layout: &layout::UNSCOPED,
    syntax: &HeaderSyntax { credential: "Access", ..names::AUTHORIZATION },
    parameters: None,
    payloads: Payloads::HashedWhenEmpty,
    date_header: "X-Sdk-Date",
    token_header: "X-Security-Token",
    content_header: "X-Sdk-Content-Sha256",
    header_prefix: "x-sdk-",
    query_prefix: "X-Sdk-",
    rules: Some(&relatives::HUAWEI),
    ..*AWS4.0
});

/// JD Cloud: <https://docs.jdcloud.com/en/common-declaration/api/signature>.
pub static JDCLOUD3: v4::V4 = v4::V4(&Family {
    algorithm: name::JDCLOUD3,
    key_prefix: "JDCLOUD3",
    terminator: "jdcloud3_request",
    parameters: None,
    signs: Signs::Planned(&[
        "content-type",
        "host",
        "x-jdcloud-date",
        "x-jdcloud-nonce",
        "x-jdcloud-security-token",
    ]),
    date_header: "x-jdcloud-date",
    token_header: "x-jdcloud-security-token",
    content_header: "x-jdcloud-content-sha256",
    header_prefix: "x-jdcloud-",
    query_prefix: "x-jdcloud-",
    rules: Some(&relatives::JD_CLOUD),
    ..*AWS4.0
});

/// JD Cloud's older signature, which differs in its names.
pub static JDCLOUD2: v4::V4 = v4::V4(&Family {
    algorithm: name::JDCLOUD2,
    key_prefix: "JDCLOUD2",
    terminator: "jdcloud2_request",
    ..*JDCLOUD3.0
});

/// Escher, as Emarsys has it: <https://escherauth.io>.
pub static EMS: v4::V4 = v4::V4(&Family {
    algorithm: name::EMS,
    key_prefix: "EMS",
    terminator: "ems_request",
    scope_end: ScopeEnd::Agreed,
    syntax: &HeaderSyntax { header: "X-Ems-Auth", ..names::AUTHORIZATION },
    parameters: Some(&names::ESCHER),
    payloads: Payloads::Hashed,
    required: &["host", "x-ems-date"],
    date_header: "X-Ems-Date",
    token_header: "X-Ems-Security-Token",
    content_header: "X-Ems-Content-Sha256",
    header_prefix: "x-ems-",
    query_prefix: "X-EMS-",
    rules: Some(&relatives::ESCHER),
    ..*AWS4.0
});

/// AWS Signature Version 2: checked, and never planned.
pub static AWS2: v2::V2 = v2::V2;

/// The schemes that are programmed, in the order in which a request is asked for them; those that are described come after them.
pub static OWN: &[&dyn Scheme] = &[
    &AWS4,
    &AWS4A,
    &GOOG4,
    &GOOG4_RSA,
    &AWS2,
    &TOS4,
    &VOLCENGINE,
    &TC3,
    &ACS3,
    &OSS4,
    &HUAWEI,
    &JDCLOUD3,
    &JDCLOUD2,
    &EMS,
];

/// Those of them that a request can be signed with.
pub static PLANNED: &[&dyn Scheme] = &[
    &AWS4,
    &AWS4A,
    &GOOG4,
    &GOOG4_RSA,
    &TOS4,
    &VOLCENGINE,
    &TC3,
    &ACS3,
    &OSS4,
    &HUAWEI,
    &JDCLOUD3,
    &JDCLOUD2,
    &EMS,
];

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
