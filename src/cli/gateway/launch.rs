//! What a gateway is started with, read off the command line.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use clap::ArgMatches;

use crate::cli::{args, session};
use crate::credentials;
use crate::files::{self, Open};
use crate::gateway::folder::{self, Folder};
use crate::gateway::launch::{self, Launch};
use crate::gateway::options::{Fixed, PORT, WINDOW};
use crate::gateway::tape::Room;
use crate::gateway::{KeyStore, Limits, Numbers, Options, Reach, Refusals, Replays, Tls, Upstream};
use crate::host::Failure;
use crate::request::Notice;
use crate::settings::Settings;
use crate::signature::Credentials;

/// What the arguments say.
pub(super) fn launch(matches: &ArgMatches) -> Result<Launch, Failure> {
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
    let spool = launch::spool(text("spool"))?;
    let options = Options {
        address,
        reach: if matches.get_flag("public") { Reach::Anyone } else { Reach::Loopback },
        settings: settings(matches)?,
        tls: tls(matches)?,
        replays: named(&Replays::ALL, text("replays")),
        refusals: named(&Refusals::ALL, text("errors")),
        answer: text("answer").map(read_answer).transpose()?,
        upstream: upstream(matches, &keys)?,
        hosts: hosts(matches),
        limits: limits(matches),
        spool: spool.path().to_owned(),
    };
    let room = Room { captures: captures(matches), ..Room::default() };
    let save = text("save").map(|path| Folder::begin(Path::new(path)).map_err(failure)).transpose()?;
    let keys = KeyStore::new(keys);
    let save = save.map(|folder| folder.without(keys.clone()));
    Ok(Launch { options, keys, room, notices, numbers, loaded, save, spool })
}

pub(super) fn failure(error: impl std::error::Error) -> Failure {
    Failure::new(error.to_string())
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
    if let Some((secret, source, notice)) = session::secret_option(matches)? {
        notices.extend(notice);
        if id.is_none() {
            let words = "The secret stands without an access key id: it checks webhooks. For AWS give --access-key-id.";
            notices.push(Notice(words.into()));
        }
        let access_key_id = id.cloned().unwrap_or_default();
        keys.push(Credentials {
            fields: Default::default(),
            access_key_id,
            secret,
            session_token: None,
            source,
        });
    }
    for path in matches.get_many::<String>("keys").into_iter().flatten() {
        keys.extend(credentials::read_pairs(Path::new(path)).map_err(session::credentials_failure)?);
    }
    let found = session::ambient(matches, None)?;
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

/// The names that the user says are its own.
fn hosts(matches: &ArgMatches) -> Vec<String> {
    let named = |name: &str| matches.get_many::<String>(name).into_iter().flatten().cloned();
    named("allow-host").chain(named("tls-name")).collect()
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
        spool: matches.get_one::<usize>("spool-limit").map_or(own.spool, |bytes| *bytes as u64),
        store: size("store", own.store),
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
    /// An answer is held in memory for every request.
    const MOST: u64 = 64 << 20;
    let read = files::read(Path::new(path), MOST, Open::FilesAndPipes);
    read.map(Fixed::new).map_err(|error| Failure::new(format!("cannot read the answer from {path}: {error}")))
}

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
