//! The profiles in `~/.aws/config` and `~/.aws/credentials`: the two files read by their own rules, then merged.
//!
//! The rules are those of AWS's SDKs (<https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>, and the cases
//! of smithy-rs in `profile-parser-tests.json`). In two places the command line is more lenient, and so is this reader:
//! a whole section may be indented, and so may a comment line. An error never quotes a line, which may hold a secret.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::environment::{FileFault, Kind, Locations, read_file};
use super::{CredentialsError, Keys, RunProcess, process};
use crate::request::Notice;
use crate::secret::Secret;
use crate::signature::Credentials;

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

/// A section as it stands in one file.
struct Section {
    header: Header,
    properties: BTreeMap<String, Property>,
}

#[derive(Eq, PartialEq)]
enum Header {
    /// `[default]` in the config file.
    BareDefault,
    Profile(String),
    /// Sessions, services, and names that do not count in this file.
    Other,
}

/// The property that deeper lines belong to.
struct Open {
    indent: usize,
    /// Its name, when they continue its value. An empty value opens a block, such as that of `s3 =`: the lines in it are
    /// properties of their own, and not the profile's.
    continued: Option<String>,
}

/// What is wrong with a line.
#[derive(Clone, Copy)]
struct Fault {
    expected: &'static str,
    found: &'static str,
}

const NOT_TEXT: Fault = Fault { expected: "UTF-8 text", found: "other bytes" };
const NO_SECTION: Fault = Fault { expected: "a section such as `[default]`", found: "a line before any" };
const OPEN_HEADER: Fault = Fault { expected: "a section in brackets", found: "no `]` at its end" };
const NO_EQUALS: Fault = Fault { expected: "`name = value`", found: "no `=`" };
const NO_NAME: Fault = Fault { expected: "`name = value`", found: "no name" };

const SPACE: [char; 2] = [' ', '\t'];
const COMMENT: [char; 2] = ['#', ';'];

/// The sections of a file in order; an error comes with its line, counted from one.
fn parse(content: &[u8], kind: Kind) -> Result<Vec<Section>, (usize, Fault)> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut parser = Parser { kind, sections: Vec::new(), open: None };
    for (index, line) in content.split(|byte| *byte == b'\n').enumerate() {
        let text = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)).map_err(|_| NOT_TEXT);
        text.and_then(|text| parser.line(text)).map_err(|fault| (index + 1, fault))?;
    }
    Ok(parser.sections)
}

struct Parser {
    kind: Kind,
    sections: Vec<Section>,
    open: Option<Open>,
}

impl Parser {
    fn line(&mut self, line: &str) -> Result<(), Fault> {
        let text = line.trim_start_matches(SPACE);
        let indent = line.len() - text.len();
        let text = text.trim_end_matches(SPACE);
        if text.is_empty() || text.starts_with(COMMENT) {
            return Ok(());
        }
        match self.open.take_if(|open| indent > open.indent) {
            Some(open) => self.continuation(open, text),
            None if text.starts_with('[') => self.section(text),
            None => self.property(text, indent),
        }
    }

    fn section(&mut self, text: &str) -> Result<(), Fault> {
        let header = header(text, self.kind)?;
        self.sections.push(Section { header, properties: BTreeMap::new() });
        self.open = None;
        Ok(())
    }

    fn property(&mut self, text: &str, indent: usize) -> Result<(), Fault> {
        let section = self.sections.last_mut().ok_or(NO_SECTION)?;
        let (name, value) = pair(text)?;
        let continued = (!value.is_empty()).then(|| name.clone());
        if is_identifier(&name) {
            let value = Zeroizing::new(value.to_owned());
            section.properties.insert(name, Property { value, file: self.kind });
        }
        self.open = Some(Open { indent, continued });
        Ok(())
    }

    fn continuation(&mut self, open: Open, text: &str) -> Result<(), Fault> {
        match &open.continued {
            None => _ = pair(text)?,
            Some(name) => {
                let section = self.sections.last_mut();
                if let Some(property) = section.and_then(|section| section.properties.get_mut(name)) {
                    // A string that grows would leave its old bytes behind.
                    property.value = Zeroizing::new([property.value.as_str(), "\n", text].concat());
                }
            }
        }
        self.open = Some(open);
        Ok(())
    }
}

/// Reads `[name]` and what may follow it.
fn header(text: &str, kind: Kind) -> Result<Header, Fault> {
    let (inside, after) = text[1..].split_once(']').ok_or(OPEN_HEADER)?;
    let after = after.trim_start_matches(SPACE);
    if !after.is_empty() && !after.starts_with(COMMENT) {
        return Err(OPEN_HEADER);
    }
    let inside = inside.trim_matches(SPACE);
    let named = match kind {
        Kind::Config if inside == "default" => return Ok(Header::BareDefault),
        Kind::Config => inside.strip_prefix("profile").filter(|name| name.starts_with(SPACE)),
        Kind::Credentials => Some(inside),
    };
    Ok(named.and_then(|named| name(named.trim_matches(SPACE))).map_or(Header::Other, Header::Profile))
}

/// The name of a profile: an identifier, or any text in quotes, as the command line writes names with spaces.
fn name(text: &str) -> Option<String> {
    let quoted = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let fits = match quoted {
        Some(inside) => !inside.is_empty() && !inside.contains(char::is_control),
        None => is_identifier(text),
    };
    fits.then(|| quoted.unwrap_or(text).to_owned())
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c))
}

/// Name in lower case and value of `name = value # comment`; a comment needs white space before it.
fn pair(text: &str) -> Result<(String, &str), Fault> {
    let comment = text.match_indices(COMMENT).map(|(at, _)| at).find(|at| text[..*at].ends_with(SPACE));
    let (name, value) = text[..comment.unwrap_or(text.len())].split_once('=').ok_or(NO_EQUALS)?;
    let name = name.trim_matches(SPACE).to_ascii_lowercase();
    if name.is_empty() { Err(NO_NAME) } else { Ok((name, value.trim_matches(SPACE))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `foo: name=value, name2=value2; bar:` for what both files hold together, or the first fault.
    fn profiles(config: &str, credentials: &str) -> String {
        let mut profiles = Profiles(BTreeMap::new());
        for (content, kind) in [(config, Kind::Config), (credentials, Kind::Credentials)] {
            match parse(content.as_bytes(), kind) {
                Ok(sections) => profiles.merge(sections),
                Err((line, fault)) => return format!("line {line}: {}", fault.found),
            }
        }
        let profile = |(name, profile): (&String, &Profile)| {
            let pair = |(name, property): (&String, &Property)| format!("{name}={}", *property.value);
            let properties: Vec<_> = profile.0.iter().map(pair).collect();
            format!("{name}: {}", properties.join(", ")).trim_end().to_owned()
        };
        profiles.0.iter().map(profile).collect::<Vec<_>>().join("; ")
    }

    /// The config file, and the profiles in it.
    const CONFIG: &[(&str, &str)] = &[
        // sections
        ("", ""),
        ("[profile foo]", "foo:"),
        ("[profile foo]\n[profile bar]", "bar:; foo:"),
        (
            "[profile a-thing:long/the_one%only.foo@bar+]\n[profile foo!bar]",
            "a-thing:long/the_one%only.foo@bar+:",
        ),
        ("[profile ABCXYZabcxyz0189-_]", "ABCXYZabcxyz0189-_:"),
        ("[profile \tfoo \t]", "foo:"),
        ("[profile\tfoo]", "foo:"),
        ("[   profile foo    ]\na = 1", "foo: a=1"),
        ("[profilefoo]\na = 1\n[profile bar]", "bar:"),
        ("[foo]\na = 1", ""),
        ("[profile]\na = 1\n[profile ]\n[]\n[profile \"\"]", ""),
        ("[profile in valid]\na = 1\n[profile bar]\nb = 2", "bar: b=2"),
        ("[default]\na = 1", "default: a=1"),
        ("[Default]\na = 1", ""),
        ("[profile \"foo bar\"]\na = 1\n[profile 'x y']\n[profile 'x\x1by']", "foo bar: a=1; x y:"),
        ("[profile \"foo\"]\na = 1", "foo: a=1"),
        ("[sso-session foo]\na = 1\n[profile bar]\n[services foo]\ns3 =\n  b = 2\n[plugins]\nc = 3", "bar:"),
        // merging
        ("[profile foo]\na = 1\n[profile foo]\nb = 2", "foo: a=1, b=2"),
        ("[profile foo]\na = 1\na = 2", "foo: a=2"),
        ("[profile foo]\nA = 1\n[profile foo]\na = 2", "foo: a=2"),
        ("[profile default]\na = 1\n[default]\nb = 2", "default: a=1"),
        ("[default]\nb = 2\n[profile default]\na = 1", "default: a=1"),
        ("[profile default]\na = 1\n[default]\nb = 2\n[profile default]\nc = 3", "default: a=1, c=3"),
        // properties
        ("[profile foo]\na = 1\nb=2", "foo: a=1, b=2"),
        ("[profile foo]\na \t=  \t1 2 \t", "foo: a=1 2"),
        ("[profile foo]\na = val=ue=", "foo: a=val=ue="),
        ("[profile foo]\na = \u{1f602}", "foo: a=\u{1f602}"),
        ("[profile foo]\na =", "foo: a="),
        ("[profile foo]\nin valid = 1", "foo:"),
        ("[profile foo]\nABCxyz089-_ = V", "foo: abcxyz089-_=V"),
        // lines
        ("[profile foo]\r\na = 1\r\n", "foo: a=1"),
        ("\u{feff}[profile foo]\na = 1", "foo: a=1"),
        ("\t \n[profile foo]\n\t\n \na = 1\n\t \n[profile bar]\n \t", "bar:; foo: a=1"),
        (
            "[default]\n    a = 1\n    b = 2\n\n    s3 =\n      c = 3\n    d = 4",
            "default: a=1, b=2, d=4, s3=",
        ),
        // comments
        ("# x\n[profile foo] # x\na = 1 # x # y", "foo: a=1"),
        ("; x\n[profile foo] ; x\na = 1 ; x ; y", "foo: a=1"),
        (";\n[profile foo];\na = 1\t;\n", "foo: a=1"),
        ("[profile foo]; x\n[profile bar]# [x]", "bar:; foo:"),
        ("[profile foo]\na = 1; x\nb = 2# x", "foo: a=1; x, b=2# x"),
        ("[profile foo]\na = # x", "foo: a="),
        ("[default]\n  # x = y\na = 1\n  ; x\nb = 2", "default: a=1, b=2"),
        // continued values
        ("[profile foo]\na = 1\n -2", "foo: a=1\n-2"),
        ("[profile foo]\na = 1\n \t -2 \t \n -3", "foo: a=1\n-2\n-3"),
        ("[profile foo]\na = 1\n -2 # x\n -3 ; x", "foo: a=1\n-2 # x\n-3 ; x"),
        ("[profile foo]\na = 1\n b = 2\nc = 3", "foo: a=1\nb = 2, c=3"),
        ("[profile foo]\nin valid = 1\n -2", "foo:"),
        // blocks
        ("[profile foo]\ns3 =\n max = 20\nb = 2", "foo: b=2, s3="),
        ("[profile foo]\ns3 =\n aws_access_key_id =\n\t \n in valid = 2", "foo: s3="),
    ];

    #[test]
    fn the_config_file_is_read_by_its_rules() {
        for (config, expected) in CONFIG {
            assert_eq!(profiles(config, ""), *expected, "{config:?}");
        }
    }

    #[test]
    fn the_credentials_file_has_bare_names_and_wins() {
        for (config, credentials, expected) in [
            ("", "[foo]\na = 1", "foo: a=1"),
            ("", "[   foo    ]\na = 1\n[profile bar]\nb = 2", "foo: a=1"),
            ("", "[profile foo]\na = 1", ""),
            ("", "[sso-sessionfoo]\na = 1\n[bar]", "bar:; sso-sessionfoo: a=1"),
            ("", "[sso-session foo]\na = 1\n[in valid 2]\nb = 2", ""),
            ("", "[\"foo bar\"]\na = 1", "foo bar: a=1"),
            ("[profile foo]\na = 1", "[foo]\nb = 2", "foo: a=1, b=2"),
            ("[profile foo]\na = 1", "[foo]\na = 2", "foo: a=2"),
            ("[profile foo]\na = 1", "[foo]\nA = 2\n[foo]\na = 3", "foo: a=3"),
            ("[profile default]\na = 1\n[default]\nb = 2", "[default]\nc = 3", "default: a=1, c=3"),
            ("[default]\na = 1", "[default]\nb = 2", "default: a=1, b=2"),
        ] {
            assert_eq!(profiles(config, credentials), expected, "{config:?} {credentials:?}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_by_its_number() {
        for (config, expected) in [
            ("[profile foo", "line 1: no `]` at its end"),
            ("[default]\n[profile foo # ]x", "line 2: no `]` at its end"),
            ("[[default]]", "line 1: no `]` at its end"),
            ("\n\na = 1", "line 3: a line before any"),
            (" -continued", "line 1: a line before any"),
            ("[profile foo]\nkey : value", "line 2: no `=`"),
            ("[profile foo]\nkey # = value", "line 2: no `=`"),
            ("[profile foo]\n= value", "line 2: no name"),
            ("[profile foo]\n -continued", "line 2: no `=`"),
            ("[profile foo]\na = 1\n[profile foo]\n -continued", "line 4: no `=`"),
            ("[profile foo]\ns3 =\n invalid", "line 3: no `=`"),
            ("[profile foo]\ns3 =\n = value", "line 3: no name"),
            ("[services foo]\nkey", "line 2: no `=`"),
        ] {
            assert_eq!(profiles(config, ""), expected, "{config:?}");
        }
        for bytes in [&b"[default]\na = \xff"[..], b"[default]\n\xff\xfe["] {
            let fault = parse(bytes, Kind::Config).err().map(|(line, fault)| (line, fault.found));
            assert_eq!(fault, Some((2, "other bytes")));
        }
    }
}
