//! Settings: what the request itself does not say. One table, [`SETTINGS`], is the truth for the comment lines of `.http` files
//! (`# @region us-east-1`), the options of the command line (`--region us-east-1`) and their help.

mod error;
mod table;

use crate::canon::reading::{EncodePath, HeaderSpace, HostPort, NormalizePath, Plus, SessionToken};
use crate::frames::checksum::Algorithm;
use crate::frames::chunked::Form;
use crate::secret::Secret;
use crate::signature::Placement;
use crate::signature::ecdsa::{Nonce, PublicKey};
use crate::time::{DateForm, Timestamp};

pub use error::{Found, Refusal, SettingError};
pub use table::SETTINGS;

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

fn instant(value: &str) -> Option<Timestamp> {
    // A year alone is no date: seconds since 1970 have had nine digits since 1973.
    let whole = |(instant, form)| (form != DateForm::Unix || value.len() >= 9).then_some(instant);
    Timestamp::parse(value.as_bytes()).ok().and_then(whole)
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
        let others = crate::signature::name::PLANNED.join(" or ");
        assert_eq!(
            error.to_string(),
            format!(
                "expected a scheme to sign with, {others}, but found AWS Signature Version 2, which is only checked"
            )
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
