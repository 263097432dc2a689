//! What of a request is hidden: credentials in its target, its headers and its body.

mod veil;

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::form;
use super::{Header, Request};
use crate::redact::{self, Kind, Reveal, in_header, is_secret, kind, replaced};
use crate::rope::Rope;

pub(crate) use veil::Veil;

/// The places of the target that are hidden: users of URLs, and values of its path, query and fragment.
pub fn in_target(request: &Request) -> Vec<Range<usize>> {
    let target = &request.target;
    let mut out = redact::hidden(target);
    let path = &target[..memchr::memchr2(b'?', b'#', target).unwrap_or(target.len())];
    let secret = redact::capability::start(|| request.host().unwrap_or_default(), path);
    out.extend(secret.map(|start| start..path.len()));
    // What a client made of a URL whose scheme it did not know.
    if let Some(rest) = path.strip_prefix(b"//") {
        let host = &rest[..memchr::memchr(b'/', rest).unwrap_or(rest.len())];
        let user = redact::in_host(host).filter(|user| user.start == 0);
        out.extend(user.map(|user| 2..2 + user.end));
    }
    for pair in request.target().pairs(target) {
        let (name, Some(value)) = (&target[pair.name.clone()], pair.value) else { continue };
        match kind(name) {
            Kind::Secret | Kind::Cookie => out.push(value),
            Kind::Authorization => {
                let decoded: Vec<u8> = percent_encoding::percent_decode(&target[value.clone()]).collect();
                out.extend((!redact::authorization::hidden(&decoded).is_empty()).then_some(value));
            }
            // The key of a function, or what a login is exchanged for; a short one is an error's or a country's.
            Kind::Open if is_code(name) && value.len() >= LONG_CODE => out.push(value),
            Kind::Open if is_credential(name) && !is_id(&target[value.clone()]) => out.push(value),
            Kind::Open | Kind::Host => {}
        }
    }
    redact::merged(out)
}

/// Whether a parameter is `code`, however it is spelled.
fn is_code(name: &[u8]) -> bool {
    name.len() >= 4
        && percent_encoding::percent_decode(name).map(|byte| byte.to_ascii_lowercase()).eq(*b"code")
}

/// Whether a parameter holds an access key id with its scope.
fn is_credential(name: &[u8]) -> bool {
    name.len() >= 10 && name[name.len() - 10..].eq_ignore_ascii_case(b"credential")
}

/// Whether it does so, and nothing that looks like a secret stands in the place of the id.
fn is_id(value: &[u8]) -> bool {
    let decoded: Vec<u8> = percent_encoding::percent_decode(value).collect();
    redact::authorization::is_credential(&decoded)
}

/// A `code` of so many bytes is a credential.
const LONG_CODE: usize = 20;

/// The places of the body that are hidden: fields of forms, members of JSON, elements, trailers.
pub fn in_body(request: &Request) -> Vec<Range<usize>> {
    in_body_part(request, 0..usize::try_from(request.body.len()).unwrap_or(usize::MAX))
}

/// The same for what of the body is shown: only what stands near is looked at, however long the body is.
pub fn in_body_part(request: &Request, range: Range<usize>) -> Vec<Range<usize>> {
    let Some(rope) = request.body.rope() else { return Vec::new() };
    redact::merged([in_rope(rope, range), in_form(request)].concat())
}

/// The places near the start of the body that are hidden. They are found once for a body: every keystroke asks for them.
fn near_start_of_body(request: &Request) -> Vec<Range<usize>> {
    /// Of a longer body only the start is looked at: no sentence quotes more.
    const START: usize = 16 << 10;
    let Some(rope) = request.body.rope() else { return Vec::new() };
    let found = request.body.credentials_near_start(|| redact::hidden(&rope.slice(0..START)));
    redact::merged([found, &in_form(request)].concat())
}

/// The places of a rope near this range that are hidden by their own words.
fn in_rope(rope: &Rope, range: Range<usize>) -> Vec<Range<usize>> {
    /// No name with its value is longer.
    const BEFORE: usize = 32 << 10;
    /// What stands behind a value says only where it ends.
    const BEHIND: usize = 4 << 10;
    let low = range.start.saturating_sub(BEFORE);
    let near = rope.slice(low..range.end.saturating_add(BEHIND));
    let mut out = redact::hidden(&near);
    out.iter_mut().for_each(|place| *place = low + place.start..low + place.end);
    out
}

/// The places in a line of a canonical request that are hidden: of a header, or of pairs of the query.
pub fn in_line(line: &[u8]) -> Vec<Range<usize>> {
    let colon = memchr::memchr(b':', line).unwrap_or(line.len());
    if kind(&line[..colon]) != Kind::Open {
        let start = (colon + 1).min(line.len());
        let inner = in_header(&line[..colon], &line[start..]).into_iter();
        return inner.map(|range| start + range.start..start + range.end).collect();
    }
    let target = [b"?", line].concat();
    let request = Request { target, ..Request::default() };
    in_target(&request).into_iter().map(|range| range.start.saturating_sub(1)..range.end - 1).collect()
}

/// A line of a canonical request with credentials replaced.
pub fn line(line: &[u8], reveal: Reveal) -> Vec<u8> {
    let ranges = if reveal == Reveal::Nothing { in_line(line) } else { Vec::new() };
    replaced(line, &ranges)
}

/// The same with what a request hides replaced as well, wherever a signer put it.
pub(crate) fn line_under(veil: &Veil, line: &[u8], reveal: Reveal) -> Vec<u8> {
    match reveal {
        Reveal::Nothing => replaced(line, &redact::merged([in_line(line), veil.ranges(line)].concat())),
        Reveal::Tokens | Reveal::Secrets => line.to_vec(),
    }
}

/// Lines of a canonical request with credentials replaced, as text.
pub fn lines(text: &[u8], reveal: Reveal) -> String {
    let ranges = if reveal == Reveal::Nothing { in_lines(text) } else { Vec::new() };
    String::from_utf8_lossy(&replaced(text, &ranges)).into_owned()
}

/// The same with what a request hides replaced as well.
pub(crate) fn lines_under(veil: &Veil, text: &[u8]) -> String {
    let ranges = redact::merged([in_lines(text), veil.ranges(text)].concat());
    String::from_utf8_lossy(&replaced(text, &ranges)).into_owned()
}

/// The places of a text of several lines: those of each line, and what goes on over more than one.
fn in_lines(text: &[u8]) -> Vec<Range<usize>> {
    let (mut out, mut start) = (redact::hidden(text), 0);
    for line in text.split(|byte| *byte == b'\n') {
        out.extend(in_line(line).into_iter().map(|range| start + range.start..start + range.end));
        start += line.len() + 1;
    }
    redact::merged(out)
}

/// The value of what has this name, a header's or a parameter's, with credentials replaced.
pub fn named(name: &[u8], value: &[u8], reveal: Reveal) -> Vec<u8> {
    match reveal {
        Reveal::Nothing => {
            replaced(value, &redact::merged([in_header(name, value), in_line(value)].concat()))
        }
        Reveal::Tokens | Reveal::Secrets => value.to_vec(),
    }
}

/// The target in the first line of a head that may be no request, with credentials replaced.
pub fn target_in_head(target: &[u8], head: &[u8], reveal: Reveal) -> Vec<u8> {
    let fields = head.split(|byte| *byte == b'\n').skip(1);
    let host = fields
        .filter_map(|field| field.split_at_checked(5))
        .find(|(name, _)| name.eq_ignore_ascii_case(b"host:"));
    let headers = host.map(|(_, host)| Header::new("Host", host.trim_ascii())).into_iter().collect();
    self::target(&Request { target: target.to_vec(), headers, ..Request::default() }, reveal)
}

/// The request target with credentials replaced, as it may be shown.
pub fn target(request: &Request, reveal: Reveal) -> Vec<u8> {
    let ranges = if reveal == Reveal::Nothing { in_target(request) } else { Vec::new() };
    replaced(&request.target, &ranges)
}

/// Request line and headers as they may be shown, a line each.
pub fn head(request: &Request) -> Vec<u8> {
    let target = target(request, Reveal::Nothing);
    let words = |text: &[u8]| replaced(text, &redact::hidden(text));
    let mut out = [words(&request.method), target, words(&request.version)].join(&b' ');
    for (_, header) in request.sent() {
        let value = value(header, Reveal::Nothing);
        out.extend([b"\n", &header.name[..], b":", &header.gap, &value].concat());
    }
    out
}

/// The body as it is saved, with credentials replaced.
pub fn saved_body(request: &Request) -> Vec<u8> {
    replaced(&request.body.bytes(), &in_body(request))
}

/// The body as it may be shown. What was read from a file that the input named is told by its length and hash alone.
pub fn body(request: &Request) -> Vec<u8> {
    let body = &request.body;
    match body.files() {
        [] => saved_body(request),
        files => {
            let names: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
            let hash = body.hash().map(hex::encode).unwrap_or_default();
            format!("[from {}: {} bytes, SHA-256 {hash}]", names.join(" and "), body.len()).into_bytes()
        }
    }
}

/// A header's value, with credentials replaced.
pub fn value(header: &Header, reveal: Reveal) -> Vec<u8> {
    match reveal {
        Reveal::Nothing => replaced(&header.value, &in_header(&header.name, &header.value)),
        Reveal::Tokens | Reveal::Secrets => header.value.clone(),
    }
}

/// The fields of a form that are credentials, and those that hold one in base64, as a policy does.
fn in_form(request: &Request) -> Vec<Range<usize>> {
    let Some(Ok(sent)) = form::sent(request) else { return Vec::new() };
    let holds_one = |text: &[u8]| STANDARD.decode(text).is_ok_and(|text| !redact::hidden(&text).is_empty());
    let fields = sent.form.before_file(&sent.body).iter().filter(|field| {
        is_secret(&sent.body[field.name.clone()]) || holds_one(&sent.body[field.value.clone()])
    });
    fields.map(|field| field.value.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_in_every_line_that_holds_one() {
        assert_eq!(in_line(b"x-amz-security-token:abc"), [21..24]);
        assert_eq!(in_line(b"X-Amz-Date=1&X-Amz-Security-Token=abc&z=1"), [34..37]);
        assert!(in_line(b"host:x-amz-security-token").is_empty());
    }
}
