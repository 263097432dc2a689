//! The command line: one file for each verb, one table of settings for options and files.
//!
//! Exit codes are part of the interface: 0 yes, 1 no, 2 the input or the arguments cannot be used. Data goes to standard output, words
//! about it to standard error; JSON is never mixed with anything else.

mod args;
mod diagnose;
mod explain;
#[cfg(feature = "gateway")]
mod gateway;
mod learn;
mod output;
mod samples;
mod schemes;
mod session;
mod sign;
mod verify;
mod walkthrough;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;

pub use args::command;

#[cfg(feature = "gateway")]
use crate::gateway::launch::Launch;
use crate::host::input::Opened;
use crate::host::{Failure, Look};
use crate::samples::SAMPLES;

/// What a verb comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    Yes,
    No,
    /// The terminal program ended with this exit code.
    Ended(u8),
}

/// How the terminal program is opened; what it opens on, the command line reads.
pub(crate) struct Screen {
    /// On an input.
    pub(crate) inspect: fn(Opened, Look) -> Result<u8, Failure>,
    /// On the tape of a gateway that listens.
    #[cfg(feature = "gateway")]
    pub(crate) gateway: fn(Launch, Look) -> Result<u8, Failure>,
}

/// Runs the program with these arguments, the program's name first; a build without the terminal program has no screen.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>, screen: Option<&Screen>) -> ExitCode {
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
    match dispatch(&matches, screen) {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Ok(Answer::Ended(code)) => ExitCode::from(code),
        Err(failure) => {
            output::complain(&failure);
            ExitCode::from(2)
        }
    }
}

fn dispatch(matches: &ArgMatches, screen: Option<&Screen>) -> Result<Answer, Failure> {
    schemes::load(matches.subcommand().map_or(matches, |(_, verb)| verb))?;
    match matches.subcommand() {
        Some(("sign", verb)) => sign::run(verb),
        Some(("verify", verb)) => verify::run(verb),
        Some(("explain", verb)) => explain::run(verb),
        Some(("diagnose", verb)) => diagnose::run(verb),
        Some(("walkthrough", verb)) => walkthrough::run(verb),
        #[cfg(feature = "gateway")]
        Some(("gateway", verb)) => gateway::run(verb, screen),
        Some(("learn", verb)) => learn::run(verb),
        Some(("samples", verb)) => samples::run(verb),
        Some(("schemes", verb)) => schemes::run(verb),
        Some(("completions", verb)) => args::completions(verb),
        Some(("man", _)) => args::man(),
        Some((verb, _)) => Err(Failure::new(format!("expected a verb that is known, but found `{verb}`"))),
        None => open(matches, screen),
    }
}

/// Opens the terminal program on the input that the arguments name.
fn open(matches: &ArgMatches, screen: Option<&Screen>) -> Result<Answer, Failure> {
    let Some(screen) = screen else {
        return Err(Failure::new("expected a verb, but found none")
            .hint("this build has no terminal program; try `countersign --help`"));
    };
    let name = matches.get_one::<String>("input").map_or(SAMPLES[0].name, String::as_str);
    (screen.inspect)(session::open_named(name, matches)?, look(matches)).map(Answer::Ended)
}

/// How the terminal program is to look.
fn look(matches: &ArgMatches) -> Look {
    Look {
        config: matches.get_one::<PathBuf>("config").cloned(),
        theme: matches.get_one::<String>("theme").cloned(),
    }
}
