//! The arguments: built from the table of settings, so that options, files and help cannot drift apart.

use std::io;

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Answer, Failure, output};
use crate::settings::{Kind, SETTINGS, Settings};

const INPUT_HELP: &str = "A file, `-` for standard input, or the name of a sample. A raw HTTP request, a .http file, a curl command \
                          or a URL: the content tells";

const EXAMPLES: &str = "Examples:
  countersign                              open the inspector on the first sample
  countersign request.http                 open it on a request
  countersign verify request.http          does the signature match?
  countersign explain s3-get-object        every step of a sample
  pbpaste | countersign sign - --profile dev --format curl

Exit codes: 0 yes, 1 no, 2 the input or the arguments cannot be used.";

/// The whole command line.
pub fn command() -> Command {
    let verbs = [
        verb("sign", "Sign a request and print it").arg(format(&["http", "headers", "curl", "json"], "http")),
        verb("verify", "Check the signature that a request carries").arg(format(&["text", "json"], "text")),
        verb("explain", "Print every step of the signature, and where each line came from")
            .arg(format(&["text", "json"], "text")),
        Command::new("samples")
            .about("List the samples, or print one")
            .arg(Arg::new("name").value_name("NAME").help("The sample to print"))
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
    with_settings(main.arg(input(false))).args(screen())
}

fn verb(name: &'static str, about: &'static str) -> Command {
    let show = Arg::new("show-token")
        .long("show-token")
        .action(ArgAction::SetTrue)
        .help("Write session tokens in JSON and explanations, where they are hidden otherwise");
    with_settings(Command::new(name).about(about).arg(input(true))).arg(show)
}

fn input(required: bool) -> Arg {
    Arg::new("input")
        .value_name("INPUT")
        .required(required)
        .help(INPUT_HELP)
        .value_hint(clap::ValueHint::FilePath)
}

fn format(values: &'static [&'static str], default: &'static str) -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(values))
        .default_value(default)
        .help("How to print the result")
}

/// Every open setting as an option, then where keys come from, then colours.
fn with_settings(command: Command) -> Command {
    let settings = SETTINGS.iter().filter(|row| row.kind == Kind::Open).map(|row| {
        Arg::new(row.name).long(row.name).value_name(row.hint).help(row.help).help_heading("Settings")
    });
    let keys = [
        Arg::new("secret-file")
            .long("secret-file")
            .value_name("FILE")
            .help("Read the secret access key from a file"),
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
    let colour = Arg::new("color")
        .long("color")
        .value_name("WHEN")
        .value_parser(PossibleValuesParser::new(["auto", "always", "never"]))
        .default_value("auto")
        .help("Colour the output: auto, always or never; NO_COLOR counts");
    command.args(settings).args(keys.map(|arg| arg.help_heading("Keys"))).arg(colour)
}

fn screen() -> [Arg; 3] {
    let config =
        Arg::new("config").long("config").value_name("FILE").value_parser(ValueParser::path_buf()).help(
            "Read this configuration [default: countersign/config.toml in the user's configuration folder]",
        );
    let theme = Arg::new("theme")
        .long("theme")
        .value_name("THEME")
        .value_parser(PossibleValuesParser::new(["auto", "dark", "light", "ansi", "mono"]))
        .help("Colours of the screen: auto, dark, light, ansi (16 colours) or mono (none)");
    let evidence = Arg::new("theirs")
        .long("theirs")
        .value_name("FILE")
        .value_parser(ValueParser::path_buf())
        .help("Load the other side's canonical request or string to sign into Compare");
    [config, theme, evidence].map(|arg| arg.help_heading("Screen"))
}

/// The settings among the options.
pub(crate) fn settings(matches: &ArgMatches) -> Result<Settings, Failure> {
    let mut settings = Settings::default();
    for row in SETTINGS.iter().filter(|row| row.kind == Kind::Open) {
        if let Some(value) = matches.get_one::<String>(row.name) {
            let wrong = |error| Failure::new(format!("--{}: {error}", row.name));
            settings.set(row.name, value).map_err(wrong)?;
        }
    }
    Ok(settings)
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
    clap_mangen::Man::new(command()).render(&mut page).map_err(unwritable)?;
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
