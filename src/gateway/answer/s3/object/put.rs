//! An object or a part of one is put.

use bytes::Bytes;
use hyper::header::{self, HeaderName};

use super::copy::copied;
use super::{SET, is_among};
use crate::gateway::answer::Answer;
use crate::gateway::answer::s3::{
    Asked, digest, error, is_checksum, kept_headers, no_room, no_upload, not_held,
};
use crate::gateway::plain::plain;
use crate::gateway::store::upload::UploadError;
use crate::gateway::store::{Condition, Content, Object, PutError};
use crate::request::Request;

/// An object, or a part of one.
pub(in crate::gateway::answer::s3) fn put(asked: &Asked<'_>) -> Answer {
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
pub(super) fn stored(
    asked: &Asked<'_>,
    object: Object,
    part: Option<(String, u32)>,
) -> Result<(), Box<Answer>> {
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
pub(in crate::gateway::answer::s3) fn allows(
    asked: &Asked<'_>,
) -> impl FnOnce(Option<&Object>) -> Result<(), Condition> + use<> {
    let (only_this, not_this) = (asked.header("if-match"), asked.header("if-none-match"));
    move |there| match (there, only_this, not_this) {
        (None, Some(_), _) => Err(Condition::Missing),
        (Some(there), Some(tags), _) if !is_among(&there.tag, &tags) => Err(Condition::Failed),
        (Some(there), _, Some(tags)) if is_among(&there.tag, &tags) => Err(Condition::Failed),
        (..) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::gateway::answer::s3::tests::{ask, store};
    use crate::gateway::answer::s3::texts;

    #[test]
    fn parts_become_an_object() {
        let store = store();
        let (_, _, body) = ask(&store, "POST /b/k?uploads", "Content-Type: text/plain\r\n", b"");
        let id = texts(&body, "UploadId").next().unwrap();
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
