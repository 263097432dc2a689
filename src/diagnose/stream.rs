//! The first signature in the body that is not right: what was signed in its place.

use sha2::{Digest as _, Sha256};

use super::causes;
use super::finding::{Certainty, Finding, Named};
use super::write::breaks;
use crate::analysis::Analysis;
use crate::frames::pass::{Item, Pass, Transfer};
use crate::request::Request;
use crate::scheme::chunks::chain::{Link, LinkKind};
use crate::signature::ecdsa::unpadded;
use crate::trace::writer::hex_digest;

/// The data of the chunks without their frames, where the body is at hand.
pub(super) fn content(request: &Request) -> Option<Vec<u8>> {
    let pass = Pass::of(request);
    let found = request.body.found(pass).filter(|_| pass.transfer == Transfer::Plain)?;
    let rope = request.body.rope()?;
    let mut content = Vec::new();
    for item in &found.items {
        if let Item::Chunk(chunk) = item {
            let start = usize::try_from(chunk.data_offset).ok()?;
            content.extend_from_slice(&rope.slice(start..start + usize::try_from(chunk.size).ok()?));
        }
    }
    Some(content)
}

/// Chunks above this are not searched for one changed byte.
const SMALL: usize = 1024;

/// Who says whether a string to sign belongs to a signature.
pub(super) type Signs<'a> = &'a dyn Fn(&[u8], &[u8]) -> bool;

/// What is wrong with the first link that is not right.
pub(super) fn broken_link(
    request: &Request,
    analysis: &Analysis,
    texts: &[Vec<u8>],
    signs: Signs<'_>,
) -> Option<Finding> {
    let walked = analysis.stream.walked()?;
    let (index, link) = walked.first_broken()?;
    let given = link.given.as_deref().map(unpadded)?;
    let string = texts.get(index)?;
    let lines: Vec<&[u8]> = string.split(|byte| *byte == b'\n').collect();
    let data = data(request, index, analysis);
    let seed =
        texts.first().filter(|_| index > 0).and_then(|first| first.split(|byte| *byte == b'\n').nth(3));
    let of_seed = seed.map(|seed| of_seed(&lines, seed));
    let others = others(&lines, &walked.links, index, data.as_deref());
    for (cause, words, other) in of_seed.into_iter().chain(others) {
        if other != *string && signs(&other, given) {
            return Some(finding(cause, format!("{}: {words}", link.name()), other, string));
        }
    }
    if let Some((at, byte, other)) = one_byte(&lines, data.as_deref(), &|text| signs(text, given)) {
        let was = crate::visible::one_line(&[byte]);
        let words = format!("{}, byte {} of its data: it was {was} when it was signed", link.name(), at + 1);
        return Some(finding("chunk-corrupted", words, other, string));
    }
    let rest_is_right = walked.broken == 1;
    let cause = if link.kind == LinkKind::Trailer { "trailer-changed" } else { "chunk-corrupted" };
    let words = match rest_is_right {
        true => format!(
            "{} at byte {}: every other signature is right, so nothing else was changed",
            link.name(),
            link.offset
        ),
        false => format!(
            "{} at byte {}, the first of {} that are not right",
            link.name(),
            link.offset,
            walked.broken
        ),
    };
    let certainty = if rest_is_right { Certainty::Proven } else { Certainty::Contradicted };
    Some(Finding::of(certainty, vec![Named::new(causes::named(cause), words)]))
}

/// A cause that is proven: `signed` is what the link's signature is right for, in place of what is expected.
fn finding(cause: &str, words: String, signed: Vec<u8>, expected: &[u8]) -> Finding {
    let mut finding = Finding::of(Certainty::Proven, vec![Named::new(causes::named(cause), words)]);
    finding.signed = Some((Vec::new(), signed));
    finding.expected = Some(expected.to_vec());
    finding
}

/// The data of a link, where they are at hand: those of a chunk, or the lines of the trailer.
fn data(request: &Request, index: usize, analysis: &Analysis) -> Option<Vec<u8>> {
    let link = &analysis.stream.walked()?.links[index];
    let pass = Pass::of(request);
    let found = request.body.found(pass).filter(|_| pass.transfer == Transfer::Plain)?;
    if link.kind == LinkKind::Trailer {
        return found.items.iter().find_map(|item| match item {
            Item::Trailer(trailer) => Some(trailer.canonical()),
            Item::Chunk(_) | Item::Message(_) | Item::Fault(_) => None,
        });
    }
    let chunk = found.items.iter().find_map(|item| match item {
        Item::Chunk(chunk) if chunk.offset == link.offset => Some(chunk),
        Item::Chunk(_) | Item::Trailer(_) | Item::Message(_) | Item::Fault(_) => None,
    })?;
    let start = usize::try_from(chunk.data_offset).ok()?;
    Some(request.body.rope()?.slice(start..start + usize::try_from(chunk.size).ok()?).into_owned())
}

type Other = (&'static str, String, Vec<u8>);

/// What a signer signs that begins the chain anew, as one does that sends a part of the body again.
fn of_seed(lines: &[&[u8]], seed: &[u8]) -> Other {
    let mut other = lines.to_vec();
    other[3] = seed;
    ("chunk-chained-to-seed", "the chain begins anew here".into(), other.join(&b'\n'))
}

/// What may have been signed in place of the string of this link.
fn others(lines: &[&[u8]], links: &[Link], index: usize, data: Option<&[u8]>) -> Vec<Other> {
    let mut out: Vec<Other> = Vec::new();
    let last = lines.len() - 1;
    let with = |at: usize, text: &[u8]| {
        let mut other = lines.to_vec();
        other[at] = text;
        other.join(&b'\n')
    };
    let mut previous =
        |words: String, cause: &'static str, text: &[u8]| out.push((cause, words, with(3, text)));
    for (place, link) in links.iter().enumerate().filter(|(place, _)| *place + 1 != index) {
        if let Some(given) = link.given.as_deref().map(unpadded) {
            previous(format!("it was signed behind {}", link.name()), "chunk-order-changed", given);
        }
        if let (Some(computed), true) = (link.computed.as_deref().map(unpadded), place < index) {
            previous(format!("it was signed behind {}", link.name()), "chunk-order-changed", computed);
        }
    }
    let before = index.checked_sub(1).and_then(|before| links[before].computed.as_deref());
    if let Some(computed) = before.map(unpadded) {
        let words = "it was signed over the signature that the one before it should have".to_owned();
        previous(words, "chunk-order-changed", computed);
    }
    previous("over nothing".into(), "chunk-string-form", b"");
    if lines.len() == 6 {
        let without: Vec<&[u8]> =
            lines.iter().enumerate().filter(|(at, _)| *at != 4).map(|(_, line)| *line).collect();
        out.push(("chunk-empty-hash-missing", String::new(), without.join(&b'\n')));
        out.push(("chunk-empty-hash-missing", "the line left empty".into(), with(4, b"")));
        let swapped = [&lines[..4], &[lines[5], lines[4]]].concat();
        out.push(("chunk-string-form", "its two hashes changed places".into(), swapped.join(&b'\n')));
    }
    out.push(("chunk-string-form", "a newline at its end".into(), [&*lines.join(&b'\n'), b"\n"].concat()));
    out.push(("chunk-string-form", "CR LF between its lines".into(), breaks(&lines.join(&b'\n'), b"\r\n")));
    for tail in ["-PAYLOAD", "-TRAILER", "", "-PAYLOAD-TRAILER", "-EVENTS"] {
        let family: Vec<u8> = lines[0].rsplitn(2, |byte| *byte == b'-').last().unwrap_or(lines[0]).to_vec();
        out.push((
            "chunk-string-form",
            format!("its first line ends in {tail}"),
            with(0, &[&*family, tail.as_bytes()].concat()),
        ));
    }
    for (cause, words, text) in data.map(of_data).unwrap_or_default() {
        let is_trailer = lines.len() == 5;
        let cause = if is_trailer { "trailer-form" } else { cause };
        out.push((cause, words, with(last, &hex_digest(&Sha256::digest(&text).into()))));
    }
    out
}

/// Texts that may have been hashed in place of the data.
fn of_data(data: &[u8]) -> Vec<Other> {
    let cause = "chunk-data-hash";
    let plain = String::from_utf8_lossy(data).into_owned();
    let mut out = vec![
        (cause, "CR LF behind its data".to_owned(), [data, b"\r\n"].concat()),
        (cause, "LF behind its data".into(), [data, b"\n"].concat()),
        (cause, "nothing".into(), Vec::new()),
        (
            cause,
            "its size line and its data".into(),
            [format!("{:x}\r\n", data.len()).as_bytes(), data, b"\r\n"].concat(),
        ),
        (cause, "without its last line feed".into(), data.strip_suffix(b"\n").unwrap_or(data).to_vec()),
        (cause, "CR LF for LF".into(), breaks(data, b"\r\n")),
        (cause, "in lower case".into(), data.to_ascii_lowercase()),
        (cause, "with spaces behind its colons".into(), plain.replace(':', ": ").into_bytes()),
    ];
    if let Some(line) = plain.strip_suffix('\n') {
        out.push((cause, "with CR LF at its end".into(), format!("{line}\r\n").into_bytes()));
        out.push((cause, "with a space at its end".into(), format!("{line} \n").into_bytes()));
    }
    out
}

/// The one byte of short data that was another one, with what it was and what was signed.
fn one_byte(
    lines: &[&[u8]],
    data: Option<&[u8]>,
    signs: &dyn Fn(&[u8]) -> bool,
) -> Option<(usize, u8, Vec<u8>)> {
    let data = data.filter(|data| !data.is_empty() && data.len() <= SMALL)?;
    // The hash of the data is the last line.
    let mut string = lines.join(&b'\n');
    let mut text = data.to_vec();
    for at in 0..data.len() {
        for byte in (0..=255).filter(|byte| *byte != data[at]) {
            text[at] = byte;
            string.truncate(string.len() - 64);
            string.extend_from_slice(&hex_digest(&Sha256::digest(&text).into()));
            if signs(&string) {
                return Some((at, byte, string));
            }
        }
        text[at] = data[at];
    }
    None
}
