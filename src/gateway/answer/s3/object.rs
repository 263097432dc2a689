//! What is asked of objects: put, got, copied, taken away.

use bytes::Bytes;
use chrono::DateTime;
use hyper::header::{self, HeaderName};

use super::digest;
use super::{
    Asked, error, http_date, is_checksum, iso, kept_headers, no_key, no_room, no_upload, not_held, xml,
};
use crate::gateway::answer::{Answer, element};
use crate::gateway::plain::plain;
use crate::gateway::store::range::{self, Asked as Range};
use crate::gateway::store::upload::UploadError;
use crate::gateway::store::{Condition, Content, Object, PutError};
use crate::request::Request;

/// What an object has not: root and content of the answer.
const EMPTY: [(&str, &str, &str); 3] = [
    ("tagging", "Tagging", "<TagSet/>"),
    ("acl", "AccessControlPolicy", "<Owner><ID>countersign</ID></Owner><AccessControlList/>"),
    ("legal-hold", "LegalHold", "<Status>OFF</Status>"),
];

/// What can be set of an object: it is taken and forgotten.
const SET: [&str; 4] = ["tagging", "acl", "legal-hold", "retention"];

/// The type of what was put without one.
const BINARY: &str = "binary/octet-stream";

/// An object, a part of it, or what stands about it.
pub(super) fn get(asked: &Asked<'_>) -> Answer {
    if asked.has("uploadId") {
        return parts(asked);
    }
    let Some(object) = asked.store.get(&asked.bucket, &asked.key) else { return no_key(asked) };
    if let Some((_, root, inner)) = EMPTY.into_iter().find(|(name, ..)| asked.has(name)) {
        return xml(root, inner);
    }
    if asked.has("attributes") {
        let tag = element("ETag", object.tag.trim_matches('"').as_bytes());
        return xml("GetObjectAttributesResponse", &format!("{tag}<ObjectSize>{}</ObjectSize>", object.size));
    }
    match unmet(asked, &object) {
        Some(Unmet::Failed) => not_held(asked, Condition::Failed),
        Some(Unmet::NotModified) => described(Answer::empty(304), &object),
        None => sent(asked, &object),
    }
}

/// A condition for reading that does not hold ([RFC 9110, 13.1]).
///
/// [RFC 9110, 13.1]: https://www.rfc-editor.org/rfc/rfc9110#section-13.1
enum Unmet {
    Failed,
    NotModified,
}

fn unmet(asked: &Asked<'_>, object: &Object) -> Option<Unmet> {
    let date = |name: &str| DateTime::parse_from_rfc2822(&asked.header(name)?).ok();
    let seconds = object.modified.timestamp();
    let fails = match (asked.header("if-match"), date("if-unmodified-since")) {
        (Some(tags), _) => !is_among(&object.tag, &tags),
        (None, Some(date)) => seconds > date.timestamp(),
        (None, None) => false,
    };
    let is_known = match (asked.header("if-none-match"), date("if-modified-since")) {
        (Some(tags), _) => is_among(&object.tag, &tags),
        (None, Some(date)) => seconds <= date.timestamp(),
        (None, None) => false,
    };
    match (fails, is_known) {
        (true, _) => Some(Unmet::Failed),
        (false, true) => Some(Unmet::NotModified),
        (false, false) => None,
    }
}

/// Whether an entity tag is one of a list, with quotes or without.
fn is_among(tag: &str, list: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    list.split(',').any(|one| one.trim() == "*" || bare(one) == bare(tag))
}

fn sent(asked: &Asked<'_>, object: &Object) -> Answer {
    let (status, start, end) = match range::read(&asked.header("range").unwrap_or_default(), object.size) {
        Range::Whole => (200, 0, object.size),
        Range::Part(start, end) => (206, start, end),
        Range::Outside => {
            let answer = error(asked, 416, "InvalidRange", "The requested range is not satisfiable");
            return answer.with(header::CONTENT_RANGE, format!("bytes */{}", object.size));
        }
    };
    let answer = match (asked.method, &object.content) {
        (b"HEAD", _) => Answer::new(status, BINARY, ""),
        (_, Some(content)) => Answer::of(status, BINARY, content.slice(start, end)),
        (_, None) => return not_kept(asked, object),
    };
    let mut answer = described(answer, object);
    // In an answer to HEAD nothing else tells it.
    answer = answer.with(header::CONTENT_LENGTH, (end - start).to_string());
    if status == 206 {
        answer = answer.with(header::CONTENT_RANGE, format!("bytes {start}-{}/{}", end - 1, object.size));
    } else if asked.header("x-amz-checksum-mode").is_some_and(|mode| mode.eq_ignore_ascii_case("enabled")) {
        let checksums = object.headers.iter().filter(|(name, _)| is_checksum(name));
        answer = checksums.fold(answer, |answer, (name, value)| answer.with(name.clone(), value.clone()));
    }
    overridden(asked, answer)
}

/// Only its size is known: to say anything else would be made up.
fn not_kept(asked: &Asked<'_>, object: &Object) -> Answer {
    let why = format!(
        "The gateway kept the size of this object ({} bytes) and not its content: there was no room for more (--store, --spool-limit).",
        object.size
    );
    error(asked, 501, "NotImplemented", &why)
}

/// What is said of an object beside its bytes.
fn described(answer: Answer, object: &Object) -> Answer {
    let answer = answer
        .with(header::ETAG, object.tag.clone())
        .with(header::LAST_MODIFIED, http_date(object.modified))
        .with(header::ACCEPT_RANGES, "bytes");
    let own = object.headers.iter().filter(|(name, _)| !is_checksum(name));
    own.fold(answer, |answer, (name, value)| answer.with(name.clone(), value.clone()))
}

/// A presigned URL may say how its answer is to be shown.
fn overridden(asked: &Asked<'_>, answer: Answer) -> Answer {
    [
        ("response-content-type", header::CONTENT_TYPE),
        ("response-content-disposition", header::CONTENT_DISPOSITION),
        ("response-content-encoding", header::CONTENT_ENCODING),
        ("response-content-language", header::CONTENT_LANGUAGE),
        ("response-cache-control", header::CACHE_CONTROL),
        ("response-expires", header::EXPIRES),
    ]
    .into_iter()
    .fold(answer, |answer, (name, own)| match asked.query(name) {
        Some(value) => answer.with(own, value),
        None => answer,
    })
}

/// An object, or a part of one.
pub(super) fn put(asked: &Asked<'_>) -> Answer {
    if SET.iter().any(|name| asked.has(name)) {
        return Answer::empty(200);
    }
    let part = match part(asked) {
        Ok(part) => part,
        Err(refused) => return *refused,
    };
    if let Some(source) = asked.header("x-amz-copy-source") {
        return copied(asked, &source, part);
    }
    let object = received(asked);
    if let Some(refused) = digest::refused(asked, &object) {
        return refused;
    }
    let (tag, checksums) = (object.tag.clone(), object.headers.clone());
    let checksums = checksums.into_iter().filter(|(name, _)| is_checksum(name));
    match stored(asked, object, part) {
        Err(refused) => *refused,
        // Checksums come back, as some clients compare them.
        Ok(()) => checksums.fold(Answer::empty(200).with(header::ETAG, tag), |answer, (name, value)| {
            answer.with(name, value)
        }),
    }
}

/// The upload and the number of the part that a request brings, where it is one.
fn part(asked: &Asked<'_>) -> Result<Option<(String, u32)>, Box<Answer>> {
    let Some((id, number)) = asked.query("uploadId").zip(asked.query("partNumber")) else { return Ok(None) };
    match number.parse() {
        Ok(number @ 1..=PARTS) => Ok(Some((id, number))),
        _ => {
            let why = "Part number must be an integer between 1 and 10000, inclusive";
            Err(Box::new(error(asked, 400, "InvalidArgument", why)))
        }
    }
}

/// No part has a higher number.
const PARTS: u32 = 10_000;

/// The object that a request carries, out of all frames.
fn received(asked: &Asked<'_>) -> Object {
    let request = asked.request;
    if let Some(plain) = request.body.rope().and_then(|_| plain(request).ok()) {
        let content = Content::from(Bytes::from(plain.body.bytes().into_owned()));
        let size = content.len();
        return Object::new(Some(content), size, None, asked.now).with_headers(kept_headers(&plain));
    }
    let content = if asked.store.is_off() { None } else { Content::of_file(request, asked.store.spool()) };
    let stated = asked.header("x-amz-decoded-content-length").and_then(|len| len.parse().ok());
    let size = content.as_ref().map(Content::len).or(stated).unwrap_or(request.body.len());
    // Not of the form of an MD5, which clients would compare with their own.
    let object = Object::new(content, size, Some(tag_of(request)), asked.now);
    object.with_headers(without_frames(kept_headers(request)))
}

/// An entity tag that follows from the bytes where their hash is known, of the form that objects in parts have.
fn tag_of(request: &Request) -> String {
    request.body.digest().map_or("0".repeat(32), |digest| hex::encode(&digest[..16])) + "-1"
}

/// The same headers, the coding of the chunks taken out.
fn without_frames(headers: Vec<(HeaderName, String)>) -> Vec<(HeaderName, String)> {
    let own = |(name, value): (HeaderName, String)| {
        if name != header::CONTENT_ENCODING {
            return Some((name, value));
        }
        let codings = value.split(',').map(str::trim).filter(|coding| *coding != "aws-chunked");
        let kept = codings.collect::<Vec<_>>().join(", ");
        (!kept.is_empty()).then_some((name, kept))
    };
    headers.into_iter().filter_map(own).collect()
}

/// Puts it where it belongs; the answer, where that is refused.
fn stored(asked: &Asked<'_>, object: Object, part: Option<(String, u32)>) -> Result<(), Box<Answer>> {
    let refused = match part {
        Some((id, number)) => asked.store.put_part(&id, number, object).map_err(|error| match error {
            UploadError::Full => no_room(asked),
            UploadError::NoUpload | UploadError::NoPart | UploadError::Order | UploadError::Condition(_) => {
                no_upload(asked)
            }
        }),
        None => {
            asked.store.put(&asked.bucket, &asked.key, object, allows(asked)).map_err(|error| match error {
                PutError::Full => no_room(asked),
                PutError::Condition(condition) => not_held(asked, condition),
            })
        }
    };
    refused.map_err(Box::new)
}

/// Whether a request may write over what is there.
pub(super) fn allows(asked: &Asked<'_>) -> impl FnOnce(Option<&Object>) -> Result<(), Condition> + use<> {
    let (only_this, not_this) = (asked.header("if-match"), asked.header("if-none-match"));
    move |there| match (there, only_this, not_this) {
        (None, Some(_), _) => Err(Condition::Missing),
        (Some(there), Some(tags), _) if !is_among(&there.tag, &tags) => Err(Condition::Failed),
        (Some(there), _, Some(tags)) if is_among(&there.tag, &tags) => Err(Condition::Failed),
        (..) => Ok(()),
    }
}

/// A copy of an object that is there, or of a part of it.
fn copied(asked: &Asked<'_>, source: &str, part: Option<(String, u32)>) -> Answer {
    let path = source.split('?').next().unwrap_or_default();
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let found =
        path.trim_start_matches('/').split_once('/').and_then(|(bucket, key)| asked.store.get(bucket, key));
    let nothing = || {
        let now = asked.now;
        asked.store.is_off().then(|| Object::new(Some(Content::default()), 0, None, now))
    };
    let Some(source) = found.or_else(nothing) else { return no_key(asked) };
    if let Some(tags) = asked.header("x-amz-copy-source-if-match")
        && !is_among(&source.tag, &tags)
    {
        return not_held(asked, Condition::Failed);
    }
    let object = match &part {
        Some(_) => match piece(asked, source) {
            Ok(piece) => piece,
            Err(refused) => return *refused,
        },
        None => whole(asked, source),
    };
    let (tag, modified) = (object.tag.clone(), object.modified);
    let root = if part.is_some() { "CopyPartResult" } else { "CopyObjectResult" };
    match stored(asked, object, part) {
        Err(refused) => *refused,
        Ok(()) => {
            xml(root, &(element("LastModified", iso(modified).as_bytes()) + &element("ETag", tag.as_bytes())))
        }
    }
}

/// A copy with the headers of the source, or those of the request where it says so.
fn whole(asked: &Asked<'_>, source: Object) -> Object {
    let replaces =
        asked.header("x-amz-metadata-directive").is_some_and(|what| what.eq_ignore_ascii_case("replace"));
    let headers = if replaces { kept_headers(asked.request) } else { source.headers.clone() };
    Object::new(source.content, source.size, Some(bare(&source.tag)), asked.now).with_headers(headers)
}

/// The range of the source that becomes a part. Unlike one that is read, it must have both ends, and lie within.
fn piece(asked: &Asked<'_>, source: Object) -> Result<Object, Box<Answer>> {
    let refused = |why: &str| Err(Box::new(error(asked, 400, "InvalidArgument", why)));
    let range = asked.header("x-amz-copy-source-range");
    let (start, end) = match range.as_deref().map(range::both_ends) {
        None => (0, source.size),
        Some(None) => return refused(COPY_RANGE),
        // Where nothing is kept, nothing says how long the source was.
        Some(Some(_)) if asked.store.is_off() => (0, source.size),
        Some(Some((_, end))) if end > source.size => {
            return refused(&format!(
                "Range specified is not valid for source object of size: {}",
                source.size
            ));
        }
        Some(Some(ends)) => ends,
    };
    let content = source.content.as_ref().map(|content| content.slice(start, end));
    let is_at_hand = content.as_ref().is_some_and(|content| content.at_hand().is_some());
    let tag = (!is_at_hand).then(|| bare(&source.tag));
    Ok(Object::new(content, end - start, tag, asked.now))
}

/// What S3 says of a range that has not both ends.
const COPY_RANGE: &str = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy";

/// An entity tag without its quotes.
fn bare(tag: &str) -> String {
    tag.trim_matches('"').to_owned()
}

/// The parts of an upload.
fn parts(asked: &Asked<'_>) -> Answer {
    let id = asked.query("uploadId").unwrap_or_default();
    let Some(parts) = asked.store.parts(&id) else { return no_upload(asked) };
    let parts = parts.into_iter().map(|(number, part)| {
        let modified = element("LastModified", iso(part.modified).as_bytes());
        let tag = element("ETag", part.tag.as_bytes());
        format!("<Part><PartNumber>{number}</PartNumber>{modified}{tag}<Size>{}</Size></Part>", part.size)
    });
    let id = element("UploadId", id.as_bytes());
    let inner = format!("{}{id}<IsTruncated>false</IsTruncated>{}", asked.place(), parts.collect::<String>());
    xml("ListPartsResult", &inner)
}

/// Takes an object away, or an upload.
pub(super) fn delete(asked: &Asked<'_>) -> Answer {
    match asked.query("uploadId") {
        Some(id) if asked.store.abort(&id) => Answer::empty(204),
        Some(_) => no_upload(asked),
        None if SET.iter().any(|name| asked.has(name)) => Answer::empty(204),
        None => {
            asked.store.delete(&asked.bucket, &asked.key);
            Answer::empty(204)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ask, store};

    const HELLO: &str = "\"5d41402abc4b2a76b9719d911017c592\"";

    #[test]
    fn what_was_put_is_got_with_its_headers() {
        let store = store();
        let headers = "Content-Type: text/plain\r\nX-Amz-Meta-A: b\r\nx-amz-checksum-crc32: NhCmhg==\r\nX-Amz-Acl: private\r\n";
        let (status, head, _) = ask(&store, "PUT /b/a%20key%2B", headers, b"hello");
        assert!(
            status == 200 && head.contains(HELLO) && head.contains("x-amz-checksum-crc32: NhCmhg=="),
            "{head}"
        );
        let (status, head, body) = ask(&store, "GET /b/a%20key+", "X-Amz-Checksum-Mode: ENABLED\r\n", b"");
        assert_eq!((status, &*body), (200, "hello"));
        for line in [
            "content-type: text/plain",
            "x-amz-meta-a: b",
            "x-amz-checksum-crc32: NhCmhg==",
            "last-modified: Thu, 15 Jan 2026 09:30:00 GMT",
            "accept-ranges: bytes",
            &format!("etag: {HELLO}"),
        ] {
            assert!(head.lines().any(|own| own == line), "{line}: {head}");
        }
        assert!(!head.contains("x-amz-acl"));
        let (status, head, _) = ask(&store, "HEAD /b/a%20key+", "", b"");
        assert!(status == 200 && head.contains("content-length: 5\r\n"), "{head}");
        let (status, _, body) = ask(&store, "GET /b/none", "", b"");
        assert!(status == 404 && body.contains("<Code>NoSuchKey</Code>"), "{body}");
        assert_eq!(
            ask(&store, "HEAD /b/none", "", b""),
            (404, "HTTP/1.1 404 Not Found\r\nserver: countersign\r\ncontent-length: 0".into(), String::new())
        );
        assert_eq!(ask(&store, "DELETE /b/a%20key+", "", b"").0, 204);
        assert_eq!(ask(&store, "GET /b/a%20key+", "", b"").0, 404);
    }

    #[test]
    fn ranges_and_conditions_are_obeyed() {
        let store = store();
        ask(&store, "PUT /b/k", "", b"hello");
        for (headers, status, body, range) in [
            ("Range: bytes=1-3", 206, "ell", Some("bytes 1-3/5")),
            ("Range: bytes=-2", 206, "lo", Some("bytes 3-4/5")),
            ("Range: bytes=9-", 416, "InvalidRange", Some("bytes */5")),
            (&format!("If-None-Match: {HELLO}"), 304, "", None),
            ("If-None-Match: \"x\"", 200, "hello", None),
            ("If-Match: \"x\"", 412, "PreconditionFailed", None),
            (&format!("If-Match: {HELLO}"), 200, "hello", None),
            ("If-Modified-Since: Thu, 15 Jan 2026 09:30:00 GMT", 304, "", None),
            ("If-Modified-Since: Thu, 15 Jan 2026 09:29:59 GMT", 200, "hello", None),
            ("If-Unmodified-Since: Thu, 15 Jan 2026 09:29:59 GMT", 412, "PreconditionFailed", None),
        ] {
            let (own, head, text) = ask(&store, "GET /b/k", &format!("{headers}\r\n"), b"");
            assert!(
                own == status && text.contains(body) && text.is_empty() == body.is_empty(),
                "{headers}: {head}{text}"
            );
            let line = head.lines().find_map(|line| line.strip_prefix("content-range: "));
            assert_eq!(line, range, "{headers}");
        }
        for (headers, status) in
            [("If-None-Match: *", 412), ("If-Match: \"x\"", 412), (&format!("If-Match: {HELLO}"), 200)]
        {
            assert_eq!(ask(&store, "PUT /b/k", &format!("{headers}\r\n"), b"hello").0, status, "{headers}");
        }
        assert_eq!(ask(&store, "PUT /b/new", "If-None-Match: *\r\n", b"").0, 200);
        assert_eq!(ask(&store, "PUT /b/newer", "If-Match: \"x\"\r\n", b"").0, 404);
    }

    #[test]
    fn what_has_lost_its_content_is_known_by_its_size_and_says_so() {
        let store = crate::gateway::store::tests::store(2000);
        ask(&store, "PUT /b/k", "", &[b'x'; 1001]);
        ask(&store, "PUT /b/other", "", &[b'x'; 1001]);
        let (status, head, _) = ask(&store, "HEAD /b/k", "", b"");
        assert!(status == 200 && head.contains("content-length: 1001\r\n"), "{head}");
        let (status, _, body) = ask(&store, "GET /b/k", "", b"");
        assert!(status == 501 && body.contains("1001 bytes") && body.contains("--store"), "{body}");
    }

    #[test]
    fn frames_are_no_content() {
        let store = store();
        let headers = "Content-Encoding: aws-chunked\r\nX-Amz-Content-Sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n\
                       X-Amz-Trailer: x-amz-checksum-crc32\r\n";
        let body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
        let (_, head, _) = ask(&store, "PUT /b/k", headers, body);
        assert!(head.contains(HELLO) && head.contains("x-amz-checksum-crc32: NhCmhg=="), "{head}");
        let (_, head, body) = ask(&store, "GET /b/k", "", b"");
        assert!(body == "hello" && !head.contains("content-encoding"), "{head}");
    }

    #[test]
    fn copies_have_the_bytes_of_their_source() {
        let store = store();
        ask(&store, "PUT /b/a%C3%BC", "Content-Type: text/plain\r\n", b"hello");
        let (status, _, body) = ask(&store, "PUT /c/k", "x-amz-copy-source: /b/a%C3%BC\r\n", b"");
        assert!(status == 200 && body.contains("<CopyObjectResult "), "{body}");
        let (_, head, body) = ask(&store, "GET /c/k", "", b"");
        assert!(body == "hello" && head.contains("content-type: text/plain"), "{head}");
        assert_eq!(ask(&store, "PUT /c/k", "x-amz-copy-source: b/none\r\n", b"").0, 404);
    }

    #[test]
    fn parts_become_an_object() {
        let store = store();
        let (_, _, body) = ask(&store, "POST /b/k?uploads", "Content-Type: text/plain\r\n", b"");
        let id = super::super::texts(&body, "UploadId").next().unwrap();
        ask(&store, "PUT /b/source", "", b"--lo--");
        assert_eq!(ask(&store, &format!("PUT /b/k?partNumber=1&uploadId={id}"), "", b"hel").0, 200);
        let copy = "x-amz-copy-source: /b/source\r\nx-amz-copy-source-range: bytes=2-3\r\n";
        let (_, _, body) = ask(&store, &format!("PUT /b/k?partNumber=2&uploadId={id}"), copy, b"");
        assert!(body.contains("<CopyPartResult "), "{body}");
        let (_, _, body) = ask(&store, &format!("GET /b/k?uploadId={id}"), "", b"");
        assert!(body.contains("<PartNumber>2</PartNumber>"), "{body}");
        let (_, _, body) = ask(&store, "GET /b?uploads", "", b"");
        assert!(body.contains(&id), "{body}");
        for (range, code) in
            [("bytes=2-99", "InvalidArgument"), ("bytes=2-", "InvalidArgument"), ("2-3", "InvalidArgument")]
        {
            let copy = format!("x-amz-copy-source: /b/source\r\nx-amz-copy-source-range: {range}\r\n");
            let (status, _, body) = ask(&store, &format!("PUT /b/k?partNumber=3&uploadId={id}"), &copy, b"");
            assert!(status == 400 && body.contains(code), "{range}: {body}");
        }
        for number in ["0", "10001", "x", "-1"] {
            let (status, _, body) =
                ask(&store, &format!("PUT /b/k?partNumber={number}&uploadId={id}"), "", b"x");
            assert!(status == 400 && body.contains("Part number must be"), "{number}: {body}");
        }
        let end = |parts: &[(u32, &str)]| {
            let part =
                |(number, tag): &(u32, &str)| format!("<Part><PartNumber>{number}</PartNumber>{tag}</Part>");
            format!(
                "<CompleteMultipartUpload>{}</CompleteMultipartUpload>",
                parts.iter().map(part).collect::<String>()
            )
        };
        for (list, code) in [
            (end(&[]), "MalformedXML"),
            (end(&[(2, ""), (1, "")]), "InvalidPartOrder"),
            (end(&[(1, "<ETag>&quot;no&quot;</ETag>")]), "InvalidPart"),
        ] {
            let (status, _, body) = ask(&store, &format!("POST /b/k?uploadId={id}"), "", list.as_bytes());
            assert!(status == 400 && body.contains(&format!("<Code>{code}<")), "{list}: {body}");
        }
        let list = end(&[(1, "<ETag>&quot;46356afe55fa3cea9cbe73ad442cad47&quot;</ETag>"), (2, "")]);
        let (status, _, body) = ask(&store, &format!("POST /b/k?uploadId={id}"), "", list.as_bytes());
        assert!(status == 200 && body.contains("554a2f6105cc700b8cc987b5ddfb8102-2"), "{body}");
        let (_, head, body) = ask(&store, "GET /b/k", "", b"");
        assert!(body == "hello" && head.contains("content-type: text/plain"), "{head}");
        assert_eq!(ask(&store, &format!("DELETE /b/k?uploadId={id}"), "", b"").0, 404);
        assert_eq!(ask(&store, &format!("POST /b/k?uploadId={id}"), "", list.as_bytes()).0, 404);
    }
}
