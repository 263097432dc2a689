//! What the name of a header, parameter, field or element says of its value.
//!
//! A name counts by its last words, whatever case and punctuation it has: `clientSecret`, `client_secret` and `X-Client-Secret` are one.
//! A value is a credential when whoever has it may act with it, now or later. So a session token is one, and the `sig` of an Azure SAS,
//! which is good by itself for as long as it lasts; the signature of one request is none: it is what a report is about, and good for that
//! request alone. What only names something (an access key id, the name or number of a secret, a hash of a key) is none either, and a
//! token that marks a place in a list or makes a request idempotent opens nothing.

/// What a name says of its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// It may be shown.
    Open,
    /// It is a credential.
    Secret,
    /// It is one but for what is understood of it as a signature.
    Authorization,
    /// It is one to the end of its line, whatever it holds.
    Cookie,
    /// It names a host, in front of which a user and a password may stand.
    Host,
}

/// Names that are a credential when they end so.
const ENDINGS: [&str; 64] = [
    "token",
    "tokens",
    "tokenvalue",
    "tokencode",
    "secret",
    "secrets",
    "secretvalue",
    "secretstring",
    "secretbinary",
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "apikey",
    "apikeys",
    "accesskey",
    "secretkey",
    "secretaccesskey",
    "privatekey",
    "sharedkey",
    "sharedaccesskey",
    "accountkey",
    "storagekey",
    "masterkey",
    "authkey",
    "authorizationkey",
    "signingkey",
    "encryptionkey",
    "decryptionkey",
    "customerkey",
    "subscriptionkey",
    "functionskey",
    "functionkey",
    "sessionkey",
    "servicekey",
    "adminkey",
    "userkey",
    "clientkey",
    "appkey",
    "applicationkey",
    "licensekey",
    "deploykey",
    "hostkey",
    "jwt",
    "codeverifier",
    "clientassertion",
    "jwtassertion",
    "oidcdata",
    "otp",
    "mfacode",
    "otpcode",
    "devicecode",
    "basicauth",
    "apiauth",
    "registryauth",
    "registryconfig",
    "userpass",
    "fastlykey",
    "cloudflarekey",
    "sentrykey",
    "apicredential",
    "passworddigest",
];

/// Words behind a name that leave it what it is: `password_confirmation`.
const QUALIFIERS: [&str; 9] =
    ["confirmation", "confirm", "again", "repeat", "new", "old", "prod", "dev", "bin"];

/// Names that are a credential when they are nothing else.
const WHOLE: [&str; 32] = [
    "auth",
    "xauth",
    "sig",
    "sid",
    "pass",
    "otp",
    "pin",
    "bearer",
    "session",
    "sessionid",
    "xsessionid",
    "jsessionid",
    "phpsessid",
    "aspsessionid",
    "assertion",
    "samlassertion",
    "samlresponse",
    "xamznbedrockbearer",
    "xapikey",
    "keymaterial",
    "ciphertextkey",
    "plaintext",
    "pw",
    "xcredentials",
    "xzumoauth",
    "mashapekey",
    "xinsertkey",
    "xquerykey",
    "credentials",
    "macaroon",
    "dpop",
    "mfa",
];

/// Endings of names that look like one of those, and are none.
const PUBLIC: [&str; 16] = [
    "expiredtoken",
    "invalidtoken",
    "missingtoken",
    "malformedtoken",
    "nexttoken",
    "continuationtoken",
    "pagetoken",
    "paginationtoken",
    "startingtoken",
    "clienttoken",
    "clientrequesttoken",
    "requesttoken",
    "idempotencytoken",
    "synctoken",
    "bookmarktoken",
    "changetoken",
];

/// Longer names are looked at from their end.
const LONGEST: usize = 64;

impl Kind {
    /// Whether a value of this kind is hidden, wholly or but for a signature.
    pub(crate) fn is_credential(self) -> bool {
        match self {
            Self::Secret | Self::Authorization | Self::Cookie => true,
            Self::Open | Self::Host => false,
        }
    }

    /// What the name says, whatever its case and punctuation. A name that was escaped must be unescaped before.
    pub(crate) fn of(name: &[u8]) -> Self {
        let mut buffer = [0; LONGEST];
        let name = plain(name, &mut buffer);
        let qualifier = QUALIFIERS.iter().find_map(|word| name.strip_suffix(word.as_bytes()));
        let name =
            qualifier.filter(|name| ENDINGS.iter().any(|end| name.ends_with(end.as_bytes()))).unwrap_or(name);
        let last = name.last();
        // Most names are told apart by a byte.
        let ends = |ending: &&str| ending.as_bytes().last() == last && name.ends_with(ending.as_bytes());
        match () {
            () if name.len() < 3 || PUBLIC.iter().any(ends) => Self::Open,
            () if name.ends_with(b"authorization") || name.ends_with(b"authorizationheader") => {
                Self::Authorization
            }
            () if name.ends_with(b"cookie") || name.ends_with(b"cookies") => Self::Cookie,
            () if matches!(
                name,
                b"host" | b"authority" | b"xforwardedhost" | b"xoriginalhost" | b"forwarded" | b"via"
            ) =>
            {
                Self::Host
            }
            () if is_whole(name) || ENDINGS.iter().any(ends) => Self::Secret,
            () => Self::Open,
        }
    }
}

/// Whether a name is one of [`WHOLE`], be it that of a header of one's own: `X-Pin`.
fn is_whole(name: &[u8]) -> bool {
    let own = name.strip_prefix(b"x").unwrap_or(name);
    WHOLE.iter().any(|whole| [name, own].contains(&whole.as_bytes()))
}

/// The letters and digits of a name in lower case, from its end; digits at the end are no part of it (`password2`), nor is what an
/// entity left before it (`amp;token`).
fn plain<'a>(name: &[u8], buffer: &'a mut [u8; LONGEST]) -> &'a [u8] {
    let name = name
        .rsplit(|byte| matches!(byte, b';' | b'.' | b'$' | b'#' | b'?' | b'/'))
        .find(|part| !part.is_empty());
    let name = name.unwrap_or_default();
    let end = name.iter().rposition(|byte| !(byte.is_ascii_digit() || is_mark(*byte))).map_or(0, |at| at + 1);
    let mut at = LONGEST;
    for byte in name[..end].iter().rev().filter(|byte| !is_mark(**byte)) {
        if at == 0 {
            break;
        }
        at -= 1;
        buffer[at] = byte.to_ascii_lowercase();
    }
    &buffer[at..]
}

/// Punctuation and space between the words of a name.
fn is_mark(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_by_its_last_words() {
        for name in [
            "X-Amz-Security-Token",
            "amp;x-amz-security-token",
            "access_token",
            "clientSecret",
            "oauth.client_secret",
            "user[password]",
            "password2",
            "X-API-Key",
            "Ocp-Apim-Subscription-Key",
            "x-amz-server-side-encryption-customer-key",
            "SecretAccessKey",
            "x-csrf-token",
            "PRIVATE-TOKEN",
            "db_passwd",
            "sig",
            "session",
            "x-vault-token",
            "token ",
        ] {
            assert_eq!(Kind::of(name.as_bytes()), Kind::Secret, "{name}");
        }
    }

    #[test]
    fn what_only_names_marks_or_hashes_is_open() {
        for name in [
            "AWSAccessKeyId",
            "accessKeyId",
            "X-Amz-Credential",
            "X-Amz-Signature",
            "Signature",
            "NextToken",
            "continuation-token",
            "x-amz-client-token",
            "token_type",
            "SecretId",
            "x-amz-server-side-encryption-customer-key-MD5",
            "x-amz-server-side-encryption-customer-algorithm",
            "key",
            "Key",
            "partition-key",
            "Sec-WebSocket-Key",
            "secretsmanager.us-east-1.amazonaws.com",
            "x-amz-content-sha256",
            "RoleSessionName",
            "tokenizer",
            "",
            "-",
        ] {
            assert_eq!(Kind::of(name.as_bytes()), Kind::Open, "{name}");
        }
    }

    #[test]
    fn some_names_say_more() {
        assert_eq!(Kind::of(b"Proxy-Authorization"), Kind::Authorization);
        assert_eq!(Kind::of(b"x-amzn-authorization"), Kind::Authorization);
        assert_eq!((Kind::of(b"Set-Cookie"), Kind::of(b"cookie")), (Kind::Cookie, Kind::Cookie));
        assert_eq!((Kind::of(b"Host"), Kind::of(b":authority")), (Kind::Host, Kind::Host));
    }
}
