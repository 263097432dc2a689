//! The objects of all buckets, and whose bytes go first where there is no room.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::upload::Upload;
use super::{Bucket, Object};

#[derive(Default)]
pub(super) struct Shelf {
    pub(super) buckets: BTreeMap<String, Bucket>,
    pub(super) uploads: BTreeMap<String, Upload>,
    /// What is held with its bytes, in the order in which it loses them.
    pub(super) turns: BTreeMap<u64, Place>,
    pub(super) next: u64,
    pub(super) used: usize,
    pub(super) most: usize,
}

/// Where something is held.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Place {
    Object(String, String),
    Part(String, u32),
}

impl Shelf {
    pub(super) fn object(&self, bucket: &str, key: &str) -> Option<&Object> {
        self.buckets.get(bucket)?.objects.get(key)
    }

    pub(super) fn bucket(&mut self, bucket: &str, made: DateTime<Utc>) -> &mut Bucket {
        self.buckets.entry(bucket.to_owned()).or_insert_with(|| Bucket { made, objects: BTreeMap::new() })
    }

    pub(super) fn take_object(&mut self, bucket: &str, key: &str) -> Option<Object> {
        let object = self.buckets.get_mut(bucket)?.objects.remove(key)?;
        self.forget(&object, key);
        Some(object)
    }

    /// Gives back what something took.
    pub(super) fn forget(&mut self, object: &Object, key: &str) {
        self.used -= object.weight(key);
        self.turns.remove(&object.turn);
    }

    /// Makes room: for all of it, else for all but its bytes. None where there is room for neither.
    pub(super) fn admit(&mut self, mut object: Object, key: &str, place: Place) -> Option<Object> {
        if object.frame(key) > self.most {
            return None;
        }
        if object.weight(key) > self.most {
            object.content = None;
        }
        let weight = object.weight(key);
        while self.used + weight > self.most {
            let (_, oldest) = self.turns.pop_first()?;
            self.lose_bytes(&oldest);
        }
        self.used += weight;
        self.next += 1;
        object.turn = self.next;
        if object.in_memory() > 0 {
            self.turns.insert(object.turn, place);
        }
        Some(object)
    }

    fn lose_bytes(&mut self, place: &Place) {
        let held = match place {
            Place::Object(bucket, key) => {
                self.buckets.get_mut(bucket).and_then(|bucket| bucket.objects.get_mut(key))
            }
            Place::Part(id, number) => {
                self.uploads.get_mut(id).and_then(|upload| upload.parts.get_mut(number))
            }
        };
        if let Some(content) = held.and_then(|object| object.content.take()) {
            self.used -= content.in_memory();
        }
    }
}
