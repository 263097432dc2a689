//! An object or a part of one is copied from another.

use super::put::stored;
use super::{bare, is_among};
use crate::gateway::answer::s3::{Asked, error, iso, kept_headers, no_key, not_held, xml};
use crate::gateway::answer::{Answer, element};
use crate::gateway::store::{Condition, Content, Object, range};

/// A copy of an object that is there, or of a part of it.
pub(super) fn copied(asked: &Asked<'_>, source: &str, part: Option<(String, u32)>) -> Answer {
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
