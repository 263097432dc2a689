//! Access keys from where AWS's own tools look: the environment, the files in `~/.aws`, a program, a secret file.
//!
//! [`find`] goes through them in the order of the AWS command line and says which one it was. What needs a network
//! (single sign-on, roles) is not done here: the error names the command that does it. No program runs unless the caller
//! allows it, no secret reaches an error, and what is missing altogether is no error at all.

mod environment;
mod error;
mod fields;
mod pairs;
mod process;
mod profiles;

use crate::request::Notice;
use crate::request::error::quote;
use crate::signature::Credentials;
use crate::time::Timestamp;
use environment::Locations;
use profiles::{Profile, Profiles};

pub use environment::{FileFault, SecretFile, Surroundings, read_secret_file};
pub use error::CredentialsError;
pub use fields::read_fields;
pub use pairs::read_pairs;
pub use process::ProcessFault;
pub use profiles::Need;

/// What to look for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Wanted {
    /// The profile that an option names; the environment's keys do not count then.
    pub profile: Option<String>,
    /// Whether the profile's `credential_process` may run.
    pub process: RunProcess,
    /// The access key id that a secret belongs to where the environment names none.
    pub access_key_id: Option<String>,
}

/// Whether a program that a file names may run.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RunProcess {
    /// It may.
    Allowed,
    /// It may not.
    #[default]
    Refused,
}

/// What was found; `None` where there was nothing.
#[derive(Clone, Default)]
pub struct Found {
    /// The keys.
    pub credentials: Option<Credentials>,
    /// When the keys expire, where their source says so.
    pub expires: Option<Timestamp>,
    /// The region.
    pub region: Option<String>,
    /// Where the region came from, in words.
    pub region_source: Option<String>,
    /// The profile that was read.
    pub profile: Option<String>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

/// Looks for an access key and a region.
///
/// A profile that an option names counts before the environment, and the environment before the profile of `AWS_PROFILE`
/// or `default` (botocore's `credentials.py` has this order); for the region the environment always comes first.
/// Without any of them there are no credentials, which is no error.
///
/// # Errors
///
/// When half a key stands in the environment, a file cannot be read, a profile that was asked for is missing or cannot
/// give keys, or its program fails. A `default` that nobody asked for and that cannot give keys is a notice instead.
pub fn find(surroundings: &Surroundings, wanted: &Wanted) -> Result<Found, CredentialsError> {
    let choice = Choice::of(surroundings, wanted)?;
    let mut found = Found::default();
    (found.region, found.region_source) = environment::region(surroundings)?.unzip();
    if choice.by != By::Option {
        found.take(environment::keys(surroundings, wanted.access_key_id.as_deref())?);
    }
    if choice.by == By::Nobody && found.credentials.is_some() && found.region.is_some() {
        return Ok(found);
    }
    let locations = Locations::of(surroundings);
    let profiles = Profiles::read(&locations)?;
    match profiles.get(&choice.name) {
        Some(profile) => found.take_profile(&choice, profile, &locations, wanted.process)?,
        None => choice.may_be_missing(&profiles, &locations)?,
    }
    Ok(found)
}

/// Keys from one source.
struct Keys {
    credentials: Credentials,
    expires: Option<Timestamp>,
    notices: Vec<Notice>,
}

/// No secret and no answer of a program may be longer: 64 KiB, far above any token.
const SECRET_LIMIT: usize = 64 << 10;

/// The profile to read, and who named it.
struct Choice {
    name: String,
    by: By,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum By {
    Option,
    Variable(&'static str),
    Nobody,
}

impl Choice {
    fn of(surroundings: &Surroundings, wanted: &Wanted) -> Result<Self, CredentialsError> {
        if let Some(name) = &wanted.profile {
            return Ok(Self { name: name.clone(), by: By::Option });
        }
        Ok(match environment::profile(surroundings)? {
            Some((variable, name)) => Self { name, by: By::Variable(variable) },
            None => Self { name: "default".into(), by: By::Nobody },
        })
    }

    fn may_be_missing(&self, profiles: &Profiles, locations: &Locations) -> Result<(), CredentialsError> {
        let variable = match self.by {
            By::Nobody => return Ok(()),
            By::Variable(variable) => Some(variable),
            By::Option => None,
        };
        Err(CredentialsError::NoProfile {
            name: quote(self.name.as_bytes()),
            variable,
            files: locations.names(),
            found: profiles.names(),
        })
    }
}

impl Found {
    fn take(&mut self, keys: Option<Keys>) {
        if let Some(keys) = keys {
            self.credentials = Some(keys.credentials);
            self.expires = keys.expires;
            self.notices.extend(keys.notices);
        }
    }

    fn take_profile(
        &mut self,
        choice: &Choice,
        profile: &Profile,
        locations: &Locations,
        process: RunProcess,
    ) -> Result<(), CredentialsError> {
        let name = &choice.name;
        self.profile = Some(name.clone());
        self.take_region(name, profile, locations);
        if self.credentials.is_some() {
            return Ok(());
        }
        match profile.keys(name, locations, process) {
            Ok(Some(keys)) => self.take(Some(keys)),
            Ok(None) => self.notices.push(Notice(format!("Profile {name} holds no keys."))),
            Err(error) if choice.by == By::Nobody && error.is_of_the_profile() => {
                let hint = error.hint().map_or(String::new(), |hint| format!("; {hint}"));
                self.notices.push(Notice(format!("Profile {name} gave no keys: {error}{hint}.")));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn take_region(&mut self, name: &str, profile: &Profile, locations: &Locations) {
        if self.region.is_none()
            && let Some(region) = profile.get("region")
        {
            self.region = Some(region.value.to_string());
            self.region_source = Some(format!("profile {name} in {}", locations.name(region.file)));
        }
    }
}

#[cfg(test)]
mod tests;
