//! Requests that were good once: one that comes again is a replay.
//!
//! They are known by what was signed, not by the signature: one string to sign has many signatures of SigV4A that are right
//! (`s` and `n - s`), and each of them can be spelled in several ways. Only what matched is remembered, so nobody fills the
//! memory who has no key, and only as long as it could be good: what the date's window or a URL's end lets in no more is
//! forgotten, and at most [`MOST`] are kept.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::time::Timestamp;

/// So many requests are remembered, the last ones: some 30 MB.
pub(super) const MOST: usize = 1 << 18;

/// What stands for a request.
type Key = [u8; 32];

/// What a good signature was made for.
#[derive(Clone, Copy)]
pub(super) enum SignedText<'a> {
    /// A text that has one signature, which was computed: that stands for text and key, however the client spelled it.
    Of(&'a [u8]),
    /// A text that has many.
    Text {
        /// Whose key it is: the same text signed by another key is another request.
        access_key_id: &'a [u8],
        /// What is signed.
        string_to_sign: &'a [u8],
    },
}

/// The requests that were good.
#[derive(Default)]
pub(super) struct Seen(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    first: HashMap<Key, u64>,
    order: VecDeque<(Key, Timestamp)>,
}

impl Seen {
    /// Notes that the capture of this number carried a good signature of `signed`, which could be good until `ends`; the
    /// number of the first that did, if this is not the first.
    pub(super) fn note(
        &self,
        signed: SignedText<'_>,
        number: u64,
        ends: Timestamp,
        now: Timestamp,
    ) -> Option<u64> {
        let key = key(signed);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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

fn key(signed: SignedText<'_>) -> Key {
    match signed {
        // The last half of a SHA-256 in hex is enough to tell all apart.
        SignedText::Of(signature) => {
            let mut key = Key::default();
            let len = signature.len().min(key.len());
            key[..len].copy_from_slice(&signature[signature.len() - len..]);
            key
        }
        SignedText::Text { access_key_id, string_to_sign } => {
            // An ID holds no line feed.
            let hasher = Sha256::new().chain_update(access_key_id).chain_update(b"\n");
            hasher.chain_update(string_to_sign).finalize().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(text: &[u8]) -> SignedText<'_> {
        SignedText::Text { access_key_id: b"AK", string_to_sign: text }
    }

    #[test]
    fn the_first_is_told_until_it_could_not_be_good_any_more() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let (seen, a, b) = (Seen::default(), signed(b"a"), signed(b"b"));
        assert_eq!(seen.note(a, 1, at(100), at(10)), None);
        assert_eq!(seen.note(a, 2, at(100), at(20)), Some(1));
        assert_eq!(seen.note(b, 3, at(300), at(101)), None);
        assert_eq!(seen.note(a, 4, at(300), at(102)), None);
        assert_eq!(seen.note(b, 5, at(300), at(102)), Some(3));
        let other_key = SignedText::Text { access_key_id: b"OTHER", string_to_sign: b"a" };
        assert_eq!(seen.note(other_key, 6, at(300), at(102)), None);
        let computed = SignedText::Of(&[b'c'; 64]);
        assert_eq!(seen.note(computed, 7, at(300), at(102)), None);
        assert_eq!(seen.note(computed, 8, at(300), at(102)), Some(7));
    }

    #[test]
    fn memory_is_bounded() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let seen = Seen::default();
        for n in 0..=MOST as u64 {
            assert_eq!(seen.note(signed(&n.to_be_bytes()), n, at(100), at(10)), None);
        }
        assert_eq!(seen.0.lock().unwrap().first.len(), MOST);
        assert_eq!(seen.note(signed(&1u64.to_be_bytes()), 0, at(100), at(10)), Some(1));
        assert_eq!(seen.note(signed(&0u64.to_be_bytes()), 0, at(100), at(10)), None);
    }
}
