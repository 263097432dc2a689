//! The options of curl that are known here: which take a value, and what they do to the request.

use super::Switched;
use crate::canon::encode::is_unreserved;

/// One option.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Its short name.
    pub short: Option<u8>,
    /// Its long name, without the dashes.
    pub long: &'static str,
    /// What it does.
    pub action: Action,
}

/// What an option does to the request.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// Nothing that is signed.
    Ignore,
    /// Nothing that is signed; it takes a value.
    IgnoreValue,
    /// Something that cannot be told here: this sentence says so. It takes a value.
    ReportValue(&'static str),
    /// Changes how the others are read.
    Switch(Switched),
    /// The URL.
    Url,
    /// The method.
    Method,
    /// A header.
    Header,
    /// The value of this header.
    SetHeader(&'static str),
    /// This header with this value.
    AddHeader(&'static str, &'static str),
    /// Cookies, or the file that they are in.
    Cookie,
    /// A range of bytes.
    Range,
    /// A part of the body.
    Data(Data),
    /// A pair of the query.
    UrlQuery,
    /// Credentials.
    User,
    /// `--oauth2-bearer`: a token for the `Authorization` header.
    Bearer,
    /// `provider1:provider2:region:service`.
    AwsSigv4,
    /// The body from a file.
    Upload,
}

/// How `-d` and its relatives read their value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Data {
    /// `-d`: `@file` without line breaks.
    Ascii,
    /// `--data-binary`: `@file` as it is.
    Binary,
    /// `--data-raw`: no files.
    Raw,
    /// `--data-urlencode`: the value is encoded.
    UrlEncode,
    /// `--json`: as it is, with a content type.
    Json,
}

const FORM: &str = "A multipart form (-F) was left out: its boundary is made anew each time.";
const CONFIG: &str = "A curl config file (-K) was left out.";

/// Every option that is known.
pub static FLAGS: &[Flag] = &{
    use Action as A;
    const fn flag(short: u8, long: &'static str, action: Action) -> Flag {
        Flag { short: if short == 0 { None } else { Some(short) }, long, action }
    }
    [
        flag(b'X', "request", A::Method),
        flag(b'H', "header", A::Header),
        flag(b'd', "data", A::Data(Data::Ascii)),
        flag(0, "data-ascii", A::Data(Data::Ascii)),
        flag(0, "data-binary", A::Data(Data::Binary)),
        flag(0, "data-raw", A::Data(Data::Raw)),
        flag(0, "data-urlencode", A::Data(Data::UrlEncode)),
        flag(0, "json", A::Data(Data::Json)),
        flag(b'G', "get", A::Switch(Switched::Get)),
        flag(b'I', "head", A::Switch(Switched::Head)),
        flag(0, "path-as-is", A::Switch(Switched::PathAsIs)),
        flag(b'T', "upload-file", A::Upload),
        flag(0, "url", A::Url),
        flag(0, "url-query", A::UrlQuery),
        flag(b'u', "user", A::User),
        flag(0, "aws-sigv4", A::AwsSigv4),
        flag(b'A', "user-agent", A::SetHeader("User-Agent")),
        flag(b'e', "referer", A::SetHeader("Referer")),
        flag(b'b', "cookie", A::Cookie),
        flag(0, "compressed", A::AddHeader("Accept-Encoding", "deflate, gzip, br, zstd")),
        flag(b'F', "form", A::ReportValue(FORM)),
        flag(0, "form-string", A::ReportValue(FORM)),
        flag(0, "oauth2-bearer", A::Bearer),
        flag(b'K', "config", A::ReportValue(CONFIG)),
        flag(b'#', "progress-bar", A::Ignore),
        flag(b'0', "http1.0", A::Ignore),
        flag(b'4', "ipv4", A::Ignore),
        flag(b'6', "ipv6", A::Ignore),
        flag(b'f', "fail", A::Ignore),
        flag(0, "fail-with-body", A::Ignore),
        flag(b'g', "globoff", A::Ignore),
        flag(0, "http1.1", A::Ignore),
        flag(0, "http2", A::Ignore),
        flag(0, "http2-prior-knowledge", A::Ignore),
        flag(0, "http3", A::Ignore),
        flag(b'i', "include", A::Ignore),
        flag(0, "show-headers", A::Ignore),
        flag(b'j', "junk-session-cookies", A::Ignore),
        flag(b'J', "remote-header-name", A::Ignore),
        flag(b'k', "insecure", A::Ignore),
        flag(b'L', "location", A::Ignore),
        flag(0, "location-trusted", A::Ignore),
        flag(b'n', "netrc", A::Ignore),
        flag(b'N', "no-buffer", A::Ignore),
        flag(b'O', "remote-name", A::Ignore),
        flag(b'q', "disable", A::Ignore),
        flag(b'R', "remote-time", A::Ignore),
        flag(b's', "silent", A::Ignore),
        flag(b'S', "show-error", A::Ignore),
        flag(0, "ssl-no-revoke", A::Ignore),
        flag(0, "tlsv1.2", A::Ignore),
        flag(0, "tlsv1.3", A::Ignore),
        flag(b'v', "verbose", A::Ignore),
        flag(b'Z', "parallel", A::Ignore),
        flag(0, "cacert", A::IgnoreValue),
        flag(b'E', "cert", A::IgnoreValue),
        flag(0, "key", A::IgnoreValue),
        flag(0, "connect-timeout", A::IgnoreValue),
        flag(0, "connect-to", A::IgnoreValue),
        flag(b'c', "cookie-jar", A::IgnoreValue),
        flag(b'C', "continue-at", A::IgnoreValue),
        flag(b'D', "dump-header", A::IgnoreValue),
        flag(0, "limit-rate", A::IgnoreValue),
        flag(b'm', "max-time", A::IgnoreValue),
        flag(0, "max-redirs", A::IgnoreValue),
        flag(0, "noproxy", A::IgnoreValue),
        flag(b'o', "output", A::IgnoreValue),
        flag(0, "output-dir", A::IgnoreValue),
        flag(b'r', "range", A::Range),
        flag(0, "resolve", A::IgnoreValue),
        flag(0, "retry", A::IgnoreValue),
        flag(0, "retry-delay", A::IgnoreValue),
        flag(0, "stderr", A::IgnoreValue),
        flag(0, "trace", A::IgnoreValue),
        flag(0, "trace-ascii", A::IgnoreValue),
        flag(0, "unix-socket", A::IgnoreValue),
        flag(0, "capath", A::IgnoreValue),
        flag(0, "cert-type", A::IgnoreValue),
        flag(0, "ciphers", A::IgnoreValue),
        flag(0, "create-file-mode", A::IgnoreValue),
        flag(0, "crlfile", A::IgnoreValue),
        flag(0, "curves", A::IgnoreValue),
        flag(0, "delegation", A::IgnoreValue),
        flag(0, "dns-interface", A::IgnoreValue),
        flag(0, "dns-servers", A::IgnoreValue),
        flag(0, "doh-url", A::IgnoreValue),
        flag(0, "egd-file", A::IgnoreValue),
        flag(0, "expect100-timeout", A::IgnoreValue),
        flag(0, "happy-eyeballs-timeout-ms", A::IgnoreValue),
        flag(0, "hsts", A::IgnoreValue),
        flag(0, "interface", A::IgnoreValue),
        flag(0, "keepalive-time", A::IgnoreValue),
        flag(0, "key-type", A::IgnoreValue),
        flag(0, "krb", A::IgnoreValue),
        flag(0, "local-port", A::IgnoreValue),
        flag(0, "login-options", A::IgnoreValue),
        flag(0, "max-filesize", A::IgnoreValue),
        flag(0, "netrc-file", A::IgnoreValue),
        flag(0, "pass", A::IgnoreValue),
        flag(0, "pinnedpubkey", A::IgnoreValue),
        flag(0, "preproxy", A::IgnoreValue),
        flag(0, "proto", A::IgnoreValue),
        flag(0, "proto-default", A::IgnoreValue),
        flag(0, "proto-redir", A::IgnoreValue),
        flag(0, "proxy-cacert", A::IgnoreValue),
        flag(0, "proxy-capath", A::IgnoreValue),
        flag(0, "proxy-cert", A::IgnoreValue),
        flag(0, "proxy-header", A::IgnoreValue),
        flag(0, "proxy-key", A::IgnoreValue),
        flag(0, "proxy-pass", A::IgnoreValue),
        flag(0, "proxy1.0", A::IgnoreValue),
        flag(0, "rate", A::IgnoreValue),
        flag(0, "retry-max-time", A::IgnoreValue),
        flag(0, "sasl-authzid", A::IgnoreValue),
        flag(0, "service-name", A::IgnoreValue),
        flag(0, "socks4", A::IgnoreValue),
        flag(0, "socks4a", A::IgnoreValue),
        flag(0, "socks5", A::IgnoreValue),
        flag(0, "socks5-hostname", A::IgnoreValue),
        flag(0, "tls-max", A::IgnoreValue),
        flag(0, "tls13-ciphers", A::IgnoreValue),
        flag(0, "trace-config", A::IgnoreValue),
        flag(0, "variable", A::IgnoreValue),
        flag(b'U', "proxy-user", A::IgnoreValue),
        flag(b'P', "ftp-port", A::IgnoreValue),
        flag(b't', "telnet-option", A::IgnoreValue),
        flag(b'Q', "quote", A::IgnoreValue),
        flag(0, "anyauth", A::Ignore),
        flag(0, "basic", A::Ignore),
        flag(0, "digest", A::Ignore),
        flag(0, "no-progress-meter", A::Ignore),
        flag(0, "retry-all-errors", A::Ignore),
        flag(0, "retry-connrefused", A::Ignore),
        flag(0, "styled-output", A::Ignore),
        flag(0, "tcp-nodelay", A::Ignore),
        flag(0, "trace-time", A::Ignore),
        flag(b'w', "write-out", A::IgnoreValue),
        flag(b'x', "proxy", A::IgnoreValue),
        flag(b'y', "speed-time", A::IgnoreValue),
        flag(b'Y', "speed-limit", A::IgnoreValue),
        flag(b'z', "time-cond", A::IgnoreValue),
    ]
};

impl Flag {
    /// The option of this long name.
    pub fn long(name: &[u8]) -> Option<&'static Self> {
        FLAGS.iter().find(|flag| flag.long.as_bytes() == name)
    }

    /// The option of this letter.
    pub fn short(letter: u8) -> Option<&'static Self> {
        FLAGS.iter().find(|flag| flag.short == Some(letter))
    }

    /// Whether the next word is its value.
    pub fn takes_value(&self) -> bool {
        match self.action {
            Action::Ignore | Action::Switch(_) | Action::AddHeader(..) => false,
            Action::IgnoreValue
            | Action::ReportValue(_)
            | Action::Url
            | Action::Method
            | Action::Header
            | Action::SetHeader(_)
            | Action::Cookie
            | Action::Range
            | Action::Data(_)
            | Action::UrlQuery
            | Action::User
            | Action::Bearer
            | Action::AwsSigv4
            | Action::Upload => true,
        }
    }
}

/// `--data-urlencode`: `content`, `=content` or `name=content`; the content is encoded.
pub(crate) fn url_encode(value: &[u8]) -> Vec<u8> {
    let (name, content) = match memchr::memchr(b'=', value) {
        Some(0) => (&b""[..], &value[1..]),
        Some(at) => (&value[..=at], &value[at + 1..]),
        None => (&b""[..], value),
    };
    let mut out = name.to_vec();
    for byte in content {
        match byte {
            b' ' => out.push(b'+'),
            byte if is_unreserved(*byte) => out.push(*byte),
            byte => out.extend_from_slice(percent_encoding::percent_encode_byte(*byte).as_bytes()),
        }
    }
    out
}

/// A name as a part of a path.
pub(crate) fn escape(name: &[u8]) -> Vec<u8> {
    let escaped = |byte: &u8| match is_unreserved(*byte) {
        true => char::from(*byte).to_string(),
        false => percent_encoding::percent_encode_byte(*byte).to_owned(),
    };
    name.iter().map(escaped).collect::<String>().into_bytes()
}

/// `--url-query`: as `--data-urlencode`, or as it stands after a plus sign.
pub(crate) fn url_query(value: &[u8]) -> Vec<u8> {
    value.strip_prefix(b"+").map_or_else(|| url_encode(value), <[u8]>::to_vec)
}

/// Whether a path has segments `.` or `..`.
pub(crate) fn has_dot_segments(path: &[u8]) -> bool {
    path.split(|b| *b == b'/').any(|segment| segment == b"." || segment == b"..")
}

/// RFC 3986, 5.2.4, as curl does it: empty segments stay.
pub(crate) fn without_dot_segments(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let segments: Vec<&[u8]> = path.split(|b| *b == b'/').skip(1).collect();
    for (index, segment) in segments.iter().enumerate() {
        let last = index + 1 == segments.len();
        match *segment {
            b"." if last => kept.push(b""),
            b"." => {}
            b".." => {
                kept.pop();
                if last {
                    kept.push(b"");
                }
            }
            segment => kept.push(segment),
        }
    }
    [b"/", &kept.join(&b'/')[..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_stands_twice() {
        for (at, flag) in FLAGS.iter().enumerate() {
            let twice = FLAGS[..at]
                .iter()
                .any(|f| f.long == flag.long || (f.short.is_some() && f.short == flag.short));
            assert!(!twice, "{}", flag.long);
        }
    }

    #[test]
    fn encodes_as_curl_does() {
        assert_eq!(url_encode(b"a=b c&d"), b"a=b+c%26d");
        assert_eq!(url_encode(b"=b=c"), b"b%3Dc");
        assert_eq!(url_query(b"+a=b c"), b"a=b c");
    }

    #[test]
    fn removes_dots_as_curl_does() {
        assert_eq!(without_dot_segments(b"/a//./b/../c/."), b"/a//c/");
        assert_eq!(without_dot_segments(b"/../x/.."), b"/");
    }
}
