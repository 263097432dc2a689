//! What is hidden in every output, decided in one place: credentials and, unless the secret is a documented one, derived keys.
//!
//! ```text
//! name            what a name says of its value
//! authorization   what of an Authorization header is understood as a signature; the rest is hidden
//! text            names with their values in any text, however it is written and escaped
//! veil            no sentence repeats what is hidden elsewhere
//! ```
//!
//! Reports, screens, JSON, saved files and messages ask here, and say nothing of their own. What is hidden is replaced by its length.

mod authorization;
mod name;
mod text;
mod unescape;
mod veil;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::{self, Read, Write};
use std::ops::Range;

use crate::analysis::Analysis;
use crate::request::{Header, Part, Request, Span};
use crate::rope::Rope;
use crate::scheme::{v2, v4};
use crate::trace::{Given, Origin, Piece, Rule, Stage, StageKind};
use name::Kind;
use unescape::Unescaped;

pub(crate) use veil::Veil;

/// Whether hidden values are shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Reveal {
    /// They stay hidden.
    #[default]
    Nothing,
    /// Session tokens are shown, derived keys are not.
    Tokens,
    /// The user asked for everything.
    Secrets,
}

/// Names of headers and query parameters that hold a session token.
pub(crate) const SESSION_TOKENS: [&str; 2] = ["x-amz-security-token", "x-amz-s3session-token"];

/// Names of headers and query parameters that signers treat as credentials.
const TOKENS: [&str; 8] = [
    "securitytoken",
    "x-amz-security-token",
    "x-amz-s3session-token",
    "x-goog-security-token",
    "cookie",
    "x-api-key",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key",
];

/// Whether a signer treats the header or query parameter of this name as a credential. What may be shown is decided by [`is_secret`].
pub fn is_token(name: &[u8]) -> bool {
    TOKENS.iter().any(|token| name.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

/// Whether the value of a header, parameter or field of this name is hidden, wholly or but for a signature. A name may be escaped.
pub fn is_secret(name: &[u8]) -> bool {
    !matches!(kind(name), Kind::Open | Kind::Host)
}

/// What an escaped name says.
fn kind(name: &[u8]) -> Kind {
    const LAYERS: usize = 3;
    let mut name = Cow::Borrowed(name);
    for _ in 0..LAYERS {
        match Unescaped::of(&name) {
            Some(unescaped) => name = Cow::Owned(unescaped.text),
            None => break,
        }
    }
    Kind::of(&name)
}

/// The places of a header's value that are hidden: all of a credential, all of an `Authorization` that is no signature, the user in front
/// of a host, and of any other value what it holds by its own words.
pub fn in_header(name: &[u8], value: &[u8]) -> Vec<Range<usize>> {
    match Kind::of(name) {
        Kind::Secret | Kind::Cookie => text::merged(vec![0..value.len()]),
        Kind::Authorization => authorization::hidden(value),
        Kind::Host => memchr::memrchr(b'@', value).map(|end| 0..end).into_iter().collect(),
        Kind::Open => text::hidden(value),
    }
}

/// The places of the target that are hidden: users of URLs, and values of its path, query and fragment.
pub fn in_target(request: &Request) -> Vec<Range<usize>> {
    let target = &request.target;
    let mut out = text::hidden(target);
    for pair in request.target().pairs(target) {
        let (name, Some(value)) = (&target[pair.name.clone()], pair.value) else { continue };
        match kind(name) {
            Kind::Secret | Kind::Cookie => out.push(value),
            Kind::Authorization => {
                let decoded: Vec<u8> = percent_encoding::percent_decode(&target[value.clone()]).collect();
                out.extend((!authorization::hidden(&decoded).is_empty()).then_some(value));
            }
            // The key of a function, or what a login is exchanged for; a short one is an error's or a country's.
            Kind::Open if name == b"code" && value.len() >= LONG_CODE => out.push(value),
            Kind::Open | Kind::Host => {}
        }
    }
    text::merged(out)
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
    text::merged([in_rope(rope, range), v4::form::secrets(request)].concat())
}

/// The places near the start of the body that are hidden. They are found once for a body: every keystroke asks for them.
fn near_start_of_body(request: &Request) -> Vec<Range<usize>> {
    /// Of a longer body only the start is looked at: no sentence quotes more.
    const START: usize = 16 << 10;
    let Some(rope) = request.body.rope() else { return Vec::new() };
    let found = request.body.credentials_near_start(|| text::hidden(&rope.slice(0..START)));
    text::merged([found, &v4::form::secrets(request)].concat())
}

/// The places of a rope near this range that are hidden by their own words.
fn in_rope(rope: &Rope, range: Range<usize>) -> Vec<Range<usize>> {
    /// No name with its value is longer.
    const AROUND: usize = 32 << 10;
    let low = range.start.saturating_sub(AROUND);
    let near = rope.slice(low..range.end.saturating_add(AROUND));
    let mut out = text::hidden(&near);
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
        Reveal::Nothing => replaced(line, &text::merged([in_line(line), veil.ranges(line)].concat())),
        Reveal::Tokens | Reveal::Secrets => line.to_vec(),
    }
}

/// Lines of a canonical request with credentials replaced, as text.
pub fn lines(text: &[u8], reveal: Reveal) -> String {
    let ranges = if reveal == Reveal::Nothing { in_lines(text) } else { Vec::new() };
    String::from_utf8_lossy(&replaced(text, &ranges)).into_owned()
}

/// The places of a text of several lines: those of each line, and what goes on over more than one.
fn in_lines(text: &[u8]) -> Vec<Range<usize>> {
    let (mut out, mut start) = (text::hidden(text), 0);
    for line in text.split(|byte| *byte == b'\n') {
        out.extend(in_line(line).into_iter().map(|range| start + range.start..start + range.end));
        start += line.len() + 1;
    }
    text::merged(out)
}

/// A sentence, a message or a log line with credentials replaced.
pub fn sentence(text: &str) -> Cow<'_, str> {
    match text::hidden(text.as_bytes()) {
        ranges if ranges.is_empty() => Cow::Borrowed(text),
        ranges => Cow::Owned(String::from_utf8_lossy(&replaced(text.as_bytes(), &ranges)).into_owned()),
    }
}

/// The value of what has this name, a header's or a parameter's, with credentials replaced.
pub fn named(name: &[u8], value: &[u8], reveal: Reveal) -> Vec<u8> {
    match reveal {
        Reveal::Nothing => replaced(value, &text::merged([in_header(name, value), in_line(value)].concat())),
        Reveal::Tokens | Reveal::Secrets => value.to_vec(),
    }
}

/// The name of the scheme of an `Authorization` header, where it tells nothing else.
pub fn scheme(authorization: &[u8]) -> Option<&[u8]> {
    authorization::scheme(authorization)
}

/// An access key id with its scope or without, or a signature, as a claim has it: hidden where it has another form.
pub fn claimed(text: &[u8]) -> Cow<'_, [u8]> {
    match authorization::is_credential(text)
        || text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte))
            && !authorization::looks_secret(text)
    {
        true => Cow::Borrowed(text),
        false => Cow::Owned(placeholder(text.len()).into_bytes()),
    }
}

/// The request target with credentials replaced, as it may be shown.
pub fn target(request: &Request, reveal: Reveal) -> Vec<u8> {
    let ranges = if reveal == Reveal::Nothing { in_target(request) } else { Vec::new() };
    replaced(&request.target, &ranges)
}

/// The bytes of a stage that are hidden, in order.
pub fn hidden_ranges(
    stage: &Stage,
    request: &Request,
    analysis: &Analysis,
    reveal: Reveal,
) -> Vec<Range<usize>> {
    if stage.kind == StageKind::Policy {
        // The token in its text is a piece of its own; what else a condition or a field holds, its name says.
        let is_token = |piece: &Piece| piece.origin == Origin::Given(Given::SessionToken);
        return match reveal {
            Reveal::Nothing => {
                text::merged([ranges(stage, is_token), text::hidden(stage.text.bytes())].concat())
            }
            Reveal::Tokens | Reveal::Secrets => Vec::new(),
        };
    }
    if stage.kind == StageKind::KeyChain {
        let shown = reveal == Reveal::Secrets || analysis.keys_are_public();
        return if shown { Vec::new() } else { ranges(stage, |piece| piece.rules.has(Rule::Keyed)) };
    }
    if reveal != Reveal::Nothing {
        return Vec::new();
    }
    let places = Places::of(request);
    let mut out = Vec::new();
    for (range, piece) in stage.text.ranges().filter(|(range, _)| !range.is_empty()) {
        out.extend(places.of_piece(&range, piece));
    }
    text::merged(out)
}

fn ranges(stage: &Stage, hides: impl Fn(&Piece) -> bool) -> Vec<Range<usize>> {
    let pieces = stage.text.ranges().filter(|(range, piece)| !range.is_empty() && hides(piece));
    pieces.map(|(range, _)| range).collect()
}

/// What of a request is hidden, found once for all pieces of a stage.
struct Places<'a> {
    request: &'a Request,
    target: Vec<Range<usize>>,
    headers: Vec<OnceCell<Vec<Range<usize>>>>,
    body: OnceCell<Vec<Range<usize>>>,
}

impl<'a> Places<'a> {
    fn of(request: &'a Request) -> Self {
        let headers = request.headers.iter().map(|_| OnceCell::new()).collect();
        Self { request, target: in_target(request), headers, body: OnceCell::new() }
    }

    /// The parts of a piece that are hidden, by where they stand in the stage.
    fn of_piece(&self, range: &Range<usize>, piece: &Piece) -> Vec<Range<usize>> {
        match piece.origin {
            Origin::Given(Given::SessionToken) => vec![range.clone()],
            Origin::Request(span) => match span.part {
                Part::Target => touched(&self.target, range, span),
                Part::HeaderValue(index) => touched(self.header(index as usize), range, span),
                // A hash of the body shows nothing of it.
                Part::Body if piece.rules.has(Rule::Hashed) => Vec::new(),
                // What a file held is in no report.
                Part::Body if !self.request.body.files().is_empty() => vec![range.clone()],
                Part::Body if v2::form::is_token(self.request, span) => vec![range.clone()],
                Part::Body if self.request.body.len() <= SHORT_BODY => touched(self.body(), range, span),
                Part::Body => touched(&in_body_part(self.request, span.range()), range, span),
                Part::Method | Part::HeaderName(_) => Vec::new(),
            },
            Origin::Given(_) | Origin::Stage(_) | Origin::Scheme => Vec::new(),
        }
    }

    fn body(&self) -> &[Range<usize>] {
        self.body.get_or_init(|| in_body(self.request))
    }

    fn header(&self, index: usize) -> &[Range<usize>] {
        let (Some(header), Some(places)) = (self.request.headers.get(index), self.headers.get(index)) else {
            return &[];
        };
        places.get_or_init(|| in_header(&header.name, &header.value))
    }
}

/// A body of this length is looked at as a whole, once for all pieces of a stage that come from it.
const SHORT_BODY: u64 = 4 << 20;

/// The parts of the piece at `range` that come from hidden bytes; all of it, where it has another length than its source.
fn touched(hidden: &[Range<usize>], range: &Range<usize>, span: Span) -> Vec<Range<usize>> {
    let source = span.range();
    let first = hidden.partition_point(|place| place.end <= source.start);
    let touching = hidden[first..].iter().take_while(|place| place.start < source.end);
    let is_exact = source.len() == range.len();
    let within = |place: &Range<usize>| match is_exact {
        true => {
            let start = place.start.max(source.start) - source.start;
            range.start + start..range.start + place.end.min(source.end) - source.start
        }
        false => range.clone(),
    };
    touching.map(within).collect()
}

/// Whether a stretch of text is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shows {
    /// As it is.
    Text,
    /// Its length alone.
    Nothing,
}

/// A range cut where what is hidden begins and ends; `hidden` is in order, and its ranges are apart from each other.
pub fn cut(range: Range<usize>, hidden: &[Range<usize>]) -> Vec<(Range<usize>, Shows)> {
    let (mut out, mut at) = (Vec::new(), range.start);
    let first = hidden.partition_point(|place| place.end <= range.start);
    for place in hidden[first..].iter().take_while(|place| place.start < range.end) {
        let (start, end) = (place.start.max(at), place.end.min(range.end));
        out.push((at..start, Shows::Text));
        out.push((start..end, Shows::Nothing));
        at = end;
    }
    out.push((at..range.end, Shows::Text));
    out.retain(|(range, _)| !range.is_empty());
    out
}

/// Whether the piece shows a credential, or a part of one; `in_target` are the places of the target that hold one.
pub fn is_hidden(piece: &Piece, request: &Request, in_target: &[Range<usize>]) -> bool {
    let touches = |hidden: &[Range<usize>], span: Span| !touched(hidden, &span.range(), span).is_empty();
    match piece.origin {
        Origin::Given(Given::SessionToken) => true,
        Origin::Request(span) => match span.part {
            Part::HeaderValue(index) => request
                .headers
                .get(index as usize)
                .is_some_and(|header| touches(&in_header(&header.name, &header.value), span)),
            Part::Target => touches(in_target, span),
            // A hash of the body shows nothing of it.
            Part::Body if piece.rules.has(Rule::Hashed) => false,
            Part::Body => {
                v2::form::is_token(request, span) || touches(&in_body_part(request, span.range()), span)
            }
            Part::Method | Part::HeaderName(_) => false,
        },
        Origin::Given(_) | Origin::Stage(_) | Origin::Scheme => false,
    }
}

/// What stands in place of a hidden value of `len` bytes.
pub fn placeholder(len: usize) -> String {
    format!("{HIDDEN}{len} bytes]")
}

/// What each of them begins with.
const HIDDEN: &str = "[hidden, ";

/// Whether something was left out of a text.
pub fn holds_placeholder(text: &[u8]) -> bool {
    memchr::memmem::find(text, HIDDEN.as_bytes()).is_some()
}

/// The text of a stage with hidden values replaced.
pub fn text(stage: &Stage, request: &Request, analysis: &Analysis, reveal: Reveal) -> Vec<u8> {
    replaced(stage.text.bytes(), &hidden_ranges(stage, request, analysis, reveal))
}

fn replaced(bytes: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    for range in ranges {
        out.extend_from_slice(&bytes[at..range.start]);
        out.extend_from_slice(placeholder(range.len()).as_bytes());
        at = range.end;
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

/// Copies a text with credentials replaced, however long it is: a stretch is held in memory at a time.
///
/// # Errors
///
/// When one of the two fails.
pub fn copy(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    /// As much is looked at in one go, and as much again stays to look back at.
    const STRETCH: u64 = 1 << 20;
    const BACK: usize = 32 << 10;
    let (mut text, mut done) = (Vec::new(), 0);
    loop {
        let is_last = (&mut *from).take(STRETCH).read_to_end(&mut text)? < STRETCH as usize;
        let ranges = text::hidden(&text);
        // What may go on in the next stretch waits for it.
        let mut end = if is_last { text.len() } else { text.len().saturating_sub(BACK).max(done) };
        let crossing = ranges.iter().find(|range| range.contains(&end) && end - range.start < BACK);
        end = crossing.map_or(end, |range| range.start.max(done));
        let within = ranges.into_iter().map(|range| range.start.max(done)..range.end.min(end));
        let within = within.filter(|range| range.start < range.end);
        let within: Vec<_> = within.map(|range| range.start - done..range.end - done).collect();
        to.write_all(&replaced(&text[done..end], &within))?;
        if is_last {
            return Ok(());
        }
        let gone = end.saturating_sub(BACK);
        text.drain(..gone);
        done = end - gone;
    }
}

/// Request line and headers as they may be shown, a line each.
pub fn head(request: &Request) -> Vec<u8> {
    let target = target(request, Reveal::Nothing);
    let mut out = [&request.method[..], &target, &request.version].join(&b' ');
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
