//! The names that a host may have had before something between signer and server put its own there.

use std::collections::BTreeSet;

use super::written::PORTS;
use super::{line, put};
use crate::diagnose::causes::Gen;
use crate::service;

/// Behind every pair of causes that a host with another port, in another case, comes to.
const HARDLY: u8 = 6;

/// A host without its port.
fn name_of(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

pub(super) fn changed(g: &mut Gen<'_, '_>) {
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
