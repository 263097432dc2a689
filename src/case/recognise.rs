//! An input recognised by its content, and read by the reader of its format.

use super::encoded::{ENCODED, whole_url};
use super::file::variables::{self, Filled, fill};
use super::har::{self, Entry};
use super::{Case, curl, dress, file};
use crate::request::damage::damage;
use crate::request::redact::Veil;
use crate::request::{Notice, ReadError, Request, editor};
use crate::scheme;
use crate::settings::Settings;

const KINDS: &str = "a raw HTTP request, a .http file, a curl command or a HAR file";

/// Reads a request in any format.
///
/// # Errors
///
/// When the input is empty, binary, or none of the formats; the error says which line.
pub fn read(input: &[u8]) -> Result<Case, ReadError> {
    filled(input, read_filled)
}

/// The request that stands somewhere in a text; `None` where there is none.
pub fn dressed(input: &[u8]) -> Option<Case> {
    filled(input, |text| dress::read(text).ok_or(())).ok()
}

/// Reads a text once what it defines is filled in, and says what that was.
pub(super) fn filled<E>(input: &[u8], read: impl FnOnce(&[u8]) -> Result<Case, E>) -> Result<Case, E> {
    let Some(Filled { text, notices }) = fill(input) else { return read(input) };
    let mut case = read(&text)?;
    case.notices.splice(0..0, notices);
    Ok(case)
}

/// The same for a text in which nothing is left to be filled in.
pub(super) fn read_filled(input: &[u8]) -> Result<Case, ReadError> {
    let mut notices = Vec::new();
    let text = match input.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => {
            notices.push(Notice("A byte order mark at the start was left out.".into()));
            rest
        }
        None => input,
    };
    let begin = text.iter().position(|b| !b.is_ascii_whitespace());
    let Some(begin) = begin else { return Err(ReadError::new(KINDS, "an empty input")) };
    refuse_binary(&text[begin..])?;
    let decoded = whole_url(&text[begin..]);
    let (text, begin) = decoded.as_deref().map_or((text, begin), |url| (url, 0));
    notices.extend(decoded.is_some().then(|| Notice(ENCODED.into())));
    let mut case = match recognise(&text[begin..]) {
        Recognised::Curl => curl::read(&text[begin..])?,
        Recognised::Http => {
            let (start, skipped) = first_line(text, begin);
            let case = file::read(&text[start..], skipped)?;
            // A sentence with a URL reads as a request line as well, as does a heading: `See https://…, it fails`.
            let is_a_line = case.request.version.is_empty() && case.request.headers.is_empty();
            let is_prose = case.request.target.contains(&b' ') || scheme::claim(&case.request).is_none();
            let is_doubtful = is_a_line && is_prose;
            if let Some(dressed) = is_doubtful.then(|| dress::read(text)).flatten() {
                return Ok(dressed);
            }
            case
        }
        Recognised::Json => json(&text[begin..])?,
        Recognised::Xml => {
            return Err(ReadError::new(KINDS, "XML")
                .hint("open the request itself; errors and logs are evidence, not requests"));
        }
    };
    // What may be the cause comes first.
    notices.splice(0..0, damage(&case.request));
    notices.extend(placeholder(&case.request));
    notices.append(&mut case.notices);
    notices.extend(take_instruction(&case.request, &mut case.settings));
    let veil = Veil::of(&case.request);
    case.notices = notices.into_iter().map(|Notice(words)| Notice(veil.over(&words))).collect();
    Ok(case)
}

/// What is said of a request whose editor fills in names before it sends it: `{{host}}` in files of REST Client, JetBrains, Postman.
fn placeholder(request: &Request) -> Option<Notice> {
    let values = request.headers.iter().map(|header| &header.value);
    let texts = [&request.target].into_iter().chain(values);
    let found = texts.map(|text| String::from_utf8_lossy(text)).find_map(|text| {
        let (_, rest) = text.split_once("{{")?;
        let name = rest.split_once("}}")?.0.trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.$".contains(c);
        // A longer one may be the value itself.
        ((1..=30).contains(&name.len()) && name.chars().all(is_name)).then(|| name.to_owned())
    })?;
    let words = format!(
        "`{{{{{found}}}}}` stands for a value that an editor fills in: it is taken as it stands here. Paste the request as it is sent."
    );
    Some(Notice(words))
}

/// What a case takes from its instruction: settings that were not given beside it, and a note.
fn take_instruction(request: &Request, settings: &mut Settings) -> Option<Notice> {
    let own = editor::instruction(request)?;
    settings.region = settings.region.take().or(own.region);
    settings.service = settings.service.take().or(own.service);
    // The three belong together: a key that stands beside it has a secret and a token of its own.
    if let (None, None, Some(secret)) = (&settings.access_key_id, &settings.secret_access_key, own.secret) {
        settings.access_key_id = own.access_key_id;
        settings.secret_access_key = Some(secret);
        settings.session_token = settings.session_token.take().or(own.session_token);
        settings.secret_source = Some(editor::SOURCE);
    }
    Some(Notice(format!("The Authorization header is {}; {}.", editor::FOUND, editor::HINT)))
}

/// An archive; any other JSON is no request.
fn json(text: &[u8]) -> Result<Case, ReadError> {
    let entries = match har::read_text(text) {
        Some(entries) => entries?,
        None => whole(text)?,
    };
    let index = har::likeliest(&entries);
    Ok(har::case(entries, index))
}

/// An archive whose entries cannot be told apart at sight.
fn whole(text: &[u8]) -> Result<Vec<Entry>, ReadError> {
    let value: serde_json::Value = serde_json::from_slice(text).unwrap_or_default();
    if !har::is_har(&value) {
        let error = ReadError::new(KINDS, "JSON");
        return Err(error.hint("open the request itself; errors and logs are evidence, not requests"));
    }
    har::read(&value)
}

/// Reads the head of a raw request or a `.http` file whose body is too long to be kept, and says where in `input` the body
/// begins; `None` when the input is something else, or its body lies elsewhere.
///
/// # Errors
///
/// When a line of the head is not what the grammar asks for there.
pub fn read_head(input: &[u8]) -> Option<Result<(Case, usize), ReadError>> {
    let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let begin = text.iter().position(|b| !b.is_ascii_whitespace())?;
    let Recognised::Http = recognise(&text[begin..]) else { return None };
    // A body may name what the head defines.
    if variables::are_in(text) {
        return None;
    }
    let (start, skipped) = first_line(text, begin);
    let read = file::read_head(&text[start..], skipped);
    let is_whole = |rest: &[u8]| !rest.starts_with(b"< ");
    match read {
        Ok((_, rest)) if !is_whole(rest) => None,
        Ok((case, rest)) => Some(Ok((case, input.len() - rest.len()))),
        Err(error) => Some(Err(error)),
    }
}

/// Where the line begins that holds the byte at `begin`, and how many lines stand before it.
fn first_line(text: &[u8], begin: usize) -> (usize, usize) {
    let skipped = text[..begin].iter().filter(|b| **b == b'\n').count();
    (memchr::memrchr(b'\n', &text[..begin]).map_or(0, |at| at + 1), skipped)
}

enum Recognised {
    Curl,
    Http,
    Json,
    Xml,
}

fn recognise(text: &[u8]) -> Recognised {
    let text = text.strip_prefix(b"$ ").unwrap_or(text);
    let word = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    match word {
        b"curl" | b"curl.exe" => Recognised::Curl,
        _ if [&b"{"[..], b"[{", b"[\""].iter().any(|start| word.starts_with(start)) || word == b"[" => {
            Recognised::Json
        }
        _ if word.starts_with(b"<") => Recognised::Xml,
        _ => Recognised::Http,
    }
}

/// A first byte that no text begins with, or a NUL near the start, tell data from text.
fn refuse_binary(text: &[u8]) -> Result<(), ReadError> {
    let head = &text[..text.len().min(1024)];
    // What ends first is the head: a body may hold the other blank line.
    let ends = [&b"\n\n"[..], b"\r\n\r\n"].map(|end| memchr::memmem::find(head, end));
    let head = &head[..ends.into_iter().flatten().min().unwrap_or(head.len())];
    let first = head.first().filter(|byte| !byte.is_ascii_graphic()).map(|_| 0);
    match first.or_else(|| memchr::memchr(0, head)) {
        Some(at) => {
            Err(ReadError::new(KINDS, format!("binary data (byte 0x{:02x} at offset {at})", head[at])))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Format;

    fn error(input: &[u8]) -> String {
        read(input).err().expect("an error").to_string()
    }

    #[test]
    fn recognises_by_content() {
        for (input, format) in [
            ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", Format::Raw),
            ("\n\n# @region eu\nGET / HTTP/1.1\nHost: h\n", Format::DotHttp),
            ("curl https://h/", Format::Curl),
            ("  $ curl https://h/", Format::Curl),
            ("https://h/a?b", Format::Url),
        ] {
            assert_eq!(read(input.as_bytes()).unwrap().format, format, "{input}");
        }
    }

    #[test]
    fn says_that_an_editor_would_have_filled_in_a_name() {
        let notices = |text: &str| read(text.as_bytes()).unwrap().notices;
        let is_told = |text: &str| notices(text).iter().any(|Notice(words)| words.starts_with("`{{"));
        assert!(is_told("GET https://{{host}}/a HTTP/1.1\n"));
        assert!(is_told("GET /a HTTP/1.1\nHost: h\nX-Amz-Date: {{ $timestamp }}\n"));
        for text in
            ["GET /a?b={{ HTTP/1.1\nHost: h\n", "GET / HTTP/1.1\nHost: h\nX-A: {{\"a\": {}}}\n\n{{host}}"]
        {
            assert!(!is_told(text), "{text}");
        }
        let long = format!("GET / HTTP/1.1\nHost: h\nX-A: {{{{{}}}}}\n", "k3".repeat(20));
        assert!(!is_told(&long), "this may be a key");
    }

    #[test]
    fn says_what_it_is_not() {
        assert!(error(b"").ends_with("but found an empty input"));
        assert!(error(b"  \r\n").ends_with("but found an empty input"));
        assert!(error(b"\x7fELF\x02\x01").ends_with("but found binary data (byte 0x7f at offset 0)"));
        assert!(error(b"{\"a\":1}").ends_with("but found JSON"));
        assert!(error(b"<Error/>").ends_with("but found XML"));
    }

    #[test]
    fn a_body_may_be_binary() {
        let case = read(b"PUT / HTTP/1.1\r\nHost: h\r\n\r\n\0\n\n").unwrap();
        assert_eq!(*case.request.body.bytes(), b"\0\n\n"[..]);
        assert!(error(b"PUT / HTTP/1.1\r\nHost: \0\r\n\r\n").contains("0x00"));
    }

    #[test]
    fn a_byte_order_mark_is_said() {
        let case = read(b"\xef\xbb\xbfGET / HTTP/1.1\nHost: h\n").unwrap();
        assert_eq!(case.request.method, b"GET");
        assert!(case.notices[0].0.contains("byte order mark"));
    }
}
