//! Keys from each of their places, in their order, and what is told where there are none.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::secret::Secret;

/// A directory of its own for one test.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("countersign-credentials-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(path.join(".aws")).unwrap();
        Self(path)
    }

    fn with(config: &str, credentials: &str) -> Self {
        let folder = Self::new();
        folder.write(".aws/config", config.as_bytes());
        folder.write(".aws/credentials", credentials.as_bytes());
        folder
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn find(&self, variables: &[(&str, &str)], wanted: &Wanted) -> Result<Found, CredentialsError> {
        find(&surroundings(variables, Some(self.0.clone())), wanted)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

pub(super) fn surroundings(variables: &[(&str, &str)], home: Option<PathBuf>) -> Surroundings {
    let own = |(name, value): &(&str, &str)| (String::from(*name), OsString::from(*value));
    let variables: BTreeMap<_, _> = variables.iter().map(own).collect();
    Surroundings::new(move |name| variables.get(name).cloned(), home)
}

fn profile(name: &str) -> Wanted {
    Wanted { profile: Some(name.into()), ..Wanted::default() }
}

/// `AKID:secret:token from source`.
fn told(found: &Found) -> String {
    let Some(credentials) = &found.credentials else { return "none".into() };
    let text = |secret: &Secret| String::from_utf8_lossy(secret.expose()).into_owned();
    let token = credentials.session_token.as_ref().map_or("-".into(), text);
    let Credentials { access_key_id, secret, source, .. } = credentials;
    format!("{access_key_id}:{}:{token} from {source}", text(secret))
}

const CONFIG: &str = "[default]\nregion = r-default\n[profile dev]\nregion = r-dev\n\
                      aws_access_key_id = IC\naws_secret_access_key = SC\n[profile bare]\nregion = r-bare\n";

const KEYS: &str = "[default]\naws_access_key_id = ID\naws_secret_access_key = SD\n\
                    [prod]\naws_access_key_id = IP\naws_secret_access_key = SP\naws_session_token = TP\n";

const ENVIRONMENT: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "IE"), ("AWS_SECRET_ACCESS_KEY", "SE"), ("AWS_SESSION_TOKEN", "TE")];

#[test]
fn nothing_at_all_is_no_error() {
    for home in [Some(Folder::new().path().to_owned()), None] {
        let found = find(&surroundings(&[("AWS_REGION", " ")], home), &Wanted::default()).unwrap();
        assert_eq!(told(&found), "none");
        assert!(found.region.is_none() && found.profile.is_none() && found.notices.is_empty());
    }
}

#[test]
fn an_option_comes_before_the_environment_and_the_environment_before_a_profile() {
    let folder = Folder::with(CONFIG, KEYS);
    let with = |more: &[(&'static str, &'static str)]| [&ENVIRONMENT[..], more].concat();
    let environment = "IE:SE:TE from the environment";
    for (variables, wanted, expected) in [
        (vec![], Wanted::default(), "ID:SD:- from profile default in ~/.aws/credentials"),
        (vec![], profile("dev"), "IC:SC:- from profile dev in ~/.aws/config"),
        (
            vec![("AWS_PROFILE", "prod")],
            Wanted::default(),
            "IP:SP:TP from profile prod in ~/.aws/credentials",
        ),
        (
            vec![("AWS_DEFAULT_PROFILE", "dev")],
            Wanted::default(),
            "IC:SC:- from profile dev in ~/.aws/config",
        ),
        (
            vec![("AWS_PROFILE", "dev"), ("AWS_DEFAULT_PROFILE", "gone")],
            Wanted::default(),
            "IC:SC:- from profile dev in ~/.aws/config",
        ),
        (
            vec![("AWS_PROFILE", "gone")],
            profile("default"),
            "ID:SD:- from profile default in ~/.aws/credentials",
        ),
        (with(&[]), Wanted::default(), environment),
        (with(&[("AWS_PROFILE", "prod")]), Wanted::default(), environment),
        (with(&[]), profile("dev"), "IC:SC:- from profile dev in ~/.aws/config"),
        (vec![("AWS_ACCESS_KEY_ID", "IE")], profile("dev"), "IC:SC:- from profile dev in ~/.aws/config"),
        (vec![], profile("bare"), "none"),
    ] {
        let found = folder.find(&variables, &wanted).expect(expected);
        assert_eq!(told(&found), expected, "{variables:?} {wanted:?}");
    }
}

#[test]
fn old_names_of_variables_count_after_the_new_ones() {
    let folder = Folder::new();
    let old = [("AWS_ACCESS_KEY", "IO"), ("AWS_SECRET_KEY", "SO"), ("AWS_SECURITY_TOKEN", "TO")];
    let found = folder.find(&old, &Wanted::default()).unwrap();
    assert_eq!(told(&found), "IO:SO:TO from the environment");
    let found = folder.find(&[&old[..], &ENVIRONMENT].concat(), &Wanted::default()).unwrap();
    assert_eq!(told(&found), "IE:SE:TE from the environment");
    let blank = [&old[..], &[("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", " ")]].concat();
    assert_eq!(told(&folder.find(&blank, &Wanted::default()).unwrap()), "IO:SO:TO from the environment");
}

#[test]
fn the_region_of_the_environment_comes_first() {
    let folder = Folder::with(CONFIG, KEYS);
    let default = ("AWS_DEFAULT_REGION", "r-2");
    for (variables, wanted, region, source) in [
        (&[][..], Wanted::default(), "r-default", "profile default in ~/.aws/config"),
        (&[], profile("bare"), "r-bare", "profile bare in ~/.aws/config"),
        (&ENVIRONMENT, Wanted::default(), "r-default", "profile default in ~/.aws/config"),
        (&[default], profile("dev"), "r-2", "AWS_DEFAULT_REGION in the environment"),
        (&[default, ("AWS_REGION", "r-1")], Wanted::default(), "r-1", "AWS_REGION in the environment"),
        (&[default, ("AWS_REGION", "")], Wanted::default(), "r-2", "AWS_DEFAULT_REGION in the environment"),
    ] {
        let found = folder.find(variables, &wanted).expect(region);
        assert_eq!(found.region.as_deref(), Some(region), "{variables:?}");
        assert_eq!(found.region_source.as_deref(), Some(source), "{variables:?}");
    }
}

#[test]
fn files_that_are_not_needed_are_not_read() {
    let folder = Folder::with("broken", "");
    let variables = [&ENVIRONMENT[..], &[("AWS_REGION", "r")]].concat();
    assert!(folder.find(&variables, &Wanted::default()).is_ok());
    assert!(folder.find(&ENVIRONMENT, &Wanted::default()).is_err());
    assert!(folder.find(&[&variables[..], &[("AWS_PROFILE", "dev")]].concat(), &Wanted::default()).is_err());
}

#[test]
fn white_space_around_a_variable_counts_and_is_told() {
    let variables = [("AWS_ACCESS_KEY_ID", "I"), ("AWS_SECRET_ACCESS_KEY", "S\r"), ("AWS_REGION", "r")];
    let found = Folder::new().find(&variables, &Wanted::default()).unwrap();
    assert_eq!(found.credentials.unwrap().secret.expose(), b"S\r");
    let notices: Vec<_> = found.notices.iter().map(|notice| &*notice.0).collect();
    assert_eq!(notices, ["The variable AWS_SECRET_ACCESS_KEY ends with white space, which counts."]);
}

#[test]
fn a_key_that_goes_on_in_an_indented_line_is_told() {
    let folder = Folder::with("", &KEYS.replace("aws_session_token", " aws_session_token"));
    let found = folder.find(&[], &profile("prod")).unwrap();
    assert_eq!(found.credentials.unwrap().secret.expose(), b"SP\naws_session_token = TP");
    let told = "aws_secret_access_key of profile prod goes on in an indented line, which counts.";
    assert_eq!(found.notices, [Notice(told.into())]);
}

#[test]
fn the_end_of_temporary_keys_is_told() {
    let variables = [&ENVIRONMENT[..], &[("AWS_CREDENTIAL_EXPIRATION", "2015-08-30T12:36:00Z")]].concat();
    let found = Folder::new().find(&variables, &Wanted::default()).unwrap();
    assert_eq!(found.expires.unwrap().to_string(), "20150830T123600Z");
}

#[test]
fn a_secret_alone_belongs_to_the_key_id_that_is_wanted() {
    let wanted = Wanted { access_key_id: Some("CLAIMED".into()), ..Wanted::default() };
    let found = Folder::new().find(&[("AWS_SECRET_ACCESS_KEY", "S")], &wanted).unwrap();
    assert_eq!(found.credentials.unwrap().access_key_id, "CLAIMED");
    let own = [("AWS_SECRET_ACCESS_KEY", "S"), ("AWS_ACCESS_KEY_ID", "OWN")];
    let found = Folder::new().find(&own, &wanted).unwrap();
    assert_eq!(found.credentials.unwrap().access_key_id, "OWN");
}

#[test]
fn half_a_key_is_an_error_that_names_the_other_half() {
    let folder = Folder::with(
        "",
        "[half]\naws_access_key_id = I\naws_secret_access_key =\n[other]\naws_secret_access_key = S\n",
    );
    for (variables, wanted, expected) in [
        (
            &[("AWS_ACCESS_KEY_ID", "I"), ("AWS_SECRET_ACCESS_KEY", "")][..],
            Wanted::default(),
            "expected `AWS_SECRET_ACCESS_KEY` beside `AWS_ACCESS_KEY_ID` in the environment, but found none",
        ),
        (
            &[("AWS_SECRET_KEY", "S")],
            Wanted::default(),
            "expected `AWS_ACCESS_KEY_ID` beside `AWS_SECRET_KEY` in the environment, but found none",
        ),
        (
            &[],
            profile("half"),
            "expected `aws_secret_access_key` beside `aws_access_key_id` in profile `half`, but found none",
        ),
        (
            &[],
            profile("other"),
            "expected `aws_access_key_id` beside `aws_secret_access_key` in profile `other`, but found none",
        ),
    ] {
        assert_eq!(folder.find(variables, &wanted).err().expect(expected).to_string(), expected);
    }
}

#[test]
fn a_profile_that_was_asked_for_must_exist() {
    let error = |folder: &Folder, variables: &[(&str, &str)], wanted: &Wanted| {
        let error = folder.find(variables, wanted).err().expect("an error");
        (error.to_string(), error.hint().unwrap())
    };
    let folder = Folder::with("[default]\n", "[dev]\n");
    let files = "in ~/.aws/config and ~/.aws/credentials, but found";
    let hint = "`aws configure list-profiles` prints all that exist";
    assert_eq!(
        error(&folder, &[], &profile("x\x1b")),
        (format!("expected a profile `x\\u{{1b}}` {files} only default, dev"), hint.into())
    );
    assert_eq!(
        error(&folder, &[("AWS_PROFILE", "x")], &Wanted::default()),
        (
            format!("expected a profile `x` {files} only default, dev"),
            format!("AWS_PROFILE asks for it; {hint}")
        )
    );
    assert!(error(&Folder::new(), &[], &profile("default")).0.ends_with("but found none"));
    let many: String = (10..30).map(|n| format!("[p{n}]\n")).collect();
    let text = error(&Folder::with("", &many), &[], &profile("x")).0;
    assert!(
        text.ends_with("only p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p20, p21 and 8 others"),
        "{text}"
    );
}

#[test]
fn what_is_not_done_here_is_an_error_with_the_command_that_does_it() {
    for (properties, found) in [
        ("sso_session = s", "a single sign-on"),
        ("sso_start_url = https://s\nsso_region = r", "a single sign-on"),
        ("role_arn = a\nsource_profile = b", "a role to assume"),
        ("role_arn = a\naws_access_key_id = I\naws_secret_access_key = S", "a role to assume"),
        ("role_arn = a\nweb_identity_token_file = /t", "a web identity token to exchange"),
        ("login_session = a", "the session of `aws login`"),
        ("source_profile = b", "the name of another profile"),
    ] {
        let folder = Folder::with(
            &format!("[profile \"my dev\"]\n{properties}\n[default]\nregion = r\n{properties}\n"),
            "",
        );
        let error = folder.find(&[], &profile("my dev")).err().expect(found);
        assert_eq!(error.to_string(), format!("expected keys in profile `my dev`, but found {found}"));
        let hint = error.hint().unwrap();
        assert!(
            hint.contains("`aws configure export-credentials --profile 'my dev' --format env`"),
            "{hint}"
        );
        assert!(folder.find(&[("AWS_PROFILE", "my dev")], &Wanted::default()).is_err());
        let found = folder.find(&[], &Wanted::default()).expect(found);
        assert_eq!((told(&found).as_str(), found.region.as_deref()), ("none", Some("r")));
        let notice = &found.notices[0].0;
        assert!(
            notice
                .starts_with("Profile default gave no keys: expected keys in profile `default`, but found ")
        );
        assert!(notice.contains("export-credentials --profile default"), "{notice}");
    }
}

#[test]
fn keys_count_before_a_sign_on_and_a_program() {
    for other in ["sso_session = s", "source_profile = b", "credential_process = /nowhere"] {
        let folder = Folder::with(&format!("[default]\n{other}\n"), KEYS);
        let wanted = Wanted { process: RunProcess::Allowed, ..Wanted::default() };
        assert!(told(&folder.find(&[], &wanted).unwrap()).starts_with("ID:SD:-"), "{other}");
    }
}

#[test]
fn the_credentials_file_comes_before_the_config_file() {
    let found = Folder::with(CONFIG, "[dev]\naws_secret_access_key = S2\n").find(&[], &profile("dev"));
    assert_eq!(told(&found.unwrap()), "IC:S2:- from profile dev in ~/.aws/credentials");
}

#[test]
fn a_profile_without_keys_is_told() {
    let found = Folder::with(CONFIG, "").find(&[], &profile("bare")).unwrap();
    assert_eq!(found.notices, [Notice("Profile bare holds no keys.".into())]);
    assert_eq!(found.profile.as_deref(), Some("bare"));
}

#[test]
#[cfg(unix)]
fn a_program_runs_only_when_it_may() {
    let folder = Folder::new();
    let answer = r#"{"Version":1,"AccessKeyId":"IX","SecretAccessKey":"SX","SessionToken":"TX"}"#;
    folder.write(
        "a program",
        format!("echo ran > '{}/ran'\necho '{answer}'\n", folder.path().display()).as_bytes(),
    );
    let process = format!("credential_process = /bin/sh \"{}/a program\"", folder.path().display());
    folder.write(".aws/config", format!("[profile dev]\n{process}\n[default]\n{process}\n").as_bytes());
    let error = folder.find(&[], &profile("dev")).err().expect("an error");
    assert_eq!(
        error.to_string(),
        "expected keys in profile `dev`, but found a credential_process, which may not run"
    );
    assert!(error.hint().unwrap().contains("--allow-process"));
    let found = folder.find(&[], &Wanted::default()).unwrap();
    assert!(found.credentials.is_none() && found.notices[0].0.contains("--allow-process"));
    assert!(!folder.path().join("ran").exists());
    let found = folder.find(&[], &Wanted { process: RunProcess::Allowed, ..profile("dev") }).unwrap();
    assert_eq!(told(&found), "IX:SX:TX from credential_process of profile dev");
    assert!(folder.path().join("ran").exists());
}

#[test]
fn files_that_cannot_be_read_are_told_by_name_and_line() {
    for (config, credentials, expected) in [
        ("[default]\nregion", "", "expected `name = value`, but found no `=` in line 2 of ~/.aws/config"),
        (
            "",
            "a = b",
            "expected a section such as `[default]`, but found a line before any in line 1 of ~/.aws/credentials",
        ),
        (
            "[profile x",
            "",
            "expected a section in brackets, but found no `]` at its end in line 1 of ~/.aws/config",
        ),
    ] {
        let error = Folder::with(config, credentials).find(&[], &Wanted::default()).err().expect(expected);
        assert_eq!(error.to_string(), expected);
    }
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join(".aws/config")).unwrap();
    let error = folder.find(&[], &Wanted::default()).err().expect("an error").to_string();
    assert_eq!(error, "expected a file of AWS profiles, but found a directory: ~/.aws/config");
    let found = folder.find(&[("AWS_CONFIG_FILE", "~/none")], &Wanted::default());
    assert_eq!(told(&found.unwrap()), "none");
}

#[test]
fn no_error_and_no_notice_tells_a_secret() {
    let key = "aws_access_key_id = I\naws_secret_access_key = SENTINEL\naws_session_token = SENTINEL\n";
    for lines in [
        "aws_secret_access_key: SENTINEL\n".to_owned(),
        "SENTINEL\n".to_owned(),
        "[SENTINEL\n".to_owned(),
        "[default] SENTINEL\n".to_owned(),
        "[default]\ns3 =\n  SENTINEL\n".to_owned(),
        "[default]\naws_secret_access_key = SENTINEL".to_owned(),
        format!("[default]\nrole_arn = SENTINEL\n{key}"),
        "[default]\ncredential_process = /nowhere/SENTINEL --key SENTINEL\n".to_owned(),
        "[default]\ncredential_process = \"SENTINEL\n".to_owned(),
        format!("[other]\n{key}"),
    ] {
        let folder = Folder::with("", &lines);
        for process in [RunProcess::Refused, RunProcess::Allowed] {
            let error = folder.find(&[], &Wanted { process, ..profile("default") }).err().expect(&lines);
            let text = format!("{error} {error:?} {:?}", error.hint());
            assert!(!text.contains("SENTINEL"), "{text}");
            let text = match folder.find(&[], &Wanted { process, ..Wanted::default() }) {
                Ok(found) => format!("{:?}", found.notices),
                Err(error) => format!("{error} {error:?} {:?}", error.hint()),
            };
            assert!(!text.contains("SENTINEL"), "{text}");
        }
    }
    let half = [("AWS_SECRET_ACCESS_KEY", "SENTINEL")];
    let error = Folder::new().find(&half, &Wanted::default()).err().expect("an error");
    assert!(!format!("{error} {error:?} {:?}", error.hint()).contains("SENTINEL"));
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_no_text_is_an_error_that_does_not_show_it() {
    use std::os::unix::ffi::OsStringExt;
    let bytes =
        |name: &str| (name == "AWS_SECRET_ACCESS_KEY").then(|| OsString::from_vec(b"SENTINEL\xff".into()));
    let error = find(&Surroundings::new(bytes, None), &Wanted::default()).err().expect("an error");
    assert_eq!(
        error.to_string(),
        "expected UTF-8 text in the variable `AWS_SECRET_ACCESS_KEY`, but found other bytes"
    );
}
