//! Debug logs of signers: which program wrote one is told by the words before a text.

use sha2::{Digest as _, Sha256};

use super::scan::{self, Kind, bare};
use super::whose::{side_above, side_named};
use super::{Piece, Side};
use crate::canon::payload::{Hashing, is_hex_digest};
use crate::request::{Header, Request};
use crate::scheme::sign::Situation;
use crate::scheme::{self, Input, Memo};
use crate::settings::Settings;
use crate::time::Timestamp;
use crate::trace::Trace;

/// What stands in front of a text, the program that writes it, and whose side that is.
const MARKS: [(&str, &str, Side); 33] = [
    ("[ CANONICAL STRING", "a log of the AWS SDK for Go", Side::Signer),
    ("[ STRING TO SIGN", "a log of the AWS SDK for Go", Side::Signer),
    ("botocore.auth", "a log of botocore or the AWS CLI", Side::Signer),
    ("CanonicalRequest:", "a log of botocore or the AWS CLI", Side::Signer),
    ("StringToSign:", "a log of botocore or the AWS CLI", Side::Signer),
    ("AWS4 Canonical Request:", "a log of the AWS SDK for Java", Side::Signer),
    ("AWS4 String to Sign:", "a log of the AWS SDK for Java", Side::Signer),
    ("AWS4 String to sign:", "a log of the AWS SDK for Java", Side::Signer),
    ("Canonical Request String:", "a log of the AWS SDK for C++", Side::Signer),
    ("Final String to sign:", "a log of the AWS SDK for C++", Side::Signer),
    ("aws_sigv4: Canonical request", "the output of curl -v", Side::Signer),
    ("aws_sigv4: String to sign", "the output of curl -v", Side::Signer),
    ("CANONICAL REQUEST =", "the output of awscurl -v", Side::Signer),
    ("STRING_TO_SIGN =", "the output of awscurl -v", Side::Signer),
    ("DEBUG: Canonical Request:", "the output of s3cmd -d", Side::Signer),
    ("DEBUG: signature-v4", "the output of s3cmd -d", Side::Signer),
    ("canonical req is", "a log of ngx_aws_auth", Side::Signer),
    ("@canonical_request=", "a dump of the AWS SDK for Ruby", Side::Signer),
    ("@string_to_sign=", "a dump of the AWS SDK for Ruby", Side::Signer),
    ("canonical_request=", "a trace of the AWS SDK for Rust", Side::Signer),
    ("string_to_sign=", "a trace of the AWS SDK for Rust", Side::Signer),
    ("creq=", "a trace of the AWS SDK for Rust", Side::Signer),
    ("DefaultV4RequestSigner", "a log of the AWS SDK for Java", Side::Signer),
    ("Aws4Signer", "a log of the AWS SDK for Java", Side::Signer),
    ("canonical_request:", "a dump of the AWS SDK for Ruby", Side::Signer),
    ("canonicalString", "a dump of the AWS SDK for JavaScript", Side::Signer),
    ("Canonical String for this request should have been", "an error message", Side::Server),
    ("String-to-Sign should have been", "an error message", Side::Server),
    ("<CanonicalRequest>", "an error in XML", Side::Server),
    ("<StringToSign>", "an error in XML", Side::Server),
    ("versitygw", "a log of versitygw", Side::Server),
    ("REQUEST HEADERS", "a log of versitygw", Side::Server),
    ("[REQUEST s3.", "a trace of MinIO", Side::Server),
];

/// Names of variables that hold such a text, which is the signer's where no word says otherwise.
const VARIABLES: [(&str, &str); 4] = [
    ("canonicalRequest", "a dump of a JavaScript client"),
    ("stringToSign", "a dump of a JavaScript client"),
    ("canonical_request", "a dump of a client"),
    ("string_to_sign", "a dump of a client"),
];

/// Words behind which a log tells the hash of the canonical request alone.
const HASHES: [&str; 3] =
    ["Canonical Request Hash:", "Canonical Request Hash String:", "hashedCanonicalRequest"];

/// What the head of a request in the trace of MinIO holds.
const TRACE: &str = "[REQUEST s3.";

/// How many texts of a log are read.
const MOST: usize = 400;

/// How many lines before a text say what it is.
const LOOK_BACK: usize = 6;

/// Every signature in a log.
pub(super) fn read(text: &str) -> Vec<Piece> {
    let lines: Vec<&str> = text.lines().collect();
    let all = scan::all(&lines);
    // Of a log of a whole day, the last requests are those that somebody asks about.
    let found = &all[all.len().saturating_sub(MOST)..];
    let mut pieces: Vec<Piece> = Vec::new();
    let mut last_end = 0;
    for one in found {
        let (format, side) = mark(&lines, one.start, last_end);
        let follows = pieces.last().is_some_and(|piece| continues(piece, one, side));
        if !follows {
            pieces.push(Piece::new(side, format));
        }
        let Some(piece) = pieces.last_mut() else { continue };
        match one.kind {
            Kind::Request => piece.canonical_request = Some(one.text.clone().into_bytes()),
            Kind::String => piece.string_to_sign = Some(one.text.clone().into_bytes()),
        }
        piece.signature = piece.signature.take().or_else(|| signature(&lines, one.end));
        last_end = one.end;
    }
    // Most logs hold none of these words, and lines are many.
    let has = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    if HASHES.iter().any(|words| has(words)) {
        pieces.extend(hashes(&lines, &all));
    }
    if has(TRACE) {
        pieces.extend(traces(&lines));
    }
    pieces
}

/// Whether a text belongs to the piece before it: a string to sign to its canonical request, or the other way round where
/// the hash says so.
fn continues(piece: &Piece, one: &scan::Found, side: Side) -> bool {
    let same = piece.side == side || side == Side::Unknown || piece.side == Side::Unknown;
    let lacks = match one.kind {
        Kind::String => piece.string_to_sign.is_none() && piece.canonical_request.is_some(),
        Kind::Request => {
            let hash: [u8; 32] = Sha256::digest(&one.text).into();
            piece.canonical_request.is_none() && piece.hash() == Some(hash)
        }
    };
    same && lacks
}

/// What the words say that stand nearest before a text: the program that wrote it, a variable, or whose text people call it.
fn mark(lines: &[&str], start: usize, after: usize) -> (&'static str, Side) {
    let first = start.saturating_sub(LOOK_BACK).max(after);
    let (own, _) = lines[start].rsplit_once(char::is_whitespace).unwrap_or_default();
    let named = match side_named(own) {
        Side::Unknown => side_above(lines, start, first),
        side => side,
    };
    for line in lines[first..=start].iter().rev() {
        // A line may hold a whole log, and there are many marks.
        let stands = |words: &str| memchr::memmem::find(line.as_bytes(), words.as_bytes()).is_some();
        if let Some((_, format, side)) = MARKS.iter().find(|(words, ..)| stands(words)) {
            return (format, *side);
        }
        if let Some((_, format)) = VARIABLES.iter().find(|(words, _)| stands(words)) {
            return (format, if named == Side::Unknown { Side::Signer } else { named });
        }
    }
    let format =
        if named == Side::Unknown { "a canonical request or string to sign" } else { "a quoted text" };
    (format, named)
}

/// A signature in the lines behind a string to sign.
fn signature(lines: &[&str], end: usize) -> Option<String> {
    let near = lines.get(end..(end + 8).min(lines.len()))?;
    let announced = |line: &str| {
        let lower = line.to_ascii_lowercase();
        lower.contains("signature") || lower.contains("signing hash") || lower.contains("sig=")
    };
    for (at, line) in near.iter().enumerate().filter(|(_, line)| announced(line)) {
        let candidates = [Some(line), near.get(at + 1)];
        for line in candidates.into_iter().flatten() {
            let word = bare(line)
                .rsplit(|c: char| !c.is_ascii_hexdigit())
                .find(|word| is_hex_digest(word.as_bytes()));
            if let Some(word) = word {
                return Some(word.to_owned());
            }
        }
    }
    None
}

/// Requests as a server saw them, in the trace of MinIO: what it computes follows from them.
fn traces(lines: &[&str]) -> Vec<Piece> {
    const MOST: usize = 100;
    let begins = lines.iter().enumerate().filter_map(|(at, line)| Some((at, line.find(TRACE)?)));
    begins
        .take(MOST)
        .filter_map(|(at, column)| of_trace(lines.get(at + 1..)?, &lines[at][..column]))
        .collect()
}

/// The lines behind the head of a trace; each begins with the name of the node, as the head does.
fn of_trace(lines: &[&str], node: &str) -> Option<Piece> {
    let mut lines = lines.iter().map(|line| bare(line.strip_prefix(node).unwrap_or(line)));
    let (method, target) = lines.next()?.split_once(' ')?;
    let is_header = |line: &&str| {
        line.split_once(':').is_some_and(|(name, _)| !name.is_empty() && !name.contains([' ', '[']))
    };
    let headers = lines.take_while(is_header).filter_map(|line| line.split_once(':'));
    let headers = headers
        .filter(|(name, _)| *name != "Proto")
        .map(|(name, value)| Header::new(name, value.trim_start()));
    let request = Request {
        method: method.into(),
        target: target.into(),
        version: b"HTTP/1.1".to_vec(),
        headers: headers.collect(),
        ..Request::default()
    };
    let (scheme, Ok(claim)) = scheme::claim(&request)? else { return None };
    let signature = claim.text(&request, claim.signature).into_owned();
    let access_key_id = claim.access_key_id.map(|id| claim.string(&request, id));
    let situation = Situation {
        settings: Settings::default(),
        ambient: Settings::default(),
        credentials: None,
        now: Timestamp::from_unix(0)?,
        hashing: Hashing::Now,
    };
    let mut trace = Trace::default();
    let input = Input { request: &request, claim: Some(&claim), situation: &situation, received: None };
    scheme.work(input, &mut Memo::default(), &mut trace);
    let mut piece = Piece::new(Side::Server, "a trace of MinIO");
    piece.canonical_request = Some(trace.canonical_request().to_vec());
    piece.string_to_sign = Some(trace.string_to_sign().to_vec());
    piece.signature = String::from_utf8(signature).ok();
    piece.access_key_id = access_key_id;
    Some(piece)
}

/// Logs that tell the hash of the canonical request alone.
fn hashes(lines: &[&str], found: &[scan::Found]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(words) = HASHES.iter().find_map(|words| line.find(words)) else { continue };
        if found.iter().any(|found| found.start <= at && at < found.end) {
            continue;
        }
        let hash =
            line[words..].split(|c: char| !c.is_ascii_hexdigit()).find(|word| is_hex_digest(word.as_bytes()));
        if let Some(hash) = hash {
            let (format, side) = mark(lines, at, 0);
            let mut piece = Piece::new(side, format);
            piece.canonical_hash = Some(hash.to_owned());
            pieces.push(piece);
        }
    }
    pieces.split_off(pieces.len().saturating_sub(MOST))
}
