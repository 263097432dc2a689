//! Credentials of a request that a sentence repeats: a message quotes a header, a finding tells what was found in place of what.

use std::iter;
use std::ops::Range;

use super::{in_target, near_start_of_body};
use crate::redact::{in_header, merged, replaced, sentence};
use crate::request::Request;

/// Shorter words are no credentials; to hide one wherever it stands would tear sentences apart.
const LEAST: usize = 6;

/// More values than this are no credentials but the pieces of a text.
const MOST: usize = 200;

/// Of what is shown so much is searched for values that are no secret.
const SHOWN: usize = 256 << 10;

/// What is hidden of a request, so that no sentence about it shows it.
#[derive(Default)]
pub(crate) struct Veil {
    /// The longest first.
    values: Vec<Vec<u8>>,
}

impl Veil {
    /// The veil of a request: its credentials as they stand there, percent-decoded, and by their words.
    pub(crate) fn of(request: &Request) -> Self {
        let mut values = Vec::new();
        let mut take = |bytes: &[u8], ranges: &[Range<usize>]| {
            let room = MOST.saturating_sub(values.len());
            ranges.iter().take(room).for_each(|range| push(&mut values, &bytes[range.clone()]));
        };
        let headers =
            request.sent().map(|(_, header)| (&header.value[..], in_header(&header.name, &header.value)));
        let head: Vec<_> = iter::once((&request.target[..], in_target(request))).chain(headers).collect();
        head.iter().for_each(|(bytes, ranges)| take(bytes, ranges));
        if let Some(rope) = request.body.rope().filter(|rope| !rope.is_empty()) {
            let ranges = near_start_of_body(request);
            take(&rope.slice(0..ranges.last().map_or(0, |range| range.end)), &ranges);
        }
        // A word that is shown elsewhere, such as a region in a cookie, is no secret.
        let shown = if values.is_empty() { Vec::new() } else { shown(&head) };
        values.retain(|value| memchr::memmem::find(&shown, value).is_none());
        values.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        values.dedup();
        Self { values }
    }

    /// What of a text is hidden.
    pub(crate) fn ranges(&self, text: &[u8]) -> Vec<Range<usize>> {
        let of = |value: &Vec<u8>| {
            memchr::memmem::find_iter(text, value).map(|at| at..at + value.len()).collect::<Vec<_>>()
        };
        merged(self.values.iter().flat_map(of).collect())
    }

    /// A sentence without what is hidden, be it of the request or by its own words.
    pub(crate) fn over(&self, words: &str) -> String {
        let own = replaced(words.as_bytes(), &self.ranges(words.as_bytes()));
        sentence(&String::from_utf8_lossy(&own)).into_owned()
    }
}

/// The begin of what is shown of a target and of headers.
fn shown(head: &[(&[u8], Vec<Range<usize>>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (bytes, ranges) in head {
        if out.len() >= SHOWN {
            break;
        }
        out.extend(replaced(bytes, ranges));
        out.push(b'\n');
    }
    out.truncate(SHOWN);
    out
}

/// A credential, decoded, and each of its words.
fn push(values: &mut Vec<Vec<u8>>, value: &[u8]) {
    let decoded: Vec<u8> = percent_encoding::percent_decode(value).collect();
    for form in [value, &decoded] {
        let words = form.split(|byte| byte.is_ascii_whitespace() || b"=,;:\"'&".contains(byte));
        values.extend(words.chain([form]).filter(|word| is_telling(word)).map(<[u8]>::to_vec));
    }
}

/// Whether a word tells something: one of lower-case letters may stand in any sentence, and so may the name of a header or of a
/// component.
fn is_telling(word: &[u8]) -> bool {
    const NAMES: [&[u8]; 3] = [b"Credential", b"SignedHeaders", b"Signature"];
    let is_name = |byte: &u8| byte.is_ascii_lowercase() || b"-;".contains(byte);
    word.len() >= LEAST && !word.iter().all(is_name) && !NAMES.contains(&word) && !word.starts_with(b"x-amz-")
}
