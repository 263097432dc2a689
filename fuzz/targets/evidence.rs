//! Whatever strings are found in a text are found again in the error that quotes them, and a request can be rebuilt or not, but
//! never half.
#![no_main]

use countersign::case::{open, rebuild};
use countersign::evidence::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    drop(open(data));
    let Ok(pieces) = read(data) else { return };
    assert!(!pieces.is_empty());
    assert_eq!(rebuild(&pieces).is_some_and(|case| case.evidence != pieces), false);
    for piece in pieces {
        let (Some(request), Some(string)) = (&piece.canonical_request, &piece.string_to_sign) else {
            continue;
        };
        let error = format!(
            "<Error><Code>SignatureDoesNotMatch</Code><StringToSignBytes>{}</StringToSignBytes>\
             <CanonicalRequestBytes>{}</CanonicalRequestBytes></Error>",
            hex::encode(string),
            hex::encode(request)
        );
        let again = read(error.as_bytes()).expect("an error is evidence");
        let same = |text: &Vec<u8>, other: &Option<Vec<u8>>| other.as_ref() == Some(text) || text.is_empty();
        assert!(same(request, &again[0].canonical_request) && same(string, &again[0].string_to_sign));
    }
});
