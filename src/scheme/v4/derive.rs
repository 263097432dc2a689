//! The private key, derived from the secret by a key derivation function in counter mode (NIST SP 800-108,
//! 4.1).
//!
//! What the function yields is taken only when it is small enough to be a private key less one; else the
//! counter counts. All but one secret in four thousand million are done at the first attempt, but who
//! compares their own derivation with this one wants to see each.

use smallvec::SmallVec;
use zeroize::Zeroizing;

use super::link::{Key, hmac};
use crate::secret::Secret;
use crate::signature::ecdsa::{KeyPair, N_MINUS_2};

const KEY_PREFIX: &[u8] = b"AWS4A";
const LABEL: &[u8] = b"AWS4-ECDSA-P256-SHA256";
/// AWS's implementations give up here, though one more counter would fit the byte.
const LAST_COUNTER: u8 = 254;

/// How a candidate compares with [`N_MINUS_2`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparison {
    /// At most N − 2: the private key is the candidate plus one.
    Accepted,
    /// Above N − 2: the next counter is tried.
    TooLarge,
}

impl Comparison {
    /// Compares `candidate` with [`N_MINUS_2`], in a time that tells nothing about it.
    pub fn of(candidate: &[u8; 32]) -> Self {
        // Subtracting as on paper, from the lowest digit: what is still borrowed at the end says which is larger.
        let digits = N_MINUS_2.iter().zip(candidate).rev();
        let borrowed = digits.fold(0, |borrowed, (&limit, &digit)| {
            let difference = i16::from(limit) - i16::from(digit) - borrowed;
            (difference >> 8) & 1
        });
        if borrowed == 0 { Self::Accepted } else { Self::TooLarge }
    }
}

/// One round of the derivation.
pub struct Attempt {
    /// Counts from one.
    pub counter: u8,
    /// What the keyed hash is taken of.
    pub fixed_input: Vec<u8>,
    /// The keyed hash, a number: as secret as the private key.
    pub candidate: Zeroizing<[u8; 32]>,
    /// Whether the number will do.
    pub outcome: Comparison,
}

impl Attempt {
    fn new(prf: &impl Fn(&[u8]) -> Key, access_key_id: &[u8], counter: u8) -> Self {
        let fixed_input = fixed_input(access_key_id, counter);
        let candidate = prf(&fixed_input);
        let outcome = Comparison::of(&candidate);
        Self { counter, fixed_input, candidate, outcome }
    }
}

/// Every step from the secret to the pair of keys.
pub struct Derivation {
    /// All rounds, of which the last is accepted.
    pub attempts: SmallVec<[Attempt; 1]>,
    /// The result.
    pub pair: KeyPair,
}

/// What an accepted candidate becomes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Increment {
    /// The private key is the candidate plus one, as the specification has it.
    One,
    /// The private key is the candidate: a mistake of signers.
    Forgotten,
}

impl Derivation {
    /// Derives the keys of `secret` and its `access_key_id`; `None` when no counter will do, which never
    /// happens to anyone.
    pub fn of(secret: &Secret, access_key_id: &[u8]) -> Option<Self> {
        Self::varied(KEY_PREFIX, secret, access_key_id, Increment::One)
    }

    /// The same as a signer derives them who puts another prefix before the secret, or forgets the last step.
    pub fn varied(
        prefix: &[u8],
        secret: &Secret,
        access_key_id: &[u8],
        increment: Increment,
    ) -> Option<Self> {
        // "AWS4A" + secret
        let mut key = Zeroizing::new(Vec::with_capacity(prefix.len() + secret.len()));
        key.extend_from_slice(prefix);
        key.extend_from_slice(secret.expose());
        Self::with(&|fixed_input| hmac(&key, fixed_input), access_key_id, increment)
    }

    fn with(prf: &impl Fn(&[u8]) -> Key, access_key_id: &[u8], increment: Increment) -> Option<Self> {
        let mut attempts = SmallVec::new();
        for counter in 1..=LAST_COUNTER {
            let attempt = Attempt::new(prf, access_key_id, counter);
            let private = match (attempt.outcome, increment) {
                (Comparison::Accepted, Increment::One) => Some(plus_one(&attempt.candidate)),
                (Comparison::Accepted, Increment::Forgotten) => Some(attempt.candidate.clone()),
                (Comparison::TooLarge, _) => None,
            };
            attempts.push(attempt);
            if let Some(private) = private {
                return Some(Self { attempts, pair: KeyPair::new(private) });
            }
        }
        None
    }
}

/// The `FixedInputString` of SP 800-108 between the number of the block and the length in bits.
fn fixed_input(access_key_id: &[u8], counter: u8) -> Vec<u8> {
    let block = 1u32.to_be_bytes();
    let length = 256u32.to_be_bytes();
    [&block, LABEL, &[0], access_key_id, &[counter], &length].concat()
}

/// `number` + 1, in a time that tells nothing about it.
fn plus_one(number: &[u8; 32]) -> Key {
    let mut sum = Zeroizing::new(*number);
    sum.iter_mut().rev().fold(1, |carried, digit| {
        let total = u16::from(*digit) + carried;
        *digit = (total & 0xff) as u8;
        total >> 8
    });
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Access key id, secret, private key, X and Y.
    const PUBLISHED: [[&str; 5]; 3] = [
        [
            "AKISORANDOMAASORANDOM",
            "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom",
            "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd",
            "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb",
            "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0",
        ],
        [
            "AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "7efc8c0e65a324242818c5a50c891c6060b6a00717b7ba3cbe3c5d765be9259c",
            "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1",
            "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518",
        ],
        [
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "04c4d39191ae06f37a86b873d2f9951f7c37621d69e0eb834fb622c368f360c3",
            "18b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab",
            "fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2",
        ],
    ];

    /// N − 2 with `difference` added to its lowest byte.
    fn near_limit(difference: i8) -> [u8; 32] {
        let mut number = N_MINUS_2;
        number[31] = number[31].wrapping_add_signed(difference);
        number
    }

    #[test]
    fn derives_the_published_pairs() {
        for [id, secret, private, x, y] in PUBLISHED {
            let derivation = Derivation::of(&Secret::new(secret), id.as_bytes()).unwrap();
            assert_eq!(derivation.attempts.len(), 1);
            let pair = derivation.pair;
            assert_eq!(hex::encode(pair.private()), private);
            assert_eq!(hex::encode(pair.public().x()), x);
            assert_eq!(hex::encode(pair.public().y()), y);
        }
    }

    #[test]
    fn the_fixed_input_is_that_of_the_specification() {
        let input = fixed_input(b"AKIDEXAMPLE", 3);
        assert_eq!(input, b"\x00\x00\x00\x01AWS4-ECDSA-P256-SHA256\x00AKIDEXAMPLE\x03\x00\x00\x01\x00");
    }

    #[test]
    fn accepts_up_to_n_minus_2() {
        let mut high_byte = [0; 32];
        high_byte[0] = 0xfe;
        high_byte[1..].fill(0xff);
        for candidate in [[0; 32], near_limit(-1), N_MINUS_2, high_byte] {
            assert_eq!(Comparison::of(&candidate), Comparison::Accepted);
        }
        let mut middle = N_MINUS_2;
        middle[4] = 1;
        for candidate in [near_limit(1), near_limit(2), middle, [0xff; 32]] {
            assert_eq!(Comparison::of(&candidate), Comparison::TooLarge);
        }
    }

    proptest::proptest! {
        #[test]
        fn comparing_agrees_with_the_order_of_bytes(
            shared in 0usize..32,
            rest in proptest::array::uniform32(proptest::num::u8::ANY),
        ) {
            let mut candidate = rest;
            candidate[..shared].copy_from_slice(&N_MINUS_2[..shared]);
            let too_large = candidate > N_MINUS_2;
            proptest::prop_assert_eq!(Comparison::of(&candidate) == Comparison::TooLarge, too_large);
        }
    }

    #[test]
    fn counts_on_while_candidates_are_too_large() {
        let prf = |input: &[u8]| {
            let counter = input[input.len() - 5];
            Zeroizing::new(if counter < 3 { near_limit(1) } else { N_MINUS_2 })
        };
        let derivation = Derivation::with(&prf, b"AKIDEXAMPLE", Increment::One).unwrap();
        let rounds: Vec<_> = derivation.attempts.iter().map(|a| (a.counter, a.outcome)).collect();
        let expected = [(1, Comparison::TooLarge), (2, Comparison::TooLarge), (3, Comparison::Accepted)];
        assert_eq!(rounds, expected);
        assert_eq!(*derivation.pair.private(), near_limit(1));
    }

    #[test]
    fn gives_up_after_254_counters() {
        let counted = std::cell::Cell::new(0);
        let prf = |_: &[u8]| {
            counted.set(counted.get() + 1);
            Zeroizing::new([0xff; 32])
        };
        assert!(Derivation::with(&prf, b"AKIDEXAMPLE", Increment::One).is_none());
        assert_eq!(counted.get(), 254);
    }

    #[test]
    fn one_is_carried() {
        let mut number = [0; 32];
        number[30..].fill(0xff);
        let mut sum = [0; 32];
        sum[29] = 1;
        assert_eq!(*plus_one(&number), sum);
        assert_eq!(plus_one(&[0; 32])[31], 1);
    }
}
