//! A `.http` file of a request and its settings, without what is secret.

use super::body;
use crate::redact::{Reveal, in_header};
use crate::request::http::write_head;
use crate::request::{Header, Request, Switch, redact};
use crate::settings::{Kind, SETTINGS, Settings};

/// Writes a `.http` file: settings as comment lines, then the request. Secrets and session tokens are never written.
pub fn write(request: &Request, settings: &Settings) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    for row in SETTINGS.iter().filter(|row| row.kind == Kind::Open) {
        if let Some(value) = (row.get)(settings) {
            out.extend_from_slice(format!("# @{} {value}\n", row.name).as_bytes());
        }
    }
    if request.headers.iter().any(holds_credential) {
        out.extend_from_slice(b"# Headers that hold a session token were left out.\n");
    }
    if body::is_misread(&request.body.bytes()) && settings.body.is_none() {
        out.extend_from_slice(b"# @body verbatim\n");
    }
    if out.is_empty() {
        out.extend_from_slice(b"#\n");
    }
    let kept = request.headers.iter().filter(|header| !holds_credential(header));
    let headers = kept.map(|header| match header.switch {
        Switch::Off => (&b"# @off "[..], header),
        Switch::On => (&b""[..], header),
    });
    write_head(&mut out, request, &redact::target(request, Reveal::Nothing), headers, b"\n");
    match request.body.path() {
        Some(path) => out.extend_from_slice(format!("< {}\n", path.display()).as_bytes()),
        None => out.extend(redact::saved_body(request)),
    }
    out
}

/// Whether a header is left out of what is saved: a credential, or an `Authorization` that is more than a signature.
fn holds_credential(header: &Header) -> bool {
    !in_header(&header.name, &header.value).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use proptest::prelude::*;

    #[test]
    fn a_case_reads_back_without_its_secrets() {
        let text = b"# @region eu\n# @secret-access-key hush\nPUT / HTTP/1.1\nHost: h\n# @off X-A: 1\n\nbody";
        let case = read(text).unwrap();
        let written = write(&case.request, &case.settings);
        assert!(!String::from_utf8_lossy(&written).contains("hush"));
        let again = read(&written).unwrap();
        assert_eq!(again.request, case.request);
        assert_eq!(again.settings.region, case.settings.region);
        assert_eq!(again.request.headers[1].switch, Switch::Off);
    }

    #[test]
    fn a_case_keeps_a_cr_at_the_end_of_a_header() {
        let request = read(b"GET / HTTP/1.1\r\nHost: h\r\r\nX-A:\r\r\n\r\n").unwrap().request;
        assert_eq!(request.headers[0].value, b"h\r");
        assert_eq!(read(&write(&request, &Settings::default())).unwrap().request, request);
    }

    proptest! {
        #[test]
        fn a_saved_case_reads_back(body in "(< |###|\n###|\n|a){0,8}") {
            let headers = vec![Header::new("Host", "h")];
            let request = Request { method: b"PUT".to_vec(), target: b"/".to_vec(), headers, body: body.into_bytes().into(), ..Request::default() };
            let case = read(&write(&request, &Settings::default())).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(case.request, request);
        }
    }
}
