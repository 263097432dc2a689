//! HAR 1.2, the archives that browsers, proxies and test tools save: several requests with what was answered.
//!
//! An entry tells more than a request: what the server answered is evidence, and when it did is the clock that the signature is
//! judged by.
//!
//! Source: <http://www.softwareishard.com/blog/har-12-spec/>.

mod cursor;
mod entry;

use serde_json::Value;

use cursor::Cursor;
use entry::one;

use super::{Case, Format};
use crate::evidence;
use crate::redact;
use crate::request::{Notice, ReadError, Request};
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
