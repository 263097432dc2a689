//! What clients put into S3 buckets during a session, so that they can get it again. Objects up to `--keep-body` are held in memory,
//! which counts towards `--store`: the bytes of the oldest go first. Longer ones lie in the spool. Of what was lost either way, size
//! and entity tag are left.
//!
//! A bucket is there as soon as somebody asks for it: clients seldom make the one that they are configured for.

mod content;
pub(super) mod listing;
pub(super) mod range;
mod shelf;
pub(super) mod upload;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use hyper::header::HeaderName;
use md5::{Digest as _, Md5};

use super::spool::Spool;
use shelf::{Place, Shelf};

pub(super) use content::{Content, Piece};

/// What is kept of an object, or of a part of one that is still coming.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Its bytes; none where only the rest is known.
    pub(super) content: Option<Content>,
    /// How many there are.
    pub(super) size: u64,
    /// The entity tag, quotes included.
    pub(super) tag: String,
    /// When it was put there.
    pub(super) modified: DateTime<Utc>,
    /// What is sent back with it: its type, its metadata.
    pub(super) headers: Vec<(HeaderName, String)>,
    /// Its turn to lose its bytes.
    turn: u64,
}

/// Why an object is not put.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum PutError {
    /// A condition of the request does not hold.
    Condition(Condition),
    /// There is no room, not even without its bytes.
    Full,
}

/// A condition that does not hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Condition {
    /// The object is another one, or is there at all.
    Failed,
    /// There is no object to compare with.
    Missing,
}

/// The buckets of a session.
pub(super) struct Store {
    shelf: Mutex<Shelf>,
    /// Where long objects lie.
    spool: Arc<Spool>,
}

pub(super) struct Bucket {
    pub(super) made: DateTime<Utc>,
    objects: BTreeMap<String, Object>,
}

impl Object {
    /// An object at this moment. Where its bytes are not at hand, `tag` stands for the MD5 that nobody computed.
    pub(super) fn new(
        content: Option<Content>,
        size: u64,
        tag: Option<String>,
        modified: DateTime<Utc>,
    ) -> Self {
        let own = || content.as_ref().and_then(Content::at_hand).map(|bytes| hex::encode(Md5::digest(bytes)));
        let tag = format!("\"{}\"", tag.or_else(own).unwrap_or_default());
        Self { content, size, tag, modified, headers: Vec::new(), turn: 0 }
    }

    /// The same with these headers.
    pub(super) fn with_headers(self, headers: Vec<(HeaderName, String)>) -> Self {
        Self { headers, ..self }
    }

    /// What it takes beside its bytes, roughly.
    fn frame(&self, key: &str) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 64);
        size_of::<Self>() + 2 * key.len() + headers.sum::<usize>() + 128
    }

    fn in_memory(&self) -> usize {
        self.content.as_ref().map_or(0, Content::in_memory)
    }

    fn weight(&self, key: &str) -> usize {
        self.frame(key) + self.in_memory()
    }
}

impl Store {
    /// An empty store of at most `most` bytes in memory.
    pub(super) fn new(most: usize, spool: Arc<Spool>) -> Self {
        Self { shelf: Mutex::new(Shelf { most, ..Shelf::default() }), spool }
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where long objects lie.
    pub(super) fn spool(&self) -> &Spool {
        &self.spool
    }

    /// Whether nothing is kept at all.
    pub(super) fn is_off(&self) -> bool {
        self.lock().most == 0
    }

    /// Puts an object where `allows` lets it, which is asked about the one that is there.
    ///
    /// # Errors
    ///
    /// What `allows` says, or when there is no room.
    pub(super) fn put(
        &self,
        bucket: &str,
        key: &str,
        object: Object,
        allows: impl FnOnce(Option<&Object>) -> Result<(), Condition>,
    ) -> Result<(), PutError> {
        let mut shelf = self.lock();
        allows(shelf.object(bucket, key)).map_err(PutError::Condition)?;
        if shelf.most == 0 {
            return Ok(());
        }
        shelf.take_object(bucket, key);
        let place = Place::Object(bucket.to_owned(), key.to_owned());
        let object = shelf.admit(object, key, place).ok_or(PutError::Full)?;
        shelf.bucket(bucket, object.modified).objects.insert(key.to_owned(), object);
        Ok(())
    }

    /// The object of this key.
    pub(super) fn get(&self, bucket: &str, key: &str) -> Option<Object> {
        self.lock().object(bucket, key).cloned()
    }

    /// Takes an object away.
    pub(super) fn delete(&self, bucket: &str, key: &str) {
        self.lock().take_object(bucket, key);
    }

    /// Makes a bucket, unless it is there.
    pub(super) fn make_bucket(&self, bucket: &str, now: DateTime<Utc>) {
        let mut shelf = self.lock();
        if shelf.most > 0 && shelf.buckets.len() < BUCKETS {
            shelf.bucket(bucket, now);
        }
    }

    /// Takes a bucket away; whether it was empty, as it must be.
    pub(super) fn drop_bucket(&self, bucket: &str) -> bool {
        let mut shelf = self.lock();
        let is_empty = shelf.buckets.get(bucket).is_none_or(|bucket| bucket.objects.is_empty());
        if is_empty {
            shelf.buckets.remove(bucket);
        }
        is_empty
    }

    /// The buckets and when they were made, by name.
    pub(super) fn buckets(&self) -> Vec<(String, DateTime<Utc>)> {
        self.lock().buckets.iter().map(|(name, bucket)| (name.clone(), bucket.made)).collect()
    }
}

/// So many buckets are told apart, which is what an account may have.
const BUCKETS: usize = 10_000;

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use bytes::Bytes;

    pub(in crate::gateway) fn store(most: usize) -> Store {
        Store::new(most, Arc::new(Spool::new(&std::env::temp_dir(), 1 << 20)))
    }

    pub(in crate::gateway::store) fn object(bytes: &str) -> Object {
        let content = Content::from(Bytes::copy_from_slice(bytes.as_bytes()));
        Object::new(Some(content), bytes.len() as u64, None, DateTime::UNIX_EPOCH)
    }

    /// The bytes of an object that is there.
    pub(in crate::gateway::store) fn bytes(store: &Store, key: &str) -> Bytes {
        store.get("b", key).unwrap().content.unwrap().at_hand().unwrap()
    }

    pub(in crate::gateway::store) fn put(store: &Store, key: &str, bytes: &str) {
        store.put("b", key, object(bytes), |_| Ok(())).unwrap();
    }

    /// How many bytes are held, and how much of them may go.
    pub(in crate::gateway::store) fn held(store: &Store) -> (usize, usize) {
        let shelf = store.lock();
        (shelf.used, shelf.turns.len())
    }

    #[test]
    fn what_was_put_can_be_got_and_replaced_and_taken_away() {
        let store = self::store(1 << 20);
        put(&store, "k", "hello");
        let got = store.get("b", "k").unwrap();
        // As `md5sum` says.
        assert_eq!(got.tag, "\"5d41402abc4b2a76b9719d911017c592\"");
        put(&store, "k", "other");
        assert_eq!(bytes(&store, "k"), "other");
        assert!(!store.drop_bucket("b"));
        store.delete("b", "k");
        assert!(store.get("b", "k").is_none() && store.drop_bucket("b"));
        assert_eq!(held(&store), (0, 0));
    }

    #[test]
    fn a_condition_is_asked_about_what_is_there() {
        let store = self::store(1 << 20);
        let only_new = |there: Option<&Object>| there.map_or(Ok(()), |_| Err(Condition::Failed));
        assert_eq!(store.put("b", "k", object("a"), only_new), Ok(()));
        let failed = Err(PutError::Condition(Condition::Failed));
        assert_eq!(store.put("b", "k", object("b"), only_new), failed);
        assert_eq!(bytes(&store, "k"), "a");
    }

    #[test]
    fn the_oldest_lose_their_bytes_and_keep_their_size() {
        let text = "x".repeat(1000);
        let frame = object("").frame("k0");
        let store = self::store(3 * frame + 2100);
        for key in ["k0", "k1", "k2"] {
            put(&store, key, &text);
        }
        let has_bytes = |key: &str| store.get("b", key).unwrap().content.is_some();
        assert_eq!(["k0", "k1", "k2"].map(has_bytes), [false, true, true]);
        assert_eq!(store.get("b", "k0").unwrap().size, 1000);
        assert!(store.lock().used <= 3 * frame + 2100);
        // When not even the names fit, it is told.
        let full: Vec<_> =
            (3..20).map(|n| store.put("b", &format!("k{n}"), object(""), |_| Ok(()))).collect();
        assert!(full.contains(&Err(PutError::Full)), "{full:?}");
        assert!(store.lock().used <= 3 * frame + 2100);
    }

    #[test]
    fn a_store_without_room_keeps_nothing_and_refuses_nothing() {
        let store = self::store(0);
        put(&store, "k", "a");
        assert!(store.get("b", "k").is_none() && store.is_off() && store.buckets().is_empty());
    }
}
