//! An object is asked for: its content or a range of it, under conditions.

use chrono::DateTime;
use hyper::header;

use super::{EMPTY, is_among, parts};
use crate::gateway::answer::s3::{Asked, error, http_date, is_checksum, no_key, not_held, xml};
use crate::gateway::answer::{Answer, element};
use crate::gateway::store::range::{self, Asked as Range};
use crate::gateway::store::{Condition, Object};

/// The type of what was put without one.
const BINARY: &str = "binary/octet-stream";

/// An object, a part of it, or what stands about it.
pub(in crate::gateway::answer::s3) fn get(asked: &Asked<'_>) -> Answer {
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
