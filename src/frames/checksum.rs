//! The checksums that Amazon S3 takes in a header or a trailer, as [it writes them]: base64 of the digest, and of a
//! CRC's bytes with the most significant first.
//!
//! [it writes them]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// How a checksum is computed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// CRC-32/ISO-HDLC, which everybody means by "CRC32".
    Crc32,
    /// CRC-32/ISCSI, Castagnoli's.
    Crc32c,
    /// CRC-64/NVME.
    Crc64Nvme,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Crc32, Self::Crc32c, Self::Crc64Nvme, Self::Sha1, Self::Sha256];

    /// The header or trailer that carries it.
    pub const fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// Its name in options, files and output.
    pub fn name(self) -> &'static str {
        self.header().trim_start_matches("x-amz-checksum-")
    }

    /// The algorithm of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// How many characters its base64 text has.
    pub fn text_len(self) -> usize {
        let bytes: usize = match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        };
        bytes.div_ceil(3) * 4
    }

    /// The checksum that a header or trailer of this name carries, in whatever case it is written.
    pub fn of_header(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| name.eq_ignore_ascii_case(algorithm.header().as_bytes()))
    }
}

/// A checksum that was computed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Computed {
    /// How.
    pub algorithm: Algorithm,
    /// The text that its header or trailer should have.
    pub value: String,
}

/// Computes a checksum of bytes that come in pieces.
#[derive(Debug)]
pub struct Hasher {
    algorithm: Algorithm,
    state: State,
}

#[derive(Debug)]
enum State {
    /// A CRC of this many bytes.
    Crc(Box<crc_fast::Digest>, usize),
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Hasher {
    /// Begins with no bytes.
    pub fn new(algorithm: Algorithm) -> Self {
        let crc = |kind, width| State::Crc(Box::new(crc_fast::Digest::new(kind)), width);
        let state = match algorithm {
            Algorithm::Crc32 => crc(CrcAlgorithm::Crc32IsoHdlc, 4),
            Algorithm::Crc32c => crc(CrcAlgorithm::Crc32Iscsi, 4),
            Algorithm::Crc64Nvme => crc(CrcAlgorithm::Crc64Nvme, 8),
            Algorithm::Sha1 => State::Sha1(Sha1::new()),
            Algorithm::Sha256 => State::Sha256(Sha256::new()),
        };
        Self { algorithm, state }
    }

    /// Takes more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Crc(crc, _) => crc.update(bytes),
            State::Sha1(sha) => sha.update(bytes),
            State::Sha256(sha) => sha.update(bytes),
        }
    }

    /// The checksum of all bytes taken.
    pub fn finish(self) -> Computed {
        let value = match self.state {
            State::Crc(crc, width) => STANDARD.encode(&crc.finalize().to_be_bytes()[8 - width..]),
            State::Sha1(sha) => STANDARD.encode(sha.finalize()),
            State::Sha256(sha) => STANDARD.encode(sha.finalize()),
        };
        Computed { algorithm: self.algorithm, value }
    }
}

/// The CRC-32 of a few bytes at hand, as event messages carry it.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    crc_fast::crc32_iso_hdlc(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checksum(algorithm: Algorithm, bytes: &[u8]) -> String {
        let mut hasher = Hasher::new(algorithm);
        bytes.chunks(1000).for_each(|piece| hasher.update(piece));
        hasher.finish().value
    }

    fn hex(algorithm: Algorithm, bytes: &[u8]) -> String {
        hex::encode(STANDARD.decode(checksum(algorithm, bytes)).unwrap())
    }

    #[test]
    fn check_values_are_those_of_the_catalogues() {
        let check = b"123456789";
        assert_eq!(hex(Algorithm::Crc32, check), "cbf43926");
        assert_eq!(hex(Algorithm::Crc32c, check), "e3069283");
        assert_eq!(hex(Algorithm::Crc64Nvme, check), "ae8b14860a799888");
        // RFC 3174 and FIPS 180-4.
        assert_eq!(hex(Algorithm::Sha1, b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(Algorithm::Sha256, b"abc"), sha256);
        assert_eq!(crc32(check), 0xcbf4_3926);
    }

    #[test]
    fn the_documented_trailer_is_computed() {
        assert_eq!(checksum(Algorithm::Crc32c, &[b'a'; 65536 + 1024]), "sOO8/Q==");
    }

    #[test]
    fn every_checksum_is_found_by_its_header() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::of_header(algorithm.header().as_bytes()), Some(algorithm));
            let upper = algorithm.header().to_ascii_uppercase();
            assert_eq!(Algorithm::of_header(upper.as_bytes()), Some(algorithm));
        }
        assert_eq!(Algorithm::of_header(b"x-amz-checksum-type"), None);
    }
}
