//! The gates of a server: an error at one of them proves that those before it were passed.
//!
//! The order is that of scratchstack-aws-signature's document, and of the answers that S3 was seen to give.

mod others;

use super::source;
use others::OTHERS;

/// One gate, and what its message means.
#[derive(Debug, Eq, PartialEq)]
pub struct Gate {
    /// Its stable name.
    pub id: &'static str,
    /// What the server looks at there.
    pub rung: Rung,
    /// Words of its messages; the first that is found decides.
    words: &'static [&'static str],
    /// Error codes that mean it, whatever the message says.
    codes: &'static [&'static str],
    /// What it means, in a sentence.
    pub means: &'static str,
    /// What to do.
    pub fix: &'static str,
}

/// What a server looks at when it refuses, in its order.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Rung {
    /// The request, before its signature is read.
    Unread,
    /// The header or the parameters of the signature.
    Authentication,
    /// Algorithm and credential.
    Claim,
    /// The date.
    Date,
    /// The scope.
    Scope,
    /// The access key.
    Key,
    /// The list of signed headers, where a server looks at it behind the key.
    Coverage,
    /// The signature.
    Signature,
    /// What comes behind a right signature.
    Behind,
    /// The signature of another scheme.
    OfAnother,
    /// Somewhere among them: the answer does not say where.
    Unsaid,
    /// Something else than the signature.
    Elsewhere,
}

impl Rung {
    /// Whether the server still reads the claim here, and has compared nothing.
    pub(crate) fn is_of_reading(self) -> bool {
        self <= Self::Claim
    }
}

/// What an answer shows of how a request was signed, and of the order in which its server looks at a claim.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ladder {
    /// Signature Version 4, in the order of AWS's services but S3: date, scope, key, signature.
    Aws,
    /// Signature Version 4, in an order that is not known: of S3, Google, MinIO and so on.
    Version4,
    /// Not even whether there was a scope.
    Unknown,
}

impl Rung {
    /// What is known once a gate of this rung has answered.
    pub(super) fn proves(self, ladder: Ladder) -> &'static str {
        match (self, ladder) {
            (Self::Unread, _) => "The request was refused before its signature was read.",
            (Self::Authentication, _) => {
                "Authentication was found, but could not be read: nothing was compared yet."
            }
            (Self::Claim, _) => "The server still read the claim here: no signature was compared.",
            (Self::Date, _) => "The server stopped at the date: nothing is said of the signature.",
            (Self::Scope, Ladder::Aws) => {
                "The date is within the window, which AWS checks first; key and signature were not looked at."
            }
            (Self::Scope, Ladder::Version4 | Ladder::Unknown) => {
                "The server stopped at the scope: nothing is said of date, key and signature."
            }
            (Self::Key, _) => "The server stopped at the key: no signature was compared.",
            (Self::Coverage, _) => {
                "The server knows the key ID, and stopped at the list of signed headers: no signature was compared."
            }
            (Self::Signature, Ladder::Aws | Ladder::Version4) => {
                "Date, scope and key ID passed: the signatures themselves differ."
            }
            (Self::Signature, Ladder::Unknown) => {
                "The server knows the key ID: with the secret that belongs to it there, it computed another signature."
            }
            (Self::Behind, _) => "The signature was right.",
            (Self::Elsewhere, _) => "The answer is about something else than the signature.",
            (Self::OfAnother, _) => "The message is that of another scheme than AWS's.",
            (Self::Unsaid, _) => "The answer does not say which check failed.",
        }
    }
}

const fn gate(
    id: &'static str,
    rung: Rung,
    words: &'static [&'static str],
    codes: &'static [&'static str],
    means: &'static str,
    fix: &'static str,
) -> Gate {
    Gate { id, rung, words, codes, means, fix }
}

/// Every gate, those with the plainest words first.
pub static GATES: &[Gate] = &[
    gate(
        "another-token",
        Rung::Authentication,
        &[
            "in Authorization header: 'Bearer",
            "in Authorization header: 'Basic",
            "in Authorization header: 'eyJ",
            "in Authorization header: 'Token",
        ],
        &[],
        "A token of another kind arrived where a signature is wanted; API Gateway says so of paths and stages that do not exist, too.",
        "Check path, method and stage; where they are right, sign the request with AWS4-HMAC-SHA256 instead of sending the token.",
    ),
    gate(
        "signature-expired",
        Rung::Date,
        &["Signature expired", "is now earlier than"],
        &[],
        "The date of the request is too far in the past for the server's clock.",
        "Sign again right before sending; if that fails too, set the signer's clock.",
    ),
    gate(
        "signature-not-yet-current",
        Rung::Date,
        &["Signature not yet current", "is still later than"],
        &[],
        "The date of the request is too far in the future for the server's clock.",
        "Compare the date that was sent with the server's clock: write it in UTC, and set the signer's clock if that is wrong.",
    ),
    gate(
        "time-skewed",
        Rung::Date,
        &[
            "The difference between the request time and the",
            "time is too large",
            "too skewed",
            "aksk signature fail:signature expired",
        ],
        &["RequestTimeTooSkewed", "AuthFailure.SignatureExpire", "InvalidTimeStamp.Expired"],
        "The clock of the client and that of the server are more than the allowed time apart.",
        "Compare the date that was sent with the server's clock: write it in UTC, and set the signer's clock if that is wrong.",
    ),
    gate(
        "url-expired",
        Rung::Date,
        &["Request has expired", "Policy expired", "Request signature expired at"],
        &["ExpiredPresignRequest"],
        "The presigned URL or policy is not good any more.",
        "Presign a new one.",
    ),
    gate(
        "region-wrong",
        Rung::Scope,
        &[
            "is wrong; expecting",
            "should be scoped to a valid region",
            "must be scoped to a valid region",
            "scoped to a valid region",
        ],
        &[],
        "The scope names another region than the endpoint's.",
        "Sign for the region that the server names.",
    ),
    gate(
        "bucket-elsewhere",
        Rung::Elsewhere,
        &["must be addressed using the specified endpoint"],
        &["PermanentRedirect", "TemporaryRedirect"],
        "The bucket is not at this endpoint; S3 names the one where it is.",
        "Send the request to the endpoint that the answer names, and sign it for that host and its region.",
    ),
    gate(
        "service-wrong",
        Rung::Scope,
        &[
            "should be scoped to correct service",
            "must be scoped to correct service",
            "This endpoint belongs to",
        ],
        &[],
        "The scope names another service than the endpoint's.",
        "Sign with the service name that the server names.",
    ),
    gate(
        "terminator-wrong",
        Rung::Scope,
        &["should be scoped with a valid terminator", "This endpoint uses"],
        &[],
        "The scope does not end in aws4_request.",
        "End the scope with aws4_request.",
    ),
    gate(
        "scope-date-wrong",
        Rung::Scope,
        &["Date in Credential scope does not match", "Invalid credential date", "incorrect date format"],
        &[],
        "The day in the scope is not the day of the request's date.",
        "Take the day from the date that is sent, in UTC.",
    ),
    gate(
        "credential-malformed",
        Rung::Scope,
        &[
            "Credential must have exactly 5 slash-delimited elements",
            "Credential is mal-formed",
            "parsing the X-Amz-Credential",
        ],
        &[],
        "The credential does not have the form key/day/region/service/aws4_request.",
        "Write the credential in this form; a key id holds no slash.",
    ),
    gate(
        "headers-not-signed",
        Rung::Coverage,
        &["headers present in the request which were not signed"],
        &[],
        "x-amz headers were sent that SignedHeaders does not name.",
        "Add every x-amz header before signing.",
    ),
    gate(
        "host-not-signed",
        Rung::Claim,
        &["must be a 'SignedHeader'"],
        &[],
        "The host is not signed.",
        "Sign the host.",
    ),
    gate(
        "signed-header-absent",
        Rung::Claim,
        &["is named as a SignedHeader, but it does not exist"],
        &[],
        "A header that SignedHeaders names did not arrive.",
        "Send every header that is signed; look what takes it off on the way.",
    ),
    gate(
        "date-malformed",
        Rung::Claim,
        &[
            "Date must be in ISO-8601",
            "must be in the ISO8601 Long Format",
            "requires a valid Date or x-amz-date",
        ],
        &[],
        "The date is missing, or not in the form 20150830T123600Z.",
        "Send X-Amz-Date in this form.",
    ),
    gate(
        "key-value-malformed",
        Rung::Authentication,
        &["not a valid key=value pair", "Invalid key=value pair"],
        &[],
        "The Authorization header was cut at a space or comma inside a value: mostly white space in the key id.",
        "Trim the access key id.",
    ),
    gate(
        "authorization-incomplete",
        Rung::Authentication,
        &[
            "requires 'Credential' parameter",
            "requires 'SignedHeaders' parameter",
            "requires 'Signature' parameter",
            "header requires three components",
            "missing Credential",
            "missing Signature",
            "missing SignedHeaders",
            "authorization component",
        ],
        &["IncompleteSignature", "IncompleteSignatureException", "AuthorizationHeaderMalformed"],
        "The Authorization header lacks a part, or has one that cannot be read.",
        "Write Credential, SignedHeaders and Signature.",
    ),
    gate(
        "authorization-type-unsupported",
        Rung::Authentication,
        &["Unsupported authorization type", "Unsupported Authorization Type"],
        &[],
        "The server does not accept this kind of Authorization header.",
        "Take the Authorization header off a presigned URL; else sign with AWS4-HMAC-SHA256.",
    ),
    gate(
        "two-mechanisms",
        Rung::Unread,
        &["Only one auth mechanism allowed", "only one authentication mechanism"],
        &[],
        "The request authenticates in more than one way.",
        "Send a presigned URL without an Authorization header.",
    ),
    gate(
        "date-missing",
        Rung::Claim,
        &["requires existence of either a 'X-Amz-Date' or a 'Date' header"],
        &[],
        "The request reached the server without a date.",
        "Send X-Amz-Date with the date that was signed; look for what drops the header on the way.",
    ),
    gate(
        "query-incomplete",
        Rung::Authentication,
        &[
            "query-string parameters must include",
            "Query-string authentication version 4 requires",
            "Query-string authentication requires",
        ],
        &["AuthorizationQueryParametersError"],
        "The presigned URL lacks a parameter.",
        "Send the whole URL; shells cut one at &.",
    ),
    gate(
        "expires-wrong",
        Rung::Authentication,
        &["X-Amz-Expires must be", "X-Amz-Expires should be"],
        &[],
        "X-Amz-Expires is not a number from 1 to 604800.",
        "Presign for at most seven days.",
    ),
    gate(
        "algorithm-unknown",
        Rung::Authentication,
        &[
            "Unsupported AWS 'algorithm'",
            "X-Amz-Algorithm only supports",
            "authorization mechanism you have provided is not supported",
            "Please use AWS4-HMAC-SHA256",
            "SigV2 authorization is not supported",
            "require AWS Signature Version 4",
            "requires AWS Signature Version 4",
        ],
        &[],
        "The server does not take this algorithm: mostly a request of Signature Version 2.",
        "Sign with AWS4-HMAC-SHA256.",
    ),
    gate(
        "token-missing",
        Rung::Unread,
        &["Missing Authentication Token", "Request is missing Authentication Token"],
        &["MissingAuthenticationToken", "MissingAuthenticationTokenException"],
        "The server found no authentication; API Gateway says so of unknown paths, too.",
        "Check path and stage, and that the Authorization header arrives.",
    ),
    gate(
        "key-unknown",
        Rung::Key,
        &[
            "The security token included in the request is invalid",
            "Access Key Id you provided does not exist",
        ],
        &[
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "InvalidAccessKeyId",
            "AuthFailure.SecretIdNotFound",
            "InvalidAccessKeyId.NotFound",
        ],
        "The key id is not known there, or its session token is missing or belongs to another.",
        "Send the session token that came with the key; check that the key exists and is active.",
    ),
    gate(
        "credentials-not-validated",
        Rung::Unsaid,
        &["was not able to validate the provided access credentials"],
        &["AuthFailure"],
        "EC2 could not validate the credentials.",
        "Check that the key is active in this account and region, then the clock, then the secret.",
    ),
    gate(
        "token-expired",
        Rung::Key,
        &["security token included in the request is expired", "The provided token has expired"],
        &["ExpiredToken", "ExpiredTokenException"],
        "The session of these temporary credentials has ended.",
        "Get new temporary credentials.",
    ),
    gate(
        "token-malformed",
        Rung::Key,
        &["provided token is malformed"],
        &["InvalidToken"],
        "The session token was cut or changed.",
        "Send the token as it came, without line breaks.",
    ),
    gate(
        "content-sha256-mismatch",
        Rung::Behind,
        &["'x-amz-content-sha256' header does not match"],
        &["XAmzContentSHA256Mismatch"],
        "The signature was right, but the body is not the one whose hash was signed.",
        "Send the bytes that were hashed; look what changes the body on the way.",
    ),
    gate(
        "content-sha256-missing",
        Rung::Unread,
        &[
            "Missing required header for this request: x-amz-content-sha256",
            "value of x-amz-content-sha256 header is invalid",
        ],
        &[],
        "S3 wants x-amz-content-sha256 with a hash or a keyword.",
        "Send and sign x-amz-content-sha256.",
    ),
    gate(
        "trailer-malformed",
        Rung::Behind,
        &[
            "trailing data that was not well-formed",
            "value specified in the x-amz-trailer header is not supported",
        ],
        &["MalformedTrailerError"],
        "The trailer is not the one that x-amz-trailer announces.",
        "Announce the trailer that is sent; older servers know none.",
    ),
    gate(
        "chunk-too-small",
        Rung::Behind,
        &["Only the last chunk is allowed to have a size less than"],
        &["InvalidChunkSizeError"],
        "A chunk that is not the last has less than 8192 bytes.",
        "Cut the body into chunks of at least 8192 bytes.",
    ),
    gate(
        "digest-wrong",
        Rung::Behind,
        &["Content-MD5 you specified did not match"],
        &["BadDigest"],
        "The signature was right, but the body does not have the digest that was sent.",
        "Send the bytes that the digest was made of.",
    ),
    gate(
        "query-malformed",
        Rung::Unread,
        &["Incomplete trailing escape", "Illegal hex character in escape"],
        &["MalformedQueryString"],
        "The query holds a % that begins no escape.",
        "Write % as %25.",
    ),
    gate(
        "signature-mismatch",
        Rung::Signature,
        &[
            "request signature we calculated does not match",
            "any computed signature",
            "same as the computed signature",
            "No signatures found matching",
            "Code=InvalidSignature",
            "Specified signature does not match our calculation",
            "verify aksk signature fail",
            "sign result is not same",
            "Please check your signature is correct",
        ],
        &["SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure.SignatureFailure"],
        "The server computed another signature.",
        "Compare what was signed with what the server computed.",
    ),
    gate(
        "authentication-failed",
        Rung::Unsaid,
        &[],
        &["AuthenticationFailed"],
        "The server could not authenticate the request.",
        "Look at the detail of the answer: the date, the key, the form of the header or the signature can be wrong.",
    ),
    gate(
        "anonymous",
        Rung::Unread,
        &["User: anonymous is not authorized"],
        &[],
        "No signature arrived: the server took the request for an anonymous one.",
        "Sign the request, and check that nothing takes its signature off on the way.",
    ),
    gate(
        "not-authorized",
        Rung::Behind,
        &["is not authorized to perform"],
        &["AccessDeniedException", "UnauthorizedOperation"],
        "The signature was right; the permissions were not.",
        "Change the policy, not the signature.",
    ),
    gate(
        "content-type-refused",
        Rung::Elsewhere,
        &["Status Code: 415"],
        &["UnsupportedMediaTypeException"],
        "The service refuses the Content-Type: this is no problem of the signature.",
        "Send the Content-Type that the service takes, once.",
    ),
    gate(
        "service-failed",
        Rung::Elsewhere,
        &["Status Code: 500", "Status Code: 502", "Status Code: 503", "Status Code: 504"],
        &["InternalError", "InternalFailure", "ServiceUnavailable", "SlowDown"],
        "The service could not answer: this is no problem of the signature.",
        "Try again later.",
    ),
    gate(
        "throttled",
        Rung::Elsewhere,
        &["Status Code: 429", "Rate exceeded"],
        &["ThrottlingException", "Throttling", "TooManyRequestsException"],
        "The service was asked too often: this is no problem of the signature.",
        "Wait, and ask less often.",
    ),
];

/// The gate whose words stand in a message, and the sentence around them.
pub(super) fn find(message: &str) -> Option<(&'static Gate, String)> {
    first(message, |text, words| memchr::memmem::find(text.as_bytes(), words.as_bytes()))
}

/// The same in a text of any kind, outside of what it advises its reader.
pub(super) fn told(text: &str) -> Option<(&'static Gate, String)> {
    first(text, |text, words| {
        let mut places = memchr::memmem::find_iter(text.as_bytes(), words.as_bytes());
        places.find(|at| !source::is_advice(&text[..*at]))
    })
}

/// The first gate for which a place is found. Logs are long, and there are many gates.
fn first(text: &str, place: fn(&str, &str) -> Option<usize>) -> Option<(&'static Gate, String)> {
    let found = OTHERS
        .iter()
        .chain(GATES)
        .find_map(|gate| Some((gate, gate.words.iter().find_map(|words| place(text, words))?)));
    let (gate, at) = found?;
    let start = text[..at].rfind(['\n', '"', '>']).map_or(0, |start| start + 1);
    let end = text[at..].find(['\n', '"', '<']).map_or(text.len(), |end| at + end);
    Some((gate, text[start..end].trim().to_owned()))
}

/// Whether an answer refuses a request because of how it was signed: by its status, or by the words or the code of a gate.
pub(crate) fn refuses(answer: &[&str]) -> bool {
    const STATUSES: [&str; 2] = ["401", "403"];
    /// A line that is longer is data.
    const LONGEST: usize = 4096;
    let is_status = |line: &str| {
        let mut words = line.split_whitespace().skip_while(|word| !word.starts_with("HTTP/")).skip(1);
        words.next().is_some_and(|word| STATUSES.contains(&word)) || line.contains("403 Forbidden")
    };
    let lines = answer.iter().filter(|line| line.len() <= LONGEST);
    let text = lines.clone().copied().collect::<Vec<_>>().join("\n");
    let has = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    let mut gates = OTHERS.iter().chain(GATES).filter(|gate| gate.rung != Rung::Elsewhere);
    lines.into_iter().any(|line| is_status(line))
        || gates
            .any(|gate| gate.words.iter().any(|words| has(words)) || gate.codes.iter().any(|code| has(code)))
}

/// The gate that an error code means.
pub(super) fn of_code(code: &str) -> Option<&'static Gate> {
    GATES.iter().find(|gate| gate.codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_lead_to_their_gate() {
        for (text, id) in [
            (
                "Signature expired: 20160928T174419Z is now earlier than 20160928T174724Z (20160928T175224Z - 5 min.)",
                "signature-expired",
            ),
            (
                "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
                "region-wrong",
            ),
            ("Credential should be scoped to correct service: 'execute-api'. ", "service-wrong"),
            (
                "The request signature we calculated does not match the signature you provided.",
                "signature-mismatch",
            ),
            (
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=7wGM",
                "date-missing",
            ),
            (
                "Authorization header requires 'Credential' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
                "authorization-incomplete",
            ),
            (
                "Customer authentication failed: ResultDetail: { Code=InvalidSignature, Message=Invalid signature }",
                "signature-mismatch",
            ),
            (
                "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '7w='.",
                "key-value-malformed",
            ),
            ("User: arn:aws:iam::1:user/a is not authorized to perform: s3:GetObject", "not-authorized"),
            ("User: anonymous is not authorized to perform: es:ESHttpGet", "anonymous"),
        ] {
            assert_eq!(find(text).map(|(gate, _)| gate.id), Some(id), "{text}");
        }
        assert_eq!(of_code("InvalidSignatureException").map(|gate| gate.id), Some("signature-mismatch"));
        assert!(find("all is well").is_none());
    }
}
