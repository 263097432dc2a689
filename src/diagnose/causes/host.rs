//! The host: its port, its case, and every name that a proxy may have put in its place.

mod changed;
mod written;

use super::{Gen, Hypothesis, RULE, cause};
use crate::diagnose::change::{Change, Edit};
use changed::changed;
use written::{case, empty, in_other_cases, trailing_dot, with_more, with_port, without_port};

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
