//! HAR 1.2, the archives that browsers, proxies and test tools save: several requests with what was answered.
//!
//! An entry tells more than a request: what the server answered is evidence, and when it did is the clock that the signature is
//! judged by. Browsers write headers of HTTP/2 with a colon before their names; those are no headers and say only the host.
//!
//! Source: <http://www.softwareishard.com/blog/har-12-spec/>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Case, Format};
use crate::evidence;
use crate::redact;
use crate::request::http::is_token_byte;
use crate::request::{Header, Notice, ReadError, Request};
use crate::scheme;
use crate::time::Timestamp;
use crate::visible;

/// A request of an archive, with its answer.
#[derive(Clone)]
pub struct Entry {
    /// The request.
    pub request: Request,
    /// The status of the answer.
    pub status: Option<u64>,
    /// What it was read from.
    pub(super) format: Format,
    answer: Vec<u8>,
    /// The server's clock, else that of whoever recorded it.
    clock: Option<Timestamp>,
    notices: Vec<Notice>,
}

/// Whether a JSON text is an archive.
pub fn is_har(value: &Value) -> bool {
    value.pointer("/log/entries").is_some_and(Value::is_array)
}

/// Reads every request of an archive.
///
/// # Errors
///
/// When there is none, or one lacks its method or URL.
pub fn read(value: &Value) -> Result<Vec<Entry>, ReadError> {
    let entries = value.pointer("/log/entries").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if entries.is_empty() {
        return Err(ReadError::new("a HAR file with at least one entry", "none"));
    }
    entries.iter().enumerate().map(|(index, entry)| one(entry, index + 1)).collect()
}

/// Reads every request of an archive from its text, an entry at a time: the values of all of them together would take ten times the memory
/// of the text. `None` where the text is no archive, or its entries cannot be told apart.
///
/// # Errors
///
/// When there is none, or one lacks its method or URL.
pub fn read_text(text: &[u8]) -> Option<Result<Vec<Entry>, ReadError>> {
    let texts = Cursor { text, at: 0 }.entries()?;
    if texts.is_empty() {
        return Some(Err(ReadError::new("a HAR file with at least one entry", "none")));
    }
    // Each entry is read by itself, so that all cores can take their share.
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = texts.len().div_ceil(threads).max(SHARE);
    let read = |(turn, texts): (usize, &[&[u8]])| -> Result<Vec<Entry>, ReadError> {
        let value = |text: &[u8]| serde_json::from_slice(text).unwrap_or(Value::Null);
        texts.iter().zip(turn * share + 1..).map(|(text, number)| one(&value(text), number)).collect()
    };
    let shares: Vec<Result<Vec<Entry>, ReadError>> = std::thread::scope(|scope| {
        let read = &read;
        let of = texts.chunks(share).enumerate().map(|part| scope.spawn(move || read(part)));
        let running: Vec<_> = of.collect();
        running.into_iter().map(|one| one.join().expect("no thread panics")).collect()
    });
    Some(
        shares
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map(|shares| shares.into_iter().flatten().collect()),
    )
}

/// Fewer entries than this are not worth a thread.
const SHARE: usize = 1000;

/// A place in a JSON text.
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The texts of the list `log.entries`.
    fn entries(mut self) -> Option<Vec<&'a [u8]>> {
        self.member(b"log")?;
        self.member(b"entries")?;
        let mut out = Vec::new();
        self.take(b'[')?;
        while self.next()? != b']' {
            let start = self.at;
            self.skip()?;
            out.push(&self.text[start..self.at]);
            match self.next()? {
                b',' => self.at += 1,
                b']' => {}
                _ => return None,
            }
        }
        Some(out)
    }

    /// Goes to the value of the member of this name, in the object that begins here.
    fn member(&mut self, name: &[u8]) -> Option<()> {
        self.take(b'{')?;
        loop {
            self.next()?;
            let start = self.at + 1;
            self.string()?;
            let is_wanted = &self.text[start..self.at - 1] == name;
            self.take(b':')?;
            self.next()?;
            if is_wanted {
                return Some(());
            }
            self.skip()?;
            self.take(b',')?;
        }
    }

    /// The next byte that is no white space; the cursor stands on it.
    fn next(&mut self) -> Option<u8> {
        self.at += self.text.get(self.at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }

    /// Goes behind the string that begins here.
    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            self.at += memchr::memchr2(b'"', b'\\', &self.text[self.at..])?;
            match self.text[self.at] {
                b'"' => break,
                _ => self.at = self.text.len().min(self.at + 2),
            }
        }
        self.at += 1;
        Some(())
    }

    /// Goes behind the value that begins here.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match *self.text.get(self.at)? {
                b'"' => self.string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' | b',' if depth == 0 => return Some(()),
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.text.get(self.at - 1), Some(b'}' | b']' | b'"')) {
                return Some(());
            }
        }
    }
}

/// The entry that is most likely meant: signed and refused, else signed, else the first.
pub fn likeliest(entries: &[Entry]) -> usize {
    let refused = |entry: &Entry| entry.status.is_some_and(|status| (400..500).contains(&status));
    let signed = |entry: &Entry| scheme::claim(&entry.request).is_some();
    let find = |fits: &dyn Fn(&Entry) -> bool| entries.iter().position(fits);
    find(&|entry| refused(entry) && signed(entry))
        .or_else(|| find(&signed))
        .or_else(|| find(&refused))
        .unwrap_or_default()
}

/// The case of one entry, by its place from zero; the others go along, so that another can be chosen.
pub fn case(entries: Vec<Entry>, index: usize) -> Case {
    let Some(entry) = entries.get(index).cloned() else { return Case::default() };
    let mut case =
        Case { request: entry.request, format: entry.format, notices: entry.notices, ..Case::default() };
    if entries.len() > 1 {
        let words =
            format!("Entry {} of {} was taken: {}.", index + 1, entries.len(), entries[index].title());
        case.notices.insert(0, Notice(words));
    }
    if let Some(clock) = entry.clock {
        case.settings.now = Some(clock);
        case.notices.push(Notice(format!("The clock is that of the recording, {clock}.")));
    }
    case.evidence = evidence::read(&entry.answer).unwrap_or_default();
    case.entries = entries;
    case
}

impl Entry {
    /// One of which only the request is known.
    pub(super) fn alone(request: Request, format: Format, notices: Vec<Notice>) -> Self {
        Self { request, status: None, format, answer: Vec::new(), clock: None, notices }
    }

    /// Method, host, path and answer, in a line.
    pub fn title(&self) -> String {
        let request = &self.request;
        let path = visible::one_line(&request.target[request.target().path]);
        let host = visible::one_line(request.host().unwrap_or_default());
        let status = self.status.map_or("no answer".into(), |status| status.to_string());
        let signed = if scheme::claim(request).is_some() { "signed" } else { "not signed" };
        let title = format!("{} {host}{path} · {status} · {signed}", visible::one_line(&request.method));
        redact::sentence(&title).into_owned()
    }
}

fn one(entry: &Value, number: usize) -> Result<Entry, ReadError> {
    let string = |path: &str| entry.pointer(path).and_then(Value::as_str);
    let missing = |name: &str| ReadError::new(format!("{name} in entry {number} of the HAR file"), "none");
    let method = string("/request/method").ok_or_else(|| missing("request.method"))?;
    let url = string("/request/url").ok_or_else(|| missing("request.url"))?;
    let mut notices = Vec::new();
    let mut headers = headers(entry.pointer("/request/headers"), &mut notices);
    let (host, target) = split(url).ok_or_else(|| missing("an absolute request.url"))?;
    let broken = |what: &str| {
        ReadError::new(
            format!("{what} without white space and control characters"),
            format!("some in entry {number} of the HAR file"),
        )
    };
    if !method.bytes().all(is_token_byte) || method.is_empty() {
        return Err(broken("a request.method"));
    }
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(broken("a request.url"));
    }
    if headers.iter().any(|header| {
        !header.name.iter().copied().all(is_token_byte)
            || header.value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t')
    }) {
        return Err(broken("headers"));
    }
    if !headers.iter().any(|header| header.is(b"host")) {
        headers.insert(0, Header::new("Host", host));
        notices.push(Notice("There is no Host header: it was taken from :authority or the URL.".into()));
    }
    let version = string("/request/httpVersion").unwrap_or_default();
    let version = if version.starts_with("HTTP/1") { version } else { "HTTP/1.1" };
    let body = body(entry.pointer("/request/postData"), &mut notices);
    let clock = date(entry.pointer("/response/headers")).or_else(|| {
        let started = string("/startedDateTime")?;
        Timestamp::from_unix(chrono::DateTime::parse_from_rfc3339(started).ok()?.timestamp())
    });
    Ok(Entry {
        request: Request {
            method: method.into(),
            target: target.into(),
            version: version.into(),
            headers,
            body: body.into(),
        },
        format: Format::Har,
        status: entry.pointer("/response/status").and_then(Value::as_u64).filter(|status| *status > 0),
        answer: content(entry.pointer("/response/content")),
        clock,
        notices,
    })
}

/// Host and target of an absolute URL, as written; what stands behind `#` is never sent.
fn split(url: &str) -> Option<(String, String)> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split('#').next()?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let target =
        if rest[end..].starts_with('/') { rest[end..].to_owned() } else { format!("/{}", &rest[end..]) };
    Some((rest[..end].rsplit('@').next()?.to_owned(), target))
}

fn headers(list: Option<&Value>, notices: &mut Vec<Notice>) -> Vec<Header> {
    let mut headers = Vec::new();
    for header in list.and_then(Value::as_array).into_iter().flatten() {
        let string = |name: &str| header.get(name).and_then(Value::as_str).unwrap_or_default();
        match (string("name"), string("value")) {
            (":authority", value) => headers.insert(0, Header::new("Host", value.trim_start())),
            (name, _) if name.starts_with(':') || name.is_empty() => {}
            (name, value) => headers.push(Header::new(name, value.trim_start())),
        }
    }
    if headers.is_empty() {
        notices.push(Notice(
            "The HAR file holds no headers: some browsers leave them out when they export.".into(),
        ));
    }
    headers
}

/// The body as it was sent; some tools write its parameters only.
fn body(data: Option<&Value>, notices: &mut Vec<Notice>) -> Vec<u8> {
    let Some(data) = data else { return Vec::new() };
    let text = content(Some(data));
    let params = data.get("params").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if !text.is_empty() || params.is_empty() {
        return text;
    }
    notices.push(Notice(
        "The body was put together from parameters, as the HAR file holds no text: its bytes may differ."
            .into(),
    ));
    let encode = |value: Option<&Value>| {
        let bytes = value.and_then(Value::as_str).unwrap_or_default();
        percent_encoding::utf8_percent_encode(bytes, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pairs: Vec<String> = params
        .iter()
        .map(|param| format!("{}={}", encode(param.get("name")), encode(param.get("value"))))
        .collect();
    pairs.join("&").into_bytes()
}

/// A text of the archive, which may be in base64.
fn content(content: Option<&Value>) -> Vec<u8> {
    let Some(text) = content.and_then(|content| content.get("text")).and_then(Value::as_str) else {
        return Vec::new();
    };
    let encoding = content.and_then(|content| content.get("encoding")).and_then(Value::as_str);
    match encoding {
        Some("base64") => STANDARD.decode(text).unwrap_or_else(|_| text.into()),
        Some(_) | None => text.into(),
    }
}

/// The Date header of an answer.
fn date(headers: Option<&Value>) -> Option<Timestamp> {
    let headers = headers?.as_array()?.iter();
    let named = |header: &&Value| {
        header.get("name").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case("date"))
    };
    let value = headers.into_iter().find(named)?.get("value")?.as_str()?;
    Timestamp::parse(value.as_bytes()).ok().map(|(instant, _)| instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAR: &str = r#"{"log":{"version":"1.2","entries":[
        {"startedDateTime":"2026-01-15T09:29:00.5Z","request":{"method":"GET","url":"https://example.com/","headers":[{"name":"Host","value":"example.com"}]},"response":{"status":200,"content":{"text":"ok"}}},
        {"startedDateTime":"2026-01-15T09:30:00.5+01:00","request":{"method":"POST","url":"https://b.s3.amazonaws.com/a%20b?x#part","httpVersion":"h2",
          "headers":[{"name":":authority","value":"b.s3.amazonaws.com"},{"name":":path","value":"/"},{"name":"X-Amz-Date","value":"20260115T093000Z"},
            {"name":"Authorization","value":"AWS4-HMAC-SHA256 Credential=A/20260115/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00"}],
          "postData":{"mimeType":"text/plain","text":"aGk=","encoding":"base64"}},
         "response":{"status":403,"headers":[{"name":"date","value":"Thu, 15 Jan 2026 09:31:00 GMT"}],
          "content":{"text":"<Error><Code>InvalidAccessKeyId</Code><Message>none</Message></Error>"}}}]}}"#;

    #[test]
    fn the_signed_request_that_was_refused_is_taken_with_its_answer_and_clock() {
        let case = crate::case::read(HAR.as_bytes()).unwrap();
        assert_eq!(case.format, Format::Har);
        assert_eq!(
            (&case.request.target[..], case.request.host()),
            (&b"/a%20b?x"[..], Some(&b"b.s3.amazonaws.com"[..]))
        );
        assert_eq!(*case.request.body.bytes(), b"hi"[..]);
        assert_eq!(case.request.headers.len(), 3, "pseudo-headers are none");
        assert_eq!(case.settings.now.unwrap().to_string(), "20260115T093100Z");
        assert_eq!(case.evidence[0].code.as_deref(), Some("InvalidAccessKeyId"));
        assert!(
            case.notices[0]
                .0
                .starts_with("Entry 2 of 2 was taken: POST b.s3.amazonaws.com/a%20b · 403 · signed")
        );
        let other = super::case(case.entries, 0);
        assert_eq!(other.request.method, b"GET");
        assert_eq!(other.settings.now.unwrap().to_string(), "20260115T092900Z");
    }

    #[test]
    fn entries_are_told_apart_without_reading_the_whole() {
        let texts = |text: &'static str| Cursor { text: text.as_bytes(), at: 0 }.entries();
        let text = r#" {"a": [1, "]}"], "log" : {"version":"1.2", "x": {"y":{}}, "entries" :[ {"a":"\"}]"} , [1,2],3, "s" ] } "#;
        let expected: Vec<&[u8]> = vec![br#"{"a":"\"}]"}"#, b"[1,2]", b"3", br#""s""#];
        assert_eq!(texts(text), Some(expected));
        assert_eq!(texts(r#"{"log":{"entries":[]}}"#), Some(Vec::new()));
        for text in [
            "",
            "{",
            r#"{"log":{"entries":[{"#,
            r#"{"log":{"entries":[1"#,
            r#"{"log":1}"#,
            r#"{"log":{"entries":[}]}}"#,
            r#"{"entries":[]}"#,
            r#"{"log":{"entries":{}}}"#,
        ] {
            assert_eq!(texts(text), None, "{text}");
        }
        let value: Value = serde_json::from_str(HAR).unwrap();
        let (own, whole) = (read_text(HAR.as_bytes()).unwrap().unwrap(), read(&value).unwrap());
        let titles = |entries: &[Entry]| entries.iter().map(Entry::title).collect::<Vec<_>>();
        assert_eq!(titles(&own), titles(&whole));
        assert!(own.iter().zip(&whole).all(|(own, other)| own.request == other.request));
    }

    #[test]
    fn says_what_is_missing() {
        let error = |text: &str| crate::case::read(text.as_bytes()).err().unwrap().to_string();
        assert_eq!(
            error(r#"{"log":{"entries":[]}}"#),
            "expected a HAR file with at least one entry, but found none"
        );
        let found = error(r#"{"log":{"entries":[{"request":{"method":"GET"}}]}}"#);
        assert_eq!(found, "expected request.url in entry 1 of the HAR file, but found none");
        assert!(error("{\"log\":{\"entries\":[{").contains("JSON"));
        for (method, url, header, value) in [
            ("G T", "https://h/", "a", ""),
            ("GET", "https://h/ x", "a", ""),
            ("GET", "https://h/", "a:", ""),
            ("GET", "https://h/", "a", "b\nHost: c"),
        ] {
            let entry = serde_json::json!({"request": {"method": method, "url": url, "headers": [{"name": header, "value": value}]}});
            assert!(
                error(&serde_json::json!({"log": {"entries": [entry]}}).to_string()).contains("entry 1"),
                "{method} {url} {header}"
            );
        }
    }
}
