//! A line that becomes a public key, and the signature below it: faults lie in the text, keys read back.
#![no_main]

use countersign::signature::ecdsa::PublicKey;
use countersign_fuzz::first_line;
use libfuzzer_sys::fuzz_target;

/// The point of the curve that every other is a multiple of (FIPS 186-4, D.1.2.3), compressed.
const GENERATOR: &str = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";

fuzz_target!(|data: &[u8]| {
    let (key, signature) = first_line(data);
    let key = PublicKey::parse(&String::from_utf8_lossy(key));
    if let Ok(key) = &key {
        let again = hex::encode(key.sec1());
        assert_eq!(PublicKey::parse(&again).as_ref(), Ok(key));
        assert_eq!(again[2..], hex::encode(key.x()) + &hex::encode(key.y()));
    }
    let key = key.or_else(|_| PublicKey::parse(GENERATOR)).expect("the generator is on the curve");
    // As it was sent, and as the bytes that its hex digits stand for.
    for text in [signature, hex::encode(signature).as_bytes()] {
        if let Err(error) = key.verify(b"AWS4-ECDSA-P256-SHA256", text) {
            let span = error.span();
            assert!(span.start <= span.end && span.end <= text.len(), "{error}: {span:?}");
        }
    }
});
