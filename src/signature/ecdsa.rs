//! `AWS4-ECDSA-P256-SHA256`, known as Signature Version 4A: an asymmetric signature in place of the HMAC.
//!
//! The secret becomes a private key (`scheme::v4::derive`), the string to sign is signed with it ([`pair`]), and
//! whoever holds the public key can tell whether a signature ([`signature`]) belongs to a string to sign
//! ([`public`]). One string to sign has many valid signatures, so they are verified and never compared.
//!
//! The curve is NIST P-256 (FIPS 186-4, D.1.2.3); numbers are 32 bytes, the highest first.

pub mod pair;
pub mod public;
pub mod signature;

pub use pair::{KeyPair, Nonce};
pub use public::{PublicKey, PublicKeyError, Validity};
pub use signature::{Component, SignatureError, pad, unpadded};

/// The order N of the base point of P-256 less two: the largest candidate that is accepted.
pub const N_MINUS_2: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];
