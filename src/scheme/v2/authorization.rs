//! The `Authorization` header of S3: `AWS AKID:signature`.

use crate::request::{Part, Request, Span};
use crate::scheme::claim::ClaimErrorKind;
use crate::scheme::{Claim, ClaimError, Placement};

use super::form::WORD;
use super::{claim_of, date};

const AWS: &str = "InvalidArgument: AWS authorization header is invalid. Expected AwsAccessKeyId:signature";

/// Reads the claim in the first `Authorization` header; `None` when there is none.
pub(super) fn read(request: &Request) -> Option<Result<Claim, ClaimError>> {
    let (index, header) = request.header(b"authorization")?;
    let date = date::of_headers(request);
    Some(claim(index, &header.value).map(|claim| Claim { date, ..claim }))
}

fn claim(index: usize, text: &[u8]) -> Result<Claim, ClaimError> {
    let span = |start: usize, end: usize| Span::new(Part::HeaderValue(index as u32), start..end);
    let start = text.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(text.len());
    let word = text.len().min(start + WORD.len());
    let from = word + text[word..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let end = from + text[from..].trim_ascii_end().len();
    let error = |expected: &str, found: String, start: usize| ClaimError {
        kind: ClaimErrorKind::Malformed,
        expected: expected.into(),
        found,
        place: format!("the Authorization header, byte {}", start + 1),
        span: Some(span(start, end)),
        aws: Some(AWS.into()),
    };
    let Some(colon) = memchr::memchr(b':', &text[from..end]).map(|len| from + len) else {
        let found = format!("`{}`", String::from_utf8_lossy(&text[from..end]));
        return Err(error("`AKID:signature`", found, from));
    };
    if colon == from {
        return Err(error("an access key id before the colon", "none".into(), from));
    }
    if colon + 1 == end {
        return Err(error("a signature after the colon", "none".into(), end));
    }
    Ok(claim_of(Placement::Header, span(start, word), span(from, colon), span(colon + 1, end)))
}
