//! The names that a gateway answers for. A page in a browser reaches this machine under a name of its own, once that name leads
//! here (DNS rebinding); the `Host` that it sends says so.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::options::Options;
use crate::request::Request;
use crate::service::host;

/// The host that a request names and that may be anybody's; `None` where every host it names is known.
///
/// Known are this machine, addresses (a page at an address is what the address serves), the endpoints of AWS and of others, which
/// lead where their owners say, the server upstream, and what the user allows.
pub(super) fn foreign<'a>(request: &'a Request, options: &Options) -> Option<&'a [u8]> {
    let sent = request.sent().filter(|(_, header)| header.is(b"host") || header.is(b":authority"));
    let named = sent.map(|(_, header)| header.value.trim_ascii());
    let of_target = request.target().authority.map(|range| &request.target[range]);
    let mut all = named.chain(of_target).peekable();
    if all.peek().is_none() {
        return Some(b"");
    }
    all.find(|host| !is_known(host, options))
}

/// Whether a request may come from a page of elsewhere: under a name of its own, or with an origin that is not of this machine.
pub(super) fn may_be_a_page(request: &Request, options: &Options) -> bool {
    let origin = request.value(b"origin").map(|origin| {
        let origin = std::str::from_utf8(origin).unwrap_or_default();
        let host = without_port(origin.split_once("://").map_or("", |(_, host)| host)).to_ascii_lowercase();
        let loopback =
            host.trim_matches(['[', ']']).parse().is_ok_and(|own: std::net::IpAddr| own.is_loopback());
        loopback || is_or_is_below(&host, "localhost")
    });
    origin == Some(false) || foreign(request, options).is_some()
}

fn is_known(host: &[u8], options: &Options) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let name = without_port(host).trim_end_matches('.').to_ascii_lowercase();
    let upstream = options.upstream.as_ref().map(|upstream| without_port(upstream.host()));
    let allowed = options.hosts.iter().map(String::as_str);
    is_address(&name)
        || ["localhost"].into_iter().chain(allowed).chain(upstream).any(|own| is_or_is_below(&name, own))
        || host::of_host(name.as_bytes()).service.is_some()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        Some(_) | None => host,
    }
}

fn is_address(name: &str) -> bool {
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    name.parse::<Ipv4Addr>().is_ok() || inner.unwrap_or(name).parse::<Ipv6Addr>().is_ok()
}

fn is_or_is_below(name: &str, own: &str) -> bool {
    let own = own.trim_start_matches("*.").trim_end_matches('.');
    let above = name.len().checked_sub(own.len()).filter(|_| !own.is_empty());
    let Some((below, end)) = above.and_then(|at| name.split_at_checked(at)) else { return false };
    end.eq_ignore_ascii_case(own) && (below.is_empty() || below.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::super::forward::Upstream;
    use super::*;
    use crate::request::http;

    fn told(head: &str) -> Option<String> {
        let mut options = Options::new(std::env::temp_dir());
        options.upstream = Some(Upstream::new("http://minio:9000", None).unwrap());
        options.hosts = vec!["dev.test".into()];
        let request = http::read_wire_head(format!("{head}\r\n\r\n").as_bytes()).unwrap();
        foreign(&request, &options).map(|host| String::from_utf8_lossy(host).into_owned())
    }

    #[test]
    fn this_machine_addresses_endpoints_and_what_is_allowed_are_known() {
        for host in [
            "localhost",
            "LOCALHOST:9000",
            "bucket.localhost:9000",
            "127.0.0.1:9000",
            "[::1]:9000",
            "192.168.0.7",
            "minio",
            "bucket.minio:9000",
            "dev.test",
            "a.dev.test.:80",
            "s3.eu-west-1.amazonaws.com",
            "bucket.s3.amazonaws.com",
        ] {
            assert_eq!(told(&format!("GET / HTTP/1.1\r\nHost: {host}")), None, "{host}");
        }
    }

    #[test]
    fn a_page_of_elsewhere_is_told_by_origin_or_host() {
        let is_page = |headers: &str| {
            let request =
                http::read_wire_head(format!("GET / HTTP/1.1\r\n{headers}\r\n\r\n").as_bytes()).unwrap();
            may_be_a_page(&request, &Options::new(std::env::temp_dir()))
        };
        for (headers, expected) in [
            ("Host: localhost", false),
            ("Host: 127.0.0.1:9000\r\nOrigin: http://localhost:5173", false),
            ("Host: 127.0.0.1:9000\r\nOrigin: http://[::1]:5173", false),
            ("Host: 127.0.0.1:9000\r\nOrigin: https://app.example", true),
            ("Host: 127.0.0.1:9000\r\nOrigin: null", true),
            ("Host: 127.0.0.1:9000\r\nOrigin: http://192.168.0.9", true),
            ("Host: evil.test:9000", true),
        ] {
            assert_eq!(is_page(headers), expected, "{headers}");
        }
    }

    #[test]
    fn any_other_name_may_be_that_of_a_page() {
        for host in [
            "evil.test",
            "notdev.test",
            "localhost.evil.test",
            "127.0.0.1.evil.test:9000",
            "amazonaws.com.evil.test",
            "",
        ] {
            assert_eq!(told(&format!("GET / HTTP/1.1\r\nHost: {host}")).as_deref(), Some(host));
        }
        assert_eq!(
            told("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.test").as_deref(),
            Some("evil.test")
        );
        assert_eq!(told("GET http://evil.test/ HTTP/1.1\r\nHost: localhost").as_deref(), Some("evil.test"));
        assert_eq!(told("GET / HTTP/1.0").as_deref(), Some(""));
    }
}
