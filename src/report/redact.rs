//! What is hidden in every output: session tokens and, unless the secret is a documented one, derived keys.

use std::ops::Range;

use crate::analysis::Analysis;
use crate::request::{Header, Part, Request, Span};
use crate::scheme::{v2, v4};
use crate::trace::{Given, Origin, Piece, Rule, Stage, StageKind};

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

/// Names of headers and query parameters whose values are credentials.
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

/// Whether the value of a header or query parameter of this name is a credential.
pub fn is_token(name: &[u8]) -> bool {
    TOKENS.iter().any(|token| name.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

/// The values of the target's query that are credentials.
pub fn in_target(request: &Request) -> Vec<Range<usize>> {
    let pairs = request.target().pairs(&request.target);
    pairs.filter(|pair| is_token(&request.target[pair.name.clone()])).filter_map(|pair| pair.value).collect()
}

/// The places of the body that are credentials: of a form its token, and a policy that holds one.
pub fn in_body(request: &Request) -> Vec<Range<usize>> {
    v4::form::secrets(request)
}

/// The values in a line of a canonical request that are credentials: of a header, or of pairs of the query.
pub fn in_line(line: &[u8]) -> Vec<Range<usize>> {
    let colon = memchr::memchr(b':', line).unwrap_or(line.len());
    if is_token(&line[..colon]) {
        return vec![(colon + 1).min(line.len())..line.len()];
    }
    let target = [b"?", line].concat();
    let request = Request { target, ..Request::default() };
    in_target(&request).into_iter().map(|range| range.start - 1..range.end - 1).collect()
}

/// A line of a canonical request with credentials replaced.
pub fn line(line: &[u8], reveal: Reveal) -> Vec<u8> {
    let ranges = if reveal == Reveal::Nothing { in_line(line) } else { Vec::new() };
    replaced(line, &ranges)
}

/// Lines of a canonical request with credentials replaced, as text.
pub fn lines(text: &[u8], reveal: Reveal) -> String {
    let lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(|one| line(one, reveal)).collect();
    String::from_utf8_lossy(&lines.join(&b'\n')).into_owned()
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
        // The token in its text is a piece of its own, and its conditions hide it already.
        let shown = reveal != Reveal::Nothing;
        let is_token = |piece: &Piece| piece.origin == Origin::Given(Given::SessionToken);
        return if shown { Vec::new() } else { ranges(stage, is_token) };
    }
    if stage.kind == StageKind::KeyChain {
        let shown = reveal == Reveal::Secrets || analysis.keys_are_public();
        return if shown { Vec::new() } else { ranges(stage, |piece| piece.rules.has(Rule::Keyed)) };
    }
    if reveal != Reveal::Nothing {
        return Vec::new();
    }
    let in_target = in_target(request);
    ranges(stage, |piece| is_hidden(piece, request, &in_target))
}

fn ranges(stage: &Stage, hides: impl Fn(&Piece) -> bool) -> Vec<Range<usize>> {
    let pieces = stage.text.ranges().filter(|(range, piece)| !range.is_empty() && hides(piece));
    pieces.map(|(range, _)| range).collect()
}

/// Whether the piece shows a session token; `in_target` are the places of the target that hold one.
pub fn is_hidden(piece: &Piece, request: &Request, in_target: &[Range<usize>]) -> bool {
    match piece.origin {
        Origin::Given(Given::SessionToken) => true,
        Origin::Request(span) => match span.part {
            Part::HeaderValue(index) => {
                request.headers.get(index as usize).is_some_and(|header| is_token(&header.name))
            }
            Part::Target => {
                in_target.iter().any(|token| span.touches(Span::new(Part::Target, token.clone())))
            }
            // A hash of the body shows nothing of it.
            Part::Body if piece.rules.has(Rule::Hashed) => false,
            Part::Body => {
                let touches = |secret: Range<usize>| span.touches(Span::new(Part::Body, secret));
                v2::form::is_token(request, span) || in_body(request).into_iter().any(touches)
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

/// The body as it may be shown.
pub fn body(request: &Request) -> Vec<u8> {
    replaced(&request.body.bytes(), &in_body(request))
}

/// A header's value, hidden when it is a credential.
pub fn value(header: &Header, reveal: Reveal) -> Vec<u8> {
    match reveal {
        Reveal::Nothing if is_token(&header.name) => placeholder(header.value.len()).into_bytes(),
        Reveal::Nothing | Reveal::Tokens | Reveal::Secrets => header.value.clone(),
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
