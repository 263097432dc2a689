//! Whatever is read as a curl command reads back from the command that is written of it.
#![no_main]

use countersign::case::curl;
use countersign::request::Request;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(case) = curl::read(data) else { return };
    // A body with a NUL is piped to curl by another command.
    if case.request.body.bytes().contains(&0) {
        return;
    }
    let again = curl::read(curl::write(&case.request).as_bytes()).expect("what was written can be read");
    assert_eq!(what_is_sent(&again.request), what_is_sent(&case.request));
});

/// A request as curl sends it: `Host` first, the length as it counts it.
fn what_is_sent(request: &Request) -> Request {
    let mut sent = request.clone();
    let counted = !sent.body.is_empty();
    sent.headers.retain(|header| !(counted && header.is(b"content-length")));
    sent.headers.sort_by_key(|header| !header.is(b"host"));
    for header in &mut sent.headers {
        if header.is(b"host") {
            header.name = b"Host".to_vec();
        }
        header.gap.clear();
        header.value = header.value.trim_ascii().to_vec();
    }
    sent
}
