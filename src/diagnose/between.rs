//! Reading between two texts: what makes of one side's line the other side's, told without a key.
//!
//! A rule that turns the one into the other names the mistake; it proves nothing, since other mistakes may come to the same line.

use super::facts;

/// Why a signer's path is not the one that the server computed.
pub(super) fn of_path(signer: &str, server: &str) -> Option<&'static str> {
    let lower = |text: &str| text.to_ascii_lowercase();
    let joined = |text: &str| text.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    Some(match () {
        () if decoded(signer) == server => match () {
            () if signer.contains("%25") => "path-encoded-twice",
            () if signer.to_ascii_uppercase().contains("%2F") => "path-slash-encoded",
            () => "path-unreserved-encoded",
        },
        () if decoded(server) == signer => match () {
            () if server.contains("%25") => "path-encoded-once",
            () if server.to_ascii_uppercase().contains("%2F") => "path-slash-decoded",
            () if signer.bytes().all(|byte| byte.is_ascii_graphic()) => "path-reserved-bare",
            () => "path-decoded",
        },
        () if decoded(&decoded(signer)) == decoded(&decoded(server)) => match () {
            () if lower(signer) == lower(server) => "path-hex-lowercase",
            () if signer.contains('+') => "path-plus-as-space",
            () if signer.len() < server.len() => "path-reserved-bare",
            () => "path-unreserved-encoded",
        },
        () if signer.trim_end_matches('/') == server.trim_end_matches('/') => "path-trailing-slash",
        () if joined(signer) == joined(server) => "path-slash-joined",
        () if lower(signer) == lower(server) => "path-case",
        () if server.ends_with(signer) => "path-prefix-stripped",
        () if signer.ends_with(server) => "path-prefix-added",
        () if server.starts_with(signer) => "path-suffix-left-out",
        () if signer.starts_with(server) => "path-suffix-signed",
        () => return None,
    })
}

/// Why a signer's query is not the one that the server computed.
pub(super) fn of_query(signer: &str, server: &str) -> Option<&'static str> {
    let pairs = |text: &str| {
        let mut pairs: Vec<String> = text.split('&').map(str::to_owned).collect();
        pairs.sort_unstable();
        pairs
    };
    let bare = |text: &str| text.replace('=', "");
    Some(match () {
        () if signer.is_empty() => "query-omitted",
        () if pairs(signer) == pairs(server) => unsorted(signer).unwrap_or("query-unsorted"),
        () if decoded(signer) == server => "query-encoded-twice",
        () if signer.replace('+', "%20") == server => "query-space-as-plus",
        () if signer.eq_ignore_ascii_case(server) => "query-hex-lowercase",
        () if decoded(signer) == decoded(server) && signer.len() < server.len() => "query-reserved-bare",
        () if decoded(signer) == decoded(server) => "query-unreserved-encoded",
        () if bare(signer) == bare(server) => "query-no-equals",
        () if server.is_empty() => "query-parameter-removed",
        () if pairs(server).iter().all(|pair| pairs(signer).contains(pair)) => "query-parameter-removed",
        () if pairs(signer).iter().all(|pair| pairs(server).contains(pair)) => "query-parameter-added",
        () => return None,
    })
}

/// How a canonical query breaks the rule of its order, if it does: by name, then by value.
pub(super) fn unsorted(query: &str) -> Option<&'static str> {
    let pairs: Vec<&str> = query.split('&').collect();
    let split = |pair: &'_ str| {
        pair.split_once('=')
            .map_or((pair.to_owned(), String::new()), |(name, value)| (name.to_owned(), value.to_owned()))
    };
    let is_sorted = |key: &dyn Fn(&str) -> (String, String)| pairs.is_sorted_by_key(|pair| key(pair));
    let lower = |pair: &str| (pair.to_ascii_lowercase(), String::new());
    match () {
        () if is_sorted(&split) => None,
        () if pairs.is_sorted() => Some("query-sorted-as-text"),
        () if is_sorted(&lower) => Some("query-sorted-ignoring-case"),
        () if pairs.is_sorted_by_key(|pair| split(pair).0) => Some("query-values-unsorted"),
        () => Some("query-unsorted"),
    }
}

/// Why the value of a signer's header is not the one that the server computed.
pub(super) fn of_header(name: &str, signer: &str, server: &str) -> Option<&'static str> {
    let without_spaces = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let host = |text: &str| text.rsplit_once(':').map_or(text.to_owned(), |(host, _)| host.to_owned());
    let type_of = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(match name {
        "host"
            if host(signer).eq_ignore_ascii_case(&host(server))
                && signer.contains(':') != server.contains(':') =>
        {
            if signer.contains(':') {
                "host-with-port"
            } else {
                "host-without-port"
            }
        }
        "host" if signer.eq_ignore_ascii_case(server) => "host-case",
        "host" => "host-changed",
        _ if without_spaces(signer) == without_spaces(server) => "header-spaces-kept",
        _ if signer.replace(", ", ",") == server.replace(", ", ",") => "header-list-spacing",
        "content-type"
            if type_of(signer) == type_of(server) && signer.contains(';') != server.contains(';') =>
        {
            "content-type-charset-added"
        }
        "content-type" if type_of(signer) == type_of(server) => "content-type-charset-changed",
        "content-type" => "content-type-changed",
        "accept-encoding" => "accept-encoding-changed",
        "user-agent" => "user-agent-changed",
        "content-length" => "content-length-changed",
        "connection" => "connection-changed",
        "accept" => "accept-changed",
        "x-forwarded-for" | "x-forwarded-proto" | "via" | "forwarded" => "forwarded-changed",
        _ if name.starts_with("x-amz-") => "amz-header-changed",
        _ => return None,
    })
}

fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&facts::decoded(text.as_bytes())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::causes;

    #[test]
    fn two_lines_name_the_mistake_and_every_name_is_one() {
        for (found, id) in [
            (of_path("/test%2520file", "/test%20file"), "path-encoded-twice"),
            (of_path("/a%3Ab", "/a%253Ab"), "path-encoded-once"),
            (of_path("/a%2Fb", "/a/b"), "path-slash-encoded"),
            (of_path("/a b", "/a%20b"), "path-decoded"),
            (of_path("/a%7Eb", "/a~b"), "path-unreserved-encoded"),
            (of_path("/a%2fb", "/a%2Fb"), "path-hex-lowercase"),
            (of_path("/a*b", "/a%2Ab"), "path-reserved-bare"),
            (of_path("/prod/a", "/a"), "path-prefix-added"),
            (of_path("/a", "/prod/a"), "path-prefix-stripped"),
            (of_path("/a//b", "/a/b"), "path-slash-joined"),
            (of_query("b=1&a=2", "a=2&b=1"), "query-unsorted"),
            (of_query("select-type=2&select=", "select=&select-type=2"), "query-sorted-as-text"),
            (of_query("a=x+y", "a=x%20y"), "query-space-as-plus"),
            (of_query("a", "a="), "query-no-equals"),
            (of_query("a=*", "a=%2A"), "query-reserved-bare"),
            (of_query("a=1&b=2", "a=1"), "query-parameter-removed"),
            (of_query("a=1", "a=1&b=2"), "query-parameter-added"),
            (of_header("host", "h:443", "h"), "host-with-port"),
            (of_header("host", "h", "h:9200"), "host-without-port"),
            (
                of_header("content-type", "text/plain; charset=utf-8", "text/plain; charset=UTF-8"),
                "content-type-charset-changed",
            ),
            (of_header("x-a", "1  2", "1 2"), "header-spaces-kept"),
            (of_header("accept-encoding", "gzip", "gzip,gzip(gfe)"), "accept-encoding-changed"),
        ] {
            assert_eq!(found, Some(id));
            assert!(causes::named(id).is_some(), "{id}");
        }
        assert_eq!((of_path("/a", "/b"), of_query("a=1", "a=2")), (None, None));
        assert_eq!(unsorted("a=1&b=2&b=3"), None);
    }
}
