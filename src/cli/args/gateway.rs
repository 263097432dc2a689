//! The arguments of `countersign gateway`.

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
fn serving() -> [Arg; 9] {
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

fn limits() -> [Arg; 7] {
    let size = |arg: Arg| arg.value_parser(bytes);
    let seconds = |arg: Arg| arg.value_parser(value_parser!(u64).range(1..));
    [
        size(option("head-limit", "BYTES", "Longer heads are answered with 431 [default: 64KiB]")),
        size(option("keep-body", "BYTES", "Longer bodies are hashed and lie in a file [default: 1MiB]")),
        size(option("keep", "N", "So many captures stay on the tape [default: 10000]")),
        size(option("connections", "N", "More at once are answered with 503 [default: 1000]")),
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
    ]
}

fn fields() -> String {
    let fields: Vec<String> = line::FIELDS.iter().map(|(name, words)| format!("{name} ({words})")).collect();
    format!(
        "JSON fields of each line: {}.\n\nWith --headless the exit code is 0 when requests came and every one but preflights matched and was answered well, else 1. \
         A date may be 5 minutes off, for every service, unless --tolerance says otherwise; S3 itself allows 15.",
        fields.join(", ")
    )
}
