//! What is asked of objects: put, got, copied, taken away.

mod copy;
mod get;
mod put;

use super::{Asked, iso, no_upload, xml};
use crate::gateway::answer::{Answer, element};

pub(super) use get::get;
pub(super) use put::{allows, put};

/// What an object has not: root and content of the answer.
const EMPTY: [(&str, &str, &str); 3] = [
    ("tagging", "Tagging", "<TagSet/>"),
    ("acl", "AccessControlPolicy", "<Owner><ID>countersign</ID></Owner><AccessControlList/>"),
    ("legal-hold", "LegalHold", "<Status>OFF</Status>"),
];

/// What can be set of an object: it is taken and forgotten.
const SET: [&str; 4] = ["tagging", "acl", "legal-hold", "retention"];

/// Whether an entity tag is one of a list, with quotes or without.
fn is_among(tag: &str, list: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    list.split(',').any(|one| one.trim() == "*" || bare(one) == bare(tag))
}

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
}
