//! Raw requests with settings beside them: reader and writer of `.http` files.
//!
//! A `.http` file is a request after comment lines; `# @region us-east-1` sets a setting
//! ([`SETTINGS`](crate::settings::SETTINGS)), `< path` in place of a body names a file, `###` begins another request,
//! `# @off Name: value` among the headers keeps one that is switched off, and `@name = value` gives `{{name}}` a value.

mod body;
mod setting;
mod target;
pub(super) mod variables;
mod write;

use std::borrow::Cow;

use super::{Case, Format};
use crate::request::Switch;
use crate::request::error::{Notice, ReadError};
use crate::request::http::{Fields, Lines, RequestLine};
use crate::scheme;
use crate::visible;

pub use write::write;

/// Reads a raw request or a `.http` file; `skipped` lines stood before `text`.
///
/// # Errors
///
/// When a line is not what the grammar asks for there.
pub fn read(text: &[u8], skipped: usize) -> Result<Case, ReadError> {
    let (mut case, rest) = read_head(text, skipped)?;
    body::read(rest, &mut case);
    note_host(&mut case);
    Ok(case)
}

/// Reads settings, request line and headers; what follows the blank line is given back.
///
/// # Errors
///
/// When a line is not what the grammar asks for there.
pub fn read_head(text: &[u8], skipped: usize) -> Result<(Case, &[u8]), ReadError> {
    let mut lines = Lines { rest: text, number: skipped };
    let mut case = Case::default();
    let line = preamble(&mut lines, &mut case)?;
    let number = lines.number;
    let whole = target::joined(line, &mut lines)?;
    if let Cow::Owned(_) = whole {
        case.format = Format::DotHttp;
        let words = format!("The URL stands over {} lines, and was joined.", lines.number - number + 1);
        case.notices.push(Notice(words));
    }
    read_request_line(&whole, number, &mut case)?;
    read_headers(&mut lines, &mut case)?;
    Ok((case, lines.rest))
}

/// A host that is taken from elsewhere, or missing, is said.
fn note_host(case: &mut Case) {
    let signs_host = || scheme::of(&case.request, &case.settings).recipe().is_none();
    if case.request.header(b"host").is_some() || !signs_host() {
        return;
    }
    let words = match case.request.host() {
        Some(host) => {
            format!("There is no Host header: `{}` is taken from the URL.", visible::one_line(host))
        }
        None => "There is no Host header, and every signature of AWS covers the host.".into(),
    };
    case.notices.push(Notice(words));
}

/// Reads comments and settings up to the request line.
fn preamble<'a>(lines: &mut Lines<'a>, case: &mut Case) -> Result<&'a [u8], ReadError> {
    while let Some(line) = lines.next()? {
        let trimmed = line.trim_ascii();
        let comment = trimmed.strip_prefix(b"#").or_else(|| trimmed.strip_prefix(b"//"));
        match comment {
            Some(comment) => {
                case.format = Format::DotHttp;
                setting::read(comment.trim_ascii(), lines.number, &mut case.settings)?;
            }
            None if variables::is_definition(trimmed) => case.format = Format::DotHttp,
            None if trimmed.is_empty() => {}
            None => return Ok(line),
        }
    }
    Err(ReadError::new("a request line such as `GET / HTTP/1.1`", "the end of the input").at(lines.number))
}

fn read_request_line(line: &[u8], number: usize, case: &mut Case) -> Result<(), ReadError> {
    const UNFILLED: &str =
        "give the name in braces a value, by a line above the request such as `@host = https://example.com`";
    let is_unfilled = memchr::memmem::find(line, b"{{").is_some();
    let line = RequestLine::of(line, number)
        .map_err(|error| if is_unfilled { error.hint(UNFILLED) } else { error })?;
    if line.method.is_none() {
        case.format = if case.format == Format::Raw { Format::Url } else { case.format };
        case.notices.push(Notice("There is no method: GET is taken.".into()));
    }
    if line.has_spaces {
        case.notices.push(Notice("More than one space around the request target was left out.".into()));
    }
    line.write(&mut case.request);
    Ok(())
}

fn read_headers(lines: &mut Lines<'_>, case: &mut Case) -> Result<(), ReadError> {
    let mut fields = Fields::over(&mut case.request.headers);
    while let Some(line) = lines.next()?.filter(|line| !line.is_empty()) {
        fields.measure(line, lines.number)?;
        let off = line.strip_prefix(b"# @off ");
        let comment = line.strip_prefix(b"#").or_else(|| line.strip_prefix(b"//"));
        match (off, case.format, comment) {
            (Some(line), ..) => fields.take(line, lines.number, Switch::Off)?,
            (None, Format::DotHttp, Some(comment)) => {
                setting::read(comment.trim_ascii(), lines.number, &mut case.settings)?;
            }
            (None, ..) => fields.take(line, lines.number, Switch::On)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use crate::request::error::HEAD_LIMIT;
    use crate::request::{Header, Request, http};
    use proptest::prelude::*;

    fn error(input: &str) -> String {
        read(input.as_bytes()).err().expect("an error").to_string()
    }

    #[test]
    fn comments_among_headers_count_against_what_all_may_be() {
        let comments = format!("# {}\n", "x".repeat(1000)).repeat(1100);
        let input = format!("# a\nGET / HTTP/1.1\n{comments}Host: h\n\n");
        assert!(
            error(&input).contains("expected headers of at most 1 MiB, but found more"),
            "{}",
            error(&input)
        );
    }

    #[test]
    fn keeps_what_others_mend() {
        let case = read(b"get /a b//\xe1\x88\xb4?x=+ HTTP/1.1\nX-A:  1  \n  2\nHOST : h\nx-a:\n\n").unwrap();
        let request = case.request;
        assert_eq!(request.method, b"get");
        assert_eq!(request.target, b"/a b//\xe1\x88\xb4?x=+");
        assert_eq!(request.headers[0], Header { gap: b"  ".to_vec(), ..Header::new("X-A", "1  \r\n  2") });
        assert_eq!(request.headers[1].name, b"HOST ");
        assert_eq!((request.headers[2].gap.len(), request.headers[2].value.len()), (0, 0));
    }

    #[test]
    fn a_request_line_needs_no_version() {
        let request = read(b"POST /x y\nHost:h\n").unwrap().request;
        assert_eq!((request.target.as_slice(), request.version.as_slice()), (&b"/x y"[..], &b""[..]));
    }

    #[test]
    fn a_request_line_needs_no_method() {
        let request = read(b"https://h/x y HTTP/1.1\n").unwrap().request;
        assert_eq!(
            (request.method.as_slice(), request.target.as_slice()),
            (&b"GET"[..], &b"https://h/x y"[..])
        );
        assert_eq!(request.version, b"HTTP/1.1");
    }

    #[test]
    fn settings_stand_in_comments() {
        let case = read(b"### a case\n# @region eu-west-1\n// @encode-path once\n# free text\n\nGET / HTTP/1.1\nHost: h\n").unwrap();
        assert_eq!(case.settings.region.as_deref(), Some("eu-west-1"));
        assert_eq!(case.settings.encode_path, Some(crate::scheme::EncodePath::Once));
        assert_eq!(
            error("# @encode-path thrice\nGET / HTTP/1.1\n"),
            "expected @encode-path to be once or twice, but found `thrice` in line 1"
        );
        assert!(error("#\n# @colour red\nGET /").ends_with("but found `colour` in line 2"));
    }

    #[test]
    fn what_comments_tell_an_editor_is_no_setting() {
        let case = read(b"### a\n# @name login\n// @no-redirect\n# @timeout 600\nGET https://h/a\n").unwrap();
        assert_eq!(case.request.target, b"https://h/a");
    }

    #[test]
    fn a_url_over_several_lines_is_joined() {
        let target = |text: &str| read(text.as_bytes()).unwrap().request.target;
        let text = "### a\nGET https://h:8080\n    /api\n    /get\n  ?id=1\n\t&b=2 HTTP/1.1\nX-A: b\n";
        assert_eq!(target(text), b"https://h:8080/api/get?id=1&b=2");
        assert_eq!(target("https://h/a\n?x=1\n&y=2\nX-A: b\n"), b"https://h/a?x=1&y=2");
        let case = read(b"GET https://h/a\r\n  ?x=1\r\n\r\nbody").unwrap();
        assert!(case.notices.contains(&Notice("The URL stands over 2 lines, and was joined.".into())));
        assert_eq!(*case.request.body.bytes(), *b"body");
        assert!(error("GET / HTTP/1.1\n  ?x=1\n").ends_with("in line 2"), "what has its version is whole");
        assert!(error("GET /a\n  ?x=1\nHost h\n").ends_with("in line 3"));
    }

    #[test]
    fn what_an_editor_does_with_the_answer_is_no_body() {
        let body = |text: &str| read(text.as_bytes()).unwrap().request.body.bytes().into_owned();
        let handler = "\n\n> {% client.log(\"x\") %}\n<> earlier.json\n";
        assert_eq!(body(&format!("###\nPOST https://h/a\n\nbody{handler}")), b"body");
        assert_eq!(body(&format!("POST https://h/a\n\nbody{handler}")), format!("body{handler}").as_bytes());
    }

    #[test]
    fn the_answers_of_a_server_are_no_body() {
        let case = |text: &str| read(text.as_bytes()).unwrap();
        let head = "PUT /k HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        let error = "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message></Error>";
        let refusal = format!("HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\n\r\n{error}");
        let answered = case(&format!("{head}HTTP/1.1 100 Continue\r\n\r\nab\r\n{refusal}"));
        assert_eq!(*answered.request.body.bytes(), *b"ab");
        assert_eq!(answered.evidence[0].code.as_deref(), Some("SignatureDoesNotMatch"));
        assert_eq!(*case(&format!("{head}\r\nHTTP/2 100\r\n\r\nab")).request.body.bytes(), *b"ab");
        let none = case(&format!("GET /k HTTP/1.1\r\nHost: h\r\n\r\n{refusal}"));
        assert_eq!((none.request.body.len(), none.evidence.len()), (0, 1));
        let own = "PUT / HTTP/1.1\nHost: h\nContent-Length: 25\n\nHTTP/1.1 100 Continue\n\nab";
        assert_eq!(case(own).request.body.len(), 25, "it is as long as it says");
    }

    #[test]
    fn says_which_line_is_wrong() {
        assert_eq!(
            error("hello"),
            "expected a request line such as `GET /path HTTP/1.1`, but found `hello` in line 1"
        );
        assert_eq!(
            error("\n\nGET / HTTP/1.1\nHost h\n"),
            "expected a header such as `Name: value`, but found `Host h` in line 4"
        );
        assert!(error("# only a comment\n").contains("but found the end of the input in line 1"));
        let long = format!("GET / HTTP/1.1\nX: {}\n", "a".repeat(HEAD_LIMIT + 1));
        assert!(error(&long).contains("at most 1 MiB, but found a line of"));
    }

    #[test]
    fn the_body_is_as_long_as_it_says() {
        let body = |text: &str| {
            let case = read(text.as_bytes()).unwrap();
            (case.request.body.bytes().into_owned(), case.notices.len())
        };
        assert_eq!(body("PUT / HTTP/1.1\nHost: h\nContent-Length: 2\n\nab\r\n"), (b"ab".to_vec(), 1));
        assert_eq!(body("PUT / HTTP/1.1\nHost: h\nContent-Length: 2\n\nabc"), (b"abc".to_vec(), 1));
        assert_eq!(body("PUT / HTTP/1.1\nHost: h\n\nab\n"), (b"ab\n".to_vec(), 1));
        assert_eq!(body("PUT / HTTP/1.1\nHost: h\n\nab"), (b"ab".to_vec(), 0));
    }

    #[test]
    fn an_absolute_target_gives_the_host_and_says_so() {
        let case = read(b"GET https://h:8443/x?y HTTP/1.1\n\n").unwrap();
        assert_eq!(case.request.host(), Some(&b"h:8443"[..]));
        assert_eq!(case.notices[0].0, "There is no Host header: `h:8443` is taken from the URL.");
    }

    #[test]
    fn comments_among_headers_are_none() {
        let case = read(b"#\nGET / HTTP/1.1\n# X-Old: 1\nHost: h\n// @region eu\n").unwrap();
        assert_eq!((case.request.headers.len(), case.settings.region.as_deref()), (1, Some("eu")));
    }

    proptest! {
        #[test]
        fn reading_gives_back_what_was_written(
            method in "[A-Z]{1,7}",
            target in "/[ -\"$-~\u{e9}]{0,30}",
            headers in proptest::collection::vec(("[A-Za-z-]{1,12}", "([!-~\u{e9}]([ -~\t]{0,20}[!-~])?)?"), 0..6),
            body in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let mut headers: Vec<_> = headers.into_iter().map(|(name, value)| Header::new(name, value)).collect();
            headers.push(Header::new("content-length", body.len().to_string()));
            headers.retain(|header| header.name != b"content-length" || !header.value.is_empty());
            let target = target.trim_end().as_bytes().to_vec();
            let request = Request {
                method: method.into_bytes(), target, version: b"HTTP/1.1".to_vec(), headers, body: body.into(),
            };
            let read = read(&http::write(&request)).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(read.request, request);
        }
    }
}
