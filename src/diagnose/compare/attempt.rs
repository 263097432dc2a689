//! Texts of another attempt: each attempt is dated and signed anew, so what differs with the date says nothing.

use sha2::{Digest as _, Sha256};

use super::texts::{Parts, line, lines};
use super::whose;
use crate::analysis::Analysis;
use crate::diagnose::causes::replaced;
use crate::diagnose::finding::{Certainty, Finding, Named};
use crate::evidence::Piece;
use crate::time::{self, Timestamp};

/// Headers that clients and load balancers write anew for each attempt.
const ANEW: [&[u8]; 5] =
    [b"x-amz-date", b"date", b"amz-sdk-request", b"amz-sdk-invocation-id", b"x-amzn-trace-id"];

/// The same piece as if it were of the attempt here, and the remark that it is of another; `None` where it is of this one.
///
/// `signature` is that of the attempt here, as far as somebody tells it: where the piece has the same, a date that differs was changed.
pub(in crate::diagnose) fn of_another_attempt(
    claimed: &Analysis,
    signature: Option<&str>,
    piece: &Piece,
) -> Option<(Piece, Finding)> {
    let ours = (claimed.trace.canonical_request(), claimed.trace.string_to_sign());
    let (own, other) = (
        date(Some(ours.0), line(ours.1, 1).filter(|line| !line.is_empty()))?,
        date(piece.canonical_request.as_deref(), piece.date())?,
    );
    let instant = |text: &[u8]| Timestamp::parse(text).ok().map(|(instant, _)| instant);
    let (here, there) = (instant(&own)?, instant(&other)?);
    let is_same = signature.is_some() && signature == piece.signature.as_deref();
    if here == there || is_same {
        return None;
    }
    let words = time::exactly(here.unix().abs_diff(there.unix()));
    let side = if there > here { "later" } else { "earlier" };
    let mut named = Named::remark(
        "another-attempt",
        format!("{} is of another attempt: it was signed {words} {side}.", whose(piece)),
        "Every attempt is dated and signed anew, so their dates differ. Everything else can be compared.",
        "To compare byte for byte, take both texts from one attempt: turn retries off, then send the request once.",
    )
    .with(format!("{there}, not {here}"));
    named.rank = 1;
    Some((aligned(piece, ours.0, &own, &other), Finding::of(Certainty::Noticed, vec![named])))
}

/// The date of an attempt: that of the string to sign, else of the header or the presigned URL.
fn date(request: Option<&[u8]>, of_string: Option<&[u8]>) -> Option<Vec<u8>> {
    const NAMES: [&[u8]; 2] = [b"x-amz-date:", b"x-goog-date:"];
    const PARAMETERS: [&[u8]; 2] = [b"X-Amz-Date=", b"X-Goog-Date="];
    let request = request.unwrap_or_default();
    let of_header = || lines(request).find_map(|line| NAMES.iter().find_map(|name| line.strip_prefix(*name)));
    let of_query = || {
        let mut pairs = line(request, 2)?.split(|byte| *byte == b'&');
        pairs.find_map(|pair| PARAMETERS.iter().find_map(|name| pair.strip_prefix(*name)))
    };
    of_string.or_else(of_header).or_else(of_query).map(<[u8]>::to_vec)
}

/// The piece with the date of the attempt here, and with what else is written anew for each.
fn aligned(piece: &Piece, ours: &[u8], own: &[u8], other: &[u8]) -> Piece {
    let headers = Parts::of(ours).headers;
    let of_here = |line: &[u8]| {
        let name = &line[..memchr::memchr(b':', line)?];
        let (_, value) = headers.iter().find(|(own, _)| *own == name && ANEW.contains(own))?;
        Some([name, b":", value].concat())
    };
    let day = |text: &[u8]| text.get(..8).map(<[u8]>::to_vec);
    let dated = |text: &[u8]| {
        let text = replaced(text, other, own);
        let (Some(own), Some(other)) = (day(own), day(other)) else { return text };
        [&b"/"[..], b"%2F"].into_iter().fold(text, |text, slash| {
            replaced(&text, &[&other[..], slash].concat(), &[&own[..], slash].concat())
        })
    };
    let request = piece.canonical_request.as_deref().map(|text| {
        let text = dated(text);
        let lines: Vec<Vec<u8>> =
            lines(&text).map(|line| of_here(line).unwrap_or_else(|| line.to_vec())).collect();
        lines.join(&b'\n')
    });
    // The hash of a text that is not there cannot be that of the attempt here.
    let string = piece.string_to_sign.as_deref().map(|text| {
        let text = dated(text);
        let head = memchr::memrchr(b'\n', &text).unwrap_or_default();
        match request.as_ref().filter(|_| piece.consistent() == Some(true)) {
            Some(request) => [&text[..head], b"\n", hex::encode(Sha256::digest(request)).as_bytes()].concat(),
            None => text[..head].to_vec(),
        }
    });
    Piece { canonical_request: request, string_to_sign: string, canonical_hash: None, ..piece.clone() }
}
