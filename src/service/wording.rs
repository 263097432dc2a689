//! How other makers word a refusal: what was seen in answers of their servers; nothing where none was seen.

/// The words of one maker. Each begins with the code, where the maker has codes.
#[derive(Debug, Eq, PartialEq)]
pub struct Wording {
    /// The form of an answer.
    pub form: Form,
    /// The status of a refusal.
    pub status: u16,
    /// The signatures differ.
    pub mismatch: &'static str,
    /// The key id is not known.
    pub unknown_key: &'static str,
    /// The date is too far from the clock.
    pub skewed: &'static str,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// `<Error><Code>…</Code><Message>…</Message></Error>`, as S3 has it.
    Xml,
    /// JSON with `Code` and `Message`.
    Json,
    /// JSON with `Response.Error.Code` and `Message`: Tencent Cloud.
    Response,
    /// JSON with `ResponseMetadata.Error`: Volcengine.
    Metadata,
    /// JSON with `error_code` and `error_msg`: Huawei Cloud.
    Underscored,
    /// JSON with `error.message` and `status`: JD Cloud.
    Nested,
}

/// Alibaba Cloud OSS, as aliyun/oss-browser#41 and its documentation of errors have it.
pub static OSS: Wording = Wording {
    form: Form::Xml,
    status: 403,
    mismatch: "SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. \
               Check your key and signing method.",
    unknown_key: "InvalidAccessKeyId: The OSS Access Key Id you provided does not exist in our records.",
    skewed: "RequestTimeTooSkewed: The difference between the request time and the current time is too large.",
};

/// Alibaba Cloud's API: aliyun/alibabacloud-csharp-sdk#40.
pub static ALIBABA: Wording = Wording {
    form: Form::Json,
    status: 400,
    mismatch: "SignatureDoesNotMatch: Specified signature does not match our calculation.",
    unknown_key: "InvalidAccessKeyId.NotFound: Specified access key is not found.",
    skewed: "InvalidTimeStamp.Expired: Specified time stamp or date value is expired.",
};

/// Tencent Cloud: zero205/JD_tencent_scf#67, and its documentation of common errors.
pub static TENCENT: Wording = Wording {
    form: Form::Response,
    status: 200,
    mismatch: "AuthFailure.SignatureFailure: The provided credentials could not be validated. Please check your \
               signature is correct.",
    unknown_key: "AuthFailure.SecretIdNotFound: The SecretId is not found, please ensure that your SecretId is correct.",
    skewed: "AuthFailure.SignatureExpire: The provided credentials are expired. Please check the timestamp of the request.",
};

/// Volcengine: aws-samples/sigv4-signing-examples#11.
pub static VOLCENGINE: Wording = Wording {
    form: Form::Metadata,
    status: 401,
    mismatch: "SignatureDoesNotMatch",
    unknown_key: "InvalidAccessKey",
    skewed: "InvalidTimestamp",
};

/// Volcengine's object storage.
pub static TOS: Wording = Wording {
    form: Form::Json,
    status: 403,
    mismatch: "SignatureDoesNotMatch",
    unknown_key: "InvalidAccessKeyId",
    skewed: "RequestTimeTooSkewed",
};

/// Huawei Cloud: huaweicloud/huaweicloud-sdk-python#13, huaweicloud/huaweicloud-sdk-java-v3#44, jeessy2/ddns-go#844.
pub static HUAWEI: Wording = Wording {
    form: Form::Underscored,
    status: 401,
    mismatch: "APIGW.0301: Incorrect IAM authentication information: verify aksk signature fail",
    unknown_key: "APIGW.0301: Incorrect IAM authentication information: ak not exist",
    skewed: "APIGW.0301: Incorrect IAM authentication information: calc aksk signature fail:signature expired",
};

/// JD Cloud: jdcloud-api/jdcloud-sdk-php#88.
pub static JD_CLOUD: Wording = Wording {
    form: Form::Nested,
    status: 401,
    mismatch: "ACCESS_ERROR: sign result is not same [gw]",
    unknown_key: "",
    skewed: "",
};

/// Escher's own libraries: the text of what they raise.
pub static ESCHER: Wording = Wording {
    form: Form::Json,
    status: 401,
    mismatch: "The signatures do not match",
    unknown_key: "Invalid Escher key",
    skewed: "The request date is not within the accepted time range",
};

/// Somebody of whom nothing is known.
pub static UNKNOWN: Wording =
    Wording { form: Form::Json, status: 403, mismatch: "", unknown_key: "", skewed: "" };
