//! `countersign gateway`: listen, verify, and show what arrives, on the screen or as JSON lines.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::ArgMatches;
use tempfile::TempDir;

use super::{Answer, Failure, args, input, output};
use crate::credentials;
use crate::diagnose::{Certainty, Effort, Progress, diagnose};
use crate::gateway::capture::Outcome;
use crate::gateway::folder::{self, Folder};
use crate::gateway::line;
use crate::gateway::options::{Fixed, PORT, WINDOW};
use crate::gateway::tape::{Counts, Room};
use crate::gateway::{
    Capture, Gateway, KeyStore, Limits, News, Numbers, Options, Reach, Refusals, Replays, Sink, StartError,
    Tls, Upstream,
};
use crate::machine;
use crate::request::Notice;
use crate::settings::Settings;
use crate::sign::Credentials;

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    if matches.get_flag("headless") && matches.contains_id("load") {
        return Err(Failure::new("expected --load with the screen, but found it with --headless")
            .hint("a tape in a folder is made of lines already: tape.jsonl"));
    }
    let launch = Launch::new(matches)?;
    if matches.get_flag("headless") {
        return headless(launch, matches.get_one::<u64>("count").copied());
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

/// Everything that a gateway is started with.
pub(crate) struct Launch {
    pub(crate) options: Options,
    pub(crate) keys: KeyStore,
    pub(crate) room: Room,
    pub(crate) notices: Vec<Notice>,
    pub(crate) numbers: Numbers,
    /// A tape that was loaded.
    pub(crate) loaded: Vec<Capture>,
    pub(crate) save: Option<Folder>,
    /// Where long bodies lie: it goes when the program ends.
    pub(crate) spool: TempDir,
}

impl Launch {
    /// What the arguments say.
    fn new(matches: &ArgMatches) -> Result<Self, Failure> {
        let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        let (keys, mut notices) = keys(matches)?;
        let address = address(text("address"))?;
        if matches.get_flag("public") && !address.ip().is_loopback() {
            notices.push(Notice(format!(
                "Whoever reaches {address} can connect: they are answered as clients are, and fill the tape."
            )));
        }
        let numbers = Numbers::default();
        let loaded = match text("load") {
            Some(path) => folder::load(Path::new(path), &numbers).map_err(failure)?,
            None => Vec::new(),
        };
        let spool = spool(text("spool"))?;
        let options = Options {
            address,
            reach: if matches.get_flag("public") { Reach::Anyone } else { Reach::Loopback },
            settings: settings(matches)?,
            tls: tls(matches)?,
            replays: named(&Replays::ALL, text("replays")),
            refusals: named(&Refusals::ALL, text("errors")),
            answer: text("answer").map(read_answer).transpose()?,
            upstream: upstream(matches, &keys)?,
            limits: limits(matches),
            spool: spool.path().to_owned(),
        };
        let room = Room { captures: captures(matches), ..Room::default() };
        let save = text("save").map(|path| Folder::begin(Path::new(path)).map_err(failure)).transpose()?;
        Ok(Self { options, keys: KeyStore::new(keys), room, notices, numbers, loaded, save, spool })
    }
}

fn failure(error: impl std::error::Error) -> Failure {
    Failure::new(error.to_string())
}

/// Why it did not start.
pub(crate) fn not_started(error: &StartError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn named<T: Copy + Default>(all: &[(T, &str)], name: Option<&str>) -> T {
    all.iter().find(|(_, own)| Some(*own) == name).map(|(value, _)| *value).unwrap_or_default()
}

/// `9000`, `:9000`, `localhost:9000`, `127.0.0.1` or a whole address.
fn address(text: Option<&str>) -> Result<SocketAddr, Failure> {
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let Some(text) = text else { return Ok((here, PORT).into()) };
    let local = |port: &str| port.parse().ok().map(|port: u16| SocketAddr::from((here, port)));
    let port_alone = local(text.strip_prefix(':').unwrap_or(text));
    let by_name = || {
        text.strip_prefix("localhost").and_then(|rest| match rest {
            "" => Some((here, PORT).into()),
            rest => rest.strip_prefix(':').and_then(local),
        })
    };
    let host_alone = || Some((text.trim_matches(['[', ']']).parse::<IpAddr>().ok()?, PORT).into());
    let found = port_alone.or_else(by_name).or_else(|| text.parse().ok()).or_else(host_alone);
    found.ok_or_else(|| {
        Failure::new(format!("expected an address such as 127.0.0.1:{PORT}, but found `{text}`"))
            .hint("a port alone is one of this machine: `countersign gateway 9000`")
    })
}

/// The settings among the options. A region or a service counts only where it was asked for.
fn settings(matches: &ArgMatches) -> Result<Settings, Failure> {
    let mut settings = args::settings(matches)?;
    settings.tolerance.get_or_insert(WINDOW);
    // Each request names its own; the option names that of --secret-file.
    settings.access_key_id = None;
    Ok(settings)
}

/// Every key at hand, those of options first.
fn keys(matches: &ArgMatches) -> Result<(Vec<Credentials>, Vec<Notice>), Failure> {
    let (mut keys, mut notices) = (Vec::new(), Vec::new());
    let id = matches.get_one::<String>("access-key-id");
    if let Some((secret, source, notice)) = input::secret_option(matches)? {
        let Some(id) = id else {
            return Err(Failure::new("expected an access key id beside the secret, but found none")
                .hint("give --access-key-id"));
        };
        notices.extend(notice);
        keys.push(Credentials { access_key_id: id.clone(), secret, session_token: None, source });
    }
    for path in matches.get_many::<String>("keys").into_iter().flatten() {
        keys.extend(credentials::read_pairs(Path::new(path)).map_err(input::credentials_failure)?);
    }
    let found = input::ambient(matches)?;
    notices.extend(found.notices);
    keys.extend(found.credentials);
    Ok((keys, notices))
}

fn tls(matches: &ArgMatches) -> Result<Option<Tls>, Failure> {
    let Some(path) = matches.get_one::<String>("tls") else { return Ok(None) };
    let names: Vec<String> = matches.get_many::<String>("tls-name").into_iter().flatten().cloned().collect();
    let tls = Tls::make(&names).map_err(failure)?;
    tls.write_authority(Path::new(path)).map_err(failure)?;
    Ok(Some(tls))
}

fn upstream(matches: &ArgMatches, keys: &[Credentials]) -> Result<Option<Upstream>, Failure> {
    let Some(url) = matches.get_one::<String>("forward") else { return Ok(None) };
    let signer = match (matches.get_flag("resign"), keys.first()) {
        (false, _) => None,
        (true, Some(key)) => Some(key.clone()),
        (true, None) => {
            return Err(Failure::new("expected a key to sign again with, but found none")
                .hint("--profile or --keys names one; the first is taken"));
        }
    };
    Upstream::new(url, signer).map(Some).map_err(failure)
}

fn limits(matches: &ArgMatches) -> Limits {
    let own = Limits::default();
    let size = |name: &str, usual: usize| matches.get_one::<usize>(name).copied().unwrap_or(usual);
    let seconds = |name: &str, usual: Duration| {
        matches.get_one::<u64>(name).map_or(usual, |seconds| Duration::from_secs(*seconds))
    };
    Limits {
        head: size("head-limit", own.head),
        body: size("keep-body", own.body),
        connections: size("connections", own.connections),
        patience: seconds("patience", own.patience),
        idle: seconds("idle", own.idle),
        drain: own.drain,
    }
}

fn captures(matches: &ArgMatches) -> usize {
    matches.get_one::<usize>("keep").copied().unwrap_or(Room::default().captures)
}

/// A number of bytes: `65536`, `64KiB`, `64k`, `1M`.
pub(crate) fn bytes(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_lowercase().trim_end_matches("ib").trim_end_matches('b')
    {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => 0,
    };
    let number = digits.parse::<usize>().ok().filter(|_| factor > 0);
    number
        .and_then(|number| number.checked_mul(factor))
        .ok_or_else(|| format!("expected a number of bytes such as 64KiB, but found `{text}`"))
}

fn read_answer(path: &str) -> Result<Fixed, Failure> {
    let read = std::fs::read(path);
    read.map(Fixed::new)
        .map_err(|error| Failure::new(format!("expected a file with the answer, but found {error}: {path}")))
}

/// A folder of this run alone, which only the user can read.
pub(crate) fn spool(parent: Option<&str>) -> Result<TempDir, Failure> {
    let parent = parent.map_or_else(std::env::temp_dir, PathBuf::from);
    let made = tempfile::Builder::new().prefix("countersign-").tempdir_in(&parent);
    made.map_err(|error| {
        let shown = parent.display();
        Failure::new(format!(
            "expected a folder for bodies that are too long for memory, but found {error}: {shown}"
        ))
        .hint("--spool names another")
    })
}

/// Why the server without a screen ends.
enum Over {
    Counted,
    Signal,
    Unwritable(Failure),
}

/// Where lines go, and what was counted.
struct Writer {
    counts: Counts,
    /// How many matched and were answered with an error upstream, or not at all.
    unanswered: u64,
    /// What a mismatch is diagnosed with.
    settings: Settings,
    keys: KeyStore,
    /// How many lines are wanted.
    wanted: Option<u64>,
    save: Option<Folder>,
    over: Sender<Over>,
}

impl Writer {
    fn take(&mut self, news: News) {
        match news {
            News::Trouble(words) => output::note(&[Notice(words)]),
            // What comes while requests under way end is more than was asked for.
            News::Captured(_) if self.wanted.is_some_and(|wanted| self.counts.all >= wanted) => {}
            News::Captured(capture) => {
                self.counts.add(&capture);
                let is_error = capture.answer.as_ref().is_none_or(|answer| answer.status >= 400);
                self.unanswered += u64::from(capture.outcome == Outcome::Match && is_error);
                if let Err(failure) = self.write(&capture) {
                    // The loop may be over already.
                    let _ = self.over.send(Over::Unwritable(failure));
                }
                if self.wanted == Some(self.counts.all) {
                    let _ = self.over.send(Over::Counted);
                }
            }
        }
    }

    fn write(&mut self, capture: &Capture) -> Result<(), Failure> {
        let cause = self.cause(capture);
        let line = format!("{}\n", line::json(capture, cause.as_deref()));
        let mut out = io::stdout().lock();
        let written = out.write_all(line.as_bytes()).and_then(|()| out.flush());
        output::written(written)?;
        match &mut self.save {
            Some(folder) => folder.write(capture, cause.as_deref()).map_err(failure),
            None => Ok(()),
        }
    }

    /// The ids of the mistake that reproduces the signature of a mismatch; single changes are tried, for some milliseconds.
    fn cause(&self, capture: &Capture) -> Option<String> {
        let Outcome::Mismatch(_) = capture.outcome else { return None };
        let session = capture.session(&self.settings, self.keys.pairs())?;
        let found = diagnose(&session, machine::clock(), Effort::SINGLES, &Progress::default());
        let proven = found.findings.iter().find(|finding| finding.certainty == Certainty::Proven)?;
        let ids: Vec<&str> = proven.causes.iter().map(|cause| cause.id).collect();
        Some(ids.join(" + "))
    }
}

/// Serves without a screen until so many requests came, or a signal.
fn headless(launch: Launch, wanted: Option<u64>) -> Result<Answer, Failure> {
    let Launch { options, keys, notices, numbers, save, spool, .. } = launch;
    let kept = save.as_ref().map(|folder| format!("; kept in {}", folder.path().display()));
    output::note(&notices);
    let (over, ended) = channel();
    listen_to_signals(over.clone());
    let (settings, known) = (options.settings.clone(), keys.clone());
    let counts = Counts::default();
    let writer = Writer { counts, unanswered: 0, settings, keys: known, wanted, save, over };
    let writer = Arc::new(Mutex::new(writer));
    let own = Arc::clone(&writer);
    let lock = move |news| own.lock().unwrap_or_else(PoisonError::into_inner).take(news);
    let sink: Sink = Box::new(lock);
    let gateway =
        Gateway::start(options.clone(), keys, numbers, sink).map_err(|error| not_started(&error))?;
    output::note(&[Notice(format!("listening at {}", options.url(gateway.address())))]);
    // The writer keeps a sender as long as the gateway runs.
    let why = ended.recv().unwrap_or(Over::Signal);
    gateway.stop();
    drop(spool);
    let (counts, unanswered) = {
        let writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        (writer.counts, writer.unanswered)
    };
    if let Over::Unwritable(failure) = why {
        return Err(failure);
    }
    let errors = (unanswered > 0).then(|| format!("; {unanswered} of them answered with an error"));
    output::note(&[Notice(summary(counts) + &errors.unwrap_or_default() + &kept.unwrap_or_default())]);
    // A client that never came is no client that is right.
    let all_is_well = counts.all > 0 && counts.matched == counts.all && unanswered == 0;
    Ok(if all_is_well { Answer::Yes } else { Answer::No })
}

/// What was seen, in a sentence.
pub(crate) fn summary(counts: Counts) -> String {
    let what = if counts.all == 1 { "request" } else { "requests" };
    let mut words = format!("{} {what}: {} match", counts.all, counts.matched);
    for (count, name) in
        [(counts.mismatched, "mismatch"), (counts.rejected, "rejected"), (counts.unreadable, "unreadable")]
    {
        if count > 0 {
            words.push_str(&format!(", {count} {name}"));
        }
    }
    words
}

#[cfg(unix)]
fn listen_to_signals(over: Sender<Over>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    std::thread::spawn(move || {
        for _ in signals.forever() {
            // A second one finds the program ending.
            let _ = over.send(Over::Signal);
        }
    });
}

#[cfg(not(unix))]
fn listen_to_signals(_: Sender<Over>) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_a_port_alone() {
        for (text, expected) in [
            (None, "127.0.0.1:9000"),
            (Some("8080"), "127.0.0.1:8080"),
            (Some(":0"), "127.0.0.1:0"),
            (Some("localhost"), "127.0.0.1:9000"),
            (Some("localhost:1"), "127.0.0.1:1"),
            (Some("127.0.0.2"), "127.0.0.2:9000"),
            (Some("[::1]:9001"), "[::1]:9001"),
            (Some("::1"), "[::1]:9000"),
            (Some("0.0.0.0:80"), "0.0.0.0:80"),
        ] {
            assert_eq!(address(text).unwrap().to_string(), expected);
        }
        for text in ["", "example.com:80", "99999", "localhost:x", "127.0.0.1:"] {
            assert!(address(Some(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_have_units() {
        for (text, expected) in
            [("0", 0), ("65536", 65536), ("64KiB", 65536), ("64k", 65536), ("1MB", 1 << 20), ("2G", 2 << 30)]
        {
            assert_eq!(bytes(text), Ok(expected));
        }
        for text in ["", "k", "1x", "-1", "99999999999999999999", "1.5M"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
