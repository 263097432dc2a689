//! `countersign gateway`: listen, verify, and show what arrives, on the screen or as JSON lines.

mod aside;
mod headless;
mod launch;
mod lines;

use clap::ArgMatches;

use super::{Answer, Screen, look};
use crate::host::Failure;

pub(crate) use launch::bytes;

pub(crate) fn run(matches: &ArgMatches, screen: Option<&Screen>) -> Result<Answer, Failure> {
    if matches.get_flag("headless") && matches.contains_id("load") {
        return Err(Failure::new("expected --load with the screen, but found it with --headless")
            .hint("a tape in a folder is made of lines already: tape.jsonl"));
    }
    let launch = launch::launch(matches)?;
    match screen.filter(|_| !matches.get_flag("headless")) {
        Some(screen) => (screen.gateway)(launch, look(matches)).map(Answer::Ended),
        None if matches.get_flag("headless") => {
            headless::run(launch, matches.get_one::<u64>("count").copied())
        }
        None => Err(Failure::new("expected --headless, but found a build without the terminal program")),
    }
}
