//! The host: its port, its case, and every name that a proxy may have put in its place.

use std::collections::BTreeSet;

use super::{Gen, Hypothesis, RULE, cause};
use crate::diagnose::change::{Change, Edit};
use crate::service;

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "host-without-port",
        0,
        "The Host header carries a port, but the request was signed with the host name alone.",
        "The host is signed as it is sent: host:9000 and host are two values.",
        "Sign the value of the Host header, its port included.",
        "https://github.com/minio/minio/issues/5298",
        without_port,
    )
    .transit("Pass the Host header on as it came: in nginx `proxy_set_header Host $http_host`."),
    cause(
        "host-with-port",
        0,
        "The request was signed with a port in its host, but the Host header carries none, or another.",
        "The host is signed as it is sent: host:9000 and host are two values.",
        "Sign the value of the Host header as it will be sent; leave out :80 and :443 where the client leaves them out.",
        "https://github.com/minio/minio/issues/5222",
        with_port,
    )
    .transit("Pass the Host header on as it came: in nginx `proxy_set_header Host $http_host`."),
    cause(
        "host-changed",
        0,
        "The Host header was changed after signing: the request was signed for another host.",
        "The host is always signed. A proxy or load balancer that sends another one on breaks every signature.",
        "Sign for the host that the server sees.",
        "https://github.com/minio/minio/issues/8624",
        changed,
    )
    .transit("Pass the Host header on as it came: in nginx `proxy_set_header Host $http_host`."),
    cause(
        "host-case",
        2,
        "The host was signed in another case than it was sent.",
        "Only header names are lower-cased; header values keep their case.",
        "Sign the Host header as it is sent.",
        RULE,
        case,
    ),
    cause(
        "host-trailing-dot",
        3,
        "A dot at the end of the host was signed but not sent, or sent but not signed.",
        "host. and host are two values.",
        "Sign the Host header as it is sent.",
        RULE,
        trailing_dot,
    ),
    cause(
        "host-with-path",
        2,
        "The host was signed with more of the URL: its scheme, its user, or its path.",
        "The value of host is the name and the port alone.",
        "Sign the host of the URL, not the URL.",
        RULE,
        with_more,
    ),
    cause(
        "host-empty",
        2,
        "The host was signed with an empty value.",
        "A client that sets the Host header later signs what it has.",
        "Set the host before signing.",
        RULE,
        empty,
    ),
];

fn line(g: &Gen<'_, '_>) -> Option<usize> {
    g.is_request().then(|| g.draft.named("host").or_else(|| g.draft.named(":authority")))?
}

fn put<'g>(g: &'g mut Gen<'_, '_>, host: &str, words: String) -> Option<&'g mut Change> {
    let line = line(g)?;
    let index = g.facts.request.header(b"host").map(|(index, _)| index);
    let change = g.line(line, host.as_bytes(), words)?;
    index.into_iter().for_each(|index| {
        change.edit(Edit::Header(index, host.as_bytes().to_vec()));
    });
    Some(change)
}

/// The host in this form, and in each other case: a change of the port and one of the letters touch the same line.
fn put_in_any_case(g: &mut Gen<'_, '_>, host: &str) {
    put(g, host, format!("signed as {host}"));
    for other in in_other_cases(host) {
        let words = format!("signed as {other}");
        put_with(g, &other, words, ("host-case", "in another case"));
    }
}

/// A host that differs from the one sent in two ways, each a cause of its own.
fn put_with(g: &mut Gen<'_, '_>, host: &str, words: String, also: (&'static str, &'static str)) {
    let (Some(line), Some(cause)) = (line(g), super::named(also.0)) else { return };
    let index = g.facts.request.header(b"host").map(|(index, _)| index);
    if let Some(change) = g.line(line, host.as_bytes(), words) {
        change.also(cause, also.1).strange();
        index.into_iter().for_each(|index| {
            change.edit(Edit::Header(index, host.as_bytes().to_vec()));
        });
    }
}

fn without_port(g: &mut Gen<'_, '_>) {
    if let Some((host, Some(_))) = g.facts.host() {
        put_in_any_case(g, &host);
        for other in one_label_in_other_cases(&host) {
            let words = format!("signed as {other}");
            put_with(g, &other, words, ("host-case", "in another case"));
        }
    }
}

/// Ports that services on this side of a proxy are often at.
const PORTS: [&str; 28] = [
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

fn with_port(g: &mut Gen<'_, '_>) {
    let Some((host, port)) = g.facts.host() else { return };
    for other in ports(g) {
        if Some(&other) != port.as_ref() {
            put_in_any_case(g, &format!("{host}:{other}"));
        }
    }
}

/// Behind every pair of causes that a host with another port, in another case, comes to.
const HARDLY: u8 = 6;

/// A host without its port.
fn name_of(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

fn changed(g: &mut Gen<'_, '_>) {
    if line(g).is_none() {
        return;
    }
    let own =
        g.facts.request.host().map(|host| String::from_utf8_lossy(host).into_owned()).unwrap_or_default();
    let (own_name, port) = g.facts.host().unwrap_or_default();
    let mut tried = BTreeSet::new();
    for host in candidates(g) {
        let bare = name_of(&host).to_owned();
        let with_own_port = port.as_ref().map(|port| format!("{bare}:{port}"));
        for host in [Some(host.clone()), Some(bare), with_own_port].into_iter().flatten() {
            if host != own && !host.is_empty() && tried.insert(host.clone()) {
                let change = put(g, &host, format!("signed for {host}"));
                // The same name with another port, or in another case, is hardly another host.
                if name_of(&host).eq_ignore_ascii_case(&own_name) {
                    change.into_iter().for_each(|change| change.strange = HARDLY);
                }
            }
        }
    }
}

/// Headers in which proxies tell the host that was asked for.
const TOLD: [&str; 12] = [
    "x-forwarded-host",
    "x-original-host",
    "x-forwarded-server",
    "x-host",
    "x-real-host",
    "x-envoy-original-host",
    "x-rewrite-host",
    "x-forwarded-for-host",
    ":authority",
    "x-amz-website-host",
    "x-forwarded-authority",
    "x-http-host-override",
];

/// Names that services are often reached by behind a proxy.
const LOCAL: [&str; 30] = [
    "localhost",
    "127.0.0.1",
    "0.0.0.0",
    "host.docker.internal",
    "minio",
    "s3",
    "localstack",
    "gateway",
    "nginx",
    "proxy",
    "backend",
    "storage",
    "ceph",
    "rgw",
    "garage",
    "seaweedfs",
    "s3proxy",
    "s3.local",
    "minio.local",
    "upstream",
    "app",
    "api",
    "web",
    "localhost.localstack.cloud",
    "minio.minio.svc.cluster.local",
    "minio.default.svc.cluster.local",
    "s3.localhost",
    "origin",
    "server",
    "internal",
];

/// Every host that the request or its surroundings name, then those of the service, then those of local set-ups.
fn candidates(g: &Gen<'_, '_>) -> Vec<String> {
    let facts = g.facts;
    // One that differs in its letters' case is a cause of its own.
    let own = g.facts.request.host().unwrap_or_default();
    let others = facts.hosts.iter().filter(|host| !host.as_bytes().eq_ignore_ascii_case(own));
    let mut hosts: Vec<String> = others.cloned().collect();
    for name in TOLD {
        let values = facts.header(name);
        hosts.extend(values.iter().flat_map(|value| value.split(',')).map(|host| host.trim().to_owned()));
    }
    for name in ["origin", "referer", "x-original-url", "x-forwarded-uri"] {
        hosts.extend(facts.header(name).and_then(|url| host_of(&url)));
    }
    if let Some(forwarded) = facts.header("forwarded") {
        let parts = forwarded.split([';', ',']).filter_map(|part| part.trim().strip_prefix("host="));
        hosts.extend(parts.map(|host| host.trim_matches('"').to_owned()));
    }
    if let Some(range) = facts.request.target().authority {
        hosts.push(String::from_utf8_lossy(&facts.request.target[range]).into_owned());
    }
    let (host, _) = facts.host().unwrap_or_default();
    hosts.extend(of_service(g, &host));
    hosts.extend(of_bucket(g, &host));
    for name in LOCAL {
        hosts.push(name.to_owned());
        hosts.extend(PORTS[..6].iter().map(|port| format!("{name}:{port}")));
    }
    // A proxy in front of several names: the same domain with another first label, or none.
    if let Some((first, rest)) = host.split_once('.').filter(|(_, rest)| rest.contains('.')) {
        let others = ["www", "api", "s3", "internal", "origin", "cdn", "gateway", "backend", "app"];
        hosts.push(rest.to_owned());
        hosts.extend(others.iter().filter(|other| **other != first).map(|other| format!("{other}.{rest}")));
        hosts.extend(["internal", "origin", "www"].iter().map(|before| format!("{before}.{host}")));
    }
    hosts
}

fn host_of(url: &str) -> Option<String> {
    let after = url.split_once("://")?.1;
    Some(after.split(['/', '?']).next().unwrap_or_default().to_owned())
}

/// The endpoints of the service in its region.
fn of_service(g: &Gen<'_, '_>, host: &str) -> Vec<String> {
    let scope = &g.facts.terms.scope;
    let region = scope.region.as_ref().map(crate::scheme::Term::string).unwrap_or_else(|| "us-east-1".into());
    let service = scope.service.string();
    let mut hosts: Vec<String> = service::hosts_of(&service, &region).into_iter().collect();
    hosts.extend([format!("{service}.{region}.amazonaws.com"), format!("{service}.amazonaws.com")]);
    if service == "s3" {
        hosts.extend([
            "s3.amazonaws.com".to_owned(),
            format!("s3.{region}.amazonaws.com"),
            format!("s3-{region}.amazonaws.com"),
            format!("s3.dualstack.{region}.amazonaws.com"),
            "s3-accelerate.amazonaws.com".to_owned(),
            "s3-external-1.amazonaws.com".to_owned(),
            "storage.googleapis.com".to_owned(),
        ]);
    }
    if service == "execute-api" {
        let label = host.split('.').next().unwrap_or_default();
        hosts.push(format!("{label}.execute-api.{region}.amazonaws.com"));
    }
    hosts
}

/// Path style and virtual-hosted style: the host with or without the bucket, the path as it is.
fn of_bucket(g: &Gen<'_, '_>, host: &str) -> Vec<String> {
    let mut hosts = Vec::new();
    let path = g.facts.path();
    let segment = path.get(1..).unwrap_or_default();
    let bucket = &segment[..memchr::memchr(b'/', segment).unwrap_or(segment.len())];
    let mut buckets = vec![String::from_utf8_lossy(bucket).into_owned()];
    let plain: Vec<String> = of_service(g, host);
    if let Some((first, rest)) = host.split_once('.') {
        hosts.push(rest.to_owned());
        buckets.push(first.to_owned());
    }
    for bucket in buckets.iter().filter(|bucket| !bucket.is_empty() && bucket.len() <= 63) {
        hosts.push(format!("{bucket}.{host}"));
        hosts.extend(plain.iter().map(|plain| format!("{bucket}.{plain}")));
    }
    hosts
}

fn case(g: &mut Gen<'_, '_>) {
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
fn in_other_cases(host: &str) -> Vec<String> {
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

fn trailing_dot(g: &mut Gen<'_, '_>) {
    let Some((host, port)) = g.facts.host() else { return };
    let other = host.strip_suffix('.').map_or(format!("{host}."), str::to_owned);
    let other = port.map_or(other.clone(), |port| format!("{other}:{port}"));
    put(g, &other, format!("signed as {other}"));
}

fn with_more(g: &mut Gen<'_, '_>) {
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

fn empty(g: &mut Gen<'_, '_>) {
    put(g, "", String::new());
    for word in ["null", "undefined", "None"] {
        put(g, word, format!("signed as {word}"));
    }
}
