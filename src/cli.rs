//! The command line: one file for each verb, one table of settings for options and files.
//!
//! Exit codes are part of the interface: 0 yes, 1 no, 2 the input or the arguments cannot be used. Data goes to standard output, words
//! about it to standard error; JSON is never mixed with anything else.

mod args;
mod diagnose;
mod explain;
#[cfg(feature = "gateway")]
pub(crate) mod gateway;
pub(crate) mod input;
mod json;
mod output;
mod pipe;
mod samples;
mod sign;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::ArgMatches;

pub use args::command;
#[cfg(feature = "tui")]
pub(crate) use sign::to_json as sign_json;

/// Why a verb cannot do its work: one line, and what to do.
#[derive(Debug)]
pub struct Failure {
    /// What was expected and found.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// What a verb comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    Yes,
    No,
    /// The terminal program ended with this exit code.
    #[cfg_attr(not(feature = "tui"), allow(dead_code, reason = "only the terminal program ends so"))]
    Ended(u8),
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// Runs the program with these arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let matches = match command().try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) if !error.use_stderr() => {
            // Help and version are no failures.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            output::complain(&args::failure(&error, &arguments));
            return ExitCode::from(2);
        }
    };
    match dispatch(&matches) {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Ok(Answer::Ended(code)) => ExitCode::from(code),
        Err(failure) => {
            output::complain(&failure);
            ExitCode::from(2)
        }
    }
}

fn dispatch(matches: &ArgMatches) -> Result<Answer, Failure> {
    match matches.subcommand() {
        Some(("sign", verb)) => sign::run(verb),
        Some(("verify", verb)) => verify::run(verb),
        Some(("explain", verb)) => explain::run(verb),
        Some(("diagnose", verb)) => diagnose::run(verb),
        #[cfg(feature = "gateway")]
        Some(("gateway", verb)) => gateway::run(verb),
        Some(("samples", verb)) => samples::run(verb),
        Some(("completions", verb)) => args::completions(verb),
        Some(("man", _)) => args::man(),
        Some((verb, _)) => Err(Failure::new(format!("expected a verb that is known, but found `{verb}`"))),
        None => open(matches),
    }
}

#[cfg(feature = "tui")]
fn open(matches: &ArgMatches) -> Result<Answer, Failure> {
    crate::tui::open(matches).map(Answer::Ended)
}

#[cfg(not(feature = "tui"))]
fn open(_: &ArgMatches) -> Result<Answer, Failure> {
    Err(Failure::new("expected a verb, but found none")
        .hint("this build has no terminal program; try `countersign --help`"))
}
