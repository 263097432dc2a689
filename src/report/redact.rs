//! What is hidden in every output: session tokens and, unless the secret is a documented one, derived keys.

use std::ops::Range;

use crate::analysis::Analysis;
use crate::request::{Header, Part, Request};
use crate::trace::{Given, Origin, Piece, Stage, StageKind};

/// Whether hidden values are shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Reveal {
    /// They stay hidden.
    #[default]
    Nothing,
    /// The user asked for them.
    Secrets,
}

/// Header names whose values are credentials.
const TOKEN_HEADERS: [&str; 5] =
    ["x-amz-security-token", "x-amz-s3session-token", "x-goog-security-token", "cookie", "x-api-key"];

/// Whether a header's value is a credential.
pub fn is_token(name: &[u8]) -> bool {
    TOKEN_HEADERS.iter().any(|token| name.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

/// Whether the piece shows a session token.
pub fn is_hidden(piece: &Piece, request: &Request) -> bool {
    match piece.origin {
        Origin::Given(Given::SessionToken) => true,
        Origin::Request(span) => match span.part {
            Part::HeaderValue(index) => {
                request.headers.get(index as usize).is_some_and(|header| is_token(&header.name))
            }
            Part::Method | Part::Target | Part::HeaderName(_) | Part::Body => false,
        },
        Origin::Given(_) | Origin::Stage(_) | Origin::Scheme => false,
    }
}

/// The ranges of a stage that are hidden, in order.
pub fn hidden_ranges(
    stage: &Stage,
    request: &Request,
    analysis: &Analysis,
    reveal: Reveal,
) -> Vec<Range<usize>> {
    let hides = |piece: &Piece| match (reveal, stage.kind) {
        (Reveal::Secrets, _) => false,
        (Reveal::Nothing, StageKind::KeyChain) => {
            piece.origin != Origin::Scheme && !analysis.keys_are_public()
        }
        (Reveal::Nothing, _) => is_hidden(piece, request),
    };
    stage
        .text
        .ranges()
        .filter(|(range, piece)| !range.is_empty() && hides(piece))
        .map(|(range, _)| range)
        .collect()
}

/// What stands in place of a hidden value of `len` bytes.
pub fn placeholder(len: usize) -> String {
    format!("[hidden, {len} bytes]")
}

/// The text of a stage with hidden values replaced.
pub fn text(stage: &Stage, request: &Request, analysis: &Analysis, reveal: Reveal) -> Vec<u8> {
    let bytes = stage.text.bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    for range in hidden_ranges(stage, request, analysis, reveal) {
        out.extend_from_slice(&bytes[at..range.start]);
        out.extend_from_slice(placeholder(range.len()).as_bytes());
        at = range.end;
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

/// A header's value, hidden when it is a credential.
pub fn value(header: &Header, reveal: Reveal) -> Vec<u8> {
    match reveal {
        Reveal::Nothing if is_token(&header.name) => placeholder(header.value.len()).into_bytes(),
        Reveal::Nothing | Reveal::Secrets => header.value.clone(),
    }
}
