//! One link of the key chain: HMAC-SHA256 of a short text under a short key.
//!
//! Deriving a key is four of these, half of what a signature costs. Key and text nearly always fit one block of SHA-256 each,
//! and then four calls of the compression function are all there is to it (RFC 2104); anything longer goes through
//! the general implementation.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sha2::block_api::compress256;
use zeroize::Zeroizing;

/// One derived key.
pub(super) type Key = Zeroizing<[u8; 32]>;

const BLOCK: usize = 64;
/// A last block ends in a one bit and eight bytes of length.
const LONGEST_MESSAGE: usize = BLOCK - 9;
/// The state that SHA-256 begins with (FIPS 180-4, 5.3.3).
const BEGIN: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// HMAC-SHA256 of `message` under `key`.
pub(super) fn hmac(key: &[u8], message: &[u8]) -> Key {
    if key.len() > BLOCK || message.len() > LONGEST_MESSAGE {
        let mut mac = keyed(key);
        mac.update(message);
        return Zeroizing::new(mac.finalize().into_bytes().into());
    }
    let mut inner = hash_two(key, 0x36, message);
    let outer = hash_two(key, 0x5c, &inner);
    wipe(&mut inner, [0; 32]);
    Zeroizing::new(outer)
}

/// A state that is ready for messages of any length.
pub(super) fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// SHA-256 of the key, padded with `pad`, and a message that fits the block after it.
fn hash_two(key: &[u8], pad: u8, message: &[u8]) -> [u8; 32] {
    let mut blocks = [[pad; BLOCK], [0; BLOCK]];
    blocks[0].iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
    blocks[1][..message.len()].copy_from_slice(message);
    blocks[1][message.len()] = 0x80;
    let bits = (BLOCK + message.len()) as u64 * 8;
    blocks[1][BLOCK - 8..].copy_from_slice(&bits.to_be_bytes());
    let mut state = BEGIN;
    compress256(&mut state, &blocks);
    let mut digest = [0; 32];
    let (words, _) = digest.as_chunks_mut::<4>();
    words.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    wipe(&mut state, BEGIN);
    wipe(&mut blocks, [[0; BLOCK]; 2]);
    digest
}

/// Overwrites what came from a key. Wiping byte by byte, as `zeroize` does, would cost as much as the hash: these are plain
/// stores that the compiler must believe to be read.
fn wipe<T>(secret: &mut T, blank: T) {
    *secret = blank;
    std::hint::black_box(secret);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn short_and_general_agree(
            key in proptest::collection::vec(any::<u8>(), 0..80),
            message in proptest::collection::vec(any::<u8>(), 0..70),
        ) {
            let mut mac = keyed(&key);
            mac.update(&message);
            let expected: [u8; 32] = mac.finalize().into_bytes().into();
            prop_assert_eq!(*hmac(&key, &message), expected);
        }
    }
}
