//! Signatures that were good once: one that comes again is a replay.
//!
//! Only signatures that matched are remembered, so nobody fills the memory who has no key, and only as long as they could
//! be good: what the date's window or a URL's end lets in no more is forgotten, and at most [`MOST`] are kept.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::time::Timestamp;

/// So many signatures are remembered, the last ones: some 30 MB.
pub(super) const MOST: usize = 1 << 18;

/// The last half of a SHA-256 in hex, or of what else a scheme writes: enough to tell all apart.
type Key = [u8; 32];

/// The signatures that were good.
#[derive(Default)]
pub(super) struct Seen(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    first: HashMap<Key, u64>,
    order: VecDeque<(Key, Timestamp)>,
}

impl Seen {
    /// Notes that the capture of this number carried `signature`, which could be good until `ends`; the number of the first
    /// that did, if this is not the first.
    pub(super) fn note(&self, signature: &[u8], number: u64, ends: Timestamp, now: Timestamp) -> Option<u64> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(signature);
        if let Some(first) = seen.first.get(&key) {
            return Some(*first);
        }
        while let Some((oldest, end)) = seen.order.front().copied()
            && (end < now || seen.order.len() >= MOST)
        {
            seen.order.pop_front();
            seen.first.remove(&oldest);
        }
        seen.first.insert(key, number);
        seen.order.push_back((key, ends));
        None
    }
}

fn key(signature: &[u8]) -> Key {
    let mut key = [0; 32];
    let len = signature.len().min(key.len());
    key[..len].copy_from_slice(&signature[signature.len() - len..]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_until_it_could_not_be_good_any_more() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let (seen, a, b) = (Seen::default(), [b'a'; 64], [b'b'; 64]);
        assert_eq!(seen.note(&a, 1, at(100), at(10)), None);
        assert_eq!(seen.note(&a, 2, at(100), at(20)), Some(1));
        assert_eq!(seen.note(&b, 3, at(300), at(101)), None);
        assert_eq!(seen.note(&a, 4, at(300), at(102)), None);
        assert_eq!(seen.note(&b, 5, at(300), at(102)), Some(3));
    }

    #[test]
    fn memory_is_bounded() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let seen = Seen::default();
        for n in 0..=MOST as u64 {
            assert_eq!(seen.note(&n.to_be_bytes(), n, at(100), at(10)), None);
        }
        assert_eq!(seen.0.lock().unwrap().first.len(), MOST);
        assert_eq!(seen.note(&1u64.to_be_bytes(), 0, at(100), at(10)), Some(1));
        assert_eq!(seen.note(&0u64.to_be_bytes(), 0, at(100), at(10)), None);
    }
}
