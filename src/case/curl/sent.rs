//! The request that curl makes of its options, with what it adds of its own, and the settings that `--aws-sigv4` states.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Command, Switched, flags};
use crate::case::{BodyPiece, Case, Format};
use crate::request::target::Target;
use crate::request::{Body, Header, Notice, ReadError, Request};
use crate::scheme::of_words;
use crate::secret::Secret;
use crate::signature::name;

impl Command {
    pub(super) fn finish(mut self) -> Result<Case, ReadError> {
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
        // The first word names the algorithm: `goog` signs with GOOG4-HMAC-SHA256. The second names the headers, which are usually those
        // of the first.
        let provider = parts.first().map_or("", String::as_str);
        let algorithm = format!("{}4-HMAC-SHA256", provider.to_ascii_uppercase());
        let known = name::PLANNED.into_iter().find(|name| *name == algorithm);
        let headers = parts.get(1).filter(|word| !word.is_empty()).map_or(provider, String::as_str);
        let scheme = known.or_else(|| Some(of_words(provider, headers)?.0.algorithm));
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
