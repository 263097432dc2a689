//! `countersign gateway`: listen, verify, and show what arrives, on the screen or as JSON lines.

mod aside;
mod headless;
mod launch;
mod lines;

use clap::ArgMatches;

use super::{Answer, Failure};
use crate::gateway::tape::Counts;

pub(crate) use launch::{Launch, bytes};
#[cfg(feature = "tui")]
pub(crate) use launch::{not_started, spool};

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    if matches.get_flag("headless") && matches.contains_id("load") {
        return Err(Failure::new("expected --load with the screen, but found it with --headless")
            .hint("a tape in a folder is made of lines already: tape.jsonl"));
    }
    let launch = Launch::new(matches)?;
    if matches.get_flag("headless") {
        return headless::run(launch, matches.get_one::<u64>("count").copied());
    }
    on_screen(launch, matches)
}

#[cfg(feature = "tui")]
fn on_screen(launch: Launch, matches: &ArgMatches) -> Result<Answer, Failure> {
    crate::tui::open_gateway(launch, matches).map(Answer::Ended)
}

#[cfg(not(feature = "tui"))]
fn on_screen(_: Launch, _: &ArgMatches) -> Result<Answer, Failure> {
    Err(Failure::new("expected --headless, but found a build without the terminal program"))
}

/// What was seen, in a sentence.
pub(crate) fn summary(counts: Counts) -> String {
    let what = if counts.all == 1 { "request" } else { "requests" };
    let mut words = format!("{} {what}: {} match", counts.all, counts.matched);
    for (count, name) in [
        (counts.mismatched, "mismatch"),
        (counts.rejected, "rejected"),
        (counts.unreadable, "unreadable"),
        (counts.preflights, "preflight"),
    ] {
        if count > 0 {
            words.push_str(&format!(", {count} {name}"));
        }
    }
    words
}
