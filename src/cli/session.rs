//! The input of a verb, completed with options, settings and keys, and made a session.

use std::path::Path;

use clap::ArgMatches;

use super::args;
use crate::analysis::Session;
use crate::case::{self, Case, Files, Format};
use crate::credentials::{self, Found as FoundKeys, RunProcess, Surroundings, Wanted};
use crate::diagnose::claimed_key_id;
use crate::evidence::Piece;
use crate::host::Failure;
use crate::host::input::{Long, Opened, Takes, read_evidence, read_long_case};
use crate::host::pipe::bring_to_hand;
use crate::request::Notice;
use crate::scheme;
use crate::secret::{self, Secret};
use crate::signature::Credentials;

/// Opens the input of a verb that needs a request with a host.
pub(crate) fn open(matches: &ArgMatches, long: Long) -> Result<Opened, Failure> {
    open_input(matches, Takes { long, ..taken(matches) })
}

/// The same for a verb that has an answer to some evidence without a request.
pub(crate) fn open_or_evidence(matches: &ArgMatches) -> Result<Opened, Failure> {
    open_input(matches, Takes { open: case::open_or_alone, ..taken(matches) })
}

fn open_input(matches: &ArgMatches, takes: Takes) -> Result<Opened, Failure> {
    let name = matches.get_one::<String>("input").map_or("", String::as_str);
    let (case, rest) = read_long_case(name, &takes)?;
    let mut opened = Opened { rest, ..session(case, name, matches)? };
    if scheme::of(&opened.session.request, &opened.session.settings).recipe().is_some() {
        bring_to_hand(&mut opened)?;
        return Ok(opened);
    }
    let request = &opened.session.request;
    let is_rebuilt = opened.session.format == Format::Evidence;
    if request.host().is_none() && !request.is_absent() && !is_rebuilt {
        let failure = Failure::new("expected a Host header or an absolute URL, but found neither");
        return Err(failure.hint("every signature covers the host: add `Host: name` to the request"));
    }
    Ok(opened)
}

/// Opens an input by name.
pub(crate) fn open_named(name: &str, matches: &ArgMatches) -> Result<Opened, Failure> {
    let (case, _) = read_long_case(name, &taken(matches))?;
    session(case, name, matches)
}

/// What the options say of an input.
fn taken(matches: &ArgMatches) -> Takes {
    let files = if matches.get_flag("allow-files") { Files::Allowed } else { Files::Refused };
    Takes { entry: matches.get_one::<usize>("entry").copied(), files, ..Takes::default() }
}

/// Makes a session of a case: options over the file, the file over the environment, the environment over a profile.
fn session(case: Case, name: &str, matches: &ArgMatches) -> Result<Opened, Failure> {
    let mut session = Session::new(case.request);
    session.name = name.to_owned();
    session.format = case.format;
    session.evidence = [case.evidence, given_evidence(matches)?].concat().into();
    let mut notices = case.notices;
    session.settings = args::settings(matches)?.over(case.settings);
    if session.settings.secret_access_key.as_ref().is_some_and(|secret| !secret::is_documented(secret)) {
        notices.push(Notice(
            "The input holds a secret access key. Take it out before you pass the file on.".into(),
        ));
    }
    let id = session.settings.access_key_id.clone().or_else(|| claimed_key_id(&session.request));
    let found = ambient(matches, id)?;
    notices.extend(found.notices);
    session.ambient.region = found.region;
    session.keys.extend(found.credentials);
    if session.format == Format::Evidence {
        let id = session
            .settings
            .access_key_id
            .clone()
            .or_else(|| Some(session.keys.first()?.access_key_id.clone()));
        id.into_iter().for_each(|id| case::set_access_key_id(&mut session.request, &id));
    }
    if let Some(path) = matches.get_one::<String>("credentials") {
        let key = credentials::read_fields(Path::new(path)).map_err(credentials_failure)?;
        session.settings.secret_access_key = None;
        session.keys.insert(0, key);
    }
    match explicit_secret(&session, matches, &mut notices)? {
        Some(key) => {
            session.settings.secret_access_key = None;
            session.keys.insert(0, key);
        }
        // A profile that was asked for is an option, and wins over keys in the file.
        None if matches.contains_id("profile") && !session.keys.is_empty() => {
            session.settings.secret_access_key = None;
            session.settings.access_key_id = matches.get_one::<String>("access-key-id").cloned();
        }
        None => {}
    }
    Ok(Opened { session, notices, entries: case.entries, rest: None })
}

/// What the files of `--evidence` hold.
fn given_evidence(matches: &ArgMatches) -> Result<Vec<Piece>, Failure> {
    let Ok(Some(names)) = matches.try_get_many::<String>("evidence") else { return Ok(Vec::new()) };
    let mut pieces = Vec::new();
    for name in names {
        pieces.extend(read_evidence(name)?);
    }
    Ok(pieces)
}

/// What environment and profiles say, a secret that stands alone taken for the one of this key id. Without a profile asked for, what is
/// wrong there is only noted: many inputs need no keys.
pub(super) fn ambient(matches: &ArgMatches, access_key_id: Option<String>) -> Result<FoundKeys, Failure> {
    let wanted = Wanted {
        profile: matches.get_one::<String>("profile").cloned(),
        process: if matches.get_flag("allow-process") { RunProcess::Allowed } else { RunProcess::Refused },
        access_key_id,
    };
    match credentials::find(&Surroundings::of_process(), &wanted) {
        Ok(found) => Ok(found),
        Err(error) if wanted.profile.is_some() => Err(credentials_failure(error)),
        Err(error) => Ok(FoundKeys {
            notices: vec![Notice(format!("No keys from the surroundings: {error}."))],
            ..FoundKeys::default()
        }),
    }
}

pub(super) fn credentials_failure(error: credentials::CredentialsError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// The secret of `--secret-file` or `--ask-secret`, for the key id of the options, the file or the request's claim.
fn explicit_secret(
    session: &Session,
    matches: &ArgMatches,
    notices: &mut Vec<Notice>,
) -> Result<Option<Credentials>, Failure> {
    let Some((secret, source, notice)) = secret_option(matches)? else { return Ok(None) };
    // Evidence alone has nothing to sign.
    if session.request.is_absent() {
        return Ok(None);
    }
    notices.extend(notice);
    let names_none = scheme::of(&session.request, &session.settings).recipe().map(|_| String::new());
    let claimed = || claimed_key_id(&session.request);
    let given = || session.settings.access_key_id.clone();
    let Some(access_key_id) = names_none.or_else(given).or_else(claimed) else {
        return Err(Failure::new("expected an access key id beside the secret, but found none")
            .hint("give --access-key-id"));
    };
    let session_token = session.settings.session_token.clone();
    Ok(Some(Credentials { fields: Default::default(), access_key_id, secret, session_token, source }))
}

/// The secret of `--secret-file` or `--ask-secret`, where it came from, and what looks odd about it.
pub(super) fn secret_option(
    matches: &ArgMatches,
) -> Result<Option<(Secret, String, Option<Notice>)>, Failure> {
    if let Some(path) = matches.get_one::<String>("secret-file") {
        let file = credentials::read_secret_file(Path::new(path)).map_err(credentials_failure)?;
        return Ok(Some((file.secret, file.source, file.notice)));
    }
    Ok(match matches.get_flag("ask-secret") {
        true => Some((ask_secret()?, "the prompt".to_owned(), None)),
        false => None,
    })
}

fn ask_secret() -> Result<Secret, Failure> {
    let asked = rpassword::prompt_password("Secret access key (not shown): ");
    let text = asked.map_err(|error| {
        Failure::new(format!("expected a terminal to ask for the secret, but found {error}"))
    })?;
    Ok(Secret::new(text.into_bytes()))
}
