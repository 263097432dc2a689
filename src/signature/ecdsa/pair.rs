//! The private key with its public key, and signing with it.

use p256::ecdsa::signature::{RandomizedSigner, Signer};
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::common::getrandom::SysRng;
use zeroize::Zeroizing;

use super::public::PublicKey;

crate::canon::reading::point! {
    /// Where the number k comes from that each signature needs: used twice for two texts, it gives the private
    /// key away.
    Nonce {
        /// From the key and the text (RFC 6979, 3.2): the same text has the same signature.
        #[default]
        Deterministic = "deterministic",
        /// The same with 32 random bytes mixed in (RFC 6979, 3.6), so each signature is another. If the system
        /// has no randomness to give, the signature is that of [`Nonce::Deterministic`], which is as good.
        Random = "random",
    }
}

/// A private key and its public key. Wiped when dropped, and without `Debug`.
pub struct KeyPair {
    private: Zeroizing<[u8; 32]>,
    signing: SigningKey,
}

impl KeyPair {
    /// The pair of `private`, a number from 1 to N − 1.
    pub(crate) fn new(private: Zeroizing<[u8; 32]>) -> Self {
        let signing = SigningKey::from_slice(&*private).expect("a derived key is between 1 and N - 1");
        Self { private, signing }
    }

    /// The private key: a secret, though not the one it was derived from.
    pub fn private(&self) -> &[u8; 32] {
        &self.private
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        (*self.signing.verifying_key()).into()
    }

    /// Signs SHA-256 of `string_to_sign`: the signature in DER, at most 72 bytes. On the wire its hex stands.
    pub fn sign(&self, string_to_sign: &[u8], nonce: Nonce) -> Vec<u8> {
        let deterministic = || self.signing.sign(string_to_sign);
        let signature: Signature = match nonce {
            Nonce::Deterministic => deterministic(),
            Nonce::Random => {
                let random = self.signing.try_sign_with_rng(&mut SysRng, string_to_sign);
                random.unwrap_or_else(|_| deterministic())
            }
        };
        signature.to_der().as_bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::super::public::Validity;
    use super::*;

    /// The key of RFC 6979, A.2.5.
    fn pair() -> KeyPair {
        let private = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
        KeyPair::new(Zeroizing::new(hex::decode(private).unwrap().try_into().unwrap()))
    }

    #[test]
    fn signs_the_vectors_of_rfc_6979() {
        let sample = concat!(
            "3046",
            "022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
            "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        );
        let test = concat!(
            "3045",
            "022100f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
            "0220019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
        );
        assert_eq!(hex::encode(pair().sign(b"sample", Nonce::Deterministic)), sample);
        assert_eq!(hex::encode(pair().sign(b"test", Nonce::Deterministic)), test);
        let x = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
        assert_eq!(hex::encode(pair().public().x()), x);
    }

    #[test]
    fn signing_twice_gives_the_same_unless_random() {
        let sign = |nonce| hex::encode(pair().sign(b"text", nonce));
        assert_eq!(sign(Nonce::Deterministic), sign(Nonce::Deterministic));
        let (one, other) = (sign(Nonce::Random), sign(Nonce::Random));
        assert_ne!(one, other);
        assert_ne!(one, sign(Nonce::Deterministic));
        for signature in [one, other, sign(Nonce::Deterministic)] {
            assert_eq!(pair().public().verify(b"text", signature.as_bytes()), Ok(Validity::Valid));
        }
    }
}
