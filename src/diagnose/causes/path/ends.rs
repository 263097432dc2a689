//! What was put in front of a path or behind it, and what was taken away there.

use std::collections::HashSet;

use super::bucket::{bucket_in_both, bucket_of_host, bucket_of_path};
use super::form::put_sent;
use crate::diagnose::causes::Gen;
use crate::diagnose::change::Change;

/// Stages, mount points and prefixes that gateways and proxies are known to strip.
pub(super) const PREFIXES: [&str; 84] = [
    "prod",
    "dev",
    "test",
    "stage",
    "staging",
    "production",
    "development",
    "testing",
    "qa",
    "uat",
    "beta",
    "alpha",
    "live",
    "latest",
    "default",
    "$default",
    "v0",
    "v1",
    "v2",
    "v3",
    "v4",
    "api",
    "api/v1",
    "api/v2",
    "rest",
    "service",
    "services",
    "app",
    "apps",
    "web",
    "www",
    "public",
    "private",
    "internal",
    "external",
    "gateway",
    "gw",
    "proxy",
    "aws",
    "amazon",
    "s3",
    "s3proxy",
    "minio",
    "storage",
    "store",
    "bucket",
    "buckets",
    "files",
    "file",
    "data",
    "media",
    "assets",
    "static",
    "cdn",
    "content",
    "upload",
    "uploads",
    "download",
    "downloads",
    "objects",
    "object",
    "blob",
    "lambda",
    "functions",
    "function",
    "execute-api",
    "graphql",
    "es",
    "opensearch",
    "elasticsearch",
    "kibana",
    "_plugin",
    "_dashboards",
    "dynamodb",
    "sqs",
    "sns",
    "sts",
    "iam",
    "backend",
    "server",
    "site",
    "base",
    "root",
    "edge",
];

pub(super) fn prefix_stripped(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let host = g.facts.host().map(|(host, _)| host).unwrap_or_default();
    let labels = host.split('.').filter(|label| !label.is_empty()).map(str::to_owned);
    let bucket = bucket_of_host(g, &host);
    let forwarded = g.facts.header("x-forwarded-prefix").map(|prefix| prefix.trim_matches('/').to_owned());
    let prefixes: Vec<String> = forwarded
        .into_iter()
        .chain(PREFIXES.iter().map(|prefix| (*prefix).to_owned()))
        .chain(labels)
        .collect();
    for prefix in prefixes {
        let other = [b"/", prefix.as_bytes(), &path].concat();
        let change = put_sent(g, &other, format!("/{prefix}"));
        // The bucket that the host names is hardly a stage.
        if bucket.is_some_and(|bucket| bucket == prefix) {
            change.map(Change::strange);
        }
    }
    let original =
        ["x-original-uri", "x-original-url", "x-rewrite-url", "x-forwarded-uri", "x-envoy-original-path"];
    for name in original {
        let Some(value) = g.facts.header(name) else { continue };
        let path = value.split('?').next().unwrap_or_default().as_bytes().to_vec();
        if path.starts_with(b"/") {
            put_sent(g, &path, format!("the path was {}, as {name} says", String::from_utf8_lossy(&path)));
        }
    }
}

pub(super) fn prefix_added(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let mut rest = &path[..];
    for _ in 0..3 {
        let Some(slash) = rest.get(1..).and_then(|rest| memchr::memchr(b'/', rest)) else {
            // A path of one segment may have been added to nothing.
            if rest.len() > 1 {
                let words = String::from_utf8_lossy(&path).into_owned();
                put_sent(g, b"/", words);
            }
            return;
        };
        rest = &rest[slash + 1..];
        let added = &path[..path.len() - rest.len()];
        // What the path of a store begins with is its bucket: nobody added it on the way.
        let in_both = bucket_in_both(g).map(|bucket| bucket.len());
        let bucket = in_both.or(bucket_of_path(g).map(<[u8]>::len));
        let is_bucket = bucket.is_some_and(|len| added.len() == len + 1);
        if !is_bucket {
            put_sent(g, rest, String::from_utf8_lossy(added));
        }
    }
}

/// Segments that APIs and their clients put behind a path, or leave to be added.
const SUFFIXES: [&str; 36] = [
    "connect",
    "realtime",
    "event",
    "graphql",
    "ws",
    "websocket",
    "mqtt",
    "invoke",
    "invocations",
    "invoke-with-response-stream",
    "converse",
    "converse-stream",
    "response-streaming-invocations",
    "_search",
    "_bulk",
    "_doc",
    "_count",
    "_msearch",
    "_mapping",
    "query",
    "sparql",
    "gremlin",
    "loader",
    "api/v1/remote_write",
    "api/v1/query",
    "api/v1/query_range",
    "workspaces",
    "index.html",
    "index.json",
    "status",
    "health",
    "messages",
    "objects",
    "items",
    "v1",
    "v2",
];

pub(super) fn suffix_signed(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let base = path.strip_suffix(b"/").unwrap_or(&path);
    let (host, _) = g.facts.host().unwrap_or_default();
    // What else the request names may have been put there, too: its own segments once more, or a label of the host.
    let own = String::from_utf8_lossy(base).into_owned();
    let suffixes = SUFFIXES.into_iter().chain(own.split('/')).chain(host.split('.'));
    let mut told = HashSet::new();
    for suffix in suffixes.filter(|suffix| !["", ".", ".."].contains(suffix) && told.insert(*suffix)) {
        if g.is_over() {
            return;
        }
        let longer = [base, b"/", suffix.as_bytes()].concat();
        put_sent(g, &longer, format!("/{suffix}"));
        put_sent(g, &[&longer[..], b"/"].concat(), format!("/{suffix}/"));
    }
}

pub(super) fn suffix_left_out(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    let mut rest = path.strip_suffix(b"/").unwrap_or(&path);
    for _ in 0..3 {
        let Some(slash) = memchr::memrchr(b'/', rest).filter(|slash| *slash > 0) else { return };
        rest = &rest[..slash];
        let words = String::from_utf8_lossy(&path[slash..]).into_owned();
        put_sent(g, rest, words.clone());
        put_sent(g, &path[..=slash], format!("{words}, with a slash at the end"));
    }
}
