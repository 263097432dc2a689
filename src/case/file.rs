//! Raw requests with settings beside them: reader and writer of `.http` files.
//!
//! A `.http` file is a request after comment lines; `# @region us-east-1` sets a setting
//! ([`SETTINGS`]), `< path` in place of a body names a file, `###` begins another request, `# @off Name: value` among the headers keeps one that is switched off.

mod write;

use super::{BodyPiece, Case, Format};
use crate::frames::pass::Pass;
use crate::request::error::{Notice, ReadError, quote};
use crate::request::http::{Fields, Lines, RequestLine};
use crate::request::{Body, Request, Switch};
use crate::scheme;
use crate::settings::{BodyForm, Found, SETTINGS, Settings};
use crate::visible;

pub use write::write;

/// Reads a raw request or a `.http` file; `skipped` lines stood before `text`.
///
/// # Errors
///
/// When a line is not what the grammar asks for there.
pub fn read(text: &[u8], skipped: usize) -> Result<Case, ReadError> {
    let (mut case, rest) = read_head(text, skipped)?;
    read_body(rest, &mut case);
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
    let request_line = preamble(&mut lines, &mut case)?;
    read_request_line(request_line, lines.number, &mut case)?;
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
                read_setting(comment.trim_ascii(), lines.number, &mut case.settings)?;
            }
            None if trimmed.is_empty() => {}
            None => return Ok(line),
        }
    }
    Err(ReadError::new("a request line such as `GET / HTTP/1.1`", "the end of the input").at(lines.number))
}

fn read_setting(comment: &[u8], line: usize, settings: &mut Settings) -> Result<(), ReadError> {
    let Some(setting) = comment.strip_prefix(b"@") else { return Ok(()) };
    let text = std::str::from_utf8(setting)
        .map_err(|_| ReadError::new("a setting such as `# @region us-east-1`", "invalid UTF-8").at(line))?;
    let (name, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    settings.set(name, value.trim()).map_err(|error| {
        let found = match error.found {
            Found::Value(value) if value.is_empty() => "nothing".into(),
            Found::Value(value) => quote(value.as_bytes()),
            Found::Words(words) => words,
        };
        let expected = match SETTINGS.iter().any(|row| row.name == name) {
            true => format!("@{name} to be {}", error.expected),
            false => error.expected,
        };
        ReadError::new(expected, found).at(line)
    })
}

fn read_request_line(line: &[u8], number: usize, case: &mut Case) -> Result<(), ReadError> {
    let line = RequestLine::of(line, number)?;
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
                read_setting(comment.trim_ascii(), lines.number, &mut case.settings)?;
            }
            (None, ..) => fields.take(line, lines.number, Switch::On)?,
        }
    }
    Ok(())
}

/// The body before a line that begins another request. In a raw request, only a line of nothing else at the end is one: a text with
/// headings has such lines as well.
fn before_separator(rest: &[u8], format: Format) -> Option<&[u8]> {
    const MARK: &[u8] = b"###";
    let starts = memchr::memmem::find_iter(rest, b"\n###").map(|at| at + 1);
    let begin = rest.starts_with(MARK).then_some(0);
    let ends_all = |at: &usize| rest[at + MARK.len()..].trim_ascii().is_empty();
    let at = begin.into_iter().chain(starts).find(|at| format == Format::DotHttp || ends_all(at))?;
    let body = rest[..at].strip_suffix(b"\n").unwrap_or(&rest[..at]);
    Some(body.strip_suffix(b"\r").unwrap_or(body))
}

fn read_body(rest: &[u8], case: &mut Case) {
    let mut body = rest;
    let is_verbatim = case.settings.body == Some(BodyForm::Verbatim);
    if !is_verbatim
        && case.request.value(b"content-length").is_none()
        && let Some(own) = before_separator(rest, case.format)
    {
        body = own;
        case.notices.push(Notice("Only the first request was read; what follows ### was left out.".into()));
    }
    if case.format == Format::DotHttp
        && !is_verbatim
        && let Some(path) = body.strip_prefix(b"< ")
    {
        let path = String::from_utf8_lossy(path.trim_ascii()).into_owned();
        case.body_pieces.push(BodyPiece::File(path.into()));
        return;
    }
    if case.format == Format::Raw && body.starts_with(b"< ") {
        let words = "The body begins with `< `: to read it from a file, begin the input with a `#` line.";
        case.notices.push(Notice(words.into()));
    }
    let stated = case.request.content_length().and_then(|len| usize::try_from(len).ok());
    match stated {
        Some(len) if len < body.len() && body[len..].iter().all(|b| matches!(b, b'\r' | b'\n')) => {
            let more = body.len() - len;
            body = &body[..len];
            case.notices.push(Notice(format!(
                "Content-Length is {len}: {more} bytes of line breaks after it were left out."
            )));
        }
        // What was captured with its answer ends where it says.
        Some(len) if len < body.len() && body[len..].trim_ascii_start().starts_with(b"HTTP/") => {
            body = &body[..len];
            case.notices.push(Notice(format!("Content-Length is {len}: the answer behind it was left out.")));
        }
        Some(len) if len != body.len() => {
            let found = body.len();
            case.notices.push(Notice(format!("Content-Length is {len}, but the body has {found} bytes.")));
        }
        Some(_) => {}
        // Forms and chunks end so.
        None if body.ends_with(b"\n") && !has_frames(&case.request) => {
            case.notices.push(Notice("The body ends in a line break, which is part of it.".into()));
        }
        None => {}
    }
    case.request.body = match stated {
        // A signed request that was printed without its body: nobody sends a length and nothing.
        Some(len) if len > 0 && body.is_empty() && scheme::claim(&case.request).is_some() => {
            case.notices.push(Notice("The body is not shown.".into()));
            Body::pipe(len as u64)
        }
        Some(_) | None => Body::from(body.to_vec()),
    };
}

/// Whether the body has a form of its own, in which line breaks belong to its frames.
fn has_frames(request: &Request) -> bool {
    let is_form = request.value(b"content-type").is_some_and(|value| value.starts_with(b"multipart/"));
    is_form || !Pass::of(request).is_plain()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use crate::request::error::HEAD_LIMIT;
    use crate::request::{Header, http};
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
