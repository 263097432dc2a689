//! The profiles in `~/.aws/config` and `~/.aws/credentials`: the two files read by their own rules, then merged.
//!
//! The rules are those of AWS's SDKs (<https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>, and the cases
//! of smithy-rs in `profile-parser-tests.json`). In two places the command line is more lenient, and so is this reader:
//! a whole section may be indented, and so may a comment line. An error never quotes a line, which may hold a secret.

mod parser;

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::environment::{FileFault, Kind, Locations, read_file};
use super::{CredentialsError, Keys, RunProcess, process};
use crate::request::Notice;
use crate::secret::Secret;
use crate::signature::Credentials;
use parser::{Fault, Header, Section, parse};

/// Every profile of both files by its name.
pub(super) struct Profiles(BTreeMap<String, Profile>);

/// The properties of a profile by their lower-case names.
#[derive(Default)]
pub(super) struct Profile(BTreeMap<String, Property>);

/// The value of a property, and which file it came from.
pub(super) struct Property {
    pub(super) value: Zeroizing<String>,
    pub(super) file: Kind,
}

/// What a profile needs that is not done here.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Need {
    /// A role is to be assumed.
    #[error("a role to assume")]
    Role,
    /// A token is to be exchanged.
    #[error("a web identity token to exchange")]
    WebIdentity,
    /// IAM Identity Center.
    #[error("a single sign-on")]
    SingleSignOn,
    /// The session of `aws login`.
    #[error("the session of `aws login`")]
    Login,
    /// The keys of another profile.
    #[error("the name of another profile")]
    SourceProfile,
}

/// Properties that count before keys in the same profile: the keys are those of another identity.
const BEFORE_KEYS: [(&str, Need); 2] =
    [("web_identity_token_file", Need::WebIdentity), ("role_arn", Need::Role)];

/// Properties that count where there are no keys.
const WITHOUT_KEYS: [(&str, Need); 4] = [
    ("sso_session", Need::SingleSignOn),
    ("sso_start_url", Need::SingleSignOn),
    ("login_session", Need::Login),
    ("source_profile", Need::SourceProfile),
];

const ID: &str = "aws_access_key_id";

const SECRET: &str = "aws_secret_access_key";

const TOKEN: &str = "aws_session_token";

/// No file of profiles may be longer: 1 MiB.
const FILE_LIMIT: usize = 1 << 20;

impl Profiles {
    /// Reads both files; one that does not exist holds no profiles.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or a line of it.
    pub(super) fn read(locations: &Locations) -> Result<Self, CredentialsError> {
        let mut profiles = Self(BTreeMap::new());
        for kind in [Kind::Config, Kind::Credentials] {
            let content = match locations.path(kind).map(|path| read_file(path, FILE_LIMIT)) {
                None | Some(Err(FileFault::Missing)) => continue,
                Some(Ok(content)) => content,
                Some(Err(fault)) => {
                    let expected = "a file of AWS profiles";
                    return Err(CredentialsError::File { expected, fault, path: locations.name(kind) });
                }
            };
            let sections = parse(&content, kind).map_err(|(line, Fault { expected, found })| {
                CredentialsError::Line { expected, found, line, path: locations.name(kind) }
            })?;
            profiles.merge(sections);
        }
        Ok(profiles)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Profile> {
        self.0.get(name)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Adds the sections of one file; later properties win, and `[profile default]` replaces `[default]`.
    fn merge(&mut self, sections: Vec<Section>) {
        let prefixed = sections.iter().any(|section| section.header == Header::Profile("default".into()));
        for Section { header, properties } in sections {
            let name = match header {
                Header::BareDefault if prefixed => continue,
                Header::BareDefault => "default".into(),
                Header::Profile(name) => name,
                Header::Other => continue,
            };
            self.0.entry(name).or_default().0.extend(properties);
        }
    }
}

impl Profile {
    /// A property that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&Property> {
        self.0.get(name).filter(|property| !property.value.trim().is_empty())
    }

    /// The keys that the profile holds or its program gives.
    ///
    /// # Errors
    ///
    /// When it holds half a key, needs what is not done here, or its program may not run or fails.
    pub(super) fn keys(
        &self,
        name: &str,
        locations: &Locations,
        process: RunProcess,
    ) -> Result<Option<Keys>, CredentialsError> {
        self.refuse(name, &BEFORE_KEYS)?;
        if let Some(keys) = self.held(name, locations)? {
            return Ok(Some(keys));
        }
        self.refuse(name, &WITHOUT_KEYS)?;
        match (self.get("credential_process"), process) {
            (None, _) => Ok(None),
            (Some(command), RunProcess::Allowed) => process::keys(name, &command.value).map(Some),
            (Some(_), RunProcess::Refused) => {
                Err(CredentialsError::ProcessRefused { profile: name.to_owned() })
            }
        }
    }

    fn is_continued(&self, name: &str) -> bool {
        self.get(name).is_some_and(|property| property.value.contains('\n'))
    }

    fn refuse(&self, name: &str, needs: &[(&str, Need)]) -> Result<(), CredentialsError> {
        match needs.iter().find(|(property, _)| self.get(property).is_some()) {
            Some((_, need)) => Err(CredentialsError::Needs { profile: name.to_owned(), need: *need }),
            None => Ok(()),
        }
    }

    fn held(&self, name: &str, locations: &Locations) -> Result<Option<Keys>, CredentialsError> {
        let half = |present, missing| {
            let place = format!("profile `{name}`");
            Err(CredentialsError::HalfKey { present, missing, place })
        };
        let (id, secret) = match (self.get(ID), self.get(SECRET)) {
            (Some(id), Some(secret)) => (id, secret),
            (None, None) => return Ok(None),
            (Some(_), None) => return half(ID, SECRET),
            (None, Some(_)) => return half(SECRET, ID),
        };
        let credentials = Credentials {
            fields: Default::default(),
            access_key_id: id.value.to_string(),
            secret: Secret::new(secret.value.as_bytes()),
            session_token: self.get(TOKEN).map(|token| Secret::new(token.value.as_bytes())),
            source: format!("profile {name} in {}", locations.name(secret.file)),
        };
        let continued = [ID, SECRET, TOKEN].into_iter().filter(|name| self.is_continued(name));
        let notices = continued.map(|property| {
            Notice(format!("{property} of profile {name} goes on in an indented line, which counts."))
        });
        Ok(Some(Keys { credentials, expires: None, notices: notices.collect() }))
    }
}

#[cfg(test)]
mod tests;
