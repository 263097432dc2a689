//! `countersign walkthrough`: a signature told step by step, in a format that can be passed on.

use clap::ArgMatches;

use super::{Answer, output, session};
use crate::host::Failure;
use crate::host::input::{self, Long};
use crate::walkthrough;
use crate::walkthrough::export::{Format, export};

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session::open(matches, Long::PassesBy)?;
    let analysis = input::analyse_opened(&mut opened)?;
    output::note(&opened.notices);
    let walkthrough = walkthrough::steps(&opened.session, &analysis);
    let format = matches.get_one::<String>("format").and_then(|name| Format::named(name));
    output::print_report(&export(&walkthrough, format.unwrap_or(Format::Text)), &analysis)
}
