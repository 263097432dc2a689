//! A line that becomes an `Authorization` header, and a query below it: claims that lie inside the request.
#![no_main]

use countersign::analysis::Session;
use countersign::request::{Header, Request};
use countersign::scheme;
use countersign::secret::Secret;
use countersign_fuzz::{analyse, first_line};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (authorization, query) = first_line(data);
    let host = Header::new("Host", "example.amazonaws.com");
    let date = Header::new("X-Amz-Date", "20150830T123600Z");
    let header = Header::new("Authorization", authorization);
    analyse_both(b"/".to_vec(), vec![host.clone(), date, header]);
    analyse_both([b"/?", query].concat(), vec![host]);
});

/// With a key and without: the claim is the same.
fn analyse_both(target: Vec<u8>, headers: Vec<Header>) {
    let request = Request { method: b"GET".to_vec(), target, headers, ..Request::default() };
    let claimed = scheme::claim(&request).is_some_and(|(_, claim)| claim.is_ok());
    let mut session = Session::new(request);
    assert_eq!(analyse(&session).claim().is_some(), claimed);
    session.settings.secret_access_key = Some(Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    let analysis = analyse(&session);
    assert_eq!(analysis.claim().is_some(), claimed);
    if let Some(instructions) = analysis.instructions(&session.request) {
        let signed = Session { request: instructions.apply(&session.request), ..session };
        analyse(&signed);
    }
}
