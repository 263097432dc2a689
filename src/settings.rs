//! Settings: what the request itself does not say. One table, [`SETTINGS`], is the truth for the comment lines of `.http` files
//! (`# @region us-east-1`), the options of the command line (`--region us-east-1`) and their help.

use std::fmt;

use crate::canon::reading::{EncodePath, HeaderSpace, HostPort, NormalizePath, Plus, SessionToken};
use crate::frames::checksum::Algorithm;
use crate::frames::chunked::Form;
use crate::secret::Secret;
use crate::signature::ecdsa::{Nonce, PublicKey};
use crate::signature::{Placement, name};
use crate::time::{DateForm, Timestamp};

/// Values given beside a request; what is `None` was not given.
#[derive(Clone, Default)]
pub struct Settings {
    /// The region.
    pub region: Option<String>,
    /// The signing name of the service.
    pub service: Option<String>,
    /// The date of signing.
    pub time: Option<Time>,
    /// The verifier's clock.
    pub now: Option<Timestamp>,
    /// How many minutes the date may be off the verifier's clock.
    pub tolerance: Option<u32>,
    /// The access key id.
    pub access_key_id: Option<String>,
    /// The secret access key; from a file only, never from an option.
    pub secret_access_key: Option<Secret>,
    /// Where the secret comes from, if not from a setting of its own.
    pub secret_source: Option<&'static str>,
    /// The session token; from a file only, never from an option.
    pub session_token: Option<Secret>,
    /// Where the signature stands.
    pub placement: Option<Placement>,
    /// For how many seconds a presigned URL is good.
    pub expires: Option<u32>,
    /// The regions that a SigV4A signature is good for, separated by commas.
    pub region_set: Option<String>,
    /// The scheme to sign with.
    pub scheme: Option<&'static str>,
    /// The public key that checks a SigV4A signature, where there is no secret.
    pub public_key: Option<PublicKey>,
    /// Where the random number of a SigV4A signature comes from.
    pub nonce: Option<Nonce>,
    /// The last line of the canonical request.
    pub payload: Option<PayloadSetting>,
    /// Bytes of data in each chunk of a chunked upload.
    pub chunk_size: Option<u32>,
    /// The checksum in the trailer of a chunked upload.
    pub checksum: Option<Algorithm>,
    /// How often the path is encoded.
    pub encode_path: Option<EncodePath>,
    /// Whether the path is normalised.
    pub normalize_path: Option<NormalizePath>,
    /// How a bare `+` in the query is read.
    pub plus: Option<Plus>,
    /// Which inner white space of header values is collapsed.
    pub header_space: Option<HeaderSpace>,
    /// What becomes of a default port.
    pub host_port: Option<HostPort>,
    /// Whether the session token is signed.
    pub sign_token: Option<SessionToken>,
    /// How the body of a `.http` file is read.
    pub body: Option<BodyForm>,
}

/// How the body of a `.http` file is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BodyForm {
    /// As it stands, whatever it looks like.
    Verbatim,
}

/// When a request is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Time {
    /// At the moment of signing.
    Now,
    /// At this instant.
    At(Timestamp),
}

/// What stands in the last line of the canonical request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PayloadSetting {
    /// The hash of the body.
    Body,
    /// The hash of the body, sent in `x-amz-content-sha256` as well.
    BodyInHeader,
    /// `UNSIGNED-PAYLOAD`, sent in `x-amz-content-sha256` as well.
    Unsigned,
    /// The body is cut into chunks, each signed by itself or not.
    Chunks(Form),
    /// Any other text, sent in `x-amz-content-sha256` as well.
    Text(String),
}

impl PayloadSetting {
    /// The values that are words.
    const WORDS: [(&'static str, Self); 6] = [
        ("body", Self::Body),
        ("header", Self::BodyInHeader),
        ("unsigned", Self::Unsigned),
        ("chunks", Self::Chunks(Form::Signed)),
        ("chunks-trailer", Self::Chunks(Form::SignedTrailer)),
        ("unsigned-chunks-trailer", Self::Chunks(Form::Unsigned)),
    ];
}

/// Whether a setting may stand on a command line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Anywhere.
    Open,
    /// Only in a file: arguments are seen by every program on the machine.
    Secret,
}

/// One setting.
pub struct Row {
    /// Its name: `# @name value` in a file, `--name value` as an option.
    pub name: &'static str,
    /// What stands for its value in the help.
    pub hint: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Where it may stand.
    pub kind: Kind,
    /// Sets it from text; the error says what was expected.
    pub set: fn(&mut Settings, &str) -> Result<(), Refusal>,
    /// Its value as text; secrets have none.
    pub get: fn(&Settings) -> Option<String>,
    /// Takes it back, as if it had not been given.
    pub unset: fn(&mut Settings),
}

/// Why a value cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// What was expected.
    pub expected: String,
    /// What was found, in words, where the value itself would say less.
    pub found: Option<String>,
}

impl From<&'static str> for Refusal {
    fn from(expected: &'static str) -> Self {
        Self { expected: expected.into(), found: None }
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}, but found {found}")]
pub struct SettingError {
    /// What was expected.
    pub expected: String,
    /// What was found; hidden for secrets.
    pub found: Found,
}

/// What was found instead of a value that can be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Found {
    /// This value.
    Value(String),
    /// In words.
    Words(String),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(f, "`{value}`"),
            Self::Words(words) => f.write_str(words),
        }
    }
}

/// Every setting.
pub static SETTINGS: &[Row] = &[
    row(
        "region",
        "REGION",
        "Region in the credential scope, such as us-east-1",
        |s, v| word(&mut s.region, v),
        |s| s.region.clone(),
        |s| s.region = None,
    ),
    row(
        "service",
        "NAME",
        "Signing name of the service, such as s3 or execute-api",
        |s, v| word(&mut s.service, v),
        |s| s.service.clone(),
        |s| s.service = None,
    ),
    row(
        "time",
        "TIME",
        "Date of signing: now, or such as 20150830T123600Z [default: the request's own, else now]",
        |s, v| put(&mut s.time, time(v), "`now` or a date such as 20150830T123600Z"),
        |s| s.time.map(|time| time.name()),
        |s| s.time = None,
    ),
    row(
        "now",
        "TIME",
        "The verifier's clock, such as 20150830T123600Z [default: the clock of this machine]",
        |s, v| put(&mut s.now, instant(v), "a date such as 20150830T123600Z"),
        |s| s.now.map(|now| now.to_string()),
        |s| s.now = None,
    ),
    row(
        "tolerance",
        "MINUTES",
        "How far the date may be off the verifier's clock [default: by the service, 15 or 5]",
        |s, v| {
            put(
                &mut s.tolerance,
                v.parse().ok().filter(|n| (1..=525_600).contains(n)),
                "minutes, such as 5 or 15",
            )
        },
        |s| s.tolerance.map(|minutes| minutes.to_string()),
        |s| s.tolerance = None,
    ),
    row(
        "access-key-id",
        "ID",
        "Access key id, such as AKIDEXAMPLE",
        |s, v| word(&mut s.access_key_id, v),
        |s| s.access_key_id.clone(),
        |s| s.access_key_id = None,
    ),
    Row {
        kind: Kind::Secret,
        ..row(
            "secret-access-key",
            "SECRET",
            "Secret access key",
            |s, v| secret(&mut s.secret_access_key, v),
            |_| None,
            |s| s.secret_access_key = None,
        )
    },
    Row {
        kind: Kind::Secret,
        ..row(
            "session-token",
            "TOKEN",
            "Session token",
            |s, v| secret(&mut s.session_token, v),
            |_| None,
            |s| s.session_token = None,
        )
    },
    row(
        "placement",
        "WHERE",
        "The signature stands in the: header, or query (a presigned URL) [default: where it stands, else header]",
        |s, v| put(&mut s.placement, Placement::named(v), "header or query"),
        |s| s.placement.map(|placement| placement.name().into()),
        |s| s.placement = None,
    ),
    row(
        "expires",
        "SECONDS",
        "For how long a presigned URL is good, 1 to 604800 [default: 3600]",
        |s, v| {
            let seconds = v.parse().ok().filter(|n| (1..=604_800).contains(n));
            put(&mut s.expires, seconds, "1 to 604800 seconds (seven days)")
        },
        |s| s.expires.map(|seconds| seconds.to_string()),
        |s| s.expires = None,
    ),
    row(
        "region-set",
        "REGIONS",
        "Regions that a SigV4A signature is good for, such as * or us-east-1,eu-west-1",
        |s, v| word(&mut s.region_set, v),
        |s| s.region_set.clone(),
        |s| s.region_set = None,
    ),
    row(
        "scheme",
        "NAME",
        "Scheme to sign with, such as AWS4-ECDSA-P256-SHA256 [default: the one that the host asks for]",
        |s, v| scheme_name(&mut s.scheme, v),
        |s| s.scheme.map(str::to_owned),
        |s| s.scheme = None,
    ),
    row(
        "public-key",
        "KEY",
        "Public key on P-256 to check a SigV4A signature with: X and Y in hex, PEM, or on the command line a file",
        |s, v| public_key(&mut s.public_key, v),
        |s| s.public_key.map(|key| hex::encode(key.sec1())),
        |s| s.public_key = None,
    ),
    row(
        "nonce",
        "HOW",
        "The random number of a SigV4A signature: deterministic (RFC 6979) or random [default: deterministic]",
        |s, v| put(&mut s.nonce, Nonce::named(v), "deterministic or random"),
        |s| s.nonce.map(|nonce| nonce.name().into()),
        |s| s.nonce = None,
    ),
    row(
        "payload",
        "HASH",
        "Last line of the canonical request: body, header (body, and x-amz-content-sha256 is sent), unsigned, chunks, \
         chunks-trailer, unsigned-chunks-trailer (the body is cut up), or a text",
        |s, v| {
            let expected = "body, header, unsigned, chunks, chunks-trailer, unsigned-chunks-trailer or a text without spaces";
            put(&mut s.payload, payload(v), expected)
        },
        |s| s.payload.as_ref().map(PayloadSetting::name),
        |s| s.payload = None,
    ),
    row(
        "chunk-size",
        "BYTES",
        "Bytes of data in each chunk of a chunked upload [default: 65536]",
        |s, v| {
            let size = v.parse().ok().filter(|n| (1..=1 << 30).contains(n));
            put(&mut s.chunk_size, size, "1 to 1073741824 bytes; S3 takes 8192 and more")
        },
        |s| s.chunk_size.map(|size| size.to_string()),
        |s| s.chunk_size = None,
    ),
    row(
        "checksum",
        "NAME",
        "Checksum in the trailer of a chunked upload: crc32, crc32c, crc64nvme, sha1 or sha256 [default: crc32]",
        |s, v| put(&mut s.checksum, Algorithm::named(v), "crc32, crc32c, crc64nvme, sha1 or sha256"),
        |s| s.checksum.map(|algorithm| algorithm.name().into()),
        |s| s.checksum = None,
    ),
    row(
        "encode-path",
        "TIMES",
        "How often the path is percent-encoded: once or twice [default: by the service]",
        |s, v| put(&mut s.encode_path, EncodePath::named(v), "once or twice"),
        |s| s.encode_path.map(|value| value.name().into()),
        |s| s.encode_path = None,
    ),
    row(
        "normalize-path",
        "ON|OFF",
        "Remove dot segments and repeated slashes from the path: on or off [default: by the service]",
        |s, v| put(&mut s.normalize_path, NormalizePath::named(v), "on or off"),
        |s| s.normalize_path.map(|value| value.name().into()),
        |s| s.normalize_path = None,
    ),
    row(
        "plus",
        "READING",
        "A bare + in the query is read as: space or literal [default: space]",
        |s, v| put(&mut s.plus, Plus::named(v), "space or literal"),
        |s| s.plus.map(|value| value.name().into()),
        |s| s.plus = None,
    ),
    row(
        "header-space",
        "WHICH",
        "White space collapsed in header values: any or spaces-only [default: any]",
        |s, v| put(&mut s.header_space, HeaderSpace::named(v), "any or spaces-only"),
        |s| s.header_space.map(|value| value.name().into()),
        |s| s.header_space = None,
    ),
    row(
        "host-port",
        "HOW",
        "A default port in Host is signed: as-written or default-dropped [default: as-written]",
        |s, v| put(&mut s.host_port, HostPort::named(v), "as-written or default-dropped"),
        |s| s.host_port.map(|value| value.name().into()),
        |s| s.host_port = None,
    ),
    row(
        "sign-token",
        "HOW",
        "The session token is: signed or unsigned [default: signed]",
        |s, v| put(&mut s.sign_token, SessionToken::named(v), "signed or unsigned"),
        |s| s.sign_token.map(|value| value.name().into()),
        |s| s.sign_token = None,
    ),
    row(
        "body",
        "FORM",
        "The body of a .http file is: verbatim, even where it looks like a file name or another request",
        |s, v| put(&mut s.body, (v == "verbatim").then_some(BodyForm::Verbatim), "verbatim"),
        |s| s.body.map(|BodyForm::Verbatim| "verbatim".into()),
        |s| s.body = None,
    ),
];

const fn row(
    name: &'static str,
    hint: &'static str,
    help: &'static str,
    set: fn(&mut Settings, &str) -> Result<(), Refusal>,
    get: fn(&Settings) -> Option<String>,
    unset: fn(&mut Settings),
) -> Row {
    Row { name, hint, help, kind: Kind::Open, set, get, unset }
}

impl Settings {
    /// Sets the setting called `name`.
    ///
    /// # Errors
    ///
    /// When there is no such setting, or it cannot have this value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SettingError> {
        let Some(row) = SETTINGS.iter().find(|row| row.name == name) else {
            let names: Vec<_> = SETTINGS.iter().map(|row| row.name).collect();
            return Err(SettingError {
                expected: format!("a setting of {}", names.join(", ")),
                found: Found::Value(name.into()),
            });
        };
        let found = || match row.kind {
            Kind::Open => value.chars().take(60).collect(),
            Kind::Secret => "(hidden)".to_owned(),
        };
        (row.set)(self, value).map_err(|refusal| SettingError {
            expected: refusal.expected,
            found: refusal.found.map_or_else(|| Found::Value(found()), Found::Words),
        })
    }

    /// These settings; where they say nothing, `lower` counts.
    #[must_use]
    pub fn over(self, lower: Self) -> Self {
        Self {
            region: self.region.or(lower.region),
            service: self.service.or(lower.service),
            time: self.time.or(lower.time),
            now: self.now.or(lower.now),
            tolerance: self.tolerance.or(lower.tolerance),
            access_key_id: self.access_key_id.or(lower.access_key_id),
            secret_source: match self.secret_access_key {
                Some(_) => self.secret_source,
                None => lower.secret_source,
            },
            secret_access_key: self.secret_access_key.or(lower.secret_access_key),
            session_token: self.session_token.or(lower.session_token),
            placement: self.placement.or(lower.placement),
            expires: self.expires.or(lower.expires),
            region_set: self.region_set.or(lower.region_set),
            scheme: self.scheme.or(lower.scheme),
            public_key: self.public_key.or(lower.public_key),
            nonce: self.nonce.or(lower.nonce),
            payload: self.payload.or(lower.payload),
            chunk_size: self.chunk_size.or(lower.chunk_size),
            checksum: self.checksum.or(lower.checksum),
            encode_path: self.encode_path.or(lower.encode_path),
            normalize_path: self.normalize_path.or(lower.normalize_path),
            plus: self.plus.or(lower.plus),
            header_space: self.header_space.or(lower.header_space),
            host_port: self.host_port.or(lower.host_port),
            sign_token: self.sign_token.or(lower.sign_token),
            body: self.body.or(lower.body),
        }
    }
}

impl Time {
    /// `now`, or the instant.
    pub fn name(self) -> String {
        match self {
            Self::Now => "now".into(),
            Self::At(instant) => instant.to_string(),
        }
    }
}

impl PayloadSetting {
    /// Its name in options and files.
    pub fn name(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Body | Self::BodyInHeader | Self::Unsigned | Self::Chunks(_) => {
                let word = Self::WORDS.iter().find(|(_, value)| value == self);
                word.map(|(name, _)| (*name).to_owned()).unwrap_or_default()
            }
        }
    }
}

fn put<T>(place: &mut Option<T>, value: Option<T>, expected: &'static str) -> Result<(), Refusal> {
    *place = Some(value.ok_or(expected)?);
    Ok(())
}

fn word(place: &mut Option<String>, value: &str) -> Result<(), Refusal> {
    let fits =
        !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c == '/' || c.is_control());
    put(place, fits.then(|| value.to_owned()), "a word without spaces and slashes")
}

/// The name of a scheme that a request can be signed with.
fn scheme_name(place: &mut Option<&'static str>, value: &str) -> Result<(), Refusal> {
    if name::CHECKED.contains(&value) {
        let expected = format!("a scheme to sign with, {}", name::PLANNED.join(" or "));
        return Err(Refusal { expected, found: Some(format!("{value}, which is only checked")) });
    }
    put(place, name::PLANNED.into_iter().find(|name| *name == value), "a scheme that is known")
}

/// The words of the key's own error become those of the setting's.
fn public_key(place: &mut Option<PublicKey>, value: &str) -> Result<(), Refusal> {
    let key = PublicKey::parse(value).map_err(|error| {
        let words = error.to_string();
        let (expected, found) = words.split_once(", but found ").unwrap_or((&words, "something else"));
        let expected = expected.trim_start_matches("expected ").to_owned();
        Refusal { expected, found: Some(found.to_owned()) }
    })?;
    *place = Some(key);
    Ok(())
}

fn secret(place: &mut Option<Secret>, value: &str) -> Result<(), Refusal> {
    put(place, (!value.is_empty()).then(|| Secret::new(value)), "a value")
}

fn instant(value: &str) -> Option<Timestamp> {
    // A year alone is no date: seconds since 1970 have had nine digits since 1973.
    let whole = |(instant, form)| (form != DateForm::Unix || value.len() >= 9).then_some(instant);
    Timestamp::parse(value.as_bytes()).ok().and_then(whole)
}

fn time(value: &str) -> Option<Time> {
    if value == "now" { Some(Time::Now) } else { instant(value).map(Time::At) }
}

fn payload(value: &str) -> Option<PayloadSetting> {
    let word = PayloadSetting::WORDS.iter().find(|(name, _)| *name == value);
    let is_text = || !value.is_empty() && !value.contains(char::is_whitespace);
    word.map(|(_, value)| value.clone()).or_else(|| is_text().then(|| PayloadSetting::Text(value.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "04b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1\
                       865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518";

    const VALUES: [(&str, &str); 22] = [
        ("chunk-size", "8192"),
        ("checksum", "crc64nvme"),
        ("scheme", "AWS4-ECDSA-P256-SHA256"),
        ("public-key", KEY),
        ("nonce", "random"),
        ("placement", "query"),
        ("expires", "604800"),
        ("region-set", "us-east-1,eu-west-1"),
        ("body", "verbatim"),
        ("region", "eu-west-1"),
        ("service", "s3"),
        ("time", "20150830T123600Z"),
        ("now", "20150830T123600Z"),
        ("tolerance", "5"),
        ("access-key-id", "AKID"),
        ("payload", "UNSIGNED-PAYLOAD"),
        ("encode-path", "once"),
        ("normalize-path", "off"),
        ("plus", "literal"),
        ("header-space", "spaces-only"),
        ("host-port", "default-dropped"),
        ("sign-token", "unsigned"),
    ];

    #[test]
    fn a_scheme_that_is_only_checked_is_none_to_sign_with() {
        let error = Settings::default().set("scheme", "AWS Signature Version 2").unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a scheme to sign with, AWS4-HMAC-SHA256 or AWS4-ECDSA-P256-SHA256 or GOOG4-HMAC-SHA256 \
             or X-Hub-Signature-256 or X-Hub-Signature, \
             but found AWS Signature Version 2, which is only checked"
        );
    }

    #[test]
    fn every_open_setting_gives_back_what_was_set() {
        for row in SETTINGS.iter().filter(|row| row.kind == Kind::Open) {
            let (_, value) = VALUES.iter().find(|(name, _)| *name == row.name).expect(row.name);
            let mut settings = Settings::default();
            settings.set(row.name, value).unwrap();
            assert_eq!((row.get)(&settings).as_deref(), Some(*value), "{}", row.name);
            let mut without = settings.clone();
            (row.unset)(&mut without);
            assert_eq!((row.get)(&without), None, "{} is taken back", row.name);
            let merged = Settings::default().over(settings.clone());
            assert_eq!((row.get)(&merged).as_deref(), Some(*value), "{} is merged", row.name);
            let mut other = Settings::default();
            other.set("region", "other").unwrap();
            assert_eq!((row.get)(&settings.over(other)).as_deref(), Some(*value), "{} wins", row.name);
        }
    }

    #[test]
    fn says_what_was_expected() {
        let mut settings = Settings::default();
        let error = settings.set("encode-path", "thrice").unwrap_err();
        assert_eq!(error.to_string(), "expected once or twice, but found `thrice`");
        let error = settings.set("colour", "red").unwrap_err();
        assert!(error.to_string().starts_with("expected a setting of region, service"));
        let error = settings.set("public-key", &KEY.replace("e518", "e519")).unwrap_err();
        assert_eq!(error.to_string(), "expected a point on the curve P-256, but found one beside it");
        let error = settings.set("secret-access-key", "").unwrap_err();
        assert_eq!(error.to_string(), "expected a value, but found `(hidden)`");
    }
}
