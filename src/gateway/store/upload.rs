//! Objects that come in parts: each part is held as an object is, until all of them become one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use hyper::header::HeaderName;
use md5::{Digest as _, Md5};

use super::{Condition, Content, Object, Place, PutError, Store};

/// An upload under way.
pub(in crate::gateway) struct Upload {
    /// The bucket that the object goes to.
    pub(in crate::gateway) bucket: String,
    /// Its key.
    pub(in crate::gateway) key: String,
    /// When it began.
    pub(in crate::gateway) begun: DateTime<Utc>,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) parts: BTreeMap<u32, Object>,
}

/// Why parts do not become an object.
#[derive(Debug, Eq, PartialEq)]
pub(in crate::gateway) enum UploadError {
    /// No upload has this ID.
    NoUpload,
    /// A part that is named was never sent, or with another content.
    NoPart,
    /// The parts are not named in the order of their numbers.
    Order,
    /// There is no room.
    Full,
    /// A condition of the request does not hold.
    Condition(Condition),
}

/// A part as it is named where an upload ends.
#[derive(Debug)]
pub(in crate::gateway) struct Named {
    pub(in crate::gateway) number: u32,
    /// Its entity tag, with quotes or without.
    pub(in crate::gateway) tag: Option<String>,
}

/// So many uploads may be under way.
const UPLOADS: usize = 1000;

impl Store {
    /// Begins an upload; its ID. None where too many are under way.
    pub(in crate::gateway) fn begin_upload(
        &self,
        bucket: &str,
        key: &str,
        headers: Vec<(HeaderName, String)>,
        begun: DateTime<Utc>,
    ) -> Option<String> {
        let mut shelf = self.lock();
        if shelf.uploads.len() >= UPLOADS {
            return None;
        }
        shelf.next += 1;
        let id = format!("countersign-{:08}", shelf.next);
        let upload =
            Upload { bucket: bucket.to_owned(), key: key.to_owned(), begun, headers, parts: BTreeMap::new() };
        shelf.uploads.insert(id.clone(), upload);
        Some(id)
    }

    /// Takes a part; one of the same number makes way.
    ///
    /// # Errors
    ///
    /// When there is no such upload, or no room.
    pub(in crate::gateway) fn put_part(
        &self,
        id: &str,
        number: u32,
        part: Object,
    ) -> Result<(), UploadError> {
        let mut shelf = self.lock();
        let upload = shelf.uploads.get_mut(id).ok_or(UploadError::NoUpload)?;
        if let Some(old) = upload.parts.remove(&number) {
            shelf.forget(&old, id);
        }
        if shelf.most == 0 {
            return Ok(());
        }
        let part = shelf.admit(part, id, Place::Part(id.to_owned(), number)).ok_or(UploadError::Full)?;
        let upload = shelf.uploads.get_mut(id).ok_or(UploadError::NoUpload)?;
        upload.parts.insert(number, part);
        Ok(())
    }

    /// Number and content of the parts that came so far.
    pub(in crate::gateway) fn parts(&self, id: &str) -> Option<Vec<(u32, Object)>> {
        let shelf = self.lock();
        let parts = &shelf.uploads.get(id)?.parts;
        Some(parts.iter().map(|(number, part)| (*number, part.clone())).collect())
    }

    /// ID, key and begin of the uploads to a bucket.
    pub(in crate::gateway) fn uploads(&self, bucket: &str) -> Vec<(String, String, DateTime<Utc>)> {
        let shelf = self.lock();
        let own = shelf.uploads.iter().filter(|(_, upload)| upload.bucket == bucket);
        own.map(|(id, upload)| (id.clone(), upload.key.clone(), upload.begun)).collect()
    }

    /// Makes an object of the parts that are named; the object.
    ///
    /// # Errors
    ///
    /// When the upload or a part is not there, the object must not be put, or there is no room.
    pub(in crate::gateway) fn complete(
        &self,
        id: &str,
        named: &[Named],
        now: DateTime<Utc>,
        allows: impl FnOnce(Option<&Object>) -> Result<(), Condition>,
    ) -> Result<Object, UploadError> {
        let (bucket, key, object) = {
            let shelf = self.lock();
            let upload = shelf.uploads.get(id).ok_or(UploadError::NoUpload)?;
            let object = joined(upload, named, now, shelf.most == 0)?;
            (upload.bucket.clone(), upload.key.clone(), object)
        };
        let held = object.clone();
        self.put(&bucket, &key, object, allows).map_err(|error| match error {
            PutError::Full => UploadError::Full,
            PutError::Condition(condition) => UploadError::Condition(condition),
        })?;
        self.abort(id);
        Ok(held)
    }

    /// Lets an upload go with its parts; whether it was there.
    pub(in crate::gateway) fn abort(&self, id: &str) -> bool {
        let mut shelf = self.lock();
        let Some(upload) = shelf.uploads.remove(id) else { return false };
        upload.parts.values().for_each(|part| shelf.forget(part, id));
        true
    }
}

/// The parts as one object. An entity tag of this form says of how many it was made.
fn joined(upload: &Upload, named: &[Named], now: DateTime<Utc>, is_off: bool) -> Result<Object, UploadError> {
    if !named.is_sorted_by(|one, next| one.number < next.number) {
        return Err(UploadError::Order);
    }
    let mut md5 = Md5::new();
    let (mut size, mut content) = (0, Some(Content::default()));
    for Named { number, tag } in named {
        let Some(part) = upload.parts.get(number) else {
            // Where nothing is kept, nothing can be missing.
            if is_off {
                continue;
            }
            return Err(UploadError::NoPart);
        };
        if tag.as_ref().is_some_and(|tag| tag.trim_matches('"') != part.tag.trim_matches('"')) {
            return Err(UploadError::NoPart);
        }
        md5.update(hex::decode(part.tag.trim_matches('"')).unwrap_or_else(|_| part.tag.clone().into()));
        size += part.size;
        content = content.zip(part.content.as_ref()).map(|(mut all, own)| {
            all.append(own);
            all
        });
    }
    let tag = format!("{}-{}", hex::encode(md5.finalize()), named.len());
    Ok(Object::new(content, size, Some(tag), now).with_headers(upload.headers.clone()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{held, object, store};
    use super::*;

    fn named(numbers: &[u32]) -> Vec<Named> {
        numbers.iter().map(|number| Named { number: *number, tag: None }).collect()
    }

    #[test]
    fn parts_become_one_object_with_the_tag_that_s3_gives() {
        let store = store(1 << 20);
        let id = store.begin_upload("b", "k", Vec::new(), DateTime::UNIX_EPOCH).unwrap();
        store.put_part(&id, 2, object("lo")).unwrap();
        store.put_part(&id, 1, object("other")).unwrap();
        store.put_part(&id, 1, object("hel")).unwrap();
        let numbers: Vec<u32> = store.parts(&id).unwrap().iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 2]);
        let made = store.complete(&id, &named(&[1, 2]), DateTime::UNIX_EPOCH, |_| Ok(())).unwrap();
        let bytes: Vec<u8> =
            made.content.unwrap().into_pieces().iter_mut().flat_map(|piece| piece.take(9).unwrap()).collect();
        assert_eq!((&bytes[..], made.size), (&b"hello"[..], 5));
        // The MD5 of the two MD5 as bytes, by Python's hashlib.
        assert_eq!(made.tag, "\"554a2f6105cc700b8cc987b5ddfb8102-2\"");
        assert_eq!(store.get("b", "k").unwrap().tag, made.tag);
        assert!(store.uploads("b").is_empty() && !store.abort(&id));
    }

    #[test]
    fn what_is_not_there_is_told_and_what_is_let_go_takes_no_room() {
        let store = store(1 << 20);
        let complete = |id: &str, numbers: &[u32]| {
            store.complete(id, &named(numbers), DateTime::UNIX_EPOCH, |_| Ok(())).map(|_| ())
        };
        assert_eq!(complete("none", &[1]), Err(UploadError::NoUpload));
        assert_eq!(store.put_part("none", 1, object("a")), Err(UploadError::NoUpload));
        let id = store.begin_upload("b", "k", Vec::new(), DateTime::UNIX_EPOCH).unwrap();
        store.put_part(&id, 1, object("a")).unwrap();
        assert_eq!(complete(&id, &[1, 3]), Err(UploadError::NoPart));
        store.put_part(&id, 2, object("b")).unwrap();
        assert_eq!(complete(&id, &[2, 1]), Err(UploadError::Order));
        assert_eq!(complete(&id, &[1, 1]), Err(UploadError::Order));
        let other = [Named { number: 1, tag: Some("\"5d41402abc4b2a76b9719d911017c592\"".into()) }];
        let made = store.complete(&id, &other, DateTime::UNIX_EPOCH, |_| Ok(()));
        assert_eq!(made.map(|_| ()), Err(UploadError::NoPart));
        assert!(store.abort(&id));
        assert_eq!(held(&store), (0, 0));
    }
}
