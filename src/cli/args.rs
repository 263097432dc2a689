//! The arguments: built from the table of settings, so that options, files and help cannot drift apart.

#[cfg(feature = "gateway")]
mod gateway;
mod learn;

use std::ffi::OsString;
use std::io;
use std::path::Path;

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Answer, output, schemes};
use crate::files::{self, Open};
use crate::host::Failure;
use crate::report::diagnosis::Omit;
use crate::scheme;
use crate::settings::{Kind, SETTINGS, Settings};
use crate::walkthrough::export::Format;

const INPUT_HELP: &str = "A file, `-` for standard input, or the name of a sample. A raw HTTP request, a .http file, a curl command, \
                          a URL, a HAR file, or an error or log that quotes a canonical request: the content tells";

const EXAMPLES: &str = "Examples:
  countersign                              open the inspector on the first sample
  countersign request.http                 open it on a request
  countersign verify request.http          does the signature match?
  countersign explain s3-get-object        every step of a sample
  countersign diagnose request.http        why does it not match?
  countersign walkthrough iam-list-users   a signature told step by step
  countersign learn                        tours for those who are new to signatures
  countersign gateway                      see what a real client signs: point it at http://127.0.0.1:9000
  pbpaste | countersign sign - --profile dev --format curl

Exit codes: 0 yes, 1 no, 2 the input or the arguments cannot be used.";

/// The whole command line.
pub fn command() -> Command {
    let verbs = [
        verb("sign", "Sign a request and print it")
            .arg(format(&["http", "headers", "curl", "url", "json"], "http"))
            .after_help(SIGN_JSON),
        verb("verify", "Check the signature that a request carries")
            .arg(format(&["text", "json"], "text"))
            .after_help(VERIFY_JSON),
        verb("explain", "Print every step of the signature, and where each line came from")
            .arg(format(&["text", "json"], "text"))
            .after_help(EXPLAIN_JSON),
        verb("diagnose", "Find the mistake: the change that reproduces the signature")
            .arg(format(&["text", "json", "markdown"], "text"))
            .arg(depth())
            .arg(budget())
            .arg(evidence())
            .arg(omit())
            .after_help(DIAGNOSE_JSON),
        verb("walkthrough", "Tell the signature step by step: how it is made, sent and checked")
            .arg(format(&Format::ALL.map(|(_, name)| name), "text"))
            .after_help(WALKTHROUGH_JSON),
        #[cfg(feature = "gateway")]
        gateway::command(),
        learn::command(),
        Command::new("samples")
            .about("List the samples, or print one")
            .arg(Arg::new("name").value_name("NAME").help("The sample to print"))
            .arg(format(&["text", "json"], "text")),
        Command::new("schemes")
            .about("List the schemes, or print one as a row to start from")
            .arg(Arg::new("name").value_name("NAME").help("The scheme to print"))
            .arg(format(&["text", "json"], "text")),
        Command::new("completions").about("Print a completion script for a shell").arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(clap::value_parser!(clap_complete::Shell)),
        ),
        Command::new("man").about("Print the manual page"),
    ];
    let main = Command::new("countersign")
        .version(env!("CARGO_PKG_VERSION"))
        .about(
            "Why doesn't this signature match? Every step of AWS Signature Version 4, live in the terminal",
        )
        .after_help(EXAMPLES)
        .args_conflicts_with_subcommands(true)
        .subcommands(verbs);
    with_settings(main.args(input())).args(screen()).arg(evidence().help_heading("Screen"))
}

const SIGN_JSON: &str = "JSON fields: scheme, canonical_request, string_to_sign, signature, signed_headers, headers (what to add, \
                         as pairs of name and value), url (when the signature is placed in the query), fields (of a form). Session tokens are hidden unless --show-token is given.";
const VERIFY_JSON: &str = "JSON fields: verdict (match, mismatch, rejected), signature (equal, different or not_computed, whatever the checks say), \
                           computed, received, checks (id, outcome: passed, failed or not_reached, detail, aws: what AWS answers), canonical_request, string_to_sign, notes; \
                           for a signed body chunks (count, broken, first_broken: name, offset, size, received, computed).";
const EXPLAIN_JSON: &str = "JSON fields: scheme, notes, stages (name, text, lines: start, end, sources: from, rules), verdict, checks.";

const DIAGNOSE_JSON: &str = "JSON fields: answer (match, proven, rejected, contradicted, open, incomplete, no_secret, no_signature), findings (certainty: proven, contradicted or \
                             noticed, causes: their ids, title, explanation, fix, details, sides, links, changes: the lines that differ, signed and sent; null where there is none), tried, exhausted, evidence (side: signer, server or unknown, format, canonical_request, string_to_sign, signature, consistent, code, gate, damage).";

const WALKTHROUGH_JSON: &str = "JSON fields: name, scheme, request (its lines), steps (kind, from and to: client, server or key_store, title, sentence, formula, lines, range: of the \
                                stage, changes: before, encoded, after, sources: from, rules, places: part, header, start, end, link, causes: their ids, outcome), answer (status, verdict, failed: \
                                the check that decided, body). Credentials are hidden in every format, but for the documented example keys.";

fn depth() -> Arg {
    Arg::new("depth")
        .long("depth")
        .value_name("COUNT")
        .value_parser(clap::value_parser!(u8).range(1..=3))
        .help("How many mistakes may have come together: 1, 2 or 3 [default: 3]")
}

/// For how many seconds a search goes on unless another budget is given.
pub(crate) const BUDGET: f64 = 3.0;

fn budget() -> Arg {
    Arg::new("budget")
        .long("budget")
        .value_name("SECONDS")
        .value_parser(seconds)
        .help("How long to search at most, from 0.1 to 3600 seconds [default: 3]")
}

/// A length of time that a person waits for.
fn seconds(text: &str) -> Result<f64, String> {
    let expected = || format!("expected seconds from 0.1 to 3600, but found `{text}`");
    text.parse().ok().filter(|seconds| (0.1..=3600.0).contains(seconds)).ok_or_else(expected)
}

fn omit() -> Arg {
    Arg::new("omit")
        .long("omit")
        .value_name("WHAT")
        .action(ArgAction::Append)
        .value_delimiter(',')
        .value_parser(PossibleValuesParser::new(Omit::ALL.map(|(_, name)| name)))
        .help("Leave out of the report: signature, body; secrets and session tokens are never in it")
}

fn evidence() -> Arg {
    Arg::new("evidence")
        .long("evidence")
        .value_name("FILE")
        .action(ArgAction::Append)
        .value_hint(clap::ValueHint::FilePath)
        .help("What the server answered, or a debug log of the signer: an error body, a log, a whole thread; may be repeated")
}

fn verb(name: &'static str, about: &'static str) -> Command {
    let show = Arg::new("show-token")
        .long("show-token")
        .action(ArgAction::SetTrue)
        .help("Write session tokens and other credentials in JSON and explanations, where they are hidden otherwise");
    let [input, entry, files] = input();
    with_settings(Command::new(name).about(about).args([input.required(true), entry, files])).arg(show)
}

/// The input, and what is said about it.
fn input() -> [Arg; 3] {
    let files = Arg::new("allow-files")
        .long("allow-files")
        .action(ArgAction::SetTrue)
        .help("Read the files that an input from a pipe names for its body, as `curl -d @file` does");
    let input = Arg::new("input").value_name("INPUT").help(INPUT_HELP).value_hint(clap::ValueHint::FilePath);
    [input, entry(), files]
}

fn format(values: &[&'static str], default: &'static str) -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(values.to_vec()))
        .default_value(default)
        .help("How to print the result")
}

/// Every open setting as an option, then where keys come from, then colours.
fn with_settings(command: Command) -> Command {
    let settings = SETTINGS.iter().filter(|row| row.kind == Kind::Open).map(|row| {
        let option = Arg::new(row.name).long(row.name).value_name(row.hint).help(row.help);
        // A key in PEM begins with dashes.
        option.allow_hyphen_values(row.name == PUBLIC_KEY).help_heading("Settings")
    });
    let keys = [
        Arg::new("secret-file")
            .long("secret-file")
            .value_name("FILE")
            .help("Read the secret access key from a file"),
        Arg::new("credentials")
            .long("credentials")
            .value_name("FILE")
            .value_hint(clap::ValueHint::FilePath)
            .help("Read the fields of a key from a file: JSON, TOML, a service account, a connection string"),
        Arg::new("profile")
            .long("profile")
            .value_name("NAME")
            .help("Take keys and region from this profile of ~/.aws"),
        Arg::new("ask-secret")
            .long("ask-secret")
            .action(ArgAction::SetTrue)
            .help("Ask for the secret access key, without echo"),
        Arg::new("allow-process")
            .long("allow-process")
            .action(ArgAction::SetTrue)
            .help("Run the credential_process of the profile"),
    ];

    command.args(settings).args(keys.map(|arg| arg.help_heading("Keys"))).arg(colour())
}

fn colour() -> Arg {
    Arg::new("color")
        .long("color")
        .value_name("WHEN")
        .value_parser(PossibleValuesParser::new(["auto", "always", "never"]))
        .default_value("auto")
        .help("Colour the output: auto, always or never; NO_COLOR counts")
}

fn entry() -> Arg {
    Arg::new("entry")
        .long("entry")
        .value_name("NUMBER")
        .value_parser(clap::value_parser!(usize))
        .help("Which request of a HAR file to take [default: the first one that is signed and was refused]")
}

fn screen() -> [Arg; 2] {
    let config =
        Arg::new("config").long("config").value_name("FILE").value_parser(ValueParser::path_buf()).help(
            "Read this configuration [default: countersign/config.toml in the user's configuration folder]",
        );
    let theme = Arg::new("theme")
        .long("theme")
        .value_name("THEME")
        .value_parser(PossibleValuesParser::new(["auto", "dark", "light", "ansi", "mono"]))
        .help("Colours of the screen: auto, dark, light, ansi (16 colours) or mono (none)");
    [config, theme].map(|arg| arg.help_heading("Screen"))
}

/// What clap found wrong, in one line.
pub(crate) fn failure(error: &clap::Error, arguments: &[OsString]) -> Failure {
    let is_verb = |word: &&OsString| command().find_subcommand(word).is_some();
    let word = arguments.get(1).filter(|word| !is_verb(word));
    if let (clap::error::ErrorKind::ArgumentConflict, Some(word)) = (error.kind(), word) {
        // A word that is no verb was taken for an input, and what follows it for a verb.
        let word = word.to_string_lossy();
        return Failure::new(format!("expected a verb, or an input alone, but found `{word}` and more"))
            .hint("`countersign --help` lists the verbs");
    }
    let text = error.render().to_string();
    let message = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
    let message: Vec<&str> = message.lines().map(str::trim).collect();
    Failure::new(message.join(" ")).hint("`countersign --help` lists verbs and options")
}

/// The option that may name a file of schemes.
const SCHEME: &str = "scheme";

/// The option that may name a file.
const PUBLIC_KEY: &str = "public-key";

/// A public key may lie in a file, as openssl writes it.
fn key_of_file(name: &str, value: &str) -> String {
    /// A key in PEM has some hundred bytes.
    const MOST: u64 = 64 << 10;
    let read = || {
        let bytes = files::read(Path::new(value), MOST, Open::FilesAndPipes).ok()?;
        String::from_utf8(bytes).ok().map(|text| text.trim().to_owned())
    };
    (name == PUBLIC_KEY).then(read).flatten().unwrap_or_else(|| value.to_owned())
}

/// The settings among the options.
pub(crate) fn settings(matches: &ArgMatches) -> Result<Settings, Failure> {
    let mut settings = Settings::default();
    for row in SETTINGS.iter().filter(|row| row.kind == Kind::Open) {
        if let Some(value) = matches.get_one::<String>(row.name) {
            let value = &key_of_file(row.name, value);
            let wrong = |error| Failure::new(format!("--{}: {error}", row.name));
            settings.set(row.name, &scheme_of_file(row.name, value)).map_err(wrong)?;
        }
    }
    match settings.scheme.filter(|name| scheme::named(name).is_none()) {
        Some(name) => Err(schemes::unknown(name)),
        None => Ok(settings),
    }
}

/// A scheme may be described in a file: the first of its rows is meant.
fn scheme_of_file(name: &str, value: &str) -> String {
    match name == SCHEME && schemes::is_file(value) {
        true => schemes::first_given().to_owned(),
        false => value.to_owned(),
    }
}

/// `countersign completions SHELL`.
pub(crate) fn completions(matches: &ArgMatches) -> Result<Answer, Failure> {
    let Some(shell) = matches.get_one::<clap_complete::Shell>("shell") else {
        return Err(Failure::new("expected a shell, but found none"));
    };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command(), "countersign", &mut script);
    output::print(&script)
}

/// `countersign man`.
pub(crate) fn man() -> Result<Answer, Failure> {
    let mut page = Vec::new();
    let unwritable =
        |error: io::Error| Failure::new(format!("expected to write the manual page, but found {error}"));
    let mut main = command();
    main.build();
    clap_mangen::Man::new(main.clone()).render(&mut page).map_err(unwritable)?;
    for verb in main.get_subcommands().filter(|verb| verb.get_name() != "help") {
        let man = clap_mangen::Man::new(verb.clone());
        let mut section = Vec::new();
        man.render_synopsis_section(&mut section).map_err(unwritable)?;
        man.render_options_section(&mut section).map_err(unwritable)?;
        let section =
            String::from_utf8_lossy(&section).replace("\n.SH ", "\n.SS ").replace(".SH SYNOPSIS", "");
        page.extend(format!(".SH \"{}\"\n{section}", verb.get_name().to_uppercase()).into_bytes());
    }
    output::print(&page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn no_secret_is_an_option() {
        for verb in command().get_subcommands().chain([&command()]) {
            let names: Vec<_> = verb.get_arguments().filter_map(|arg| arg.get_long()).collect();
            assert!(
                !names.contains(&"secret-access-key") && !names.contains(&"session-token"),
                "{}",
                verb.get_name()
            );
        }
    }
}
