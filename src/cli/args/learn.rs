//! The arguments of `countersign learn`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};

use super::{colour, format};
use crate::walkthrough::lessons::TOURS;

pub(super) fn command() -> Command {
    let tour = Arg::new("tour")
        .value_name("TOUR")
        .value_parser(PossibleValuesParser::new(TOURS.map(|tour| tour.id)))
        .help("The tour to take; without one, the tours are listed");
    let exercise = Arg::new("exercise")
        .long("exercise")
        .action(ArgAction::SetTrue)
        .requires("tour")
        .help("Print the broken request at the end of the tour, as a .http file");
    let check = Arg::new("check")
        .long("check")
        .value_name("FILE")
        .value_hint(clap::ValueHint::FilePath)
        .requires("tour")
        .conflicts_with("exercise")
        .help("Check whether the request in this file, or `-`, is mended; if not, print a hint");
    Command::new("learn")
        .about("Learn how signatures work: six short tours with real values, each with an exercise")
        .args([tour, exercise, check, colour()])
        .arg(format(&["text", "json"], "text"))
        .after_help("Exit codes of --check: 0 mended, 1 not yet, 2 the file cannot be read.")
}
