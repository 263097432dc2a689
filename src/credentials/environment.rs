//! What surrounds the process: its variables, the home directory, and the files that lie there.
//!
//! [`Surroundings::of_process`] is the only place that reads the real ones. A variable that is empty or blank counts as
//! unset, as it does for AWS's tools.

mod files;
mod secret_file;

use std::ffi::OsString;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::{CredentialsError, Keys};
use crate::request::Notice;
use crate::secret::Secret;
use crate::signature::Credentials;
use crate::time::Timestamp;
use secret_file::odd_ends;

pub(super) use files::{Kind, Locations, printable, read_at_most, read_file};
pub use secret_file::{FileFault, SecretFile, read_secret_file};

/// The variables and the home directory that count.
///
/// No variable is copied before it is asked for, so none is kept.
pub struct Surroundings {
    lookup: Box<Lookup>,
    home: Option<PathBuf>,
}

type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// A variable that has a value.
struct Variable {
    name: &'static str,
    value: Zeroizing<String>,
}

impl Surroundings {
    /// Surroundings in which `lookup` gives the value of a variable.
    pub fn new(
        lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
        home: Option<PathBuf>,
    ) -> Self {
        Self { lookup: Box::new(lookup), home: home.filter(|home| !home.as_os_str().is_empty()) }
    }

    /// Those of this process. `HOME` names the home directory on every system; where it is not set, the system does.
    pub fn of_process() -> Self {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
        Self::new(|name| std::env::var_os(name), home.map(PathBuf::from).or_else(std::env::home_dir))
    }

    /// The first of these variables that has a value.
    fn first(&self, names: &[&'static str]) -> Result<Option<Variable>, CredentialsError> {
        for &name in names {
            let Some(value) = (self.lookup)(name) else { continue };
            let bytes = Zeroizing::new(value.into_encoded_bytes());
            let text = std::str::from_utf8(&bytes).map_err(|_| CredentialsError::Variable(name))?;
            if !text.trim().is_empty() {
                return Ok(Some(Variable { name, value: Zeroizing::new(text.to_owned()) }));
            }
        }
        Ok(None)
    }

    /// The file that a variable names, else `usual` in the home directory.
    fn file(&self, variable: &str, usual: &str) -> Option<PathBuf> {
        let home = self.home.as_ref();
        let set = |value: &OsString| !value.to_string_lossy().trim().is_empty();
        match (self.lookup)(variable).filter(set).map(PathBuf::from) {
            Some(named) => match (named.strip_prefix("~"), home) {
                (Ok(rest), Some(home)) => Some(home.join(rest)),
                (Ok(_), None) | (Err(_), _) => Some(named),
            },
            None => home.map(|home| home.join(usual)),
        }
    }
}

/// The access key in the environment; a secret alone is that of the id `wanted`.
///
/// # Errors
///
/// When only half of it is there, or a variable is no text.
pub(super) fn keys(
    surroundings: &Surroundings,
    wanted: Option<&str>,
) -> Result<Option<Keys>, CredentialsError> {
    let id = surroundings.first(&["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"])?;
    let secret = surroundings.first(&["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"])?;
    let half = |present, missing| CredentialsError::HalfKey { present, missing, place: SOURCE.into() };
    let (id, secret) = match (id, secret) {
        (Some(id), Some(secret)) => (Some(id), secret),
        (None, Some(secret)) if wanted.is_some() => (None, secret),
        (None, None) => return Ok(None),
        (Some(id), None) => return Err(half(id.name, "AWS_SECRET_ACCESS_KEY")),
        (None, Some(secret)) => return Err(half(secret.name, "AWS_ACCESS_KEY_ID")),
    };
    let access_key_id = id.as_ref().map(|id| id.value.to_string()).or_else(|| wanted.map(str::to_owned));
    let token = surroundings.first(&["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"])?;
    let expires = surroundings.first(&["AWS_CREDENTIAL_EXPIRATION"])?;
    let notices = [id.as_ref(), Some(&secret), token.as_ref()].into_iter().flatten().filter_map(odd_variable);
    Ok(Some(Keys {
        notices: notices.collect(),
        expires: expires.and_then(|variable| instant(&variable.value)),
        credentials: Credentials {
            fields: Default::default(),
            access_key_id: access_key_id.unwrap_or_default(),
            secret: Secret::new(secret.value.as_bytes()),
            session_token: token.map(|token| Secret::new(token.value.as_bytes())),
            source: SOURCE.into(),
        },
    }))
}

const SOURCE: &str = "the environment";

/// The region in the environment, and its source in words.
pub(super) fn region(surroundings: &Surroundings) -> Result<Option<(String, String)>, CredentialsError> {
    let region = surroundings.first(&["AWS_REGION", "AWS_DEFAULT_REGION"])?;
    Ok(region.map(|region| (region.value.to_string(), format!("{} in {SOURCE}", region.name))))
}

/// The variable that names a profile, and the profile.
pub(super) fn profile(
    surroundings: &Surroundings,
) -> Result<Option<(&'static str, String)>, CredentialsError> {
    let profile = surroundings.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])?;
    Ok(profile.map(|profile| (profile.name, profile.value.to_string())))
}

/// An instant as AWS's tools write it (RFC 3339); `None` for any other text.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let date = chrono::DateTime::parse_from_rfc3339(text.trim()).ok()?;
    Timestamp::from_unix(date.timestamp())
}

fn odd_variable(variable: &Variable) -> Option<Notice> {
    let odd = odd_ends(variable.value.as_bytes())?;
    Some(Notice(format!("The variable {} {odd}, which counts.", variable.name)))
}
