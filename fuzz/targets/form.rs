//! A line that becomes a Content-Type, and the form below it: ranges in order, and the form held against its policy.
#![no_main]

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign::request::form::{self, Field, Form};
use countersign::scheme::v4::policy::{Policy, Posted};
use countersign_fuzz::first_line;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (content_type, body) = first_line(data);
    let boundary = match form::boundary(content_type) {
        Some(Ok(boundary)) => boundary,
        Some(Err(error)) => return assert!(error.at() <= content_type.len(), "{error}"),
        None => b"x".to_vec(),
    };
    match form::read(&boundary, body) {
        Ok(form) => {
            check_fields(&form, body);
            check_policy(&form, body);
        }
        Err(error) => assert!(error.at() <= body.len(), "{error}"),
    }
});

fn check_fields(form: &Form, body: &[u8]) {
    let mut end = 0;
    for Field { name, filename, content_type, value, header } in &form.fields {
        let places =
            [&(end..header.start), header, &(header.end..value.start), value, &(value.end..body.len())];
        assert!(places.iter().all(|range| range.start <= range.end), "{places:?}");
        let inside = |range: &Range<usize>| {
            header.start <= range.start && range.start <= range.end && range.end <= header.end
        };
        assert!([name].into_iter().chain(filename).chain(content_type).all(inside), "{header:?}");
        end = value.end;
    }
}

/// The field `policy` is read as it stands, and as JSON that base64 is made of: few inputs are base64 of anything.
fn check_policy(form: &Form, body: &[u8]) {
    let Some(field) = form.field(body, b"policy") else { return };
    let text = &body[field.value.clone()];
    for text in [text, STANDARD.encode(text).as_bytes()] {
        let Ok(policy) = Policy::read(text) else { continue };
        let posted = Posted { bucket: Some(b"bucket"), ..Posted::of(form, body) };
        let checked = policy.check(&posted);
        assert!(checked.len() >= policy.conditions.len());
        for demand in checked {
            assert!(demand.index.is_none_or(|index| index < policy.conditions.len()));
            assert!(demand.field.is_none_or(|field| field < posted.fields.len()));
            demand.message();
        }
    }
}
