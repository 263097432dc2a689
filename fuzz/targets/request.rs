//! Whatever is read as a request is analysed, and reads back from what is written of it.
#![no_main]

use countersign::analysis::Session;
use countersign::case::{Format, file, read};
use countersign::report::{Reveal, redact};
use countersign::request::{Header, Request, Switch, http};
use countersign_fuzz::analyse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(case) = read(data) else { return };
    let mut session = Session::new(case.request);
    session.settings = case.settings;
    let analysis = analyse(&session);
    if let Some(instructions) = analysis.instructions(&session.request) {
        instructions.apply(&session.request);
    }
    if case.format != Format::Curl {
        is_saved(&session);
        reads_back(session.request);
    }
});

/// A saved case comes back, unless it holds what is never written or what a `.http` file takes for a comment.
fn is_saved(session: &Session) {
    let Session { request, settings, .. } = session;
    let is_lost = |header: &Header| {
        let is_comment = [&b"#"[..], b"//"].iter().any(|start| header.name.starts_with(start));
        redact::value(header, Reveal::Nothing) != header.value || is_comment
    };
    let is_hidden = redact::target(request, Reveal::Nothing) != request.target
        || redact::saved_body(request) != *request.body.bytes();
    if !is_hidden && !request.body.is_pipe() && !request.headers.iter().any(is_lost) {
        let again = file::read(&file::write(request, settings), 0).expect("a saved case can be read").request;
        assert!(again.body.is_pipe() || again == *request);
    }
}

/// Headers that are switched off are not written; all else comes back byte for byte.
fn reads_back(mut request: Request) {
    let again = file::read(&http::write(&request), 0).expect("what was written can be read").request;
    // A length without a body is one that nobody knows: two of them are not equal.
    if [&request, &again].into_iter().any(|one| one.body.is_pipe()) {
        return;
    }
    request.headers.retain(|header| header.switch == Switch::On);
    assert_eq!(again, request);
}
