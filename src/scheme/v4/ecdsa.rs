//! `AWS4-ECDSA-P256-SHA256`, known as Signature Version 4A: an asymmetric signature in place of the HMAC.
//!
//! The secret becomes a private key ([`mod@derive`]), the string to sign is signed with it ([`pair`]), and
//! whoever holds the public key can tell whether a signature ([`signature`]) belongs to a string to sign
//! ([`public`]). One string to sign has many valid signatures, so they are verified and never compared.
//!
//! The curve is NIST P-256 (FIPS 186-4, D.1.2.3); numbers are 32 bytes, the highest first.

pub mod derive;
pub mod pair;
pub mod public;
pub mod signature;

pub use derive::{Attempt, Comparison, Derivation, Increment, N_MINUS_2};
pub use pair::{KeyPair, Nonce};
pub use public::{PublicKey, PublicKeyError, Validity};
pub use signature::{Component, SignatureError, pad, unpadded};
