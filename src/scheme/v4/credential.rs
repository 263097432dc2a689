//! The credential `AKID/20150830/us-east-1/iam/aws4_request`, wherever it stands: its parts, and what is wrong with it.

use smallvec::SmallVec;

use crate::request::{Request, Span};
use crate::scheme::claim::{ClaimErrorKind, ClaimScope};
use crate::scheme::{ClaimError, Family, Placement, Signing};

/// The access key id and the scope of the credential at `whole`; all of it is the id where nothing is signed for a scope.
pub(super) fn read(
    request: &Request,
    family: &Family,
    placement: Placement,
    whole: Span,
    place: impl FnOnce(Span) -> String,
) -> Result<(Span, Option<ClaimScope>), ClaimError> {
    if !family.layout.has_scope() {
        return Ok((whole, None));
    }
    let parts = split(request, placement, whole, b'/');
    let wrong = || malformed(request, family, placement, whole, parts.len());
    let [id, date, rest @ ..] = parts.as_slice() else { return Err(at(wrong(), place(whole))) };
    let (region, service, terminator) = match (family.layout.names_region(), rest) {
        (true, [region, service, terminator]) => (Some(*region), service, terminator),
        (false, [service, terminator]) => (None, service, terminator),
        (true | false, _) => return Err(at(wrong(), place(whole))),
    };
    let scope = Span { start: date.start, ..whole };
    let (service, terminator) = (*service, *terminator);
    Ok((*id, Some(ClaimScope { whole: scope, date: *date, region, service, terminator })))
}

fn at(error: ClaimError, place: String) -> ClaimError {
    ClaimError { place, ..error }
}

/// The places between separators; in a query a separator may be percent-encoded.
pub(super) fn split(
    request: &Request,
    placement: Placement,
    whole: Span,
    separator: u8,
) -> SmallVec<[Span; 8]> {
    let text = request.slice(whole);
    let mut parts = SmallVec::new();
    let (mut start, mut at) = (0, 0);
    let mut part = |from: usize, to: usize| {
        parts.push(Span { start: whole.start + from as u32, end: whole.start + to as u32, ..whole });
    };
    while at < text.len() {
        let width = match placement {
            _ if text[at] == separator => 1,
            Placement::Query if is_escape_of(&text[at..], separator) => 3,
            Placement::Query | Placement::Header | Placement::Form | Placement::Body => 0,
        };
        if width > 0 {
            part(start, at);
            start = at + width;
        }
        at += width.max(1);
    }
    part(start, text.len());
    parts
}

fn is_escape_of(text: &[u8], byte: u8) -> bool {
    let digit = |at: usize| text.get(at).and_then(|digit| char::from(*digit).to_digit(16));
    text[0] == b'%' && digit(1).zip(digit(2)) == Some((u32::from(byte >> 4), u32::from(byte & 15)))
}

fn malformed(
    request: &Request,
    family: &Family,
    placement: Placement,
    whole: Span,
    count: usize,
) -> ClaimError {
    let text = String::from_utf8_lossy(&placement.text(request, whole)).into_owned();
    let (count_wanted, region) = if family.layout.names_region() { (5, "region/") } else { (4, "") };
    let expected =
        format!("a Credential of {count_wanted} parts, `keyid/date/{region}service/{}`", family.terminator);
    let form = format!("{count_wanted} slash-delimited elements, e.g. keyid/date/{region}service/term");
    let mut error = ClaimError {
        kind: ClaimErrorKind::Scope,
        expected,
        found: format!("{count} in `{text}`"),
        place: String::new(),
        span: Some(whole),
        aws: Some(format!("Credential must have exactly {form}, got '{text}'")),
    };
    // The one part that is too many is a region, as the other scheme has one.
    if let (Signing::Ecdsa, 5, Some(region)) = (family.signing, count, text.split('/').nth(2)) {
        error.kind = ClaimErrorKind::RegionInScope;
        error.expected.push_str(", as the scope of SigV4A has no region");
        error.found = format!("5, the region `{region}` among them, in `{text}`");
    }
    error
}
