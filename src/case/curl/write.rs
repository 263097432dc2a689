//! A curl command that sends a request exactly.

use super::flags::has_dot_segments;
use crate::case::shell;
use crate::request::{Request, is_loopback};

/// Writes the command, a line an option. It holds what the request holds: a session token included.
pub fn write(request: &Request) -> String {
    let mut lines = vec![format!("curl {}", shell::quote(&url(request)))];
    let target = request.target();
    let path = &request.target[target.path.clone()];
    if has_dot_segments(path) {
        lines.push("--path-as-is".into());
    }
    if request.target.iter().any(|b| b"[]{}".contains(b)) {
        lines.push("--globoff".into());
    }
    lines.extend(method(request));
    let generated = makes_host(request);
    for (_, header) in request.sent() {
        // curl counts what it sends; an empty body is counted by the header alone.
        if (generated && header.is(b"host")) || (header.is(b"content-length") && !request.body.is_empty()) {
            continue;
        }
        lines.push(format!("-H {}", shell::quote(&header_line(&header.name, &header.value))));
    }
    lines.extend(body(request));
    let command = lines.join(" \\\n  ");
    match has_nul(request) {
        true => format!("printf '{}' | {command}", for_printf(&request.body.bytes())),
        false => command,
    }
}

fn url(request: &Request) -> Vec<u8> {
    if request.target().scheme.is_some() {
        return request.target.clone();
    }
    let host = request.host().filter(|host| is_host(host)).unwrap_or(b"localhost");
    let scheme: &[u8] = if is_loopback(host) { b"http://" } else { b"https://" };
    [scheme, host, &request.target].concat()
}

/// Whether curl makes the same `Host` of the URL: not of two, nor with the port that it leaves out.
fn makes_host(request: &Request) -> bool {
    let mut hosts = request.sent().filter(|(_, header)| header.is(b"host"));
    let (Some((_, header)), None) = (hosts.next(), hosts.next()) else { return false };
    let host = &header.value;
    let default_port: &[u8] = if is_loopback(host) { b":80" } else { b":443" };
    request.target().authority.is_none() && is_host(host) && !host.ends_with(default_port)
}

/// Whether a text stands in a URL as its host, with a port or without.
fn is_host(text: &[u8]) -> bool {
    !text.is_empty() && !text.iter().any(|b| b.is_ascii_whitespace() || b"/?#@\\".contains(b))
}

fn method(request: &Request) -> Option<String> {
    match request.method.as_slice() {
        b"GET" if request.body.is_empty() => None,
        b"POST" if !request.body.is_empty() => None,
        b"HEAD" if request.body.is_empty() => Some("--head".into()),
        method => Some(format!("-X {}", shell::quote(method))),
    }
}

fn header_line(name: &[u8], value: &[u8]) -> Vec<u8> {
    match value.trim_ascii().is_empty() {
        true => [name, b";"].concat(),
        false => [name, b": ", value].concat(),
    }
}

fn body(request: &Request) -> Vec<String> {
    if request.body.is_empty() {
        return Vec::new();
    }
    let data = match request.body.path() {
        Some(path) => format!("--data-binary {}", shell::quote(format!("@{}", path.display()).as_bytes())),
        // No shell passes a NUL in an argument.
        None if has_nul(request) => "--data-binary @-".into(),
        // A leading @ would name a file.
        None if request.body.bytes().starts_with(b"@") => {
            format!("--data-raw {}", shell::quote(&request.body.bytes()))
        }
        None => format!("--data-binary {}", shell::quote(&request.body.bytes())),
    };
    let typed = request.header(b"content-type").is_some();
    // Without this curl would add the content type of a form.
    let untyped = (!typed).then(|| "-H Content-Type:".to_owned());
    untyped.into_iter().chain([data]).collect()
}

fn has_nul(request: &Request) -> bool {
    request.body.rope().is_some_and(|rope| rope.chunks().any(|chunk| memchr::memchr(0, chunk).is_some()))
}

/// The bytes as the format of `printf` in single quotes.
fn for_printf(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'%' => out.push_str("%%"),
            b' '..=b'~' if !b"'\\".contains(byte) => out.push(char::from(*byte)),
            other => out.push_str(&format!("\\{other:03o}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use crate::request::Header;
    use proptest::prelude::*;

    #[test]
    fn writes_what_curl_sends() {
        let text = b"PUT /a/../b HTTP/1.1\nHost: h.example\nX-A: it's\nX-B:\n\n@\x01";
        let request = read(text).unwrap().request;
        let expected = "curl https://h.example/a/../b \\\n  --path-as-is \\\n  -X PUT \\\n  -H $'X-A: it\\'s' \\\n  \
                        -H 'X-B;' \\\n  -H Content-Type: \\\n  --data-raw $'@\\001'";
        assert_eq!(write(&request), expected);
    }

    #[test]
    fn a_host_that_no_url_gives_is_a_header() {
        for (hosts, expected) in [
            ("Host: h:443", "curl https://h:443/ \\\n  -H 'Host: h:443'"),
            ("Host: localhost:80", "curl http://localhost:80/ \\\n  -H 'Host: localhost:80'"),
            ("Host: h:80", "curl https://h:80/"),
            ("Host: h\nHost: i", "curl https://h/ \\\n  -H 'Host: h' \\\n  -H 'Host: i'"),
            ("Host: h/x", "curl http://localhost/ \\\n  -H 'Host: h/x'"),
            ("Host:", "curl http://localhost/ \\\n  -H 'Host;'"),
        ] {
            let request = read(format!("GET / HTTP/1.1\n{hosts}\n\n").as_bytes()).unwrap().request;
            assert_eq!(write(&request), expected);
        }
    }

    #[test]
    fn a_nul_is_piped_to_curl() {
        let request = read(b"POST / HTTP/1.1\nHost: h\nContent-Type: x\n\na%'\x00").unwrap().request;
        let expected =
            "printf 'a%%\\047\\000' | curl https://h/ \\\n  -H 'Content-Type: x' \\\n  --data-binary @-";
        assert_eq!(write(&request), expected);
    }

    proptest! {
        #[test]
        fn reading_gives_back_what_was_written(
            method in "(GET|PUT|POST|DELETE|PATCH)",
            target in "/[!-~&&[^#]]{0,30}",
            headers in proptest::collection::vec(("x-[a-z]{1,9}", "[!-~]([ -~]{0,20}[!-~])?"), 0..5),
            body in proptest::collection::vec(1u8.., 0..40),
        ) {
            let mut all = vec![Header::new("Host", "h.example")];
            all.extend(headers.into_iter().map(|(name, value)| Header::new(name, value)));
            let request = Request {
                method: method.into_bytes(), target: target.into_bytes(), version: b"HTTP/1.1".to_vec(),
                headers: all, body: body.into(),
            };
            let again = read(write(&request).as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?.request;
            prop_assert_eq!(again, request);
        }
    }
}
