//! The host of the request written in another way: its port, its case, its last dot.

use super::{put, put_in_any_case, put_with};
use crate::diagnose::causes::Gen;
use crate::diagnose::change::Change;

pub(super) fn without_port(g: &mut Gen<'_, '_>) {
    if let Some((host, Some(_))) = g.facts.host() {
        put_in_any_case(g, &host);
        for other in one_label_in_other_cases(&host) {
            let words = format!("signed as {other}");
            put_with(g, &other, words, ("host-case", "in another case"));
        }
    }
}

/// Ports that services on this side of a proxy are often at.
pub(super) const PORTS: [&str; 28] = [
    "443", "80", "9000", "8080", "8443", "8000", "4566", "4572", "9001", "3000", "5000", "7480", "8333",
    "9090", "8888", "8081", "9200", "5601", "3900", "10000", "8009", "8014", "6001", "7070", "9443", "4443",
    "8082", "1234",
];

fn ports(g: &Gen<'_, '_>) -> Vec<String> {
    let mut ports: Vec<String> = ["x-forwarded-port", "x-original-port"]
        .iter()
        .filter_map(|name| g.facts.header(name))
        .flat_map(|value| value.split(',').map(|port| port.trim().to_owned()).collect::<Vec<_>>())
        .collect();
    ports.extend(PORTS.iter().map(|port| (*port).to_owned()));
    ports
}

pub(super) fn with_port(g: &mut Gen<'_, '_>) {
    let Some((host, port)) = g.facts.host() else { return };
    for other in ports(g) {
        if Some(&other) != port.as_ref() {
            put_in_any_case(g, &format!("{host}:{other}"));
        }
    }
}

pub(super) fn case(g: &mut Gen<'_, '_>) {
    let Some(host) = g.facts.request.host().map(|host| String::from_utf8_lossy(host).into_owned()) else {
        return;
    };
    for other in in_other_cases(&host) {
        put(g, &other, format!("signed as {other}"));
    }
    for other in one_label_in_other_cases(&host) {
        put(g, &other, format!("signed as {other}")).map(Change::alone);
    }
}

/// The host with one label in another case: a bucket or a company that is written with capitals.
fn one_label_in_other_cases(host: &str) -> Vec<String> {
    let all = in_other_cases(host);
    let mut others = Vec::new();
    let mut start = 0;
    for label in host.split('.') {
        let (before, after) = (&host[..start], &host[start + label.len()..]);
        let new = in_other_cases(label).into_iter().map(|label| format!("{before}{label}{after}"));
        others.extend(new.filter(|other| !all.contains(other)));
        start += label.len() + 1;
    }
    others
}

/// The same name in lower case, in upper case, and with a capital at its begin or at that of each label.
pub(super) fn in_other_cases(host: &str) -> Vec<String> {
    let lower = host.to_ascii_lowercase();
    let capital = |label: &str| {
        let mut label = label.to_owned();
        label.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
        label
    };
    // Header names are written so, and some libraries write values so, too: a capital behind each dot, or each dash as well.
    let per_label = |separator: char| lower.split_inclusive(separator).map(capital).collect::<String>();
    let per_word = lower.split_inclusive(['.', '-']).map(capital).collect();
    let mut others: Vec<String> = Vec::new();
    for other in
        [lower.clone(), host.to_ascii_uppercase(), capital(host), capital(&lower), per_label('.'), per_word]
    {
        if other != host && !others.contains(&other) {
            others.push(other);
        }
    }
    others
}

pub(super) fn trailing_dot(g: &mut Gen<'_, '_>) {
    let Some((host, port)) = g.facts.host() else { return };
    let other = host.strip_suffix('.').map_or(format!("{host}."), str::to_owned);
    let other = port.map_or(other.clone(), |port| format!("{other}:{port}"));
    put(g, &other, format!("signed as {other}"));
}

pub(super) fn with_more(g: &mut Gen<'_, '_>) {
    let Some(host) = g.facts.request.host().map(|host| String::from_utf8_lossy(host).into_owned()) else {
        return;
    };
    let path = String::from_utf8_lossy(g.facts.path()).into_owned();
    for (other, words) in [
        (format!("https://{host}"), "with https://"),
        (format!("http://{host}"), "with http://"),
        (format!("{host}/"), "with a slash behind it"),
        (format!("{host}{path}"), "with the path"),
        (format!("https://{host}{path}"), "the whole URL"),
    ] {
        put(g, &other, words.to_owned());
    }
}

pub(super) fn empty(g: &mut Gen<'_, '_>) {
    put(g, "", String::new());
    for word in ["null", "undefined", "None"] {
        put(g, word, format!("signed as {word}"));
    }
}
