//! The arguments of `countersign gateway`.

use std::ops::RangeInclusive;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint, value_parser};

use super::{screen, with_settings};
use crate::cli::gateway::bytes;
use crate::gateway::line;
use crate::gateway::options::{Refusals, Replays};

/// The verb that listens.
pub(super) fn command() -> Command {
    let address = Arg::new("address")
        .value_name("ADDRESS")
        .help("Where to listen: an address, or a port of this machine [default: 127.0.0.1:9000]");
    let command = Command::new("gateway")
        .about("Listen, verify what real clients send, answer as the service would, and show it")
        .arg(address)
        .args(serving())
        .args(tape())
        .args(limits().map(|arg| arg.help_heading("Limits")))
        .after_help(fields());
    with_settings(command).args(screen())
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).value_hint(ValueHint::AnyPath)
}

/// Who may connect, how, and what is answered.
fn serving() -> [Arg; 10] {
    let names = |all: &[&'static str]| PossibleValuesParser::new(all.to_vec());
    [
        flag(
            "public",
            "Listen at an address that others can reach, too: whoever reaches it may connect and fill the tape",
        ),
        path(
            "tls",
            "CA_FILE",
            "Speak TLS, and HTTP/2, with a certificate made on the spot; the CA to trust is written here",
        ),
        option("tls-name", "NAME", "Another name that the certificate is good for, besides localhost")
            .action(ArgAction::Append)
            .requires("tls"),
        path(
            "keys",
            "FILE",
            "A file of key pairs: an id, a secret and perhaps a token on each line; only you may read it",
        )
        .action(ArgAction::Append),
        option("replays", "WHAT", "Mark a signature that came before, or refuse it; AWS does neither, and equal calls within a second have one signature [default: mark]")
            .value_parser(names(&Replays::ALL.map(|(_, name)| name))),
        option("errors", "FORM", "How refusals are told [default: auto, as the service does; plain: a 401]")
            .value_parser(names(&Refusals::ALL.map(|(_, name)| name))),
        path(
            "answer",
            "FILE",
            "The body to answer with where the signature matches [default: an empty answer of the service]",
        ),
        option(
            "forward",
            "URL",
            "Send every request on to this server, byte for byte, and bring its answer back",
        ),
        option(
            "allow-host",
            "NAME",
            "With --forward: answer for this host too, and for hosts below it; without, only for this machine, addresses and the server upstream",
        )
        .action(ArgAction::Append)
        .requires("forward"),
        flag("resign", "With --forward: sign what matched again, for that host, with the first key at hand; what is signed with an example key, which everybody knows, is refused")
            .requires("forward"),
    ]
}

/// What becomes of what arrived.
fn tape() -> [Arg; 4] {
    [
        flag("headless", "No screen: one JSON line for each request on standard output"),
        option("count", "N", "With --headless: end after so many requests")
            .value_parser(value_parser!(u64).range(1..))
            .requires("headless"),
        path("save", "DIR", "Keep what arrives in this folder: raw requests and an index, without secrets"),
        path("load", "DIR", "Begin with the tape in this folder, on the screen"),
    ]
}

/// The longest that anything may take, in seconds: a day.
const LONGEST: u64 = 24 * 60 * 60;

fn limits() -> [Arg; 9] {
    let size = |arg: Arg, range: RangeInclusive<usize>| {
        arg.value_parser(move |text: &str| within(bytes(text)?, &range))
    };
    let count = |arg: Arg, most: usize| arg.value_parser(move |text: &str| within(bytes(text)?, &(1..=most)));
    let seconds = |arg: Arg| arg.value_parser(value_parser!(u64).range(1..=LONGEST));
    [
        size(option("head-limit", "BYTES", "Longer heads are answered with 431 [default: 64KiB]"), HEADS),
        size(
            option("keep-body", "BYTES", "Longer bodies are hashed and lie in a file [default: 1MiB]"),
            0..=1 << 40,
        ),
        count(option("keep", "N", "So many captures stay on the tape [default: 10000]"), 10_000_000),
        count(option("connections", "N", "More at once are answered with 503 [default: 1000]"), 1 << 16),
        seconds(option(
            "patience",
            "SECONDS",
            "How long a head may take, and a body be silent, before 408 [default: 20]",
        )),
        seconds(option("idle", "SECONDS", "How long a connection may lie idle [default: 75]")),
        path(
            "spool",
            "DIR",
            "Where long bodies lie while the program runs [default: the system's folder for temporary files]",
        ),
        size(
            option(
                "spool-limit",
                "BYTES",
                "So many bytes of long bodies are kept there; what exceeds them is verified and not kept [default: 8GiB]",
            ),
            0..=1 << 50,
        ),
        size(
            option(
                "store",
                "BYTES",
                "Memory for what clients put into S3 buckets, so that they can get it again [default: 64MiB]",
            ),
            0..=1 << 40,
        ),
    ]
}

/// The sizes that a head may have at most.
const HEADS: RangeInclusive<usize> = 1 << 10..=64 << 20;

/// A number within its bounds.
fn within(number: usize, range: &RangeInclusive<usize>) -> Result<usize, String> {
    match range.contains(&number) {
        true => Ok(number),
        false => {
            Err(format!("expected a number from {} to {}, but found {number}", range.start(), range.end()))
        }
    }
}

fn fields() -> String {
    let fields: Vec<String> = line::FIELDS.iter().map(|(name, words)| format!("{name} ({words})")).collect();
    format!(
        "JSON fields of each line: {}.\n\nWith --headless the exit code is 0 when requests came and every one but preflights matched and was answered well, else 1. \
         A date may be 5 minutes off, for every service, unless --tolerance says otherwise; S3 itself allows 15.",
        fields.join(", ")
    )
}
