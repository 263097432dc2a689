//! A request that is found in a text is one that can be written: reading its raw form gives it back. Nothing that a text holds makes a
//! reader panic, or take longer than the text is long.
#![no_main]

use countersign::case::{dressed, open_or_alone, read};
use countersign::request::http::write;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    drop(open_or_alone(data));
    let Some(case) = dressed(data) else { return };
    assert!(!case.notices.is_empty() && !case.request.method.is_empty());
    let lines = [&case.request.method, &case.request.target, &case.request.version];
    let headers = case.request.headers.iter().flat_map(|header| [&header.name, &header.value]);
    assert!(lines.into_iter().chain(headers).all(|text| !text.contains(&b'\n')), "a line break in a head");
    if case.request.target.iter().all(u8::is_ascii_graphic) && case.body_pieces.is_empty() {
        let again = read(&write(&case.request));
        assert!(again.is_ok_and(|again| again.request.method == case.request.method));
    }
});
