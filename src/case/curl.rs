//! curl command lines: what a pasted command sends, and a command that sends a given request.
//!
//! [`flags`] is the table of options. What has no part in a signature is passed over; an option that is not in the
//! table is reported. curl's own additions that can be signed (`Host`, the form content type of `-d`, dot segments
//! that it removes) are made and said.

pub mod flags;
mod write;

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use flags::{Action, Data, Flag};

use super::{BodyPiece, Case, ENCODED, Format, shell, whole_url};
use crate::request::error::quote;
use crate::request::http::is_token_byte;
use crate::request::target::Target;
use crate::request::{Body, Header, Notice, ReadError, Request, Switch};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::signature::name;

pub use write::write;

/// Reads one curl command.
///
/// # Errors
///
/// When a quote is not closed, an option lacks its value, or there is no URL.
pub fn read(text: &[u8]) -> Result<Case, ReadError> {
    let split = shell::split(text.strip_prefix(b"$ ").unwrap_or(text))?;
    let mut command = Command::default();
    for variable in &split.variables {
        command.notices.push(Notice(format!("{variable} stands unexpanded, as it was pasted.")));
    }
    let mut words = split.words.into_iter().skip(1);
    while let Some(word) = words.next() {
        command.word(word, &mut words)?;
    }
    command.finish()
}

/// What the options have said so far.
#[derive(Default)]
struct Command {
    url: Option<Vec<u8>>,
    method: Option<Vec<u8>>,
    headers: Vec<Header>,
    removed: Vec<Vec<u8>>,
    data: Vec<BodyPiece>,
    query: Vec<Vec<u8>>,
    switches: Vec<Switched>,
    user: Option<Vec<u8>>,
    bearer: Option<Vec<u8>>,
    provider: Option<Vec<u8>>,
    settings: Settings,
    notices: Vec<Notice>,
}

/// Options without a value that change what is sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Switched {
    /// `-G`: data goes into the query.
    Get,
    /// `-I`: the method is HEAD.
    Head,
    /// `-T`: the method is PUT.
    Upload,
    /// `--path-as-is`: dot segments are sent.
    PathAsIs,
    /// `--json`: the content type is JSON.
    Json,
}

impl Command {
    fn word(&mut self, word: Vec<u8>, rest: &mut impl Iterator<Item = Vec<u8>>) -> Result<(), ReadError> {
        if let Some(name) = word.strip_prefix(b"--").filter(|name| !name.is_empty()) {
            let Some(flag) = Flag::long(name) else { return self.unknown(&word) };
            let value = self.value(flag, &word, rest)?;
            return self.act(flag.action, value);
        }
        match word.strip_prefix(b"-").filter(|short| !short.is_empty()) {
            Some(short) => self.cluster(short, rest),
            None => self.set_url(word),
        }
    }

    /// `-sXPOST`: short options in one word; the first that takes a value takes the rest.
    fn cluster(&mut self, short: &[u8], rest: &mut impl Iterator<Item = Vec<u8>>) -> Result<(), ReadError> {
        for (at, letter) in short.iter().enumerate() {
            let name = [b'-', *letter];
            let Some(flag) = Flag::short(*letter) else {
                self.unknown(&name)?;
                continue;
            };
            let attached = &short[at + 1..];
            if flag.takes_value() && !attached.is_empty() {
                return self.act(flag.action, attached.to_vec());
            }
            let value = self.value(flag, &name, rest)?;
            self.act(flag.action, value)?;
        }
        Ok(())
    }

    fn value(
        &self,
        flag: &Flag,
        word: &[u8],
        rest: &mut impl Iterator<Item = Vec<u8>>,
    ) -> Result<Vec<u8>, ReadError> {
        if !flag.takes_value() {
            return Ok(Vec::new());
        }
        rest.next()
            .ok_or_else(|| ReadError::new(format!("a value after {}", quote(word)), "the end of the command"))
    }

    fn unknown(&mut self, word: &[u8]) -> Result<(), ReadError> {
        self.notices.push(Notice(format!("curl option {} is not known here: it was left out.", quote(word))));
        Ok(())
    }

    /// The value of an option that is not known may stand before the URL: a word with `://` is taken first.
    fn set_url(&mut self, word: Vec<u8>) -> Result<(), ReadError> {
        let decoded = whole_url(&word);
        self.notices.extend(decoded.is_some().then(|| Notice(ENCODED.into())));
        let word = decoded.unwrap_or(word);
        let is_url = |word: &[u8]| memchr::memmem::find(word, b"://").is_some();
        let out = match self.url.take() {
            None => None,
            Some(first) if !is_url(&first) && is_url(&word) => Some(first),
            Some(first) => {
                self.notices.push(Notice(format!("A second URL was left out: {}.", quote(&word))));
                self.url = Some(first);
                return Ok(());
            }
        };
        if let Some(first) = out {
            self.notices.push(Notice(format!("A word before the URL was left out: {}.", quote(&first))));
        }
        self.url = Some(word);
        Ok(())
    }

    fn act(&mut self, action: Action, value: Vec<u8>) -> Result<(), ReadError> {
        match action {
            Action::Ignore | Action::IgnoreValue => {}
            Action::ReportValue(what) => self.notices.push(Notice(what.into())),
            Action::Switch(switch) => self.switches.push(switch),
            Action::Url => return self.set_url(value),
            Action::Method if value.is_empty() || !value.iter().copied().all(is_token_byte) => {
                return Err(ReadError::new("a method such as POST behind -X", quote(&value)));
            }
            Action::Method => self.method = Some(value),
            Action::Header => self.header(value),
            Action::SetHeader(name) => self.headers.push(Header::new(name, value)),
            Action::Range => self.headers.push(Header::new("Range", [b"bytes=", &value[..]].concat())),
            Action::Cookie if value.contains(&b'=') => self.headers.push(Header::new("Cookie", value)),
            Action::Cookie => self.notices.push(Notice("Cookies from a file (-b) were left out.".into())),
            Action::AddHeader(name, fixed) => self.headers.push(Header::new(name, fixed)),
            Action::Data(how) => self.add_data(how, value),
            Action::UrlQuery => self.query.push(flags::url_query(&value)),
            Action::User => self.user = Some(value),
            Action::Bearer => self.bearer = Some(value),
            Action::AwsSigv4 => self.provider = Some(value),
            Action::Upload => {
                self.switches.push(Switched::Upload);
                self.data.push(BodyPiece::File(path(&value)));
            }
        }
        Ok(())
    }

    fn header(&mut self, text: Vec<u8>) {
        if text.starts_with(b"@") {
            self.notices.push(Notice(format!("Headers from the file {} were left out.", quote(&text[1..]))));
            return;
        }
        if let Some(name) = text.strip_suffix(b";").filter(|name| !name.contains(&b':')) {
            self.headers.push(Header::new(name, ""));
            return;
        }
        let colon = memchr::memchr(b':', &text).unwrap_or(text.len());
        let (name, value) = text.split_at(colon);
        let value = value.get(1..).unwrap_or_default();
        if value.trim_ascii().is_empty() {
            self.removed.push(name.to_ascii_lowercase());
        } else {
            let gap = value.len() - value.trim_ascii_start().len();
            let gap = value[..gap].to_vec();
            self.headers.push(Header {
                name: name.to_vec(),
                value: value[gap.len()..].to_vec(),
                gap,
                switch: Switch::On,
            });
        }
    }

    fn add_data(&mut self, how: Data, value: Vec<u8>) {
        let names_file = how == Data::UrlEncode && value.contains(&b'@') && !value.contains(&b'=');
        if names_file {
            self.notices.push(Notice("Data from a file (--data-urlencode @) was left out.".into()));
            return;
        }
        if !self.data.is_empty() && how != Data::Json {
            self.data.push(BodyPiece::Text(b"&".to_vec()));
        }
        let piece = match (how, value.strip_prefix(b"@")) {
            (Data::Raw, _) | (Data::Ascii | Data::Binary | Data::Json, None) => BodyPiece::Text(value),
            (Data::Ascii, Some(file)) => BodyPiece::FileWithoutLineBreaks(path(file)),
            (Data::Binary | Data::Json, Some(file)) => BodyPiece::File(path(file)),
            (Data::UrlEncode, _) => BodyPiece::Text(flags::url_encode(&value)),
        };
        if how == Data::Json {
            self.switches.push(Switched::Json);
        }
        self.data.push(piece);
    }

    fn is(&self, switch: Switched) -> bool {
        self.switches.contains(&switch)
    }

    fn finish(mut self) -> Result<Case, ReadError> {
        let no_url = || ReadError::new("a URL in the curl command", "none");
        let url = self.url.take().ok_or_else(no_url)?;
        self.authorize(&url);
        self.credentials();
        let (mut target, host) = self.target(url);
        let mut data = std::mem::take(&mut self.data);
        if let (true, Some(BodyPiece::File(file))) = (self.is(Switched::Upload), data.last()) {
            append_file_name(&mut target, file);
        }
        if self.is(Switched::Get) {
            if data.iter().any(|piece| !matches!(piece, BodyPiece::Text(_))) {
                self.notices.push(Notice("Data from a file for the query (-G) was left out.".into()));
            }
            self.query.extend(data.drain(..).filter_map(|piece| match piece {
                BodyPiece::Text(text) if text == b"&" => None,
                BodyPiece::Text(text) => Some(text),
                BodyPiece::File(_) | BodyPiece::FileWithoutLineBreaks(_) => None,
            }));
        }
        append_query(&mut target, &self.query);
        // What was added may hold a fragment as well.
        target.truncate(memchr::memchr(b'#', &target).unwrap_or(target.len()));
        let mut request = Request {
            method: self.method_or_default(&data),
            target,
            version: b"HTTP/1.1".to_vec(),
            headers: Vec::new(),
            body: Body::default(),
        };
        self.add_headers(&mut request, host, &data);
        let mut case = Case {
            request,
            settings: self.settings,
            format: Format::Curl,
            notices: self.notices,
            ..Case::default()
        };
        set_body(&mut case, data);
        Ok(case)
    }

    /// The `Authorization` that curl makes of a bearer token, else of a user in `-u` or in the URL, unless one is given or it signs.
    fn authorize(&mut self, url: &[u8]) {
        let stated = self.headers.iter().any(|header| header.is(b"authorization"))
            || self.removed.iter().any(|name| name == b"authorization");
        if self.provider.is_some() || stated {
            return;
        }
        let of_url =
            Target::of(url).user.map(|range| percent_encoding::percent_decode(&url[range]).collect());
        let basic = |user: Vec<u8>| format!("Basic {}", STANDARD.encode(user)).into_bytes();
        let bearer = self.bearer.take().map(|token| [b"Bearer ", &token[..]].concat());
        let value = bearer.or_else(|| self.user.take().or(of_url).map(basic));
        self.headers.extend(value.map(|value| Header::new("Authorization", value)));
    }

    /// `-u id:secret --aws-sigv4 aws:amz:region:service`.
    fn credentials(&mut self) {
        let Some(provider) = &self.provider else {
            return;
        };
        let parts: Vec<_> =
            provider.split(|b| *b == b':').map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        // The first word names the algorithm: `goog` signs with GOOG4-HMAC-SHA256.
        let algorithm =
            parts.first().map(|provider| format!("{}4-HMAC-SHA256", provider.to_ascii_uppercase()));
        let scheme = algorithm.and_then(|own| name::PLANNED.into_iter().find(|name| *name == own));
        self.settings.scheme = scheme.filter(|scheme| *scheme != name::AWS4);
        self.settings.region = parts.get(2).filter(|part| !part.is_empty()).cloned();
        self.settings.service = parts.get(3).filter(|part| !part.is_empty()).cloned();
        if let Some(user) = &self.user {
            let colon = memchr::memchr(b':', user).unwrap_or(user.len());
            self.settings.access_key_id = Some(String::from_utf8_lossy(&user[..colon]).into_owned());
            let secret = user.get(colon + 1..).filter(|secret| !secret.is_empty());
            self.settings.secret_access_key = secret.map(Secret::new);
        }
        zeroize::Zeroize::zeroize(&mut self.user);
    }

    /// The request target and host that curl makes of a URL.
    fn target(&mut self, url: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
        let has_scheme = memchr::memmem::find(&url, b"://")
            .is_some_and(|at| at > 0 && url[..at].iter().all(u8::is_ascii_alphanumeric));
        let url = if has_scheme { url } else { [b"http://", &url[..]].concat() };
        let url = match memchr::memchr(b'#', &url) {
            Some(at) => url[..at].to_vec(),
            None => url,
        };
        let parsed = Target::of(&url);
        let host = parsed.authority.clone().map(|range| url[range].to_vec()).unwrap_or_default();
        let scheme = parsed.scheme.clone().map(|range| url[range].to_ascii_lowercase()).unwrap_or_default();
        let mut path = url[parsed.path.clone()].to_vec();
        if path.is_empty() {
            path.push(b'/');
        }
        if !self.is(Switched::PathAsIs) && flags::has_dot_segments(&path) {
            path = flags::without_dot_segments(&path);
            self.notices.push(Notice(
                "curl removes dot segments from the path unless told --path-as-is: so it was done.".into(),
            ));
        }
        if let Some(query) = parsed.query {
            path.push(b'?');
            path.extend_from_slice(&url[query]);
        }
        (path, without_default_port(host, &scheme))
    }

    fn method_or_default(&self, data: &[BodyPiece]) -> Vec<u8> {
        let default: &[u8] = match () {
            () if self.is(Switched::Head) => b"HEAD",
            () if self.is(Switched::Upload) => b"PUT",
            () if !data.is_empty() => b"POST",
            () => b"GET",
        };
        self.method.clone().unwrap_or_else(|| default.to_vec())
    }

    fn add_headers(&mut self, request: &mut Request, host: Vec<u8>, data: &[BodyPiece]) {
        let given = |name: &[u8]| self.headers.iter().any(|header| header.is(name));
        let removed = |name: &[u8]| self.removed.iter().any(|known| known == name);
        let mut headers = Vec::with_capacity(self.headers.len() + 2);
        if !given(b"host") {
            headers.push(Header::new("Host", host));
        }
        let upload = self.is(Switched::Upload);
        let content_type =
            if self.is(Switched::Json) { "application/json" } else { "application/x-www-form-urlencoded" };
        let adds_type = !data.is_empty() && !upload && !given(b"content-type") && !removed(b"content-type");
        let accepts = self.is(Switched::Json) && !given(b"accept") && !removed(b"accept");
        headers.append(&mut self.headers);
        if accepts {
            headers.push(Header::new("Accept", "application/json"));
        }
        if adds_type {
            headers.push(Header::new("Content-Type", content_type));
            self.notices.push(Notice(format!("curl adds Content-Type: {content_type}, so it was added.")));
        }
        request.headers = headers;
    }
}

fn set_body(case: &mut Case, data: Vec<BodyPiece>) {
    let text = |piece: &BodyPiece| match piece {
        BodyPiece::Text(text) => Some(text.clone()),
        BodyPiece::File(_) | BodyPiece::FileWithoutLineBreaks(_) => None,
    };
    match data.iter().map(text).collect::<Option<Vec<_>>>() {
        Some(texts) => case.request.body = Body::from(texts.concat()),
        None => case.body_pieces = data,
    }
}

/// curl sends an upload to a folder under the name of the file, which it encodes.
fn append_file_name(target: &mut Vec<u8>, file: &std::path::Path) {
    let path = Target::of(target).path;
    if let (true, Some(name)) = (target[path.clone()].ends_with(b"/"), file.file_name()) {
        target.splice(path.end..path.end, flags::escape(name.to_string_lossy().as_bytes()));
    }
}

fn append_query(target: &mut Vec<u8>, pairs: &[Vec<u8>]) {
    for pair in pairs {
        target.push(if target.contains(&b'?') { b'&' } else { b'?' });
        target.extend_from_slice(pair);
    }
}

/// curl leaves the default port of the URL's scheme out of `Host`.
fn without_default_port(mut host: Vec<u8>, scheme: &[u8]) -> Vec<u8> {
    let port: &[u8] = if scheme == b"https" { b":443" } else { b":80" };
    if host.ends_with(port) {
        host.truncate(host.len() - port.len());
    }
    host
}

fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(command: &str) -> String {
        let case = read(command.as_bytes()).unwrap();
        String::from_utf8(crate::request::http::write(&case.request)).unwrap().replace("\r\n", "\n")
    }

    #[test]
    fn reads_what_browsers_copy() {
        let command = "curl 'https://h.example/a?b=c' \\\n  -X 'POST' \\\n  -H 'accept: */*' \\\n  \
                       -H $'x-a: it\\'s' \\\n  --data-raw $'{\"a\":\\'b\\'}' \\\n  --compressed";
        assert_eq!(
            raw(command),
            "POST /a?b=c HTTP/1.1\nHost: h.example\naccept: */*\nx-a: it's\n\
             Accept-Encoding: deflate, gzip, br, zstd\nContent-Type: application/x-www-form-urlencoded\n\n{\"a\":'b'}"
        );
    }

    #[test]
    fn methods_follow_curls_rules() {
        for (command, line) in [
            ("curl h", "GET / HTTP/1.1"),
            ("curl -I https://h/x", "HEAD /x HTTP/1.1"),
            ("curl -d a https://h", "POST / HTTP/1.1"),
            ("curl -sXDELETE https://h", "DELETE / HTTP/1.1"),
            ("curl -G -d a=1 -d b https://h/?c", "GET /?c&a=1&b HTTP/1.1"),
            ("curl --url-query 'a=b c' --url-query +d=e https://h/", "GET /?a=b+c&d=e HTTP/1.1"),
            ("curl -G -d a#b https://h/#c", "GET /?a HTTP/1.1"),
            ("curl https://h/a/../b//c#d", "GET /b//c HTTP/1.1"),
            ("curl ://h", "GET //h HTTP/1.1"),
            ("curl --path-as-is https://h/a/../b", "GET /a/../b HTTP/1.1"),
        ] {
            assert_eq!(raw(command).lines().next().unwrap(), line, "{command}");
        }
    }

    #[test]
    fn aws_sigv4_gives_the_settings() {
        let case = read(b"curl --aws-sigv4 aws:amz:eu-west-1:s3 -u AKID:hush/+x https://h:443/").unwrap();
        assert_eq!(case.settings.region.as_deref(), Some("eu-west-1"));
        assert_eq!(case.settings.service.as_deref(), Some("s3"));
        assert_eq!(case.settings.access_key_id.as_deref(), Some("AKID"));
        assert_eq!(case.settings.secret_access_key.unwrap().expose(), b"hush/+x");
        assert_eq!(case.request.host(), Some(&b"h"[..]));
    }

    #[test]
    fn unknown_options_are_reported() {
        let case = read(b"curl --frobnicate https://h/ -s").unwrap();
        assert_eq!(case.notices[0].0, "curl option `--frobnicate` is not known here: it was left out.");
    }

    #[test]
    fn options_send_what_curl_sends() {
        for (command, expected) in [
            ("curl -r 0-9 https://h/", "GET / HTTP/1.1\nHost: h\nRange: bytes=0-9\n\n"),
            ("curl -b a=1 https://h/", "GET / HTTP/1.1\nHost: h\nCookie: a=1\n\n"),
            ("curl -b jar https://h/", "GET / HTTP/1.1\nHost: h\n\n"),
            ("curl -U joe:pw --unknown v https://h/dir", "GET /dir HTTP/1.1\nHost: h\n\n"),
        ] {
            assert_eq!(raw(command), expected, "{command}");
        }
        assert!(raw("curl -T up.txt https://h/dir/").starts_with("PUT /dir/up.txt HTTP/1.1\n"));
        assert!(raw("curl -T 'a b#?.txt' https://h/dir/").starts_with("PUT /dir/a%20b%23%3F.txt HTTP/1.1\n"));
        assert!(
            raw("curl --json '{}' https://h/")
                .contains("Accept: application/json\nContent-Type: application/json\n")
        );
    }

    #[test]
    fn data_from_files_is_left_to_the_shell() {
        let case = read(b"curl -d a=1 --data-binary @b.json -T up https://h/").unwrap();
        let text = |text: &[u8]| BodyPiece::Text(text.to_vec());
        let expected =
            [text(b"a=1"), text(b"&"), BodyPiece::File("b.json".into()), BodyPiece::File("up".into())];
        assert_eq!(case.body_pieces, expected);
    }

    #[test]
    fn headers_are_set_emptied_and_removed() {
        let text = raw("curl -H 'X-A;' -H 'Content-Type:' -H 'Host:  other ' -d x https://h/");
        assert_eq!(text, "POST / HTTP/1.1\nX-A: \nHost:  other \n\nx");
    }

    #[test]
    fn says_what_is_missing() {
        let error = |text: &str| read(text.as_bytes()).err().unwrap().to_string();
        assert_eq!(error("curl -s"), "expected a URL in the curl command, but found none");
        assert_eq!(
            error("curl https://h -H"),
            "expected a value after `-H`, but found the end of the command"
        );
    }
}
